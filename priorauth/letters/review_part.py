"""The review sheet: what the physician should look at before signing, most urgent first; never sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from priorauth.case.reader import CaseFile
from priorauth.criteria.chart import Chart, Location, latest_of
from priorauth.criteria.language import Basis
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import (
    Checker,
    Direction,
    Edition,
    Indication,
    Level,
    Recommendation,
    Statement,
    Verification,
)
from priorauth.letters.clinical_part import applies
from priorauth.letters.letter import Letter
from priorauth.letters.own_words import claims, texts_in
from priorauth.letters.provenance import BareValue, Value, joined, value
from priorauth.letters.words import ended, long_date, words
from priorauth.payers.choice import HowChosen
from priorauth.payers.clocks import Limit
from priorauth.reasoning.assess import date_of_service
from priorauth.reasoning.gaps import Gap
from priorauth.reasoning.match import Match
from priorauth.reasoning.review import Packs, Review

REVIEW_TEMPLATE = "base/review.html"
_CHECK = "priorauth:check"
_VERIFIED = {
    Verification.ABSTRACT: "abstract read",
    Verification.RECORD: "record read",
    Verification.TRANSCRIPTION: "one transcription read",
    Verification.TWO_TRANSCRIPTIONS: "two transcriptions agree",
    Verification.SECONDARY: "reported by another document",
}

_CHECKERS = {
    Checker.PHYSICIAN: "a physician has yet to compare it with the whole source",
    Checker.LIBRARIAN: "somebody has yet to compare it with the record",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """Something that a letter can go out with, and a clerk would rather not."""

    what: Value
    remedy: Value
    owner: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One statement of the letter and what it rests on."""

    text: Value
    reference: Value
    verified: Value
    quotation: Value | None
    figures: Value | None
    """Figures of the statement that the quotation does not hold, as read in the source."""
    against: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheet:
    """Everything that the review sheet prints."""

    document_title: BareValue
    created: BareValue
    case_id: Value
    wording: Value
    status: Value
    unsettled: tuple[Value, ...]
    """Criteria of the policy or the definition that are not met or unknown, with what is missing."""
    open_exclusions: tuple[Value, ...]
    """What would point elsewhere and has not been answered."""
    therapies: Value | None
    """Drug classes that a reviewer expects to see tried, running or ruled out, and the case does not name."""
    gaps: tuple[GapRow, ...]
    claims: tuple[tuple[Value, Value], ...]
    """Sentences of the physician's that want a second look, and why."""
    policy: tuple[Value, ...]
    statements: tuple[StatementRow, ...]
    rows: tuple[Value, ...]
    """What is known of how the guideline's rows were checked."""
    general: Value | None
    """The criteria that are beyond dispute and not from the guideline's text; `None` where every criterion names its source."""
    declared: bool
    """Whether no criteria of the row are encoded here."""
    codes: Value
    """The release by which the diagnosis codes were checked."""
    deadlines: tuple[Value, ...]
    """By when the payer must decide, and until when an appeal may be filed, by the verified rules."""


def compose_review(review: Review, letter: Letter, case_file: CaseFile, packs: Packs) -> ReviewSheet:
    """The review sheet that goes with this letter."""
    match = review.match
    assert match.chosen is not None  # a letter was composed
    assert match.level is not None
    title = f"Review sheet: {case_file.case.case_id}"
    return ReviewSheet(
        document_title=BareValue(title, ("case:case_id",)),
        created=letter.head.created,
        case_id=value(case_file.case.case_id, "case:case_id"),
        wording=letter.clinical.wording,
        status=value(match.status.value, f"indication:{match.chosen.indication.id}"),
        unsettled=(*_unsettled(letter), *_awaited(review.chart)),
        open_exclusions=tuple(_open_exclusions(review)),
        therapies=_not_addressed(review),
        gaps=tuple(_gap(gap) for gap in review.gaps.warnings),
        claims=tuple(_claims(case_file)),
        policy=tuple(_policy(review, packs)),
        statements=tuple(
            row for one in _indications(match) for row in _statements(one, match.chosen.modality or "", _numbers(letter))
        ),
        rows=tuple(_rows(match, packs.evidence.edition)),
        general=_general(match),
        declared=match.level.level is Level.DECLARED,
        codes=_codes(review, packs),
        deadlines=tuple(_deadlines(review)),
    )


