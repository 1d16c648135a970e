"""The shapes of what the literature says: editions, rows, indications, statements, citations."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from priorauth.case.codes import Modality
from priorauth.case.parts import TherapyClass
from priorauth.criteria.language import CodePattern, Criterion, CriterionId
from priorauth.facts import FactId

IndicationId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
RowId = Annotated[str, StringConstraints(pattern=r"^A\d{3}$")]
CitationId = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z0-9]+)*$")]
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


class Recommendation(Entry):
    """One row of the guideline: its rating of one modality in one condition."""

    id: RowId
    disease: str
    condition: str | None = None
    modality: str
    """As the guideline prints it; may name several (`TPE/IA`)."""
    category: Category
    grade: Grade
    page: int
    """Page of the fact sheet."""
    note: Sentence | None = None
    """For the review sheet: how far our copy of this row can be trusted."""

    @property
    def modalities(self) -> tuple[str, ...]:
        """The modalities that this row rates, each by itself."""
        return tuple(self.modality.split("/"))


class Edition(Entry):
    """One edition of the guideline, every row of it."""

    id: str
    name: str
    """As always printed beside category and grade: `Ninth Special Issue, 2023`."""
    year: int
    citation: CitationId
    category_meanings: Mapping[Category, str]
    grade_meanings: Mapping[Grade, str]
    """In plain words, printed beside the grade."""
    notes: tuple[Sentence, ...] = ()
    """For the review sheet: what is known of this edition, such as that a later one may be out."""
    recommendations: tuple[Recommendation, ...]


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
    direction: Direction
    topic: Topic
    citations: tuple[CitationId, ...] = Field(min_length=1)
    quotation: str | None = None
    """The short passage it rests on."""
    figures: tuple[str, ...] = ()
    """Every figure in the text that the quotation does not hold, as read in the source."""
    verified: Verification
    claim: str
    """Our record of the check."""


class Level(StrEnum):
    """How firmly the case carries the diagnosis."""

    ESTABLISHED = "established"
    PROBABLE = "probable"
    SUSPECTED = "suspected"


class IndicationKind(StrEnum):
    """What the tool does with an indication once it recognizes it."""

    SUPPORTED = "supported"
    """Has full criteria; a letter can be written."""
    ELSEWHERE = "elsewhere"
    """Told apart from the supported ones; has a row, no criteria of its own yet."""
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
    """The rows it rests on; exactly one for a supported indication, none where the guideline is silent."""
    row_note: Sentence | None = None
    """How this condition reaches the row when the row's words are wider: printed beside the rating."""
    modality: Modality = Modality.TPE
    coding: Coding = Field(default_factory=Coding)
    recognized_by: Criterion
    """What makes it worth considering."""
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
    doi: str | None = Field(default=None, alias="DOI")
    pmid: str | None = Field(default=None, alias="PMID")
    note: str | None = None
    """How the record was verified, and what was left out because it was not."""


class Evidence(Entry):
    """The whole pack, its references already checked."""

    edition: Edition
    citations: Mapping[CitationId, Citation]
    references: Mapping[CitationId, str]
    """Every citation as a letter prints it, in AMA style, without its number."""
    indications: Mapping[IndicationId, Indication]

    def recommendation(self, row: str) -> Recommendation:
        """The guideline's row by id; `KeyError` when there is none."""
        for one in self.edition.recommendations:
            if one.id == row:
                return one
        raise KeyError(row)
