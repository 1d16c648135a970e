"""Every row of the guideline carries a letter or the right refusal, and says of itself what the guideline says, cell by cell."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from priorauth.case.codes import Modality
from priorauth.drafts.loading import load_packs
from priorauth.drafts.order import Order, Reviewed, read_and_review
from priorauth.drafts.report import as_plain, report
from priorauth.errors import ExitCode
from priorauth.evidence.models import Indication, IndicationKind
from priorauth.letters.compose import compose
from priorauth.letters.fill import fill
from priorauth.packs import data_folder
from tests.cases import AS_OF, Data, evidence
from tests.row_cases import UNRELATED, case_of

Row = Mapping[str, str]
EDITION = "Ninth Special Issue, 2023"


@cache
def _rows() -> Mapping[str, Row]:
    """The transcription of the guideline's table, by row id."""
    path = Path(__file__).parent / "data" / "asfa-2023.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def _indications(row: str) -> list[Indication]:
    return [one for one in evidence().indications.values() if row in one.rows and one.kind is not IndicationKind.REFUSED]


REQUESTS = [
    pytest.param(one.id, row, modality, id=f"{row}-{one.id}-{modality}")
    for row, cells in _rows().items()
    for one in _indications(row)
    for modality in cells["modality"].split("/")
]
CARRYING = [one for one in REQUESTS if _rows()[str(one.values[1])]["category"] != "IV"]
INEFFECTIVE = [one for one in REQUESTS if _rows()[str(one.values[1])]["category"] == "IV"]
_BARE = IndicationKind.DECLARED
_OF_KIND = {one.id: one.kind for one in evidence().indications.values()}
_NAMED = {str(one.values[0]): str(one.values[2]) for one in CARRYING}
"""A procedure that the guideline rates, by indication."""
DECLARED = [one for one in _NAMED.items() if _OF_KIND[one[0]] is IndicationKind.DECLARED]
ENCODED = [one for one in _NAMED.items() if _OF_KIND[one[0]] is IndicationKind.SUPPORTED]


def _request(name: str, modality: str) -> Data:
    return case_of(evidence().indications[name], modality)


def _reviewed(data: Data, tmp_path: Path) -> Reviewed:
    path = tmp_path / "case.yaml"
    path.write_text(f"format: 1\n{yaml.safe_dump(data, allow_unicode=True)}", encoding="utf-8")
    return read_and_review(Order(case=path, as_of=AS_OF), load_packs())


def _told(reviewed: Reviewed) -> dict[str, Any]:
    return as_plain(report(reviewed, reviewed.packs))


def _why(reviewed: Reviewed) -> list[str]:
    return [f"{one.id}: {one.what}" for one in reviewed.review.gaps.blocking]


def _letter(reviewed: Reviewed) -> str:
    letter = compose(reviewed.review, reviewed.file, reviewed.packs)
    filled = fill(data_folder("templates"), letter.template, letter=letter)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", filled)).split())


def _cells(rating: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(rating[name]) for name in ("category", "grade", "modality", "page", "row", "edition")}


def _as_transcribed(row: str) -> dict[str, str]:
    cells = _rows()[row]
    title = f"{cells['disease']}, {cells['condition']}" if cells["condition"] else cells["disease"]
    told = {"category": cells["category"], "grade": cells["grade"], "modality": cells["modality"]}
    return {**told, "page": cells["page"], "row": title, "edition": EDITION}


def test_every_row_of_the_transcription_is_reached_for_every_procedure_that_it_rates() -> None:
    assert len(_rows()) == 166
    assert {str(one.values[1]) for one in REQUESTS} == set(_rows())


@pytest.mark.parametrize(("name", "row", "modality"), CARRYING)
def test_a_row_carries_a_letter_that_rates_it_as_transcribed(name: str, row: str, modality: str, tmp_path: Path) -> None:
    reviewed = _reviewed(_request(name, modality), tmp_path)
    told = _told(reviewed)
    assert (told["exit_code"], told["indication"]) == (ExitCode.DONE, name), _why(reviewed)
    cells = _as_transcribed(row)
    assert _cells(told["asfa"]) == cells
    letter = _letter(reviewed)
    assert f"in “{cells['row']}” Category {cells['category']}, Grade {cells['grade']} ({EDITION})" in letter
    assert ("I ask for an individual decision" in letter) is (cells["category"] == "III")
    assert ("role of apheresis not established" in letter) is (cells["category"] == "III")
    assert ("I declare this indication" in letter) is (told["status"] == "declared")


