"""The one evaluator: a criterion and a chart give a finding, pure and three-valued.

What holds for every criterion: to know less of a case leaves its finding as it was, or unknown. Less is
known when a fact is left out, with all its observations, or a field, or when a list loses an entry and with
it the declaration that it is complete. (To leave out one of several results of a fact is to tell another
history: `latest` may well turn.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from priorauth.case.parts import Therapy
from priorauth.criteria.chart import Chart, Location, Result, Timing, latest_of, values_at
from priorauth.criteria.interval import highest, interval_of, lowest, within
from priorauth.criteria.language import (
    CaseTest,
    ChoiceTest,
    CountTest,
    Criterion,
    DiagnosisTest,
    EnclosedTest,
    FactTest,
    FieldTest,
    LeafTest,
    Pick,
    PresentTest,
    QuantityTest,
    SentTest,
    SpanTest,
    TherapyTest,
    YesTest,
)
from priorauth.criteria.truth import Truth, agreement, at_least, conjunction, disjunction, negation
from priorauth.facts import Quantity, Reading
from priorauth.moments import Moment


class MissingReason(StrEnum):
    """Why something that a criterion needs is not known."""

    ABSENT = "absent"
    """The case does not say."""
    PENDING = "pending"
    """Sent; the result is not back."""
    TIMING_UNCLEAR = "timing_unclear"
    """Not said whether it was taken before the first exchange, and it matters."""
    TOO_LATE = "too_late"
    """Only taken after the first exchange, which distorts it."""
    LIST_OPEN = "list_open"
    """Not among what is listed, and the list is not declared complete."""
    NOT_EXACT = "not_exact"
    """Reported as below or above a figure that does not decide it."""
    DETAIL = "detail"
    """Listed, but a detail is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that would decide a criterion."""

    what: str
    """`fact:<id>`, `field:<path>`, `diagnoses` or `therapies`."""
    reason: MissingReason
    detail: str = ""
    """Our own word for the detail, such as `dose`; never a value of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a criterion comes to in one case."""

    criterion: Criterion
    truth: Truth
    rests_on: tuple[Location, ...] = ()
    """Where in the case it is written, most telling first."""
    missing: tuple[Missing, ...] = ()
    """What would decide it; empty unless unknown."""
    parts: tuple[Finding, ...] = ()

    def leaves(self) -> tuple[Finding, ...]:
        """The findings of all leaves, in the order written."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) if self.parts else (self,)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a leaf comes to, before it is bound to its criterion."""

    truth: Truth
    rests_on: tuple[Location, ...] = ()
    missing: tuple[Missing, ...] = ()
    """What would decide it; left out of the finding when nothing needs deciding."""


_Results: TypeAlias = tuple[Result, ...]


def evaluate(criterion: Criterion, chart: Chart) -> Finding:
    """The finding for this criterion; never raises for what a case lacks.

    The criterion must be resolved, or it is a `ValueError`; a fact outside the vocabulary is a `KeyError`
    and a field outside a case an `AttributeError`, which the packs' own checks rule out.
    """
    if criterion.parts:
        return _combine(criterion, tuple(evaluate(part, chart) for part in criterion.parts))
    answer = _answer(criterion.leaf, chart)
    missing = answer.missing if answer.truth is Truth.UNKNOWN else ()
    return Finding(criterion=criterion, truth=answer.truth, rests_on=answer.rests_on, missing=missing)


def _combine(criterion: Criterion, parts: tuple[Finding, ...]) -> Finding:
    truth = _combined(criterion, [part.truth for part in parts])
    told = [part for part in parts if truth is Truth.UNKNOWN or criterion.not_ is not None or part.truth is truth]
    rests_on = dict.fromkeys(location for part in told for location in part.rests_on)
    missing = dict.fromkeys(one for part in parts for one in part.missing if truth is Truth.UNKNOWN)
    return Finding(criterion=criterion, truth=truth, rests_on=tuple(rests_on), missing=tuple(missing), parts=parts)


def _combined(criterion: Criterion, truths: list[Truth]) -> Truth:
    if criterion.at_least is not None:
        return at_least(criterion.at_least.count, truths)
    if criterion.not_ is not None:
        return negation(truths[0])
    return conjunction(truths) if criterion.all is not None else disjunction(truths)


