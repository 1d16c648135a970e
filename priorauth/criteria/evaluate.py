"""The one evaluator: a criterion and a chart give a finding, pure and three-valued.

What holds for every criterion: to know less of a case leaves its finding as it was, or unknown. Less is
known when a fact is left out, with all its observations, or a field, or when a list loses an entry and with
it the declaration that it is complete. (To leave out one of several results of a fact is to tell another
history: `latest` may well turn.)
"""

from __future__ import annotations

from priorauth.criteria.case_leaves import code_within, of_case
from priorauth.criteria.chart import Chart
from priorauth.criteria.fact_leaves import of_fact
from priorauth.criteria.findings import Answer, Finding, Missing, MissingReason
from priorauth.criteria.language import Criterion, FactTest, LeafTest
from priorauth.criteria.truth import Truth, at_least, conjunction, disjunction, negation

__all__ = ["Finding", "Missing", "MissingReason", "code_within", "evaluate", "is_met"]


def evaluate(criterion: Criterion, chart: Chart) -> Finding:
    """The finding for this criterion; never raises for what a case lacks.

    The criterion must be resolved, or it is a `ValueError`; a fact outside the vocabulary is a `KeyError`
    and a field outside a case an `AttributeError`, which the packs' own checks rule out.
    """
    if criterion.parts:
        return _combine(criterion, tuple(evaluate(part, chart) for part in criterion.parts))
    answer = _answer(criterion.leaf, chart)
    missing = answer.missing if answer.truth is Truth.UNKNOWN else ()
    return Finding(criterion=criterion, truth=answer.truth, rests_on=answer.rests_on, missing=missing)


def is_met(criterion: Criterion, chart: Chart) -> bool:
    """Whether `evaluate` would find it met, without what a finding tells beside: it stops at the first part that decides."""
    if criterion.all is not None:
        return all(is_met(part, chart) for part in criterion.all)
    if criterion.any is not None:
        return any(is_met(part, chart) for part in criterion.any)
    if criterion.at_least is not None:
        return sum(is_met(part, chart) for part in criterion.at_least.of) >= criterion.at_least.count
    if criterion.not_ is not None:
        return evaluate(criterion, chart).truth is Truth.MET
    return _answer(criterion.leaf, chart).truth is Truth.MET


def _answer(test: LeafTest, chart: Chart) -> Answer:
    """What the test comes to; indications share many, each the same object wherever it stands."""
    if id(test) not in chart.answers:
        # Beside its answer the test itself is kept, so that its identity stays its own.
        chart.answers[id(test)] = (test, of_fact(test, chart) if isinstance(test, FactTest) else of_case(test, chart))
    answer: Answer = chart.answers[id(test)][1]
    return answer


def _combine(criterion: Criterion, parts: tuple[Finding, ...]) -> Finding:
    truth = _combined(criterion, [part.truth for part in parts])
    told = [part for part in parts if truth is Truth.UNKNOWN or criterion.not_ is not None or part.truth is truth]
    rests_on = dict.fromkeys(location for part in told for location in part.rests_on)
    missing = dict.fromkeys(one for part in parts for one in part.missing if truth is Truth.UNKNOWN)
    return Finding(criterion=criterion, truth=truth, rests_on=tuple(rests_on), missing=tuple(missing), parts=parts)


def _combined(criterion: Criterion, truths: list[Truth]) -> Truth:
    if criterion.at_least is not None:
        return at_least(criterion.at_least.count, truths)
    if criterion.not_ is not None:
        return negation(truths[0])
    return conjunction(truths) if criterion.all is not None else disjunction(truths)
