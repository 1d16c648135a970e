"""The closed sets of words that a case is written in."""

from __future__ import annotations

from enum import StrEnum


class RequestKind(StrEnum):
    """What the payer is asked to decide."""

    INITIAL = "initial"
    """Sessions not yet authorized."""
    CONCURRENT = "concurrent"
    """More sessions of a course under way."""
    RETROSPECTIVE = "retrospective"
    """Sessions already given."""
    APPEAL_LEVEL_1 = "appeal_level_1"
    """A first appeal to the payer against its denial."""
    APPEAL_LEVEL_2 = "appeal_level_2"
    """A second appeal, against the decision on the first."""
    EXTERNAL_REVIEW = "external_review"
    """A review by somebody outside the payer, against its final denial."""

    @property
    def is_appeal(self) -> bool:
        """Whether it is directed against a denial."""
        return self in {RequestKind.APPEAL_LEVEL_1, RequestKind.APPEAL_LEVEL_2, RequestKind.EXTERNAL_REVIEW}


class DenialGround(StrEnum):
    """What one point of a denial is about, which decides from what it is answered."""

    DIAGNOSIS = "diagnosis"
    """That the diagnosis is not shown: answered from its criteria and the patient's facts."""
    CRITERIA = "criteria"
    """That the payer's criteria are not met: answered from those criteria, one by one."""
    EXPERIMENTAL = "experimental"
    """That the treatment is experimental or unproven: answered from the guideline and the literature."""
    NOT_LISTED = "not_listed"
    """That the policy does not list the use: answered from the guideline and the literature."""
    OTHER_TREATMENT = "other_treatment"
    """That something else must come first: answered from what was tried and ruled out."""
    MISSING_INFORMATION = "missing_information"
    """That something was not enclosed: answered by the facts named for it."""
    SESSIONS = "sessions"
    """That these are too many sessions: answered from the plan and the response."""
    SETTING = "setting"
    """That the place or supervision is wrong: answered from where and under whom it is done."""


class NeedAnswer(StrEnum):
    """Whether the payer says that authorization is needed."""

    REQUIRED = "required"
    """The payer says that it is."""
    NOT_REQUIRED = "not_required"
    """The payer says that it is not."""
    UNCLEAR = "unclear"
    """The payer was asked, and the answer settles nothing."""


class ReferenceKind(StrEnum):
    """What an earlier number stands for."""

    AUTHORIZATION = "authorization"
    """An approval that was given."""
    REQUEST = "request"
    """A request that was filed before."""
    NOTIFICATION = "notification"
    """A notice of admission or of emergency treatment."""
    CALL = "call"
    """A telephone call with the payer."""
    DENIAL = "denial"
    """A denial that was given."""
    CLAIM = "claim"
    """A claim for what was given."""
    RECORDS_REQUEST = "records_request"
    """The payer's own request for records."""


class Relationship(StrEnum):
    """The member's relationship to the subscriber."""

    SELF = "self"
    """The member holds the coverage."""
    SPOUSE = "spouse"
    """The subscriber's spouse."""
    CHILD = "child"
    """The subscriber's child."""
    OTHER = "other"
    """Any other dependent."""


class LineOfBusiness(StrEnum):
    """Under which rules the coverage runs."""

    COMMERCIAL = "commercial"
    """A private plan, through an employer or bought directly."""
    MEDICARE = "medicare"
    """Original Medicare."""
    MEDICARE_ADVANTAGE = "medicare_advantage"
    """A private plan in place of Original Medicare."""
    MEDICAID = "medicaid"
    """The state program, run by the state or by a managed-care plan."""
    MARKETPLACE = "marketplace"
    """A plan of the exchange."""
    FEDERAL = "federal"
    """A federal employee or military program."""
    OTHER = "other"
    """Any other."""


class Funding(StrEnum):
    """Who bears the cost of a commercial plan; state mandates bind only insured ones."""

    FULLY_INSURED = "fully_insured"
    """The insurer."""
    SELF_FUNDED = "self_funded"
    """The employer."""
    UNKNOWN = "unknown"
    """Not found out."""


class AdmissionStatus(StrEnum):
    """In which setting the member is."""

    INPATIENT = "inpatient"
    """Admitted."""
    OBSERVATION = "observation"
    """In a hospital bed, not admitted."""
    OUTPATIENT = "outpatient"
    """Comes for the sessions."""


class NetworkStatus(StrEnum):
    """Whether the payer has a contract with this provider."""

    IN_NETWORK = "in_network"
    """It has one."""
    OUT_OF_NETWORK = "out_of_network"
    """It has none; the letter then says why this provider."""
    UNKNOWN = "unknown"
    """Not found out."""


class Billing(StrEnum):
    """Which side of a service a line bills."""

    PROFESSIONAL = "professional"
    """The physician's work."""
    FACILITY = "facility"
    """Staff, room, device and supplies."""


