"""`priorauth payers preview`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Name, clinic_packs
from priorauth.cli.payers_new import INDICATIONS
from priorauth.cli.payers_show import known
from priorauth.errors import DraftError, ExitCode

_CODES = (
    *(ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK),
    *(ExitCode.BLOCKED, ExitCode.TEMPLATE, ExitCode.RENDERING, ExitCode.DRAFT),
)
_FILE = "letter.pdf"


@click.command("preview", epilog=ending(_CODES, example=["priorauth payers preview acme-health --packs ourpacks"]))
@click.argument("payer_id", metavar="ID")
@clinic_packs
@click.option(
    "--indication",
    type=click.Choice(INDICATIONS),
    metavar="ID",
    help=f"Of the invented patient: {', '.join(INDICATIONS)}.  [default: the first in the policy]",
)
@click.option("-o", "--output", type=Name(), metavar="FOLDER", help="Where the letter goes.  [default: previews/<ID>]")
def command(payer_id: str, *, packs: Path | None, indication: str | None, output: Path | None) -> None:
    """Write the letter of an invented patient to a payer.

    Writes letter.pdf, marked as a draft and an example, and prints its section
    on the policy. It cannot be signed.
    """
    from priorauth.cli.page import paragraph
    from priorauth.drafts.loading import read_clinic, with_clinic
    from priorauth.drafts.preview import preview
    from priorauth.drafts.sources import load_sources

    sources = load_sources()
    clinic = read_clinic(packs, sources.packs) if packs is not None else None
    payers = with_clinic(sources.packs, clinic).payers
    payer = payers.payers[known(payer_id, payers)]
    chosen = indication or _first(name for policy in payer.policies for name in policy.indications)
    folder = output or Path("previews") / payer.id
    _require_free(folder)
    made = preview(payer, chosen, sources=sources, clinic=clinic)
    _write(folder, made.pdf)
    click.echo(f"Wrote {click.format_filename(folder / _FILE)}: an example, with an invented patient ({chosen}).")
    if made.not_in_force:
        click.echo("Its policy was not in force on the invented date of service, in November 2026.")
    for block in made.policy:
        click.echo("\n" + "\n".join(paragraph(block, "  ", "")))


def _first(names: Iterable[str]) -> str:
    """The first indication of the policies for which there is a letter."""
    return next((name for name in names if name in INDICATIONS), "caps")


def _require_free(folder: Path) -> None:
    """Only an earlier preview is replaced."""
    if folder.is_dir() and not {path.name for path in folder.iterdir()} <= {_FILE}:
        shown = click.format_filename(folder)
        raise DraftError(f"{shown} holds something else than an earlier preview. Choose another folder with -o.")


def _write(folder: Path, pdf: bytes) -> None:
    from priorauth.drafts.durable import write_file

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(folder / _FILE, pdf)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DraftError(f"The preview cannot be written: {reason}. Choose another folder with -o.") from error
