"""Whether every figure that a statement gives was read in its source."""

from __future__ import annotations

import re

from priorauth.evidence.models import Statement

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*%?")


def unread_figures(statement: Statement) -> tuple[str, ...]:
    """The figures of its sentences that stand neither in its quotation nor among its `figures`, each once, in order.

    What stands there was read in the statement's own citations: a figure has no other source. A percentage
    must be one there too; a bare number may be read off a percentage.
    """
    read = _figures_in(statement.quotation, *statement.figures)
    known = {*read, *(figure.removesuffix("%") for figure in read)}
    return tuple(figure for figure in _figures_in(statement.text, statement.caveat, statement.answer) if figure not in known)


def _figures_in(*texts: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(figure for text in texts if text is not None for figure in _FIGURE.findall(text)))
