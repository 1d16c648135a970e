"""What each indication of the pack takes and refuses; the expectations are the guideline’s and the design’s, not the pack’s."""

from __future__ import annotations

from typing import Any

import pytest

from priorauth.reasoning.match import Standing, Status
from tests.evidence_cases import (
    AFTER,
    BEFORE,
    CAPS,
    HEMORRHAGE,
    HEPARIN_RUNNING,
    LUPUS,
    LUPUS_CASES,
    LUPUS_TMA,
    MYOCARDITIS,
    NPSLE,
    TTP,
    TTP_AWAITED,
    Facts,
    answer_of,
    matched,
    packs,
    rows_of,
)


@pytest.mark.parametrize(
    ("facts", "indication", "row"),
    [
        (CAPS, "caps", "A023"),
        (TTP, "ttp-immune", "A125"),
        (NPSLE, "sle-npsle", "A109"),
        (HEMORRHAGE, "sle-dah", "A109"),
        (LUPUS_TMA, "sle-tma", "A109"),
        (MYOCARDITIS, "sle-severe-other", "A109"),
    ],
)
def test_a_full_case_is_established_on_its_own_row(facts: Facts, indication: str, row: str) -> None:
    assert answer_of(matched(facts)) == ("established", indication, row)


@pytest.mark.parametrize(
    ("row", "category", "grade"),
    [("A023", "I", "2C"), ("A125", "I", "1A"), ("A109", "II", "2C")],
)
def test_the_rows_of_the_supported_indications_carry_the_published_ratings(row: str, category: str, grade: str) -> None:
    found = packs()[1].recommendation(row)
    assert (found.category, found.grade, found.modality) == (category, grade, "TPE")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"organs_involved": ["kidney", "lung"]}, "probable"),
        ({"organ_onset_last": "2026-10-20"}, "established"),
        ({"organ_onset_last": "2026-10-27"}, "possible"),
        ({"small_vessel_occlusion_histology": None}, "probable"),
        ({"small_vessel_occlusion_histology": "no"}, "probable"),
        ({"small_vessel_occlusion_histology": "no", "organs_involved": ["kidney", "lung"]}, "possible"),
        ({"lupus_anticoagulant": None, "anti_beta2_glycoprotein_antibody": "positive"}, "established"),
        ({"antiphospholipid_confirmation": None}, "possible"),
        ({"antiphospholipid_confirmation": None, "death_before_confirmation": "yes"}, "possible"),
        ({"antiphospholipid_confirmation": "awaited"}, "possible"),
        ({"antiphospholipid_confirmation": "awaited", "antiphospholipid_first_presentation": "no"}, "possible"),
        ({"antiphospholipid_confirmation": "awaited", "antiphospholipid_first_presentation": "yes"}, "suspected"),
        ({"antiphospholipid_confirmation": "not_confirmed"}, "none"),
        ({"heparin_induced_thrombocytopenia": "yes"}, "none"),
        ({"dic_explains_picture": "yes"}, "none"),
        ({"sepsis_explains_picture": "yes"}, "none"),
        (
            {"sepsis_explains_picture": "no", "dic_explains_picture": "no", "heparin_induced_thrombocytopenia": "no"},
            "established",
        ),
    ],
)
def test_catastrophic_antiphospholipid_syndrome_is_as_firm_as_its_four_criteria(change: Facts, status: str) -> None:
    assert matched({**CAPS, **change}).status == status


@pytest.mark.parametrize(
    ("kind", "died", "status"),
    [("initial", "yes", "possible"), ("retrospective", "yes", "probable"), ("retrospective", "no", "possible")],
)
def test_a_death_before_confirmation_counts_once_all_sessions_are_given(kind: str, died: str, status: str) -> None:
    change = {"antiphospholipid_confirmation": None, "death_before_confirmation": died}
    assert matched({**CAPS, **change}, request={"kind": kind}).status == status


@pytest.mark.parametrize("kind", ["initial", "concurrent"])
def test_nobody_is_asked_whether_a_patient_died_whose_sessions_are_still_to_come(kind: str) -> None:
    found = matched({}, tried=(), request={"kind": kind}, indication={"primary": "caps"})
    assert "fact:organs_involved" in {one.what for one in found.missing}
    assert "fact:death_before_confirmation" not in {one.what for one in found.missing}


