"""What `check`, `explain` and a refused `letter` say of every sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from priorauth.errors import ExitCode
from tests.commands import AS_OF, SAMPLES, run

NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/case.yaml"))
EXPECTED: dict[str, dict[str, Any]] = {
    name: json.loads((SAMPLES / name / "expected.json").read_text(encoding="utf-8")) for name in NAMES
}
WITHOUT_LETTER = [name for name in NAMES if EXPECTED[name]["exit_code"]]

KEYS = [
    "case_id", "file", "as_of", "exit_code", "status", "indication", "wording", "asfa", "also_present", "payer", "findings",
    "gaps", "deadlines", "reasons", "belongs_to", "would_change", "contrary", "concerned", "candidates", "notice",
]  # fmt: skip
"""The contract of `--format json`: adding a key is a change of the README, renaming one breaks scripts."""


def case(name: str) -> Path:
    return SAMPLES / name / "case.yaml"


def checked(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", case(name), *AS_OF, "--format", "json").stdout)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_check_ends_as_expected_and_says_so_in_the_contract_s_words(name: str) -> None:
    told = run("check", case(name), *AS_OF, "--format", "json")
    found, expected = json.loads(told.stdout), EXPECTED[name]
    assert list(found) == KEYS
    assert told.exit_code == found["exit_code"] == expected["exit_code"]
    assert (found["status"], found["indication"]) == (expected["status"], expected["indication"])
    asfa = found["asfa"] and {key: found["asfa"][key] for key in expected["asfa"] or {}}
    assert asfa == expected["asfa"]


@pytest.mark.parametrize(
    ("name", "unmet"),
    [("npsle-last-resort", "Other options are exhausted"), ("ttp-medicare", "Nothing else is left"), ("caps", None)],
)
def test_check_says_what_the_payer_asks_and_the_case_does_not_meet(name: str, unmet: str | None) -> None:
    found, text = checked(name)["payer"]["not_met"], run("check", case(name), *AS_OF).stdout
    assert [one.partition(" (")[0] for one in found] == ([unmet] if unmet else [])
    assert ("Not met" in text) is (unmet is not None)


@pytest.mark.parametrize("name", NAMES)
def test_explain_ends_with_0_and_tells_the_same_as_check(name: str) -> None:
    told = run("explain", case(name), *AS_OF, "--format", "json")
    assert told.exit_code == ExitCode.DONE
    assert json.loads(told.stdout) == checked(name)


@pytest.mark.parametrize("name", NAMES)
def test_text_fits_80_columns_and_category_iv_is_told_only_where_the_case_is_about_it(name: str) -> None:
    about_it = any("Category IV" in words for words in EXPECTED[name]["says"])
    for command in ("check", "explain"):
        text = run(command, case(name), *AS_OF).stdout.replace(str(SAMPLES), "samples")
        assert max(len(line) for line in text.splitlines()) <= 80
        assert ("Category IV" in text) is about_it
        assert "None" not in text.split()


@pytest.mark.parametrize("name", WITHOUT_LETTER)
def test_a_refused_letter_ends_as_check_does_says_what_is_wrong_and_writes_nothing(name: str, tmp_path: Path) -> None:
    told = run("letter", case(name), *AS_OF, "-o", tmp_path / "draft")
    assert told.exit_code == EXPECTED[name]["exit_code"]
    assert told.stdout == ""
    assert told.stderr == run("check", case(name), *AS_OF).stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name in NAMES if EXPECTED[name]["exit_code"] == ExitCode.NOT_SUPPORTED])
def test_every_refusal_gives_a_reason_and_is_no_treatment_advice(name: str) -> None:
    found = checked(name)
    assert found["reasons"]
    assert found["notice"] == "This is not treatment advice; do not delay emergency care."
    assert found["belongs_to"] or found["would_change"]


@pytest.mark.parametrize("name", [name for name in NAMES if EXPECTED[name]["exit_code"] == ExitCode.BLOCKED])
def test_every_block_says_what_is_missing_where_it_goes_and_from_whom(name: str) -> None:
    blocking = [gap for gap in checked(name)["gaps"] if gap["blocks"]]
    assert blocking
    assert [gap["id"] for gap in blocking if not (gap["what"] and gap["remedy"] and gap["field"] and gap["owner"])] == []


def test_nephritis_alone_is_refused_with_its_trial() -> None:
    found = checked("ln-alone")
    assert any("Lewis EJ" in reference and "1992" in reference for one in found["contrary"] for reference in one["references"])
    assert "Lewis 1992" in run("check", case("ln-alone"), *AS_OF).stdout.replace("\n    ", " ")


def test_two_rows_that_fit_are_both_shown() -> None:
    found = checked("two-fit")
    rows = {one["indication"]: one["asfa"]["grade"] for one in found["candidates"] if one["indication"] in found["concerned"]}
    assert rows == {"caps": "2C", "ttp-immune": "1A"}


def test_explain_names_the_line_of_each_fact_and_not_its_value() -> None:
    text = run("explain", case("ttp"), *AS_OF).stdout
    lines = case("ttp").read_text(encoding="utf-8").splitlines()
    written = next(number for number, line in enumerate(lines, start=1) if "adamts13_activity" in line)
    assert any(f"ADAMTS13 activity: line {number}" in text for number in (written, written + 1))
