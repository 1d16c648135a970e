"""What a review comes to, for people and for scripts: names, places and sources, never a value of the case.

The field names of the dataclasses are the contract of `--format json`; the README describes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from priorauth.criteria.truth import Truth
from priorauth.drafts.findings import Looker, Seen
from priorauth.drafts.order import Reviewed
from priorauth.evidence.models import (
    Category,
    Direction,
    Edition,
    Evidence,
    IndicationKind,
    Level,
    Recommendation,
    Statement,
    Topic,
)
from priorauth.letters.procedures import rated_modalities
from priorauth.payers.models import Basis
from priorauth.reasoning.assess import Assessment
from priorauth.reasoning.clocks import Deadline
from priorauth.reasoning.gaps import Gap
from priorauth.reasoning.match import Candidate, Match, Standing, Status, lacking
from priorauth.reasoning.review import Packs, Review

NOT_TREATMENT_ADVICE = "This is not treatment advice; do not delay emergency care."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A row of the guideline: category and grade never without the edition."""

    category: str
    grade: str
    edition: str
    row: str
    """Disease and condition as the guideline prints them."""
    row_id: str
    page: int | None
    """Of the fact sheet; `None` where it was not seen."""
    modality: str
    if_confirmed: bool = False
    """Whether the row applies only once a suspected diagnosis is confirmed."""

    @property
    def words(self) -> str:
        """The rating in one line."""
        confirmed = "; applies if confirmed" if self.if_confirmed else ""
        return f"Category {self.category}, Grade {self.grade} ({self.edition}{confirmed}): {self.row}, {self.modality}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """One indication that was considered."""

    indication: str
    title: str
    standing: Standing
    declared: bool
    level: Level | None
    wording: str | None
    """How the letter would name the diagnosis at that level."""
    asfa: Rating | None
    refusal: str | None
    """How a refused indication, or one that its row calls ineffective, says so in its own words."""
    findings: tuple[Seen, ...]
    """Criterion by criterion: what recognizes it, its levels, and what points away from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A statement of the evidence pack with its references."""

    text: str
    caveat: str | None
    answer: str | None
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerSeen:
    """Whose criteria were used."""

    id: str
    name: str
    chosen_because: str
    """`declared` in the case, `requested` on the command line, or `fallback`: nothing is known of this payer."""
    policy: str | None
    stance: str | None
    not_met: tuple[str, ...]
    """What the policies ask and this case does not meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSeen:
    """One time limit."""

    clock: str
    """Id of the rule."""
    limits: str
    """`decision` of the payer, or `filing` of an appeal."""
    rule: str
    words: str
    at: str | None
    """The last day, or the last minute in the clinic's local time; `None` while its start is not known."""
    source: str
    """Where the rule was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a review comes to."""

    case_id: str
    file: str
    """The case file, as given."""
    as_of: str
    exit_code: int
    """What `letter` ends with."""
    status: Status
    indication: str | None
    wording: str | None
    """The diagnosis at the level that the case carries."""
    asfa: Rating | None
    """The row that the letter rests on; `None` when there is no letter."""
    also_present: tuple[str, ...]
    payer: PayerSeen
    findings: tuple[Seen, ...]
    """What the answer rests on: for a letter its diagnosis and the payer's criteria, else what stands in the way."""
    gaps: tuple[Gap, ...]
    deadlines: tuple[DeadlineSeen, ...]
    """By when the payer must decide, and until when an appeal may be filed, by the verified rules."""
    reasons: tuple[str, ...]
    """Why there is no letter, in sentences; empty when there is one."""
    belongs_to: tuple[Rating, ...]
    """Rows where a refused case belongs; no letter is written on them yet."""
    would_change: tuple[str, ...]
    """Findings that would change a refusal."""
    contrary: tuple[Reference, ...]
    """Evidence that speaks against, always disclosed."""
    concerned: tuple[str, ...]
    """The indications that the status is about: of the letter, to choose between, still open, or that refuse."""
    candidates: tuple[Standpoint, ...]
    """Every indication that the case suggests, declares or rules out."""
    notice: str | None


