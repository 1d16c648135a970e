"""Cases that resemble a row which is not theirs, and what each must come to: written by hand from the guideline.

A case is told by its facts, codes, procedure and therapies; what it must come to is copied from the source
(tests/data/asfa-2023.csv) and from what the guideline does not list, never from the pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from priorauth.reasoning.match import Match
from tests.evidence_cases import (
    AFTER,
    CAPS,
    HEMORRHAGE,
    LUPUS,
    LUPUS_TMA,
    MICROANGIOPATHY,
    MYOCARDITIS,
    NPSLE,
    STEROID_FAILED,
    TTP,
    TTP_AWAITED,
    Facts,
    matched,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a case must come to."""

    status: str
    rows: tuple[str, ...]
    """Every row that the answer names: of the letter, to choose between, still open, or where a refused case belongs."""
    indication: str | None = None
    rating: str | None = None
    """Category and grade of the letter's row, as the guideline prints them: `II 2C`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """One case beside what it is taken for."""

    name: str
    answer: Answer
    facts: Facts
    codes: tuple[str, ...] = ()
    """Confirmed, but those that end in `?` are suspected."""
    modality: str = "TPE"
    declared: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    """Indications that it resembles: somebody may declare them."""
    at_best: str | None = None
    """The best rating that a declaration of one of these may bring, where that is another than the answer's own."""
    tried: tuple[Facts, ...] = (STEROID_FAILED,)
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def comes_to(self) -> Match:
        """What matching makes of it."""
        declaration = {"primary": self.declared[0], "also_present": list(self.declared[1:])} if self.declared else None
        return matched(
            self.facts,
            tried=self.tried,
            diagnoses=[_diagnosis(code, place) for place, code in enumerate(self.codes, 1)],
            services=[{"role": "exchange", "modality": self.modality}],
            **({"indication": declaration} if declaration else {}),
            **self.rest,
        )

    def declaring(self, *names: str) -> Lookalike:
        """The same case with these declared instead."""
        return replace(self, declared=names)


def _diagnosis(code: str, place: int) -> dict[str, Any]:
    certainty = "suspected" if code.endswith("?") else "confirmed"
    return {"code": code.removesuffix("?"), "sequence": place, "text": "as coded", "certainty": certainty}


def letter(indication: str, row: str, rating: str, *beside: str, status: str = "established") -> Answer:
    """A letter on this row; `beside` are rows that the letter names too."""
    return Answer(status=status, indication=indication, rows=(row, *beside), rating=rating)


def chooses(*rows: str) -> Answer:
    """No letter before the physician chooses between these rows, or takes back what was declared."""
    return Answer(status="several", rows=rows)


def asks(*rows: str) -> Answer:
    """No letter before something is known; these rows are still open."""
    return Answer(status="possible", rows=rows)


def refused(*rows: str) -> Answer:
    """No letter; it belongs to these rows, or to none."""
    return Answer(status="none", rows=rows)


def adamts13(percent: str) -> Facts:
    """An activity in percent, before the first exchange."""
    return {"adamts13_activity": {"value": percent, "unit": "%"}}


AWAITED: Facts = {"pending": "yes"}
NO_DRUG: Facts = {"tma_culprit_drug": "none"}
SEVERE: Facts = {"lupus_severity": "severe", "life_threatening": "yes", "rapidly_organ_threatening": "yes"}
NEPHRITIS: Facts = {**LUPUS, **SEVERE, "lupus_nephritis": "yes", "nephritis_class": "class_4"}
NORMAL_ADAMTS13 = adamts13("62")
ANTIPHOSPHOLIPID: Facts = {
    "antiphospholipid_syndrome": "yes",
    "lupus_anticoagulant": "positive",
    "antiphospholipid_confirmation": "confirmed",
}
PREGNANT: Mapping[str, Any] = {"pregnancy": {"status": "pregnant"}, "member": {"sex": "female"}}
NOT_PREGNANT: Mapping[str, Any] = {"pregnancy": {"status": "not_pregnant"}, "member": {"sex": "female"}}

_LUPUS = ("sle-severe-other", "sle-tma", "sle-dah", "sle-npsle")

LUPUS_AND_ANTIPHOSPHOLIPID = (
    Lookalike(
        name="nephritis alone, severe and refractory",  # A168: no row in 2023, and none of its Category IV rows is lupus
        facts=NEPHRITIS,
        codes=("M32.14",),
        like=(*_LUPUS, "caps", "ttp-immune", "anti-gbm"),
        answer=refused(),
    ),
    Lookalike(
        name="nephritis alone in pregnancy",
        facts=NEPHRITIS,
        codes=("O99.891", "M32.14"),
        rest=PREGNANT,
        like=(*_LUPUS, "tma-pregnancy"),
        answer=refused(),
    ),
    Lookalike(
        name="nephritis with low platelets and no schistocytes",
        facts={**NEPHRITIS, "thrombocytopenia": "yes", "schistocytes": "no", "hemolysis": "no", "biopsy_tma": "no"},
        codes=("M32.14",),
        like=("sle-tma", "ttp-immune", "caps"),
        answer=refused(),
    ),
    Lookalike(
        name="nephritis called another severe manifestation",
        facts={**NEPHRITIS, "severe_manifestation": "other", "infection_explains_picture": "no"},
        codes=("M32.14",),
        like=_LUPUS,
        answer=refused(),
    ),
    Lookalike(
        name="nephritis with a factor H antibody and no microangiopathy",
        facts={**NEPHRITIS, "factor_h_antibody": "positive", "biopsy_tma": "no", "thrombocytopenia": "no"},
        codes=("M32.14", "D59.39"),
        like=("tma-complement", "sle-tma"),
        answer=asks("A115"),
    ),
    Lookalike(
        name="nephritis with microangiopathy on biopsy",  # A171
        facts=LUPUS_TMA,
        codes=("M32.14", "M31.19"),
        like=("ttp-immune", "caps", "tma-complement", "ln-alone"),
        answer=letter("sle-tma", "A109", "II 2C"),
    ),
    Lookalike(
        name="lupus microangiopathy, ADAMTS13 awaited, lupus held to explain it",
        facts={**LUPUS_TMA, **TTP_AWAITED, "better_explanation_for_tma": "yes"},
        codes=("M32.14", "M31.19"),
        like=("ttp-immune", "sle-tma", "caps"),
        answer=asks("A109", "A125"),
    ),
    Lookalike(
        name="lupus microangiopathy, ADAMTS13 awaited, nothing explains it better",
        facts={**LUPUS_TMA, **TTP_AWAITED, "lupus_tma_adjudicated": None},
        codes=("M32.14", "M31.19"),
        like=("sle-tma", "caps"),
        answer=letter("ttp-immune", "A125", "I 1A", status="suspected"),
    ),
    Lookalike(
        name="lupus microangiopathy with ADAMTS13 below 10%",
        facts={**LUPUS_TMA, **TTP},
        codes=("M32.14", "M31.19"),
        like=("sle-tma", "tma-complement", "caps"),
        answer=letter("ttp-immune", "A125", "I 1A"),
    ),
    Lookalike(
        name="lupus microangiopathy of malignant hypertension",
        facts={**LUPUS_TMA, "malignant_hypertension": "yes"},
        codes=("M32.14", "M31.19"),
        like=("sle-tma", "ttp-immune"),
        answer=refused(),
    ),
    Lookalike(
        name="mild lupus with psychosis",
        facts={**NPSLE, "lupus_severity": "mild"},
        codes=("M32.19",),
        like=("sle-npsle", "nmdar-encephalitis"),
        answer=refused(),
    ),
    Lookalike(
        name="moderate lupus with myocarditis",
        facts={**MYOCARDITIS, "lupus_severity": "moderate"},
        codes=("M32.11",),
        like=("sle-severe-other", "dilated-cardiomyopathy"),
        answer=refused(),
    ),
    Lookalike(
        name="mild lupus without an organ",
        facts={**LUPUS, "lupus_severity": "mild"},
        codes=("M32.9",),
        like=_LUPUS,
        answer=refused(),
    ),
    Lookalike(
        name="lupus called severe without an organ",
        facts={**LUPUS, **SEVERE},
        like=_LUPUS,
        answer=asks(),
    ),
    Lookalike(
        name="severe lupus with myocarditis",
        facts=MYOCARDITIS,
        codes=("M32.11", "I40.8"),
        like=("caps", "ln-alone", "dilated-cardiomyopathy"),
        answer=letter("sle-severe-other", "A109", "II 2C"),
    ),
    Lookalike(
        name="immune thrombocytopenia of lupus",
        facts={**MYOCARDITIS, "severe_manifestation": "immune_thrombocytopenia"},
        codes=("M32.19",),
        like=("sle-severe-other", "ttp-immune"),
        answer=refused("A064"),
    ),
    Lookalike(
        name="warm hemolysis of lupus declared as cold",  # cold is Category II, warm is Category III
        facts={**MYOCARDITIS, "severe_manifestation": "warm_hemolytic_anemia"},
        codes=("M32.19", "D59.11", "D59.12"),
        declared=("hemolytic-anemia-cold",),
        like=("sle-severe-other", "hemolytic-anemia-warm"),
        at_best="III 2C",
        answer=refused("A019"),
    ),
    Lookalike(
        name="hemophagocytic syndrome of lupus",
        facts={**MYOCARDITIS, "severe_manifestation": "hemophagocytic"},
        codes=("M32.19",),
        like=("sle-severe-other", "ttp-immune"),
        answer=refused("A049"),
    ),
    Lookalike(
        name="fetal heart block of a mother whose lupus is quiet",
        facts={**LUPUS, "fetal_heart_block": "yes"},
        codes=("O35.BXX0", "M32.9"),
        rest=PREGNANT,
        like=("sle-severe-other", "neonatal-lupus-heart"),
        at_best="III 2C",
        answer=refused("A022"),
    ),
    Lookalike(
        name="fetal heart block declared",
        facts={**LUPUS, "fetal_heart_block": "yes"},
        codes=("O35.BXX0", "M32.9"),
        rest=PREGNANT,
        declared=("neonatal-lupus-heart",),
        like=("sle-severe-other",),
        answer=letter("neonatal-lupus-heart", "A022", "III 2C", status="declared"),
    ),
    Lookalike(
        name="antiphospholipid syndrome of one organ",  # A172: the guideline is silent
        facts={**ANTIPHOSPHOLIPID, "organs_involved": {"value": ["peripheral_vessels"], "complete": "yes"}},
        codes=("D68.61",),
        like=("caps", "ttp-immune", "heparin-thrombocytopenia"),
        answer=refused(),
    ),
    Lookalike(
        name="antiphospholipid syndrome in pregnancy",
        facts={**ANTIPHOSPHOLIPID, "organs_involved": {"value": ["other"], "complete": "yes"}},
        codes=("O99.119", "D68.61"),
        rest=PREGNANT,
        like=("caps", "tma-pregnancy", "sle-severe-other"),
        answer=refused(),
    ),
    Lookalike(
        name="antiphospholipid syndrome, organs not listed in full",
        facts={**ANTIPHOSPHOLIPID, "organs_involved": ["peripheral_vessels"]},
        codes=("D68.61",),
        like=("caps",),
        answer=asks("A023"),
    ),
    Lookalike(
        name="antiphospholipid syndrome in two organs, years apart",
        facts={
            **ANTIPHOSPHOLIPID,
            "organs_involved": ["kidney", "brain"],
            "organ_onset_first": "2024-01-10",
            "organ_onset_last": "2026-10-20",
        },
        codes=("D68.61",),
        like=("caps",),
        answer=asks("A023"),
    ),
    Lookalike(
        name="catastrophic antiphospholipid syndrome",
        facts=CAPS,
        codes=("D68.61",),
        like=("ttp-immune", "tma-complement", "tma-pregnancy", "sle-tma", "aps-not-caps"),
        answer=letter("caps", "A023", "I 2C"),
    ),
    Lookalike(
        name="catastrophic antiphospholipid syndrome, antibodies to be repeated",
        facts={**CAPS, "antiphospholipid_confirmation": "awaited", "antiphospholipid_first_presentation": "yes"},
        codes=("D68.61",),
        like=("aps-not-caps", "ttp-immune"),
        answer=letter("caps", "A023", "I 2C", status="suspected"),
    ),
    Lookalike(
        name="catastrophe whose antibodies were not confirmed",
        facts={**CAPS, "antiphospholipid_confirmation": "not_confirmed"},
        codes=("D68.61",),
        like=("caps", "ttp-immune"),
        answer=refused(),
    ),
    Lookalike(
        name="catastrophe in lupus with nephritis and microangiopathy",
        facts={**LUPUS_TMA, **CAPS},
        codes=("D68.61", "M32.14"),
        like=("sle-tma", "ttp-immune", "tma-complement"),
        answer=letter("caps", "A023", "I 2C"),
    ),
    Lookalike(
        name="catastrophe and thrombotic purpura at once",
        facts={**CAPS, **TTP},
        codes=("D68.61", "M31.19"),
        like=("caps", "ttp-immune"),
        answer=chooses("A023", "A125"),
    ),
    Lookalike(
        name="catastrophe with ADAMTS13 awaited",
        facts={**CAPS, **TTP_AWAITED},
        codes=("D68.61", "M31.19"),
        like=("caps", "ttp-immune"),
        answer=chooses("A023", "A125"),
    ),
    Lookalike(
        name="catastrophe with ADAMTS13 below 10%, platelets unsaid",
        facts={**CAPS, **adamts13("4")},
        codes=("D68.61",),
        like=("caps", "ttp-immune"),
        answer=asks("A125"),
    ),
    Lookalike(
        name="catastrophe with alveolar hemorrhage in lupus",
        facts={**HEMORRHAGE, **CAPS},
        codes=("D68.61", "M32.13"),
        like=("caps", "sle-dah", "anti-gbm"),
        answer=chooses("A023", "A109"),
    ),
    Lookalike(
        name="heparin-induced thrombocytopenia like a catastrophe",
        facts={**CAPS, "heparin_induced_thrombocytopenia": "yes"},
        codes=("D68.61", "D75.822"),
        like=("caps", "heparin-thrombocytopenia", "ttp-immune"),
        at_best="III 2C",
        answer=refused(),
    ),
    Lookalike(
        name="sepsis like a catastrophe",
        facts={**CAPS, "sepsis_explains_picture": "yes"},
        codes=("D68.61", "R65.21"),
        declared=("sepsis",),
        like=("caps",),
        answer=letter("sepsis", "A098", "III 2A", status="declared"),
    ),
)

