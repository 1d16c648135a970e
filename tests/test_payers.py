"""The payer pack as it ships: what is printed of it was read, and nothing is worded as more than that."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from priorauth.cli.payers_new import INDICATIONS
from priorauth.packs import data_folder
from priorauth.payers.entry import Provenance
from priorauth.payers.models import Basis, InForce, LeftOutRecords, Policy, PolicyLine, Stance, Version, VersionKind
from priorauth.payers.process import Answer, ChannelKind
from tests.cases import evidence, payers

DATA = Path(__file__).parent / "data"
NOT_IN_THE_READING = {"priority-health", "priority-health-medicare-advantage"}
"""Known only for how far back they look; they stand in no row."""
LUPUS = ("sle-npsle", "sle-dah", "sle-tma", "sle-severe-other")
INHERITS_BY_RULE = {"ibx-medicare-advantage": "cms-ncd-110-14"}
"""A Medicare Advantage plan applies the national determination first (42 CFR 422.101(b)), also where its row does not say so."""
SCOPED_NUMBERS = {"anthem-elevance": {"800-964-3627"}}
"""Numbers of one plan in one state, which stand in the prose of the reading and not in its rows."""
OUR_NUMBER = {"tricare": {"policy_id": "TRICARE Policy Manual 2015, chapter 4, section 9.4"}}
"""A letter says `policy` before a number, and nobody says `policy Policy Manual`."""
OUR_WORD = {"unknown": Stance.NOT_SEEN}
ABSENCE = ("not list", "not cover", "not name")


def policies() -> Iterator[tuple[str, Policy]]:
    return ((payer.id, policy) for payer in payers().payers.values() for policy in payer.policies)


def lines() -> Iterator[tuple[str, str, PolicyLine]]:
    return ((payer, name, line) for payer, policy in policies() for name, line in policy.indications.items())


def rows(name: str) -> list[dict[str, str]]:
    """What the reading of the payers' documents came to, copied from it and not from the pack."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


READ = {row["id"]: row for row in rows("payers.csv")}


def left_out() -> dict[str, str]:
    records = yaml.safe_load((data_folder("payers") / "left_out.yaml").read_text(encoding="utf-8"))
    return {one["id"]: one["reason"] for one in LeftOutRecords.model_validate(records).model_dump()["left_out"]}


def test_every_payer_of_the_reading_is_in_the_pack_and_no_other() -> None:
    assert set(payers().payers) == set(READ) | NOT_IN_THE_READING


@pytest.mark.parametrize("payer", READ)
def test_a_payer_stands_for_the_plans_that_were_read(payer: str) -> None:
    held, row = payers().payers[payer], READ[payer]
    assert ";".join(held.lines_of_business) == row["line_of_business"]
    assert held.inherits == (row["inherits"] or INHERITS_BY_RULE.get(payer))


@pytest.mark.parametrize("payer", READ)
def test_a_policy_is_the_version_that_was_read_or_is_left_out_with_the_reason(payer: str) -> None:
    row, held = READ[payer], payers().payers[payer].policies
    if payer in left_out() or not row["title"]:
        assert held == ()
        assert left_out().get(payer) or not row["url"]
        return
    found = [
        {
            "policy_id": policy.number or "",
            "title": policy.title,
            "url": policy.url,
            "date": policy.version.date or "",
            "extent": policy.extent,
            "provenance": policy.provenance,
        }
        for policy in held
    ]
    assert found == [{name: row[name] for name in found[0]} | OUR_NUMBER.get(payer, {})]


@pytest.mark.parametrize("payer", READ)
def test_a_payer_is_asked_and_reached_as_was_read(payer: str) -> None:
    held, row = payers().payers[payer], READ[payer]
    asked = held.prior_authorization
    assert (asked.required, asked.provenance) == (
        row["prior_authorization"],
        row["prior_authorization_provenance"],
    )
    assert ";".join(one.provenance for one in held.documents) == row["documents"]
    numbers = {one.number for one in held.submission.channels if one.number} - SCOPED_NUMBERS.get(payer, set())
    assert numbers == {number for number in (row["fax"], row["phone"]) if number}
    channels = [one for one in held.submission.channels if one.number not in SCOPED_NUMBERS.get(payer, set())]
    assert len(channels) == int(row["channels"])


READ_LINES = [(row["payer"], row["indication"], row["stance"], row["provenance"]) for row in rows("payer_lines.csv")]


@pytest.mark.parametrize(("payer", "name", "stance", "provenance"), READ_LINES)
def test_each_line_is_the_one_that_was_read(payer: str, name: str, stance: str, provenance: str) -> None:
    if payer in left_out():
        assert payers().payers[payer].policies == ()
        return
    (policy,) = payers().payers[payer].policies
    line = policy.indications[name]
    assert (line.stance, line.provenance) == (OUR_WORD.get(stance, stance), provenance)


