"""Our own packs, read once per process, and the clinic's beside them, read each time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from priorauth.drafts.compiled import kept_or_read
from priorauth.drafts.reading import NotAFile, digest_of
from priorauth.errors import PackError
from priorauth.facts import Vocabulary, read_vocabulary
from priorauth.packs import data_folder
from priorauth.payers.models import Payer
from priorauth.reasoning.review import Packs

if TYPE_CHECKING:
    from priorauth.evidence.comparisons import Recorded

PartT = TypeVar("PartT")


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary of facts; `PackError` with everything that is wrong with it."""
    return read_vocabulary(data_folder("evidence") / "facts.yaml")


@lru_cache(maxsize=1)
def load_packs() -> Packs:
    """Evidence, payers and rules; `PackError` with everything that is wrong with them."""
    return kept_or_read(read_packs)


def read_packs() -> Packs:
    """The packs, read and checked anew."""
    # Imported here because a command that finds the packs kept starts without their readers.
    from priorauth.evidence.reader import read_evidence
    from priorauth.payers.reader import read_payers, read_rules

    vocabulary, payers = read_vocabulary(data_folder("evidence") / "facts.yaml"), data_folder("payers")
    return Packs(
        vocabulary=vocabulary,
        evidence=read_evidence(data_folder("evidence"), vocabulary=vocabulary),
        payers=read_payers(payers, vocabulary=vocabulary),
        rules=read_rules(payers, vocabulary=vocabulary),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicPack:
    """A clinic's own payers, and what its people have compared with its source, read and checked."""

    folder: Path
    """As given; its payers lie in `payers` below it, its comparisons in `evidence`."""
    sha256: str
    payers: Mapping[str, Payer]
    comparisons: tuple[Recorded, ...]


def read_clinic(folder: Path, ours: Packs) -> ClinicPack:
    """A clinic's pack as it is now, with payers, comparisons or both; `PackError` with everything that is wrong with it."""
    from priorauth.evidence.comparisons import read_comparisons

    refusals: list[PackError] = []
    comparisons = _noting(lambda: read_comparisons(folder), refusals)
    payers = _noting(lambda: _clinic_payers(folder, ours), refusals)
    if comparisons is None or payers is None:
        raise _together(folder, refusals)
    return ClinicPack(folder=folder, sha256=clinic_digest(folder), payers=payers, comparisons=comparisons)


def _noting(read: Callable[[], PartT], refusals: list[PackError]) -> PartT | None:
    """What is read; `None` once the refusal to read it is noted."""
    try:
        return read()
    except PackError as error:
        refusals.append(error)
        return None


def _together(folder: Path, refusals: Sequence[PackError]) -> PackError:
    """One refusal as it is, several as one."""
    if len(refusals) == 1:
        return refusals[0]
    problems = [problem for one in refusals for problem in one.problems]
    return PackError(f"{folder} cannot be used: {len(problems)} problems.", problems=problems)


def _clinic_payers(folder: Path, ours: Packs) -> Mapping[str, Payer]:
    """The payers of a clinic's pack; none where it has comparisons alone."""
    from priorauth.payers.overlay import PAYERS_FOLDER, read_clinic_payers

    if not (folder / PAYERS_FOLDER).exists() and _comparisons_of(folder):
        return {}
    known = frozenset(ours.evidence.indications)
    return read_clinic_payers(folder, ours=ours.payers, vocabulary=ours.vocabulary, indications=known)


def with_clinic(ours: Packs, clinic: ClinicPack | None, *, as_of: date | None = None) -> Packs:
    """Ours with the clinic's payers and its comparisons, those up to a day where one is given; ours as they are without any."""
    if clinic is None:
        return ours
    from priorauth.evidence.comparisons import compared
    from priorauth.payers.overlay import overlaid

    evidence = compared(ours.evidence, [one for one in clinic.comparisons if as_of is None or one.on <= as_of])
    return replace(ours, evidence=evidence, payers=overlaid(ours.payers, clinic.payers))


def clinic_digest(folder: Path) -> str:
    """The SHA-256 of the files that are read of a clinic's pack, by name and content; `FileNotFoundError` when it is gone."""
    digest = hashlib.sha256()
    for path in _clinic_files(folder):
        found = digest_of(path)
        content = found.reason if isinstance(found, NotAFile) else found
        # Each part is hashed before it is joined, so that no name can pass for a piece of content.
        for part in (path.relative_to(folder).as_posix(), content):
            digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()


def _clinic_files(folder: Path) -> tuple[Path, ...]:
    from priorauth.payers.overlay import PAYERS_FOLDER, payer_files

    comparisons = _comparisons_of(folder)
    if comparisons and not (folder / PAYERS_FOLDER).is_dir():
        return comparisons
    return (*comparisons, *payer_files(folder))


def _comparisons_of(folder: Path) -> tuple[Path, ...]:
    """The file of a clinic's comparisons; nothing where it has none."""
    from priorauth.evidence.comparisons import comparisons_file

    path = comparisons_file(folder)
    return (path,) if os.path.lexists(path) else ()
