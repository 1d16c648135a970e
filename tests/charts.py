"""Small charts and evidence for tests of criteria and matching: every name and bound in them is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from priorauth.case.parts import Case
from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import MissingReason, evaluate
from priorauth.criteria.language import Criterion
from priorauth.criteria.truth import Truth
from priorauth.evidence.declared import declared_in_full
from priorauth.evidence.models import (
    Category,
    Edition,
    Evidence,
    Exclusion,
    Extent,
    Grade,
    Indication,
    IndicationKind,
    Level,
    Recommendation,
)
from priorauth.facts import Vocabulary

AS_OF = date(2026, 1, 31)
FIRST_EXCHANGE = "2026-01-10T12:00"
BEGUN: Mapping[str, Any] = {"exchange": {"first_started_at": FIRST_EXCHANGE}}
"""The part of a case that says when exchange began."""

_ORGANS = {"kidney": "kidney", "lung": "lung", "brain": "brain", "heart": "heart"}
_ROLES = ("seen", "full", "likely", "maybe", "against", "lifted")
"""What a yes-or-no fact is for in a test of matching: `alpha_seen` recognizes the indication `alpha`."""
NAMES = ("alpha", "beta", "gamma", "delta")
"""The indications of tests of matching."""


def _definition(kind: str, **rest: Any) -> dict[str, Any]:
    return {"name": kind, "kind": kind, "question": "What is it?", "owner": "physician", **rest}


VOCABULARY = Vocabulary.model_validate(
    {
        "facts": {
            "tracer": _definition("quantity", unit="%", other_units={"{fraction}": "100"}, distorted_by_exchange="true"),
            "marker": _definition("quantity", unit="mg/dL", other_units={"g/L": "100"}),
            "sign": _definition("yes_no"),
            "passing_sign": _definition("yes_no", distorted_by_exchange="true"),
            "grading": _definition("choice", choices={"mild": "mild", "severe": "severe", "worst": "worst"}),
            "organs": _definition("choices", choices=_ORGANS),
            "passing_organs": _definition("choices", choices=_ORGANS, distorted_by_exchange="true"),
            "began": _definition("date"),
            "ended": _definition("date"),
            "remark": _definition("text"),
            "unrelated": _definition("quantity", unit="1"),
            **{f"{name}_{role}": _definition("yes_no") for name in NAMES for role in _ROLES},
        }
    }
)


def chart(given: Mapping[str, Any], *, as_of: date = AS_OF) -> Chart:
    """The chart of a case that holds these fields and no others."""
    return Chart(case=Case.model_validate({"case_id": "chart", **given}), vocabulary=VOCABULARY, as_of=as_of)


def facts(**given: Any) -> dict[str, Any]:
    """The part of a case with these facts; a bare value stands for one observation without date."""
    return {"facts": {fact: _observations(value) for fact, value in given.items()}}


def _observations(given: Any) -> list[Any]:
    entries = given if isinstance(given, list) else [given]
    return [entry if isinstance(entry, dict) else {"value": entry} for entry in entries]


def leaf(kind: str, **test: Any) -> Criterion:
    """A criterion of this kind with this test, named for its kind."""
    return Criterion.model_validate({"id": kind, "text": f"What {kind} asks", kind: test})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a boundary table: what is asked, of which case, and what it comes to."""

    name: str
    test: Mapping[str, Any]
    case: Mapping[str, Any]
    truth: Truth
    why: MissingReason | None
    """The reason that the finding gives when it is unknown."""


def row(name: str, test: Mapping[str, Any], case: Mapping[str, Any], truth: Truth, why: MissingReason | None = None) -> Row:
    """The line of a boundary table."""
    return Row(name=name, test=test, case=case, truth=truth, why=why)


def lines(tables: Mapping[str, tuple[Row, ...]]) -> list[Any]:
    """Every line of every table with its kind, as parameters of a test."""
    return [pytest.param(kind, one, id=f"{kind}: {one.name}") for kind, table in tables.items() for one in table]


def assert_holds(kind: str, line: Row) -> None:
    """Fails unless the finding has the truth and the one reason of the line."""
    finding = evaluate(leaf(kind, **line.test), chart(line.case))
    assert (finding.truth, {one.reason for one in finding.missing}) == (line.truth, {line.why} - {None})


def says_yes(fact: str) -> Criterion:
    """Met by a yes, not met by a no, unknown without the fact."""
    return Criterion.model_validate({"id": fact.replace("_", "-"), "text": f"What {fact} says", "yes": {"fact": fact}})


def indication(name: str, **changes: Any) -> Indication:
    """A supported indication on a row of its own, with a level for each of its facts; anything can be changed."""
    fields: dict[str, Any] = {
        "id": name,
        "kind": IndicationKind.SUPPORTED,
        "name": name,
        "title": name,
        "rows": (row_of(name),),
        "recognized_by": says_yes(f"{name}_seen"),
        "levels": (
            level(Level.ESTABLISHED, f"{name}_full"),
            level(Level.PROBABLE, f"{name}_likely"),
            level(Level.SUSPECTED, f"{name}_maybe"),
        ),
    }
    return Indication.model_validate({**fields, **changes})


def unsupported(name: str, kind: IndicationKind, **changes: Any) -> Indication:
    """An indication of another kind: recognized by its fact, without levels."""
    return indication(name, kind=kind, levels=(), **changes)


def declared(name: str, **changes: Any) -> Indication:
    """An indication without criteria of its own: recognized by its fact, and by its code once a case declares it."""
    return declared_in_full(unsupported(name, IndicationKind.DECLARED, **{"coding": {"primary": ["M32"]}, **changes}))


def level(rank: Level, fact: str) -> dict[str, Any]:
    """A level that this fact reaches."""
    return {"level": rank, "wording": f"{rank} by {fact}", "criterion": says_yes(fact)}


def exclusion(fact: str, **changes: Any) -> Exclusion:
    """An exclusion that this fact meets."""
    return Exclusion.model_validate({"criterion": says_yes(fact), "reason": f"{fact} speaks against it.", **changes})


def row_of(name: str) -> str:
    """The id of the guideline's row of this indication, in a pack of these tests."""
    return f"A{NAMES.index(name) + 1:03}"


def evidence(*indications: Indication) -> Evidence:
    """A pack of these indications, with a row for each name."""
    rows = tuple(
        Recommendation(id=row_of(name), disease=name, modality="TPE", category=Category.II, grade=Grade.G2C, page=1)
        for name in NAMES
    )
    edition = Edition(
        id="asfa-2026",
        name="Invented Issue",
        year=2026,
        published=date(2026, 1, 1),
        extent=Extent.WHOLE,
        citation="invented",
        category_meanings={},
        grade_meanings={},
        recommendations=rows,
    )
    return Evidence(
        edition=edition,
        editions={edition.id: edition},
        citations={},
        references={},
        indications={one.id: one for one in indications},
    )
