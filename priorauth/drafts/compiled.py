"""Our packs as they were last read and checked, kept beside the compiled code so that a command starts at once.

Reading and checking the packs takes a fifth of a second, unpickling them a hundredth. Another byte in a pack,
another source file, another Python, pydantic or citation processor, a damaged file or none, and the packs are read.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pydantic

from priorauth.kept import FOLDER, drop_others, installed, keep, read_kept
from priorauth.packs import data_folder, pack_digest
from priorauth.reasoning.review import Packs

_PACKAGE = Path(__file__).resolve().parents[1]


def kept_or_read(read: Callable[[], Packs], *, folder: Path = FOLDER) -> Packs:
    """The packs as kept in `folder`, or else as `read` gives them, which are then kept; raises only what `read` raises."""
    path = folder / f"packs-{_key()}.pickle"
    kept = _kept(path)
    if kept is not None:
        return kept
    packs = read()
    _keep(packs, path)
    return packs


def _key() -> str:
    """Changes with the packs, our code, Python, and the libraries whose work is kept."""
    parts = [
        *(pack_digest(data_folder(name)) for name in ("evidence", "payers")),
        *sorted(_sources(str(_PACKAGE))),
        sys.version,
        pydantic.VERSION,
        installed("citeproc"),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _sources(folder: str) -> Iterator[str]:
    """Each source file below the folder with what changes when it is edited."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield f"{entry.path} {status.st_mtime_ns} {status.st_size}"
            elif entry.is_dir() and entry.name not in {"__pycache__", "data"}:
                yield from _sources(entry.path)


def _kept(path: Path) -> Packs | None:
    """What is kept there; `None` when there is nothing, or it is not what was written."""
    pickled = read_kept(path)
    packs = pickle.loads(pickled) if pickled is not None else None  # noqa: S301  # whoever can write here can also write our code
    return packs if isinstance(packs, Packs) else None


def _keep(packs: Packs, path: Path) -> None:
    """Write it, and drop what earlier packs left."""
    keep(path, pickle.dumps(packs, protocol=5))
    drop_others(path, "packs-*.pickle")
