"""What has grown old warns, then stops a letter unless it is let pass by name; tested on each side of every age."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pydantic import ValidationError

from priorauth.criteria.chart import Chart
from priorauth.drafts.sign import sign
from priorauth.drafts.signature import Attestation, Method
from priorauth.drafts.sources import load_sources
from priorauth.errors import ExitCode, PackError
from priorauth.facts import FactKind, Owner
from priorauth.packs import data_folder
from priorauth.payers.choice import ChosenPayer, choose_payer
from priorauth.payers.models import Payer
from priorauth.payers.reader import read_rules
from priorauth.payers.requirements import Rules
from priorauth.payers.review_ages import Aging, ReviewAge, Staleness
from priorauth.reasoning.assess import assess
from priorauth.reasoning.gaps import GapKind
from priorauth.reasoning.staleness import Stale, find_stale
from tests.cases import AS_OF, Data, chart_of, drop, evidence, full_case, indication, payers, put, rules, vocabulary
from tests.commands import SAMPLES, lay, replaced, run, whole_case

POLICY = "highmark-commercial-pa/s-11-040"
READ_ON = date(2026, 11, 22)
"""When our paraphrases of that policy were made."""


def aging(**ages: tuple[int, int | None]) -> Rules:
    """The rules with these ages, and all others out of reach."""
    never = ReviewAge(warn_after=36600)
    held = dict.fromkeys(Aging, never) | {
        Aging(name): ReviewAge(warn_after=warn, block_after=block) for name, (warn, block) in ages.items()
    }
    return replace(rules(), staleness=Staleness(ages=held))


def found(data: Data, held: Rules, *, as_of: date = AS_OF, accepted: tuple[str, ...] = ()) -> tuple[Stale, ...]:
    chart = chart_of(data, as_of=as_of)
    return find_stale(chart, edition=evidence().edition, assessment=assessed(chart), rules=held, accepted=accepted)


def assessed(chart: Chart, payer: ChosenPayer | None = None) -> Any:
    return assess(chart, indication=indication("caps"), chosen=payer or choose_payer(payers(), chart.case))


def told(data: Data, held: Rules, **more: Any) -> list[tuple[str, bool]]:
    return [(one.name, one.gap.blocks) for one in found(data, held, **more)]


def in_release(data: Data) -> Data:
    """On a date of service of the code release, and long after no result."""
    put(data, "services.0.start", "2026-09-01")
    return data


def quiet() -> Data:
    """A case in which only what a test makes old is old."""
    return drop(in_release(full_case()), "coverage.fax")


BOTH_SIDES = [(9, None), (10, None), (11, False), (19, False), (20, False), (21, True), (-3, None)]
"""Days of age to whether a letter is blocked, for ages of 10 and 20 days: what is exactly as old has not passed them."""


# ---- our own data, by the day of writing


@pytest.mark.parametrize(("days", "blocks"), BOTH_SIDES)
def test_a_policy_ages_since_it_was_read(days: int, blocks: bool | None) -> None:
    answer = told(quiet(), aging(policy=(10, 20)), as_of=READ_ON + timedelta(days=days))
    assert answer == ([] if blocks is None else [(POLICY, blocks)])


def compared(payer: Payer, day: date) -> Payer:
    policies = tuple(one.model_copy(update={"compared_on": day}) for one in payer.policies)
    return payer.model_copy(update={"policies": policies})


def test_a_policy_that_a_person_compared_since_is_as_old_as_that() -> None:
    chart = chart_of(quiet(), as_of=READ_ON + timedelta(days=50))
    chosen = choose_payer(payers(), chart.case)
    for age, names in ((10, []), (11, [POLICY])):
        payer = replace(chosen, payer=compared(chosen.payer, chart.as_of - timedelta(days=age)))
        stale = find_stale(chart, edition=evidence().edition, assessment=assessed(chart, payer), rules=aging(policy=(10, 20)))
        assert [one.name for one in stale] == names


def test_without_a_policy_none_is_old() -> None:
    data = put(put(quiet(), "coverage.payer_id", "generic"), "coverage.payer_name", "Canary Health")
    assert told(data, aging(policy=(0, 0)), as_of=date(2040, 1, 1)) == []
    chart = chart_of(quiet(), as_of=date(2040, 1, 1))
    assert find_stale(chart, edition=evidence().edition, assessment=None, rules=aging(policy=(0, 0))) == ()


@pytest.mark.parametrize(("days", "blocks"), BOTH_SIDES)
def test_an_edition_ages_since_the_end_of_its_year(days: int, blocks: bool | None) -> None:
    answer = told(quiet(), aging(edition=(10, 20)), as_of=date(2023, 12, 31) + timedelta(days=days))
    assert answer == ([] if blocks is None else [("asfa-2023", blocks)])


@pytest.mark.parametrize(("days", "blocks"), BOTH_SIDES)
def test_a_fax_number_ages_since_it_was_verified(days: int, blocks: bool | None) -> None:
    data = put(in_release(full_case()), "coverage.fax_checked_on", (AS_OF - timedelta(days=days)).isoformat())
    assert told(data, aging(fax=(10, 20))) == ([] if blocks is None else [("fax", blocks)])


def test_a_fax_number_that_nobody_is_said_to_have_verified_warns() -> None:
    (one,) = found(in_release(full_case()), aging(fax=(10, 20)))
    assert (one.name, one.gap.blocks, one.gap.field) == ("fax", False, "coverage.fax_checked_on")
    assert "does not say when" in one.gap.what


def test_no_fax_number_is_no_old_one() -> None:
    assert told(quiet(), aging(fax=(0, 0))) == []


# ---- by the date of service


@pytest.mark.parametrize(
    ("day", "blocks"),
    [
        ("2026-09-30", None),
        ("2026-10-01", False),
        ("2027-09-30", False),  # 365 days after the last
        ("2027-10-01", True),
        ("2025-10-01", None),
        ("2025-09-30", False),
        # What is past will not have another release.
        ("2019-09-30", False),
    ],
)
def test_a_code_release_that_does_not_hold_on_the_date_of_service_is_said_once(day: str, blocks: bool | None) -> None:
    more = {"text": "t", "certainty": "confirmed"}
    data = put(quiet(), "services.0.start", day)
    data["diagnoses"] += [{"code": code, "sequence": str(n), **more} for n, code in enumerate(("N17.9", "N17.98", "N17.99"), 2)]
    answer = [(name, blocked) for name, blocked in told(data, aging(codes=(0, 365))) if name == "icd-10-cm"]
    assert answer == ([] if blocks is None else [("icd-10-cm", blocks)])


def test_it_names_the_release_and_where_a_code_is_not_in_it() -> None:
    data = put(drop(full_case(), "coverage.fax"), "services.0.start", "2026-10-01")
    (one,) = found(data, aging())
    assert "ICD-10-CM FY2026, tabular list of April 1, 2026" in one.gap.what
    assert "every code of this case" in one.gap.what
    data["diagnoses"].append({"code": "N17.99", "sequence": "2", "text": "t", "certainty": "confirmed"})
    (one,) = found(data, aging())
    assert "diagnoses[1].code" in one.gap.what
    assert "N17.99" not in one.gap.what


def test_without_diagnoses_no_release_is_missed() -> None:
    data = put(drop(full_case(), "coverage.fax"), "diagnoses", [])
    assert told(data, aging()) == []


@pytest.mark.parametrize(("days", "old"), [(13, False), (14, False), (15, True), (0, False), (-1, False)])
def test_a_laboratory_result_ages_to_the_date_of_service(days: int, old: bool) -> None:
    taken = (date(2026, 9, 1) - timedelta(days=days)).isoformat()
    data = put(quiet(), "facts.platelets", [{"value": "40", "unit": "10*9/L", "taken": taken}])
    # The day of writing plays no part.
    for as_of in (AS_OF, date(2027, 11, 22)):
        assert told(data, aging(), as_of=as_of) == ([("platelets", False)] if old else [])


def test_of_several_results_the_latest_counts() -> None:
    results = [{"value": "40", "unit": "10*9/L", "taken": day} for day in ("2026-06-01", "2026-08-30")]
    assert told(put(quiet(), "facts.platelets", results), aging()) == []
    results[1]["taken"] = "2026-06-02"
    (one,) = found(put(quiet(), "facts.platelets", results), aging())
    assert (one.gap.owner, one.gap.field, one.gap.blocks) == (Owner.LABORATORY, "facts.platelets", False)


def test_a_result_that_is_pending_or_undated_has_no_age() -> None:
    pending = [{"pending": "yes", "taken": "2026-06-01"}]
    assert told(put(quiet(), "facts.platelets", pending), aging()) == []
    assert told(put(quiet(), "facts.platelets", [{"value": "40", "unit": "10*9/L"}]), aging()) == []


def test_only_results_of_the_laboratory_have_an_age_in_the_vocabulary() -> None:
    aged = {name: one for name, one in vocabulary().facts.items() if one.stale_after is not None}
    assert {"platelets", "creatinine", "schistocytes", "c3"} <= set(aged)
    assert {one.owner for one in aged.values()} == {Owner.LABORATORY}
    assert {one.kind for one in aged.values()} <= {FactKind.QUANTITY, FactKind.YES_NO}


# ---- letting pass


def old_policy(*accepted: str) -> Stale:
    (one,) = found(quiet(), aging(policy=(10, 20)), as_of=READ_ON + timedelta(days=21), accepted=accepted)
    return one


def test_what_blocks_names_the_option_that_lets_it_pass() -> None:
    one = old_policy()
    assert one.gap.blocks
    assert one.gap.kind is GapKind.STALE
    assert f"--accept-stale {POLICY}" in one.gap.remedy


def test_what_is_let_pass_by_name_warns_and_says_so() -> None:
    one = old_policy(POLICY)
    assert (one.accepted, one.gap.blocks) == (True, False)
    assert f"let pass with `--accept-stale {POLICY}`" in one.gap.what


@pytest.mark.parametrize("name", ["asfa-2023", "s-11-040", "highmark-commercial-pa", "policy", ""])
def test_another_name_lets_nothing_pass(name: str) -> None:
    assert old_policy(name).gap.blocks


def test_what_only_warns_needs_no_letting_pass() -> None:
    (one,) = found(quiet(), aging(policy=(10, 20)), as_of=READ_ON + timedelta(days=11), accepted=(POLICY,))
    assert (one.accepted, one.gap.blocks) == (False, False)
    assert "let pass" not in one.gap.what


# ---- the pack


def test_the_shipped_ages_warn_before_they_block() -> None:
    ages = rules().staleness.ages
    assert set(ages) == set(Aging)
    assert all(age.block_after is not None and age.warn_after < age.block_after for age in ages.values())


def test_an_age_that_blocks_before_it_warns_is_refused() -> None:
    with pytest.raises(ValidationError, match="blocks before it warns"):
        ReviewAge(warn_after=10, block_after=9)
    assert ReviewAge(warn_after=10, block_after=10).block_after == 10


def test_a_missing_age_is_named(tmp_path: Path) -> None:
    copied = Path(shutil.copytree(data_folder("payers"), tmp_path / "payers"))
    path = copied / "staleness.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("  fax:")), encoding="utf-8")
    with pytest.raises(PackError) as error:
        read_rules(copied, vocabulary=vocabulary())
    assert "fax" in error.value.problems[0].remedy


# ---- the commands

LATER = ("--as-of", "2029-01-22")
"""More than two years after the policy was read."""
IN_TIME = ("--as-of", "2026-11-22")
LET_PASS = ("--accept-stale", POLICY)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case that carried a letter in its time."""
    return lay(tmp_path, whole_case())


