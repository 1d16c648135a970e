"""`priorauth evidence list` and `evidence search`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Day, Name, output_format, today
from priorauth.errors import ExitCode

if TYPE_CHECKING:
    from priorauth.evidence.models import Edition, Evidence

CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.CASE, ExitCode.PACK)
OUR_CODES = tuple(code for code in CODES if code is not ExitCode.CASE)
"""Of a command that reads no clinic profile."""
_CATEGORIES = ("I", "II", "III", "IV")

_packs = click.option(
    "--packs",
    type=Name(),
    metavar="DIR",
    help="Folder of your own, with your comparisons.  [default: as the clinic profile says]",
)
_practice = click.option(
    "--practice",
    type=Name(),
    metavar="FILE",
    help="Clinic profile that names your folder.  [default: practice.yaml here or one folder up]",
)


_as_of = click.option(
    "--as-of", type=Day(), metavar="DATE", help="As a letter of this day quotes it, as YYYY-MM-DD.  [default: today]"
)


def own_folder(command: Callable[..., None]) -> Callable[..., None]:
    """Gathers `--packs` and `--practice` into the command's argument `folder`: the clinic's own, or `None`."""

    @functools.wraps(command)
    def gathering(*arguments: Any, packs: Path | None, practice: Path | None, **others: Any) -> None:
        command(*arguments, folder=packs or _folder_of_profile(practice), **others)

    return _packs(_practice(gathering))


def evidence_asked(command: Callable[..., None]) -> Callable[..., None]:
    """Gathers `--as-of`, `--packs` and `--practice` into the command's argument `evidence`."""

    @functools.wraps(command)
    def gathering(*, as_of: date | None, folder: Path | None, **others: Any) -> None:
        command(evidence=loaded(folder, as_of), **others)

    return _as_of(own_folder(gathering))


def _folder_of_profile(practice: Path | None) -> Path | None:
    """The folder that the clinic profile names; `None` where there is no profile, or it names none."""
    from priorauth.case.practice import find_practice, read_practice

    found = practice or find_practice(Path("practice.yaml"))
    return read_practice(found).packs_folder if found is not None else None


@click.command("list", epilog=ending(CODES, example=["priorauth evidence list --category I --modality TPE"]))
@click.option("--edition", metavar="ID", help="Such as asfa-2019, or its year.  [default: the one that letters quote]")
@click.option("--category", type=click.Choice(_CATEGORIES, case_sensitive=False), help="Only rows of this category.")
@click.option("--modality", metavar="NAME", help="Only rows that rate this procedure, such as TPE.")
@click.option("--disease", metavar="WORDS", help="Only rows with these words in their disease or condition.")
@evidence_asked
@output_format
def list_command(
    *,
    edition: str | None,
    category: str | None,
    modality: str | None,
    disease: str | None,
    evidence: Evidence,
    output_format: str,
) -> None:
    """List the rows of the guideline with their ratings."""
    from priorauth.cli.evidence_page import as_lines, listed, records, rows_asked
    from priorauth.evidence.models import Category

    chosen = edition_named(edition, evidence) if edition is not None else evidence.edition
    asked = Category(category) if category is not None else None
    if modality is not None:
        _require_known(modality, evidence)
    rows = rows_asked(chosen, category=asked, modality=modality, disease=disease)
    if output_format == "json":
        click.echo(as_lines(records(rows, chosen, evidence)))
    else:
        click.echo(listed(rows, chosen, evidence))


def _require_known(modality: str, evidence: Evidence) -> None:
    """Wrong usage for a procedure that is neither a modality nor written so in a row of any edition."""
    from priorauth.case.codes import Modality
    from priorauth.cli.evidence_page import rows_asked

    known = list(Modality)
    if not any(rows_asked(one, modality=modality) for one in evidence.editions.values()) and modality not in known:
        raise wrong_usage(f"No row rates a procedure of this name. Known are: {', '.join(known)}.")


@click.command("search", epilog=ending(OUR_CODES, example=["priorauth evidence search G70.01"]))
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@_as_of
def search_command(words: tuple[str, ...], *, as_of: date | None) -> None:
    """Find indications by name, synonym, disease or diagnosis code.

    All words must occur; letter case and accents do not matter. A diagnosis
    code finds every indication whose codes cover it. A folder of your own
    changes nothing in it.
    """
    from priorauth.cli.evidence_page import found, nothing_found
    from priorauth.evidence.search import nearest, search

    evidence, asked = loaded(None, as_of), tuple(word for one in words for word in one.split())
    indications = search(evidence, asked)
    click.echo(found(indications, evidence.edition) if indications else nothing_found(nearest(evidence, asked)))


def loaded(folder: Path | None, as_of: date | None = None) -> Evidence:
    """Our evidence as of a day, else today, with the clinic's comparisons laid over it where it has a folder."""
    from priorauth.drafts.loading import load_packs, read_clinic, with_clinic

    ours = load_packs()
    clinic = read_clinic(folder, ours) if folder is not None else None
    return with_clinic(ours, clinic, as_of=as_of).evidence.on(as_of or today())


def edition_named(name: str, evidence: Evidence) -> Edition:
    """The edition of this id or year; wrong usage when there is none."""
    by_name = {one: edition for edition in evidence.editions.values() for one in (edition.id, str(edition.year))}
    if name.lower() in by_name:
        return by_name[name.lower()]
    raise wrong_usage(f"No edition has this id or year. Held are: {', '.join(evidence.editions)}.")


def wrong_usage(told: str) -> click.UsageError:
    """The error that says so, no wider than the page."""
    from priorauth.cli.page import paragraph

    return click.UsageError("\n".join(paragraph(told, first="Error: ")).removeprefix("Error: "))
