"""What a reported quantity can be, beside bounds: never more exact than the report."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import TypeAlias

from priorauth.criteria.language import Bounds
from priorauth.criteria.truth import Truth, conjunction
from priorauth.facts import Comparator, Quantity

End: TypeAlias = tuple[Decimal, int]
"""An end of an interval: a value, with -1 for just below it, 0 for the value itself, 1 for just above it."""

_INFINITY = Decimal("Infinity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Every value from `low` to `high`."""

    low: End
    high: End


ANYTHING = Interval(low=(-_INFINITY, 0), high=(_INFINITY, 0))
"""What a result that is awaited can be."""


def interval_of(quantity: Quantity) -> Interval:
    """What the quantity can be: one value when it is exact; with a comparator, everything on its side."""
    value = quantity.value
    match quantity.comparator:
        case Comparator.EXACT:
            return Interval(low=(value, 0), high=(value, 0))
        case Comparator.BELOW:
            return Interval(low=(-_INFINITY, 0), high=(value, -1))
        case Comparator.AT_MOST:
            return Interval(low=(-_INFINITY, 0), high=(value, 0))
        case Comparator.ABOVE:
            return Interval(low=(value, 1), high=(_INFINITY, 0))
        case Comparator.AT_LEAST:
            return Interval(low=(value, 0), high=(_INFINITY, 0))


def lowest(intervals: Collection[Interval]) -> Interval:
    """What the lowest of these quantities can be."""
    return Interval(low=min(one.low for one in intervals), high=min(one.high for one in intervals))


def highest(intervals: Collection[Interval]) -> Interval:
    """What the highest of these quantities can be."""
    return Interval(low=max(one.low for one in intervals), high=max(one.high for one in intervals))


def within(interval: Interval, bounds: Bounds) -> Truth:
    """Met when every value of the interval lies within all bounds, not met when none does."""
    checks = ((bounds.above, gt), (bounds.at_least, ge), (bounds.at_most, le), (bounds.below, lt))
    return conjunction(
        # A bound cuts the line once: what holds at both ends holds between them.
        _agreed(holds(interval.low, (bound, 0)), holds(interval.high, (bound, 0)))
        for bound, holds in checks
        if bound is not None
    )


def _agreed(low: object, high: object) -> Truth:
    return Truth.of(bool(low)) if low == high else Truth.UNKNOWN
