"""Reads evidence/ and checks it whole: every fault of every file is reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict, RootModel

from priorauth.criteria.language import Criterion, resolve
from priorauth.evidence.bibliography import format_reference
from priorauth.evidence.checks import References, citation_faults, edition_faults, shared_faults, uncited
from priorauth.evidence.models import (
    Citation,
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

EDITION = "asfa-2023"
"""The edition that letters quote."""
RuleT = TypeVar("RuleT", LevelRule, Safeguard)


class SharedCriteria(Entry):
    """`criteria.yaml`: what several indications `use`."""

    criteria: tuple[Criterion, ...]
    """Each with its id; later ones may use earlier ones."""


class Bibliography(RootModel[tuple[Citation, ...]]):
    """`citations.json`: a CSL-JSON array, as reference managers read and write it."""

    model_config = ConfigDict(frozen=True, defer_build=True, hide_input_in_errors=True)


def read_evidence(folder: Path, *, vocabulary: Vocabulary | None = None) -> Evidence:
    """The whole pack, criteria resolved, every reference between its files checked.

    The vocabulary is read from the folder unless it is given. Raises `PackError` with every fault of every file.
    """
    facts = vocabulary if vocabulary is not None else read_vocabulary(folder / "facts.yaml")
    files = PackFiles(folder)
    edition = files.read(folder / "guidelines" / f"{EDITION}.yaml", Edition, edition_faults)
    bibliography = files.read(folder / "citations.json", Bibliography, lambda read: citation_faults(read.root))
    shared = files.read(folder / "criteria.yaml", SharedCriteria, lambda read: shared_faults(read.criteria))
    files.finish()
    assert edition is not None
    assert bibliography is not None
    assert shared is not None  # else finish has raised
    references = References(
        rows={row.id: row for row in edition.recommendations},
        citations={one.id: one for one in bibliography.root},
        shared={one.id: one for one in shared.criteria if one.id is not None},
        vocabulary=facts,
        names=frozenset(path.stem for path in _indication_paths(folder)),
    )
    indications = _read_indications(files, references)
    for problem in uncited(edition, references.citations, indications):
        files.add(folder / "citations.json", *problem)
    files.finish()
    return Evidence(
        edition=edition,
        citations=references.citations,
        references={one.id: format_reference(one) for one in bibliography.root},
        indications={one.id: one for one in sorted(indications, key=_order)},
    )


def _indication_paths(folder: Path) -> list[Path]:
    return sorted((folder / "indications").glob("*.yaml"))


def _read_indications(files: PackFiles, references: References) -> list[Indication]:
    """Every indication that can be read, its criteria resolved."""

    def read(path: Path) -> Indication | None:
        return files.read(path, Indication, lambda indication: references.faults(indication, name=path.stem))

    found = [one for path in _indication_paths(files.folder) if (one := read(path)) is not None]
    files.finish()
    return [_resolved(one, references.shared) for one in found]


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
            "recognized_by": resolve(indication.recognized_by, known),
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
