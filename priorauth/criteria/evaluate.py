"""The one evaluator: a criterion and a chart give a finding, pure and three-valued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from priorauth.criteria.chart import Chart, Location, Result, Timing, values_at
from priorauth.criteria.language import Bounds, Criterion, CountTest, Pick, QuantityTest, SpanTest, TherapyTest
from priorauth.criteria.truth import Truth, at_least, conjunction, disjunction, negation
from priorauth.case.parts import Therapy
from priorauth.facts import Comparator, Quantity
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


def evaluate(criterion: Criterion, chart: Chart) -> Finding:
    """The finding for this criterion; never raises for what a case lacks.

    The criterion must be resolved (hold no `use`); a fact outside the vocabulary is a `KeyError`,
    which the packs' own checks rule out.
    """
    if criterion.parts:
        return _combine(criterion, tuple(evaluate(part, chart) for part in criterion.parts))
    finding = _LEAVES[criterion.kind](getattr(criterion, criterion.kind), chart)
    return replace(finding, criterion=criterion, missing=finding.missing if finding.truth is Truth.UNKNOWN else ())


def _combine(criterion: Criterion, parts: tuple[Finding, ...]) -> Finding:
    truths = [part.truth for part in parts]
    if criterion.at_least is not None:
        truth = at_least(criterion.at_least.count, truths)
    elif criterion.not_ is not None:
        truth = negation(truths[0])
    else:
        truth = conjunction(truths) if criterion.all is not None else disjunction(truths)
    telling = [part for part in parts if criterion.not_ is not None or part.truth is truth] if truth is not Truth.UNKNOWN else parts
    rests_on = dict.fromkeys(location for part in telling for location in part.rests_on)
    missing = dict.fromkeys(one for part in parts for one in part.missing) if truth is Truth.UNKNOWN else {}
    return Finding(criterion=criterion, truth=truth, rests_on=tuple(rests_on), missing=tuple(missing), parts=parts)


_ANY = Criterion.model_construct()
"""Stands in for the criterion until `evaluate` puts the real one in."""


def _found(truth: Truth, rests_on: Sequence[Location] = (), missing: Sequence[Missing] = ()) -> Finding:
    return Finding(criterion=_ANY, truth=truth, rests_on=tuple(rests_on), missing=tuple(missing))


def _missing_fact(fact: str, chart: Chart) -> Missing:
    """Why there is no usable result of this fact."""
    seen = [one for _, one in chart.observations(fact)]
    timings = {chart.timing(fact, one) for one in seen}
    if any(one.pending and chart.timing(fact, one) is not Timing.TOO_LATE for one in seen):
        reason = MissingReason.PENDING
    elif Timing.UNCLEAR in timings:
        reason = MissingReason.TIMING_UNCLEAR
    else:
        reason = MissingReason.TOO_LATE if Timing.TOO_LATE in timings else MissingReason.ABSENT
    return Missing(what=f"fact:{fact}", reason=reason)


def _decide(fact: str, chart: Chart, test: Callable[[tuple[Result, ...]], tuple[Truth, Sequence[Result]]], *, open_reason: MissingReason) -> Finding:
    """Apply a test to the usable results; an observation of unclear timing must not change the answer."""
    results = chart.results(fact)
    sure = tuple(result for result in results if result.timing is Timing.USABLE)
    if not results:
        return _found(Truth.UNKNOWN, [place for place, _ in chart.observations(fact)], [_missing_fact(fact, chart)])
    truth, telling = test(results)
    places = [result.location for result in telling]
    if len(sure) != len(results) and (not sure or test(sure)[0] is not truth):
        return _found(Truth.UNKNOWN, places, [Missing(what=f"fact:{fact}", reason=MissingReason.TIMING_UNCLEAR)])
    return _found(truth, places, [Missing(what=f"fact:{fact}", reason=open_reason)])


def _within(quantity: Quantity, bounds: Bounds) -> Truth:
    """Whether a reported quantity, perhaps only bounded itself, lies within all bounds."""
    checks = (
        (bounds.above, lambda value, bound: value > bound),
        (bounds.at_least, lambda value, bound: value >= bound),
        (bounds.at_most, lambda value, bound: value <= bound),
        (bounds.below, lambda value, bound: value < bound),
    )
    return conjunction(_against(quantity, bound, holds) for bound, holds in checks if bound is not None)


def _against(quantity: Quantity, bound: Decimal, holds: Callable[[Decimal, Decimal], bool]) -> Truth:
    """The possible values form an interval and a bound cuts it once: ask at both of its ends."""
    if quantity.comparator is Comparator.EXACT:
        return Truth.of(holds(quantity.value, bound))
    below = quantity.comparator in {Comparator.BELOW, Comparator.AT_MOST}
    far = Decimal("-1e12") if below else Decimal("1e12")
    nudge = {Comparator.BELOW: Decimal("-1e-9"), Comparator.ABOVE: Decimal("1e-9")}.get(quantity.comparator, Decimal(0))
    ends = {holds(far, bound), holds(quantity.value + nudge, bound)}
    return Truth.of(ends.pop()) if len(ends) == 1 else Truth.UNKNOWN


def _quantity(test: QuantityTest, chart: Chart) -> Finding:
    def decide(results: tuple[Result, ...]) -> tuple[Truth, Sequence[Result]]:
        if test.pick is Pick.LATEST:
            return _within(_as_quantity(results[-1]), test), results[-1:]
        if test.pick is Pick.ANY:
            truths = [_within(_as_quantity(result), test) for result in results]
            truth = disjunction(truths)
            return truth, [result for result, one in zip(results, truths, strict=True) if one is truth]
        order = min if test.pick is Pick.LOWEST else max
        chosen = order(results, key=lambda result: _as_quantity(result).value)
        return _within(_as_quantity(chosen), test), [chosen]

    return _decide(test.fact, chart, decide, open_reason=MissingReason.NOT_EXACT)


def _as_quantity(result: Result) -> Quantity:
    assert isinstance(result.reading, Quantity)  # the packs' checks bind quantity tests to quantity facts
    return result.reading


def _latest(holds: Callable[[Any], bool | None]) -> Callable[[tuple[Result, ...]], tuple[Truth, Sequence[Result]]]:
    return lambda results: (Truth.of(holds(results[-1].reading)), results[-1:])


def _yes(test: Any, chart: Chart) -> Finding:
    return _decide(test.fact, chart, _latest(lambda reading: reading is test.answer), open_reason=MissingReason.ABSENT)


def _choice(test: Any, chart: Chart) -> Finding:
    return _decide(test.fact, chart, _latest(lambda reading: reading in test.among), open_reason=MissingReason.ABSENT)


def _count(test: CountTest, chart: Chart) -> Finding:
    """Choices add up over observations; only a set declared complete can be too small."""

    def decide(results: tuple[Result, ...]) -> tuple[Truth, Sequence[Result]]:
        present = frozenset[str]().union(*(result.reading for result in results if isinstance(result.reading, frozenset)))
        counted = present & frozenset(test.among) if test.among else present
        if len(counted) >= test.at_least:
            return Truth.MET, results
        return (Truth.NOT_MET if results[-1].observation.complete else Truth.UNKNOWN), results

    return _decide(test.fact, chart, decide, open_reason=MissingReason.LIST_OPEN)


def _sent(test: Any, chart: Chart) -> Finding:
    seen = chart.observations(test.fact)
    usable = [place for place, one in seen if chart.timing(test.fact, one) is Timing.USABLE]
    results = chart.results(test.fact)
    if test.awaited and results:
        return _found(Truth.NOT_MET, [result.location for result in results])
    if usable:
        return _found(Truth.MET, usable)
    return _found(Truth.UNKNOWN, [place for place, _ in seen], [_missing_fact(test.fact, chart)])


def _diagnosis(test: Any, chart: Chart) -> Finding:
    found = [
        ("diagnoses", position)
        for position, diagnosis in enumerate(chart.case.diagnoses)
        if diagnosis.certainty in test.certainty and any(code_within(diagnosis.code, pattern) for pattern in test.codes)
    ]
    if found:
        return _found(Truth.MET, found)
    return _absent_from_list("diagnoses", complete=chart.case.diagnoses_complete)


def code_within(code: str, pattern: str) -> bool:
    """Whether a diagnosis code is the pattern's code or one below it."""
    stem = pattern.rstrip("-")
    return code == stem or code.replace(".", "").startswith(stem.replace(".", ""))


