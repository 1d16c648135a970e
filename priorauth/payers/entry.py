"""What every entry of the payer pack is made of: a frozen shape, ids, sentences, and how a thing came to us."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

PayerId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
PolicyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
IndicationId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


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
