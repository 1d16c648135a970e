"""On what a criterion rests: a source that says so, what is beyond dispute, or the design of this project."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from priorauth.criteria.language import Criterion
from priorauth.evidence.models import IndicationId
from priorauth.mistakes import Location


class Ground(StrEnum):
    """On what one leaf rests."""

    SOURCE = "source"
    """A record or a row that it names."""
    GENERAL = "general"
    """What is beyond dispute and not from the guideline's text."""
    DESIGN = "design"
    """Neither is named: the design of this project asks it."""


BY_DESIGN: frozenset[IndicationId] = frozenset({"caps", "sle-dah", "sle-npsle", "sle-severe-other", "sle-tma", "ttp-immune"})
"""The lupus field, whose definitions this project worked out before it wrote down grounds; every other names its own,
but for criteria that it shares with the lupus field."""


def ground_of(leaf: Criterion) -> Ground:
    """The ground of a resolved leaf."""
    if leaf.source is not None:
        return Ground.SOURCE
    return Ground.GENERAL if leaf.basis is not None else Ground.DESIGN


def groundless(
    criterion: Criterion, location: Location, shared: Mapping[str, Criterion], ours: Collection[str]
) -> Iterator[tuple[Location, str]]:
    """Each leaf that rests on nothing: its place in the file, or that of the `use` that brings it, and its id.

    The shared criteria among `ours` rest on the design of this project, and may.
    """
    if criterion.source is not None or criterion.basis is not None:
        return  # and so does every part
    for step, part in _steps(criterion):
        yield from groundless(part, (*location, *step), shared, ours)
    if criterion.use is not None and criterion.use in shared and criterion.use not in ours:
        # Without itself, so that a circle, which is told elsewhere, ends.
        others = {name: one for name, one in shared.items() if name != criterion.use}
        yield from ((location, leaf) for _, leaf in groundless(shared[criterion.use], (), others, ours))
    if criterion.use is None and not criterion.parts:
        yield location, criterion.id or ""


def _steps(criterion: Criterion) -> Iterator[tuple[Location, Criterion]]:
    """The parts of a combinator, each with the way to it."""
    if criterion.not_ is not None:
        yield ("not",), criterion.not_
    elif criterion.at_least is not None:
        yield from ((("at_least", "of", place), part) for place, part in enumerate(criterion.at_least.of))
    else:
        kind = "all" if criterion.all is not None else "any"
        yield from (((kind, place), part) for place, part in enumerate(criterion.parts))