def _answer(test: LeafTest, chart: Chart) -> _Answer:
    if isinstance(test, FactTest):
        return _of_fact(test, chart)
    return _of_case(test, chart)


def _of_fact(test: FactTest, chart: Chart) -> _Answer:
    match test:
        case QuantityTest():
            return _quantity(test, chart)
        case YesTest():
            return _yes(test, chart)
        case ChoiceTest():
            return _choice(test, chart)
        case CountTest():
            return _count(test, chart)
        case SentTest():
            return _sent(test, chart)
        case EnclosedTest():
            return _enclosed(test, chart)


def _of_case(test: CaseTest, chart: Chart) -> _Answer:
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


def _unknown(*missing: Missing, rests_on: Iterable[Location] = ()) -> _Answer:
    return _Answer(truth=Truth.UNKNOWN, rests_on=tuple(rests_on), missing=missing)


def _missing_fact(fact: str, reason: MissingReason, detail: str = "") -> Missing:
    return Missing(what=f"fact:{fact}", reason=reason, detail=detail)


def _why_no_result(fact: str, chart: Chart) -> Missing:
    """Why no observation of this fact counts."""
    seen = [(one, chart.timing(fact, one)) for _, one in chart.observations(fact)]
    timings = {timing for _, timing in seen}
    if any(one.pending and timing is Timing.USABLE for one, timing in seen):
        return _missing_fact(fact, MissingReason.PENDING)
    if Timing.UNCLEAR in timings:
        return _missing_fact(fact, MissingReason.TIMING_UNCLEAR)
    return _missing_fact(fact, MissingReason.TOO_LATE if Timing.TOO_LATE in timings else MissingReason.ABSENT)


def _decide(fact: str, chart: Chart, test: Callable[[_Results], _Answer]) -> _Answer:
    """The answer of a test to the results that count; whether one of unclear timing counts must not matter.

    The selections tried are none of the unclear ones, each alone, and all of them. They stand for every
    other: what a test says is decided by one result, or grows with each that is added.
    """
    results = chart.results(fact)
    sure = tuple(result for result in results if result.timing is Timing.USABLE)
    unclear = tuple(result for result in results if result.timing is Timing.UNCLEAR)
    if not sure:
        seen = [place for place, _ in chart.observations(fact)]
        why = _missing_fact(fact, MissingReason.TIMING_UNCLEAR) if unclear else _why_no_result(fact, chart)
        return _unknown(why, rests_on=seen)
    answer = test(sure)
    if all(test(counted).truth is answer.truth for counted in [*((*sure, one) for one in unclear), results]):
        return answer
    return _unknown(_missing_fact(fact, MissingReason.TIMING_UNCLEAR), rests_on=(result.location for result in results))


def _decide_by_latest(fact: str, chart: Chart, holds: Callable[[Reading], Truth]) -> _Answer:
    """The answer of the latest result; where several may be the latest, they must agree."""

    def test(results: _Results) -> _Answer:
        latest = latest_of(results)
        said = {holds(result.reading) for result in latest}
        reason = (MissingReason.NOT_EXACT, "") if len(said) == 1 else (MissingReason.DETAIL, "taken")
        places = tuple(result.location for result in latest)
        return _Answer(truth=agreement(said), rests_on=places, missing=(_missing_fact(fact, *reason),))

    return _decide(fact, chart, test)


def _quantity(test: QuantityTest, chart: Chart) -> _Answer:
    if test.pick is Pick.LATEST:
        return _decide_by_latest(test.fact, chart, lambda reading: _lies_within(reading, test))
    pick = _any_of if test.pick is Pick.ANY else _extreme_of
    return _decide(test.fact, chart, lambda results: pick(test, results))


def _lies_within(reading: Reading, test: QuantityTest) -> Truth:
    return within(interval_of(reading), test) if isinstance(reading, Quantity) else Truth.UNKNOWN


def _any_of(test: QuantityTest, results: _Results) -> _Answer:
    said = [(result.location, _lies_within(result.reading, test)) for result in results]
    truth = disjunction(one for _, one in said)
    telling = tuple(place for place, one in said if one is truth)
    return _Answer(truth=truth, rests_on=telling, missing=(_missing_fact(test.fact, MissingReason.NOT_EXACT),))


