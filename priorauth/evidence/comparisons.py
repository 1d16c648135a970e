"""What people of a clinic have compared with its source: one file of the clinic's pack, laid over the evidence.

A comparison names what was compared by the SHA-256 of it. Where our data changed since, it no longer counts.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from priorauth.case.codes import Form
from priorauth.case.writing import require_printable
from priorauth.errors import PackError, Problem
from priorauth.evidence.models import Comparison, Edition, Entry, Evidence, Indication, Recommendation, Statement
from priorauth.mistakes import Fault, Location
from priorauth.moments import Day
from priorauth.pack_files import PackFiles

EVIDENCE_FOLDER = "evidence"
"""The folder of a clinic's pack in which its comparisons lie."""
COMPARISONS_FILE = "comparisons.yaml"

_HEAD = """\
# What people of this clinic have compared with its source, sorted by what was compared.
# `priorauth evidence review` writes this file anew at each comparison; remarks of your own in it are lost.
# `sha256` stands for what was compared. Where priorauth's own data changes later, that comparison no longer counts:
# `priorauth evidence lint` names it, and the review sheet of each draft says so.
"""


def _one_line(text: str) -> str:
    if len(text.splitlines()) > 1 or "\t" in text:
        raise ValueError("is more than one line. Write the name on one.")
    return require_printable(text)


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100), AfterValidator(_one_line)]
ComparedId = Annotated[
    str,
    Form(r"[a-z][a-z0-9-]*/[A-Za-z0-9-]+", "is not a row or a statement. Write asfa-2023/A109 or caps/registry-mortality."),
]
Digest = Annotated[str, Form(r"[0-9a-f]{64}", "is not a digest. Record the comparison with `priorauth evidence review`.")]


class Recorded(Entry):
    """One comparison as the clinic keeps it."""

    of: ComparedId
    """A row of an edition (`asfa-2023/A109`), or a statement of an indication (`caps/registry-mortality`)."""
    by: Name
    on: Day
    sha256: Digest
    """Of what was compared, as it was then."""


class Comparisons(Entry):
    """`evidence/comparisons.yaml`."""

    comparisons: tuple[Recorded, ...]


class Standing(StrEnum):
    """What has become of a comparison."""

    HOLDS = "holds"
    CHANGED = "changed"
    """What was compared reads otherwise now."""
    GONE = "gone"
    """What was compared is no longer there."""


def comparisons_file(folder: Path) -> Path:
    """Where a clinic's pack keeps them, whether it has any or not."""
    return folder / EVIDENCE_FOLDER / COMPARISONS_FILE


def read_comparisons(folder: Path) -> tuple[Recorded, ...]:
    """Every comparison of a clinic's pack; none where it has no such file. Raises `PackError` with every fault."""
    path = comparisons_file(folder)
    files = PackFiles(folder / EVIDENCE_FOLDER)
    read = files.read(path, Comparisons, _faults) if os.path.lexists(path) else None
    files.problems += _misplaced(folder / EVIDENCE_FOLDER)
    files.finish()
    return read.comparisons if read is not None else ()


def no_comparisons(folder: Path) -> PackError:
    """The refusal of a folder in which there is no comparison."""
    what = f"holds no comparison: there is none in {EVIDENCE_FOLDER}/{COMPARISONS_FILE} in it."
    remedy = "Name the folder that `priorauth evidence review` wrote to, or a folder of evidence with its guidelines."
    return PackError("There is nothing to check.", problems=[Problem(file=str(folder), what=what, remedy=remedy)])


def compared_digest(of: str, evidence: Evidence) -> str | None:
    """The SHA-256 of what a comparison of this id compares; `None` where the evidence does not hold it."""
    group, _, name = of.partition("/")
    if group in evidence.editions:
        row = evidence.editions[group].by_id.get(name)
        return _row_digest(row) if row is not None else None
    statements = evidence.indications[group].statements if group in evidence.indications else ()
    return next((_statement_digest(one) for one in statements if one.id == name), None)


