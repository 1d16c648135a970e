"""The leaves that are asked of a case beside its facts: diagnoses, therapies, spans of time, fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from priorauth.case.parts import Certainty, Therapy
from priorauth.criteria.chart import Chart, Location, Timing, latest_of, values_at
from priorauth.criteria.fact_leaves import why_no_result
from priorauth.criteria.findings import Answer, Missing, MissingReason, missing_fact, unknown
from priorauth.criteria.interval import interval_of, within
from priorauth.criteria.language import CaseTest, DiagnosisTest, FieldTest, PresentTest, SpanTest, TherapyTest
from priorauth.criteria.truth import Truth, agreement, conjunction
from priorauth.facts import Quantity
from priorauth.moments import Moment

_MOST_CODES = 8


def of_case(test: CaseTest, chart: Chart) -> Answer:
    """What a test of the rest of a case comes to."""
    match test:
        case DiagnosisTest():
            return _diagnosis(test, chart)
        case TherapyTest():
            return _therapy(test, chart)
        case SpanTest():
            return _span(test, chart)
        case PresentTest():
            return _present(test, chart)
        case FieldTest():
            return _field(test, chart)


def _diagnosis(test: DiagnosisTest, chart: Chart) -> Answer:
    found: tuple[Location, ...] = tuple(
        ("diagnoses", position)
        for position, diagnosis in enumerate(chart.case.diagnoses)
        if diagnosis.certainty in test.certainty and any(code_within(diagnosis.code, pattern) for pattern in test.codes)
    )
    if found:
        return Answer(truth=Truth.MET, rests_on=found)
    missing = Missing(what="diagnoses", reason=MissingReason.LIST_OPEN, detail=_asked_codes(test))
    return _not_listed(missing, complete=chart.case.diagnoses_complete)


def _asked_codes(test: DiagnosisTest) -> str:
    """The codes asked for as a clerk reads them (`M31.0 or D57.0-, confirmed`); a long list by its first ones."""
    codes = test.codes if len(test.codes) <= _MOST_CODES else (*test.codes[:_MOST_CODES], "another of the kind")
    certainty = "" if set(test.certainty) == set(Certainty) else f", {' or '.join(test.certainty)}"
    return f"{' or '.join(codes)}{certainty}"


def code_within(code: str, pattern: str) -> bool:
    """Whether a diagnosis code is the pattern's code or one below it; each place of a code narrows the one before."""
    return code.startswith(pattern.removesuffix("-"))


def _not_listed(missing: Missing, *, complete: bool, rests_on: tuple[Location, ...] = ()) -> Answer:
    return Answer(truth=Truth.NOT_MET, rests_on=rests_on) if complete else unknown(missing, rests_on=rests_on)


def _therapy(test: TherapyTest, chart: Chart) -> Answer:
    tried: dict[Location, tuple[str, ...]] = {
        ("therapies", "tried", position): _lacking(therapy, test)
        for position, therapy in enumerate(chart.case.therapies.tried)
        if therapy.therapy_class in test.classes and therapy.outcome in test.outcomes
    }
    if not tried:
        missing = Missing(what="therapies", reason=MissingReason.LIST_OPEN)
        return _not_listed(missing, complete=chart.case.therapies.complete, rests_on=_otherwise(test, chart))
    whole = tuple(place for place, details in tried.items() if not details)
    if whole:
        return Answer(truth=Truth.MET, rests_on=whole)
    details = dict.fromkeys(detail for some in tried.values() for detail in some)
    return unknown(*(Missing(what="therapies", reason=MissingReason.DETAIL, detail=one) for one in details), rests_on=tried)


def _otherwise(test: TherapyTest, chart: Chart) -> tuple[Location, ...]:
    """The therapies of the classes asked for that are listed with another outcome."""
    tried = chart.case.therapies.tried
    return tuple(("therapies", "tried", position) for position, one in enumerate(tried) if one.therapy_class in test.classes)


def _lacking(therapy: Therapy, test: TherapyTest) -> tuple[str, ...]:
    return tuple(detail for detail in test.stating if getattr(therapy, detail) is None)


