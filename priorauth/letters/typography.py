"""The fonts that a letter is set in, and the machine's libraries that set it."""

from __future__ import annotations

import contextlib
import ctypes.util
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from priorauth.errors import RenderingError
from priorauth.kept import FOLDER, installed, keep, read_kept, state_of

FACES = (
    "SourceSans3_400Regular.ttf",
    "SourceSans3_400Regular_Italic.ttf",
    "SourceSans3_600SemiBold.ttf",
    "SourceSerif4_400Regular.ttf",
    "SourceSerif4_400Regular_Italic.ttf",
    "SourceSerif4_600SemiBold.ttf",
    "SourceSerif4_600SemiBold_Italic.ttf",
)
"""Every face that a letter may use; files of `templates/base/fonts`."""

# Layout takes these as spaces and draws nothing for them.
_UNDRAWN = frozenset("\t\n\r\f\u00a0\u00ad")


_UNNEEDED = ("fontTools.subset", "fontTools.varLib.instancer")
"""What WeasyPrint imports to subset fonts where HarfBuzz cannot; there we refuse to render."""


def load_engine(base: Path) -> None:
    """Import WeasyPrint so that it knows the fonts of `base` and no others.

    Raises `RenderingError` for a missing font file or system library, with the remedy for this platform.
    """
    _require_faces(base)
    # Fontconfig ignores a relative path, and reads this whenever a font configuration is made.
    os.environ["FONTCONFIG_FILE"] = str((base / "fonts.conf").resolve())
    try:
        # What WeasyPrint prints about a missing library is said again, shorter, by the error below.
        with contextlib.redirect_stdout(io.StringIO()), _libraries_by_soname(), _imported_when_called(*_UNNEEDED):
            from weasyprint.text import ffi
    except OSError as error:
        raise RenderingError(f"The libraries that set text (Pango, HarfBuzz, Fontconfig) are missing. {_remedy()}") from error
    # Without it WeasyPrint subsets fonts in Python: slower, and other bytes for the same letter.
    if ffi.harfbuzz_subset is None or not ffi.harfbuzz.hb_version_atleast(4, 1, 0):
        raise RenderingError(f"The library that subsets fonts (HarfBuzz-Subset, 4.1 or later) is missing. {_remedy()}")


def engine_versions(base: Path) -> dict[str, str]:
    """The versions of the system's libraries that set the page, by name; loads them as `load_engine` does."""
    load_engine(base)
    from weasyprint.text import ffi

    major, rest = divmod(ffi.pango.pango_version(), 10_000)
    minor, micro = divmod(rest, 100)
    return {"pango": f"{major}.{minor}.{micro}"}


def drawable_characters(base: Path, *, folder: Path = FOLDER) -> frozenset[str]:
    """Every character that our fonts can draw, or that needs no drawing."""
    # Kept, because reading a face takes a hundredth of a second; the faces of a family draw the same characters.
    faces = [base / "fonts" / face for face in {name.partition("_")[0]: name for name in FACES}.values()]
    wanted = "\n".join([*map(state_of, faces), installed("fontTools")])
    path = folder / "drawable.txt"
    kept = (read_kept(path) or b"").decode().partition("\0")
    if kept[0] == wanted:
        return frozenset(kept[2])
    drawable = frozenset(_UNDRAWN.union(*map(_drawn_by, faces)))
    keep(path, f"{wanted}\0{''.join(sorted(drawable))}".encode())
    return drawable


def _drawn_by(face: Path) -> Iterator[str]:
    from fontTools.ttLib import TTFont

    with TTFont(face, lazy=True) as font:
        yield from map(chr, font.getBestCmap())


def require_drawable(text: Iterable[str], drawable: frozenset[str]) -> None:
    """Raise `RenderingError` with how many characters cannot be drawn, and not which: they may spell the patient's name."""
    missing = set().union(*text) - drawable
    if missing:
        raise RenderingError(
            f"The letter's fonts have no glyph for {len(missing)} of its characters. "
            "Write what is not in the Latin or Greek alphabet in Latin letters: in the template, in the packs, "
            "or, where it is written as `&#…;`, in the case file."
        )


def _require_faces(base: Path) -> None:
    names = ("fonts.conf", *(f"fonts/{face}" for face in FACES))
    missing = [name for name in names if not (base / name).is_file()]
    if missing:
        raise RenderingError(f"The program's own template files are missing: {', '.join(missing)}. Install priorauth again.")


def _not_searched(name: str) -> str | None:  # noqa: ARG001  # the signature of what it stands in for
    return None


@contextlib.contextmanager
def _libraries_by_soname() -> Iterator[None]:
    """Let libraries be opened by name only, without searching the machine, while WeasyPrint is imported.

    On Linux each of the dozen names that it tries first starts ldconfig, gcc and ld: a fifth of a second.
    The name that fits is a plain soname, which the loader finds by itself.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    search = ctypes.util.find_library
    ctypes.util.find_library = _not_searched
    try:
        yield
    finally:
        ctypes.util.find_library = search


class _Late(ModuleType):
    """Stands in for a module whose functions are imported when one is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(_call, self.__name__, name)


def _call(module: str, name: str, *given: Any, **named: Any) -> Any:
    return getattr(import_module(module), name)(*given, **named)


@contextlib.contextmanager
def _imported_when_called(*names: str) -> Iterator[None]:
    """Let whoever imports these modules meanwhile have stand-ins: a sixth of WeasyPrint's import goes into these two."""
    late = {name: _Late(name) for name in names if name not in sys.modules}
    sys.modules.update(late)
    try:
        yield
    finally:
        for name, module in late.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _remedy() -> str:
    """What to install, on this platform."""
    if sys.platform == "darwin":
        return "Install them with: brew install pango"
    if sys.platform == "win32":
        return "Install MSYS2, then in its shell: pacman -S mingw-w64-ucrt-x86_64-pango"
    return (
        "On Debian or Ubuntu: sudo apt-get install libpangoft2-1.0-0 libharfbuzz-subset0. "
        "On Fedora: sudo dnf install pango harfbuzz. On Alpine: sudo apk add pango harfbuzz-subset."
    )
