"""Proving a draft again: every digest in it, and of everything that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from priorauth.documents import read_model
from priorauth.drafts.folder import SIGNATURE_FILE, SIGNED_PDF
from priorauth.drafts.manifest import MANIFEST_FILE, Manifest, Origin, read_manifest, sha256
from priorauth.drafts.signature import Signature
from priorauth.errors import DraftError


class Proof(StrEnum):
    """What proving one thing again comes to."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NOT_FOUND = "not_found"
    """It is no longer where the draft says: nothing is proved of it either way."""
    NOT_OURS = "not_ours"
    """It lies in the folder, and neither draft nor signature names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that the draft depends on, and whether it is as it was."""

    what: str
    """Its name for a person: `letter.html`, `case file ../../case.yaml`, `evidence pack`."""
    proof: Proof
    inside: bool
    """Whether it belongs to the draft folder itself, so that it must be there."""

    @property
    def fails(self) -> bool:
        """Whether the draft cannot be trusted because of it."""
        return self.proof is Proof.CHANGED or (self.inside and self.proof is Proof.NOT_FOUND)


def verify(folder: Path, *, packs: Mapping[str, str]) -> tuple[Check, ...]:
    """A check for everything that the draft, and the signature if there is one, names.

    `packs` gives the digests of the installed packs by name. Raises `DraftError` when the folder has
    no manifest, or manifest or signature cannot be read.
    """
    manifest = read_manifest(folder)
    signing = _signing(folder)
    return (*inside(folder, manifest), *signing, *behind(folder, manifest, packs), *_strangers(folder, manifest))


def inside(folder: Path, manifest: Manifest) -> tuple[Check, ...]:
    """The draft's own files."""
    return tuple(
        Check(what=name, proof=_prove(folder / name, digest), inside=True) for name, digest in sorted(manifest.files.items())
    )


def behind(folder: Path, manifest: Manifest, packs: Mapping[str, str]) -> tuple[Check, ...]:
    """What the draft was made from: case file, clinic profile, packs."""
    origins = [("case file", manifest.case), ("clinic profile", manifest.practice)]
    files = [_origin(folder, name, origin) for name, origin in origins if origin is not None]
    return (*files, *(_pack(name, digest, packs) for name, digest in sorted(manifest.packs.items())))


def _origin(folder: Path, name: str, origin: Origin) -> Check:
    return Check(what=f"{name} {origin.path}", proof=_prove(folder / origin.path, origin.sha256), inside=False)


def _pack(name: str, digest: str, packs: Mapping[str, str]) -> Check:
    proof = Proof.NOT_FOUND if name not in packs else Proof.UNCHANGED if packs[name] == digest else Proof.CHANGED
    return Check(what=f"{name} pack", proof=proof, inside=False)


def _prove(path: Path, digest: str) -> Proof:
    try:
        found = sha256(path.read_bytes())
    except FileNotFoundError:
        return Proof.NOT_FOUND
    except OSError as error:
        raise DraftError(f"{path} cannot be read: {(error.strerror or 'unknown').lower()}. Check who may read it.") from error
    return Proof.UNCHANGED if found == digest else Proof.CHANGED


def _signing(folder: Path) -> tuple[Check, ...]:
    if not (folder / SIGNATURE_FILE).exists():
        leftover = (folder / SIGNED_PDF).exists()
        return (Check(what=f"{SIGNED_PDF} without {SIGNATURE_FILE}", proof=Proof.CHANGED, inside=True),) if leftover else ()
    signature, _ = read_model(folder / SIGNATURE_FILE, Signature, error=DraftError)
    # The manifest in turn names every other file that was reviewed.
    reviewed = {
        f"{name} as signed": (folder / name, digest) for name, digest in signature.reviewed.items() if name == MANIFEST_FILE
    }
    signed = {name: (folder / name, digest) for name, digest in signature.signed.items()}
    return tuple(Check(what=what, proof=_prove(*one), inside=True) for what, one in sorted((signed | reviewed).items()))


def _strangers(folder: Path, manifest: Manifest) -> Iterable[Check]:
    known = {MANIFEST_FILE, SIGNED_PDF, SIGNATURE_FILE, *manifest.files}
    names = sorted(path.name for path in folder.iterdir() if path.name not in known and not path.name.startswith("."))
    return (Check(what=name, proof=Proof.NOT_OURS, inside=False) for name in names)
