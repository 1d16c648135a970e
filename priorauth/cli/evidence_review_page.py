"""What is to be compared with its source, and what was, in a terminal 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from priorauth.cli.evidence_page import rating
from priorauth.cli.page import paragraph
from priorauth.evidence.comparisons import Recorded, Standing, standing
from priorauth.evidence.models import Checker, Edition, Evidence, Indication, Recommendation, Statement

_BECAME = {
    Standing.CHANGED: "it reads otherwise now; compare it again",
    Standing.GONE: "it is no longer there; take the entry out",
}
_CHECKERS = {
    Checker.PHYSICIAN: "A physician of the field compares it, with the whole text of the source before them.",
    Checker.LIBRARIAN: "Anyone compares it, with the bibliographic record before them.",
}
_NONE = "No comparison is recorded{where}."


def overview(recorded: Sequence[Recorded], evidence: Evidence) -> str:
    """What was compared, what has to be compared again, and what nobody has compared."""
    holding = {one.of for one in recorded if standing(one, evidence) is Standing.HOLDS}
    blocks = [
        _compared([one for one in recorded if one.of in holding]),
        lapsed(recorded, evidence),
        *(_rows_left(edition, holding) for edition in reversed([*evidence.editions.values()])),
        _statements_left(evidence, holding),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _compared(holding: Sequence[Recorded]) -> list[str]:
    if not holding:
        return ["No comparison that still counts is recorded."]
    told = (f"{one.of}: {one.by}, {one.on}" for one in holding)
    return [f"Compared with the source ({len(holding)})", *_bullets(told)]


def lapsed(recorded: Iterable[Recorded], evidence: Evidence) -> list[str]:
    """The comparisons that no longer count, each with the reason; nothing where all do."""
    became = [(one, standing(one, evidence)) for one in recorded]
    told = [f"{one.of} ({one.by}, {one.on}): {_BECAME[found]}." for one, found in became if found is not Standing.HOLDS]
    return [f"No longer counting ({len(told)})", *_bullets(told)] if told else []


def _rows_left(edition: Edition, holding: set[str]) -> list[str]:
    left = [row.id for row in edition.recommendations if f"{edition.id}/{row.id}" not in holding]
    heading = f"Rows of {edition.id} to compare ({len(left)} of {len(edition.recommendations)})"
    return [heading, *paragraph(", ".join(left), "  ")] if left else []


def _statements_left(evidence: Evidence, holding: set[str]) -> list[str]:
    left = {
        name: [one.id for one in indication.statements if f"{name}/{one.id}" not in holding]
        for name, indication in evidence.indications.items()
    }
    count = sum(len(one.statements) for one in evidence.indications.values())
    heading = f"Statements to compare ({sum(map(len, left.values()))} of {count})"
    return [heading, *_bullets(f"{name}/ {', '.join(ids)}" for name, ids in left.items() if ids)] if count else []


def to_compare(of: str, recorded: Iterable[Recorded], evidence: Evidence) -> str:
    """One row or statement as it has to be compared, and whether that was done."""
    group, _, name = of.partition("/")
    if group in evidence.editions:
        edition = evidence.editions[group]
        lines = _row(edition.by_id[name], edition, evidence)
    else:
        lines = _statement(evidence.indications[group], name, evidence)
    lines = [*paragraph(of), *lines, ""]
    mine = [one for one in recorded if one.of == of]
    for one in mine:
        became = _BECAME.get(standing(one, evidence))
        lines += paragraph(f"Compared by {one.by} on {one.on}{f': {became}' if became else ''}.")
    if not mine:
        lines += ["Nobody has compared it yet. Once you have:"]
        lines.append(f'  priorauth evidence review {of} --by "NAME" --packs DIR')
    return "\n".join(lines)


def _row(row: Recommendation, edition: Edition, evidence: Evidence) -> list[str]:
    page = f", fact sheet on page {row.page}" if row.page is not None else ", page not seen"
    return [
        *paragraph(f"{row.title}, {row.modality}", "  "),
        *paragraph(f"{rating(row, edition)}{page}", "  "),
        *paragraph(f"Source: {evidence.references[edition.citation]}", "  "),
    ]


def _statement(indication: Indication, name: str, evidence: Evidence) -> list[str]:
    one = next(each for each in indication.statements if each.id == name)
    lines = [line for label, text in _parts(one).items() for line in paragraph(f"{label}{text}", "    ", "  ")]
    for citation in one.citations:
        lines += paragraph(f"Source: {evidence.references[citation]}", "    ", "  ")
    return lines + paragraph(_CHECKERS[one.check_by], "    ", "  ")


def _parts(one: Statement) -> Mapping[str, str]:
    """What is compared, by its label."""
    quotation = f'"{one.quotation}"' if one.quotation else None
    held = {"": one.text, "Caveat: ": one.caveat, "Answer: ": one.answer, "Quotation: ": quotation}
    return {label: text for label, text in (held | {"Figures: ": ", ".join(one.figures)}).items() if text}


def written(one: Recorded, before: Recorded | None, path: str) -> str:
    """That a comparison was recorded, and where."""
    told = f"Recorded: {one.by} compared {one.of} with its source on {one.on}."
    if before is not None:
        told += f" It takes the place of the comparison by {before.by} on {before.on}."
    return "\n".join([*paragraph(told), f"Wrote {path}"])


def _bullets(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in paragraph(text, "    ", "  - ")]
