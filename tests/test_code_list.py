"""Codes exist and can be billed on the date of service, and do not exclude each other; the release is named."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from priorauth.case.codes import DiagnosisCode
from priorauth.errors import PackError
from priorauth.facts import Owner
from priorauth.packs import data_folder
from priorauth.payers.code_list import CODE_FOLDER, CodeList, CodeStanding
from priorauth.payers.reader import read_rules
from priorauth.reasoning.gaps import Gap
from tests.cases import Data, chart_of, evidence, full_case, incomplete, put, rules, vocabulary

IN_2026 = "2026-05-04"
"""A date of service that the release holds on."""
RELEASE = "ICD-10-CM FY2026, tabular list of April 1, 2026"


def held() -> CodeList:
    (only,) = rules().code_lists.lists
    return only


def billable() -> list[str]:
    """Every billable code, read without the look-up that is tested."""
    codes: list[str] = []
    for category, *tokens in (line.split() for line in held().codes.splitlines() if line):
        split = [token.partition(":") for token in tokens]
        codes += [f"{category}.{stem}{end}" for stem, _, ends in split for end in ends] or [category]
    return codes


# ---- the pack


def test_the_list_has_as_many_billable_codes_as_the_release() -> None:
    # Counted in CDC's own file of billable codes.
    assert len(billable()) == len(set(billable())) == held().about.billable == 74_719


def test_every_billable_code_has_the_form_that_a_case_takes() -> None:
    form = TypeAdapter(DiagnosisCode)
    assert [code for code in billable() if form.validate_python(code) != code] == []


def test_every_billable_code_is_found_and_nothing_above_it_is_billable() -> None:
    wrong = [code for code in billable()[::97] if held().standing(code) is not CodeStanding.BILLABLE]
    above = {code[:-1].rstrip(".") for code in billable()[::97] if len(code) > 3}
    assert wrong == []
    assert {held().standing(code) for code in above} == {CodeStanding.HEADER}


def test_the_release_names_its_source_and_the_digest_of_each_file() -> None:
    folder = data_folder("payers") / CODE_FOLDER
    texts = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.txt")}
    assert texts == held().about.sha256
    assert held().about.release == RELEASE
    assert held().about.source.startswith("https://")
    assert (held().about.first, held().about.last) == (date(2025, 10, 1), date(2026, 9, 30))


def test_the_list_stays_small() -> None:
    assert sum(path.stat().st_size for path in (data_folder("payers") / CODE_FOLDER).iterdir()) < 400_000


def test_every_exclusion_names_codes_of_the_release() -> None:
    words = set(held().excludes.split())
    ends = {end for word in words for end in word.split("-")}
    unknown = {end for end in ends if held().standing(end) is CodeStanding.ABSENT}
    # One note of CDC still names a code that is there no more.
    assert unknown == {"R10.4"}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the pack that a test may spoil."""
    return Path(shutil.copytree(data_folder("payers"), tmp_path / "payers"))


def test_a_code_list_that_was_changed_is_refused(copied: Path) -> None:
    path = copied / CODE_FOLDER / "fy2026-codes.txt"
    path.write_bytes(path.read_bytes().replace(b"M31 :0", b"M31 :01", 1))
    with pytest.raises(PackError, match="1 problem") as error:
        read_rules(copied, vocabulary=vocabulary())
    assert "is not what its release names" in error.value.problems[0].what


@pytest.mark.parametrize("name", ["fy2026.yaml", "fy2026-excludes1.txt"])
def test_a_missing_part_of_the_code_list_is_named(copied: Path, name: str) -> None:
    (copied / CODE_FOLDER / name).unlink()
    with pytest.raises(PackError) as error:
        read_rules(copied, vocabulary=vocabulary())
    assert len(error.value.problems) == 1


# ---- looking up; every expectation is copied from CDC's tabular list


