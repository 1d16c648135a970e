"""The traps of the payers' policies and codes, each met by somebody before us."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from priorauth.criteria.truth import Truth
from priorauth.errors import ExitCode
from priorauth.payers.models import Basis, Stance
from priorauth.reasoning.gaps import Gap
from tests.cases import payers
from tests.payer_cases import AS_OF, html_of, policy_text, sent_to, unchanged

NOT_OF_LUPUS = re.compile(r"ANCA|anti-GBM|hemorrhage|Goodpasture|vasculitis")
HEMORRHAGE_IS_OF_ANOTHER = (
    "uhc-commercial",
    "uhc-oxford",
    "uhc-medicare-advantage",
    "anthem-elevance",
    "cms-ncd-110-14",
    "ibx-medicare-advantage",
)
LUPUS = ("sle-npsle", "sle-dah", "sle-tma", "sle-severe-other")


# ---- alveolar hemorrhage: the entries of these payers belong to ANCA vasculitis or to anti-GBM disease


@pytest.mark.parametrize("payer", HEMORRHAGE_IS_OF_ANOTHER)
def test_a_hemorrhage_line_of_another_disease_supports_no_letter_on_lupus(payer: str, tmp_path: Path) -> None:
    held = payers().payers[payer]
    assert [policy.id for policy in payers().policies_of(held, AS_OF) if policy.line("sle-dah") is not None] == []
    reviewed = sent_to(held, "sle-dah", tmp_path)
    assert reviewed.review.assessment is not None
    assert reviewed.review.assessment.every_finding == ()
    stance, *_ = (block for block in policy_text(html_of(reviewed)) if "before me" in block)
    assert "The general standard is used" in stance
    assert NOT_OF_LUPUS.search(stance.replace("diffuse alveolar hemorrhage", "")) is None


def test_a_hemorrhage_in_lupus_is_carried_by_a_line_on_lupus_only() -> None:
    printable = [
        (payer.id, policy.indications["sle-dah"], policy.printable_criteria("sle-dah"))
        for payer in payers().payers.values()
        for policy in payer.policies
        if policy.line("sle-dah") is not None
    ]
    assert {payer for payer, _, _ in printable} == {"aetna-commercial", "bcbs-alabama", "highmark-commercial-pa", "tricare"}
    for payer, line, rows in printable:
        assert line.condition == "systemic lupus erythematosus", payer
        asked = [one.criterion.text or "" for one in rows if one.basis is Basis.POLICY]
        assert [text for text in (line.paraphrase, *asked) if NOT_OF_LUPUS.search(text)] == [], payer


# ---- one disease, opposite words: unconditional at Anthem, after failure of anticoagulation at Health Net


def heparin(outcome: str) -> Any:
    def change(content: dict[str, Any]) -> None:
        for therapy in content["therapies"]["tried"]:
            if therapy["therapy_class"] == "anticoagulant":
                therapy.update(outcome=outcome, reason="two organs were lost to new clots under it")

    return change


@pytest.mark.parametrize(
    ("payer", "outcome", "stance", "asked"),
    [
        ("anthem-elevance", "ongoing", Stance.LISTED, {"listed": Truth.MET}),
        ("anthem-elevance", "failed", Stance.LISTED, {"listed": Truth.MET}),
        (
            "health-net-california",
            "ongoing",
            Stance.LISTED_CONDITIONAL,
            {"listed": Truth.MET, "no-response-to-anticoagulation": Truth.NOT_MET},
        ),
        (
            "health-net-california",
            "failed",
            Stance.LISTED_CONDITIONAL,
            {"listed": Truth.MET, "no-response-to-anticoagulation": Truth.MET},
        ),
    ],
)
def test_catastrophic_antiphospholipid_syndrome_is_unconditional_at_one_and_conditional_at_another(
    payer: str, outcome: str, stance: Stance, asked: dict[str, Truth], tmp_path: Path
) -> None:
    reviewed = sent_to(payers().payers[payer], "caps", tmp_path, change=heparin(outcome))
    assessment = reviewed.review.assessment
    assert assessment is not None
    assert assessment.stance is stance
    rows = assessment.of_basis(Basis.POLICY)
    assert {row.finding.criterion.id: row.finding.truth for row in rows} == asked
    excepted = "individual exception" in " ".join(policy_text(html_of(reviewed)))
    assert excepted is (Truth.NOT_MET in asked.values())


# ---- thrombotic thrombocytopenic purpura: first line to the guideline, last resort to Medicare


def test_a_last_resort_of_medicare_is_shown_as_such_beside_the_first_line_of_the_guideline(tmp_path: Path) -> None:
    html = html_of(sent_to(payers().payers["cms-ncd-110-14"], "ttp-immune", tmp_path))
    assert "covers plasma exchange for thrombotic thrombocytopenic purpura as a last resort" in " ".join(policy_text(html))
    assert re.search(r"Category\s*<?[^>]*>?\s*I\b", html)


# ---- codes


def with_codes(*codes: str) -> Any:
    """A request whose diagnoses are these."""

    def change(content: dict[str, Any]) -> None:
        first = content["diagnoses"][0]
        content["diagnoses"] = [{**first, "code": code, "sequence": str(place)} for place, code in enumerate(codes, 1)]
        for line in content["services"]:
            line["diagnoses"] = ["1"]

    return change


def code_gaps(payer: str, indication: str, folder: Path, change: Any = unchanged) -> tuple[ExitCode, list[Gap]]:
    found = sent_to(payers().payers[payer], indication, folder, change=change).review
    return found.exit_code, [gap for gap in found.gaps if gap.id.startswith("code")]


@pytest.mark.parametrize("payer", ["generic", "highmark-commercial-pa", "aetna-commercial"])
def test_the_code_of_lupus_without_organ_involvement_is_refused(payer: str, tmp_path: Path) -> None:
    exit_code, gaps = code_gaps(payer, "sle-npsle", tmp_path, with_codes("M32.9", "G05.3"))
    assert exit_code is ExitCode.BLOCKED
    assert "code-primary" in {gap.id for gap in gaps if gap.blocks}
    assert [gap for gap in gaps if "no organ is involved" in gap.what] != []


def test_the_header_that_payers_still_print_is_refused_since_october_2021(tmp_path: Path) -> None:
    exit_code, gaps = code_gaps("qualchoice", "ttp-immune", tmp_path, with_codes("M31.1"))
    assert exit_code is ExitCode.BLOCKED
    assert [gap for gap in gaps if gap.blocks and "M31.1 has been a header since October 2021" in gap.what] != []


@pytest.mark.parametrize("other", ["D65", "D75.821"])
def test_codes_that_exclude_each_other_are_flagged(other: str, tmp_path: Path) -> None:
    _, gaps = code_gaps("anthem-elevance", "caps", tmp_path, with_codes("D68.61", other))
    assert [gap for gap in gaps if gap.id == "code-never-with"] != []


# ---- what was not seen is not absent, and a number is not a version


def test_what_was_not_seen_is_never_worded_as_not_listed() -> None:
    sentences = payers().stances.stances
    for stance in (Stance.NOT_SEEN, Stance.UNKNOWN):
        assert re.search(r"not (list|cover|nam)", sentences[stance]) is None


def test_only_a_policy_that_was_read_to_the_end_says_that_something_is_absent() -> None:
    absent = {
        (payer.id, str(policy.extent))
        for payer in payers().payers.values()
        for policy in payer.policies
        for name in policy.indications
        if (line := policy.line(name)) is not None and line.stance.asks_exception
    }
    assert absent == {("bcbs-alabama", "groups_complete")}


def test_the_policy_before_highmarks_had_no_line_on_lupus() -> None:
    (policy,) = payers().payers["highmark-commercial-pa"].policies
    (earlier,) = policy.history
    assert (earlier.number, earlier.version.date, earlier.note) == (
        "S-11-033",
        "2018-12-24",
        "No lupus line in the autoimmune group.",
    )
    assert {policy.indications[name].stance for name in LUPUS} == {Stance.LAST_RESORT}


def test_original_medicare_asks_for_no_prior_authorization_and_says_where_that_stands() -> None:
    asked = payers().payers["cms-ncd-110-14"].prior_authorization
    assert (asked.required, asked.printable, asked.source) == ("no", True, "https://checkoutapi.com/regulations/42/419.83")
