"""The leaves that are asked of the observations of one fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from priorauth.criteria.chart import Chart, Result, Timing, latest_of
from priorauth.criteria.findings import Answer, Missing, MissingReason, missing_fact, unknown
from priorauth.criteria.interval import highest, interval_of, lowest, within
from priorauth.criteria.language import (
    ChoiceTest,
    CountTest,
    EnclosedTest,
    FactTest,
    Pick,
    QuantityTest,
    SentTest,
    YesTest,
)
from priorauth.criteria.truth import Truth, agreement, disjunction
from priorauth.facts import Quantity, Reading

_Results: TypeAlias = tuple[Result, ...]


def of_fact(test: FactTest, chart: Chart) -> Answer:
    """What a test of one fact comes to."""
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


def why_no_result(fact: str, chart: Chart) -> Missing:
    """Why no observation of this fact counts."""
    seen = [(one, chart.timing(fact, one)) for _, one in chart.observations(fact)]
    timings = {timing for _, timing in seen}
    if any(one.pending and timing is Timing.USABLE for one, timing in seen):
        return missing_fact(fact, MissingReason.PENDING)
    if Timing.UNCLEAR in timings:
        return missing_fact(fact, MissingReason.TIMING_UNCLEAR)
    return missing_fact(fact, MissingReason.TOO_LATE if Timing.TOO_LATE in timings else MissingReason.ABSENT)


def _decide(fact: str, chart: Chart, test: Callable[[_Results], Answer]) -> Answer:
    """The answer of a test to the results that count; whether one of unclear timing counts must not matter.

    The selections tried are none of the unclear ones, each alone, and all of them. They stand for every
    other: what a test says is decided by one result, or grows with each that is added.
    """
    results = chart.results(fact)
    sure = tuple(result for result in results if result.timing is Timing.USABLE)
    unclear = tuple(result for result in results if result.timing is Timing.UNCLEAR)
    if not sure:
        seen = [place for place, _ in chart.observations(fact)]
        why = missing_fact(fact, MissingReason.TIMING_UNCLEAR) if unclear else why_no_result(fact, chart)
        return unknown(why, rests_on=seen)
    answer = test(sure)
    if all(test(counted).truth is answer.truth for counted in [*((*sure, one) for one in unclear), results]):
        return answer
    return unknown(missing_fact(fact, MissingReason.TIMING_UNCLEAR), rests_on=(result.location for result in results))


def _decide_by_latest(fact: str, chart: Chart, holds: Callable[[Reading], Truth]) -> Answer:
    """The answer of the latest result; where several may be the latest, they must agree."""

    def test(results: _Results) -> Answer:
        latest = latest_of(results)
        said = {holds(result.reading) for result in latest}
        reason = (MissingReason.NOT_EXACT, "") if len(said) == 1 else (MissingReason.DETAIL, "taken")
        places = tuple(result.location for result in latest)
        return Answer(truth=agreement(said), rests_on=places, missing=(missing_fact(fact, *reason),))

    return _decide(fact, chart, test)


def _quantity(test: QuantityTest, chart: Chart) -> Answer:
    if test.pick is Pick.LATEST:
        return _decide_by_latest(test.fact, chart, lambda reading: _lies_within(reading, test))
    pick = _any_of if test.pick is Pick.ANY else _extreme_of
    return _decide(test.fact, chart, lambda results: pick(test, results))


def _lies_within(reading: Reading, test: QuantityTest) -> Truth:
    return within(interval_of(reading), test) if isinstance(reading, Quantity) else Truth.UNKNOWN


def _any_of(test: QuantityTest, results: _Results) -> Answer:
    said = [(result.location, _lies_within(result.reading, test)) for result in results]
    truth = disjunction(one for _, one in said)
    telling = tuple(place for place, one in said if one is truth)
    return Answer(truth=truth, rests_on=telling, missing=(missing_fact(test.fact, MissingReason.NOT_EXACT),))


def _extreme_of(test: QuantityTest, results: _Results) -> Answer:
    """The answer of the lowest or highest value; it rests on every result that can be the one."""
    intervals = {one.location: interval_of(one.reading) for one in results if isinstance(one.reading, Quantity)}
    not_exact = missing_fact(test.fact, MissingReason.NOT_EXACT)
    if not intervals:
        return unknown(not_exact)
    extreme = lowest(intervals.values()) if test.pick is Pick.LOWEST else highest(intervals.values())
    telling = [place for place, one in intervals.items() if one.low <= extreme.high and one.high >= extreme.low]
    return Answer(truth=within(extreme, test), rests_on=tuple(telling), missing=(not_exact,))


def _yes(test: YesTest, chart: Chart) -> Answer:
    return _decide_by_latest(
        test.fact, chart, lambda reading: Truth.of(reading is test.answer if isinstance(reading, bool) else None)
    )


def _choice(test: ChoiceTest, chart: Chart) -> Answer:
    return _decide_by_latest(
        test.fact, chart, lambda reading: Truth.of(reading in test.among if isinstance(reading, str) else None)
    )


def _count(test: CountTest, chart: Chart) -> Answer:
    """Choices add up over observations; only a set that the latest one declares complete can be too small."""

    def decide(results: _Results) -> Answer:
        chosen = {one.location: _counted(one.reading, test) for one in results}
        complete = all(one.observation.complete for one in latest_of(results))
        if len(frozenset[str]().union(*chosen.values())) >= test.at_least:
            return Answer(truth=Truth.MET, rests_on=tuple(place for place, some in chosen.items() if some))
        truth = Truth.NOT_MET if complete else Truth.UNKNOWN
        return Answer(truth=truth, rests_on=tuple(chosen), missing=(missing_fact(test.fact, MissingReason.LIST_OPEN),))

    return _decide(test.fact, chart, decide)


def _counted(reading: Reading, test: CountTest) -> frozenset[str]:
    present = reading if isinstance(reading, frozenset) else frozenset[str]()
    return present & frozenset(test.among) if test.among else present


def _sent(test: SentTest, chart: Chart) -> Answer:
    seen = [(place, chart.timing(test.fact, one)) for place, one in chart.observations(test.fact)]
    usable = tuple(place for place, timing in seen if timing is Timing.USABLE)
    back = chart.results(test.fact) if test.awaited else ()
    returned = tuple(result.location for result in back if result.timing is Timing.USABLE)
    if returned:
        return Answer(truth=Truth.NOT_MET, rests_on=returned)
    if usable and not back:
        return Answer(truth=Truth.MET, rests_on=usable)
    why = missing_fact(test.fact, MissingReason.TIMING_UNCLEAR) if back else why_no_result(test.fact, chart)
    return unknown(why, rests_on=(place for place, _ in seen))


def _enclosed(test: EnclosedTest, chart: Chart) -> Answer:
    seen = [(place, one) for place, one in chart.observations(test.fact)]
    named = tuple(place for place, one in seen if one.exhibit is not None and not one.pending)
    if named:
        return Answer(truth=Truth.MET, rests_on=named)
    if any(not one.pending for _, one in seen):
        return unknown(missing_fact(test.fact, MissingReason.DETAIL, "exhibit"), rests_on=(place for place, _ in seen))
    reason = MissingReason.PENDING if seen else MissingReason.ABSENT
    return unknown(missing_fact(test.fact, reason), rests_on=(place for place, _ in seen))
