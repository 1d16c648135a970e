"""Knowing less of a case never turns a finding, and what no criterion asks for changes none."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.case.sources import value_at
from priorauth.criteria.evaluate import evaluate, is_met
from priorauth.criteria.language import Criterion
from priorauth.criteria.truth import Truth
from tests.charts import chart, leaf
from tests.random_charts import CRITERIA, LEAVES_AT_RANDOM, cases, less

Data = dict[str, Any]


def truth_of(criterion: Criterion, case: Data) -> Truth:
    return evaluate(criterion, chart(case)).truth


@given(criterion=LEAVES_AT_RANDOM, case=cases())
@settings(max_examples=200, deadline=None)
def test_a_leaf_stays_or_becomes_unknown_when_anything_is_left_out(criterion: Criterion, case: Data) -> None:
    turned = {truth_of(criterion, poorer) for poorer in less(case)}
    assert turned <= {truth_of(criterion, case), Truth.UNKNOWN}


@given(criterion=CRITERIA, case=cases())
@settings(max_examples=60, deadline=None)
def test_a_criterion_stays_or_becomes_unknown_when_anything_is_left_out(criterion: Criterion, case: Data) -> None:
    before = {leaf_of: truth_of(leaf_of, case) for leaf_of in (criterion, Criterion.model_validate({"not": criterion}))}
    for poorer in less(case):
        after = {leaf_of: truth_of(leaf_of, poorer) for leaf_of in before}
        assert all(after[one] in {truth, Truth.UNKNOWN} for one, truth in before.items())


def with_more(case: Data) -> Data:
    """The case with what no criterion of these tests asks for in every part of it, behind what is there."""
    diagnosis = {"code": "Z00.00", "sequence": 9, "text": "as coded", "certainty": "confirmed"}
    therapy = {"drug": "another drug", "therapy_class": "belimumab", "outcome": "failed", "dose": "1 mg"}
    tried = [*case["therapies"]["tried"], therapy]
    return {
        **case,
        "account_number": "00042",
        "diagnoses": [*case["diagnoses"], diagnosis],
        "exhibits": [{"id": "A", "title": "a report"}],
        "facts": {
            **case["facts"],
            "unrelated": [{"value": "3", "unit": "1", "taken": "2026-01-10"}, {"pending": "yes"}],
            "remark": [{"value": "words"}],
        },
        "member": {**case["member"], "sex": "female"},
        "narrative": {"history": "words"},
        "plan": {"goal": "words"},
        "pregnancy": {"status": "not_pregnant"},
        "therapies": {**case["therapies"], "tried": tried},
    }


@given(criterion=CRITERIA, case=cases())
@settings(max_examples=60, deadline=None)
def test_what_no_criterion_asks_for_changes_no_finding(criterion: Criterion, case: Data) -> None:
    assert evaluate(criterion, chart(with_more(case))) == evaluate(criterion, chart(case))


@given(criterion=CRITERIA, case=cases())
@settings(max_examples=200, deadline=None)
def test_to_ask_only_whether_it_is_met_gives_what_the_finding_says(criterion: Criterion, case: Data) -> None:
    assert is_met(criterion, chart(case)) is (evaluate(criterion, chart(case)).truth is Truth.MET)


@given(criterion=CRITERIA, case=cases(), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_results_are_listed_does_not_matter(criterion: Criterion, case: Data, seed: int) -> None:
    shuffled = {fact: random.Random(seed).sample(entries, len(entries)) for fact, entries in case["facts"].items()}  # noqa: S311  # an order, no secret
    assert truth_of(criterion, {**case, "facts": shuffled}) is truth_of(criterion, case)


@given(criterion=CRITERIA, case=cases())
@settings(max_examples=60, deadline=None)
def test_every_unknown_says_what_is_missing_and_every_finding_where_it_rests(criterion: Criterion, case: Data) -> None:
    seen = chart(case)
    finding = evaluate(criterion, seen)
    for one in (finding, *finding.leaves()):
        assert bool(one.missing) is (one.truth is Truth.UNKNOWN)
        assert all(value_at(seen.case, place) is not None for place in one.rests_on)


def test_to_leave_out_the_latest_of_several_results_is_another_history() -> None:
    """The promise is for a fact as a whole: DESIGN lets the latest result decide, so the one before it can say otherwise."""
    rising = [{"value": str(value), "unit": "mg/dL", "taken": f"2026-01-0{value}"} for value in (4, 6)]
    low = leaf("quantity", fact="marker", below=5)
    assert [truth_of(low, {"facts": {"marker": rising[:count]}}) for count in (2, 1)] == [Truth.NOT_MET, Truth.MET]
