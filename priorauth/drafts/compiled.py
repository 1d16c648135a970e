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
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pydantic

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
    parts = [
        *(pack_digest(data_folder(name)) for name in ("evidence", "payers")),
        *sorted(_sources(str(_PACKAGE))),
        sys.version,
        pydantic.VERSION,
        _citation_processor(),
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


def _citation_processor() -> str:
    """Changes with every installation of it: to ask for its version would import as much as a small library."""
    spec = find_spec("citeproc")
    if spec is None or spec.origin is None:
        return ""
    status = Path(spec.origin).stat()
    return f"{spec.origin} {status.st_mtime_ns} {status.st_size}"


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
    # Imported here because it is needed once for each change of the packs, not at every start.
    import tempfile

    path.parent.mkdir(exist_ok=True)
    pickled = pickle.dumps(packs, protocol=5)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(hashlib.sha256(pickled).digest() + pickled)
    Path(name).replace(path)
    for old in path.parent.glob("packs-*.pickle"):
        if old != path:
            old.unlink(missing_ok=True)
