"""`priorauth explain`."""

from __future__ import annotations

from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Asked, asked_options, case, output_format
from priorauth.errors import ExitCode

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.CASE, ExitCode.PACK)


@click.command("explain", epilog=ending(_CODES, example=["priorauth explain mycase/case.yaml"]))
@case
@asked_options
@output_format
def command(case: Path, asked: Asked, output_format: str) -> None:
    """Show how the indication was reached, criterion by criterion.

    Each criterion is met, not met or unknown, with the facts that it rests on
    by name and place in the case file. Ends with 0 whatever the answer.
    """
    from priorauth.cli import page, tree
    from priorauth.drafts.loading import load_packs
    from priorauth.drafts.order import read_and_review
    from priorauth.drafts.report import report

    order = asked.order(case)
    reviewed = read_and_review(order, load_packs())
    found = report(reviewed, reviewed.packs)
    click.echo(page.as_json(found) if output_format == "json" else tree.explained(found))
