"""The shapes of what payers ask: payers, policies and their lines, and how a letter words each stance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from priorauth.case.codes import Form, WholeNumber
from priorauth.case.parts import LineOfBusiness
from priorauth.criteria.language import Criterion, CriterionId
from priorauth.facts import FactId
from priorauth.moments import Day
from priorauth.payers.entry import Entry, IndicationId, PayerId, PolicyId, Provenance, Sentence, Url
from priorauth.payers.process import Answered, DocumentAsked, PriorAuthorization, Reach, Retrospective, Submission

VersionDate = Annotated[
    str,
    Form(
        r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?",
        "is not a date as a document gives it. Write a year, month or day: 2026, 2026-03 or 2026-03-15.",
    ),
]
"""A year, month or day, as exactly as the document gives it."""

GENERIC: PayerId = "generic"
"""The payer that stands in for every other: no criteria of a policy, the general standard."""


class Extent(StrEnum):
    """How much of a policy was read."""

    OPENING = "opening"
    """Only its opening."""
    GROUPS_COMPLETE = "groups_complete"
    """Every covered group that matters here."""
    SUMMARY = "summary"
    """Only a summary by somebody else."""
    TITLE = "title"
    """Only title and number."""


class Stance(StrEnum):
    """How a policy stands to an indication."""

    LISTED = "listed"
    """Named as covered, no further condition visible."""
    LISTED_CONDITIONAL = "listed_conditional"
    """Named as covered under conditions."""
    LAST_RESORT = "last_resort"
    """Covered only when life-threatening and other treatment failed or is unsuitable."""
    NOT_LISTED = "not_listed"
    """Absent from a list of covered uses that was read to its end."""
    NOT_COVERED = "not_covered"
    """Named as not covered, or the document covers nothing that it does not name."""
    CASE_BY_CASE = "case_by_case"
    """Not named; the document allows other proven uses."""
    UNKNOWN = "unknown"
    """No policy is loaded."""
    NOT_SEEN = "not_seen"
    """The part that would say so was not read; this is not `not_listed`."""

    @property
    def asks_exception(self) -> bool:
        """Whether a letter can only ask for an individual exception."""
        return self in {Stance.NOT_LISTED, Stance.NOT_COVERED}


class Basis(StrEnum):
    """Who asks for a criterion."""

    POLICY = "policy"
    """The payer's document."""
    PROJECT = "project"
    """Us, as proof of the diagnosis; never worded as a condition of the payer."""


class PolicyCriterion(Entry):
    """One row of a criteria table: what is asked, by whom, and how that came to us."""

    basis: Basis
    provenance: Provenance
    """For a criterion of ours that of the line it stands under."""
    criterion: Criterion
    """With id and text of its own, whatever its kind."""
    our_reading: bool = False
    """Whether how it is met is our reading and not the payer's words: a letter then says so beside a met."""
    beside: tuple[FactId, ...] = ()
    """Facts of numbers whose course a letter prints in the row, and which decide nothing."""

    @model_validator(mode="after")
    def _can_be_a_row(self) -> Self:
        if self.criterion.use is None and not (self.criterion.id and self.criterion.text):
            raise ValueError("is a row of a table without an id and a text. Add both to its criterion.")
        return self


class PolicyLine(Entry):
    """What a policy says of one indication."""

    stance: Stance
    condition: Sentence
    """The condition as the policy would name it, in the middle of a sentence."""
    paraphrase: Sentence
    """What the policy says, in our own words."""
    provenance: Provenance
    criteria: tuple[PolicyCriterion, ...] = ()
    version: Version | None = None
    """Where it was read in another copy than the rest of the policy."""
    source: Url | None = None
    """The address of that copy."""


class VersionKind(StrEnum):
    """What the date on a policy stands for."""

    EFFECTIVE = "effective"
    """From when it holds."""
    LATEST_REVIEW = "latest_review"
    """When the payer last reviewed it."""
    REVISED = "revised"
    """When the payer last changed its text."""
    MODIFIED = "modified"
    """When somebody else says that the payer changed it."""
    LAST_CHANGE = "last_change"
    """The last change that was seen in a text which changes piece by piece."""
    AS_OF = "as_of"
    """The day whose state the payer's page shows."""
    DATED = "dated"
    """A date on the document, whose meaning was not seen."""
    UNDATED = "undated"
    """The copy shows no date."""


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Version(Entry):
    """Which version of a policy was seen."""

    date: VersionDate | None = None
    kind: VersionKind

    @model_validator(mode="after")
    def _has_the_date_of_its_kind(self) -> Self:
        if (self.date is None) != (self.kind is VersionKind.UNDATED):
            raise ValueError(
                "has a date that it calls undated, or no date. Make `date` and `kind` agree; `kind: undated` has none."
            )
        return self

    @property
    def words(self) -> str:
        """As a letter prints it: `effective October 1, 2023`, `latest review July 2024`, `the copy shows no date`."""
        if self.date is None:
            return "the copy shows no date"
        year, *rest = self.date.split("-")
        month = f"{_MONTHS[int(rest[0]) - 1]} " if rest else ""
        day = f"{int(rest[1])}, " if len(rest) > 1 else ""
        return f"{self.kind.replace('_', ' ')} {month}{day}{year}"


