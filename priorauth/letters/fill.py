"""A letter and a template give HTML; what is missing, empty or without a source is refused."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from priorauth.errors import TemplateError
from priorauth.letters.provenance import Value
from priorauth.letters.spans import read_spans


def fill(folder: Path, template: str, **values: Any) -> str:
    """The filled document, every value in a span that names its source.

    `template` is a path below `folder`: the payer's id and the document, as in `bcbs-alabama/letter.html`.
    A payer without a template of its own gets that of `base`.
    Raises `TemplateError` for an undefined name, a `None`, anything printed that is not a
    `Value`, and a digit outside every value.
    """
    try:
        shared = f"base/{template.rpartition('/')[2]}"
        html = _environment(folder).select_template([template, shared]).render(**values)
    except jinja2.TemplateError as error:
        _refuse(template, error)
    _refuse_unsourced(html, template)
    return html


def _refuse(template: str, error: jinja2.TemplateError) -> NoReturn:
    line = getattr(error, "lineno", None)
    place = f"templates/{getattr(error, 'name', None) or template}" + (f":{line}" if line else "")
    raise TemplateError(f"{place}: {error.message}. Mend the template, or the name it uses.") from None


@lru_cache(maxsize=4)
def _environment(folder: Path) -> jinja2.Environment:
    """Parsed templates are kept per process; they cannot change a result."""
    return ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,  # by file name Jinja would leave some templates unescaped
        undefined=jinja2.StrictUndefined,
        finalize=_only_values,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _only_values(printed: object) -> object:
    """What an output expression may print: a value, or markup that values were already printed into."""
    if isinstance(printed, Value | Markup | jinja2.Undefined):
        return printed
    what = "nothing (None)" if printed is None else f"a bare {type(printed).__name__}"
    raise jinja2.TemplateRuntimeError(f"an expression prints {what}, which has no source")


def _refuse_unsourced(html: str, template: str) -> None:
    lines = read_spans(html).unsourced
    if lines:
        places = ", ".join(str(line) for line in lines)
        raise TemplateError(
            f"templates/{template}: a number without a source stands on line {places} of the result. Print it from a value."
        )
