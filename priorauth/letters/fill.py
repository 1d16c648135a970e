"""A letter and a template give HTML; what is missing, empty or without a source is refused."""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from priorauth.errors import TemplateError
from priorauth.kept import FOLDER, drop_others, installed, keep, read_kept, state_of
from priorauth.letters.provenance import Value
from priorauth.letters.spans import read_spans
from priorauth.packs import data_folder


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
        # Templates of another folder are not ours, and what they compiled to has no place beside our code.
        bytecode_cache=_CompiledTemplates() if folder == data_folder("templates") else None,
    )


class _CompiledTemplates(jinja2.BytecodeCache):
    """Keeps our templates as Jinja compiled them, which takes a quarter of a second; Jinja asks itself whether one changed."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with what is kept of this template."""
        kept = read_kept(_kept_path(bucket))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what this template compiled to."""
        path = _kept_path(bucket)
        keep(path, bucket.bytecode_to_string())
        drop_others(path, f"template-{bucket.key}.*")


def _kept_path(bucket: Bucket) -> Path:
    """Another file for another Jinja, or for other options above: Jinja's own key knows of neither."""
    maker = hashlib.sha256(f"{installed('jinja2')}\n{state_of(Path(__file__))}\n{sys.version}".encode()).hexdigest()[:16]
    return FOLDER / f"template-{bucket.key}.{maker}.bytecode"


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