def _indications(match: Match) -> tuple[Indication, ...]:
    chosen = (match.chosen,) if match.chosen else ()
    return tuple(one.indication for one in (*chosen, *match.also_present))


def _unsettled(letter: Letter) -> Iterator[Value]:
    for row in letter.criteria_rows:
        if row.css.text != "met":
            missing = f" {row.missing.text}" if row.missing else ""
            yield value(f"{row.truth.text}: {ended(row.text.text)}{missing}", *row.text.sources)


def _awaited(chart: Chart) -> Iterator[Value]:
    """Facts whose latest sample has not come back."""
    for fact in chart.case.facts:
        if any(sample.reading is None for sample in latest_of(chart.samples(fact))):
            yield value(f"Result awaited: {chart.definition(fact).name}.", f"facts:{fact}")


def _open_exclusions(review: Review) -> Iterator[Value]:
    chosen = review.match.chosen
    assert chosen is not None  # a letter was composed
    elsewhere = {
        f"fact:{fact}" for rival in chosen.indication.differential if not applies(review.chart, rival) for fact in rival.facts
    }
    for ruling in chosen.rulings:
        missing = {one.what for one in ruling.finding.missing}
        if ruling.finding.truth is Truth.UNKNOWN and not missing <= elsewhere:
            asked = ruling.finding.criterion.text or "; ".join(one.criterion.text or "" for one in ruling.finding.leaves())
            yield value(f"{asked}? {ruling.exclusion.reason}", f"indication:{chosen.indication.id}")


def _not_addressed(review: Review) -> Value | None:
    named = {therapy.therapy_class for therapy in review.chart.case.therapies.tried}
    expected = dict.fromkeys(one for indication in _indications(review.match) for one in indication.therapies)
    missing = [value(words(one), _CHECK) for one in expected if one not in named]
    return joined(missing) if missing else None


def _gap(gap: Gap) -> GapRow:
    plain = {name: getattr(gap, name).replace("`", "") for name in ("what", "remedy")}
    return GapRow(what=value(plain["what"], _CHECK), remedy=value(plain["remedy"], _CHECK), owner=value(gap.owner.value, _CHECK))


def _claims(case_file: CaseFile) -> Iterator[tuple[Value, Value]]:
    data = case_file.document.data
    known = (
        [text for name, part in data.items() if name not in {"narrative", "denials"} for text in texts_in(part)]
        if isinstance(data, dict)
        else []
    )
    for told, source in _own_words(case_file):
        for sentence, claim in claims(told, known):
            yield value(sentence, source), value(claim.value, _CHECK)


def _own_words(case_file: CaseFile) -> Iterator[tuple[str, str]]:
    """Whatever the physician wrote in their own words, with its source id."""
    case = case_file.case
    written: list[tuple[Location, str | None]] = [
        (("narrative", "history"), case.narrative.history),
        (("narrative", "rationale"), case.narrative.rationale),
    ]
    for place, denial in enumerate(case.denials):
        written += [(("denials", place, "points", n, "answer"), point.answer) for n, point in enumerate(denial.points)]
    return ((told, case_file.source(location)) for location, told in written if told is not None)


