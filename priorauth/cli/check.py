"""`priorauth check`."""

from __future__ import annotations

from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Asked, asked_options, case, output_format
from priorauth.errors import ExitCode

_CODES = (
    ExitCode.DONE,
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.CASE,
    ExitCode.PACK,
    ExitCode.NOT_SUPPORTED,
    ExitCode.BLOCKED,
)


_EXAMPLE = ("priorauth check mycase/case.yaml", "priorauth check mycase/case.yaml --format json")


@click.command("check", epilog=ending(_CODES, example=_EXAMPLE))
@case
@asked_options
@output_format
@click.pass_context
def command(ctx: click.Context, case: Path, asked: Asked, output_format: str) -> None:
    """Say whether a letter can be written, and what is missing.

    Writes nothing, and ends with the exit code that `letter` would.
    """
    from priorauth.cli import page
    from priorauth.drafts.loading import load_packs
    from priorauth.drafts.order import read_and_review
    from priorauth.drafts.report import report

    order = asked.order(case)
    reviewed = read_and_review(order, load_packs())
    found = report(reviewed, reviewed.packs)
    click.echo(page.as_json(found) if output_format == "json" else page.verdict(found))
    ctx.exit(found.exit_code)
