"""One indication as a clinician reads it in a terminal, 80 columns wide, and as a script does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from priorauth.cli.evidence_page import is_ahead, not_yet, rating, records
from priorauth.cli.page import paragraph
from priorauth.criteria.language import Criterion
from priorauth.evidence.grounds import Ground, ground_of
from priorauth.evidence.models import (
    Checker,
    CodeRule,
    Comparison,
    Direction,
    Edition,
    Evidence,
    Exclusion,
    Extent,
    Indication,
    IndicationKind,
    Level,
    Recommendation,
    Severity,
    Statement,
    Verification,
)
from priorauth.facts import Vocabulary
from priorauth.letters.procedures import rated_modalities
from priorauth.letters.words import words

_KINDS = {
    IndicationKind.SUPPORTED: "Criteria are encoded; a letter is written once the case meets them.",
    IndicationKind.REFUSED: "Refused: the evidence does not carry a letter.",
    IndicationKind.DECLARED: (
        "No criteria of its row are encoded here. A letter rests on the physician's declaration, a diagnosis code that "
        "agrees with it, a procedure that the row rates, and the physician's own reasons."
    ),
}
_LEVELS = {
    Level.ESTABLISHED: "What establishes it",
    Level.PROBABLE: "What makes it probable",
    Level.SUSPECTED: "What makes it suspected",
    Level.DECLARED: "What the physician's declaration must agree with",
}
_SEVERITIES = {Severity.BLOCKS: "needed", Severity.WARNS: "expected"}
_MARKS = {Ground.GENERAL: " (general)", Ground.DESIGN: " (ours)"}
_VERIFIED = {
    Verification.ABSTRACT: "the abstract was read",
    Verification.RECORD: "the bibliographic record was read",
    Verification.TRANSCRIPTION: "one transcription of the guideline was read",
    Verification.TWO_TRANSCRIPTIONS: "two transcriptions of the guideline agree",
    Verification.SECONDARY: "another document reports it",
}
_CHECKERS = {
    Checker.PHYSICIAN: "a physician still has to compare it with the whole source",
    Checker.LIBRARIAN: "somebody still has to compare it with the bibliographic record",
}
_DIRECTIONS = {
    Direction.SUPPORTS: "supports the request",
    Direction.AGAINST: "speaks against it",
    Direction.CONTEXT: "context",
}


def as_plain(row: str | None, indications: Sequence[Indication], evidence: Evidence) -> dict[str, Any]:
    """The rows concerned, each indication under the names that its file has, and the references that they name."""
    names = (row,) if row is not None else indications[0].rows
    held = {edition.id: [edition.by_id[one] for one in names if one in edition.by_id] for edition in evidence.editions.values()}
    return {
        "rows": [one for name, rows in held.items() for one in records(rows, evidence.editions[name], evidence)],
        "indications": [_indication_plain(one) for one in indications],
        "references": {
            name: evidence.references[name] for one in indications for name in _cited(one) if name in evidence.references
        },
    }


def _indication_plain(one: Indication) -> dict[str, Any]:
    plain: dict[str, Any] = one.model_dump(mode="json", by_alias=True, exclude_none=True)
    for statement, held in zip(one.statements, plain["statements"], strict=True):
        held["compared_by"] = statement.compared.by if statement.compared is not None else None
        held["compared_on"] = statement.compared.on.isoformat() if statement.compared is not None else None
    leaves = list(_leaves(one))
    general = dict.fromkeys(leaf.id for leaf in leaves if ground_of(leaf) is Ground.GENERAL)
    design = dict.fromkeys(leaf.id for leaf in leaves if ground_of(leaf) is Ground.DESIGN)
    return {**plain, "general": list(general), "by_design": list(design)}


def shown(row: str | None, indications: Sequence[Indication], evidence: Evidence, vocabulary: Vocabulary) -> str:
    """A row with every indication on it, or one indication."""
    blocks = []
    if row is not None:
        blocks.append([f"Row {row} of the guideline", *_rated(row, evidence)])
        if not indications:
            blocks.append(["No indication rests on it here."])
    page = _Page(evidence, vocabulary)
    for one in indications:
        blocks += page.indication(one, rated=row is None)
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _rated(row: str, evidence: Evidence) -> list[str]:
    """The row in the edition that letters quote, or the nearest that holds it, with its meaning; then in the others."""
    holding = [edition for edition in evidence.editions.values() if row in edition.by_id]
    newest = next((one for one in reversed(holding) if not is_ahead(one, evidence)), holding[0])
    held = newest.by_id[row]
    page = f", fact sheet on page {held.page}" if held.page is not None else ""
    lines = paragraph(f"{row}: {held.title}; {rated_modalities(held.modality)}", "    ", "  ")
    lines += paragraph(f"{rating(held, newest)}{page}", "    ")
    lines += paragraph(f"Category {held.category}: {newest.category_meanings[held.category]}.", "    ")
    lines += paragraph(f"Grade {held.grade}: {newest.grade_meanings[held.grade]}.", "    ")
    lines += paragraph(held.note, "    ") if held.note else []
    lines += paragraph(_row_compared(held), "    ")
    lines += paragraph(not_yet(newest), "    ") if is_ahead(newest, evidence) else []
    for edition in evidence.editions.values():
        if edition is not newest:
            when = "Before" if edition.published < newest.published else f"From {edition.published} on"
            lines += paragraph(f"{when}: {_elsewhere(row, edition)}", "    ")
    return lines


def _elsewhere(row: str, edition: Edition) -> str:
    held = edition.by_id.get(row)
    if held is not None:
        return f"{held.modality}: {rating(held, edition)}"
    return f"{edition.name}: {'not known' if edition.extent is Extent.PARTIAL else 'no such row'}"


def _row_compared(row: Recommendation) -> str:
    if row.compared is not None:
        return f"Compared with the publisher's page by {row.compared.by} on {row.compared.on}."
    if row.lapsed is not None:
        return f"Changed since {row.lapsed.by} compared it on {row.lapsed.on}: it has to be compared again."
    return "Nobody has yet compared this row with the publisher's page."


@dataclass(frozen=True, slots=True)
class _Page:
    """Prints indications; facts go by the names that a letter prints."""

    evidence: Evidence
    vocabulary: Vocabulary

    def indication(self, one: Indication, *, rated: bool) -> Iterator[list[str]]:
        """Everything that is held of it, block by block."""
        yield self._head(one)
        yield self._rows(one, rated=rated)
        if one.kind is IndicationKind.REFUSED:
            yield self._would_change(one)
        if one.recognized_by is not None:
            yield ["What makes it worth considering", *tree(one.recognized_by)]
        for level in one.levels:
            yield [*paragraph(f"{_LEVELS[level.level]}: {level.wording}"), *tree(level.criterion)]
        yield _block("What points away from it", (_exclusion(each) for each in one.excluded_by))
        yield _block("What goes first when both fit", (_bullet(f"{each.indication}: {each.reason}") for each in one.yields_to))
        yield self._safeguards(one)
        yield self._told_apart(one)
        yield self._expected(one)
        yield self._codes(one)
        for each in one.statements:
            yield self._statement(each)
        if one.kind is not IndicationKind.REFUSED:
            yield self._would_change(one)
        yield _grounds(one)
        yield _block("References", (_bullet(f"{name}: {self._reference(name)}") for name in _cited(one)))

    def _head(self, one: Indication) -> list[str]:
        lines = paragraph(f"{one.title} ({one.id})")
        lines += paragraph(f"Also: {', '.join(one.synonyms)}", "  ") if one.synonyms else []
        return lines + paragraph(_KINDS[one.kind], "  ")

    def _rows(self, one: Indication, *, rated: bool) -> list[str]:
        lines = [line for row in one.rows for line in _rated(row, self.evidence)] if rated else []
        if not one.rows:
            lines = paragraph("It rests on no row of the guideline.", "  ")
        lines += paragraph(one.row_note, "  ") if one.row_note else []
        return ["The guideline", *lines] if lines else []

    def _would_change(self, one: Indication) -> list[str]:
        lines = ["Why it is refused", *paragraph(one.refusal, "  "), ""] if one.refusal else []
        return lines + _block("What would change the answer", (_bullet(text) for text in one.would_change))

    def _safeguards(self, one: Indication) -> list[str]:
        def told(place: int) -> list[str]:
            each = one.safeguards[place]
            return [*tree(each.criterion, f" ({_SEVERITIES[each.severity]})"), *paragraph(each.reason, "      ")]

        return _block("What the request itself must satisfy", (told(place) for place in range(len(one.safeguards))))

    def _told_apart(self, one: Indication) -> list[str]:
        def told(name: str, facts: Iterable[str], *, needed: bool) -> list[str]:
            asked = ", ".join(self.vocabulary[fact].name for fact in facts)
            return _bullet(f"{name}: {asked}{' (an answer is needed)' if needed else ''}")

        return _block(
            "What it is told apart from", (told(each.name, each.facts, needed=each.requires) for each in one.differential)
        )

    def _expected(self, one: Indication) -> list[str]:
        named = {
            "Treatments that a reviewer expects to see addressed": [words(each) for each in one.therapies],
            "Results shown over time": [self.vocabulary[fact].name for fact in one.deciding_results],
            "Findings shown": [self.vocabulary[fact].name for fact in one.findings],
        }
        return [line for label, texts in named.items() if texts for line in paragraph(f"{label}: {', '.join(texts)}.", "  ", "")]

    def _codes(self, one: Indication) -> list[str]:
        coding = one.coding
        lines = _bullet(f"one of: {', '.join(coding.primary)}") if coding.primary else []
        lines += _bullet(f"with one of: {', '.join(coding.with_one_of)}") if coding.with_one_of else []
        lines += [line for rule in coding.never_with for line in _rule("never with", rule)]
        lines += [line for rule in coding.not_instead for line in _rule("not", rule)]
        lines += _bullet(coding.note) if coding.note else []
        return ["Diagnosis codes (a code ending in a hyphen stands for all below it)", *lines] if lines else []

    def _statement(self, one: Statement) -> list[str]:
        lines = paragraph(f"Statement {one.id} ({one.topic}; {_DIRECTIONS[one.direction]})")
        lines += paragraph(" ".join(text for text in (one.text, one.caveat) if text), "  ")
        lines += paragraph(f"Answer: {one.answer}", "    ", "  ") if one.answer else []
        rests = [f'"{one.quotation}"'] if one.quotation else []
        rests += [f"figures as read there: {', '.join(one.figures)}"] if one.figures else []
        lines += paragraph(f"Rests on {', '.join(one.citations)}{': ' if rests else ''}{'; '.join(rests)}", "    ", "  ")
        return lines + paragraph(f"Checked: {_checked(one)}.", "    ", "  ")

    def _reference(self, name: str) -> str:
        if name in self.evidence.references:
            return self.evidence.references[name]
        row = next(edition.by_id[name] for edition in reversed([*self.evidence.editions.values()]) if name in edition.by_id)
        return f"row of the guideline, {row.title}"


def tree(criterion: Criterion, behind: str = "", depth: int = 1) -> list[str]:
    """A criterion in words, its parts below it; what a leaf rests on stands behind it."""
    indent = "  " * depth
    text = _in_words(criterion)
    lines = paragraph(f"{text}{behind}", f"{indent}  ", f"{indent}- ")
    return [*lines, *(line for part in criterion.parts for line in tree(part, depth=depth + 1))]


def _in_words(criterion: Criterion) -> str:
    if not criterion.parts:
        ground = ground_of(criterion)
        return f"{criterion.text}{_MARKS.get(ground, f' [{criterion.source}]')}"
    if criterion.at_least is not None:
        asked = f"at least {criterion.at_least.count} of these"
    elif criterion.not_ is not None:
        asked = "not this"
    else:
        asked = "all of these" if criterion.all is not None else "one of these"
    return f"{criterion.text}: {asked}" if criterion.text else asked.capitalize()


def _exclusion(one: Exclusion) -> list[str]:
    lines = tree(one.criterion, " (an answer is needed)" if one.required else "")
    lines += paragraph(one.reason, "    ")
    lines += paragraph(f"Then it belongs to: {', '.join(one.points_to)}.", "    ") if one.points_to else []
    return lines if one.unless is None else [*lines, "    Unless:", *tree(one.unless, depth=3)]


def _rule(label: str, rule: CodeRule) -> list[str]:
    return _bullet(f"{label} {rule.code}: {rule.reason}")


def _checked(one: Statement) -> str:
    how = f"{_VERIFIED[one.verified]} (record {one.claim})"
    if one.compared is not None:
        return f"{how}; compared with its source by {_who(one.compared)}"
    lapsed = f"; changed since {_who(one.lapsed)} compared it" if one.lapsed is not None else ""
    return f"{how}{lapsed}; {_CHECKERS[one.check_by]}"


def _who(one: Comparison) -> str:
    return f"{one.by} on {one.on}"


def _grounds(one: Indication) -> list[str]:
    """What the marks behind the criteria mean, as far as they occur, and which criteria are meant."""
    by_ground: dict[Ground, dict[str, None]] = {}
    for leaf in _leaves(one):
        by_ground.setdefault(ground_of(leaf), {})[leaf.text or ""] = None
    lines: list[str] = []
    if Ground.SOURCE in by_ground:
        lines += _bullet("[...]: the record or row that says so, under References.")
    if Ground.GENERAL in by_ground:
        lines += _bullet(f"(general): beyond dispute, not from the guideline's text: {'; '.join(by_ground[Ground.GENERAL])}.")
    if Ground.DESIGN in by_ground:
        lines += _bullet(f"(ours): the design of this project asks it, and no source is named ({len(by_ground[Ground.DESIGN])}).")
    return ["On what the criteria rest", *lines] if lines else []


def _leaves(one: Indication) -> Iterator[Criterion]:
    """Every leaf that is shown."""
    if one.recognized_by is not None:
        yield from one.recognized_by.leaves()
    for level in one.levels:
        yield from level.criterion.leaves()
    for exclusion in one.excluded_by:
        yield from exclusion.criterion.leaves()
        yield from exclusion.unless.leaves() if exclusion.unless is not None else ()
    for safeguard in one.safeguards:
        yield from safeguard.criterion.leaves()


def _cited(one: Indication) -> tuple[str, ...]:
    """Every record and row that its statements and criteria name, in order of first use."""
    statements = (name for statement in one.statements for name in statement.citations)
    named = dict.fromkeys((*(leaf.source for leaf in _leaves(one) if leaf.source is not None), *statements))
    return tuple(named)


def _block(heading: str, entries: Iterable[Sequence[str]]) -> list[str]:
    lines = [line for entry in entries for line in entry]
    return [heading, *lines] if lines else []


def _bullet(text: str) -> list[str]:
    return paragraph(text, "    ", "  - ")
