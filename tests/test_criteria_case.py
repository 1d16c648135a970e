"""What is asked of the rest of a case, at its boundaries: one table for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from priorauth.criteria.evaluate import MissingReason, code_within, evaluate
from priorauth.criteria.truth import Truth
from tests.charts import BEGUN, Row, assert_holds, chart, facts, leaf, lines, row

MET, NOT_MET, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN
ABSENT, PENDING = MissingReason.ABSENT, MissingReason.PENDING
LIST_OPEN, DETAIL = MissingReason.LIST_OPEN, MissingReason.DETAIL


def diagnosed(*codes: str, certainty: str = "confirmed", **rest: Any) -> dict[str, Any]:
    """A case with these diagnoses."""
    listed = [{"code": code, "sequence": n, "text": "as coded", "certainty": certainty} for n, code in enumerate(codes, 1)]
    return {"diagnoses": listed, **rest}


COMPLETE: Mapping[str, Any] = {"diagnoses_complete": "yes"}
BELOW_M32_1 = {"codes": ["M32.1-"]}
CONFIRMED = {"codes": ["M32.14"], "certainty": ["confirmed"]}
DIAGNOSIS = (
    row("a code below the pattern", BELOW_M32_1, diagnosed("M32.14"), MET),
    row("the header itself", BELOW_M32_1, diagnosed("M32.1"), MET),
    row("a sibling of the header", BELOW_M32_1, diagnosed("M32.9"), UNKNOWN, LIST_OPEN),
    row("the category above the header", BELOW_M32_1, diagnosed("M32"), UNKNOWN, LIST_OPEN),
    row("the pattern without its hyphen", {"codes": ["M32.1"]}, diagnosed("M32.14"), MET),
    row("a header where its child is asked", {"codes": ["M32.14"]}, diagnosed("M32.1"), UNKNOWN, LIST_OPEN),
    row("the second of two patterns", {"codes": ["D68.61", "M32.1-"]}, diagnosed("M32.14"), MET),
    row("the second of two diagnoses", BELOW_M32_1, diagnosed("N17.9", "M32.14"), MET),
    row("another code, list complete", BELOW_M32_1, diagnosed("N17.9", **COMPLETE), NOT_MET),
    row("nothing listed", BELOW_M32_1, {}, UNKNOWN, LIST_OPEN),
    row("nothing listed, list complete", BELOW_M32_1, COMPLETE, NOT_MET),
    row("as certain as asked", CONFIRMED, diagnosed("M32.14"), MET),
    row("less certain than asked", CONFIRMED, diagnosed("M32.14", certainty="suspected"), UNKNOWN, LIST_OPEN),
    row("less certain, list complete", CONFIRMED, diagnosed("M32.14", certainty="probable", **COMPLETE), NOT_MET),
    row("any certainty where none is asked", BELOW_M32_1, diagnosed("M32.14", certainty="suspected"), MET),
)


def tried(*entries: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A case with these therapies; each is a failed corticosteroid unless it says otherwise."""
    base = {"drug": "a drug", "therapy_class": "corticosteroid", "outcome": "failed"}
    return {"therapies": {"tried": [{**base, **entry} for entry in entries], **rest}}


FAILED = {"classes": ["corticosteroid", "ivig"], "outcomes": ["failed", "partial"]}
FAILED_WITH_DOSE = {**FAILED, "stating": ["dose", "started"]}
DOSE, STARTED = {"dose": "1 g"}, {"started": "2026-01-01"}
THERAPY = (
    row("class and outcome asked", FAILED, tried({}), MET),
    row("another class asked", FAILED, tried({"therapy_class": "ivig"}), MET),
    row("another outcome asked", FAILED, tried({"outcome": "partial"}), MET),
    row("class not asked", FAILED, tried({"therapy_class": "rituximab"}), UNKNOWN, LIST_OPEN),
    row("outcome not asked", FAILED, tried({"outcome": "ongoing"}), UNKNOWN, LIST_OPEN),
    row(
        "class and outcome of two entries",
        FAILED,
        tried({"outcome": "ongoing"}, {"therapy_class": "rituximab"}),
        UNKNOWN,
        LIST_OPEN,
    ),
    row("outcome not asked, list complete", FAILED, tried({"outcome": "ongoing"}, complete="yes"), NOT_MET),
    row("nothing listed", FAILED, {}, UNKNOWN, LIST_OPEN),
    row("nothing listed, list complete", FAILED, tried(complete="yes"), NOT_MET),
    row("every detail stated", FAILED_WITH_DOSE, tried({**DOSE, **STARTED}), MET),
    row("one detail left out", FAILED_WITH_DOSE, tried(DOSE), UNKNOWN, DETAIL),
    row("one detail left out, list complete", FAILED_WITH_DOSE, tried(DOSE, complete="yes"), UNKNOWN, DETAIL),
    row("details spread over two entries", FAILED_WITH_DOSE, tried(DOSE, STARTED), UNKNOWN, DETAIL),
    row("one of two entries whole", FAILED_WITH_DOSE, tried(DOSE, {**DOSE, **STARTED}), MET),
)