def report(reviewed: Reviewed, packs: Packs) -> Report:
    """The report on a review."""
    found, match = reviewed.review, reviewed.review.match
    writes = match.status.writes_letter
    looker = Looker(file=reviewed.file, chart=found.chart)
    return Report(
        case_id=reviewed.file.case.case_id,
        file=reviewed.file.name,
        as_of=found.chart.as_of.isoformat(),
        exit_code=int(found.exit_code),
        status=match.status,
        indication=match.indication.id if match.indication else None,
        wording=match.level.wording if match.level else None,
        asfa=_rating_of(match.chosen, packs.evidence) if match.chosen else None,
        also_present=tuple(one.indication.id for one in match.also_present),
        payer=_payer(reviewed),
        findings=_telling(reviewed),
        gaps=tuple(found.gaps),
        deadlines=tuple(_deadline(one, packs) for one in found.deadlines),
        reasons=_reasons(found) if found.exit_code else (),
        belongs_to=() if writes else tuple(_rating(row, packs.evidence) for row in _rows_elsewhere(match)),
        would_change=tuple(dict.fromkeys(text for one in match.concerned for text in _way_out(one))),
        contrary=tuple(_contrary(match, packs.evidence)),
        concerned=tuple(one.indication.id for one in match.concerned),
        candidates=tuple(
            _standpoint(one, looker, packs.evidence) for one in match.candidates if one.standing is not Standing.ABSENT
        ),
        notice=NOT_TREATMENT_ADVICE if found.exit_code else None,
    )


def _rows_elsewhere(match: Match) -> tuple[Recommendation, ...]:
    """The rows where a refused case belongs; one that calls the procedure ineffective is no place to belong to."""
    return tuple(row for row in match.rows if match.status is Status.NONE and row.category is not Category.IV)


def in_short(found: Report) -> tuple[str, ...]:
    """Why there is no letter and where the case belongs, or what a request that can go out still lacks, a line each."""
    if found.exit_code:
        return (*found.reasons, *(f"It belongs to: {row.words}." for row in found.belongs_to))
    return tuple(f"{gap.what} {gap.remedy}" for gap in found.gaps)


def _reasons(found: Review) -> tuple[str, ...]:
    if found.match.status is Status.NONE:
        return refusals(found.match.concerned) or ("Nothing in the case points to an indication that is supported.",)
    return tuple(f"{gap.what} {gap.remedy}" for gap in found.gaps.blocking)


def refusals(concerned: tuple[Candidate, ...]) -> tuple[str, ...]:
    """What each candidate that stands in the way says for itself."""
    return tuple(dict.fromkeys(text for one in concerned for text in _refusal(one)))


def _refusal(one: Candidate) -> Iterator[str]:
    name = one.indication.name
    match one.standing:
        case Standing.EXCLUDED:
            yield from (ruling.exclusion.reason for ruling in one.excluded_by)
        case Standing.OTHER_MODALITY if not one.all_rows:
            yield f"The {one.edition.name} has no row for {name}, and no rating of another edition is borrowed."
        case Standing.OTHER_MODALITY:
            rated = " and ".join(rated_modalities(row.modality) for row in one.all_rows)
            asked = rated_modalities(one.modality or "")
            yield f"In {name} the guideline rates {rated}; it has no row for {asked}, and no rating is borrowed."
        case Standing.INEFFECTIVE:
            yield one.indication.refusal or _ineffective(one)
        case Standing.RECOGNIZED if one.indication.kind is IndicationKind.REFUSED:
            yield one.indication.refusal or ""
        case Standing.RECOGNIZED:
            yield f"The case fits {name}, whose row has no criteria here: a letter needs the physician’s own declaration."
        case _:
            pass


def _ineffective(one: Candidate) -> str:
    row, edition = one.rows[0], one.edition
    rated = f"Category {row.category}, Grade {row.grade} ({edition.name})"
    meaning = edition.category_meanings[row.category]
    return f"The guideline rates {row.modality} in {one.indication.name} {rated}: {meaning}. No letter is written on it."


def _way_out(one: Candidate) -> Iterator[str]:
    """What would change the answer."""
    if one.standing is Standing.OTHER_MODALITY and one.all_rows:
        rated = " or ".join(modality for row in one.all_rows for modality in row.modalities)
        yield f"If {rated} is what is done, correct `modality` under `services`."
        return
    yield from one.indication.would_change
    if one.standing is Standing.INEFFECTIVE and not one.indication.would_change:
        yield "Another diagnosis, shown by its own findings: it is judged by its own row."
        yield from (_rated_otherwise(row, one.edition) for row in one.all_rows if row.category is not Category.IV)
    if one.standing is Standing.RECOGNIZED and one.indication.kind is IndicationKind.DECLARED:
        yield (
            f"If {one.indication.name} is what is to be treated: enter `{one.indication.id}` under `indication.primary`, "
            "bill a code that agrees with it, and give your reasons in `narrative.rationale`."
        )


def _rated_otherwise(row: Recommendation, edition: Edition) -> str:
    """Another procedure that the guideline does not call ineffective in the same condition."""
    rated = f"Category {row.category}, Grade {row.grade} ({edition.name})"
    return f"If {row.modality} is what is done, correct `modality` under `services`; its row is {rated}."


def as_plain(one: Report) -> dict[str, Any]:
    """The report as JSON holds it."""
    return asdict(one)


