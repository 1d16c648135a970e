"""Source ids: how a letter says where in a case or clinic profile a value is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel

from priorauth.mistakes import Location

_STEP = re.compile(r"\[(\d{1,6})\]|(?:^|\.)([A-Za-z0-9_-]+)")


def location_in(source_id: str, scheme: str) -> Location:
    """The location in an id such as `case:services[0].units`; `KeyError` when it is not one of this scheme."""
    prefix, _, path = source_id.partition(":")
    steps = list(_STEP.finditer(path))
    if prefix != scheme or "".join(step[0] for step in steps) != path or not path:
        raise KeyError(source_id)
    return tuple(int(step[1]) if step[1] is not None else step[2] for step in steps)


def value_at(model: BaseModel, location: Location) -> object:
    """The value that a location reaches in a model; `KeyError` when it reaches none."""
    here: object = model
    for step in location:
        here = _parts(here)[step]
    return here


def _parts(value: object) -> Mapping[str | int, object]:
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    entries: Mapping[str | int, object] = dict(enumerate(value)) if isinstance(value, tuple) else {}
    return value if isinstance(value, Mapping) else entries


def location_behind(location: Location, origins: Mapping[Location, Location]) -> Location | None:
    """The place where it is really written, if this is part of something named by key; else `None`."""
    for length in range(len(location), 0, -1):
        if location[:length] in origins:
            return (*origins[location[:length]], *location[length:])
    return None
