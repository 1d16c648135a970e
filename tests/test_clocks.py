"""By when a payer must decide and until when an appeal may be filed: the arithmetic at its edges, and what may be printed."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from priorauth.case.parts import Case
from priorauth.case.practice import Practice
from priorauth.errors import ExitCode, PackError
from priorauth.moments import Moment
from priorauth.packs import data_folder
from priorauth.payers.clocks import Clock, Clocks, Limit
from priorauth.payers.entry import Provenance
from priorauth.payers.reader import read_rules
from priorauth.reasoning.clocks import Deadline, Start, clocks, deadline
from tests.cases import AS_OF, Data, full_case, put, rules, vocabulary
from tests.commands import lay, replaced, whole_case
from tests.commands import run as command

NEW_YORK = "America/New_York"


def clock(amount: int, unit: str, **more: Any) -> Clock:
    """An invented rule; no payer has it."""
    fields = {
        "limits": "decision",
        "rule": "an invented rule",
        "lines_of_business": ["commercial"],
        "kinds": ["initial"],
        "amount": amount,
        "unit": unit,
        "counted_from": "received",
        "provenance": "verified",
        "source": "https://example.org/rule",
        "seen_on": "2026-11-22",
    }
    return Clock.model_validate(fields | more)


def ends(amount: int, unit: str, start: str, *, time_zone: str | None = NEW_YORK) -> Deadline:
    return deadline("invented", clock(amount, unit), Start(at=Moment.parse(start)), time_zone=time_zone)


# ---- days


@pytest.mark.parametrize(
    ("amount", "start", "last"),
    [
        (7, "2026-11-24", "2026-12-01"),  # over the end of a month
        (1, "2026-11-24", "2026-11-25"),
        (7, "2026-12-28", "2027-01-04"),  # over the end of a year
        (7, "2026-11-21", "2026-11-28"),  # a Saturday counts, and may be the last day
        (7, "2026-11-22", "2026-11-29"),  # so does a Sunday
        (2, "2026-11-24", "2026-11-26"),  # and Thanksgiving
        (1, "2028-02-28", "2028-02-29"),  # leap day
        (1, "2028-02-29", "2028-03-01"),
        (1, "2027-02-28", "2027-03-01"),  # no leap day
        (65, "2026-11-24", "2027-01-28"),
        (60, "2027-12-31", "2028-02-29"),
        (15, "2100-02-20", "2100-03-07"),  # no leap year
    ],
)
def test_calendar_days_begin_with_the_day_after_and_stop_for_nothing(amount: int, start: str, last: str) -> None:
    assert ends(amount, "calendar_days", start).at == Moment.parse(last)


def test_the_time_of_day_does_not_move_a_limit_in_days() -> None:
    late, early = ends(7, "calendar_days", "2026-11-24T23:59"), ends(7, "calendar_days", "2026-11-24T00:01")
    assert late.at == early.at == Moment(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("amount", "start", "last"),
    [
        (1, "2026-11-23", "2026-11-24"),  # Monday to Tuesday
        (1, "2026-11-20", "2026-11-23"),  # Friday to Monday
        (1, "2026-11-21", "2026-11-23"),  # received on a Saturday
        (1, "2026-11-22", "2026-11-23"),  # received on a Sunday
        (2, "2026-11-25", "2026-11-30"),  # Thanksgiving, November 26, lies between; the Friday after does not count as one
        (1, "2026-11-25", "2026-11-27"),
        (1, "2026-11-26", "2026-11-27"),  # received on a holiday
        (5, "2026-12-21", "2026-12-29"),  # Christmas, a Friday
        (1, "2026-07-02", "2026-07-06"),  # July 4 is a Saturday: observed on Friday
        (1, "2027-07-02", "2027-07-06"),  # July 4 is a Sunday: observed on Monday
        (1, "2027-12-23", "2027-12-27"),  # December 25 is a Saturday: observed on Friday
        (1, "2027-12-30", "2028-01-03"),  # January 1 is a Saturday: observed on Friday, in the old year
        (1, "2028-11-09", "2028-11-13"),  # November 11 is a Saturday: observed on Friday
        (1, "2026-06-18", "2026-06-22"),  # Juneteenth, a Friday
        (1, "2026-01-16", "2026-01-20"),  # Martin Luther King, a Monday
        (1, "2026-10-09", "2026-10-13"),  # Columbus Day, a Monday
        (20, "2026-12-18", "2027-01-20"),  # Christmas, New Year and Martin Luther King
    ],
)
def test_business_days_leave_out_weekends_and_federal_holidays(amount: int, start: str, last: str) -> None:
    assert ends(amount, "business_days", start).at == Moment.parse(last)


HOLIDAYS_2026 = ("01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25")
"""As the government's personnel office lists them for its offices."""