@pytest.mark.parametrize(
    ("last_event", "tried", "status"),
    [
        ("2026-10-26", (), "established"),
        ("2026-10-27", (HEPARIN_RUNNING,), "probable"),
        ("2026-11-19", (HEPARIN_RUNNING,), "probable"),
        ("2026-11-20", (HEPARIN_RUNNING,), "possible"),
        ("2026-10-27", (), "possible"),
    ],
)
def test_a_slower_course_counts_only_despite_anticoagulation_and_within_a_month(
    last_event: str, tried: tuple[Facts, ...], status: str
) -> None:
    assert matched({**CAPS, "organ_onset_last": last_event}, tried=tried).status == status


@pytest.mark.parametrize(
    ("activity", "status"),
    [
        ({"value": "<5", "unit": "%"}, "established"),
        ({"value": "9.9", "unit": "%"}, "established"),
        ({"value": "0.04", "unit": "{fraction}"}, "established"),
        ({"value": "10", "unit": "%"}, "possible"),
        ({"value": "20", "unit": "%"}, "possible"),
        ({"value": "20.1", "unit": "%"}, "none"),
        ({"value": ">20", "unit": "%"}, "none"),
        ({"pending": "yes"}, "suspected"),
        ({"value": "4", "unit": "%", "taken": AFTER}, "possible"),
        ({"pending": "yes", "taken": AFTER}, "possible"),
        (None, "possible"),
    ],
)
def test_thrombotic_purpura_goes_by_adamts13_before_plasma(activity: Any, status: str) -> None:
    assert matched({**TTP_AWAITED, "adamts13_activity": activity}).status == status


@pytest.mark.parametrize(
    "change",
    [
        {"better_explanation_for_tma": "yes"},
        {"better_explanation_for_tma": None},
        {"schistocytes": None},
        {"hemolysis": None},
        {"thrombocytopenia": None},
    ],
)
def test_a_suspicion_of_thrombotic_purpura_wants_every_part_of_it(change: Facts) -> None:
    assert not matched({**TTP_AWAITED, **change}).status.writes_letter


@pytest.mark.parametrize(
    ("cause", "status", "rows"),
    [
        ({"tma_culprit_drug": "clopidogrel"}, "possible", ["A118"]),
        ({"tma_culprit_drug": "quinine"}, "possible", ["A120"]),
        ({"tma_culprit_drug": "other"}, "none", []),
        ({"complement_gene_study": "complement_mutation"}, "possible", ["A116"]),
        ({"complement_gene_study": "coagulation_mutation"}, "none", ["A114"]),
        ({"transplant_associated_tma": "yes"}, "none", ["A126"]),
        ({"pregnancy_tma": "pregnancy_associated"}, "none", ["A123"]),
        ({"malignant_hypertension": "yes"}, "none", []),
        ({"dic_explains_picture": "yes"}, "none", []),
        ({"sepsis_explains_picture": "yes"}, "none", []),
        ({"heparin_induced_thrombocytopenia": "yes"}, "none", []),
        ({"tma_culprit_drug": "none", "malignant_hypertension": "no", "dic_explains_picture": "no"}, "suspected", ["A125"]),
    ],
)
def test_a_cause_on_record_ends_the_suspicion_of_thrombotic_purpura_unless_adamts13_is_severely_low(
    cause: Facts, status: str, rows: list[str]
) -> None:
    awaited = matched({**TTP_AWAITED, **cause})
    assert (awaited.status, rows_of(awaited)) == (status, rows)
    assert answer_of(matched({**TTP, **cause})) == ("established", "ttp-immune", "A125")


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ({"thrombocytopenia": None}, "possible"),
        ({"thrombocytopenia": "no"}, "established"),
        ({"schistocytes": None, "hemolysis": None}, "possible"),
        ({"schistocytes": "no", "hemolysis": None}, "possible"),
        ({"schistocytes": "no", "hemolysis": "no"}, "established"),
        ({}, "several"),
    ],
)
def test_a_severely_low_adamts13_keeps_catastrophic_syndrome_open_until_purpura_is_decided(stated: Facts, status: str) -> None:
    found = matched({**CAPS, **TTP, **stated})
    assert found.status == status
    if status == "possible":
        assert {one.what for one in found.missing} == {f"fact:{fact}" for fact, value in stated.items() if value is None}
        assert [one.indication.id for one in found.concerned] == ["ttp-immune"]


