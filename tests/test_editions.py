"""Editions are data: a letter quotes the one that was out on its day, and names another beside it where a policy quotes that."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from priorauth.drafts.loading import load_packs
from priorauth.drafts.order import Order, Reviewed, read_and_review
from priorauth.drafts.report import as_plain, refusals, report
from priorauth.errors import ExitCode
from priorauth.letters.compose import compose
from priorauth.letters.fill import fill
from priorauth.letters.trace import trace
from priorauth.letters.words import mid_sentence
from priorauth.packs import data_folder
from priorauth.reasoning.match import Standing, Status, match
from tests.cases import Data, chart_of, evidence, full_case, incomplete
from tests.clinic_packs import POLICY, lay_pack
from tests.commands import replaced
from tests.row_cases import case_of

NINTH, EIGHTH = "Ninth Special Issue, 2023", "Eighth Special Issue, 2019"


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2026, 11, 22), "asfa-2023"),
        (date(2023, 5, 1), "asfa-2023"),
        (date(2023, 4, 30), "asfa-2019"),
        (date(2019, 7, 1), "asfa-2019"),
        (date(2010, 1, 1), "asfa-2019"),
    ],
)
def test_the_edition_is_the_latest_that_was_out_on_the_day(day: date, edition: str) -> None:
    assert evidence().on(day).edition.id == edition


def _written(data: Data, tmp_path: Path, *, year: int, packs: Path | None = None) -> Reviewed:
    """The review of this case with every date moved to a year."""
    path = tmp_path / "case.yaml"
    text = f"format: 1\n{yaml.safe_dump(data, allow_unicode=True)}".replace("2026-", f"{year}-")
    path.write_text(text, encoding="utf-8")
    return read_and_review(Order(case=path, as_of=date(year, 11, 22), packs=packs), load_packs())


def _letter(reviewed: Reviewed) -> str:
    assert reviewed.review.exit_code is ExitCode.DONE, [gap.what for gap in reviewed.review.gaps.blocking]
    letter = compose(reviewed.review, reviewed.file, reviewed.packs)
    filled = fill(data_folder("templates"), letter.template, letter=letter)
    assert trace(filled, reviewed.file, reviewed.packs)  # every source id resolves
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", filled)).split())


def test_a_letter_of_an_earlier_day_quotes_the_edition_of_that_day_and_no_other(tmp_path: Path) -> None:
    letter = _letter(_written(full_case() | {"coverage": {"payer_id": "generic", **_COVERAGE}}, tmp_path, year=2022))
    assert f"Category I, Grade 2C ({EIGHTH})" in letter
    assert "J Clin Apher. 2019;34(3):171-354" in letter
    assert f"Grade 2C ({NINTH})" not in letter


_COVERAGE = {"payer_name": "Invented Health Plan", "line_of_business": "commercial", "funding": "fully_insured", "state": "PA"}


def test_a_row_that_was_not_verified_in_the_edition_of_the_day_blocks_and_is_not_borrowed_from_another(tmp_path: Path) -> None:
    found = _written(case_of(evidence().indications["ttp-immune"], "TPE"), tmp_path, year=2022)
    told = as_plain(report(found, found.packs))
    assert (told["exit_code"], told["asfa"]) == (ExitCode.BLOCKED, None)
    gap = next(gap for gap in told["gaps"] if gap["id"] == "row-not-held-ttp-immune")
    assert EIGHTH in gap["what"]


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2019, f"quotes an earlier edition, the {EIGHTH}, which rates it Category I, Grade 2C."),
        (2016, "quotes the guideline’s edition of 2016, which was not read here."),
        (2023, None),
    ],
)
def test_a_policy_that_quotes_another_edition_gets_both_named(year: int, said: str | None, tmp_path: Path) -> None:
    quoting = replaced(
        POLICY, "provenance: verified\nindications:", f'provenance: verified\nquotes_guideline_of: "{year}"\nindications:'
    )
    pack = lay_pack(tmp_path / "ourpacks", policy=quoting)
    data = full_case()
    data["coverage"] |= {"payer_id": "acme-health", "payer_name": "Acme Health Plan"}
    letter = _letter(_written(data, tmp_path, year=2026, packs=pack))
    assert f"Category I, Grade 2C ({NINTH})" in letter
    assert ("edition" in letter.partition("Guideline")[2].partition("What happened")[0]) is (said is not None)
    assert said is None or f"CP-7, Apheresis {said}" in letter
    assert ("2019;34(3)" in letter) is (year == 2019)


def test_a_row_that_a_whole_edition_no_longer_holds_is_refused_in_words_of_its_own() -> None:
    held = evidence().edition
    without = held.with_rows(tuple(row for row in held.recommendations if row.id != "A068"))
    pack = evidence().model_copy(update={"edition": without})
    found = match(chart_of(case_of(evidence().indications["lambert-eaton"], "TPE")), pack)
    assert found.status is Status.NONE
    assert [one.standing for one in found.concerned] == [Standing.OTHER_MODALITY]
    (reason,) = refusals(found.concerned)
    assert (
        reason == f"The {NINTH} has no row for Lambert-Eaton myasthenic syndrome, and no rating of another edition is borrowed."
    )


def test_a_declared_indication_without_such_a_name_is_told_with_the_nearest() -> None:
    data = case_of(evidence().indications["lambert-eaton"], "TPE")
    data["indication"] = {"primary": "lambert-eatn"}
    gap = next(gap for gap in incomplete(chart_of(data)) if gap.id == "indication-unknown")
    assert "`lambert-eaton`" in gap.remedy
    assert "lambert-eatn" not in f"{gap.what} {gap.remedy}"


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("Lambert-Eaton myasthenic syndrome", "Lambert-Eaton myasthenic syndrome"),
        ("Guillain-Barré syndrome", "Guillain-Barré syndrome"),
        ("Wilson disease", "Wilson disease"),
        ("ANCA-associated vasculitis", "ANCA-associated vasculitis"),
        ("Heparin-induced thrombocytopenia", "heparin-induced thrombocytopenia"),
        ("Infection", "infection"),
    ],
)
def test_a_name_keeps_its_capital_within_a_sentence(text: str, within: str) -> None:
    assert mid_sentence(text) == within