MICROANGIOPATHIES = (
    Lookalike(
        name="thrombotic purpura, ADAMTS13 below 10%",
        facts=TTP,
        codes=("M31.19",),
        like=("caps", "tma-stec", "tma-ticlopidine", "tma-complement", "sle-tma"),
        answer=letter("ttp-immune", "A125", "I 1A"),
    ),
    Lookalike(
        name="thrombotic purpura, ADAMTS13 awaited",
        facts=TTP_AWAITED,
        codes=("M31.19",),
        like=("caps", "tma-complement", "tma-gemcitabine"),
        answer=letter("ttp-immune", "A125", "I 1A", status="suspected"),
    ),
    Lookalike(
        name="microangiopathy with ADAMTS13 of 15%",
        facts={**MICROANGIOPATHY, **NO_DRUG, **adamts13("15"), "better_explanation_for_tma": "no"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-complement"),
        answer=asks("A125"),
    ),
    Lookalike(
        name="microangiopathy with ADAMTS13 not above 10%",  # `<=10` does not say that it is below
        facts={**MICROANGIOPATHY, **NO_DRUG, **adamts13("<=10")},
        codes=("M31.19",),
        like=("ttp-immune",),
        answer=asks("A125"),
    ),
    Lookalike(
        name="microangiopathy with ADAMTS13 low only after exchange",
        facts={**MICROANGIOPATHY, **NO_DRUG, "adamts13_activity": {"value": "4", "unit": "%", "taken": AFTER}},
        codes=("M31.19",),
        like=("ttp-immune",),
        answer=asks("A125"),
    ),
    Lookalike(
        name="low platelets, ADAMTS13 awaited, smear not read",
        facts={**TTP_AWAITED, **NO_DRUG, "schistocytes": None},
        codes=("M31.19",),
        like=("ttp-immune",),
        answer=asks("A125"),
    ),
    Lookalike(
        name="microangiopathy with normal ADAMTS13",
        facts={**MICROANGIOPATHY, **NO_DRUG, **NORMAL_ADAMTS13, "better_explanation_for_tma": "no"},
        codes=("M31.19",),
        like=("ttp-immune", "sle-tma", "caps"),
        answer=refused(),
    ),
    Lookalike(
        name="congenital thrombotic purpura",  # A177: managed by ADAMTS13 replacement
        facts={**TTP, **NO_DRUG, "congenital_ttp": "yes", "adamts13_inhibitor": "negative"},
        codes=("M31.19",),
        like=("ttp-immune",),
        answer=refused(),
    ),
    Lookalike(
        name="ticlopidine",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "tma_culprit_drug": "ticlopidine"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-clopidogrel"),
        answer=letter("tma-ticlopidine", "A117", "I 2B"),
    ),
    Lookalike(
        name="ticlopidine with ADAMTS13 below 10%",
        facts={**TTP, "tma_culprit_drug": "ticlopidine"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-ticlopidine"),
        answer=chooses("A117", "A125"),
    ),
    Lookalike(
        name="clopidogrel",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "tma_culprit_drug": "clopidogrel"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-ticlopidine"),
        answer=letter("tma-clopidogrel", "A118", "III 2B"),
    ),
    Lookalike(
        name="clopidogrel with ADAMTS13 awaited",
        facts={**TTP_AWAITED, "tma_culprit_drug": "clopidogrel"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-ticlopidine"),
        answer=letter("tma-clopidogrel", "A118", "III 2B"),
    ),
    Lookalike(
        name="clopidogrel in lupus microangiopathy",
        facts={**LUPUS_TMA, **MICROANGIOPATHY, "tma_culprit_drug": "clopidogrel"},
        codes=("M31.19", "M32.14"),
        like=("sle-tma", "ttp-immune"),
        answer=letter("tma-clopidogrel", "A118", "III 2B"),
    ),
    Lookalike(
        name="gemcitabine",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "tma_culprit_drug": "gemcitabine"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-ticlopidine", "tma-clopidogrel", "tma-quinine"),
        answer=refused("A119"),
    ),
    Lookalike(
        name="gemcitabine with ADAMTS13 awaited",
        facts={**TTP_AWAITED, "tma_culprit_drug": "gemcitabine"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-ticlopidine"),
        answer=refused("A119"),
    ),
    Lookalike(
        name="gemcitabine with ADAMTS13 below 10%",
        facts={**TTP, "tma_culprit_drug": "gemcitabine"},
        codes=("M31.19",),
        like=("tma-gemcitabine",),
        answer=letter("ttp-immune", "A125", "I 1A"),
    ),
    Lookalike(
        name="gemcitabine in lupus microangiopathy, declared as lupus",
        facts={**LUPUS_TMA, "tma_culprit_drug": "gemcitabine"},
        codes=("M32.14", "M31.19"),
        declared=("sle-tma",),
        like=("ttp-immune",),
        answer=refused("A119"),
    ),
    Lookalike(
        name="quinine",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "tma_culprit_drug": "quinine"},
        codes=("D59.39",),
        like=("ttp-immune", "tma-complement"),
        answer=refused("A120"),
    ),
    Lookalike(
        name="quinine with ADAMTS13 awaited, declared as thrombotic purpura",
        facts={**TTP_AWAITED, "tma_culprit_drug": "quinine"},
        codes=("M31.19",),
        declared=("ttp-immune",),
        like=("tma-ticlopidine",),
        answer=refused("A120"),
    ),
    Lookalike(
        name="a drug that the guideline does not rate",
        facts={**TTP_AWAITED, "tma_culprit_drug": "other"},
        codes=("M31.19",),
        like=("ttp-immune", "tma-ticlopidine"),
        answer=refused(),
    ),
    Lookalike(
        name="Shiga toxin with ADAMTS13 awaited",
        facts={**TTP_AWAITED, **NO_DRUG, "stec_test": "positive"},
        codes=("D59.31",),
        like=("ttp-immune", "tma-stec", "tma-complement"),
        at_best="III 2C",
        answer=refused("A121"),
    ),
    Lookalike(
        name="Shiga toxin declared, by immunoadsorption",
        facts={**MICROANGIOPATHY, "stec_test": "positive"},
        codes=("D59.31",),
        modality="IA",
        declared=("tma-stec",),
        like=("ttp-immune",),
        answer=letter("tma-stec", "A121", "III 2C", status="declared"),
    ),
    Lookalike(
        name="Shiga toxin with ADAMTS13 below 10%",
        facts={**TTP, "stec_test": "positive"},
        codes=("M31.19",),
        like=("tma-stec",),
        answer=letter("ttp-immune", "A125", "I 1A"),
    ),
    Lookalike(
        name="pneumococcal hemolytic uremic syndrome",
        facts={**TTP_AWAITED, "pneumococcal_hus": "yes"},
        codes=("D59.31",),
        like=("ttp-immune", "tma-stec", "tma-pneumococcal"),
        at_best="III 2C",
        answer=refused("A122"),
    ),
    Lookalike(
        name="microangiopathy after transplantation, ADAMTS13 awaited",
        facts={**TTP_AWAITED, "transplant_associated_tma": "yes"},
        codes=("M31.11",),
        like=("ttp-immune", "tma-transplant"),
        at_best="III 2C",
        answer=refused("A126"),
    ),
    Lookalike(
        name="microangiopathy after transplantation, declared",
        facts={**TTP_AWAITED, "transplant_associated_tma": "yes"},
        codes=("M31.11",),
        declared=("tma-transplant",),
        like=("ttp-immune",),
        answer=letter("tma-transplant", "A126", "III 2C", status="declared"),
    ),
    Lookalike(
        name="factor H antibody",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "factor_h_antibody": "positive"},
        codes=("D59.39",),
        like=("ttp-immune", "tma-complement-gene", "caps"),
        answer=letter("tma-complement", "A115", "I 2C"),
    ),
    Lookalike(
        name="factor H antibody, gemcitabine held responsible",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "factor_h_antibody": "positive", "tma_culprit_drug": "gemcitabine"},
        codes=("D59.39",),
        like=("tma-complement", "ttp-immune"),
        answer=refused("A119"),  # the antibody does not decide, and nothing is written on its row
    ),
    Lookalike(
        name="factor H antibody, microangiopathy attributed to the pregnancy",
        facts={**MICROANGIOPATHY, "factor_h_antibody": "positive", "pregnancy_tma": "pregnancy_associated"},
        codes=("D59.39", "O14.22"),
        rest=PREGNANT,
        like=("tma-complement", "tma-pregnancy", "ttp-immune"),
        at_best="III 2C",
        answer=refused("A123"),
    ),
    Lookalike(
        name="factor H antibody, microangiopathy explained by malignant hypertension",
        facts={**MICROANGIOPATHY, **NO_DRUG, "factor_h_antibody": "positive", "malignant_hypertension": "yes"},
        codes=("D59.39",),
        like=("tma-complement", "ttp-immune"),
        answer=refused(),
    ),
    Lookalike(
        name="mutation of a complement factor",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "complement_gene_study": "complement_mutation"},
        codes=("D59.32",),
        like=("ttp-immune", "tma-complement"),
        answer=letter("tma-complement-gene", "A116", "III 2C"),
    ),
    Lookalike(
        name="factor H antibody and mutation of a complement factor",
        facts={**MICROANGIOPATHY, "factor_h_antibody": "positive", "complement_gene_study": "complement_mutation"},
        codes=("D59.39",),
        like=("tma-complement", "tma-complement-gene"),
        answer=chooses("A115", "A116"),
    ),
    Lookalike(
        name="complement mutation in lupus",
        facts={**LUPUS_TMA, "complement_gene_study": "complement_mutation"},
        codes=("D59.39", "M32.14"),
        like=("sle-tma", "tma-complement", "ttp-immune"),
        answer=letter("tma-complement-gene", "A116", "III 2C"),
    ),
    Lookalike(
        name="complement study awaited",
        facts={**MICROANGIOPATHY, **NO_DRUG, **NORMAL_ADAMTS13, "factor_h_antibody": AWAITED},
        codes=("D59.39",),
        like=("ttp-immune", "tma-complement"),
        answer=asks("A115", "A116"),
    ),
    Lookalike(
        name="mutation of thrombomodulin",
        facts={**MICROANGIOPATHY, **NORMAL_ADAMTS13, "complement_gene_study": "coagulation_mutation"},
        codes=("D59.39",),
        declared=("tma-coagulation",),
        like=("tma-complement", "tma-complement-gene", "ttp-immune"),
        answer=letter("tma-coagulation", "A114", "III 2C", status="declared"),
    ),
    Lookalike(
        name="HELLP with ADAMTS13 awaited",  # A176
        facts={**TTP_AWAITED, **NO_DRUG, "pregnancy_tma": "pregnancy_associated"},
        codes=("O14.22",),
        rest=PREGNANT,
        like=("ttp-immune", "caps", "tma-complement", "tma-pregnancy", "tma-preeclampsia", "fatty-liver-of-pregnancy"),
        at_best="III 2C",
        answer=refused("A123"),
    ),
    Lookalike(
        name="HELLP declared",
        facts={**TTP_AWAITED, **NO_DRUG, "pregnancy_tma": "pregnancy_associated"},
        codes=("O14.22",),
        rest=PREGNANT,
        declared=("tma-pregnancy",),
        like=("ttp-immune", "caps"),
        answer=letter("tma-pregnancy", "A123", "III 2C", status="declared"),
    ),
    Lookalike(
        name="HELLP with an antiphospholipid antibody and two organs",
        facts={
            **TTP_AWAITED,
            **NO_DRUG,
            "pregnancy_tma": "pregnancy_associated",
            "anticardiolipin_antibody": "positive",
            "organs_involved": ["liver", "kidney"],
        },
        codes=("O14.22",),
        rest=PREGNANT,
        like=("caps", "ttp-immune", "tma-pregnancy"),
        at_best="III 2C",
        answer=asks("A023"),
    ),
    Lookalike(
        name="thrombotic purpura in pregnancy, taken for HELLP",
        facts={**TTP, "pregnancy_tma": "pregnancy_associated"},
        codes=("O99.113", "M31.19"),
        rest=PREGNANT,
        like=("tma-preeclampsia",),
        answer=letter("ttp-immune", "A125", "I 1A"),
    ),
    Lookalike(
        name="extremely preterm preeclampsia, by lipoprotein apheresis",
        facts={**MICROANGIOPATHY, "pregnancy_tma": "preterm_preeclampsia"},
        codes=("O14.12",),
        modality="LA",
        rest=PREGNANT,
        declared=("tma-preeclampsia",),
        like=("tma-pregnancy", "fh-homozygous"),
        answer=letter("tma-preeclampsia", "A124", "III 2C", status="declared"),
    ),
)

