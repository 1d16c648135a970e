"""The shapes of review ages (payers/staleness.yaml): when what we hold wants a second look, and when it stops a letter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from priorauth.payers.entry import Entry

Age = Annotated[int, Field(ge=0, le=36600)]
"""In days."""


class Aging(StrEnum):
    """What grows old."""

    POLICY = "policy"
    """Our paraphrase of a payer's policy."""
    EDITION = "edition"
    """The edition of the guideline."""
    CODES = "codes"
    """The release of diagnosis codes."""
    FAX = "fax"
    """The number that a request goes to."""


class ReviewAge(Entry):
    """Two ages in days; what is exactly as old has not passed them."""

    warn_after: Age
    block_after: Age | None = None
    """It never blocks when left out."""

    @model_validator(mode="after")
    def _warns_first(self) -> Self:
        if self.block_after is not None and self.block_after < self.warn_after:
            raise ValueError("blocks before it warns. Make `block_after` the larger of the two.")
        return self


class Staleness(Entry):
    """`staleness.yaml`."""

    ages: Mapping[Aging, ReviewAge]

    @model_validator(mode="after")
    def _has_them_all(self) -> Self:
        missing = [kind for kind in Aging if kind not in self.ages]
        if missing:
            raise ValueError(f"lacks an age. Add: {', '.join(missing)}.")
        return self
