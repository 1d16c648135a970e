"""How the payer's policy stands to this request, and its criteria beside the facts."""

from __future__ import annotations

from priorauth.letters.criteria_part import criterion_row, diagnosis_rows
from priorauth.letters.letter import PolicyPart
from priorauth.letters.provenance import value
from priorauth.letters.quote import Quoter
from priorauth.payers.models import Basis, Stance
from priorauth.reasoning.assess import Assessment
from priorauth.reasoning.match import Candidate

_FACT = "case:facts."


def compose_policy(quoter: Quoter, assessment: Assessment, candidate: Candidate) -> PolicyPart:
    """The policy's stance and its criteria first, then what establishes the diagnosis.

    What we ask for as proof beside a policy's line is left to the second table: it is no condition of the payer.
    """
    asked = assessment.of_basis(Basis.POLICY)
    return PolicyPart(
        stance=value(assessment.wording, *assessment.sources),
        exception=assessment.asks_exception,
        last_resort=assessment.stance is Stance.LAST_RESORT,
        criteria=tuple(criterion_row(quoter, one.finding, one.source) for one in asked),
        evidence_criteria=diagnosis_rows(quoter, candidate),
    )


def facts_shown(policy: PolicyPart) -> frozenset[str]:
    """The facts that the criteria table shows."""
    phrases = [phrase for row in (*policy.criteria, *policy.evidence_criteria) for phrase in row.phrases]
    sources = (source for phrase in phrases for source in phrase.text.sources)
    return frozenset(source.removeprefix(_FACT).partition("[")[0] for source in sources if source.startswith(_FACT))
