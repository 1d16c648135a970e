"""The guideline's row, and why exchange now: for, against, and what the disease does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from priorauth.evidence.models import Category, Edition, Evidence, Indication, Level, Recommendation, Topic
from priorauth.letters.citing import Citing
from priorauth.letters.letter import EvidencePart, QuotedRating, RatingPart
from priorauth.letters.procedures import rated_modalities
from priorauth.letters.provenance import Value, value
from priorauth.letters.quote import Quoter
from priorauth.reasoning.assess import Assessment
from priorauth.reasoning.match import Candidate, Match

_NOT_COMPARED = "Guideline row not yet compared with its source."


def compose_ratings(match: Match, assessment: Assessment, evidence: Evidence, citing: Citing) -> tuple[RatingPart, ...]:
    """Every row that the case stands on, each once, the letter's own first; with it what an edition that a policy quotes says."""
    assert match.chosen is not None  # compose is called only for a match that writes
    by_row: dict[str, Candidate] = {}
    for candidate in (match.chosen, *match.also_present):
        by_row.setdefault(candidate.row.id if candidate.row else "", candidate)
    return tuple(
        replace(_rating(candidate, evidence, citing), quoted=tuple(_quoted(candidate, assessment, evidence, citing)))
        for candidate in by_row.values()
    )


def _quoted(candidate: Candidate, assessment: Assessment, evidence: Evidence, citing: Citing) -> Iterator[QuotedRating]:
    """For each policy that quotes another edition than the letter: that edition, and how it rates the row where it is held."""
    row = candidate.row
    assert row is not None  # a letter names its procedure, and so its row
    for one in assessment.in_order:
        year = one.policy.quotes_guideline_of if one.policy is not None else None
        if one.policy is None or year is None or year == evidence.edition.year:
            continue
        policy = f"payer:{one.payer_id}/{one.policy.id}"
        edition = next((held for held in evidence.editions.values() if held.year == year), None)
        if edition is None:
            text = f"{one.policy.name} quotes the guideline’s edition of {year}, which was not read here."
            yield QuotedRating(text=value(text, policy), cite=None)
            continue
        then = edition.by_id.get(row.id)
        rated = f"which rates it Category {then.category}, Grade {then.grade}" if then else "whose rating of it was not read here"
        source = f"row:{edition.id}/{row.id}" if then else f"edition:{edition.id}"
        text = f"{one.policy.name} quotes an earlier edition, the {edition.name}, {rated}."
        yield QuotedRating(text=value(text, policy, source), cite=citing.marks(edition.citation))


def _rating(candidate: Candidate, evidence: Evidence, citing: Citing) -> RatingPart:
    row = candidate.row
    assert row is not None  # a letter names its procedure, and so its row
    edition, source = evidence.edition, f"row:{row.id}"
    note = candidate.indication.row_note
    return RatingPart(
        condition=value(row.title, source),
        modality=value(rated_modalities(row.modality), source),
        category=value(row.category, source),
        grade=value(row.grade, source),
        edition=value(edition.name, f"edition:{edition.id}"),
        category_meaning=_meaning(edition, edition.category_meanings[row.category]),
        grade_meaning=_meaning(edition, edition.grade_meanings[row.grade]),
        note=value(note, f"indication:{candidate.indication.id}") if note else None,
        cite=citing.marks(edition.citation),
        if_confirmed=candidate.reached is not None and candidate.reached.rule.level is Level.SUSPECTED,
        higher=tuple(_higher(row, edition)),
        individual=row.category is Category.III,
        declared=candidate.reached is not None and candidate.reached.rule.level is Level.DECLARED,
        quoted=(),
        not_compared=value(_NOT_COMPARED, source) if row.compared is None else None,
    )


def _higher(row: Recommendation, edition: Edition) -> Iterator[Value]:
    """What the guideline rates higher in the same condition: a letter for another procedure says so."""
    for other in edition.recommendations:
        alike = (other.disease, other.condition) == (row.disease, row.condition)
        if alike and (other.category, other.grade) < (row.category, row.grade):
            meaning = edition.grade_meanings[other.grade]
            rated = f"Category {other.category}, Grade {other.grade} ({edition.name}; Grade {other.grade}: {meaning})"
            yield value(f"{rated_modalities(other.modality)} higher, {rated}", f"row:{other.id}", f"edition:{edition.id}")


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
        no_study=_no_study(match) if not (prognosis or supporting or contrary) else None,
    )


def _no_study(match: Match) -> Value | None:
    """For a row that is not first-line, that the letter argues from no study: the reader need not search for one."""
    assert match.chosen is not None  # compose is called only for a match that writes
    row = match.chosen.row
    if row is None or row.category is Category.I:
        return None
    return value("Beyond the guideline this letter cites no study, for or against.", f"row:{row.id}")
