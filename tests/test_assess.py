"""How a policy stands to a case: said openly, never more than was read, unmet rows first."""

from __future__ import annotations

from datetime import date

import pytest

from priorauth.case.parts import Case
from priorauth.criteria.truth import Truth
from priorauth.payers.choice import ChosenPayer, HowChosen
from priorauth.payers.models import Basis, Payer, Stance
from priorauth.reasoning.assess import Assessment, assess, date_of_service
from tests.cases import Data, chart_of, drop, full_case, indication, payers, put

HIGHMARK, ALABAMA = "highmark-commercial-pa", "bcbs-alabama"
FAILED = {"drug": "a drug", "dose": "a dose", "started": "2026-11-01", "reason": "a reason"}


def chosen(payer: str | Payer, how: HowChosen = HowChosen.DECLARED) -> ChosenPayer:
    held = payers().payers[payer] if isinstance(payer, str) else payer
    return ChosenPayer(payer=held, how=how, stances=payers().stances)


def assessed(payer: str | Payer, name: str, data: Data | None = None) -> Assessment:
    return assess(chart_of(data or full_case()), indication=indication(name), chosen=chosen(payer))


def truths(found: Assessment) -> dict[str | None, Truth]:
    return {row.finding.criterion.id: row.finding.truth for row in found.findings}


@pytest.mark.parametrize(
    ("payer", "name", "stance", "said"),
    [
        (HIGHMARK, "caps", Stance.LISTED, "lists catastrophic antiphospholipid syndrome among"),
        (HIGHMARK, "ttp-immune", Stance.LISTED, "lists thrombotic thrombocytopenic purpura among"),
        (HIGHMARK, "sle-dah", Stance.LAST_RESORT, "for systemic lupus erythematosus as a last resort"),
        (HIGHMARK, "ln-alone", Stance.NOT_SEEN, "I had only a part of policy S-11-040"),
        (HIGHMARK, "mild-sle", Stance.NOT_SEEN, "I had only a part of policy S-11-040"),
        (ALABAMA, "caps", Stance.LISTED, "lists catastrophic antiphospholipid syndrome among"),
        (ALABAMA, "sle-npsle", Stance.NOT_LISTED, "does not list systemic lupus erythematosus"),
        (ALABAMA, "hyperviscosity", Stance.NOT_SEEN, "What I had before me of policy MP-100"),
        (ALABAMA, "sle-tma", Stance.NOT_LISTED, "does not list systemic lupus erythematosus"),
        ("generic", "caps", Stance.UNKNOWN, "I had no criteria of your policy before me"),
    ],
)
def test_the_stance_is_said_in_words(payer: str, name: str, stance: Stance, said: str) -> None:
    found = assessed(payer, name)
    assert found.stance is stance
    assert said in found.wording


@pytest.mark.parametrize(("payer", "policy"), [(HIGHMARK, "S-11-040"), (ALABAMA, "MP-100")])
@pytest.mark.parametrize("name", ["caps", "ttp-immune", "sle-dah", "ln-alone"])
def test_the_wording_names_policy_title_and_version(payer: str, policy: str, name: str) -> None:
    versions = {"S-11-040": "Pheresis Therapy (effective October 1, 2023)", "MP-100": "(latest review July 2024)"}
    wording = assessed(payer, name).wording
    assert f"{policy}, " in wording
    assert versions[policy] in wording
    assert "{" not in wording


def test_only_a_policy_that_was_read_to_its_end_makes_the_letter_ask_for_an_exception() -> None:
    lines = [(payer, name) for payer in (HIGHMARK, ALABAMA) for name in ("caps", "sle-dah")]
    asked = [(payer, name) for payer, name in lines if assessed(payer, name).asks_exception]
    assert asked == [(ALABAMA, "sle-dah")]


def test_nobody_has_compared_the_policy_and_the_review_sheet_is_told() -> None:
    said = assessed(HIGHMARK, "caps").not_compared
    assert said is not None
    assert "Nobody has yet compared" in said
    compared = payers().payers[HIGHMARK].policies[0].model_copy(update={"compared_on": date(2026, 11, 1)})
    payer = payers().payers[HIGHMARK].model_copy(update={"policies": (compared,)})
    assert assessed(payer, "caps").not_compared is None


@pytest.mark.parametrize(
    ("start", "stance"),
    [("2023-09-30", Stance.UNKNOWN), ("2023-10-01", Stance.LISTED), ("2026-11-21", Stance.LISTED)],
)
def test_the_policy_goes_by_the_date_of_service(start: str, stance: Stance) -> None:
    found = assessed(HIGHMARK, "caps", put(full_case(), "services.0.start", start))
    assert found.stance is stance
    assert (found.policy is None) is (stance is Stance.UNKNOWN)
    assert ("was not in force on the date of service" in found.wording) is (stance is Stance.UNKNOWN)


LINE = {"role": "exchange", "start": "2026-11-21"}
DELIVERED = {"role": "exchange", "start": "2026-11-18", "timing": "delivered"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"services": [LINE]}, "2026-11-21"),
        ({"services": [LINE, {**LINE, "start": "2026-11-20"}]}, "2026-11-20"),
        ({"services": [DELIVERED, LINE]}, "2026-11-21"),
        ({"services": [DELIVERED]}, "2026-11-18"),
        ({"services": [{"role": "catheter", "start": "2026-11-01"}]}, "2026-11-22"),
        ({"services": [{"role": "exchange"}], "exchange": {"first_started_at": "2026-11-17T09:00"}}, "2026-11-17"),
        ({}, "2026-11-22"),
    ],
)
def test_the_date_of_service_is_the_first_day_asked_for(given: Data, expected: str) -> None:
    case = Case.model_validate({"case_id": "dates", **given})
    assert date_of_service(case, as_of=date(2026, 11, 22)) == date.fromisoformat(expected)


