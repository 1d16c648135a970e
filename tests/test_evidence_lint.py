"""`priorauth evidence lint`: every mistake that can be planted into the evidence is found, with its line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from priorauth.errors import ExitCode
from priorauth.packs import data_folder
from tests.commands import replaced, run
from tests.comparisons import OTHER, ROW, STATEMENT, lay_comparisons, recorded

FOLDER = data_folder("evidence")
CAPS, DAH, RELAPSE = "indications/caps.yaml", "indications/sle-dah.yaml", "indications/ms-relapse.yaml"
OLD, NEW = "guidelines/asfa-2019.yaml", "guidelines/asfa-2023.yaml"
RECORDS, SHARED, DECLARED = "citations.json", "criteria.yaml", "declared.yaml"
UNCITED = '{"id": "aaa-1999", "type": "article-journal", "title": "x", "issued": {"date-parts": [[1999]]}}'
COMPARED = "compared: {by: Me, on: 2026-01-01}"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of our evidence that a test may damage."""
    return Path(shutil.copytree(FOLDER, tmp_path / "evidence"))


def plant(pack: Path, file: str, old: str, new: str) -> None:
    """Put a mistake where the pack first says something."""
    path = pack / file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1) if old in text else replaced(text, old, new), encoding="utf-8")


def line_of(pack: Path, file: str, text: str) -> int:
    """The line on which this stands for the first time, or for the second where ` #2` follows it."""
    text, _, time = text.partition(" #")
    lines = (pack / file).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if text in line][int(time or 1) - 1]


def told(stderr: str) -> list[tuple[str, int, str]]:
    """File, line and words of every mistake."""
    found = re.findall(r"^  \S*/evidence/(\S+?):(\d+):\d+\n((?:    .*\n?)+)", stderr, re.MULTILINE)
    return [(file, int(line), " ".join(words.split())) for file, line, words in found]


