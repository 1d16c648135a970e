"""Cases and criteria at random, and every way to know less of a case; as plain data, the way a file holds them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from priorauth.criteria.language import Criterion
from priorauth.moments import Moment
from tests.charts import leaf

Data = dict[str, Any]
Draw = st.DrawFn

DAYS = ("2026-01-08", "2026-01-09", "2026-01-10", "2026-01-11")
TIMES = ("", "T08:00", "T12:00", "T16:00")
FIRST_EXCHANGES = ("2026-01-10", "2026-01-10T12:00", "2026-01-09T16:00")
COMPARATORS = ("", "<", "<=", ">", ">=")

MOMENTS = st.builds("{}{}".format, st.sampled_from(DAYS), st.sampled_from(TIMES))
NUMBERS = st.builds("{}{}".format, st.sampled_from(COMPARATORS), st.integers(2, 8))
CHOICES = st.lists(st.sampled_from(["kidney", "lung", "brain", "heart"]), unique=True)
VALUES: dict[str, st.SearchStrategy[Data]] = {
    "tracer": st.fixed_dictionaries({"value": NUMBERS, "unit": st.just("%")}),
    "marker": st.fixed_dictionaries({"value": NUMBERS, "unit": st.sampled_from(["mg/dL", "g/L"])}),
    "sign": st.fixed_dictionaries({"value": st.sampled_from(["yes", "no"])}),
    "passing_sign": st.fixed_dictionaries({"value": st.sampled_from(["yes", "no"])}),
    "grading": st.fixed_dictionaries({"value": st.sampled_from(["mild", "severe", "worst"])}),
    "organs": st.fixed_dictionaries({"value": CHOICES}, optional={"complete": st.just("yes")}),
    "passing_organs": st.fixed_dictionaries({"value": CHOICES}, optional={"complete": st.just("yes")}),
    "began": st.fixed_dictionaries({"value": MOMENTS}),
    "ended": st.fixed_dictionaries({"value": MOMENTS}),
}
"""What each fact of the vocabulary of these tests may say."""

DIAGNOSES = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["M32.1", "M32.14", "M32.9", "D68.61"]),
        "certainty": st.sampled_from(["confirmed", "suspected"]),
        "text": st.just("as coded"),
    }
)
THERAPIES = st.fixed_dictionaries(
    {
        "drug": st.just("a drug"),
        "therapy_class": st.sampled_from(["corticosteroid", "ivig"]),
        "outcome": st.sampled_from(["failed", "ongoing", "contraindicated"]),
    },
    optional={"dose": st.just("1 g"), "started": st.just("2026-01-02"), "reason": st.just("as noted")},
)
SERVICES = st.fixed_dictionaries(
    {"role": st.sampled_from(["exchange", "product"])},
    optional={
        "billing": st.sampled_from(["professional", "facility"]),
        "units": st.integers(1, 5),
        "fluid": st.sampled_from(["plasma", "albumin"]),
        "start": st.sampled_from(DAYS),
    },
)
FLAG = st.sampled_from(["yes", "no"])


@st.composite
def cases(draw: Draw) -> Data:
    """The fields of a case that reading would accept: nothing in it contradicts anything else."""
    exchange = draw(st.none() | st.sampled_from(FIRST_EXCHANGES))
    case: Data = (
        {"exchange": {"first_started_at": exchange}} if exchange else draw(st.sampled_from([{}, {"no_exchange_yet": "yes"}]))
    )
    told = draw(st.sets(st.sampled_from(sorted(VALUES))))
    case["facts"] = {fact: draw(st.lists(observations(fact, case), min_size=1, max_size=3)) for fact in sorted(told)}
    diagnoses = draw(st.lists(DIAGNOSES, max_size=2))
    case["diagnoses"] = [{**one, "sequence": place} for place, one in enumerate(diagnoses, 1)]
    case["therapies"] = {"tried": draw(st.lists(THERAPIES, max_size=3)), "complete": draw(FLAG)}
    case["services"] = draw(st.lists(SERVICES, max_size=3))
    case["member"] = draw(st.fixed_dictionaries({}, optional={"birth_date": st.sampled_from(["2008-01-31", "2008-02-01"])}))
    case["diagnoses_complete"] = draw(FLAG)
    return case


@st.composite
def observations(draw: Draw, fact: str, case: Data) -> Data:
    """One observation of a fact: a result or pending, dated or not, `before_first_exchange` as the case has it."""
    one = draw(st.just({"pending": "yes"}) | VALUES[fact])
    taken = draw(st.none() | MOMENTS)
    if taken:
        one = {**one, "taken": taken}
    said = draw(st.sampled_from([None, *before_or_not(case, taken)]))
    if said:
        one = {**one, "before_first_exchange": said}
    return {**one, "exhibit": "A"} if draw(st.booleans()) else one


def before_or_not(case: Data, taken: str | None) -> tuple[str, ...]:
    """What an observation may say of the first exchange without contradicting the case."""
    if "no_exchange_yet" in case:
        return ("yes",)
    if taken is None or "exchange" not in case:
        return ("yes", "no")
    before = Moment.parse(taken).is_before(Moment.parse(case["exchange"]["first_started_at"]))
    return ("yes", "no") if before is None else ("yes",) if before else ("no",)


LEAVES_AT_RANDOM = st.one_of(
    st.builds(
        lambda fact, bound, limit, pick: leaf("quantity", fact=fact, pick=pick, **{bound: limit}),
        st.sampled_from(["tracer", "marker"]),
        st.sampled_from(["above", "at_least", "at_most", "below"]),
        st.sampled_from([3, 5, 7]),
        st.sampled_from(["latest", "lowest", "highest", "any"]),
    ),
    st.builds(
        lambda fact, pick: leaf("quantity", fact=fact, pick=pick, at_least=4, below=6),
        st.sampled_from(["tracer", "marker"]),
        st.sampled_from(["latest", "lowest", "highest", "any"]),
    ),
    st.builds(lambda fact, answer: leaf("yes", fact=fact, answer=answer), st.sampled_from(["sign", "passing_sign"]), FLAG),
    st.just(leaf("choice", fact="grading", among=["severe", "worst"])),
    st.builds(
        lambda fact, count, among: leaf("count", fact=fact, at_least=count, among=among),
        st.sampled_from(["organs", "passing_organs"]),
        st.integers(1, 2),
        st.sampled_from([[], ["kidney", "lung"]]),
    ),
    st.builds(lambda fact, awaited: leaf("sent", fact=fact, awaited=awaited), st.sampled_from(["tracer", "marker"]), FLAG),
    st.builds(lambda fact: leaf("enclosed", fact=fact), st.sampled_from(sorted(VALUES))),
    st.builds(
        lambda codes, certainty: leaf("diagnosis", codes=codes, certainty=certainty),
        st.sampled_from([["M32.1-"], ["M32.14", "D68.61"]]),
        st.sampled_from([["confirmed"], ["confirmed", "suspected"]]),
    ),
    st.builds(
        lambda classes, outcomes, stating: leaf("therapy", classes=classes, outcomes=outcomes, stating=stating),
        st.sampled_from([["corticosteroid"], ["corticosteroid", "ivig"]]),
        st.sampled_from([["failed"], ["failed", "contraindicated"]]),
        st.sampled_from([[], ["dose"], ["dose", "started", "reason"]]),
    ),
    st.builds(
        lambda ends, limit: leaf("span", start=ends[0], end=ends[1], at_least=0, below=limit),
        st.sampled_from(
            [("fact:began", "fact:ended"), ("field:services.start", "as_of"), ("fact:began", "field:services.start")]
        ),
        st.integers(1, 3),
    ),
    st.just(leaf("span", start="field:member.birth_date", end="as_of", unit="years", at_least=18)),
    st.builds(
        lambda path: leaf("present", field=path),
        st.sampled_from(
            [
                "member.birth_date",
                "exchange.first_started_at",
                "services[role=exchange].units",
                "services[billing=facility].fluid",
            ]
        ),
    ),
    st.builds(
        lambda path: leaf("field", field=path, among=["plasma"]),
        st.sampled_from(["services.fluid", "services[role=exchange].fluid", "services[billing=facility].fluid"]),
    ),
)
"""A leaf of every kind."""


def combined(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    """A combinator of every kind over such parts."""
    lists = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        lists.map(lambda of: Criterion.model_validate({"all": of})),
        lists.map(lambda of: Criterion.model_validate({"any": of})),
        lists.flatmap(_counted),
        parts.map(lambda part: Criterion.model_validate({"not": part})),
    )


def _counted(of: list[Criterion]) -> st.SearchStrategy[Criterion]:
    return st.integers(1, len(of)).map(lambda count: Criterion.model_validate({"at_least": {"count": count, "of": of}}))


CRITERIA = st.recursive(LEAVES_AT_RANDOM, combined, max_leaves=6)


def less(case: Data) -> Iterator[Data]:
    """The case with one thing less in it, in every way: a fact, a field, a time of day, an entry of a list."""
    for fact, entries in case["facts"].items():
        yield _without(case, "facts", fact)
        for place, one in enumerate(entries):
            for field in ("taken", "before_first_exchange", "exhibit", "complete"):
                if field in one:
                    yield _without(case, "facts", fact, place, field)
            if "T" in one.get("taken", ""):
                yield _as_day(case, "facts", fact, place, "taken")
    yield from _less_beside_facts(case)


def _less_beside_facts(case: Data) -> Iterator[Data]:
    yield from (
        _without(case, field) for field in ("exchange", "no_exchange_yet", "diagnoses_complete", "services") if field in case
    )
    if "T" in case.get("exchange", {}).get("first_started_at", ""):
        yield _as_day(case, "exchange", "first_started_at")
    if "birth_date" in case["member"]:
        yield _without(case, "member", "birth_date")
    yield _without(case, "therapies", "complete")
    for place in range(len(case["diagnoses"])):
        yield _without(_without(case, "diagnoses", place), "diagnoses_complete")
    for place, therapy in enumerate(case["therapies"]["tried"]):
        yield _without(_without(case, "therapies", "tried", place), "therapies", "complete")
        yield from (_without(case, "therapies", "tried", place, one) for one in ("dose", "started", "reason") if one in therapy)
    for place, line in enumerate(case["services"]):
        yield from (_without(case, "services", place, one) for one in ("billing", "units", "fluid", "start") if one in line)


def _without(case: Data, *path: str | int) -> Data:
    changed = copy.deepcopy(case)
    _holder(changed, path).pop(path[-1])
    return changed


def _as_day(case: Data, *path: str | int) -> Data:
    changed = copy.deepcopy(case)
    holder = _holder(changed, path)
    holder[path[-1]] = holder[path[-1]].partition("T")[0]
    return changed


def _holder(case: Data, path: tuple[str | int, ...]) -> Any:
    here: Any = case
    for step in path[:-1]:
        here = here[step]
    return here
