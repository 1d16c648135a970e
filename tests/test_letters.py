"""What a letter says of a case, read as prose: each a promise to the reviewer or to the physician who signs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from priorauth.case.codes import Modality
from priorauth.case.parts import LineTiming
from priorauth.drafts.loading import load_packs
from priorauth.drafts.order import Order, Reviewed, read_and_review
from priorauth.letters.compose import compose
from priorauth.letters.fill import fill
from priorauth.letters.review_part import REVIEW_TEMPLATE, compose_review
from priorauth.packs import data_folder
from tests.commands import SAMPLES
from tests.letter_text import blocks_of, prose_of

AS_OF = date(2026, 11, 20)
LETTERS = sorted(path.parent.name for path in SAMPLES.glob("*/letter.txt"))
Change = dict[str, Any]


@cache
def reviewed(name: str) -> Reviewed:
    return read_and_review(Order(case=SAMPLES / name / "case.yaml", as_of=AS_OF), load_packs())


def changed(name: str, tmp_path: Path, **parts: Any) -> Reviewed:
    """A sample with some of its parts replaced; `None` takes one out."""
    data = yaml.load((SAMPLES / name / "case.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # builds text only
    for part, value in parts.items():
        data = {key: one for key, one in data.items() if key != part} | ({part: value} if value is not None else {})
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return read_and_review(Order(case=path, as_of=AS_OF, practice=SAMPLES / "practice.yaml"), load_packs())


def plain(name: str) -> Change:
    read: Change = yaml.load((SAMPLES / name / "case.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # builds text only
    return read


def html_of(made: Reviewed) -> str:
    assert made.review.exit_code == 0, made.review.gaps
    letter = compose(made.review, made.file, load_packs())
    return fill(data_folder("templates"), letter.template, letter=letter)


def letter(name: str) -> str:
    return prose_of(html_of(reviewed(name)))


def rows(name: str) -> tuple[str, ...]:
    return tuple(block for block in blocks_of(html_of(reviewed(name))) if " | " in block)


def row(name: str, beginning: str) -> str:
    return next(one for one in rows(name) if one.startswith(beginning))


def sheet(made: Reviewed) -> str:
    packs = load_packs()
    said = compose_review(made.review, compose(made.review, made.file, packs), made.file, packs)
    return prose_of(fill(data_folder("templates"), REVIEW_TEMPLATE, sheet=said))


@pytest.mark.parametrize(
    ("name", "criterion", "label"),
    [
        ("ttp", "Thrombotic thrombocytopenic purpura, listed", "Met"),
        ("ttp-suspected", "Thrombotic thrombocytopenic purpura, listed", "Met if confirmed"),
        ("caps", "Catastrophic antiphospholipid syndrome, listed", "Met"),
        ("caps-probable", "Catastrophic antiphospholipid syndrome, listed", "Met as probable"),
        ("dah", "Other options are exhausted", "Met as read here"),
        ("npsle-last-resort", "Other options are exhausted", "Not met"),
    ],
)
def test_a_line_of_a_policy_is_met_no_more_firmly_than_the_case_carries_it(name: str, criterion: str, label: str) -> None:
    assert row(name, criterion).split(" | ")[1] == label


@pytest.mark.parametrize("name", ["caps", "ttp", "ttp-child", "ttp-retrospective", "two-fit-chosen"])
def test_a_line_that_a_code_meets_names_the_diagnosis_whose_proof_stands_below(name: str) -> None:
    listed = [one for one in rows(name) if ", listed" in one]
    assert listed
    assert [one for one in listed if not re.search(r"what establishes it stands below \|.*\| diagnosis \d$", one)] == []


def test_results_beside_a_line_of_a_policy_are_printed_in_it() -> None:
    renal = row("anca-dah", "Renal failure (read here as")
    assert "N17.9 acute kidney failure (Nov 16, 2026); creatinine 0.8 mg/dL (Sep 9, 2026); 2.8 mg/dL (Nov 20, 2026)" in renal
    assert renal.endswith("diagnosis 3; Exhibit B, pp. 4, 5")


def test_a_clause_that_is_met_by_our_reading_shows_the_therapies_that_it_was_not_met_by() -> None:
    exhausted = row("dah", "Other options are exhausted (read here as")
    assert "mycophenolate failed" in exhausted
    assert (
        "cyclophosphamide continuing (since Nov 18, 2026); rituximab planned; intravenous immunoglobulin considered" in exhausted
    )
    assert exhausted.split(" | ")[1] == "Met as read here"
    assert exhausted.endswith("Exhibit D, pp. 1, 2")
    assert row("npsle-last-resort", "Other options are exhausted").count("rituximab planned") == 1


def test_the_note_on_a_code_stands_wherever_the_code_does() -> None:
    note = "D68.61 stands for the antiphospholipid syndrome."
    assert [name for name in LETTERS if ("D68.61" in letter(name)) is not (note in letter(name))] == []


def test_a_count_in_the_physicians_words_does_not_break_behind_its_slash() -> None:
    assert '<span class="whole">150 × 10⁹/L</span>.</p>' in html_of(reviewed("ttp-medicare"))


def test_a_clause_that_is_not_met_shows_its_met_parts_too() -> None:
    exhausted = row("npsle-last-resort", "Other options are exhausted")
    assert exhausted.split(" | ")[1] == "Not met"
    assert "methylprednisolone failed (Nov 13, 2026 to Nov 17, 2026). Not shown: " in exhausted
    assert "caplacizumab contraindicated. Not shown: " in row("ttp-medicare", "Nothing else is left")


def test_access_and_supervision_of_sessions_stand_with_their_record_where_none_lie_ahead() -> None:
    done = (
        "In each of the 8 sessions given, through a non-tunneled central catheter and supervised by Chidi Okafor, MD, 1.5 plasma"
    )
    assert done in letter("ttp-retrospective")
    assert letter("ttp-retrospective").count("central catheter") == 1
    assert "In each of the 2 sessions given, 1.5 plasma volumes were replaced" in letter("ttp")


def test_the_treatment_so_far_is_not_called_what_establishes_the_diagnosis() -> None:
    assert "What establishes the diagnosis, and the treatment so far" in letter("dah")
    assert "and the treatment so far" not in letter("ttp")


def test_a_stay_that_is_over_has_its_end() -> None:
    assert "admitted Oct 24, 2026, discharged Nov 6, 2026," in letter("ttp-retrospective")
    assert "discharged" not in letter("ttp")


def test_a_day_of_results_says_whether_treatment_went_on() -> None:
    heading = next(one for one in rows("ttp-retrospective") if one.startswith("Results over time"))
    assert "Oct 31, 2026 (on treatment) | Nov 1, 2026 (on treatment) | Nov 12, 2026 (after treatment)" in heading
    assert "Nov 20, 2026 (on treatment)" in "\n".join(rows("ttp"))


def test_the_page_that_shows_the_emergency_is_named() -> None:
    assert "before an answer came. [Exhibit A, p. 3]" in letter("caps")


def test_a_suspicion_cites_the_parts_that_it_takes_from_the_definition() -> None:
    said = letter("caps-suspected")
    assert "Three or more organs, systems or tissues acutely involved [1]" in said
    assert "Antibodies positive once, repeat test not yet due |" in "\n".join(rows("caps-suspected"))


@pytest.mark.parametrize(
    ("name", "says"),
    [("anca-dah", True), ("declared-second-line", True), ("myasthenia", False), ("dah", False), ("anca-dah-overlap", False)],
)
def test_a_letter_beyond_first_line_that_cites_no_study_says_so(name: str, says: bool) -> None:
    assert ("Beyond the guideline this letter cites no study, for or against." in letter(name)) is says


def test_a_diagnosis_that_is_not_confirmed_says_so_where_it_meets_a_criterion() -> None:
    assert "thrombotic thrombocytopenic purpura, suspected (" in row(
        "ttp-suspected", "Thrombotic thrombocytopenic purpura, listed"
    )


def test_an_unmet_part_of_a_clause_is_counted_and_makes_the_letter_ask_for_an_exception() -> None:
    made = html_of(reviewed("npsle-last-resort"))
    assert "Of this clause, one part is not met; I ask for an individual exception." in prose_of(made)
    title = next(block for block in blocks_of(made) if block.startswith("# "))
    assert title.endswith("therapeutic plasma exchange, as an individual exception")
    assert "as an individual exception" not in letter("npsle")


@pytest.mark.parametrize(
    ("name", "criterion", "reason"),
    [
        ("dah-probable", "Bloody return", "Not done: bronchoscopy judged unsafe at present ("),
        ("caps-probable", "Small-vessel occlusion", "Not done: biopsy judged unsafe at present ("),
    ],
)
def test_a_test_that_was_judged_unsafe_is_said_to_be_so_and_not_to_be_unstated(name: str, criterion: str, reason: str) -> None:
    said = row(name, criterion)
    assert said.split(" | ")[1] == "Unknown"
    assert reason in said
    assert "not stated" not in said


def test_a_judgment_stands_behind_the_figures_that_it_sums_up_with_their_page() -> None:
    said = row("ttp", "Platelet count low")
    assert "platelets 241 × 10⁹/L (Feb 11, 2026); 11 × 10⁹/L (Nov 17, 2026" in said
    assert "so judged" in said
    assert "Exhibit B, pp. 4, 1" in said


def test_figures_from_after_the_first_exchange_do_not_carry_a_judgment_on_what_came_before() -> None:
    assert "38 × 10⁹/L" in row("ttp", "platelets")
    assert "38 × 10⁹/L" not in row("ttp", "Platelet count low")


@pytest.mark.parametrize("name", LETTERS)
def test_every_trend_names_exhibit_and_page(name: str) -> None:
    found = rows(name)
    heads = [place for place, one in enumerate(found) if one.startswith("Results over time")]
    trend = found[heads[0] : heads[0] + 2] if heads else ()
    assert [one for one in trend[1:] if "Exhibit " not in one.split(" | ")[-1]] == []
    assert [one for one in trend[:1] if not one.endswith("| Source")] == []


@pytest.mark.parametrize("name", LETTERS)
def test_no_sentence_ends_twice_and_no_title_has_two_colons(name: str) -> None:
    assert ".." not in letter(name)
    assert ".." not in sheet(reviewed(name))
    title = next(block for block in blocks_of(html_of(reviewed(name))) if block.startswith("# "))
    assert title.count(":") == 1


@pytest.mark.parametrize(
    ("start", "end", "units", "said"),
    [
        ("2026-11-19", "2026-11-19", 1, "the session given on Nov 19, 2026"),
        ("2026-11-18", "2026-11-19", 2, "the 2 sessions given on Nov 18 and 19, 2026"),
        ("2026-11-17", "2026-11-19", 2, "the 2 sessions given from Nov 17, 2026 to Nov 19, 2026"),
        ("2026-10-31", "2026-11-01", 2, "the 2 sessions given on Oct 31, 2026 and Nov 1, 2026"),
        ("2026-11-17", "2026-11-19", 3, "the 3 sessions given from Nov 17, 2026 to Nov 19, 2026"),
    ],
)
def test_sessions_given_are_said_with_their_days(start: str, end: str, units: int, said: str) -> None:
    made, days = reviewed("ttp"), {"start": date.fromisoformat(start), "end": date.fromisoformat(end)}
    case = made.file.case
    lines = tuple(
        one.model_copy(update={**days, "units": units}) if one.timing is LineTiming.DELIVERED else one for one in case.services
    )
    chart = replace(made.review.chart, case=case.model_copy(update={"services": lines}))
    delivered = compose(replace(made.review, chart=chart), made.file, load_packs()).request.delivered
    assert delivered is not None
    assert delivered.text == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"units": 1}, "the session given: 1 plasma volume was replaced with plasma [Exhibit D, p. 1]"),
        ({}, "each of the 2 sessions given: 1 plasma volume was replaced with plasma [Exhibit D, p. 1]"),
        (
            {"plasma_volumes": "1.5", "page": None},
            "each of the 2 sessions given: 1.5 plasma volumes were replaced with plasma [Exhibit D]",
        ),
        ({"fluid": None}, "each of the 2 sessions given: 1 plasma volume was exchanged [Exhibit D, p. 1]"),
        (
            {"fluid": None, "modality": Modality.IA, "exhibit": None, "page": None},
            "each of the 2 sessions given: 1 plasma volume was treated [None]",
        ),
        ({"plasma_volumes": None}, "each of the 2 sessions given: the replacement was plasma [Exhibit D, p. 1]"),
        ({"plasma_volumes": None, "fluid": None}, "each of the 2 sessions given: None [Exhibit D, p. 1]"),
    ],
)
def test_what_was_done_in_sessions_already_given_is_said_with_its_record(line: Change, said: str) -> None:
    made = reviewed("ttp")
    asked, given = made.file.case.services
    given = given.model_copy(update={"plasma_volumes": "1", "exhibit": "D", "page": 1, **line})
    chart = replace(made.review.chart, case=made.file.case.model_copy(update={"services": (asked, given)}))
    (row,) = compose(replace(made.review, chart=chart), made.file, load_packs()).request.given
    assert f"{row.sessions.text}: {row.done and row.done.text} [{row.where and row.where.text}]" == said


def test_sessions_given_on_lines_that_differ_are_told_apart_by_their_days(tmp_path: Path) -> None:
    first, second = plain("ttp")["services"][1], plain("ttp")["services"][1]
    lines = [
        plain("ttp")["services"][0],
        {**first, "units": "1", "end": "2026-11-18", "fluid": "plasma"},
        {**second, "units": "1", "start": "2026-11-19", "fluid": "plasma_and_albumin"},
    ]
    said = prose_of(html_of(changed("ttp", tmp_path, services=lines)))
    assert "In the session given on Nov 18, 2026, 1.5 plasma volumes were replaced with plasma [Exhibit D, p. 1]." in said
    assert "In the session given on Nov 19, 2026, 1.5 plasma volumes were replaced with plasma and albumin" in said


def test_a_finding_beside_the_vocabulary_is_printed_as_recorded_and_decides_nothing(tmp_path: Path) -> None:
    finding = {"text": "free T4 7.7 ng/dL", "taken": "2026-11-17", "exhibit": "B", "page": "2"}
    made = changed("ttp", tmp_path, other_findings=[finding])
    assert "free T4 7.7 ng/dL (Nov 17, 2026) [Exhibit B, p. 2]" in prose_of(html_of(made))
    assert made.review.match == reviewed("ttp").review.match


def test_a_test_that_was_sent_and_is_not_back_is_not_called_met() -> None:
    sent = [row for row in rows("ln-tma") if row.startswith("Complement study sent")]
    assert [row.split(" | ")[1] for row in sent] == ["Result pending"]


def test_a_procedure_that_the_guideline_rates_higher_in_the_same_condition_is_named() -> None:
    higher = "In the same condition it rates therapeutic plasma exchange higher, Category I, Grade 1A (Ninth Special Issue, 2023;"
    assert higher in letter("guillain-barre-adsorption")
    assert [name for name in LETTERS if "In the same condition" in letter(name)] == ["guillain-barre-adsorption"]


def test_a_code_of_a_circumstance_has_no_certainty_and_no_onset() -> None:
    said = letter("ttp-pregnant")
    assert "Z3A.24 24 weeks of gestation" in said
    assert "24 weeks of gestation (" not in said
    assert "immune thrombotic thrombocytopenic purpura (confirmed; onset" in said


def test_original_medicare_is_not_told_of_networks_or_utilization_management() -> None:
    said = letter("ttp-medicare")
    assert "Attention: Medical Review" in said
    assert [words for words in ("network", "Utilization Management") if words in said] == []
    assert "in network" in letter("ttp")


def test_a_look_back_says_what_delay_would_have_meant() -> None:
    assert "What delay would have meant." in letter("ttp-retrospective")
    assert "What delay would mean." in letter("ttp")


def test_the_ask_names_the_manifestation_that_the_case_names() -> None:
    assert "who has severe, life-threatening systemic lupus erythematosus with myocarditis" in letter("sle-myocarditis")


def test_the_day_of_certification_is_said_only_where_it_is_not_the_letters_own(tmp_path: Path) -> None:
    request = plain("ttp")["request"]
    earlier = request | {"expedited": request["expedited"] | {"certified_on": "2026-11-19"}}
    assert "(certified" not in letter("ttp")
    assert "(certified Nov 19, 2026)" in prose_of(html_of(changed("ttp", tmp_path, request=earlier)))


def test_before_the_first_session_a_running_treatment_is_yet_to_be_given_around_it() -> None:
    assert "continuing (to be given after each session)" in letter("dah-probable")
    assert "to be given after each session" not in letter("ttp")


def test_what_the_signer_judges_is_not_said_to_be_recorded() -> None:
    made = letter("caps")
    assert "In my judgment: life threatened (Nov 18, 2026)." in made
    assert "physician attests]" not in made


def test_the_first_exchange_line_spells_the_modality_out_once() -> None:
    assert letter("ttp").count("therapeutic plasma exchange, TPE") == 1


def test_an_alternative_that_cannot_be_is_neither_listed_nor_asked_about() -> None:
    boy = reviewed("ttp-child")
    assert "regnancy" not in prose_of(html_of(boy))
    assert "regnancy" not in sheet(boy)
