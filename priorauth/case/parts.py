"""The parts of a case: frozen models that take what a case file holds and nothing else.

Almost everything may be left out: what a letter needs and lacks is a gap with an owner, which
completeness reports, not a broken file.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from priorauth.case.choices import (
    Access,
    AdmissionStatus,
    Billing,
    Certainty,
    Consent,
    DenialGround,
    Fluid,
    Funding,
    LineOfBusiness,
    LineTiming,
    NeedAnswer,
    NetworkStatus,
    PregnancyStatus,
    ReferenceKind,
    Relationship,
    RequestKind,
    ServiceRole,
    TherapyClass,
    TherapyOutcome,
)
from priorauth.case.codes import (
    CaseId,
    DiagnosisCode,
    Identifier,
    Key,
    Line,
    Markdown,
    Modality,
    Modifier,
    Npi,
    Phone,
    PlaceOfService,
    PlainDecimal,
    ProcedureCode,
    Quotation,
    Reported,
    Sex,
    State,
    Tin,
    Unit,
    WholeNumber,
    YesNo,
)
from priorauth.facts import FactId
from priorauth.moments import Day, Moment

__all__ = [
    "Access",
    "Admission",
    "AdmissionStatus",
    "Authorization",
    "AuthorizationCheck",
    "Billing",
    "Case",
    "Certainty",
    "Consent",
    "Contact",
    "Count",
    "Coverage",
    "DeclaredIndication",
    "Denial",
    "DenialGround",
    "DenialPoint",
    "Diagnosis",
    "Exchange",
    "Exhibit",
    "ExpeditedRequest",
    "Fluid",
    "Funding",
    "LineOfBusiness",
    "LineTiming",
    "Member",
    "Name",
    "Narrative",
    "NeedAnswer",
    "NetworkStatus",
    "Observation",
    "OtherFinding",
    "Page",
    "Part",
    "PeerToPeer",
    "Plan",
    "Pregnancy",
    "PregnancyStatus",
    "Provider",
    "Reference",
    "ReferenceKind",
    "Relationship",
    "Request",
    "RequestKind",
    "ServiceLine",
    "ServiceRole",
    "Subscriber",
    "Therapies",
    "Therapy",
    "TherapyClass",
    "TherapyOutcome",
    "Weight",
]

Count = Annotated[WholeNumber, Field(ge=1, le=999)]
Page = Annotated[WholeNumber, Field(ge=1, le=9999)]


class Part(BaseModel):
    """The base of every part of a case."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class AuthorizationCheck(Part):
    """Whether and how somebody checked that this service needs authorization."""

    answer: NeedAnswer
    how: Line
    checked_on: Day
    reference: Identifier | None = None


class ExpeditedRequest(Part):
    """The stated basis for an expedited decision and the physician's own certification of it."""

    basis: Line
    certified_by: Key | None = None
    """Key of the certifying provider."""
    certified_on: Day | None = None


class Reference(Part):
    """A number by which the payer knows an earlier step."""

    kind: ReferenceKind
    number: Identifier


class Request(Part):
    """What is asked."""

    kind: RequestKind = RequestKind.INITIAL
    requested_on: Day | None = None
    submitted_at: Moment | None = None
    """When the payer got it, as the fax confirmation, portal or call record says; time limits run from here."""
    references: tuple[Reference, ...] = ()
    authorization_check: AuthorizationCheck | None = None
    expedited: ExpeditedRequest | None = None
    why_not_before: Line | None = None
    """For sessions already given: why authorization could not be asked for beforehand."""
    emergency_exhibit: Key | None = None
    """The exhibit that shows the emergency, where that was why."""
    emergency_page: Page | None = None


class DenialPoint(Part):
    """One reason of a denial, and what the physician says to it."""

    says: Quotation
    """In the payer's words."""
    about: DenialGround
    facts: tuple[FactId, ...] = ()
    """Facts of this case that answer it; what is shown of them stands under `facts`."""
    answer: Markdown | None = None
    """The physician's own answer, printed as theirs beside what the case shows."""


class Denial(Part):
    """One decision against the request."""

    denied_on: Day | None = None
    received_on: Day | None = None
    """When the clinic or the member got it; the time to appeal runs from here."""
    reference: Identifier | None = None
    reason: Quotation | None = None
    """In the payer's words, as the letter of denial has them."""
    policy_quoted: Quotation | None = None
    """The policy or clause that the denial names, in its words."""
    points: tuple[DenialPoint, ...] = ()
    """The reason point by point, in its order; asked for of the decision that is appealed."""
    exhibit: Key | None = None
    """The exhibit that holds the letter of denial."""
    page: Page | None = None