_Moments: TypeAlias = tuple[Moment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SpanEnd:
    """One end of a span: where it is written, and what it can be."""

    places: tuple[Location, ...] = ()
    readings: tuple[_Moments, ...] = ()
    """Each way to read it; in each, every moment counts."""
    missing: tuple[Missing, ...] = ()


def _span(test: SpanTest, chart: Chart) -> Answer:
    start, end = _span_end(test.start, chart), _span_end(test.end, chart)
    places, missing = (*start.places, *end.places), (*start.missing, *end.missing)
    if not start.readings or not end.readings:
        return unknown(*missing, rests_on=places)
    truth = agreement(_lasts(test, first, last) for first in start.readings for last in end.readings)
    return Answer(truth=truth, rests_on=places, missing=missing)


def _lasts(test: SpanTest, starts: _Moments, ends: _Moments) -> Truth:
    measure = _days if test.unit == "days" else _years
    lengths = (Quantity(measure(start, end)) for start in starts for end in ends)
    return conjunction(within(interval_of(length), test) for length in lengths)


def _span_end(name: str, chart: Chart) -> _SpanEnd:
    kind, _, which = name.partition(":")
    match kind:
        case "as_of":
            return _SpanEnd(readings=((Moment(chart.as_of),),))
        case "fact":
            return _fact_end(which, chart)
        case _:
            return _field_end(which, chart)


def _fact_end(fact: str, chart: Chart) -> _SpanEnd:
    """The latest result; each that may be the latest is a way to read it."""
    results = chart.results(fact)
    if not results or any(result.timing is Timing.UNCLEAR for result in results):
        seen = tuple(place for place, _ in chart.observations(fact))
        why = missing_fact(fact, MissingReason.TIMING_UNCLEAR) if results else why_no_result(fact, chart)
        return _SpanEnd(places=seen, missing=(why,))
    latest = latest_of(results)
    return _SpanEnd(
        places=tuple(result.location for result in latest),
        readings=tuple((result.reading,) for result in latest if isinstance(result.reading, Moment)),
        missing=(missing_fact(fact, MissingReason.DETAIL, "taken"),) if len(latest) > 1 else (),
    )


def _field_end(path: str, chart: Chart) -> _SpanEnd:
    reached = values_at(chart.case, path)
    moments = tuple(moment for _, value in reached if (moment := _moment(value)) is not None)
    if len(moments) < len(reached):
        return _SpanEnd(missing=(Missing(what=f"field:{path}", reason=MissingReason.ABSENT),))
    return _SpanEnd(places=tuple(place for place, _ in reached), readings=(moments,))


def _moment(value: object) -> Moment | None:
    if isinstance(value, date):
        return Moment(value)
    return value if isinstance(value, Moment) else None


def _days(start: Moment, end: Moment) -> Decimal:
    return Decimal((end.day - start.day).days)


def _years(start: Moment, end: Moment) -> Decimal:
    """Whole years, as an age is counted."""
    before_anniversary = (end.day.month, end.day.day) < (start.day.month, start.day.day)
    return Decimal(end.day.year - start.day.year - before_anniversary)


def _present(test: PresentTest, chart: Chart) -> Answer:
    reached = values_at(chart.case, test.field)
    there = tuple(place for place, value in reached if value is not None)
    if len(there) == len(reached):
        return Answer(truth=Truth.MET, rests_on=there)
    return unknown(Missing(what=f"field:{test.field}", reason=MissingReason.ABSENT))


def _field(test: FieldTest, chart: Chart) -> Answer:
    said = [(place, _is_among(value, test)) for place, value in values_at(chart.case, test.field)]
    truth = conjunction(one for _, one in said)
    telling = tuple(place for place, one in said if one is truth and truth is not Truth.UNKNOWN)
    return Answer(truth=truth, rests_on=telling, missing=(Missing(what=f"field:{test.field}", reason=MissingReason.ABSENT),))


def _is_among(value: object, test: FieldTest) -> Truth:
    if value is None:
        return Truth.UNKNOWN
    word = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return Truth.of(word in test.among)