def test_no_line_is_held_that_was_not_read_but_severe_lupus_and_what_a_trap_forbids() -> None:
    read = {(payer, name) for payer, name, _, _ in READ_LINES}
    more = {(payer, name) for payer, name, _ in lines()} - read
    kidney = {("bcbs-alabama", name) for name in ("anca-egpa", "anca-gpa", "anca-mpa", "anti-gbm-dialysis", "anti-gbm-kidney")}
    # The reading of that policy names these two among its kidney entries, beside the line on lupus.
    assert {one for one in more if one[1] != "sle-severe-other"} == {("uhc-oxford", "sle-dah"), *kidney}


def test_severe_lupus_goes_by_the_line_that_the_policy_has_for_it() -> None:
    for payer, policy in policies():
        held = policy.indications.get("sle-severe-other")
        like = policy.indications.get("sle-npsle")
        assert (held and (held.stance, held.provenance)) == (like and (like.stance, like.provenance)), payer


def test_what_is_left_out_is_known_by_name_and_says_why() -> None:
    assert set(left_out()) <= set(payers().payers)


def test_every_line_is_about_an_indication_of_the_evidence() -> None:
    assert {name for _, name, _ in lines()} <= set(evidence().indications)


def test_every_policy_says_where_each_indication_of_the_lupus_field_stands() -> None:
    supported = set(INDICATIONS)
    whole = {payer: policy for payer, policy in policies() if len(policy.indications) > 1}
    assert {payer: supported - set(policy.indications) for payer, policy in whole.items()} == {payer: set() for payer in whole}


@pytest.mark.parametrize("payer", ["highmark-commercial-pa", "aetna-commercial"])
def test_a_last_resort_asks_for_lupus_a_threat_to_life_and_exhausted_options(payer: str) -> None:
    policy = payers().payers[payer].policies[0]
    for name in LUPUS:
        asked = [one.criterion.id for one in policy.printable_criteria(name) if one.basis is Basis.POLICY]
        assert asked == ["lupus", "threatens-life", "options-exhausted"]


def test_what_the_project_asks_as_proof_is_never_a_condition_of_the_payer() -> None:
    conditions = {one.criterion.id for _, _, line in lines() for one in line.criteria if one.basis is Basis.POLICY}
    assert conditions == {
        *("listed", "lupus", "threatens-life", "purpura", "options-exhausted"),
        *("antiphospholipid-syndrome", "widespread-with-organ-damage"),
        *("no-response-to-anticoagulation", "specialist-involved", "renal-failure"),
    }


def test_a_policy_that_lists_nothing_asks_nothing() -> None:
    for _, _, line in lines():
        if line.stance in {Stance.NOT_LISTED, Stance.NOT_SEEN}:
            assert [one for one in line.criteria if one.basis is Basis.POLICY] == []


def test_no_policy_is_said_to_have_been_compared_with_the_payers_page() -> None:
    assert [payer for payer, policy in policies() if policy.compared_on is not None] == []


def test_every_number_to_call_or_fax_says_for_whom_and_where_it_was_read() -> None:
    channels = [(payer.id, one) for payer in payers().payers.values() for one in payer.submission.channels]
    assert [payer for payer, one in channels if one.provenance is not Provenance.VERIFIED] == []
    numbers = {(payer, one.kind, one.number) for payer, one in channels if one.number}
    assert numbers == {
        ("cigna-commercial", ChannelKind.FAX, "866-873-8279"),
        ("cigna-commercial", ChannelKind.PHONE, "800-882-4462"),
        ("anthem-elevance", ChannelKind.FAX, "800-964-3627"),
    }
    assert [one.scope for _, one in channels if one.number == "800-964-3627"] == ["Medicaid in Nevada only"]


def test_one_payer_takes_requests_after_the_fact_and_one_does_not() -> None:
    known = {payer.id: (payer.retrospective.accepted, payer.retrospective.within_days) for payer in payers().payers.values()}
    said = {payer: answer for payer, answer in known.items() if answer[0] is not Answer.UNKNOWN}
    assert said == {"priority-health": (Answer.YES, 90), "priority-health-medicare-advantage": (Answer.NO, None)}


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


def test_of_the_whole_pack_only_what_was_verified_can_be_printed() -> None:
    for payer, policy in policies():
        for name, line in policy.indications.items():
            held = policy.line(name)
            assert (held is not None) is (line.provenance is Provenance.VERIFIED), (payer, name)
            assert held is not None or policy.printable_criteria(name) == ()
            assert line.provenance is Provenance.VERIFIED or line.criteria == (), (payer, name)


def test_a_version_that_is_effective_on_a_day_is_in_force_from_that_day() -> None:
    days = {
        payer: (policy.version.date, policy.in_force.first and policy.in_force.first.isoformat())
        for payer, policy in policies()
        if policy.version.kind is VersionKind.EFFECTIVE and len(policy.version.date or "") == len("2023-10-01")
    }
    assert len(days) >= 7
    assert [payer for payer, (version, first) in days.items() if version != first] == []


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
        ("2021-08-31", "as_of", "as of August 31, 2021"),
        ("2019-05-01", "last_change", "last change May 1, 2019"),
        (None, "undated", "the copy shows no date"),
    ],
)
def test_a_version_is_worded_as_exactly_as_the_document_gives_it(day: str | None, kind: str, words: str) -> None:
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