def lupus(**therapies: str) -> Data:
    """Severe lupus with a therapy of each class and its outcome."""
    tried = [{**FAILED, "therapy_class": name, "outcome": outcome} for name, outcome in therapies.items()]
    data = put(full_case(), "facts.lupus_established", [{"value": "yes"}])
    return put(put(data, "therapies.tried", tried), "therapies.complete", "yes")


@pytest.mark.parametrize(
    ("therapies", "truth"),
    [
        ({"corticosteroid": "failed", "cyclophosphamide": "failed"}, Truth.MET),
        ({"corticosteroid": "partial", "rituximab": "contraindicated"}, Truth.MET),
        ({"corticosteroid": "not_tolerated", "mycophenolate": "partial"}, Truth.MET),
        ({"corticosteroid": "failed"}, Truth.NOT_MET),
        ({"cyclophosphamide": "failed", "rituximab": "failed"}, Truth.NOT_MET),
        ({"corticosteroid": "failed", "cyclophosphamide": "ongoing"}, Truth.NOT_MET),
        ({"corticosteroid": "failed", "antimalarial": "failed"}, Truth.NOT_MET),
        ({"corticosteroid": "ongoing", "cyclophosphamide": "planned"}, Truth.NOT_MET),
        ({}, Truth.NOT_MET),
    ],
)
def test_options_are_exhausted_by_corticosteroids_and_a_further_drug(therapies: dict[str, str], truth: Truth) -> None:
    assert truths(assessed(HIGHMARK, "sle-dah", lupus(**therapies)))["options-exhausted"] is truth


def test_an_open_list_of_therapies_leaves_exhausted_options_unknown() -> None:
    data = put(lupus(corticosteroid="failed"), "therapies.complete", "no")
    assert truths(assessed(HIGHMARK, "sle-dah", data))["options-exhausted"] is Truth.UNKNOWN


def test_a_failure_without_its_reason_does_not_exhaust_an_option() -> None:
    data = drop(lupus(corticosteroid="failed", cyclophosphamide="failed"), "therapies.tried.1.reason")
    assert truths(assessed(HIGHMARK, "sle-dah", data))["options-exhausted"] is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("change", "truth"),
    [("none", Truth.MET), ("denied", Truth.NOT_MET), ("silent", Truth.UNKNOWN), ("unexplained", Truth.UNKNOWN)],
)
def test_a_threat_to_life_is_attested_and_explained(change: str, truth: Truth) -> None:
    data = lupus()
    if change == "denied":
        put(data, "facts.life_threatening.0.value", "no")
    elif change == "silent":
        drop(data, "facts.life_threatening")
    elif change == "unexplained":
        drop(data, "facts.life_threatening_statement")
    assert truths(assessed(HIGHMARK, "sle-dah", data))["threatens-life"] is truth


def test_unmet_rows_stand_first_then_unknown_then_met() -> None:
    data = drop(lupus(corticosteroid="failed"), "facts.life_threatening")
    found = [row.finding.truth for row in assessed(HIGHMARK, "sle-dah", data).findings]
    assert found == [Truth.NOT_MET, Truth.UNKNOWN, Truth.UNKNOWN, Truth.MET]


def test_every_row_says_who_asks_and_where_it_is_written() -> None:
    found = assessed(HIGHMARK, "caps")
    by_policy = [row.source for row in found.of_basis(Basis.POLICY)]
    by_project = [row.source for row in found.of_basis(Basis.PROJECT)]
    place = f"payer:{HIGHMARK}/s-11-040/caps"
    assert by_policy == [f"{place}/listed"]
    assert by_project == [f"{place}/antibodies", f"{place}/organs"]
    assert [source for source in (*by_policy, *by_project, *found.sources) if not payers().origin(source)] == []


@pytest.mark.parametrize("name", ["caps", "ttp-immune", "sle-npsle", "sle-dah", "sle-tma", "sle-severe-other", "ln-alone"])
@pytest.mark.parametrize("payer", [HIGHMARK, ALABAMA, "generic"])
def test_an_empty_case_is_assessed_without_an_unmet_row(payer: str, name: str) -> None:
    found = assess(chart_of({"case_id": "empty"}), indication=indication(name), chosen=chosen(payer))
    assert [row.finding.criterion.id for row in found.findings if row.finding.truth is not Truth.UNKNOWN] == []


def test_a_suspected_case_with_a_pending_test_is_not_held_up_by_the_policy() -> None:
    data = full_case()
    for fact in ("platelets", "ldh"):
        put(data, f"facts.{fact}", [{"value": "40", "unit": "10*9/L" if fact == "platelets" else "U/L"}])
    put(data, "facts.adamts13_activity", [{"pending": "yes"}])
    put(data, "diagnoses.0.code", "M31.19")
    assert set(truths(assessed(HIGHMARK, "ttp-immune", data)).values()) == {Truth.MET}
