"""The characters that a letter can print, so that a case with any other is refused when it is read."""

from __future__ import annotations

import re
import sys
from html import unescape

# Every one has a glyph in the fonts of `templates/base`; a test holds the two together.
# Reading the fonts themselves would cost each command more than all the rest of it.
_PRINTABLE = re.compile(
    "["
    "\t\n\r"
    "\u0020-\u007e\u00a0-\u0181\u018f-\u0190\u0192-\u0194\u01a0-\u01a1\u01af-\u01b1\u01cd-\u01dd\u01e6-\u01e7"  # Latin
    "\u01f7-\u0201\u0218-\u0220\u0237\u0250-\u027b\u1e0a-\u1e11\u1e1e-\u1e2b\u1e32-\u1e3b\u1e3e-\u1e49\u1e56-\u1e63"
    "\u1e6a-\u1e6f\u1e7e-\u1e85\u1e8e-\u1e97\u1e9e-\u1ef9"
    "\u02b9\u02bb-\u02c1\u02c6-\u02cc\u02d8-\u02dd\u0300-\u030c\u0323-\u0328\u032e\u0331"  # accents, also when typed apart
    "\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03d1"  # Greek
    "\u0400-\u045f\u0490-\u0493"  # Cyrillic
    "\u2002-\u2007\u2009-\u200b\u2010-\u201e\u2020-\u2023\u2025-\u2026\u202f-\u2033\u2039-\u203a\u2044"  # punctuation
    "\u2070-\u2071\u2074-\u208e\u20a9\u20ab-\u20ac\u20bd\u2116\u2122\u2126\u2150-\u215e"  # figures and signs
    "\u2190-\u2199\u2206\u2211-\u2212\u2215\u2219-\u221a\u221e\u2248\u2260-\u2261\u2264-\u2265"
    "\u25a0\u25b2-\u25b3\u25bc-\u25bd\u25c6\u2713"
    "]*"
)
_NUMBERED = re.compile("&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_REFUSAL = "holds a character that the letter's fonts cannot draw. Write it in Latin letters; a name as on the member card."


def is_printable(text: str) -> bool:
    """Whether a letter can print every character of it."""
    return _PRINTABLE.fullmatch(text) is not None


def require_printable(text: str) -> str:
    """The text; `ValueError` when a letter cannot print it, with a message that does not say which character."""
    if not is_printable(text):
        raise ValueError(_REFUSAL)
    return text


def require_printable_markdown(text: str) -> str:
    """As `require_printable`, also for what is written as a character reference (`&#937;`)."""
    # `unescape` reads some numbers as a browser does, Markdown as they stand.
    numbers = [int(form[1], 16) if form[1] else int(form[2]) for form in _NUMBERED.finditer(text)]
    if not all(number <= sys.maxunicode and is_printable(chr(number)) for number in numbers):
        raise ValueError(_REFUSAL)
    require_printable(unescape(text))
    return require_printable(text)
