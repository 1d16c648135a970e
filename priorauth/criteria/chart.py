"""A case as criteria read it: typed readings, the right ones in the right window, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from priorauth.case.parts import Case, Observation
from priorauth.facts import FactDefinition, Reading, Vocabulary, read_value
from priorauth.moments import Moment

Location = tuple[str | int, ...]
"""A place in the case: field names and positions in lists."""


class Timing(StrEnum):
    """Where an observation stands to the first exchange."""

    USABLE = "usable"
    """Before it, or the fact is not distorted by it, or no exchange has been given."""
    TOO_LATE = "too_late"
    """After it, and exchange distorts this fact."""
    UNCLEAR = "unclear"
    """The case does not say, and it matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One observation that came back."""

    location: Location
    observation: Observation
    reading: Reading
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A case beside the vocabulary that gives its facts meaning, on the day of writing."""

    case: Case
    vocabulary: Vocabulary
    as_of: date

    def definition(self, fact: str) -> FactDefinition:
        """What the vocabulary says of this fact."""
        return self.vocabulary[fact]

    def observations(self, fact: str) -> tuple[tuple[Location, Observation], ...]:
        """All observations with their places, as written; empty when the case is silent."""
        found = self.case.facts.get(fact, ())
        return tuple((("facts", fact, position), one) for position, one in enumerate(found))

    def results(self, fact: str) -> tuple[Result, ...]:
        """The observations that came back, oldest first, those after the window left out."""
        found = [result for result in self._results(fact) if result.timing is not Timing.TOO_LATE]
        return tuple(sorted(found, key=lambda result: _when(result.observation)))

    def all_results(self, fact: str) -> tuple[Result, ...]:
        """Every observation that came back, oldest first, whatever the window; for trends and response."""
        return tuple(sorted(self._results(fact), key=lambda result: _when(result.observation)))

    def timing(self, fact: str, observation: Observation) -> Timing:
        """Whether eligibility may use this observation."""
        if not self.definition(fact).distorted_by_exchange or self.case.exchange is None:
            return Timing.USABLE
        before = observation.before_first_exchange
        if before is None and observation.taken is not None:
            before = observation.taken.is_before(self.case.exchange.first_started_at)
        if before is None:
            return Timing.UNCLEAR
        return Timing.USABLE if before else Timing.TOO_LATE

    def _results(self, fact: str) -> Iterator[Result]:
        for location, one in self.observations(fact):
            if one.value is not None and not one.pending:
                reading = read_value(self.definition(fact), one.value, unit=one.unit)
                yield Result(location=location, observation=one, reading=reading, timing=self.timing(fact, one))


def _when(observation: Observation) -> tuple[object, ...]:
    taken = observation.taken or Moment(date.min)
    return taken.sort_key


def values_at(case: Case, path: str) -> tuple[tuple[Location, object], ...]:
    """Every value that a field path reaches, with its place; `None` where a field is left out.

    `services[role=exchange].units` gives one value per exchange line; an empty list gives one `None`.
    """
    reached: list[tuple[Location, object]] = [((), case)]
    for step in path.split("."):
        name, _, keep = step.rstrip("]").partition("[")
        reached = [found for location, holder in reached for found in _step(location, holder, name, keep)]
    return tuple(reached)


def _step(location: Location, holder: object, name: str, keep: str) -> list[tuple[Location, object]]:
    if holder is None:
        return [((*location, name), None)]
    value = getattr(holder, name)
    here = (*location, name)
    if not isinstance(value, tuple) or (value and isinstance(value[0], str | int)):
        return [(here, value or None if isinstance(value, tuple) else value)]
    field, _, wanted = keep.partition("=")
    entries = [((*here, position), entry) for position, entry in enumerate(value) if not keep or getattr(entry, field) == wanted]
    return list(entries) or [(here, None)]
