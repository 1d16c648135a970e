"""What a file says wrongly, in plain words: pydantic's findings turned into sentences with a remedy.

No sentence repeats anything that the file holds: not a value, and not a key that is not a name of ours.
"""

from __future__ import annotations

import difflib
import functools
import re
import typing
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Location: TypeAlias = tuple[str | int, ...]
"""A place in a document: keys and, from 0, positions in lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong at one place of a document."""

    location: Location
    what: str
    remedy: str
    at_key: bool = False
    """Whether the key is at fault rather than its value."""


def path_of(location: Location) -> str:
    """The place as a dotted path, such as `services[0].units`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".")


def name_location(location: Location, names: Collection[str]) -> str:
    """The dotted path for a message: a key that is not among `names` prints as `*`."""
    return path_of(tuple(step if isinstance(step, int) or step in names else "*" for step in location))


@functools.cache
def known_names(model: type[BaseModel]) -> frozenset[str]:
    """Every field name of the model and of the models inside it."""
    return frozenset(name for one in models_within(model) for name in _field_names(one))


def models_within(model: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """The model and every model inside it, each once."""
    seen: dict[type[BaseModel], None] = {}
    waiting = [model]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen[here] = None
            waiting += [inner for one in here.model_fields.values() for inner in _models_in(one.annotation)]
    return tuple(seen)


def faults_of(error: ValidationError, model: type[BaseModel], data: Any) -> tuple[Fault, ...]:
    """Everything that pydantic found wrong in `data`, one fault per place, in the order of its findings."""
    faults: dict[Location, Fault] = {}
    for detail in error.errors(include_url=False, include_input=False):
        if detail["type"] == "too_short" and _has_enough(data, detail):
            continue  # what is wrong with its entries is said for each
        fault = _fault(detail, model, data)
        faults.setdefault(fault.location, fault)
    return tuple(faults.values())


def closest(written: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three of our own names that come near to what was written."""
    return tuple(difflib.get_close_matches(written.lower(), list(known), n=3, cutoff=0.6))


def _fault(detail: ErrorDetails, model: type[BaseModel], data: Any) -> Fault:
    location = _location_in(data, detail["loc"], missing=detail["type"] == "missing")
    if detail["type"] == "extra_forbidden":
        return _unknown_field(location, model)
    what, remedy = _sentence(detail)
    return Fault(location=location, what=what, remedy=remedy, at_key="[key]" in detail["loc"])


def _location_in(data: Any, location: Location, *, missing: bool) -> Location:
    """The location that pydantic gives, without the steps that name its own machinery (`[key]`, members of a union)."""
    here = data
    real: list[str | int] = []
    for step in location:
        if step in (range(len(here)) if isinstance(here, list) else here if isinstance(here, dict) else ()):
            here = here[step]
            real.append(step)
    return (*real, location[-1]) if missing else tuple(real)


def _has_enough(data: Any, detail: ErrorDetails) -> bool:
    """Whether a list has as many entries as it needs, wrong ones with them."""
    here = data
    for step in _location_in(data, detail["loc"], missing=False):
        here = here[step]
    return isinstance(here, list) and len(here) >= detail["ctx"]["min_length"]


def _unknown_field(location: Location, model: type[BaseModel]) -> Fault:
    allowed = _fields_at(model, location[:-1])
    near = closest(str(location[-1]), allowed)
    remedy = f"Did you mean {' or '.join(f'`{name}`' for name in near)}? " if near else ""
    return Fault(
        location=location,
        what="is not a field that belongs here.",
        remedy=f"{remedy}Allowed here: {', '.join(allowed)}.",
        at_key=True,
    )


def _fields_at(model: type[BaseModel], location: Location) -> tuple[str, ...]:
    """The names of the fields that may stand at this place."""
    here = [model]
    for step in location:
        inner = [field.annotation for one in here for name, field in one.model_fields.items() if step in {name, field.alias}]
        if inner:
            here = [found for annotation in inner for found in _models_in(annotation)]
    return tuple(dict.fromkeys(name for one in here for name in _field_names(one)))


def _field_names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a type mentions, however wrapped: optional, tuple, mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in typing.get_args(annotation) for found in _models_in(inner)]


_SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing.", "Add `{name}:` with its value."),
    "model_type": ("is not a group of fields.", "Write its fields below it, indented, each as `name: value`."),
    "dict_type": ("is not a group of entries.", "Write its entries below it, indented, each as `name: value`."),
    "tuple_type": (
        "is not a list.",
        "Write each entry below it on a line of its own, after `- `; single words also in brackets, as in `[OH]`.",
    ),
    "string_type": ("is not one single value.", "Write one value behind the name, not a list or a group."),
    "enum": ("is not one of the allowed words.", "Use one of: {expected}."),
    "literal_error": ("is not one of the allowed words.", "Use one of: {expected}."),
    "string_too_short": ("is too short.", "Write at least {min_length} character(s)."),
    "string_too_long": ("is too long.", "Write at most {max_length} characters."),
    "string_pattern_mismatch": ("is not written in the form that this field has.", "The form is: {pattern}"),
    "too_short": ("has too few entries.", "Give at least {min_length}."),
    "too_long": ("has too many entries.", "Give at most {max_length}."),
    "int_type": ("is not a whole number.", "Write digits only."),
    "int_parsing": ("is not a whole number.", "Write digits only."),
    "int_parsing_size": ("is not a whole number of sensible size.", "Write fewer digits."),
    "bool_type": ("is neither yes nor no.", "Write yes or no."),
    "bool_parsing": ("is neither yes nor no.", "Write yes or no."),
    "decimal_type": ("is not a number.", "Write digits, with a point before decimals."),
    "decimal_parsing": ("is not a number.", "Write digits, with a point before decimals."),
    "finite_number": ("is not a number.", "Write digits, with a point before decimals."),
    "greater_than": ("is too small.", "It must be above {gt}."),
    "greater_than_equal": ("is too small.", "It must be at least {ge}."),
    "less_than": ("is too large.", "It must be below {lt}."),
    "less_than_equal": ("is too large.", "It must be at most {le}."),
}
"""Each type of error in pydantic, to what is wrong and how to mend it; a group of `{}` takes our own limit."""
_OTHER = ("is not what this field takes.", "Compare it with the commented case that `priorauth new` writes.")


def _sentence(detail: ErrorDetails) -> tuple[str, str]:
    context = {"name": "".join(map(str, detail["loc"][-1:])), **detail.get("ctx", {})}
    if detail["type"] == "value_error":
        return split_sentence(str(context["error"]))
    what, remedy = _SENTENCES.get(detail["type"], _OTHER)
    return what, remedy.format_map({name: _plain(value) for name, value in context.items()})


def split_sentence(text: str) -> tuple[str, str]:
    """The first sentence, which says what is wrong, and the rest, which says how to mend it."""
    what, _, remedy = text.partition(". ")
    return what.removesuffix(".") + ".", remedy


def _plain(value: object) -> str:
    """The list of allowed words (`'a', 'b' or 'c'`) without its quotes."""
    return re.sub(r"'([^']*)'", r"\1", str(value)).replace(" or ", ", ")
