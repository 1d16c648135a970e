"""The shapes of what the literature says: editions, rows, indications, statements, citations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from priorauth.case.codes import Form, Modality, YesNo
from priorauth.case.parts import TherapyClass
from priorauth.criteria.language import CodePattern, Criterion, CriterionId
from priorauth.facts import FactId
from priorauth.moments import Day

IndicationId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
RowId = Annotated[str, StringConstraints(pattern=r"^A\d{3}$")]
CitationId = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z0-9]+)*$")]
Doi = Annotated[str, Form(r"10\.\d{4,9}/\S*[^\s.,;:]", "is not a DOI. Write it from 10. to its last sign, without what follows.")]
Pmid = Annotated[str, Form(r"[1-9]\d{0,7}", "is not a PMID. Write its one to eight digits and nothing else.")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


class Entry(BaseModel):
    """The base of everything in the evidence pack: frozen, closed."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True)


class Category(StrEnum):
    """ASFA category: the role of apheresis."""

    I = "I"  # noqa: E741  # the guideline's own numeral
    """First-line, alone or with other treatment."""
    II = "II"
    """Second-line, alone or with other treatment."""
    III = "III"
    """Role not established; decision individual."""
    IV = "IV"
    """Ineffective or harmful."""


class Grade(StrEnum):
    """GRADE: strength of the recommendation (1, 2) and quality of the evidence (A, B, C)."""

    G1A = "1A"
    G1B = "1B"
    G1C = "1C"
    G2A = "2A"
    G2B = "2B"
    G2C = "2C"


class Comparison(Entry):
    """That a person compared a row or a statement with its source."""

    by: Sentence
    on: Day


class Recommendation(Entry):
    """One row of the guideline: its rating of one modality in one condition."""

    id: RowId
    disease: str
    condition: str | None = None
    modality: str
    """As the guideline prints it; may name several (`TPE/IA`)."""
    category: Category
    grade: Grade
    page: int | None = None
    """Page of the fact sheet; `None` where it was not seen."""
    continues: tuple[RowId, ...] = ()
    """Rows of earlier editions with other ids that this one took the place of."""
    note: Sentence | None = None
    """For the review sheet: how far our copy of this row can be trusted."""
    compared: Comparison | None = Field(default=None, exclude=True)
    """Who compared it with the publisher's page; never in our own files, only laid over them by a clinic."""
    lapsed: Comparison | None = Field(default=None, exclude=True)
    """Who compared what it was before it changed; laid over it in the same way."""

    @property
    def modalities(self) -> tuple[str, ...]:
        """The modalities that this row rates, each by itself."""
        return tuple(self.modality.split("/"))

    @property
    def title(self) -> str:
        """Disease and condition as the guideline prints them."""
        return f"{self.disease}, {self.condition}" if self.condition else self.disease


class Extent(StrEnum):
    """How much of an edition we hold."""

    WHOLE = "whole"
    """Every row of its table."""
    PARTIAL = "partial"
    """Only the rows that were verified: what is not here is not known, and may well be in the edition."""


class Edition(Entry):
    """One edition of the guideline. The same row keeps its id from edition to edition, whatever becomes of its rating."""

    id: Annotated[str, StringConstraints(pattern=r"^asfa-\d{4}$")]
    name: str
    """As always printed beside category and grade: `Ninth Special Issue, 2023`."""
    year: int
    published: Day
    """From this day on a letter quotes it, until a later one is published."""
    extent: Extent
    citation: CitationId
    category_meanings: Mapping[Category, str]
    grade_meanings: Mapping[Grade, str]
    """In plain words, printed beside the grade."""
    notes: tuple[Sentence, ...] = ()
    """For the review sheet: what is known of this edition, such as that a later one may be out."""
    recommendations: tuple[Recommendation, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Recommendation]:
        """Every row by its id."""
        return {one.id: one for one in self.recommendations}

    def with_rows(self, rows: tuple[Recommendation, ...]) -> Edition:
        """The same edition with these rows; a copy by `model_copy` would keep the old ones by id."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_construct(**{**fields, "recommendations": rows})

    def rows_of(self, indication: Indication) -> tuple[Recommendation, ...]:
        """The rows of an indication that this edition holds, in the indication's order; may be empty."""
        return tuple(self.by_id[row] for row in indication.rows if row in self.by_id)


class Verification(StrEnum):
    """How a statement or citation was compared with its source."""

    ABSTRACT = "abstract"
    """The abstract, or a faithful copy of it, was read."""
    RECORD = "record"
    """The bibliographic record was read."""
    TRANSCRIPTION = "transcription"
    """A transcription of the guideline's table or fact sheet was read."""
    TWO_TRANSCRIPTIONS = "two_transcriptions"
    """Two independent transcriptions agree."""
    SECONDARY = "secondary"
    """Another document reports it."""


