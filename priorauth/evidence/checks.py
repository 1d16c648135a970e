"""What the files of the evidence pack must agree on: ids, rows, citations, facts, figures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from priorauth.case.codes import Modality
from priorauth.criteria.language import Criterion, resolve
from priorauth.criteria.soundness import unsound
from priorauth.evidence.declared import DeclaredIndications
from priorauth.evidence.figures import unread_figures
from priorauth.evidence.grounds import BY_DESIGN, groundless
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
    Verification,
)
from priorauth.facts import Vocabulary
from priorauth.mistakes import Fault, Location, split_sentence

_GROUNDED = ("recognized_by", "levels", "excluded_by")
"""What of an indication must say on what it rests; safeguards are ours to ask."""

_SECONDARY = re.compile(r"\b(reported|quoted|cited|summarized) (by|in)\b")
"""How a sentence says that somebody else's document stands between it and its source."""


def edition_faults(edition: Edition, *, name: str, citations: Collection[CitationId]) -> Iterator[Fault]:
    """What is wrong with an edition by itself, from the file of this name, and whether its own record is there."""
    if edition.id != name:
        yield Fault(location=("id",), what="differs from the name of its file.", remedy="Make the two equal.")
    if edition.citation not in citations:
        yield Fault(location=("citation",), what="is no record of citations.json.", remedy="Add it, or mend the id.")
    named = [("recommendations", place, row.id) for place, row in enumerate(edition.recommendations)]
    yield from _repeated(named)
    yield from _unsorted(named)
    seen: set[tuple[str, str | None, str]] = set()
    for place, row in enumerate(edition.recommendations):
        cell = (row.disease, row.condition, row.modality)
        if cell in seen:
            what = "rates the same procedure in the same condition as an earlier row."
            yield Fault(location=("recommendations", place), what=what, remedy="Remove one of them, or mend the condition.")
        seen.add(cell)
        if row.category not in edition.category_meanings or row.grade not in edition.grade_meanings:
            what = "has a category or grade whose meaning the edition does not give."
            remedy = "Add it to `category_meanings` or `grade_meanings`, in the edition's own words."
            yield Fault(location=("recommendations", place), what=what, remedy=remedy)
        yield from _compared_faults(("recommendations", place), row)


def edition_problems(editions: Sequence[Edition], indications: Iterable[Indication]) -> Iterator[tuple[str, Fault]]:
    """Editions published on the same day, and rows of the newest one that no indication rests on; each with the edition's id."""
    for earlier, later in pairwise(editions):
        if earlier.published == later.published:
            what = f"is the day of {earlier.id} too."
            yield later.id, Fault(location=("published",), what=what, remedy="Mend it in one of the two.")
    reached = {row for indication in indications for row in indication.rows}
    newest = editions[-1]
    earlier_ids = {row.id for edition in editions[:-1] for row in edition.recommendations}
    for place, row in enumerate(newest.recommendations):
        if not set(row.continues) <= earlier_ids:
            what, remedy = "continues a row that no earlier edition holds.", "Mend the ids under `continues`."
            yield newest.id, Fault(location=("recommendations", place, "continues"), what=what, remedy=remedy)
        if not set(row.modalities) <= set(Modality):
            what, remedy = "rates a procedure that no case can ask for.", f"Write one or more of: {', '.join(Modality)}."
            yield newest.id, Fault(location=("recommendations", place, "modality"), what=what, remedy=remedy)
        if row.id not in reached:
            what = f"is {row.id}, on which no indication rests."
            remedy = "Add one, in declared.yaml or in a file of its own."
            yield newest.id, Fault(location=("recommendations", place), what=what, remedy=remedy)


def declared_faults(declared: DeclaredIndications, references: References) -> Iterator[Fault]:
    """Entries out of order, with an id that is taken, or resting on rows that are not there or rate the same procedure."""
    named = [("indications", place, one.id) for place, one in enumerate(declared.indications)]
    yield from _repeated(named)
    yield from _unsorted(named)
    for place, one in enumerate(declared.indications):
        if one.id in references.files:
            location: Location = ("indications", place, "id")
            yield Fault(location=location, what="is the id of a file in indications/.", remedy="Keep one of the two.")
        for fault in references.row_faults(one.rows):
            yield replace(fault, location=("indications", place, *fault.location))


