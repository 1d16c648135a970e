"""How a payer takes a request: where it goes, whether it must be asked, what it wants to see, how far it looks back."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from priorauth.case.codes import Phone, State
from priorauth.case.parts import LineOfBusiness
from priorauth.criteria.language import Criterion
from priorauth.moments import Day
from priorauth.payers.entry import Entry, Provenance, Sentence, Url

Days = Annotated[int, Field(ge=1, le=3660)]


class ChannelKind(StrEnum):
    """How a request reaches a payer."""

    FAX = "fax"
    PHONE = "phone"
    PORTAL = "portal"
    MAIL = "mail"
    ELECTRONIC = "electronic"
    """A standard transaction between computers."""
    FORM = "form"
    """A form that the payer, or its state, prescribes or must take."""


class Channel(Entry):
    """One way to a payer, never without its scope: one plan's number is another plan's privacy breach."""

    kind: ChannelKind
    scope: Sentence
    """For which plans, requests and states it is given."""
    number: Phone | None = None
    """Left out where the payer was only seen to have such a channel."""
    lines: tuple[Sentence, ...] = ()
    """Address, portal, or name of the form."""
    source: Url
    seen_on: Day
    provenance: Provenance


class Knowledge(StrEnum):
    """Whether something about a payer is known."""

    UNKNOWN = "unknown"
    """Not looked up, or not found; the clinic supplies it."""
    KNOWN = "known"


class Submission(Entry):
    """Where a request goes."""

    known: Knowledge
    channels: tuple[Channel, ...] = ()
    fields: tuple[Sentence, ...] = ()
    """What the payer's form or page asks a request to state."""
    notes: tuple[Sentence, ...] = ()

    @model_validator(mode="after")
    def _says_what_it_knows(self) -> Self:
        if (self.known is Knowledge.KNOWN) != bool(self.channels):
            if self.channels:
                raise ValueError("lists a channel that it calls unknown. Write `known: known`, because a channel is listed.")
            raise ValueError("calls known what it does not list. Write `known: unknown`, or list a channel under `channels`.")
        return self


class Answer(StrEnum):
    """What is known of a question to a payer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Not looked up, or not found."""


class Answered(Entry):
    """An answer with how it came to us; what was not looked up answers nothing and needs no source."""

    note: Sentence | None = None
    provenance: Provenance = Provenance.UNKNOWN
    source: Url | None = None

    @model_validator(mode="after")
    def _says_where_it_was_read(self) -> Self:
        if self.source is None and self.provenance in {Provenance.VERIFIED, Provenance.VERIFIED_SECONDARY}:
            raise ValueError("was read, and does not say where. Add `source`.")
        return self

    @property
    def printable(self) -> bool:
        """Whether it was read in the payer's own document."""
        return self.provenance is Provenance.VERIFIED


class PriorAuthorization(Answered):
    """Whether the payer wants to be asked before an exchange."""

    required: Answer = Answer.UNKNOWN


class Retrospective(Answered):
    """Whether the payer takes a request after the fact."""

    accepted: Answer = Answer.UNKNOWN
    within_days: Days | None = None
    """Counted from the service."""

    @model_validator(mode="after")
    def _counts_what_it_accepts(self) -> Self:
        if self.within_days is not None and self.accepted is not Answer.YES:
            raise ValueError('counts days for what it does not accept. Remove `within_days`, or write `accepted: "yes"`.')
        return self


class DocumentAsked(Answered):
    """Something that the payer wants to see with a request."""

    item: Sentence
    """In our own words."""
    criterion: Criterion | None = None
    """How a case shows that it is there, where it can."""


class Reach(Entry):
    """For whom a record stands: lines of business and states."""

    lines_of_business: tuple[LineOfBusiness, ...] = ()
    """Empty for any."""
    states: tuple[State, ...] = ()
    """Empty for any."""
    except_states: tuple[State, ...] = ()
    """States with a record, or a policy, of their own."""

    @model_validator(mode="after")
    def _names_states_once(self) -> Self:
        if self.states and self.except_states:
            raise ValueError("names the states it stands for and those it does not. Keep one of: states, except_states.")
        return self

    def covers(self, state: str) -> bool:
        """Whether it stands for this state."""
        return state not in self.except_states and (not self.states or state in self.states)

    @property
    def states_in_words(self) -> str:
        """Which states it stands for: `PA`, `all but LA, NJ`, `any`."""
        return _listed(self.states) if self.states else f"all but {_listed(self.except_states)}" if self.except_states else "any"


def _listed(states: Collection[str]) -> str:
    return ", ".join(states)