def _extreme_of(test: QuantityTest, results: _Results) -> _Answer:
    """The answer of the lowest or highest value; it rests on every result that can be the one."""
    intervals = {one.location: interval_of(one.reading) for one in results if isinstance(one.reading, Quantity)}
    not_exact = _missing_fact(test.fact, MissingReason.NOT_EXACT)
    if not intervals:
        return _unknown(not_exact)
    extreme = lowest(intervals.values()) if test.pick is Pick.LOWEST else highest(intervals.values())
    telling = [place for place, one in intervals.items() if one.low <= extreme.high and one.high >= extreme.low]
    return _Answer(truth=within(extreme, test), rests_on=tuple(telling), missing=(not_exact,))


def _yes(test: YesTest, chart: Chart) -> _Answer:
    return _decide_by_latest(
        test.fact, chart, lambda reading: Truth.of(reading is test.answer if isinstance(reading, bool) else None)
    )


def _choice(test: ChoiceTest, chart: Chart) -> _Answer:
    return _decide_by_latest(
        test.fact, chart, lambda reading: Truth.of(reading in test.among if isinstance(reading, str) else None)
    )


def _count(test: CountTest, chart: Chart) -> _Answer:
    """Choices add up over observations; only a set that the latest one declares complete can be too small."""

    def decide(results: _Results) -> _Answer:
        chosen = {one.location: _counted(one.reading, test) for one in results}
        complete = all(one.observation.complete for one in latest_of(results))
        if len(frozenset[str]().union(*chosen.values())) >= test.at_least:
            return _Answer(truth=Truth.MET, rests_on=tuple(place for place, some in chosen.items() if some))
        truth = Truth.NOT_MET if complete else Truth.UNKNOWN
        return _Answer(truth=truth, rests_on=tuple(chosen), missing=(_missing_fact(test.fact, MissingReason.LIST_OPEN),))

    return _decide(test.fact, chart, decide)


def _counted(reading: Reading, test: CountTest) -> frozenset[str]:
    present = reading if isinstance(reading, frozenset) else frozenset[str]()
    return present & frozenset(test.among) if test.among else present


def _sent(test: SentTest, chart: Chart) -> _Answer:
    seen = [(place, chart.timing(test.fact, one)) for place, one in chart.observations(test.fact)]
    usable = tuple(place for place, timing in seen if timing is Timing.USABLE)
    back = chart.results(test.fact) if test.awaited else ()
    returned = tuple(result.location for result in back if result.timing is Timing.USABLE)
    if returned:
        return _Answer(truth=Truth.NOT_MET, rests_on=returned)
    if usable and not back:
        return _Answer(truth=Truth.MET, rests_on=usable)
    why = _missing_fact(test.fact, MissingReason.TIMING_UNCLEAR) if back else _why_no_result(test.fact, chart)
    return _unknown(why, rests_on=(place for place, _ in seen))


def _enclosed(test: EnclosedTest, chart: Chart) -> _Answer:
    seen = [(place, one) for place, one in chart.observations(test.fact)]
    named = tuple(place for place, one in seen if one.exhibit is not None and not one.pending)
    if named:
        return _Answer(truth=Truth.MET, rests_on=named)
    if any(not one.pending for _, one in seen):
        return _unknown(_missing_fact(test.fact, MissingReason.DETAIL, "exhibit"), rests_on=(place for place, _ in seen))
    reason = MissingReason.PENDING if seen else MissingReason.ABSENT
    return _unknown(_missing_fact(test.fact, reason), rests_on=(place for place, _ in seen))


def _diagnosis(test: DiagnosisTest, chart: Chart) -> _Answer:
    found: tuple[Location, ...] = tuple(
        ("diagnoses", position)
        for position, diagnosis in enumerate(chart.case.diagnoses)
        if diagnosis.certainty in test.certainty and any(code_within(diagnosis.code, pattern) for pattern in test.codes)
    )
    if found:
        return _Answer(truth=Truth.MET, rests_on=found)
    return _not_listed(Missing(what="diagnoses", reason=MissingReason.LIST_OPEN), complete=chart.case.diagnoses_complete)


def code_within(code: str, pattern: str) -> bool:
    """Whether a diagnosis code is the pattern's code or one below it; each place of a code narrows the one before."""
    return code.startswith(pattern.removesuffix("-"))


def _not_listed(missing: Missing, *, complete: bool) -> _Answer:
    return _Answer(truth=Truth.NOT_MET) if complete else _unknown(missing)


