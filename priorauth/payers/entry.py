"""What every entry of the payer pack is made of: a frozen shape, ids, sentences, and how a thing came to us."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from priorauth.case.codes import Form

_NAME = "is not a short name. Use small letters, digits and hyphens only, at most 40, such as"
PayerId = Annotated[str, Form(r"[a-z][a-z0-9-]{1,39}", f"{_NAME} acme-health.")]
PolicyId = Annotated[str, Form(r"[a-z0-9][a-z0-9-]{0,39}", f"{_NAME} mp-100.")]
IndicationId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Url = Annotated[str, Form(r"https?://\S+", "is not an address of the web. Write it as the browser shows it, from https:// on.")]


class Entry(BaseModel):
    """The base of everything in the payer pack: frozen, closed."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)


class Provenance(StrEnum):
    """How something about a payer came to us."""

    VERIFIED = "verified"
    """Read in a copy of the payer's own document."""
    VERIFIED_SECONDARY = "verified_secondary"
    """Read only in somebody else's summary; never cited as policy."""
    RECALLED = "recalled"
    """From memory, no text seen; never printed."""
    UNKNOWN = "unknown"
    """Looked for, not found or not visible."""
