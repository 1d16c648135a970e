"""The clinic profile: what it holds and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from priorauth.case.practice import Practice, read_practice
from priorauth.errors import CaseError

SAMPLE = Path(__file__).parents[1] / "samples" / "practice.yaml"
LEAST = "name: Example Clinic\naddress: [1 Invented Way]\nphone: 555-0100\n"


def read(folder: Path, text: str) -> Practice:
    path = folder / "practice.yaml"
    path.write_text(text, encoding="utf-8")
    return read_practice(path).practice


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(CaseError) as raised:
        read(folder, text)
    return [f"{problem.line}:{problem.column} {problem.field}: {problem.what}" for problem in raised.value.problems]


def test_name_address_and_telephone_are_enough(tmp_path: Path) -> None:
    assert read(tmp_path, LEAST) == Practice(name="Example Clinic", address=("1 Invented Way",), phone="555-0100")


def test_clinic_of_the_samples_is_complete() -> None:
    practice = read_practice(SAMPLE).practice
    assert {"reyes", "okafor"} <= set(practice.providers)
    assert all(one.npi and one.tin and one.contact for one in (*practice.providers.values(), *practice.facilities.values()))


def test_contact_is_named_by_key_or_written_out(tmp_path: Path) -> None:
    text = (
        LEAST
        + "contacts: {desk: {name: Desk}}\nproviders:\n  a: {name: A, contact: desk}\n  b: {name: B, contact: {name: Other}}\n"
    )
    held = read(tmp_path, text).providers
    assert [one.contact.name for one in held.values() if one.contact] == ["Desk", "Other"]


def test_every_fault_is_listed_and_no_key_of_the_clinic_is_printed(tmp_path: Path) -> None:
    text = LEAST.replace("phone", "fone") + (
        "providers:\n  Dr Quill: {name: A}\n  quill: {name: B, npi: 123, contact: nobody}\n"
        "facilities: [main]\ncontacts:\n  desk:\n"
    )
    assert problems(tmp_path, text) == [
        "1:1 phone: is missing.",
        "3:1 *: is not a field that belongs here.",
        "5:3 providers.*: is not a key.",
        "6:25 providers.*.npi: is not an NPI.",
        "6:39 providers.*.contact: names a key that the clinic profile does not hold.",
        "7:1 facilities: is not a group of entries.",
        "9:8 contacts.*: is empty.",
    ]


@pytest.mark.parametrize("text", ["", "- a\n", "x\n", "providers: x\n", "providers: [x]\ncontacts: [y]\n", "contacts: {a: b}\n"])
def test_profile_of_another_shape_is_refused_in_words(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)