def _therapy(test: TherapyTest, chart: Chart) -> _Answer:
    tried: dict[Location, tuple[str, ...]] = {
        ("therapies", "tried", position): _lacking(therapy, test)
        for position, therapy in enumerate(chart.case.therapies.tried)
        if therapy.therapy_class in test.classes and therapy.outcome in test.outcomes
    }
    if not tried:
        return _not_listed(Missing(what="therapies", reason=MissingReason.LIST_OPEN), complete=chart.case.therapies.complete)
    whole = tuple(place for place, details in tried.items() if not details)
    if whole:
        return _Answer(truth=Truth.MET, rests_on=whole)
    details = dict.fromkeys(detail for some in tried.values() for detail in some)
    return _unknown(*(Missing(what="therapies", reason=MissingReason.DETAIL, detail=one) for one in details), rests_on=tried)


def _lacking(therapy: Therapy, test: TherapyTest) -> tuple[str, ...]:
    return tuple(detail for detail in test.stating if getattr(therapy, detail) is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SpanEnd:
    """One end of a span: where it is written, and every moment that it can be."""

    places: tuple[Location, ...] = ()
    moments: tuple[Moment, ...] = ()
    missing: tuple[Missing, ...] = ()


def _span(test: SpanTest, chart: Chart) -> _Answer:
    start, end = _span_end(test.start, chart), _span_end(test.end, chart)
    places, missing = (*start.places, *end.places), (*start.missing, *end.missing)
    if not start.moments or not end.moments:
        return _unknown(*missing, rests_on=places)
    measure = _days if test.unit == "days" else _years
    lengths = [Quantity(measure(first, last)) for first in start.moments for last in end.moments]
    return _Answer(truth=agreement(within(interval_of(one), test) for one in lengths), rests_on=places, missing=missing)


def _span_end(name: str, chart: Chart) -> _SpanEnd:
    kind, _, which = name.partition(":")
    match kind:
        case "as_of":
            return _SpanEnd(moments=(Moment(chart.as_of),))
        case "fact":
            return _fact_end(which, chart)
        case _:
            return _field_end(which, chart)


def _fact_end(fact: str, chart: Chart) -> _SpanEnd:
    """The latest result; the undated ones beside it as well, of which the answer must not depend."""
    results = chart.results(fact)
    if not results or any(result.timing is Timing.UNCLEAR for result in results):
        seen = tuple(place for place, _ in chart.observations(fact))
        why = _missing_fact(fact, MissingReason.TIMING_UNCLEAR) if results else _why_no_result(fact, chart)
        return _SpanEnd(places=seen, missing=(why,))
    latest = latest_of(results)
    return _SpanEnd(
        places=tuple(result.location for result in latest),
        moments=tuple(result.reading for result in latest if isinstance(result.reading, Moment)),
        missing=(_missing_fact(fact, MissingReason.DETAIL, "taken"),) if len(latest) > 1 else (),
    )


def _field_end(path: str, chart: Chart) -> _SpanEnd:
    reached = values_at(chart.case, path)
    moments = tuple(moment for _, value in reached if (moment := _moment(value)) is not None)
    if len(moments) < len(reached):
        return _SpanEnd(missing=(Missing(what=f"field:{path}", reason=MissingReason.ABSENT),))
    return _SpanEnd(places=tuple(place for place, _ in reached), moments=moments)


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


def _present(test: PresentTest, chart: Chart) -> _Answer:
    reached = values_at(chart.case, test.field)
    there = tuple(place for place, value in reached if value is not None)
    if len(there) == len(reached):
        return _Answer(truth=Truth.MET, rests_on=there)
    return _unknown(Missing(what=f"field:{test.field}", reason=MissingReason.ABSENT))


def _field(test: FieldTest, chart: Chart) -> _Answer:
    said = [(place, _is_among(value, test)) for place, value in values_at(chart.case, test.field)]
    truth = conjunction(one for _, one in said)
    telling = tuple(place for place, one in said if one is truth and truth is not Truth.UNKNOWN)
    return _Answer(truth=truth, rests_on=telling, missing=(Missing(what=f"field:{test.field}", reason=MissingReason.ABSENT),))


def _is_among(value: object, test: FieldTest) -> Truth:
    if value is None:
        return Truth.UNKNOWN
    word = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return Truth.of(word in test.among)
