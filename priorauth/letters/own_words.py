"""What a physician's own words claim that nobody has checked: for the review sheet, never changed or removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from priorauth.documents import Data

_LITERATURE = re.compile(
    r"\b(stud(?:y|ies)|trials?|guidelines?|literature|registry|meta-analys[ie]s|evidence|published|et al|ASFA|KDIGO|EULAR|ACR|"
    r"FDA|category|grade|standard of care|proven|recommend\w*)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\d)|\n|$)")


class Claim(StrEnum):
    """Why a sentence wants a second look."""

    LITERATURE = "speaks of literature or guidelines, which only our verified statements may"
    NUMBER = "holds a number that no fact of the case holds"


def claims(words: str, known: Sequence[str]) -> Iterator[tuple[str, Claim]]:
    """Sentences that speak of literature, or hold a number that is not among the known texts of the case."""
    numbers = {_plain(number) for text in known for number in _NUMBER.findall(text)}
    for found in _SENTENCE.findall(words):
        sentence = " ".join(found.split())
        if _LITERATURE.search(sentence):
            yield sentence, Claim.LITERATURE
        elif any(_plain(number) not in numbers for number in _NUMBER.findall(sentence)):
            yield sentence, Claim.NUMBER


def texts_in(data: Data) -> Iterator[str]:
    """Every text in a group or list of a case file, however deep."""
    if isinstance(data, str):
        yield data
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from texts_in(one)


def _plain(number: str) -> str:
    return number.replace(",", "").lstrip("0") or "0"
