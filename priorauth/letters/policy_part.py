"""How the payer's policy stands to this request, and its criteria beside the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Level
from priorauth.letters.citing import Citing
from priorauth.letters.criteria_part import criterion_row, diagnosis_group
from priorauth.letters.letter import CriterionRow, PolicyPart
from priorauth.letters.provenance import Value, value
from priorauth.letters.quote import Quoter
from priorauth.payers.models import Basis, Stance
from priorauth.reasoning.assess import Assessment, PolicyFinding
from priorauth.reasoning.match import Candidate

_FACT = "case:facts."
_AS_READ = "Met as read here"
_CODED = {Level.PROBABLE: "Met as probable", Level.SUSPECTED: "Met if confirmed"}
"""What a line of a policy is that only the code of a diagnosis meets, by how firmly the case carries that diagnosis."""
_COUNTS = ("no", "one", "two", "three", "four", "five", "six")


def compose_policy(quoter: Quoter, assessment: Assessment, candidates: Sequence[Candidate], citing: Citing) -> PolicyPart:
    """The policy's stance and its criteria first, then what establishes each diagnosis.

    What we ask for as proof beside a policy's line is left to the diagnosis: it is no condition of the payer.
    """
    asked = assessment.of_basis(Basis.POLICY)
    unmet = [one for one in asked if one.finding.truth is Truth.NOT_MET]
    return PolicyPart(
        stance=value(assessment.wording, *assessment.sources),
        exception=assessment.asks_exception or bool(unmet),
        last_resort=assessment.stance is Stance.LAST_RESORT,
        criteria=tuple(_policy_row(quoter, one, candidates[0]) for one in asked),
        unsettled=_unsettled(asked),
        groups=tuple(diagnosis_group(quoter, one, citing, alone=len(candidates) == 1) for one in candidates),
    )


def _policy_row(quoter: Quoter, asked: PolicyFinding, candidate: Candidate) -> CriterionRow:
    """A row of the policy; one that only the code of the diagnosis meets is met no more firmly than that stands."""
    row = criterion_row(quoter, asked.finding, asked.source)
    coded = any(place[0] == "diagnoses" for place in asked.finding.rests_on)
    reached = candidate.reached
    assert reached is not None  # a letter is written only for a candidate that fits
    if asked.finding.truth is Truth.MET and (asked.our_reading or coded):
        label = _AS_READ if asked.our_reading else _CODED.get(reached.rule.level, row.truth.text)
        row = replace(row, truth=Value(label, row.truth.sources))
    exhibits = quoter.exhibits(reached.finding.rests_on) if coded and not row.places else None
    return replace(row, places=(exhibits,)) if exhibits is not None else row


def _unsettled(asked: Sequence[PolicyFinding]) -> Value | None:
    """How many parts of the policy's clause are not met or not known, and what is therefore asked; `None` when all are met."""
    unmet = [one for one in asked if one.finding.truth is Truth.NOT_MET]
    unknown = [one for one in asked if one.finding.truth is Truth.UNKNOWN]
    if not unmet and not unknown:
        return None
    counted = [f"{_parts(len(found))} {state}" for found, state in ((unmet, "not met"), (unknown, "not known")) if found]
    ask = "I ask for an individual exception" if unmet else "I ask you to decide on this patient’s own findings"
    text = f"Of this clause, {' and '.join(counted)}; {ask}."
    return value(text, *(one.source for one in (*unmet, *unknown)))


def _parts(count: int) -> str:
    return "one part is" if count == 1 else f"{_COUNTS[count] if count < len(_COUNTS) else count} parts are"


def facts_shown(policy: PolicyPart) -> frozenset[str]:
    """The facts that the criteria table shows."""
    phrases = [phrase for row in policy.rows for phrase in row.phrases]
    sources = (source for phrase in phrases for source in phrase.text.sources)
    return frozenset(source.removeprefix(_FACT).partition("[")[0] for source in sources if source.startswith(_FACT))