@pytest.mark.parametrize(
    ("code", "standing"),
    [
        ("D68.61", CodeStanding.BILLABLE),
        ("M31.19", CodeStanding.BILLABLE),
        ("M31.1", CodeStanding.HEADER),
        ("M31", CodeStanding.HEADER),
        ("M31.12", CodeStanding.ABSENT),
        ("M31.190", CodeStanding.ABSENT),
        ("B20", CodeStanding.BILLABLE),
        ("B20.0", CodeStanding.ABSENT),
        ("QA0.0101", CodeStanding.BILLABLE),
        ("QA0", CodeStanding.HEADER),
        ("S06.0X0A", CodeStanding.BILLABLE),
        ("S06.0X0", CodeStanding.HEADER),
        ("S06.0X", CodeStanding.HEADER),
        # Who died of it has no later encounter.
        ("S06.1X7A", CodeStanding.BILLABLE),
        ("S06.1X7D", CodeStanding.ABSENT),
        ("V00.01XA", CodeStanding.BILLABLE),
        ("V00.01", CodeStanding.HEADER),
        ("A99", CodeStanding.BILLABLE),
        ("A00", CodeStanding.HEADER),
        ("Z99.9", CodeStanding.ABSENT),
        ("U99", CodeStanding.ABSENT),
    ],
)
def test_a_code_is_billable_a_header_or_not_there(code: str, standing: CodeStanding) -> None:
    assert held().standing(code) is standing


@pytest.mark.parametrize(
    ("header", "below"),
    [
        ("M31.1", ("M31.10", "M31.11", "M31.19")),
        ("D68.6", ("D68.61", "D68.62", "D68.69")),
        ("R04.8", ("R04.81", "R04.89")),
        ("M31.19", ()),
        ("B20", ()),
        ("Z99.9", ()),
    ],
)
def test_the_codes_below_a_header_are_named_in_order(header: str, below: tuple[str, ...]) -> None:
    assert held().below(header) == below


@pytest.mark.parametrize(
    ("one", "other", "note"),
    [
        ("D68.61", "D65", ("D68.6", "D65")),
        # The dash in D75.82- stands for every code below.
        ("D68.61", "D75.821", ("D68.6", "D75.82")),
        ("D68.61", "R76.0", ("D68.61", "R76.0")),
        ("M32.14", "L93.1", ("L93", "M32")),
        ("N08", "M32.14", ("N08", "M32.14")),
        # A range, and a note of a whole chapter.
        ("I00", "I01.9", ("I00", "I01.0-I01.9")),
        ("O14.00", "Z34.00", ("O00-O9A", "Z34")),
        ("M32.19", "G05.3", None),
        ("M32.13", "R04.89", None),
        ("M32.14", "M31.19", None),
        ("D68.61", "D68.62", None),
        ("D68.61", "D68.61", None),
    ],
)
def test_codes_exclude_each_other_whichever_comes_first(one: str, other: str, note: tuple[str, str] | None) -> None:
    for pair in ([one, other], [other, one]):
        # Where each has a note on the other, the one of the earlier code is named.
        found = [{exclusion.holder, exclusion.excluded} for _, _, exclusion in held().exclusions(pair)]
        assert found == ([set(note)] if note else [])


@pytest.mark.parametrize("form", ["M31.1", "QA0.0101", "C4A.0", "B20", "S06.0X0A"])
def test_a_code_of_the_release_has_the_form_of_one(form: str) -> None:
    assert TypeAdapter(DiagnosisCode).validate_python(form) == form


