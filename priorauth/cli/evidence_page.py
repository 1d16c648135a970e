"""The guideline's rows as a clinician reads them in a terminal, 80 columns wide, and as a script does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from priorauth.cli.page import paragraph
from priorauth.evidence.changes import Changes, differing
from priorauth.evidence.models import Category, Edition, Evidence, Extent, Indication, IndicationKind, Recommendation
from priorauth.evidence.search import folded

_ROW = 25
"""Width of the columns before the words of a row."""


def rows_asked(
    edition: Edition, *, category: Category | None = None, modality: str | None = None, disease: str | None = None
) -> tuple[Recommendation, ...]:
    """The rows of an edition that are asked for, in its order; may be empty."""
    return tuple(
        row
        for row in edition.recommendations
        if (category is None or row.category is category)
        and (modality is None or folded(modality) in {folded(one) for one in (*row.modalities, row.modality)})
        and (disease is None or all(word in folded(row.title) for word in folded(disease).split()))
    )


def resting(evidence: Evidence) -> Mapping[str, tuple[Indication, ...]]:
    """By row id, the indications that rest on it."""
    found: dict[str, tuple[Indication, ...]] = {}
    for one in evidence.indications.values():
        for row in one.rows:
            found[row] = (*found.get(row, ()), one)
    return found


def records(rows: Iterable[Recommendation], edition: Edition, evidence: Evidence) -> list[dict[str, Any]]:
    """One record for each row."""
    by_row = resting(evidence)
    return [_record(row, edition, by_row.get(row.id, ())) for row in rows]


def _record(row: Recommendation, edition: Edition, indications: Sequence[Indication]) -> dict[str, Any]:
    return {
        "id": row.id,
        "disease": row.disease,
        "condition": row.condition,
        "modality": row.modality,
        "category": str(row.category),
        "grade": str(row.grade),
        "page": row.page,
        "edition": edition.name,
        "edition_id": edition.id,
        "indications": [one.id for one in indications],
        "criteria": _criteria(indications),
        "compared_by": row.compared.by if row.compared is not None else None,
        "compared_on": row.compared.on.isoformat() if row.compared is not None else None,
    }


def _criteria(indications: Sequence[Indication]) -> str | None:
    """Whether any indication of a row has criteria here; `None` where none rests on it."""
    if not indications:
        return None
    return "encoded" if any(one.kind is IndicationKind.SUPPORTED for one in indications) else "declared"


def as_lines(plain: Sequence[Mapping[str, Any]]) -> str:
    """A JSON array with each object on a line of its own."""
    lines = [json.dumps(one, ensure_ascii=False) for one in plain]
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def listed(rows: Sequence[Recommendation], edition: Edition, evidence: Evidence) -> str:
    """The rows of an edition on a line or a few each."""
    by_row = resting(evidence)
    some = "" if len(rows) == len(edition.recommendations) else f" of {len(edition.recommendations)}"
    lines = paragraph(f"{edition.name} ({edition.id}): {_rows(len(rows), some)}.")
    lines += paragraph(partly(edition)) if edition.extent is Extent.PARTIAL else []
    lines += paragraph(not_yet(edition)) if is_ahead(edition, evidence) else []
    lines += ["", f"{'Row':<6}{'Rating':<9}{'Modality':<{_ROW - 15}}Disease, condition (indications)"] if rows else []
    for row in rows:
        lines += _line(row, by_row.get(row.id, ()))
    if rows:
        lines += ["", *paragraph(_legend(rows, by_row))]
    return "\n".join(lines)


def _rows(count: int, some: str = "") -> str:
    return f"{count}{some} row{'' if count == 1 and not some else 's'}"


def _line(row: Recommendation, indications: Sequence[Indication]) -> list[str]:
    rating, names = f"{row.category}, {row.grade}", ", ".join(one.id for one in indications)
    before = f"{row.id:<6}{rating:<9}"
    if len(row.modality) < _ROW - 15:
        before += f"{row.modality:<{_ROW - 15}}"
    else:
        return [f"{before}{row.modality}", *paragraph(_words(row, names), " " * _ROW)]
    return paragraph(_words(row, names), " " * _ROW, before)


def _words(row: Recommendation, names: str) -> str:
    return f"{row.title} ({names})" if names else row.title


def _legend(rows: Sequence[Recommendation], by_row: Mapping[str, Sequence[Indication]]) -> str:
    compared = sum(row.compared is not None for row in rows)
    encoded = sum(_criteria(by_row.get(row.id, ())) == "encoded" for row in rows)
    told = f"Rating: category, grade. Rows with criteria encoded here: {encoded} of {len(rows)}; "
    told += "on any other a letter rests on the physician's declaration. "
    if not compared:
        return f"{told}Nobody has yet compared these rows with the publisher's pages."
    return f"{told}Compared with the publisher's pages: {compared} of {len(rows)}."


def is_ahead(edition: Edition, evidence: Evidence) -> bool:
    """Whether letters do not quote this edition yet on the day that was asked for."""
    return edition.published > evidence.edition.published


def not_yet(edition: Edition) -> str:
    """Since when letters quote an edition."""
    return f"Letters quote the {edition.name} from {edition.published} on."


def partly(edition: Edition) -> str:
    """That only so much of an edition is held."""
    count = len(edition.recommendations)
    return f"Only {count} rows of the {edition.name} were verified and are held here; of its other rows nothing can be said."


def rating(row: Recommendation, edition: Edition) -> str:
    """Category and grade with the edition."""
    return f"Category {row.category}, Grade {row.grade} ({edition.name})"


def found(indications: Sequence[Indication], edition: Edition) -> str:
    """What a search found, an entry for each indication."""
    lines = [f"Ratings are those of the {edition.name}."]
    for one in indications:
        rows = "; ".join(f"{row.id}, {row.modality}: Category {row.category}, Grade {row.grade}" for row in edition.rows_of(one))
        lines += paragraph(f"{one.id}: {one.title}. {rows or _without_row(one)}", "    ", "")
    return "\n".join(lines)


def _without_row(one: Indication) -> str:
    return "No letter: refused" if one.kind is IndicationKind.REFUSED else "No row in this edition"


def nothing_found(near: Sequence[Indication]) -> str:
    """That a search found nothing, and what comes near."""
    lines = paragraph("Nothing here has all of these words in its names, in the guideline's words or among its codes.")
    if near:
        lines += ["The nearest names:", *(line for one in near for line in paragraph(f"{one.id}: {one.title}", "      ", "  "))]
    return "\n".join(lines)


# ---- from one edition to another ----------------------------------------------------------------------


def changes_plain(one: Changes) -> dict[str, Any]:
    """The changes as JSON holds them."""
    return {
        "old": _edition_plain(one.old),
        "new": _edition_plain(one.new),
        "changed": [
            {"what": list(differing(old, new)), "old": _row_plain(old), "new": _row_plain(new)} for old, new in one.changed
        ],
        "merged": [{"old": [_row_plain(row) for row in rows], "new": _row_plain(row)} for rows, row in one.merged],
        "split": [{"old": _row_plain(row), "new": [_row_plain(each) for each in rows]} for row, rows in one.split],
        "added": [_row_plain(row) for row in one.added],
        "gone": [_row_plain(row) for row in one.gone],
        "unchanged": [row.id for row in one.unchanged],
        "not_known_before": [row.id for row in one.not_known_before],
        "not_known_after": [row.id for row in one.not_known_after],
    }


def _edition_plain(edition: Edition) -> dict[str, Any]:
    return {"id": edition.id, "name": edition.name, "extent": str(edition.extent), "rows": len(edition.recommendations)}


def _row_plain(row: Recommendation) -> dict[str, Any]:
    return row.model_dump(mode="json", include={"id", "disease", "condition", "modality", "category", "grade", "page"})


def changes_shown(one: Changes, evidence: Evidence) -> str:
    """What became of the rows, for a person."""
    blocks = [
        paragraph(f"From the {one.old.name} to the {one.new.name}"),
        list(_caution(one)),
        paragraph(not_yet(one.new)) if is_ahead(one.new, evidence) else [],
        _block("Rated otherwise", [_changed(old, new) for old, new in one.changed]),
        _block("Merged into one row", [_merged(rows, row, one) for rows, row in one.merged]),
        _block("Split into several rows", [_split(row, rows, one) for row, rows in one.split]),
        _block("New rows", [[_whole(row, one.new)] for row in one.added]),
        _block("Rows that are gone", [[_whole(row, one.old)] for row in one.gone]),
        [_rows(len(one.unchanged)) + " with the same category, grade and modality in both."],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _caution(one: Changes) -> Iterator[str]:
    if one.old.extent is Extent.PARTIAL:
        yield from paragraph(
            f"{partly(one.old)} {_rows(len(one.not_known_before))} of the {one.new.name} may have stood in it or not: "
            "none of them is called new."
        )
    if one.new.extent is Extent.PARTIAL:
        yield from paragraph(
            f"{partly(one.new)} What became of {_rows(len(one.not_known_after))} of the {one.old.name} is not known: "
            "none of them is called gone."
        )


def _block(heading: str, entries: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"{heading} ({len(entries)})"] if entries else []
    for first, *rest in entries:
        lines += paragraph(first, "    ", "  ")
        lines += [line for text in rest for line in paragraph(text, "        ", "      ")]
    return lines


def _changed(old: Recommendation, new: Recommendation) -> list[str]:
    what = differing(old, new)
    lines = [f"{new.id}: {new.title}"]
    if "modality" in what:
        lines.append(f"{old.modality} before, {new.modality} now")
    if {"category", "grade"} & set(what):
        lines.append(f"Category {old.category}, Grade {old.grade} before; Category {new.category}, Grade {new.grade} now")
    return lines


def _merged(rows: Sequence[Recommendation], row: Recommendation, one: Changes) -> list[str]:
    return [f"now: {_whole(row, one.new)}", *(f"before: {_whole(each, one.old)}" for each in rows)]


def _split(row: Recommendation, rows: Sequence[Recommendation], one: Changes) -> list[str]:
    return [f"before: {_whole(row, one.old)}", *(f"now: {_whole(each, one.new)}" for each in rows)]


def _whole(row: Recommendation, edition: Edition) -> str:
    return f"{row.id}: {row.title}, {row.modality}. {rating(row, edition)}"
