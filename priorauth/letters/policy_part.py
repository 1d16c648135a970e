"""How the payer's policy stands to this request, and its criteria beside the facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Category, Level, Recommendation
from priorauth.letters.citing import Citing
from priorauth.letters.criteria_part import criterion_row, diagnosis_group, diagnosis_places
from priorauth.letters.letter import CriterionRow, PolicyPart
from priorauth.letters.provenance import Value, value
from priorauth.letters.quote import Phrase, Quoter, places_of
from priorauth.payers.models import Basis, Stance
from priorauth.reasoning.assess import Assessment, PolicyFinding
from priorauth.reasoning.match import Candidate

_FACT = "case:facts."
_AS_READ = "Met as read here"
_CODED = {Level.PROBABLE: "Met as probable", Level.SUSPECTED: "Met if confirmed"}
"""What a line of a policy is that only the code of a diagnosis meets, by how firmly the case carries that diagnosis."""
_COUNTS = ("no", "one", "two", "three", "four", "five", "six")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """From where a policy is answered."""

    payer_id: str
    """Of the payer that the letter goes to."""
    candidates: Sequence[Candidate]
    """The diagnoses, the letter's own first."""
    row: Recommendation
    """The guideline's row of that one."""
    national: str | None
    """Id of the payer whose policy is the national determination: it binds whoever decides, so that nobody can except from it."""


def compose_policy(quoter: Quoter, assessment: Assessment, standpoint: Standpoint, citing: Citing) -> PolicyPart:
    """The policy's stance and its criteria first, then what establishes each diagnosis.

    What we ask for as proof beside a policy's line is left to the diagnosis: it is no condition of the payer.
    """
    first = _answered(quoter, assessment.first, standpoint) if assessment.first is not None else None
    part = _answered(quoter, assessment, standpoint)
    part = _beside(first, part) if first is not None else part
    alone = len(standpoint.candidates) == 1
    groups = tuple(diagnosis_group(quoter, one, citing, alone=alone) for one in standpoint.candidates)
    return replace(part, first=first, groups=groups, exception=part.exception or (first is not None and first.exception))


def _beside(first: PolicyPart, own: PolicyPart) -> PolicyPart:
    """The payer's own policy without what the one before it has had answered: a plan may repeat the national words."""
    answered = {(row.text.text, row.truth.text) for row in first.criteria}
    rows = tuple(row for row in own.criteria if (row.text.text, row.truth.text) not in answered)
    contrast = own.contrast if first.contrast is None else None
    if not rows:
        return replace(own, contrast=contrast, criteria=(), unsettled=None, exception=False)
    return replace(own, contrast=contrast, criteria=rows)


def _answered(quoter: Quoter, assessment: Assessment, standpoint: Standpoint) -> PolicyPart:
    """One policy and its criteria."""
    asked = assessment.of_basis(Basis.POLICY)
    unmet = [one for one in asked if one.finding.truth is Truth.NOT_MET]
    last_resort = assessment.stance is Stance.LAST_RESORT
    return PolicyPart(
        stance=value(assessment.wording, *assessment.sources),
        own=assessment.payer_id == standpoint.payer_id,
        exception=assessment.stance.asks_exception or (bool(unmet) and assessment.payer_id != standpoint.national),
        last_resort=last_resort,
        contrast=_contrast(standpoint.row) if last_resort else None,
        criteria=tuple(_policy_row(quoter, one, standpoint.candidates[0]) for one in asked),
        unsettled=_unsettled(asked, assessment.payer_id, standpoint),
        groups=(),
        first=None,
    )


def _contrast(row: Recommendation) -> Value | None:
    first_line = row.category is Category.I
    return value("The guideline, below, rates it as first-line treatment.", f"row:{row.id}") if first_line else None


def _policy_row(quoter: Quoter, asked: PolicyFinding, candidate: Candidate) -> CriterionRow:
    """A row of the policy; one that only the code of the diagnosis meets is met no more firmly than that stands."""
    row = criterion_row(quoter, asked.finding, asked.source)
    coded = any(place[0] == "diagnoses" for place in asked.finding.rests_on)
    reached = candidate.reached
    assert reached is not None  # a letter is written only for a candidate that fits
    if asked.finding.truth is Truth.MET and (asked.our_reading or coded):
        label = _AS_READ if asked.our_reading else _CODED.get(reached.rule.level, row.truth.text)
        row = replace(row, truth=Value(label, row.truth.sources))
    results = tuple(one for fact in asked.beside for one in quoter.course(fact))
    phrases = (*row.phrases, *results, *_not_counted(quoter, asked))
    numbered = diagnosis_places(quoter, asked.finding) if coded and not row.places else ()
    return replace(row, phrases=phrases, places=(*numbered, *places_of(phrases)))


def _not_counted(quoter: Quoter, asked: PolicyFinding) -> Iterator[Phrase]:
    """Where a clause on therapies is met by our reading: those of its classes that it was not met by, and what became of them."""
    if asked.finding.truth is not Truth.MET or not asked.our_reading:
        return
    tests = [leaf.criterion.therapy for leaf in asked.finding.leaves() if leaf.criterion.therapy is not None]
    classes = {one for test in tests for one in test.classes}
    counted = {place[2] for place in asked.finding.rests_on if place[0] == "therapies"}
    for position, therapy in enumerate(quoter.case.therapies.tried):
        if therapy.therapy_class in classes and position not in counted:
            yield quoter.therapy(position)


def _unsettled(asked: Sequence[PolicyFinding], payer_id: str, standpoint: Standpoint) -> Value | None:
    """How many parts of the policy's clause are not met or not known, and what is therefore asked; `None` when all are met."""
    unmet = [one for one in asked if one.finding.truth is Truth.NOT_MET]
    unknown = [one for one in asked if one.finding.truth is Truth.UNKNOWN]
    if not unmet and not unknown:
        return None
    counted = [f"{_parts(len(found))} {state}" for found, state in ((unmet, "not met"), (unknown, "not known")) if found]
    ask = "I ask for an individual exception" if unmet else "I ask you to decide on this patient’s own findings"
    if unmet and payer_id == standpoint.national:
        ask = "I ask you to review whether it covers this patient all the same"
    clause = "this clause" if payer_id == standpoint.payer_id else "the national determination’s clause"
    text = f"Of {clause}, {' and '.join(counted)}; {ask}."
    return value(text, *(one.source for one in (*unmet, *unknown)))


def _parts(count: int) -> str:
    return "one part is" if count == 1 else f"{_COUNTS[count] if count < len(_COUNTS) else count} parts are"


def facts_shown(policy: PolicyPart) -> frozenset[str]:
    """The facts that the criteria table shows."""
    phrases = [phrase for row in policy.rows for phrase in row.phrases]
    sources = (source for phrase in phrases for source in phrase.text.sources)
    return frozenset(source.removeprefix(_FACT).partition("[")[0] for source in sources if source.startswith(_FACT))
