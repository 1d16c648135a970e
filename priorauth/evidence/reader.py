"""Reads evidence/ and checks it whole: every fault of every file is reported at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from priorauth.criteria.language import Criterion, resolve
from priorauth.criteria.soundness import unsound
from priorauth.evidence.models import (
    Citation,
    CitationId,
    Edition,
    Entry,
    Evidence,
    Exclusion,
    Indication,
    IndicationId,
    IndicationKind,
    LevelRule,
    Safeguard,
    Statement,
)
from priorauth.facts import Vocabulary
from priorauth.mistakes import Fault, Location, split_sentence
from priorauth.pack_files import PackFiles

EDITION = "asfa-2023"
"""The edition that letters quote."""
RuleT = TypeVar("RuleT", LevelRule, Exclusion, Safeguard)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class SharedCriteria(Entry):
    """`criteria.yaml`: what several indications `use`."""

    criteria: tuple[Criterion, ...] = Field(min_length=1)
    """Each with its id; later ones may use earlier ones."""


class Bibliography(Entry):
    """`citations.json`: CSL-JSON records."""

    citations: tuple[Citation, ...] = Field(min_length=1)


def read_evidence(folder: Path, *, vocabulary: Vocabulary) -> Evidence:
    """The whole pack, criteria resolved, every reference between its files checked.

    Raises `PackError` with every fault of every file.
    """
    files = PackFiles(folder)
    edition = files.read(folder / "guidelines" / f"{EDITION}.yaml", Edition, _edition_faults)
    bibliography = files.read(folder / "citations.json", Bibliography, _citation_faults)
    criteria = files.read(folder / "criteria.yaml", SharedCriteria, _shared_faults)
    files.finish()
    assert edition is not None
    assert bibliography is not None
    assert shared is not None  # else finish has raised
    citations = {one.id: one for one in bibliography.citations}
    criteria = {one.id: one for one in shared.criteria if one.id is not None}
    checks = _Checks(edition, citations, criteria, vocabulary, names=_names(folder))
    read = [files.read(path, Indication, checks.faults) for path in sorted((folder / "indications").glob("*.yaml"))]
    indications = {one.id: one for one in read if one is not None}
    files.finish()
    _require_all_cited(files, folder / "citations.json", edition, citations, [*indications.values(), *()])
    files.finish()
    resolved = {name: _resolved(one, criteria) for name, one in sorted(indications.items(), key=_order)}
    return Evidence(edition=edition, citations=citations, indications=resolved)


def _order(named: tuple[str, Indication]) -> tuple[int, str]:
    """Supported ones first, then by id: the order in which candidates are shown."""
    kinds = list(IndicationKind)
    return kinds.index(named[1].kind), named[0]


def _names(folder: Path) -> frozenset[str]:
    return frozenset(path.stem for path in (folder / "indications").glob("*.yaml"))


def _edition_faults(edition: Edition) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, row in enumerate(edition.recommendations):
        if row.id in seen:
            yield Fault(location=("recommendations", place, "id"), what="is the id of an earlier row.", remedy="Give each row its own.")
        seen.add(row.id)


def _citation_faults(bibliography: Bibliography) -> Iterator[Fault]:
    ids = [one.id for one in bibliography.citations]
    for place, one in enumerate(ids):
        if one in ids[:place]:
            yield Fault(location=("citations", place, "id"), what="is the id of an earlier record.", remedy="Give each its own.")


class _Checks:
    """What an indication may refer to."""

    def __init__(
        self,
        edition: Edition,
        citations: Mapping[CitationId, Citation],
        shared: Mapping[str, Criterion],
        vocabulary: Vocabulary,
        *,
        names: frozenset[IndicationId],
    ) -> None:
        self.rows = {row.id: row for row in edition.recommendations}
        self.citations, self.shared, self.vocabulary, self.names = citations, shared, vocabulary, names

    def faults(self, indication: Indication) -> Iterator[Fault]:
        """Everything wrong with one indication beyond its shape."""
        yield from self._row_faults(indication)
        yield from self._name_faults(indication)
        for location, criterion in _criteria(indication):
            yield from self._criterion_faults(location, criterion)
        for location, fact in _facts(indication):
            if fact not in self.vocabulary:
                yield Fault(location=location, what="is no fact of the vocabulary.", remedy="Add it to facts.yaml, or mend the id.")
        for place, statement in enumerate(indication.statements):
            yield from self._statement_faults(("statements", place), statement)

    def _row_faults(self, indication: Indication) -> Iterator[Fault]:
        supported = indication.kind is IndicationKind.SUPPORTED
        if supported and (len(indication.rows) != 1 or not indication.levels):
            yield Fault(location=("kind",), what="is supported without exactly one row and a level.", remedy="Add them, or choose another kind.")
        for place, row in enumerate(indication.rows):
            if row not in self.rows:
                yield Fault(location=("rows", place), what="is no row of the edition.", remedy="Use an id of the guideline file.")
            elif indication.modality not in self.rows[row].modalities:
                yield Fault(location=("rows", place), what="rates another modality.", remedy="Use the row of this modality.")

    def _name_faults(self, indication: Indication) -> Iterator[Fault]:
        pointed = [(("excluded_by", place, "points_to"), name) for place, one in enumerate(indication.excluded_by) for name in one.points_to]
        yielded = [(("yields_to", place, "indication"), one.indication) for place, one in enumerate(indication.yields_to)]
        for location, name in (*pointed, *yielded, (("id",), indication.id)):
            if name not in self.names:
                yield Fault(location=location, what="names an indication without a file.", remedy="Use the name of a file in indications/.")

    def _criterion_faults(self, location: Location, criterion: Criterion) -> Iterator[Fault]:
        try:
            resolved = resolve(criterion, dict(self.shared))
        except KeyError:
            yield Fault(location=location, what="uses a criterion that is not there.", remedy="Write it into criteria.yaml, or mend the id.")
            return
        for sentence in unsound(resolved, self.vocabulary):
            what, remedy = split_sentence(sentence)
            yield Fault(location=location, what=what, remedy=remedy)

    def _statement_faults(self, location: Location, statement: Statement) -> Iterator[Fault]:
        for place, one in enumerate(statement.citations):
            if one not in self.citations:
                yield Fault(location=(*location, "citations", place), what="is no record of citations.json.", remedy="Add it, or mend the id.")
        known = " ".join((statement.quotation or "", *statement.figures))
        figures = {number for text in (statement.text, statement.caveat, statement.answer) for number in _NUMBER.findall(text or "")}
        if figures - set(_NUMBER.findall(known)):
            yield Fault(location=(*location, "figures"), what="lacks a figure of the text.", remedy="Add each figure that the quotation does not hold.")


def _criteria(indication: Indication) -> Iterator[tuple[Location, Criterion]]:
    yield ("recognized_by",), indication.recognized_by
    yield from ((("levels", place, "criterion"), one.criterion) for place, one in enumerate(indication.levels))
    yield from ((("safeguards", place, "criterion"), one.criterion) for place, one in enumerate(indication.safeguards))
    for place, one in enumerate(indication.excluded_by):
        yield ("excluded_by", place, "criterion"), one.criterion
        if one.unless is not None:
            yield ("excluded_by", place, "unless"), one.unless


def _facts(indication: Indication) -> Iterator[tuple[Location, str]]:
    for name in ("deciding_results", "findings"):
        for place, fact in enumerate(getattr(indication, name)):
            yield (name, place), fact
    for place, rival in enumerate(indication.differential):
        for position, fact in enumerate(rival.facts):
            yield ("differential", place, "facts", position), fact


def _require_all_cited(
    files: PackFiles, path: Path, edition: Edition, citations: Mapping[str, Citation], indications: Mapping[str, Indication]
) -> None:
    cited = {edition.citation} | {one for each in indications.values() for statement in each.statements for one in statement.citations}
    for one in citations:
        if one not in cited:
            files.add(path, f"holds {one}, which nothing cites.", "Remove it, or cite it in a statement.")
    if edition.citation not in citations:
        files.add(path, "lacks the record of the guideline itself.", "Add it under the id that the edition names.")


def _resolved(indication: Indication, shared: Mapping[str, Criterion]) -> Indication:
    """The indication with every `use` replaced by the criterion it stands for."""
    known = dict(shared)

    def each(group: tuple[RuleT, ...]) -> tuple[RuleT, ...]:
        return tuple(one.model_copy(update={"criterion": resolve(one.criterion, known)}) for one in group)

    return indication.model_copy(
        update={
            "recognized_by": resolve(indication.recognized_by, known),
            "levels": each(indication.levels),
            "excluded_by": tuple(_lifted(one, known) for one in each(indication.excluded_by)),
            "safeguards": each(indication.safeguards),
        }
    )


def _lifted(exclusion: Exclusion, shared: dict[str, Criterion]) -> Exclusion:
    unless = exclusion.unless
    return exclusion if unless is None else exclusion.model_copy(update={"unless": resolve(unless, shared)})
