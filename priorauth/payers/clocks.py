"""The shapes of time limits (payers/clocks.yaml): until when a payer must decide, and an appeal may be filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from priorauth.case.choices import Funding, LineOfBusiness, RequestKind
from priorauth.criteria.language import CriterionId
from priorauth.moments import Day
from priorauth.payers.entry import Entry, Provenance, Sentence, Url
from priorauth.payers.models import InForce

Amount = Annotated[int, Field(ge=1, le=3660)]


class Limit(StrEnum):
    """What must have happened when a clock runs out."""

    DECISION = "decision"
    """The payer has decided."""
    FILING = "filing"
    """The appeal has been filed."""


class Unit(StrEnum):
    """What a clock counts."""

    HOURS = "hours"
    """Hours, through nights and weekends."""
    CALENDAR_DAYS = "calendar_days"
    """Days, beginning with the one after."""
    BUSINESS_DAYS = "business_days"
    """Days, beginning with the one after, without Saturdays, Sundays and federal holidays."""


class CountedFrom(StrEnum):
    """What starts a clock."""

    RECEIVED = "received"
    """The payer has received the request."""
    DENIAL_RECEIVED = "denial_received"
    """The denial has been received."""
    SESSIONS_END = "sessions_end"
    """The sessions authorized so far have ended."""


class Clock(Entry):
    """One time limit."""

    limits: Limit
    rule: Sentence
    """The rule that sets it, as a letter names it."""
    lines_of_business: tuple[LineOfBusiness, ...] = Field(min_length=1)
    funding: tuple[Funding, ...] = ()
    """Empty for any."""
    kinds: tuple[RequestKind, ...] = Field(min_length=1)
    expedited: bool | None = None
    """Only for requests that are, or are not, asked for expedited; for both when left out."""
    asked_hours_before_end: Amount | None = None
    """Only for requests that reach the payer at least so many hours before the authorized sessions end."""
    amount: Amount
    unit: Unit
    counted_from: CountedFrom
    in_force: InForce = Field(default_factory=InForce)
    """By the day that starts it."""
    provenance: Provenance
    source: Url
    seen_on: Day
    note: Sentence | None = None

    @model_validator(mode="after")
    def _starts_with_what_it_limits(self) -> Self:
        if (self.limits is Limit.FILING) != (self.counted_from is CountedFrom.DENIAL_RECEIVED):
            raise ValueError("does not start with what it limits. A filing counts from denial_received, a decision never does.")
        return self

    @property
    def length(self) -> str:
        """How long it runs, in words: `7 calendar days`."""
        unit = self.unit.replace("_", " ")
        return f"{self.amount} {unit if self.amount > 1 else unit.removesuffix('s')}"


class Clocks(Entry):
    """`clocks.yaml`."""

    clocks: Mapping[CriterionId, Clock]

    def printable(self) -> Iterator[tuple[str, Clock]]:
        """Those that may be printed, with their ids, in the order of the file."""
        return ((name, clock) for name, clock in self.clocks.items() if clock.provenance is Provenance.VERIFIED)

    def origin(self, source: str) -> dict[str, object]:
        """Where `clock:<id>` is written and what it rests on; `KeyError` when it resolves to nothing."""
        scheme, _, name = source.partition(":")
        if scheme != "clock":
            raise KeyError(source)
        clock = self.clocks[name]
        return {"file": "payers/clocks.yaml", "rule": clock.rule, "url": clock.source, "provenance": clock.provenance}
