"""Days and moments as a case file states them: local to the clinic, never guessed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

_DAY = r"\d{4}-\d{2}-\d{2}"
_DAY_FORM = re.compile(_DAY, re.ASCII)
_MOMENT_FORM = re.compile(rf"({_DAY})(?:[T ](\d{{2}}:\d{{2}})(?::\d{{2}})?)?", re.ASCII)
_YEARS = range(1900, 2101)


def parse_day(text: object) -> date:
    """The day written as YYYY-MM-DD; anything else (a unix time, 11/2/2026) is a `ValueError`."""
    if isinstance(text, date):
        return text
    if isinstance(text, str) and text.isdigit():
        raise ValueError("is a bare number, not a date. Write it as YYYY-MM-DD.")
    if not isinstance(text, str) or not _DAY_FORM.fullmatch(text):
        raise ValueError("is not a date. Write it as YYYY-MM-DD.")
    if int(text[:4]) not in _YEARS:
        raise ValueError("has a year that cannot be right. Write it as YYYY-MM-DD.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar. Check month and day, and write it as YYYY-MM-DD.") from None


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""Not `strftime`: its names follow the machine's locale."""


def long_date(day: date) -> str:
    """`November 12, 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


Day = Annotated[date, BeforeValidator(parse_day), WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_DAY}$"})]


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, with the clinic's local time of day where the case states it."""

    day: date
    time: dt.time | None = None

    def is_before(self, other: Moment) -> bool | None:
        """Whether this came first; `None` when both fall on one day and a time is missing."""
        if self.day != other.day:
            return self.day < other.day
        if self.time is None or other.time is None:
            return None
        return self.time < other.time

    @property
    def sort_key(self) -> tuple[date, dt.time]:
        """For ordering; a moment without time sorts at the start of its day."""
        return (self.day, self.time or dt.time.min)

    @classmethod
    def parse(cls, text: object) -> Moment:
        """The moment written as YYYY-MM-DD or YYYY-MM-DDTHH:MM, in the clinic's local time.

        Raises `ValueError` for any other form, a time zone included: two offsets in one case
        would have to be reconciled by guessing.
        """
        if isinstance(text, Moment):
            return text
        if isinstance(text, str) and text.isdigit():
            raise ValueError("is a bare number, not a date. Write it as YYYY-MM-DD or YYYY-MM-DDTHH:MM.")
        form = _MOMENT_FORM.fullmatch(text) if isinstance(text, str) else None
        if form is None:
            raise ValueError("is not a date or date with time. Write it as YYYY-MM-DD or YYYY-MM-DDTHH:MM, without a time zone.")
        try:
            clock = dt.time.fromisoformat(form[2]) if form[2] else None
        except ValueError:
            raise ValueError("is not a time of day. Write it as YYYY-MM-DDTHH:MM, 00:00 to 23:59.") from None
        return cls(parse_day(form[1]), clock)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        # Not `date-time`, which would want a time zone.
        return {"type": "string", "format": "local-date-time", "pattern": f"^{_MOMENT_FORM.pattern}$"}
