"""References print as their primary records say, and nothing that was only recalled is in them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from priorauth.evidence.bibliography import format_reference
from priorauth.evidence.models import Citation
from priorauth.packs import data_folder

DATA = Path(__file__).parent / "data"
CITATIONS = {
    one.id: one
    for one in (
        Citation.model_validate(record) for record in json.loads((data_folder("evidence") / "citations.json").read_text())
    )
}


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def _golden() -> dict[str, str]:
    """Each reference as it must print, by the id of its record."""
    lines = (DATA / "references.txt").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines)


def _record_of(citation: Citation) -> str:
    """The id of the record in our own table of checks, which every note begins with."""
    found = re.match(r"Record ([RN]\d\d)\.", citation.note or "")
    return found[1] if found else ""


def _authors(citation: Citation) -> str:
    people = [f"{one['family']} {one['given']}" for one in citation.author if "family" in one]
    groups = [one["literal"] for one in citation.author if "literal" in one]
    together = ", ".join(people + [one for one in groups if one == "et al"])
    return "; ".join([one for one in (together, *(one for one in groups if one != "et al")) if one])


def _last_page_in_full(pages: str) -> str:
    """A record writes 1373-9 for 1373-1379."""
    first, hyphen, last = pages.partition("-")
    return f"{first}{hyphen}{first[: max(0, len(first) - len(last))]}{last}" if hyphen else pages


def _fields(citation: Citation) -> dict[str, str]:
    return {
        "record": _record_of(citation),
        "authors": _authors(citation),
        "title": citation.title,
        "journal": citation.container_title or "",
        "year": str(citation.issued["date-parts"][0][0]),
        "volume": citation.volume or "",
        "issue": citation.issue or "",
        "pages": citation.page or "",
        "doi": citation.doi or "",
        "pmid": citation.pmid or "",
    }


@pytest.mark.parametrize("record", _table("records.csv"), ids=lambda record: record["record"])
def test_every_record_holds_what_its_primary_record_says(record: dict[str, str]) -> None:
    found = [_fields(one) for one in CITATIONS.values() if _record_of(one) == record["record"]]
    assert found == [{**record, "pages": _last_page_in_full(record["pages"])}]


def test_no_record_stands_in_the_pack_without_a_primary_record_to_compare() -> None:
    assert sorted(map(_record_of, CITATIONS.values())) == sorted(record["record"] for record in _table("records.csv"))


@pytest.mark.parametrize("name", sorted(CITATIONS))
def test_every_reference_prints_as_the_golden_file_has_it(name: str) -> None:
    assert format_reference(CITATIONS[name]) == _golden()[name]


def test_the_golden_file_holds_nothing_else() -> None:
    assert sorted(_golden()) == sorted(CITATIONS)


def _printed() -> Iterator[str]:
    for citation in CITATIONS.values():
        yield format_reference(citation)
        yield from (text for text in (citation.doi, citation.pmid, citation.page) if text is not None)


@pytest.mark.parametrize("identifier", [row["identifier"] for row in _table("recalled_identifiers.csv")])
def test_no_recalled_identifier_is_printed_or_kept(identifier: str) -> None:
    assert [text for text in _printed() if identifier.lower() in text.lower()] == []


@pytest.mark.parametrize("wrong", ["16(4)", "254-262", "Bravo", "Geetha", "89-97", "Zhang J", "11(9)"])
def test_the_errors_that_were_corrected_do_not_return(wrong: str) -> None:
    assert [text for text in _printed() if wrong in text] == []


def test_six_authors_are_named_and_of_seven_only_three() -> None:
    six = CITATIONS["fayed-2025"]
    seven = six.model_copy(update={"author": (*six.author, {"family": "Example", "given": "QX"})})
    authors = [format_reference(one).partition(". ")[0] for one in (six, seven)]
    assert authors == [
        "Fayed A, Elgohary R, Shaker AM, Salem KM, El Desouky E, Maghraby GG",
        "Fayed A, Elgohary R, Shaker AM, et al",
    ]
