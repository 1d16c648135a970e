"""The denial of an appeal, and the answer to each of its points from what the letter holds already.

A point is answered with a part of the letter that its ground decides, which then stands there and not in its usual
place; so an appeal can say nothing that the first letter could not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from priorauth.case.parts import DenialGround, DenialPoint, LineTiming, RequestKind, ServiceRole
from priorauth.criteria.chart import Location
from priorauth.evidence.models import Indication, Topic
from priorauth.letters.citing import Citing
from priorauth.letters.letter import (
    ClinicalPart,
    CriteriaGroup,
    DenialPart,
    EvidencePart,
    PlanPart,
    PointPart,
    PolicyPart,
    RatingPart,
    RequestPart,
    ResponsePart,
)
from priorauth.letters.provenance import Value, value
from priorauth.letters.quote import Phrase, Quoter
from priorauth.letters.request_part import labeled, present
from priorauth.reasoning.appeals import appealed

_LITERATURE = frozenset({DenialGround.EXPERIMENTAL, DenialGround.NOT_LISTED})
"""Grounds that the same guideline and literature answer."""
_STANCE = _LITERATURE | {DenialGround.CRITERIA}
"""Grounds whose answer begins with how the policies stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The parts of a letter from which points are answered, and what is left of them afterwards."""

    policy: PolicyPart
    ratings: tuple[RatingPart, ...]
    clinical: ClinicalPart
    evidence: EvidencePart
    plan: PlanPart
    request: RequestPart
    response: ResponsePart

    def without(self, grounds: Collection[DenialGround]) -> Answers:
        """What stands in its usual place, once points of these grounds hold the rest."""
        left = self
        for ground in grounds:
            left = _without(left, ground)
        told = not _STANCE.isdisjoint(grounds)
        first = replace(left.policy.first, told=told) if left.policy.first is not None else None
        return replace(left, policy=replace(left.policy, told=told, first=first))


def _without(answers: Answers, ground: DenialGround) -> Answers:
    policy, evidence = answers.policy, answers.evidence
    match ground:
        case DenialGround.DIAGNOSIS:
            return replace(answers, policy=replace(policy, groups=()))
        case DenialGround.CRITERIA:
            first = replace(policy.first, criteria=(), unsettled=None) if policy.first is not None else None
            return replace(answers, policy=replace(policy, criteria=(), unsettled=None, first=first))
        case DenialGround.EXPERIMENTAL | DenialGround.NOT_LISTED:
            return replace(answers, ratings=(), evidence=replace(evidence, supporting=(), contrary=()))
        case DenialGround.OTHER_TREATMENT:
            return replace(answers, clinical=replace(answers.clinical, therapies=(), considered=()))
        case DenialGround.SESSIONS:
            plan = replace(answers.plan, goal=None, stop_for_success=None, stop_for_futility=None)
            return replace(answers, plan=plan, evidence=replace(evidence, course=()))
        case _:
            return answers


def grounds_of(quoter: Quoter) -> tuple[DenialGround, ...]:
    """The grounds of the points of the decision that is appealed, in its order; empty where there is none."""
    found = appealed(quoter.chart)
    return tuple(point.about for point in found[1].points) if found is not None else ()


def answers_with_literature(grounds: Iterable[DenialGround]) -> bool:
    """Whether the guideline and the literature stand in the answer to a point."""
    return not _LITERATURE.isdisjoint(grounds)


def literature_first(grounds: Iterable[DenialGround]) -> bool:
    """Whether they stand there before the criteria that define the diagnosis."""
    order = [one for one in grounds if one in _LITERATURE or one is DenialGround.DIAGNOSIS]
    return bool(order) and order[0] in _LITERATURE


def sessions_first(grounds: Iterable[DenialGround]) -> bool:
    """Whether the guideline is first cited on the number of sessions."""
    order = [one for one in grounds if one in _LITERATURE or one in {DenialGround.DIAGNOSIS, DenialGround.SESSIONS}]
    return bool(order) and order[0] is DenialGround.SESSIONS


def cite_literature(citing: Citing, indications: tuple[Indication, ...], edition: str) -> None:
    """Number the guideline and the literature now, as they stand in the answer to a point."""
    citing.marks(edition)
    citing.on(indications, Topic.RATIONALE)
    citing.on(indications, Topic.CONTRARY)


def compose_denial(quoter: Quoter, answers: Answers) -> DenialPart | None:
    """The denial and its points, answered; `None` where the request is no appeal."""
    found = appealed(quoter.chart)
    if found is None:
        return None
    place, denial = found
    denied_on, reference, reason, enclosed = _named(quoter, place)
    points = tuple(_points(quoter, place, denial.points, answers))
    return DenialPart(
        external=quoter.case.request.kind is RequestKind.EXTERNAL_REVIEW,
        denied_on=denied_on,
        reference=reference,
        reason=reason,
        policy_quoted=quoter.field("denials", place, "policy_quoted"),
        enclosed=enclosed,
        earlier=tuple(_named(quoter, one) for one in range(place)),
        points=points,
    )


def _named(quoter: Quoter, place: int) -> tuple[Value, Value, Value, Value | None]:
    denied_on = quoter.dated("denials", place, "denied_on")
    reference, reason = quoter.field("denials", place, "reference"), quoter.field("denials", place, "reason")
    assert denied_on is not None  # without any of the three no letter is written
    assert reference is not None
    assert reason is not None
    return denied_on, reference, reason, _enclosed(quoter, place)


def _enclosed(quoter: Quoter, place: int) -> Value | None:
    denial = quoter.case.denials[place]
    return quoter.where(("denials", place), denial.exhibit, denial.page, attested=False)


def _points(quoter: Quoter, place: int, points: tuple[DenialPoint, ...], answers: Answers) -> Iterator[PointPart]:
    answered: set[DenialGround] = set()
    for position, point in enumerate(points):
        at: Location = ("denials", place, "points", position)
        alike = _LITERATURE if point.about in _LITERATURE else {point.about}
        repeated = bool(answered & alike) and point.about is not DenialGround.MISSING_INFORMATION
        says = quoter.field(*at, "says")
        assert says is not None  # it is required of a point
        opens = point.about in _STANCE and answered.isdisjoint(_STANCE)
        yield PointPart(
            says=says,
            own=quoter.markdown(*at, "answer"),
            facts=tuple(phrase for fact in dict.fromkeys(point.facts) for phrase in _course(quoter, fact)),
            repeated=repeated,
            stances=tuple(_stances(answers)) if opens else (),
            **({} if repeated else _answer(quoter, point.about, answers)),
        )
        answered |= alike


def _policies(answers: Answers) -> tuple[PolicyPart, ...]:
    return tuple(one for one in (answers.policy.first, answers.policy) if one is not None)


def _stances(answers: Answers) -> Iterator[Value]:
    """How each policy stands, in the sentences of its usual place."""
    for policy in _policies(answers):
        yield policy.stance
        if policy.contrast is not None:
            yield policy.contrast
        if answers.clinical.suspected and policy.criteria:
            yield value("The listing applies if the suspected diagnosis is confirmed.", *policy.stance.sources)


def _course(quoter: Quoter, fact: str) -> tuple[Phrase, ...]:
    """A fact from its first result to its latest."""
    places = [one.location for one in quoter.chart.all_results(fact)]
    phrases = [quoter.phrase(place) for place in dict.fromkeys((*places[:1], *places[-1:]))]
    return (*phrases[:1], *(replace(one, name=None) for one in phrases[1:]))


def _answer(quoter: Quoter, ground: DenialGround, answers: Answers) -> dict[str, Any]:
    """The fields of a point that its ground fills."""
    policies = _policies(answers)
    match ground:
        case DenialGround.DIAGNOSIS:
            return {"groups": answers.policy.groups}
        case DenialGround.CRITERIA:
            unsettled = tuple(one.unsettled for one in policies if one.unsettled is not None)
            return {"groups": tuple(_of_policy(one) for one in policies if one.criteria), "unsettled": unsettled}
        case DenialGround.EXPERIMENTAL | DenialGround.NOT_LISTED:
            evidence = answers.evidence
            argued = {"supporting": evidence.supporting, "contrary": evidence.contrary}
            return {"ratings": answers.ratings, **argued}
        case DenialGround.OTHER_TREATMENT:
            return {"therapies": answers.clinical.therapies, "considered": answers.clinical.considered}
        case DenialGround.SESSIONS:
            return {
                "plan": answers.plan,
                "course": answers.evidence.course,
                "response": answers.response if answers.response.results else None,
            }
        case DenialGround.SETTING:
            return {"setting": _setting(quoter)}
        case DenialGround.MISSING_INFORMATION:
            return {}


def _of_policy(policy: PolicyPart) -> CriteriaGroup:
    heading = "Of the policy" if policy.own else "Of the national determination"
    return CriteriaGroup(heading=value(heading, *policy.stance.sources), cites=None, rows=policy.criteria)


def _setting(quoter: Quoter) -> tuple[Value, ...]:
    """Where the sessions are given, and under whom."""
    lines = [(place, line) for place, line in enumerate(quoter.case.services) if line.role is ServiceRole.EXCHANGE]
    to_come = [place for place, line in lines if line.timing is LineTiming.TO_COME]
    place = next(iter(to_come or [place for place, _ in lines]), None)
    at = ("services", place) if place is not None else None
    return present(
        quoter.field("facility", "name"),
        quoter.field("admission", "status"),
        labeled("place of service", quoter.field(*at, "place_of_service")) if at else None,
        labeled("supervised by", quoter.field(*at, "supervising_physician")) if at else None,
    )
