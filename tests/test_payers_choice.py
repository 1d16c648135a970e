"""Which payer a case is judged by: the declared one, unless the coverage contradicts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from priorauth.case.parts import Case
from priorauth.errors import CaseError, ExitCode
from priorauth.payers.choice import HowChosen, choose_payer
from tests.cases import payers

HIGHMARK, ALABAMA = "highmark-commercial-pa", "bcbs-alabama"


def case(**coverage: str) -> Case:
    return Case.model_validate({"case_id": "choice", "coverage": coverage})


@pytest.mark.parametrize(
    ("coverage", "requested", "payer", "how"),
    [
        ({"payer_id": HIGHMARK}, None, HIGHMARK, HowChosen.DECLARED),
        ({"payer_id": HIGHMARK}, HIGHMARK, HIGHMARK, HowChosen.DECLARED),
        ({"payer_id": HIGHMARK, "line_of_business": "commercial", "state": "PA"}, None, HIGHMARK, HowChosen.DECLARED),
        ({}, HIGHMARK, HIGHMARK, HowChosen.REQUESTED),
        ({"line_of_business": "commercial"}, ALABAMA, ALABAMA, HowChosen.REQUESTED),
        ({}, None, "generic", HowChosen.FALLBACK),
        ({}, "generic", "generic", HowChosen.FALLBACK),
        ({"payer_id": "generic"}, None, "generic", HowChosen.FALLBACK),
        ({"payer_id": "elsewhere-health"}, None, "generic", HowChosen.FALLBACK),
        ({"payer_id": "elsewhere-health"}, "generic", "generic", HowChosen.FALLBACK),
        ({"payer_id": "elsewhere-health"}, "elsewhere-health", "generic", HowChosen.FALLBACK),
        ({"payer_name": "Blue Cross and Blue Shield of Alabama"}, None, "generic", HowChosen.FALLBACK),
        ({"payer_id": "elsewhere-health", "line_of_business": "medicaid", "state": "TX"}, None, "generic", HowChosen.FALLBACK),
        ({"payer_id": HIGHMARK, "payer_name": "Highmark"}, None, HIGHMARK, HowChosen.DECLARED),
        ({"payer_id": HIGHMARK, "payer_name": "Highmark Blue Shield"}, None, HIGHMARK, HowChosen.DECLARED),
        ({"payer_id": "uhc-community", "state": "PA"}, None, "uhc-community", HowChosen.DECLARED),
        ({"payer_id": "uhc-oxford", "payer_name": "UnitedHealthcare"}, None, "uhc-oxford", HowChosen.DECLARED),
        ({"payer_id": "humana", "line_of_business": "medicaid"}, None, "humana", HowChosen.DECLARED),
        ({"payer_id": "generic", "payer_name": "Highmark"}, None, "generic", HowChosen.FALLBACK),
        ({"payer_id": "elsewhere-health", "payer_name": "Highmark"}, None, "generic", HowChosen.FALLBACK),
    ],
)
def test_the_declared_payer_goes_first_and_an_unknown_one_falls_back(
    coverage: dict[str, str], requested: str | None, payer: str, how: HowChosen
) -> None:
    chosen = choose_payer(payers(), case(**coverage), requested)
    assert (chosen.payer.id, chosen.how) == (payer, how)


@pytest.mark.parametrize(
    ("coverage", "requested", "fields"),
    [
        ({"payer_id": HIGHMARK}, ALABAMA, ["coverage.payer_id"]),
        ({"payer_id": HIGHMARK}, "generic", ["coverage.payer_id"]),
        ({"payer_id": HIGHMARK}, "no-such-payer", ["coverage.payer_id"]),
        ({}, "no-such-payer", ["coverage.payer_id"]),
        ({"payer_id": "elsewhere-health"}, ALABAMA, ["coverage.payer_id"]),
        ({"payer_id": HIGHMARK, "line_of_business": "medicare_advantage"}, None, ["coverage.line_of_business"]),
        ({"payer_id": HIGHMARK, "state": "DE"}, None, ["coverage.state"]),
        ({"payer_id": HIGHMARK, "payer_name": "Blue Cross and Blue Shield of Alabama"}, None, ["coverage.payer_name"]),
        ({"payer_id": "uhc-community", "state": "NJ"}, None, ["coverage.state"]),
        ({"payer_id": "cms-ncd-110-14", "line_of_business": "medicare_advantage"}, None, ["coverage.line_of_business"]),
        ({"payer_id": ALABAMA, "payer_name": "highmark (pennsylvania)"}, None, ["coverage.payer_name"]),
        ({"payer_id": ALABAMA, "payer_name": "HIGHMARK"}, None, ["coverage.payer_name"]),
        ({"payer_name": "Highmark  (Pennsylvania)"}, ALABAMA, ["coverage.payer_name"]),
        ({"line_of_business": "medicaid", "state": "GA"}, ALABAMA, ["coverage.line_of_business", "coverage.state"]),
        (
            {"payer_id": HIGHMARK, "line_of_business": "medicaid", "state": "PA"},
            ALABAMA,
            ["coverage.payer_id", "coverage.line_of_business", "coverage.state"],
        ),
    ],
)
def test_every_contradiction_with_the_coverage_is_refused_at_once(
    coverage: dict[str, str], requested: str | None, fields: list[str]
) -> None:
    with pytest.raises(CaseError) as refused:
        choose_payer(payers(), case(**coverage), requested)
    assert refused.value.exit_code is ExitCode.CASE
    assert [problem.field for problem in refused.value.problems] == fields
    assert [problem for problem in refused.value.problems if not problem.remedy] == []


def test_a_refusal_repeats_nothing_of_the_coverage() -> None:
    canary = case(payer_id="canary-payer", payer_name="Canary Health", state="ZZ", line_of_business="medicaid", plan="Canary")
    with pytest.raises(CaseError) as refused:
        choose_payer(payers(), canary, HIGHMARK)
    assert [word for word in ("canary", "Canary", "ZZ", "medicaid") if word in str(refused.value)] == []


@pytest.mark.parametrize(
    ("payer", "judged_by"),
    [
        ("cms-ncd-110-14", ["ncd-110-14"]),
        ("highmark-medicare-advantage", ["ncd-110-14", "n-134-003"]),
        ("ibx-medicare-advantage", ["ncd-110-14", "ma06-001e"]),
        ("uhc-medicare-advantage", ["ncd-110-14"]),
        ("highmark-commercial-pa", ["s-11-040"]),
        ("cigna-commercial", []),
        ("florida-blue", []),
        ("humana", []),
    ],
)
def test_the_inherited_policy_is_judged_first_and_one_that_nobody_read_not_at_all(payer: str, judged_by: list[str]) -> None:
    chosen = choose_payer(payers(), case(payer_id=payer))
    held = payers().policies_of(chosen.payer, date(2026, 11, 20))
    assert [policy.id for policy in held] == judged_by
    assert [one.policy_on(date(2026, 11, 20)) for one in chosen.lineage if one.policies_read] == list(held)


def test_a_policy_does_not_hold_before_its_first_day() -> None:
    highmark = payers().payers["highmark-medicare-advantage"]
    assert [policy.id for policy in payers().policies_of(highmark, date(1990, 1, 1))] == ["n-134-003"]


@pytest.mark.parametrize(
    ("coverage", "meant"),
    [
        ({"payer_name": "Aetna"}, ("aetna-commercial",)),
        ({"payer_name": "Aetna Open Choice"}, ("aetna-commercial",)),
        ({"payer_name": "Aetna", "line_of_business": "medicaid"}, ()),
        ({"payer_name": "UnitedHealthcare", "line_of_business": "medicaid", "state": "NJ"}, ("uhc-community-nj",)),
        ({"payer_name": "Highmark Blue Shield", "state": "PA"}, ("highmark-commercial-pa", "highmark-medicare-advantage")),
        ({"payer_name": "Example Health"}, ()),
        ({}, ()),
        ({"payer_id": "generic", "payer_name": "Aetna"}, ()),
        ({"payer_id": "aetna", "payer_name": "aetna"}, ("aetna-commercial",)),
        ({"payer_id": "aetna-commercial", "payer_name": "Aetna"}, ()),
        ({"payer_id": "bcbs-alabma", "payer_name": "Example Plan"}, ("bcbs-alabama",)),
    ],
)
def test_a_coverage_without_a_loaded_payer_is_told_which_it_may_mean(coverage: dict[str, str], meant: tuple[str, ...]) -> None:
    assert choose_payer(payers(), case(**coverage)).resembling == meant


@pytest.mark.parametrize(("payer_id", "unknown"), [("buckeye", True), ("generic", False), (None, False), ("bcbs-alabama", False)])
def test_an_id_that_is_not_loaded_is_told_from_none(payer_id: str | None, unknown: bool) -> None:
    coverage = {"payer_name": "Example Health"} | ({"payer_id": payer_id} if payer_id else {})
    assert choose_payer(payers(), case(**coverage)).unknown_id is unknown


@pytest.mark.parametrize(
    ("payer", "fax", "refused"),
    [
        ("cigna-commercial", "866-873-8279", False),
        ("cigna-medicare-advantage", "866-873-8279", True),
        ("cigna-medicare-advantage", "(866) 873 8279", True),
        ("cigna-medicare-advantage", "+1 866.873.8279", True),
        ("cigna-medicare-advantage", "866-873-8279 ext. 12", True),
        ("cigna-medicare-advantage", "555-0161", False),
        ("aetna-commercial", "800-964-3627", True),
        ("generic", "866-873-8279", False),
        ("elsewhere-health", "866-873-8279", False),
    ],
)
def test_a_fax_number_that_is_known_as_another_payers_is_refused(payer: str, fax: str, refused: bool) -> None:
    one = case(payer_id=payer, fax=fax)
    if not refused:
        assert choose_payer(payers(), one).payer.id in {payer, "generic"}
        return
    with pytest.raises(CaseError) as error:
        choose_payer(payers(), one)
    assert [problem.field for problem in error.value.problems] == ["coverage.fax"]
    assert fax not in str(error.value)


def test_a_clinics_own_medicare_contractor_does_not_stand_for_original_medicare_unless_it_replaces_it() -> None:
    ours = payers().payers["cms-ncd-110-14"]
    contractor = ours.model_copy(update={"id": "a-contractor"})
    beside = replace(payers(), payers={"a-contractor": contractor, **payers().payers}, clinic=frozenset({"a-contractor"}))
    instead = replace(payers(), clinic=frozenset({ours.id}))
    assert choose_payer(beside, case(line_of_business="medicare")).payer.id == ours.id
    assert choose_payer(beside, case(line_of_business="medicare", payer_id="a-contractor")).payer.id == "a-contractor"
    assert choose_payer(instead, case(line_of_business="medicare")).payer.id == ours.id
