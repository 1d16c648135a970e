"""What happened: findings, trend, differential and therapies, dated and sourced."""

from __future__ import annotations

from datetime import date

from priorauth.case.parts import TherapyOutcome
from priorauth.criteria.chart import Result
from priorauth.criteria.evaluate import evaluate
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Indication, Rival
from priorauth.facts import FactKind
from priorauth.letters.letter import ClinicalPart, RivalRow, TherapyRow, Trend, TrendRow
from priorauth.letters.provenance import Value, joined, value
from priorauth.letters.quote import Phrase, Quoter, places_of
from priorauth.letters.words import short_date
from priorauth.reasoning.match import Candidate, Match

_MOST_DAYS = 6
"""Columns of a trend that a letter-size page takes at a readable size."""


def compose_clinical(quoter: Quoter, match: Match, *, shown: frozenset[str]) -> ClinicalPart:
    """The clinical account for the indication of this letter; `shown` are facts that the criteria already show."""
    chosen = match.chosen
    assert chosen is not None  # compose is called only for a match that writes
    assert chosen.reached is not None
    indications = tuple(one.indication for one in (chosen, *match.also_present))
    rivals = _differential(quoter, indications)
    unaddressed = [_mid_sentence(row.name) for row in rivals if not row.phrases]
    return ClinicalPart(
        wording=wording(chosen),
        suspected=chosen.reached.rule.level == "suspected",
        also_present=tuple(wording(one) for one in match.also_present),
        onset=quoter.dated("diagnoses", 0, "onset") if quoter.case.diagnoses else None,
        first_exchange=quoter.dated("exchange", "first_started_at") if quoter.case.exchange else None,
        history=quoter.markdown("narrative", "history"),
        findings=_findings(quoter, indications, shown),
        trend=_trend(quoter, indications),
        differential=tuple(row for row in rivals if row.phrases),
        unaddressed=joined(unaddressed) if unaddressed else None,
        therapies=_therapies(quoter, given=True),
        considered=_therapies(quoter, given=False),
    )


def _mid_sentence(name: Value) -> Value:
    """A name as it reads inside a sentence; an abbreviation keeps its capitals."""
    plain = name.text[1:2].islower()
    return Value(name.text[:1].lower() + name.text[1:], name.sources) if plain else name


def wording(candidate: Candidate) -> Value:
    """The indication at the level that the case carries."""
    assert candidate.reached is not None  # it fits
    return value(candidate.reached.rule.wording, f"indication:{candidate.indication.id}")


def _findings(quoter: Quoter, indications: tuple[Indication, ...], shown: frozenset[str]) -> tuple[Phrase, ...]:
    facts = dict.fromkeys(fact for one in indications for fact in one.findings if fact not in shown)
    return tuple(_latest(quoter, fact) for fact in facts if quoter.chart.observations(fact))


def _latest(quoter: Quoter, fact: str) -> Phrase:
    """The latest usable result, else the latest observation of any kind."""
    results = quoter.chart.results(fact)
    if results:
        return quoter.phrase(results[-1].location)
    return quoter.phrase(quoter.chart.observations(fact)[-1][0])


def _trend(quoter: Quoter, indications: tuple[Indication, ...]) -> Trend | None:
    facts = [
        fact for fact in dict.fromkeys(fact for one in indications for fact in one.deciding_results) if _is_trend(quoter, fact)
    ]
    days = _trend_days(sorted({day for fact in facts for result in quoter.chart.all_results(fact) if (day := _day(result))}))
    if not facts or len(days) < 2:
        return None
    return Trend(
        days=tuple(_day_heading(quoter, facts, day) for day in days),
        after_exchange=tuple(_after_exchange(quoter, facts, day) for day in days),
        rows=tuple(_trend_row(quoter, fact, days) for fact in facts),
    )


def _is_trend(quoter: Quoter, fact: str) -> bool:
    numeric = quoter.chart.definition(fact).kind is FactKind.QUANTITY
    return numeric and any(_day(result) for result in quoter.chart.all_results(fact))


def _trend_days(days: list[date]) -> list[date]:
    """The first day and the latest ones, when there are more than the page takes."""
    return days if len(days) <= _MOST_DAYS else [days[0], *days[-(_MOST_DAYS - 1) :]]


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


def _trend_row(quoter: Quoter, fact: str, days: list[date]) -> TrendRow:
    by_day = {_day(result): result.location for result in quoter.chart.all_results(fact)}
    cells = [quoter.fact_text(fact, int(by_day[day][2])) if day in by_day else None for day in days]
    return TrendRow(name=value(quoter.chart.definition(fact).name, f"facts:{fact}"), cells=tuple(cells))


def _differential(quoter: Quoter, indications: tuple[Indication, ...]) -> tuple[RivalRow, ...]:
    rivals: dict[str, tuple[Indication, Rival]] = {}
    standing = " ".join(one.title.casefold() for one in indications)
    for indication in indications:
        for rival in indication.differential:
            if rival.name.casefold() not in standing and _applies(quoter, rival):
                rivals.setdefault(rival.name, (indication, rival))
    return tuple(_rival(quoter, indication, rival) for indication, rival in rivals.values())


def _applies(quoter: Quoter, rival: Rival) -> bool:
    return rival.applies_when is None or evaluate(rival.applies_when, quoter.chart).truth is not Truth.NOT_MET


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
        timing=quoter.field(*at, "timing_to_exchange"),
        where=quoter.where(at, therapy.exhibit, therapy.page, attested=False),
    )