class Name(Part):
    """A person's name, as on the member card."""

    given: Line
    family: Line


class Weight(Part):
    """Body weight in kilograms and when it was taken."""

    kg: Annotated[PlainDecimal, Field(gt=0, le=400)]
    taken: Day | None = None


class Member(Part):
    """The covered patient."""

    name: Name | None = None
    birth_date: Day | None = None
    sex: Sex | None = None
    weight: Weight | None = None
    member_id: Identifier | None = None
    group_number: Identifier | None = None
    guardian_consent: YesNo | None = None
    """For a child: whether the guardian's consent is on file."""


class Subscriber(Part):
    """The holder of the coverage; name and id may be left out when it is the member."""

    relationship: Relationship
    name: Name | None = None
    subscriber_id: Identifier | None = None


class Coverage(Part):
    """Who decides, and under which plan."""

    payer_id: Key | None = None
    payer_name: Line | None = None
    line_of_business: LineOfBusiness | None = None
    funding: Funding | None = None
    state: State | None = None
    plan: Line | None = None
    secondary: Line | None = None
    """The secondary coverage, or `none`."""
    delegate: Line | None = None
    """Who reviews on the payer's behalf, if the payer delegates."""
    eligibility_checked_on: Day | None = None
    fax: Phone | None = None
    """Where this request goes, as the clinic verified it."""
    fax_checked_on: Day | None = None
    """When the clinic last verified it."""
    address: tuple[Line, ...] = ()


class Admission(Part):
    """The hospital stay, if there is one."""

    status: AdmissionStatus
    admitted_on: Day | None = None
    discharged_on: Day | None = None
    authorization_number: Identifier | None = None
    notified_on: Day | None = None
    """When the payer was told of the admission."""


class Contact(Part):
    """Whom to call about a request."""

    name: Line
    phone: Phone | None = None
    fax: Phone | None = None
    hours: Line | None = None


class Provider(Part):
    """A person or facility that asks for, performs or houses the service."""

    name: Line
    credentials: Line | None = None
    npi: Npi | None = None
    tin: Tin | None = None
    specialty: Line | None = None
    address: tuple[Line, ...] = ()
    phone: Phone | None = None
    fax: Phone | None = None
    contact: Contact | None = None
    network_status: NetworkStatus | None = None
    out_of_network_reason: Line | None = None


class ServiceLine(Part):
    """One requested service; `units` of an exchange line are sessions."""

    role: ServiceRole = ServiceRole.EXCHANGE
    timing: LineTiming = LineTiming.TO_COME
    procedure_code: ProcedureCode | None = None
    modifiers: tuple[Modifier, ...] = ()
    billing: Billing | None = None
    diagnoses: tuple[Count, ...] = ()
    """Sequence numbers of the diagnoses that this line points at."""
    modality: Modality | None = None
    units: Count | None = None
    frequency: Line | None = None
    start: Day | None = None
    end: Day | None = None
    place_of_service: PlaceOfService | None = None
    plasma_volumes: Line | None = None
    """Plasma volumes per session, as ordered (`1`, `1 to 1.5`)."""
    fluid: Fluid | None = None
    access: Access | None = None
    supervising_physician: Line | None = None
    description: Line | None = None
    """The clinic's own words, for product and catheter lines; never a copyrighted descriptor."""
    exhibit: Key | None = None
    """For sessions already given: the exhibit that records them."""
    page: Page | None = None


class Authorization(Part):
    """What the payer has authorized of this course so far."""

    number: Identifier | None = None
    units_authorized: Count | None = None
    units_used: Annotated[WholeNumber, Field(ge=0, le=999)] | None = None
    units_remaining: Annotated[WholeNumber, Field(ge=0, le=999)] | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


class Exchange(Part):
    """The course of exchange so far."""

    first_started_at: Moment


class Diagnosis(Part):
    """One diagnosis, in the order it is billed."""

    code: DiagnosisCode
    sequence: Count
    text: Line
    certainty: Certainty
    onset: Day | None = None


