"""The wheel carries exactly what the repository holds, and works from anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pathspec
import pytest

from priorauth.drafts.preview import EXAMPLES

CHECKOUT = Path(__file__).resolve().parent.parent
DATA_FOLDERS = ("evidence", "payers", "templates")
SAMPLES = frozenset({"samples/practice.yaml", *(f"samples/{name}/case.yaml" for name in EXAMPLES.values())})
"""What `priorauth payers preview` draws on; no other sample is packed."""
PROJECT_FILES = ("pyproject.toml", "README.md", "LICENSE", ".gitignore")

NEVER_PACKED = (
    "evidence/notes.pdf",
    "payers/.venv/hidden.yaml",
    "payers/generic/__pycache__/stale.cpython-311.pyc",
    "templates/drafts/letter.html",
    "priorauth/__pycache__/packs.cpython-311.pyc",
    "samples/case.yaml",
)
"""Files that a clinic or a developer may well have lying about; Git ignores them, or they are not the tool's."""


def files_below(folder: Path) -> Iterator[str]:
    """Each file below a folder, as a POSIX path from it."""
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def project_files() -> set[str]:
    """What belongs to the repository of the folders that are packed: as Git has it, else (no Git here) by `.gitignore` alone."""
    folders = ("priorauth", *DATA_FOLDERS)
    if (CHECKOUT / ".git").exists() and shutil.which("git"):
        command = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--", *folders]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)
        if listed.returncode == 0:  # Git refuses a checkout that belongs to somebody else
            return {*SAMPLES} | {name for name in listed.stdout.split("\0") if (CHECKOUT / name).is_file()}
    ignored = pathspec.GitIgnoreSpec.from_lines((CHECKOUT / ".gitignore").read_text(encoding="utf-8").splitlines())
    return {*SAMPLES} | {
        f"{folder}/{name}"
        for folder in folders
        for name in files_below(CHECKOUT / folder)
        if not ignored.match_file(f"{folder}/{name}")
    }


def packed_name(name: str) -> str:
    """Where a file of the repository stands in the wheel."""
    return name if name.startswith("priorauth/") else f"priorauth/data/{name}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a clean copy of the repository into which stray files were put."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in (*PROJECT_FILES, *project_files()):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / name, copy / name)
    for name in NEVER_PACKED:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("stray", encoding="utf-8")
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which pip installed the wheel, and nothing else."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def run_installed(installation: Path, program: str) -> list[str]:
    """The lines that a program prints when it runs on the installed wheel, in a folder of its own."""
    elsewhere = installation.parent / f"{installation.name}-elsewhere"
    elsewhere.mkdir(exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(installation)}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_wheel_holds_what_the_repository_holds_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    expected = {packed_name(name): (CHECKOUT / name).read_bytes() for name in project_files()}
    assert sorted(packed) == sorted(expected)
    assert packed == expected


def test_the_wheel_holds_data_for_every_pack(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name.split("/")[2] for name in archive.namelist() if name.startswith("priorauth/data/")}
    assert held == {*DATA_FOLDERS, "samples"}


def test_the_wheel_carries_the_licenses_of_code_and_fonts(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        licenses = {name.rpartition("/")[2] for name in archive.namelist() if ".dist-info/licenses/" in name}
    assert licenses == {"LICENSE", "LICENSE-SourceSans3.txt", "LICENSE-SourceSerif4.txt"}


def test_an_installed_wheel_reads_its_own_packs_from_anywhere(installation: Path) -> None:
    program = f"from priorauth.packs import data_folder\nfor name in {DATA_FOLDERS}: print(data_folder(name))"
    assert run_installed(installation, program) == [str(installation / "priorauth" / "data" / name) for name in DATA_FOLDERS]


def test_an_installed_wheel_previews_a_payer(installation: Path) -> None:
    arguments = ["priorauth", "payers", "preview", "bcbs-alabama", "-o", "seen"]
    told = run_installed(installation, f"import sys; sys.argv = {arguments}; from priorauth.cli import main; main()")
    assert told[0].startswith("Wrote seen/letter.pdf: an example")


def test_an_installed_wheel_answers_on_the_command_line(installation: Path) -> None:
    program = "import sys; sys.argv = ['priorauth', '--version']; from priorauth.cli import main; main()"
    assert "0.1.0" in "".join(run_installed(installation, program))
