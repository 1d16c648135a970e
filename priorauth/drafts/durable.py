"""Files and folders written whole or not at all, readable by their owner only."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PART = ".part-"


def write_file(path: Path, content: bytes) -> None:
    """Put the file in place in one step, after its bytes have reached the disk; mode 0600.

    Raises `OSError`; the file that was there before is then still there.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}{_PART}", dir=path.parent)
    try:
        _claim(descriptor)
        _fill(descriptor, content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    remove_remains(path)


@contextlib.contextmanager
def folder_beside(folder: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """A new folder next to `folder` that holds these files, mode 0700; gone again unless it was moved.

    Raises `OSError`. What a killed process left of an earlier one is left alone: see `remove_remains`.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made, claim = _make_claimed(folder)
    try:
        for name, content in files.items():
            descriptor = os.open(made / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            _fill(descriptor, content)
        _sync_folder(made)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if claim is not None:
            os.close(claim)


def _make_claimed(folder: Path) -> tuple[Path, int | None]:
    """A new folder beside this one, and the descriptor that shows to others that its maker still lives."""
    # Held meanwhile, so that nobody clears it away between its making and its claim.
    with held(folder.parent):
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}{_PART}", dir=folder.parent))
        return made, _lock(made)


def move_into_place(made: Path, folder: Path) -> None:
    """Make `made` the folder of that name, and remove what was there.

    A folder cannot be exchanged in one step everywhere, so that for a moment neither stands there;
    never does half of one. Raises `OSError`; the folder that was there before is then back.
    """
    before = folder.with_name(f"{made.name}-before")
    with contextlib.suppress(FileNotFoundError):
        folder.rename(before)
    try:
        made.rename(folder)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            before.rename(folder)
        raise
    _sync_folder(folder.parent)
    shutil.rmtree(before, ignore_errors=True)


def is_remains(name: str, of: str) -> bool:
    """Whether this is the name of something half-written, or of what it was to replace."""
    return name.startswith(f".{of}{_PART}")


def remove_remains(path: Path) -> None:
    """Remove what a killed process left beside this folder or file while it wrote it; raises nothing.

    What a living process is at work on is left alone, and on Windows, which has no such locks, everything is.
    """
    with contextlib.suppress(OSError):
        for remains in [one for one in path.parent.iterdir() if is_remains(one.name, path.name)]:
            with contextlib.suppress(OSError), _abandoned(remains):
                _remove(remains, path)


def _remove(remains: Path, path: Path) -> None:
    if remains.name.endswith("-before") and not path.exists():
        remains.rename(path)
    elif remains.is_dir():
        shutil.rmtree(remains, ignore_errors=True)
    else:
        remains.unlink()


@contextlib.contextmanager
def _abandoned(remains: Path) -> Iterator[None]:
    """Claim what a killed process left; `OSError` when its process is alive, or that cannot be told."""
    if sys.platform == "win32":
        raise OSError
    descriptor = os.open(remains, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _claim(descriptor: int) -> None:
    """Show others that whoever writes this file is alive, until it is closed."""
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other processes of ours from changing an existing folder meanwhile; waits for them first."""
    descriptor = _lock(folder)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _lock(folder: Path) -> int | None:
    """An open descriptor that holds the lock; `None` where there is no folder, or no such lock (Windows)."""
    while sys.platform != "win32" and folder.is_dir():
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # While we waited another folder may have been put in its place: then that one is to be held.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), folder.stat()):
                return descriptor
        os.close(descriptor)
    return None


def _fill(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
