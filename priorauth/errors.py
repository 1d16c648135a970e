"""Every error that is raised on purpose: its wording and its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to the shell; the README holds the same table."""

    DONE = 0
    """Everything asked for was done."""
    BUG = 1
    """An error of ours, shown with its traceback."""
    USAGE = 2
    """The command line was wrong."""
    BATCH = 3
    """A batch ended, and at least one of its cases failed."""
    CASE = 10
    """The case file or the clinic profile cannot be read as one."""
    PACK = 11
    """A data pack (evidence, payers) is damaged."""
    NOT_SUPPORTED = 12
    """No supported indication: the evidence does not carry a letter."""
    BLOCKED = 13
    """Facts are missing, or a choice is the physician's to make."""
    TEMPLATE = 14
    """A template asked for something that is not there or has no source."""
    RENDERING = 15
    """The page could not be made into a PDF."""
    DRAFT = 16
    """A draft or another file cannot be written, or not over what is there; or it cannot be signed, or is not as it was left."""
    INTERRUPTED = 130
    """Somebody pressed Ctrl-C; what shells count for a program that this signal ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file: where, what, and how to mend it.

    `line` and `column` count from 1; they are `None` when the file as a whole is meant.
    No part of it ever repeats a value from the file.
    """

    file: str
    what: str
    remedy: str
    field: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        field = f" {self.field}:" if self.field else ""
        return f"{where}:{field} {self.what} {self.remedy}".rstrip()


class PriorauthError(Exception):
    """The base of all errors that a person can mend; shown without a traceback."""

    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, message: str, *, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(problems)
        super().__init__(message)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class UsageError(PriorauthError):
    """What was asked for on the command line cannot be meant."""

    exit_code = ExitCode.USAGE


class CaseError(PriorauthError):
    """The case file or clinic profile is wrong; `problems` lists everything at once."""

    exit_code = ExitCode.CASE


class PackError(PriorauthError):
    """A data pack is missing or damaged; `problems` lists everything at once."""

    exit_code = ExitCode.PACK


class NotSupportedError(PriorauthError):
    """No supported indication; the message names the row and the finding."""

    exit_code = ExitCode.NOT_SUPPORTED


class BlockedError(PriorauthError):
    """Gaps that block a letter; the message lists each with its owner."""

    exit_code = ExitCode.BLOCKED


class TemplateError(PriorauthError):
    """A template used an undefined name, a `None` or a value without source."""

    exit_code = ExitCode.TEMPLATE


class RenderingError(PriorauthError):
    """A font, image, style sheet or system library that the PDF needs is missing."""

    exit_code = ExitCode.RENDERING


class DraftError(PriorauthError):
    """A draft folder is signed, incomplete or not what was drafted; or a file cannot be written where it was asked for."""

    exit_code = ExitCode.DRAFT
