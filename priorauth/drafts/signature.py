"""The record of a signature: who attested what, bound to the digests of what was reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Literal

from priorauth.case.codes import Line, Npi
from priorauth.drafts.manifest import Digest, FileName, Record
from priorauth.moments import Day

STATEMENT = (
    "I reviewed this letter against the medical record. What it says of the patient is true and complete "
    "to the best of my knowledge, and the request is my own clinical judgment."
)
"""What the physician attests; kept with the signature word for word."""


class Attestation(Record):
    """Who stands behind the letter, and since when."""

    name: Line
    npi: Npi
    attested_on: Day
    statement: str = STATEMENT


class Method(StrEnum):
    """How the letter is signed."""

    INK = "ink"
    """By hand, on the printed letter's blank line."""


class Signature(Record):
    """What `sign` adds to a draft."""

    format: Literal["priorauth-signature-1"] = "priorauth-signature-1"
    method: Method
    attestation: Attestation
    reviewed: Mapping[FileName, Digest]
    """Every file of the draft, the manifest included, as it was reviewed."""
    signed: Mapping[FileName, Digest]
    """What was made of it."""
    as_of: date
    versions: Mapping[str, str]
