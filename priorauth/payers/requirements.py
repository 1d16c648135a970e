"""The shapes of what any request must carry, whoever the payer: requirements and the traps among codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import Field

from priorauth.case.codes import DiagnosisCode
from priorauth.criteria.language import Criterion, CriterionId
from priorauth.facts import Owner
from priorauth.moments import Day
from priorauth.payers.models import Entry, Sentence, Url


class Severity(StrEnum):
    """What a requirement does when it is not met."""

    BLOCKS = "blocks"
    """A reviewer cannot decide without it."""
    WARNS = "warns"
    """A letter can go out without it; a clerk would rather not."""


class Requirement(Entry):
    """One thing that any request of its kind must carry."""

    criterion: Criterion
    gap: Sentence
    """What is wrong when it is not met."""
    ask: Sentence
    """The question to ask, and where the answer goes."""
    severity: Severity
    owner: Owner | None = None
    """Left out where the group says so."""
    reason: Sentence | None = None
    """Left out where the group says so."""
    applies_when: Criterion | None = None
    """It applies only where this is met, besides what the group says."""


class RequirementGroup(Entry):
    """Requirements with one owner, one reason and one source."""

    id: CriterionId
    owner: Owner
    reason: Sentence
    """Why a reviewer needs them."""
    clause: Sentence
    """Who asks for them."""
    applies_when: Criterion | None = None
    requirements: tuple[Requirement, ...] = Field(min_length=1)


class Completeness(Entry):
    """`completeness.yaml`: what any request must carry."""

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


class Codes(Entry):
    """`codes.yaml`: traps among diagnosis codes that hold whatever the indication."""

    release: Sentence
    """The code release in which they were read."""
    source: Url
    not_billable: tuple[CodeTrap, ...]
    """Headers: codes with others below them."""
    doubtful: tuple[CodeTrap, ...]
    """Billable, and likely to contradict the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What any request must carry, whoever the payer."""

    completeness: Completeness
    codes: Codes
