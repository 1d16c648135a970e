"""Every value in a filled document names its source; anything else is refused before a file is written."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import jinja2
import pytest

from priorauth.errors import TemplateError
from priorauth.letters.fill import fill
from priorauth.letters.provenance import RichValue, joined, value
from priorauth.letters.spans import read_spans
from priorauth.letters.words import paragraphs

fill_module = import_module("priorauth.letters.fill")  # the function has the module's name
SESSIONS = value("5", "case:services[0].units")


def filled(folder: Path, body: str, **values: object) -> str:
    (folder / "letter.html").write_text(f"<!DOCTYPE html><html><head><title>1</title></head><body>{body}</body></html>")
    return fill(folder, "letter.html", **values)


def test_a_value_prints_itself_with_its_source(tmp_path: Path) -> None:
    html = filled(tmp_path, "<p>{{ sessions }} sessions</p>", sessions=SESSIONS)
    assert '<p><span data-from="case:services[0].units">5</span> sessions</p>' in html


@pytest.mark.parametrize(
    ("body", "values", "says"),
    [
        ("<p>5 sessions</p>", {}, "without a source"),
        ("<p>{{ sessions }} or 6 sessions</p>", {"sessions": SESSIONS}, "without a source"),
        ("<p>\n\n{{ sessions }}<b>7</b></p>", {"sessions": SESSIONS}, "line 3"),
        ("<p>{{ sessions }}</p>", {"sessions": 5}, "bare int"),
        ("<p>{{ sessions }}</p>", {"sessions": "five"}, "bare str"),
        ("<p>{{ sessions.text }}</p>", {"sessions": SESSIONS}, "bare str"),
        ("<p>{{ sessions ~ sessions }}</p>", {"sessions": SESSIONS}, "bare str"),
        ("<p>{{ sessions }}</p>", {"sessions": None}, "nothing (None)"),
        ("<p>{{ sesions }}</p>", {"sessions": SESSIONS}, "sesions"),
        ("<p>{{ sessions.txt }}</p>", {"sessions": SESSIONS}, "txt"),
        ("<p>{{ sessions }</p>", {"sessions": SESSIONS}, "letter.html:1"),
        ("<p>{{ sessions.__class__ }}</p>", {"sessions": SESSIONS}, "__class__"),
        ("{% include 'other.html' %}", {}, "other.html"),
        ("{% include '../letter.html' %}", {}, "letter.html"),
    ],
)
def test_what_has_no_source_is_refused(tmp_path: Path, body: str, values: dict[str, object], says: str) -> None:
    with pytest.raises(TemplateError) as refusal:
        filled(tmp_path, body, **values)
    assert says in str(refusal.value)


def test_digits_in_attributes_and_in_the_head_are_no_claims(tmp_path: Path) -> None:
    assert "<h1" in filled(tmp_path, '<h1 class="level-1">{{ sessions }}</h1>', sessions=SESSIONS)


def test_a_joined_value_keeps_every_source(tmp_path: Path) -> None:
    both = joined([SESSIONS, value("6", "case:services[1].units")])
    assert read_spans(filled(tmp_path, "<p>{{ both }}</p>", both=both)).printed == {
        "case:services[0].units": ("5 and 6",),
        "case:services[1].units": ("5 and 6",),
    }


def test_a_value_without_source_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="source"):
        value("5")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src='file:///etc/passwd'>",
        "{{ 7 * 7 }} {% include 'x' %}",
        '" data-from="case:other',
        "![x](http://example.com/x.png)",
        "[x](javascript:alert(1))",
    ],
)
def test_case_text_is_data(tmp_path: Path, text: str) -> None:
    words = RichValue(paragraphs(text), ("case:narrative.history",))
    html = filled(tmp_path, "<p>{{ plain }}</p>{{ rich }}", plain=value(text, "case:plan.goal"), rich=words)
    spans = read_spans(html)
    assert spans.printed == {"case:plan.goal": (text,), "case:narrative.history": (text,)}
    assert "<script" not in html
    assert "<img" not in html
    assert "<a " not in html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("*weak* and **strong**", "<p><em>weak</em> and <strong>strong</strong></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("# Not a heading", "<p># Not a heading</p>"),
    ],
)
def test_the_physicians_markdown_is_paragraphs_emphasis_and_lists(markdown: str, html: str) -> None:
    assert paragraphs(markdown) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("platelets above 150 × 10⁹/L and rising", 'above <span class="whole">150 × 10⁹/L</span> and'),
        ("<9 × 10⁹/L", '<span class="whole">9 × 10⁹/L</span>'),
        ("ICD-10-CM has no code", '<span class="whole">ICD-10-CM</span> has'),
    ],
)
def test_a_unit_and_the_name_of_the_code_set_stay_on_one_line(text: str, html: str, tmp_path: Path) -> None:
    assert html in filled(tmp_path, "<p>{{ said }}</p>", said=value(text, "case:plan.goal"))


# --- Templates kept as compiled -------------------------------------------------------------------------------------


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that passes for our own templates, with a place of its own for what is kept."""
    folder = tmp_path / "templates"
    folder.mkdir()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(fill_module, "data_folder", lambda _: folder)
    monkeypatch.setattr(fill_module, "FOLDER", tmp_path / "kept")
    return folder


def filled_anew(folder: Path, body: str) -> str:
    """As a new process would, with nothing in memory."""
    fill_module._environment.cache_clear()
    return filled(folder, body, sessions=SESSIONS)


def kept_templates(folder: Path) -> list[Path]:
    return sorted((folder.parent / "kept").glob("template-*"))


def test_a_template_is_compiled_once(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = filled_anew(templates, "<p>{{ sessions }}</p>")
    assert len(kept_templates(templates)) == 1
    monkeypatch.setattr(jinja2.Environment, "_generate", None)
    assert filled_anew(templates, "<p>{{ sessions }}</p>") == first


def test_a_changed_template_is_compiled_anew_and_its_old_code_dropped(templates: Path) -> None:
    filled_anew(templates, "<p>{{ sessions }}</p>")
    assert "<b>" in filled_anew(templates, "<b>{{ sessions }}</b>")
    assert len(kept_templates(templates)) == 1


def test_other_options_or_another_jinja_are_another_maker(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled_anew(templates, "<p>{{ sessions }}</p>")
    before = kept_templates(templates)
    monkeypatch.setattr(fill_module, "installed", lambda _: "another")
    filled_anew(templates, "<p>{{ sessions }}</p>")
    assert len(kept_templates(templates)) == 1
    assert kept_templates(templates) != before


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 4096])
def test_a_damaged_template_is_compiled_anew(templates: Path, damage: bytes) -> None:
    first = filled_anew(templates, "<p>{{ sessions }}</p>")
    (kept,) = kept_templates(templates)
    kept.write_bytes(damage)
    assert filled_anew(templates, "<p>{{ sessions }}</p>") == first
    assert kept.read_bytes() != damage


def test_a_template_that_is_not_ours_is_not_kept(templates: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    filled_anew(tmp_path / "theirs", "<p>{{ sessions }}</p>")
    assert kept_templates(templates) == []