def test_check_stops_for_what_is_too_old_and_passes_it_by_name(case: Path) -> None:
    stopped, passed = run("check", case, *LATER), run("check", case, *LATER, *LET_PASS)
    assert stopped.exit_code == ExitCode.BLOCKED
    assert f"--accept-stale {POLICY}" in " ".join(stopped.stdout.split())
    assert passed.exit_code == ExitCode.DONE, passed.stdout
    assert "It was let pass" in " ".join(passed.stdout.split())


@pytest.mark.parametrize("command", ["check", "letter", "explain"])
def test_a_name_that_nothing_has_is_wrong_usage_and_what_is_too_old_is_named(case: Path, command: str) -> None:
    told = run(command, case, *LATER, "--accept-stale", "nope")
    assert (told.exit_code, told.stdout) == (ExitCode.USAGE, "")
    assert f"Too old in this case: `{POLICY}`" in told.stderr
    assert run(command, case, *LATER, *LET_PASS, "--accept-stale", "nope").exit_code == ExitCode.USAGE


def test_a_name_that_is_misspelt_is_told_and_one_that_is_not_too_old_yet_passes(case: Path) -> None:
    told = run("check", case, *IN_TIME, "--accept-stale", "icd-10cm")
    assert told.exit_code == ExitCode.USAGE
    assert "Did you mean `icd-10-cm`? Nothing in this case is too old for a letter." in told.stderr
    for name in ("icd-10-cm", "fax", "asfa-2019", "asfa-2023", POLICY):
        assert (name, run("check", case, *IN_TIME, "--accept-stale", name).exit_code) == (name, ExitCode.DONE)


