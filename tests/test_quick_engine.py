"""What stands in for parts of WeasyPrint gives what they give, and only for the version that was read."""

from __future__ import annotations

import hashlib
import inspect
from contextlib import nullcontext
from pathlib import Path

import pytest
import weasyprint
from weasyprint.css import ComputedStyle
from weasyprint.layout import percent
from weasyprint.layout.percent import percentage
from weasyprint.text import fonts as text_fonts
from weasyprint.text.line_break import Layout

from priorauth.errors import RenderingError
from priorauth.letters.quick_engine import VERSION, own_parts, quick_engine
from priorauth.letters.render import Mark, get_ready, print_form, render

FOLDER = Path(__file__).parent / "rendering"
SAMPLES = (FOLDER / "letter.html", FOLDER / "review.html")
PAGE = '<!DOCTYPE html><html lang="en"><head><title>Page</title></head><body>{}</body></html>'

READ = {
    "ComputedStyle.__missing__": (ComputedStyle.__missing__, "b318d8efc8ac79d7"),
    "resolve_one_percentage": (percent.resolve_one_percentage, "4cfaa9ad134e4f7b"),
    "percentage": (percentage, "ebe404ccd9da50bf"),
    "Layout.setup": (Layout.setup, "fb227a55094f41d4"),
    "get_font_description": (text_fonts.get_font_description, "85734b8947b9bf64"),
    "font_features": (text_fonts.font_features, "e35741064c068852"),
}
"""What is stood in for or whose answers are kept, and the digest of its text when it was read."""

UNUSUAL = {
    "logical": "<p style='margin-block-start: 3em; padding-inline: 2em; border-inline-end: 1px solid red'>x <b>y</b></p>",
    "right-to-left": "<p dir='rtl' style='direction: rtl; margin-inline-start: 4em'>x <i>y</i></p>",
    "languages": "<p lang='de'>Straße</p><p lang='el'>Ωμέγα</p><p lang=''>x</p><p>y</p>",
    "decorations": "<p><u>x</u> <s>y</s> <span style='text-decoration: overline'>z</span></p>",
    "features": "<p style='font-variant-numeric: tabular-nums'>1 2 3</p><p style='font-variant-caps: small-caps'>Abc</p>",
    "spacing": "<p style='letter-spacing: 2px; word-spacing: 5px; text-align: justify'>x y z x y z</p>",
    "inherit": "<div style='margin: 2em; border: 3px solid'><p style='margin: inherit; border: inherit; float: left'>x</p></div>",
    "variables": "<div style='--gap: 2em'><p style='margin: var(--gap); width: calc(50% - 1em)'>x</p></div>",
    "percentages": "<p style='width: 33%; padding: 5%; min-height: auto; max-width: none'>x</p>",
    "positioned": "<p style='position: absolute; top: 10%; right: 3em'>x</p><p style='display: inline-block; float: right'>y</p>",
    "collapsed": "<table style='border-collapse: collapse'><tr><td style='border: 1px solid'>x</td><td>y</td></tr></table>",
}


def rendered_plainly(html: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """As WeasyPrint does it by itself."""
    with monkeypatch.context() as patch:
        patch.setattr("priorauth.letters.quick_engine.QuickEngine.running", lambda _: nullcontext())
        return render(html, mark=Mark.FINAL)


@pytest.mark.parametrize("part", READ)
def test_what_is_stood_in_for_is_what_was_read(part: str) -> None:
    """When it fails: read what changed, mend `quick_engine.py`, then its version and the digest here."""
    assert weasyprint.__version__ == VERSION
    function, digest = READ[part]
    assert hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16] == digest


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_page_is_the_same_to_the_byte(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = print_form(path.read_text(encoding="utf-8"))
    assert render(html, mark=Mark.FINAL) == rendered_plainly(html, monkeypatch)


@pytest.mark.parametrize("body", UNUSUAL.values(), ids=UNUSUAL)
def test_what_our_style_sheets_never_say_is_the_same_to_the_byte(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    html = PAGE.format(body)
    quick = render(html, mark=Mark.FINAL)
    assert quick == rendered_plainly(html, monkeypatch)
    assert quick == render(html, mark=Mark.FINAL)


def test_it_lasts_only_while_a_page_is_rendered() -> None:
    get_ready()
    before = own_parts()
    render(PAGE.format("x"), mark=Mark.FINAL)
    with pytest.raises(RenderingError):
        render(PAGE.format("<img alt='x' src='nowhere'>"), mark=Mark.FINAL)
    assert own_parts() == before


def test_another_weasyprint_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weasyprint, "__version__", "70.1")
    assert quick_engine(None) is None
