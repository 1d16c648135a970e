"""Reads evidence/ and checks it whole: every fault of every file is reported at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict, RootModel

from priorauth.criteria.language import Criterion, resolve
from priorauth.evidence.bibliography import format_reference
from priorauth.evidence.checks import (
    References,
    citation_faults,
    declared_faults,
    edition_faults,
    edition_problems,
    shared_faults,
)
from priorauth.evidence.declared import DeclaredIndications, declared_in_full
from priorauth.evidence.models import (
    Citation,
    CitationId,
    Edition,
    Entry,
    Evidence,
    Exclusion,
    Indication,
    IndicationKind,
    LevelRule,
    Rival,
    Safeguard,
)
from priorauth.facts import Vocabulary, read_vocabulary
from priorauth.pack_files import PackFiles

CITATIONS_FILE = "citations.json"
DECLARED_FILE = "declared.yaml"
"""The indications that have nothing but a row, a name and their codes."""
RuleT = TypeVar("RuleT", LevelRule, Safeguard)


class Care(StrEnum):
    """How much is asked of a pack before it can be used."""

    USE = "use"
    """What every letter depends on."""
    LINT = "lint"
    """And that each criterion of a newly encoded indication says on what it rests."""


class SharedCriteria(Entry):
    """`criteria.yaml`: what several indications `use`."""

    criteria: tuple[Criterion, ...]
    """Each with its id; later ones may use earlier ones."""


class Bibliography(RootModel[tuple[Citation, ...]]):
    """`citations.json`: a CSL-JSON array, as reference managers read and write it."""

    model_config = ConfigDict(frozen=True, defer_build=True, hide_input_in_errors=True)


def read_evidence(folder: Path, *, vocabulary: Vocabulary | None = None, care: Care = Care.USE) -> Evidence:
    """The whole pack, criteria resolved, every reference between its files checked.

    The vocabulary is read from the folder unless it is given. Raises `PackError` with every fault of every file.
    """
    facts = vocabulary if vocabulary is not None else read_vocabulary(folder / "facts.yaml")
    files = PackFiles(folder)
    references, citations, declared = _read_what_is_referred_to(files, facts)
    written = _read_indications(files, references, declared)
    files.finish()  # a wrong id would also leave a record uncited, and a row without an indication
    _check_together(files, references, citations, written)
    for name, fault in references.ground_faults(written) if care is Care.LINT else ():
        files.add_fault(folder / "indications" / f"{name}.yaml", fault)
    files.finish()
    indications = [_resolved(declared_in_full(one), references.shared) for one in written]
    return Evidence(
        edition=references.editions[-1],
        editions={one.id: one for one in references.editions},
        citations=references.citations,
        references={one.id: format_reference(one) for one in citations},
        indications={one.id: one for one in sorted(indications, key=_order)},
    )


def _read_what_is_referred_to(
    files: PackFiles, facts: Vocabulary
) -> tuple[References, tuple[Citation, ...], DeclaredIndications]:
    """What indications may refer to, every record, and the declared ones as written; raises where one of them is not there."""
    bibliography = files.read(files.folder / CITATIONS_FILE, Bibliography, lambda read: citation_faults(read.root))
    editions = _read_editions(files, frozenset(one.id for one in bibliography.root) if bibliography else frozenset())
    shared = files.read(files.folder / "criteria.yaml", SharedCriteria, lambda read: shared_faults(read.criteria))
    declared = files.read(files.folder / DECLARED_FILE, DeclaredIndications)
    if bibliography is None or shared is None or declared is None or not editions:
        files.finish()
    assert bibliography is not None
    assert shared is not None
    assert declared is not None  # else finish has raised
    references = References(
        editions=editions,
        citations={one.id: one for one in bibliography.root},
        shared={one.id: one for one in shared.criteria if one.id is not None},
        vocabulary=facts,
        files=frozenset(path.stem for path in _indication_paths(files.folder)),
        declared=frozenset(one.id for one in declared.indications),
    )
    return references, bibliography.root, declared


def _read_editions(files: PackFiles, citations: Collection[CitationId]) -> list[Edition]:
    """Every edition that can be read, the oldest first; where there is none, the files have a problem."""
    paths = sorted((files.folder / "guidelines").glob("*.yaml"))
    if not paths:
        files.add(files.folder / "guidelines", "holds no edition of the guideline.", "Restore the file of one.")

    def read(path: Path) -> Edition | None:
        return files.read(path, Edition, lambda edition: edition_faults(edition, name=path.stem, citations=citations))

    found = [one for path in paths if (one := read(path)) is not None]
    return sorted(found, key=lambda one: one.published)


def _indication_paths(folder: Path) -> list[Path]:
    return sorted((folder / "indications").glob("*.yaml"))


def _read_indications(files: PackFiles, references: References, declared: DeclaredIndications) -> list[Indication]:
    """Every indication that can be read, as it is written."""

    def read(path: Path) -> Indication | None:
        return files.read(path, Indication, lambda indication: references.faults(indication, name=path.stem))

    written = [one for path in _indication_paths(files.folder) if (one := read(path)) is not None]
    for fault in declared_faults(declared, references):
        files.add_fault(files.folder / DECLARED_FILE, fault)
    return [*written, *(one.indication for one in declared.indications)]


def _check_together(
    files: PackFiles, references: References, citations: Sequence[Citation], indications: Sequence[Indication]
) -> None:
    """What can be told only of files without a fault of their own."""
    for fault in references.uncited(citations, indications):
        files.add_fault(files.folder / CITATIONS_FILE, fault)
    for edition, fault in edition_problems(references.editions, indications):
        files.add_fault(files.folder / "guidelines" / f"{edition}.yaml", fault)


def _order(indication: Indication) -> tuple[int, str]:
    """Supported ones first, then by id: the order in which candidates are shown."""
    return list(IndicationKind).index(indication.kind), indication.id


def _resolved(indication: Indication, shared: Mapping[str, Criterion]) -> Indication:
    """The indication with every `use` replaced by the criterion it stands for."""
    known = dict(shared)

    def each(group: Iterable[RuleT]) -> tuple[RuleT, ...]:
        return tuple(one.model_copy(update={"criterion": resolve(one.criterion, known)}) for one in group)

    return indication.model_copy(
        update={
            "recognized_by": resolve(indication.recognized_by, known) if indication.recognized_by is not None else None,
            "levels": each(indication.levels),
            "excluded_by": tuple(_resolved_exclusion(one, known) for one in indication.excluded_by),
            "safeguards": each(indication.safeguards),
            "differential": tuple(_resolved_rival(one, known) for one in indication.differential),
        }
    )


def _resolved_rival(rival: Rival, shared: dict[str, Criterion]) -> Rival:
    applies = rival.applies_when
    return rival if applies is None else rival.model_copy(update={"applies_when": resolve(applies, shared)})


def _resolved_exclusion(exclusion: Exclusion, shared: dict[str, Criterion]) -> Exclusion:
    unless = resolve(exclusion.unless, shared) if exclusion.unless is not None else None
    return exclusion.model_copy(update={"criterion": resolve(exclusion.criterion, shared), "unless": unless})