BLEEDING: Facts = {"new_infiltrates": "yes", "bloody_bal": "yes", "hemoglobin_drop": "yes", "hypoxemia": "yes"}
ANTI_GBM: Facts = {"anti_gbm_antibody": "positive"}
MICROSCOPIC: Facts = {"anca_mpo": "positive", "anca_vasculitis_form": "microscopic_polyangiitis"}

LUNG_AND_VESSELS = (
    Lookalike(
        name="alveolar hemorrhage of lupus",  # A169: the I 1C row is anti-GBM disease only
        facts=HEMORRHAGE,
        codes=("M32.13", "R04.89"),
        like=("anti-gbm", "anca-mpa", "caps"),
        answer=letter("sle-dah", "A109", "II 2C"),
    ),
    Lookalike(
        name="alveolar hemorrhage of lupus with ANCA by immunofluorescence alone",
        facts={**HEMORRHAGE, "anca_immunofluorescence": "positive"},
        codes=("M32.13", "R04.89", "I77.82"),
        like=("anti-gbm", "anca-mpa", "anca-gpa"),
        answer=letter("sle-dah", "A109", "II 2C"),
    ),
    Lookalike(
        name="alveolar hemorrhage of lupus coded as Goodpasture, antibody negative",
        facts={**HEMORRHAGE, "anti_gbm_antibody": "negative"},
        codes=("M31.0", "R04.89"),
        like=("anti-gbm", "anti-gbm-kidney"),
        answer=letter("sle-dah", "A109", "II 2C"),
    ),
    Lookalike(
        name="alveolar hemorrhage in lupus with an anti-GBM antibody",
        facts={**HEMORRHAGE, **ANTI_GBM, "overlap_adjudicated": "yes"},
        codes=("M31.0", "R04.89", "M32.13"),
        like=("sle-dah", "anti-gbm-kidney"),
        answer=letter("anti-gbm", "A013", "I 1C"),
    ),
    Lookalike(
        name="alveolar hemorrhage in lupus with PR3, granulomatosis",
        facts={**HEMORRHAGE, "anca_pr3": "positive", "anca_vasculitis_form": "granulomatosis"},
        codes=("M31.31", "R04.89", "M32.13"),
        like=("sle-dah", "anti-gbm", "anca-mpa"),
        answer=letter("anca-gpa", "A158", "III 1B"),
    ),
    Lookalike(
        name="granulomatosis in lupus declared as lupus hemorrhage",  # declared Category II, recognized Category III
        facts={**HEMORRHAGE, "anca_pr3": "positive", "anca_vasculitis_form": "granulomatosis"},
        codes=("M31.31", "R04.89", "M32.13"),
        declared=("sle-dah",),
        like=("anti-gbm",),
        at_best="III 1B",
        answer=chooses("A158"),
    ),
    Lookalike(
        name="alveolar hemorrhage of microscopic polyangiitis",
        facts={**BLEEDING, **MICROSCOPIC},
        codes=("M31.7", "R04.89"),
        like=("anti-gbm", "sle-dah", "anca-gpa", "anca-egpa", "hepatitis-b-polyarteritis"),
        answer=letter("anca-mpa", "A157", "III 1B"),
    ),
    Lookalike(
        name="microscopic polyangiitis declared as polyarteritis of hepatitis B",  # the code is the neighbor's
        facts={**BLEEDING, **MICROSCOPIC},
        codes=("M31.7", "R04.89"),
        declared=("hepatitis-b-polyarteritis",),
        like=("anti-gbm",),
        at_best="III 1B",
        answer=chooses("A157"),
    ),
    Lookalike(
        name="alveolar hemorrhage of eosinophilic granulomatosis",
        facts={**BLEEDING, "anca_mpo": "positive", "anca_vasculitis_form": "eosinophilic_granulomatosis"},
        codes=("M30.1", "R04.89"),
        like=("anti-gbm", "anca-mpa", "anca-gpa"),
        answer=letter("anca-egpa", "A159", "III 2C"),
    ),
    Lookalike(
        name="vasculitis whose form is not said",
        facts={**BLEEDING, "anca_mpo": "positive"},
        codes=("I77.82", "R04.89"),
        like=("anti-gbm", "sle-dah", "anca-mpa"),
        answer=asks("A157", "A158", "A159"),
    ),
    Lookalike(
        name="alveolar hemorrhage, anti-GBM and MPO antibodies",
        facts={**BLEEDING, **ANTI_GBM, **MICROSCOPIC},
        codes=("M31.0", "M31.7"),
        like=("anti-gbm", "anca-mpa", "sle-dah"),
        answer=chooses("A013", "A157"),
    ),
    Lookalike(
        name="alveolar hemorrhage without a stated cause",  # A173: rated by cause only
        facts={**BLEEDING, "anca_pr3": "negative", "anca_mpo": "negative", "anti_gbm_antibody": AWAITED, "dialysis": "yes"},
        codes=("R04.89",),
        like=("anti-gbm", "sle-dah", "anca-mpa"),
        answer=asks(),
    ),
    Lookalike(
        name="anti-GBM disease with hemorrhage, on dialysis",
        facts={**BLEEDING, **ANTI_GBM, "dialysis": "yes"},
        codes=("M31.0", "R04.89"),
        like=("anti-gbm-dialysis", "anti-gbm-kidney"),
        answer=letter("anti-gbm", "A013", "I 1C"),
    ),
    Lookalike(
        name="anti-GBM disease on dialysis, lungs clear",
        facts={**ANTI_GBM, "new_infiltrates": "no", "dialysis": "yes", "hemoptysis": "no"},
        codes=("M31.0",),
        like=("anti-gbm", "anti-gbm-kidney"),
        answer=letter("anti-gbm-dialysis", "A015", "III 2B"),
    ),
    Lookalike(
        name="anti-GBM disease on dialysis with pneumonia and a clear lavage",
        facts={
            **ANTI_GBM,
            "new_infiltrates": "yes",
            "hemoglobin_drop": "yes",
            "bloody_bal": "no",
            "infection_explains_picture": "yes",
            "dialysis": "yes",
        },
        codes=("M31.0", "J18.9"),
        like=("anti-gbm", "anti-gbm-kidney"),
        answer=letter("anti-gbm-dialysis", "A015", "III 2B"),
    ),
    Lookalike(
        name="anti-GBM disease on dialysis, lungs not examined",
        facts={**ANTI_GBM, "dialysis": "yes"},
        codes=("M31.0",),
        like=("anti-gbm", "anti-gbm-dialysis", "anti-gbm-kidney"),
        answer=asks("A013", "A015"),
    ),
    Lookalike(
        name="anti-GBM disease of the kidney alone",
        facts={**ANTI_GBM, "new_infiltrates": "no", "dialysis": "no"},
        codes=("M31.0",),
        like=("anti-gbm", "anti-gbm-dialysis"),
        answer=letter("anti-gbm-kidney", "A014", "I 1B"),
    ),
    Lookalike(
        name="anti-GBM antibody in lupus nephritis on dialysis",
        facts={**NEPHRITIS, **ANTI_GBM, "new_infiltrates": "no", "dialysis": "yes"},
        codes=("M31.0", "M32.14"),
        like=("anti-gbm", "anti-gbm-kidney", "sle-severe-other"),
        answer=letter("anti-gbm-dialysis", "A015", "III 2B"),
    ),
)