WITHIN_A_WEEK = {"start": "fact:began", "end": "fact:ended", "at_least": 0, "below": 7}
ADULT = {"start": "field:member.birth_date", "end": "as_of", "unit": "years", "at_least": 18}
SINCE_START = {"start": "field:services.start", "end": "as_of", "at_least": 0, "at_most": 10}


def lasting(start: Any, end: Any) -> dict[str, Any]:
    return facts(began=start, ended=end)


def born(day: str) -> dict[str, Any]:
    return {"member": {"birth_date": day}}


SPAN = (
    row("the same day", WITHIN_A_WEEK, lasting("2026-01-01", "2026-01-01"), MET),
    row("one day within", WITHIN_A_WEEK, lasting("2026-01-01", "2026-01-07"), MET),
    row("the bound itself", WITHIN_A_WEEK, lasting("2026-01-01", "2026-01-08"), NOT_MET),
    row("one day beyond", WITHIN_A_WEEK, lasting("2026-01-01", "2026-01-09"), NOT_MET),
    row("days, not hours", WITHIN_A_WEEK, lasting("2026-01-01T23:00", "2026-01-08T01:00"), NOT_MET),
    row("over the end of February", WITHIN_A_WEEK, lasting("2028-02-27", "2028-03-04"), MET),
    row("an end before its start", WITHIN_A_WEEK, lasting("2026-01-02", "2026-01-01"), NOT_MET),
    row("no start", WITHIN_A_WEEK, facts(ended="2026-01-02"), UNKNOWN, ABSENT),
    row("no end", WITHIN_A_WEEK, facts(began="2026-01-02"), UNKNOWN, ABSENT),
    row("pending end", WITHIN_A_WEEK, lasting("2026-01-02", {"pending": "yes"}), UNKNOWN, PENDING),
    row(
        "the latest statement of the end",
        WITHIN_A_WEEK,
        lasting("2026-01-01", [{"value": "2026-01-20", "taken": "2026-01-21"}, {"value": "2026-01-03", "taken": "2026-01-22"}]),
        MET,
    ),
    row(
        "two statements of the end, unclear which is the latest",
        WITHIN_A_WEEK,
        lasting("2026-01-01", [{"value": "2026-01-20", "taken": "2026-01-21"}, {"value": "2026-01-03"}]),
        UNKNOWN,
        DETAIL,
    ),
    row(
        "two statements that agree",
        WITHIN_A_WEEK,
        lasting("2026-01-01", [{"value": "2026-01-02", "taken": "2026-01-21"}, "2026-01-03"]),
        MET,
    ),
    row("eighteen today", ADULT, born("2008-01-31"), MET),
    row("eighteen tomorrow", ADULT, born("2008-02-01"), NOT_MET),
    row("eighteen yesterday", ADULT, born("2008-01-30"), MET),
    row("birth date not stated", ADULT, {}, UNKNOWN, ABSENT),
    row("every line within", SINCE_START, {"services": [{"start": "2026-01-21"}, {"start": "2026-01-31"}]}, MET),
    row("lines on both sides", SINCE_START, {"services": [{"start": "2026-01-20"}, {"start": "2026-01-31"}]}, NOT_MET),
    row("one line without its start", SINCE_START, {"services": [{"start": "2026-01-21"}, {}]}, UNKNOWN, ABSENT),
)