def citation_faults(citations: Sequence[Citation]) -> Iterator[Fault]:
    """Records that share an id or are out of order."""
    named = [("", place, one.id) for place, one in enumerate(citations)]
    yield from _repeated(named)
    yield from _unsorted(named)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What an indication may refer to."""

    editions: Sequence[Edition]
    citations: Mapping[CitationId, Citation]
    shared: Mapping[str, Criterion]
    vocabulary: Vocabulary
    files: frozenset[IndicationId]
    """The indications with a file of their own."""
    declared: frozenset[IndicationId]
    """Those of `declared.yaml`."""

    def uncited(self, citations: Sequence[Citation], indications: Iterable[Indication]) -> Iterator[Fault]:
        """Records that nothing cites and that are not marked as background; the indications may still hold their `use`."""
        cited = {edition.citation for edition in self.editions}
        cited |= {name for one in indications for name in _cited_by(one, self.shared)}
        for place, record in enumerate(citations):
            if record.id not in cited and not record.background:
                what = f"holds `{record.id}`, which nothing cites."
                yield Fault(location=(place,), what=what, remedy="Remove it, cite it in a statement, or mark it `background`.")

    def ground_faults(self, indications: Sequence[Indication]) -> Iterator[tuple[IndicationId, Fault]]:
        """Criteria of supported indications that rest on nothing, each with the indication's id."""
        lupus = [criterion for one in indications if one.id in BY_DESIGN for _, criterion in _criteria(one)]
        ours = {name for criterion in lupus for name in _all_used(criterion, self.shared)}
        for one in indications:
            if one.kind is not IndicationKind.SUPPORTED or one.id in BY_DESIGN:
                continue
            for location, criterion in _criteria(one):
                for place, leaf in groundless(criterion, location, self.shared, ours) if location[0] in _GROUNDED else ():
                    what = f"has the criterion `{leaf}` without saying on what it rests."
                    remedy = "Add `source`, or `basis: general` where it is beyond dispute."
                    yield one.id, Fault(location=place, what=what, remedy=remedy)

    def faults(self, indication: Indication, *, name: str) -> Iterator[Fault]:
        """Everything wrong with one indication, from the file of this name, beyond its shape."""
        if indication.id != name:
            yield Fault(location=("id",), what="differs from the name of its file.", remedy="Make the two equal.")
        yield from _kind_faults(indication)
        yield from self.row_faults(indication.rows)
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

    def row_faults(self, rows: Sequence[RowId]) -> Iterator[Fault]:
        """Rows that no edition holds, and two of one edition that rate one procedure: a request could not tell them apart."""
        rated: set[tuple[str, str]] = set()
        for place, row in enumerate(rows):
            found = {
                (edition.id, modality)
                for edition in self.editions
                if row in edition.by_id
                for modality in edition.by_id[row].modalities
            }
            if not found:
                yield Fault(location=("rows", place), what="is no row of an edition.", remedy="Use an id of a guideline file.")
            if found & rated:
                what = "rates a procedure that an earlier row of this indication rates."
                yield Fault(location=("rows", place), what=what, remedy="Keep one of them, or make two indications.")
            rated |= found

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
            if name not in self.files | self.declared:
                yield Fault(
                    location=location,
                    what="names an indication that is not there.",
                    remedy="Use the name of a file in indications/, or an id of declared.yaml.",
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
            except ValueError:
                continue  # a circle, which is told where it is written
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
            if source not in self.citations and not any(source in edition.by_id for edition in self.editions):
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
        missing = unread_figures(statement)
        if missing:
            remedy = f"Add {', '.join(missing)} as read in the source where the quotation does not hold it, or mend the sentence."
            yield Fault(location=(*location, "figures"), what="lacks a figure of the text.", remedy=remedy)
        if statement.verified is Verification.SECONDARY and not _SECONDARY.search(f"{statement.text} {statement.caveat or ''}"):
            what = "was verified in another document only, and its text does not say so."
            remedy = "Say in `text` or `caveat` by whom it is `reported by` or `cited in`, or read the source."
            yield Fault(location=(*location, "verified"), what=what, remedy=remedy)
        yield from _compared_faults(location, statement)
        if statement.topic is Topic.CONTRARY and statement.answer is None:
            yield Fault(
                location=location,
                what="speaks against and has no answer.",
                remedy="Add `answer`: what it does and does not say here.",
            )


def _kind_faults(indication: Indication) -> Iterator[Fault]:
    match indication.kind:
        case IndicationKind.SUPPORTED:
            if not indication.rows or not indication.levels or indication.recognized_by is None:
                yield Fault(
                    location=("kind",),
                    what="is supported without a row, a level, and what recognizes it.",
                    remedy="Add them, or choose another kind.",
                )
        case IndicationKind.REFUSED:
            if indication.refusal is None or not indication.would_change or indication.recognized_by is None:
                yield Fault(
                    location=("kind",),
                    what="is refused without saying what recognizes it, why, or what would change the answer.",
                    remedy="Add all three.",
                )
        case IndicationKind.DECLARED:
            if not indication.rows or not indication.coding.primary or indication.levels or indication.recognized_by is None:
                yield Fault(
                    location=("kind",),
                    what="is declared without a row, codes and what recognizes it, or has levels all the same.",
                    remedy="Add them and take the levels out; or choose another kind; or move it to declared.yaml.",
                )


def _compared_faults(location: Location, one: Recommendation | Statement) -> Iterator[Fault]:
    """Our own files never say who compared something: a clinic does, for itself."""
    for name in ("compared", "lapsed"):
        if getattr(one, name) is not None:
            remedy = "Remove it; `priorauth evidence review` records who compared what, beside your own payers."
            yield Fault(location=(*location, name), what="is never written here.", remedy=remedy, at_key=True)


def _repeated(named: Iterable[tuple[str, int, str]]) -> Iterator[Fault]:
    """A fault for every id that stood before; each is the list it stands in, its place there, and the id."""
    seen: set[str] = set()
    for group, place, name in named:
        if name in seen:
            yield Fault(location=_at(group, place), what="is the id of an earlier entry.", remedy="Give each its own.")
        seen.add(name)


def _unsorted(named: Iterable[tuple[str, int, str]]) -> Iterator[Fault]:
    """A fault for every id that stands behind a later one; each is the list it stands in, its place there, and the id."""
    before = ""
    for group, place, name in named:
        if name < before:
            yield Fault(location=_at(group, place), what="is out of order.", remedy="Sort the entries by their ids.")
        before = max(before, name)


def _at(group: str, place: int) -> Location:
    """Where the id of an entry stands; a file that is one list has no group."""
    return (group, place, "id") if group else (place, "id")


def _used(criterion: Criterion) -> set[str]:
    return {leaf.use for leaf in criterion.leaves() if leaf.use is not None}


def _sources(criterion: Criterion) -> set[str]:
    own = {criterion.source} if criterion.source is not None else set()
    return own.union(*(_sources(part) for part in criterion.parts))


def _all_used(criterion: Criterion, shared: Mapping[str, Criterion]) -> set[str]:
    """The ids of every shared criterion that it uses, by whatever steps."""
    found, waiting = set[str](), [criterion]
    while waiting:
        nearer = (_used(waiting.pop()) & set(shared)) - found
        found |= nearer
        waiting += [shared[name] for name in nearer]
    return found


def _cited_by(indication: Indication, shared: Mapping[str, Criterion]) -> set[str]:
    """What its statements cite, and what its criteria and those that they use rest on."""
    criteria = [criterion for _, criterion in _criteria(indication)]
    criteria += [shared[name] for criterion in criteria for name in _all_used(criterion, shared)]
    return {name for one in indication.statements for name in one.citations}.union(*map(_sources, criteria))


def _criteria(indication: Indication) -> Iterator[tuple[Location, Criterion]]:
    if indication.recognized_by is not None:
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
