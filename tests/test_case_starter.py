"""The commented case of `priorauth new`: complete, and valid as it stands and with everything in use."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from priorauth.case import choices, codes
from priorauth.case.parts import Case
from priorauth.case.reader import CaseFile, read_case
from priorauth.case.starter import starter_case
from priorauth.errors import CaseError
from priorauth.facts import read_vocabulary
from priorauth.mistakes import models_within

TESTS = Path(__file__).parent
SMALL = TESTS / "data" / "reading_vocabulary.yaml"
SHIPPED = TESTS.parent / "evidence" / "facts.yaml"
FIELD_LINE = re.compile(r"(?m)^#(?=\S|  )")
"""The `#` of a line that is a field; one space after it makes an explanation."""


def read(folder: Path, text: str, vocabulary: Path = SMALL) -> CaseFile:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return read_case(path, vocabulary=read_vocabulary(vocabulary), as_of=date(2026, 11, 20))


def test_starter_as_it_stands_is_a_case_that_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, starter_case(read_vocabulary(SMALL))).case == Case(case_id="new-case")


@pytest.mark.parametrize("vocabulary", [SMALL, SHIPPED], ids=["small", "shipped"])
def test_starter_with_every_field_in_use_is_a_case_with_every_fact(tmp_path: Path, vocabulary: Path) -> None:
    text = FIELD_LINE.sub("", starter_case(read_vocabulary(vocabulary)))
    assert list(read(tmp_path, text, vocabulary).case.facts.keys() ^ read_vocabulary(vocabulary).facts.keys()) == []


def blocks() -> list[str]:
    """The commented fields one group at a time, each with the lines indented below it."""
    lines = FIELD_LINE.sub("\N{BULLET}", starter_case(read_vocabulary(SMALL))).splitlines()
    fields = [line.removeprefix("\N{BULLET}") for line in lines if line.startswith("\N{BULLET}")]
    starts = [n for n, line in enumerate(fields) if not line.startswith(" ")]
    return ["\n".join(fields[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]


NEEDS_ANOTHER_GROUP = ("names an exhibit that is not listed", "points at a diagnosis that is not listed", "names a provider that")


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.partition(":")[0])
def test_each_group_alone_is_valid_but_for_what_it_points_at(tmp_path: Path, block: str) -> None:
    try:
        read(tmp_path, f"format: 1\ncase_id: one\n{block}\n")
    except CaseError as error:
        others = [str(problem) for problem in error.problems if not problem.what.startswith(NEEDS_ANOTHER_GROUP)]
        assert others == []


def test_every_field_of_a_case_is_in_the_starter() -> None:
    text = starter_case(read_vocabulary(SMALL))
    missing = [
        f"{model.__name__}.{field}"
        for model in models_within(Case)
        for field in model.model_fields
        if not re.search(rf"[\s#{{-]{field}:", text)
    ]
    assert missing == []


def test_every_allowed_word_is_in_the_starter() -> None:
    text = starter_case(read_vocabulary(SMALL))
    enums = [
        kind for part in (choices, codes) for kind in vars(part).values() if isinstance(kind, type) and issubclass(kind, StrEnum)
    ]
    assert [str(word) for kind in enums for word in kind if str(word) not in text] == []


def test_starter_names_its_schema_first_and_every_line_fits_an_editor() -> None:
    lines = starter_case(read_vocabulary(SMALL)).splitlines()
    assert lines[0] == "# yaml-language-server: $schema=case.schema.json"
    assert [line for line in lines if line != line.rstrip()] == []


def test_starter_asks_the_question_of_every_fact_with_its_units_and_choices() -> None:
    vocabulary = read_vocabulary(SHIPPED)
    text = starter_case(vocabulary)
    for fact in vocabulary.facts.values():
        assert fact.question in text
        assert all(word in text for word in (*fact.units, *fact.choices))
