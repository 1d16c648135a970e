"""`priorauth evidence lint`."""

from __future__ import annotations

from pathlib import Path

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.failures import in_words
from priorauth.cli.options import Name, today
from priorauth.errors import ExitCode, PackError

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK)
_EXAMPLE = ("priorauth evidence lint", "priorauth evidence lint ourpacks")


@click.command("lint", epilog=ending(_CODES, example=_EXAMPLE))
@click.argument("folder", type=Name(), required=False, metavar="[DIR]")
def command(folder: Path | None) -> None:
    """Name every mistake in the evidence, with line and remedy.

    DIR is a folder of evidence, or a folder of your own with comparisons; ours
    is checked when it is left out. Where nothing is wrong it says what was
    checked, and which comparisons no longer count.
    """
    from priorauth.packs import data_folder

    pack = data_folder("evidence") if folder is None else _evidence_in(folder)
    try:
        if pack is not None:
            _lint_pack(pack)
        elif folder is not None:
            _lint_comparisons(folder)
    except PackError as error:
        raise PackError(_fitted(in_words(error))) from error


def _evidence_in(folder: Path) -> Path | None:
    """The folder of evidence that is meant; `None` for one of a clinic's own."""
    return next((one for one in (folder, folder / "evidence") if (one / "guidelines").is_dir()), None)


def _fitted(text: str) -> str:
    """The text with every sentence no wider than the page, indented as it was; a path stays whole."""
    from priorauth.cli.page import paragraph

    lines = [paragraph(line.strip(), " " * (len(line) - len(line.lstrip()))) for line in text.splitlines()]
    return "\n".join(line for wrapped in lines for line in wrapped)


def _lint_pack(folder: Path) -> None:
    from priorauth.cli.evidence_lint_page import pack_linted
    from priorauth.evidence.reader import Care, read_evidence

    click.echo(pack_linted(read_evidence(folder, care=Care.LINT)))


def _lint_comparisons(folder: Path) -> None:
    from priorauth.cli.evidence_lint_page import comparisons_linted
    from priorauth.drafts.loading import load_packs
    from priorauth.evidence.comparisons import no_comparisons, read_comparisons

    recorded = read_comparisons(folder)
    if not recorded:
        raise no_comparisons(folder)
    click.echo(comparisons_linted(recorded, load_packs().evidence, as_of=today()))
