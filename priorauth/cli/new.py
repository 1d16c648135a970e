"""`priorauth new`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Name
from priorauth.errors import DraftError, ExitCode

_SCHEMA_NAME = "case.schema.json"

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK, ExitCode.DRAFT)


@click.command("new", epilog=ending(_CODES, example=["priorauth new mycase/case.yaml --practice"]))
@click.argument("path", type=Name(), default=Path("case.yaml"))
@click.option("--practice", is_flag=True, help="Also write practice.yaml, the clinic's own profile.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def command(path: Path, *, practice: bool, force: bool) -> None:
    """Write a commented case file to start from.

    PATH is the file to write; case.yaml if left out. Every field stands in it
    with what it is, who knows it and how it is written. case.schema.json,
    beside it, lets an editor help; one of an earlier version is replaced.
    """
    files = {path: _starter(), path.with_name(_SCHEMA_NAME): _schema()}
    if practice:
        files[path.with_name("practice.yaml")] = _practice()
    _write(files, force=force)
    for file in files:
        click.echo(f"Wrote {click.format_filename(file)}")
    click.echo(f"Fill it in, then run: priorauth check {click.format_filename(path)}")


def _starter() -> bytes:
    from priorauth.case.starter import starter_case
    from priorauth.drafts.loading import load_vocabulary

    return starter_case(load_vocabulary()).encode()


def _schema() -> bytes:
    from priorauth.case.schema import case_schema
    from priorauth.drafts.loading import load_vocabulary

    return (json.dumps(case_schema(load_vocabulary()), indent=2, ensure_ascii=False) + "\n").encode()


def _practice() -> bytes:
    from importlib.resources import files

    return files("priorauth.cli").joinpath("practice.yaml").read_bytes()


def _write(files: Mapping[Path, bytes], *, force: bool) -> None:
    from priorauth.drafts.durable import write_file

    there = [path for path, content in files.items() if path.exists() and not _may_replace(path, content)]
    if there and not force:
        names = ", ".join(click.format_filename(path) for path in there)
        foreign = " The schema there is not one that priorauth wrote." if any(path.name == _SCHEMA_NAME for path in there) else ""
        raise DraftError(f"Already there: {names}.{foreign} Name another file, or add --force to replace what is there.")
    try:
        for path, content in files.items():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(path, content)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DraftError(f"The file cannot be written: {reason}. Name a file in a folder of yours.") from error


def _may_replace(path: Path, content: bytes) -> bool:
    """Whether nothing of anybody's would be lost: the same stands there, or a schema of ours, even an earlier one."""
    if not path.is_file():
        return False
    held = path.read_bytes()
    return held == content or (path.name == _SCHEMA_NAME and _is_ours(held))


def _is_ours(content: bytes) -> bool:
    from priorauth.case.schema import is_case_schema

    try:
        return is_case_schema(json.loads(content))
    except (ValueError, RecursionError):
        return False
