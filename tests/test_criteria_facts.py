"""What is asked of facts, at its boundaries: one table for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from priorauth.criteria.evaluate import MissingReason
from priorauth.criteria.truth import Truth
from tests.charts import BEGUN, Row, assert_holds, facts, lines, row

MET, NOT_MET, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN
ABSENT, PENDING, LIST_OPEN = MissingReason.ABSENT, MissingReason.PENDING, MissingReason.LIST_OPEN
UNCLEAR, TOO_LATE = MissingReason.TIMING_UNCLEAR, MissingReason.TOO_LATE
NOT_EXACT, DETAIL = MissingReason.NOT_EXACT, MissingReason.DETAIL


def marker(value: str, unit: str = "mg/dL", **rest: Any) -> dict[str, Any]:
    """A result that exchange leaves alone."""
    return {"value": value, "unit": unit, **rest}


def tracer(value: str, **rest: Any) -> dict[str, Any]:
    """A result that exchange distorts."""
    return {"value": value, "unit": "%", **rest}


def begun(**given: Any) -> dict[str, Any]:
    """A case in which exchange began on January 10 at noon."""
    return {**BEGUN, **facts(**given)}


PENDING_TRACER = {"pending": "yes"}
BEFORE, AFTER, SAME_DAY = "2026-01-09", "2026-01-11", "2026-01-10"
ABOVE_5 = {"fact": "marker", "above": 5}
AT_LEAST_5 = {"fact": "marker", "at_least": 5}
AT_MOST_5 = {"fact": "marker", "at_most": 5}
BELOW_5 = {"fact": "marker", "below": 5}
BELOW_10 = {"fact": "tracer", "below": 10}


def reports(*rows: tuple[str, Truth, Truth, Truth, Truth]) -> tuple[Row, ...]:
    """One row for each report and each of the four bounds at 5."""
    tests = {"above 5": ABOVE_5, "at least 5": AT_LEAST_5, "at most 5": AT_MOST_5, "below 5": BELOW_5}
    return tuple(
        row(f"{report} against {name}", test, facts(marker=marker(report)), truth, NOT_EXACT if truth is UNKNOWN else None)
        for report, *truths in rows
        for (name, test), truth in zip(tests.items(), truths, strict=True)
    )


def picks(name: str, values: list[dict[str, Any]], **expected: Truth | MissingReason) -> tuple[Row, ...]:
    """One row for each pick over the same results, against below 5; a reason in place of a truth means unknown."""
    return tuple(
        row(f"{pick} of {name}", {**BELOW_5, "pick": pick}, facts(marker=values), *_truth_and_why(one))
        for pick, one in expected.items()
    )


def _truth_and_why(expected: Truth | MissingReason) -> tuple[Truth, MissingReason | None]:
    return (expected, None) if isinstance(expected, Truth) else (UNKNOWN, expected)


QUANTITY = (
    *reports(
        # report, above 5, at least 5, at most 5, below 5
        ("4", NOT_MET, NOT_MET, MET, MET),
        ("4.999999", NOT_MET, NOT_MET, MET, MET),
        ("5", NOT_MET, MET, MET, NOT_MET),
        ("5.000001", MET, MET, NOT_MET, NOT_MET),
        ("6", MET, MET, NOT_MET, NOT_MET),
        ("<4", NOT_MET, NOT_MET, MET, MET),
        ("<5", NOT_MET, NOT_MET, MET, MET),
        ("<5.000001", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("<6", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("<=4.999999", NOT_MET, NOT_MET, MET, MET),
        ("<=5", NOT_MET, UNKNOWN, MET, UNKNOWN),
        ("<=6", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (">4", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (">4.999999", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (">5", MET, MET, NOT_MET, NOT_MET),
        (">6", MET, MET, NOT_MET, NOT_MET),
        (">=4", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        (">=5", UNKNOWN, MET, UNKNOWN, NOT_MET),
        (">=5.000001", MET, MET, NOT_MET, NOT_MET),
        ("≤5", NOT_MET, UNKNOWN, MET, UNKNOWN),
        ("≥5", UNKNOWN, MET, UNKNOWN, NOT_MET),
    ),
    row("both bounds held", {"fact": "marker", "at_least": 5, "at_most": 7}, facts(marker=marker("7")), MET),
    row("one bound missed", {"fact": "marker", "at_least": 5, "below": 7}, facts(marker=marker("7")), NOT_MET),
    row("far above both, not exactly", {"fact": "marker", "at_least": 5, "below": 7}, facts(marker=marker(">7")), NOT_MET),
    row("around both", {"fact": "marker", "at_least": 5, "below": 7}, facts(marker=marker("<8")), UNKNOWN, NOT_EXACT),
    row("another unit at the bound", BELOW_5, facts(marker=marker("0.05", "g/L")), NOT_MET),
    row("another unit below the bound", BELOW_5, facts(marker=marker("0.0499", "g/L")), MET),
    row("another unit with a comparator", BELOW_5, facts(marker=marker("<0.05", "g/L")), MET),
    row("nothing stated", BELOW_5, {}, UNKNOWN, ABSENT),
    row("pending", BELOW_5, facts(marker={"pending": "yes"}), UNKNOWN, PENDING),
    row("a pending one that may be newer", BELOW_5, facts(marker=[marker("4"), {"pending": "yes"}]), UNKNOWN, PENDING),
    row(
        "a pending one older than the result",
        BELOW_5,
        facts(marker=[marker("4", taken=AFTER), {"pending": "yes", "taken": BEFORE}]),
        MET,
    ),
    row(
        "a result of years ago beside a newer pending one",
        BELOW_10,
        begun(tracer=[tracer("<5", taken="2019-05-06"), {"pending": "yes", "taken": BEFORE}]),
        UNKNOWN,
        PENDING,
    ),
    row(
        "a newer pending one that exchange distorts",
        BELOW_10,
        begun(tracer=[tracer("<5", taken=BEFORE), {"pending": "yes", "taken": AFTER}]),
        MET,
    ),
    row(
        "a newer pending one of unclear timing",
        BELOW_10,
        begun(tracer=[tracer("<5", taken=BEFORE), {"pending": "yes", "taken": SAME_DAY}]),
        UNKNOWN,
        UNCLEAR,
    ),
    *picks(
        "a low value before a pending one",
        [marker("4", taken="2026-01-01"), {"pending": "yes", "taken": "2026-01-02"}],
        latest=PENDING,
        lowest=MET,
        highest=PENDING,
        any=MET,
    ),
    *picks(
        "a high value after a pending one",
        [{"pending": "yes", "taken": "2026-01-01"}, marker("6", taken="2026-01-02")],
        latest=NOT_MET,
        lowest=PENDING,
        highest=NOT_MET,
        any=PENDING,
    ),
    *picks(
        "falling values, listed backward",
        [marker("4", taken="2026-01-03"), marker("6", taken="2026-01-02"), marker("5", taken="2026-01-01")],
        latest=MET,
        lowest=MET,
        highest=NOT_MET,
        any=MET,
    ),
    *picks(
        "rising values, all too high",
        [marker("5", taken="2026-01-01"), marker("6", taken="2026-01-02")],
        latest=NOT_MET,
        lowest=NOT_MET,
        highest=NOT_MET,
        any=NOT_MET,
    ),
    *picks(
        "an inexact value that may be the lowest",
        [marker(">=4", taken="2026-01-01"), marker("6", taken="2026-01-02")],
        latest=NOT_MET,
        lowest=NOT_EXACT,
        highest=NOT_MET,
        any=NOT_EXACT,
    ),
    *picks(
        "an inexact value that may be the highest",
        [marker("<6", taken="2026-01-01"), marker("4", taken="2026-01-02")],
        latest=MET,
        lowest=MET,
        highest=NOT_EXACT,
        any=MET,
    ),
    *picks(
        "values of which one is undated",
        [marker("4", taken="2026-01-01"), marker("6")],
        latest=DETAIL,
        lowest=MET,
        highest=NOT_MET,
        any=MET,
    ),
    *picks("undated values that agree", [marker("3", taken="2026-01-01"), marker("4")], latest=MET),
    *picks(
        "one day, one time unknown",
        [marker("4", taken="2026-01-01T08:00"), marker("6", taken="2026-01-01")],
        latest=DETAIL,
    ),
    *picks(
        "one day, both times known",
        [marker("6", taken="2026-01-01T08:00"), marker("4", taken="2026-01-01T08:01")],
        latest=MET,
    ),
    row("day before the first exchange", BELOW_10, begun(tracer=tracer("9", taken=BEFORE)), MET),
    row("minute before the first exchange", BELOW_10, begun(tracer=tracer("9", taken=f"{SAME_DAY}T11:59")), MET),
    row("minute of the first exchange", BELOW_10, begun(tracer=tracer("9", taken=f"{SAME_DAY}T12:00")), UNKNOWN, TOO_LATE),
    row("day after the first exchange", BELOW_10, begun(tracer=tracer("9", taken=AFTER)), UNKNOWN, TOO_LATE),
    row("day of the first exchange, no time", BELOW_10, begun(tracer=tracer("9", taken=SAME_DAY)), UNKNOWN, UNCLEAR),
    row("undated, exchange begun", BELOW_10, begun(tracer=tracer("9")), UNKNOWN, UNCLEAR),
    row("undated, said to be before", BELOW_10, begun(tracer=tracer("9", before_first_exchange="yes")), MET),
    row("undated, said to be after", BELOW_10, begun(tracer=tracer("9", before_first_exchange="no")), UNKNOWN, TOO_LATE),
    row("nothing said of any exchange", BELOW_10, facts(tracer=tracer("9", taken=BEFORE)), UNKNOWN, UNCLEAR),
    row("after an exchange without a date", BELOW_10, facts(tracer=tracer("9", before_first_exchange="no")), UNKNOWN, TOO_LATE),
    row("no exchange given yet", BELOW_10, {"no_exchange_yet": "yes", **facts(tracer=tracer("9"))}, MET),
    row("pending, drawn before", BELOW_10, begun(tracer={"pending": "yes", "taken": BEFORE}), UNKNOWN, PENDING),
    row("pending, drawn after", BELOW_10, begun(tracer={"pending": "yes", "taken": AFTER}), UNKNOWN, TOO_LATE),
    row(
        "a later value after exchange does not count",
        BELOW_10,
        begun(tracer=[tracer("9", taken=BEFORE), tracer("50", taken=AFTER)]),
        MET,
    ),
    row(
        "an unclear value that would turn it",
        BELOW_10,
        begun(tracer=[tracer("9", taken=BEFORE), tracer("50", taken=SAME_DAY)]),
        UNKNOWN,
        UNCLEAR,
    ),
    row(
        "an unclear value that would not",
        BELOW_10,
        begun(tracer=[tracer("9", taken=BEFORE), tracer("8", taken=SAME_DAY)]),
        MET,
    ),
    row(
        "none that surely counts, any asked",
        {**BELOW_10, "pick": "any"},
        begun(tracer=tracer("50", taken=SAME_DAY)),
        UNKNOWN,
        UNCLEAR,
    ),
    row(
        "two unclear values of which the earlier alone would turn it",
        BELOW_10,
        {
            "exchange": {"first_started_at": SAME_DAY},
            **facts(
                tracer=[
                    tracer("9", taken=BEFORE),
                    tracer("50", taken=f"{SAME_DAY}T08:00"),
                    tracer("8", taken=f"{SAME_DAY}T09:00"),
                ]
            ),
        },
        UNKNOWN,
        UNCLEAR,
    ),
    row(
        "another unit of a distorted fact",
        BELOW_10,
        begun(tracer={"value": "0.1", "unit": "{fraction}", "taken": BEFORE}),
        NOT_MET,
    ),
)

SIGN, NO_SIGN = {"fact": "sign"}, {"fact": "sign", "answer": "no"}
YES = (
    row("a yes asked and said", SIGN, facts(sign="yes"), MET),
    row("a yes asked, no said", SIGN, facts(sign="no"), NOT_MET),
    row("a no asked and said", NO_SIGN, facts(sign="no"), MET),
    row("a no asked, yes said", NO_SIGN, facts(sign="yes"), NOT_MET),
    row("nothing stated", SIGN, {}, UNKNOWN, ABSENT),
    row("a no asked, nothing stated", NO_SIGN, {}, UNKNOWN, ABSENT),
    row("pending", SIGN, facts(sign={"pending": "yes"}), UNKNOWN, PENDING),
    row(
        "the latest decides",
        SIGN,
        facts(sign=[{"value": "no", "taken": "2026-01-02"}, {"value": "yes", "taken": "2026-01-01"}]),
        NOT_MET,
    ),
    row("unclear which is the latest", SIGN, facts(sign=[{"value": "no"}, {"value": "yes", "taken": BEFORE}]), UNKNOWN, DETAIL),
    row("before the first exchange", {"fact": "passing_sign"}, begun(passing_sign={"value": "yes", "taken": BEFORE}), MET),
    row(
        "after the first exchange",
        {"fact": "passing_sign"},
        begun(passing_sign={"value": "yes", "taken": AFTER}),
        UNKNOWN,
        TOO_LATE,
    ),
    row("on its day", {"fact": "passing_sign"}, begun(passing_sign={"value": "yes", "taken": SAME_DAY}), UNKNOWN, UNCLEAR),
    row("exchange leaves this sign alone", SIGN, begun(sign={"value": "yes", "taken": AFTER}), MET),
)

SEVERE = {"fact": "grading", "among": ["severe", "worst"]}
CHOICE = (
    row("among them", SEVERE, facts(grading="severe"), MET),
    row("the other among them", SEVERE, facts(grading="worst"), MET),
    row("not among them", SEVERE, facts(grading="mild"), NOT_MET),
    row("nothing stated", SEVERE, {}, UNKNOWN, ABSENT),
    row("pending", SEVERE, facts(grading={"pending": "yes"}), UNKNOWN, PENDING),
    row(
        "the latest decides",
        SEVERE,
        facts(grading=[{"value": "mild", "taken": "2026-01-01"}, {"value": "severe", "taken": "2026-01-02"}]),
        MET,
    ),
    row(
        "unclear which is the latest",
        SEVERE,
        facts(grading=[{"value": "mild"}, {"value": "severe", "taken": BEFORE}]),
        UNKNOWN,
        DETAIL,
    ),
    row("either is among them", SEVERE, facts(grading=[{"value": "worst"}, {"value": "severe", "taken": BEFORE}]), MET),
)

TWO = {"fact": "organs", "at_least": 2}
TWO_OF = {"fact": "organs", "at_least": 2, "among": ["kidney", "lung"]}
PASSING = {"fact": "passing_organs", "at_least": 2}


def organs(*present: str, **rest: Any) -> dict[str, Any]:
    return {"value": list(present), **rest}


COUNT = (
    row("as many as asked", TWO, facts(organs=organs("kidney", "lung")), MET),
    row("more than asked", TWO, facts(organs=organs("kidney", "lung", "brain")), MET),
    row("one too few, list open", TWO, facts(organs=organs("kidney")), UNKNOWN, LIST_OPEN),
    row("one too few, list complete", TWO, facts(organs=organs("kidney", complete="yes")), NOT_MET),
    row("enough, not of those that count", TWO_OF, facts(organs=organs("kidney", "brain")), UNKNOWN, LIST_OPEN),
    row("enough, not of those, complete", TWO_OF, facts(organs=organs("kidney", "brain", complete="yes")), NOT_MET),
    row("enough of those that count", TWO_OF, facts(organs=organs("kidney", "lung", "brain")), MET),
    row("none, list complete", TWO, facts(organs=organs(complete="yes")), NOT_MET),
    row("nothing stated", TWO, {}, UNKNOWN, ABSENT),
    row("pending", TWO, facts(organs={"pending": "yes"}), UNKNOWN, PENDING),
    row(
        "added up over one day",
        TWO,
        facts(organs=[organs("kidney", taken=f"{BEFORE}T08:00"), organs("lung", taken=f"{BEFORE}T09:00")]),
        MET,
    ),
    row(
        "not added up over days",
        TWO,
        facts(organs=[organs("kidney", taken="2009-01-09"), organs("lung", taken=AFTER)]),
        UNKNOWN,
        LIST_OPEN,
    ),
    row(
        "enough once, the latest day too few and complete",
        TWO,
        facts(organs=[organs("kidney", "lung", taken=BEFORE), organs("lung", taken=AFTER, complete="yes")]),
        NOT_MET,
    ),
    row(
        "too few once, enough on the latest day",
        TWO,
        facts(organs=[organs("kidney", taken=BEFORE, complete="yes"), organs("kidney", "lung", taken=AFTER)]),
        MET,
    ),
    row("two without a date, each too few", TWO, facts(organs=[organs("kidney"), organs("lung")]), UNKNOWN, DETAIL),
    row("two without a date, each enough", TWO, facts(organs=[organs("kidney", "lung"), organs("lung", "brain")]), MET),
    row(
        "enough, with a newer assessment pending",
        TWO,
        facts(organs=[organs("kidney", "lung", taken=BEFORE), {"pending": "yes", "taken": AFTER}]),
        UNKNOWN,
        PENDING,
    ),
    row(
        "complete once, then open again",
        TWO,
        facts(organs=[organs("kidney", taken=BEFORE, complete="yes"), organs("kidney", taken=AFTER)]),
        UNKNOWN,
        LIST_OPEN,
    ),
    row(
        "open once, then complete",
        TWO,
        facts(organs=[organs("kidney", taken=BEFORE), organs("kidney", taken=AFTER, complete="yes")]),
        NOT_MET,
    ),
    row(
        "complete, beside one without a date",
        TWO,
        facts(organs=[organs("kidney"), organs("kidney", taken=AFTER, complete="yes")]),
        UNKNOWN,
        LIST_OPEN,
    ),
    row("after the first exchange", PASSING, begun(passing_organs=organs("kidney", "lung", taken=AFTER)), UNKNOWN, TOO_LATE),
    row(
        "complete, of unclear timing",
        PASSING,
        begun(passing_organs=organs("kidney", taken=SAME_DAY, complete="yes")),
        UNKNOWN,
        UNCLEAR,
    ),
    row(
        "one of two of unclear timing",
        PASSING,
        begun(passing_organs=[organs("kidney", taken=BEFORE, complete="yes"), organs("lung", taken=SAME_DAY, complete="yes")]),
        UNKNOWN,
        UNCLEAR,
    ),
)

SENT_TRACER, AWAITED = {"fact": "tracer"}, {"fact": "tracer", "awaited": "yes"}
SENT = (
    row("pending, drawn before", SENT_TRACER, begun(tracer={"pending": "yes", "taken": BEFORE}), MET),
    row("back, drawn before", SENT_TRACER, begun(tracer=tracer("9", taken=BEFORE)), MET),
    row("drawn after", SENT_TRACER, begun(tracer={"pending": "yes", "taken": AFTER}), UNKNOWN, TOO_LATE),
    row("drawn on the day, no time", SENT_TRACER, begun(tracer={"pending": "yes", "taken": SAME_DAY}), UNKNOWN, UNCLEAR),
    row("drawn, nothing said of any exchange", SENT_TRACER, facts(tracer=PENDING_TRACER), UNKNOWN, UNCLEAR),
    row("drawn, no exchange yet", SENT_TRACER, {"no_exchange_yet": "yes", **facts(tracer=PENDING_TRACER)}, MET),
    row("nothing stated", SENT_TRACER, {}, UNKNOWN, ABSENT),
    row("exchange leaves it alone", {"fact": "marker"}, begun(marker={"pending": "yes", "taken": AFTER}), MET),
    row("awaited and not back", AWAITED, begun(tracer={"pending": "yes", "taken": BEFORE}), MET),
    row("awaited, but back", AWAITED, begun(tracer=tracer("9", taken=BEFORE)), NOT_MET),
    row(
        "awaited, one of two of the same day back",
        AWAITED,
        begun(tracer=[tracer("9", taken=BEFORE), {"pending": "yes", "taken": BEFORE}]),
        UNKNOWN,
        DETAIL,
    ),
    row(
        "awaited, an older one back",
        AWAITED,
        begun(tracer=[tracer("9", taken="2019-05-06"), {"pending": "yes", "taken": BEFORE}]),
        MET,
    ),
    row(
        "awaited, a newer one back",
        AWAITED,
        begun(tracer=[{"pending": "yes", "taken": "2019-05-06"}, tracer("9", taken=BEFORE)]),
        NOT_MET,
    ),
    row(
        "awaited, back only from after",
        AWAITED,
        begun(tracer=[tracer("9", taken=AFTER), {"pending": "yes", "taken": BEFORE}]),
        MET,
    ),
    row(
        "awaited, back from nobody knows when",
        AWAITED,
        begun(tracer=[tracer("9", taken=SAME_DAY), {"pending": "yes", "taken": BEFORE}]),
        UNKNOWN,
        UNCLEAR,
    ),
    row("awaited, drawn after", AWAITED, begun(tracer={"pending": "yes", "taken": AFTER}), UNKNOWN, TOO_LATE),
    row("awaited, nothing stated", AWAITED, {}, UNKNOWN, ABSENT),
)

EXHIBIT = {"fact": "marker"}
ENCLOSED = (
    row("a result with its exhibit", EXHIBIT, facts(marker=marker("4", exhibit="A")), MET),
    row("a result without", EXHIBIT, facts(marker=marker("4")), UNKNOWN, DETAIL),
    row("one of two results", EXHIBIT, facts(marker=[marker("4", taken=BEFORE), marker("4", exhibit="A")]), MET),
    row("only the order of a pending test", EXHIBIT, facts(marker={"pending": "yes", "exhibit": "A"}), UNKNOWN, PENDING),
    row("nothing stated", EXHIBIT, {}, UNKNOWN, ABSENT),
)

TABLES: Mapping[str, tuple[Row, ...]] = {
    "quantity": QUANTITY,
    "yes": YES,
    "choice": CHOICE,
    "count": COUNT,
    "sent": SENT,
    "enclosed": ENCLOSED,
}


@pytest.mark.parametrize(("kind", "line"), lines(TABLES))
def test_a_fact_is_judged_at_its_boundary(kind: str, line: Row) -> None:
    assert_holds(kind, line)
