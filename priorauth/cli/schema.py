"""`priorauth schema`."""

from __future__ import annotations

import json

import click

from priorauth.cli.exit_codes import ending
from priorauth.errors import ExitCode

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK)


@click.command("schema", epilog=ending(_CODES, example=["priorauth schema > case.schema.json"]))
@click.option("--practice", is_flag=True, help="The schema of practice.yaml instead.")
def command(*, practice: bool) -> None:
    """Print the JSON Schema of a case file, for editors."""
    from priorauth.case.schema import case_schema, practice_schema
    from priorauth.drafts.loading import load_vocabulary

    schema = practice_schema() if practice else case_schema(load_vocabulary())
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))
