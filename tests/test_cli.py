"""The command line: help that helps, errors that mend, exit codes that hold."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from priorauth.case.practice import read_practice
from priorauth.cli.exit_codes import MEANINGS
from priorauth.cli.failures import shown
from priorauth.cli.font_cache import fonts_can_be_cached
from priorauth.cli.front import COMMANDS
from priorauth.errors import CaseError, ExitCode, Problem
from tests.commands import AS_OF, WHOLE, lay, replaced, run, whole_case

README = Path(__file__).parents[1] / "README.md"


def test_help_lists_every_command_with_its_own_one_line() -> None:
    helped = run("--help").output
    for name, line in COMMANDS.items():
        command: click.Command = import_module(f"priorauth.cli.{name.replace('-', '_')}").command
        assert command.name == name
        assert (command.help or "").splitlines()[0] == line
        assert re.search(rf"^  {name} +{re.escape(line)}$", helped, re.MULTILINE)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_page_fits_80_columns_and_shows_an_example_and_exit_codes(command: str) -> None:
    page = run(*command.split(), "--help")
    assert page.exit_code == ExitCode.DONE
    assert max(len(line) for line in page.output.splitlines()) <= 80
    example = page.output.partition("Example:\n")[2].splitlines()[0].strip()
    assert example.startswith(f"priorauth {command}".strip())
    assert "Exit codes:\n    0   done\n" in page.output


def test_the_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"priorauth \d+\.\d+\.\d+\n", run("--version").output)


def test_every_exit_code_has_words() -> None:
    assert set(MEANINGS) == set(ExitCode)


@pytest.mark.skipif(not README.is_file(), reason="a wheel carries no README beside it")
def test_the_readme_holds_the_same_exit_codes_and_every_command() -> None:
    text = README.read_text(encoding="utf-8")
    table = re.findall(r"^\| *(\d+) *\| *(.+?) *\|$", text, re.MULTILINE)
    assert table == [(str(int(code)), words) for code, words in MEANINGS.items()]
    assert [name for name in COMMANDS if f"priorauth {name}" not in text] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["letter"],
        ["check", "case.yaml", "--as-of", "22.11.2026"],
        ["check", "case.yaml", "--format", "xml"],
        ["batch", "no such folder"],
        ["sign", "drafts/one"],
        ["sign", "drafts/one", "--name", "Ana Reyes", "--npi", "1000000004"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == ExitCode.USAGE


def test_a_case_that_is_not_there_is_named_with_its_remedy(tmp_path: Path) -> None:
    result = run("check", tmp_path / "none.yaml")
    assert result.exit_code == ExitCode.CASE
    assert result.stdout == ""
    assert "none.yaml" in result.stderr
    assert "Traceback" not in result.stderr


def test_every_fault_of_a_case_is_listed_with_line_field_and_remedy(tmp_path: Path) -> None:
    text = replaced(replaced(whole_case(), "sex: female", "sex: F"), "units: 5", "units: five")
    result = run("letter", lay(tmp_path, text), "-o", tmp_path / "draft")
    assert result.exit_code == ExitCode.CASE
    lines = text.splitlines()
    for field, written in (("member.sex", "  sex: F"), ("services[0].units", "    units: five")):
        where = f"case.yaml:{lines.index(written) + 1}:"
        assert re.search(rf"{re.escape(where)}\d+\n    {re.escape(field)} \S.*\n    \S", result.stderr)
    assert not (tmp_path / "draft").exists()


def test_an_error_is_shown_on_standard_error_without_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem(file="case.yaml", line=3, column=7, field="member.sex", what="is wrong.", remedy="Mend it.")
    with pytest.raises(SystemExit) as ended, shown():
        raise CaseError("case.yaml cannot be used: 1 problem.", problems=[problem])
    assert ended.value.code == ExitCode.CASE
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "case.yaml cannot be used: 1 problem.\n  case.yaml:3:7\n    member.sex is wrong.\n    Mend it.\n"


def test_ctrl_c_ends_with_130_and_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, shown():
        raise KeyboardInterrupt
    assert ended.value.code == 130
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(r"Stopped\. [^\n]+\n", told.err)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal to one process")
def test_ctrl_c_at_a_question_stops_like_anywhere_else(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "priorauth", "payers", "new", str(tmp_path / "acme-health")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as asking:
        assert asking.stdout is not None
        asked = asking.stdout.read(len("The payer's name"))
        time.sleep(0.2)  # until it waits for the answer
        asking.send_signal(signal.SIGINT)
        _, told = asking.communicate(timeout=60)
    assert asked == "The payer's name"
    assert asking.returncode == ExitCode.INTERRUPTED
    assert re.fullmatch(r"Stopped\. [^\n]+\n", told)
    assert list(tmp_path.iterdir()) == []


def fail_on(name: str) -> None:
    try:
        dict[str, str]()[name]
    except KeyError as error:
        raise ValueError(name) from error


def test_a_bug_ends_with_1_and_its_traceback_but_never_with_what_it_stumbled_on(capsys: pytest.CaptureFixture[str]) -> None:
    canary = "Quix" + "w" + "orth"  # in pieces, because a traceback shows the lines of this file
    with pytest.raises(SystemExit) as ended, shown():
        fail_on(canary)
    assert ended.value.code == ExitCode.BUG
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert "KeyError" in told
    assert "in fail_on" in told
    assert canary not in told


def test_new_writes_a_case_that_can_be_checked_at_once(tmp_path: Path) -> None:
    made = run("new", tmp_path / "mine" / "case.yaml")
    assert made.exit_code == ExitCode.DONE
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["case.schema.json", "case.yaml"]
    checked = run("check", tmp_path / "mine" / "case.yaml")
    assert checked.exit_code == ExitCode.BLOCKED
    assert "no letter yet" in checked.stdout


def test_new_names_the_schema_that_it_writes(tmp_path: Path) -> None:
    run("new", tmp_path / "case.yaml")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)", (tmp_path / "case.yaml").read_text(encoding="utf-8"))
    assert named is not None
    assert json.loads((tmp_path / named[1]).read_text(encoding="utf-8")) == json.loads(run("schema").stdout)


def test_new_never_overwrites_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text("mine")
    refused = run("new", tmp_path / "case.yaml")
    assert refused.exit_code == ExitCode.DRAFT
    assert "--force" in refused.stderr
    assert (tmp_path / "case.yaml").read_text() == "mine"
    assert not (tmp_path / "case.schema.json").exists()
    assert run("new", tmp_path / "case.yaml", "--force").exit_code == ExitCode.DONE
    assert (tmp_path / "case.yaml").read_text(encoding="utf-8").startswith("# yaml-language-server")


def test_a_second_case_beside_the_first_needs_no_force(tmp_path: Path) -> None:
    assert run("new", tmp_path / "one.yaml").exit_code == ExitCode.DONE
    assert run("new", tmp_path / "two.yaml").exit_code == ExitCode.DONE


def _as_an_earlier_version(schema: dict[str, Any]) -> dict[str, Any]:
    earlier = {name: part for name, part in schema.items() if name != "$comment"}
    return {**earlier, "properties": {name: part for name, part in schema["properties"].items() if name != "pregnancy"}}


@pytest.mark.parametrize("change", [_as_an_earlier_version, lambda schema: {**schema, "$defs": {}}])
def test_new_replaces_a_schema_that_an_earlier_version_wrote(
    tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    path = tmp_path / "case.schema.json"
    assert run("new", tmp_path / "one.yaml").exit_code == ExitCode.DONE
    now = path.read_bytes()
    path.write_text(json.dumps(change(json.loads(now))), encoding="utf-8")
    told = run("new", tmp_path / "two.yaml")
    assert told.exit_code == ExitCode.DONE, told.output
    assert path.read_bytes() == now


@pytest.mark.parametrize(
    "foreign",
    [
        "mine",
        "[]",
        "[" * 100_000,
        '{"$comment": "Written by hand.", "required": ["format", "case_id"]}',
        '{"required": ["format", "case_id"], "properties": {"format": {}, "case_id": {}}}',
        '{"required": ["format", "case_id"], "properties": [], "$defs": {}}',
    ],
)
def test_new_leaves_a_schema_alone_that_it_did_not_write(tmp_path: Path, foreign: str) -> None:
    path = tmp_path / "case.schema.json"
    path.write_text(foreign, encoding="utf-8")
    told = run("new", tmp_path / "case.yaml")
    assert told.exit_code == ExitCode.DRAFT
    assert "case.schema.json. The schema there is not one that priorauth wrote." in told.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["case.schema.json"]
    assert path.read_text(encoding="utf-8") == foreign


def test_the_new_clinic_profile_is_whole_once_its_lines_are_used(tmp_path: Path) -> None:
    run("new", tmp_path / "case.yaml", "--practice")
    text = (tmp_path / "practice.yaml").read_text(encoding="utf-8")
    (tmp_path / "practice.yaml").write_text(re.sub(r"^#(?! \S|$)", "", text, flags=re.MULTILINE), encoding="utf-8")
    practice = read_practice(tmp_path / "practice.yaml").practice
    left_out = [name for name in type(practice).model_fields if not getattr(practice, name)]
    assert left_out == []


def test_schema_prints_the_profile_s_schema_too() -> None:
    assert "letterhead" not in json.loads(run("schema", "--practice").stdout)["properties"]
    assert {"providers", "facilities"} <= set(json.loads(run("schema", "--practice").stdout)["properties"])


def test_a_refusal_is_followed_by_no_advice_that_could_not_change_it(tmp_path: Path) -> None:
    text = replaced(whole_case(), "  modality: TPE\n", "  modality: IA\n")
    told = run("check", lay(tmp_path, re.sub(r"(?m)^  group_number:.*\n", "", text)), *AS_OF)
    assert told.exit_code == ExitCode.NOT_SUPPORTED
    assert "What would change the answer" in told.stdout
    assert "What the case says against itself, whatever the answer (2)" in told.stdout  # the code of each line
    assert "Worth adding" not in told.stdout
    assert "Needed before" not in told.stdout


def test_a_draft_is_announced_with_what_comes_next(tmp_path: Path) -> None:
    result = run("letter", WHOLE / "case.yaml", *AS_OF, "-o", tmp_path / "draft")
    assert result.exit_code == ExitCode.DONE, result.output
    assert {"letter.html", "letter.pdf", "manifest.json", "trace.json"} <= {path.name for path in (tmp_path / "draft").iterdir()}
    assert f"priorauth sign {tmp_path / 'draft'} --ink" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines() if str(tmp_path) not in line) <= 80


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps caches elsewhere")
@pytest.mark.parametrize("home", [None, "/nonexistent", "file"])
@pytest.mark.parametrize("named", [None, "file"])
def test_a_letter_is_written_in_silence_where_the_user_has_no_folder_for_caches(
    tmp_path: Path, home: str | None, named: str | None
) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "temporary").mkdir()
    given = {"HOME": home, "XDG_CACHE_HOME": named}
    lacking = {name: str(tmp_path / value) for name, value in given.items() if value is not None}
    environment = {name: value for name, value in os.environ.items() if name not in given}
    told = subprocess.run(
        [sys.executable, "-m", "priorauth", "letter", str(WHOLE / "case.yaml"), *AS_OF, "-o", str(tmp_path / "draft")],
        env={**environment, **lacking, "TMPDIR": str(tmp_path / "temporary")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps caches elsewhere")
def test_the_user_s_own_folder_for_caches_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    with fonts_can_be_cached():
        assert "XDG_CACHE_HOME" not in os.environ
    monkeypatch.delenv("HOME")
    with fonts_can_be_cached():
        made = Path(os.environ["XDG_CACHE_HOME"])
        assert made.is_dir()
    assert "XDG_CACHE_HOME" not in os.environ
    assert not made.exists()
    assert list(tmp_path.iterdir()) == []


def test_the_draft_folder_is_named_for_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = lay(tmp_path / "in", whole_case(case_id="invented-7"))
    monkeypatch.chdir(tmp_path)
    assert run("letter", case, *AS_OF).exit_code == ExitCode.DONE
    assert (tmp_path / "drafts" / "invented-7" / "letter.pdf").is_file()


def test_a_payer_that_contradicts_the_coverage_is_a_wrong_case(tmp_path: Path) -> None:
    result = run("letter", WHOLE / "case.yaml", *AS_OF, "--payer", "bcbs-alabama", "-o", tmp_path / "draft")
    assert result.exit_code == ExitCode.CASE
    assert "coverage.payer_id" in result.stderr
    assert not (tmp_path / "draft").exists()


@pytest.mark.parametrize("command", ["check", "letter"])
def test_a_character_no_font_has_is_refused_by_its_field_alone(command: str, tmp_path: Path) -> None:
    case = lay(tmp_path, replaced(whole_case(), "plan: Example PPO Silver", "plan: Example 李"))
    result = run(command, case, *AS_OF, *(("-o", tmp_path / "draft") if command == "letter" else ()))
    assert result.exit_code == ExitCode.CASE
    assert "coverage.plan" in result.stderr
    assert "李" not in result.stderr
    assert "674E" not in result.stderr
    assert not (tmp_path / "draft").exists()


def test_check_and_explain_start_without_what_renders() -> None:
    import_module("priorauth.cli.check")
    code = (
        "import sys; from click.testing import CliRunner; from priorauth.cli import main; "
        "CliRunner().invoke(main, ['check', sys.argv[1]]); "
        "print([name for name in ('weasyprint', 'jinja2', 'markdown_it', 'rich', 'fontTools') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code, str(WHOLE / "case.yaml")], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_a_draft_named_by_the_case_id_never_takes_the_place_of_another_case_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = lay(tmp_path / "first", whole_case()), lay(tmp_path / "second", whole_case())
    assert run("letter", first, *AS_OF).exit_code == ExitCode.DONE
    kept = (tmp_path / "drafts" / "caps" / "manifest.json").read_bytes()
    refused = run("letter", second, *AS_OF)
    assert refused.exit_code == ExitCode.DRAFT
    assert "holds the draft of another case file with the same `case_id`" in " ".join(refused.stderr.split())
    assert (tmp_path / "drafts" / "caps" / "manifest.json").read_bytes() == kept
    # The same case replaces its draft, another one takes a folder that was named for it, and that of a case that is gone.
    assert run("letter", first, *AS_OF).exit_code == ExitCode.DONE
    assert run("letter", second, *AS_OF, "-o", tmp_path / "drafts" / "caps").exit_code == ExitCode.DONE
    second.unlink()
    assert run("letter", first, *AS_OF).exit_code == ExitCode.DONE