ENCEPHALITIS: Facts = {"infection_explains_picture": "no"}
MYELITIS: Facts = {**NPSLE, "neuropsychiatric_syndrome": "myelitis"}
AQUAPORIN: Facts = {"aqp4_antibody": "positive", "nmosd_treatment": "attack"}
POLYNEUROPATHY: Facts = {"polyneuropathy_course": "chronic", "nerve_conduction": "demyelinating"}
GUILLAIN_BARRE: Facts = {"polyneuropathy_course": "acute", "progressive_weakness": "yes", "primary_treatment": "yes"}
MYASTHENIA: Facts = {"myasthenia_antibody": "positive"}

NERVES = (
    Lookalike(
        name="psychosis of lupus",  # A170
        facts=NPSLE,
        codes=("M32.19", "F06.2"),
        like=("nmdar-encephalitis", "nmosd", "vgkc-encephalitis", "thyroiditis-encephalopathy"),
        answer=letter("sle-npsle", "A109", "II 2C"),
    ),
    Lookalike(
        name="psychosis in lupus with an NMDA receptor antibody",
        facts={**NPSLE, "nmdar_antibody": "positive"},
        codes=("G04.81", "M32.19"),
        like=("sle-npsle", "vgkc-encephalitis"),
        answer=letter("nmdar-encephalitis", "A081", "I 1C"),
    ),
    Lookalike(
        name="psychosis attributed to lupus in spite of an NMDA receptor antibody",
        facts={**NPSLE, "nmdar_antibody": "positive", "overlap_adjudicated": "yes"},
        codes=("G04.81", "M32.19"),
        like=("nmdar-encephalitis", "vgkc-encephalitis"),
        answer=letter("sle-npsle", "A109", "II 2C"),
    ),
    Lookalike(
        name="psychosis in lupus, NMDA receptor antibody awaited",
        facts={**NPSLE, "nmdar_antibody": AWAITED},
        codes=("G04.81?", "M32.19"),
        like=("nmdar-encephalitis",),
        answer=letter("sle-npsle", "A109", "II 2C"),
    ),
    Lookalike(
        name="confusion in lupus explained by a stroke",
        facts={**NPSLE, "stroke_explains_picture": "yes"},
        codes=("M32.19", "I63.9"),
        like=("sle-npsle", "caps", "ttp-immune"),
        answer=asks("A109"),  # M32.19 may stand for another manifestation
    ),
    Lookalike(
        name="myelitis in lupus with an aquaporin antibody",
        facts={**MYELITIS, **AQUAPORIN},
        codes=("G36.0", "M32.19"),
        like=("sle-npsle", "ms-relapse"),
        answer=letter("nmosd", "A078", "II 1B"),
    ),
    Lookalike(
        name="optic neuromyelitis, by immunoadsorption",
        facts=AQUAPORIN,
        codes=("G36.0",),
        modality="IA",
        like=("ms-relapse", "nmdar-encephalitis", "sle-npsle"),
        answer=letter("nmosd", "A079", "II 1C"),
    ),
    Lookalike(
        name="myelitis in lupus, aquaporin antibody awaited",
        facts={**MYELITIS, "aqp4_antibody": AWAITED, "nmosd_treatment": "attack"},
        codes=("G36.0?", "M32.19"),
        like=("nmosd", "sle-npsle"),
        answer=chooses("A078", "A109"),
    ),
    Lookalike(
        name="maintenance of optic neuromyelitis declared as an attack",  # declared Category II, recognized Category III
        facts={**AQUAPORIN, "nmosd_treatment": "maintenance"},
        codes=("G36.0",),
        declared=("nmosd",),
        like=("nmosd-maintenance", "ms-relapse"),
        at_best="III 2C",
        answer=refused(),
    ),
    Lookalike(
        name="maintenance of optic neuromyelitis",
        facts={**AQUAPORIN, "nmosd_treatment": "maintenance"},
        codes=("G36.0",),
        declared=("nmosd-maintenance",),
        like=("nmosd",),
        answer=letter("nmosd-maintenance", "A080", "III 2C", status="declared"),
    ),
    Lookalike(
        name="MOG antibody disease like optic neuromyelitis",  # A175: the guideline is silent
        facts={
            "nmosd_treatment": "attack",
            "aqp4_antibody": "negative",
            "mog_antibody": "positive",
            "seronegative_nmosd": "yes",
        },
        codes=("G36.0",),
        like=("nmosd", "ms-relapse", "disseminated-encephalomyelitis"),
        answer=refused(),
    ),
    Lookalike(
        name="MOG antibody disease like multiple sclerosis",
        facts={"ms_treatment": "relapse", "mog_antibody": "positive"},
        codes=("G35.A",),
        like=("ms-relapse", "nmosd", "disseminated-encephalomyelitis"),
        answer=refused(),
    ),
    Lookalike(
        name="MOG antibody disease in the form of disseminated encephalomyelitis",
        facts={"mog_antibody": "positive", "aqp4_antibody": "negative", "nmosd_treatment": "attack"},
        codes=("G04.00",),
        declared=("disseminated-encephalomyelitis",),
        like=("nmosd", "ms-relapse"),
        answer=letter("disseminated-encephalomyelitis", "A001", "II 2C", status="declared"),
    ),
    Lookalike(
        name="relapse of multiple sclerosis",
        facts={"ms_treatment": "relapse", "aqp4_antibody": "negative", "mog_antibody": "negative"},
        codes=("G35.A",),
        like=("nmosd", "disseminated-encephalomyelitis"),
        answer=letter("ms-relapse", "A071", "II 1A"),
    ),
    Lookalike(
        name="relapse of multiple sclerosis, by immunoadsorption",
        facts={"ms_treatment": "relapse"},
        codes=("G35.A",),
        modality="IA",
        like=("nmosd", "nmdar-encephalitis"),
        answer=letter("ms-relapse", "A072", "II 1B"),
    ),
    Lookalike(
        name="relapse of multiple sclerosis with an aquaporin antibody",
        facts={"ms_treatment": "relapse", "aqp4_antibody": "positive"},
        codes=("G35.A",),
        like=("ms-relapse", "nmosd"),
        answer=asks("A078"),
    ),
    Lookalike(
        name="progressive multiple sclerosis declared as a relapse",  # declared Category II, recognized Category III
        facts={"ms_treatment": "progression"},
        codes=("G35.C1",),
        declared=("ms-relapse",),
        like=("multiple-sclerosis-progressive", "nmosd"),
        at_best="III 2B",
        answer=refused(),
    ),
    Lookalike(
        name="progressive multiple sclerosis",
        facts={"ms_treatment": "progression"},
        codes=("G35.B0",),
        declared=("multiple-sclerosis-progressive",),
        like=("ms-relapse",),
        answer=letter("multiple-sclerosis-progressive", "A073", "III 2B", status="declared"),
    ),
    Lookalike(
        name="relapse of multiple sclerosis beside psychosis of lupus",
        facts={**NPSLE, "ms_treatment": "relapse"},
        codes=("G35.A", "M32.19"),
        like=("ms-relapse", "sle-npsle"),
        answer=chooses("A071", "A109"),
    ),
    Lookalike(
        name="Guillain-Barré syndrome, by plasma exchange",
        facts=GUILLAIN_BARRE,
        codes=("G61.0",),
        like=("cidp", "demyelinating-polyneuropathy-paraprotein", "myasthenia-acute"),
        answer=letter("guillain-barre", "A002", "I 1A"),
    ),
    Lookalike(
        name="Guillain-Barré syndrome, by immunoadsorption",
        facts=GUILLAIN_BARRE,
        codes=("G61.0",),
        modality="IA",
        like=("cidp", "myasthenia-acute"),
        answer=letter("guillain-barre", "A003", "I 1B"),
    ),
    Lookalike(
        name="Guillain-Barré syndrome after another treatment",
        facts={**GUILLAIN_BARRE, "primary_treatment": "no"},
        codes=("G61.0",),
        like=("guillain-barre", "cidp"),
        answer=refused(),
    ),
    Lookalike(
        name="chronic polyneuropathy coded as Guillain-Barré syndrome",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "none", "progressive_weakness": "yes", "primary_treatment": "yes"},
        codes=("G61.0",),
        like=("guillain-barre", "cidp"),
        answer=asks("A028"),
    ),
    Lookalike(
        name="Guillain-Barré syndrome beside neuropathy of lupus",
        facts={**NPSLE, **GUILLAIN_BARRE, "neuropsychiatric_syndrome": "peripheral_neuropathy"},
        codes=("G61.0", "M32.19"),
        like=("guillain-barre", "sle-npsle"),
        answer=chooses("A002", "A109"),
    ),
    Lookalike(
        name="chronic inflammatory polyneuropathy",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "none"},
        codes=("G61.81",),
        like=("guillain-barre", "demyelinating-polyneuropathy-paraprotein", "anti-mag-neuropathy"),
        answer=letter("cidp", "A028", "I 1B"),
    ),
    Lookalike(
        name="polyneuropathy of an IgG paraprotein",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "igg"},
        codes=("G61.81", "D47.2"),
        like=("cidp", "guillain-barre", "hyperviscosity"),
        answer=letter("demyelinating-polyneuropathy-paraprotein", "A024", "I 1B"),
    ),
    Lookalike(
        name="polyneuropathy of an IgM paraprotein, anti-MAG not tested",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "igm"},
        codes=("G61.89", "D47.2"),
        like=("cidp", "demyelinating-polyneuropathy-paraprotein"),
        answer=asks("A024"),
    ),
    Lookalike(
        name="anti-MAG polyneuropathy",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "igm", "anti_mag_antibody": "positive"},
        codes=("G61.89", "G61.81", "D47.2"),
        declared=("anti-mag-neuropathy",),
        like=("cidp", "demyelinating-polyneuropathy-paraprotein"),
        answer=letter("anti-mag-neuropathy", "A025", "III 1C", status="declared"),
    ),
    Lookalike(
        name="anti-MAG polyneuropathy declared as that of the paraprotein",  # declared Category I, recognized Category III
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "igm", "anti_mag_antibody": "positive"},
        codes=("G61.89", "G61.81", "D47.2"),
        declared=("demyelinating-polyneuropathy-paraprotein",),
        like=("cidp", "anti-mag-neuropathy"),
        at_best="III 1C",
        answer=refused(),
    ),
    Lookalike(
        name="anti-MAG polyneuropathy held unrelated to a paraprotein, coded as chronic inflammatory",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "none", "anti_mag_antibody": "positive"},
        codes=("G61.81",),
        like=("cidp", "demyelinating-polyneuropathy-paraprotein", "anti-mag-neuropathy"),
        answer=refused(),
    ),
    Lookalike(
        name="CANOMAD",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "igm", "anti_mag_antibody": "negative", "canomad": "yes"},
        codes=("G61.89", "G61.81"),
        declared=("canomad",),
        like=("cidp", "demyelinating-polyneuropathy-paraprotein"),
        answer=letter("canomad", "A026", "III 2C", status="declared"),
    ),
    Lookalike(
        name="CANOMAD held unrelated to a paraprotein, coded as chronic inflammatory",
        facts={**POLYNEUROPATHY, "neuropathy_paraprotein": "none", "canomad": "yes"},
        codes=("G61.81",),
        like=("cidp", "demyelinating-polyneuropathy-paraprotein", "canomad"),
        answer=refused(),
    ),
    Lookalike(
        name="myasthenia, short-term",
        facts={**MYASTHENIA, "myasthenia_treatment": "acute"},
        codes=("G70.01",),
        like=("myasthenia-long-term", "guillain-barre"),
        answer=letter("myasthenia-acute", "A074", "I 1B"),
    ),
    Lookalike(
        name="myasthenia, long-term",
        facts={**MYASTHENIA, "myasthenia_treatment": "long_term"},
        codes=("G70.00",),
        like=("myasthenia-acute",),
        answer=letter("myasthenia-long-term", "A075", "II 2B"),
    ),
    Lookalike(
        name="myasthenia, treatment not said",
        facts=MYASTHENIA,
        codes=("G70.00",),
        like=("myasthenia-acute", "myasthenia-long-term"),
        answer=asks("A074", "A075"),
    ),
    Lookalike(
        name="Lambert-Eaton syndrome coded as myasthenia too",
        facts={"myasthenia_treatment": "acute", "neuromuscular_transmission": "abnormal", "lambert_eaton": "yes"},
        codes=("G70.80", "G70.01"),
        declared=("lambert-eaton",),
        like=("myasthenia-acute", "myasthenia-long-term"),
        answer=letter("lambert-eaton", "A068", "II 2C", status="declared"),
    ),
    Lookalike(
        name="Lambert-Eaton syndrome declared as myasthenia",  # declared Category I, recognized Category II
        facts={"myasthenia_treatment": "acute", "neuromuscular_transmission": "abnormal", "lambert_eaton": "yes"},
        codes=("G70.80", "G70.01"),
        declared=("myasthenia-acute",),
        like=("lambert-eaton",),
        at_best="II 2C",
        answer=refused("A068"),
    ),
    Lookalike(
        name="myasthenia beside psychosis of lupus",
        facts={**NPSLE, **MYASTHENIA},
        codes=("M32.19", "G70.00"),
        like=("myasthenia-acute",),
        answer=letter("sle-npsle", "A109", "II 2C"),
    ),
    Lookalike(
        name="LGI1 encephalitis",
        facts={**ENCEPHALITIS, "vgkc_antibody": "lgi1", "nmdar_antibody": "negative"},
        codes=("G04.81",),
        like=("nmdar-encephalitis", "paraneoplastic-neurological"),
        answer=letter("vgkc-encephalitis", "A165", "II 1B"),
    ),
    Lookalike(
        name="LGI1 and NMDA receptor antibodies",
        facts={**ENCEPHALITIS, "vgkc_antibody": "lgi1", "nmdar_antibody": "positive"},
        codes=("G04.81",),
        like=("nmdar-encephalitis", "vgkc-encephalitis"),
        answer=chooses("A081", "A165"),
    ),
    Lookalike(
        name="encephalitis with another antibody",  # A174: no row for autoimmune encephalitis as such; G04.81 is Rasmussen's too
        facts={**ENCEPHALITIS, "vgkc_antibody": "neither", "nmdar_antibody": "negative"},
        codes=("G04.81",),
        like=("nmdar-encephalitis", "vgkc-encephalitis", "paraneoplastic-neurological"),
        answer=asks("A027"),
    ),
    Lookalike(
        name="paraneoplastic encephalomyelitis",
        facts={**ENCEPHALITIS, "vgkc_antibody": "neither", "nmdar_antibody": "negative"},
        codes=("G13.1", "G04.81"),
        declared=("paraneoplastic-neurological",),
        like=("nmdar-encephalitis", "vgkc-encephalitis"),
        answer=letter("paraneoplastic-neurological", "A083", "III 2C", status="declared"),
    ),
    Lookalike(
        name="NMDA receptor antibody with an infection that explains the picture",
        facts={"nmdar_antibody": "positive", "infection_explains_picture": "yes"},
        codes=("G04.81",),
        like=("nmdar-encephalitis", "vgkc-encephalitis"),
        answer=refused(),
    ),
)

