"""The vocabulary, and how the value of a fact is read."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest

from priorauth.facts import (
    Comparator,
    FactDefinition,
    FactKind,
    Owner,
    Quantity,
    Reading,
    Vocabulary,
    read_value,
    read_vocabulary,
)
from priorauth.moments import Moment
from priorauth.packs import data_folder


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return read_vocabulary(data_folder("evidence") / "facts.yaml")


FACTS = sorted(_vocabulary().facts)
CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"
CANARY = "Zebrawood-4711"
"""Stands for what a patient's file might hold."""


def _read(fact: str, value: str | tuple[str, ...], unit: str | None = None) -> Reading:
    return read_value(_vocabulary()[fact], value, unit=unit)


# ---- the vocabulary -----------------------------------------------------------------------------


@pytest.mark.skipif(not CONTRIBUTING.is_file(), reason="a wheel carries no CONTRIBUTING beside it")
def test_contributing_explains_every_key_and_kind_of_a_fact() -> None:
    section = CONTRIBUTING.read_text(encoding="utf-8").partition("## Add a fact\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE)
    keys = [key for row in rows for key in re.findall(r"`(\w+)`", row)]
    assert sorted(keys) == sorted(FactDefinition.model_fields)
    assert [word for word in (*FactKind, *Owner, *Vocabulary.model_fields) if f"`{word}`" not in section] == []


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_asks_a_question_and_has_a_name_for_print(fact: str) -> None:
    found = _vocabulary()[fact]
    assert "?" in found.question
    assert found.name
    assert not found.name.endswith(".")


@pytest.mark.parametrize("fact", [one for one in FACTS if _vocabulary()[one].kind is FactKind.YES_NO])
def test_a_yes_and_a_no_are_told_apart_as_whole_phrases(fact: str) -> None:
    found = _vocabulary()[fact]
    assert found.yes != found.no
    assert {found.yes, found.no} & {"yes", "no"} == set()


@pytest.mark.parametrize("fact", [one for one in FACTS if _vocabulary()[one].attested])
def test_what_is_attested_is_the_physicians_to_answer(fact: str) -> None:
    assert _vocabulary()[fact].owner is Owner.PHYSICIAN


@pytest.mark.parametrize(
    "fact",
    [
        "platelets",
        "ldh",
        "haptoglobin",
        "schistocytes",
        "hemolysis",
        "thrombocytopenia",
        "adamts13_activity",
        "adamts13_inhibitor",
        "lupus_anticoagulant",
        "anticardiolipin_antibody",
        "anti_beta2_glycoprotein_antibody",
        "anti_gbm_antibody",
        "anca_pr3",
        "anca_mpo",
        "anca_immunofluorescence",
        "aqp4_antibody",
        "nmdar_antibody",
        "factor_h_antibody",
        "anti_dsdna",
        "c3",
        "c4",
    ],
)
def test_what_an_exchange_removes_or_replaces_is_marked_so(fact: str) -> None:
    assert _vocabulary()[fact].distorted_by_exchange


@pytest.mark.parametrize(
    "fact", ["biopsy_tma", "small_vessel_occlusion_histology", "complement_gene_study", "bloody_bal", "organs_involved"]
)
def test_tissue_genes_and_history_are_not_distorted(fact: str) -> None:
    assert not _vocabulary()[fact].distorted_by_exchange


@pytest.mark.parametrize(
    "fact", ["hemoglobin_drop", "thrombocytopenia", "plasmic_score", "hypoxemia", "biopsy_unsafe", "bronchoscopy_unsafe"]
)
def test_bedside_judgments_without_a_published_figure_are_attested(fact: str) -> None:
    assert _vocabulary()[fact].attested


def test_every_unit_prints_in_a_form_that_a_reader_knows() -> None:
    printed = {_vocabulary().unit_name(unit) for one in _vocabulary().facts.values() for unit in one.units}
    units = {unit for unit in printed if not unit.startswith("{")}  # a pure number is printed without UCUM's braces
    assert [unit for unit in units if re.search(r"[\[\]{}*]|10\d|u[LlMm]\b", unit)] == []


# ---- reading a value ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "value", "unit", "expected"),
    [
        ("platelets", "38", "10*9/L", "38"),
        ("platelets", "38", "10*3/uL", "38"),
        ("platelets", "38000", "/uL", "38"),
        ("hemoglobin", "71", "g/L", "7.1"),
        ("adamts13_activity", "0.04", "{fraction}", "4"),
        ("ldh", "20", "ukat/L", "1200"),
        ("haptoglobin", "0.1", "g/L", "10"),
        ("troponin", "0.5", "ng/mL", "500"),
        ("crp", "12", "mg/dL", "120"),
        ("urine_protein_ratio", "3400", "mg/g", "3.4"),
        ("creatinine", "88.4", "umol/L", "1"),
    ],
)
def test_a_quantity_is_converted_to_the_unit_of_the_vocabulary(fact: str, value: str, unit: str, expected: str) -> None:
    found = _read(fact, value, unit)
    assert isinstance(found, Quantity)
    assert (round(found.value, 4), found.comparator) == (Decimal(expected), Comparator.EXACT)


