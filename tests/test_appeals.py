"""An appeal holds its denial and can answer each point of it; what looks back says why, to a payer that takes it."""

from __future__ import annotations

from typing import Any

import pytest

from priorauth.facts import Owner
from priorauth.reasoning.gaps import Gap, GapKind, Gaps
from tests.cases import Data, chart_of, drop, full_case, incomplete, payers, put
from tests.test_completeness import appeal, gaps_of, ids, retrospective

POINT = "denials.0.points.0"


def saying(about: str, **more: Any) -> Data:
    """The appeal with one point of this ground."""
    return put(appeal(), POINT, {"says": "what the payer says", "about": about, **more})


def of_answers(gaps: Gaps) -> Gaps:
    return Gaps(gap for gap in gaps if gap.clause == "What reviewers ask of an appeal")


@pytest.mark.parametrize("kind", ["appeal_level_1", "external_review"])
def test_an_appeal_with_its_denial_has_no_gap(kind: str) -> None:
    assert gaps_of(put(appeal(), "request.kind", kind)) == Gaps()


@pytest.mark.parametrize("field", ["denied_on", "reference", "reason", "points"])
def test_an_appeal_without_a_part_of_its_denial_is_blocked_by_billing(field: str) -> None:
    found = gaps_of(drop(appeal(), f"denials.0.{field}"))
    assert [(gap.blocks, gap.owner, gap.field) for gap in found] == [(True, Owner.BILLING, f"denials[0].{field}")]


def test_an_appeal_without_a_denial_is_one_gap() -> None:
    assert [(gap.id, gap.blocks, gap.owner) for gap in gaps_of(drop(appeal(), "denials"))] == [("denial", True, Owner.BILLING)]


def test_a_second_appeal_rests_on_two_decisions() -> None:
    data = put(appeal(), "request.kind", "appeal_level_2")
    assert [(gap.id, gap.blocks) for gap in gaps_of(data)] == [("earlier-denial", True)]
    assert gaps_of(put(data, "denials.1", {**data["denials"][0], "reference": "D2"})) == Gaps()


def test_only_the_decision_that_is_appealed_is_taken_apart() -> None:
    data = put(appeal(), "request.kind", "appeal_level_2")
    earlier = {name: said for name, said in data["denials"][0].items() if name != "points"}
    assert gaps_of(put(data, "denials", [earlier, data["denials"][0]])) == Gaps()
    assert ids(gaps_of(put(data, "denials", [data["denials"][0], earlier]))) == ["denial-points"]


def test_a_denial_beside_another_kind_of_request_is_a_contradiction() -> None:
    found = gaps_of(put(appeal(), "request.kind", "initial"))
    assert [(gap.id, gap.kind, gap.blocks) for gap in found] == [("denial-without-appeal", GapKind.CONTRARY, True)]


@pytest.mark.parametrize(
    "about", ["diagnosis", "criteria", "experimental", "not_listed", "other_treatment", "sessions", "setting"]
)
def test_a_point_that_the_case_answers_is_no_gap(about: str) -> None:
    assert of_answers(gaps_of(saying(about))) == Gaps()


@pytest.mark.parametrize(
    ("about", "path", "instead", "gap"),
    [
        ("missing_information", None, None, "point-missing-information"),
        ("criteria", "coverage.payer_id", "generic", "point-criteria"),
        ("other_treatment", "therapies.tried", [], "point-other-treatment"),
        ("sessions", "plan", {}, "point-sessions"),
        ("setting", "services.0.supervising_physician", None, "point-setting"),
    ],
)
def test_a_point_that_nothing_answers_blocks(about: str, path: str | None, instead: Any, gap: str) -> None:
    data = put(saying(about), path, instead) if path else saying(about)
    assert [(one.id, one.blocks) for one in of_answers(gaps_of(data))] == [(gap, True)]
    assert of_answers(gaps_of(put(data, f"{POINT}.answer", "my answer"))) == Gaps()


