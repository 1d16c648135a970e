"""Running the commands as a person would, on samples and on copies of one whole case that tests spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from priorauth.cli import main

SAMPLES = Path(__file__).parents[1] / "samples"
WHOLE = Path(__file__).parent / "data" / "full_case"
AS_OF = ("--as-of", "2026-11-22")


def run(*arguments: str | Path) -> Result:
    """What the command printed, and its exit code; a bug of ours ends with 1 as it would in a terminal."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def whole_case(*, case_id: str = "caps") -> str:
    """The text of a case that carries a letter."""
    return replaced((WHOLE / "case.yaml").read_text(encoding="utf-8"), "case_id: caps\n", f"case_id: {case_id}\n")


def replaced(text: str, old: str, new: str) -> str:
    """The text with something replaced that must be in it."""
    assert old in text, "the whole case no longer holds what this test changes"
    return text.replace(old, new)


def lay(folder: Path, text: str, name: str = "case.yaml") -> Path:
    """A case file in a folder, with the invented clinic's profile beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(WHOLE / "practice.yaml", folder / "practice.yaml")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name
