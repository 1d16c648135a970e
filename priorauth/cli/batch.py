"""`priorauth batch`."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Asked, Name, asked_options, output_format
from priorauth.errors import ExitCode

if TYPE_CHECKING:
    from priorauth.batch.results import Result, Summary

_SHOWN = 3
"""Problems of one case in the table; the summary has them all."""

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.BATCH, ExitCode.PACK, ExitCode.DRAFT)


@click.command("batch", epilog=ending(_CODES, example=["priorauth batch cases -o drafts"]))
@click.argument("folder", type=Name(exists=True, file_okay=False))
@click.option(
    "-o",
    "--output",
    type=Name(),
    default=Path("drafts"),
    metavar="DIR",
    help="Where the drafts go.  [default: drafts]",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    metavar="N",
    help="Letters at a time.  [default: one per core]",
)
@asked_options
@output_format
@click.pass_context
def command(
    ctx: click.Context,
    folder: Path,
    output: Path,
    *,
    jobs: int,
    asked: Asked,
    output_format: str,
) -> None:
    """Draft the letters of every case in a folder.

    Cases are FOLDER/*.yaml, *.yml and *.json, but for practice.yaml, and the
    case.yaml or case.json of each subfolder. One bad case never stops the
    others. Writes each draft to DIR/<case_id>, and DIR/summary.csv and
    summary.json; --format json prints one line for each case.
    """
    from priorauth.batch.find import find_cases
    from priorauth.batch.run import Batch, run_batch
    from priorauth.batch.summary import as_row, make_folder, write_summary
    from priorauth.drafts.loading import load_packs, read_clinic

    packs = load_packs()  # a damaged pack is said once, not for every case
    if asked.packs is not None:
        read_clinic(asked.packs, packs)
    cases = find_cases(folder)
    if not cases:
        raise click.UsageError(
            "The folder holds no case: no *.yaml or *.json file, and no subfolder with case.yaml or case.json."
        )
    batch = Batch(
        folder=folder,
        drafts=output,
        as_of=asked.as_of,
        practice=asked.practice,
        payer=asked.payer,
        packs=asked.packs,
        accept_stale=asked.accept_stale,
    )
    make_folder(output)
    gc.enable()  # other commands end soon and do without
    with _progress(len(cases)) as advance:
        summary = run_batch(cases, batch, jobs=jobs, on_result=advance)
    write_summary(summary, output)
    if output_format == "json":
        for result in summary.results:
            click.echo(json.dumps(as_row(result), ensure_ascii=False))
    else:
        _print_table(summary, output)
    ctx.exit(summary.exit_code)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[Result], None]]:
    """What to call after each case: a bar on a terminal, else one line before the first."""
    if not sys.stderr.isatty():
        click.echo(f"Drafting {total} case(s).", err=True)
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Drafting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda _: bar.advance(task)


def _print_table(summary: Summary, output: Path) -> None:
    """Every case without a draft and why; the written ones are counted."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Case", "Outcome", "What is wrong"):
        table.add_column(heading, overflow="fold")
    for result in summary.results:
        if not result.draft:
            problems = [*result.problems[:_SHOWN], *_more(result)]
            table.add_row(
                Text(result.case_id or result.file), f"{result.outcome} ({result.exit_code})", Text("\n".join(problems))
            )
    console = Console(highlight=False, markup=False)
    if table.row_count:
        console.print(table)
    counted = ", ".join(f"{count} {outcome}" for outcome, count in summary.counts.items())
    console.print(f"{len(summary.results)} cases: {counted}.", soft_wrap=True)
    console.print(f"Every case, the written ones too, is listed in {output / 'summary.csv'}.", soft_wrap=True)


def _more(result: Result) -> Iterator[str]:
    left = len(result.problems) - _SHOWN
    if left > 0:
        yield f"and {left} more, in summary.csv"
