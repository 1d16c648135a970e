"""What each indication of the pack takes and refuses; the expectations are the guideline's and the design's, not the pack's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import pytest

from priorauth.case.parts import Case
from priorauth.criteria.chart import Chart
from priorauth.evidence.models import Evidence
from priorauth.evidence.reader import read_evidence
from priorauth.facts import Vocabulary, read_vocabulary
from priorauth.packs import data_folder
from priorauth.reasoning.match import Match, Standing, Status, match

Facts = Mapping[str, Any]

BEFORE, FIRST_EXCHANGE, AFTER = "2026-11-01T08:00", "2026-11-02T12:00", "2026-11-03T08:00"
STEROID_FAILED = {
    "drug": "methylprednisolone",
    "therapy_class": "corticosteroid",
    "outcome": "failed",
    "dose": "1 g daily for 3 days",
    "started": "2026-10-28",
    "reason": "no response",
}
STEROID_RUNNING = {"drug": "prednisone", "therapy_class": "corticosteroid", "outcome": "ongoing", "dose": "1 mg/kg"}
HEPARIN_RUNNING = {"drug": "heparin", "therapy_class": "anticoagulant", "outcome": "ongoing", "started": "2026-10-20"}

LUPUS: Facts = {"lupus_established": "yes"}
MICROANGIOPATHY: Facts = {"thrombocytopenia": "yes", "schistocytes": "yes", "hemolysis": "yes"}
CAPS: Facts = {
    "organs_involved": ["kidney", "lung", "brain"],
    "organ_onset_first": "2026-10-20",
    "organ_onset_last": "2026-10-26",
    "small_vessel_occlusion_histology": "yes",
    "lupus_anticoagulant": "positive",
    "antiphospholipid_confirmation": "confirmed",
}
TTP: Facts = {**MICROANGIOPATHY, "adamts13_activity": {"value": "4", "unit": "%"}}
TTP_AWAITED: Facts = {**MICROANGIOPATHY, "adamts13_activity": {"pending": "yes"}, "better_explanation_for_tma": "no"}
NPSLE: Facts = {
    **LUPUS,
    "neuropsychiatric_syndrome": "psychosis",
    "infection_explains_picture": "no",
    "pres": "no",
    "stroke_explains_picture": "no",
    "drug_explains_picture": "no",
}
HEMORRHAGE: Facts = {
    **LUPUS,
    "new_infiltrates": "yes",
    "bloody_bal": "yes",
    "hemoglobin_drop": "yes",
    "hypoxemia": "yes",
    "anti_gbm_antibody": {"pending": "yes"},
    "anca_pr3": "negative",
    "anca_mpo": "negative",
}
LUPUS_TMA: Facts = {
    **LUPUS,
    "biopsy_tma": "yes",
    "nephritis_class": "class_4",
    "adamts13_activity": {"value": "62", "unit": "%"},
    "factor_h_antibody": {"pending": "yes"},
    "lupus_tma_adjudicated": "yes",
    "tma_culprit_drug": "none",
    "malignant_hypertension": "no",
}
MYOCARDITIS: Facts = {
    **LUPUS,
    "severe_manifestation": "myocarditis",
    "life_threatening": "yes",
    "infection_explains_picture": "no",
}


@lru_cache(maxsize=1)
def _packs() -> tuple[Vocabulary, Evidence]:
    folder = data_folder("evidence")
    vocabulary = read_vocabulary(folder / "facts.yaml")
    return vocabulary, read_evidence(folder, vocabulary=vocabulary)


def _matched(facts: Facts, *, tried: tuple[Facts, ...] = (STEROID_FAILED,), **rest: Any) -> Match:
    vocabulary, evidence = _packs()
    case = Case.model_validate(
        {
            "case_id": "an-invented-case",
            "exchange": {"first_started_at": FIRST_EXCHANGE},
            "facts": {fact: [_observation(value)] for fact, value in facts.items() if value is not None},
            "therapies": {"tried": tried},
            **rest,
        }
    )
    return match(Chart(case=case, vocabulary=vocabulary, as_of=date(2026, 11, 20)), evidence)


def _observation(given: Any) -> dict[str, Any]:
    return {"taken": BEFORE, **(given if isinstance(given, dict) else {"value": given})}


def _answer(found: Match) -> tuple[str, str | None, str | None]:
    """Status, indication, and row of a match."""
    indication = found.indication
    return str(found.status), indication.id if indication else None, indication.rows[0] if indication else None


def _rows(found: Match) -> list[str]:
    return [row.id for row in found.rows]


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
    assert _answer(_matched(facts)) == ("established", indication, row)


@pytest.mark.parametrize(
    ("row", "category", "grade"),
    [("A023", "I", "2C"), ("A125", "I", "1A"), ("A109", "II", "2C")],
)
def test_the_rows_of_the_supported_indications_carry_the_published_ratings(row: str, category: str, grade: str) -> None:
    found = _packs()[1].recommendation(row)
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
        ({"antiphospholipid_confirmation": None, "death_before_confirmation": "yes"}, "probable"),
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
    assert _matched({**CAPS, **change}).status == status


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
    assert _matched({**CAPS, "organ_onset_last": last_event}, tried=tried).status == status


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
    assert _matched({**TTP_AWAITED, "adamts13_activity": activity}).status == status


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
    assert not _matched({**TTP_AWAITED, **change}).status.writes_letter


def test_a_low_adamts13_alone_is_no_episode_of_thrombotic_purpura() -> None:
    found = _matched({"adamts13_activity": {"value": "4", "unit": "%"}})
    assert found.status is Status.POSSIBLE
    assert {one.what for one in found.missing} == {"fact:thrombocytopenia", "fact:schistocytes", "fact:hemolysis"}


def test_pregnancy_never_evicts_thrombotic_purpura() -> None:
    found = _matched({**TTP, "pregnancy_tma": "no_cause"}, pregnancy={"status": "pregnant"})
    assert _answer(found) == ("established", "ttp-immune", "A125")


LUPUS_CASES = (NPSLE, HEMORRHAGE, LUPUS_TMA, MYOCARDITIS)


@pytest.mark.parametrize("facts", LUPUS_CASES)
@pytest.mark.parametrize(
    ("tried", "rest", "status"),
    [
        ((STEROID_FAILED,), {}, "established"),
        (({**STEROID_FAILED, "outcome": "partial"},), {}, "established"),
        (({**STEROID_FAILED, "dose": None},), {}, "possible"),
        (({**STEROID_FAILED, "started": None},), {}, "possible"),
        (({**STEROID_FAILED, "reason": None},), {}, "possible"),
        (({**STEROID_FAILED, "therapy_class": "antimalarial"},), {}, "possible"),
        (
            (
                {
                    "drug": "cyclophosphamide",
                    "therapy_class": "cyclophosphamide",
                    "outcome": "contraindicated",
                    "reason": "sepsis",
                },
            ),
            {},
            "established",
        ),
        (({"drug": "cyclophosphamide", "therapy_class": "cyclophosphamide", "outcome": "contraindicated"},), {}, "possible"),
        ((), {"pregnancy": {"status": "pregnant"}}, "established"),
        ((), {"pregnancy": {"status": "not_pregnant"}}, "possible"),
        ((STEROID_RUNNING,), {}, "possible"),
        ((), {}, "possible"),
    ],
)
def test_severe_lupus_takes_failed_or_ruled_out_standard_treatment(
    facts: Facts, tried: tuple[Facts, ...], rest: Facts, status: str
) -> None:
    assert _matched(facts, tried=_without_nothing(tried), **rest).status == status


def _without_nothing(tried: tuple[Facts, ...]) -> tuple[Facts, ...]:
    return tuple({name: value for name, value in one.items() if value is not None} for one in tried)


@pytest.mark.parametrize("facts", LUPUS_CASES)
@pytest.mark.parametrize(
    ("threat", "tried", "status"),
    [
        ("yes", (STEROID_RUNNING,), "established"),
        ("yes", (), "possible"),
        ("no", (STEROID_RUNNING,), "possible"),
        (None, (STEROID_RUNNING,), "possible"),
    ],
)
def test_a_rapid_threat_counts_only_beside_running_immunosuppression(
    facts: Facts, threat: str | None, tried: tuple[Facts, ...], status: str
) -> None:
    assert _matched({**facts, "rapidly_organ_threatening": threat}, tried=tried).status == status


@pytest.mark.parametrize("facts", LUPUS_CASES)
@pytest.mark.parametrize("severity", ["mild", "moderate"])
def test_lupus_that_is_not_severe_never_reaches_the_severe_row(facts: Facts, severity: str) -> None:
    found = _matched({**facts, "lupus_severity": severity})
    assert found.status is Status.NONE
    assert "mild-sle" in {one.indication.id for one in found.concerned}


@pytest.mark.parametrize("facts", LUPUS_CASES)
def test_without_established_lupus_no_lupus_row_is_written(facts: Facts) -> None:
    assert not _matched({**facts, "lupus_established": None}).status.writes_letter


@pytest.mark.parametrize(
    ("syndrome", "antibody", "status"),
    [
        ("psychosis", None, "established"),
        ("myelitis", None, "possible"),
        ("optic_neuritis", None, "possible"),
        ("myelitis", {"pending": "yes"}, "established"),
        ("myelitis", "negative", "established"),
        ("myelitis", "positive", "none"),
    ],
)
def test_myelitis_wants_an_aquaporin_antibody_sent(syndrome: str, antibody: Any, status: str) -> None:
    assert _matched({**NPSLE, "neuropsychiatric_syndrome": syndrome, "aqp4_antibody": antibody}).status == status


@pytest.mark.parametrize(
    "explanation", ["infection_explains_picture", "pres", "stroke_explains_picture", "drug_explains_picture"]
)
def test_neuropsychiatric_lupus_wants_every_other_explanation_answered(explanation: str) -> None:
    unanswered, given = _matched({**NPSLE, explanation: None}), _matched({**NPSLE, explanation: "yes"})
    assert (unanswered.status, given.status) == (Status.POSSIBLE, Status.NONE)
    assert f"fact:{explanation}" in {one.what for one in unanswered.missing}


@pytest.mark.parametrize("test", ["anti_gbm_antibody", "anca_pr3", "anca_mpo"])
def test_hemorrhage_wants_each_antibody_sent_before_exchange(test: str) -> None:
    absent, late = _matched({**HEMORRHAGE, test: None}), _matched({**HEMORRHAGE, test: {"value": "negative", "taken": AFTER}})
    assert (absent.status, late.status) == (Status.POSSIBLE, Status.POSSIBLE)


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({"anti_gbm_antibody": "positive"}, ["A013"]),
        ({"anca_pr3": "positive"}, ["A157", "A158", "A159"]),
        ({"anca_mpo": "positive"}, ["A157", "A158", "A159"]),
        ({"anti_gbm_antibody": "positive", "overlap_adjudicated": "no"}, ["A013"]),
    ],
)
def test_hemorrhage_with_an_antibody_of_another_disease_goes_to_that_row(change: Facts, rows: list[str]) -> None:
    found = _matched({**HEMORRHAGE, **change})
    assert (found.status, _rows(found)) == (Status.NONE, rows)


@pytest.mark.parametrize(
    "change",
    [
        {"anti_gbm_antibody": "positive", "overlap_adjudicated": "yes"},
        {"anca_mpo": "positive", "overlap_adjudicated": "yes"},
        {"anca_immunofluorescence": "positive"},
    ],
)
def test_attested_overlap_or_immunofluorescence_alone_leaves_hemorrhage_with_lupus(change: Facts) -> None:
    assert _answer(_matched({**HEMORRHAGE, **change})) == ("established", "sle-dah", "A109")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"bloody_bal": None}, "probable"),
        ({"bloody_bal": "no"}, "none"),
        ({"bloody_bal": None, "hemoglobin_drop": None, "hemoptysis": "yes"}, "possible"),
        ({"hemoptysis": "no"}, "established"),
        ({"infection_explains_picture": "yes"}, "none"),
    ],
)
def test_hemorrhage_is_as_firm_as_its_signs(change: Facts, status: str) -> None:
    assert _matched({**HEMORRHAGE, **change}).status == status


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({"factor_h_antibody": "positive"}, ["A115"]),
        ({"complement_gene_study": "complement_mutation"}, ["A116"]),
        ({"complement_gene_study": "coagulation_mutation"}, ["A114"]),
        ({"tma_culprit_drug": "ticlopidine"}, ["A117", "A118"]),
        ({"tma_culprit_drug": "other"}, []),
        ({"tma_culprit_drug": "gemcitabine"}, []),
        ({"malignant_hypertension": "yes"}, []),
        ({"transplant_associated_tma": "yes"}, ["A126"]),
        ({"stec_test": "positive"}, ["A121", "A122"]),
        ({"pregnancy_tma": "pregnancy_associated"}, ["A123", "A124"]),
    ],
)
def test_microangiopathy_of_another_cause_never_takes_the_lupus_row(change: Facts, rows: list[str]) -> None:
    found = _matched({**LUPUS_TMA, **change})
    assert (found.status, _rows(found)) == (Status.NONE, rows)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"adamts13_activity": {"value": "15", "unit": "%"}}, ("probable", "sle-tma", "A109")),
        ({"adamts13_activity": {"pending": "yes"}}, ("possible", None, None)),
        ({"adamts13_activity": {"value": "4", "unit": "%"}, **MICROANGIOPATHY}, ("established", "ttp-immune", "A125")),
        ({"factor_h_antibody": None}, ("possible", None, None)),
        ({"factor_h_antibody": None, "complement_gene_study": {"pending": "yes"}}, ("established", "sle-tma", "A109")),
        ({"lupus_tma_adjudicated": None}, ("possible", None, None)),
        ({"tma_culprit_drug": None}, ("possible", None, None)),
        ({"malignant_hypertension": None}, ("possible", None, None)),
        ({"biopsy_tma": None, **MICROANGIOPATHY}, ("established", "sle-tma", "A109")),
        (CAPS, ("established", "caps", "A023")),
    ],
)
def test_lupus_microangiopathy_stands_only_where_its_rivals_were_weighed(
    change: Facts, answer: tuple[str, str | None, str | None]
) -> None:
    assert _answer(_matched({**LUPUS_TMA, **change})) == answer


@pytest.mark.parametrize(
    ("change", "status", "rows"),
    [
        ({"life_threatening": None}, Status.POSSIBLE, ["A109"]),
        ({"life_threatening": "no"}, Status.POSSIBLE, ["A109"]),
        ({"infection_explains_picture": None}, Status.POSSIBLE, ["A109"]),
        ({"symptomatic_hyperviscosity": "yes"}, Status.NONE, ["A056"]),
        ({"severe_cryoglobulinemia": "yes"}, Status.NONE, ["A032"]),
        ({"severe_manifestation": "warm_hemolytic_anemia"}, Status.NONE, ["A018", "A019"]),
        ({"severe_manifestation": "immune_thrombocytopenia"}, Status.NONE, ["A064"]),
        ({"severe_manifestation": "hemophagocytic"}, Status.NONE, ["A049"]),
        ({"coronary_cause": "yes"}, Status.NONE, []),
    ],
)
def test_another_manifestation_never_borrows_a_row_that_has_its_own_name(change: Facts, status: Status, rows: list[str]) -> None:
    found = _matched({**MYOCARDITIS, **change})
    assert (found.status, _rows(found)) == (status, rows)


@pytest.mark.parametrize(
    ("facts", "rest"),
    [
        ({**LUPUS, "nephritis_class": "class_4"}, {}),
        ({**LUPUS, "lupus_nephritis": "yes", "biopsy_tma": "no", "schistocytes": "no"}, {}),
        (LUPUS, {"diagnoses": [{"code": "M32.14", "sequence": "1", "text": "lupus nephritis", "certainty": "confirmed"}]}),
    ],
)
def test_nephritis_alone_is_refused(facts: Facts, rest: Facts) -> None:
    found = _matched(facts, **rest)
    assert (found.status, [one.indication.id for one in found.concerned], found.rows) == (Status.NONE, ["ln-alone"], ())


def test_a_code_of_nephritis_without_any_fact_is_not_refused_yet() -> None:
    coded = {"code": "M32.14", "sequence": "1", "text": "lupus nephritis", "certainty": "confirmed"}
    assert _matched({}, tried=(), diagnoses=[coded]).status is Status.POSSIBLE


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
    found = _matched({"organs_involved": organs, "anticardiolipin_antibody": "positive"}, diagnoses=[coded])
    assert found.status is status


def test_two_rows_that_fit_are_left_to_the_physician() -> None:
    found = _matched({**CAPS, **TTP})
    assert (found.status, sorted(_rows(found))) == (Status.SEVERAL, ["A023", "A125"])


def test_a_case_without_facts_is_asked_for_them() -> None:
    assert _matched({}, tried=()).status is Status.POSSIBLE


@pytest.mark.parametrize("facts", [CAPS, TTP, *LUPUS_CASES])
def test_every_full_case_stands_on_its_own_facts_alone(facts: Facts) -> None:
    """Nothing else in the pack fits beside it, so no sample depends on the order of files."""
    fits = [one for one in _matched(facts).candidates if one.standing is Standing.FITS]
    assert len([one for one in fits if one.indication.kind == "supported"]) == 1