RECURRENT: Facts = {"fsgs_kidney": "transplant", "fsgs_transplant_biopsy": "yes"}
REJECTION: Facts = {
    "kidney_transplant_treatment": "rejection",
    "kidney_antibody_rejection": "yes",
    "donor_specific_antibody": "positive",
}
DESENSITIZATION: Facts = {
    "kidney_transplant_treatment": "desensitization",
    "organ_donor": "living",
    "donor_specific_antibody": "positive",
}
LIVER: Facts = {"liver_transplant_treatment": "desensitization", "donor_blood_group": "incompatible"}

TRANSPLANTS = (
    Lookalike(
        name="glomerulosclerosis recurrent in the transplant",
        facts=RECURRENT,
        codes=("N04.1", "Z94.0"),
        like=("focal-glomerulosclerosis", "focal-glomerulosclerosis-native", "kidney-rejection"),
        answer=letter("fsgs-recurrent", "A044", "I 1B"),
    ),
    Lookalike(
        name="glomerulosclerosis of the native kidney",
        facts={"fsgs_kidney": "native"},
        codes=("N04.1",),
        declared=("focal-glomerulosclerosis-native",),
        like=("fsgs-recurrent", "focal-glomerulosclerosis"),
        answer=letter("focal-glomerulosclerosis-native", "A046", "III 2C", status="declared"),
    ),
    Lookalike(
        name="glomerulosclerosis of the native kidney declared as recurrent",  # declared Category I, recognized Category III
        facts={"fsgs_kidney": "native", "fsgs_transplant_biopsy": "yes"},
        codes=("N04.1", "Z94.0"),
        declared=("fsgs-recurrent",),
        like=("focal-glomerulosclerosis", "focal-glomerulosclerosis-native"),
        at_best="III 2C",
        answer=refused(),
    ),
    Lookalike(
        name="glomerulosclerosis, by lipoprotein apheresis",
        facts={"fsgs_kidney": "native"},
        codes=("N04.1",),
        modality="LA",
        declared=("focal-glomerulosclerosis",),
        like=("fsgs-recurrent", "fh-homozygous"),
        answer=letter("focal-glomerulosclerosis", "A045", "II 2C", status="declared"),
    ),
    Lookalike(
        name="glomerulosclerosis recurrent in the transplant, by lipoprotein apheresis",
        facts=RECURRENT,
        codes=("N04.1", "Z94.0"),
        modality="LA",
        like=("focal-glomerulosclerosis",),
        at_best="II 2C",
        answer=refused("A044"),
    ),
    Lookalike(
        name="transplant without recurrence on biopsy",
        facts={**RECURRENT, "fsgs_transplant_biopsy": "no"},
        codes=("N04.1", "Z94.0"),
        like=("fsgs-recurrent", "kidney-rejection"),
        answer=refused(),
    ),
    Lookalike(
        name="kidney rejection, ABO compatible",
        facts={**REJECTION, "donor_blood_group": "compatible"},
        codes=("T86.11",),
        like=("kidney-rejection-abo-incompatible", "kidney-desensitization", "fsgs-recurrent"),
        answer=letter("kidney-rejection", "A142", "I 1B"),
    ),
    Lookalike(
        name="kidney rejection, ABO incompatible",
        facts={**REJECTION, "donor_blood_group": "incompatible"},
        codes=("T86.11",),
        like=("kidney-rejection", "kidney-desensitization-abo-incompatible"),
        answer=letter("kidney-rejection-abo-incompatible", "A145", "II 1B"),
    ),
    Lookalike(
        name="kidney rejection, blood group not said",
        facts=REJECTION,
        codes=("T86.11",),
        like=("kidney-rejection", "kidney-rejection-abo-incompatible"),
        answer=asks("A142", "A145"),
    ),
    Lookalike(
        name="kidney rejection that is not antibody-mediated",
        facts={**REJECTION, "donor_blood_group": "compatible", "kidney_antibody_rejection": "no"},
        codes=("T86.11",),
        like=("kidney-rejection", "kidney-rejection-abo-incompatible"),
        answer=refused(),
    ),
    Lookalike(
        name="kidney desensitization, ABO compatible",
        facts={**DESENSITIZATION, "donor_blood_group": "compatible"},
        codes=("Z76.82",),
        like=("kidney-rejection", "kidney-desensitization-abo-incompatible", "liver-desensitization-living"),
        answer=letter("kidney-desensitization", "A143", "I 1B"),
    ),
    Lookalike(
        name="kidney desensitization, ABO incompatible",
        facts={**DESENSITIZATION, "donor_blood_group": "incompatible"},
        codes=("Z76.82",),
        like=("kidney-rejection-abo-incompatible", "kidney-desensitization", "liver-desensitization-living"),
        answer=letter("kidney-desensitization-abo-incompatible", "A144", "I 1B"),
    ),
    Lookalike(
        name="kidney desensitization, deceased donor",
        facts={**DESENSITIZATION, "donor_blood_group": "compatible", "organ_donor": "deceased"},
        codes=("Z76.82",),
        like=("kidney-desensitization", "kidney-desensitization-abo-incompatible", "liver-desensitization-living"),
        answer=refused(),
    ),
    Lookalike(
        name="liver from an ABO-incompatible living donor",
        facts={**LIVER, "organ_donor": "living"},
        codes=("Z76.82",),
        like=("liver-desensitization-deceased", "kidney-desensitization-abo-incompatible"),
        answer=letter("liver-desensitization-living", "A146", "I 1C"),
    ),
    Lookalike(
        name="liver from an ABO-incompatible living donor, by photopheresis",
        facts={**LIVER, "organ_donor": "living"},
        codes=("Z76.82",),
        modality="ECP",
        like=("liver-desensitization-deceased", "liver-suppression-withdrawal"),
        answer=letter("liver-desensitization-living", "A151", "III 2C"),
    ),
    Lookalike(
        name="liver from an ABO-incompatible deceased donor",
        facts={**LIVER, "organ_donor": "deceased"},
        codes=("Z76.82",),
        declared=("liver-desensitization-deceased",),
        like=("liver-desensitization-living",),
        answer=letter("liver-desensitization-deceased", "A147", "III 2C", status="declared"),
    ),
    Lookalike(
        name="liver of a deceased donor declared as of a living one",  # declared Category I, recognized Category III
        facts={**LIVER, "organ_donor": "deceased"},
        codes=("Z76.82",),
        declared=("liver-desensitization-living",),
        like=("liver-desensitization-deceased", "kidney-desensitization-abo-incompatible"),
        at_best="III 2C",
        answer=refused(),
    ),
    Lookalike(
        name="liver from an ABO-compatible living donor",
        facts={**LIVER, "organ_donor": "living", "donor_blood_group": "compatible"},
        codes=("Z76.82",),
        like=("liver-desensitization-living", "kidney-desensitization"),
        answer=refused(),
    ),
    Lookalike(
        name="kidney and liver of one ABO-incompatible living donor",
        facts={**DESENSITIZATION, **LIVER},
        codes=("Z76.82",),
        like=("kidney-desensitization-abo-incompatible", "liver-desensitization-living"),
        answer=chooses("A144", "A146"),
    ),
    Lookalike(
        name="kidney rejection declared as that of a heart",  # the code is the neighbor's
        facts={},
        codes=("T86.11",),
        declared=("heart-antibody-rejection",),
        like=("kidney-rejection", "liver-antibody-rejection"),
        answer=asks("A134"),
    ),
)

