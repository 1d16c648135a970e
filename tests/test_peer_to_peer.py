"""The sheet for the call: one page, from the same review as the letter, neither sent nor signed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from priorauth.drafts.call_sheet import call_html
from priorauth.drafts.order import Reviewed
from priorauth.errors import ExitCode
from priorauth.letters.spans import read_spans
from tests.commands import AS_OF, SAMPLES, run
from tests.letter_text import prose_of
from tests.pdf_checks import assert_accessible, page_count, page_texts
from tests.test_letters import LETTERS, html_of, reviewed

MARK = "For the call, not for submission"


@cache
def sheet(name: str) -> str:
    return prose_of(call_html(reviewed(name)))


@pytest.mark.parametrize("name", LETTERS)
def test_it_is_one_accessible_page_for_every_letter(name: str, tmp_path: Path) -> None:
    file = tmp_path / "call.pdf"
    result = run("peer-to-peer", SAMPLES / name / "case.yaml", *AS_OF, "-o", file)
    assert result.exit_code == ExitCode.DONE, result.output
    pdf = file.read_bytes()
    assert_accessible(pdf)
    assert page_count(pdf) == 1
    assert MARK in page_texts(pdf)[0]


@pytest.mark.parametrize("name", LETTERS)
def test_it_says_nothing_that_the_letter_does_not(name: str) -> None:
    made: Reviewed = reviewed(name)
    letter, called = read_spans(html_of(made)).printed, read_spans(call_html(made)).printed
    assert set(called) - set(letter) <= {"case:case_id"}
    # What the page says otherwise than the letter is how several values are joined, never a value of its own.
    said = prose_of(html_of(made))
    ours = {text for source, texts in called.items() if source.startswith(("indication:", "row:", "stance:")) for text in texts}
    assert [text for text in ours if text not in said and " and " not in text] == []


_FEWER = {"sickle-exchange": 2, "declared-second-line": 1, "declared-third-line": 1}
"""Cases whose row asks for fewer facts than three."""


@pytest.mark.parametrize("name", LETTERS)
def test_it_holds_three_facts_and_no_signature(name: str) -> None:
    html = call_html(reviewed(name))
    facts = html.partition("<h2>What decides</h2>")[2].partition("</ul>")[0]
    assert facts.count("<li>") == _FEWER.get(name, 3)
    assert "Sincerely" not in html
    assert "Signature" not in html


def test_it_says_what_is_declared_and_left_to_the_single_case() -> None:
    said = sheet("declared-third-line")
    assert "An individual decision is asked for. Declared by the treating physician" in said


def test_what_is_not_met_comes_before_what_is() -> None:
    said = sheet("npsle-last-resort")
    assert said.index("Not met: Other options are exhausted") < said.index("Met: Systemic lupus erythematosus")


def test_each_fact_has_its_date_and_exhibit_page() -> None:
    assert "ADAMTS13 activity <5% (Nov 17, 2026, 21:10) [Exhibit B, p. 3]" in sheet("ttp")


def test_a_fall_is_told_from_its_first_result_to_its_latest() -> None:
    fall = "platelets 241 × 10⁹/L (Feb 11, 2026) [Exhibit B, p. 4]; 11 × 10⁹/L (Nov 17, 2026) [Exhibit B, p. 1]"
    assert f"Platelet count low for this patient: {fall}" in sheet("ttp")


def test_it_names_the_denial_and_asks_to_reverse_it() -> None:
    said = sheet("appeal-first")
    assert "denial DEN-20261118-4471" in said
    assert "Reverse the denial of Nov 18, 2026, reference DEN-20261118-4471, and authorize 5 sessions" in said
    assert "Category I, Grade 2C (Ninth Special Issue, 2023)" in said
    assert "it does not show exchange to be better" in said


def test_failed_and_ruled_out_treatment_has_its_reason() -> None:
    assert "rituximab contraindicated [Exhibit E, p. 1]: chronic hepatitis B with viremia" in sheet("dah-exception")


def test_a_case_without_a_letter_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("peer-to-peer", SAMPLES / "thin" / "case.yaml", *AS_OF)
    assert (result.exit_code, result.stdout, list(tmp_path.iterdir())) == (ExitCode.BLOCKED, "", [])


def test_the_file_is_named_for_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("peer-to-peer", SAMPLES / "ttp" / "case.yaml", *AS_OF).exit_code == ExitCode.DONE
    assert [path.name for path in tmp_path.iterdir()] == ["ttp-peer-to-peer.pdf"]


def test_a_file_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    result = run("peer-to-peer", SAMPLES / "ttp" / "case.yaml", *AS_OF, "-o", tmp_path / "none" / "call.pdf")
    assert result.exit_code == ExitCode.DRAFT
    assert "Name another file with -o" in result.stderr
