"""The same input gives the same bytes, whoever runs it, wherever and whenever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.commands import AS_OF, WHOLE

HERE = {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
THERE = {"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "2", "PYTHONOPTIMIZE": "0"}


def drafted_in(setting: dict[str, str], folder: Path) -> dict[str, bytes]:
    """Every file of a draft made by a process of its own."""
    command = [sys.executable, "-m", "priorauth", "letter", str(WHOLE / "case.yaml"), *AS_OF, "-o", str(folder)]
    subprocess.run(command, env={**os.environ, **setting}, cwd=folder.parent, check=True, capture_output=True)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_processes_in_two_time_zones_write_the_same_draft(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    here = drafted_in(HERE, tmp_path / "here" / "draft")
    there = drafted_in(THERE, tmp_path / "there" / "draft")
    assert sorted(here) == sorted(there)
    assert [name for name in here if here[name] != there[name]] == []


def test_the_working_directory_changes_no_byte_of_the_letter(tmp_path: Path) -> None:
    """The case is named from two places; only the trace and the manifest say where it lies."""
    at_root = drafted_in(HERE, tmp_path / "one")
    case = WHOLE / "case.yaml"
    command = [sys.executable, "-m", "priorauth", "letter", case.name, *AS_OF, "-o", str(tmp_path / "two")]
    subprocess.run(command, cwd=case.parent, check=True, capture_output=True)
    assert (tmp_path / "two" / "letter.html").read_bytes() == at_root["letter.html"]
    assert (tmp_path / "two" / "letter.pdf").read_bytes() == at_root["letter.pdf"]
