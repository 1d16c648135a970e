"""`priorauth payers`: the payers that we hold, and the clinic's own."""

from __future__ import annotations

import click

from priorauth.cli import payers_lint, payers_new, payers_preview, payers_show
from priorauth.cli.exit_codes import ending
from priorauth.errors import ExitCode

_CODES = (
    *(ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK),
    *(ExitCode.BLOCKED, ExitCode.TEMPLATE, ExitCode.RENDERING, ExitCode.DRAFT),
)
_EXAMPLE = (
    "priorauth payers new ourpacks/acme-health",
    "priorauth payers lint ourpacks",
    "priorauth payers preview acme-health --packs ourpacks",
    "priorauth letter mycase/case.yaml --packs ourpacks",
)


@click.group("payers", epilog=ending(_CODES, example=_EXAMPLE))
def command() -> None:
    """List and show payers, and add payers of your own.

    What a payer asks is data: a folder with a few lines of text. Your own
    payers lie in a folder of yours, beside ours; one with the id of ours takes
    its place, whole.
    """


for _each in (
    payers_show.list_command,
    payers_show.show_command,
    payers_new.command,
    payers_lint.command,
    payers_preview.command,
):
    command.add_command(_each)