def standing(one: Recorded, evidence: Evidence) -> Standing:
    """Whether a comparison still counts."""
    found = compared_digest(one.of, evidence)
    if found is None:
        return Standing.GONE
    return Standing.HOLDS if found == one.sha256 else Standing.CHANGED


def compared(evidence: Evidence, recorded: Sequence[Recorded]) -> Evidence:
    """A copy in which each row and statement says who compared it, or that somebody compared an earlier state of it."""
    if not recorded:
        return evidence
    by_id = {one.of: one for one in recorded}
    editions = {name: _compared_edition(edition, by_id) for name, edition in evidence.editions.items()}
    indications = {name: _compared_indication(one, by_id) for name, one in evidence.indications.items()}
    changed = {"editions": editions, "edition": editions[evidence.edition.id], "indications": indications}
    return evidence.model_copy(update=changed)


def with_comparison(recorded: Iterable[Recorded], one: Recorded) -> tuple[Recorded, ...]:
    """All of them sorted by what was compared, this one in place of an earlier one of the same."""
    by_id = {each.of: each for each in (*recorded, one)}
    return tuple(by_id[of] for of in sorted(by_id))


def comparisons_text(recorded: Iterable[Recorded]) -> str:
    """The file that holds these."""
    return _HEAD + "\ncomparisons:\n" + "".join(_entry(one) for one in recorded)


def _entry(one: Recorded) -> str:
    # A JSON string is a YAML string that nothing in it can end.
    by = json.dumps(one.by, ensure_ascii=False)
    return f"  - of: {one.of}\n    by: {by}\n    on: {one.on.isoformat()}\n    sha256: {one.sha256}\n"


def _faults(read: Comparisons) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, one in enumerate(read.comparisons):
        if one.of in seen:
            location: Location = ("comparisons", place, "of")
            yield Fault(location=location, what="is compared by an earlier entry too.", remedy="Keep the later one of the two.")
        seen.add(one.of)


def _misplaced(root: Path) -> Iterator[Problem]:
    """What was meant to be read and never would be: a mistake that nobody would notice."""
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root).parts
        hidden = any(part.startswith(".") for part in place)
        if not hidden and path.suffix.lower() in {".yaml", ".yml", ".json"} and place != (COMPARISONS_FILE,):
            remedy = f"Of a clinic's evidence only {EVIDENCE_FOLDER}/{COMPARISONS_FILE} is read; move it elsewhere."
            yield Problem(file=str(path), what="is not read where it lies.", remedy=remedy)


def _row_digest(row: Recommendation) -> str:
    return _digest(row.model_dump(mode="json", include={"disease", "condition", "modality", "category", "grade", "page"}))


def _statement_digest(one: Statement) -> str:
    return _digest(one.model_dump(mode="json", include={"text", "caveat", "answer", "quotation", "figures", "citations"}))


def _digest(plain: object) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _compared_edition(edition: Edition, by_id: Mapping[str, Recorded]) -> Edition:
    names = {of.partition("/")[2] for of in by_id if of.startswith(f"{edition.id}/")}
    if not names & set(edition.by_id):
        return edition

    def each(row: Recommendation) -> Recommendation:
        one = by_id.get(f"{edition.id}/{row.id}")
        return row if one is None else row.model_copy(update=_update(one, _row_digest(row)))

    return edition.with_rows(tuple(each(row) for row in edition.recommendations))


def _compared_indication(indication: Indication, by_id: Mapping[str, Recorded]) -> Indication:
    def each(statement: Statement) -> Statement:
        one = by_id.get(f"{indication.id}/{statement.id}")
        return statement if one is None else statement.model_copy(update=_update(one, _statement_digest(statement)))

    if not any(of.startswith(f"{indication.id}/") for of in by_id):
        return indication
    return indication.model_copy(update={"statements": tuple(each(one) for one in indication.statements)})


def _update(one: Recorded, digest: str) -> dict[str, Comparison]:
    return {"compared" if one.sha256 == digest else "lapsed": Comparison(by=one.by, on=one.on)}