def _deadline(one: Deadline, packs: Packs) -> DeadlineSeen:
    at = f"{one.at.day}{f'T{one.at.time:%H:%M}' if one.at.time else ''}" if one.at else None
    source = packs.rules.clocks.clocks[one.clock].source
    return DeadlineSeen(clock=one.clock, limits=one.limits, rule=one.rule, words=one.words, at=at, source=source)


def _rating_of(candidate: Candidate, evidence: Evidence) -> Rating | None:
    if candidate.row is None:
        return None
    suspected = candidate.reached is not None and candidate.reached.rule.level is Level.SUSPECTED
    return _rating(candidate.row, evidence, if_confirmed=suspected)


def _rating(row: Recommendation, evidence: Evidence, *, if_confirmed: bool = False) -> Rating:
    return Rating(
        category=row.category,
        grade=row.grade,
        edition=evidence.edition.name,
        row=row.title,
        row_id=row.id,
        page=row.page,
        modality=row.modality,
        if_confirmed=if_confirmed,
    )


def _payer(reviewed: Reviewed) -> PayerSeen:
    chosen = reviewed.review.payer
    assessment = reviewed.review.assessment
    return PayerSeen(
        id=chosen.payer.id,
        name=chosen.payer.name,
        chosen_because=chosen.how,
        policy=assessment.policy.words if assessment and assessment.policy else None,
        stance=assessment.stance if assessment else None,
        not_met=tuple(dict.fromkeys(_unmet(assessment))) if assessment else (),
    )


def _unmet(assessment: Assessment) -> Iterator[str]:
    asked = (row.finding for one in assessment.in_order for row in one.of_basis(Basis.POLICY))
    yield from (one.criterion.text or "" for one in asked if one.truth is Truth.NOT_MET)


def _telling(reviewed: Reviewed) -> tuple[Seen, ...]:
    """For a letter the reached level and the payer's criteria; else what keeps the case from one."""
    looker = Looker(file=reviewed.file, chart=reviewed.review.chart)
    match = reviewed.review.match
    if match.chosen is not None and match.chosen.reached is not None:
        level = match.chosen.reached
        diagnosis = looker.leaves(level.finding, f"{match.chosen.indication.id}: {level.rule.level}")
        return (*diagnosis, *_policy_findings(reviewed, looker))
    return tuple(one for candidate in match.concerned for one in _in_the_way(candidate, looker))


def _policy_findings(reviewed: Reviewed, looker: Looker) -> tuple[Seen, ...]:
    assessment = reviewed.review.assessment
    judged = assessment.in_order if assessment else ()
    return tuple(looker.seen(row.finding, f"payer: {one.payer_id}") for one in judged for row in one.findings)


def _in_the_way(candidate: Candidate, looker: Looker) -> Iterator[Seen]:
    about = candidate.indication.id
    for ruling in candidate.excluded_by:
        yield looker.seen(ruling.finding, f"{about}: points away")
    if candidate.standing is Standing.RECOGNIZED:
        yield looker.seen(candidate.recognized, f"{about}: recognized")
    for leaf in lacking(candidate.nearest) if candidate.standing in {Standing.OPEN, Standing.HINTED} else ():
        yield looker.seen(leaf, f"{about}: needed")


def _contrary(match: Match, evidence: Evidence) -> Iterator[Reference]:
    # The words of a supported indication answer for its letter; where there is none, they would be untrue.
    refusing = [one for one in match.concerned if one.indication.kind is IndicationKind.REFUSED]
    candidates = refusing if match.status is Status.NONE else match.concerned
    statements = [one for candidate in candidates for one in candidate.indication.statements if _speaks_against(one)]
    for one in dict.fromkeys(statements):
        cited = tuple(evidence.references[key] for key in one.citations)
        yield Reference(text=one.text, caveat=one.caveat, answer=one.answer, references=cited)


def _speaks_against(statement: Statement) -> bool:
    return statement.direction is Direction.AGAINST or statement.topic in {Topic.CONTRARY, Topic.REFUSAL}


def _standpoint(candidate: Candidate, looker: Looker, evidence: Evidence) -> Standpoint:
    reached = candidate.reached
    return Standpoint(
        indication=candidate.indication.id,
        title=candidate.indication.title,
        standing=candidate.standing,
        declared=candidate.declared,
        level=reached.rule.level if reached else None,
        wording=reached.rule.wording if reached else None,
        asfa=_rating_of(candidate, evidence),
        refusal=candidate.indication.refusal,
        findings=(
            looker.seen(candidate.recognized, "recognized"),
            *(looker.seen(level.finding, f"level: {level.rule.level}") for level in candidate.levels),
            *(looker.seen(ruling.finding, "points away") for ruling in candidate.rulings),
        ),
    )
