"""Files kept beside the compiled code: what was worked out once is there for the next start.

What is kept is trusted like the `.pyc` files that it lies with, for whoever can write there can also write
our code; and like them it is only a shortcut: a damaged file, or none, and it is worked out again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "__pycache__"
"""Where Python keeps our compiled code."""

_DIGEST_SIZE = hashlib.sha256().digest_size


def read_kept(path: Path) -> bytes | None:
    """What is kept there; `None` when there is nothing, or it is not what was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, kept = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
    return kept if hashlib.sha256(kept).digest() == digest else None


def keep(path: Path, content: bytes) -> None:
    """Write it whole or not at all; not where Python keeps no compiled code either, or nothing can be written."""
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):
            _write(path, hashlib.sha256(content).digest() + content)


def drop_others(path: Path, pattern: str) -> None:
    """Remove what earlier versions kept beside this file, once it is there itself."""
    with contextlib.suppress(OSError):
        for old in path.parent.glob(pattern):
            if old != path and path.exists():
                old.unlink(missing_ok=True)


def state_of(path: Path) -> str:
    """A line that changes with every installation or edit of the file; empty when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{path} {status.st_mtime_ns} {status.st_size}"


def installed(package: str) -> str:
    """A line that changes with every installation of a package; to ask for its version imports as much as a small library."""
    spec = find_spec(package)
    return state_of(Path(spec.origin)) if spec is not None and spec.origin is not None else ""


def _write(path: Path, content: bytes) -> None:
    # Imported here because it is needed once for each change, not at every start.
    import tempfile

    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
