"""What is kept of the packs is a shortcut: it never changes an answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from priorauth.drafts.compiled import kept_or_read
from priorauth.drafts.loading import read_packs
from priorauth.reasoning.review import Packs


@pytest.fixture(scope="module")
def packs() -> Packs:
    return read_packs()


@pytest.fixture(autouse=True)
def _may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def refuse() -> Packs:
    raise AssertionError("the packs were read although they are kept")


def kept_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("packs-*.pickle"))


def test_what_is_kept_equals_what_was_read(tmp_path: Path, packs: Packs) -> None:
    kept_or_read(lambda: packs, folder=tmp_path)
    assert kept_or_read(refuse, folder=tmp_path) == packs


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 4096])
def test_a_damaged_file_is_read_anew(tmp_path: Path, packs: Packs, damage: bytes) -> None:
    kept_or_read(lambda: packs, folder=tmp_path)
    (kept,) = kept_files(tmp_path)
    kept.write_bytes(damage)
    assert kept_or_read(lambda: packs, folder=tmp_path) is packs
    assert kept_or_read(refuse, folder=tmp_path) == packs


def test_a_cut_file_is_read_anew(tmp_path: Path, packs: Packs) -> None:
    kept_or_read(lambda: packs, folder=tmp_path)
    (kept,) = kept_files(tmp_path)
    kept.write_bytes(kept.read_bytes()[:-1])
    assert kept_or_read(lambda: packs, folder=tmp_path) is packs


def test_what_earlier_packs_left_is_dropped(tmp_path: Path, packs: Packs) -> None:
    old = tmp_path / "packs-0000.pickle"
    old.write_bytes(b"old")
    kept_or_read(lambda: packs, folder=tmp_path)
    assert not old.exists()
    assert len(kept_files(tmp_path)) == 1


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    kept_or_read(lambda: packs, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, packs: Packs) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert kept_or_read(lambda: packs, folder=blocked / "below") is packs
