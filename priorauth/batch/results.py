"""What a batch comes to, case by case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from priorauth.errors import ExitCode


class Outcome(StrEnum):
    """What became of one case."""

    WRITTEN = "written"
    """Its draft lies in the output folder."""
    REFUSED = "refused"
    """The evidence does not support a letter."""
    BLOCKED = "blocked"
    """Something is missing, or a choice is the physician's to make."""
    FAILED = "failed"
    """It could not be read, drafted or written."""

    @classmethod
    def of(cls, exit_code: int) -> Outcome:
        """The outcome that `letter` would have had with this exit code."""
        plain = {ExitCode.DONE: cls.WRITTEN, ExitCode.NOT_SUPPORTED: cls.REFUSED, ExitCode.BLOCKED: cls.BLOCKED}
        return plain.get(ExitCode(exit_code), cls.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case of a batch; no patient data."""

    file: str
    """From the batch's folder, with forward slashes."""
    case_id: str
    """Empty when it could not be read."""
    exit_code: ExitCode
    """What `letter` would have ended with."""
    status: str = ""
    """Of the match; empty when the case was not matched."""
    indication: str = ""
    draft: str = ""
    """Name of the draft folder; empty when none was written."""
    problems: tuple[str, ...] = ()
    """In words, each on one line; for a written draft what its review still wants."""

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        return Outcome.of(self.exit_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All results, in the order of their files."""

    results: tuple[Result, ...]

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many had each outcome; every outcome is there."""
        seen = Counter(result.outcome for result in self.results)
        return {outcome: seen[outcome] for outcome in Outcome}

    @property
    def exit_code(self) -> ExitCode:
        """`BATCH` when a case failed; a refusal or a block is no failure."""
        return ExitCode.BATCH if self.counts[Outcome.FAILED] else ExitCode.DONE
