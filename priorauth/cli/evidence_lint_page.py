"""What a look through the evidence, or through a clinic's comparisons, comes to where nothing is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from priorauth.cli.evidence_review_page import lapsed
from priorauth.cli.page import paragraph
from priorauth.evidence.comparisons import Recorded
from priorauth.evidence.models import Evidence, IndicationKind


def pack_linted(evidence: Evidence) -> str:
    """What was checked and found without mistakes."""
    indications = list(evidence.indications.values())
    kinds = {kind: sum(one.kind is kind for one in indications) for kind in IndicationKind}
    rows = sum(len(edition.recommendations) for edition in evidence.editions.values())
    counted = (
        f"{_count(len(evidence.editions), 'edition', 'editions')} with {_count(rows, 'row', 'rows')}, "
        f"{_count(len(indications), 'indication', 'indications')} ({kinds[IndicationKind.SUPPORTED]} with criteria, "
        f"{kinds[IndicationKind.DECLARED]} declared, {kinds[IndicationKind.REFUSED]} refused), "
        f"{_count(sum(len(one.statements) for one in indications), 'statement', 'statements')}, "
        f"{_count(len(evidence.citations), 'record', 'records')}"
    )
    return "\n".join(paragraph(f"No mistakes. Checked: {counted}."))


def comparisons_linted(recorded: Sequence[Recorded], evidence: Evidence, *, as_of: date) -> str:
    """What was checked of a clinic's comparisons, and which of them do not count or cannot be right."""
    told = paragraph(f"No mistakes. Checked: {_count(len(recorded), 'comparison', 'comparisons')}.")
    left = lapsed(recorded, evidence)
    told += ["", *left] if left else []
    ahead = [one for one in recorded if one.on > as_of]
    for one in ahead:
        told += paragraph(f"{one.of}: was compared on a day that is still to come. Correct `on`.", "    ", "  - ")
    return "\n".join(told)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
