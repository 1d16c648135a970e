"""`priorauth evidence`: the guideline's rows and what the literature says, and who compared it."""

from __future__ import annotations

import click

from priorauth.cli import evidence_diff, evidence_lint, evidence_list, evidence_review, evidence_show
from priorauth.cli.exit_codes import ending
from priorauth.errors import ExitCode

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.CASE, ExitCode.PACK, ExitCode.DRAFT)
_EXAMPLE = (
    "priorauth evidence search lupus",
    "priorauth evidence show sle-dah",
    "priorauth evidence review sle-dah/survival",
    'priorauth evidence review A109 --by "Elena Reyes, MD" --packs ourpacks',
)


@click.group("evidence", epilog=ending(_CODES, example=_EXAMPLE))
def command() -> None:
    """Show the guideline's rows, the criteria and the literature.

    Also checks the data, tells what a new edition changed, and records who
    compared a row or a statement with its source.
    """


for _each in (
    evidence_list.list_command,
    evidence_show.show_command,
    evidence_list.search_command,
    evidence_lint.command,
    evidence_diff.command,
    evidence_review.command,
):
    command.add_command(_each)
