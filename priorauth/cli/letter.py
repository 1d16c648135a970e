"""`priorauth letter`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Asked, Name, asked_options, case
from priorauth.errors import ExitCode

if TYPE_CHECKING:
    from priorauth.drafts.order import Order
    from priorauth.drafts.pipeline import Drafted
    from priorauth.letters.second_press import SecondPress

_CODES = [code for code in ExitCode if code is not ExitCode.BATCH]


@click.command("letter", epilog=ending(_CODES, example=["priorauth letter mycase/case.yaml --payer highmark-commercial-pa"]))
@case
@asked_options
@click.option("-o", "--output", type=Name(), metavar="DIR", help="Draft folder.  [default: drafts/<case_id>]")
@click.pass_context
def command(ctx: click.Context, case: Path, asked: Asked, output: Path | None) -> None:
    """Draft the letter of a case.

    Writes a folder with letter.pdf (marked DRAFT), review.pdf (what to look at
    before signing), letter.html, trace.json and manifest.json. An unsigned draft is replaced, a signed one never.
    When the case does not carry a letter, nothing is written: you see what is
    missing, who can supply it, and where it goes.
    """
    from priorauth.letters.second_press import second_press

    with second_press() as press:
        drafted = _drafted(asked.order(case), folder=output, press=press)
    from priorauth.cli import page
    from priorauth.drafts.report import report

    found = report(drafted.reviewed, drafted.reviewed.packs)
    if drafted.draft is not None:
        click.echo(page.written(found, drafted.draft.folder))
        return
    click.echo(page.verdict(found), err=True)
    ctx.exit(found.exit_code)


def _drafted(order: Order, *, folder: Path | None, press: SecondPress | None) -> Drafted:
    from priorauth.drafts.pipeline import draft
    from priorauth.drafts.sources import load_sources

    return draft(order, load_sources(), drafts=Path("drafts"), folder=folder, press=press)
