"""The letter before it has looks: every value sourced, every decision made, nothing formatted later.

Parts stand in the order in which a reviewer reads them; `None` or an empty tuple means that the
letter does without, which the template decides nothing about.
"""

from __future__ import annotations

from dataclasses import dataclass

from priorauth.letters.provenance import BareValue, RichValue, Value
from priorauth.letters.quote import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above the text."""

    document_title: BareValue
    created: BareValue
    """ISO date of writing, for the PDF's metadata."""
    practice: Value | None
    practice_lines: tuple[Value, ...]
    date: Value
    addressee: tuple[Value, ...]
    fax: Value | None
    """Where it goes, as the clinic verified it."""
    title: Value
    medical_review: bool
    """Original Medicare has no prior authorization for apheresis: the letter serves its medical review."""
    expedited: Value | None
    """The stated basis, only with the physician's own certification."""
    certified_on: Value | None
    """When the expedited basis was certified; `None` where that was the day of the letter."""
    references: tuple[tuple[Value, Value], ...]
    """Kind and number of earlier steps with this payer."""
    deadlines: tuple[tuple[Value, Value], ...]
    """Each verified rule by which the payer must decide, and by when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPart:
    """For whom."""

    name: Value | None
    birth_date: Value | None
    sex: Value | None
    weight: Value | None
    member_id: Value | None
    group_number: Value | None
    account_number: Value | None
    subscriber: Value | None
    relationship: Value | None
    is_subscriber: bool
    """Whether the member holds the coverage."""
    plan: tuple[Value, ...]
    """Payer, plan, line of business, funding, state; what the case holds of them."""
    secondary: Value | None
    delegate: Value | None
    pregnancy: Value | None
    guardian_consent: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisRow:
    """One diagnosis as billed."""

    number: Value
    code: Value
    text: Value
    status: Value | None
    """How certain it is, and since when; `None` for the code of a circumstance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """One requested line."""

    code: Value | None
    exchange: bool
    """Whether its units are sessions."""
    service: Value
    units: Value | None
    frequency: Value | None
    period: Value | None
    place_of_service: Value | None
    diagnoses: Value | None
    delivered: Value | None
    """Words that say these sessions were already given; `None` for sessions to come."""
    details: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """One provider or facility."""

    role: Value
    name: Value
    npi: Value | None
    tin: Value | None
    details: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """What was done in the sessions of one line, and where it is recorded."""

    sessions: Value
    """`the session given`, or `each of the 3 sessions given`, with their days where lines differ."""
    how: Value | None
    """Access and supervision, where nothing lies ahead whose plan would say them."""
    done: Value | None
    """`1 plasma volume was replaced with albumin`; `None` where the case does not say."""
    where: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPart:
    """What is asked for, coded, where, and by whom."""

    sessions: Value | None
    modality: Value
    """In full, as `therapeutic plasma exchange`."""
    noun: Value
    """The short word for it, as `exchange`."""
    to_come: Value | None
    """The period of the sessions to come."""
    delivered: Value | None
    """The sessions already given, with their days."""
    given: tuple[GivenRow, ...]
    """What was exchanged in them, line by line."""
    delivered_under: Value | None
    """The authorization under which they were given; `None` when the letter asks for them."""
    why_not_before: Value | None
    """Why nobody could ask before the sessions were given."""
    emergency_shown: Value | None
    """The exhibit that shows it."""
    facility: Value | None
    setting: Value | None
    admission: tuple[Value, ...]
    authorization: tuple[Value, ...]
    authorization_check: Value | None
    services: tuple[ServiceRow, ...]
    diagnoses: tuple[DiagnosisRow, ...]
    code_note: Value | None
    providers: tuple[ProviderRow, ...]
    contact: Value | None
    """The one contact of all of them; `None` where they differ and each row names its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """One criterion, its finding, and the facts it rests on."""

    text: Value
    truth: Value
    css: BareValue
    """`met`, `not_met` or `unknown`."""
    phrases: tuple[Phrase, ...]
    places: tuple[Value, ...]
    """Where the phrases are written, each place once."""
    missing: Value | None
    """For one that is unknown, what would decide it; for one that is not met, which part of it is not."""
    cites: Value | None = None
    """Whose criterion it is, where that is not said of its whole group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaGroup:
    """The criteria of one diagnosis, adverse findings first."""

    heading: Value
    cites: Value | None
    """Whose definition it is."""
    rows: tuple[CriterionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPart:
    """How the payer's policy stands to this request, and its criteria beside the facts."""

    stance: Value
    """One sentence that names the policy and the version seen, or says that none is loaded."""
    own: bool
    """Whether the policy is the payer's; else it is one that this payer must apply, and holds none beside."""
    exception: bool
    """Whether the letter asks for an individual exception."""
    last_resort: bool
    contrast: Value | None
    """Where the policy keeps for a last resort what the guideline rates as first-line treatment, that it does so."""
    criteria: tuple[CriterionRow, ...]
    unsettled: Value | None
    """How many parts of the policy's clause are not met or unknown, and what is asked therefore; `None` when all are met."""
    groups: tuple[CriteriaGroup, ...]
    """What establishes each diagnosis, beside the facts."""
    first: PolicyPart | None
    """What the payer must apply before this policy, without groups of its own."""
    told: bool = False
    """Whether the answer to a point of a denial says already how it stands."""

    @property
    def rows(self) -> tuple[CriterionRow, ...]:
        """Every row, in the order of the page."""
        before = self.first.rows if self.first is not None else ()
        return (*before, *self.criteria, *(row for group in self.groups for row in group.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedRating:
    """The rating of another edition, which a policy quotes."""

    text: Value
    cite: Value | None
    """`None` where that edition was not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPart:
    """One row of the guideline: category and grade always together with the edition."""

    condition: Value
    modality: Value
    category: Value
    grade: Value
    edition: Value
    category_meaning: Value
    grade_meaning: Value
    note: Value | None
    cite: Value
    if_confirmed: bool
    """Whether the row applies only once the suspected diagnosis is confirmed."""
    higher: tuple[Value, ...]
    """Procedures that the guideline rates higher in the same condition, with their ratings."""
    individual: bool
    """Whether the guideline leaves the decision to the individual case: Category III."""
    declared: bool
    """Whether the row has no criteria here, so that the physician declares the indication."""
    quoted: tuple[QuotedRating, ...]
    """What an edition that a policy quotes in place of the letter's own says of it."""
    not_compared: Value | None
    """For the draft alone: that nobody has recorded a comparison of this row with its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """One deciding result over time; a cell is `None` where nothing was taken that day."""

    name: Value
    cells: tuple[Value | None, ...]
    places: tuple[Value, ...]
    """Where its results are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The deciding results from baseline to latest."""

    days: tuple[Value, ...]
    after_exchange: tuple[bool, ...]
    """Per day, whether it lies after the first exchange."""
    after_course: tuple[bool, ...]
    """Per day, whether it lies after the last session, with none to come."""
    rows: tuple[TrendRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalRow:
    """One line of the differential."""

    name: Value
    phrases: tuple[Phrase, ...]
    places: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TherapyRow:
    """One therapy tried, running, or ruled out."""

    drug: Value
    dose: Value | None
    days: Value | None
    outcome: Value
    reason: Value | None
    timing: Value | None
    where: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalPart:
    """What happened."""

    wording: Value
    """The diagnosis at the level that the case carries (`probable catastrophic …`)."""
    suspected: bool
    also_present: tuple[Value, ...]
    onset: Value | None
    first_exchange: Value | None
    history: RichValue | None
    findings: tuple[Phrase, ...]
    judgments: tuple[Phrase, ...]
    """Findings that are the signing physician's own judgment."""
    trend: Trend | None
    differential: tuple[RivalRow, ...]
    unaddressed: Value | None
    """The alternatives of which the case says nothing: the letter says so."""
    therapies: tuple[TherapyRow, ...]
    """Those given."""
    considered: tuple[TherapyRow, ...]
    """Those ruled out, deferred or planned, each with its reason."""

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell of what happened."""
        return bool(self.history or self.findings or self.judgments or self.trend)


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One statement with its caveat, its answer where it speaks against, and its citation numbers."""

    text: Value
    caveat: Value | None
    answer: Value | None
    cites: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePart:
    """Why exchange now: for, against, and what the disease does."""

    rationale: RichValue | None
    supporting: tuple[Argument, ...]
    contrary: tuple[Argument, ...]
    course: tuple[Argument, ...]
    risks: tuple[Argument, ...]
    prognosis: tuple[Argument, ...]
    no_study: Value | None
    """That no study is cited; `None` where one is, or the row is first-line."""

    @property
    def cites_literature(self) -> bool:
        """Whether statements follow the physician's words."""
        return bool(self.prognosis or self.supporting or self.contrary)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """What is to be done and when it ends."""

    sessions: Value | None
    volumes: Value | None
    fluid: Value | None
    access: Value | None
    supervised_by: Value | None
    """Who supervises every line; `None` where lines differ and each names its own."""
    goal: Value | None
    monitoring: Value | None
    reassessment_on: Value | None
    stop_for_success: Value | None
    stop_for_futility: Value | None
    concurrent: Value | None
    risks: Value | None
    consent: Value | None
    delay: Value | None
    looks_back: bool
    """Whether all of it is over, so that the letter speaks of what would have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsePart:
    """What the sessions given so far achieved."""

    authorized: Value | None
    used: Value | None
    results: tuple[tuple[Phrase, Phrase], ...]
    """Each result from before the first exchange with the latest one after it; `name` stands with the first alone."""
    places: tuple[Value, ...]
    """Where they are written."""
    goal: Value | None
    """What more sessions are to achieve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPart:
    """One point of a denial with its answer; what is not of its ground is left empty, and stands in its usual place."""

    says: Value
    """In the payer's words."""
    own: RichValue | None
    """The physician's own answer."""
    facts: tuple[Phrase, ...]
    """What the case shows of the facts that are named for it."""
    repeated: bool
    """Whether a point above it is answered with the same."""
    groups: tuple[CriteriaGroup, ...] = ()
    unsettled: tuple[Value, ...] = ()
    stances: tuple[Value, ...] = ()
    """How the policies stand to the use, sentence by sentence."""
    ratings: tuple[RatingPart, ...] = ()
    supporting: tuple[Argument, ...] = ()
    contrary: tuple[Argument, ...] = ()
    therapies: tuple[TherapyRow, ...] = ()
    considered: tuple[TherapyRow, ...] = ()
    plan: PlanPart | None = None
    course: tuple[Argument, ...] = ()
    """What the guideline says of the number and rhythm of sessions."""
    response: ResponsePart | None = None
    setting: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialPart:
    """The decision that an appeal answers, and those before it."""

    external: bool
    """Whether the letter goes to a reviewer outside the payer, to whom its policy is not theirs."""
    denied_on: Value
    reference: Value
    reason: Value
    """In the payer's words."""
    policy_quoted: Value | None
    enclosed: Value | None
    """The exhibit that holds it."""
    earlier: tuple[tuple[Value, Value, Value, Value | None], ...]
    """Date, reference, reason and exhibit of each decision before it, the oldest first."""
    points: tuple[PointPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitRow:
    """One enclosure."""

    id: Value
    title: Value
    dated: Value | None
    pages: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRow:
    """One reference of the list."""

    number: Value
    text: Value
    """Without its identifier."""
    identifier: Value | None
    """Its DOI, or its PMID where it has none; `None` where it has neither."""
    address: BareValue | None
    """Where the identifier leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePart:
    """Whom to call, what is enclosed, who signs, what is cited."""

    peer_name: Value | None
    peer_phone: Value | None
    peer_hours: Value | None
    exhibits: tuple[ExhibitRow, ...]
    signer: Value | None
    signer_lines: tuple[Value, ...]
    references: tuple[ReferenceRow, ...]
    """In order of first use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything that a template may print."""

    template: str
    """The template's path below `templates/`."""
    head: Head
    member: MemberPart
    request: RequestPart
    response: ResponsePart | None
    """Only where more sessions are asked for."""
    denial: DenialPart | None
    """Only in an appeal; what its points hold is left out of the parts below."""
    policy: PolicyPart
    ratings: tuple[RatingPart, ...]
    clinical: ClinicalPart
    evidence: EvidencePart
    plan: PlanPart
    close: ClosePart

    @property
    def criteria_rows(self) -> tuple[CriterionRow, ...]:
        """Every row of a criteria table, wherever it stands."""
        points = self.denial.points if self.denial is not None else ()
        return (*(row for point in points for group in point.groups for row in group.rows), *self.policy.rows)

    @property
    def every_rating(self) -> tuple[RatingPart, ...]:
        """The rows of the guideline, wherever they stand."""
        points = self.denial.points if self.denial is not None else ()
        return (*(one for point in points for one in point.ratings), *self.ratings)

    @property
    def every_contrary(self) -> tuple[Argument, ...]:
        """What speaks against the request, wherever it stands."""
        points = self.denial.points if self.denial is not None else ()
        return (*(one for point in points for one in point.contrary), *self.evidence.contrary)
