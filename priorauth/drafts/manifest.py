"""What a draft was made from: versions, digests and the row it rests on; no patient data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from priorauth.documents import read_model
from priorauth.errors import DraftError

MANIFEST_FILE = "manifest.json"

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9.-]{0,60}$")]
"""A file in the draft folder itself; never a path that leads out of it."""


class Record(BaseModel):
    """The base of what a draft keeps about itself: frozen, closed."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True)


class Origin(Record):
    """A file, or a folder of files, that the letter was made from."""

    path: str
    """From the draft folder to it."""
    sha256: Digest


class Rating(Record):
    """The row of the guideline that the letter rests on."""

    indication: str
    level: str
    row: str
    category: str
    grade: str
    edition: str


class PolicySeen(Record):
    """Whose criteria the letter answers."""

    payer: str
    policy: str | None = None
    """Id of the payer's policy; `None` where none is loaded."""
    version: str | None = None
    requested: str | None = None
    """Id of the payer asked for on the command line, if one was."""


class Manifest(Record):
    """Everything that a letter depends on, so that it can be proved later."""

    format: Literal["priorauth-draft-1"] = "priorauth-draft-1"
    case_id: str
    as_of: date
    versions: Mapping[str, str]
    """Of this program and of the libraries that set the page."""
    case: Origin
    practice: Origin | None = None
    packs: Mapping[str, Digest]
    """Digest of each data folder of ours by its name."""
    clinic_pack: Origin | None = None
    """The clinic's own payers; some may stand in place of ours."""
    policy: PolicySeen
    rating: Rating
    accepted_stale: tuple[str, ...] | None = None
    """What was older than its review age and let pass by name; `None` where nothing was."""
    files: Mapping[FileName, Digest]
    """Every other file of the draft, but for what a signature adds."""


def sha256(content: bytes) -> str:
    """The digest as the manifest writes it."""
    return hashlib.sha256(content).hexdigest()


def as_json(record: Record) -> bytes:
    """The record as JSON: keys sorted, nothing absent written, the same bytes for the same record."""
    plain = record.model_dump(mode="json", exclude_none=True)
    return (json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of this draft; `DraftError` when there is none or it is not one of ours."""
    if not (folder / MANIFEST_FILE).is_file():
        raise DraftError(f"{folder} is not a draft: it has no {MANIFEST_FILE}. Name the folder that `priorauth letter` wrote.")
    manifest, _ = read_model(folder / MANIFEST_FILE, Manifest, error=DraftError)
    return manifest