def test_our_own_evidence_has_no_mistake() -> None:
    linted = run("evidence", "lint")
    assert linted.exit_code == ExitCode.DONE, linted.stderr
    assert linted.stdout.startswith("No mistakes. Checked: 2 editions with 200 rows, ")


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "words"),
    [
        # Every statement cites, and what it cites is there.
        (CAPS, "citations: [bucciarelli-2006]", "citations: []", "citations: []", "citations has too few entries."),
        (CAPS, "citations: [bucciarelli-2006]", "citations: [nobody-2006]", "[nobody-2006]", "is no record of citations.json."),
        # Every figure was read.
        (CAPS, '["2018", "0.92"]', '["2018", "0.29"]', '"0.29"', "lacks a figure of the text. Add 0.92 as read in the source"),
        (DAH, '["67%", "2000", "2013"]', '["67", "2000", "2013"]', '["67", ', "lacks a figure of the text. Add 67%"),
        (DAH, '    figures: ["86", "1992"]\n', "", "- id: nephritis-trial", "lacks a figure of the text. Add 86, 1992"),
        # Every record is used, and is there once.
        (RECORDS, "[\n  {\n", f"[\n  {UNCITED},\n  {{\n", "aaa-1999", "which nothing cites."),
        (RECORDS, '"id": "aguiar-2013"', '"id": "aguirre-valencia-2019"', '"aguirre-valencia-2019" #2', "is the id of an"),
        # Ids are sorted, and each is there once.
        (OLD, "{id: A022,", "{id: A024,", "{id: A023,", "is out of order."),
        (NEW, "{id: A002,", "{id: A001,", 'condition: "Primary treatment", modality: "TPE"', "is the id of an earlier entry."),
        (DECLARED, "- id: alzheimer\n", "- id: zz-alzheimer\n", "- id: amyloidosis-dialysis", "is out of order."),
        (DECLARED, "- id: amyloidosis-dialysis\n", "- id: alzheimer\n", "- id: alzheimer #2", "is the id of an earlier entry."),
        (CAPS, "- id: registry-recovery", "- id: registry-mortality", "- id: registry-mortality #2", "is the id of an"),
        (SHARED, "- id: not-severe", "- id: lupus", "- id: lupus #3", "is the id of an earlier entry."),
        (RECORDS, '"id": "aguiar-2013"', '"id": "zz-2013"', '"aguirre-valencia-2019"', "is out of order."),
        # Identifiers are well formed.
        (RECORDS, '"10.1002/art.22018"', '"10.1002/art.22018."', '"10.1002/art.22018."', "DOI is not a DOI."),
        (RECORDS, '"10.1002/art.22018"', '"doi:10.1002/art.22018"', '"doi:10', "DOI is not a DOI."),
        (RECORDS, '"16868979"', '"PMC16868979"', '"PMC16868979"', "PMID is not a PMID."),
        (RECORDS, '"16868979"', '"168689790"', '"168689790"', "PMID is not a PMID."),
        # Nothing unverified can be printed.
        (CAPS, "    verified: abstract\n", "", "- id: registry-mortality", "verified is missing."),
        (CAPS, "    claim: C02\n", "", "- id: registry-mortality", "claim is missing."),
        (CAPS, "    check_by: physician\n", "", "- id: registry-mortality", "check_by is missing."),
        (CAPS, "verified: abstract", "verified: recalled", "verified: recalled", "verified is not one of the allowed words."),
        (CAPS, "verified: abstract", "verified: secondary", "verified: secondary", "its text does not say so."),
        (CAPS, "    claim: C02\n", f"    claim: C02\n    {COMPARED}\n", COMPARED, "is never written here."),
        # Every criterion says on what it rests.
        (RELAPSE, "relapse, basis: general, choice", "relapse, choice", "recognized_by:", "without saying on what it rests."),
        (RELAPSE, "      basis: general\n      all:", "      all:", "- id: ms-confirmed", "without saying on what it rests."),
        # Editions.
        (OLD, "published: 2019-07-01", "published: 2023-05-01", "published: 2023-05-01", "is the day of asfa-2019 too."),
        (OLD, "citation: padmanabhan-2019", "citation: nobody-2019", "citation: nobody-2019", "is no record of citations.json."),
        (DECLARED, "rows: [A011]", "rows: [A012]", "{id: A011,", "is A011, on which no indication rests."),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_found_with_its_line(pack: Path, file: str, old: str, new: str, at: str, words: str) -> None:
    plant(pack, file, old, new)
    linted = run("evidence", "lint", pack)
    assert linted.exit_code == ExitCode.PACK
    found = [one for one in told(linted.stderr) if words in one[2]]
    assert found != [], linted.stderr
    assert line_of(pack, found[0][0], at) == found[0][1], linted.stderr


def test_every_mistake_of_every_file_is_told_at_once_by_file_and_line(pack: Path) -> None:
    plant(pack, CAPS, '["2018", "0.92"]', '["2018", "0.29"]')
    plant(pack, CAPS, "- id: registry-recovery", "- id: registry-mortality")
    plant(pack, DAH, "points_to: [anti-gbm]", "points_to: [goodpasture]")
    plant(pack, RECORDS, '"id": "aguiar-2013"', '"id": "zz-2013"')
    plant(pack, NEW, "{id: A002,", "{id: A001,")
    plant(pack, DECLARED, "- id: alzheimer\n", "- id: zz-alzheimer\n")
    found = told(run("evidence", "lint", pack).stderr)
    assert {file for file, _, _ in found} >= {CAPS, DAH, RECORDS, NEW, DECLARED}
    assert found == sorted(found, key=lambda one: one[:2])


def test_every_mistake_has_a_line_and_fits_80_columns_but_for_paths(pack: Path) -> None:
    plant(pack, DAH, '    figures: ["86", "1992"]\n', "")
    stderr = run("evidence", "lint", pack).stderr
    assert [line for line in stderr.splitlines() if len(line) > 80 and str(pack) not in line] == []
    assert stderr.count(f"  {pack}/") == len(told(stderr)) == 1


def test_a_statement_that_says_who_reports_it_may_rest_on_another_document(pack: Path) -> None:
    plant(pack, CAPS, "verified: abstract", "verified: secondary")
    plant(pack, CAPS, "The figure is for all patients", "As reported by a later review, the figure is for all patients")
    assert run("evidence", "lint", pack).exit_code == ExitCode.DONE


def test_a_record_marked_as_background_need_not_be_cited(pack: Path) -> None:
    plant(pack, RECORDS, "[\n  {\n", f'[\n  {UNCITED[:-1]}, "background": "yes"}},\n  {{\n')
    assert run("evidence", "lint", pack).exit_code == ExitCode.DONE


def test_the_folder_above_may_be_named_too(pack: Path) -> None:
    assert run("evidence", "lint", pack.parent).stdout == run("evidence", "lint", pack).stdout


# ---- a clinic's own comparisons ---------------------------------------------------------------------------------


def test_comparisons_that_count_are_no_mistake(tmp_path: Path) -> None:
    linted = run("evidence", "lint", lay_comparisons(tmp_path, recorded(ROW), recorded(STATEMENT)))
    assert (linted.exit_code, linted.stdout) == (ExitCode.DONE, "No mistakes. Checked: 2 comparisons.\n")


def test_comparisons_that_no_longer_count_are_named_with_the_reason(tmp_path: Path) -> None:
    linted = run("evidence", "lint", lay_comparisons(tmp_path, recorded(ROW, sha256=OTHER), recorded("caps/gone")))
    assert linted.exit_code == ExitCode.DONE
    page = " ".join(linted.stdout.split())
    assert f"No longer counting (2) - {ROW} (Elena Reyes, MD, 2026-11-20): it reads otherwise now; compare it again." in page
    assert "caps/gone (Elena Reyes, MD, 2026-11-20): it is no longer there" in page


def test_a_folder_without_evidence_or_comparisons_is_refused_with_the_remedy(tmp_path: Path) -> None:
    linted = run("evidence", "lint", tmp_path)
    assert linted.exit_code == ExitCode.PACK
    assert "holds no comparison" in linted.stderr
    assert "priorauth evidence review" in linted.stderr
