"""What a letter adds by its kind: the denial and its answers, the response so far, the reason to look back, the time limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from priorauth.drafts.order import Reviewed
from priorauth.letters.spans import read_spans
from tests.letter_text import blocks_of, prose_of
from tests.test_letters import changed, html_of, plain, sheet

DENIAL = {
    "denied_on": "2026-11-18",
    "received_on": "2026-11-19",
    "reference": "DEN-70113",
    "reason": "The exchange is experimental, and records are missing.",
}
GROUNDS = {
    "diagnosis": "The diagnosis is not shown.",
    "criteria": "Our criteria are not met.",
    "experimental": "The exchange is experimental.",
    "not_listed": "The use is not among those covered.",
    "other_treatment": "Drugs must be tried first.",
    "sessions": "Five sessions are too many.",
    "setting": "The setting is wrong.",
    "missing_information": "No result of ADAMTS13 was sent.",
}


def points(*grounds: str) -> list[dict[str, Any]]:
    said = [{"says": GROUNDS[one], "about": one} for one in grounds]
    return [one | ({"facts": ["adamts13_activity"]} if one["about"] == "missing_information" else {}) for one in said]


def appeal(tmp_path: Path, *grounds: str, kind: str = "appeal_level_1", **more: Any) -> Reviewed:
    """The sample of a catastrophic antiphospholipid syndrome, denied on these grounds."""
    request = {**plain("caps")["request"], "kind": kind}
    denials = more.pop("denials", [{**DENIAL, "points": points(*grounds)}])
    return changed("caps", tmp_path, request=request, denials=denials, **more)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("appeal_level_1", "Expedited appeal, first level: therapeutic plasma exchange"),
        ("external_review", "Expedited request for external review: therapeutic plasma exchange"),
    ],
)
def test_the_title_says_what_it_is(tmp_path: Path, kind: str, title: str) -> None:
    headings = [one for one in blocks_of(html_of(appeal(tmp_path, "diagnosis", kind=kind))) if one.startswith("# ")]
    assert headings[0].removeprefix("# ") == title


def test_an_appeal_quotes_the_denial_and_every_point(tmp_path: Path) -> None:
    said = prose_of(html_of(appeal(tmp_path, *GROUNDS)))
    assert "I appeal the denial of Nov 18, 2026 (reference DEN-70113), and ask you to reverse it." in said
    assert "gives as its reason: “The exchange is experimental, and records are missing.”" in said
    assert [one for one in GROUNDS.values() if f"“{one}”" not in said] == []


@pytest.mark.parametrize(
    ("ground", "answer"),
    [
        ("diagnosis", "confirmed by a repeat test | Met"),
        ("criteria", "Catastrophic antiphospholipid syndrome, listed"),
        ("experimental", "Category I, Grade 2C (Ninth Special Issue, 2023)"),
        ("experimental", "In the version read, Highmark (Pennsylvania) lists"),
        ("not_listed", "Evidence against."),
        ("other_treatment", "unfractionated heparin, infusion"),
        ("sessions", "I plan 5 sessions."),
        ("sessions", "for at least 3 to 5 days and up to 1 to 3 weeks"),
        ("sessions", "Before the first session and now: platelets 41 × 10⁹/L (Nov 17, 2026), now 58 × 10⁹/L (Nov 20, 2026)"),
        ("setting", "place of service 21, supervised by Chidi Okafor, MD."),
        ("missing_information", "The record shows: ADAMTS13 activity 46% (Nov 17, 2026, 18:00) [Exhibit B, p. 3]."),
    ],
)
def test_each_point_is_answered_below_it(tmp_path: Path, ground: str, answer: str) -> None:
    said = prose_of(html_of(appeal(tmp_path, ground)))
    point, usual = said.index(GROUNDS[ground]), said.index("What happened, in the physician’s own words")
    assert answer in said[point:usual]


@pytest.mark.parametrize("ground", list(GROUNDS))
def test_what_answers_a_point_stands_there_alone(tmp_path: Path, ground: str) -> None:
    first, second = html_of(changed("caps", tmp_path)), html_of(appeal(tmp_path, ground))
    for mark in (
        '<table class="criteria">',
        '<table class="therapies">',
        "The American Society for Apheresis rates",
        "Evidence against.",
    ):
        tables = 2 if mark == '<table class="criteria">' and ground in {"diagnosis", "criteria"} else 1
        assert (mark, first.count(mark), second.count(mark)) == (mark, 1, tables)


def test_a_goal_that_answers_a_point_stands_there_alone(tmp_path: Path) -> None:
    goal = plain("caps")["plan"]["goal"]
    assert prose_of(html_of(appeal(tmp_path, "sessions"))).count(goal) == 1


def test_an_appeal_claims_nothing_that_the_first_letter_could_not(tmp_path: Path) -> None:
    first = read_spans(html_of(changed("caps", tmp_path))).printed
    again = read_spans(html_of(appeal(tmp_path, *GROUNDS))).printed
    ours = ("indication:", "row:", "edition:", "citation:", "payer:", "stance:")
    new = {source: set(texts) - set(first.get(source, ())) for source, texts in again.items() if source.startswith(ours)}
    # The numbers of the references follow the order of the page; the policy's heading is that of its table.
    said = {text for texts in new.values() for text in texts if not set(text) <= set("0123456789,")}
    assert said <= {"Of the policy"}
    outside = {source for source in again if source not in first and not source.startswith("case:denials")}
    assert outside == set()


def test_citations_are_numbered_in_the_order_of_the_page(tmp_path: Path) -> None:
    orders = (
        ("experimental", "diagnosis"), ("diagnosis", "experimental"), ("setting",), ("sessions", "diagnosis"),
        ("diagnosis", "sessions"), ("sessions", "experimental", "diagnosis"), ("diagnosis", "experimental", "sessions"),
    )  # fmt: skip  # two lines read better than seven
    for grounds in orders:
        html = html_of(appeal(tmp_path, *grounds))
        marks = [int(one) for part in html.split('<sup class="cite">')[1:] for one in _digits(part).split(",")]
        assert list(dict.fromkeys(marks)) == sorted(set(marks))


def _digits(part: str) -> str:
    return part.partition(">")[2].partition("<")[0]


def test_a_ground_that_comes_twice_is_answered_once(tmp_path: Path) -> None:
    html = html_of(appeal(tmp_path, "experimental", "not_listed", "diagnosis"))
    assert html.count("The American Society for Apheresis rates") == 1
    assert html.count("The answer above holds for this point too.") == 1


def test_the_physicians_own_answer_is_marked_and_checked_like_all_their_words(tmp_path: Path) -> None:
    own = {"says": "Not shown.", "about": "diagnosis", "answer": "A study of 999 patients shows it."}
    made = appeal(tmp_path, denials=[{**DENIAL, "points": [own]}])
    html = html_of(made)
    assert "In the physician’s own words:" in html
    assert '<blockquote class="physician-words"><div data-from="case:denials[0].points[0].answer">' in html
    assert "A study of 999 patients shows it." in sheet(made)


def test_a_second_appeal_names_both_decisions(tmp_path: Path) -> None:
    upheld = {**DENIAL, "denied_on": "2026-11-19", "reference": "APP-2", "reason": "Upheld.", "points": points("diagnosis")}
    said = prose_of(html_of(appeal(tmp_path, kind="appeal_level_2", denials=[DENIAL, upheld])))
    assert "the denial of Nov 19, 2026 (reference APP-2), which followed that of Nov 18, 2026 (reference DEN-70113)" in said
    assert "The earlier denial of Nov 18, 2026 (reference DEN-70113) gave as its reason: “The exchange" in said
    assert "“Upheld.”" in said


def test_an_outside_reviewer_is_not_spoken_to_as_the_payer(tmp_path: Path) -> None:
    said = prose_of(html_of(appeal(tmp_path, "setting", kind="external_review")))
    assert "Attention: External Review" in said
    assert "ask you to find that the plan must authorize 5 sessions" in said
    assert [words for words in ("our policy", "to authorize you", "ask you to authorize") if words in said] == []


def test_a_request_for_more_sessions_shows_the_results_before_and_after_the_first(tmp_path: Path) -> None:
    request = {**plain("caps")["request"], "kind": "concurrent"}
    authorization = {"number": "A1", "units_authorized": "5", "units_used": "2", "valid_to": "2026-11-30"}
    said = prose_of(html_of(changed("caps", tmp_path, request=request, authorization=authorization)))
    assert "Of 5 authorized sessions 2 were used." in said
    assert "2 were used. Results: platelets 41 × 10⁹/L (Nov 17, 2026), now 58 × 10⁹/L (Nov 20, 2026)" in said
    assert "Goal of the sessions asked for: no new organ involvement" in said


def test_a_look_back_says_why_nobody_asked_and_shows_it(tmp_path: Path) -> None:
    said = prose_of(html_of(changed("ttp-retrospective", tmp_path)))
    assert "Why there was no authorization before. The first session had to begin on a Saturday night" in said
    assert "[Exhibit A, p. 1]" in said


@pytest.mark.parametrize(
    ("business", "says"),
    [("medicaid", "if you receive this request on that day (CMS-0057-F)."), ("commercial", None)],
)
def test_only_a_verified_time_limit_is_printed(tmp_path: Path, business: str, says: str | None) -> None:
    coverage = {**plain("caps")["coverage"], "payer_id": "generic", "payer_name": "Example Plan", "line_of_business": business}
    said = prose_of(html_of(changed("caps", tmp_path, coverage=coverage)))
    assert says in said if says else "I expect your decision" not in said


@pytest.mark.parametrize(("grounds", "again"), [(("criteria", "experimental"), 1), (("not_listed",), 1), (("diagnosis",), 1)])
def test_how_the_policy_stands_is_said_once(tmp_path: Path, grounds: tuple[str, ...], again: int) -> None:
    assert prose_of(html_of(appeal(tmp_path, *grounds))).count("In the version read, Highmark") == again
