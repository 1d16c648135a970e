"""Where the data folders are, and their digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from priorauth.errors import PackError, Problem

PackName = Literal["evidence", "payers", "samples", "templates"]
"""A folder of data that a package of the same name reads, or `letters` for `templates`, `drafts` for the invented `samples`."""

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: PackName) -> Path:
    """The absolute path of one of our own data folders.

    An installed wheel carries them inside the package; a checkout has them beside it, and there they are
    believed only where our own pyproject.toml lies with them. Raises `PackError` when neither is there.
    """
    inside = _PACKAGE / "data" / name
    if inside.is_dir():
        return inside
    beside = _PACKAGE.parent / name
    if beside.is_dir() and _is_our_checkout(_PACKAGE.parent):
        return beside
    raise _missing(name)


def pack_digest(folder: Path) -> str:
    """The SHA-256 of a pack as 64 hexadecimal digits: the same for the same names and contents, wherever it lies.

    Neither dates nor permissions count, nor what an editor or Python leaves behind (dotfiles, `__pycache__`, `.pyc`, `~`).
    Raises `PackError` when the folder is not there, holds no file, or a file in it cannot be read.
    """
    files = sorted(_pack_files(folder))
    if not files:
        raise _missing(folder.name)
    digest = hashlib.sha256()
    for name, path in files:
        # Each part is hashed before it is joined, so that no name can pass for a piece of content.
        digest.update(hashlib.sha256(name.encode()).digest())
        digest.update(hashlib.sha256(_contents(path, name)).digest())
    return digest.hexdigest()


def _is_our_checkout(folder: Path) -> bool:
    try:
        return '\nname = "priorauth"\n' in (folder / "pyproject.toml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _pack_files(folder: Path, below: str = "") -> Iterator[tuple[str, str]]:
    """Each file that counts: its name from the pack's folder, with forward slashes, and its path."""
    # Names rather than paths as objects: a pack has hundreds of files, and every command looks at each.
    try:
        entries = os.scandir(folder / below)
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "__pycache__" or entry.name.endswith((".pyc", "~")):
                continue
            if entry.is_dir():
                yield from _pack_files(folder, f"{below}{entry.name}/")
            else:
                yield f"{below}{entry.name}", entry.path


def _contents(path: str, name: str) -> bytes:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # a path as object costs as much as the reading
            return file.read()
    except OSError as error:
        problem = Problem(file=name, what="This file of the pack cannot be read.", remedy="Give read permission, or restore it.")
        raise PackError("A data pack is damaged.", problems=[problem]) from error


def _missing(name: str) -> PackError:
    problem = Problem(
        file=name,
        what="This data folder is not there, or is empty.",
        remedy="Install priorauth again, or restore the folder in the checkout.",
    )
    return PackError("A data pack is missing.", problems=[problem])
