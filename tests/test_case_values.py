"""Codes, days, moments and values of facts: what is taken, at the limits and beyond."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from priorauth.case import codes
from priorauth.case.parts import Count, Weight
from priorauth.errors import PackError
from priorauth.facts import Comparator, FactDefinition, FactKind, Owner, Quantity, read_value, read_vocabulary
from priorauth.mistakes import split_sentence
from priorauth.moments import Day, Moment

TAKEN: list[tuple[Any, str]] = [
    (codes.Npi, "1999999919"),
    (codes.Npi, "2999999909"),
    (codes.Npi, "1234567893"),  # the example of the NPI standard itself
    (codes.Tin, "00-0000001"),
    (codes.Tin, "000000001"),
    (codes.DiagnosisCode, "A00"),
    (codes.DiagnosisCode, "D68.61"),
    (codes.DiagnosisCode, "O99.119"),
    (codes.DiagnosisCode, "U07.1"),
    (codes.DiagnosisCode, "S52.521A"),
    (codes.DiagnosisCode, "C7A.00"),
    (codes.ProcedureCode, "36514"),
    (codes.ProcedureCode, "0075T"),
    (codes.ProcedureCode, "P9047"),
    (codes.Modifier, "59"),
    (codes.Modifier, "GA"),
    (codes.PlaceOfService, "09"),
    (codes.State, "PA"),
    (codes.Phone, "555-0100"),
    (codes.Phone, "(555) 010-0100 x12"),
    (codes.CaseId, "a" * 40),
    (codes.Key, "Dr_Reyes-2"),
    (codes.Identifier, "00123"),
    (codes.Identifier, "AB 12/34-5.6_7"),
    (codes.Line, "ß" * 300),
    (codes.Markdown, "one\n\ntwo"),
    (codes.Markdown, "\u03b1 &amp; &#945; &beta; & so on"),
    (codes.Line, "Łukasz Đặng-Žižek, Ştefan O’Brien, Jose\u0301"),
    (codes.Reported, "IgG ≥ 40 U/mL, β2 ✓"),
    (Day, "2024-02-29"),
    (Day, "1900-01-01"),
    (Day, "2100-12-31"),
    (Count, "1"),
    (Count, "999"),
]

REFUSED: list[tuple[Any, str]] = [
    (codes.Npi, "1999999918"),
    (codes.Npi, "1999999991"),  # two digits changed places
    (codes.Npi, "3999999907"),
    (codes.Npi, "1999999919\n"),
    (codes.Npi, "199999991\N{FULLWIDTH DIGIT NINE}"),
    (codes.Tin, "0-00000001"),
    (codes.DiagnosisCode, "A0"),
    (codes.DiagnosisCode, "A00."),
    (codes.DiagnosisCode, "A00.12345"),
    (codes.DiagnosisCode, "a00.1"),
    (codes.ProcedureCode, "3651"),
    (codes.ProcedureCode, "365140"),
    (codes.ProcedureCode, "W1234"),
    (codes.Modifier, "5"),
    (codes.PlaceOfService, "9"),
    (codes.State, "Pa"),
    (codes.Phone, "555"),
    (codes.Phone, "call me"),
    (codes.CaseId, "a" * 41),
    (codes.CaseId, "a.b"),
    (codes.CaseId, ".."),
    (codes.CaseId, "a/b"),
    (codes.CaseId, ""),
    (codes.Key, "-a"),
    (codes.Key, "a.b"),
    (codes.Identifier, "-1"),
    (codes.Identifier, "1<2"),
    (codes.Line, "a\nb"),
    (codes.Line, "a\tb"),
    (codes.Line, "  "),
    (codes.Line, "a" * 301),
    (codes.Markdown, "a" * 6001),
    (codes.Line, "李"),
    (codes.Line, "a\u200fb"),
    (codes.Line, "a 😀"),
    (codes.Markdown, "seen by\n\n李"),
    (codes.Markdown, "seen by &#26446;"),
    (codes.Markdown, "seen by &#x674E;"),
    (codes.Markdown, "seen by &zwj;"),
    (codes.Markdown, "seen by &#7;"),
    (codes.Markdown, "seen by &#128;"),
    (codes.Markdown, "seen by &#x110000;"),
    (codes.Reported, "李"),
    (Day, "2023-02-29"),
    (Day, "1899-12-31"),
    (Day, "2101-01-01"),
    (Day, "20260101"),
    (Day, "2026-1-1"),
    (Day, "2026-01-01 "),
    (Day, "202\N{FULLWIDTH DIGIT SIX}-01-01"),
    (Count, "0"),
    (Count, "1000"),
    (Count, "1000000"),
    (Count, "10000000000"),
    (Count, "01"),
    (Count, "1.0"),
    (Count, "+1"),
    (Count, "1_0"),
    (Count, "\N{ARABIC-INDIC DIGIT THREE}"),
]


@pytest.mark.parametrize(("kind", "text"), TAKEN)
def test_well_formed_value_is_taken(kind: Any, text: str) -> None:
    assert str(TypeAdapter(kind).validate_python(text)) == text


@pytest.mark.parametrize("text", ["1000", "999999", "1000000", "10000000", "9" * 5000])
def test_a_whole_number_of_any_length_that_is_too_large_is_told_the_limit(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Count).validate_python(text)
    assert [one["msg"] for one in refused.value.errors(include_input=False)] == ["Input should be less than or equal to 999"]


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_malformed_value_is_refused(kind: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(text)


def test_every_single_mistyped_digit_of_an_npi_is_seen() -> None:
    good = "1999999919"
    mistyped = [good[:n] + digit + good[n + 1 :] for n in range(1, 10) for digit in "0123456789" if digit != good[n]]
    adapter = TypeAdapter[str](codes.Npi)
    for number in mistyped:
        with pytest.raises(ValidationError):
            adapter.validate_python(number)


@pytest.mark.parametrize("kg", ["nan", "inf", "0", "-1", "400.1", "1e2", "6_0", "62,5"])
def test_weight_that_is_none_is_refused(kg: str) -> None:
    with pytest.raises(ValidationError):
        Weight.model_validate({"kg": kg})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", Moment(date(2026, 11, 20))),
        ("2026-11-20T08:30", Moment(date(2026, 11, 20), time(8, 30))),
        ("2026-11-20 08:30:59", Moment(date(2026, 11, 20), time(8, 30))),
        ("2026-11-20T00:00", Moment(date(2026, 11, 20), time(0, 0))),
    ],
)
def test_moment_is_a_day_with_or_without_a_time(text: str, moment: Moment) -> None:
    assert Moment.parse(text) == moment


@pytest.mark.parametrize(
    "text", ["2026-11-20T24:00", "2026-11-20T08", "2026-11-20T08:30Z", "2026-11-20T08:30+01:00", "08:30", "", None, 5]
)
def test_moment_in_any_other_form_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"^is not a "):
        Moment.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        ("2026-11-19", "2026-11-20T08:00", True),
        ("2026-11-21", "2026-11-20T08:00", False),
        ("2026-11-20", "2026-11-20T08:00", None),
        ("2026-11-20T08:00", "2026-11-20", None),
        ("2026-11-20T07:59", "2026-11-20T08:00", True),
        ("2026-11-20T08:00", "2026-11-20T08:00", False),
        ("2026-11-20T08:01", "2026-11-20T08:00", False),
    ],
)
def test_order_of_two_moments_is_unknown_on_one_day_without_times(one: str, other: str, before: object) -> None:
    assert Moment.parse(one).is_before(Moment.parse(other)) is before


def fact(kind: FactKind) -> FactDefinition:
    choices = {"kidney": "kidney", "lung": "lung"} if kind in {FactKind.CHOICE, FactKind.CHOICES} else {}
    unit = "mg/dL" if kind is FactKind.QUANTITY else None
    other = {"umol/L": Decimal("0.0113")} if unit else {}
    return FactDefinition(
        name="Fact", kind=kind, question="What?", owner=Owner.LABORATORY, unit=unit, other_units=other, choices=choices
    )


@pytest.mark.parametrize(
    ("kind", "value", "unit", "reading"),
    [
        (FactKind.QUANTITY, "5", "mg/dL", Quantity(Decimal(5))),
        (FactKind.QUANTITY, "0", "mg/dL", Quantity(Decimal(0))),
        (FactKind.QUANTITY, "<5", "mg/dL", Quantity(Decimal(5), Comparator.BELOW)),
        (FactKind.QUANTITY, "≤ 5.5", "mg/dL", Quantity(Decimal("5.5"), Comparator.AT_MOST)),
        (FactKind.QUANTITY, ">=5", "mg/dL", Quantity(Decimal(5), Comparator.AT_LEAST)),
        (FactKind.QUANTITY, "100", "umol/L", Quantity(Decimal("1.13"))),
        (FactKind.YES_NO, "yes", None, True),
        (FactKind.YES_NO, "NO", None, False),
        (FactKind.CHOICE, "lung", None, "lung"),
        (FactKind.CHOICES, "lung", None, frozenset({"lung"})),
        (FactKind.CHOICES, ("lung", "kidney"), None, frozenset({"lung", "kidney"})),
        (FactKind.CHOICES, (), None, frozenset()),
        (FactKind.DATE, "2026-11-20", None, Moment(date(2026, 11, 20))),
        (FactKind.TEXT, "any words", None, "any words"),
    ],
)
def test_value_is_read_as_the_vocabulary_says(
    kind: FactKind, value: str | tuple[str, ...], unit: str | None, reading: object
) -> None:
    assert read_value(fact(kind), value, unit=unit) == reading


@pytest.mark.parametrize(
    ("kind", "value", "unit"),
    [
        (FactKind.QUANTITY, "5", None),
        (FactKind.QUANTITY, "5", "g/L"),
        (FactKind.QUANTITY, "5", ""),
        *(
            (FactKind.QUANTITY, value, "mg/dL")
            for value in ("nan", "-5", "5,0", "1e3", "5 mg/dL", "~5", "< <5", "", "\N{ARABIC-INDIC DIGIT FIVE}", "5.", "1_0")
        ),
        (FactKind.QUANTITY, ("5",), "mg/dL"),
        *((FactKind.YES_NO, value, None) for value in ("y", "1", "on", "maybe", "")),
        (FactKind.YES_NO, "yes", "mg/dL"),
        (FactKind.CHOICE, "Lung", None),
        (FactKind.CHOICE, ("lung",), None),
        (FactKind.CHOICES, ("lung", "lung"), None),
        (FactKind.CHOICES, ("lung", "liver"), None),
        (FactKind.DATE, "soon", None),
    ],
)
def test_value_of_another_form_is_refused_with_a_remedy_and_without_the_value(
    kind: FactKind, value: str | tuple[str, ...], unit: str | None
) -> None:
    with pytest.raises(ValueError, match=r"^(is|has|names) .*\. [A-Z].*\.$") as raised:
        read_value(fact(kind), value, unit=unit)
    what, remedy = split_sentence(str(raised.value))
    assert what
    assert remedy
    assert "liver" not in str(raised.value)


def test_damaged_vocabulary_is_a_pack_error_with_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(
        "facts:\n"
        "  a1: {name: A, kind: quantity, question: What?, owner: laboratory}\n"
        "  b1: {name: B, kind: number, question: What?, owner: nobody}\n"
        "  c1: {name: C, kind: choice, question: What?, owner: billing, loinc: [12-34]}\n"
    )
    with pytest.raises(PackError) as raised:
        read_vocabulary(path)
    assert [(problem.line, problem.field) for problem in raised.value.problems] == [
        (2, "facts.*"),
        (3, "facts.*.kind"),
        (3, "facts.*.owner"),
        (4, "facts.*.loinc[0]"),
    ]
