"""Each broken case reports exactly what is wrong with it; dropping a file into the folder adds a test.

Beside `name.yaml` stands `name.expected` with one line for each problem: line, column, field, what is
wrong and how to mend it. `python tests/test_invalid_cases.py` writes those that are missing, to be read
before they are kept.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest
import yaml

from priorauth.case import choices
from priorauth.case.parts import Case
from priorauth.case.practice import Practice, read_practice
from priorauth.case.reader import read_case
from priorauth.errors import CaseError, ExitCode
from priorauth.facts import read_vocabulary
from priorauth.mistakes import known_names

TESTS = Path(__file__).parent
CASES = sorted(path for path in (TESTS / "invalid_cases").iterdir() if path.suffix != ".expected")
VOCABULARY = read_vocabulary(TESTS / "data" / "reading_vocabulary.yaml")
PRACTICE = read_practice(TESTS / "data" / "reading_practice.yaml")
AS_OF = date(2026, 11, 20)


def refusal_of(path: Path) -> CaseError:
    with pytest.raises(CaseError) as raised:
        read_case(path, vocabulary=VOCABULARY, as_of=AS_OF, practice=PRACTICE)
    return raised.value


def report(path: Path) -> str:
    """The problems as `.expected` holds them: without the file's name, which is the test's."""
    lines = [str(problem).removeprefix(f"{path}:") for problem in refusal_of(path).problems]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_broken_case_reports_exactly_its_problems(path: Path) -> None:
    assert report(path) == path.with_suffix(".expected").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_broken_case_exits_as_a_case_error_that_says_where_and_how_to_mend(path: Path) -> None:
    error = refusal_of(path)
    assert error.exit_code is ExitCode.CASE
    assert all(problem.line and problem.column and problem.what and problem.remedy for problem in error.problems)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_no_value_of_a_broken_case_is_in_its_error(path: Path) -> None:
    text = str(refusal_of(path)).replace(str(path), "")
    assert [value for value in values_in(path) if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE)] == []


def values_in(path: Path) -> list[str]:
    """Every text of four places or more in the file that is not a word of ours, as far as it can be scanned."""
    enums = [kind for kind in vars(choices).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    ours = {*known_names(Case), *known_names(Practice), *VOCABULARY.facts, *(str(word) for kind in enums for word in kind)}
    ours |= {choice for fact in VOCABULARY.facts.values() for choice in fact.choices} | {"null"}
    values: list[str] = []
    try:
        tokens = yaml.scan(path.read_text(encoding="utf-8", errors="replace"))
        values.extend(token.value for token in tokens if isinstance(token, yaml.ScalarToken))
    except yaml.YAMLError:
        pass  # what follows the fault can not have been read by us either
    return [value for value in values if len(value) > 3 and value.lower() not in ours]


def test_there_are_enough_broken_cases_and_no_expectation_without_one() -> None:
    assert len(CASES) >= 60
    assert {path.stem for path in (TESTS / "invalid_cases").glob("*.expected")} == {path.stem for path in CASES}


def _write_missing_expectations() -> None:
    for path in CASES:
        if not path.with_suffix(".expected").exists():
            path.with_suffix(".expected").write_text(report(path), encoding="utf-8")


if __name__ == "__main__":
    _write_missing_expectations()