@pytest.mark.parametrize("form", ["HIT", "m31.1", "M311", "M31.", "M31.10000", "1A0"])
def test_what_has_not_the_form_of_a_code_is_refused(form: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(DiagnosisCode).validate_python(form)


# ---- a case


def coded(*codes: str, on: str = IN_2026) -> Data:
    more = {"text": "t", "certainty": "confirmed", "onset": "2026-01-12"}
    data = put(full_case(), "services.0.start", on)
    return put(data, "diagnoses", [{"code": code, "sequence": str(place), **more} for place, code in enumerate(codes, 1)])


def code_gaps(data: Data) -> list[Gap]:
    return [gap for gap in incomplete(chart_of(data)) if gap.id.startswith("code-")]


@pytest.mark.parametrize(
    ("code", "on", "gaps"),
    [
        ("N17.9", IN_2026, []),
        ("N17", IN_2026, [("code-header", True)]),
        ("N17.99", IN_2026, [("code-unknown", True)]),
        # The last day of the release, the day after, the first, the day before.
        ("N17.99", "2026-09-30", [("code-unknown", True)]),
        ("N17.99", "2026-10-01", []),
        ("N17.99", "2025-10-01", [("code-unknown", True)]),
        ("N17.99", "2025-09-30", []),
        ("N17", "2026-10-01", [("code-header", True)]),
        # What is split today may have been billable before.
        ("N17", "2025-09-30", [("code-header", False)]),
        # A trap has better words than the list, and knows since when.
        ("M31.1", IN_2026, [("code-trap", True)]),
        ("M31.1", "2021-10-01", [("code-trap", True)]),
        ("M31.1", "2021-09-30", []),
        ("M32.9", IN_2026, [("code-trap", False)]),
    ],
)
def test_a_code_is_judged_by_the_release_on_the_date_of_service(code: str, on: str, gaps: list[tuple[str, bool]]) -> None:
    found = code_gaps(coded("D68.61", code, on=on))
    assert [(gap.id, gap.blocks) for gap in found] == gaps
    assert {gap.owner for gap in found} <= {Owner.BILLING}
    assert {gap.field for gap in found} <= {"diagnoses[1].code"}


def test_a_header_names_what_to_use_and_the_release() -> None:
    (gap,) = code_gaps(coded("D68.61", "N17"))
    assert "N17.0, N17.1, N17.2, N17.8, N17.9" in gap.remedy
    assert RELEASE in gap.reason


def test_a_header_with_many_codes_below_it_names_the_first() -> None:
    (gap,) = code_gaps(coded("D68.61", "S06"))
    assert len(re.findall(r"S06\.\w+", gap.remedy)) == 8
    assert "and others" in gap.remedy


def test_an_unknown_code_names_the_release_and_never_itself() -> None:
    (gap,) = code_gaps(coded("D68.61", "N17.99"))
    assert RELEASE in gap.reason
    assert "N17.99" not in f"{gap.what}{gap.remedy}{gap.reason}"


def test_codes_that_exclude_each_other_warn_and_name_both_places() -> None:
    (gap,) = code_gaps(coded("D68.61", "O14.00", "Z34.00"))
    assert (gap.blocks, gap.field) == (False, "diagnoses[2].code")
    assert "O00-O9A excludes Z34" in gap.what
    assert "diagnoses[1].code" in gap.remedy
    assert "diagnoses[2].code" in gap.remedy
    assert RELEASE in gap.reason


def test_a_code_that_is_excluded_twice_is_named_with_each() -> None:
    found = code_gaps(coded("D68.61", "O14.00", "O36.0110", "Z34.00"))
    assert [gap.id for gap in found] == ["code-excludes-2", "code-excludes-3"]


def test_what_the_indication_refuses_is_not_said_twice() -> None:
    assert [(gap.id, gap.blocks) for gap in code_gaps(coded("D68.61", "D65"))] == [("code-never-with", True)]


# ---- the codes that our own packs name


def asked_for() -> list[tuple[str, str]]:
    coded = evidence().indications.items()
    return [(name, code) for name, one in coded for code in (*one.coding.primary, *one.coding.with_one_of)]


def test_every_code_that_an_indication_asks_for_can_be_billed() -> None:
    wrong = [
        (name, code)
        for name, code in asked_for()
        if not (held().below(code.rstrip("-")) or held().standing(code) is CodeStanding.BILLABLE)
    ]
    assert asked_for()
    assert wrong == []


def test_no_indication_asks_for_codes_that_exclude_each_other() -> None:
    for name, one in evidence().indications.items():
        pairs = [(first, second) for first in one.coding.primary for second in one.coding.with_one_of]
        assert [pair for pair in pairs if list(held().exclusions(pair))] == [], name


def test_every_code_that_an_indication_refuses_is_a_code() -> None:
    for name, one in evidence().indications.items():
        rules_of = (*one.coding.never_with, *one.coding.not_instead)
        absent = [rule.code for rule in rules_of if held().standing(rule.code.rstrip("-")) is CodeStanding.ABSENT]
        assert absent == [], name


def test_the_traps_are_what_the_release_says_of_them() -> None:
    codes = rules().codes
    assert codes.release == held().about.release
    assert {trap.code: held().standing(trap.code) for trap in codes.not_billable} == {
        trap.code: CodeStanding.HEADER for trap in codes.not_billable
    }
    assert {held().standing(trap.code) for trap in codes.doubtful} == {CodeStanding.BILLABLE}
