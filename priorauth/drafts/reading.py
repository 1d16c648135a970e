"""The digest of a file that somebody may have replaced: nothing here blocks, follows a link or fills the memory."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from priorauth.errors import DraftError

MAX_BYTES = 50_000_000
"""More than any file of a draft has."""

# Each but the first is missing on some system; without O_BINARY Windows would change line ends.
_OPENING = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFile:
    """Why there is no digest: what stands there is not a file that we can have written."""

    reason: str


def digest_of(path: Path) -> str | NotAFile:
    """The SHA-256 of an ordinary file; `FileNotFoundError` when nothing is there, `DraftError` when it cannot be read."""
    try:
        special = _special(path.lstat().st_mode)
        return NotAFile(reason=special) if special else _digest(path)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "unknown").lower()
        raise DraftError(f"{path} cannot be read: {reason}. Check who may read it.") from error


def _digest(path: Path) -> str | NotAFile:
    # A link or pipe put in its place since the first look is caught by the flags and by the second look.
    with os.fdopen(os.open(path, _OPENING), "rb") as file:
        status = os.fstat(file.fileno())
        if special := _special(status.st_mode):
            return NotAFile(reason=special)
        content = file.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else b""
    if status.st_size > MAX_BYTES or len(content) > MAX_BYTES:
        return NotAFile(reason=f"is larger than {MAX_BYTES // 1_000_000} MB")
    return hashlib.sha256(content).hexdigest()


def _special(mode: int) -> str:
    """What it is instead of an ordinary file; empty for one."""
    if stat.S_ISREG(mode):
        return ""
    if stat.S_ISLNK(mode):
        return "is a symbolic link"
    return "is a folder" if stat.S_ISDIR(mode) else "is a pipe, socket or device, not a file"
