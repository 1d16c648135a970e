"""How the command line shows what went wrong: plainly, on standard error, with the exit code of `errors.py`."""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Iterator

import click

from priorauth.drafts.names import printable
from priorauth.errors import ExitCode, PriorauthError

_STOPPED = "Stopped. What was finished before stays as it was written."


@contextlib.contextmanager
def shown() -> Iterator[None]:
    """End the process with the error's own exit code; a bug of ours with its traceback and 1, Ctrl-C with 130."""
    try:
        yield
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            click.echo(err=True)  # it has just shown ^C, without ending the line
        click.echo(_STOPPED, err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except PriorauthError as error:
        # A name that was not given on the command line, such as of a folder above, can hold anything.
        click.echo("\n".join(printable(line) for line in in_words(error).split("\n")), err=True)
        sys.exit(error.exit_code)
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise  # Click shows these itself
    except Exception as error:  # noqa: BLE001  # whatever it is, the case must not be printed with it
        click.echo(_where_only(error), err=True)
        sys.exit(ExitCode.BUG)


def in_words(error: PriorauthError) -> str:
    """The error as it is shown: its message, and each problem with its place, what is wrong and how to mend it."""
    lines = [error.message]
    for problem in error.problems:
        where = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
        # A clause goes on from the name of the field; a sentence of its own stands behind a colon.
        field = f"{problem.field}{':' if problem.what[:1].isupper() else ''} " if problem.field else ""
        lines += [f"  {where}", f"    {field}{problem.what}", f"    {problem.remedy}"]
    return "\n".join(lines)


def _where_only(error: BaseException) -> str:
    """The traceback without the messages of its exceptions: they could repeat the case."""
    told: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        told = [
            "Traceback (most recent call last):\n",
            *traceback.format_tb(seen.__traceback__),
            f"{type(seen).__name__}\n",
            *told,
        ]
        seen = seen.__cause__ or seen.__context__
    return (
        f"{''.join(told)}This is a bug of priorauth. Please report the lines above. "
        "They hold no patient data: the messages of the exceptions are left out."
    )
