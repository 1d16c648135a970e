"""What a payer was read to ask for beside its criteria, and what was not read there."""

from __future__ import annotations

import pytest

from priorauth.payers.entry import Provenance
from priorauth.reasoning.asked_by_payer import payer_gaps
from tests.cases import Data, chart_of, drop, full_case, incomplete, payers, put


def gap_ids(data: Data, payer: str) -> list[str]:
    return [gap.id for gap in payer_gaps(chart_of(data), payers().payers[payer])]


NOT_LOADED = "No payer of the id that stands there is loaded."
OWN = "A payer of your own is found by `--packs`, or by `packs` in practice.yaml."
WITHOUT_SUPERVISOR = drop(full_case(), "services.0.supervising_physician")
OUTPATIENT = put(WITHOUT_SUPERVISOR, "admission.status", "outpatient")
NEEDED, NOT_NEEDED = (put(full_case(), "request.authorization_check.answer", answer) for answer in ("required", "not_required"))
WITH_SPECIALIST = put(
    full_case(), "facts.specialist_involved", [{"value": "t", "taken": "2026-11-17", "exhibit": "B", "page": "1"}]
)


@pytest.mark.parametrize(
    ("data", "payer", "gaps"),
    [
        (full_case(), "arkansas-bcbs", []),
        (OUTPATIENT, "arkansas-bcbs", ["field:services[role=exchange].supervising_physician"]),
        (OUTPATIENT, "texas-medicaid", ["field:services[role=exchange].supervising_physician", "form-of-its-own"]),
        (full_case(), "texas-medicaid", ["form-of-its-own"]),
        (full_case(), "bcbs-minnesota", ["fact:specialist_involved"]),
        (WITH_SPECIALIST, "bcbs-minnesota", []),
        (NEEDED, "qualchoice", []),
        (NOT_NEEDED, "qualchoice", ["authorization-otherwise-known"]),
        (NOT_NEEDED, "cms-ncd-110-14", []),
        (NEEDED, "cms-ncd-110-14", ["authorization-otherwise-known"]),
        (NOT_NEEDED, "aetna-commercial", []),
        (OUTPATIENT, "cigna-commercial", []),
        (OUTPATIENT, "generic", []),
    ],
)
def test_what_a_payer_was_read_to_ask_for_is_a_warning(data: Data, payer: str, gaps: list[str]) -> None:
    assert gap_ids(data, payer) == gaps
    assert [gap.id for gap in payer_gaps(chart_of(data), payers().payers[payer]) if gap.blocks] == []


def test_every_gap_names_the_payer_and_where_it_was_read() -> None:
    found = [gap for payer in payers().payers.values() for gap in payer_gaps(chart_of(OUTPATIENT), payer)]
    assert found != []
    assert [gap.id for gap in found if " as read at http" not in gap.clause] == []


@pytest.mark.parametrize("provenance", [one for one in Provenance if one is not Provenance.VERIFIED])
def test_what_was_not_read_in_the_payers_own_document_is_asked_of_nobody(provenance: Provenance) -> None:
    texas = payers().payers["texas-medicaid"]
    channels = tuple(one.model_copy(update={"provenance": provenance}) for one in texas.submission.channels)
    documents = tuple(one.model_copy(update={"provenance": provenance}) for one in texas.documents)
    submission = texas.submission.model_copy(update={"channels": channels})
    unread = texas.model_copy(update={"documents": documents, "submission": submission})
    assert list(payer_gaps(chart_of(OUTPATIENT), unread)) == []


@pytest.mark.parametrize(
    ("coverage", "what", "remedy"),
    [
        (
            {"payer_id": "aetna", "payer_name": "Aetna"},
            "No policy of this payer is loaded; the general standard is used.",
            f"{NOT_LOADED} If the plan is of `aetna-commercial`, enter that id under `coverage.payer_id`. {OWN}",
        ),
        (
            {"payer_id": "elsewhere", "payer_name": "Elsewhere Health"},
            "No policy of this payer is loaded; the general standard is used.",
            f"{NOT_LOADED} If one is loaded for this plan, enter its id under `coverage.payer_id`. {OWN}",
        ),
        (
            {"payer_id": "humana", "payer_name": "Humana"},
            "No policy of this payer was read; the general standard is used.",
            "Ask the payer for its policy on apheresis, and answer it in `narrative.rationale`.",
        ),
        (
            {"payer_id": "cigna-commercial", "payer_name": "Cigna Healthcare"},
            "No policy of this payer was read; the general standard is used.",
            "Ask the payer for its policy on apheresis, and answer it in `narrative.rationale`.",
        ),
    ],
)
def test_a_letter_without_the_payers_criteria_says_why(coverage: Data, what: str, remedy: str) -> None:
    chart = chart_of({**full_case(), "coverage": {**full_case()["coverage"], **coverage}})
    found = incomplete(chart)
    assert [(gap.what, gap.remedy, gap.blocks) for gap in found if gap.id == "payer-policy"] == [(what, remedy, False)]
