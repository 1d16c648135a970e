"""Reading a case: what comes back, where each thing is written, and what is refused together."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priorauth.case.parts import Case, ServiceLine
from priorauth.case.practice import PracticeFile, find_practice, read_practice
from priorauth.case.reader import CaseFile, read_case
from priorauth.case.starter import starter_case
from priorauth.errors import CaseError
from priorauth.facts import read_vocabulary
from priorauth.mistakes import Location
from priorauth.moments import Moment

DATA = Path(__file__).parent / "data"
VOCABULARY = read_vocabulary(DATA / "reading_vocabulary.yaml")
PRACTICE = read_practice(DATA / "reading_practice.yaml")
AS_OF = date(2026, 11, 20)

GOOD = """format: 1
case_id: good
member:
  name: {given: Ana, family: Example}
  member_id: 00123456
  birth_date: 1985-03-04
requesting_provider: reyes
facility: main
services:
  - {procedure_code: 36514, units: 5, place_of_service: 09, diagnoses: [1]}
diagnoses:
  - {code: D68.61, sequence: 1, text: a disease, certainty: confirmed}
facts:
  platelets:
    value: <5
    unit: 10*9/L
    taken: 2026-11-17T08:00
    exhibit: labs
    page: 2
  schistocytes:
    - {value: no, taken: 2026-11-15}
    - {value: yes, taken: 2026-11-17}
exhibits:
  - {id: labs, title: Laboratory, pages: 3}
