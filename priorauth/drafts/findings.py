"""Findings with their facts by name and place, so that a person can look each up in the case file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from priorauth.case.reader import CaseFile
from priorauth.criteria.chart import Chart, Location
from priorauth.criteria.evaluate import Finding, Missing
from priorauth.criteria.truth import Truth
from priorauth.reasoning.gaps import gap_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSeen:
    """Something in the case that a finding rests on; its value stays there."""

    name: str
    file: str
    """As given on the command line, or the clinic profile."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A finding as a person reads it."""

    about: str
    """Whose criterion it is: `caps: established`, `caps: points away`, `policy`."""
    id: str | None
    text: str
    truth: Truth
    source: str | None
    facts: tuple[FactSeen, ...]
    missing: tuple[str, ...]
    """What would decide an unknown one, in sentences."""
    parts: tuple[Seen, ...]
    """For a criterion made of others, theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    """Names and places of one case."""

    file: CaseFile
    chart: Chart
    _known: dict[Location, FactSeen] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Each place that was asked for: many findings rest on the same one."""

    def seen(self, finding: Finding, about: str) -> Seen:
        """The finding, its parts included."""
        return Seen(
            about=about,
            id=finding.criterion.id,
            text=finding.criterion.text or _combined(finding),
            truth=finding.truth,
            source=finding.criterion.source,
            facts=self._facts(finding.rests_on),
            missing=tuple(dict.fromkeys(self._missing(one) for one in finding.missing)),
            parts=tuple(self.seen(part, about) for part in finding.parts),
        )

    def leaves(self, finding: Finding, about: str) -> tuple[Seen, ...]:
        """The leaves of a finding, in the order written."""
        return tuple(self.seen(leaf, about) for leaf in finding.leaves())

    def _facts(self, places: Iterable[Location]) -> tuple[FactSeen, ...]:
        return tuple(self._fact(place) for place in places)

    def _name(self, place: Location) -> str:
        match place:
            case ("facts", str(fact), *_):
                return self.chart.definition(fact).name
            case _:
                return ".".join(str(step) for step in place if not isinstance(step, int)).replace("_", " ")

    def _fact(self, place: Location) -> FactSeen:
        if place not in self._known:
            found = self.file.place(self.file.source(place))
            self._known[place] = FactSeen(name=self._name(place), file=found.file, line=found.line)
        return self._known[place]

    def _missing(self, missing: Missing) -> str:
        return gap_of(missing, self.chart, "", clause="").what


def _combined(finding: Finding) -> str:
    """What a combinator without words of its own asks."""
    criterion = finding.criterion
    if criterion.at_least is not None:
        return f"At least {criterion.at_least.count} of these"
    if criterion.not_ is not None:
        return "Not this"
    return "All of these" if criterion.all is not None else "One of these"
