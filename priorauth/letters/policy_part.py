"""How the payer's policy stands to this request, and its criteria beside the facts."""

from __future__ import annotations

from collections.abc import Sequence

from priorauth.criteria.truth import Truth
from priorauth.letters.citing import Citing
from priorauth.letters.criteria_part import criterion_row, diagnosis_group
from priorauth.letters.letter import PolicyPart
from priorauth.letters.provenance import value
from priorauth.letters.quote import Quoter
from priorauth.payers.models import Basis, Stance
from priorauth.reasoning.assess import Assessment
from priorauth.reasoning.match import Candidate

_FACT = "case:facts."


def compose_policy(quoter: Quoter, assessment: Assessment, candidates: Sequence[Candidate], citing: Citing) -> PolicyPart:
    """The policy's stance and its criteria first, then what establishes each diagnosis.

    What we ask for as proof beside a policy's line is left to the diagnosis: it is no condition of the payer.
    """
    asked = assessment.of_basis(Basis.POLICY)
    return PolicyPart(
        stance=value(assessment.wording, *assessment.sources),
        exception=assessment.asks_exception,
        last_resort=assessment.stance is Stance.LAST_RESORT,
        criteria=tuple(criterion_row(quoter, one.finding, one.source) for one in asked),
        unsettled=any(one.finding.truth is not Truth.MET for one in asked),
        groups=tuple(diagnosis_group(quoter, one, citing, alone=len(candidates) == 1) for one in candidates),
    )


def facts_shown(policy: PolicyPart) -> frozenset[str]:
    """The facts that the criteria table shows."""
    phrases = [phrase for row in policy.rows for phrase in row.phrases]
    sources = (source for phrase in phrases for source in phrase.text.sources)
    return frozenset(source.removeprefix(_FACT).partition("[")[0] for source in sources if source.startswith(_FACT))