class ServiceRole(StrEnum):
    """What a line is in the course."""

    EXCHANGE = "exchange"
    """The apheresis sessions themselves."""
    PRODUCT = "product"
    """Replacement fluid billed apart."""
    CATHETER = "catheter"
    """Placement of the access."""


class LineTiming(StrEnum):
    """Whether the sessions of a line lie ahead."""

    TO_COME = "to_come"
    """Sessions still to be given."""
    DELIVERED = "delivered"
    """Sessions already given; judged in retrospect."""


class Fluid(StrEnum):
    """Replacement fluid of the exchange."""

    PLASMA = "plasma"
    """Donor plasma."""
    ALBUMIN = "albumin"
    """Albumin alone."""
    PLASMA_AND_ALBUMIN = "plasma_and_albumin"
    """Both in one session."""
    SALINE_AND_ALBUMIN = "saline_and_albumin"
    """Albumin with part of the volume as saline."""
    RED_CELLS = "red_cells"
    """Donor red blood cells."""


class Access(StrEnum):
    """Vascular access."""

    PERIPHERAL = "peripheral"
    """Needles in the veins of the arms."""
    CENTRAL_CATHETER = "central_catheter"
    """A temporary catheter in a central vein."""
    TUNNELED_CATHETER = "tunneled_catheter"
    """A catheter meant to stay for weeks."""
    FISTULA = "fistula"
    """An arteriovenous fistula or graft."""
    PORT = "port"
    """A port made for apheresis."""


class Certainty(StrEnum):
    """How sure the diagnosis is; an outpatient suspected one is not coded as confirmed."""

    CONFIRMED = "confirmed"
    """Established."""
    PROBABLE = "probable"
    """More likely than not; not established."""
    SUSPECTED = "suspected"
    """Being ruled in or out."""


class PregnancyStatus(StrEnum):
    """Whether the member is pregnant."""

    PREGNANT = "pregnant"
    """Pregnant now."""
    POSTPARTUM = "postpartum"
    """The pregnancy ended recently."""
    NOT_PREGNANT = "not_pregnant"
    """Not pregnant, as checked."""
    NOT_APPLICABLE = "not_applicable"
    """The question does not arise."""


class TherapyOutcome(StrEnum):
    """What became of a therapy."""

    FAILED = "failed"
    """Given, and the disease did not respond or went on."""
    PARTIAL = "partial"
    """Given, with an insufficient response."""
    ONGOING = "ongoing"
    """Being given, concurrent with the exchange."""
    RESPONDED = "responded"
    """Given, and the disease responded."""
    NOT_TOLERATED = "not_tolerated"
    """Given and stopped for its harm."""
    CONTRAINDICATED = "contraindicated"
    """Not given because it must not be."""
    PLANNED = "planned"
    """To be started with or after the exchange."""
    NOT_GIVEN = "not_given"
    """Considered and ruled out, with the reason."""


class TherapyClass(StrEnum):
    """Drug classes that criteria ask for."""

    CORTICOSTEROID = "corticosteroid"
    """Such as methylprednisolone or prednisone."""
    CYCLOPHOSPHAMIDE = "cyclophosphamide"
    """Cyclophosphamide."""
    MYCOPHENOLATE = "mycophenolate"
    """Mycophenolate."""
    RITUXIMAB = "rituximab"
    """Rituximab and its biosimilars."""
    IVIG = "ivig"
    """Intravenous immunoglobulin."""
    ANTICOAGULANT = "anticoagulant"
    """Such as heparin or warfarin."""
    ANTIPLATELET = "antiplatelet"
    """Such as aspirin."""
    CAPLACIZUMAB = "caplacizumab"
    """Caplacizumab."""
    COMPLEMENT_INHIBITOR = "complement_inhibitor"
    """Such as eculizumab or ravulizumab."""
    CALCINEURIN_INHIBITOR = "calcineurin_inhibitor"
    """Such as tacrolimus."""
    AZATHIOPRINE = "azathioprine"
    """Azathioprine."""
    BELIMUMAB = "belimumab"
    """Belimumab."""
    ANTIMALARIAL = "antimalarial"
    """Such as hydroxychloroquine."""
    PLASMA_INFUSION = "plasma_infusion"
    """Plasma given without exchange."""
    OTHER = "other"
    """Any other; `drug` names it."""


class Consent(StrEnum):
    """Whether the patient agreed to the exchange."""

    OBTAINED = "obtained"
    """From the patient."""
    FROM_SURROGATE = "from_surrogate"
    """From who decides for the patient."""
    EMERGENCY = "emergency"
    """Could not be asked in time; treated as an emergency."""
    NOT_YET = "not_yet"
    """Still to be asked for."""
