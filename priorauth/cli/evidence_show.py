"""`priorauth evidence show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from priorauth.cli.evidence_list import CODES, evidence_asked, wrong_usage
from priorauth.cli.exit_codes import ending
from priorauth.cli.options import output_format

if TYPE_CHECKING:
    from priorauth.evidence.models import Evidence, Indication


@click.command("show", epilog=ending(CODES, example=["priorauth evidence show sle-dah", "priorauth evidence show A109"]))
@click.argument("name", metavar="ID")
@evidence_asked
@output_format
def show_command(name: str, *, evidence: Evidence, output_format: str) -> None:
    """Show all that is held of an indication or a row.

    ID is an indication or a row of the guideline. Each criterion and each
    statement says on what it rests.
    """
    from priorauth.cli.evidence_show_page import as_plain, shown
    from priorauth.drafts.loading import load_vocabulary

    row, indications = named(name, evidence)
    if output_format == "json":
        click.echo(json.dumps(as_plain(row, indications, evidence), indent=2, ensure_ascii=False))
    else:
        click.echo(shown(row, indications, evidence, load_vocabulary()))


def named(name: str, evidence: Evidence) -> tuple[str | None, tuple[Indication, ...]]:
    """The row, if it is one, and the indications that are meant; wrong usage where nothing has this id."""
    if name in evidence.indications:
        return None, (evidence.indications[name],)
    row = row_named(name, evidence)
    if row is None:
        raise wrong_usage(f"No indication and no row has this id. {hint(name, evidence)}")
    return row, tuple(one for one in evidence.indications.values() if row in one.rows)


def row_named(name: str, evidence: Evidence) -> str | None:
    """The id of the row, also where its edition stands before it or it is written small; `None` if no edition holds it."""
    row = name.rpartition("/")[2].upper()
    return row if any(row in edition.by_id for edition in evidence.editions.values()) else None


def hint(name: str, evidence: Evidence) -> str:
    """What comes near to an id that is not there, and what to do."""
    from priorauth.evidence.search import nearest, search

    words = [name.rpartition("/")[0] or name]
    near = [one.id for one in (*search(evidence, words), *nearest(evidence, words))]
    meant = f"Did you mean {' or '.join(dict.fromkeys(near[:3]))}? " if near else ""
    return f"{meant}`priorauth evidence search WORDS` finds the ids."
