"""Every code of an ICD-10-CM release, and which codes it never puts together (payers/icd-10-cm).

A release stays the text that the pack ships: 75,000 codes in objects would take a second to read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Annotated, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from priorauth.moments import Day
from priorauth.pack_files import PackFiles
from priorauth.payers.entry import Entry, Sentence, Url

CODE_FOLDER = "icd-10-cm"
"""The folder of the pack that holds code releases, and no payer."""

_CATEGORY = 3
"""Characters of a category, which is the shortest code."""
Note: TypeAlias = tuple[str, list[str]]
"""Who excludes, and the codes or ranges that it excludes."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CodeStanding(StrEnum):
    """What a code is in a release."""

    BILLABLE = "billable"
    """A code that a claim can carry."""
    HEADER = "header"
    """Has others below it; only those can be billed."""
    ABSENT = "absent"
    """Not in the release."""


class CodeRelease(Entry):
    """Where a release comes from and when it holds."""

    release: Sentence
    """As a gap or the review sheet names it."""
    first: Day = Field(alias="from")
    """First date of service on which it holds."""
    last: Day = Field(alias="to")
    published_by: Sentence
    source: Url
    source_version: Sentence
    made_from: Mapping[str, Digest]
    """The files that the generator read, by name."""
    read_on: Day
    billable: int
    """How many billable codes it has."""
    sha256: Mapping[str, Digest]
    """Of each file beside it that holds its codes."""

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.last < self.first:
            raise ValueError("ends before it starts. Correct `from` or `to`.")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether dates of service on this day are coded by it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """An Excludes1 note that two codes meet."""

    holder: str
    """The code, category, section or chapter that carries the note."""
    excluded: str
    """What it excludes, as written there: a code, which stands for all below it, or a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """One release; the README of its folder describes the form of both texts."""

    about: CodeRelease
    codes: str
    excludes: str

    def standing(self, code: str) -> CodeStanding:
        """What this code is in the release."""
        stems, rest = self._stems(code), _bare(code)[_CATEGORY:]
        if stems is None:
            return CodeStanding.ABSENT
        if not rest and not stems:
            return CodeStanding.BILLABLE
        if rest and rest[-1] in stems.get(rest[:-1], ""):
            return CodeStanding.BILLABLE
        return CodeStanding.HEADER if any(stem.startswith(rest) for stem in stems) else CodeStanding.ABSENT

    def below(self, header: str) -> tuple[str, ...]:
        """Every billable code below a header, in order; empty for any other code."""
        category, rest = _bare(header)[:_CATEGORY], _bare(header)[_CATEGORY:]
        found = [
            f"{category}.{stem}{end}"
            for stem, ends in (self._stems(header) or {}).items()
            for end in ends
            if stem.startswith(rest)
        ]
        return tuple(sorted(found))

    def exclusions(self, codes: Sequence[str]) -> Iterator[tuple[int, int, Exclusion]]:
        """The positions of every two codes of which one excludes the other, the earlier position first, with the note."""
        notes = [tuple(self._notes_above(code)) for code in codes]
        for (first, one), (second, other) in combinations(enumerate(codes), 2):
            found = _excluded(other, one, notes[first]) or _excluded(one, other, notes[second])
            if found is not None:
                yield first, second, found

    def _notes_above(self, code: str) -> Iterator[Note]:
        """The notes of a code and of everything that it stands below, nearest first."""
        bare = _bare(code)
        for length in range(len(bare), _CATEGORY - 1, -1):
            holder = _dotted(bare[:length])
            line = _line(self.excludes, holder)
            if line is not None:
                yield holder, line
        # Chapters and sections come first in the text.
        for holder, _, patterns in (line.partition(" ") for line in self.excludes.splitlines()):
            if holder and "-" not in holder:
                return
            if holder and _covers(holder, code):
                yield holder, patterns.split()

    def _stems(self, code: str) -> dict[str, str] | None:
        """Stem to the last characters of its billable codes, for the category of this code; `None` when there is none."""
        line = _line(self.codes, _bare(code)[:_CATEGORY])
        return None if line is None else {stem: ends for stem, _, ends in (token.partition(":") for token in line)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLists:
    """The releases that we hold, the oldest first; never empty."""

    lists: tuple[CodeList, ...]

    def on(self, day: date) -> CodeList | None:
        """The release of a date of service; `None` when we do not hold it."""
        return next((one for one in self.lists if one.about.holds_on(day)), None)

    def nearest(self, day: date) -> CodeList:
        """The release of a date of service, or else the one that holds nearest to it."""
        return min(self.lists, key=lambda one: max(one.about.first - day, day - one.about.last))


def read_code_lists(folder: Path, files: PackFiles) -> CodeLists:
    """Every release in the folder; what is wrong with one is noted in `files`."""
    paths = sorted(folder.glob("*.yaml"))
    lists = [one for path in paths if (one := _read(path, files)) is not None]
    if not paths:
        files.add(folder, "holds no code release.", "Restore it, or make one with tools/icd10cm.py.")
    return CodeLists(lists=tuple(sorted(lists, key=lambda one: one.about.first)))


def _read(path: Path, files: PackFiles) -> CodeList | None:
    about = files.read(path, CodeRelease)
    texts = [_text(path.with_name(f"{path.stem}-{part}.txt"), about, files) for part in ("codes", "excludes1")]
    codes, excludes = texts
    return CodeList(about=about, codes=codes, excludes=excludes) if about and codes and excludes else None


def _text(path: Path, about: CodeRelease | None, files: PackFiles) -> str | None:
    try:
        content = path.read_bytes()
    except OSError:
        files.add(path, "cannot be read.", "Restore it, or make it again with tools/icd10cm.py.")
        return None
    if about is not None and about.sha256.get(path.name) != hashlib.sha256(content).hexdigest():
        files.add(
            path, "is not what its release names.", "Make it again with tools/icd10cm.py, and enter the digest that it prints."
        )
        return None
    return "\n" + content.decode("ascii")


def _excluded(code: str, by: str, notes: tuple[Note, ...]) -> Exclusion | None:
    for holder, patterns in notes:
        for pattern in patterns:
            # A note that excludes part of what it stands above does not speak of that part.
            if _covers(pattern, code) and not _covers(pattern, by):
                return Exclusion(holder=holder, excluded=pattern)
    return None


def _bare(code: str) -> str:
    return code.replace(".", "")


def _dotted(bare: str) -> str:
    return f"{bare[:_CATEGORY]}.{bare[_CATEGORY:]}" if len(bare) > _CATEGORY else bare


def _line(text: str, name: str) -> list[str] | None:
    """What stands behind a name at the start of a line; `None` when no line starts with it."""
    start = text.find(f"\n{name}")
    while start >= 0:
        end = text.index("\n", start + 1)
        first, *rest = text[start + 1 : end].split(" ")
        if first == name:
            return rest
        start = text.find(f"\n{name}", end)
    return None


def _covers(pattern: str, code: str) -> bool:
    """Whether a code, or a range of codes, stands for this one."""
    first, _, last = _bare(pattern).partition("-")
    bare = _bare(code)
    return first <= bare[: len(first)] and bare[: len(last or first)] <= (last or first)
