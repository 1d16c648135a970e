"""Many cases: none stops or taints another, and each gets a result that a clerk can act on."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from priorauth.batch.find import find_cases
from priorauth.batch.results import Outcome, Result, Summary
from priorauth.batch.run import Batch, run_batch
from priorauth.batch.summary import COLUMNS, as_csv
from priorauth.drafts.manifest import read_manifest, sha256
from priorauth.errors import ExitCode
from tests.commands import AS_OF, lay, replaced, run, whole_case

DAY = date(2026, 11, 22)

Spoil = Callable[[str], str]

BAD: dict[str, tuple[Spoil, ExitCode, str]] = {
    "torn": (lambda text: f"{text}also: [never closed\n", ExitCode.CASE, r"torn-\d\.yaml:\d+:\d+: "),
    "unknown-field": (
        lambda text: replaced(text, "  sex:", "  gender:"),
        ExitCode.CASE,
        r"yaml:\d+:\d+: member\.\S+ is not a field",
    ),
    "refused": (
        lambda text: replaced(
            text, "heparin_induced_thrombocytopenia: {value: no", "heparin_induced_thrombocytopenia: {value: yes"
        ),
        ExitCode.NOT_SUPPORTED,
        r"[Hh]eparin",
    ),
    "blocked": (
        lambda text: replaced(text, "  stop_for_futility:", "  # stop_for_futility:"),
        ExitCode.BLOCKED,
        r"plan\.stop_for_futility",
    ),
    "unprintable": (lambda text: replaced(text, "Example PPO Silver", "Example 李"), ExitCode.CASE, r"coverage\.plan"),
}
"""Five kinds of bad cases: how each is made, what `letter` would end with, and what its report must say."""


def lay_good(folder: Path, count: int) -> list[str]:
    """The case ids of so many good cases."""
    names = [f"good-{number:02}" for number in range(1, count + 1)]
    for name in names:
        lay(folder, whole_case(case_id=name), f"{name}.yaml")
    return names


def lay_bad(folder: Path, kind: str, count: int) -> None:
    for number in range(1, count + 1):
        name = f"{kind}-{number}"
        lay(folder, BAD[kind][0](whole_case(case_id=name)), f"{name}.yaml")


def drafts_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def summary_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def run_with(make_executor: Callable[[int], Executor], folder: Path, drafts: Path) -> Summary:
    batch = Batch(folder=folder, drafts=drafts, as_of=DAY)
    return run_batch(find_cases(folder), batch, jobs=2, make_executor=make_executor)


def test_forty_cases_with_ten_bad_ones_give_thirty_drafts_and_ten_precise_reports(tmp_path: Path) -> None:
    good = lay_good(tmp_path / "cases", 30)
    for kind in BAD:
        lay_bad(tmp_path / "cases", kind, 2)
    told = run("batch", tmp_path / "cases", "-o", tmp_path / "drafts", "--jobs", "2", *AS_OF)
    assert told.exit_code == ExitCode.BATCH, told.output
    assert drafts_in(tmp_path / "drafts") == good
    for name in good:
        files = read_manifest(tmp_path / "drafts" / name).files
        assert {file: sha256((tmp_path / "drafts" / name / file).read_bytes()) for file in files} == files
    summary = summary_in(tmp_path / "drafts")
    assert summary["counts"] == {"written": 30, "refused": 2, "blocked": 2, "failed": 6}
    reports = {one["file"]: one for one in summary["cases"] if one["outcome"] != "written"}
    assert sorted(reports) == sorted(f"{kind}-{number}.yaml" for kind in BAD for number in (1, 2))
    for file, one in reports.items():
        _, exit_code, words = BAD[file.rpartition("-")[0]]
        assert (one["exit_code"], one["draft"]) == (exit_code, "")
        assert re.search(words, "\n".join(one["problems"]))
    assert "40 cases: 30 written, 2 refused, 2 blocked, 6 failed." in told.stdout


def test_a_batch_of_refusals_and_blocks_has_not_failed(tmp_path: Path) -> None:
    lay_bad(tmp_path / "cases", "refused", 1)
    lay_bad(tmp_path / "cases", "blocked", 1)
    told = run("batch", tmp_path / "cases", "-o", tmp_path / "drafts", *AS_OF)
    assert told.exit_code == ExitCode.DONE, told.output
    assert drafts_in(tmp_path / "drafts") == []
    assert summary_in(tmp_path / "drafts")["counts"] == {"written": 0, "refused": 1, "blocked": 1, "failed": 0}


def test_the_result_does_not_depend_on_who_did_the_work(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 2)
    lay_bad(tmp_path / "cases", "refused", 1)
    lay_bad(tmp_path / "cases", "torn", 1)
    one = run_batch(find_cases(tmp_path / "cases"), Batch(folder=tmp_path / "cases", drafts=tmp_path / "a", as_of=DAY), jobs=2)
    two = run_with(ThreadPoolExecutor, tmp_path / "cases", tmp_path / "b")
    assert one == two
    assert drafts_in(tmp_path / "a") == drafts_in(tmp_path / "b") != []
    for name in drafts_in(tmp_path / "a"):
        assert (tmp_path / "a" / name / "letter.pdf").read_bytes() == (tmp_path / "b" / name / "letter.pdf").read_bytes()


class Deadly(ProcessPoolExecutor):
    """Processes of which one is killed whenever it takes up a certain case."""

    def __init__(self, workers: int, deadly: str) -> None:
        super().__init__(workers, mp_context=get_context("spawn"))
        self._deadly = deadly

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if args[0].case_id == self._deadly:
            return super().submit(os._exit, 9)
        return super().submit(fn, *args, **kwargs)


def test_a_case_that_kills_its_worker_is_the_only_one_that_fails(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 3)
    summary = run_with(lambda workers: Deadly(workers, "good-02"), tmp_path / "cases", tmp_path / "drafts")
    assert [result.case_id for result in summary.results if result.outcome is Outcome.FAILED] == ["good-02"]
    assert drafts_in(tmp_path / "drafts") == ["good-01", "good-03"]
    killed = summary.results[1]
    assert killed.exit_code is ExitCode.BUG
    assert "killed" in killed.problems[0]


def test_a_worker_killed_once_costs_no_case(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 2)
    deadly = iter(["good-02"])
    summary = run_with(lambda workers: Deadly(workers, next(deadly, "")), tmp_path / "cases", tmp_path / "drafts")
    assert summary.counts[Outcome.WRITTEN] == 2


def test_what_a_killed_worker_left_half_written_is_removed(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 2)
    half = tmp_path / "drafts" / ".good-02.part-killed"
    half.mkdir(parents=True)
    (half / "letter.html").write_text("half")
    run_with(lambda workers: Deadly(workers, "good-02"), tmp_path / "cases", tmp_path / "drafts")
    assert drafts_in(tmp_path / "drafts") == ["good-01"]


def test_cases_that_share_a_case_id_are_all_reported_and_none_is_written(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 1)
    for name in ("a", "b"):
        lay(tmp_path / "cases" / name, whole_case(case_id="twice"))
    summary = run_with(ThreadPoolExecutor, tmp_path / "cases", tmp_path / "drafts")
    assert [(one.file, one.exit_code) for one in summary.results] == [
        ("a/case.yaml", ExitCode.DRAFT),
        ("b/case.yaml", ExitCode.DRAFT),
        ("good-01.yaml", ExitCode.DONE),
    ]
    assert "same case_id" in summary.results[0].problems[0]
    assert drafts_in(tmp_path / "drafts") == ["good-01"]


class Counting(ThreadPoolExecutor):
    """Counts what it was given to do."""

    given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        Counting.given += 1
        return super().submit(fn, *args, **kwargs)


def test_each_result_is_told_as_it_comes_and_not_at_the_end(tmp_path: Path) -> None:
    lay_bad(tmp_path / "cases", "torn", 6)
    batch = Batch(folder=tmp_path / "cases", drafts=tmp_path / "drafts", as_of=DAY)
    given: list[int] = []
    Counting.given = 0
    run_batch(
        find_cases(tmp_path / "cases"),
        batch,
        jobs=1,
        make_executor=Counting,
        on_result=lambda _: given.append(Counting.given),
    )
    assert given == [1, 2, 3, 4, 5, 6]


class Renaming(ThreadPoolExecutor):
    """Gives each case the id of another one just before its turn."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        case = args[0].order.case
        case.write_text(replaced(case.read_text(), "case_id: good-02\n", "case_id: good-01\n"))
        return super().submit(fn, *args, **kwargs)


