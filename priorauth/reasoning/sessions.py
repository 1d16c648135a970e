"""Whether the lines, the plan and the kind of a request speak of the same sessions, on days that can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from priorauth.case.parts import Case, LineOfBusiness, LineTiming, NeedAnswer, RequestKind, ServiceLine, ServiceRole
from priorauth.criteria.chart import Chart
from priorauth.facts import Owner
from priorauth.payers.models import Payer
from priorauth.payers.process import Answer
from priorauth.reasoning.gaps import Gap, GapKind

_REASON = "A request that contradicts itself is returned, or granted for the lower number."
_CLAUSE = "Treatment plan that reviewers ask for"


def session_gaps(chart: Chart) -> Iterator[Gap]:
    """Everything in which the sessions of this request contradict each other or the day of asking.

    The day of asking is `request.requested_on`, else the day of writing. What has only been overtaken
    between the two warns: the same case drafted again later must not become unreadable. All else blocks.
    """
    case = chart.case
    asked_on = case.request.requested_on or chart.as_of
    yield from _disagreeing(case)
    yield from _not_of_this_kind(case)
    yield from _expedited_too_late(case)
    for place, line in enumerate(case.services):
        yield from _past(line, place, asked_on=asked_on, as_of=chart.as_of)
        yield from _crowded(line, place)
    yield from _reassessed_too_early(case, asked_on=asked_on, as_of=chart.as_of)
    yield from _unexplained(case)


def _disagreeing(case: Case) -> Iterator[Gap]:
    """The plan and the lines must ask for the same number of sessions, with or without those already given.

    A side is compared only when it is whole: a line that leaves out its units, or beside lines that say their
    billing side its own, is asked for by itself and contradicts nothing.
    """
    lines = _exchange_lines(case)
    sides = {line.billing for line in lines}
    if case.plan.sessions is None or (None in sides and len(sides) > 1):
        return
    for billing in sides:
        side = [line for line in lines if line.billing is billing]
        if any(line.units is None for line in side):
            continue
        to_come = sum(line.units or 0 for line in side if line.timing is LineTiming.TO_COME)
        if case.plan.sessions not in {to_come, sum(line.units or 0 for line in side)}:
            what = "The plan and the service lines ask for different numbers of sessions."
            remedy = "Correct `plan.sessions` or `services[].units`; the lines of each billing side must add up to the plan."
            yield _gap("sessions-disagree", what, remedy, field="plan.sessions")


def _not_of_this_kind(case: Case) -> Iterator[Gap]:
    timings = {line.timing for line in _exchange_lines(case)}
    if case.request.kind is RequestKind.RETROSPECTIVE:
        if LineTiming.TO_COME in timings:
            what = "A retrospective request asks for sessions still to come."
            remedy = "Mark the lines given with `timing: delivered`, or correct `request.kind`."
            yield _gap("sessions-of-another-kind", what, remedy, field="request.kind", owner=Owner.BILLING)
    elif timings == {LineTiming.DELIVERED} and not case.request.kind.is_appeal:
        what = "The request is not retrospective, and every session in it was already given."
        remedy = "Add the line of the sessions to come, or write `retrospective` under `request.kind`."
        yield _gap("sessions-of-another-kind", what, remedy, field="request.kind", owner=Owner.BILLING)


def _expedited_too_late(case: Case) -> Iterator[Gap]:
    timings = {line.timing for line in _exchange_lines(case)}
    if case.request.expedited is not None and case.request.kind.is_appeal and timings == {LineTiming.DELIVERED}:
        what = "An expedited decision is asked for, and every session was already given."
        remedy = "Remove `request.expedited`, or add the line of the sessions to come."
        yield _gap("expedited-too-late", what, remedy, field="request.expedited")


def looking_back_gaps(chart: Chart, payer: Payer) -> Iterator[Gap]:
    """Where the payer was read to take no request after the fact, or this one comes too late for it.

    A request that also asks for sessions to come is only warned of: those can be granted.
    """
    case, rule = chart.case, payer.retrospective
    given = _given_unauthorized(case)
    if not given or not rule.printable:
        return
    clause = f"{payer.name}, as read at {rule.source}"
    alone = case.request.kind is RequestKind.RETROSPECTIVE
    if rule.accepted is Answer.NO:
        what = f"This payer takes no request after the fact ({clause})."
        remedy = "Ask the payer what it takes instead: a claim with the records, or an appeal of its denial."
        gap = _gap("retrospective-not-taken", what, remedy, field="request.kind", owner=Owner.BILLING)
        yield replace(gap, reason=rule.note or _REASON, clause=clause, blocks=alone)
    begun = [line.start for line in given if line.start is not None]
    asked_on = case.request.requested_on or chart.as_of
    if rule.within_days is not None and begun and (asked_on - min(begun)).days > rule.within_days:
        what = f"The first session lies more than {rule.within_days} days back, beyond what this payer takes ({clause})."
        remedy = "Ask the payer whether it makes an exception, or appeal its denial of the claim."
        gap = _gap("retrospective-too-late", what, remedy, field="request.requested_on", owner=Owner.BILLING)
        yield replace(gap, reason=rule.note or _REASON, clause=clause, blocks=alone)


def _unexplained(case: Case) -> Iterator[Gap]:
    """Sessions already given that are asked for beside others: a reviewer asks why nobody asked before.

    A request that only looks back is asked for it by the rules of its kind; where none is needed, nobody asks.
    """
    check = case.request.authorization_check
    needless = case.coverage.line_of_business is LineOfBusiness.MEDICARE or (check and check.answer is NeedAnswer.NOT_REQUIRED)
    if case.request.kind is RequestKind.RETROSPECTIVE or needless:
        return
    if _given_unauthorized(case) and case.request.why_not_before is None:
        what = "Sessions already given are asked for, and nothing says why they were not asked for before."
        gap = _gap("why-not-before", what, "Say it in a sentence under `request.why_not_before`.", field="request.why_not_before")
        yield replace(gap, blocks=False)


def _given_unauthorized(case: Case) -> list[ServiceLine]:
    """The lines of sessions already given that the request asks for; an appeal asks for what was denied, not for a look back."""
    if case.request.kind is RequestKind.RETROSPECTIVE:
        return _exchange_lines(case)
    authorized = case.authorization is not None or case.request.kind is not RequestKind.INITIAL
    return [] if authorized else [line for line in _exchange_lines(case) if line.timing is LineTiming.DELIVERED]


def _past(line: ServiceLine, place: int, *, asked_on: date, as_of: date) -> Iterator[Gap]:
    if line.timing is LineTiming.TO_COME and line.end is not None and line.end < as_of:
        what = "A line to come ends before the day of writing: these sessions lie in the past."
        remedy = f"Mark it with `timing: delivered` under `services[{place}]` if they were given, or correct the dates."
        past = _gap("sessions-past", what, remedy, field=f"services[{place}].end", owner=Owner.BILLING)
        yield replace(past, blocks=line.end < asked_on)


def _crowded(line: ServiceLine, place: int) -> Iterator[Gap]:
    """More sessions than days."""
    if line.role is not ServiceRole.EXCHANGE or line.units is None or line.start is None or line.end is None:
        return
    if line.units > (line.end - line.start).days + 1:
        what = "The line has more sessions than its dates have days."
        remedy = f"Correct `units`, `start` or `end` under `services[{place}]`."
        yield _gap("sessions-crowded", what, remedy, field=f"services[{place}].units")


def _reassessed_too_early(case: Case, *, asked_on: date, as_of: date) -> Iterator[Gap]:
    to_come = [line for line in _exchange_lines(case) if line.timing is LineTiming.TO_COME]
    day, begins = case.plan.reassessment_on, [line.start for line in to_come if line.start is not None]
    if day is None or not to_come:
        return
    first = min(begins, default=asked_on)
    if day < max(as_of, first):
        what = "The reassessment lies before the day of writing, or before the first session to come."
        remedy = "Enter the day on which the response to these sessions is judged under `plan.reassessment_on`."
        early = _gap("reassessed-too-early", what, remedy, field="plan.reassessment_on")
        yield replace(early, blocks=day < max(asked_on, first))


def _exchange_lines(case: Case) -> list[ServiceLine]:
    return [line for line in case.services if line.role is ServiceRole.EXCHANGE]


def _gap(name: str, what: str, remedy: str, *, field: str, owner: Owner = Owner.PHYSICIAN) -> Gap:
    return Gap(
        id=name,
        kind=GapKind.CONTRARY,
        what=what,
        remedy=remedy,
        owner=owner,
        reason=_REASON,
        clause=_CLAUSE,
        blocks=True,
        field=field,
    )
