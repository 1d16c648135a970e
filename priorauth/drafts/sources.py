"""Everything beside the case that a letter is made from: packs and their digests, and the versions of the program."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from priorauth.drafts.loading import load_packs
from priorauth.letters.typography import engine_versions
from priorauth.packs import PackName, data_folder, pack_digest
from priorauth.reasoning.review import Packs

PACKS: tuple[PackName, ...] = ("evidence", "payers", "templates")
"""The data folders that a letter depends on."""

_PROGRAMS = ("priorauth", "jinja2", "markdown-it-py", "markupsafe", "weasyprint", "pydyf", "tinycss2", "tinyhtml5", "pyphen")
"""Those whose version can change a byte of a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What every letter of one run has in common."""

    packs: Packs
    digests: Mapping[str, str]
    """Of each data folder, by its name."""


@lru_cache(maxsize=1)
def load_sources() -> Sources:
    """The packs with their digests, once per process, so that a batch rests on one state of them."""
    return Sources(packs=load_packs(), digests=digests())


def digests() -> Mapping[str, str]:
    """The digest of each data folder as it is now."""
    return {name: pack_digest(data_folder(name)) for name in PACKS}


def versions() -> Mapping[str, str]:
    """The version of each program and system library that can change a letter; loads what renders.

    Raises `RenderingError` when that is not there.
    """
    programs = {name: importlib.metadata.version(name) for name in _PROGRAMS}
    return programs | engine_versions(data_folder("templates") / "base")
