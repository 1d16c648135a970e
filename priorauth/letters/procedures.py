"""What a letter calls the apheresis procedures."""

from __future__ import annotations

from priorauth.case.codes import Modality

_NAMES = {
    Modality.TPE: "therapeutic plasma exchange",
    Modality.TPE_HV: "high-volume therapeutic plasma exchange",
    Modality.IA: "immunoadsorption",
    Modality.DFPP: "double filtration plasmapheresis",
    Modality.ECP: "extracorporeal photopheresis",
    Modality.RBC_EXCHANGE: "red blood cell exchange",
    Modality.ERYTHROCYTAPHERESIS: "erythrocytapheresis",
    Modality.LEUKOCYTAPHERESIS: "leukocytapheresis",
    Modality.THROMBOCYTAPHERESIS: "thrombocytapheresis",
    Modality.LA: "lipoprotein apheresis",
    Modality.ADSORPTIVE_CYTAPHERESIS: "adsorptive cytapheresis",
    Modality.B2_MICROGLOBULIN_ADSORPTION: "β2-microglobulin adsorption",
}


_NOUNS = {
    Modality.TPE: "exchange",
    Modality.TPE_HV: "exchange",
    Modality.RBC_EXCHANGE: "exchange",
    Modality.ECP: "photopheresis",
    Modality.IA: "immunoadsorption",
    Modality.DFPP: "double filtration",
}
"""What a sentence calls the procedure once it is named in full; any other is `apheresis`."""


_RETURNING = frozenset({Modality.IA, Modality.DFPP})


def gives_plasma_back(modality: Modality) -> bool:
    """Whether a volume of plasma is treated and given back, not exchanged."""
    return modality in _RETURNING


def noun(modality: Modality) -> str:
    """The short word for a procedure that has been named in full."""
    return _NOUNS.get(modality, "apheresis")


def rated_modalities(cell: str) -> str:
    """The procedures of a guideline row in words; the cell itself follows where it holds more than one."""
    named = [_NAMES[Modality(one)] if one in set(Modality) else one for one in cell.split("/")]
    if len(named) == 1:
        return named[0]
    return f"{', '.join(named[:-1])} and {named[-1]} ({cell})"


def full_name(modality: Modality) -> str:
    """The procedure in full (`therapeutic plasma exchange`)."""
    return _NAMES[modality]