def test_the_federal_holidays_of_a_year_are_those_that_its_offices_keep() -> None:
    first = date(2025, 12, 31)
    days = [first + timedelta(days=count) for count in range(1, 366)]
    closed = {
        day
        for day in days
        if day.weekday() < 5 and ends(1, "business_days", (day - timedelta(days=1)).isoformat()).at != Moment(day)
    }
    assert closed == {date.fromisoformat(f"2026-{day}") for day in HOLIDAYS_2026}


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_a_limit_in_business_days_ends_on_one_and_never_sooner_than_in_calendar_days(start: date, amount: int) -> None:
    at = ends(amount, "business_days", start.isoformat()).at
    assert at is not None
    assert at.day.weekday() < 5
    assert at.day >= start + timedelta(days=amount)


# ---- hours


@pytest.mark.parametrize(
    ("hours", "start", "last", "words"),
    [
        (
            72,
            "2026-11-24T14:30",
            "2026-11-27T14:30",
            "by November 27, 2026, 14:30 EST, 72 hours after November 24, 2026, 14:30 EST",
        ),
        (
            72,
            "2026-11-20T09:00",
            "2026-11-23T09:00",
            "by November 23, 2026, 09:00 EST, 72 hours after November 20, 2026, 09:00 EST",
        ),
        (
            24,
            "2028-02-28T23:59",
            "2028-02-29T23:59",
            "by February 29, 2028, 23:59 EST, 24 hours after February 28, 2028, 23:59 EST",
        ),
        (1, "2026-12-31T23:30", "2027-01-01T00:30", "by January 1, 2027, 00:30 EST, 1 hour after December 31, 2026, 23:30 EST"),
        # Clocks go back on November 1, 2026: the day has 25 hours.
        (
            72,
            "2026-10-30T10:00",
            "2026-11-02T09:00",
            "by November 2, 2026, 09:00 EST, 72 hours after October 30, 2026, 10:00 EDT",
        ),
        # Forward on March 14, 2027: 23 hours.
        (72, "2027-03-12T10:00", "2027-03-15T11:00", "by March 15, 2027, 11:00 EDT, 72 hours after March 12, 2027, 10:00 EST"),
        # Into the hour that comes twice, first and second time.
        (
            24,
            "2026-10-31T01:30",
            "2026-11-01T01:30",
            "by November 1, 2026, 01:30 EDT, 24 hours after October 31, 2026, 01:30 EDT",
        ),
        (
            25,
            "2026-10-31T01:30",
            "2026-11-01T01:30",
            "by November 1, 2026, 01:30 EST, 25 hours after October 31, 2026, 01:30 EDT",
        ),
    ],
)
def test_hours_are_counted_on_the_clock_of_the_clinic(hours: int, start: str, last: str, words: str) -> None:
    found = ends(hours, "hours", start)
    assert (found.at, found.words) == (Moment.parse(last), words)


def test_another_zone_changes_its_clocks_on_its_own_days() -> None:
    # Arizona has no summer time.
    assert ends(72, "hours", "2026-10-30T10:00", time_zone="America/Phoenix").at == Moment.parse("2026-11-02T10:00")


@pytest.mark.parametrize(
    ("hours", "start", "time_zone", "last"),
    [
        (72, "2026-11-24T14:30", None, "2026-11-27"),
        (72, "2026-11-24", NEW_YORK, "2026-11-27"),
        (72, "2026-11-24", None, "2026-11-27"),
        (24, "2026-10-31", NEW_YORK, "2026-11-01"),
        # The end of the day is the latest that it may have come.
        (1, "2026-11-24", None, "2026-11-25"),
        (1, "2026-11-24T14:30", None, "2026-11-24"),
    ],
)
def test_without_time_of_day_or_zone_hours_end_on_a_day(hours: int, start: str, time_zone: str | None, last: str) -> None:
    found = ends(hours, "hours", start, time_zone=time_zone)
    assert found.at == Moment.parse(last)
    assert ":" not in found.words


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.times(), st.integers(1, 500))
def test_hours_never_end_before_they_begin(start: date, time: dt.time, hours: int) -> None:
    found = ends(hours, "hours", f"{start}T{time:%H:%M}")
    assert found.at is not None
    assert found.at.day >= start
    assert abs((found.at.day - start).days - hours / 24) <= 1.1


# ---- words


