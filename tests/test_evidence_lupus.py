"""What the row for severe lupus takes, and what belongs elsewhere; the expectations are the guideline’s and the design’s."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from priorauth.case.parts import Case
from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import evaluate
from priorauth.criteria.language import Criterion
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Severity
from priorauth.reasoning.match import Status
from tests.evidence_cases import (
    AFTER,
    BEFORE,
    CAPS,
    FIRST_EXCHANGE,
    HEMORRHAGE,
    LUPUS_CASES,
    LUPUS_TMA,
    MICROANGIOPATHY,
    MYOCARDITIS,
    NPSLE,
    STEROID_FAILED,
    STEROID_RUNNING,
    Facts,
    answer_of,
    matched,
    packs,
    rows_of,
)


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
    assert matched(facts, tried=_without_nothing(tried), **rest).status == status


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
    assert matched({**facts, "rapidly_organ_threatening": threat}, tried=tried).status == status


@pytest.mark.parametrize("facts", LUPUS_CASES)
@pytest.mark.parametrize("severity", ["mild", "moderate"])
def test_lupus_that_is_not_severe_never_reaches_the_severe_row(facts: Facts, severity: str) -> None:
    found = matched({**facts, "lupus_severity": severity})
    assert found.status is Status.NONE
    assert "mild-sle" in {one.indication.id for one in found.concerned}


@pytest.mark.parametrize("facts", LUPUS_CASES)
def test_without_established_lupus_no_lupus_row_is_written(facts: Facts) -> None:
    assert not matched({**facts, "lupus_established": None}).status.writes_letter


@pytest.mark.parametrize(
    ("syndrome", "antibody", "status"),
    [
        ("psychosis", None, "established"),
        ("psychosis", "positive", "possible"),
        ("myelitis", {"pending": "yes"}, "established"),
        ("myelitis", "negative", "established"),
        ("myelitis", "positive", "possible"),
    ],
)
def test_an_aquaporin_antibody_moves_the_case_once_it_is_positive(syndrome: str, antibody: Any, status: str) -> None:
    found = matched({**NPSLE, "neuropsychiatric_syndrome": syndrome, "aqp4_antibody": antibody})
    leading = "sle-npsle" if status == "established" else "nmosd"
    assert (found.status, [one.indication.id for one in found.concerned]) == (status, [leading])


@pytest.mark.parametrize(
    ("syndrome", "antibody", "truth"),
    [
        ("psychosis", None, Truth.MET),
        ("myelitis", None, Truth.UNKNOWN),
        ("optic_neuritis", None, Truth.UNKNOWN),
        ("myelitis", {"pending": "yes", "taken": BEFORE}, Truth.MET),
        ("optic_neuritis", {"value": "negative", "taken": BEFORE}, Truth.MET),
    ],
)
def test_myelitis_wants_an_aquaporin_antibody_sent(syndrome: str, antibody: Any, truth: Truth) -> None:
    safeguards = packs()[1].indications["sle-npsle"].safeguards
    found = next(one for one in safeguards if one.criterion.id == "aqp4-where-it-matters")
    assert found.severity is Severity.BLOCKS
    facts = {"neuropsychiatric_syndrome": {"value": syndrome}} | ({"aqp4_antibody": antibody} if antibody else {})
    begun = {"first_started_at": FIRST_EXCHANGE}
    assert _truth(found.criterion, exchange=begun, facts={name: [one] for name, one in facts.items()}) is truth


@pytest.mark.parametrize(
    "explanation", ["infection_explains_picture", "pres", "stroke_explains_picture", "drug_explains_picture"]
)
def test_neuropsychiatric_lupus_wants_every_other_explanation_answered(explanation: str) -> None:
    unanswered, given = matched({**NPSLE, explanation: None}), matched({**NPSLE, explanation: "yes"})
    assert (unanswered.status, given.status) == (Status.POSSIBLE, Status.NONE)
    assert f"fact:{explanation}" in {one.what for one in unanswered.missing}


@pytest.mark.parametrize("test", ["anti_gbm_antibody", "anca_pr3", "anca_mpo"])
def test_hemorrhage_wants_each_antibody_sent_before_exchange(test: str) -> None:
    absent, late = matched({**HEMORRHAGE, test: None}), matched({**HEMORRHAGE, test: {"value": "negative", "taken": AFTER}})
    assert (absent.status, late.status) == (Status.POSSIBLE, Status.POSSIBLE)


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({"anti_gbm_antibody": "positive"}, ["A013"]),
        ({"anca_pr3": "positive"}, ["A157", "A158", "A159"]),
        ({"anca_mpo": "positive"}, ["A157", "A158", "A159"]),
        ({"anca_mpo": "positive", "anca_vasculitis_form": "microscopic_polyangiitis"}, ["A157"]),
        ({"anti_gbm_antibody": "positive", "overlap_adjudicated": "no"}, ["A013"]),
        ({"anti_gbm_antibody": "positive", "overlap_adjudicated": "yes"}, ["A013"]),
    ],
)
def test_hemorrhage_with_an_antibody_of_another_disease_goes_to_that_row(change: Facts, rows: list[str]) -> None:
    found = matched({**HEMORRHAGE, **change})
    # What that row asks itself, its code above all, is not in this case: nothing is written, and lupus is not asked about.
    assert (found.status, sorted(rows_of(found))) == (Status.POSSIBLE, rows)
    assert not [one.indication.id for one in found.concerned if one.indication.id.startswith("sle-")]


@pytest.mark.parametrize(
    "change",
    [
        {"anca_mpo": "positive", "overlap_adjudicated": "yes"},
        {"anca_immunofluorescence": "positive"},
    ],
)
def test_attested_overlap_or_immunofluorescence_alone_leaves_hemorrhage_with_lupus(change: Facts) -> None:
    assert answer_of(matched({**HEMORRHAGE, **change})) == ("established", "sle-dah", "A109")


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
    assert matched({**HEMORRHAGE, **change}).status == status


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({"factor_h_antibody": "positive"}, ["A115"]),
        ({"complement_gene_study": "complement_mutation"}, ["A116"]),
        ({"complement_gene_study": "coagulation_mutation"}, ["A114"]),
        ({"tma_culprit_drug": "ticlopidine"}, ["A117"]),
        ({"tma_culprit_drug": "clopidogrel"}, ["A118"]),
        ({"tma_culprit_drug": "other"}, []),
        ({"tma_culprit_drug": "gemcitabine"}, ["A119"]),
        ({"malignant_hypertension": "yes"}, []),
        ({"transplant_associated_tma": "yes"}, ["A126"]),
        ({"stec_test": "positive"}, ["A121"]),
        ({"pneumococcal_hus": "yes"}, ["A122"]),
        ({"pregnancy_tma": "pregnancy_associated"}, ["A123"]),
        ({"pregnancy_tma": "preterm_preeclampsia"}, ["A124"]),
    ],
)
def test_microangiopathy_of_another_cause_never_takes_the_lupus_row(change: Facts, rows: list[str]) -> None:
    found = matched({**LUPUS_TMA, **change})
    # A row with criteria of its own asks for its code; any other, or none, refuses.
    encoded = set(rows) & {"A115", "A116", "A117", "A118", "A119"}
    assert (found.status, rows_of(found)) == (Status.POSSIBLE if encoded else Status.NONE, rows)
    assert "A109" not in rows_of(found)


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
    assert answer_of(matched({**LUPUS_TMA, **change})) == answer


@pytest.mark.parametrize(
    ("change", "status", "rows"),
    [
        ({"life_threatening": None}, Status.POSSIBLE, ["A109"]),
        ({"life_threatening": "no"}, Status.POSSIBLE, ["A109"]),
        ({"infection_explains_picture": None}, Status.POSSIBLE, ["A109"]),
        ({"symptomatic_hyperviscosity": "yes"}, Status.POSSIBLE, ["A056"]),
        ({"severe_cryoglobulinemia": "yes"}, Status.POSSIBLE, ["A032", "A033"]),
        ({"severe_manifestation": "warm_hemolytic_anemia"}, Status.NONE, ["A019"]),
        ({"severe_manifestation": "cold_agglutinin_disease"}, Status.NONE, ["A018"]),
        ({"severe_manifestation": "immune_thrombocytopenia"}, Status.NONE, ["A064"]),
        ({"severe_manifestation": "hemophagocytic"}, Status.NONE, ["A049"]),
        ({"coronary_cause": "yes"}, Status.NONE, []),
    ],
)
def test_another_manifestation_never_borrows_a_row_that_has_its_own_name(change: Facts, status: Status, rows: list[str]) -> None:
    found = matched({**MYOCARDITIS, **change})
    assert (found.status, rows_of(found)) == (status, rows)


@pytest.mark.parametrize(
    ("change", "status", "concerned"),
    [
        ({"severe_manifestation": "mesenteric_vasculitis"}, Status.ESTABLISHED, "sle-severe-other"),
        ({"severe_manifestation": "other"}, Status.POSSIBLE, "sle-severe-other"),
        ({"severe_manifestation": "other", "nephritis_class": "class_4"}, Status.NONE, "ln-alone"),
        ({"severe_manifestation": "other", "lupus_nephritis": "yes"}, Status.NONE, "ln-alone"),
        ({"nephritis_class": "class_4"}, Status.ESTABLISHED, "sle-severe-other"),
    ],
)
def test_a_manifestation_without_a_name_carries_no_letter(change: Facts, status: Status, concerned: str) -> None:
    found = matched({**MYOCARDITIS, **change})
    assert found.status is status
    assert concerned in {one.indication.id for one in found.concerned}


@pytest.mark.parametrize(
    ("facts", "truth"),
    [
        ({"severe_manifestation": "myocarditis"}, Truth.UNKNOWN),
        ({"severe_manifestation": "mesenteric_vasculitis"}, Truth.MET),
        ({"severe_manifestation": "myocarditis", "cardiac_imaging": "as reported"}, Truth.MET),
        ({"severe_manifestation": "myocarditis", "endomyocardial_biopsy": "as reported"}, Truth.MET),
    ],
)
def test_myocarditis_wants_the_heart_examined(facts: Facts, truth: Truth) -> None:
    safeguards = packs()[1].indications["sle-severe-other"].safeguards
    found = next(one for one in safeguards if one.criterion.id == "heart-finding")
    assert found.severity is Severity.BLOCKS
    assert _truth(found.criterion, facts={fact: [{"value": value}] for fact, value in facts.items()}) is truth


def _truth(criterion: Criterion, **stated: Any) -> Truth:
    case = Case.model_validate({"case_id": "an-invented-case", **stated})
    return evaluate(criterion, Chart(case=case, vocabulary=packs()[0], as_of=date(2026, 11, 20))).truth


@pytest.mark.parametrize(
    ("sex", "pregnancy", "truth"),
    [
        ("male", None, Truth.NOT_MET),
        ("female", "not_pregnant", Truth.NOT_MET),
        (None, "not_applicable", Truth.NOT_MET),
        ("female", "pregnant", Truth.MET),
        ("other", "postpartum", Truth.MET),
        ("unknown", "pregnant", Truth.MET),
        ("female", None, Truth.UNKNOWN),
        (None, "pregnant", Truth.UNKNOWN),
    ],
)
@pytest.mark.parametrize("indication", ["sle-tma", "ttp-immune"])
def test_a_cause_in_pregnancy_is_left_out_only_where_pregnancy_is_ruled_out(
    indication: str, sex: str | None, pregnancy: str | None, truth: Truth
) -> None:
    rivals = [one for one in packs()[1].indications[indication].differential if "pregnancy_tma" in one.facts]
    applies = [one.applies_when for one in rivals if one.applies_when is not None]
    assert len(applies) == len(rivals) == 1
    stated = {"pregnancy": {"status": pregnancy}} if pregnancy else {}
    assert _truth(applies[0], member={"sex": sex} if sex else {}, **stated) is truth


@pytest.mark.parametrize(
    ("facts", "truth"),
    [
        ({"bloody_bal": "yes"}, Truth.MET),
        ({"bronchoscopy_unsafe": "yes"}, Truth.MET),
        ({"bronchoscopy_unsafe": "no"}, Truth.UNKNOWN),
        ({}, Truth.UNKNOWN),
    ],
)
def test_hemorrhage_without_lavage_is_asked_for_the_reason_and_not_stopped(facts: Facts, truth: Truth) -> None:
    safeguards = packs()[1].indications["sle-dah"].safeguards
    found = next(one for one in safeguards if one.criterion.id == "lavage-or-reason")
    assert found.severity is Severity.WARNS
    assert _truth(found.criterion, facts={fact: [{"value": value}] for fact, value in facts.items()}) is truth


@pytest.mark.parametrize(
    "cause",
    [
        {"factor_h_antibody": "positive"},
        {"complement_gene_study": "complement_mutation"},
        {"complement_gene_study": "coagulation_mutation"},
        {"tma_culprit_drug": "ticlopidine"},
        {"tma_culprit_drug": "clopidogrel"},
        {"tma_culprit_drug": "quinine"},
        {"tma_culprit_drug": "other"},
        {"transplant_associated_tma": "yes"},
        {"stec_test": "positive"},
        {"pneumococcal_hus": "yes"},
        {"pregnancy_tma": "pregnancy_associated"},
        {"pregnancy_tma": "preterm_preeclampsia"},
    ],
)
def test_a_severely_low_adamts13_changes_the_answer_as_the_refusal_says(cause: Facts) -> None:
    refused = matched({**LUPUS_TMA, **MICROANGIOPATHY, **cause})
    said = [text for one in refused.concerned for text in one.indication.would_change]
    changed = matched({**LUPUS_TMA, **MICROANGIOPATHY, **cause, "adamts13_activity": {"value": "4", "unit": "%"}})
    assert "ADAMTS13 activity below 10% in a sample drawn before any plasma." in said
    assert answer_of(changed) == ("established", "ttp-immune", "A125")


@pytest.mark.parametrize(
    ("full", "antibody"),
    [
        (HEMORRHAGE, {"anca_pr3": "positive"}),
        (NPSLE, {"aqp4_antibody": "positive"}),
        (NPSLE, {"nmdar_antibody": "positive"}),
    ],
)
def test_the_judgment_that_a_refusal_names_changes_the_answer(full: Facts, antibody: Facts) -> None:
    refused = matched({**full, **antibody})
    said = [text for one in refused.concerned for text in one.indication.would_change]
    assert [text for text in said if text.startswith("The physician’s own judgment, attested, that lupus causes the")]
    assert matched({**full, **antibody, "overlap_adjudicated": "yes"}).status is Status.ESTABLISHED