STROKE: Facts = {"sickle_exchange_reason": "acute_stroke"}
HYPERVISCOSITY: Facts = {"hypergammaglobulinemia": "yes", "symptomatic_hyperviscosity": "yes"}
PROPHYLAXIS: Facts = {
    "hypergammaglobulinemia": "yes",
    "symptomatic_hyperviscosity": "no",
    "hyperviscosity_rituximab_prophylaxis": "yes",
}
RITUXIMAB_PLANNED: Facts = {"drug": "rituximab", "therapy_class": "rituximab", "outcome": "planned"}
CRYOGLOBULINS: Facts = {"severe_cryoglobulinemia": "yes", "cryoglobulins": "positive"}

BLOOD = (
    Lookalike(
        name="sickle cell, acute stroke",
        facts=STROKE,
        codes=("D57.09",),
        modality="RBC exchange",
        like=("sickle-stroke-prophylaxis", "sickle-acute-other"),
        answer=letter("sickle-stroke-acute", "A099", "I 1C"),
    ),
    Lookalike(
        name="sickle cell, acute stroke, by plasma exchange",
        facts=STROKE,
        codes=("D57.09",),
        like=("sickle-acute-other", "sickle-stroke-prophylaxis"),
        answer=refused("A099"),
    ),
    Lookalike(
        name="sickle cell, prevention of stroke",
        facts={"sickle_exchange_reason": "stroke_prophylaxis"},
        codes=("D57.1",),
        modality="RBC exchange",
        like=("sickle-stroke-acute", "sickle-recurrent-crises"),
        answer=letter("sickle-stroke-prophylaxis", "A102", "I 1A"),
    ),
    Lookalike(
        name="sickle cell, severe acute chest syndrome",
        facts={"sickle_exchange_reason": "severe_acute_chest"},
        codes=("D57.01",),
        modality="RBC exchange",
        like=("sickle-stroke-acute", "sickle-acute-other"),
        answer=letter("sickle-acute-chest", "A100", "II 1C"),
    ),
    Lookalike(
        name="sickle cell, another acute complication",
        facts={"sickle_exchange_reason": "other_acute"},
        codes=("D57.09",),
        modality="RBC exchange",
        like=("sickle-stroke-acute", "sickle-acute-chest", "sickle-recurrent-crises", "sickle-preoperative"),
        answer=letter("sickle-acute-other", "A101", "III 2C"),
    ),
    Lookalike(
        name="sickle cell, another acute complication, by plasma exchange",
        facts={"sickle_exchange_reason": "other_acute"},
        codes=("D57.09",),
        like=("sickle-stroke-acute", "ttp-immune"),
        answer=letter("sickle-acute-other", "A101", "III 2C"),
    ),
    Lookalike(
        name="sickle cell, recurrent crises in pregnancy",
        facts={"sickle_exchange_reason": "recurrent_crises"},
        codes=("D57.1",),
        modality="RBC exchange",
        rest=PREGNANT,
        like=("sickle-pregnancy", "sickle-stroke-prophylaxis"),
        answer=letter("sickle-recurrent-crises", "A104", "II 2B"),
    ),
    Lookalike(
        name="sickle cell, because of a pregnancy that is not",
        facts={"sickle_exchange_reason": "pregnancy"},
        codes=("D57.1",),
        modality="RBC exchange",
        rest=NOT_PREGNANT,
        like=("sickle-pregnancy", "sickle-stroke-prophylaxis"),
        answer=asks("A103"),
    ),
    Lookalike(
        name="sickle cell, before an operation",
        facts={"sickle_exchange_reason": "preoperative"},
        codes=("D57.1",),
        modality="RBC exchange",
        like=("sickle-stroke-prophylaxis", "sickle-pregnancy"),
        answer=letter("sickle-preoperative", "A105", "III 2A"),
    ),
    Lookalike(
        name="sickle trait with a stroke",
        facts=STROKE,
        codes=("D57.3",),
        modality="RBC exchange",
        like=("sickle-stroke-acute", "sickle-stroke-prophylaxis"),
        answer=asks("A099"),
    ),
    Lookalike(
        name="sickle cell, none of the reasons of the guideline",
        facts={"sickle_exchange_reason": "none_of_these"},
        codes=("D57.1",),
        modality="RBC exchange",
        like=("sickle-stroke-prophylaxis", "sickle-acute-other"),
        answer=asks(),
    ),
    Lookalike(
        name="hyperviscosity with symptoms",
        facts=HYPERVISCOSITY,
        codes=("C88.00",),
        like=("hyperviscosity-prophylaxis", "cryoglobulinemia", "myeloma-cast-nephropathy"),
        answer=letter("hyperviscosity", "A056", "I 1B"),
    ),
    Lookalike(
        name="prophylaxis of hyperviscosity before rituximab",
        facts=PROPHYLAXIS,
        codes=("C88.00",),
        tried=(RITUXIMAB_PLANNED,),
        like=("hyperviscosity", "cryoglobulinemia"),
        answer=letter("hyperviscosity-prophylaxis", "A057", "I 1C"),
    ),
    Lookalike(
        name="hypergammaglobulinemia without symptoms and without rituximab",
        facts={"hypergammaglobulinemia": "yes", "symptomatic_hyperviscosity": "no", "hyperviscosity_rituximab_prophylaxis": "no"},
        codes=("C88.00",),
        like=("hyperviscosity", "hyperviscosity-prophylaxis"),
        answer=asks(),
    ),
    Lookalike(
        name="cryoglobulinemia",
        facts=CRYOGLOBULINS,
        codes=("D89.1",),
        like=("hyperviscosity", "sle-severe-other"),
        answer=letter("cryoglobulinemia", "A032", "II 2A"),
    ),
    Lookalike(
        name="cryoglobulinemia, by immunoadsorption",
        facts=CRYOGLOBULINS,
        codes=("D89.1",),
        modality="IA",
        like=("hyperviscosity",),
        answer=letter("cryoglobulinemia", "A033", "II 2B"),
    ),
    Lookalike(
        name="cryoglobulins without symptoms",
        facts={**CRYOGLOBULINS, "severe_cryoglobulinemia": "no"},
        codes=("D89.1",),
        like=("cryoglobulinemia", "hyperviscosity"),
        answer=asks(),
    ),
    Lookalike(
        name="cryoglobulinemia and hyperviscosity",
        facts={**CRYOGLOBULINS, **HYPERVISCOSITY},
        codes=("D89.1", "C88.00"),
        like=("hyperviscosity", "cryoglobulinemia"),
        answer=chooses("A032", "A056"),
    ),
    Lookalike(
        name="severe cryoglobulinemia in lupus with myocarditis",
        facts={**MYOCARDITIS, **CRYOGLOBULINS},
        codes=("D89.1", "M32.11"),
        like=("sle-severe-other", "hyperviscosity"),
        answer=letter("cryoglobulinemia", "A032", "II 2A"),
    ),
    Lookalike(
        name="cast nephropathy of myeloma",
        facts={"myeloma_cast_biopsy": "yes", "hypergammaglobulinemia": "yes", "symptomatic_hyperviscosity": "no"},
        codes=("C90.00",),
        like=("hyperviscosity", "hyperviscosity-prophylaxis"),
        answer=letter("myeloma-cast-nephropathy", "A076", "II 2B"),
    ),
    Lookalike(
        name="cast nephropathy and hyperviscosity of myeloma",
        facts={**HYPERVISCOSITY, "myeloma_cast_biopsy": "yes"},
        codes=("C90.00",),
        like=("hyperviscosity", "myeloma-cast-nephropathy"),
        answer=chooses("A056", "A076"),
    ),
    Lookalike(
        name="kidney failure of myeloma without casts",
        facts={**PROPHYLAXIS, "myeloma_cast_biopsy": "no", "hyperviscosity_rituximab_prophylaxis": "no"},
        codes=("C90.00",),
        like=("myeloma-cast-nephropathy", "hyperviscosity"),
        answer=refused(),
    ),
    Lookalike(
        name="polycythemia vera",
        facts={"erythrocytosis_cause": "polycythemia_vera"},
        codes=("D45",),
        modality="Erythrocytapheresis",
        like=("secondary-erythrocytosis", "hemochromatosis", "hyperviscosity"),
        answer=letter("polycythemia-vera", "A038", "I 1B"),
    ),
    Lookalike(
        name="secondary erythrocytosis",
        facts={"erythrocytosis_cause": "secondary"},
        codes=("D75.1", "D45"),
        modality="Erythrocytapheresis",
        declared=("secondary-erythrocytosis",),
        like=("polycythemia-vera", "hemochromatosis"),
        answer=letter("secondary-erythrocytosis", "A039", "III 1C", status="declared"),
    ),
    Lookalike(
        name="secondary erythrocytosis declared as polycythemia vera",  # declared Category I, recognized Category III
        facts={"erythrocytosis_cause": "secondary"},
        codes=("D45",),
        modality="Erythrocytapheresis",
        declared=("polycythemia-vera",),
        like=("hemochromatosis", "secondary-erythrocytosis"),
        answer=refused(),
    ),
    Lookalike(
        name="thick blood of polycythemia vera, by plasma exchange",
        facts={"erythrocytosis_cause": "polycythemia_vera", "symptomatic_hyperviscosity": "yes", "hypergammaglobulinemia": "no"},
        codes=("D45",),
        like=("hyperviscosity", "polycythemia-vera"),
        answer=asks("A056"),
    ),
    Lookalike(
        name="hemochromatosis with secondary erythrocytosis",
        facts={"hemochromatosis_gene_study": "causative", "erythrocytosis_cause": "secondary"},
        codes=("E83.110", "D75.1"),
        modality="Erythrocytapheresis",
        like=("polycythemia-vera",),
        answer=letter("hemochromatosis", "A052", "I 1B"),
    ),
    Lookalike(
        name="iron overload without a causative genotype",
        facts={"hemochromatosis_gene_study": "not_causative"},
        codes=("E83.110",),
        modality="Erythrocytapheresis",
        like=("hemochromatosis", "polycythemia-vera"),
        answer=asks(),
    ),
)

