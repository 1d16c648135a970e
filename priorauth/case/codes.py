"""Code systems and other scalar types of a case, each with its form and where that is specified.

Forms only: whether a diagnosis code is valid and billable on a date is a matter of the code release.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints


def _check_npi(number: str) -> str:
    """Luhn over 80840 and the number, as the NPI standard prescribes."""
    digits = [int(digit) for digit in "80840" + number]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    if (sum(digits[-1::-2]) + sum(doubled)) % 10:
        raise ValueError("has a wrong check digit, so at least one digit is mistyped. Copy the NPI again from its source.")
    return number


def _yes_no(value: object) -> object:
    return {"yes": True, "true": True, "no": False, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


# https://www.cms.gov/regulations-and-guidance/administrative-simplification/nationalprovidentstand
Npi = Annotated[str, StringConstraints(pattern=r"^[12]\d{9}$"), AfterValidator(_check_npi)]
# Employer identification number, as on an IRS notice.
Tin = Annotated[str, StringConstraints(pattern=r"^\d{2}-?\d{7}$")]
# ICD-10-CM: letter, digit, alphanumeric, then up to four more behind a point.
DiagnosisCode = Annotated[str, StringConstraints(pattern=r"^[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$")]
# CPT (five digits, or four and a letter) or HCPCS Level II (a letter and four digits).
ProcedureCode = Annotated[str, StringConstraints(pattern=r"^(\d{4}[0-9A-Z]|[A-V]\d{4})$")]
Modifier = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{2}$")]
# CMS place-of-service code set: two digits.
PlaceOfService = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
# USPS abbreviation.
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Zip = Annotated[str, StringConstraints(pattern=r"^\d{5}(-\d{4})?$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ().-]{7,20}( ?(x|ext\.?) ?\d{1,6})?$")]

CaseId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
# A name within one case or profile, by which other entries point at this one.
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
# Identifiers are kept as written: leading zeros count.
Identifier = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z ./_-]{0,39}$")]
# One line of text as a person writes it, and paragraphs of Markdown.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
Markdown = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=6000)]

YesNo = Annotated[bool, BeforeValidator(_yes_no)]


class Sex(StrEnum):
    """Administrative sex, as the payer holds it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Modality(StrEnum):
    """The apheresis procedure as the guideline names it."""

    TPE = "TPE"
    """Therapeutic plasma exchange."""
    IA = "IA"
    """Immunoadsorption."""
    DFPP = "DFPP"
    """Double filtration plasmapheresis."""
    ECP = "ECP"
    """Extracorporeal photopheresis."""
    RBC_EXCHANGE = "RBC exchange"
    """Red blood cell exchange."""
    ERYTHROCYTAPHERESIS = "Erythrocytapheresis"
    LEUKOCYTAPHERESIS = "Leukocytapheresis"
    THROMBOCYTAPHERESIS = "Thrombocytapheresis"
    LA = "LA"
    """Lipoprotein apheresis."""
    ADSORPTIVE_CYTAPHERESIS = "Adsorptive cytapheresis"
    B2_MICROGLOBULIN_ADSORPTION = "b2-microglobulin adsorption"
    TPE_HV = "TPE-HV"
    """High-volume therapeutic plasma exchange."""
