"""One page for the call with the payer's physician, drawn from the letter of the same review; never sent, never signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from priorauth.case.parts import TherapyOutcome
from priorauth.case.reader import CaseFile
from priorauth.letters.letter import Argument, CriterionRow, Letter, PolicyPart, RatingPart
from priorauth.letters.provenance import BareValue, Value, joined, value
from priorauth.letters.quote import Phrase, Quoter
from priorauth.letters.request_part import labeled, present
from priorauth.reasoning.review import Review

CALL_TEMPLATE = "base/peer-to-peer.html"
_FACTS = 3
"""As many as one can say before being interrupted."""
_SETTLED = frozenset(
    {
        TherapyOutcome.FAILED,
        TherapyOutcome.PARTIAL,
        TherapyOutcome.NOT_TOLERATED,
        TherapyOutcome.CONTRAINDICATED,
        TherapyOutcome.NOT_GIVEN,
    }
)
"""What became of a treatment that a reviewer would otherwise ask for."""
_EXHIBIT = "Exhibit"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSheet:
    """Everything that the sheet prints."""

    document_title: BareValue
    created: BareValue
    case_id: Value
    payer: tuple[Value, ...]
    peer_name: Value | None
    peer_phone: Value | None
    peer_hours: Value | None
    signer: Value
    member: Value
    birth_date: Value
    member_id: Value
    references: tuple[Value, ...]
    """Every number by which the payer knows this request."""
    sessions: Value | None
    modality: Value
    to_come: Value | None
    delivered: Value | None
    """The sessions already given that are asked for."""
    wording: Value
    expedited: Value | None
    stances: tuple[Value, ...]
    unsettled: tuple[CriterionRow, ...]
    """Each criterion that is not met or unknown."""
    met: tuple[Value, ...]
    facts: tuple[tuple[Value, tuple[Phrase, ...]], ...]
    """Three facts that decide, each behind the criterion that it meets, from its first result to its latest."""
    therapies: tuple[tuple[Phrase, Value | None], ...]
    """Failed or ruled out, with the reason."""
    ratings: tuple[RatingPart, ...]
    contrary: tuple[Argument, ...]
    denial: Value | None
    """The date and number of the denial that is appealed."""
    exception: bool
    delay: Value | None


def compose_call_sheet(review: Review, letter: Letter, case_file: CaseFile) -> CallSheet:
    """The sheet that goes with this letter."""
    quoter = Quoter(case_file, review.chart)
    rows = letter.criteria_rows
    signer, member = letter.close.signer, letter.member
    assert signer is not None  # without these four no letter was composed
    assert member.name is not None
    assert member.birth_date is not None
    assert member.member_id is not None
    return CallSheet(
        document_title=BareValue(f"Call sheet: {case_file.case.case_id}", ("case:case_id",)),
        created=letter.head.created,
        case_id=value(case_file.case.case_id, "case:case_id"),
        payer=letter.head.addressee[:1],
        peer_name=letter.close.peer_name,
        peer_phone=letter.close.peer_phone,
        peer_hours=letter.close.peer_hours,
        signer=signer,
        member=member.name,
        birth_date=member.birth_date,
        member_id=member.member_id,
        references=tuple(_references(quoter, letter)),
        sessions=letter.request.sessions,
        modality=letter.request.modality,
        to_come=letter.request.to_come,
        delivered=letter.request.delivered if letter.request.delivered_under is None else None,
        wording=joined((letter.clinical.wording, *letter.clinical.also_present)),
        expedited=letter.head.expedited,
        stances=tuple(one.stance for one in _policies(letter.policy)),
        unsettled=tuple(row for row in rows if not _is_met(row)),
        met=tuple(row.text for row in rows if _is_met(row)),
        facts=tuple(_deciding(letter))[:_FACTS],
        therapies=tuple(_therapies(quoter)),
        ratings=letter.every_rating,
        contrary=letter.every_contrary,
        denial=_denial(letter),
        exception=letter.policy.exception,
        delay=letter.plan.delay,
    )


def _policies(policy: PolicyPart) -> tuple[PolicyPart, ...]:
    return (policy.first, policy) if policy.first is not None else (policy,)


def _is_met(row: CriterionRow) -> bool:
    return row.css.text == "met"


def _references(quoter: Quoter, letter: Letter) -> Iterator[Value]:
    yield from present(labeled("our account", letter.member.account_number))
    for kind, number in letter.head.references:
        yield joined((kind, number), last=" ")
    yield from present(labeled("authorization", quoter.field("authorization", "number")))
    if letter.denial is not None:
        yield from present(labeled("denial", letter.denial.reference))


def _denial(letter: Letter) -> Value | None:
    denial = letter.denial
    return joined((denial.denied_on, denial.reference), last=", reference ") if denial is not None else None


def _deciding(letter: Letter) -> Iterator[tuple[Value, tuple[Phrase, ...]]]:
    """What the reached level rests on: first what an exhibit shows, one fact for each criterion, then what else there is."""
    told = [(row.text, one) for row in _of_diagnosis(letter) if _is_met(row) for one in _facts_of(row)]
    shown = [pair for pair in told if pair[1][0].where is not None and pair[1][0].where.text.startswith(_EXHIBIT)]
    first = [pair for place, pair in enumerate(shown) if pair[0] not in [text for text, _ in shown[:place]]]
    yield from first
    yield from (pair for pair in (*shown, *told) if pair not in first)


def _facts_of(row: CriterionRow) -> Iterator[tuple[Phrase, ...]]:
    """The phrases of a row, those of one fact together."""
    for _, phrases in groupby(row.phrases, key=lambda phrase: phrase.text.sources[0].partition("[")[0]):
        yield tuple(phrases)


def _of_diagnosis(letter: Letter) -> Iterator[CriterionRow]:
    """The rows that establish the diagnosis, wherever they stand."""
    ours = ("indication:",)
    return (row for row in letter.criteria_rows if row.text.sources[0].startswith(ours))


def _therapies(quoter: Quoter) -> Iterator[tuple[Phrase, Value | None]]:
    for place, therapy in enumerate(quoter.case.therapies.tried):
        if therapy.outcome in _SETTLED:
            yield quoter.therapy(place), quoter.field("therapies", "tried", place, "reason")