class Checker(StrEnum):
    """Who must still compare a statement with its source before anybody may call it compared."""

    PHYSICIAN = "physician"
    """A physician of the field, with the whole text of the source before them."""
    LIBRARIAN = "librarian"
    """Anyone with the bibliographic record before them."""


class Direction(StrEnum):
    """For which side a statement speaks."""

    SUPPORTS = "supports"
    AGAINST = "against"
    CONTEXT = "context"
    """Neither: prognosis, usual course, risks."""


class Topic(StrEnum):
    """Where in a letter a statement belongs."""

    RATIONALE = "rationale"
    """Why exchange now."""
    CONTRARY = "contrary"
    """Evidence against, disclosed and answered."""
    PROGNOSIS = "prognosis"
    """What the disease does; with what delay would mean."""
    COURSE = "course"
    """How many sessions, how often, until when."""
    RISK = "risk"
    """What can go wrong."""
    REFUSAL = "refusal"
    """Shown when a letter is refused."""


class Statement(Entry):
    """One sentence in our own words, what it rests on, and how that was checked."""

    id: CriterionId
    text: Sentence
    caveat: Sentence | None = None
    """Printed right behind the text, always."""
    answer: Sentence | None = None
    """For contrary evidence: what it does and does not say about a request like this one."""
    only_for: tuple[Modality, ...] = ()
    """The procedures that it speaks of; empty where it holds for any that the rows rate."""
    direction: Direction
    topic: Topic
    citations: tuple[CitationId, ...] = Field(min_length=1)
    quotation: str | None = None
    """The short passage it rests on."""
    figures: tuple[str, ...] = ()
    """Every figure in the text that the quotation does not hold, as read in one of its citations."""
    verified: Verification
    claim: str
    """Our record of the check."""
    check_by: Checker
    """By whom it still has to be checked."""
    compared: Comparison | None = Field(default=None, exclude=True)
    """Who compared it with its source; never in our own files, only laid over them by a clinic."""
    lapsed: Comparison | None = Field(default=None, exclude=True)
    """Who compared what it was before it changed; laid over it in the same way."""


class Level(StrEnum):
    """How firmly the case carries the diagnosis."""

    ESTABLISHED = "established"
    PROBABLE = "probable"
    SUSPECTED = "suspected"
    DECLARED = "declared"
    """No criteria are encoded: the physician declares it, and codes and modality agree."""


class IndicationKind(StrEnum):
    """What the tool does with an indication once it recognizes it."""

    SUPPORTED = "supported"
    """Has full criteria; a letter can be written."""
    DECLARED = "declared"
    """Has a row and no criteria of its own: a letter rests on the physician's declaration and their own words."""
    REFUSED = "refused"
    """Recognized, and the evidence does not support exchange."""


class LevelRule(Entry):
    """What it takes to reach a level, and how a letter words it."""

    level: Level
    wording: Sentence
    """As in: `definite catastrophic antiphospholipid syndrome`."""
    led_by: FactId | None = None
    """A fact whose chosen words follow the wording, where the disease alone would not name what is treated."""
    criterion: Criterion


class Exclusion(Entry):
    """A finding that moves the case away from this indication."""

    criterion: Criterion
    unless: Criterion | None = None
    """What lifts it when met; merely not knowing it does not."""
    points_to: tuple[IndicationId, ...] = ()
    """Where the case belongs instead, if anywhere."""
    reason: Sentence
    required: bool = False
    """Whether it must be known to be absent before a letter is written."""


class Yield(Entry):
    """Another indication that goes first when both fit."""

    indication: IndicationId
    reason: Sentence


class Severity(StrEnum):
    """What a safeguard does when it is not met."""

    BLOCKS = "blocks"
    WARNS = "warns"


class Safeguard(Entry):
    """Something the request itself must (or should) satisfy, beside the diagnosis."""

    criterion: Criterion
    severity: Severity
    reason: Sentence


class CodeRule(Entry):
    """A diagnosis code and why it is treated so."""

    code: CodePattern
    reason: Sentence


class Coding(Entry):
    """How the indication is coded, and what would contradict it."""

    primary: tuple[CodePattern, ...] = ()
    """At least one of these must be billed."""
    with_one_of: tuple[CodePattern, ...] = ()
    """And at least one of these, when any are named."""
    never_with: tuple[CodeRule, ...] = ()
    not_instead: tuple[CodeRule, ...] = ()
    note: Sentence | None = None
    """A sentence that the letter must carry about a code."""