def _absent_from_list(name: str, *, complete: bool) -> Finding:
    if complete:
        return _found(Truth.NOT_MET)
    return _found(Truth.UNKNOWN, missing=[Missing(what=name, reason=MissingReason.LIST_OPEN)])


def _therapy(test: TherapyTest, chart: Chart) -> Finding:
    tried = [
        (("therapies", "tried", position), therapy)
        for position, therapy in enumerate(chart.case.therapies.tried)
        if therapy.therapy_class in test.classes and therapy.outcome in test.outcomes
    ]
    if not tried:
        return _absent_from_list("therapies", complete=chart.case.therapies.complete)
    lacking = [(place, _lacking(therapy, test)) for place, therapy in tried]
    whole = [place for place, details in lacking if not details]
    if whole:
        return _found(Truth.MET, whole)
    details = dict.fromkeys(detail for _, some in lacking for detail in some)
    missing = [Missing(what="therapies", reason=MissingReason.DETAIL, detail=detail) for detail in details]
    return _found(Truth.UNKNOWN, [place for place, _ in lacking], missing)


def _lacking(therapy: Therapy, test: TherapyTest) -> tuple[str, ...]:
    return tuple(detail for detail in test.stating if getattr(therapy, detail) is None)


def _span(test: SpanTest, chart: Chart) -> Finding:
    start, end = _span_end(test.start, chart), _span_end(test.end, chart)
    places = [place for place, moment in (start, end) if moment is not None and place]
    absent = [_missing_end(name, chart) for name, (_, moment) in ((test.start, start), (test.end, end)) if moment is None]
    if start[1] is None or end[1] is None:
        return _found(Truth.UNKNOWN, places, absent)
    length = _days(start[1], end[1]) if test.unit == "days" else _years(start[1], end[1])
    return _found(_within(Quantity(Decimal(length)), test), places)


