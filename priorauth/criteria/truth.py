"""Three-valued logic after Kleene: met, not met, unknown."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    """What is known of a criterion."""

    MET = "met"
    """The case says that it is so."""
    NOT_MET = "not_met"
    """The case says that it is not so."""
    UNKNOWN = "unknown"
    """The case does not say; never read as met, never as not met."""

    @classmethod
    def of(cls, answer: bool | None) -> Truth:  # noqa: FBT001  # a yes or no is the very thing it converts
        """The truth of a yes, a no, or no answer."""
        if answer is None:
            return cls.UNKNOWN
        return cls.MET if answer else cls.NOT_MET


def negation(truth: Truth) -> Truth:
    """Met and not met change places; unknown stays."""
    match truth:
        case Truth.MET:
            return Truth.NOT_MET
        case Truth.NOT_MET:
            return Truth.MET
        case Truth.UNKNOWN:
            return Truth.UNKNOWN


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Met when `count` are met whatever the unknown ones turn out to be; not met when they cannot be."""
    seen = list(truths)
    met = seen.count(Truth.MET)
    if met >= count:
        return Truth.MET
    return Truth.NOT_MET if met + seen.count(Truth.UNKNOWN) < count else Truth.UNKNOWN


def conjunction(truths: Iterable[Truth]) -> Truth:
    """Met when all are; met for none at all."""
    seen = list(truths)
    return at_least(len(seen), seen)


def disjunction(truths: Iterable[Truth]) -> Truth:
    """Met when one is; not met for none at all."""
    return at_least(1, truths)


def agreement(truths: Iterable[Truth]) -> Truth:
    """What all of them say, when they say the same; unknown otherwise, and for none at all."""
    said = set(truths)
    return said.pop() if len(said) == 1 else Truth.UNKNOWN
