"""One case and what is asked of it: read and reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from priorauth.case.practice import find_practice, read_practice
from priorauth.case.reader import CaseFile, read_case
from priorauth.reasoning.review import Packs, Review, review


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One case and what is asked of it."""

    case: Path
    as_of: date
    practice: Path | None = None
    """The clinic profile; `None` takes the one beside the case, if any."""
    payer: str | None = None
    """Id of the payer to write to, where the case leaves it open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A case that was read, and what it comes to."""

    file: CaseFile
    review: Review


def read_and_review(order: Order, packs: Packs) -> Reviewed:
    """The review of a case; writes nothing. Raises `CaseError`."""
    practice_path = order.practice or find_practice(order.case)
    practice = read_practice(practice_path) if practice_path else None
    file = read_case(order.case, vocabulary=packs.vocabulary, as_of=order.as_of, practice=practice)
    return Reviewed(file=file, review=review(file.case, packs, as_of=order.as_of, requested_payer=order.payer))
