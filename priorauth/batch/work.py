"""What a worker does with one case: a result, whatever happens."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path

from priorauth.batch.results import Result
from priorauth.drafts.order import Order
from priorauth.drafts.pipeline import draft
from priorauth.drafts.report import in_short, report
from priorauth.drafts.sources import load_sources
from priorauth.errors import ExitCode, PriorauthError
from priorauth.letters.render import warm_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One case of a batch."""

    file: str
    """From the batch's folder, with forward slashes."""
    case_id: str
    """As the file stated it when the batch began; empty when it stated none. No other task has it."""
    order: Order
    drafts: Path


def get_ready() -> None:
    """Load what all letters share; a worker calls it once, and it raises nothing: each case would say the same."""
    # On Ctrl-C the parent ends the run; workers finish the case in hand.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(PriorauthError):
        load_sources()
        warm_up()


def _end_with_parent() -> None:
    """End this process once the one that started it is gone; a killed one cannot ask for it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(task: Task) -> Result:
    """The result of drafting this case; raises nothing."""
    try:
        drafted = draft(task.order, load_sources(), drafts=task.drafts, expected_id=task.case_id)
    except PriorauthError as error:
        return failure(task, error.exit_code, *_lines(error))
    except Exception as error:  # noqa: BLE001  # one case must never stop the others, whatever our mistake
        return failure(task, ExitCode.BUG, _bug(error))
    found = report(drafted.reviewed, drafted.reviewed.packs)
    return Result(
        file=task.file,
        case_id=found.case_id,
        exit_code=ExitCode(found.exit_code),
        status=found.status,
        indication=found.indication or "",
        draft=drafted.draft.folder.name if drafted.draft else "",
        problems=in_short(found),
    )


def failure(task: Task, exit_code: ExitCode, *problems: str) -> Result:
    """The result of a case that failed."""
    return Result(file=task.file, case_id=task.case_id, exit_code=exit_code, problems=problems)


def _lines(error: PriorauthError) -> tuple[str, ...]:
    return tuple(str(problem) for problem in error.problems) or (" ".join(error.message.split()),)


def _bug(error: Exception) -> str:
    """Where our mistake showed; the message of the exception is left out, as it could repeat the case."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno}"
    return f"A bug of priorauth ({type(error).__name__} at {where}). Run `priorauth letter` on this case; report what it prints."