def test_a_fact_that_answers_must_have_come_back() -> None:
    assert of_answers(gaps_of(saying("missing_information", facts=["platelets"]))).blocking[0].field == "facts.platelets"
    awaited = put(saying("missing_information", facts=["platelets"]), "facts.platelets", [{"pending": "yes"}])
    assert [gap.id for gap in of_answers(gaps_of(awaited))] == ["answer:platelets"]


@pytest.mark.parametrize(("dropped", "gap"), [("taken", "fact-dated"), ("exhibit", "fact-enclosed"), ("page", "fact-page")])
def test_a_fact_that_answers_has_its_date_exhibit_and_page(dropped: str, gap: str) -> None:
    seen = {"value": "40", "unit": "10*9/L", "taken": "2026-11-17", "exhibit": "B", "page": "1"}
    data = put(saying("missing_information", facts=["platelets"]), "facts.platelets", [seen])
    assert gaps_of(data) == Gaps()
    assert [(one.id, one.blocks) for one in gaps_of(drop(data, f"facts.platelets.0.{dropped}"))] == [(gap, True)]


def test_an_appeal_of_sessions_given_is_asked_for_no_plan_and_is_not_expedited() -> None:
    data = retrospective()
    put(data, "request.kind", "appeal_level_1")
    put(data, "denials", appeal()["denials"])
    assert [gap.field for gap in gaps_of(data) if gap.field.startswith("plan")] == []
    put(data, "request.expedited", {"basis": "b", "certified_by": "requesting_provider", "certified_on": "2026-11-20"})
    assert [gap.id for gap in gaps_of(data)] == ["expedited-too-late"]


# ---- looking back


def looking_back(payer: str, business: str, first: str, *, kind: str = "retrospective") -> tuple[Gap, ...]:
    data = put(drop(retrospective(), "authorization"), "request.kind", kind)
    for field, said in (("payer_id", payer), ("line_of_business", business), ("payer_name", payers().payers[payer].name)):
        put(data, f"coverage.{field}", said)
    drop(data, "coverage.fax")
    data["services"][0] |= {"start": first, "end": first, "units": "1"}
    put(data, "exchange.first_started_at", f"{first}T10:30")
    put(data, "coverage.address", ["1 Payer Way"])
    return tuple(gap for gap in incomplete(chart_of(data)) if gap.id.startswith("retrospective"))


def test_a_payer_that_takes_nothing_after_the_fact_refuses_with_its_clause() -> None:
    found = looking_back("priority-health-medicare-advantage", "medicare_advantage", "2026-11-18")
    assert [(gap.id, gap.blocks, gap.kind) for gap in found] == [("retrospective-not-taken", True, GapKind.CONTRARY)]
    assert "https://www.priorityhealth.com/provider/manual/auths/retrospective-auths" in found[0].what


@pytest.mark.parametrize(("first", "gaps"), [("2026-08-22", []), ("2026-08-21", ["retrospective-too-late"])])
def test_a_request_after_the_fact_comes_within_the_days_of_the_payer(first: str, gaps: list[str]) -> None:
    assert [gap.id for gap in looking_back("priority-health", "commercial", first)] == gaps


def test_sessions_given_beside_those_to_come_are_only_warned_of() -> None:
    found = looking_back("priority-health-medicare-advantage", "medicare_advantage", "2026-11-18", kind="initial")
    assert [(gap.id, gap.blocks) for gap in found] == [("retrospective-not-taken", False)]
    assert looking_back("priority-health-medicare-advantage", "medicare_advantage", "2026-11-18", kind="appeal_level_1") == ()


def test_what_is_not_known_of_a_payer_refuses_nothing() -> None:
    assert looking_back("generic", "commercial", "2020-01-02") == ()


def test_a_full_case_has_no_gap() -> None:
    assert gaps_of(full_case()) == Gaps()
