"""The payer pack as it ships: what is printed of it was read, and nothing is worded as more than that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from priorauth.evidence.models import IndicationKind
from priorauth.payers.entry import Provenance
from priorauth.payers.models import Basis, Extent, InForce, Policy, PolicyLine, Stance, Version
from priorauth.payers.process import Knowledge
from tests.cases import evidence, payers

# Copied from the reading of the payers' documents, not from the pack.
SEEN = {
    "highmark-commercial-pa": ("S-11-040", "Pheresis Therapy", "2023-10-01", "effective", Extent.OPENING),
    "bcbs-alabama": ("MP-100", "Plasma Exchange (Plasmapheresis)", "2024-07", "latest_review", Extent.GROUPS_COMPLETE),
}
LUPUS = ("sle-npsle", "sle-dah", "sle-tma", "sle-severe-other")
STANCES = {
    ("highmark-commercial-pa", "caps"): Stance.LISTED,
    ("highmark-commercial-pa", "ttp-immune"): Stance.LISTED,
    **{("highmark-commercial-pa", lupus): Stance.LAST_RESORT for lupus in LUPUS},
    ("highmark-commercial-pa", "ln-alone"): Stance.NOT_SEEN,
    ("bcbs-alabama", "caps"): Stance.LISTED,
    ("bcbs-alabama", "ttp-immune"): Stance.LISTED,
    **{("bcbs-alabama", lupus): Stance.NOT_LISTED for lupus in LUPUS},
    ("bcbs-alabama", "ln-alone"): Stance.NOT_LISTED,
}
ABSENCE = ("not list", "not cover", "not name")


def policies() -> Iterator[tuple[str, Policy]]:
    return ((payer.id, policy) for payer in payers().payers.values() for policy in payer.policies)


def lines() -> Iterator[tuple[str, str, PolicyLine]]:
    return ((payer, name, line) for payer, policy in policies() for name, line in policy.indications.items())


def test_the_payers_of_the_pack_are_these() -> None:
    assert set(payers().payers) == {"generic", *SEEN}


def test_each_policy_is_the_version_that_was_read() -> None:
    found = {
        payer: (policy.number, policy.title, policy.version.date, str(policy.version.kind), policy.extent)
        for payer, policy in policies()
    }
    assert found == SEEN


def test_each_stance_is_the_one_that_was_read() -> None:
    assert {(payer, name): line.stance for payer, name, line in lines()} == STANCES


def test_every_line_is_about_an_indication_of_the_evidence() -> None:
    assert {name for _, name, _ in lines()} <= set(evidence().indications)


def test_every_policy_says_where_each_supported_indication_stands() -> None:
    supported = {name for name, one in evidence().indications.items() if one.kind is IndicationKind.SUPPORTED}
    assert {payer: supported - set(policy.indications) for payer, policy in policies()} == {payer: set() for payer in SEEN}


def test_a_last_resort_asks_for_lupus_a_threat_to_life_and_exhausted_options() -> None:
    policy = payers().payers["highmark-commercial-pa"].policies[0]
    for name in LUPUS:
        asked = [one.criterion.id for one in policy.printable_criteria(name) if one.basis is Basis.POLICY]
        assert asked == ["lupus", "threatens-life", "options-exhausted"]


def test_what_the_project_asks_as_proof_is_never_a_condition_of_the_payer() -> None:
    conditions = {one.criterion.id for _, _, line in lines() for one in line.criteria if one.basis is Basis.POLICY}
    assert conditions == {"listed", "lupus", "threatens-life", "options-exhausted"}


def test_a_policy_that_lists_nothing_asks_nothing() -> None:
    for _, _, line in lines():
        if line.stance in {Stance.NOT_LISTED, Stance.NOT_SEEN}:
            assert [one for one in line.criteria if one.basis is Basis.POLICY] == []


def test_no_policy_is_said_to_have_been_compared_with_the_payers_page() -> None:
    assert [payer for payer, policy in policies() if policy.compared_on is not None] == []


def test_no_channel_of_submission_is_known_and_none_is_invented() -> None:
    found = {payer.id: (payer.submission.known, payer.submission.channels) for payer in payers().payers.values()}
    assert found == dict.fromkeys(payers().payers, (Knowledge.UNKNOWN, ()))


@pytest.mark.parametrize("stance", [Stance.NOT_SEEN, Stance.UNKNOWN])
def test_what_was_not_seen_is_never_worded_as_absent(stance: Stance) -> None:
    wording = payers().stances.stances[stance].lower()
    assert [words for words in ABSENCE if words in wording] == []


@pytest.mark.parametrize("stance", [stance for stance in Stance if stance.asks_exception])
def test_what_is_not_covered_is_said_openly_with_the_request_for_an_exception(stance: Stance) -> None:
    wording = payers().stances.stances[stance]
    assert "{policy}" in wording
    assert "I therefore ask for an individual exception" in wording


@pytest.mark.parametrize("stance", [stance for stance in Stance if stance not in {Stance.UNKNOWN, Stance.NOT_SEEN}])
def test_what_a_policy_says_is_said_of_the_version_read(stance: Stance) -> None:
    assert payers().stances.stances[stance].startswith("In the version read, {payer} ")


@pytest.mark.parametrize("stance", [stance for stance in Stance if stance is not Stance.UNKNOWN])
def test_a_reviewer_is_asked_once_to_apply_a_later_version(stance: Stance) -> None:
    assert payers().stances.stances[stance].count("later version") == 1


@pytest.mark.parametrize("stance", [Stance.UNKNOWN, Stance.NOT_SEEN])
def test_the_general_standard_is_named(stance: Stance) -> None:
    assert "the general standard is used: what establishes the diagnosis" in payers().stances.stances[stance].lower()


def test_our_reading_of_exhausted_options_is_not_worded_as_the_payers_condition() -> None:
    policy = payers().payers["highmark-commercial-pa"].policies[0]
    criteria = {one.criterion.id: one.criterion.text or "" for one in policy.printable_criteria("sle-dah")}
    assert criteria["options-exhausted"].startswith("Other options are exhausted (read here as: ")
    readings = {one.criterion.id for name in LUPUS for one in policy.printable_criteria(name) if one.our_reading}
    assert readings == {"options-exhausted"}


@pytest.mark.parametrize("stance", [stance for stance in Stance if stance is not Stance.UNKNOWN])
def test_every_sentence_on_a_policy_names_it_and_the_condition(stance: Stance) -> None:
    wording = payers().stances.stances[stance]
    assert [name for name in ("{payer}", "{policy}", "{condition}") if name not in wording] == []


@pytest.mark.parametrize("provenance", [one for one in Provenance if one is not Provenance.VERIFIED])
def test_nothing_unverified_is_printable(provenance: Provenance) -> None:
    policy = payers().payers["highmark-commercial-pa"].policies[0]
    rows = policy.indications["caps"].criteria
    unread_rows = tuple(one.model_copy(update={"provenance": provenance}) for one in rows)
    unread_line = policy.indications["caps"].model_copy(update={"provenance": provenance})
    some_row = policy.indications["caps"].model_copy(update={"criteria": (unread_rows[0], *rows[1:])})

    def printable(line: PolicyLine, **changes: object) -> tuple[str | None, ...]:
        changed = policy.model_copy(update={"indications": {"caps": line}, **changes})
        return tuple(one.criterion.id for one in changed.printable_criteria("caps"))

    whole = tuple(one.criterion.id for one in rows)
    assert printable(policy.indications["caps"]) == whole
    assert printable(some_row) == whole[1:]
    assert printable(unread_line) == ()
    assert printable(policy.indications["caps"], provenance=provenance) == ()


def test_a_line_that_was_not_read_in_the_payers_document_has_no_stance() -> None:
    policy = payers().payers["highmark-commercial-pa"].policies[0]
    assert policy.line("ln-alone") is None
    assert policy.line("mild-sle") is None


@pytest.mark.parametrize(
    ("day", "kind", "words"),
    [
        ("2023-10-01", "effective", "effective October 1, 2023"),
        ("2023-10-21", "effective", "effective October 21, 2023"),
        ("2024-07", "latest_review", "latest review July 2024"),
        ("2024-12", "latest_review", "latest review December 2024"),
        ("2024-01", "latest_review", "latest review January 2024"),
        ("2022", "effective", "effective 2022"),
    ],
)
def test_a_version_is_worded_as_exactly_as_the_document_gives_it(day: str, kind: str, words: str) -> None:
    assert Version.model_validate({"date": day, "kind": kind}).words == words


@pytest.mark.parametrize(
    ("first", "last", "day", "holds"),
    [
        (None, None, "2020-01-01", True),
        ("2023-10-01", None, "2023-09-30", False),
        ("2023-10-01", None, "2023-10-01", True),
        (None, "2024-12-31", "2024-12-31", True),
        (None, "2024-12-31", "2025-01-01", False),
        ("2023-10-01", "2024-12-31", "2024-01-01", True),
    ],
)
def test_a_policy_holds_from_its_first_to_its_last_day(first: str | None, last: str | None, day: str, holds: bool) -> None:
    assert InForce.model_validate({"from": first, "to": last}).holds_on(date.fromisoformat(day)) is holds


def test_every_source_id_of_the_pack_resolves() -> None:
    sources = [f"stance:{stance}" for stance in Stance] + ["stance:not_in_force", "stance:not_compared"]
    for payer, policy in policies():
        sources += [f"payer:{payer}", f"payer:{payer}/{policy.id}"]
        for name, line in policy.indications.items():
            place = f"payer:{payer}/{policy.id}/{name}"
            sources += [place, *(f"{place}/{one.criterion.id}" for one in line.criteria)]
    assert [source for source in sources if not str(payers().origin(source)["file"]).startswith("payers/")] == []


@pytest.mark.parametrize(
    "source",
    [
        "stance:maybe",
        "payer:nobody",
        "payer:bcbs-alabama/mp-1",
        "payer:bcbs-alabama/mp-100/gout",
        "payer:bcbs-alabama/mp-100/caps/none",
        "row:A001",
    ],
)
def test_a_source_id_that_stands_nowhere_is_a_key_error(source: str) -> None:
    with pytest.raises(KeyError):
        payers().origin(source)


def test_the_origin_of_a_criterion_says_who_asks_and_how_it_was_read() -> None:
    origin = payers().origin("payer:bcbs-alabama/mp-100/caps/listed")
    assert origin["file"] == "payers/bcbs-alabama/policies/mp-100.yaml"
    assert (origin["basis"], origin["provenance"], origin["version"]) == (Basis.POLICY, Provenance.VERIFIED, "2024-07")