LIVER_FAILURE: Facts = {"acute_liver_failure": "yes"}
FATTY_LIVER: Facts = {**LIVER_FAILURE, "acute_fatty_liver_of_pregnancy": "yes"}
WILSON: Facts = {**LIVER_FAILURE, "acute_fatty_liver_of_pregnancy": "no", "wilson_fulminant": "yes"}

METABOLISM_AND_SKIN = (
    Lookalike(
        name="homozygous hypercholesterolemia, by lipoprotein apheresis",
        facts={"hypercholesterolemia_form": "homozygous"},
        codes=("E78.010",),
        modality="LA",
        like=("fh-heterozygous", "lipoprotein-a"),
        answer=letter("fh-homozygous", "A041", "I 1A"),
    ),
    Lookalike(
        name="homozygous hypercholesterolemia, by plasma exchange",
        facts={"hypercholesterolemia_form": "homozygous"},
        codes=("E78.010",),
        like=("fh-heterozygous",),
        answer=letter("fh-homozygous", "A043", "II 1B"),
    ),
    Lookalike(
        name="heterozygous hypercholesterolemia, by lipoprotein apheresis",
        facts={"hypercholesterolemia_form": "heterozygous"},
        codes=("E78.011",),
        modality="LA",
        like=("fh-homozygous", "lipoprotein-a", "peripheral-vascular-disease"),
        answer=letter("fh-heterozygous", "A042", "II 1A"),
    ),
    Lookalike(
        name="heterozygous hypercholesterolemia, by plasma exchange",
        facts={"hypercholesterolemia_form": "heterozygous"},
        codes=("E78.011",),
        like=("fh-homozygous",),
        answer=letter("fh-heterozygous", "A043", "II 1B"),
    ),
    Lookalike(
        name="heterozygous hypercholesterolemia coded as homozygous",
        facts={"hypercholesterolemia_form": "heterozygous"},
        codes=("E78.010",),
        modality="LA",
        like=("fh-homozygous", "fh-heterozygous"),
        answer=asks("A042"),
    ),
    Lookalike(
        name="acute liver failure, high volume",
        facts={**LIVER_FAILURE, "acute_fatty_liver_of_pregnancy": "no"},
        codes=("K72.00",),
        modality="TPE-HV",
        like=("wilson-fulminant", "fatty-liver-of-pregnancy"),
        answer=letter("acute-liver-failure", "A004", "I 1A"),
    ),
    Lookalike(
        name="acute liver failure, ordinary volume",
        facts={**LIVER_FAILURE, "acute_fatty_liver_of_pregnancy": "no"},
        codes=("K72.00",),
        like=("wilson-fulminant", "mushroom-poisoning"),
        answer=letter("acute-liver-failure", "A005", "III 2B"),
    ),
    Lookalike(
        name="acute fatty liver of pregnancy, high volume",
        facts=FATTY_LIVER,
        codes=("K72.00", "O26.613"),
        modality="TPE-HV",
        rest=PREGNANT,
        like=("acute-liver-failure", "fatty-liver-of-pregnancy", "wilson-fulminant"),
        answer=refused(),
    ),
    Lookalike(
        name="acute fatty liver of pregnancy after delivery, recorded as not pregnant, high volume",
        facts=FATTY_LIVER,
        codes=("K72.00", "O26.63"),
        modality="TPE-HV",
        rest=NOT_PREGNANT,
        like=("acute-liver-failure", "fatty-liver-of-pregnancy"),
        answer=refused(),
    ),
    Lookalike(
        name="acute fatty liver of pregnancy, ordinary volume",
        facts=FATTY_LIVER,
        codes=("K72.00", "O26.613"),
        rest=PREGNANT,
        declared=("fatty-liver-of-pregnancy",),
        like=("acute-liver-failure", "tma-pregnancy", "wilson-fulminant"),
        answer=letter("fatty-liver-of-pregnancy", "A006", "III 2B", status="declared"),
    ),
    Lookalike(
        name="liver failure in pregnancy, fatty liver not judged, high volume",
        facts=LIVER_FAILURE,
        codes=("K72.00",),
        modality="TPE-HV",
        rest=PREGNANT,
        like=("acute-liver-failure", "fatty-liver-of-pregnancy"),
        answer=asks("A004"),
    ),
    Lookalike(
        name="fulminant Wilson disease",
        facts=WILSON,
        codes=("K72.00", "E83.01"),
        like=("acute-liver-failure", "fatty-liver-of-pregnancy"),
        answer=letter("wilson-fulminant", "A166", "I 1C"),
    ),
    Lookalike(
        name="fulminant Wilson disease, high volume",
        facts=WILSON,
        codes=("K72.00", "E83.01"),
        modality="TPE-HV",
        like=("acute-liver-failure", "wilson-fulminant"),
        answer=refused("A166"),
    ),
    Lookalike(
        name="acute liver failure beside Wilson disease that is not fulminant",
        facts={**WILSON, "wilson_fulminant": "no"},
        codes=("K72.00", "E83.01"),
        like=("wilson-fulminant",),
        answer=letter("acute-liver-failure", "A005", "III 2B"),
    ),
    Lookalike(
        name="severe pancreatitis of triglycerides",
        facts={"triglyceride_pancreatitis": "severe"},
        codes=("K85.90", "E78.1"),
        like=("pancreatitis-triglycerides-prevention", "fh-homozygous"),
        answer=letter("pancreatitis-triglycerides-severe", "A054", "III 1C"),
    ),
    Lookalike(
        name="prevention of pancreatitis of triglycerides, by lipoprotein apheresis",
        facts={"triglyceride_pancreatitis": "prevention"},
        codes=("K85.90", "E78.1"),
        modality="LA",
        like=("pancreatitis-triglycerides-severe", "fh-heterozygous"),
        answer=letter("pancreatitis-triglycerides-prevention", "A055", "III 2C"),
    ),
    Lookalike(
        name="pancreatitis of triglycerides that is not severe",
        facts={"triglyceride_pancreatitis": "not_severe"},
        codes=("K85.90", "E78.1"),
        like=("pancreatitis-triglycerides-severe", "pancreatitis-triglycerides-prevention"),
        answer=asks(),
    ),
    Lookalike(
        name="erythrodermic mycosis fungoides",
        facts={"mycosis_fungoides_form": "erythrodermic"},
        codes=("C84.00",),
        modality="ECP",
        like=("mycosis-fungoides", "pustular-psoriasis"),
        answer=letter("erythrodermic-t-cell-lymphoma", "A034", "I 1B"),
    ),
    Lookalike(
        name="mycosis fungoides without erythroderma",
        facts={"mycosis_fungoides_form": "not_erythrodermic"},
        codes=("C84.00",),
        modality="ECP",
        declared=("mycosis-fungoides",),
        like=("erythrodermic-t-cell-lymphoma",),
        answer=letter("mycosis-fungoides", "A035", "III 2B", status="declared"),
    ),
    Lookalike(
        name="mycosis fungoides without erythroderma declared as erythrodermic",  # declared Category I, recognized Category III
        facts={"mycosis_fungoides_form": "not_erythrodermic"},
        codes=("C84.00",),
        modality="ECP",
        declared=("erythrodermic-t-cell-lymphoma",),
        like=("mycosis-fungoides",),
        at_best="III 2B",
        answer=refused(),
    ),
    Lookalike(
        name="pustular psoriasis, by photopheresis",
        facts={},
        codes=("L40.1",),
        modality="ECP",
        declared=("pustular-psoriasis",),
        like=("psoriasis", "erythrodermic-t-cell-lymphoma"),
        answer=letter("pustular-psoriasis", "A093", "III 2B", status="declared"),
    ),
    Lookalike(
        name="pustular psoriasis, by plasma exchange",  # Category IV
        facts={},
        codes=("L40.1",),
        declared=("pustular-psoriasis",),
        like=("psoriasis",),
        answer=refused("A095"),
    ),
    Lookalike(
        name="plaque psoriasis, by photopheresis",
        facts={},
        codes=("L40.0",),
        modality="ECP",
        declared=("psoriasis",),
        like=("pustular-psoriasis",),
        answer=refused("A094", "A095"),
    ),
    Lookalike(
        name="prophylaxis after RhD-positive red cells, by red cell exchange",  # Category IV
        facts={},
        codes=("T80.40XA", "O36.0110"),
        modality="RBC exchange",
        rest=PREGNANT,
        declared=("rhd-prophylaxis",),
        like=("red-cell-alloimmunization", "sickle-pregnancy"),
        answer=refused("A097"),
    ),
)