class InForce(Entry):
    """From when to when a version holds; an end that is left out is not known."""

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")

    def holds_on(self, day: date) -> bool:
        """Whether nothing known speaks against this day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: InForce) -> bool:
        """Whether some day may lie in both."""
        return (self.first or date.min) <= (other.last or date.max) and (other.first or date.min) <= (self.last or date.max)


class Earlier(Entry):
    """An earlier version of a policy, or a policy before it, and what was different."""

    number: Sentence | None = None
    """Left out where it is the same."""
    version: Version
    note: Sentence
    provenance: Provenance
    source: Url


class Unlisted(Answered):
    """What a document says of every use that it does not name."""

    stance: Stance


class Policy(Entry):
    """One version of one document of a payer."""

    id: PolicyId
    number: Sentence | None = None
    """The payer's own; left out where it has none, and then the title alone names it."""
    title: Sentence
    url: Url
    version: Version
    read_on: Day
    """When our paraphrases were made."""
    compared_on: Day | None = None
    """When a person last compared them with the payer's own page; left out until somebody has."""
    extent: Extent
    in_force: InForce = Field(default_factory=InForce)
    provenance: Provenance
    quotes_guideline_of: Annotated[WholeNumber, Field(ge=1980, le=2100)] | None = None
    """The year of the guideline's edition that it quotes; a letter that quotes another names both."""
    caution: Sentence | None = None
    """What the physician must know before relying on it; for the review sheet."""
    history: tuple[Earlier, ...] = ()
    default_for_unlisted: Unlisted | None = None
    shared: Mapping[CriterionId, Criterion] = Field(default_factory=dict)
    """Criteria of the document that several lines `use`; the proofs of this project can be used besides."""
    indications: Mapping[IndicationId, PolicyLine] = Field(default_factory=dict)
    """What is not here was not seen."""

    @property
    def was_read(self) -> bool:
        """Whether some of the payer's own document was before us; only then can a letter speak of it."""
        return self.provenance is Provenance.VERIFIED and self.extent in {Extent.OPENING, Extent.GROUPS_COMPLETE}

    @property
    def name(self) -> str:
        """Number and title, or the title alone."""
        return f"{self.number}, {self.title}" if self.number else f"“{self.title}”"

    @property
    def words(self) -> str:
        """As a letter names it: number, title, and the version seen."""
        return f"{self.name} ({self.version.words})"

    def words_on(self, indication: str) -> str:
        """As a letter on this indication names it: with the version of the copy in which its line was read."""
        line = self.line(indication)
        return f"{self.name} ({((line and line.version) or self.version).words})"

    def line(self, indication: str) -> PolicyLine | None:
        """What was read of this indication in the payer's own document; `None` when nothing was."""
        line = self.indications.get(indication) if self.was_read else None
        return line if line is not None and line.provenance is Provenance.VERIFIED else None

    def printable_criteria(self, indication: str) -> tuple[PolicyCriterion, ...]:
        """The verified criteria on this indication, in the order of the policy; the only ones that anything may use."""
        line = self.line(indication)
        return tuple(one for one in line.criteria if one.provenance is Provenance.VERIFIED) if line is not None else ()


class PayerRecord(Reach):
    """`payer.yaml`: who decides, for whom, and how it takes a request."""

    id: PayerId
    name: Sentence
    entity: Sentence
    """The company behind the name."""
    product: Sentence | None = None
    """The plan or program, where the entity has several."""
    inherits: PayerId | None = None
    """The payer whose policies bind this one, and are judged first."""
    submission: Submission
    prior_authorization: PriorAuthorization = Field(default_factory=PriorAuthorization)
    retrospective: Retrospective = Field(default_factory=Retrospective)
    documents: tuple[DocumentAsked, ...] = ()
    caution: Sentence | None = None
    """What the physician must know before relying on this record; for the review sheet."""
    url: Url | None = None


class Payer(PayerRecord):
    """A payer with every policy that we hold of it."""

    policies: tuple[Policy, ...] = ()

    @property
    def policies_read(self) -> tuple[Policy, ...]:
        """Those of which a letter can speak, in the order of their file names."""
        return tuple(policy for policy in self.policies if policy.was_read)

    def policy_on(self, day: date) -> Policy | None:
        """The policy in force on a date of service, of those that were read; `None` when we hold none for that day."""
        return next((policy for policy in self.policies_read if policy.in_force.holds_on(day)), None)


class LeftOut(Entry):
    """A record of our reading that is not in the pack, or not whole."""

    id: PayerId
    what: Sentence
    """What is left out: the payer, or a part of its record."""
    reason: Sentence


