"""A complete, invented request for tests to take things away from, and the packs as they ship."""

from __future__ import annotations

import copy
import re
from datetime import date
from functools import cache
from typing import Any

from priorauth.case.parts import Case
from priorauth.criteria.chart import Chart
from priorauth.evidence.models import Evidence, Indication
from priorauth.evidence.reader import read_evidence
from priorauth.facts import Vocabulary, read_vocabulary
from priorauth.packs import data_folder
from priorauth.payers.choice import choose_payer
from priorauth.payers.models import Payers
from priorauth.payers.reader import read_payers, read_rules
from priorauth.payers.requirements import Rules
from priorauth.reasoning.assess import assess
from priorauth.reasoning.completeness import check_completeness
from priorauth.reasoning.gaps import Gaps
from priorauth.reasoning.match import Match, match

AS_OF = date(2026, 11, 22)
Data = dict[str, Any]


@cache
def vocabulary() -> Vocabulary:
    return read_vocabulary(data_folder("evidence") / "facts.yaml")


@cache
def evidence() -> Evidence:
    return read_evidence(data_folder("evidence"), vocabulary=vocabulary())


@cache
def payers() -> Payers:
    return read_payers(data_folder("payers"), vocabulary=vocabulary())


@cache
def rules() -> Rules:
    return read_rules(data_folder("payers"), vocabulary=vocabulary())


def indication(name: str) -> Indication:
    """An indication as the pack has it."""
    return evidence().indications[name]


def chart_of(data: Data, *, as_of: date = AS_OF) -> Chart:
    """The chart of a case with this content."""
    return Chart(case=Case.model_validate(data), vocabulary=vocabulary(), as_of=as_of)


def incomplete(chart: Chart, *, found: Match | None = None) -> Gaps:
    """Every gap of a case under the payer that its coverage chooses, as it matches or as it is said to."""
    found = found or match(chart, evidence())
    payer = choose_payer(payers(), chart.case)
    assessment = assess(chart, indication=found.indication, chosen=payer) if found.indication else None
    return check_completeness(chart, match=found, payer=payer, assessment=assessment, rules=rules())


def full_case() -> Data:
    """A definite catastrophic antiphospholipid syndrome with everything that a request needs; free to be changed."""
    return copy.deepcopy(_FULL)


def put(data: Data, path: str, value: Any) -> Data:
    """The content with a value at `services.0.units`; groups on the way are made."""
    *steps, last = _steps(path)
    holder: Any = data
    for step in steps:
        holder = holder[step] if isinstance(step, int) else holder.setdefault(step, {})
    if isinstance(last, int) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return data


def drop(data: Data, path: str) -> Data:
    """The content without what stands at `services.0.units`, which must be there."""
    *steps, last = _steps(path)
    holder: Any = data
    for step in steps:
        holder = holder[step]
    del holder[last]
    return data


def _steps(path: str) -> list[str | int]:
    return [int(step) if re.fullmatch(r"\d+", step) else step for step in path.split(".")]


def _provider(name: str, npi: str) -> Data:
    return {
        "name": name,
        "credentials": "MD",
        "npi": npi,
        "tin": "00-0000001",
        "specialty": "Invented Medicine",
        "address": ["1 Invented Way", "Exampleville, PA 00000"],
        "phone": "555-0110",
        "fax": "555-0111",
        "contact": {"name": "Invented Desk", "phone": "555-0112"},
        "network_status": "in_network",
    }


def _result(value: Any, taken: str = "2026-11-17", **more: Any) -> list[Data]:
    return [{"value": value, "taken": taken, "exhibit": "B", "page": 1, **more}]


def _judged(value: str) -> list[Data]:
    return [{"value": value, "taken": "2026-11-18", "attested_by": "requesting_provider"}]


def _therapy(drug: str, therapy_class: str, outcome: str, **more: Any) -> Data:
    return {"drug": drug, "therapy_class": therapy_class, "outcome": outcome, "exhibit": "B", "page": 1, **more}


_GIVEN = {"dose": "as charted", "started": "2026-11-14", "timing_to_exchange": "after each session"}

