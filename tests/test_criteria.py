"""The language of criteria: what it refuses to read, how shared criteria are looked up, what a finding tells."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from priorauth.criteria.evaluate import Missing, MissingReason, evaluate
from priorauth.criteria.language import COMBINATORS, LEAVES, Criterion, LeafTest, Pick, resolve
from priorauth.criteria.truth import Truth
from priorauth.documents import load
from tests import test_criteria_case, test_criteria_facts
from tests.cases import vocabulary
from tests.charts import chart, facts, leaf, says_yes

CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"
ALPHA, BETA = {"use": "alpha"}, {"use": "beta"}


def criterion(**given: Any) -> Criterion:
    return Criterion.model_validate(given)


def test_every_kind_of_leaf_has_a_type_and_a_table_of_its_boundaries() -> None:
    types = {one.__name__.removesuffix("Test").lower() for union in get_args(LeafTest) for one in get_args(union) or (union,)}
    tables = {**test_criteria_facts.TABLES, **test_criteria_case.TABLES}
    assert types == set(LEAVES)
    assert tables.keys() == set(LEAVES)
    assert {kind: {one.truth for one in table} for kind, table in tables.items()} == {
        kind: {Truth.MET, Truth.UNKNOWN} if kind in {"present", "enclosed"} else set(Truth) for kind in LEAVES
    }


def written() -> str:
    """What CONTRIBUTING says of writing a criterion."""
    return CONTRIBUTING.read_text(encoding="utf-8").partition("## Write a criterion\n")[2].partition("\n## ")[0]


@pytest.mark.skipif(not CONTRIBUTING.is_file(), reason="a wheel carries no CONTRIBUTING beside it")
def test_contributing_explains_every_test_with_all_its_words_and_every_way_to_combine() -> None:
    rows = dict(re.findall(r"^\| `(\w+): \{(.+?)\}` \|", written(), re.MULTILINE))
    types = {
        one.__name__.removesuffix("Test").lower(): one for union in get_args(LeafTest) for one in get_args(union) or (union,)
    }
    assert {kind: set(words.split(", ")) for kind, words in rows.items()} == {
        kind: set(one.model_fields) for kind, one in types.items()
    }
    assert [word for word in (*COMBINATORS, "use", *Pick) if f"`{word}" not in written()] == []


@pytest.mark.skipif(not CONTRIBUTING.is_file(), reason="a wheel carries no CONTRIBUTING beside it")
def test_the_example_in_contributing_is_a_criterion_over_known_facts(tmp_path: Path) -> None:
    (tmp_path / "example.yaml").write_text(written().partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    example = Criterion.model_validate(load(tmp_path / "example.yaml").data)
    assert {leaf.kind for leaf in example.leaves()} == {"quantity", "diagnosis", "yes"}
    assert [fact for fact in example.facts if fact not in vocabulary()] == []


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({}, "has no test. Write one of: all, any"),
        ({"text": "words alone"}, "has no test. Write one of"),
        ({"use": "a", "yes": {"fact": "sign"}}, "has more than one test. Keep one of"),
        ({"not": ALPHA, "all": [ALPHA]}, "has more than one test. Keep one of"),
        ({"yes": {"fact": "sign"}, "id": "a"}, "lacks an id or a text"),
        ({"yes": {"fact": "sign"}, "text": "a"}, "lacks an id or a text"),
        ({"all": []}, "at least 1 item"),
        ({"any": []}, "at least 1 item"),
        ({"at_least": {"count": 1, "of": []}}, "at least 1 item"),
        ({"at_least": {"count": 0, "of": [ALPHA]}}, "greater than or equal to 1"),
        ({"at_least": {"count": 3, "of": [ALPHA, BETA]}}, "counts to more than it lists"),
        ({"unheard_of": {"fact": "sign"}}, "Extra inputs are not permitted"),
    ],
)
def test_a_criterion_that_asks_nothing_or_too_much_is_refused(given: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        criterion(**given)
    assert what in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "test", "what"),
    [
        ("quantity", {"fact": "marker"}, "has no bound"),
        ("quantity", {"fact": "marker", "above": 1, "at_least": 2}, "has two bounds on one side"),
        ("quantity", {"fact": "marker", "below": 1, "at_most": 2}, "has two bounds on one side"),
        ("quantity", {"fact": "marker", "at_least": 2, "at_most": 1}, "has bounds that nothing lies between"),
        ("quantity", {"fact": "marker", "above": 2, "at_most": 2}, "has bounds that nothing lies between"),
        ("quantity", {"fact": "marker", "at_least": 2, "below": 2}, "has bounds that nothing lies between"),
        ("quantity", {"fact": "marker", "below": "1e3"}, "is not a number"),
        ("quantity", {"fact": "marker", "below": "nan"}, "is not a number"),
        ("quantity", {"fact": "Marker", "below": 1}, "match pattern"),
        ("choice", {"fact": "grading", "among": []}, "at least 1 item"),
        ("count", {"fact": "organs", "at_least": 3, "among": ["kidney", "lung"]}, "asks for more choices than it names"),
        ("count", {"fact": "organs", "at_least": 2, "among": ["lung", "lung"]}, "asks for more choices than it names"),
        ("diagnosis", {"codes": ["m32.1"]}, "match pattern"),
        ("diagnosis", {"codes": ["M321"]}, "match pattern"),
        ("diagnosis", {"codes": ["M32.*"]}, "match pattern"),
        ("diagnosis", {"codes": []}, "at least 1 item"),
        ("therapy", {"classes": ["corticosteroid"], "outcomes": ["failed"], "stating": ["drug"]}, "Input should be"),
        ("span", {"start": "fact:began", "end": "as_of", "below": 7}, "has no lower bound"),
        ("span", {"start": "began", "end": "as_of", "at_least": 0}, "match pattern"),
        ("present", {"field": "services[role]"}, "match pattern"),
        ("present", {"field": "member..name"}, "match pattern"),
        ("present", {"field": "services[0].units"}, "match pattern"),
        ("field", {"field": "request.kind", "among": []}, "at least 1 item"),
    ],
)
def test_a_leaf_that_cannot_be_decided_is_refused(kind: str, test: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        leaf(kind, **test)
    assert what in str(refused.value)


def test_bounds_that_one_value_meets_are_no_contradiction() -> None:
    exactly_five = leaf("quantity", fact="marker", at_least=5, at_most=5)
    assert evaluate(exactly_five, chart(facts(marker={"value": "5", "unit": "mg/dL"}))).truth is Truth.MET


def test_a_use_becomes_what_is_shared_under_its_id_wherever_it_stands() -> None:
    shared = {"alpha": says_yes("sign"), "beta": criterion(**{"not": ALPHA})}
    counted = {"at_least": {"count": 1, "of": [ALPHA, BETA]}}
    found = resolve(criterion(all=[ALPHA, {"any": [BETA, counted]}]), shared)
    assert [one.kind for one in found.leaves()] == ["yes"] * 4
    assert found.facts == ("sign",)


def test_what_stands_beside_a_use_overrides_what_is_shared() -> None:
    beside = criterion(use="alpha", id="own", text="Own words", source="own-source", owner="billing")
    found = resolve(beside, {"alpha": says_yes("sign")})
    assert (found.id, found.text, found.source, found.owner) == ("own", "Own words", "own-source", "billing")
    assert found.leaf == says_yes("sign").leaf


def test_a_part_without_source_has_that_of_the_nearest_criterion_around_it() -> None:
    named = says_yes("sign").model_copy(update={"source": "its-own"})
    inner = Criterion(any=(says_yes("sign"), named))
    found = resolve(Criterion(source="outer", all=(says_yes("sign"), inner)), {})
    assert [one.source for one in found.leaves()] == ["outer", "outer", "its-own"]


def test_what_is_not_shared_is_named() -> None:
    with pytest.raises(KeyError) as refused:
        resolve(criterion(all=[ALPHA]), {})
    assert refused.value.args == ("alpha",)


@pytest.mark.parametrize(
    ("shared", "circle"),
    [
        ({"alpha": ALPHA}, "alpha → alpha"),
        ({"alpha": BETA, "beta": ALPHA}, "alpha → beta → alpha"),
        ({"alpha": {"not": {"all": [BETA]}}, "beta": {"at_least": {"count": 1, "of": [ALPHA]}}}, "alpha → beta → alpha"),
        ({"alpha": BETA, "beta": {"any": [BETA]}}, "alpha → beta → beta"),
    ],
)
def test_a_shared_criterion_that_stands_for_itself_is_refused_by_its_circle(shared: dict[str, Any], circle: str) -> None:
    with pytest.raises(ValueError, match="stands for itself") as refused:
        resolve(criterion(**ALPHA), {name: criterion(**one) for name, one in shared.items()})
    assert circle in str(refused.value)


def test_one_shared_criterion_used_twice_is_no_circle() -> None:
    shared = {"alpha": criterion(all=[BETA, BETA]), "beta": says_yes("sign")}
    assert [one.kind for one in resolve(criterion(any=[ALPHA, BETA]), shared).leaves()] == ["yes"] * 3


def test_a_criterion_that_was_not_looked_up_is_an_error_and_not_a_finding() -> None:
    with pytest.raises(ValueError, match="Resolve the criterion first"):
        evaluate(criterion(all=[ALPHA]), chart({}))


def test_a_criterion_names_each_fact_that_it_reads_once_and_in_order() -> None:
    span = leaf("span", start="fact:began", end="fact:ended", at_least=0)
    both_ends = leaf("span", start="fact:ended", end="as_of", at_least=0)
    found = Criterion(
        all=(leaf("sent", fact="tracer"), span, both_ends, leaf("diagnosis", codes=["M32"]), leaf("enclosed", fact="tracer"))
    )
    assert found.facts == ("tracer", "began", "ended")


def test_a_finding_rests_on_what_tells_and_not_on_the_rest() -> None:
    case = chart(facts(sign="yes", passing_sign=[{"value": "no", "before_first_exchange": "yes"}]))
    either = Criterion(any=(says_yes("passing_sign"), says_yes("sign")))
    both = Criterion(all=(says_yes("passing_sign"), says_yes("sign")))
    assert evaluate(either, case).rests_on == (("facts", "sign", 0),)
    assert evaluate(both, case).rests_on == (("facts", "passing_sign", 0),)


def test_a_series_rests_on_the_results_that_decide_it() -> None:
    days = {"2": "2026-01-02", "8": "2026-01-01", "4": "2026-01-03"}
    case = chart(facts(marker=[{"value": value, "unit": "mg/dL", "taken": day} for value, day in days.items()]))
    bounds = {"fact": "marker", "at_least": 0, "below": 5}
    rests_on = {
        pick: evaluate(leaf("quantity", pick=pick, **bounds), case).rests_on for pick in ("latest", "lowest", "highest", "any")
    }
    assert {pick: [place[2] for place in places] for pick, places in rests_on.items()} == {
        "latest": [2],
        "lowest": [0],
        "highest": [1],
        "any": [0, 2],
    }


def test_a_combination_lists_what_would_decide_it_once_and_nothing_that_is_settled() -> None:
    silent, told = says_yes("sign"), leaf("choice", fact="grading", among=["severe"])
    found = evaluate(Criterion(all=(silent, Criterion(any=(silent, told)))), chart(facts(grading="mild")))
    assert found.missing == (Missing(what="fact:sign", reason=MissingReason.ABSENT),)
    assert [one.truth for one in found.leaves()] == [Truth.UNKNOWN, Truth.UNKNOWN, Truth.NOT_MET]


def test_what_is_missing_is_named_by_fact_field_and_list() -> None:
    asked = Criterion(
        all=(
            leaf("enclosed", fact="marker"),
            leaf("quantity", fact="marker", below=5),
            leaf("present", field="plan.goal"),
            leaf("span", start="field:member.birth_date", end="as_of", at_least=0),
            leaf("diagnosis", codes=["M32"]),
            leaf("therapy", classes=["ivig"], outcomes=["failed"], stating=["dose"]),
        )
    )
    given = {
        **facts(marker=[{"value": "4", "unit": "mg/dL"}, {"value": "6", "unit": "mg/dL", "taken": "2026-01-01"}]),
        "therapies": {"tried": [{"drug": "a drug", "therapy_class": "ivig", "outcome": "failed"}]},
    }
    assert [(one.what, one.reason, one.detail) for one in evaluate(asked, chart(given)).missing] == [
        ("fact:marker", MissingReason.DETAIL, "exhibit"),
        ("fact:marker", MissingReason.DETAIL, "taken"),
        ("field:plan.goal", MissingReason.ABSENT, ""),
        ("field:member.birth_date", MissingReason.ABSENT, ""),
        ("diagnoses", MissingReason.LIST_OPEN, "M32"),
        ("therapies", MissingReason.DETAIL, "dose"),
    ]


def test_results_after_the_first_exchange_are_for_trends_and_not_for_eligibility() -> None:
    days = ("2026-01-12", "2026-01-09", "2026-01-10")
    series = [{"value": "5", "unit": "%", "taken": day} for day in days]
    case = chart({"exchange": {"first_started_at": "2026-01-10T12:00"}, **facts(tracer=[*series, {"pending": "yes"}])})
    assert [result.location[2] for result in case.all_results("tracer")] == [1, 2, 0]
    assert [(result.location[2], str(result.timing)) for result in case.results("tracer")] == [(1, "usable"), (2, "unclear")]