class LeftOutRecords(Entry):
    """`left_out.yaml`: what was known and is not in the pack, with the reason."""

    left_out: tuple[LeftOut, ...]


class Proofs(Entry):
    """`proofs.yaml`: what this project asks for as proof of a diagnosis, whoever the payer."""

    proofs: Mapping[CriterionId, Criterion]


class Stances(Entry):
    """The standing sentences that a letter prints, with `{payer}`, `{policy}` and `{condition}` filled in."""

    stances: Mapping[Stance, Sentence]
    no_entry: Sentence
    """Said in place of `not_seen` where every group that matters was read."""
    not_seen_first: Sentence
    """Where a policy that comes before the payer's own does not settle the indication."""
    not_in_force: Sentence
    """When the version that we hold was not in force on the date of service."""
    not_compared: Sentence
    """For the review sheet, until a person has compared our paraphrases with the payer's page."""

    @model_validator(mode="after")
    def _has_them_all(self) -> Self:
        missing = [stance for stance in Stance if stance not in self.stances]
        if missing:
            raise ValueError(f"lacks a sentence. Add: {', '.join(missing)}.")
        allowed = {"payer", "policy", "condition"}
        texts = (*self.stances.values(), self.no_entry, self.not_seen_first, self.not_in_force, self.not_compared)
        used = {name for text in texts for name in re.findall(r"\{(.*?)\}", text)}
        if used - allowed:
            raise ValueError("has a placeholder that nothing fills. Use only: {payer}, {policy}, {condition}.")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Payers:
    """The whole pack, its references already checked."""

    payers: Mapping[str, Payer]
    stances: Stances
    proofs: Mapping[str, Criterion] = field(default_factory=dict)
    """What policies of another pack can `use` besides their own."""
    clinic: frozenset[str] = frozenset()
    """Ids of payers that come from a clinic's own pack, some in place of ours."""

    def lineage(self, payer: Payer) -> tuple[Payer, ...]:
        """Whose policies decide, in the order in which they are judged: the payer that this one inherits, then itself."""
        return (self.payers[payer.inherits], payer) if payer.inherits is not None else (payer,)

    def policies_of(self, payer: Payer, day: date) -> tuple[Policy, ...]:
        """The policies that were read and hold on this day: inherited first, then its own; may be empty."""
        return tuple(policy for one in self.lineage(payer) if (policy := one.policy_on(day)) is not None)

    @property
    def original_medicare(self) -> Payer | None:
        """The payer that stands for Original Medicare and for nothing else; `None` when none is loaded."""
        alike = [one for one in self.payers.values() if one.lines_of_business == (LineOfBusiness.MEDICARE,)]
        # A contractor that a clinic adds is taken only by its id; a clinic that replaces ours has no other beside it.
        return min(alike, key=lambda one: one.id in self.clinic, default=None)

    @property
    def generic(self) -> Payer:
        """The payer that stands in for all others."""
        return self.payers[GENERIC]

    def origin(self, source: str) -> dict[str, object]:
        """Where a source id of this pack is written, and what it rests on; `KeyError` when it resolves to nothing.

        `stance:not_listed`, `payer:bcbs-alabama`, `payer:bcbs-alabama/mp-100`, `payer:bcbs-alabama/mp-100/caps`,
        `payer:bcbs-alabama/mp-100/caps/listed`. `"pack": "clinic"` says that it is written in the clinic's own pack.
        """
        scheme, _, path = source.partition(":")
        if scheme == "stance":
            if path not in {*Stance, "no_entry", "not_seen_first", "not_in_force", "not_compared"}:
                raise KeyError(source)
            return {"file": "payers/stances.yaml"}
        payer_id, *rest = path.split("/")
        payer = self.payers[payer_id] if scheme == "payer" else None
        if payer is None:
            raise KeyError(source)
        whose: dict[str, object] = {"pack": "clinic"} if payer_id in self.clinic else {}
        return whose | (_origin_in(payer, rest) if rest else {"file": f"payers/{payer_id}/payer.yaml"})


def _origin_in(payer: Payer, path: list[str]) -> dict[str, object]:
    policy = {policy.id: policy for policy in payer.policies}[path[0]]
    entry: dict[str, object] = {
        "file": f"payers/{payer.id}/policies/{policy.id}.yaml",
        "url": policy.url,
        "version": policy.version.date,
        "version_kind": policy.version.kind,
        "extent": policy.extent,
    }
    if len(path) == 1:
        return entry
    line = policy.indications[path[1]]
    entry |= {"stance": line.stance, "provenance": line.provenance, "url": line.source or policy.url}
    if line.version is not None:
        entry |= {"version": line.version.date, "version_kind": line.version.kind}
    if len(path) == 2:
        return entry
    row = {one.criterion.id: one for one in line.criteria}["/".join(path[2:])]
    return entry | {"criterion": row.criterion.id, "basis": row.basis, "provenance": row.provenance}