UNITS = {"field": "services[role=exchange].units"}
BILLED_FLUID = {"field": "services[billing=facility].fluid"}
PRESENT = (
    row("stated", {"field": "member.birth_date"}, born("1988-01-01"), MET),
    row("left out", {"field": "member.birth_date"}, {}, UNKNOWN, ABSENT),
    row("its holder left out", {"field": "exchange.first_started_at"}, {}, UNKNOWN, ABSENT),
    row("its holder stated", {"field": "exchange.first_started_at"}, BEGUN, MET),
    row("a group", {"field": "exchange"}, BEGUN, MET),
    row("lines of text", {"field": "coverage.address"}, {"coverage": {"address": ["1 Example Way"]}}, MET),
    row("no lines of text", {"field": "coverage.address"}, {}, UNKNOWN, ABSENT),
    row("an empty list", {"field": "services"}, {}, UNKNOWN, ABSENT),
    row("every line", UNITS, {"services": [{"units": 5}, {"units": 2}]}, MET),
    row("one line without", UNITS, {"services": [{"units": 5}, {}]}, UNKNOWN, ABSENT),
    row("one line of another role without", UNITS, {"services": [{"units": 5}, {"role": "product"}]}, MET),
    row("no line of that role", UNITS, {"services": [{"role": "product", "units": 5}]}, UNKNOWN, ABSENT),
    row("kept by what it states", BILLED_FLUID, {"services": [{"billing": "facility", "fluid": "plasma"}]}, MET),
    row(
        "a line that may be one of those asked for",
        BILLED_FLUID,
        {"services": [{"billing": "facility", "fluid": "plasma"}, {"fluid": "plasma"}]},
        UNKNOWN,
        ABSENT,
    ),
)

PLASMA = {"field": "services[role=exchange].fluid", "among": ["plasma", "plasma_and_albumin"]}
FLUID, ALBUMIN = {"fluid": "plasma"}, {"fluid": "albumin"}
CONSENT = {"field": "member.guardian_consent", "among": ["yes"]}
FIELD = (
    row("among them", PLASMA, {"services": [FLUID]}, MET),
    row("not among them", PLASMA, {"services": [ALBUMIN]}, NOT_MET),
    row("every line among them", PLASMA, {"services": [FLUID, {"fluid": "plasma_and_albumin"}]}, MET),
    row("one line not among them", PLASMA, {"services": [FLUID, ALBUMIN]}, NOT_MET),
    row("one line without", PLASMA, {"services": [FLUID, {}]}, UNKNOWN, ABSENT),
    row("one line without, one not among them", PLASMA, {"services": [ALBUMIN, {}]}, NOT_MET),
    row("no line", PLASMA, {}, UNKNOWN, ABSENT),
    row("a line of another role", PLASMA, {"services": [FLUID, {"role": "product", **ALBUMIN}]}, MET),
    row("a yes", CONSENT, {"member": {"guardian_consent": "yes"}}, MET),
    row("a no", CONSENT, {"member": {"guardian_consent": "no"}}, NOT_MET),
    row("neither", CONSENT, {}, UNKNOWN, ABSENT),
    row("its default, left out", {"field": "request.kind", "among": ["initial"]}, {}, MET),
)

TABLES: Mapping[str, tuple[Row, ...]] = {
    "diagnosis": DIAGNOSIS,
    "therapy": THERAPY,
    "span": SPAN,
    "present": PRESENT,
    "field": FIELD,
}


@pytest.mark.parametrize(("kind", "line"), lines(TABLES))
def test_a_case_is_judged_at_its_boundary(kind: str, line: Row) -> None:
    assert_holds(kind, line)


@pytest.mark.parametrize(
    ("code", "pattern", "inside"),
    [
        ("M32.14", "M32.14", True),
        ("M32.14", "M32.1-", True),
        ("M32.14", "M32", True),
        ("M32.1", "M32.1-", True),
        ("M32.1", "M32.14", False),
        ("M32.14", "M32.4", False),
        ("M31.11", "M31.1", True),
        ("M31.31", "M31.1", False),
        ("O99.411", "O99.4-", True),
    ],
)
def test_a_code_is_within_itself_and_everything_above_it(code: str, pattern: str, *, inside: bool) -> None:
    assert code_within(code, pattern) is inside


@pytest.mark.parametrize("complete", ["yes", "no"])
def test_a_therapy_with_another_outcome_is_shown_beside_what_is_asked(complete: str) -> None:
    case = tried({"therapy_class": "rituximab"}, {"outcome": "ongoing"}, complete=complete)
    finding = evaluate(leaf("therapy", **FAILED), chart(case))
    assert finding.truth is (Truth.NOT_MET if complete == "yes" else Truth.UNKNOWN)
    assert finding.rests_on == (("therapies", "tried", 1),)
