"""The JSON Schemas for editors: valid, complete, and no stricter than the reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from priorauth.case.parts import Case
from priorauth.case.schema import case_schema, practice_schema
from priorauth.case.starter import starter_case
from priorauth.facts import read_vocabulary

ROOT = Path(__file__).parents[1]
VOCABULARY = read_vocabulary(ROOT / "evidence" / "facts.yaml")
SAMPLES = sorted((ROOT / "samples").glob("*/case.yaml"))
SCHEMA = case_schema(VOCABULARY)
CASE = jsonschema.Draft202012Validator(SCHEMA)
PRACTICE = jsonschema.Draft202012Validator(practice_schema())


def as_an_editor_sees_it(text: str) -> Any:
    """Native types, except that an editor's YAML leaves days as text."""
    return _without_days(yaml.safe_load(text))


def _without_days(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_days(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_days(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def faults(validator: Any, text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(as_an_editor_sees_it(text))]


@pytest.mark.parametrize("schema", [lambda: case_schema(VOCABULARY), practice_schema], ids=["case", "practice"])
def test_schema_is_a_schema(schema: Callable[[], dict[str, Any]]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_every_sample_passes(path: Path) -> None:
    assert faults(CASE, path.read_text(encoding="utf-8")) == []


def test_clinic_of_the_samples_passes() -> None:
    assert faults(PRACTICE, (ROOT / "samples" / "practice.yaml").read_text(encoding="utf-8")) == []


def test_starter_passes_as_it_stands_and_with_every_field_in_use() -> None:
    text = starter_case(VOCABULARY)
    assert faults(CASE, text) == faults(CASE, re.sub(r"(?m)^#(?=\S|  )", "", text)) == []


START = "format: 1\ncase_id: one\n"


@pytest.mark.parametrize(
    "line",
    [
        "member: {member_id: 123456, weight: {kg: 62}}",
        "services: [{procedure_code: 36514, place_of_service: 21, units: 5, plasma_volumes: 1}]",
        "diagnoses_complete: true",
        "diagnoses_complete: 'yes'",
        "requesting_provider: reyes",
        "requesting_provider: {name: A}",
    ],
)
def test_form_that_yaml_turns_into_a_number_or_boolean_passes(line: str) -> None:
    assert faults(CASE, f"{START}{line}\n") == []


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("membre: {}", "$"),
        ("member: {sex: F}", "$.member.sex"),
        ("member: {birth_date: 11/20/2026}", "$.member.birth_date"),
        ("member: {birth_date: 1763596800}", "$.member.birth_date"),
        ("member: {member_id: null}", "$.member.member_id"),
        ("requesting_provider: {nmae: A}", "$.requesting_provider"),
        ("services: [{units: 1000}]", "$.services[0].units"),
        ("services: [{procedure_code: 36514-59}]", "$.services[0].procedure_code"),
        ("facts: {no_such_fact: {value: 1}}", "$.facts"),
    ],
)
def test_mistake_is_marked_where_it_stands(line: str, at: str) -> None:
    assert [error.json_path for error in CASE.iter_errors(as_an_editor_sees_it(f"{START}{line}\n"))] == [at]


def test_every_fact_shows_its_question_and_takes_only_its_own_units_and_choices() -> None:
    properties = SCHEMA["properties"]["facts"]["properties"]
    assert list(properties) == list(VOCABULARY.facts)
    for name, fact in VOCABULARY.facts.items():
        assert fact.question in properties[name]["description"]
        entry = properties[name]["anyOf"][0]["properties"]
        assert entry.get("unit", {}).get("enum", []) == list(fact.units)


def test_descriptions_come_from_the_models() -> None:
    definitions = SCHEMA["$defs"]
    assert definitions["Observation"]["properties"]["taken"]["description"].startswith("When the sample was drawn")
    assert "concurrent: More sessions of a course under way." in definitions["RequestKind"]["description"]
    assert SCHEMA["description"] == Case.__doc__
