"""Every reference of a letter leads to its source: by its DOI, or by its PMID where it has none."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pikepdf
import pytest

from priorauth.case.codes import Modality
from priorauth.drafts.loading import load_packs
from priorauth.errors import ExitCode
from priorauth.evidence.bibliography import format_reference
from priorauth.evidence.models import Citation
from priorauth.letters.citing import Citing
from tests.commands import SAMPLES, run
from tests.pdf_checks import assert_accessible, text_of

AS_OF = ("--as-of", "2026-11-20")
RECORDS = load_packs().evidence.citations
BARE = RECORDS["wei-1983"]
"""A record without DOI and PMID."""
BY_PMID = BARE.model_copy(update={"pmid": "6129381"})  # invented here: nobody has seen that of this record


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda one: one.id)
def test_a_printed_reference_ends_with_the_identifier_of_its_record(record: Citation) -> None:
    assert format_reference(record).endswith(record.identifier or ".")


@pytest.mark.parametrize(
    ("record", "identifier", "address"),
    [
        (RECORDS["lewis-1992"], "doi:10.1056/NEJM199205213262101", "https://doi.org/10.1056/NEJM199205213262101"),
        (BY_PMID, "PMID: 6129381", "https://pubmed.ncbi.nlm.nih.gov/6129381/"),
        (BARE, None, None),
        (
            BARE.model_copy(update={"doi": "10.1002/(SICI)1<45::AID-X>3.0.CO;2-#"}),
            "doi:10.1002/(SICI)1<45::AID-X>3.0.CO;2-#",
            "https://doi.org/10.1002/(SICI)1%3C45::AID-X%3E3.0.CO;2-%23",
        ),
    ],
)
def test_a_doi_goes_before_a_pmid_and_the_address_is_well_formed(
    record: Citation, identifier: str | None, address: str | None
) -> None:
    assert (record.identifier, record.address) == (identifier, address)


@pytest.mark.parametrize("record", [RECORDS["lewis-1992"], BY_PMID, BARE], ids=["doi", "pmid", "neither"])
def test_every_part_of_a_reference_knows_its_record(record: Citation) -> None:
    citing = Citing({record.id: format_reference(record)}, {record.id: record}, Modality.TPE)
    citing.marks(record.id)
    (row,) = citing.references()
    assert {part.sources for part in (row.number, row.text, row.identifier, row.address) if part} == {(f"citation:{record.id}",)}
    identifier = f" {row.identifier.text}" if row.identifier else ""
    assert f"{row.text.text}{identifier}" == format_reference(record)


@pytest.fixture(scope="module", params=["caps", "sle-myocarditis"])
def draft(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The draft of an invented letter; that of myocarditis cites a record without an identifier."""
    folder: Path = tmp_path_factory.mktemp(request.param) / "draft"
    told = run("letter", SAMPLES / request.param / "case.yaml", *AS_OF, "-o", folder)
    assert told.exit_code == ExitCode.DONE, told.output
    return folder


def references_of(draft: Path) -> list[str]:
    """Each entry of the letter's list of references, as HTML."""
    html = (draft / "letter.html").read_text(encoding="utf-8")
    listed = re.search(r'<ol class="references">(.*?)</ol>', html, re.DOTALL)
    assert listed is not None
    return re.findall(r"<li>(.*?)</li>", listed[1], re.DOTALL)


def cited(entry: str) -> Citation:
    found = re.search(r'data-from="citation:([a-z0-9-]+)"', entry)
    assert found is not None
    return RECORDS[found[1]]


def test_the_identifier_of_every_reference_is_a_link_and_nothing_else_is(draft: Path) -> None:
    entries = references_of(draft)
    links = [re.findall(r'<a href="([^"]+)"><span[^>]*>([^<]+)</span></a>$', entry) for entry in entries]
    due = [[(one.address, one.identifier)] if one.identifier else [] for one in map(cited, entries)]
    assert [[(unescape(address), text) for address, text in found] for found in links] == due
    assert (draft / "letter.html").read_text(encoding="utf-8").count("<a ") == sum(map(len, due))


def test_the_pdf_has_the_same_links_with_their_words_and_is_still_accessible(draft: Path) -> None:
    pdf = (draft / "letter.pdf").read_bytes()
    due = {one.address for one in map(cited, references_of(draft)) if one.address}
    with pikepdf.open(io.BytesIO(pdf)) as file:
        annotations = [one for page in file.pages for one in page.get("/Annots", ())]
        found = {str(one["/A"]["/URI"]) for one in annotations if one["/Subtype"] == "/Link"}
        assert [one for one in annotations if not str(one.get("/Contents", ""))] == []
    assert found == due
    assert_accessible(pdf)


def test_a_reference_reads_as_it_did_without_links(draft: Path) -> None:
    page = text_of((draft / "letter.pdf").read_bytes()).replace(" ", "")
    assert [one.id for one in map(cited, references_of(draft)) if format_reference(one).replace(" ", "") not in page] == []
