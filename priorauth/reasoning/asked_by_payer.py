"""What this payer asks for beside its policy's criteria: records to send, a form of its own, authorization or none."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.case.parts import Case, NeedAnswer
from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import evaluate
from priorauth.criteria.truth import Truth
from priorauth.facts import Owner
from priorauth.payers.entry import Provenance
from priorauth.payers.models import Payer
from priorauth.payers.process import Answer, Channel, ChannelKind, DocumentAsked
from priorauth.reasoning.gaps import Gap, GapKind, gap_of, owner_of

_CHECK = "request.authorization_check"
_CONTRADICTS = {
    (
        Answer.YES,
        NeedAnswer.NOT_REQUIRED,
    ): "This payer wants to be asked beforehand, and the case says that it need not be.",
    (
        Answer.NO,
        NeedAnswer.REQUIRED,
    ): "This payer does not want to be asked beforehand, and the case says that it must be.",
}


def payer_gaps(chart: Chart, payer: Payer) -> Iterator[Gap]:
    """What this payer was read, in its own documents, to ask for and the case does not carry.

    Every gap warns: what decides is the criteria of the policy.
    """
    for position, document in enumerate(payer.documents):
        if document.printable and document.criterion is not None:
            yield from _document_gaps(chart, document, f"document-{position + 1}", clause=_clause(payer, document.source))
    yield from _authorization_gaps(chart.case, payer)
    for channel in payer.submission.channels:
        if channel.kind is ChannelKind.FORM and channel.provenance is Provenance.VERIFIED:
            yield _form_gap(channel, payer)


def _document_gaps(chart: Chart, document: DocumentAsked, name: str, *, clause: str) -> Iterator[Gap]:
    assert document.criterion is not None  # the caller has looked
    finding = evaluate(document.criterion, chart)
    reason = f"The payer wants to see: {document.item}."
    if finding.truth is Truth.UNKNOWN:
        for missing in finding.missing:
            yield gap_of(missing, chart, reason, clause=clause, blocks=False)
    if finding.truth is Truth.NOT_MET:
        yield Gap(
            id=name,
            kind=GapKind.CONTRARY,
            what=f"The case says otherwise than this payer asks: {document.criterion.text}.",
            remedy="Correct the case if the record says otherwise, or say in your own words why it is not so.",
            owner=Owner.PHYSICIAN,
            reason=reason,
            clause=clause,
            blocks=False,
            field="narrative.rationale",
        )


def _authorization_gaps(case: Case, payer: Payer) -> Iterator[Gap]:
    known, checked = payer.prior_authorization, case.request.authorization_check
    what = _CONTRADICTS.get((known.required, checked.answer)) if checked is not None and known.printable else None
    if what is not None:
        yield Gap(
            id="authorization-otherwise-known",
            kind=GapKind.CONTRARY,
            what=what,
            remedy=f"Ask the payer again, and correct `{_CHECK}` or the payer.",
            owner=owner_of(_CHECK),
            reason=known.note or "A request that nobody asked for is returned, and one that nobody made is denied.",
            clause=_clause(payer, known.source),
            blocks=False,
            field=f"{_CHECK}.answer",
        )


def _form_gap(channel: Channel, payer: Payer) -> Gap:
    return Gap(
        id="form-of-its-own",
        kind=GapKind.INCOMPLETE,
        what=f"There is a form for this payer, which this letter does not replace: {', '.join(channel.lines)}.",
        remedy="Fill it in and send the letter with it.",
        owner=Owner.BILLING,
        reason=f"It is for: {channel.scope}.",
        clause=_clause(payer, channel.source),
        blocks=False,
        field="coverage.payer_id",
    )


def _clause(payer: Payer, source: str | None) -> str:
    return f"{payer.name}, as read at {source}"
