"""Where the data folders are found, and what their digest depends on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

import priorauth
from priorauth.errors import ExitCode, PackError
from priorauth.packs import PackName, data_folder, pack_digest


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of two files in two folders."""
    folder = tmp_path / "pack"
    (folder / "rows").mkdir(parents=True)
    (folder / "facts.yaml").write_bytes(b"platelets: {}\n")
    (folder / "rows" / "first.yaml").write_bytes(b"id: first\n")
    return folder


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A folder that holds a copy of the package's code, without any data."""
    package = Path(priorauth.__file__).parent
    shutil.copytree(package, tmp_path / "site" / "priorauth", ignore=shutil.ignore_patterns("__pycache__", "data"))
    return tmp_path / "site"


def found_from(installation: Path) -> str:
    """What another process, in another folder, is told when it asks that copy for the payers."""
    program = (
        "from priorauth.errors import PackError\n"
        "from priorauth.packs import data_folder\n"
        "try: print(data_folder('payers'))\n"
        "except PackError as error: print('refused', int(error.exit_code))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(installation)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment, cwd=installation.parent
    )
    return done.stdout.strip()


@pytest.mark.parametrize("name", get_args(PackName))
def test_every_data_folder_is_found_and_has_a_digest(name: PackName) -> None:
    folder = data_folder(name)
    assert folder.is_absolute()
    assert folder.name == name
    assert len(pack_digest(folder)) == 64


def test_data_inside_the_package_comes_first(installation: Path) -> None:
    inside = installation / "priorauth" / "data" / "payers"
    inside.mkdir(parents=True)
    (installation / "payers").mkdir()
    (installation / "pyproject.toml").write_text('[project]\nname = "priorauth"\n', encoding="utf-8")
    assert found_from(installation) == str(inside)


def test_data_beside_the_package_is_taken_in_our_checkout(installation: Path) -> None:
    (installation / "payers").mkdir()
    (installation / "pyproject.toml").write_text('[project]\nname = "priorauth"\n', encoding="utf-8")
    assert found_from(installation) == str(installation / "payers")


@pytest.mark.parametrize(
    "project", [None, '[project]\nname = "another"\n', "\N{LATIN SMALL LETTER E WITH ACUTE}".encode("latin-1")]
)
def test_a_folder_that_only_happens_to_lie_there_is_not_taken(installation: Path, project: str | bytes | None) -> None:
    (installation / "payers").mkdir()
    if project is not None:
        (installation / "pyproject.toml").write_bytes(project if isinstance(project, bytes) else project.encode())
    assert found_from(installation) == f"refused {int(ExitCode.PACK)}"


def test_the_digest_does_not_depend_on_place_or_date(pack: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "under-another-name"
    shutil.copytree(pack, copy)
    os.utime(copy / "facts.yaml", (0, 0))
    assert pack_digest(copy) == pack_digest(pack)


def test_the_digest_stays_the_same_from_version_to_version(pack: Path) -> None:
    assert pack_digest(pack) == "94dde40d5ca7d9e4979ba3500053e6591db70675f8f3ca77ecadaf41f0fead2e"


@pytest.mark.parametrize(
    "left_behind",
    [".DS_Store", ".git/HEAD", "facts.yaml~", "__pycache__/x.cpython-311.pyc", "rows/.first.yaml.swp", "rows/x.pyc"],
)
def test_what_editors_and_python_leave_behind_does_not_count(pack: Path, left_behind: str) -> None:
    before = pack_digest(pack)
    (pack / left_behind).parent.mkdir(exist_ok=True)
    (pack / left_behind).write_bytes(b"noise")
    assert pack_digest(pack) == before


def change_one_byte(pack: Path) -> None:
    (pack / "facts.yaml").write_bytes(b"platelets: {} \n")


def rename(pack: Path) -> None:
    (pack / "facts.yaml").rename(pack / "fact.yaml")


def move(pack: Path) -> None:
    (pack / "rows" / "first.yaml").rename(pack / "first.yaml")


def add_an_empty_file(pack: Path) -> None:
    (pack / "new.yaml").touch()


def remove(pack: Path) -> None:
    (pack / "facts.yaml").unlink()


def exchange_contents(pack: Path) -> None:
    first, second = (pack / "facts.yaml"), (pack / "rows" / "first.yaml")
    contents = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(contents)


@pytest.mark.parametrize("change", [change_one_byte, rename, move, add_an_empty_file, remove, exchange_contents])
def test_any_change_of_names_or_contents_changes_the_digest(pack: Path, change: Callable[[Path], None]) -> None:
    before = pack_digest(pack)
    change(pack)
    assert pack_digest(pack) != before


@pytest.mark.parametrize("folder", ["absent", "empty"])
def test_a_pack_without_files_is_refused_by_name(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackError) as caught:
        pack_digest(tmp_path / folder)
    assert [(problem.file, bool(problem.remedy)) for problem in caught.value.problems] == [(folder, True)]


def test_a_file_that_cannot_be_read_is_refused_by_name(pack: Path) -> None:
    (pack / "rows" / "dangling.yaml").symlink_to(pack / "nowhere")
    with pytest.raises(PackError) as caught:
        pack_digest(pack)
    assert [problem.file for problem in caught.value.problems] == ["rows/dangling.yaml"]
