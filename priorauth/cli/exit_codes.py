"""How every help page ends: an example, and the exit codes in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from priorauth.errors import ExitCode

MEANINGS: Mapping[ExitCode, str] = {
    ExitCode.DONE: "done",
    ExitCode.BUG: "a bug of priorauth",
    ExitCode.USAGE: "wrong usage",
    ExitCode.BATCH: "a batch ended, and some of its cases failed",
    ExitCode.CASE: "the case file or clinic profile is wrong",
    ExitCode.PACK: "a data pack is damaged",
    ExitCode.NOT_SUPPORTED: "no supported indication: no letter",
    ExitCode.BLOCKED: "something is missing or must be chosen: no letter yet",
    ExitCode.TEMPLATE: "a template is wrong",
    ExitCode.RENDERING: "the PDF could not be made",
    ExitCode.DRAFT: "a draft or file cannot be written or signed, or is not as it was left",
    ExitCode.INTERRUPTED: "stopped with Ctrl-C",
}


def ending(codes: Iterable[ExitCode], *, example: Sequence[str]) -> str:
    """The end of a help page: an example to paste, and the exit codes of the command; any can be stopped."""
    meanings = [f"{code:<3} {MEANINGS[code]}" for code in dict.fromkeys([*codes, ExitCode.INTERRUPTED])]
    return "\n\n".join([_kept("Example:", example), _kept("Exit codes:", meanings)])


def _kept(heading: str, lines: Sequence[str]) -> str:
    """A block whose lines Click leaves as they are."""
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])
