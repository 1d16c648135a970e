"""`priorauth payers lint`."""

from __future__ import annotations

from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Name, today
from priorauth.errors import ExitCode

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK)


@click.command("lint", epilog=ending(_CODES, example=["priorauth payers lint ourpacks"]))
@click.argument("folder", type=Name(), required=False, metavar="[DIR]")
def command(folder: Path | None) -> None:
    """Name every mistake in a folder of payers, with line and remedy.

    DIR is the folder of your own payers; ours are checked when it is left out.
    Where nothing is wrong it says what was checked, and of your own what is
    allowed but weak.
    """
    from priorauth.cli.payers_page import linted
    from priorauth.drafts.loading import load_packs, read_clinic, read_packs
    from priorauth.payers.overlay import no_payers
    from priorauth.payers.weakness import weaknesses

    packs = load_packs() if folder is not None else read_packs()
    if folder is None:
        click.echo(linted(packs.payers.payers, ()))
        click.echo("These are the payers shipped with priorauth; for yours: `priorauth payers lint FOLDER`")
        return
    payers = read_clinic(folder, packs).payers
    if not payers:
        raise no_payers(folder)  # it has comparisons alone
    supported = [name for name, one in packs.evidence.indications.items() if one.kind == "supported"]
    weak = weaknesses(payers, indications=supported, code_lists=packs.rules.code_lists, as_of=today())
    click.echo(linted(payers, tuple(weak)))
    replaced = sorted({*payers} & {*packs.payers.payers})
    if replaced:
        click.echo(f"In place of ours, whole: {', '.join(replaced)}.")
