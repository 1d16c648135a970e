"""Whether a line's procedure code, modality and plasma volumes speak of the same procedure."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.case.parts import Case, ServiceLine, ServiceRole
from priorauth.facts import Owner
from priorauth.payers.entry import Provenance
from priorauth.payers.requirements import Codes
from priorauth.reasoning.gaps import Gap, GapKind


def procedure_gaps(case: Case, codes: Codes) -> Iterator[Gap]:
    """A gap for each exchange line that contradicts itself, or whose code is not known here and may be mistyped.

    A code whose meaning is only recalled warns and does not block.
    """
    for place, line in enumerate(case.services):
        if line.role is ServiceRole.EXCHANGE:
            yield from _of_another_procedure(line, place, codes)
            yield from _without_plasma(line, place, codes)


def _of_another_procedure(line: ServiceLine, place: int, codes: Codes) -> Iterator[Gap]:
    known = next((one for one in codes.procedures if one.code == line.procedure_code), None)
    # All that are known are told, because the one that stands there is the case's own.
    told = ", ".join(one.words for one in codes.procedures)
    if known is None and line.procedure_code is not None:
        yield Gap(
            id="procedure-code-unknown",
            kind=GapKind.INCOMPLETE,
            what="The procedure code of an exchange line is not among those known here.",
            remedy=f"Check it digit by digit under `services[{place}].procedure_code`. Known here are: {told}.",
            owner=Owner.BILLING,
            reason="A line is approved and paid by its code.",
            clause="Procedure coding",
            blocks=False,
            field=f"services[{place}].procedure_code",
        )
    if known is None or line.modality is None or line.modality in known.fits:
        return
    yield Gap(
        id="procedure-code-of-another-procedure",
        kind=GapKind.CONTRARY,
        what="The procedure code of an exchange line stands for another procedure than its modality.",
        remedy=f"Correct `procedure_code` or `modality` under `services[{place}]`. Known here are: {told}.",
        owner=Owner.BILLING,
        reason="A line is approved and paid by its code: what is granted would be another procedure than the one asked for.",
        clause="Procedure coding",
        # What nobody has read stops no letter.
        blocks=known.provenance is not Provenance.RECALLED,
        field=f"services[{place}].procedure_code",
    )


def _without_plasma(line: ServiceLine, place: int, codes: Codes) -> Iterator[Gap]:
    if line.plasma_volumes is None or line.modality not in codes.without_plasma:
        return
    yield Gap(
        id="plasma-volumes-without-plasma",
        kind=GapKind.CONTRARY,
        what="An exchange line gives plasma volumes for a procedure that exchanges no plasma.",
        remedy=f"Remove `plasma_volumes` under `services[{place}]`, or correct `modality`.",
        owner=Owner.PHYSICIAN,
        reason="A request that contradicts itself is returned, or asked about.",
        clause="Treatment plan that reviewers ask for",
        blocks=True,
        field=f"services[{place}].plasma_volumes",
    )
