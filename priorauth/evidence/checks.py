"""What the files of the evidence pack must agree on: ids, rows, citations, facts, figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from priorauth.criteria.language import Criterion, resolve
from priorauth.criteria.soundness import unsound
from priorauth.evidence.models import (
    Citation,
    CitationId,
    Edition,
    Indication,
    IndicationId,
    IndicationKind,
    Recommendation,
    RowId,
    Statement,
    Topic,
)
from priorauth.facts import Vocabulary
from priorauth.mistakes import Fault, Location, split_sentence

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def edition_faults(edition: Edition) -> Iterator[Fault]:
    """Rows that share an id."""
    yield from _repeated([("recommendations", place, row.id) for place, row in enumerate(edition.recommendations)])


def citation_faults(citations: Iterable[Citation]) -> Iterator[Fault]:
    """Records that share an id."""
    yield from _repeated([("", place, one.id) for place, one in enumerate(citations)])


def shared_faults(criteria: Iterable[Criterion]) -> Iterator[Fault]:
    """Shared criteria without an id, with an earlier one's, or with one that uses what does not stand before it."""
    named: list[tuple[str, int, str]] = []
    for place, one in enumerate(criteria):
        location: Location = ("criteria", place)
        if one.id is None:
            yield Fault(location=location, what="is shared without an id.", remedy="Give it one.")
            continue
        for used in _used(one) - {name for _, _, name in named}:
            yield Fault(
                location=location, what=f"uses `{used}`, which does not stand before it.", remedy="Move it, or mend the id."
            )
        named.append(("criteria", place, one.id))
    yield from _repeated(named)


