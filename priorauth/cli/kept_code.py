"""The code that Python's own library makes from text at every start, kept beside the compiled code.

`dataclasses` writes the methods of a class down as text and `typing` does so with annotations, and both have
the text compiled whenever a module is imported: some thousand texts and a fifth of the time of `check`, to get
what the last start had. A text has one meaning to one Python, so what it compiled to is kept with it.
A damaged file or none, another Python, or a text that is new, and the text is compiled.
"""

from __future__ import annotations

import contextlib
import dataclasses
import marshal
import sys
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

from priorauth.kept import FOLDER, keep, read_kept

_FILE = FOLDER / f"texts.{sys.implementation.cache_tag}.marshal"
_MOST = 5000
"""Texts kept at most; all commands together have half as many."""


@contextlib.contextmanager
def text_compiled_once(file: Path = _FILE) -> Iterator[None]:
    """While it lasts, what those libraries compile is taken from the file where it is there, and added where it is not."""
    texts = _Texts(known=_read(file))
    # A name of the module's own is found before the builtin that it stands in for.
    vars(dataclasses)["exec"], vars(typing)["compile"] = texts.execute, texts.compile
    try:
        yield
    finally:
        del vars(dataclasses)["exec"], vars(typing)["compile"]
        if texts.new:
            keep(file, marshal.dumps((_python(), texts.worth_keeping())))


@dataclass(slots=True, kw_only=True)
class _Texts:
    """Texts with their code; the mode in which a text was compiled stands before it."""

    known: dict[str, CodeType]
    used: dict[str, CodeType] = field(default_factory=dict)
    new: bool = False

    def execute(self, text: Any, *namespaces: Any) -> None:
        """`exec`, which `dataclasses` always gives its namespaces."""
        exec(self.compile(text, "<string>", "exec") if isinstance(text, str) else text, *namespaces)  # noqa: S102  # as it was asked to

    def compile(self, text: Any, filename: str, mode: str, *more: Any, **options: Any) -> Any:
        """`compile`, as far as it is asked for the plain meaning of a text."""
        if more or options or filename != "<string>" or not isinstance(text, str):
            return compile(text, filename, mode, *more, **options)
        key = f"{mode}:{text}"
        code = self.known.get(key)
        if code is None:
            self.new = True
            # Without `dont_inherit` it would be compiled under the `__future__` of this module.
            code = self.known[key] = compile(text, filename, mode, dont_inherit=True)
        self.used[key] = code
        return code

    def worth_keeping(self) -> dict[str, CodeType]:
        """All of them, until earlier versions of the program have left too many."""
        return self.known if len(self.known) <= _MOST else self.used


def _python() -> str:
    """Changes with what a text means and with the form in which code is written down."""
    return f"{sys.version} {sys.flags.optimize} {marshal.version}"


def _read(file: Path) -> dict[str, CodeType]:
    """What is kept there; nothing when it is not there, not whole, or another Python's."""
    kept = read_kept(file)
    if kept is None:
        return {}
    python, texts = marshal.loads(kept)  # noqa: S302  # whoever can write here can also write our code
    return texts if python == _python() else {}