class Pregnancy(Part):
    """Pregnancy or its recent end."""

    status: PregnancyStatus
    gestational_week: Annotated[WholeNumber, Field(ge=1, le=45)] | None = None
    """Now, or when the pregnancy ended."""
    ended_on: Day | None = None


class DeclaredIndication(Part):
    """The indication that the physician declares; checked, never believed."""

    primary: Key
    also_present: tuple[Key, ...] = ()


class Observation(Part):
    """One result or finding, with where it is written."""

    value: Reported | tuple[Reported, ...] | None = None
    unit: Unit | None = None
    pending: YesNo = False
    """Sent or drawn, result not back."""
    complete: YesNo = False
    """For a fact of several choices: nothing else is present."""
    taken: Moment | None = None
    """When the sample was drawn or the finding made, not when it was reported."""
    before_first_exchange: YesNo | None = None
    exhibit: Key | None = None
    page: Page | None = None
    attested_by: Key | None = None
    """Key of the provider who attests a bedside judgment."""
    note: Line | None = None


class OtherFinding(Part):
    """A result or finding that the vocabulary has no fact for: printed as recorded, and deciding nothing."""

    text: Line
    taken: Moment
    """When the sample was drawn or the finding made, not when it was reported."""
    exhibit: Key
    page: Page | None = None


class Therapy(Part):
    """One drug tried, running, or ruled out."""

    drug: Line
    therapy_class: TherapyClass
    outcome: TherapyOutcome
    dose: Line | None = None
    started: Day | None = None
    ended: Day | None = None
    reason: Line | None = None
    """Why it is contraindicated or was not given, or how the failure showed."""
    timing_to_exchange: Line | None = None
    """For concurrent treatment: when it is given in relation to a session."""
    exhibit: Key | None = None
    page: Page | None = None


class Therapies(Part):
    """What was tried; an open list unless declared complete."""

    complete: YesNo = False
    tried: tuple[Therapy, ...] = ()


class Plan(Part):
    """What is to be done, how it is watched, and when it ends."""

    sessions: Count | None = None
    goal: Line | None = None
    monitoring: Line | None = None
    reassessment_on: Day | None = None
    stop_for_success: Line | None = None
    stop_for_futility: Line | None = None
    risks: Line | None = None
    consent: Consent | None = None
    concurrent_treatment: Line | None = None
    delay_would_mean: Line | None = None
    """What delay or denial would mean for this patient, in the physician's words."""


class PeerToPeer(Part):
    """Who speaks for the request, and when."""

    physician: Line
    phone: Phone
    hours: Line


class Exhibit(Part):
    """One enclosed document."""

    id: Key
    title: Line
    dated: Day | None = None
    pages: Page | None = None


class Narrative(Part):
    """The physician's own words, in Markdown; they survive every run and are marked as theirs."""

    history: Markdown | None = None
    rationale: Markdown | None = None


class Case(Part):
    """One request for one patient, as the case file holds it."""

    format: Literal["1"] = "1"
    """The version of this file format; a case file must name it."""
    case_id: CaseId
    account_number: Identifier | None = None
    request: Request = Field(default_factory=Request)
    denials: tuple[Denial, ...] = ()
    """For an appeal: every decision against the request, the oldest first; the last is the one appealed."""
    member: Member = Field(default_factory=Member)
    subscriber: Subscriber | None = None
    coverage: Coverage = Field(default_factory=Coverage)
    admission: Admission | None = None
    requesting_provider: Provider | None = None
    servicing_provider: Provider | None = None
    facility: Provider | None = None
    services: tuple[ServiceLine, ...] = ()
    authorization: Authorization | None = None
    exchange: Exchange | None = None
    no_exchange_yet: YesNo = False
    """Whether it is declared that none has been given; a case without `exchange` does not say so by itself."""
    diagnoses: tuple[Diagnosis, ...] = ()
    diagnoses_complete: YesNo = False
    """Whether the list of diagnoses is declared complete."""
    pregnancy: Pregnancy | None = None
    indication: DeclaredIndication | None = None
    facts: dict[FactId, tuple[Observation, ...]] = Field(default_factory=dict)
    other_findings: tuple[OtherFinding, ...] = ()
    therapies: Therapies = Field(default_factory=Therapies)
    plan: Plan = Field(default_factory=Plan)
    peer_to_peer: PeerToPeer | None = None
    exhibits: tuple[Exhibit, ...] = ()
    narrative: Narrative = Field(default_factory=Narrative)