def test_what_was_let_pass_is_recorded_and_signed_with(case: Path) -> None:
    assert run("letter", case, *LATER, "-o", case.parent / "draft").exit_code == ExitCode.BLOCKED
    written = run("letter", case, *LATER, *LET_PASS, "--accept-stale", "asfa-2023", "-o", case.parent / "draft")
    assert written.exit_code == ExitCode.DONE, written.output
    manifest = json.loads((case.parent / "draft" / "manifest.json").read_text(encoding="utf-8"))
    sheet = " ".join(pypdf.PdfReader(case.parent / "draft" / "review.pdf").pages[0].extract_text().split())
    assert f"let pass with --accept-stale {POLICY}" in sheet
    # What was named and did not block is not recorded as let pass.
    assert manifest["accepted_stale"] == [POLICY]
    physician = Attestation(name="Elena Reyes", npi="1999999919", attested_on=date(2029, 1, 22))
    signed = sign(case.parent / "draft", physician, method=Method.INK, sources=load_sources())
    assert signed.signature.as_of == date(2029, 1, 22)


def test_a_draft_of_nothing_stale_records_nothing(case: Path) -> None:
    written = run("letter", case, "--as-of", "2026-11-22", *LET_PASS, "-o", case.parent / "draft")
    assert written.exit_code == ExitCode.DONE, written.output
    assert "accepted_stale" not in json.loads((case.parent / "draft" / "manifest.json").read_text(encoding="utf-8"))


