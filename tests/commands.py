"""Running the commands as a person would, on copies of the invented samples."""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from priorauth.cli import main

SAMPLES = Path(__file__).parents[1] / "samples"
AS_OF = ("--as-of", "2026-11-22")


def run(*arguments: str | Path) -> Result:
    """What the command printed, and its exit code; a bug of ours ends with 1 as it would in a terminal."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def sample(name: str = "caps", **changes: str) -> str:
    """The text of a sample case, its case id or other keys' values replaced."""
    text = (SAMPLES / name / "case.yaml").read_text(encoding="utf-8")
    for key, value in changes.items():
        lines = text.splitlines(keepends=True)
        found = [place for place, line in enumerate(lines) if line.startswith(f"{key}:")]
        assert len(found) == 1, f"the sample {name} has no line for {key}"
        lines[found[0]] = f"{key}: {value}\n"
        text = "".join(lines)
    return text


def replaced(text: str, old: str, new: str) -> str:
    """The text with something replaced that must be in it."""
    assert old in text, "the sample no longer holds what this test changes"
    return text.replace(old, new)


def lay(folder: Path, text: str, name: str = "case.yaml") -> Path:
    """A case file in a folder, with the invented clinic's profile beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLES / "practice.yaml", folder / "practice.yaml")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name
