"""What happened: findings, trend, differential and therapies, dated and sourced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from priorauth.case.parts import LineTiming, ServiceRole, TherapyOutcome
from priorauth.criteria.chart import Chart, Result
from priorauth.criteria.evaluate import evaluate
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Indication, IndicationKind, Rival
from priorauth.facts import FactKind
from priorauth.letters.letter import ClinicalPart, RivalRow, TherapyRow, Trend, TrendRow
from priorauth.letters.provenance import Value, joined, value
from priorauth.letters.quote import Phrase, Quoter, places_of
from priorauth.letters.words import mid_sentence, short_date
from priorauth.reasoning.match import Candidate, Match

SIGNER = "requesting_provider"
"""The key under which a case names the physician who signs."""
_MOST_DAYS = 6
"""Columns of a trend that a letter-size page takes at a readable size."""


def compose_clinical(quoter: Quoter, match: Match, *, shown: frozenset[str]) -> ClinicalPart:
    """The clinical account for the indication of this letter; `shown` are facts that the criteria already show."""
    chosen = match.chosen
    assert chosen is not None  # compose is called only for a match that writes
    assert chosen.reached is not None
    indications = tuple(one.indication for one in (chosen, *match.also_present))
    rivals = _differential(quoter, indications)
    found = tuple(_findings(quoter, indications, shown))
    unaddressed = [Value(mid_sentence(row.name.text), row.name.sources) for row in rivals if not row.phrases]
    return ClinicalPart(
        wording=wording(quoter, chosen),
        suspected=chosen.reached.rule.level == "suspected",
        also_present=tuple(_as_well(one) for one in match.also_present),
        onset=quoter.dated("diagnoses", 0, "onset") if quoter.case.diagnoses else None,
        first_exchange=quoter.dated("exchange", "first_started_at") if quoter.case.exchange else None,
        history=quoter.markdown("narrative", "history"),
        findings=(
            *(one for fact, one in found if not _own(quoter, fact)),
            *(quoter.other_finding(place) for place in range(len(quoter.case.other_findings))),
        ),
        judgments=tuple(one for fact, one in found if _own(quoter, fact)),
        trend=_trend(quoter, indications),
        differential=tuple(row for row in rivals if row.phrases),
        unaddressed=joined(unaddressed) if unaddressed else None,
        therapies=_therapies(quoter, given=True),
        considered=_therapies(quoter, given=False),
    )


def wording(quoter: Quoter, candidate: Candidate) -> Value:
    """The indication at the level that the case carries, named as the case names it."""
    assert candidate.reached is not None  # it fits
    rule, source = candidate.reached.rule, f"indication:{candidate.indication.id}"
    named = _latest(quoter, rule.led_by).text if rule.led_by and quoter.chart.observations(rule.led_by) else None
    return value(f"{rule.wording} {named.text}", source, *named.sources) if named else value(rule.wording, source)


def _as_well(candidate: Candidate) -> Value:
    """An indication that stands beside the letter's own: its findings, since one name is enough for one disease."""
    return value(f"findings that also meet the criteria of {candidate.indication.name}", f"indication:{candidate.indication.id}")


def _findings(quoter: Quoter, indications: tuple[Indication, ...], shown: frozenset[str]) -> Iterator[tuple[str, Phrase]]:
    for fact in dict.fromkeys(fact for one in indications for fact in _recorded(quoter, one) if fact not in shown):
        if quoter.chart.observations(fact):
            yield fact, _latest(quoter, fact)


def _recorded(quoter: Quoter, indication: Indication) -> tuple[str, ...]:
    """What its pack names; for one that the physician declares, which names nothing, whatever the case says."""
    if indication.kind is not IndicationKind.DECLARED:
        return indication.findings
    over_time = _over_time(quoter, indication)
    return tuple(fact for fact in quoter.chart.vocabulary.facts if fact in quoter.case.facts and fact not in over_time)


def _over_time(quoter: Quoter, indication: Indication) -> tuple[str, ...]:
    """The results that its trend shows; for a declared indication, those that the case gives for more than one day."""
    if indication.kind is not IndicationKind.DECLARED:
        return indication.deciding_results
    numeric = (fact for fact in quoter.case.facts if _is_trend(quoter, fact))
    return tuple(fact for fact in numeric if len({_day(result) for result in quoter.chart.all_results(fact)}) > 1)


def _own(quoter: Quoter, fact: str) -> bool:
    """Whether every observation of it is a judgment of the physician who signs, and no exhibit shows it."""
    return quoter.chart.definition(fact).kind is not FactKind.QUANTITY and all(
        one.exhibit is None and one.attested_by == SIGNER for _, one in quoter.chart.observations(fact)
    )


def _latest(quoter: Quoter, fact: str) -> Phrase:
    """The latest usable result, else the latest observation of any kind."""
    results = quoter.chart.results(fact)
    if results:
        return quoter.phrase(results[-1].location)
    return quoter.phrase(quoter.chart.observations(fact)[-1][0])


