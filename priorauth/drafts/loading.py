"""Our own packs, read once per process, and the clinic's beside them, read each time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from priorauth.drafts.compiled import kept_or_read
from priorauth.drafts.reading import NotAFile, digest_of
from priorauth.facts import Vocabulary, read_vocabulary
from priorauth.packs import data_folder
from priorauth.payers.models import Payer
from priorauth.reasoning.review import Packs


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
    """A clinic's own payers, read and checked."""

    folder: Path
    """As given; its payers lie in `payers` below it."""
    sha256: str
    payers: Mapping[str, Payer]


def read_clinic(folder: Path, ours: Packs) -> ClinicPack:
    """A clinic's own payers as they are now; `PackError` with everything that is wrong with them."""
    from priorauth.payers.overlay import read_clinic_payers

    payers = read_clinic_payers(
        folder, ours=ours.payers, vocabulary=ours.vocabulary, indications=frozenset(ours.evidence.indications)
    )
    return ClinicPack(folder=folder, sha256=clinic_digest(folder), payers=payers)


def with_clinic(ours: Packs, clinic: ClinicPack | None) -> Packs:
    """Ours with the clinic's payers beside them; ours as they are without any."""
    if clinic is None:
        return ours
    from priorauth.payers.overlay import overlaid

    return replace(ours, payers=overlaid(ours.payers, clinic.payers))


def clinic_digest(folder: Path) -> str:
    """The SHA-256 of the files that are read of a clinic's pack, by name and content; `FileNotFoundError` when it is gone."""
    from priorauth.payers.overlay import payer_files

    digest = hashlib.sha256()
    for path in payer_files(folder):
        found = digest_of(path)
        content = found.reason if isinstance(found, NotAFile) else found
        # Each part is hashed before it is joined, so that no name can pass for a piece of content.
        for part in (path.relative_to(folder).as_posix(), content):
            digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()