_FULL: Data = {
    "case_id": "full",
    "request": {
        "kind": "initial",
        "requested_on": "2026-11-20",
        "authorization_check": {"answer": "required", "how": "portal", "checked_on": "2026-11-19"},
    },
    "member": {
        "name": {"given": "Canaria", "family": "Canarias"},
        "birth_date": "1988-03-14",
        "sex": "female",
        "weight": {"kg": "64", "taken": "2026-11-16"},
        "member_id": "CANARY00123",
        "group_number": "CANARY-G7",
    },
    "subscriber": {"relationship": "self"},
    "coverage": {
        "payer_id": "highmark-commercial-pa",
        "payer_name": "Highmark (Pennsylvania)",
        "line_of_business": "commercial",
        "funding": "fully_insured",
        "state": "PA",
        "plan": "Canary Plan",
        "secondary": "none",
        "eligibility_checked_on": "2026-11-19",
        "fax": "555-0199",
    },
    "admission": {
        "status": "inpatient",
        "admitted_on": "2026-11-14",
        "authorization_number": "CANARY-ADM",
        "notified_on": "2026-11-15",
    },
    "requesting_provider": _provider("Canary Requester", "1999999919"),
    "servicing_provider": _provider("Canary Servicer", "1999999927"),
    "facility": _provider("Canary Hospital", "1999999943"),
    "services": [
        {
            "role": "exchange",
            "procedure_code": "36514",
            "billing": "professional",
            "diagnoses": ["1"],
            "modality": "TPE",
            "units": "5",
            "frequency": "every other day",
            "start": "2026-11-21",
            "end": "2026-11-29",
            "place_of_service": "21",
            "plasma_volumes": "1",
            "fluid": "plasma_and_albumin",
            "access": "central_catheter",
            "supervising_physician": "Canary Servicer",
        }
    ],
    "no_exchange_yet": "yes",
    "diagnoses": [{"code": "D68.61", "sequence": "1", "text": "canary text", "certainty": "confirmed", "onset": "2026-11-12"}],
    "pregnancy": {"status": "not_pregnant"},
    "indication": {"primary": "caps"},
    "facts": {
        "organs_involved": _result(["kidney", "lung", "skin"], complete="yes"),
        "organ_onset_first": _result("2026-11-12"),
        "organ_onset_last": _result("2026-11-16"),
        "small_vessel_occlusion_histology": _result("yes"),
        "lupus_anticoagulant": _result("positive"),
        "anticardiolipin_antibody": _result("positive"),
        "anti_beta2_glycoprotein_antibody": _result("positive"),
        "antiphospholipid_confirmation": _result("confirmed"),
        "adamts13_activity": _result("46", unit="%"),
        "schistocytes": _result("yes"),
        "heparin_induced_thrombocytopenia": _result("no"),
        "dic_explains_picture": _judged("no"),
        "sepsis_explains_picture": _judged("no"),
        "infection_explains_picture": _judged("no"),
        "life_threatening": _judged("yes"),
        "life_threatening_statement": _judged("canary statement"),
    },
    "therapies": {
        "complete": "yes",
        "tried": [
            _therapy("heparin", "anticoagulant", "ongoing", **_GIVEN),
            _therapy("methylprednisolone", "corticosteroid", "ongoing", **_GIVEN),
            _therapy("immunoglobulin", "ivig", "not_given", reason="canary reason"),
        ],
    },
    "plan": {
        "sessions": "5",
        "goal": "canary goal",
        "monitoring": "canary monitoring",
        "reassessment_on": "2026-11-27",
        "stop_for_success": "canary success",
        "stop_for_futility": "canary futility",
        "risks": "canary risks",
        "consent": "obtained",
        "concurrent_treatment": "canary treatment",
        "delay_would_mean": "canary delay",
    },
    "peer_to_peer": {"physician": "Canary Requester", "phone": "555-0113", "hours": "8 to 5"},
    "exhibits": [{"id": "B", "title": "canary exhibit", "dated": "2026-11-20", "pages": "3"}],
    "narrative": {"history": "canary history", "rationale": "canary rationale"},
}
