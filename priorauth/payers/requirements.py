"""The shapes of what any request must carry, whoever the payer: requirements and the traps among codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from priorauth.case.codes import DiagnosisCode, Modality, ProcedureCode
from priorauth.criteria.language import Criterion, CriterionId, FieldPath, PresentTest
from priorauth.facts import Owner
from priorauth.moments import Day
from priorauth.payers.clocks import Clocks
from priorauth.payers.code_list import CodeLists
from priorauth.payers.entry import Entry, Provenance, Sentence, Url
from priorauth.payers.review_ages import Staleness


class Severity(StrEnum):
    """What a requirement does when it is not met."""

    BLOCKS = "blocks"
    """A reviewer cannot decide without it: no letter is written."""
    WARNS = "warns"
    """A letter can go out without it; a clerk would rather not."""


class Requirement(Entry):
    """One thing that a request must carry: a field that is there, or a criterion that is met."""

    field: FieldPath | None = None
    """Must be there; for lists, in every entry."""
    criterion: Criterion | None = None
    """Must be met."""
    gap: Sentence
    """What is wrong when it is not so."""
    ask: Sentence | None = None
    """What to find out, and where the answer goes; where the field says it all, left out."""
    owner: Owner | None = None
    """Where it is not the group's."""
    applies_when: CriterionId | None = None
    """It applies only where this condition is met, besides that of the group."""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.field is None) == (self.criterion is None):
            raise ValueError("asks for nothing, or for two things. Give exactly one of: field, criterion.")
        if self.field is None and self.ask is None:
            raise ValueError("names no field and asks nothing. Add `ask`.")
        return self

    @property
    def test(self) -> Criterion:
        """What it asks, as a criterion."""
        if self.criterion is not None:
            return self.criterion
        assert self.field is not None  # the validator has seen to it
        return Criterion(id="asked", text=self.gap, present=PresentTest(field=self.field))


class RequirementGroup(Entry):
    """Requirements with one owner, one reason and one source."""

    id: CriterionId
    owner: Owner
    reason: Sentence
    """Why a reviewer needs them."""
    clause: Sentence
    """Who asks for them."""
    applies_when: CriterionId | None = None
    """They apply only where this condition is met."""
    blocks: Mapping[CriterionId, Requirement] = Field(default_factory=dict)
    warns: Mapping[CriterionId, Requirement] = Field(default_factory=dict)

    def requirements(self) -> Iterator[tuple[str, Severity, Requirement]]:
        """Each with its id and severity, those that block first."""
        yield from ((name, Severity.BLOCKS, one) for name, one in self.blocks.items())
        yield from ((name, Severity.WARNS, one) for name, one in self.warns.items())


class Completeness(Entry):
    """`completeness.yaml`: what any request must carry."""

    conditions: Mapping[CriterionId, Criterion] = Field(default_factory=dict)
    """What `applies_when` can name."""
    groups: tuple[RequirementGroup, ...] = Field(min_length=1)


class CodeTrap(Entry):
    """A diagnosis code that payers return, and why."""

    code: DiagnosisCode
    reason: Sentence
    ask: Sentence
    since: Day | None = Field(default=None, alias="from")
    """From which date of service; always when left out."""

    def holds_on(self, day: date) -> bool:
        """Whether it is a trap on this date of service."""
        return self.since is None or self.since <= day


class ProcedureMeaning(Entry):
    """What a procedure code of apheresis stands for, in words of ours."""

    code: ProcedureCode
    names: Sentence
    fits: tuple[Modality, ...] = Field(min_length=1)
    """The procedures that it does not contradict."""
    provenance: Provenance

    @property
    def words(self) -> str:
        """The code with what it stands for, labeled where nobody has read that."""
        return f"{self.code} {self.names}{' (not verified)' if self.provenance is Provenance.RECALLED else ''}"


class Codes(Entry):
    """`codes.yaml`: traps among diagnosis codes that hold whatever the indication, and what procedure codes stand for."""

    release: Sentence
    """The code release in which they were read."""
    source: Url
    not_billable: tuple[CodeTrap, ...]
    """Headers: codes with others below them."""
    doubtful: tuple[CodeTrap, ...]
    """Billable, and likely to contradict the letter."""
    procedures: tuple[ProcedureMeaning, ...]
    """Those that are known; of any other nothing is said."""
    without_plasma: tuple[Modality, ...]
    """Procedures that neither exchange nor treat plasma."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What any request must carry, whoever the payer."""

    completeness: Completeness
    codes: Codes
    code_lists: CodeLists
    clocks: Clocks
    staleness: Staleness
