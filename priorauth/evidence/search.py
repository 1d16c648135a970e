"""Finding indications by what people call them, by the guideline's words, and by diagnosis codes."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache, partial

from priorauth.criteria.evaluate import code_within
from priorauth.evidence.models import Evidence, Indication
from priorauth.mistakes import closest

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?-?")


class _Fit(IntEnum):
    """How well an indication fits what was asked for, the best first."""

    NAMED = 0
    """One of its names, its id, or one of its code patterns, is just that."""
    BEGINS = 1
    """One of its names begins so, or one of its code patterns covers the code."""
    WORDS = 2
    """The words stand in its names."""
    PARTS = 3
    """They stand there as parts of other words, or the code is a header above its own."""
    GUIDELINE = 4
    """They stand in the guideline's words for its rows."""


def search(evidence: Evidence, words: Sequence[str]) -> tuple[Indication, ...]:
    """Every indication in which all of the words occur, the best first; may be empty.

    Letter case, accents and hyphens do not matter. A diagnosis code finds every indication whose codes cover it.
    """
    fits = [(fit, one) for one in evidence.indications.values() if (fit := _fit(one, evidence, words)) is not None]
    return tuple(one for _, one in sorted(fits, key=lambda found: found[0]))  # the order of the pack between equals


def nearest(evidence: Evidence, words: Sequence[str]) -> tuple[Indication, ...]:
    """Up to three indications whose names come near to these words; may be empty."""
    asked = folded(" ".join(words))
    by_name = {name: one for one in evidence.indications.values() for name in _names(one)}
    found = [by_name[name] for name in closest(asked, by_name)]
    by_word = {word: one for name, one in by_name.items() for word in name.split() if len(word) > 3}
    found += [by_word[near] for word in asked.split() for near in difflib.get_close_matches(word, by_word, n=1, cutoff=0.8)]
    return tuple({one.id: one for one in found}.values())[:3]


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text without what a search ignores: letter case, accents, hyphens, apostrophes and double spaces."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(re.sub("[-\u2010-\u2013\u2019']", " ", plain.casefold()).split())


def _fit(one: Indication, evidence: Evidence, words: Sequence[str]) -> _Fit | None:
    """How well it fits; `None` where a word occurs nowhere."""
    codes = [word for word in words if _CODE.fullmatch(word.upper())]
    by_code = [_coded(one, code.upper().removesuffix("-")) for code in codes]
    left = [word for word, fit in zip(codes, by_code, strict=True) if fit is None]
    asked = folded(" ".join(word for word in words if word not in codes or word in left))
    found = [fit for fit in by_code if fit is not None]
    in_text = _in_text(one, evidence, asked) if asked else None
    if asked and in_text is None:
        return None
    return max([*found, *([in_text] if in_text is not None else [])], default=None)


def _coded(one: Indication, code: str) -> _Fit | None:
    patterns = [pattern.removesuffix("-") for pattern in one.coding.primary]
    if code in patterns:
        return _Fit.NAMED
    if any(map(partial(code_within, code), patterns)):
        return _Fit.BEGINS
    return _Fit.PARTS if any(code_within(pattern, code) for pattern in patterns) else None


def _in_text(one: Indication, evidence: Evidence, asked: str) -> _Fit | None:
    names, words = _names(one), asked.split()
    if asked in names:
        return _Fit.NAMED
    if any(name.startswith(f"{asked} ") for name in names):
        return _Fit.BEGINS
    together = " ".join(names)
    if set(words) <= set(re.findall(r"\w+", together)):
        return _Fit.WORDS
    if all(word in together for word in words):
        return _Fit.PARTS
    rows = folded(" ".join(f"{row.id} {row.title}" for edition in evidence.editions.values() for row in edition.rows_of(one)))
    return _Fit.GUIDELINE if all(word in f"{together} {rows}" for word in words) else None


def _names(one: Indication) -> tuple[str, ...]:
    return tuple(folded(name) for name in (one.id, one.title, one.name, *one.synonyms))
