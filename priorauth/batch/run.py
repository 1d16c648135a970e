"""Many cases on many workers: none stops another, and the result does not depend on who did what."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from priorauth.batch.results import Result, Summary
from priorauth.batch.work import Task, failure, get_ready, work
from priorauth.case.codes import CaseId
from priorauth.documents import load
from priorauth.drafts.durable import remove_remains
from priorauth.drafts.names import UNPRINTABLE, is_printable, printable
from priorauth.drafts.order import Order
from priorauth.errors import ExitCode

_CASE_ID: TypeAdapter[str] = TypeAdapter(CaseId)

MakeExecutor = Callable[[int], Executor]
"""The one seam for other workers: a number of workers gives an executor."""


def warm_processes(workers: int) -> Executor:
    """Processes of this machine that load packs, fonts and style sheets once."""
    # Not forked: a fork copies locks of other threads (the progress bar's) and of Pango, which promises nothing then.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=get_ready)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What all cases of a run have in common."""

    folder: Path
    """Where the cases lie."""
    drafts: Path
    """Where their drafts go, each into a folder named for its case id."""
    as_of: date
    practice: Path | None = None
    payer: str | None = None
    packs: Path | None = None
    """The clinic's own payers, where the clinic profile does not name them."""
    accept_stale: tuple[str, ...] = ()
    """Names of what may be older than its review age."""


def run_batch(
    cases: Sequence[Path],
    batch: Batch,
    *,
    jobs: int,
    make_executor: MakeExecutor = warm_processes,
    on_result: Callable[[Result], None] | None = None,
) -> Summary:
    """Draft every case, at most `jobs` at a time; the results stand in the order of `cases`.

    `on_result` hears of each as it comes. Cases that share a case id would write one folder: none of
    them is drafted. A worker that dies takes at most `jobs` cases with it; these are run again, each
    alone, so that only the one that kills its worker fails.
    """
    tasks = [_task(path, batch) for path in cases]
    found: dict[str, Result] = {}
    named = [task for task in tasks if is_printable(task.file)]
    # Chained and not unpacked: each is told as it comes.
    for result in chain(_unprintable(tasks), _shared_ids(named), _work_through(_sole(named), jobs, make_executor)):
        found[result.file] = result
        if on_result is not None:
            on_result(result)
    return Summary(results=tuple(found[printable(task.file)] for task in tasks))


def _task(path: Path, batch: Batch) -> Task:
    return Task(
        file=path.relative_to(batch.folder).as_posix(),
        case_id=_stated_id(path),
        order=Order(
            case=path,
            as_of=batch.as_of,
            practice=batch.practice,
            payer=batch.payer,
            packs=batch.packs,
            accept_stale=batch.accept_stale,
        ),
        drafts=batch.drafts,
    )


def _stated_id(path: Path) -> str:
    """The case id that the file states; empty when it states none in the form of one."""
    data = load(path).data
    try:
        return _CASE_ID.validate_python(data.get("case_id") if isinstance(data, dict) else None)
    except ValidationError:
        return ""


def _unprintable(tasks: Sequence[Task]) -> Iterator[Result]:
    for task in tasks:
        if not is_printable(task.file):
            shown = replace(task, file=printable(task.file))
            yield failure(shown, ExitCode.CASE, f"{shown.file}: {UNPRINTABLE}")


def _sole(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Those whose case id no other case has."""
    seen = Counter(task.case_id for task in tasks)
    return tuple(task for task in tasks if not task.case_id or seen[task.case_id] == 1)


def _shared_ids(tasks: Sequence[Task]) -> Iterator[Result]:
    sole = {task.file for task in _sole(tasks)}
    for task in tasks:
        if task.file not in sole:
            others = sum(other.case_id == task.case_id for other in tasks) - 1
            yield failure(
                task,
                ExitCode.DRAFT,
                f"{others} other case(s) of this batch have the same case_id, so their drafts would overwrite each other. "
                "Give each case its own case_id.",
            )


def _work_through(tasks: Sequence[Task], jobs: int, make_executor: MakeExecutor) -> Iterator[Result]:
    waiting = deque(tasks)
    suspects: list[Task] = []
    while waiting:
        with make_executor(min(jobs, len(waiting))) as pool:
            suspects += yield from _until_broken(pool, waiting, jobs)
    for suspect in suspects:
        yield from _alone(suspect, make_executor)


def _until_broken(pool: Executor, waiting: deque[Task], jobs: int) -> Generator[Result, None, list[Task]]:
    """The results of what waits; returns the cases in hand when a worker died, or nothing."""
    in_hand: dict[Future[Result], Task] = {}
    try:
        while waiting or in_hand:
            # Never more than the workers hold: whatever is in hand when one dies has to be run again alone.
            while waiting and len(in_hand) < jobs:
                with _out_of_reach():
                    submitted = pool.submit(work, waiting[0])
                in_hand[submitted] = waiting[0]
                waiting.popleft()
            for done in wait(in_hand, return_when=FIRST_COMPLETED).done:
                result = done.result()
                del in_hand[done]
                yield result
    except BrokenExecutor:
        return list(in_hand.values())
    return []


@contextlib.contextmanager
def _out_of_reach() -> Iterator[None]:
    """What begins meanwhile hears no Ctrl-C; this process hears one of that time afterwards.

    A terminal sends it to the workers too, and one that is still starting would end with a traceback of its own.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _alone(suspect: Task, make_executor: MakeExecutor) -> Iterator[Result]:
    _sweep(suspect)
    with make_executor(1) as pool:
        try:
            with _out_of_reach():
                submitted = pool.submit(work, suspect)
            yield submitted.result()
        except BrokenExecutor:
            yield failure(
                suspect,
                ExitCode.BUG,
                "The worker process was killed while it drafted this case, twice: out of memory, or a crash of a system library. "
                "Run `priorauth letter` on this case alone.",
            )
    _sweep(suspect)


def _sweep(suspect: Task) -> None:
    """What a killed worker left half-written holds patient data."""
    if suspect.case_id:
        remove_remains(suspect.drafts / suspect.case_id)