"""


def read(folder: Path, text: str, *, practice: PracticeFile | None = PRACTICE, name: str = "case.yaml") -> CaseFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_case(path, vocabulary=VOCABULARY, as_of=AS_OF, practice=practice)


def problems(folder: Path, text: str, *, practice: PracticeFile | None = PRACTICE) -> list[str]:
    with pytest.raises(CaseError) as raised:
        read(folder, text, practice=practice)
    return [
        f"{problem.line}:{problem.column} {problem.field}: {problem.what} {problem.remedy}" for problem in raised.value.problems
    ]


def test_identifiers_keep_their_zeros_and_numbers_become_numbers(tmp_path: Path) -> None:
    case = read(tmp_path, GOOD).case
    assert case.member.member_id == "00123456"
    assert case.services == (ServiceLine(procedure_code="36514", units=5, place_of_service="09", diagnoses=(1,)),)


def test_fact_written_alone_is_the_same_as_a_list_of_one(tmp_path: Path) -> None:
    alone = read(tmp_path, GOOD)
    listed = read(
        tmp_path,
        GOOD.replace("platelets:\n    value: <5\n  ", "platelets:\n    - value: <5\n  ")
        .replace("    unit", "      unit")
        .replace("    taken: 2026-11-17T08", "      taken: 2026-11-17T08")
        .replace("    exhibit", "      exhibit")
        .replace("    page", "      page"),
    )
    assert alone.case == listed.case
    assert alone.case.facts["platelets"][0].taken == Moment.parse("2026-11-17T08:00")


def test_json_case_is_the_same_case(tmp_path: Path) -> None:
    case = {
        "format": 1,
        "case_id": "good",
        "member": {"member_id": "00123456", "weight": {"kg": 62.5}},
        "diagnoses_complete": True,
    }
    read_from = read(tmp_path, json.dumps(case), name="case.json").case
    assert (read_from.member.member_id, read_from.diagnoses_complete) == ("00123456", True)
    assert read_from.member.weight is not None
    assert read_from.member.weight.kg == Decimal("62.5")


def test_everything_but_format_and_case_id_may_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, "format: 1\ncase_id: thin\n", practice=None).case == Case(case_id="thin")


SOURCES: list[tuple[Location, str, str, int]] = [
    (("member", "name", "given"), "case:member.name.given", "case.yaml", 4),
    (("facts", "platelets", 0, "value"), "case:facts.platelets[0].value", "case.yaml", 15),
    (("facts", "schistocytes", 1, "value"), "case:facts.schistocytes[1].value", "case.yaml", 22),
    (("services", 0, "role"), "case:services[0].role", "case.yaml", 10),  # a default, shown at the line that has it
    (("request", "kind"), "case:request.kind", "case.yaml", 1),
    (("requesting_provider", "npi"), "practice:providers.reyes.npi", "reading_practice.yaml", 7),
    (("requesting_provider", "contact", "phone"), "practice:contacts.desk.phone", "reading_practice.yaml", 12),
    (("facility", "name"), "practice:facilities.main.name", "reading_practice.yaml", 10),
    (("peer_to_peer", "hours"), "practice:peer_to_peer.hours", "reading_practice.yaml", 13),
]


@pytest.mark.parametrize(("location", "source", "file", "line"), SOURCES, ids=[source for _, source, _, _ in SOURCES])
def test_source_says_in_which_file_and_line_a_value_is_written(
    tmp_path: Path, location: Location, source: str, file: str, line: int
) -> None:
    case_file = read(tmp_path, GOOD)
    assert case_file.source(location) == source
    assert (Path(case_file.place(source).file).name, case_file.place(source).line) == (file, line)


def test_value_behind_a_source_is_the_value_of_the_case(tmp_path: Path) -> None:
    case_file = read(tmp_path, GOOD)
    for location, source, _, _ in SOURCES:
        here: object = case_file.case
        for step in location:
            here = here[step] if isinstance(here, dict | tuple) else getattr(here, str(step))  # type: ignore[index]  # one of the two
        assert case_file.value(source) == here


NOT_THERE = [
    "member.nickname",
    "facts.organs_involved[0].value",
    "facts.platelets[1].value",
    "services[-1].units",
    "",
    "member..name",
]
MALFORMED = ["member.name.given ", "../case.yaml", "services[0].__class__", "model_fields", "member[name]", "services.0.units"]
OTHER_KIND = ["practice:providers.nobody.npi", "practice:", "member.name", "policy:member.name"]


@pytest.mark.parametrize("source", [*(f"case:{path}" for path in (*NOT_THERE, *MALFORMED)), *OTHER_KIND])
def test_source_that_stands_nowhere_resolves_to_nothing(tmp_path: Path, source: str) -> None:
    case_file = read(tmp_path, GOOD)
    with pytest.raises(KeyError):
        case_file.place(source)
    with pytest.raises(KeyError):
        case_file.value(source)


def test_case_file_cannot_be_changed(tmp_path: Path) -> None:
    case_file = read(tmp_path, GOOD)
    with pytest.raises(dataclasses.FrozenInstanceError):
        case_file.name = "other"  # type: ignore[misc]  # the point of the test


def test_provider_written_out_is_taken_from_the_case(tmp_path: Path) -> None:
    text = GOOD.replace("requesting_provider: reyes", 'requesting_provider: {name: Ann Other, npi: "1999999927"}')
    case_file = read(tmp_path, text, practice=PRACTICE)
    assert case_file.source(("requesting_provider", "npi")) == "case:requesting_provider.npi"
    assert case_file.provider("requesting_provider")[1].name == "Ann Other"
    assert case_file.provider("okafor") == ("practice:providers.okafor", PRACTICE.practice.providers["okafor"])
    with pytest.raises(KeyError):
        case_file.provider("nobody")


def test_servicing_provider_may_be_a_person_or_a_facility(tmp_path: Path) -> None:
    held = [read(tmp_path, f"{GOOD}servicing_provider: {key}\n").source(("servicing_provider",)) for key in ("okafor", "main")]
    assert held == ["practice:providers.okafor", "practice:facilities.main"]


def test_peer_to_peer_of_the_case_comes_before_that_of_the_clinic(tmp_path: Path) -> None:
    case_file = read(tmp_path, GOOD + "peer_to_peer: {physician: Ann Other, phone: 555-0177, hours: noon}\n")
    assert case_file.case.peer_to_peer is not None
    assert case_file.case.peer_to_peer.physician == "Ann Other"
    assert case_file.source(("peer_to_peer", "phone")) == "case:peer_to_peer.phone"


def test_key_without_a_clinic_profile_says_where_to_put_one(tmp_path: Path) -> None:
    what = "names a key of the clinic profile, and there is no profile."
    remedy = "Put practice.yaml beside the case or one folder above, or write the provider out here, with its name and NPI."
    assert problems(tmp_path, GOOD, practice=None) == [
        f"7:22 requesting_provider: {what} {remedy}",
        f"8:11 facility: {what} {remedy}",
    ]


def test_attesting_provider_may_be_named_by_role_or_by_key(tmp_path: Path) -> None:
    attested = "  life_threatening: {value: yes, attested_by: KEY}\nexhibits:"
    read(tmp_path, GOOD.replace("exhibits:", attested.replace("KEY", "okafor")))
    read(tmp_path, GOOD.replace("exhibits:", attested.replace("KEY", "requesting_provider")))
    refused = problems(tmp_path, GOOD.replace("exhibits:", attested.replace("KEY", "servicing_provider")))
    assert len(refused) == 1


def test_a_list_that_cannot_be_read_is_not_also_called_incomplete(tmp_path: Path) -> None:
    text = GOOD.replace("{id: labs, title: Laboratory, pages: 3}", "{id: my labs, title: Laboratory}").replace(
        "sequence: 1", "sequence: x"
    )
    assert [problem.partition(":")[0] for problem in problems(tmp_path, text)] == ["12", "24"]


def test_contradictions_are_listed_beside_faults_of_form(tmp_path: Path) -> None:
    text = GOOD.replace("36514", "3651").replace("page: 2", "page: 4").replace("birth_date: 1985", "birth_date: 2026-12")
    text = text.replace("2026-12-03-04", "2026-12-04")
    assert [re.sub(r":? .*", "", problem) for problem in problems(tmp_path, text)] == ["6:15", "10:22", "19:11"]


def test_birth_up_to_120_years_back_is_taken_and_one_year_more_is_not(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("1985", str(AS_OF.year - 120))).case.member.birth_date
    assert len(problems(tmp_path, GOOD.replace("1985", str(AS_OF.year - 121)))) == 1


@pytest.mark.parametrize(
    "fact",
    [
        "platelets: {value: 5, unit: 10*9/L, taken: 2026-11-20}",  # the day of writing itself
        "platelets: [{value: 5, unit: 10*9/L, taken: 2026-11-17}, {value: 5000, unit: /uL, taken: 2026-11-17}]",  # as much
        "platelets: [{value: 5, unit: 10*9/L, taken: 2026-11-17T08:00}, {value: 6, unit: 10*9/L, taken: 2026-11-17T09:00}]",
        "organs_involved: [{value: [kidney], taken: 2026-11-17}, {value: [lung], taken: 2026-11-17}]",  # choices add up
        "organs_involved: {value: [], complete: yes}",
        "organs_involved: {value: kidney}",
        "schistocytes: {pending: yes, taken: 2026-11-17}",
        "first_symptom: {value: 2026-11-01T10:00}",
        "imaging_report: {value: any words}",
        "platelets: {value: ≥ 5.5, unit: 10*9/L}",
    ],
)
def test_fact_that_looks_odd_and_is_right_is_taken(tmp_path: Path, fact: str) -> None:
    read(tmp_path, f"format: 1\ncase_id: odd\nfacts:\n  {fact}\n", practice=None)


@pytest.mark.parametrize(
    "line",
    [
        "services: [{start: 2026-11-21, end: 2026-11-21}]",  # one day
        "authorization: {units_authorized: 5, units_used: 5, units_remaining: 0}",
        "authorization: {units_authorized: 5}",
        "therapies: {tried: [{drug: x, therapy_class: other, outcome: planned, started: 2026-12-01}]}",
        "subscriber: {relationship: self}",
        "pregnancy: {status: postpartum, gestational_week: 34, ended_on: 2026-11-01}",
        "coverage: {secondary: none}",
        "member: {name: {given: 'Null', family: 'No'}}",
        'diagnoses: [{code: U07.1, sequence: 1, text: "a code with U", certainty: confirmed}]',
        'coverage: {fax: "+1 (555) 010-0199 ext. 12"}',
    ],
)
def test_case_that_looks_odd_and_is_right_is_taken(tmp_path: Path, line: str) -> None:
    read(tmp_path, f"format: 1\ncase_id: odd\n{line}\n", practice=None)


def test_profile_is_found_beside_the_case_or_one_folder_above(tmp_path: Path) -> None:
    case = tmp_path / "clinic" / "one" / "case.yaml"
    case.parent.mkdir(parents=True)
    assert find_practice(case) is None
    (tmp_path / "practice.yaml").touch()
    assert find_practice(case) is None
    (tmp_path / "clinic" / "practice.yaml").touch()
    assert find_practice(case) == tmp_path / "clinic" / "practice.yaml"
    (case.parent / "practice.yaml").symlink_to("nowhere")
    assert find_practice(case) == case.parent / "practice.yaml"


def test_profile_is_found_from_where_the_case_lies_and_named_as_the_case_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "practice.yaml").touch()
    monkeypatch.chdir(tmp_path / "one")
    assert find_practice(Path("case.yaml")) == Path("../practice.yaml")
    monkeypatch.chdir(tmp_path)
    assert find_practice(Path("one/case.yaml")) == Path("practice.yaml")


def test_nothing_of_the_patient_is_in_the_representation_of_a_case_file(tmp_path: Path) -> None:
    assert not re.search("Ana|Example|00123456|1985", repr(read(tmp_path, GOOD)))


FULL = re.sub(r"(?m)^#(?=\S|  )", "", starter_case(VOCABULARY)).splitlines()
"""The starter with every field in use."""


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.integers(0, len(FULL) - 1), text=st.text(max_size=30), keep=st.booleans())
def test_any_damage_to_any_line_is_a_case_error_or_none(tmp_path: Path, line: int, text: str, keep: bool) -> None:
    before, colon, _ = FULL[line].partition(":")
    damaged = [*FULL[:line], f"{before}{colon} {text}" if keep else text, *FULL[line + 1 :]]
    path = tmp_path / "case.yaml"
    path.write_text("\n".join(damaged), encoding="utf-8", errors="replace")
    try:
        read_case(path, vocabulary=VOCABULARY, as_of=AS_OF)
    except CaseError as error:
        assert error.problems  # noqa: PT017  either outcome is right, but no third