def _trend(quoter: Quoter, indications: tuple[Indication, ...]) -> Trend | None:
    facts = [
        fact for fact in dict.fromkeys(fact for one in indications for fact in _over_time(quoter, one)) if _is_trend(quoter, fact)
    ]
    days = _trend_days([[day for result in quoter.chart.all_results(fact) if (day := _day(result))] for fact in facts])
    if not facts or len(days) < 2:
        return None
    return Trend(
        days=tuple(_day_heading(quoter, facts, day) for day in days),
        after_exchange=tuple(_after_exchange(quoter, facts, day) for day in days),
        after_course=tuple(_after_course(quoter, day) for day in days),
        rows=tuple(row for fact in facts if any((row := _trend_row(quoter, fact, days)).cells)),
    )


def _is_trend(quoter: Quoter, fact: str) -> bool:
    numeric = quoter.chart.definition(fact).kind is FactKind.QUANTITY
    return numeric and any(_day(result) for result in quoter.chart.all_results(fact))


def _trend_days(days_of: list[list[date]]) -> list[date]:
    """Of the days of each result, as many as the page takes: the first, the latest of each result, then the latest of all."""
    every = sorted({day for days in days_of for day in days})
    wanted = dict.fromkeys([*every[:1], *(max(days) for days in days_of), *reversed(every)])
    return sorted([*wanted][:_MOST_DAYS])


def _day(result: Result) -> date | None:
    return result.observation.taken.day if result.observation.taken else None


def _day_heading(quoter: Quoter, facts: list[str], day: date) -> Value:
    places = [result.location for fact in facts for result in quoter.chart.all_results(fact) if _day(result) == day]
    return value(short_date(day), *(quoter.case_file.source((*place, "taken")) for place in places))


def _after_exchange(quoter: Quoter, facts: list[str], day: date) -> bool:
    """Whether every result of the day surely came after the first exchange."""
    if quoter.case.exchange is None:
        return False
    first = quoter.case.exchange.first_started_at
    taken = [result.observation.taken for fact in facts for result in quoter.chart.all_results(fact) if _day(result) == day]
    return all(moment is not None and first.is_before(moment) for moment in taken)


def _after_course(quoter: Quoter, day: date) -> bool:
    """Whether every session was given before this day, and none is to come."""
    lines = [line for line in quoter.case.services if line.role is ServiceRole.EXCHANGE]
    ends = [line.end for line in lines if line.timing is LineTiming.DELIVERED and line.end is not None]
    return len(ends) == len(lines) > 0 and max(ends) < day


def _trend_row(quoter: Quoter, fact: str, days: list[date]) -> TrendRow:
    by_day = {_day(result): result.location for result in quoter.chart.all_results(fact)}
    cells = [quoter.fact_text(fact, int(by_day[day][2])) if day in by_day else None for day in days]
    shown = [quoter.phrase(by_day[day]) for day in days if day in by_day]
    return TrendRow(name=value(quoter.chart.definition(fact).name, f"facts:{fact}"), cells=tuple(cells), places=places_of(shown))


def _differential(quoter: Quoter, indications: tuple[Indication, ...]) -> tuple[RivalRow, ...]:
    rivals: dict[str, tuple[Indication, Rival]] = {}
    standing = " ".join(one.title.casefold() for one in indications)
    for indication in indications:
        for rival in indication.differential:
            if rival.name.casefold() not in standing and applies(quoter.chart, rival):
                rivals.setdefault(rival.name, (indication, rival))
    return tuple(_rival(quoter, indication, rival) for indication, rival in rivals.values())


def applies(chart: Chart, rival: Rival) -> bool:
    """Whether an alternative concerns this patient, as far as the case says."""
    return rival.applies_when is None or evaluate(rival.applies_when, chart).truth is not Truth.NOT_MET


def _rival(quoter: Quoter, indication: Indication, rival: Rival) -> RivalRow:
    phrases = tuple(_latest(quoter, fact) for fact in rival.facts if quoter.chart.observations(fact))
    return RivalRow(name=value(rival.name, f"indication:{indication.id}"), phrases=phrases, places=places_of(phrases))


_NOT_GIVEN = frozenset({TherapyOutcome.CONTRAINDICATED, TherapyOutcome.NOT_GIVEN, TherapyOutcome.PLANNED})


def _therapies(quoter: Quoter, *, given: bool) -> tuple[TherapyRow, ...]:
    tried = quoter.case.therapies.tried
    return tuple(_therapy(quoter, place) for place, one in enumerate(tried) if (one.outcome not in _NOT_GIVEN) is given)


def _therapy(quoter: Quoter, place: int) -> TherapyRow:
    therapy = quoter.case.therapies.tried[place]
    at = ("therapies", "tried", place)
    drug, outcome = quoter.field(*at, "drug"), quoter.field(*at, "outcome")
    assert drug is not None  # both are required of a therapy
    assert outcome is not None
    return TherapyRow(
        drug=drug,
        dose=quoter.field(*at, "dose"),
        days=quoter.therapy_days(place),
        outcome=outcome,
        reason=quoter.field(*at, "reason"),
        timing=_timing(quoter, place),
        where=quoter.where(at, therapy.exhibit, therapy.page, attested=False),
    )


def _timing(quoter: Quoter, place: int) -> Value | None:
    """When a treatment is given in relation to a session; before the first session that is a plan."""
    stated = quoter.field("therapies", "tried", place, "timing_to_exchange")
    running = quoter.case.therapies.tried[place].outcome is TherapyOutcome.ONGOING
    return value(f"to be given {stated.text}", *stated.sources) if stated and running and quoter.case.exchange is None else stated