def test_an_old_low_adamts13_beside_one_that_is_awaited_is_only_a_suspicion() -> None:
    of_old = {"value": "<5", "unit": "%", "taken": "2019-05-06"}
    now = {"pending": "yes", "taken": BEFORE}
    assert matched({**TTP_AWAITED, "adamts13_activity": [of_old, now]}).status is Status.SUSPECTED


def test_organs_of_different_years_make_no_catastrophe() -> None:
    years = [
        {"value": [organ], "taken": day}
        for organ, day in zip(("kidney", "lung", "brain"), ("2009-03-01", "2015-03-01", BEFORE), strict=True)
    ]
    assert not matched({**CAPS, "organs_involved": years}).status.writes_letter


def test_a_low_adamts13_alone_is_no_episode_of_thrombotic_purpura() -> None:
    found = matched({"adamts13_activity": {"value": "4", "unit": "%"}})
    assert found.status is Status.POSSIBLE
    assert {one.what for one in found.missing} == {"fact:thrombocytopenia", "fact:schistocytes", "fact:hemolysis"}


def test_pregnancy_never_evicts_thrombotic_purpura() -> None:
    found = matched({**TTP, "pregnancy_tma": "no_cause"}, pregnancy={"status": "pregnant"})
    assert answer_of(found) == ("established", "ttp-immune", "A125")


@pytest.mark.parametrize(
    ("facts", "rest"),
    [
        ({**LUPUS, "nephritis_class": "class_4"}, {}),
        ({**LUPUS, "lupus_nephritis": "yes", "biopsy_tma": "no", "schistocytes": "no"}, {}),
        (LUPUS, {"diagnoses": [{"code": "M32.14", "sequence": "1", "text": "lupus nephritis", "certainty": "confirmed"}]}),
    ],
)
def test_nephritis_alone_is_refused(facts: Facts, rest: Facts) -> None:
    found = matched(facts, **rest)
    assert (found.status, [one.indication.id for one in found.concerned], found.rows) == (Status.NONE, ["ln-alone"], ())


def test_a_code_of_nephritis_without_any_fact_is_not_refused_yet() -> None:
    coded = {"code": "M32.14", "sequence": "1", "text": "lupus nephritis", "certainty": "confirmed"}
    assert matched({}, tried=(), diagnoses=[coded]).status is Status.POSSIBLE


@pytest.mark.parametrize(
    ("organs", "status"),
    [
        ({"value": ["peripheral_vessels"], "complete": "yes"}, Status.NONE),
        ({"value": ["peripheral_vessels"]}, Status.POSSIBLE),
        ({"value": ["peripheral_vessels", "lung"], "complete": "yes"}, Status.POSSIBLE),
    ],
)
def test_antiphospholipid_syndrome_is_refused_only_once_catastrophe_is_ruled_out(organs: Facts, status: Status) -> None:
    coded = {"code": "D68.61", "sequence": "1", "text": "antiphospholipid syndrome", "certainty": "confirmed"}
    found = matched({"organs_involved": organs, "anticardiolipin_antibody": "positive"}, diagnoses=[coded])
    assert found.status is status


def test_two_rows_that_fit_are_left_to_the_physician() -> None:
    found = matched({**CAPS, **TTP})
    assert (found.status, sorted(rows_of(found))) == (Status.SEVERAL, ["A023", "A125"])


def test_a_case_without_facts_is_asked_for_them() -> None:
    assert matched({}, tried=()).status is Status.POSSIBLE


@pytest.mark.parametrize("facts", [CAPS, TTP, *LUPUS_CASES])
def test_every_full_case_stands_on_its_own_facts_alone(facts: Facts) -> None:
    """Nothing else in the pack fits beside it, so no sample depends on the order of files."""
    fits = [one for one in matched(facts).candidates if one.standing is Standing.FITS]
    assert len([one for one in fits if one.indication.kind == "supported"]) == 1