def test_a_case_that_takes_another_s_id_while_the_batch_runs_writes_nothing(tmp_path: Path) -> None:
    lay(tmp_path / "cases", whole_case(case_id="good-02"), "second.yaml")
    summary = run_with(Renaming, tmp_path / "cases", tmp_path / "drafts")
    assert [(one.case_id, one.exit_code) for one in summary.results] == [("good-02", ExitCode.DRAFT)]
    assert "changed while the batch ran" in summary.results[0].problems[0]
    assert not (tmp_path / "drafts").exists()


def alive(process: int) -> bool:
    """Whether it runs; one that ended and that nobody asked after does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


WORKER = """
import os, sys, time
from priorauth.batch.run import warm_processes

if __name__ == "__main__":
    print(warm_processes(1).submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_workers_end_when_the_batch_is_killed(tmp_path: Path) -> None:
    (tmp_path / "batch.py").write_text(WORKER)
    root = str(Path(__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, str(tmp_path / "batch.py")], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as batch:
        assert batch.stdout is not None
        worker = int(batch.stdout.readline())
        assert alive(worker)
        batch.kill()
    deadline = time.monotonic() + 20
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(worker)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups that a signal reaches")
@pytest.mark.parametrize("written", [0, 1])
def test_ctrl_c_ends_a_batch_with_130_and_leaves_what_was_written(tmp_path: Path, written: int) -> None:
    lay_good(tmp_path / "cases", 12)
    drafts = tmp_path / "drafts"
    command = [sys.executable, "-m", "priorauth", "batch", str(tmp_path / "cases"), "-o", str(drafts), "--jobs", "2", *AS_OF]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as batch:
        assert batch.stderr is not None
        told = [batch.stderr.readline()]
        while batch.poll() is None and len(drafts_in(drafts)) < written:
            time.sleep(0.02)
        os.killpg(batch.pid, signal.SIGINT)
        told += batch.stderr.readlines()
    assert batch.returncode == ExitCode.INTERRUPTED
    assert told == ["Drafting 12 case(s).\n", "Stopped. What was finished before stays as it was written.\n"]
    assert written <= len(drafts_in(drafts)) < 12
    assert [one.name for one in drafts.iterdir() if one.name.startswith(".")] == []
    assert [draft for draft in drafts_in(drafts) if run("verify", drafts / draft).exit_code != ExitCode.DONE] == []


def test_a_case_whose_file_name_is_unprintable_is_reported_and_stops_no_other(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 1)
    lay(tmp_path / "cases", whole_case(case_id="odd"), "odd\x1b[2J\udcff.yaml")
    told = run("batch", tmp_path / "cases", "-o", tmp_path / "drafts", "--jobs", "1", *AS_OF)
    assert told.exit_code == ExitCode.BATCH
    assert "\x1b" not in told.output
    assert drafts_in(tmp_path / "drafts") == ["good-01"]
    odd = summary_in(tmp_path / "drafts")["cases"][1]
    assert (odd["file"], odd["exit_code"]) == ("odd\\x1b[2J\\udcff.yaml", ExitCode.CASE)
    assert "invisible control character" in odd["problems"][0]


def test_a_signed_draft_survives_the_next_batch(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 1)
    run_with(ThreadPoolExecutor, tmp_path / "cases", tmp_path / "drafts")
    (tmp_path / "drafts" / "good-01" / "signature.json").write_text("{}")
    (tmp_path / "drafts" / "good-01" / "letter.html").write_text("signed")
    summary = run_with(ThreadPoolExecutor, tmp_path / "cases", tmp_path / "drafts")
    assert [(one.outcome, one.exit_code) for one in summary.results] == [(Outcome.FAILED, ExitCode.DRAFT)]
    assert (tmp_path / "drafts" / "good-01" / "letter.html").read_text() == "signed"


def test_the_cases_of_a_folder_are_found_in_order_and_nothing_else(tmp_path: Path) -> None:
    cases = ["a.yaml", "b.json", "c.yml", "d/case.yaml", "e/case.json"]
    others = [
        "practice.yaml",
        "summary.json",
        "case.schema.json",
        ".hidden.yaml",
        "notes.txt",
        "d/draft.json",
        "f/deep/case.yaml",
    ]
    for name in (*cases, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert [path.relative_to(tmp_path).as_posix() for path in find_cases(tmp_path)] == cases


def test_drafts_written_beside_the_cases_are_not_taken_for_cases(tmp_path: Path) -> None:
    lay_good(tmp_path, 1)
    run_with(ThreadPoolExecutor, tmp_path, tmp_path)
    assert [path.name for path in find_cases(tmp_path)] == ["good-01.yaml"]


def test_a_folder_without_cases_is_wrong_usage(tmp_path: Path) -> None:
    assert run("batch", tmp_path, "-o", tmp_path / "drafts").exit_code == ExitCode.USAGE
    assert not (tmp_path / "drafts").exists()


def test_an_output_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 1)
    (tmp_path / "file").write_text("mine")
    told = run("batch", tmp_path / "cases", "-o", tmp_path / "file", *AS_OF)
    assert told.exit_code == ExitCode.DRAFT
    assert "-o" in told.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_json_lines_and_both_summaries_say_the_same(tmp_path: Path) -> None:
    lay_good(tmp_path / "cases", 1)
    lay_bad(tmp_path / "cases", "torn", 1)
    told = run("batch", tmp_path / "cases", "-o", tmp_path / "drafts", "--format", "json", *AS_OF)
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert lines == summary_in(tmp_path / "drafts")["cases"]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "drafts" / "summary.csv").read_text(encoding="utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS == tuple(lines[0])
    assert [row["problems"] for row in rows] == [" | ".join(line["problems"]) for line in lines]
    assert [row["outcome"] for row in rows] == ["written", "failed"]


def test_the_summary_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    lay_bad(tmp_path / "cases", "torn", 1)
    run("batch", tmp_path / "cases", "-o", tmp_path / "drafts", *AS_OF)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "drafts").iterdir()}
    assert modes == {"summary.csv": 0o600, "summary.json": 0o600}


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_the_summary_is_a_formula(start: str) -> None:
    result = Result(file=f"{start}cmd.yaml", case_id="", exit_code=ExitCode.CASE, problems=(f"{start}cmd.yaml: is wrong.",))
    rows = list(csv.DictReader(io.StringIO(as_csv(Summary(results=(result,))).decode("utf-8-sig"))))
    assert (rows[0]["file"], rows[0]["problems"]) == (f"'{start}cmd.yaml", f"'{start}cmd.yaml: is wrong.")


@pytest.mark.parametrize("exit_code", list(ExitCode))
def test_only_what_went_wrong_counts_as_failed(exit_code: ExitCode) -> None:
    expected = {ExitCode.DONE: "written", ExitCode.NOT_SUPPORTED: "refused", ExitCode.BLOCKED: "blocked"}
    result = Result(file="case.yaml", case_id="one", exit_code=exit_code)
    assert result.outcome == expected.get(exit_code, "failed")
    assert Summary(results=(result,)).exit_code == (ExitCode.BATCH if result.outcome == "failed" else ExitCode.DONE)
