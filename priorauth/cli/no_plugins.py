"""Keeps what other packages of the environment plug into pydantic away from cases, and the search for it out of every start."""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType
from typing import Any

_LOADER = "pydantic.plugin._loader"


def refuse_plugins() -> None:
    """Let pydantic find no plugins in this process and in those that it starts."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # Told so, its loader looks for none, but by then has imported what it would look with: a twentieth of `check`.
    sys.modules.setdefault(_LOADER, _NoPlugins(_LOADER))


class _NoPlugins(ModuleType):
    """Stands in for pydantic's loader of plugins."""

    def get_plugins(self) -> tuple[()]:
        """None."""
        return ()

    def __getattr__(self, name: str) -> Any:
        # Whatever another version of pydantic may want of it is the real one's to answer.
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(_LOADER) is self:
            del sys.modules[_LOADER]
        return getattr(importlib.import_module(_LOADER), name)
