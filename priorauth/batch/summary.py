"""The summary of a batch as files: CSV for a clerk, JSON for a script."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from priorauth.batch.results import Result, Summary
from priorauth.drafts.durable import write_file
from priorauth.errors import DraftError

COLUMNS = ("case_id", "file", "outcome", "exit_code", "status", "indication", "draft", "problems")


def make_folder(folder: Path) -> None:
    """Make the output folder before the work begins; `DraftError` where it cannot be."""
    with _refused(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_summary(summary: Summary, folder: Path) -> None:
    """Write `summary.csv` and `summary.json`, each in one step; `DraftError` where the folder cannot be written."""
    with _refused(folder):
        write_file(folder / "summary.csv", as_csv(summary))
        write_file(folder / "summary.json", as_json(summary))


@contextlib.contextmanager
def _refused(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DraftError(f"{folder} cannot be written to: {reason}. Choose another folder with -o.") from error


def as_csv(summary: Summary) -> bytes:
    """One row per case, its problems joined into one cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for result in summary.results:
        row = as_row(result)
        writer.writerow([_inert(str(cell)) for cell in (*row.values(),)[:-1]] + [_inert(" | ".join(result.problems))])
    return text.getvalue().encode("utf-8-sig")  # the mark without which Excel misreads accents


def as_json(summary: Summary) -> bytes:
    """The counts and every result, the same bytes for the same summary."""
    plain = {"counts": dict(summary.counts), "exit_code": summary.exit_code, "cases": [as_row(one) for one in summary.results]}
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()


def as_row(result: Result) -> dict[str, object]:
    """One result as JSON holds it, in the order of `COLUMNS`."""
    values = {"outcome": result.outcome, "exit_code": int(result.exit_code), "problems": list(result.problems)}
    return {name: values.get(name, getattr(result, name)) for name in COLUMNS}


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