def test_a_deadline_says_when_and_from_where_it_was_counted() -> None:
    assert ends(7, "calendar_days", "2026-11-24").words == "by December 1, 2026, 7 calendar days after November 24, 2026"
    assert ends(1, "business_days", "2026-11-24").words == "by November 25, 2026, 1 business day after November 24, 2026"


@pytest.mark.parametrize(
    ("counted_from", "limits", "words"),
    [
        ("received", "decision", "7 calendar days after the payer receives this request"),
        ("denial_received", "filing", "7 calendar days after the denial is received"),
        ("sessions_end", "decision", "7 calendar days after the authorized sessions end"),
    ],
)
def test_without_a_date_only_the_length_is_said(counted_from: str, limits: str, words: str) -> None:
    held = clock(7, "calendar_days", counted_from=counted_from, limits=limits)
    found = deadline("invented", held, None, time_zone=NEW_YORK)
    assert (found.at, found.words, found.source) == (None, words, "clock:invented")


# ---- which clocks run for a case


def case_of(data: Data) -> Case:
    return Case.model_validate(data)


def plan(line: str = "medicaid", **request: Any) -> Data:
    data = put(full_case(), "coverage.line_of_business", line)
    data["request"] |= request
    return data


def run(data: Data, *, held: Clocks | None = None, as_of: date = AS_OF) -> list[tuple[str, str]]:
    found = clocks(case_of(data), held or rules().clocks, as_of=as_of, time_zone=NEW_YORK)
    return [(one.clock, one.words) for one in found]


EXPEDITED = {"basis": "b", "certified_by": "requesting_provider", "certified_on": "2026-11-20"}


def test_a_request_to_medicaid_is_decided_within_seven_days() -> None:
    assert run(plan(submitted_at="2026-11-24T14:30")) == [
        ("cms-0057-f-standard", "by December 1, 2026, 7 calendar days after November 24, 2026")
    ]


def test_an_expedited_one_within_seventy_two_hours() -> None:
    assert run(plan(submitted_at="2026-11-24T14:30", expedited=EXPEDITED)) == [
        ("cms-0057-f-urgent", "by November 27, 2026, 14:30 EST, 72 hours after November 24, 2026, 14:30 EST")
    ]


def test_the_day_of_asking_stands_in_for_the_day_of_receipt_and_says_so() -> None:
    assert run(plan(requested_on="2026-11-20")) == [
        (
            "cms-0057-f-standard",
            "by November 27, 2026, 7 calendar days after November 20, 2026, if the payer receives this request on that day",
        )
    ]


def test_without_either_only_the_length_is_said() -> None:
    data = plan()
    del data["request"]["requested_on"]
    assert run(data) == [("cms-0057-f-standard", "7 calendar days after the payer receives this request")]


@pytest.mark.parametrize("line", ["commercial", "medicare", "marketplace", "federal", "other"])
def test_where_no_verified_rule_is_known_nothing_is_said(line: str) -> None:
    assert run(plan(line)) == []
    assert run(plan(line, expedited=EXPEDITED)) == []


def test_a_rule_known_only_from_others_is_never_printed() -> None:
    assert run(plan("medicare_advantage")) == []
    assert [name for name, _ in run(plan("medicare_advantage", expedited=EXPEDITED))] == ["ma-expedited"]


@pytest.mark.parametrize(("day", "names"), [("2025-12-31", []), ("2026-01-01", ["cms-0057-f-standard"])])
def test_a_rule_holds_from_its_first_day(day: str, names: list[str]) -> None:
    assert [name for name, _ in run(plan(submitted_at=f"{day}T10:00"))] == names


def test_without_a_date_a_rule_holds_by_the_day_of_writing() -> None:
    data = plan()
    del data["request"]["requested_on"]
    assert run(data, as_of=date(2025, 12, 31)) == []
    assert len(run(data, as_of=date(2026, 1, 1))) == 1


def invented(**more: Any) -> Clocks:
    return Clocks(clocks={"invented": clock(24, "hours", **more)})


@pytest.mark.parametrize(
    ("more", "data", "runs"),
    [
        ({}, plan("commercial"), True),
        ({"provenance": "verified_secondary"}, plan("commercial"), False),
        ({"provenance": "recalled"}, plan("commercial"), False),
        ({"lines_of_business": ["medicaid"]}, plan("commercial"), False),
        ({"funding": ["self_funded"]}, plan("commercial"), False),
        ({"funding": ["fully_insured"]}, plan("commercial"), True),
        ({"kinds": ["concurrent"]}, plan("commercial"), False),
        ({"kinds": ["concurrent"]}, plan("commercial", kind="concurrent"), True),
        ({"expedited": "yes"}, plan("commercial"), False),
        ({"expedited": "yes"}, plan("commercial", expedited=EXPEDITED), True),
        ({"expedited": "no"}, plan("commercial", expedited=EXPEDITED), False),
        ({"expedited": "no"}, plan("commercial"), True),
        ({}, plan("commercial", expedited=EXPEDITED), True),
    ],
)
def test_a_clock_runs_only_for_the_requests_it_names(more: Data, data: Data, runs: bool) -> None:
    assert bool(run(data, held=invented(**more))) is runs


