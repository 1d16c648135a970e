"""`priorauth sign`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Day, Name, today
from priorauth.errors import ExitCode

_CODES = (
    ExitCode.DONE,
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.CASE,
    ExitCode.PACK,
    ExitCode.RENDERING,
    ExitCode.DRAFT,
)


@click.command(
    "sign", epilog=ending(_CODES, example=['priorauth sign drafts/caps --ink --name "Ana Reyes, MD" --npi 1000000004'])
)
@click.argument("draft", type=Name())
@click.option(
    "--ink", "method", flag_value="ink", required=True, help="Leave the signature and date lines blank, to be signed by hand."
)
@click.option("--name", required=True, help="The requesting physician, who attests the letter.")
@click.option("--npi", required=True, help="The physician's NPI, as in the case.")
@click.option("--date", "attested_on", type=Day(), default=today, metavar="DATE", help="Day of the review.  [default: today]")
def command(draft: Path, *, method: str, name: str, npi: str, attested_on: date) -> None:
    """Turn a reviewed draft into the letter that is signed.

    By this the named physician attests: "I reviewed this letter against the
    medical record. What it says of the patient is true and complete to the
    best of my knowledge, and the request is my own clinical judgment."

    Writes letter-signed.pdf, without the DRAFT mark, and signature.json. If
    the case, the clinic profile, a pack or the draft is not as it was when the
    draft was written, nothing is signed, and you see what differs.
    """
    from pydantic import ValidationError

    from priorauth.drafts.sign import sign
    from priorauth.drafts.signature import Attestation, Method
    from priorauth.drafts.sources import load_sources

    if attested_on > today():
        raise click.BadParameter("lies in the future. Give the day on which the letter was reviewed.", param_hint="--date")
    try:
        attestation = Attestation(name=name, npi=npi, attested_on=attested_on)
    except ValidationError as error:
        hints = "; ".join(f"--{detail['loc'][0]} {detail['msg'].removeprefix('Value error, ')}" for detail in error.errors())
        raise click.UsageError(hints) from None
    signed = sign(draft, attestation, method=Method(method), sources=load_sources())
    click.echo(f"Wrote {click.format_filename(signed.pdf)}")
    click.echo("Print it, sign and date it by hand. To prove later that nothing changed:")
    click.echo(f"  priorauth verify {click.format_filename(draft)}")
