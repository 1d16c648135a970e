"""JSON Schemas of case file and clinic profile, for editors that complete and check while one types.

An editor sees YAML's own types (a number, a boolean), where our reader sees the text as written. So
the schemas take both forms; the reader stays the judge.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from priorauth.case import choices, codes
from priorauth.case.parts import Case
from priorauth.case.practice import Practice
from priorauth.facts import FactDefinition, FactKind, Vocabulary
from priorauth.mistakes import models_within

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REQUIRED = ["format", "case_id"]
_OURS = "Written by priorauth, which replaces it: what is changed here is lost."
_PROVIDER_FIELDS = ("requesting_provider", "servicing_provider", "facility")


def case_schema(vocabulary: Vocabulary) -> Schema:
    """The JSON Schema of a case file, each fact of the vocabulary with its question, units and choices."""
    schema = {"$comment": _OURS, **_schema_of(Case)}
    schema["required"] = [*_REQUIRED]
    for field in _PROVIDER_FIELDS:
        _allow_key(schema["properties"][field], "providers or facilities of the clinic profile")
    observation = schema["$defs"]["Observation"]
    facts = {name: _fact(definition, observation) for name, definition in vocabulary.facts.items()}
    schema["properties"]["facts"] = {"type": "object", "additionalProperties": False, "properties": facts}
    return schema


def is_case_schema(schema: object) -> bool:
    """Whether `case_schema` made it, in this version or an earlier one."""
    if not isinstance(schema, dict):
        return False
    if "$comment" in schema:
        return bool(schema["$comment"] == _OURS)
    # The first versions wrote no comment into it; nobody else's has the parts and the fields of a case by their names.
    parts, fields = schema.get("$defs"), schema.get("properties")
    if schema.get("required") != _REQUIRED or not isinstance(parts, dict) or not isinstance(fields, dict):
        return False
    return parts.keys() >= {"Observation", "ServiceLine"} and fields.keys() >= {*_REQUIRED, "facts", "services"}


def practice_schema() -> Schema:
    """The JSON Schema of a clinic profile."""
    schema = _schema_of(Practice)
    _allow_key(schema["$defs"]["Provider"]["properties"]["contact"], "contacts")
    return schema


def _schema_of(model: type[BaseModel]) -> Schema:
    schema: Schema = {"$schema": DIALECT, **model.model_json_schema()}
    described = {one.__name__: one for one in models_within(model)}
    for name, part in ((model.__name__, schema), *schema["$defs"].items()):
        if name in described:
            _describe(part, described[name])
        elif "enum" in part:
            part["description"] = _words_explained(name, part.get("description", ""))
    edited: Schema = _for_editors(schema)
    return edited


def _describe(part: Schema, model: type[BaseModel]) -> None:
    """Add what the docstrings below the fields say."""
    for field, text in _docstrings(model):
        if field in part["properties"]:
            part["properties"][field]["description"] = text


def _words_explained(name: str, text: str) -> str:
    enum = getattr(choices, name, None) or getattr(codes, name)
    words: Mapping[str, StrEnum] = enum.__members__
    return "\n".join([text, *(f"{words[member].value}: {meaning}" for member, meaning in _docstrings(enum))]).strip()


def _docstrings(kind: type) -> Iterator[tuple[str, str]]:
    """Names assigned in a class body with the docstring below each; read from its source, which ships with it."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    statements = body.body if isinstance(body, ast.ClassDef) else []
    for assigned, below in pairwise(statements):
        target = assigned.targets[0] if isinstance(assigned, ast.Assign) else getattr(assigned, "target", None)
        if isinstance(target, ast.Name) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            yield target.id, str(below.value.value)


def _for_editors(part: Any) -> Any:
    """The schema without what only pydantic knows, taking numbers and booleans where YAML would make such of the text."""
    if isinstance(part, list):
        return [_for_editors(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    part = {_STANDARD.get(key, key): _for_editors(value) for key, value in part.items() if not _is_noise(key, value)}
    alternatives = [one for one in part.get("anyOf", ()) if one != {"type": "null"}]
    if len(alternatives) == 1:
        part = {**{key: value for key, value in part.items() if key != "anyOf"}, **alternatives[0]}
    elif alternatives:
        part["anyOf"] = alternatives
    part.update(_native_form(part))
    return part


_STANDARD = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}
_YES_NO = [True, False, "yes", "no", "true", "false"]


def _is_noise(key: str, value: Any) -> bool:
    """Whether this only repeats the field's name, or speaks of null, which no file may hold."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def _native_form(part: Schema) -> Schema:
    if part.pop("const", None) == "1":
        return {"type": ["string", "integer"], "enum": ["1", 1]}
    if "enum" in part or "format" in part:
        return {}
    match part.get("type"):
        case "boolean":
            return {"type": ["boolean", "string"], "enum": _YES_NO}
        case "string":
            return {"type": ["string", "number"]}
        case "integer":
            return {"type": ["string", "integer"], "pattern": r"^\d+$"}
        case "number":
            return {"type": ["string", "number"], "pattern": r"^\d+(\.\d+)?$"}
        case _:
            return {}


def _allow_key(field: Schema, where: str) -> None:
    """Let a field name an entry of the clinic profile instead of holding one."""
    inline = {"$ref": field.pop("$ref")}
    field["anyOf"] = [inline, {"type": "string", "description": f"A key of {where}."}]


def _fact(definition: FactDefinition, observation: Schema) -> Schema:
    """One entry or a list of them, with the values that this fact takes."""
    fields: Schema = {name: {"$ref": f"#/$defs/Observation/properties/{name}"} for name in observation["properties"]}
    fields["value"] = _value(definition)
    if definition.units:
        fields["unit"] = {"enum": list(definition.units)}
    else:
        fields.pop("unit")
    if definition.kind is not FactKind.CHOICES:
        fields.pop("complete")
    entry = {
        "type": "object",
        "additionalProperties": False,
        "properties": fields,
        "oneOf": [{"required": ["value"]}, {"required": ["pending"]}],
    }
    return {
        "description": f"{definition.name}. {definition.question} ({definition.owner})",
        "anyOf": [entry, {"type": "array", "items": entry, "minItems": 1}],
    }


def _value(definition: FactDefinition) -> Schema:
    match definition.kind:
        case FactKind.QUANTITY:
            return {"type": ["number", "string"], "pattern": r"^(<=|>=|≤|≥|<|>|)\s*\d+(\.\d+)?$"}
        case FactKind.YES_NO:
            return {"enum": _YES_NO}
        case FactKind.CHOICE:
            return {"enum": list(definition.choices)}
        case FactKind.CHOICES:
            one = {"enum": list(definition.choices)}
            return {"anyOf": [one, {"type": "array", "items": one, "uniqueItems": True}]}
        case FactKind.DATE:
            return {"$ref": "#/$defs/Observation/properties/taken"}
        case FactKind.TEXT:
            return {"type": ["string", "number"]}
