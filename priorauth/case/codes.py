"""Code systems and other scalar types of a case, each with its form and where that is specified.

Forms only: whether a diagnosis code is valid and billable on a date is a matter of the code release.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from priorauth.case.writing import require_printable, require_printable_markdown


@dataclass(frozen=True, slots=True)
class Form:
    """How a code is written, and the sentence that refuses anything else."""

    pattern: str
    refusal: str
    """What is wrong, then how to mend it; it never holds what was written."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check(), handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}

    def _check(self) -> Callable[[str], str]:
        # ASCII, because `\d` also matches the digits of other scripts, which no payer can read.
        form = re.compile(self.pattern, re.ASCII)

        def check(text: str) -> str:
            if form.fullmatch(text) is None:
                raise ValueError(self.refusal)
            return text

        return check


def _check_npi(number: str) -> str:
    """Luhn over 80840 and the number, as the NPI standard prescribes."""
    digits = [int(digit) for digit in "80840" + number]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    if (sum(digits[-1::-2]) + sum(doubled)) % 10:
        raise ValueError("has a wrong check digit, so at least one digit is mistyped. Copy the NPI again from its source.")
    return number


_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def _yes_no(value: object) -> object:
    if isinstance(value, str):
        if value.lower() not in _YES_NO:
            raise ValueError("is neither yes nor no. Write yes or no.")
        return _YES_NO[value.lower()]
    return value


_DIGITS = 7
"""More than the largest whole number that any field takes has."""


def _whole(value: object) -> object:
    """Digits only: `int` would also take 1_000, 5.0 and +5."""
    if isinstance(value, str):
        if re.fullmatch(r"0|[1-9]\d*", value, re.ASCII) is None:
            raise ValueError("is not a whole number. Write digits only, without a zero in front, as in 5.")
        # Python reads only so many digits; these are above every limit, and that limit is what a person is told.
        return int(value[:_DIGITS])
    return value


def _decimal(value: object) -> object:
    """Digits and a point only: `Decimal` would also take 1e3 and 1_000."""
    if isinstance(value, str):
        if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value, re.ASCII) is None:
            raise ValueError("is not a number. Write digits, with a point before decimals, as in 62.5.")
        return Decimal(value)
    return value


def _check_time_zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not a time zone. Write its name in the IANA database, as America/New_York.") from None
    return name


# https://www.cms.gov/regulations-and-guidance/administrative-simplification/nationalprovidentstand
Npi = Annotated[
    str, Form(r"[12]\d{9}", "is not an NPI. Write its ten digits, the first of them 1 or 2."), AfterValidator(_check_npi)
]
# Employer identification number, as on an IRS notice.
Tin = Annotated[str, Form(r"\d{2}-?\d{7}", "is not a TIN. Write its nine digits, as in 12-3456789.")]
# ICD-10-CM: a letter, a digit and another place (since 2025 also a letter and a digit, as QA0), then up to four behind a point.
DiagnosisCode = Annotated[
    str,
    Form(
        r"[A-Z](\d[0-9A-Z]|[A-Z]\d)(\.[0-9A-Z]{1,4})?",
        "is not an ICD-10-CM code. Write it in capitals, with the point after the third place, as in A00.0.",
    ),
]
# CPT (five digits, or four and a letter) or HCPCS Level II (a letter and four digits).
ProcedureCode = Annotated[
    str, Form(r"\d{4}[0-9A-Z]|[A-V]\d{4}", "is not a CPT or HCPCS code. Write its five places, without modifier.")
]
Modifier = Annotated[str, Form(r"[0-9A-Z]{2}", "is not a modifier. Write its two places, in capitals.")]
# CMS place-of-service code set: two digits.
PlaceOfService = Annotated[
    str,
    Form(r"\d{2}", "is not a place-of-service code. Write the two digits of the CMS list, with a leading zero if it has one."),
]
# USPS abbreviation.
State = Annotated[str, Form(r"[A-Z]{2}", "is not a state. Write its two capital letters.")]
Phone = Annotated[
    str,
    Form(
        r"\+?[0-9 ().-]{7,20}( ?(x|ext\.?) ?\d{1,6})?",
        "is not a telephone number. Write digits with spaces, points or hyphens, and an extension after `ext.`.",
    ),
]
# A zone of the IANA database: https://www.iana.org/time-zones
TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_check_time_zone)]

CaseId = Annotated[
    str,
    Form(
        r"[a-z0-9-]{1,40}",
        "is not a case id. Write up to 40 small letters, digits and hyphens, and nothing that names the patient.",
    ),
]
# A name within one case or profile, by which other entries point at this one.
Key = Annotated[
    str,
    Form(
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}",
        "is not a key. Write up to 40 letters, digits, hyphens and underscores, without spaces.",
    ),
]
# Identifiers are kept as written: leading zeros count.
Identifier = Annotated[
    str,
    Form(
        r"[0-9A-Za-z][0-9A-Za-z ./_-]{0,39}",
        "is not an identifier. Write up to 40 letters and digits, with spaces, points, hyphens or slashes between.",
    ),
]
# One line of text as a person writes it, and paragraphs of Markdown.
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    Form(r"[^\x00-\x1f\x7f]+", "holds a line break or tab. Write it on one line; paragraphs belong in `narrative`."),
    AfterValidator(require_printable),
]
Markdown = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=6000),
    AfterValidator(require_printable_markdown),
]
# The words of another's letter on one or more lines, kept but for the line breaks.
Quotation = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1500),
    AfterValidator(lambda text: " ".join(text.split())),
    StringConstraints(min_length=1),
    AfterValidator(require_printable),
]

# A reported value or its unit; its form is a matter of the vocabulary.
Reported = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(require_printable)
]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=40)]

YesNo = Annotated[bool, BeforeValidator(_yes_no, json_schema_input_type=bool)]
WholeNumber = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int)]
PlainDecimal = Annotated[Decimal, BeforeValidator(_decimal, json_schema_input_type=Decimal)]


class Sex(StrEnum):
    """Administrative sex, as the payer holds it."""

    FEMALE = "female"
    """Female."""
    MALE = "male"
    """Male."""
    OTHER = "other"
    """Neither, as the payer holds it."""
    UNKNOWN = "unknown"
    """Not held."""


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
    """Removal of red blood cells."""
    LEUKOCYTAPHERESIS = "Leukocytapheresis"
    """Removal of white blood cells."""
    THROMBOCYTAPHERESIS = "Thrombocytapheresis"
    """Removal of platelets."""
    LA = "LA"
    """Lipoprotein apheresis."""
    ADSORPTIVE_CYTAPHERESIS = "Adsorptive cytapheresis"
    """Adsorption of activated white blood cells."""
    B2_MICROGLOBULIN_ADSORPTION = "b2-microglobulin adsorption"
    """Adsorption of β2-microglobulin."""
    TPE_HV = "TPE-HV"
    """High-volume therapeutic plasma exchange."""

    @property
    def is_abbreviation(self) -> bool:
        """Whether a reader wants it spelled out."""
        return self.value.isupper()