def _policy(review: Review, packs: Packs) -> Iterator[Value]:
    chosen, assessment = review.payer, review.assessment
    if chosen.payer.id in packs.payers.clinic:
        text = f"What is said of {chosen.payer.name} comes from the clinic’s own record, which only the clinic has checked."
        yield value(text, f"payer:{chosen.payer.id}")
    if chosen.how is HowChosen.FALLBACK:
        yield value(chosen.no_policy, _CHECK)
    for one in assessment.in_order if assessment is not None else ():
        if one.not_compared is not None:
            yield value(one.not_compared, f"payer:{one.payer_id}")
        if one.policy is not None and one.policy.caution is not None:
            yield value(one.policy.caution, f"payer:{one.payer_id}/{one.policy.id}")
    if chosen.payer.caution is not None:
        yield value(chosen.payer.caution, f"payer:{chosen.payer.id}")


def _codes(review: Review, packs: Packs) -> Value:
    day = date_of_service(review.chart.case, as_of=review.chart.as_of)
    return value(packs.rules.code_lists.nearest(day).about.release, _CHECK)


_LIMITS = {Limit.DECISION: "The payer must decide", Limit.FILING: "An appeal can be filed"}


def _deadlines(review: Review) -> Iterator[Value]:
    for one in review.deadlines:
        yield value(f"{_LIMITS[one.limits]} {one.words} ({one.rule}).", _CHECK)


def _checked(statement: Statement) -> str:
    """How it was verified, and who compared it with its source or still has to."""
    how, by = _VERIFIED[statement.verified], statement.compared
    if by is not None:
        return f"{how}; compared with its source by {by.by} on {long_date(by.on)}"
    if statement.lapsed is not None:
        how = f"{how}; {statement.lapsed.by} compared other words than these on {long_date(statement.lapsed.on)}"
    return f"{how}; {_CHECKERS[statement.check_by]}"


def _numbers(letter: Letter) -> Mapping[str, str]:
    """The letter's number of each reference, by its source id."""
    return {one.text.sources[0]: one.number.text for one in letter.close.references}


def _statements(indication: Indication, modality: str, numbers: Mapping[str, str]) -> Iterator[StatementRow]:
    for statement in indication.statements_on(modality):
        source = f"indication:{indication.id}/{statement.id}"
        cited = [f"citation:{one}" for one in statement.citations if f"citation:{one}" in numbers]
        if not cited:
            continue  # of a topic that only a refusal shows
        yield StatementRow(
            text=value(statement.text, source),
            reference=value(f"Reference {', '.join(numbers[one] for one in cited)}", *cited),
            verified=value(_checked(statement), source),
            quotation=value(statement.quotation, source) if statement.quotation else None,
            figures=joined([value(one, source) for one in statement.figures]) if statement.figures else None,
            against=statement.direction is Direction.AGAINST,
        )


def _compared(row: Recommendation) -> str:
    if row.compared is not None:
        return f"{row.compared.by} compared this row with the publisher’s page on {long_date(row.compared.on)}."
    if row.lapsed is not None:
        then = f"{row.lapsed.by} compared it on {long_date(row.lapsed.on)}"
        return f"This row has changed since {then}: nobody has yet compared it with the publisher’s page as it is now."
    return "No person has yet compared this row with the publisher’s page."


def _general(match: Match) -> Value | None:
    """What the reached levels ask on the basis of common knowledge, each once."""
    candidates = (match.chosen, *match.also_present)
    found = {
        leaf.text: f"indication:{one.indication.id}"
        for one in candidates
        if one is not None and one.reached is not None
        for leaf in one.reached.rule.criterion.leaves()
        if leaf.basis is Basis.GENERAL and leaf.text is not None
    }
    return joined([value(text, source) for text, source in found.items()], last="; ") if found else None


def _rows(match: Match, edition: Edition) -> Iterator[Value]:
    for row in match.rows:
        page = f", fact sheet on page {row.page}" if row.page is not None else ""
        text = f"{row.title}, {row.modality}: Category {row.category}, Grade {row.grade}{page}."
        note = f" {row.note}" if row.note else ""
        yield value(f"{text}{note} {_compared(row)}", f"row:{row.id}")
    for note in edition.notes:
        yield value(note, f"edition:{edition.id}")
