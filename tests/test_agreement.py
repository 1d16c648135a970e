"""A request that says something else than its match gets no letter, and is told where."""

from __future__ import annotations

import pytest

from priorauth.case.parts import Case
from priorauth.errors import ExitCode
from priorauth.reasoning.review import Packs, Review, review
from tests.cases import AS_OF, Data, drop, evidence, full_case, payers, put, rules, vocabulary


def reviewed(data: Data) -> Review:
    packs = Packs(vocabulary=vocabulary(), evidence=evidence(), payers=payers(), rules=rules())
    return review(Case.model_validate(data), packs, as_of=AS_OF)


def contradictions(found: Review) -> list[str]:
    """The fields that contradict the match."""
    return [gap.field for gap in found.gaps.blocking if gap.id in {"modality", "certainty"}]


def test_a_request_that_agrees_with_its_match_is_not_contradicted() -> None:
    found = reviewed(full_case())
    assert (found.exit_code, contradictions(found)) == (ExitCode.DONE, [])


@pytest.mark.parametrize("modality", ["IA", "DFPP", "ECP", "LA"])
def test_a_request_for_one_modality_gets_no_letter_on_the_row_of_another(modality: str) -> None:
    found = reviewed(put(full_case(), "services.0.modality", modality))
    assert (found.exit_code, found.match.chosen) == (ExitCode.NOT_SUPPORTED, None)


def test_one_line_of_another_modality_beside_the_right_one_blocks() -> None:
    data = full_case()
    put(data, "services.1", {**data["services"][0], "modality": "IA"})
    assert contradictions(reviewed(data)) == ["services[1].modality"]


def test_the_modality_of_a_line_that_is_no_exchange_contradicts_nothing() -> None:
    data = full_case()
    put(data, "services.1", {**data["services"][0], "role": "product", "modality": "IA"})
    assert contradictions(reviewed(data)) == []


def test_a_refusal_asks_for_nothing_that_could_not_change_it() -> None:
    data = put(put(full_case(), "services.0.modality", "IA"), "services.0.procedure_code", "36516")
    bare = drop(drop(data, "member.group_number"), "plan.sessions")
    assert reviewed(drop(drop(full_case(), "member.group_number"), "plan.sessions")).gaps != ()
    found = reviewed(bare)
    assert (found.exit_code, found.gaps) == (ExitCode.NOT_SUPPORTED, ())


def test_a_refusal_names_the_contradiction_that_may_be_behind_it() -> None:
    found = reviewed(drop(put(full_case(), "services.0.modality", "IA"), "member.group_number"))
    assert found.exit_code is ExitCode.NOT_SUPPORTED
    assert [gap.field for gap in found.gaps] == ["services[0].procedure_code"]


@pytest.mark.parametrize(
    ("certainty", "fields"), [("confirmed", []), ("probable", []), ("suspected", ["diagnoses[0].certainty"])]
)
def test_what_is_established_is_not_coded_as_only_suspected(certainty: str, fields: list[str]) -> None:
    found = reviewed(put(full_case(), "diagnoses.0.certainty", certainty))
    assert contradictions(found) == fields
    assert (found.exit_code is ExitCode.BLOCKED) is bool(fields)


def test_one_confirmed_code_of_the_indication_is_enough() -> None:
    data = put(full_case(), "diagnoses.0.certainty", "suspected")
    put(data, "diagnoses.1", {"code": "D68.61", "sequence": "2", "text": "canary", "certainty": "confirmed"})
    assert contradictions(reviewed(data)) == []


def test_a_diagnosis_that_is_not_established_may_be_coded_as_suspected() -> None:
    data = put(full_case(), "diagnoses.0.certainty", "suspected")
    drop(data, "facts.small_vessel_occlusion_histology")
    assert contradictions(reviewed(data)) == []
