"""Reading the provenance spans back from filled HTML: what was printed from where, and what from nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

_DIGIT = re.compile(r"\d")
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "col", "wbr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """What a filled document prints."""

    printed: Mapping[str, tuple[str, ...]]
    """Every source id with the texts printed from it, in order of first use."""
    unsourced: tuple[int, ...]
    """The lines of the body on which a digit stands outside every span."""


def read_spans(html: str) -> Spans:
    """The spans of a filled document."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Spans(printed={source: tuple(texts) for source, texts in reader.printed.items()}, unsourced=tuple(reader.unsourced))


class _Reader(HTMLParser):
    """Keeps a stack of open elements, each with its sources and, if it has any, its text so far."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, tuple[str, ...], list[str]]] = []
        self.printed: dict[str, dict[str, None]] = {}
        self.unsourced: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            sources = tuple((dict(attrs).get("data-from") or "").split())
            self.stack.append((tag, sources, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        _, sources, texts = self.stack.pop()
        text = " ".join("".join(texts).split())
        for source in sources:
            self.printed.setdefault(source, {})[text] = None

    def handle_data(self, data: str) -> None:
        sourced = [texts for _, sources, texts in self.stack if sources]
        for texts in sourced:
            texts.append(data)
        in_head = any(tag == "head" for tag, _, _ in self.stack)
        if not sourced and not in_head and _DIGIT.search(data):
            self.unsourced.append(self.getpos()[0])
