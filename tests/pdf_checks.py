"""What the tests ask of a PDF: its accessibility, text, fonts and pages."""

from __future__ import annotations

import contextlib
import io
import re

import page
import pikepdf
import pypdfium2 as pdfium
from pypdf import PdfReader

# Its false alarm: a stream whose last byte happens to be a carriage return (one in 256). pikepdf is asked instead.
_FALSE_ALARM = "STREAM-LENGTH-001"


def assert_accessible(pdf: bytes) -> None:
    """Fail unless the file is well-formed PDF and PDF/UA-1."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert file.check_pdf_syntax() == []
    report = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
    failures = [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
    assert [failure for failure in failures if _FALSE_ALARM not in failure] == []


def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text of each page, white space collapsed."""
    with contextlib.closing(pdfium.PdfDocument(pdf)) as document:
        read = [sheet.get_textpage().get_text_bounded() for sheet in document]
    # PDFium says with a sign of its own that a line ends with a hyphen.
    return tuple(" ".join(re.sub("[\x02\ufffe]\\s*", "-", text).split()) for text in read)


def text_of(pdf: bytes) -> str:
    """The text of all pages, white space collapsed."""
    return " ".join(page_texts(pdf))


def embedded_fonts(pdf: bytes) -> frozenset[str]:
    """The names of all fonts without their subset tags; fails for a font that is not embedded."""
    names = set()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for font in file.objects:
            if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/FontDescriptor":
                assert any(key in font for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                names.add(re.sub(r"^/(?:[A-Z]{6}\+)?", "", str(font["/FontName"])))
    return frozenset(names)


def page_count(pdf: bytes) -> int:
    """How many pages the file has."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def bookmarks(pdf: bytes) -> tuple[str, ...]:
    """The titles of all bookmarks, in order, nested ones after their parent."""
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_outline() as outline:
        waiting = list(outline.root)
        titles = []
        while waiting:
            item = waiting.pop(0)
            titles.append(item.title)
            waiting = [*item.children, *waiting]
    return tuple(titles)
