"""A second process that sets the letter changes its time, and nothing else: no byte, no error, no trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from priorauth.errors import ExitCode, RenderingError
from priorauth.letters import second_press as module
from priorauth.letters.render import Mark, render
from priorauth.letters.second_press import SecondPress, begin, second_press
from tests.commands import AS_OF, WHOLE

PAGE = '<!DOCTYPE html><html lang="en"><head><title>Page</title></head><body><p>{}</p></body></html>'
CANARY = "Quixworth"


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecondPress]:
    """A press, whatever this process has loaded and however many cores there are."""
    monkeypatch.setattr(module, "_is_worth_it", lambda: True)
    with second_press() as begun:
        assert begun is not None
        yield begun


@pytest.fixture
def nothing_is_set_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("priorauth.letters.render.render", None)


@pytest.mark.usefixtures("nothing_is_set_here")
def test_a_page_set_there_is_the_page_set_here(press: SecondPress) -> None:
    html = PAGE.format("Ωμέγα ½ " * 6_000)  # 84 kB, more than a pipe holds
    there = begin(html, mark=Mark.DRAFT, press=press)()
    assert there == render(html, mark=Mark.DRAFT)


def test_without_a_press_the_page_is_set_at_once() -> None:
    assert begin(PAGE.format("x"), mark=Mark.REVIEW, press=None)() == render(PAGE.format("x"), mark=Mark.REVIEW)


@pytest.mark.parametrize("body", ["李", "<img alt='x' src='file:///etc/passwd'/>"])
def test_an_error_there_is_the_error_here(press: SecondPress, body: str) -> None:
    with pytest.raises(RenderingError) as here:
        render(PAGE.format(body), mark=Mark.FINAL)
    with pytest.raises(RenderingError) as there:
        begin(PAGE.format(body), mark=Mark.FINAL, press=press)()
    assert str(there.value) == str(here.value)


def test_a_press_that_is_killed_leaves_the_page_to_this_process(press: SecondPress) -> None:
    press._process.kill()
    press._process.wait()
    assert begin(PAGE.format("x"), mark=Mark.DRAFT, press=press)() == render(PAGE.format("x"), mark=Mark.DRAFT)


@pytest.mark.parametrize("command", [["no such program"], [sys.executable, "-c", "print('no PDF'); raise SystemExit(1)"]])
def test_a_press_that_does_not_run_leaves_the_page_to_this_process(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setattr(module, "_is_worth_it", lambda: True)
    monkeypatch.setattr(module, "_command", lambda: command)
    with second_press() as press:
        assert begin(PAGE.format("x"), mark=Mark.DRAFT, press=press)() == render(PAGE.format("x"), mark=Mark.DRAFT)


@pytest.mark.parametrize("asked", [True, False])
def test_no_process_is_left_when_the_command_ends(monkeypatch: pytest.MonkeyPatch, asked: bool) -> None:
    monkeypatch.setattr(module, "_is_worth_it", lambda: True)
    with ExitStack() as command:
        press = command.enter_context(second_press())
        assert press is not None
        if asked:
            press.begin(PAGE.format("x"), mark=Mark.DRAFT)
    process = press._process
    assert process.returncode is not None
    assert [pipe for pipe in (process.stdin, process.stdout) if pipe is None or not pipe.closed] == []


def test_a_press_whose_parent_is_gone_ends() -> None:
    process = subprocess.Popen(module._command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 0


def test_what_is_set_stands_on_no_command_line_and_in_no_environment(press: SecondPress) -> None:
    said = " ".join(map(str, press._process.args))  # type: ignore[arg-type]  # a list, as we gave it
    pdf = begin(PAGE.format(CANARY), mark=Mark.DRAFT, press=press)
    status = Path(f"/proc/{press._process.pid}")
    seen = [(status / name).read_bytes() for name in ("cmdline", "environ")] if status.exists() else []
    pdf()
    assert CANARY not in said
    assert [one for one in seen if CANARY.encode() in one] == []


def letter_in_a_process(case: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "priorauth", "letter", str(case), *AS_OF, "-o", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


_WITHOUT_PANGO = """
import sys, cffi
opened = cffi.FFI.dlopen
def dlopen(self, name, flags=0):
    if name and "pango" in name: raise OSError("absent")
    return opened(self, name, flags)
cffi.FFI.dlopen = dlopen
from priorauth.cli import main
main(sys.argv[1:])
"""


def test_what_is_missing_here_is_an_error_although_the_other_process_has_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WITHOUT_PANGO, "letter", str(WHOLE / "case.yaml"), *AS_OF, "-o", str(tmp_path / "draft")]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == ExitCode.RENDERING
    assert "Pango" in told.stderr
    assert not (tmp_path / "draft").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups that a signal reaches")
@pytest.mark.parametrize("seconds", [0.2, 0.8, 1.4])
def test_ctrl_c_ends_both_processes_and_leaves_nothing(tmp_path: Path, seconds: float) -> None:
    process = letter_in_a_process(WHOLE / "case.yaml", tmp_path / "draft")
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode != ExitCode.DONE or (tmp_path / "draft").exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
