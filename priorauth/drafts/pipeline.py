"""The whole product on one screen: from a case file to a draft of its letter."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from priorauth.drafts.folder import LETTER_HTML, LETTER_PDF, REVIEW_PDF, TRACE_FILE, Draft, require_replaceable, write_draft
from priorauth.drafts.manifest import MANIFEST_FILE, Manifest, Origin, PolicySeen, Rating, read_manifest, sha256
from priorauth.drafts.names import UNPRINTABLE, is_printable
from priorauth.drafts.order import Order, Reviewed, read_and_review
from priorauth.drafts.sources import Sources, versions
from priorauth.errors import DraftError
from priorauth.letters.compose import compose
from priorauth.letters.fill import fill
from priorauth.letters.render import Mark, print_form, render
from priorauth.letters.review_part import REVIEW_TEMPLATE, compose_review
from priorauth.letters.second_press import SecondPress, begin
from priorauth.letters.trace import trace
from priorauth.packs import data_folder
from priorauth.reasoning.review import Packs, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What became of an order for a letter."""

    reviewed: Reviewed
    draft: Draft | None
    """`None` when the review does not carry a letter: then nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A letter before it is written: the same for the same input and place."""

    files: Mapping[str, bytes]
    manifest: Manifest


def draft(
    order: Order,
    sources: Sources,
    *,
    drafts: Path,
    folder: Path | None = None,
    expected_id: str | None = None,
    press: SecondPress | None = None,
) -> Drafted:
    """The draft of a case's letter in `folder`, or else in a folder of `drafts` named for the case id.

    A second press sets the letter while its review sheet is set here; it changes no byte and no error.
    Raises every error of the steps, and `DraftError` when the case has another id than `expected_id`;
    nothing is written then, nor when the review refuses.
    """
    reviewed = read_and_review(order, sources.packs)
    if expected_id is not None and reviewed.file.case.case_id != expected_id:
        raise DraftError("The case_id was changed while the batch ran. Run the batch again.")
    if reviewed.review.exit_code:
        return Drafted(reviewed=reviewed, draft=None)
    target = folder or drafts / reviewed.file.case.case_id
    require_replaceable(target)
    if folder is None:
        _require_same_case(target, reviewed.file.name)
    made = make(reviewed, sources, order=order, folder=target, press=press)
    return Drafted(reviewed=reviewed, draft=write_draft(target, made.files, manifest=made.manifest))


def _require_same_case(folder: Path, case: str) -> None:
    """Raise `DraftError` where the folder, named by the case id alone, holds the draft of another case file that still exists."""
    if not (folder / MANIFEST_FILE).is_file():
        return
    drafted = folder / read_manifest(folder).case.path
    if drafted.is_file() and not drafted.samefile(case):
        raise DraftError(
            f"{folder} holds the draft of another case file with the same `case_id`. "
            "Give this case a `case_id` of its own, or choose another folder with -o."
        )


def make(reviewed: Reviewed, sources: Sources, *, order: Order, folder: Path, press: SecondPress | None = None) -> Made:
    """The letter of a review that carries one, as it stands in this folder; writes nothing."""
    placed = _placed(reviewed, folder)
    files = _letter_files(placed, press)
    manifest = _manifest(placed, sources, order=order)
    digests = {name: sha256(content) for name, content in files.items()}
    return Made(files=files, manifest=manifest.model_copy(update={"files": digests}))


def _placed(reviewed: Reviewed, folder: Path) -> Reviewed:
    """The review with case file, clinic profile and clinic's pack named from the draft folder, wherever we run."""
    file, practice = reviewed.file, reviewed.file.practice
    if practice is not None:
        name = _path_from(folder, Path(practice.name))
        practice = replace(practice, name=name, document=replace(practice.document, name=name))
    name = _path_from(folder, Path(file.name))
    file = replace(file, name=name, document=replace(file.document, name=name), practice=practice)
    clinic = reviewed.clinic
    if clinic is not None:
        clinic = replace(clinic, folder=Path(_path_from(folder, clinic.folder)))
    return replace(reviewed, file=file, clinic=clinic)


def _path_from(folder: Path, path: Path) -> str:
    # Of the file itself only its folder is resolved: a link in its place must count as a change.
    start = folder.parent.resolve() / folder.name
    relative = Path(os.path.relpath(path.parent.resolve() / path.name, start)).as_posix()
    if not is_printable(relative):
        raise DraftError(f"A folder or file on the way from the draft to the case {UNPRINTABLE}")
    return relative


def _letter_files(reviewed: Reviewed, press: SecondPress | None) -> Mapping[str, bytes]:
    """Every file of a letter by its name, the same bytes for the same input."""
    packs = reviewed.packs
    letter = compose(reviewed.review, reviewed.file, packs)
    html = fill(data_folder("templates"), letter.template, letter=letter)
    traced = trace(html, reviewed.file, packs)
    pdf = begin(print_form(html), mark=Mark.DRAFT, press=press)
    try:
        sheet = fill(
            data_folder("templates"), REVIEW_TEMPLATE, sheet=compose_review(reviewed.review, letter, reviewed.file, packs)
        )
        review = render(print_form(sheet), mark=Mark.REVIEW)
    except Exception:
        pdf()  # where both are wrong, the letter's mistake is the one that is told
        raise
    return {LETTER_HTML: html.encode(), LETTER_PDF: pdf(), REVIEW_PDF: review, TRACE_FILE: _json(traced)}


def _json(plain: object) -> bytes:
    return (json.dumps(plain, indent=2, ensure_ascii=False) + "\n").encode()


def _manifest(reviewed: Reviewed, sources: Sources, *, order: Order) -> Manifest:
    file, found = reviewed.file, reviewed.review
    practice, clinic = file.practice, reviewed.clinic
    return Manifest(
        case_id=file.case.case_id,
        as_of=order.as_of,
        versions=versions(),
        case=Origin(path=file.name, sha256=file.sha256),
        practice=Origin(path=practice.name, sha256=practice.sha256) if practice else None,
        packs=sources.digests,
        clinic_pack=Origin(path=clinic.folder.as_posix(), sha256=clinic.sha256) if clinic else None,
        policy=_policy(found, order),
        rating=_rating(found, reviewed.packs),
        accepted_stale=found.accepted_stale or None,
        files={},
    )


def _policy(found: Review, order: Order) -> PolicySeen:
    policy = found.assessment.policy if found.assessment else None
    version = policy.version.date if policy else None
    return PolicySeen(
        payer=found.payer.payer.id,
        policy=policy.id if policy else None,
        version=str(version) if version else None,
        requested=order.payer,
    )


def _rating(found: Review, packs: Packs) -> Rating:
    chosen, level = found.match.chosen, found.match.level
    assert chosen is not None  # a review that writes a letter has an indication, a level and a row
    assert level is not None
    assert chosen.row is not None
    row = chosen.row
    return Rating(
        indication=chosen.indication.id,
        level=level.level,
        row=row.id,
        category=row.category,
        grade=row.grade,
        edition=packs.evidence.edition.name,
    )
