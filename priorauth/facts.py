"""The vocabulary of facts (evidence/facts.yaml): kinds, units, LOINC codes, questions.

A fact is one thing that a case says. What it may say, in which unit, how a letter prints it and
who can answer for it stands in the vocabulary and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from priorauth.documents import read_model
from priorauth.errors import PackError
from priorauth.moments import Moment

FactId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,60}$")]


class FactKind(StrEnum):
    """What form the value of a fact has."""

    QUANTITY = "quantity"
    """A number with a unit, perhaps with a comparator (`<5`)."""
    YES_NO = "yes_no"
    """Yes or no."""
    CHOICE = "choice"
    """One of the choices."""
    CHOICES = "choices"
    """Any number of the choices: an open set unless the case declares it complete."""
    DATE = "date"
    """A day, or a day with its time."""
    TEXT = "text"
    """Words; no criterion reads them, only whether they are there."""


class Owner(StrEnum):
    """Who can supply what is missing."""

    PHYSICIAN = "physician"
    """Judgment, history, examination, plan."""
    LABORATORY = "laboratory"
    """Results, pathology and imaging reports."""
    BILLING = "billing"
    """Coverage, codes, identifiers, dates of authorization."""


class FactDefinition(BaseModel):
    """One entry of the vocabulary."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True)

    name: str
    """As a letter prints it."""
    kind: FactKind
    question: str
    """What to ask the owner when the fact is missing."""
    owner: Owner
    unit: str | None = None
    """UCUM; the unit in which criteria state their bounds."""
    other_units: Mapping[str, Decimal] = Field(default_factory=dict)
    """UCUM unit to the factor that turns a value in it into a value in `unit`."""
    choices: Mapping[str, str] = Field(default_factory=dict)
    """Choice to the words that a letter prints for it."""
    loinc: tuple[Annotated[str, StringConstraints(pattern=r"^\d{1,5}-\d$")], ...] = ()
    distorted_by_exchange: bool = False
    """Whether an exchange changes it, so that eligibility takes only values from before the first one."""
    stale_after: Annotated[int, Field(ge=1, le=3660)] | None = None
    """Days before the date of service after which a reviewer would want a newer result; our judgment, and only a warning."""
    attested: bool = False
    """A bedside judgment without a published figure: the physician attests it."""
    shown_by: tuple[FactId, ...] = ()
    """The results that a judgment sums up: a letter prints their figures before it."""
    excused_by: FactId | None = None
    """The yes/no fact that says why this was not done."""
    yes: str = "yes"
    """What a letter prints for a yes."""
    no: str = "no"
    """What a letter prints for a no."""

    @model_validator(mode="after")
    def _kind_and_parts_agree(self) -> Self:
        if (self.kind is FactKind.QUANTITY) != (self.unit is not None):
            raise ValueError("a quantity, and only a quantity, has a unit")
        if (self.kind in {FactKind.CHOICE, FactKind.CHOICES}) != bool(self.choices):
            raise ValueError("a fact of kind choice or choices, and only such a one, has choices")
        return self

    @property
    def links(self) -> tuple[str, ...]:
        """The other facts that a letter prints with it."""
        return self.shown_by if self.excused_by is None else (*self.shown_by, self.excused_by)

    @property
    def units(self) -> tuple[str, ...]:
        """Every accepted unit, the vocabulary's own first; empty unless a quantity."""
        return (self.unit, *self.other_units) if self.unit is not None else ()


class Vocabulary(BaseModel):
    """All facts that a case can hold."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True)

    facts: Mapping[FactId, FactDefinition]
    unit_names: Mapping[str, str] = Field(default_factory=dict)
    """UCUM unit to the form a letter prints, where the two differ."""

    @model_validator(mode="after")
    def _links_lead_to_facts(self) -> Self:
        lost = [f"{key} names {link}" for key, one in self.facts.items() for link in one.links if link not in self.facts]
        if lost:
            raise ValueError(f"has links to no fact: {'; '.join(lost)}. Add the fact, or mend `shown_by` and `excused_by`.")
        return self

    def __getitem__(self, fact_id: str) -> FactDefinition:
        return self.facts[fact_id]

    def __contains__(self, fact_id: object) -> bool:
        return fact_id in self.facts

    def unit_name(self, unit: str) -> str:
        """The unit as a letter prints it."""
        return self.unit_names.get(unit, unit)


class Comparator(StrEnum):
    """How exactly a laboratory reports a quantity."""

    EXACT = ""
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Quantity:
    """A reported quantity in the vocabulary's unit for that fact."""

    value: Decimal
    comparator: Comparator = Comparator.EXACT


Reading: TypeAlias = Quantity | bool | str | frozenset[str] | Moment
"""The typed value of one observation."""

_QUANTITY_FORM = re.compile(r"(<=|>=|≤|≥|<|>|)\s*(\d{1,9}(?:\.\d{1,6})?)", re.ASCII)
_SAME_COMPARATOR = {"≤": "<=", "≥": ">="}
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def read_value(definition: FactDefinition, value: str | tuple[str, ...], *, unit: str | None = None) -> Reading:
    """The typed value, quantities converted to the vocabulary's unit.

    Raises `ValueError` with what is wrong and how to mend it; the message never holds the value.
    """
    if definition.kind is FactKind.CHOICES:
        return _read_choices(definition, value)
    if not isinstance(value, str):
        # A `ValueError`, because the type is one that a case may hold, only not for this kind of fact.
        raise ValueError("is a list. Write one value here; several results are several entries of the fact.")  # noqa: TRY004
    if definition.kind is not FactKind.QUANTITY and unit is not None:
        raise ValueError("has a unit but is not a quantity. Remove the unit.")
    match definition.kind:
        case FactKind.QUANTITY:
            return _read_quantity(definition, value, unit)
        case FactKind.YES_NO:
            return _read_yes_no(value)
        case FactKind.CHOICE:
            return _read_choice(definition, value)
        case FactKind.DATE:
            return Moment.parse(value)
        case _:
            return value


def _read_quantity(definition: FactDefinition, value: str, unit: str | None) -> Quantity:
    form = _QUANTITY_FORM.fullmatch(value.strip())
    if form is None:
        raise ValueError(
            "is not a number. Write digits, a point before decimals, no commas, and in front a comparator if reported (as in <5)."
        )
    if unit is None:
        raise ValueError(f"has no unit. Add `unit:` with one of: {', '.join(definition.units)}.")
    if unit not in definition.units:
        raise ValueError(f"has a unit that is not known for this fact. Use one of: {', '.join(definition.units)}.")
    factor = Decimal(1) if unit == definition.unit else definition.other_units[unit]
    return Quantity(Decimal(form[2]) * factor, Comparator(_SAME_COMPARATOR.get(form[1], form[1])))


def _read_yes_no(value: str) -> bool:
    if value.lower() not in _YES_NO:
        raise ValueError("is neither yes nor no. Write yes or no; leave the fact out when it is not known.")
    return _YES_NO[value.lower()]


def _read_choice(definition: FactDefinition, value: str) -> str:
    if value not in definition.choices:
        raise ValueError(f"is not one of the choices. Use one of: {', '.join(definition.choices)}.")
    return value


def _read_choices(definition: FactDefinition, value: str | tuple[str, ...]) -> frozenset[str]:
    values = (value,) if isinstance(value, str) else value
    if len(set(values)) != len(values):
        raise ValueError("names a choice twice. Name each once.")
    return frozenset(_read_choice(definition, one) for one in values)


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary in this file; `PackError` with everything that is wrong with it."""
    vocabulary, _ = read_model(path, Vocabulary, error=PackError)
    return vocabulary