PROCEDURES = (
    Lookalike(
        name="thrombotic purpura, by immunoadsorption",  # which the row of Shiga toxin rates
        facts=TTP,
        codes=("M31.19",),
        modality="IA",
        like=("tma-stec", "caps"),
        answer=refused("A125"),
    ),
    Lookalike(
        name="catastrophe, by immunoadsorption",
        facts=CAPS,
        codes=("D68.61",),
        modality="IA",
        like=("ttp-immune", "sle-severe-other"),
        answer=refused("A023"),
    ),
    Lookalike(
        name="alveolar hemorrhage of lupus, by immunoadsorption",
        facts=HEMORRHAGE,
        codes=("M32.13",),
        modality="IA",
        like=("anti-gbm", "cryoglobulinemia"),
        answer=refused("A109"),
    ),
    Lookalike(
        name="psychosis of lupus, by double filtration",
        facts=NPSLE,
        codes=("M32.19",),
        modality="DFPP",
        like=("myasthenia-acute", "nmdar-encephalitis"),
        answer=refused("A109"),
    ),
    Lookalike(
        name="Guillain-Barré syndrome, by double filtration",  # which the rows of myasthenia rate
        facts=GUILLAIN_BARRE,
        codes=("G61.0",),
        modality="DFPP",
        like=("myasthenia-acute", "cidp"),
        answer=refused("A002", "A003"),
    ),
    Lookalike(
        name="factor H antibody, high volume",  # which the row of acute liver failure rates
        facts={**MICROANGIOPATHY, "factor_h_antibody": "positive"},
        codes=("D59.39",),
        modality="TPE-HV",
        like=("ttp-immune", "acute-liver-failure"),
        answer=refused("A115"),
    ),
    Lookalike(
        name="progressive multiple sclerosis, by photopheresis",
        facts={"ms_treatment": "progression"},
        codes=("G35.B0",),
        modality="ECP",
        declared=("multiple-sclerosis-progressive",),
        like=("ms-relapse",),
        answer=refused("A073"),
    ),
)

LOOKALIKES = (
    *LUPUS_AND_ANTIPHOSPHOLIPID,
    *MICROANGIOPATHIES,
    *LUNG_AND_VESSELS,
    *NERVES,
    *TRANSPLANTS,
    *BLOOD,
    *METABOLISM_AND_SKIN,
    *PROCEDURES,
)
