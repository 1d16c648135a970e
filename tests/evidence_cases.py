"""Full cases of every supported indication, as facts to change one at a time, and what matching makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from priorauth.case.parts import Case
from priorauth.criteria.chart import Chart
from priorauth.evidence.models import Evidence
from priorauth.evidence.reader import read_evidence
from priorauth.facts import Vocabulary, read_vocabulary
from priorauth.packs import data_folder
from priorauth.reasoning.match import Match, match

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


LUPUS_CASES = (NPSLE, HEMORRHAGE, LUPUS_TMA, MYOCARDITIS)


@lru_cache(maxsize=1)
def packs() -> tuple[Vocabulary, Evidence]:
    """The vocabulary and the evidence as shipped."""
    folder = data_folder("evidence")
    vocabulary = read_vocabulary(folder / "facts.yaml")
    return vocabulary, read_evidence(folder, vocabulary=vocabulary)


def matched(facts: Facts, *, tried: tuple[Facts, ...] = (STEROID_FAILED,), **rest: Any) -> Match:
    """The match of a case with these facts (`None`: left out), drawn before the first exchange unless they say otherwise."""
    vocabulary, evidence = packs()
    case = Case.model_validate(
        {
            "case_id": "an-invented-case",
            "exchange": {"first_started_at": FIRST_EXCHANGE},
            "facts": {fact: _observations(value) for fact, value in facts.items() if value is not None},
            "therapies": {"tried": tried},
            **rest,
        }
    )
    return match(Chart(case=case, vocabulary=vocabulary, as_of=date(2026, 11, 20)), evidence)


def _observations(given: Any) -> list[dict[str, Any]]:
    entries = given if isinstance(given, list) and all(isinstance(one, dict) for one in given) else [given]
    return [_observation(one) for one in entries]


def _observation(given: Any) -> dict[str, Any]:
    return {"taken": BEFORE, **(given if isinstance(given, dict) else {"value": given})}


def answer_of(found: Match) -> tuple[str, str | None, str | None]:
    """Status, indication, and row of a match."""
    indication = found.indication
    return str(found.status), indication.id if indication else None, indication.rows[0] if indication else None


def rows_of(found: Match) -> list[str]:
    """The rows that a match names."""
    return [row.id for row in found.rows]