def _span_end(name: str, chart: Chart) -> tuple[Location, Moment | None]:
    if name == "as_of":
        return (), Moment(chart.as_of)
    kind, _, which = name.partition(":")
    if kind == "fact":
        results = chart.results(which)
        reading = results[-1].reading if results else None
        return (results[-1].location if results else ()), reading if isinstance(reading, Moment) else None
    place, value = values_at(chart.case, which)[0]
    return place, value if isinstance(value, Moment) else Moment(value) if value is not None else None  # type: ignore[arg-type]  # a date field, by the packs' checks


def _missing_end(name: str, chart: Chart) -> Missing:
    kind, _, which = name.partition(":")
    return _missing_fact(which, chart) if kind == "fact" else Missing(what=name, reason=MissingReason.ABSENT)


def _days(start: Moment, end: Moment) -> int:
    return (end.day - start.day).days


def _years(start: Moment, end: Moment) -> int:
    """Whole years, as an age is counted."""
    before_anniversary = (end.day.month, end.day.day) < (start.day.month, start.day.day)
    return end.day.year - start.day.year - before_anniversary


def _present(test: Any, chart: Chart) -> Finding:
    reached = values_at(chart.case, test.field)
    if all(value is not None for _, value in reached):
        return _found(Truth.MET, [place for place, _ in reached])
    return _found(Truth.UNKNOWN, missing=[Missing(what=f"field:{test.field}", reason=MissingReason.ABSENT)])


def _field(test: Any, chart: Chart) -> Finding:
    reached = values_at(chart.case, test.field)
    known = [(place, value) for place, value in reached if value is not None]
    if len(known) < len(reached):
        return _found(Truth.UNKNOWN, missing=[Missing(what=f"field:{test.field}", reason=MissingReason.ABSENT)])
    return _found(conjunction(Truth.of(_word(value) in test.among) for _, value in known), [place for place, _ in known])


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _enclosed(test: Any, chart: Chart) -> Finding:
    seen = chart.observations(test.fact)
    named = [place for place, one in seen if one.exhibit is not None]
    if named:
        return _found(Truth.MET, named)
    return _found(Truth.UNKNOWN, [place for place, _ in seen], [Missing(what=f"fact:{test.fact}", reason=MissingReason.DETAIL, detail="exhibit")])


_LEAVES: dict[str, Callable[[Any, Chart], Finding]] = {
    "quantity": _quantity,
    "yes": _yes,
    "choice": _choice,
    "count": _count,
    "sent": _sent,
    "diagnosis": _diagnosis,
    "therapy": _therapy,
    "span": _span,
    "present": _present,
    "field": _field,
    "enclosed": _enclosed,
}
"""Every kind of leaf and the reviewed function that decides it; a test keeps it equal to the language."""
