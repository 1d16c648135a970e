"""`priorauth evidence diff`."""

from __future__ import annotations

import json

import click

from priorauth.cli.evidence_list import OUR_CODES, edition_named, loaded, wrong_usage
from priorauth.cli.exit_codes import ending
from priorauth.cli.options import output_format


@click.command("diff", epilog=ending(OUR_CODES, example=["priorauth evidence diff 2019 2023"]))
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@output_format
def command(old: str, new: str, *, output_format: str) -> None:
    """Tell what a later edition of the guideline changed.

    OLD and NEW are ids such as asfa-2019, or years. Of an edition that is held
    in part only, what is not held is not known: never new, and never gone. A
    folder of your own changes nothing in it.
    """
    from priorauth.cli.evidence_page import changes_plain, changes_shown
    from priorauth.evidence.changes import changes

    evidence = loaded(None)
    earlier, later = edition_named(old, evidence), edition_named(new, evidence)
    if earlier.published >= later.published:
        raise wrong_usage("The edition named first must be the earlier one.")
    found = changes(earlier, later, evidence.editions.values())
    if output_format == "json":
        click.echo(json.dumps(changes_plain(found), indent=2, ensure_ascii=False))
    else:
        click.echo(changes_shown(found, evidence))
