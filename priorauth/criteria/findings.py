"""What a criterion comes to in one case, and what would decide it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from priorauth.criteria.chart import Location
from priorauth.criteria.language import Criterion
from priorauth.criteria.truth import Truth


class MissingReason(StrEnum):
    """Why something that a criterion needs is not known."""

    ABSENT = "absent"
    """The case does not say."""
    PENDING = "pending"
    """Sent; the result is not back."""
    TIMING_UNCLEAR = "timing_unclear"
    """Not said whether it was taken before the first exchange, and it matters."""
    TOO_LATE = "too_late"
    """Only taken after the first exchange, which distorts it."""
    LIST_OPEN = "list_open"
    """Not among what is listed, and the list is not declared complete."""
    NOT_EXACT = "not_exact"
    """Reported as below or above a figure that does not decide it."""
    DETAIL = "detail"
    """Listed, but a detail is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that would decide a criterion."""

    what: str
    """`fact:<id>`, `field:<path>`, `diagnoses` or `therapies`."""
    reason: MissingReason
    detail: str = ""
    """Our own word for the detail, such as `dose`, or the codes asked for; never a value of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a criterion comes to in one case."""

    criterion: Criterion
    truth: Truth
    rests_on: tuple[Location, ...] = ()
    """Where in the case it is written; for what is unknown, what the case does say of it."""
    missing: tuple[Missing, ...] = ()
    """What would decide it; empty unless unknown."""
    parts: tuple[Finding, ...] = ()

    def leaves(self) -> tuple[Finding, ...]:
        """The findings of all leaves, in the order written."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) if self.parts else (self,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a leaf comes to, before it is bound to its criterion."""

    truth: Truth
    rests_on: tuple[Location, ...] = ()
    missing: tuple[Missing, ...] = ()
    """What would decide it; left out of the finding when nothing needs deciding."""


def unknown(*missing: Missing, rests_on: Iterable[Location] = ()) -> Answer:
    """The answer that these things are missing; it rests on what the case does say of them."""
    return Answer(truth=Truth.UNKNOWN, rests_on=tuple(rests_on), missing=missing)


def missing_fact(fact: str, reason: MissingReason, detail: str = "") -> Missing:
    """A fact that would decide a criterion, and why it does not."""
    return Missing(what=f"fact:{fact}", reason=reason, detail=detail)