class Rival(Entry):
    """One line of the differential: what is told apart, and by which facts."""

    name: Sentence
    facts: tuple[FactId, ...] = Field(min_length=1)
    applies_when: Criterion | None = None
    """It is left out where this is not met, as pregnancy for a man."""
    requires: bool = False
    """Whether a letter wants a result, a pending test or an attested finding for it."""


class Indication(Entry):
    """One condition as the guideline names it, and everything we know about it."""

    id: IndicationId
    kind: IndicationKind
    name: Sentence
    """As it reads in the middle of a sentence."""
    title: Sentence
    """As a heading prints it."""
    synonyms: tuple[Sentence, ...] = ()
    rows: tuple[RowId, ...] = ()
    """The rows it rests on, one for each modality that the guideline rates in it; none where the guideline is silent."""
    row_note: Sentence | None = None
    """How this condition reaches the row when the row's words are wider: printed beside the rating."""
    coding: Coding = Field(default_factory=Coding)
    recognized_by: Criterion | None = None
    """What makes it worth considering; where there is nothing, only a declaration or a code does."""
    levels: tuple[LevelRule, ...] = ()
    excluded_by: tuple[Exclusion, ...] = ()
    yields_to: tuple[Yield, ...] = ()
    safeguards: tuple[Safeguard, ...] = ()
    deciding_results: tuple[FactId, ...] = ()
    """Shown as a trend from baseline to latest."""
    findings: tuple[FactId, ...] = ()
    """Shown with date and source among what happened."""
    differential: tuple[Rival, ...] = ()
    therapies: tuple[TherapyClass, ...] = ()
    """Classes a reviewer expects to see tried, running, or ruled out."""
    statements: tuple[Statement, ...] = ()
    refusal: Sentence | None = None
    """For a refused indication: what the guideline says and does not say."""
    would_change: tuple[Sentence, ...] = ()
    """For a refused indication: the findings that would change the answer."""

    def statements_on(self, modality: str) -> tuple[Statement, ...]:
        """What can be said of this procedure in it, in the order of the pack."""
        return tuple(one for one in self.statements if not one.only_for or modality in one.only_for)

    @property
    def file(self) -> str:
        """The file of the pack that holds it."""
        bare = self.kind is IndicationKind.DECLARED and self.recognized_by is None
        return "declared.yaml" if bare else f"indications/{self.id}.yaml"

    @property
    def recognition(self) -> Criterion:
        """What makes it worth considering; where there is nothing, what its first level asks."""
        return self.recognized_by or self.levels[0].criterion


class Citation(Entry):
    """One CSL-JSON record, the fields that we print."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    id: CitationId
    type: str
    title: str
    author: tuple[Mapping[str, str], ...] = ()
    container_title: str | None = Field(default=None, alias="container-title")
    issued: Mapping[str, tuple[tuple[int, ...], ...]]
    volume: str | None = None
    issue: str | None = None
    page: str | None = None
    doi: Doi | None = Field(default=None, alias="DOI")
    pmid: Pmid | None = Field(default=None, alias="PMID")
    note: str | None = None
    """How the record was verified, and what was left out because it was not."""
    background: YesNo = False
    """Kept though no statement cites it, for readers of the pack."""

    @property
    def identifier(self) -> str | None:
        """How its printed reference ends: with its DOI, or its PMID where it has none; `None` where nobody has seen either."""
        if self.doi is not None:
            return f"doi:{self.doi}"
        return f"PMID: {self.pmid}" if self.pmid is not None else None

    @property
    def address(self) -> str | None:
        """Where on the web that leads; never looked up by us."""
        if self.doi is not None:
            return f"https://doi.org/{quote(self.doi, safe='/:;()')}"
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid is not None else None


class Evidence(Entry):
    """The whole pack, its references already checked."""

    edition: Edition
    """The edition that letters quote: the latest, or that of the day asked for with `on`."""
    editions: Mapping[str, Edition]
    """Every edition by its id, the oldest first."""
    citations: Mapping[CitationId, Citation]
    references: Mapping[CitationId, str]
    """Every citation as a letter prints it, in AMA style, without its number."""
    indications: Mapping[IndicationId, Indication]

    def recommendation(self, row: str) -> Recommendation:
        """The edition's row by id; `KeyError` when it holds none."""
        return self.edition.by_id[row]

    def on(self, day: date) -> Evidence:
        """The same evidence with the edition that was the latest on this day; before the first, with the first."""
        by_day = sorted(self.editions.values(), key=lambda one: one.published)
        edition = next((one for one in reversed(by_day) if one.published <= day), by_day[0])
        return self if edition.id == self.edition.id else self.model_copy(update={"edition": edition})
