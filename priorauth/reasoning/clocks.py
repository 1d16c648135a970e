"""By when the payer must decide, and until when an appeal may be filed: arithmetic from the dates of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from priorauth.case.parts import Case, Denial
from priorauth.moments import Moment, long_date
from priorauth.payers.clocks import Clock, Clocks, CountedFrom, Limit, Unit

_DAY = timedelta(days=1)
_LATEST = dt.time(23, 59)
_SATURDAY = 5
_NOT_YET = {
    CountedFrom.RECEIVED: "the payer receives this request",
    CountedFrom.DENIAL_RECEIVED: "the denial is received",
    CountedFrom.SESSIONS_END: "the authorized sessions end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What starts a clock, as far as the case says when."""

    at: Moment
    assumed: bool = False
    """Whether the case has only the day of asking or of denial, and not when that reached the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The end of one time limit in one case."""

    clock: str
    """Id of the rule in clocks.yaml."""
    limits: Limit
    rule: str
    """The rule's own name, as a letter prints it."""
    at: Moment | None
    """The last moment, in the clinic's local time; with a day alone, that whole day. `None` while its start is not known."""
    words: str
    """`by December 1, 2026, 7 calendar days after November 24, 2026`, or without dates: `7 calendar days after the …`."""
    source: str
    """Source id."""


def clocks(case: Case, rules: Clocks, *, as_of: date, time_zone: str | None) -> tuple[Deadline, ...]:
    """The verified time limits of this request, in the order of the pack; empty when none is known for it. Raises nothing.

    `time_zone` is that of the clinic; without it hours are counted to the day.
    """
    held = ((name, clock) for name, clock in rules.printable() if _runs_for(case, clock))
    starting = ((name, clock, _start(case, clock.counted_from)) for name, clock in held)
    return tuple(
        deadline(name, clock, start, time_zone=time_zone)
        for name, clock, start in starting
        if clock.in_force.holds_on(start.at.day if start else as_of) and _in_time(case, clock, start)
    )


def deadline(name: str, clock: Clock, start: Start | None, *, time_zone: str | None) -> Deadline:
    """When this clock runs out once it has started; without a start its length alone."""
    ends, words = _ending(clock, start, time_zone) if start else (None, f"{clock.length} after {_NOT_YET[clock.counted_from]}")
    return Deadline(clock=name, limits=clock.limits, rule=clock.rule, at=ends, words=words, source=f"clock:{name}")


def _runs_for(case: Case, clock: Clock) -> bool:
    coverage, request = case.coverage, case.request
    return (
        coverage.line_of_business in clock.lines_of_business
        and (not clock.funding or coverage.funding in clock.funding)
        and request.kind in clock.kinds
        and clock.expedited in {None, request.expedited is not None}
    )


def _start(case: Case, counted_from: CountedFrom) -> Start | None:
    request, held = case.request, case.authorization
    match counted_from:
        case CountedFrom.RECEIVED if request.submitted_at is not None:
            return Start(at=request.submitted_at)
        case CountedFrom.RECEIVED if request.requested_on is not None:
            return Start(at=Moment(request.requested_on), assumed=True)
        case CountedFrom.DENIAL_RECEIVED if case.denials:
            return _denied(case.denials[-1])
        case CountedFrom.SESSIONS_END if held is not None and held.valid_to is not None:
            return Start(at=Moment(held.valid_to))
        case _:
            return None


def _denied(denial: Denial) -> Start | None:
    """When a denial came; it cannot have come before it was given, so that a clock started then never runs too long."""
    if denial.received_on is not None:
        return Start(at=Moment(denial.received_on))
    return Start(at=Moment(denial.denied_on), assumed=True) if denial.denied_on is not None else None


def _in_time(case: Case, clock: Clock, start: Start | None) -> bool:
    """Whether the request came as long before the end of the authorized sessions as the clock wants; not, while unknown."""
    if clock.asked_hours_before_end is None:
        return True
    held = case.authorization
    if start is None or held is None or held.valid_to is None:
        return False
    asked = datetime.combine(start.at.day, start.at.time or _LATEST)
    return datetime.combine(held.valid_to + _DAY, dt.time.min) - asked >= timedelta(hours=clock.asked_hours_before_end)


def _ending(clock: Clock, start: Start, time_zone: str | None) -> tuple[Moment, str]:
    """When the clock runs out, and the words for it."""
    condition = f", if {_NOT_YET[clock.counted_from]} on that day" if start.assumed else ""
    if clock.unit is Unit.HOURS and start.at.time is not None and time_zone is not None:
        begun, ends = _after_hours(start.at, clock.amount, time_zone)
        # To the minute, as the case states it.
        at = Moment(ends.date(), ends.time().replace(second=0, microsecond=0))
        return at, f"by {_minute(ends)}, {clock.length} after {_minute(begun)}{condition}"
    last = _last_day(clock, start.at)
    return Moment(last), f"by {long_date(last)}, {clock.length} after {long_date(start.at.day)}{condition}"


def _last_day(clock: Clock, start: Moment) -> date:
    match clock.unit:
        case Unit.HOURS:
            # The time of day or the zone is not known: the latest that it can be, in days of 24 hours.
            return (datetime.combine(start.day, start.time or _LATEST) + timedelta(hours=clock.amount)).date()
        case Unit.CALENDAR_DAYS:
            return start.day + clock.amount * _DAY
        case Unit.BUSINESS_DAYS:
            return _after_business_days(start.day, clock.amount)


def _after_hours(start: Moment, hours: int, time_zone: str) -> tuple[datetime, datetime]:
    """The start and the moment so many hours later on the clinic's clock; of an hour that comes twice in autumn the first."""
    zone = _zone(time_zone)
    begun = datetime.combine(start.day, start.time or _LATEST, tzinfo=zone)
    return begun, (begun.astimezone(dt.UTC) + timedelta(hours=hours)).astimezone(zone)


def _zone(time_zone: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(time_zone)


def _after_business_days(start: date, count: int) -> date:
    days = _business_days_after(start)
    for _ in range(count - 1):
        next(days)
    return next(days)


def _business_days_after(start: date) -> Iterator[date]:
    from holidays import country_holidays

    # Observed on Friday or Monday when they fall on a weekend (5 U.S.C. 6103); the years are added as they are reached.
    federal = country_holidays("US", observed=True, language="en_US")
    day = start
    while True:
        day += _DAY
        if day.weekday() < _SATURDAY and day not in federal:
            yield day


def _minute(moment: datetime) -> str:
    # The abbreviation tells summer from winter time, so that 72 hours across a change still add up.
    return f"{long_date(moment.date())}, {moment:%H:%M} {moment.tzname()}"
