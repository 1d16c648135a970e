"""`priorauth payers list` and `payers show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import clinic_packs, output_format
from priorauth.errors import ExitCode

if TYPE_CHECKING:
    from priorauth.payers.models import Payers

CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK)


@click.command("list", epilog=ending(CODES, example=["priorauth payers list --format json"]))
@clinic_packs
@output_format
def list_command(*, packs: Path | None, output_format: str) -> None:
    """List every payer with its policy and how it is known."""
    from priorauth.cli.payers_page import listed, records

    payers = loaded(packs)
    if output_format == "json":
        click.echo(json.dumps(records(payers), indent=2, ensure_ascii=False))
    else:
        click.echo(listed(payers))


@click.command("show", epilog=ending(CODES, example=["priorauth payers show highmark-commercial-pa"]))
@click.argument("payer_id", metavar="ID")
@clinic_packs
@output_format
def show_command(payer_id: str, *, packs: Path | None, output_format: str) -> None:
    """Show everything that is known of one payer, and how.

    What was not read in the payer's own document is labeled so, and is never
    printed in a letter.
    """
    from priorauth.cli.payers_page import as_plain, shown
    from priorauth.drafts.loading import load_packs

    payers = loaded(packs)
    payer = payers.payers[known(payer_id, payers)]
    names = {name: one.title for name, one in load_packs().evidence.indications.items()}
    if output_format == "json":
        click.echo(json.dumps(as_plain(payer, payers), indent=2, ensure_ascii=False))
    else:
        click.echo(shown(payer, payers, names))


def loaded(packs: Path | None) -> Payers:
    """Our payers, and the clinic's beside them where it has a folder."""
    from priorauth.drafts.loading import load_packs, read_clinic, with_clinic

    ours = load_packs()
    return with_clinic(ours, read_clinic(packs, ours) if packs is not None else None).payers


def _beginning_alike(payer_id: str, payers: Payers) -> tuple[str, ...]:
    """Up to three ids whose first word comes near: a clerk writes the company and leaves out the plan."""
    from priorauth.mistakes import closest

    firsts = {one.partition("-")[0] for one in payers.payers}
    near = closest(payer_id.partition("-")[0], firsts)
    return tuple(one for first in near for one in payers.payers if one.partition("-")[0] == first)[:3]


def known(payer_id: str, payers: Payers) -> str:
    """The id itself; wrong usage when no payer has it."""
    from priorauth.mistakes import closest

    if payer_id in payers.payers:
        return payer_id
    near = closest(payer_id, payers.payers) or _beginning_alike(payer_id, payers)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise click.UsageError(f"No payer has this id. {hint}`priorauth payers list` names them all; --packs adds your own.")
