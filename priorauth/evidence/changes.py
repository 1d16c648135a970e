"""What became of the guideline's rows from one edition to a later one, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from priorauth.evidence.models import Edition, Extent, Recommendation

Rows = tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Every row of two editions, in one of these places; each tuple in the order of its edition."""

    old: Edition
    new: Edition
    unchanged: Rows
    """As the later edition has them."""
    changed: tuple[tuple[Recommendation, Recommendation], ...]
    """Another category, grade or modality: before, after."""
    merged: tuple[tuple[Rows, Recommendation], ...]
    """Several rows that one took the place of."""
    split: tuple[tuple[Recommendation, Rows], ...]
    """One row that several took the place of."""
    added: Rows
    """Rows that the earlier edition, held whole, does not have."""
    gone: Rows
    """Rows that the later edition, held whole, does not have."""
    not_known_before: Rows
    """Rows of the later edition of which nothing is known in the earlier one, of which only a part is held."""
    not_known_after: Rows
    """Rows of the earlier edition of which nothing is known in the later one, of which only a part is held."""


def changes(old: Edition, new: Edition, editions: Iterable[Edition]) -> Changes:
    """What became of the rows of `old` in `new`; `editions` are all that are held, for what happened in between."""
    steps = _steps(edition for edition in editions if old.published < edition.published <= new.published)
    before = {row.id: _predecessors(row, old, steps) for row in new.recommendations}
    after: dict[str, list[Recommendation]] = {row.id: [] for row in old.recommendations}
    for row in new.recommendations:
        for earlier in before[row.id]:
            after[earlier.id].append(row)
    single = [
        (before[row.id][0], row)
        for row in new.recommendations
        if len(before[row.id]) == 1 and len(after[before[row.id][0].id]) == 1
    ]
    fresh = tuple(row for row in new.recommendations if not before[row.id])
    lost = tuple(row for row in old.recommendations if not after[row.id])
    return Changes(
        old=old,
        new=new,
        unchanged=tuple(later for earlier, later in single if not differing(earlier, later)),
        changed=tuple((earlier, later) for earlier, later in single if differing(earlier, later)),
        merged=tuple((before[row.id], row) for row in new.recommendations if len(before[row.id]) > 1),
        split=tuple((row, tuple(after[row.id])) for row in old.recommendations if len(after[row.id]) > 1),
        added=fresh if old.extent is Extent.WHOLE else (),
        gone=lost if new.extent is Extent.WHOLE else (),
        not_known_before=fresh if old.extent is Extent.PARTIAL else (),
        not_known_after=lost if new.extent is Extent.PARTIAL else (),
    )


def differing(earlier: Recommendation, later: Recommendation) -> tuple[str, ...]:
    """Which of category, grade and modality are not the same in the two."""
    return tuple(name for name in ("category", "grade", "modality") if getattr(earlier, name) != getattr(later, name))


def _steps(editions: Iterable[Edition]) -> Mapping[str, set[str]]:
    """Per row, those that it took the place of in any of these editions."""
    found: dict[str, set[str]] = {}
    for edition in editions:
        for row in edition.recommendations:
            found.setdefault(row.id, set()).update(row.continues)
    return found


def _predecessors(row: Recommendation, old: Edition, steps: Mapping[str, set[str]]) -> Rows:
    """The rows of the earlier edition that this one is, or took the place of, by whatever steps."""
    names = _reached(row.id, steps)
    return tuple(one for one in old.recommendations if one.id in names)


def _reached(start: str, steps: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        nearer = steps.get(waiting.pop(), set()) - found
        found |= nearer
        waiting += nearer
    return found