@pytest.mark.parametrize(
    ("written", "comparator"),
    [("<5", "<"), ("< 5", "<"), ("<=5", "<="), ("≤5", "<="), (">5", ">"), (">=5", ">="), ("≥ 5", ">="), ("5", "")],
)
def test_a_comparator_is_kept(written: str, comparator: str) -> None:
    assert _read("adamts13_activity", written, "%") == Quantity(Decimal(5), Comparator(comparator))


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("schistocytes", "yes", True),
        ("schistocytes", "True", True),
        ("schistocytes", "no", False),
        ("lupus_anticoagulant", "positive", "positive"),
        ("organs_involved", ("kidney", "lung"), frozenset({"kidney", "lung"})),
        ("organs_involved", "kidney", frozenset({"kidney"})),
        ("organ_onset_first", "2026-11-02T08:30", Moment.parse("2026-11-02T08:30")),
        ("brain_mri", "no lesion", "no lesion"),
    ],
)
def test_every_other_kind_is_read_as_what_it_is(fact: str, value: str | tuple[str, ...], expected: Reading) -> None:
    assert _read(fact, value) == expected


@pytest.mark.parametrize(
    ("fact", "value", "unit", "problem"),
    [
        ("platelets", "38", None, "has no unit. Add `unit:` with one of: 10*9/L, 10*3/uL, /uL, /mm3."),
        ("platelets", "38", CANARY, "has a unit that is not known for this fact."),
        ("platelets", CANARY, "10*9/L", "is not a number."),
        ("platelets", "1,000", "10*9/L", "is not a number."),
        ("platelets", "-38", "10*9/L", "is not a number."),
        ("platelets", "~38", "10*9/L", "is not a number."),
        ("platelets", "nan", "10*9/L", "is not a number."),
        ("platelets", ("38", "40"), "10*9/L", "is a list."),
        ("schistocytes", CANARY, None, "is neither yes nor no."),
        ("schistocytes", "yes", "%", "has a unit but is not a quantity."),
        ("lupus_anticoagulant", CANARY, None, "is not one of the choices. Use one of: positive, negative."),
        ("organs_involved", ("kidney", CANARY), None, "is not one of the choices."),
        ("organs_involved", ("kidney", "kidney"), None, "names a choice twice."),
        ("organ_onset_first", CANARY, None, "is not a date"),
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(
    fact: str, value: str | tuple[str, ...], unit: str | None, problem: str
) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the table holds what each must say
        _read(fact, value, unit)
    assert str(refused.value).startswith(problem)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"kind": "quantity"}, "a quantity, and only a quantity, has a unit"),
        ({"kind": "yes_no", "unit": "%"}, "a quantity, and only a quantity, has a unit"),
        ({"kind": "choice"}, "has choices"),
        ({"kind": "text", "choices": {"one": "one"}}, "has choices"),
    ],
)
def test_a_definition_whose_parts_contradict_its_kind_is_refused(entry: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        FactDefinition.model_validate({"name": "name", "question": "What?", "owner": "physician", **entry})


@pytest.mark.parametrize("link", [{"shown_by": ["platelets"]}, {"excused_by": "biopsy_unsafe"}])
def test_a_link_to_no_fact_is_refused(link: dict[str, object]) -> None:
    entry = {"name": "name", "question": "What?", "owner": "physician", "kind": "yes_no", **link}
    with pytest.raises(ValueError, match=r"has links to no fact: judged names (platelets|biopsy_unsafe)\."):
        Vocabulary.model_validate({"facts": {"judged": entry}})


def test_a_judgment_is_shown_by_results_and_excused_by_a_yes_or_no() -> None:
    facts = _vocabulary().facts
    assert [key for key, one in facts.items() if any(facts[link].kind is not FactKind.QUANTITY for link in one.shown_by)] == []
    assert [key for key, one in facts.items() if one.excused_by and facts[one.excused_by].kind is not FactKind.YES_NO] == []
