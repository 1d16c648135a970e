"""The cases of a folder."""

from __future__ import annotations

from pathlib import Path

from priorauth.case.practice import PRACTICE_FILE

_SUFFIXES = (".yaml", ".yml", ".json")
_NOT_CASES = frozenset({PRACTICE_FILE, "practice.json", "summary.json"})
"""What else we write or read may lie beside cases; anything not named here counts as a case, so that none is passed over."""


def find_cases(folder: Path) -> tuple[Path, ...]:
    """Every loose case file of the folder and the `case.yaml` or `case.json` of each subfolder, sorted by path."""
    loose = [path for path in folder.iterdir() if path.suffix in _SUFFIXES and _may_be_case(path)]
    nested = [path for suffix in _SUFFIXES for path in folder.glob(f"*/case{suffix}")]
    return tuple(sorted({*loose, *nested}))


def _may_be_case(path: Path) -> bool:
    name = path.name
    return not path.is_dir() and name not in _NOT_CASES and not name.startswith(".") and not name.endswith(".schema.json")