@pytest.mark.parametrize(
    ("submitted", "runs"),
    [
        ("2026-11-29T23:59", True),
        ("2026-11-30T00:00", True),  # the sessions end with the day: exactly 24 hours
        ("2026-11-30T00:01", False),
        ("2026-11-29", True),
        ("2026-11-30", False),
    ],
)
def test_a_clock_for_requests_made_in_time_runs_only_for_them(submitted: str, runs: bool) -> None:
    data = plan("commercial", kind="concurrent", submitted_at=submitted)
    data["authorization"] = {"valid_to": "2026-11-30"}
    held = invented(kinds=["concurrent"], asked_hours_before_end=24)
    assert bool(run(data, held=held)) is runs


def test_what_is_not_known_to_be_in_time_is_not_called_so() -> None:
    data = plan("commercial", kind="concurrent", submitted_at="2026-11-29")
    assert run(data, held=invented(kinds=["concurrent"], asked_hours_before_end=24)) == []


def test_the_end_of_the_sessions_starts_a_clock_that_counts_from_it() -> None:
    data = put(plan("commercial", kind="concurrent"), "authorization", {"valid_to": "2026-11-30"})
    held = Clocks(clocks={"invented": clock(2, "calendar_days", kinds=["concurrent"], counted_from="sessions_end")})
    assert run(data, held=held) == [("invented", "by December 2, 2026, 2 calendar days after November 30, 2026")]


def denied(kind: str, *denials: Data) -> Data:
    return put(plan("medicare_advantage", kind=kind), "denials", list(denials))


@pytest.mark.parametrize(
    ("denials", "words"),
    [
        ([], "65 calendar days after the denial is received"),
        ([{"reference": "D1"}], "65 calendar days after the denial is received"),
        (
            [{"denied_on": "2026-11-10", "received_on": "2026-11-13"}],
            "by January 17, 2027, 65 calendar days after November 13, 2026",
        ),
        (
            [{"denied_on": "2026-11-10"}],
            "by January 14, 2027, 65 calendar days after November 10, 2026, if the denial is received on that day",
        ),
        # Of several it is the last that is appealed.
        (
            [{"received_on": "2026-10-01"}, {"received_on": "2026-11-13"}],
            "by January 17, 2027, 65 calendar days after November 13, 2026",
        ),
    ],
)
def test_an_appeal_can_be_filed_for_so_long_after_the_denial_came(denials: list[Data], words: str) -> None:
    held = Clocks(
        clocks={
            "invented": clock(
                65,
                "calendar_days",
                limits="filing",
                counted_from="denial_received",
                lines_of_business=["medicare_advantage"],
                kinds=["appeal_level_1"],
            )
        }
    )
    assert run(denied("appeal_level_1", *denials), held=held) == [("invented", words)]
    assert run(denied("appeal_level_2", *denials), held=held) == []


def test_an_expedited_appeal_to_medicare_advantage_is_decided_within_seventy_two_hours() -> None:
    data = denied("appeal_level_1", {"received_on": "2026-11-13"})
    data["request"] |= {"expedited": EXPEDITED, "submitted_at": "2026-11-20T09:00"}
    assert run(data) == [("ma-appeal-expedited", "by November 23, 2026, 09:00 EST, 72 hours after November 20, 2026, 09:00 EST")]


# ---- the pack


def test_every_rule_has_a_source_a_date_and_a_provenance() -> None:
    for name, one in rules().clocks.clocks.items():
        assert one.source.startswith("http"), name
        assert one.seen_on == date(2026, 11, 22), name
    assert {name for name, _ in rules().clocks.printable()} == {
        "cms-0057-f-standard",
        "cms-0057-f-urgent",
        "ma-expedited",
        "ma-appeal-expedited",
    }


AS_COMPILED = {
    ("cms-0057-f-urgent", "72 hours"),
    ("cms-0057-f-standard", "7 calendar days"),
    ("erisa-urgent", "72 hours"),
    ("erisa-concurrent-urgent", "24 hours"),
    ("ma-appeal-filing", "65 calendar days"),
    ("ma-appeal-expedited", "72 hours"),
    ("external-review-standard", "45 calendar days"),
    ("external-review-expedited", "72 hours"),
}
"""As the compilation that the pack was made from has them."""


