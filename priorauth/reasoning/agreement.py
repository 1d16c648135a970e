"""Whether the request says the same as the answer it asks a letter for: the procedure, and how sure the diagnosis is."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.case.parts import Case, Certainty, ServiceRole
from priorauth.criteria.evaluate import code_within
from priorauth.evidence.models import Indication, Level, Recommendation
from priorauth.facts import Owner
from priorauth.reasoning.gaps import Gap, GapKind
from priorauth.reasoning.match import Match

__all__ = ["agreement_gaps"]


def agreement_gaps(case: Case, match: Match) -> Iterator[Gap]:
    """What the request says against the indication that a letter would name; nothing when no letter would be written."""
    if match.indication is None or match.level is None:
        return
    row = match.chosen.row if match.chosen is not None else None
    if row is not None:
        yield from _other_modality(case, row)
    if match.level.level is Level.ESTABLISHED:
        yield from _only_suspected(case, match.indication)


def _other_modality(case: Case, row: Recommendation) -> Iterator[Gap]:
    """One gap for each exchange line that names another procedure; a line that names none is asked for elsewhere."""
    rated = " or ".join(row.modalities)
    for position, line in enumerate(case.services):
        if line.role is ServiceRole.EXCHANGE and line.modality not in {None, *row.modalities}:
            yield _contrary(
                "modality",
                field=f"services[{position}].modality",
                what=f"The line asks for another procedure than the one that the guideline’s row rates ({rated}).",
                remedy=f"Enter {rated} if that is what is done; a request for another procedure is a case of its own.",
                reason="A rating holds for one procedure; it is never borrowed for another.",
                clause="The guideline’s row",
            )


def _only_suspected(case: Case, indication: Indication) -> Iterator[Gap]:
    """One gap when the criteria establish the diagnosis and every code that stands for it says that it is only suspected."""
    carriers = [
        (position, diagnosis.certainty)
        for position, diagnosis in enumerate(case.diagnoses)
        if any(code_within(diagnosis.code, pattern) for pattern in indication.coding.primary)
    ]
    if carriers and all(certainty is Certainty.SUSPECTED for _, certainty in carriers):
        yield _contrary(
            "certainty",
            field=f"diagnoses[{carriers[0][0]}].certainty",
            what="The findings establish the diagnosis, and its code is listed as only suspected: one of the two is wrong.",
            remedy="Correct `certainty` if the diagnosis is made; if it is not, correct the finding that says so.",
            reason="A letter that calls established what its own codes call suspected contradicts itself.",
            clause="The definition of the indication",
        )


def _contrary(name: str, *, field: str, what: str, remedy: str, reason: str, clause: str) -> Gap:
    return Gap(
        id=name,
        kind=GapKind.CONTRARY,
        what=what,
        remedy=remedy,
        owner=Owner.PHYSICIAN,
        reason=reason,
        clause=clause,
        blocks=True,
        field=field,
    )
