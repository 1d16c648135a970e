"""A filled letter read as prose: what a person would read, without looks and sources."""

from __future__ import annotations

import textwrap
from html.parser import HTMLParser

_WIDTH = 110
_BLOCKS = frozenset({"address", "blockquote", "div", "h1", "h2", "header", "li", "p", "section", "table", "tr"})
_HEADINGS = frozenset({"h1", "h2"})
_CELLS = frozenset({"td", "th"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._text = ""
        self._cells: list[str] | None = None
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag == "head":
            self._silent = True
        elif tag == "sup":
            self._text += " ["
        elif tag == "br" and self._cells is not None:
            self._text += "; "
        elif (tag in _BLOCKS and self._cells is None) or tag == "br":
            self._end_block()
        if tag == "tr":
            self._cells = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "head":
            self._silent = False
        elif tag == "sup":
            self._text += "]"
        elif tag in _CELLS and self._cells is not None:
            self._cells.append(_collapsed(self._text))
            self._text = ""
        elif tag == "tr" and self._cells is not None:
            self._text = " | ".join(self._cells)
            self._cells = None
        if tag in _BLOCKS and self._cells is None:
            self._end_block("# " if tag in _HEADINGS else "")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text += data

    def _end_block(self, mark: str = "") -> None:
        text = _collapsed(self._text)
        if text:
            self.blocks.append(mark + text)
        self._text = ""


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def blocks_of(html: str) -> tuple[str, ...]:
    """Each heading (marked `# `), line, list item and table row (cells parted by ` | `) of a letter."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.blocks)


def prose_of(html: str) -> str:
    """The whole letter as one line, for looking up what it says."""
    return " ".join(blocks_of(html))


def page_of(html: str) -> str:
    """The letter as a text file: a blank line before each heading, long lines wrapped, what continues indented."""
    lines: list[str] = []
    for block in blocks_of(html):
        lines += [""] if block.startswith("# ") else []
        lines += textwrap.wrap(block, _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines) + "\n"
