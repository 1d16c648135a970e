"""Reading the payer pack: whatever is wrong with it is said, all at once, with where and how to mend it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from priorauth.errors import ExitCode, PackError
from priorauth.packs import data_folder
from priorauth.payers.reader import read_payers, read_rules
from tests.cases import vocabulary

HIGHMARK = "highmark-commercial-pa"
POLICY = f"{HIGHMARK}/policies/s-11-040.yaml"
ALABAMA = "bcbs-alabama/policies/mp-100.yaml"
ANTHEM = "anthem-elevance/policies/cg-med-68.yaml"
TRICARE = "tricare/policies/tp15-c4s9-4.yaml"
MEDICARE = "cms-ncd-110-14/payer.yaml"
PRIORITY = "priority-health-medicare-advantage/payer.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack, free to be broken."""
    return Path(shutil.copytree(data_folder("payers"), tmp_path / "payers"))


def change(pack: Path, file: str, old: str, new: str) -> None:
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text, "the pack no longer holds what this test changes"
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(pack: Path) -> PackError:
    with pytest.raises(PackError) as refused:
        read_payers(pack, vocabulary=vocabulary())
    return refused.value


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (f"{HIGHMARK}/payer.yaml", f"id: {HIGHMARK}", "id: another", "differs from the name of its folder"),
        (POLICY, "id: s-11-040", "id: s-11-041", "differs from the name of its file"),
        (POLICY, "lupus_established", "lupus_invented", "which the vocabulary does not hold"),
        (POLICY, "yes: {fact: life_threatening}", "quantity: {fact: life_threatening, above: 1}", "as quantity, which it is not"),
        ("proofs.yaml", "field: narrative.rationale", "field: narrative.reason", "which a case does not have"),
        (POLICY, "{use: threatens-life}", "{use: threatens-nobody}", "uses a criterion that is not there"),
        (POLICY, "{use: threatens-life}", "{use: lupus}", "has the id of an earlier row"),
        (POLICY, "stance: last_resort", "stance: not_listed", "not read to the end"),
        (POLICY, "stance: last_resort", "stance: likely", "is not one of the allowed words"),
        (POLICY, "        provenance: verified\n        criterion:", "        criterion:", "is missing"),
        (POLICY, "    provenance: verified\n    criteria", "    provenance: recalled\n    criteria", "under a line that is not"),
        (POLICY, 'our_reading: "yes"', 'our_reading: "yes", beside: [hemoptysis]', "names no fact that is a number"),
        (POLICY, 'our_reading: "yes"', 'our_reading: "yes", beside: [invented]', "names no fact that is a number"),
        (ALABAMA, "read_on: 2026-11-22", "read_on: 2026-11-22\nfax: 555-0100", "is not a field that belongs here"),
        ("bcbs-alabama/payer.yaml", "known: unknown", "known: known", "calls known what it does not list"),
        ("stances.yaml", "  case_by_case: >-", "  not_seen_either: >-", "is not one of the allowed words"),
        ("stances.yaml", "{condition} as a last resort", "{member} as a last resort", "has a placeholder that nothing fills"),
        (ALABAMA, "title: Plasma Exchange (Plasmapheresis)", "title: null", "null"),
        (ALABAMA, "kind: latest_review", "kind: undated", "has a date that it calls undated"),
        (ANTHEM, "extent: opening", "extent: summary", "is called verified in a policy of which no part was read"),
        (TRICARE, "stance: case_by_case", "stance: last_resort", "has conditions, and no criterion that states one"),
        (MEDICARE, "  source: https://checkoutapi.com/regulations/42/419.83\n", "", "was read, and does not say where"),
        (MEDICARE, "among: [inpatient]", "among: [asleep]", "with a word that it cannot hold"),
        (
            "uhc-community/payer.yaml",
            "except_states:",
            "states: [PA]\nexcept_states:",
            "names the states it stands for",
        ),
        (
            "priority-health-medicare-advantage/payer.yaml",
            'accepted: "no"',
            'accepted: "no"\n  within_days: "90"',
            "counts days for",
        ),
    ],
)
def test_a_broken_pack_is_refused_with_what_is_wrong(pack: Path, file: str, old: str, new: str, said: str) -> None:
    change(pack, file, old, new)
    error = refusal(pack)
    assert error.exit_code is ExitCode.PACK
    assert [problem.file for problem in error.problems if problem.file.endswith(file)] != []
    assert said in str(error)
    assert [problem for problem in error.problems if not problem.remedy or problem.line is None] == []


