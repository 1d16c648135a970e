"""The last step of a letter: filled HTML in, PDF bytes out, the same bytes every time."""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from priorauth.errors import RenderingError
from priorauth.letters.quick_engine import QuickEngine, quick_engine
from priorauth.letters.typography import drawable_characters, load_engine, require_drawable
from priorauth.packs import data_folder


class Mark(StrEnum):
    """What a page says it is."""

    DRAFT = "draft"
    """A letter nobody has signed: the word DRAFT behind the text and above it."""
    FINAL = "final"
    """The letter as it goes to the payer: no mark."""
    REVIEW = "review"
    """The review sheet: for the physician, never sent."""
    CALL = "call"
    """The sheet for a call from physician to physician: never sent, never signed."""


STYLE_SHEETS: Mapping[Mark, tuple[str, ...]] = {
    Mark.DRAFT: ("letter.css", "draft.css"),
    Mark.FINAL: ("letter.css",),
    Mark.REVIEW: ("letter.css", "review.css"),
    Mark.CALL: ("letter.css", "peer-to-peer.css"),
}
"""The style sheets of `templates/base`, by mark, in cascading order."""

PDF_OPTIONS: Mapping[str, Any] = {"pdf_variant": "pdf/ua-1"}
"""WeasyPrint's options for every PDF: tagged, PDF/UA-1."""

_LINKS_ALLOWED = ("https://", "mailto:", "tel:", "#")
_ASSET = "asset:"

_one_at_a_time = threading.RLock()
"""Held while a page is set: Pango keeps what it measured beside the fonts, which all pages share, and minds no other thread."""


def render(html: str, *, mark: Mark) -> bytes:
    """The PDF/UA-1 file of a complete document in its print form.

    The same `html` and `mark` give the same bytes in any process, time zone and locale.
    Raises `RenderingError` when a font, glyph, library, title or language is missing, when the page asks
    for anything outside our style sheets, or when WeasyPrint has something to complain of.
    """
    with _one_at_a_time:
        press = _press()
        fetch = _AssetFetcher(folder=press.folder)
        with _complaints_refused(), _collector_paused(), press.quick.running() if press.quick else contextlib.nullcontext():
            return _print(html, press=press, sheets=press.sheets[mark], fetch=fetch)


def get_ready() -> None:
    """Load the fonts, style sheets and libraries of this process; raises `RenderingError` when one is missing."""
    with _one_at_a_time:
        _press()


def warm_up() -> None:
    """Load the fonts, style sheets and code that every rendering of this process shares.

    A worker calls it once before its first letter; what it loads is then left alone by the garbage collector.
    """
    render(_WARM_UP, mark=Mark.DRAFT)
    gc.collect()
    gc.freeze()


def print_form(html: str) -> str:
    """The filled letter without what only a screen needs: `data-from` spans and divs, styles, scripts, comments."""
    parser = _PrintForm()
    parser.feed(html)
    parser.close()
    return "".join(parser.kept)


