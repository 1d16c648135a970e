"""Three-valued logic: the textbook tables, and nothing said that a completion of the unknown could belie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.criteria.evaluate import evaluate
from priorauth.criteria.language import Criterion
from priorauth.criteria.truth import Truth, agreement, at_least, conjunction, disjunction, negation
from tests.charts import NAMES, chart, facts, says_yes
from tests.random_charts import combined

MET, NOT_MET, UNKNOWN = Truth.MET, Truth.NOT_MET, Truth.UNKNOWN
STRENGTH = {NOT_MET: 0, UNKNOWN: 1, MET: 2}
"""Kleene's order: `all` is the weakest of its parts, `any` the strongest."""

ROWS = [row for size in range(5) for row in product(Truth, repeat=size)]
"""Every row of every truth table of up to four parts."""


def textbook_all(truths: Sequence[Truth]) -> Truth:
    return min(truths, key=STRENGTH.__getitem__, default=MET)


def textbook_any(truths: Sequence[Truth]) -> Truth:
    return max(truths, key=STRENGTH.__getitem__, default=NOT_MET)


def textbook_at_least(count: int, truths: Sequence[Truth]) -> Truth:
    """Any selection of so many, all of them."""
    return textbook_any([textbook_all(some) for some in combinations(truths, count)])


def completions(truths: Sequence[Truth]) -> Iterator[tuple[Truth, ...]]:
    """Every way in which the unknown ones can turn out."""
    return product(*([one] if one is not UNKNOWN else [MET, NOT_MET] for one in truths))


@pytest.mark.parametrize(("truth", "negated"), [(MET, NOT_MET), (NOT_MET, MET), (UNKNOWN, UNKNOWN)])
def test_negation_turns_what_is_known_and_leaves_what_is_not(truth: Truth, negated: Truth) -> None:
    assert negation(truth) is negated


@pytest.mark.parametrize("row", ROWS)
def test_all_is_the_weakest_and_any_the_strongest_of_the_parts(row: tuple[Truth, ...]) -> None:
    assert (conjunction(row), disjunction(row)) == (textbook_all(row), textbook_any(row))


@pytest.mark.parametrize("row", ROWS)
def test_at_least_is_any_selection_of_so_many(row: tuple[Truth, ...]) -> None:
    counts = range(1, len(row) + 2)
    assert [at_least(count, row) for count in counts] == [textbook_at_least(count, row) for count in counts]


@pytest.mark.parametrize("row", ROWS)
def test_at_least_says_what_every_completion_says(row: tuple[Truth, ...]) -> None:
    for count in range(1, len(row) + 1):
        outcomes = {at_least(count, complete) for complete in completions(row)}
        assert at_least(count, row) is (outcomes.pop() if len(outcomes) == 1 else UNKNOWN)


@pytest.mark.parametrize("row", ROWS)
def test_agreement_says_only_what_all_say(row: tuple[Truth, ...]) -> None:
    assert agreement(row) is (row[0] if row and row.count(row[0]) == len(row) else UNKNOWN)


@pytest.mark.parametrize(("answer", "truth"), [(True, MET), (False, NOT_MET), (None, UNKNOWN)])
def test_no_answer_is_unknown(answer: bool | None, truth: Truth) -> None:
    assert Truth.of(answer) is truth


FORCED = tuple(f"{name}_seen" for name in NAMES)
"""Yes-or-no facts: a yes forces met, a no not met, silence unknown."""


TREES = st.recursive(st.sampled_from([says_yes(fact) for fact in FORCED]), combined, max_leaves=12)
TRUTHS = st.fixed_dictionaries({fact: st.sampled_from(Truth) for fact in FORCED})


def found(tree: Criterion, truths: dict[str, Truth]) -> Truth:
    """What the evaluator says when each fact is forced to this truth."""
    words = {MET: "yes", NOT_MET: "no"}
    return evaluate(tree, chart(facts(**{fact: words[one] for fact, one in truths.items() if one in words}))).truth


def textbook(tree: Criterion, truths: dict[str, Truth]) -> Truth:
    """Kleene's tables composed over the tree, by no code of ours but its shape."""
    parts = [textbook(part, truths) for part in tree.parts]
    match tree.kind:
        case "all":
            return textbook_all(parts)
        case "any":
            return textbook_any(parts)
        case "at_least":
            return textbook_at_least(tree.at_least.count if tree.at_least else 0, parts)
        case "not":
            return {MET: NOT_MET, NOT_MET: MET, UNKNOWN: UNKNOWN}[parts[0]]
        case _:
            return truths[tree.facts[0]]


@given(tree=TREES, truths=TRUTHS)
@settings(deadline=None)  # the time of a run says nothing about the promise
def test_any_tree_comes_to_what_the_truth_tables_say(tree: Criterion, truths: dict[str, Truth]) -> None:
    assert found(tree, truths) is textbook(tree, truths)


@given(tree=TREES, truths=TRUTHS)
@settings(deadline=None)  # the time of a run says nothing about the promise
def test_what_is_said_holds_however_the_unknown_turns_out(tree: Criterion, truths: dict[str, Truth]) -> None:
    said = found(tree, truths)
    outcomes = {found(tree, dict(zip(truths, complete, strict=True))) for complete in completions(tuple(truths.values()))}
    assert said is UNKNOWN or outcomes == {said}


@given(tree=TREES, truths=TRUTHS)
@settings(deadline=None)  # the time of a run says nothing about the promise
def test_a_finding_is_unknown_exactly_when_something_is_missing(tree: Criterion, truths: dict[str, Truth]) -> None:
    words = {MET: "yes", NOT_MET: "no"}
    finding = evaluate(tree, chart(facts(**{fact: words[one] for fact, one in truths.items() if one in words})))
    missing = {one.what for one in finding.missing}
    silent = {f"fact:{fact}" for fact in tree.facts if truths[fact] is UNKNOWN}
    assert bool(missing) is (finding.truth is UNKNOWN)
    assert missing <= silent
