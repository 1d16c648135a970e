"""Options that several commands share."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from priorauth.drafts.names import UNPRINTABLE, is_printable

if TYPE_CHECKING:
    from priorauth.drafts.order import Order


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; wrong usage for anything else."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            self.fail("is not a date. Write it as YYYY-MM-DD.", param, ctx)


class Name(click.Path):
    """The path of a file or folder, whose name shows as it is wherever it is printed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(path_type=Path, **options)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; wrong usage for a name that could move the cursor of a terminal."""
        if not is_printable(os.fspath(value)):
            self.fail(UNPRINTABLE, param, ctx)
        return super().convert(value, param, ctx)


class CasePath(Name):
    """The path of a case file; a folder stands for the case.yaml in it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; as given where a folder holds no case.yaml."""
        path = super().convert(value, param, ctx)
        inside = path / "case.yaml"
        return inside if path.is_dir() and inside.is_file() else path


def today() -> date:
    """The clinic's day; the one clock of the program."""
    return datetime.now().astimezone().date()


case = click.argument("case", type=CasePath())
output_format = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for scripts.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a case is to be looked at."""

    as_of: date
    payer: str | None
    practice: Path | None
    packs: Path | None
    accept_stale: tuple[str, ...]

    def order(self, case: Path) -> Order:
        """What is asked of this case."""
        from priorauth.drafts.order import Order

        return Order(
            case=case,
            as_of=self.as_of,
            practice=self.practice,
            payer=self.payer,
            packs=self.packs,
            accept_stale=self.accept_stale,
        )


_payer = click.option("--payer", metavar="ID", help="Payer to write to, where the case leaves it open.")
_as_of = click.option(
    "--as-of", type=Day(), default=today, metavar="DATE", help="Date of writing, as YYYY-MM-DD.  [default: today]"
)
_practice = click.option(
    "--practice",
    type=Name(),
    metavar="FILE",
    help="Clinic profile.  [default: practice.yaml beside the case or one folder up]",
)

clinic_packs = click.option("--packs", type=Name(), metavar="DIR", help="Folder of your own payers, beside ours.")
_packs = click.option(
    "--packs",
    type=Name(),
    metavar="DIR",
    help="Folder of your own payers and comparisons.  [default: as the clinic profile says]",
)


_accept_stale = click.option(
    "--accept-stale",
    multiple=True,
    metavar="NAME",
    help="Let something pass that is older than its review age, by the name that `check` gives; may be repeated.",
)


def asked_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gathers `--payer`, `--as-of`, `--practice`, `--packs` and `--accept-stale` into the command's argument `asked`."""

    @functools.wraps(command)
    def gathering(
        *, as_of: date, payer: str | None, practice: Path | None, packs: Path | None, accept_stale: tuple[str, ...], **others: Any
    ) -> None:
        asked = Asked(as_of=as_of, payer=payer, practice=practice, packs=packs, accept_stale=accept_stale)
        command(asked=asked, **others)

    return _payer(_as_of(_practice(_packs(_accept_stale(gathering)))))
