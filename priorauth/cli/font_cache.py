"""A place where Fontconfig keeps what it found out about our fonts, for users who have none, such as those of services."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_VARIABLE = "XDG_CACHE_HOME"


@contextlib.contextmanager
def fonts_can_be_cached() -> Iterator[None]:
    """While it lasts, the user's cache folder, or a temporary one for this process and those that it begins.

    Without any, Fontconfig complains on standard error. Nothing of the user's is changed.
    """
    if sys.platform == "win32" or _has_one():
        yield
        return
    from tempfile import TemporaryDirectory

    before = os.environ.get(_VARIABLE)
    try:
        made = TemporaryDirectory(prefix="priorauth-fonts-", ignore_cleanup_errors=True)
    except OSError:
        yield  # then there is nothing better than its complaint
        return
    with made as folder:
        os.environ[_VARIABLE] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ[_VARIABLE]
            else:
                os.environ[_VARIABLE] = before


def _has_one() -> bool:
    """Whether a folder for caches is named that can be written, or made."""
    home = os.environ.get("HOME")
    named = os.environ.get(_VARIABLE) or (home and f"{home}/.cache")
    if not named:
        return False
    folder = Path(named, "fontconfig").absolute()
    there = next((one for one in (folder, *folder.parents) if os.path.lexists(one)), folder)
    # Fontconfig makes what is missing, but for a folder right below the root: that of a service may be /nonexistent.
    return there.is_dir() and there != Path(there.anchor) and os.access(there, os.W_OK | os.X_OK)
