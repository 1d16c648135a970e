"""How a letter writes dates, enumerations and the physician's Markdown."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import lru_cache

from markdown_it import MarkdownIt

from priorauth.case.parts import (
    Access,
    AdmissionStatus,
    Billing,
    Certainty,
    Consent,
    Fluid,
    Funding,
    LineOfBusiness,
    NetworkStatus,
    PregnancyStatus,
    Relationship,
    TherapyClass,
    TherapyOutcome,
)
from priorauth.moments import Moment

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip  # not strftime: its names follow the machine's locale

_WORDS: dict[type[StrEnum], dict[str, str]] = {
    TherapyClass: {
        TherapyClass.IVIG: "intravenous immunoglobulin",
        TherapyClass.CORTICOSTEROID: "corticosteroids",
        TherapyClass.ANTICOAGULANT: "anticoagulation",
    },
    AdmissionStatus: {
        AdmissionStatus.INPATIENT: "hospital inpatient",
        AdmissionStatus.OBSERVATION: "hospital observation",
        AdmissionStatus.OUTPATIENT: "outpatient",
    },
    TherapyOutcome: {
        TherapyOutcome.FAILED: "failed",
        TherapyOutcome.PARTIAL: "insufficient response",
        TherapyOutcome.ONGOING: "continuing",
        TherapyOutcome.RESPONDED: "responded",
        TherapyOutcome.NOT_TOLERATED: "not tolerated",
        TherapyOutcome.CONTRAINDICATED: "contraindicated",
        TherapyOutcome.PLANNED: "planned",
        TherapyOutcome.NOT_GIVEN: "considered but not given",
    },
    Fluid: {
        Fluid.PLASMA: "plasma",
        Fluid.ALBUMIN: "albumin",
        Fluid.PLASMA_AND_ALBUMIN: "plasma and albumin",
        Fluid.SALINE_AND_ALBUMIN: "saline and albumin",
        Fluid.RED_CELLS: "donor red blood cells",
    },
    Access: {
        Access.PERIPHERAL: "peripheral veins",
        Access.CENTRAL_CATHETER: "a non-tunneled central catheter",
        Access.TUNNELED_CATHETER: "a tunneled central catheter",
        Access.FISTULA: "an arteriovenous fistula",
        Access.PORT: "an apheresis port",
    },
    Consent: {
        Consent.OBTAINED: "obtained from the patient",
        Consent.FROM_SURROGATE: "obtained from the patient’s representative",
        Consent.EMERGENCY: "not obtainable in time; treated as an emergency",
        Consent.NOT_YET: "not yet obtained",
    },
    NetworkStatus: {
        NetworkStatus.IN_NETWORK: "in network",
        NetworkStatus.OUT_OF_NETWORK: "out of network",
        NetworkStatus.UNKNOWN: "network status unknown",
    },
    Billing: {
        Billing.PROFESSIONAL: "professional",
        Billing.FACILITY: "facility",
    },
    Certainty: {
        Certainty.CONFIRMED: "confirmed",
        Certainty.PROBABLE: "probable",
        Certainty.SUSPECTED: "suspected",
    },
    Relationship: {
        Relationship.SELF: "self",
        Relationship.SPOUSE: "spouse",
        Relationship.CHILD: "child",
        Relationship.OTHER: "other",
    },
    PregnancyStatus: {
        PregnancyStatus.PREGNANT: "pregnant",
        PregnancyStatus.POSTPARTUM: "postpartum",
        PregnancyStatus.NOT_PREGNANT: "not pregnant",
        PregnancyStatus.NOT_APPLICABLE: "not applicable",
    },
    LineOfBusiness: {
        LineOfBusiness.COMMERCIAL: "commercial",
        LineOfBusiness.MEDICARE: "Medicare",
        LineOfBusiness.MEDICARE_ADVANTAGE: "Medicare Advantage",
        LineOfBusiness.MEDICAID: "Medicaid",
        LineOfBusiness.MARKETPLACE: "marketplace",
        LineOfBusiness.FEDERAL: "federal",
        LineOfBusiness.OTHER: "other",
    },
    Funding: {
        Funding.FULLY_INSURED: "fully insured",
        Funding.SELF_FUNDED: "self-funded",
        Funding.UNKNOWN: "funding unknown",
    },
}
"""By type first: members of two sets may be the same string."""


def long_date(day: date) -> str:
    """`November 12, 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_date(day: date) -> str:
    """`Nov 12, 2026`, for tables and parentheses."""
    return f"{_MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def moment(when: Moment) -> str:
    """The short date, with the time of day where it is stated."""
    return short_date(when.day) + (f", {when.time:%H:%M}" if when.time else "")


_NAMED_AFTER = frozenset({"Wilson", "Crohn", "Kawasaki", "Sydenham", "Shiga", "Waldenström"})
"""People and places whose name begins that of a disease or germ; one with a second capital, as Lambert-Eaton, is seen by that."""


def mid_sentence(text: str) -> str:
    """A text as it reads inside a sentence; an abbreviation and a person's name keep their capitals."""
    word = text.partition(" ")[0]
    named = word in _NAMED_AFTER or (not word[1:].islower() and not word[1:].replace("-", "").islower())
    return text if named or not text[1:2].islower() else text[:1].lower() + text[1:]


def ended(text: str) -> str:
    """A text as a sentence of its own: with the period that it may have already."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def words(member: StrEnum) -> str:
    """The words that a letter prints for a member of a closed set."""
    return _WORDS.get(type(member), {}).get(member, member.value.replace("_", " "))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """Paragraphs, emphasis and lists; raw HTML, links, images and headings stay plain text."""
    return MarkdownIt("zero", {"html": False}).enable(["emphasis", "list", "newline", "escape", "entity"])


def paragraphs(markdown: str) -> str:
    """The physician's words as HTML without links, images or raw HTML."""
    return str(_markdown().render(markdown)).strip()
