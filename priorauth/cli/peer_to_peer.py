"""`priorauth peer-to-peer`."""

from __future__ import annotations

from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Asked, Name, asked_options, case
from priorauth.errors import ExitCode

_CODES = [code for code in ExitCode if code is not ExitCode.BATCH]


@click.command("peer-to-peer", epilog=ending(_CODES, example=["priorauth peer-to-peer mycase/case.yaml -o call.pdf"]))
@case
@asked_options
@click.option("-o", "--output", type=Name(dir_okay=False), metavar="FILE", help="The PDF.  [default: <case_id>-peer-to-peer.pdf]")
@click.pass_context
def command(ctx: click.Context, case: Path, asked: Asked, output: Path | None) -> None:
    """Write one page for the call with the payer's physician.

    It holds what is asked, which criteria are met and which are not, three
    facts with their exhibits, what failed or was ruled out, the guideline's
    row, and what speaks against it with the answer. It is neither sent nor
    signed. A case that carries no letter gets none.
    """
    from priorauth.cli import page
    from priorauth.drafts.call_sheet import call_sheet
    from priorauth.drafts.durable import write_file
    from priorauth.drafts.loading import load_packs
    from priorauth.drafts.report import report
    from priorauth.errors import DraftError

    called = call_sheet(asked.order(case), load_packs())
    found = report(called.reviewed, called.reviewed.packs)
    if called.pdf is None:
        click.echo(page.verdict(found), err=True)
        ctx.exit(found.exit_code)
    target = output or Path(f"{found.case_id}-peer-to-peer.pdf")
    try:
        write_file(target, called.pdf)
    except OSError as error:
        raise DraftError(f"{target} cannot be written: {error.strerror}. Name another file with -o.") from error
    click.echo(f"{found.case_id}: sheet for the call written to {target}")
