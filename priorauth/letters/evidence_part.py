"""The guideline's row, and why exchange now: for, against, and what the disease does."""

from __future__ import annotations

from priorauth.evidence.models import Edition, Evidence, Indication, Level, Recommendation, Topic
from priorauth.letters.citing import Citing
from priorauth.letters.letter import EvidencePart, RatingPart
from priorauth.letters.provenance import Value, value
from priorauth.letters.quote import Quoter
from priorauth.letters.request_part import modality_words
from priorauth.reasoning.match import Candidate, Match


def compose_ratings(match: Match, evidence: Evidence, citing: Citing) -> tuple[RatingPart, ...]:
    """Every row that the case stands on, each once, the letter's own first."""
    assert match.chosen is not None  # compose is called only for a match that writes
    by_row: dict[str, Candidate] = {}
    for candidate in (match.chosen, *match.also_present):
        by_row.setdefault(candidate.indication.rows[0], candidate)
    return tuple(_rating(candidate, evidence, citing) for candidate in by_row.values())


def _rating(candidate: Candidate, evidence: Evidence, citing: Citing) -> RatingPart:
    row = evidence.recommendation(candidate.indication.rows[0])
    edition, source = evidence.edition, f"row:{row.id}"
    note = candidate.indication.row_note
    return RatingPart(
        condition=value(_condition(row), source),
        modality=value(modality_words(row.modality), source),
        category=value(row.category, source),
        grade=value(row.grade, source),
        edition=value(edition.name, f"edition:{edition.id}"),
        category_meaning=_meaning(edition, edition.category_meanings[row.category]),
        grade_meaning=_meaning(edition, edition.grade_meanings[row.grade]),
        note=value(note, f"indication:{candidate.indication.id}") if note else None,
        cite=citing.marks(edition.citation),
        if_confirmed=candidate.reached is not None and candidate.reached.rule.level is Level.SUSPECTED,
    )


def _condition(row: Recommendation) -> str:
    return f"{row.disease}, {row.condition}" if row.condition else row.disease


def _meaning(edition: Edition, text: str) -> Value:
    return value(text, f"edition:{edition.id}")


def compose_evidence(quoter: Quoter, match: Match, citing: Citing) -> EvidencePart:
    """The argument, in the order of the page so that citations are numbered as they are met."""
    assert match.chosen is not None  # compose is called only for a match that writes
    indications: tuple[Indication, ...] = tuple(one.indication for one in (match.chosen, *match.also_present))
    prognosis = citing.on(indications, Topic.PROGNOSIS)
    supporting = citing.on(indications, Topic.RATIONALE)
    contrary = citing.on(indications, Topic.CONTRARY)
    return EvidencePart(
        rationale=quoter.markdown("narrative", "rationale"),
        prognosis=prognosis,
        supporting=supporting,
        contrary=contrary,
        course=citing.on(indications, Topic.COURSE),
        risks=citing.on(indications, Topic.RISK),
    )