_WARM_UP = (
    '<!DOCTYPE html><html lang="en"><head><title>Warm-up</title></head><body><p>A <strong>b</strong> <em>c</em></p>'
    "<table><thead><tr><th>d</th></tr></thead><tbody><tr><td>e</td></tr></tbody></table></body></html>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Press:
    """What all renderings of one process share; nothing in it depends on a letter."""

    folder: Path
    fonts: Any
    sheets: Mapping[Mark, tuple[Any, ...]]
    drawable: frozenset[str]
    images: dict[str, Any]
    quick: QuickEngine | None


@lru_cache(maxsize=1)
def _press() -> _Press:
    # A new font configuration for each letter would also leak a quarter of a megabyte each time.
    folder = data_folder("templates") / "base"
    load_engine(folder)
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    names = {name for names in STYLE_SHEETS.values() for name in names}
    with _complaints_refused():
        parsed = {name: _parse_sheet(folder / name, fonts) for name in sorted(names)}
    sheets = {mark: tuple(parsed[name] for name in names) for mark, names in STYLE_SHEETS.items()}
    drawable = drawable_characters(folder)
    return _Press(folder=folder, fonts=fonts, sheets=sheets, drawable=drawable, images={}, quick=quick_engine(fonts))


def _parse_sheet(path: Path, fonts: Any) -> Any:
    from weasyprint import CSS

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RenderingError(f"The style sheet {path.name} cannot be read. Install priorauth again.") from error
    return CSS(string=text, base_url=_ASSET, url_fetcher=_AssetFetcher(folder=path.parent), font_config=fonts)


def _print(html: str, *, press: _Press, sheets: tuple[Any, ...], fetch: _AssetFetcher) -> bytes:
    from weasyprint.urls import FatalURLFetchingError

    try:
        page = _page(html, fetch)
        _require_whole(page.etree_element)
        require_drawable(_body_text(page.etree_element), press.drawable)
        document = page.render(stylesheets=sheets, font_config=press.fonts, cache=press.images, **PDF_OPTIONS)
        _require_plain_links(document)
        pdf: bytes = document.write_pdf(**PDF_OPTIONS)
    except FatalURLFetchingError:
        pdf = b""
    except RecursionError as error:
        raise RenderingError("The letter's text is nested too deeply. Flatten its lists and quotations.") from error
    # Asked last: drawing an SVG swallows even the error that a refusal raises.
    if fetch.refused or not pdf:
        raise RenderingError(
            f"The letter asks for {len(fetch.refused)} thing(s) outside the program's own style sheets "
            "(an image, a style sheet, a font or an attachment). Take them out of the template."
        )
    return pdf


def _page(html: str, fetch: _AssetFetcher) -> Any:
    """WeasyPrint's document of this HTML."""
    from cssselect2 import ElementWrapper
    from weasyprint import HTML

    try:
        root = ET.fromstring(html)  # noqa: S314  # expat refuses amplifying entities, and a page that declares any is our own
    except ET.ParseError:
        return HTML(string=html, base_url=_ASSET, url_fetcher=fetch)
    # What HTML's constructor makes of a text, it makes in Python and in a twentieth of a letter's time.
    page = HTML.__new__(HTML)
    page.base_url, page.url_fetcher, page.media_type = _ASSET, fetch, "print"
    page.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
    page.etree_element = page.wrapper_element.etree_element
    return page


def _require_whole(root: Any) -> None:
    """Refuse a document without the title and the language that a screen reader announces."""
    title = root.findtext("head/title") or ""
    if not title.strip() or not root.get("lang"):
        raise RenderingError("The letter's HTML has no title or no language. Set <title> and <html lang> in the template.")


def _body_text(root: Any) -> Iterator[str]:
    return (text for body in root.iter("body") for text in body.itertext())


def _require_plain_links(document: Any) -> None:
    """Refuse links that run something or carry a file, however the page came by them."""
    for page in document.pages:
        for kind, target, *_ in page.links:
            if kind == "attachment" or (kind == "external" and not target.startswith(_LINKS_ALLOWED)):
                raise RenderingError(
                    "The letter has a link that is not a web page, a telephone number or an e-mail address. "
                    "Take it out of the template or of the physician's own words."
                )


@dataclass(slots=True, kw_only=True)
class _AssetFetcher:
    """Gives WeasyPrint the drawings that lie beside our style sheets, and nothing else."""

    folder: Path
    refused: list[str] = field(default_factory=list)

    def __call__(self, url: str) -> Any:
        from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

        drawings = {f"{_ASSET}{path.name}": path for path in self.folder.glob("*.svg")}
        if url not in drawings:
            self.refused.append(url)
            raise FatalURLFetchingError("refused")
        return URLFetcherResponse(url, drawings[url].read_bytes(), {"Content-Type": "image/svg+xml"})


class _Complaints(logging.Handler):
    """Keeps WeasyPrint's records of this thread, from warnings up."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.wordings: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        # Its arguments may hold words of the letter; its wording never does.
        if record.thread == self._thread:
            self.wordings.append(str(record.msg))


@contextlib.contextmanager
def _complaints_refused() -> Iterator[None]:
    """Raise `RenderingError` when WeasyPrint logs a warning or an error: by itself it prints the page all the same."""
    logger = logging.getLogger("weasyprint")
    heard = _Complaints()
    logger.addHandler(heard)
    try:
        yield
    finally:
        logger.removeHandler(heard)
    if heard.wordings:
        raise RenderingError(
            f"The page could not be set as written: {'; '.join(dict.fromkeys(heard.wordings))}. "
            "Mend the template or its style sheet."
        )


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    # Layout makes half a million objects that live until the page is done: passes over them free nothing.
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


class _PrintForm(HTMLParser):
    """Writes down what it reads, but for what the print form leaves out; well-formed as XML where it was so but for void tags."""

    _VOID = frozenset({"br", "col", "hr", "img", "link", "meta", "wbr"})
    _WRAPPERS = frozenset({"span", "div"})
    _LEFT_OUT = frozenset({"style", "script"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        # By tag, for each one open, outermost first: whether it stays.
        self._open: dict[str, list[bool]] = {tag: [] for tag in self._WRAPPERS}
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._LEFT_OUT:
            self._within = tag
            return
        if tag in self._WRAPPERS:
            stays = all(name != "data-from" for name, _ in attrs)
            self._open[tag].append(stays)
            if not stays:
                return
        text = self.get_starttag_text() or ""
        closed = tag in self._VOID and not text.endswith("/>")
        self.kept.append(f"{text[:-1]}/>" if closed else text)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML has no self-closing elements: the slash says nothing.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._LEFT_OUT:
            self._within = ""
        elif tag not in self._WRAPPERS or (self._open[tag] and self._open[tag].pop()):
            self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.kept.append(escape(data, quote=False))

    def handle_decl(self, decl: str) -> None:
        self.kept.append(f"<!{decl}>")
