"""Which indication a case carries: each standing and status, and what knowing less can do to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import Missing, MissingReason, evaluate
from priorauth.criteria.language import Criterion
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Category, Evidence, Extent, Indication, IndicationKind, Level, Yield
from priorauth.reasoning.match import Candidate, Match, Standing, Status, lacking, match, missing_of
from tests.charts import (
    NAMES,
    chart,
    declared,
    evidence,
    exclusion,
    facts,
    indication,
    leaf,
    level,
    row_of,
    says_yes,
    unsupported,
)

REFUSED = IndicationKind.REFUSED
FITS, OPEN, HINTED = Standing.FITS, Standing.OPEN, Standing.HINTED
EXCLUDED, ABSENT = Standing.EXCLUDED, Standing.ABSENT
RECOGNIZED, OTHER_MODALITY, INEFFECTIVE = Standing.RECOGNIZED, Standing.OTHER_MODALITY, Standing.INEFFECTIVE


def matched(case: Mapping[str, Any], *indications: Indication) -> Match:
    return match(chart(case), evidence(*indications))


def standing(case: Mapping[str, Any], only: Indication) -> Standing:
    return matched(case, only).candidates[0].standing


def names(candidates: tuple[Candidate, ...]) -> list[str]:
    return [one.indication.id for one in candidates]


def rows(found: Match) -> list[str]:
    return [row.id for row in found.rows]


def declaring(primary: str, *also: str, **rest: Any) -> dict[str, Any]:
    """A case that declares these."""
    return {"indication": {"primary": primary, "also_present": list(also)}, **rest}


def coded(code: str, **rest: Any) -> dict[str, Any]:
    """A case that bills this code."""
    return {"diagnoses": [{"code": code, "sequence": 1, "text": "as coded", "certainty": "confirmed"}], **rest}


def asking(modality: str, **rest: Any) -> dict[str, Any]:
    """A case that asks for this procedure."""
    return {"services": [{"role": "exchange", "modality": modality}], **rest}


PLAIN = indication("alpha")
CODED = indication("alpha", coding={"primary": ["M32.1-"]})
GUARDED = indication("alpha", excluded_by=(exclusion("alpha_against", points_to=("beta",)),))
STRICT = indication("alpha", excluded_by=(exclusion("alpha_against", required=True),))
LIFTABLE = indication("alpha", excluded_by=(exclusion("alpha_against", unless=says_yes("alpha_lifted")),))
FULL = facts(alpha_seen="yes", alpha_full="yes")


def told(**given: Any) -> dict[str, Any]:
    """A case in which alpha is recognized and its full definition met, with this beside it."""
    return facts(alpha_seen="yes", alpha_full="yes", **given)


@pytest.mark.parametrize(
    ("only", "case", "expected"),
    [
        (PLAIN, FULL, FITS),
        (PLAIN, facts(alpha_full="yes"), FITS),
        (PLAIN, facts(alpha_seen="yes"), OPEN),
        (PLAIN, facts(alpha_seen="yes", alpha_full="no", alpha_likely="no", alpha_maybe="no"), OPEN),
        (PLAIN, {}, ABSENT),
        (PLAIN, declaring("alpha"), HINTED),
        (PLAIN, declaring("beta", "alpha"), HINTED),
        (PLAIN, declaring("alpha", **facts(alpha_seen="no")), ABSENT),
        (CODED, coded("M32.14"), HINTED),
        (CODED, coded("M32.9"), ABSENT),
        (CODED, coded("M32.14", **facts(alpha_seen="no")), ABSENT),
        (GUARDED, told(), FITS),
        (GUARDED, told(alpha_against="no"), FITS),
        (GUARDED, told(alpha_against={"pending": "yes"}), FITS),
        (GUARDED, told(alpha_against="yes"), EXCLUDED),
        (GUARDED, facts(alpha_seen="yes", alpha_against="yes"), EXCLUDED),
        (GUARDED, declaring("alpha", **facts(alpha_against="yes")), EXCLUDED),
        (GUARDED, facts(alpha_against="yes"), ABSENT),
        (STRICT, told(), OPEN),
        (STRICT, told(alpha_against={"pending": "yes"}), OPEN),
        (STRICT, told(alpha_against="no"), FITS),
        (STRICT, told(alpha_against="yes"), EXCLUDED),
        (LIFTABLE, told(alpha_against="yes"), EXCLUDED),
        (LIFTABLE, told(alpha_against="yes", alpha_lifted="no"), EXCLUDED),
        (LIFTABLE, told(alpha_against="yes", alpha_lifted="yes"), FITS),
        (unsupported("alpha", REFUSED), facts(alpha_seen="yes"), RECOGNIZED),
        (unsupported("alpha", REFUSED), {}, ABSENT),
        (unsupported("alpha", REFUSED), declaring("alpha"), HINTED),
        (unsupported("alpha", REFUSED, coding={"primary": ["M32"]}), coded("M32.14"), ABSENT),
        (declared("alpha"), {}, ABSENT),
        (declared("alpha"), facts(alpha_seen="yes"), RECOGNIZED),
        (declared("alpha"), facts(alpha_seen="no"), ABSENT),
        (declared("alpha"), coded("M32.14"), HINTED),
        (declared("alpha"), coded("G35.9"), ABSENT),
        (declared("alpha"), declaring("alpha"), OPEN),
        (declared("alpha"), declaring("alpha", **coded("G35.9")), OPEN),
        (declared("alpha"), declaring("alpha", **coded("M32.14")), FITS),
        (declared("alpha"), declaring("alpha", **coded("M32.14", **facts(alpha_seen="no"))), EXCLUDED),
        (declared("alpha"), asking("TPE", **declaring("alpha", **coded("M32.14"))), FITS),
        (declared("alpha"), asking("IA", **declaring("alpha", **coded("M32.14"))), OTHER_MODALITY),
        (PLAIN, asking("TPE", **FULL), FITS),
        (PLAIN, asking("IA", **FULL), OTHER_MODALITY),
        (PLAIN, asking("IA", **facts(alpha_seen="yes")), OPEN),
    ],
)
def test_an_indication_stands_as_the_case_has_it(only: Indication, case: Mapping[str, Any], expected: Standing) -> None:
    assert standing(case, only) is expected


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"alpha_full": "yes", "alpha_likely": "yes", "alpha_maybe": "yes"}, Status.ESTABLISHED),
        ({"alpha_full": "no", "alpha_likely": "yes", "alpha_maybe": "yes"}, Status.PROBABLE),
        ({"alpha_likely": "yes"}, Status.PROBABLE),
        ({"alpha_full": "no", "alpha_likely": "no", "alpha_maybe": "yes"}, Status.SUSPECTED),
        ({"alpha_seen": "yes", "alpha_full": "no", "alpha_likely": "no", "alpha_maybe": "no"}, Status.POSSIBLE),
        ({"alpha_seen": "no"}, Status.NONE),
    ],
)
def test_the_status_is_the_strongest_level_that_is_met(given: dict[str, str], status: Status) -> None:
    found = matched(facts(**given), PLAIN)
    assert found.status is status
    assert (str(found.level.level) if found.level else "") == (str(status) if status.writes_letter else "")


def test_the_strongest_level_is_stated_in_whatever_order_the_pack_lists_them() -> None:
    backward = indication("alpha", levels=(level(Level.SUSPECTED, "alpha_maybe"), level(Level.ESTABLISHED, "alpha_full")))
    assert matched(facts(alpha_maybe="yes", alpha_full="yes"), backward).status is Status.ESTABLISHED


def test_a_letter_names_its_row_and_candidate() -> None:
    found = matched(FULL, PLAIN, indication("beta"))
    assert (found.status, found.indication, rows(found)) == (Status.ESTABLISHED, PLAIN, [row_of("alpha")])
    assert (names(found.concerned), found.also_present, found.missing) == (["alpha"], (), ())


BETA = indication("beta")
BOTH = facts(alpha_full="yes", beta_likely="yes")


def test_two_that_fit_on_different_rows_are_the_physicians_to_choose() -> None:
    found = matched(BOTH, PLAIN, BETA)
    assert (found.status, found.chosen, names(found.concerned)) == (Status.SEVERAL, None, ["alpha", "beta"])
    assert rows(found) == [row_of("alpha"), row_of("beta")]


@pytest.mark.parametrize(("primary", "status"), [("alpha", Status.ESTABLISHED), ("beta", Status.PROBABLE)])
def test_the_declared_one_of_two_is_chosen_and_the_other_is_shown(primary: str, status: Status) -> None:
    found = matched(declaring(primary, **BOTH), PLAIN, BETA)
    beside = ({"alpha", "beta"} - {primary}).pop()
    assert (found.status, found.indication and found.indication.id, names(found.also_present)) == (status, primary, [beside])
    assert (rows(found), found.declared_in_vain) == ([row_of(primary), row_of(beside)], ())


@pytest.mark.parametrize("declared", ["beta", "unheard-of"])
def test_a_declaration_that_does_not_stand_is_not_followed(declared: str) -> None:
    found = matched(declaring(declared, **FULL), PLAIN, BETA)
    assert (found.status, names(found.concerned), found.declared_in_vain) == (Status.SEVERAL, ["alpha"], (declared,))


def test_what_is_declared_beside_and_does_not_stand_is_said_and_not_shown() -> None:
    found = matched(declaring("alpha", "beta", **FULL), PLAIN, BETA)
    assert (found.status, found.also_present, found.declared_in_vain) == (Status.ESTABLISHED, (), ("beta",))


def test_two_that_share_a_row_are_one_row_with_two_manifestations() -> None:
    sister = indication("beta", rows=(row_of("alpha"),))
    found = matched(facts(alpha_maybe="yes", beta_full="yes"), PLAIN, sister)
    assert (found.status, found.indication, names(found.also_present)) == (Status.ESTABLISHED, sister, ["alpha"])
    assert rows(found) == [row_of("alpha")]


def test_the_firmest_of_a_row_goes_by_its_level_and_not_by_its_place_in_the_pack() -> None:
    barely = indication("alpha", levels=(level(Level.SUSPECTED, "alpha_maybe"),))
    sister = indication("beta", rows=(row_of("alpha"),))
    found = matched(facts(alpha_maybe="yes", beta_likely="yes"), barely, sister)
    assert (found.status, found.indication) == (Status.PROBABLE, sister)


def yielding(name: str, *others: str) -> Indication:
    return indication(name, yields_to=tuple(Yield(indication=other, reason="It goes first.") for other in others))


def test_one_that_yields_leaves_the_row_to_the_other_that_fits() -> None:
    found = matched(BOTH, yielding("alpha", "beta"), BETA)
    assert (found.status, found.indication, found.also_present) == (Status.PROBABLE, BETA, ())


def test_one_that_yields_stands_when_the_other_does_not_fit() -> None:
    found = matched(facts(alpha_full="yes", beta_seen="yes"), yielding("alpha", "beta"), BETA)
    assert (found.status, found.indication and found.indication.id) == (Status.ESTABLISHED, "alpha")


def test_one_that_yields_is_not_chosen_because_it_was_declared() -> None:
    found = matched(declaring("alpha", **BOTH), yielding("alpha", "beta"), BETA)
    assert (found.status, names(found.concerned), found.declared_in_vain) == (Status.SEVERAL, ["beta"], ("alpha",))


def test_two_that_yield_to_each_other_both_stay() -> None:
    found = matched(BOTH, yielding("alpha", "beta"), yielding("beta", "alpha"))
    assert (found.status, names(found.concerned)) == (Status.SEVERAL, ["alpha", "beta"])


def test_a_recognized_one_short_of_every_level_is_possible_and_names_what_it_lacks() -> None:
    found = matched(facts(alpha_seen="yes", alpha_full="no", alpha_maybe="no"), PLAIN)
    assert (found.status, names(found.concerned), rows(found)) == (Status.POSSIBLE, ["alpha"], [row_of("alpha")])
    assert found.missing == (Missing(what="fact:alpha_likely", reason=MissingReason.ABSENT),)
    assert [one.criterion.id for one in lacking(found.candidates[0].nearest)] == ["alpha-likely"]


def test_a_reached_level_lacks_only_its_required_exclusion() -> None:
    found = matched(facts(alpha_likely="yes"), STRICT)
    assert (found.status, found.missing) == (Status.POSSIBLE, (Missing(what="fact:alpha_against", reason=MissingReason.ABSENT),))


AWAY = declared("beta")
REFUSAL = unsupported("gamma", REFUSED)
OTHER = indication("delta")


@pytest.mark.parametrize("points_to", [AWAY, unsupported("beta", REFUSED)])
def test_an_excluded_one_names_where_the_case_belongs(points_to: Indication) -> None:
    found = matched(told(alpha_against="yes"), GUARDED, points_to, OTHER)
    assert (found.status, names(found.concerned), rows(found)) == (Status.NONE, ["alpha"], [row_of("beta")])


def test_a_condition_that_has_its_row_elsewhere_is_named_with_it() -> None:
    found = matched(facts(beta_seen="yes"), PLAIN, AWAY)
    assert (found.status, names(found.concerned), rows(found)) == (Status.NONE, ["beta"], [row_of("beta")])


def test_an_exclusion_that_points_nowhere_refuses_when_nothing_hints_at_another() -> None:
    silent = indication("alpha", excluded_by=(exclusion("alpha_against"),))
    found = matched(told(alpha_against="yes"), silent, OTHER)
    assert (found.status, names(found.concerned), rows(found)) == (Status.NONE, ["alpha"], [])


def test_an_exclusion_that_points_nowhere_leaves_the_declared_one_possible() -> None:
    silent = indication("alpha", excluded_by=(exclusion("alpha_against"),))
    found = matched(declaring("delta", **told(alpha_against="yes")), silent, OTHER)
    assert (found.status, names(found.concerned)) == (Status.POSSIBLE, ["delta"])


def test_an_exclusion_that_points_to_a_supported_one_leaves_that_one_to_its_own_criteria() -> None:
    case = coded("M32.14", **told(alpha_against="yes"))
    found = matched(case, GUARDED, indication("beta", coding={"primary": ["M32"]}))
    assert (found.status, names(found.concerned)) == (Status.POSSIBLE, ["beta"])


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"gamma_seen": "yes"}, Status.NONE),
        ({"gamma_seen": "yes", "alpha_seen": "no"}, Status.NONE),
        ({"gamma_seen": "yes", "alpha_seen": "yes"}, Status.POSSIBLE),
        ({"gamma_seen": "yes", "alpha_full": "yes"}, Status.ESTABLISHED),
    ],
)
def test_a_refused_condition_is_refused_only_when_nothing_supported_fits_or_is_open(
    given: dict[str, str], status: Status
) -> None:
    assert matched(facts(**given), PLAIN, REFUSAL).status is status


def test_a_refused_condition_is_refused_although_a_supported_one_was_declared_or_coded() -> None:
    found = matched(coded("M32.14", **declaring("alpha", **facts(gamma_seen="yes"))), CODED, REFUSAL)
    assert (found.status, names(found.concerned), rows(found)) == (Status.NONE, ["gamma"], [])


def test_a_refusal_is_named_beside_what_points_away() -> None:
    found = matched(told(alpha_against="yes", gamma_seen="yes"), GUARDED, AWAY, REFUSAL)
    assert (found.status, names(found.concerned)) == (Status.NONE, ["alpha", "gamma"])


def test_a_refused_condition_that_is_itself_excluded_refuses_nothing() -> None:
    lifted = unsupported("gamma", REFUSED, excluded_by=(exclusion("gamma_against"),))
    found = matched(coded("M32.14", **facts(gamma_seen="yes", gamma_against="yes")), CODED, lifted)
    assert (found.status, names(found.concerned)) == (Status.POSSIBLE, ["alpha"])


def test_a_code_alone_makes_a_supported_one_possible() -> None:
    found = matched(coded("M32.14"), CODED, BETA)
    assert (found.status, names(found.concerned), rows(found)) == (Status.POSSIBLE, ["alpha"], [row_of("alpha")])
    assert [one.what for one in found.missing] == ["fact:alpha_seen", "fact:alpha_full", "fact:alpha_likely", "fact:alpha_maybe"]


def test_a_case_that_says_nothing_is_possible_and_about_no_indication() -> None:
    found = matched({}, PLAIN, OTHER, AWAY, REFUSAL)
    assert (found.status, names(found.concerned), rows(found), found.missing) == (Status.POSSIBLE, [], [], ())


def test_none_without_a_refusal_needs_every_supported_one_ruled_out() -> None:
    ruled_out = facts(alpha_seen="no", alpha_against="yes")
    assert matched(ruled_out, PLAIN, BETA).status is Status.POSSIBLE
    assert matched({**ruled_out, **facts(alpha_seen="no", beta_seen="no")}, PLAIN, BETA).status is Status.NONE


def test_what_is_lacking_of_an_alternative_is_its_nearest_branch() -> None:
    two = Criterion(all=(says_yes("alpha_full"), says_yes("alpha_likely")))
    either = Criterion(any=(two, says_yes("alpha_maybe")))
    asked = indication("alpha", levels=({"level": "established", "wording": "either", "criterion": either},))
    found = matched(facts(alpha_seen="yes"), asked)
    assert [one.criterion.id for one in lacking(found.candidates[0].levels[0].finding)] == ["alpha-maybe"]
    assert lacking(matched(FULL, PLAIN).candidates[0].levels[0].finding) == ()


def test_what_is_lacking_of_a_negation_is_the_negation_itself() -> None:
    against = Criterion.model_validate({"not": says_yes("alpha_against")})
    asked = indication("alpha", levels=({"level": "established", "wording": "not", "criterion": against},))
    found = matched(facts(alpha_seen="yes", alpha_against="yes"), asked)
    assert [one.criterion.kind for one in lacking(found.candidates[0].nearest)] == ["not"]
    assert missing_of(found.candidates[0]) == ()


# ---- At random: what can and what cannot be changed by knowing more or less -------------------------------------------

TOLD = st.dictionaries(
    st.sampled_from([f"{name}_{role}" for name in NAMES for role in ("seen", "full", "maybe", "against", "lifted")]),
    st.sampled_from(["yes", "no"]),
)
DECLARED = st.none() | st.sampled_from(NAMES)


@st.composite
def packs(draw: st.DrawFn, *, required: bool | None = None) -> Evidence:
    """Two supported indications, perhaps on one row, perhaps yielding; one elsewhere; one refused."""
    needed = draw(st.booleans()) if required is None else required
    unless = draw(st.sampled_from([None, says_yes("alpha_lifted")]))
    against = exclusion(
        "alpha_against", required=needed, unless=unless, points_to=draw(st.sampled_from([(), ("beta",), ("gamma",)]))
    )
    yields = draw(st.sampled_from([(), ("beta",)]))
    first = yielding("alpha", *yields).model_copy(update={"excluded_by": (against,), "coding": CODED.coding})
    second = indication("beta", rows=(draw(st.sampled_from([row_of("alpha"), row_of("beta")])),))
    return evidence(first, second, declared("gamma"), unsupported("delta", REFUSED))


def case_of(said: Mapping[str, Any], declared: str | None) -> dict[str, Any]:
    return {**facts(**said), **(declaring(declared) if declared else {})}


@given(pack=packs(), said=TOLD, declared=DECLARED)
@settings(max_examples=100, deadline=None)
def test_a_fact_that_no_criterion_reads_changes_no_match(pack: Evidence, said: dict[str, str], declared: str | None) -> None:
    more = {**said, "unrelated": {"value": "1", "unit": "1"}, "remark": "words", "sign": "yes"}
    before, after = (match(chart(case_of(one, declared)), pack) for one in (said, more))
    assert after == before


@given(pack=packs(required=True), said=TOLD, declared=DECLARED)
@settings(max_examples=100, deadline=None)
def test_leaving_out_a_fact_lifts_no_required_exclusion(pack: Evidence, said: dict[str, str], declared: str | None) -> None:
    before = match(chart(case_of(said, declared)), pack)
    for poorer in without_one(said):
        after = match(chart(case_of(poorer, declared)), pack)
        assert after.status.writes_letter <= (before.status.writes_letter or before.status is Status.SEVERAL)


@given(pack=packs(), said=TOLD, declared=DECLARED)
@settings(max_examples=100, deadline=None)
def test_leaving_out_a_fact_makes_fit_only_what_an_exclusion_that_is_not_required_kept_out(
    pack: Evidence, said: dict[str, str], declared: str | None
) -> None:
    before = match(chart(case_of(said, declared)), pack)
    for poorer in without_one(said):
        after = match(chart(case_of(poorer, declared)), pack)
        for was, now in zip(before.candidates, after.candidates, strict=True):
            optional = any(not ruling.exclusion.required for ruling in was.excluded_by)
            assert now.standing is not FITS or was.standing is FITS or (was.standing is EXCLUDED and optional)


@given(pack=packs(), said=TOLD, declared=DECLARED)
@settings(max_examples=100, deadline=None)
def test_leaving_out_a_fact_makes_no_indication_firmer(pack: Evidence, said: dict[str, str], declared: str | None) -> None:
    before = match(chart(case_of(said, declared)), pack)
    for poorer in without_one(said):
        after = match(chart(case_of(poorer, declared)), pack)
        for was, now in zip(before.candidates, after.candidates, strict=True):
            assert firmness(now) >= firmness(was)


@given(pack=packs(), said=TOLD, declared=DECLARED)
@settings(max_examples=100, deadline=None)
def test_every_answer_stands_on_something(pack: Evidence, said: dict[str, str], declared: str | None) -> None:
    case = chart(case_of(said, declared))
    found = match(case, pack)
    assert found.status.writes_letter is (found.chosen is not None and found.chosen.standing is FITS)
    # Where nothing in the case suggests any indication, the answer is about none.
    assert found.concerned or found.status is Status.NONE or not suggested(found)
    if found.status is Status.NONE and not found.concerned:
        assert not any(one.standing in {FITS, OPEN, HINTED} for one in found.candidates)
        supported = found.candidates[:2]
        assert all(ruled_out(one, case) or one.recognized.truth == "not_met" for one in supported)


def without_one(said: dict[str, str]) -> list[dict[str, str]]:
    return [{fact: value for fact, value in said.items() if fact != left_out} for left_out in said]


def ruled_out(candidate: Candidate, case: Chart) -> bool:
    """Whether an exclusion is met, also of one of which nothing else in the case speaks."""
    return any(evaluate(one.criterion, case).truth is Truth.MET for one in candidate.indication.excluded_by)


def suggested(found: Match) -> list[str]:
    return [one.indication.id for one in found.candidates if one.standing is not ABSENT]


def firmness(candidate: Candidate) -> int:
    """0 for established; more for what is weaker; most for no level at all."""
    return list(Level).index(candidate.reached.rule.level) if candidate.reached else len(Level)


def test_an_exclusion_that_is_not_required_speaks_only_while_it_is_known() -> None:
    """DESIGN: exclusions that were not tested neither block nor upgrade; what must be known to be absent is `required`."""
    known, forgotten = told(alpha_against="yes"), told()
    assert [matched(case, GUARDED, AWAY).status for case in (known, forgotten)] == [Status.NONE, Status.ESTABLISHED]
    required = GUARDED.model_copy(update={"excluded_by": (exclusion("alpha_against", required=True, points_to=("beta",)),)})
    assert [matched(case, required, AWAY).status for case in (known, forgotten)] == [Status.NONE, Status.POSSIBLE]


def test_a_result_that_is_awaited_upgrades_nothing() -> None:
    awaited = leaf("sent", fact="alpha_full", awaited="yes")
    suspected = {"level": "suspected", "wording": "awaited", "criterion": Criterion(all=(says_yes("alpha_maybe"), awaited))}
    asked = indication("alpha", levels=(level(Level.ESTABLISHED, "alpha_full"), suspected))
    tests: dict[str, dict[str, Any]] = {
        "awaited": {"alpha_full": {"pending": "yes"}},
        "back": {"alpha_full": "yes"},
        "negative": {"alpha_full": "no"},
        "never sent": {},
    }
    found = {word: matched(facts(alpha_maybe="yes", alpha_seen="yes", **said), asked).status for word, said in tests.items()}
    assert found == {
        "awaited": Status.SUSPECTED,
        "back": Status.ESTABLISHED,
        "negative": Status.POSSIBLE,
        "never sent": Status.POSSIBLE,
    }


# ---- Rows: the procedure asked for, the category, the edition ----------------------------------------------------------

FILTERED, HARMFUL = "A005", "A006"
BY_TWO_ROWS = indication("alpha", rows=(row_of("alpha"), FILTERED))


def rated(*indications: Indication) -> Evidence:
    """A pack with a row for double filtration and one of Category IV beside those of every name."""
    pack = evidence(*indications)
    filtered = pack.edition.recommendations[0].model_copy(update={"id": FILTERED, "modality": "DFPP/IA", "category": Category.I})
    harmful = filtered.model_copy(update={"id": HARMFUL, "modality": "TPE", "category": Category.IV})
    edition = pack.edition.with_rows((*pack.edition.recommendations, filtered, harmful))
    return pack.model_copy(update={"edition": edition, "editions": {edition.id: edition}})


@pytest.mark.parametrize(
    ("modality", "row"), [("TPE", row_of("alpha")), ("IA", FILTERED), ("DFPP", FILTERED), ("ECP", None), ("RBC exchange", None)]
)
def test_the_procedure_asked_for_picks_the_row_and_borrows_none(modality: str, row: str | None) -> None:
    found = match(chart(asking(modality, **FULL)), rated(BY_TWO_ROWS))
    chosen = found.chosen.row if found.chosen else None
    assert (chosen.id if chosen else None) == row
    assert found.status is (Status.ESTABLISHED if row else Status.NONE)


def test_a_case_that_names_no_procedure_has_no_row_while_the_guideline_rates_two() -> None:
    found = match(chart(FULL), rated(BY_TWO_ROWS))
    assert found.chosen is not None
    assert (found.chosen.row, rows(found)) == (None, [row_of("alpha"), FILTERED])


def test_a_row_of_category_four_carries_no_letter() -> None:
    found = match(chart(asking("TPE", **FULL)), rated(indication("alpha", rows=(HARMFUL,))))
    assert (found.status, found.candidates[0].standing, rows(found)) == (Status.NONE, INEFFECTIVE, [HARMFUL])


def test_a_row_of_category_four_gives_way_to_another_that_fits() -> None:
    case = asking("TPE", **facts(alpha_full="yes", beta_full="yes"))
    found = match(chart(case), rated(indication("alpha", rows=(HARMFUL,)), BETA))
    assert (found.status, found.indication) == (Status.ESTABLISHED, BETA)


@pytest.mark.parametrize("codes", [(), ("M32.14",), ("D68.61",)])
def test_a_declared_row_of_category_four_is_refused_at_once_whatever_the_codes(codes: tuple[str, ...]) -> None:
    case = asking("TPE", **declaring("alpha", **(coded(*codes) if codes else {})))
    found = match(chart(case), rated(declared("alpha", rows=(HARMFUL,))))
    assert (found.status, found.candidates[0].standing, rows(found)) == (Status.NONE, INEFFECTIVE, [HARMFUL])


def test_a_declared_row_of_another_category_is_still_asked_for_its_code() -> None:
    found = match(chart(asking("IA", **declaring("alpha"))), rated(declared("alpha", rows=(HARMFUL, FILTERED))))
    assert (found.status, found.candidates[0].standing) == (Status.POSSIBLE, Standing.OPEN)


def test_a_declared_row_of_category_four_gives_way_to_one_that_is_still_open() -> None:
    case = asking("TPE", **{**declaring("alpha"), **facts(beta_seen="yes")})
    found = match(chart(case), rated(declared("alpha", rows=(HARMFUL,)), BETA))
    assert (found.status, names(found.concerned)) == (Status.POSSIBLE, ["beta"])


@pytest.mark.parametrize(("extent", "status"), [(Extent.WHOLE, Status.NONE), (Extent.PARTIAL, Status.POSSIBLE)])
def test_a_row_that_an_edition_does_not_hold_is_unknown_unless_the_edition_is_whole(extent: Extent, status: Status) -> None:
    pack = evidence(indication("alpha", rows=("A099",)))
    edition = pack.edition.model_copy(update={"extent": extent})
    found = match(chart(FULL), pack.model_copy(update={"edition": edition}))
    assert found.status is status


def test_a_declared_indication_is_its_own_status() -> None:
    found = matched(declaring("alpha", **coded("M32.14")), declared("alpha"))
    assert (found.status, names(found.concerned)) == (Status.DECLARED, ["alpha"])


@given(pack=packs(), said=TOLD, named=DECLARED, modality=st.sampled_from(["IA", "ECP", "RBC exchange"]))
@settings(max_examples=100, deadline=None)
def test_no_row_carries_a_letter_for_a_procedure_that_it_does_not_rate(
    pack: Evidence, said: dict[str, str], named: str | None, modality: str
) -> None:
    assert not match(chart(asking(modality, **case_of(said, named))), pack).status.writes_letter
