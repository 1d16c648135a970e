"""No case is written on a better row than its own, whatever it resembles and whatever somebody declares or codes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from priorauth.evidence.models import IndicationKind
from priorauth.reasoning.match import Candidate, Match, Standing
from tests.evidence_cases import Facts, packs
from tests.lookalikes import LOOKALIKES, Answer, Lookalike

Rating = tuple[int, str]
"""Category and grade; the better of two is the lower."""
Signs = Mapping[str, tuple[str, ...]]
"""Answers by fact; a case bears such signs when it gives any one of them."""

CATEGORIES = ("I", "II", "III", "IV")
NO_LETTER: Rating = (len(CATEGORIES), "")
STRAYS = (
    "G70.00", "D57.1", "E78.010", "E78.011", "I77.82", "M31.0", "M31.7", "G36.0", "G35.A", "G61.0", "G61.81", "K72.00", "E83.01",
    "D45", "C90.00", "C88.00", "Z94.0", "T86.11", "Z76.82", "N04.1", "D89.1", "D75.822", "L40.1", "K85.90", "E78.1", "M31.11",
)  # fmt: skip
"""Codes of other diseases with rows of their own, as they stand in the records of a patient with lupus."""


@cache
def transcription() -> Mapping[str, Mapping[str, str]]:
    """The guideline's table as transcribed, by row."""
    with (Path(__file__).parent / "data" / "asfa-2023.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def rating(printed: str) -> Rating:
    """Category and grade as printed (`II 2C`), so that the better one is the lower."""
    category, grade = printed.split()
    return CATEGORIES.index(category), grade


def rating_of(row: str) -> Rating:
    """The rating of a row in the transcription."""
    return rating(f"{transcription()[row]['category']} {transcription()[row]['grade']}")


def lettered(found: Match) -> list[str]:
    """Every row that the letter states; none where there is no letter."""
    stated = (found.chosen, *found.also_present) if found.chosen else ()
    assert all(one.row for one in stated)  # every case of these tests names its procedure
    return [one.row.id for one in stated if one.row]


def best(found: Match) -> Rating:
    """The best rating that the letter states."""
    return min(map(rating_of, lettered(found)), default=NO_LETTER)


def limit(case: Lookalike) -> Rating:
    """The best rating that this case has, whatever of its neighbors is declared."""
    if case.at_best:
        return rating(case.at_best)
    if case.answer.status in {"possible", "none"}:
        return NO_LETTER
    return rating(case.answer.rating) if case.answer.rating else min(map(rating_of, case.answer.rows))


def answer_of(found: Match) -> Answer:
    """What a match comes to, in the words of the table."""
    row = found.chosen.row if found.chosen else None
    return Answer(
        status=str(found.status),
        rows=tuple(sorted(one.id for one in found.rows)),
        indication=found.indication.id if found.indication else None,
        rating=f"{row.category} {row.grade}" if row else None,
    )


def named(*cases: Lookalike) -> list[object]:
    """The cases as parameters of a test, under their own names."""
    return [pytest.param(one, id=one.name) for one in cases]


@cache
def met(name: str) -> Match:
    """What matching makes of this case of the table."""
    return next(one for one in LOOKALIKES if one.name == name).comes_to


def procedures_of(indication: str) -> set[str]:
    """The procedures that the guideline rates in it."""
    rows = packs()[1].indications[indication].rows
    return {modality for row in rows for modality in transcription()[row]["modality"].split("/")}


# ---- The table ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", named(*LOOKALIKES))
def test_a_lookalike_comes_to_its_own_answer(case: Lookalike) -> None:
    assert answer_of(met(case.name)) == replace(case.answer, rows=tuple(sorted(case.answer.rows)))


@pytest.mark.parametrize("case", named(*LOOKALIKES))
def test_no_lookalike_is_written_on_a_row_better_than_its_own(case: Lookalike) -> None:
    own = rating(case.answer.rating) if case.answer.rating else NO_LETTER
    assert best(met(case.name)) >= own


@pytest.mark.parametrize("case", named(*LOOKALIKES))
def test_declaring_a_neighbor_brings_no_better_row(case: Lookalike) -> None:
    declarations = [(name, *beside) for name in case.like for beside in {(), case.declared}]
    found = {names: best(case.declaring(*names).comes_to) for names in declarations}
    assert {names: one for names, one in found.items() if one < limit(case)} == {}


@pytest.mark.parametrize("case", named(*LOOKALIKES))
def test_asking_for_the_procedure_of_a_neighbor_borrows_no_row(case: Lookalike) -> None:
    rated = {name: procedures_of(name) - {case.modality} for name in case.like}
    for modality in sorted(set().union(*rated.values())):
        asked = replace(case, modality=modality)
        assert_each_row_is_its_own(asked)
        for name in case.like:
            if modality in rated[name]:
                assert_each_row_is_its_own(asked.declaring(name))


@pytest.mark.parametrize("case", named(*(one for one in LOOKALIKES if one.facts.get("lupus_established") == "yes")))
def test_codes_of_other_diseases_take_no_lupus_case_away_and_lend_it_no_row(case: Lookalike) -> None:
    strays = tuple(one for one in STRAYS if one not in case.codes)
    littered = replace(case, codes=(*case.codes, *strays)).comes_to
    written = case.answer.rating is not None or case.answer.status == "several"
    assert lettered(littered) == lettered(met(case.name))
    assert (answer_of(littered) == answer_of(met(case.name))) or not written


def test_the_ratings_written_by_hand_are_those_of_the_guideline() -> None:
    written = [(one.answer.rows[0], one.answer.rating) for one in LOOKALIKES if one.answer.rating]
    assert [row for row, printed in written if rating_of(row) != rating(printed)] == []


def test_every_indication_with_criteria_is_mistaken_for_another() -> None:
    indications = packs()[1].indications.values()
    supported = {one.id for one in indications if one.kind is IndicationKind.SUPPORTED}
    assert supported - {name for case in LOOKALIKES for name in case.like} == set()


def test_every_name_in_the_table_is_an_indication_and_every_case_has_a_name_of_its_own() -> None:
    told = {name for case in LOOKALIKES for name in (*case.like, *case.declared)}
    assert told - set(packs()[1].indications) == set()
    assert len({case.name for case in LOOKALIKES}) == len(LOOKALIKES)


# ---- Any muddle of the table -------------------------------------------------------------------------------------------

SAID = "anything"
"""Stands for every answer, a result that is awaited among them."""


def signs(**answers: str) -> Signs:
    """One of these answers; several answers to one fact are parted by bars."""
    return {fact: tuple(said.split("|")) for fact, said in answers.items()}


def yes(*facts: str) -> Signs:
    """A yes to one of these facts."""
    return dict.fromkeys(facts, ("yes",))


_GBM = signs(anti_gbm_antibody="positive", linear_igg_gbm="yes")
_ANTIPHOSPHOLIPID = signs(
    lupus_anticoagulant="positive", anticardiolipin_antibody="positive", anti_beta2_glycoprotein_antibody="positive"
)
_VASCULITIS = {"anca_pr3": ("positive",), "anca_mpo": ("positive",), "vasculitis_biopsy": ("yes",)}
_PLATELETS = yes("thrombocytopenia")
_MICROANGIOPATHY = yes("schistocytes", "biopsy_tma")
_MYASTHENIA = signs(myasthenia_antibody="positive", neuromuscular_transmission="abnormal")
_REJECTION = signs(kidney_antibody_rejection=SAID)
_LIVER = signs(liver_transplant_treatment="desensitization")

HALLMARKS: Mapping[str, tuple[Signs, ...]] = {
    "A002": (signs(polyneuropathy_course="acute"), yes("progressive_weakness"), yes("primary_treatment")),
    "A003": (signs(polyneuropathy_course="acute"), yes("progressive_weakness"), yes("primary_treatment")),
    "A004": (yes("acute_liver_failure"),),
    "A005": (yes("acute_liver_failure"),),
    "A013": (_GBM, yes("bloody_bal", "new_infiltrates")),
    "A014": (_GBM, signs(dialysis="no")),
    "A015": (_GBM, yes("dialysis")),
    "A023": (_ANTIPHOSPHOLIPID, signs(organs_involved=SAID)),
    "A024": (signs(neuropathy_paraprotein="igg|iga|igm"), signs(polyneuropathy_course="chronic")),
    "A028": (signs(neuropathy_paraprotein="none"), signs(polyneuropathy_course="chronic")),
    "A032": (yes("severe_cryoglobulinemia"), signs(cryoglobulins="positive")),
    "A033": (yes("severe_cryoglobulinemia"), signs(cryoglobulins="positive")),
    "A034": (signs(mycosis_fungoides_form="erythrodermic|sezary"),),
    "A038": (signs(erythrocytosis_cause="polycythemia_vera"),),
    "A041": (signs(hypercholesterolemia_form="homozygous"),),
    "A042": (signs(hypercholesterolemia_form="heterozygous"),),
    "A043": (signs(hypercholesterolemia_form=SAID),),
    "A044": (signs(fsgs_kidney="transplant"), signs(fsgs_transplant_biopsy=SAID)),
    "A052": (signs(hemochromatosis_gene_study="causative"),),
    "A054": (signs(triglyceride_pancreatitis="severe"),),
    "A055": (signs(triglyceride_pancreatitis="prevention"),),
    "A056": (yes("symptomatic_hyperviscosity"), yes("hypergammaglobulinemia")),
    "A057": (yes("hyperviscosity_rituximab_prophylaxis"), signs(symptomatic_hyperviscosity="no")),
    "A071": (signs(ms_treatment="relapse"),),
    "A072": (signs(ms_treatment="relapse"),),
    "A074": (_MYASTHENIA, signs(myasthenia_treatment="acute")),
    "A075": (_MYASTHENIA, signs(myasthenia_treatment="long_term")),
    "A076": (yes("myeloma_cast_biopsy", "myeloma_cast_judged"),),
    "A078": (signs(aqp4_antibody=SAID), signs(nmosd_treatment="attack")),
    "A079": (signs(aqp4_antibody=SAID), signs(nmosd_treatment="attack")),
    "A081": (signs(nmdar_antibody="positive"), signs(infection_explains_picture="no")),
    "A099": (signs(sickle_exchange_reason="acute_stroke"),),
    "A100": (signs(sickle_exchange_reason="severe_acute_chest"),),
    "A101": (signs(sickle_exchange_reason="other_acute"),),
    "A102": (signs(sickle_exchange_reason="stroke_prophylaxis"),),
    "A103": (signs(sickle_exchange_reason="pregnancy"),),
    "A104": (signs(sickle_exchange_reason="recurrent_crises"),),
    "A105": (signs(sickle_exchange_reason="preoperative"),),
    "A109": (yes("lupus_established"),),
    "A115": (_MICROANGIOPATHY, signs(factor_h_antibody="positive")),
    "A116": (_MICROANGIOPATHY, signs(complement_gene_study="complement_mutation")),
    "A117": (_MICROANGIOPATHY, signs(tma_culprit_drug="ticlopidine")),
    "A118": (_MICROANGIOPATHY, signs(tma_culprit_drug="clopidogrel")),
    "A125": (_PLATELETS, yes("schistocytes", "hemolysis"), signs(adamts13_activity=SAID)),
    "A142": (_REJECTION, signs(donor_blood_group="compatible")),
    "A143": (signs(kidney_transplant_treatment="desensitization"), signs(donor_blood_group="compatible")),
    "A144": (signs(kidney_transplant_treatment="desensitization"), signs(donor_blood_group="incompatible")),
    "A145": (_REJECTION, signs(donor_blood_group="incompatible")),
    "A146": (_LIVER, signs(organ_donor="living"), signs(donor_blood_group="incompatible")),
    "A151": (_LIVER, signs(organ_donor="living"), signs(donor_blood_group="incompatible")),
    "A157": (_VASCULITIS, signs(anca_vasculitis_form="microscopic_polyangiitis")),
    "A158": (_VASCULITIS, signs(anca_vasculitis_form="granulomatosis")),
    "A159": (_VASCULITIS, signs(anca_vasculitis_form="eosinophilic_granulomatosis")),
    "A165": (signs(vgkc_antibody="lgi1|caspr2|both"), signs(infection_explains_picture="no")),
    "A166": (yes("wilson_fulminant"),),
}
"""What no letter on a row can do without; each of the signs must be borne. A row that is not here must be declared."""

CONTRARY: Mapping[str, Signs] = {
    "A002": signs(primary_treatment="no"),
    "A004": yes("acute_fatty_liver_of_pregnancy", "wilson_fulminant"),
    "A005": yes("acute_fatty_liver_of_pregnancy", "wilson_fulminant"),
    "A023": {
        **yes("heparin_induced_thrombocytopenia", "sepsis_explains_picture", "dic_explains_picture"),
        "antiphospholipid_confirmation": ("not_confirmed",),
    },
    "A024": {"anti_mag_antibody": ("positive",), **yes("canomad")},
    "A028": {"anti_mag_antibody": ("positive",), **yes("canomad")},
    "A071": signs(aqp4_antibody="positive", mog_antibody="positive"),
    "A074": yes("lambert_eaton"),
    "A075": yes("lambert_eaton"),
    "A109": signs(lupus_severity="mild|moderate"),
    "A115": signs(tma_culprit_drug="gemcitabine|quinine|clopidogrel|other", pregnancy_tma="pregnancy_associated"),
    "A116": signs(tma_culprit_drug="gemcitabine|quinine|other"),
    "A125": yes("congenital_ttp"),
    "A142": signs(kidney_antibody_rejection="no"),
    "A143": signs(organ_donor="deceased"),
    "A144": signs(organ_donor="deceased"),
    "A146": signs(organ_donor="deceased"),
}
"""What no letter on a row can stand beside."""


def answers(case: Lookalike, fact: str) -> set[str]:
    """What the case says of a fact."""
    said = case.facts.get(fact)
    if said is None:
        return set()
    value = said.get("value") if isinstance(said, dict) else said
    return {SAID} | {str(value)}


def bears(case: Lookalike, any_of: Signs) -> bool:
    """Whether the case gives one of these answers."""
    return any(answers(case, fact) & set(told) for fact, told in any_of.items())


def declared_rows(case: Lookalike) -> set[str]:
    """The rows of what the case declares and what has no criteria of its own."""
    indications = [packs()[1].indications[name] for name in case.declared]
    return {row for one in indications if one.kind is IndicationKind.DECLARED for row in one.rows}


def assert_each_row_is_its_own(case: Lookalike) -> None:
    """Fails where a letter states a row that lacks its hallmark, stands beside its contrary, or does not rate the procedure."""
    for row in lettered(case.comes_to):
        assert case.modality in transcription()[row]["modality"].split("/"), row
        assert transcription()[row]["category"] != "IV", row
        if row not in declared_rows(case):
            assert row in HALLMARKS
            assert [one for one in HALLMARKS[row] if not bears(case, one)] == [], row
            assert not bears(case, CONTRARY.get(row, {})), row


def without(case: Lookalike, left_out: str) -> Lookalike:
    """The case that does not say this fact, or does not hold this code."""
    told: Facts = {fact: said for fact, said in case.facts.items() if fact != left_out}
    return replace(case, facts=told, codes=tuple(code for code in case.codes if code != left_out))


@st.composite
def muddles(draw: st.DrawFn) -> Lookalike:
    """One to three cases in one, a few of their facts and codes left out, one of their neighbors declared or none."""
    mixed = draw(st.lists(st.sampled_from(LOOKALIKES), min_size=1, max_size=3))
    told = {fact: said for one in mixed for fact, said in one.facts.items() if said is not None}
    codes = tuple(dict.fromkeys(code for one in mixed for code in one.codes))
    neighbors = [(name,) for one in mixed for name in (*one.like, *one.declared)]
    case = replace(
        mixed[0],
        name="muddle",
        facts=told,
        codes=codes,
        declared=draw(st.sampled_from([(), *neighbors])),
        modality=draw(st.sampled_from([one.modality for one in mixed])),
    )
    for left_out in draw(st.lists(st.sampled_from([*told, *codes]), max_size=2)):
        case = without(case, left_out)
    return case


@given(case=muddles())
@settings(max_examples=200, deadline=None)
def test_a_letter_states_no_row_without_its_hallmark_in_the_case(case: Lookalike) -> None:
    assert_each_row_is_its_own(case)


@given(case=muddles())
@settings(max_examples=100, deadline=None)
def test_a_declaration_makes_no_indication_with_criteria_fit(case: Lookalike) -> None:
    undeclared = case.declaring().comes_to
    assert fitting(case.comes_to) == fitting(undeclared)


def fitting(found: Match) -> list[str]:
    """The indications with criteria that fit."""
    supported = [one for one in found.candidates if one.indication.kind is IndicationKind.SUPPORTED]
    return [one.indication.id for one in supported if one.standing is Standing.FITS]


@given(case=muddles(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_leaving_something_out_betters_a_letter_only_where_it_was_an_exclusion_that_is_not_required(
    case: Lookalike, data: st.DataObject
) -> None:
    left_out = data.draw(st.sampled_from([*case.facts, *case.codes] or [""]))
    before, after = case.comes_to, without(case, left_out).comes_to
    stated = {one.indication.id for one in (after.chosen, *after.also_present) if one}
    new = [one for one in before.candidates if one.indication.id in stated and one.standing is not Standing.FITS]
    assert [one.indication.id for one in new if not kept_out(one)] == []
    # What fitted before was there before; where it was no letter yet, another fitted beside it.
    assert new or before.chosen is None or best(after) >= best(before)


def kept_out(candidate: Candidate) -> bool:
    """Whether an exclusion that is not required keeps it from fitting."""
    return candidate.standing is Standing.EXCLUDED and not all(one.exclusion.required for one in candidate.excluded_by)