def test_a_batch_lets_pass_by_name_too(case: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    lay(cases, case.read_text(encoding="utf-8"))
    common = ("batch", cases, "-j", "1", "--format", "json", *LATER)
    stopped = json.loads(run(*common, "-o", tmp_path / "one").stdout)
    passed = json.loads(run(*common, *LET_PASS, "-o", tmp_path / "two").stdout)
    assert (stopped["exit_code"], passed["exit_code"]) == (ExitCode.BLOCKED, ExitCode.DONE)


def test_the_review_sheet_names_the_code_release_and_the_time_limits(tmp_path: Path) -> None:
    text = replaced(whole_case(), "line_of_business: commercial", "line_of_business: medicaid")
    text = replaced(text, "payer_id: highmark-commercial-pa", "payer_id: generic")
    written = run("letter", lay(tmp_path, text), "--as-of", "2026-11-22", "-o", tmp_path / "draft")
    assert written.exit_code == ExitCode.DONE, written.output
    assert "Decision due  by November" in written.stdout
    pages = pypdf.PdfReader(tmp_path / "draft" / "review.pdf").pages
    sheet = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "checked by ICD-10-CM FY2026, tabular list of April 1, 2026" in sheet
    assert re.search(r"The payer must decide by November \d+, 2026, (72 hours|7 calendar days) after", sheet)


def test_a_refused_case_has_nothing_that_could_be_late_or_outdated() -> None:
    refused = run("check", SAMPLES / "ln-alone" / "case.yaml", *LATER, "--format", "json")
    assert refused.exit_code == ExitCode.NOT_SUPPORTED
    answer = json.loads(refused.stdout)
    assert [gap["id"] for gap in answer["gaps"] if gap["kind"] == "stale"] == []
    assert answer["deadlines"] == []
