"""Proving a draft again: every digest in it, and of everything that it was made from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from priorauth.documents import read_model
from priorauth.drafts.folder import DRAFT_FILES, SIGNATURE_FILE, SIGNED_PDF
from priorauth.drafts.loading import clinic_digest
from priorauth.drafts.manifest import MANIFEST_FILE, Manifest, Origin, read_manifest
from priorauth.drafts.names import printable
from priorauth.drafts.reading import NotAFile, digest_of
from priorauth.drafts.signature import STATEMENT, Attestation, Signature
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What proving a draft again comes to."""

    checks: tuple[Check, ...]
    attestation: Attestation | None
    """Who signed it, as the signature says; `None` while it is unsigned."""


def verify(folder: Path, *, packs: Mapping[str, str]) -> Verified:
    """A check for everything that the draft, and the signature if there is one, names or has to name.

    `packs` gives the digests of the installed packs by name. Raises `DraftError` when the folder has
    no manifest, or manifest or signature cannot be read.
    """
    manifest = read_manifest(folder)
    signature = _signature(folder)
    signing = _signed(folder, manifest, signature) if signature else _unsigned(folder)
    checks = (*inside(folder, manifest), *signing, *behind(folder, manifest, packs), *_strangers(folder, manifest))
    return Verified(checks=checks, attestation=signature.attestation if signature else None)


def inside(folder: Path, manifest: Manifest) -> tuple[Check, ...]:
    """The draft's own files, and whether the manifest names exactly those that a draft has."""
    return (
        *_named(manifest.files, DRAFT_FILES, f"entry of {MANIFEST_FILE} for"),
        *(_check(name, folder / name, digest, inside=True) for name, digest in sorted(manifest.files.items())),
    )


def behind(folder: Path, manifest: Manifest, packs: Mapping[str, str]) -> tuple[Check, ...]:
    """What the draft was made from: case file, clinic profile, the clinic's own payers, packs."""
    origins = [("case file", manifest.case), ("clinic profile", manifest.practice)]
    files = [_origin(folder, name, origin) for name, origin in origins if origin is not None]
    return (
        *files,
        *((_clinic_pack(folder, manifest.clinic_pack),) if manifest.clinic_pack else ()),
        *_named(manifest.packs, frozenset(packs), f"entry of {MANIFEST_FILE} for the pack"),
        *(_pack(name, digest, packs) for name, digest in sorted(manifest.packs.items())),
    )


def _named(named: Mapping[str, str], due: frozenset[str], what: str) -> tuple[Check, ...]:
    """What should be named and is not, or the other way round."""
    differing = sorted(due.symmetric_difference(named))
    return tuple(Check(what=f"{what} {name}", proof=Proof.CHANGED, inside=True) for name in differing)


def _origin(folder: Path, name: str, origin: Origin) -> Check:
    return _check(f"{name} {origin.path}", folder / origin.path, origin.sha256, inside=False)


def _clinic_pack(folder: Path, origin: Origin) -> Check:
    what = f"clinic's own payers {origin.path}"
    try:
        found = clinic_digest(folder / origin.path)
    except FileNotFoundError:
        return Check(what=what, proof=Proof.NOT_FOUND, inside=False)
    return Check(what=what, proof=Proof.UNCHANGED if found == origin.sha256 else Proof.CHANGED, inside=False)


def _pack(name: str, digest: str, packs: Mapping[str, str]) -> Check:
    proof = Proof.NOT_FOUND if name not in packs else Proof.UNCHANGED if packs[name] == digest else Proof.CHANGED
    return Check(what=f"{name} pack", proof=proof, inside=False)


def _check(what: str, path: Path, digest: str, *, inside: bool) -> Check:
    try:
        found = digest_of(path)
    except FileNotFoundError:
        return Check(what=what, proof=Proof.NOT_FOUND, inside=inside)
    if isinstance(found, NotAFile):
        return Check(what=f"{what} ({found.reason})", proof=Proof.CHANGED, inside=inside)
    return Check(what=what, proof=Proof.UNCHANGED if found == digest else Proof.CHANGED, inside=inside)


def _signature(folder: Path) -> Signature | None:
    """The record of the signature; `None` while there is none, `DraftError` when it is not one of ours."""
    if not os.path.lexists(folder / SIGNATURE_FILE):
        return None
    signature, _ = read_model(folder / SIGNATURE_FILE, Signature, error=DraftError)
    return signature


def _unsigned(folder: Path) -> tuple[Check, ...]:
    leftover = os.path.lexists(folder / SIGNED_PDF)
    return (Check(what=f"{SIGNED_PDF} without {SIGNATURE_FILE}", proof=Proof.CHANGED, inside=True),) if leftover else ()


def _signed(folder: Path, manifest: Manifest, signature: Signature) -> Iterator[Check]:
    """Whether the signature covers this draft, all of it, and only the letter made from it."""
    reviewed = {name: digest for name, digest in signature.reviewed.items() if name != MANIFEST_FILE}
    agreeing = {
        "files reviewed": reviewed == manifest.files,
        "letter signed": set(signature.signed) == {SIGNED_PDF},
        "date of the letter": signature.as_of == manifest.as_of and signature.attestation.attested_on >= manifest.as_of,
        "statement attested": signature.attestation.statement == STATEMENT,
    }
    for what, agrees in agreeing.items():
        if not agrees:
            yield Check(what=f"{SIGNATURE_FILE}: {what}", proof=Proof.CHANGED, inside=True)
    # A digest that is not there fits nothing.
    yield _check(SIGNED_PDF, folder / SIGNED_PDF, signature.signed.get(SIGNED_PDF, ""), inside=True)
    yield _check(f"{MANIFEST_FILE} as signed", folder / MANIFEST_FILE, signature.reviewed.get(MANIFEST_FILE, ""), inside=True)


def _strangers(folder: Path, manifest: Manifest) -> Iterable[Check]:
    known = {MANIFEST_FILE, SIGNED_PDF, SIGNATURE_FILE, *manifest.files}
    names = sorted(path.name for path in folder.iterdir() if path.name not in known and not path.name.startswith("."))
    return (Check(what=printable(name), proof=Proof.NOT_OURS, inside=False) for name in names)