def uncited(
    edition: Edition, citations: Mapping[CitationId, Citation], indications: Iterable[Indication]
) -> Iterator[tuple[str, str]]:
    """Records that nothing cites, and the guideline's own if it is not there: what is wrong, and the remedy."""
    cited = {edition.citation} | {name for one in indications for name in _cited_by(one)}
    for name in citations:
        if name not in cited:
            yield f"holds `{name}`, which nothing cites.", "Remove it, or cite it in a statement."
    if edition.citation not in citations:
        yield "lacks the record of the guideline itself.", "Add it under the id that the edition names."


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What an indication may refer to."""

    rows: Mapping[RowId, Recommendation]
    citations: Mapping[CitationId, Citation]
    shared: Mapping[str, Criterion]
    vocabulary: Vocabulary
    names: frozenset[IndicationId]

    def faults(self, indication: Indication, *, name: str) -> Iterator[Fault]:
        """Everything wrong with one indication, from the file of this name, beyond its shape."""
        if indication.id != name:
            yield Fault(location=("id",), what="differs from the name of its file.", remedy="Make the two equal.")
        yield from _kind_faults(indication)
        yield from self._row_faults(indication)
        yield from self._name_faults(indication)
        yield from self._all_criterion_faults(indication)
        for location, fact in _facts(indication):
            if fact not in self.vocabulary:
                yield Fault(
                    location=location, what="is no fact of the vocabulary.", remedy="Add it to facts.yaml, or mend the id."
                )
        yield from _repeated([("statements", place, one.id) for place, one in enumerate(indication.statements)])
        for place, statement in enumerate(indication.statements):
            yield from self._statement_faults(("statements", place), statement)

    def _row_faults(self, indication: Indication) -> Iterator[Fault]:
        for place, row in enumerate(indication.rows):
            if row not in self.rows:
                yield Fault(location=("rows", place), what="is no row of the edition.", remedy="Use an id of the guideline file.")
            elif indication.modality not in self.rows[row].modalities:
                yield Fault(location=("rows", place), what="rates another modality.", remedy="Use the row of this modality.")

    def _name_faults(self, indication: Indication) -> Iterator[Fault]:
        pointed: list[tuple[Location, str]] = [
            (("excluded_by", place, "points_to"), name)
            for place, one in enumerate(indication.excluded_by)
            for name in one.points_to
        ]
        yielded: list[tuple[Location, str]] = [
            (("yields_to", place, "indication"), one.indication) for place, one in enumerate(indication.yields_to)
        ]
        for location, name in (*pointed, *yielded):
            if name not in self.names:
                yield Fault(
                    location=location,
                    what="names an indication without a file.",
                    remedy="Use the name of a file in indications/.",
                )

    def _all_criterion_faults(self, indication: Indication) -> Iterator[Fault]:
        meanings: dict[str, object] = {}
        for location, criterion in _criteria(indication):
            try:
                resolved = resolve(criterion, dict(self.shared))
            except KeyError:
                yield Fault(
                    location=location,
                    what="uses a criterion that is not there.",
                    remedy="Write it into criteria.yaml, or mend the id.",
                )
                continue
            yield from self._criterion_faults(location, resolved)
            for leaf in resolved.leaves():
                if meanings.setdefault(leaf.id or "", leaf.leaf) != leaf.leaf:
                    what = f"gives `{leaf.id}` another meaning than an earlier criterion of this file."
                    yield Fault(location=location, what=what, remedy="Use one id for one test.")

    def _criterion_faults(self, location: Location, criterion: Criterion) -> Iterator[Fault]:
        for sentence in unsound(criterion, self.vocabulary):
            what, remedy = split_sentence(sentence)
            yield Fault(location=location, what=what, remedy=remedy)
        for source in _sources(criterion):
            if source not in self.citations and source not in self.rows:
                what = f"has the source `{source}`, which is neither a record of citations.json nor a row."
                yield Fault(location=location, what=what, remedy="Use the id of one.")

    def _statement_faults(self, location: Location, statement: Statement) -> Iterator[Fault]:
        for place, one in enumerate(statement.citations):
            if one not in self.citations:
                yield Fault(
                    location=(*location, "citations", place),
                    what="is no record of citations.json.",
                    remedy="Add it, or mend the id.",
                )
        known = _numbers(statement.quotation, *statement.figures)
        if _numbers(statement.text, statement.caveat, statement.answer) - known:
            yield Fault(
                location=(*location, "figures"),
                what="lacks a figure of the text.",
                remedy="Add each figure that the quotation does not hold.",
            )
        if statement.topic is Topic.CONTRARY and statement.answer is None:
            yield Fault(
                location=location,
                what="speaks against and has no answer.",
                remedy="Add `answer`: what it does and does not say here.",
            )


def _kind_faults(indication: Indication) -> Iterator[Fault]:
    match indication.kind:
        case IndicationKind.SUPPORTED:
            if len(indication.rows) != 1 or not indication.levels:
                yield Fault(
                    location=("kind",),
                    what="is supported without exactly one row and a level.",
                    remedy="Add them, or choose another kind.",
                )
        case IndicationKind.REFUSED:
            if indication.refusal is None or not indication.would_change:
                yield Fault(
                    location=("kind",), what="is refused without saying why, or what would change the answer.", remedy="Add both."
                )
        case IndicationKind.ELSEWHERE:
            if not indication.rows and indication.row_note is None:
                yield Fault(
                    location=("kind",),
                    what="belongs elsewhere and names no row.",
                    remedy="Add the row, or say in `row_note` that there is none.",
                )


def _repeated(named: Iterable[tuple[str, int, str]]) -> Iterator[Fault]:
    """A fault for every id that stood before; each is the list it stands in, its place there, and the id."""
    seen: set[str] = set()
    for group, place, name in named:
        if name in seen:
            location = (group, place, "id") if group else (place, "id")
            yield Fault(location=location, what="is the id of an earlier entry.", remedy="Give each its own.")
        seen.add(name)


def _used(criterion: Criterion) -> set[str]:
    return {leaf.use for leaf in criterion.leaves() if leaf.use is not None}


def _sources(criterion: Criterion) -> set[str]:
    own = {criterion.source} if criterion.source is not None else set()
    return own.union(*(_sources(part) for part in criterion.parts))


def _cited_by(indication: Indication) -> set[str]:
    """What its statements cite and its criteria rest on."""
    statements = {name for one in indication.statements for name in one.citations}
    return statements.union(*(_sources(criterion) for _, criterion in _criteria(indication)))


def _criteria(indication: Indication) -> Iterator[tuple[Location, Criterion]]:
    yield ("recognized_by",), indication.recognized_by
    for place, level in enumerate(indication.levels):
        yield ("levels", place, "criterion"), level.criterion
    for place, exclusion in enumerate(indication.excluded_by):
        yield ("excluded_by", place, "criterion"), exclusion.criterion
        if exclusion.unless is not None:
            yield ("excluded_by", place, "unless"), exclusion.unless
    for place, safeguard in enumerate(indication.safeguards):
        yield ("safeguards", place, "criterion"), safeguard.criterion
    for place, rival in enumerate(indication.differential):
        if rival.applies_when is not None:
            yield ("differential", place, "applies_when"), rival.applies_when


def _facts(indication: Indication) -> Iterator[tuple[Location, str]]:
    for place, fact in enumerate(indication.deciding_results):
        yield ("deciding_results", place), fact
    for place, fact in enumerate(indication.findings):
        yield ("findings", place), fact
    for place, rival in enumerate(indication.differential):
        for position, fact in enumerate(rival.facts):
            yield ("differential", place, "facts", position), fact
    for place, rule in enumerate(indication.levels):
        if rule.led_by is not None:
            yield ("levels", place, "led_by"), rule.led_by


def _numbers(*texts: str | None) -> set[str]:
    return {number for text in texts if text is not None for number in _NUMBER.findall(text)}
