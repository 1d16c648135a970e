"""A case as criteria read it: typed readings, the right ones in the right window, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from priorauth.case.parts import Case, Observation, Part
from priorauth.facts import FactDefinition, Reading, Vocabulary, read_value
from priorauth.mistakes import Location
from priorauth.moments import Moment

__all__ = ["Chart", "Location", "Result", "Timing", "latest_of", "values_at"]


class Timing(StrEnum):
    """Where an observation stands to the first exchange."""

    USABLE = "usable"
    """Before it, or the fact is not distorted by it, or the case declares that no exchange has been given."""
    TOO_LATE = "too_late"
    """After it, and exchange distorts this fact."""
    UNCLEAR = "unclear"
    """The case does not say, and it matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One observation: a result, or a sample whose result is awaited."""

    location: Location
    observation: Observation
    reading: Reading | None
    """`None` while it is awaited."""
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A case beside the vocabulary that gives its facts meaning, on the day of writing."""

    case: Case
    vocabulary: Vocabulary
    as_of: date
    answers: dict[int, tuple[object, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The evaluator's own: each test that was asked, by its identity, and its answer. It cannot change a finding."""
    _known: dict[str, tuple[Result, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The samples of each fact that was asked for: many criteria read the same one."""

    def definition(self, fact: str) -> FactDefinition:
        """What the vocabulary says of this fact."""
        return self.vocabulary[fact]

    def observations(self, fact: str) -> tuple[tuple[Location, Observation], ...]:
        """All observations with their places, as written; empty when the case is silent."""
        found = self.case.facts.get(fact, ())
        return tuple((("facts", fact, position), one) for position, one in enumerate(found))

    def results(self, fact: str) -> tuple[Result, ...]:
        """The observations that came back, oldest first, those after the window left out."""
        return tuple(result for result in self.all_results(fact) if result.timing is not Timing.TOO_LATE)

    def all_results(self, fact: str) -> tuple[Result, ...]:
        """Every observation that came back, oldest first, whatever the window; for trends and response."""
        return tuple(one for one in self._samples(fact) if one.reading is not None)

    def samples(self, fact: str) -> tuple[Result, ...]:
        """The observations that came back or are awaited, oldest first, those after the window left out."""
        return tuple(one for one in self._samples(fact) if one.timing is not Timing.TOO_LATE)

    def timing(self, fact: str, observation: Observation) -> Timing:
        """Whether eligibility may use this observation."""
        if not self.definition(fact).distorted_by_exchange:
            return Timing.USABLE
        before = self._before_first_exchange(observation)
        if before is None:
            return Timing.UNCLEAR
        return Timing.USABLE if before else Timing.TOO_LATE

    def _before_first_exchange(self, observation: Observation) -> bool | None:
        """A case that names no exchange does not thereby say that none was given: somebody may have forgotten it."""
        if observation.before_first_exchange is not None:
            return observation.before_first_exchange
        if self.case.exchange is None:
            return True if self.case.no_exchange_yet else None
        return observation.taken.is_before(self.case.exchange.first_started_at) if observation.taken else None

    def _samples(self, fact: str) -> tuple[Result, ...]:
        if fact not in self._known:
            found = (self._sample(fact, location, one) for location, one in self.observations(fact))
            self._known[fact] = tuple(sorted(found, key=lambda sample: _when(sample.observation).sort_key))
        return self._known[fact]

    def _sample(self, fact: str, location: Location, one: Observation) -> Result:
        reading = None if one.value is None or one.pending else read_value(self.definition(fact), one.value, unit=one.unit)
        return Result(location=location, observation=one, reading=reading, timing=self.timing(fact, one))


def _when(observation: Observation) -> Moment:
    return observation.taken or Moment(date.min)


def latest_of(results: Iterable[Result]) -> tuple[Result, ...]:
    """The result that was taken last; several when the case leaves open which of them it was.

    An undated result, or one of the same day without its time, may have come before or after the others.
    """
    among = tuple(results)
    return tuple(one for one in among if not any(_came_before(one, other) for other in among))


def _came_before(one: Result, other: Result) -> bool:
    earlier, later = one.observation.taken, other.observation.taken
    return earlier is not None and later is not None and earlier.is_before(later) is True


def values_at(case: Case, path: str) -> tuple[tuple[Location, object], ...]:
    """Every value that a field path reaches, with its place; `None` where a field is left out.

    `services[role=exchange].units` gives one value per exchange line; an empty list gives one `None`,
    and so does an entry that leaves out what it would be kept by: it may be one of those asked for.
    """
    reached: list[tuple[Location, object]] = [((), case)]
    for step in path.split("."):
        reached = [found for location, holder in reached for found in _step(location, holder, step)]
    return tuple(reached)


def _step(location: Location, holder: object, step: str) -> list[tuple[Location, object]]:
    name, _, keep = step.rstrip("]").partition("[")
    here = (*location, name)
    value = getattr(holder, name) if holder is not None else None
    if not isinstance(value, tuple):
        return [(here, value)]
    if value and not isinstance(value[0], Part):
        return [(here, value)]  # lines of text, such as those of an address, are one value
    kept = [found for position, entry in enumerate(value) for found in _kept((*here, position), entry, keep)]
    return kept or [(here, None)]


def _kept(location: Location, entry: object, keep: str) -> list[tuple[Location, object]]:
    """The entry, if it has what is wanted; `None` at the field that would say so, if that is left out."""
    field, _, wanted = keep.partition("=")
    if not keep:
        return [(location, entry)]
    value = getattr(entry, field)
    if value is None:
        return [((*location, field), None)]
    return [(location, entry)] if value == wanted else []
