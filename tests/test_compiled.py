"""What is kept of the packs is a shortcut: it never changes an answer."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pydantic
import pytest

from priorauth.drafts import compiled
from priorauth.drafts.compiled import kept_or_read
from priorauth.drafts.loading import read_packs
from priorauth.packs import PackName, data_folder
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


@pytest.mark.parametrize("name", ["evidence", "payers"])
def test_another_byte_in_a_pack_is_read(tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch, name: PackName) -> None:
    folder = tmp_path / name
    shutil.copytree(data_folder(name), folder)
    monkeypatch.setattr(compiled, "data_folder", lambda asked: folder if asked == name else data_folder(asked))
    kept_or_read(lambda: packs, folder=tmp_path / "kept")
    kept_or_read(refuse, folder=tmp_path / "kept")
    changed = next(path for path in sorted(folder.rglob("*")) if path.is_file())
    status = changed.stat()
    changed.write_bytes(changed.read_bytes()[:-1] + b"\t")
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert kept_or_read(lambda: packs, folder=tmp_path / "kept") is packs


def test_another_source_file_is_another_reader_of_the_packs(
    tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "priorauth" / "below" / "module.py"
    source.parent.mkdir(parents=True)
    source.write_text("one = 1")
    monkeypatch.setattr(compiled, "_PACKAGE", tmp_path / "priorauth")
    kept_or_read(lambda: packs, folder=tmp_path / "kept")
    kept_or_read(refuse, folder=tmp_path / "kept")
    source.write_text("one = 10")
    assert kept_or_read(lambda: packs, folder=tmp_path / "kept") is packs


@pytest.mark.parametrize(("holder", "name"), [(sys, "version"), (pydantic, "VERSION")])
def test_another_python_or_pydantic_reads_for_itself(
    tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch, holder: object, name: str
) -> None:
    kept_or_read(lambda: packs, folder=tmp_path)
    kept_or_read(refuse, folder=tmp_path)
    monkeypatch.setattr(holder, name, "another")
    assert kept_or_read(lambda: packs, folder=tmp_path) is packs


def test_another_citation_processor_formats_for_itself(tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "installed"
    (installed / "citeproc").mkdir(parents=True)
    (installed / "citeproc" / "__init__.py").write_text("")
    kept_or_read(lambda: packs, folder=tmp_path / "kept")
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.delitem(sys.modules, "citeproc", raising=False)
    assert kept_or_read(lambda: packs, folder=tmp_path / "kept") is packs


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
