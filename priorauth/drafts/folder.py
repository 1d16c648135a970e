"""The draft folder: written whole, replaced while unsigned, never once signed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from priorauth.drafts.durable import folder_beside, held, is_remains, move_into_place, remove_remains
from priorauth.drafts.manifest import MANIFEST_FILE, Manifest, as_json, read_manifest, sha256
from priorauth.errors import DraftError

LETTER_HTML = "letter.html"
LETTER_PDF = "letter.pdf"
REVIEW_PDF = "review.pdf"
TRACE_FILE = "trace.json"
SIGNED_PDF = "letter-signed.pdf"
SIGNATURE_FILE = "signature.json"

DRAFT_FILES = frozenset({LETTER_HTML, LETTER_PDF, REVIEW_PDF, TRACE_FILE})
"""What a draft holds besides its manifest."""

SIGNING_FILES = frozenset({SIGNED_PDF, SIGNATURE_FILE})
"""What signing adds to a draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft on disk and what it says of itself."""

    folder: Path
    manifest: Manifest


def write_draft(folder: Path, files: Mapping[str, bytes], *, manifest: Manifest) -> Draft:
    """Write the draft with these files and the manifest that names their digests.

    An unsigned draft in its place is replaced. Raises `DraftError`, and changes nothing, for a signed
    one, for a folder that holds anything else, and where the folder cannot be written.
    """
    manifest = manifest.model_copy(update={"files": {name: sha256(content) for name, content in files.items()}})
    try:
        made_beside = folder_beside(folder, {**files, MANIFEST_FILE: as_json(manifest)})
        # The folder above is held too: where no draft stands yet, or for a moment none does, there is nothing else to hold.
        with made_beside as made, held(folder.parent), held(folder):
            require_replaceable(folder)
            move_into_place(made, folder)
            remove_remains(folder)
    except OSError as error:
        raise DraftError(f"The draft cannot be written to {folder}: {_reason(error)}. Choose another folder with -o.") from error
    return Draft(folder=folder, manifest=manifest)


def require_replaceable(folder: Path) -> None:
    """Raise `DraftError` unless a draft may be written here: nothing there, or an unsigned draft and nothing else."""
    if not os.path.lexists(folder):
        return
    if folder.is_symlink():
        raise DraftError(f"{folder} is a symbolic link. Name the folder that it points at, or another one, with -o.")
    if not folder.is_dir():
        raise DraftError(f"{folder} is not a folder. Choose another one with -o.")
    names = {path.name for path in folder.iterdir()}
    if names & SIGNING_FILES:
        raise DraftError(f"{folder} holds a signed letter, which is never replaced. Choose another folder with -o.")
    if not names:
        return
    if MANIFEST_FILE not in names:
        raise DraftError(f"{folder} is not empty and not a draft. Choose another folder with -o.")
    known = {MANIFEST_FILE, *read_manifest(folder).files}
    strange = {name for name in names - known if not any(is_remains(name, of) for of in SIGNING_FILES)}
    if strange:
        raise DraftError(
            f"{folder} holds {len(strange)} file(s) besides the draft, which replacing it would delete. "
            "Move them elsewhere, or choose another folder with -o."
        )


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