def test_a_stance_without_a_sentence_is_refused(pack: Path) -> None:
    lines = (pack / "stances.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    (pack / "stances.yaml").write_text("".join(line for line in lines if not line.startswith("  unknown:")), encoding="utf-8")
    assert "lacks a sentence. Add: unknown." in str(refusal(pack))


def test_a_pack_without_the_payer_that_stands_in_for_all_is_refused(pack: Path) -> None:
    shutil.rmtree(pack / "generic")
    assert "stands in for every payer" in str(refusal(pack))


def test_two_policies_that_may_hold_on_one_day_are_refused(pack: Path) -> None:
    shutil.copy(pack / POLICY, pack / HIGHMARK / "policies" / "older.yaml")
    change(pack, f"{HIGHMARK}/policies/older.yaml", "id: s-11-040", "id: older")
    change(pack, f"{HIGHMARK}/policies/older.yaml", "from: 2023-10-01", "from: 2018-12-24")
    assert "may be in force on the same day" in str(refusal(pack))
    change(pack, f"{HIGHMARK}/policies/older.yaml", "from: 2018-12-24", "from: 2018-12-24\n  to: 2023-09-30")
    held = read_payers(pack, vocabulary=vocabulary()).payers[HIGHMARK]
    assert [policy.id for policy in held.policies] == ["older", "s-11-040"]


@pytest.mark.parametrize(
    ("inherits", "said"),
    [("nobody", "inherits a payer that is not there"), ("uhc-medicare-advantage", "inherits a payer that itself inherits one")],
)
def test_a_payer_inherits_from_one_that_is_there_and_inherits_nothing(pack: Path, inherits: str, said: str) -> None:
    change(pack, "ibx-medicare-advantage/payer.yaml", "inherits: cms-ncd-110-14", f"inherits: {inherits}")
    error = refusal(pack)
    assert [Path(problem.file).parent.name for problem in error.problems] == ["ibx-medicare-advantage"]
    assert said in str(error)


def test_a_folder_without_a_payer_is_none(pack: Path) -> None:
    (pack / "codes-of-a-year").mkdir()
    (pack / "codes-of-a-year" / "source.yaml").write_text("release: none\n", encoding="utf-8")
    assert "codes-of-a-year" not in read_payers(pack, vocabulary=vocabulary()).payers


def test_a_folder_with_policies_and_no_payer_is_refused(pack: Path) -> None:
    (pack / "humana" / "payer.yaml").rename(pack / "humana" / "payer.yml")
    assert [Path(problem.file).parent.name for problem in refusal(pack).problems] == ["humana"]


def test_faults_of_several_files_are_reported_at_once(pack: Path) -> None:
    change(pack, POLICY, "lupus_established", "lupus_invented")
    change(pack, ALABAMA, "stance: listed", "stance: likely")
    change(pack, "generic/payer.yaml", "known: unknown", "known: perhaps")
    error = refusal(pack)
    files = {Path(problem.file).name for problem in error.problems}
    assert files == {"s-11-040.yaml", "mp-100.yaml", "payer.yaml"}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").problems != ()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("completeness.yaml", "field: member.name", "field: member.nickname", "which a case does not have"),
        ("completeness.yaml", "applies_when: is-child", "applies_when: is-old", "names a condition that is not there"),
        ("completeness.yaml", "      member-id:", "      member-name:", "is written twice"),
        ("completeness.yaml", "      payer-name:", "      member-name:", "has the id of an earlier one"),
        ("completeness.yaml", "among: [inpatient]", "among: [asleep]", "with a word that it cannot hold"),
        ("completeness.yaml", "role=product", "role=present", "which a case does not have"),
        ("completeness.yaml", "field:member.birth_date", "field:member.sex", "which is no date of a case"),
        ("completeness.yaml", "        field: member.birth_date\n", "", "Give exactly one of: field, criterion."),
        ("codes.yaml", "code: M32.1\n", "code: M321\n", "is not an ICD-10-CM code"),
    ],
)
def test_broken_rules_are_refused_with_what_is_wrong(pack: Path, file: str, old: str, new: str, said: str) -> None:
    change(pack, file, old, new)
    with pytest.raises(PackError) as refused:
        read_rules(pack, vocabulary=vocabulary())
    assert said in str(refused.value)
    assert [problem for problem in refused.value.problems if not problem.remedy] == []
