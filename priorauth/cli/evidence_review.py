"""`priorauth evidence review`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from priorauth.cli.evidence_list import own_folder, wrong_usage
from priorauth.cli.evidence_show import hint, row_named
from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Day, today
from priorauth.errors import DraftError, ExitCode

if TYPE_CHECKING:
    from priorauth.evidence.comparisons import Recorded
    from priorauth.evidence.models import Evidence

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.CASE, ExitCode.PACK, ExitCode.DRAFT)
_EXAMPLE = (
    "priorauth evidence review A109",
    'priorauth evidence review A109 --by "Elena Reyes, MD" --packs ourpacks',
)


@click.command("review", epilog=ending(_CODES, example=_EXAMPLE))
@click.argument("of", metavar="[ID]", required=False)
@click.option("--by", metavar="NAME", help="Who compared it with its source.")
@click.option("--on", type=Day(), metavar="DATE", help="On which day, as YYYY-MM-DD.  [default: today]")
@own_folder
def command(of: str | None, *, by: str | None, on: date | None, folder: Path | None) -> None:
    """Record that a person compared a row or statement with its source.

    ID is a row (A109, or asfa-2019/A109) or a statement of an indication
    (sle-dah/survival). Writes evidence/comparisons.yaml in your own folder.
    Without --by it shows what is to be compared, or what was compared so far.
    """
    from priorauth.cli.evidence_review_page import overview, to_compare
    from priorauth.drafts.loading import load_packs
    from priorauth.evidence.comparisons import read_comparisons

    evidence = load_packs().evidence
    known = _known(of, evidence) if of is not None else None
    if by is not None:
        _refuse_too_early(known, on, evidence)
        _record(_asked(known, by, on), folder, evidence)
        return
    if on is not None:
        raise wrong_usage("A comparison needs the name of who made it. Add --by NAME.")
    recorded = read_comparisons(folder) if folder is not None else ()
    click.echo(to_compare(known, recorded, evidence) if known is not None else overview(recorded, evidence))


def _known(of: str, evidence: Evidence) -> str:
    """What is meant, with its edition or indication; wrong usage when there is no such thing."""
    from priorauth.evidence.comparisons import compared_digest

    row = row_named(of, evidence)
    for one in (of, f"{evidence.edition.id}/{row}" if row is not None and "/" not in of else of):
        if "/" in one and compared_digest(one, evidence) is not None:
            return one
    group, _, _ = of.partition("/")
    raise wrong_usage(f"{_why_unknown(of, group, row, evidence)} `priorauth evidence review` names all that can be compared.")


def _why_unknown(of: str, group: str, row: str | None, evidence: Evidence) -> str:
    if of in evidence.indications or group in evidence.indications:
        names = [f"{group}/{one.id}" for one in evidence.indications[group].statements]
        return f"Name one of its statements: {', '.join(names)}." if names else "This indication has no statement; name its row."
    if row is not None:
        holding = [f"{edition.id}/{row}" for edition in evidence.editions.values() if row in edition.by_id]
        return f"That edition does not hold it. Did you mean {' or '.join(holding)}?"
    return f"No row and no statement has this id. {hint(of, evidence)}"


def _asked(of: str | None, by: str, on: date | None) -> tuple[str, str, date]:
    if of is None:
        raise wrong_usage("Say what was compared: a row such as A109, or a statement such as sle-dah/survival.")
    day = on or today()
    if day > today():
        raise click.BadParameter("is a day that is still to come.", param_hint="--on")
    return of, by, day


def _refuse_too_early(known: str | None, on: date | None, evidence: Evidence) -> None:
    edition = evidence.editions.get(known.partition("/")[0]) if known is not None else None
    if edition is not None and on is not None and on < edition.published:
        raise click.BadParameter(f"is a day before the {edition.name} was published.", param_hint="--on")


def _record(asked: tuple[str, str, date], folder: Path | None, evidence: Evidence) -> None:
    from priorauth.cli.evidence_review_page import written
    from priorauth.evidence.comparisons import comparisons_file

    if folder is None:
        what = "Say in which folder of yours it is kept: --packs DIR, or `packs` in practice.yaml."
        raise wrong_usage(what)
    one = _comparison(*asked, evidence)
    before = _write(one, folder)
    click.echo(written(one, before, click.format_filename(comparisons_file(folder))))


def _comparison(of: str, by: str, on: date, evidence: Evidence) -> Recorded:
    from priorauth.documents import validate
    from priorauth.evidence.comparisons import Recorded, compared_digest

    held = {"of": of, "by": by, "on": on.isoformat(), "sha256": compared_digest(of, evidence)}
    one, faults = validate(held, Recorded)
    if one is None:
        raise click.BadParameter(f"The name {faults[0].what} {faults[0].remedy}", param_hint="--by")
    return one


def _write(one: Recorded, folder: Path) -> Recorded | None:
    """Put it into the clinic's file; the comparison whose place it takes, if any."""
    from priorauth.drafts.durable import held, write_file
    from priorauth.evidence.comparisons import comparisons_file, comparisons_text, read_comparisons, with_comparison

    path = comparisons_file(folder)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with held(path.parent):
            recorded = read_comparisons(folder)
            write_file(path, comparisons_text(with_comparison(recorded, one)).encode())
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DraftError(f"The comparison cannot be written: {reason}. Name a folder of yours with --packs.") from error
    return next((each for each in recorded if each.of == one.of), None)
