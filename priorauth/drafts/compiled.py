"""Our packs as they were last read and checked, kept beside the compiled code so that a command starts at once.

Reading and checking the packs takes a fifth of a second, unpickling them a hundredth. What is kept is
trusted like the `.pyc` files that it lies with, and like them it is only a shortcut: another byte in a
pack, another source file, another Python, pydantic or citation processor, a damaged file or none, and the packs are read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from priorauth.packs import data_folder, pack_digest
from priorauth.reasoning.review import Packs

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDER = _PACKAGE / "__pycache__"
_DIGEST_SIZE = hashlib.sha256().digest_size


def kept_or_read(read: Callable[[], Packs], *, folder: Path = _FOLDER) -> Packs:
    """The packs as kept in `folder`, or else as `read` gives them, which are then kept; raises only what `read` raises."""
    path = folder / f"packs-{_key()}.pickle"
    kept = _kept(path)
    if kept is not None:
        return kept
    packs = read()
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):
            _keep(packs, path)
    return packs


def _key() -> str:
    """Changes with the packs, our code, Python, and the libraries whose work is kept."""
    code = [(path.relative_to(_PACKAGE).as_posix(), path.stat()) for path in sorted(_PACKAGE.rglob("*.py"))]
    parts = [
        *(pack_digest(data_folder(name)) for name in ("evidence", "payers")),
        *(f"{name} {status.st_mtime_ns} {status.st_size}" for name, status in code),
        sys.version,
        *(version(library) for library in ("pydantic", "citeproc-py")),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _kept(path: Path) -> Packs | None:
    """What is kept there; `None` when there is nothing, or it is not what was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, pickled = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
    if hashlib.sha256(pickled).digest() != digest:
        return None
    packs = pickle.loads(pickled)  # noqa: S301  # whoever can write here can also write our code
    return packs if isinstance(packs, Packs) else None


def _keep(packs: Packs, path: Path) -> None:
    """Write it whole or not at all, and drop what earlier packs left."""
    path.parent.mkdir(exist_ok=True)
    pickled = pickle.dumps(packs, protocol=5)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(hashlib.sha256(pickled).digest() + pickled)
    Path(name).replace(path)
    for old in path.parent.glob("packs-*.pickle"):
        if old != path:
            old.unlink(missing_ok=True)
