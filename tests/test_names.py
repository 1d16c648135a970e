"""Names of files and folders: none moves the cursor of a terminal, none ends in a record that cannot be read again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from priorauth.drafts.names import is_printable, printable
from priorauth.drafts.order import Order
from priorauth.drafts.pipeline import draft
from priorauth.drafts.sources import load_sources
from priorauth.errors import DraftError, ExitCode
from tests.commands import AS_OF, lay, run, whole_case

STRANGE = ["\x1b[2J", "a\nb", "a\rb", "\t", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\ufeff", "\udcff"]
NAMES = ("--name", "Elena Reyes, MD", "--npi", "1999999919", "--date", AS_OF[1])


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_is_written_out_when_it_is_shown(name: str) -> None:
    assert not is_printable(name)
    assert is_printable(printable(name))
    assert printable(name).encode()


@pytest.mark.parametrize("name", ["case.yaml", "Übung 1", "李", "../..", "it's"])
def test_an_ordinary_name_shows_as_it_is(name: str) -> None:
    assert is_printable(name)
    assert printable(name) == name


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize(
    "before",
    [
        ["check"],
        ["explain"],
        ["letter"],
        ["letter", "case.yaml", "-o"],
        ["new"],
        ["verify"],
        ["sign", "--ink", *NAMES],
        ["batch"],
        ["batch", ".", "-o"],
        ["check", "case.yaml", "--practice"],
    ],
    ids=" ".join,
)
def test_a_strange_name_is_wrong_usage_for_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run(*before, f"x{name}x")
    assert told.exit_code == ExitCode.USAGE
    assert "invisible control character" in " ".join(told.stderr.split())
    assert [sign for sign in "\x1b\x7f\x9b\u202e\u2066\u2028\ufeff" if sign in told.output] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("sign", ["\x1b[31m", "\u202e", "\n", "\x00"])
def test_nobody_signs_with_an_invisible_character_in_the_name(tmp_path: Path, sign: str) -> None:
    told = run("sign", tmp_path, "--ink", "--name", f"Elena {sign}Reyes", *NAMES[2:])
    assert told.exit_code == ExitCode.USAGE
    assert "--name" in told.stderr
    assert sign.strip() == "" or sign not in told.output


def test_a_strange_folder_between_draft_and_case_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = lay(tmp_path / "strange\x1b", whole_case())
    monkeypatch.chdir(case.parent)
    with pytest.raises(DraftError, match="invisible control character"):
        draft(Order(case=Path("case.yaml"), as_of=date(2026, 11, 22)), load_sources(), drafts=tmp_path / "drafts")
    assert not (tmp_path / "drafts").exists()


def test_an_error_never_prints_a_raw_control_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = lay(tmp_path / "case", whole_case())
    (tmp_path / "case" / "link").symlink_to(tmp_path / "strange\x1b")
    monkeypatch.chdir(tmp_path / "case")
    (tmp_path / "strange\x1b").mkdir()
    told = run("letter", case, "-o", "link/caps", *AS_OF)
    assert "\x1b" not in told.output