def test_the_pack_has_every_rule_of_the_compilation() -> None:
    held = {(name, one.length) for name, one in rules().clocks.clocks.items()}
    assert held >= AS_COMPILED


def test_a_source_id_leads_to_its_rule() -> None:
    origin = rules().clocks.origin("clock:ma-expedited")
    assert (origin["file"], origin["rule"], origin["provenance"]) == ("payers/clocks.yaml", "42 CFR 422.572", Provenance.VERIFIED)
    for source in ("clock:nothing", "stance:listed"):
        with pytest.raises(KeyError):
            rules().clocks.origin(source)


@pytest.mark.parametrize(("limits", "counted_from"), [("filing", "received"), ("decision", "denial_received")])
def test_a_rule_starts_with_what_it_limits(limits: str, counted_from: str) -> None:
    with pytest.raises(ValidationError, match="does not start with what it limits"):
        clock(7, "calendar_days", limits=limits, counted_from=counted_from)
    assert clock(7, "calendar_days", limits="filing", counted_from="denial_received").limits is Limit.FILING


def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    copied = Path(shutil.copytree(data_folder("payers"), tmp_path / "payers"))
    path = copied / "clocks.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("amount: 7", "amount: 0", 1), encoding="utf-8")
    with pytest.raises(PackError) as error:
        read_rules(copied, vocabulary=vocabulary())
    (problem,) = error.value.problems
    assert problem.file.endswith("clocks.yaml")
    assert problem.line is not None


# ---- the profile


def profile(**more: str) -> Practice:
    return Practice.model_validate({"name": "A Clinic", "address": ["1 Way"], "phone": "555-555-0100"} | more)


@pytest.mark.parametrize("zone", ["America/New_York", "America/Argentina/Buenos_Aires", "Pacific/Honolulu"])
def test_a_clinic_can_name_its_time_zone(zone: str) -> None:
    assert profile(time_zone=zone).time_zone == zone


@pytest.mark.parametrize("zone", ["Eastern", "America", "America/Nowhere", "../../etc/hosts", "/etc/localtime", ""])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError):
        profile(time_zone=zone)


# ---- the commands


def test_check_counts_on_the_clock_that_the_profile_names(tmp_path: Path) -> None:
    text = replaced(whole_case(), "line_of_business: commercial", "line_of_business: medicaid")
    text = replaced(text, "payer_id: highmark-commercial-pa", "payer_id: generic")
    text = replaced(text, "  requested_on: 2026-11-20\n", "  requested_on: 2026-10-30\n  submitted_at: 2026-10-30T10:00\n")
    case = lay(tmp_path, text)
    (tmp_path / "practice.yaml").write_text(
        (tmp_path / "practice.yaml").read_text(encoding="utf-8") + "\ntime_zone: America/New_York\n", encoding="utf-8"
    )
    checked = command("check", case, "--as-of", "2026-11-22", "--format", "json")
    assert json.loads(checked.stdout)["deadlines"] == [
        {
            "clock": "cms-0057-f-urgent",
            "limits": "decision",
            "rule": "CMS-0057-F",
            "words": "by November 2, 2026, 09:00 EST, 72 hours after October 30, 2026, 10:00 EDT",
            "at": "2026-11-02T09:00",
            "source": "https://content.govdelivery.com/accounts/USCMSMEDICAID/bulletins/3d5c65a",
        }
    ]
    told = " ".join(command("check", case, "--as-of", "2026-11-22").stdout.split())
    assert "Decision due by November 2, 2026, 09:00 EST" in told


def test_a_wrong_time_zone_is_named_with_its_line_and_never_repeated(tmp_path: Path) -> None:
    case = lay(tmp_path, whole_case())
    with (tmp_path / "practice.yaml").open("a", encoding="utf-8") as file:
        file.write("\ntime_zone: Canary/Zone\n")
    refused = command("check", case, "--as-of", "2026-11-22")
    assert refused.exit_code == ExitCode.CASE
    assert "time_zone" in refused.output
    assert "America/New_York" in refused.output
    assert "Canary/Zone" not in refused.output


def test_a_request_that_reached_the_payer_tomorrow_is_a_mistake(tmp_path: Path) -> None:
    text = replaced(
        whole_case(), "  requested_on: 2026-11-20\n", "  requested_on: 2026-11-20\n  submitted_at: 2026-11-23T10:00\n"
    )
    refused = command("check", lay(tmp_path, text), "--as-of", "2026-11-22")
    assert refused.exit_code == ExitCode.CASE
    assert "request.submitted_at" in refused.output
