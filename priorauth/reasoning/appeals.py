"""Whether an appeal holds the denial that it answers, and whether the case can answer every point of it."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.case.parts import Denial, DenialGround, DenialPoint, RequestKind, ServiceRole
from priorauth.criteria.chart import Chart, Location
from priorauth.facts import Owner
from priorauth.mistakes import path_of
from priorauth.payers.models import Basis
from priorauth.reasoning.assess import Assessment
from priorauth.reasoning.gaps import Gap, GapKind

_CLAUSE = "What reviewers ask of an appeal"
_REASON = "A reviewer reads an appeal beside the denial, and upholds every point that is not answered."
_PAIR = 2


def appealed(chart: Chart) -> tuple[int, Denial] | None:
    """The place and the decision that the request is directed against; `None` where it is no appeal or holds none."""
    denials = chart.case.denials
    return (len(denials) - 1, denials[-1]) if denials and chart.case.request.kind.is_appeal else None


def answering(chart: Chart) -> tuple[Location, ...]:
    """Every observation of the facts by which the points of the denial are answered, each once."""
    found = appealed(chart)
    named = dict.fromkeys(fact for point in found[1].points for fact in point.facts) if found is not None else {}
    return tuple(place for fact in named for place, _ in chart.observations(fact))


def appeal_gaps(chart: Chart, assessment: Assessment | None) -> Iterator[Gap]:
    """What the denial lacks, and every point that the case has nothing to answer with.

    `assessment` is `None` where the case matches no indication yet: then what the policy answers is left open.
    """
    yield from _unlike_its_kind(chart)
    found = appealed(chart)
    if found is None:
        return
    place, denial = found
    if not denial.points:
        what = "The denial is not taken apart into its points, so the letter cannot answer it."
        ask = f"Copy each reason into `denials[{place}].points` with `says` (the payer's words) and `about`."
        yield _gap("denial-points", what, ask, f"denials[{place}].points", owner=Owner.BILLING)
    for position, point in enumerate(denial.points):
        at = path_of(("denials", place, "points", position))
        yield from _fact_gaps(chart, point, at)
        if not point.facts and point.answer is None:
            yield from _unanswered(chart, assessment, point, at)


def _unlike_its_kind(chart: Chart) -> Iterator[Gap]:
    kind, held = chart.case.request.kind, len(chart.case.denials)
    if held and not kind.is_appeal:
        what = "The case holds a denial, and the request is no appeal."
        ask = "Correct `request.kind`; for a new request, list the denial's number under `request.references`."
        yield _gap("denial-without-appeal", what, ask, "request.kind", owner=Owner.BILLING, kind=GapKind.CONTRARY)
    if kind is RequestKind.APPEAL_LEVEL_2 and 0 < held < _PAIR:
        what = "A second appeal rests on the first denial and on the decision on the first appeal; the case holds one of them."
        ask = "Enter both under `denials`, the oldest first."
        yield _gap("earlier-denial", what, ask, "denials", owner=Owner.BILLING)


def _fact_gaps(chart: Chart, point: DenialPoint, at: str) -> Iterator[Gap]:
    """A fact that is named as an answer must have come back."""
    for fact in point.facts:
        if chart.all_results(fact):
            continue
        definition = chart.definition(fact)
        awaited = bool(chart.observations(fact))
        state = "the result is not back" if awaited else "the case does not say"
        yield Gap(
            id=f"answer:{fact}",
            kind=GapKind.INCOMPLETE if awaited else GapKind.ABSENT,
            what=f"{definition.name[:1].upper()}{definition.name[1:]}: a point of the denial is answered with it, and {state}.",
            remedy=f"{definition.question} Enter it under `facts.{fact}` with `taken`, or take it out of `{at}.facts`.",
            owner=definition.owner,
            reason=_REASON,
            clause=_CLAUSE,
            blocks=True,
            field=f"facts.{fact}",
        )


def _unanswered(chart: Chart, assessment: Assessment | None, point: DenialPoint, at: str) -> Iterator[Gap]:
    """A gap where the letter would print nothing below this point."""
    case = chart.case
    exchange = [line for line in case.services if line.role is ServiceRole.EXCHANGE]
    match point.about:
        case DenialGround.MISSING_INFORMATION:
            what = "The denial says that information was missing, and no fact is named that answers it."
            yield _gap("point-missing-information", what, f"Name the facts that answer it under `{at}.facts`.", f"{at}.facts")
        case DenialGround.CRITERIA if assessment is not None and not _policy_rows(assessment):
            what = (
                "The denial rests on the payer's criteria, and none of them were read: the letter has nothing to set beside them."
            )
            ask = f"Name the facts that meet them under `{at}.facts`, or answer in your own words under `{at}.answer`."
            yield _gap("point-criteria", what, ask, f"{at}.facts")
        case DenialGround.OTHER_TREATMENT if not case.therapies.tried:
            what = "The denial asks for other treatment first, and the case lists none."
            ask = "Enter what was tried, is given or was ruled out under `therapies.tried`, each with its reason."
            yield _gap("point-other-treatment", what, ask, "therapies.tried")
        case DenialGround.SESSIONS if case.plan.sessions is None and case.plan.goal is None:
            what = "The denial doubts the number of sessions, and the plan says neither number nor goal."
            yield _gap("point-sessions", what, "Enter `plan.sessions` and `plan.goal`.", "plan.sessions")
        case DenialGround.SETTING if not any(line.supervising_physician for line in exchange):
            what = "The denial is about the setting, and the case does not say who supervises the sessions."
            yield _gap("point-setting", what, "Enter `services[].supervising_physician`.", "services[].supervising_physician")
        case _:
            return


def _policy_rows(assessment: Assessment) -> bool:
    return any(one.of_basis(Basis.POLICY) for one in assessment.in_order)


def _gap(
    name: str, what: str, remedy: str, field: str, *, owner: Owner = Owner.PHYSICIAN, kind: GapKind = GapKind.INCOMPLETE
) -> Gap:
    return Gap(
        id=name, kind=kind, what=what, remedy=remedy, owner=owner, reason=_REASON, clause=_CLAUSE, blocks=True, field=field
    )
