"""The shapes of what payers ask: payers, policies and their lines, and how a letter words each stance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from priorauth.case.codes import Phone, State
from priorauth.case.parts import LineOfBusiness
from priorauth.criteria.language import Criterion, CriterionId
from priorauth.moments import Day

PayerId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
PolicyId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
IndicationId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
VersionDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
"""A year, month or day, as exactly as the document gives it."""
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]

GENERIC: PayerId = "generic"
"""The payer that stands in for every other: no criteria of a policy, the general standard."""


class Entry(BaseModel):
    """The base of everything in the payer pack: frozen, closed."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)


class Provenance(StrEnum):
    """How a line of a policy came to us."""

    VERIFIED = "verified"
    """Read in a copy of the payer's own document."""
    VERIFIED_SECONDARY = "verified_secondary"
    """Read only in somebody else's summary; never cited as policy."""
    RECALLED = "recalled"
    """From memory, no text seen; never printed."""
    UNKNOWN = "unknown"
    """Looked for, not found or not visible."""


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


class VersionKind(StrEnum):
    """What the date on a policy stands for."""

    EFFECTIVE = "effective"
    """From when it holds."""
    LATEST_REVIEW = "latest_review"
    """When the payer last reviewed it."""


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Version(Entry):
    """Which version of a policy was seen."""

    date: VersionDate
    kind: VersionKind

    @property
    def words(self) -> str:
        """As a letter prints it: `effective October 1, 2023`, `latest review July 2024`."""
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


class Policy(Entry):
    """One version of one document of a payer."""

    id: PolicyId
    number: Sentence
    """The payer's own."""
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
    shared: Mapping[CriterionId, Criterion] = Field(default_factory=dict)
    """Criteria of the document that several lines `use`; the proofs of this project can be used besides."""
    indications: Mapping[IndicationId, PolicyLine]

    @model_validator(mode="after")
    def _absence_was_read(self) -> Self:
        unread = self.extent is not Extent.GROUPS_COMPLETE
        if unread and any(line.stance is Stance.NOT_LISTED for line in self.indications.values()):
            raise ValueError("calls an indication not_listed, but was not read to the end. Use not_seen, or read the whole list.")
        return self

    @property
    def words(self) -> str:
        """As a letter names it: number, title, and the version seen."""
        return f"{self.number}, {self.title} ({self.version.words})"

    def line(self, indication: str) -> PolicyLine | None:
        """What was read of this indication in the payer's own document; `None` when nothing was."""
        line = self.indications.get(indication)
        return line if line is not None and line.provenance is Provenance.VERIFIED else None

    def printable_criteria(self, indication: str) -> tuple[PolicyCriterion, ...]:
        """The verified criteria on this indication, in the order of the policy; the only ones that anything may use."""
        line = self.line(indication)
        if line is None or self.provenance is not Provenance.VERIFIED:
            return ()
        return tuple(one for one in line.criteria if one.provenance is Provenance.VERIFIED)


class ChannelKind(StrEnum):
    """How a request reaches a payer."""

    FAX = "fax"
    PHONE = "phone"
    PORTAL = "portal"
    MAIL = "mail"


class Channel(Entry):
    """One way to a payer, never without its scope: one plan's number is another plan's privacy breach."""

    kind: ChannelKind
    scope: Sentence
    """For which plans, requests and states it is given."""
    number: Phone | None = None
    lines: tuple[Sentence, ...] = ()
    """Address or portal."""
    source: Url
    seen_on: Day
    provenance: Provenance


class Knowledge(StrEnum):
    """Whether something about a payer is known."""

    UNKNOWN = "unknown"
    """Not looked up, or not found; the clinic supplies it."""
    KNOWN = "known"


class Submission(Entry):
    """Where a request goes."""

    known: Knowledge
    channels: tuple[Channel, ...] = ()

    @model_validator(mode="after")
    def _says_what_it_knows(self) -> Self:
        if (self.known is Knowledge.KNOWN) != bool(self.channels):
            what = "lists channels that it calls unknown, or calls known what it does not list."
            raise ValueError(f"{what} Make `known` and `channels` agree.")
        return self


class PayerRecord(Entry):
    """`payer.yaml`: who decides, and for whom."""

    id: PayerId
    name: Sentence
    entity: Sentence
    """The company behind the name."""
    lines_of_business: tuple[LineOfBusiness, ...] = ()
    """Empty for any."""
    states: tuple[State, ...] = ()
    """Empty for any."""
    submission: Submission
    url: Url | None = None


class Payer(PayerRecord):
    """A payer with every policy that we hold of it."""

    policies: tuple[Policy, ...] = ()

    def policy_on(self, day: date) -> Policy | None:
        """The policy in force on a date of service; `None` when we hold none for that day."""
        return next((policy for policy in self.policies if policy.in_force.holds_on(day)), None)


class Proofs(Entry):
    """`proofs.yaml`: what this project asks for as proof of a diagnosis, whoever the payer."""

    proofs: Mapping[CriterionId, Criterion]


class Stances(Entry):
    """The standing sentences that a letter prints, with `{payer}`, `{policy}` and `{condition}` filled in."""

    stances: Mapping[Stance, Sentence]
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
        texts = (*self.stances.values(), self.not_in_force, self.not_compared)
        used = {name for text in texts for name in re.findall(r"\{(.*?)\}", text)}
        if used - allowed:
            raise ValueError("has a placeholder that nothing fills. Use only: {payer}, {policy}, {condition}.")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Payers:
    """The whole pack, its references already checked."""

    payers: Mapping[str, Payer]
    stances: Stances

    @property
    def generic(self) -> Payer:
        """The payer that stands in for all others."""
        return self.payers[GENERIC]

    def origin(self, source: str) -> dict[str, object]:
        """Where a source id of this pack is written, and what it rests on; `KeyError` when it resolves to nothing.

        `stance:not_listed`, `payer:bcbs-alabama`, `payer:bcbs-alabama/mp-100`, `payer:bcbs-alabama/mp-100/caps`,
        `payer:bcbs-alabama/mp-100/caps/listed`.
        """
        scheme, _, path = source.partition(":")
        if scheme == "stance":
            if path not in {*Stance, "not_in_force", "not_compared"}:
                raise KeyError(source)
            return {"file": "payers/stances.yaml"}
        payer_id, *rest = path.split("/")
        payer = self.payers[payer_id] if scheme == "payer" else None
        if payer is None:
            raise KeyError(source)
        return _origin_in(payer, rest) if rest else {"file": f"payers/{payer_id}/payer.yaml"}


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
    entry |= {"stance": line.stance, "provenance": line.provenance}
    if len(path) == 2:
        return entry
    row = {one.criterion.id: one for one in line.criteria}["/".join(path[2:])]
    return entry | {"criterion": row.criterion.id, "basis": row.basis, "provenance": row.provenance}