@pytest.mark.parametrize(("name", "row", "modality"), INEFFECTIVE)
def test_a_row_of_category_four_is_refused_with_its_rating(name: str, row: str, modality: str, tmp_path: Path) -> None:
    told = _told(_reviewed(_request(name, modality), tmp_path))
    assert (told["exit_code"], told["status"], told["asfa"]) == (ExitCode.NOT_SUPPORTED, "none", None)
    rating = next(one["asfa"] for one in told["candidates"] if one["indication"] == name)
    assert _cells(rating) == _as_transcribed(row)
    assert any("ineffective or harmful" in reason for reason in told["reasons"])
    assert told["notice"] == "This is not treatment advice; do not delay emergency care."


@pytest.mark.parametrize(("name", "row", "modality"), [one for one in INEFFECTIVE if _OF_KIND[str(one.values[0])] is _BARE])
def test_a_declared_row_of_category_four_is_not_asked_for_a_code(name: str, row: str, modality: str, tmp_path: Path) -> None:
    data = _request(name, modality)
    data["diagnoses"] = [{**data["diagnoses"][0], "code": UNRELATED}]
    told = _told(_reviewed(data, tmp_path))
    assert (told["exit_code"], told["concerned"], told["gaps"]) == (ExitCode.NOT_SUPPORTED, (name,), ())
    assert any(f"Category IV, Grade {_as_transcribed(row)['grade']}" in reason for reason in told["reasons"])


@pytest.mark.parametrize("name", sorted({str(one.values[0]) for one in REQUESTS}))
def test_a_procedure_that_the_guideline_does_not_rate_in_it_is_refused(name: str, tmp_path: Path) -> None:
    indication = evidence().indications[name]
    rated = {modality for row in indication.rows for modality in _rows().get(row, {"modality": ""})["modality"].split("/")}
    other = next(one.value for one in Modality if one.value not in rated)
    data = _request(name, other)
    told = _told(_reviewed(data, tmp_path))
    assert (told["exit_code"], told["asfa"]) == (ExitCode.NOT_SUPPORTED, None)
    assert any("no rating is borrowed" in reason for reason in told["reasons"])


@pytest.mark.parametrize(("name", "modality"), DECLARED)
def test_a_declared_row_takes_no_letter_with_a_code_that_does_not_agree(name: str, modality: str, tmp_path: Path) -> None:
    data = _request(name, modality)
    data["diagnoses"] = [{**data["diagnoses"][0], "code": UNRELATED}]
    assert _told(_reviewed(data, tmp_path))["exit_code"] == ExitCode.BLOCKED


@pytest.mark.parametrize(("name", "modality"), DECLARED)
def test_a_declared_row_takes_no_letter_without_the_physicians_own_reasons(name: str, modality: str, tmp_path: Path) -> None:
    data = _request(name, modality)
    del data["narrative"]["rationale"]
    told = _told(_reviewed(data, tmp_path))
    assert told["exit_code"] == ExitCode.BLOCKED
    assert "narrative.rationale" in [gap["field"] for gap in told["gaps"] if gap["blocks"]]


@pytest.mark.parametrize(("name", "modality"), DECLARED)
def test_a_declared_row_takes_no_letter_that_nobody_declared(name: str, modality: str, tmp_path: Path) -> None:
    data = _request(name, modality)
    del data["indication"]
    assert _told(_reviewed(data, tmp_path))["exit_code"] in {ExitCode.NOT_SUPPORTED, ExitCode.BLOCKED}


@pytest.mark.parametrize(("name", "modality"), ENCODED)
def test_an_encoded_row_takes_no_letter_on_its_codes_and_a_declaration_alone(name: str, modality: str, tmp_path: Path) -> None:
    data = _request(name, modality)
    data["facts"], data["therapies"] = {}, {"tried": []}
    told = _told(_reviewed(data, tmp_path))
    assert (told["exit_code"], told["asfa"]) == (ExitCode.BLOCKED, None)
