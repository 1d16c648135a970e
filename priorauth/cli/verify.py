"""`priorauth verify`."""

from __future__ import annotations

from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Name
from priorauth.errors import ExitCode

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK, ExitCode.DRAFT)
_WORDS = {
    "unchanged": "unchanged",
    "changed": "CHANGED",
    "not_found": "not found",
    "not_ours": "not part of the draft",
}


@click.command("verify", epilog=ending(_CODES, example=["priorauth verify drafts/caps"]))
@click.argument("folder", type=Name())
@click.pass_context
def command(ctx: click.Context, folder: Path) -> None:
    """Prove that a draft is as it was left.

    Compares every file of the draft, its signature, the case, the clinic
    profile and the packs with the digests taken when the draft was written.
    What was moved away is told apart from what was changed.
    """
    from priorauth.drafts.sources import digests
    from priorauth.drafts.verify import Proof, verify

    verified = verify(folder, packs=digests())
    checks, attestation = verified.checks, verified.attestation
    for check in checks:
        click.echo(f"{_WORDS[check.proof]:<22} {check.what}")
    if attestation:
        click.echo(f"Attested by {attestation.name}, NPI {attestation.npi}, on {attestation.attested_on}.")
    failing = sum(check.fails for check in checks)
    lost = sum(check.proof is Proof.NOT_FOUND and not check.fails for check in checks)
    if lost:
        click.echo(f"{lost} not found where the draft says: nothing is proved of it, either way.")
    if failing:
        elsewhere = " with -o another folder, because this one holds a signed letter," if attestation else ""
        click.echo(f"{failing} not as left. Do not send this letter: draft it again{elsewhere} and review it.", err=True)
        ctx.exit(ExitCode.DRAFT)
    click.echo("Everything found is as it was left.")
