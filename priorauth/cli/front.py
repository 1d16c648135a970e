"""The group of all commands; each is imported when it is called, so that help starts at once."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.failures import shown
from priorauth.cli.font_cache import fonts_can_be_cached
from priorauth.cli.kept_code import text_compiled_once
from priorauth.cli.no_plugins import refuse_plugins
from priorauth.errors import ExitCode

COMMANDS: Mapping[str, str] = {
    "letter": "Draft the letter of a case.",
    "check": "Say whether a letter can be written, and what is missing.",
    "peer-to-peer": "Write one page for the call with the payer's physician.",
    "explain": "Show how the indication was reached, criterion by criterion.",
    "new": "Write a commented case file to start from.",
    "schema": "Print the JSON Schema of a case file, for editors.",
    "sign": "Turn a reviewed draft into the letter that is signed.",
    "verify": "Prove that a draft is as it was left.",
    "batch": "Draft the letters of every case in a folder.",
    "evidence": "Show the guideline's rows, the criteria and the literature.",
    "payers": "List and show payers, and add payers of your own.",
}
"""Every command and its one line of help, the same as the command's own."""


class Front(click.Group):
    """The commands, in the order in which a case meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # the signature is Click's
        """Every name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # the signature is Click's
        """The command, imported now; `None` when there is no such one."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"priorauth.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # the signature is Click's
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what goes wrong is shown with its exit code."""
        _print_anywhere()
        refuse_plugins()
        with shown(), fonts_can_be_cached(), _collector_paused(), text_compiled_once():
            return super().invoke(ctx)


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    # What a command loads lives until it ends: passes over it free nothing and take a quarter of the time.
    was_running = gc.isenabled()
    gc.disable()
    _leave_alone_at_exit()
    try:
        yield
    finally:
        # Together these count everything as old, or the first pass would begin here and go through all of it.
        gc.freeze()
        gc.unfreeze()
        if was_running:
            gc.enable()


def _leave_alone_at_exit() -> None:
    """Spare the interpreter's last passes, which look through everything that the process is about to give back anyway."""
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def _print_anywhere() -> None:
    """Let a terminal that cannot print a character show a stand-in instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001  # Click calls it so
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"priorauth {version('priorauth')}")
        ctx.exit()


_EXAMPLE = ("priorauth new mycase/case.yaml", "priorauth check mycase/case.yaml", "priorauth letter mycase/case.yaml")


@click.group(
    cls=Front,
    epilog=ending(ExitCode, example=_EXAMPLE),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version.")
def main() -> None:
    """Prior-authorization letters for therapeutic apheresis, from a case file.

    Nothing leaves this machine, and every value in a letter shows where it
    comes from.
    """
