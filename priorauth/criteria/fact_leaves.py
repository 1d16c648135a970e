"""The leaves that are asked of the observations of one fact."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

from priorauth.criteria.chart import Chart, Result, Timing, latest_of
from priorauth.criteria.findings import Answer, Missing, MissingReason, missing_fact, unknown
from priorauth.criteria.interval import ANYTHING, Interval, highest, interval_of, lowest, within
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
    """The answer of a test to the samples that count; whether one of unclear timing counts must not matter."""
    if not any(result.timing is Timing.USABLE for result in chart.results(fact)):
        return _without_result(fact, chart)
    return _whichever_count(fact, chart, test)


def _whichever_count(fact: str, chart: Chart, test: Callable[[_Results], Answer]) -> Answer:
    """The answer that holds with none of the samples of unclear timing, with each alone, and with all of them.

    These selections stand for every other: what a test says is decided by one sample, or grows with each that is added.
    """
    samples = chart.samples(fact)
    sure = tuple(sample for sample in samples if sample.timing is Timing.USABLE)
    unclear = (sample for sample in samples if sample.timing is Timing.UNCLEAR)
    answer = test(sure)
    if all(test(counted).truth is answer.truth for counted in [*((*sure, one) for one in unclear), samples]):
        return answer
    return unknown(missing_fact(fact, MissingReason.TIMING_UNCLEAR), rests_on=(sample.location for sample in samples))


def _without_result(fact: str, chart: Chart) -> Answer:
    why = missing_fact(fact, MissingReason.TIMING_UNCLEAR) if chart.results(fact) else why_no_result(fact, chart)
    return unknown(why, rests_on=(place for place, _ in chart.observations(fact)))


def _decide_by_latest(fact: str, chart: Chart, holds: Callable[[Reading | None], Truth]) -> Answer:
    """The answer of the latest sample; where several may be the latest, they must agree, and an awaited one agrees with none."""

    def test(samples: _Results) -> Answer:
        latest = latest_of(samples)
        said = {holds(sample.reading) for sample in latest}
        reason = (MissingReason.NOT_EXACT, "") if len(said) == 1 else (MissingReason.DETAIL, "taken")
        places = tuple(sample.location for sample in latest)
        return Answer(truth=agreement(said), rests_on=places, missing=(_missing(fact, latest, *reason),))

    return _decide(fact, chart, test)


def _missing(fact: str, samples: _Results, reason: MissingReason, detail: str = "") -> Missing:
    """What would decide it: the awaited result if there is one, else this."""
    if any(sample.reading is None for sample in samples):
        return missing_fact(fact, MissingReason.PENDING)
    return missing_fact(fact, reason, detail)


def _quantity(test: QuantityTest, chart: Chart) -> Answer:
    if test.pick is Pick.LATEST:
        return _decide_by_latest(test.fact, chart, lambda reading: _lies_within(reading, test))
    pick = _any_of if test.pick is Pick.ANY else _extreme_of
    return _decide(test.fact, chart, lambda results: pick(test, results))


def _lies_within(reading: Reading | None, test: QuantityTest) -> Truth:
    return within(interval_of(reading), test) if isinstance(reading, Quantity) else Truth.UNKNOWN


def _any_of(test: QuantityTest, samples: _Results) -> Answer:
    said = [(sample.location, _lies_within(sample.reading, test)) for sample in samples]
    truth = disjunction(one for _, one in said)
    telling = tuple(place for place, one in said if one is truth)
    return Answer(truth=truth, rests_on=telling, missing=(_missing(test.fact, samples, MissingReason.NOT_EXACT),))


def _extreme_of(test: QuantityTest, samples: _Results) -> Answer:
    """The answer of the lowest or highest value; it rests on every result that can be the one."""
    intervals = {one.location: _interval(one.reading) for one in samples}
    extreme = lowest(intervals.values()) if test.pick is Pick.LOWEST else highest(intervals.values())
    truth = within(extreme, test)
    telling = [
        one.location
        for one in samples
        if _overlap(intervals[one.location], extreme) and (one.reading is not None or truth is Truth.UNKNOWN)
    ]
    return Answer(truth=truth, rests_on=tuple(telling), missing=(_missing(test.fact, samples, MissingReason.NOT_EXACT),))


def _interval(reading: Reading | None) -> Interval:
    return interval_of(reading) if isinstance(reading, Quantity) else ANYTHING


def _overlap(one: Interval, other: Interval) -> bool:
    return one.low <= other.high and one.high >= other.low


def _yes(test: YesTest, chart: Chart) -> Answer:
    return _decide_by_latest(
        test.fact, chart, lambda reading: Truth.of(reading is test.answer if isinstance(reading, bool) else None)
    )


def _choice(test: ChoiceTest, chart: Chart) -> Answer:
    return _decide_by_latest(
        test.fact, chart, lambda reading: Truth.of(reading in test.among if isinstance(reading, str) else None)
    )


def _count(test: CountTest, chart: Chart) -> Answer:
    """Choices of one day add up, and the latest day decides; only a set that its latest entry declares complete is too small.

    What has no date, or may not count, can stand on any day, or alone after all others: every such reading must agree.
    """
    if not any(result.timing is Timing.USABLE for result in chart.results(test.fact)):
        return _without_result(test.fact, chart)
    samples = chart.samples(test.fact)
    floating = tuple(one for one in samples if one.observation.taken is None or one.timing is Timing.UNCLEAR)
    latest = _of_latest_day([one for one in samples if one not in floating])
    readings = [group for group in (latest, *((one,) for one in floating), (*latest, *floating)) if group]
    said = {_enough(test, group) for group in readings}
    truth = agreement(said)
    together = (*latest, *floating)
    telling = (one.location for one in together if truth is not Truth.MET or _counted(one.reading, test))
    return Answer(truth=truth, rests_on=tuple(telling), missing=(_why_not_counted(test.fact, together, said),))


def _of_latest_day(samples: Sequence[Result]) -> _Results:
    days = [one.observation.taken.day for one in samples if one.observation.taken is not None]
    return tuple(one for one, day in zip(samples, days, strict=True) if day == max(days))


def _enough(test: CountTest, together: _Results) -> Truth:
    if len(frozenset[str]().union(*(_counted(one.reading, test) for one in together))) >= test.at_least:
        return Truth.MET
    awaited = any(one.reading is None for one in together)
    complete = all(one.observation.complete for one in latest_of(together))
    return Truth.NOT_MET if complete and not awaited else Truth.UNKNOWN


def _why_not_counted(fact: str, together: _Results, said: Collection[Truth]) -> Missing:
    if any(one.timing is Timing.UNCLEAR for one in together):
        return missing_fact(fact, MissingReason.TIMING_UNCLEAR)
    reason = (MissingReason.DETAIL, "taken") if Truth.MET in said else (MissingReason.LIST_OPEN, "")
    return _missing(fact, together, *reason)


def _counted(reading: Reading | None, test: CountTest) -> frozenset[str]:
    present = reading if isinstance(reading, frozenset) else frozenset[str]()
    return present & frozenset(test.among) if test.among else present


def _sent(test: SentTest, chart: Chart) -> Answer:
    usable = tuple(one for one in chart.samples(test.fact) if one.timing is Timing.USABLE)
    if not usable:
        return unknown(why_no_result(test.fact, chart), rests_on=(place for place, _ in chart.observations(test.fact)))
    if not test.awaited:
        return Answer(truth=Truth.MET, rests_on=tuple(one.location for one in usable))
    return _whichever_count(test.fact, chart, lambda samples: _newest_awaited(test.fact, samples))


def _newest_awaited(fact: str, samples: _Results) -> Answer:
    """Whether the sample drawn last is still awaited: an older result does not end the wait for a newer one."""
    latest = latest_of(samples)
    truth = agreement(Truth.of(one.reading is None) for one in latest)
    missing = missing_fact(fact, MissingReason.DETAIL, "taken")
    return Answer(truth=truth, rests_on=tuple(one.location for one in latest), missing=(missing,))


def _enclosed(test: EnclosedTest, chart: Chart) -> Answer:
    seen = [(place, one) for place, one in chart.observations(test.fact)]
    named = tuple(place for place, one in seen if one.exhibit is not None and not one.pending)
    if named:
        return Answer(truth=Truth.MET, rests_on=named)
    if any(not one.pending for _, one in seen):
        return unknown(missing_fact(test.fact, MissingReason.DETAIL, "exhibit"), rests_on=(place for place, _ in seen))
    reason = MissingReason.PENDING if seen else MissingReason.ABSENT
    return unknown(missing_fact(test.fact, reason), rests_on=(place for place, _ in seen))
