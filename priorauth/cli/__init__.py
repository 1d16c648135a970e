"""The command line: commands, options, exit codes, progress; only here is Click imported."""

from priorauth.cli.front import main

__all__ = ["main"]
