"""Signing: what was reviewed is what is signed, or nothing is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from priorauth.case.parts import Case
from priorauth.drafts.durable import held, write_file
from priorauth.drafts.folder import LETTER_HTML, SIGNATURE_FILE, SIGNED_PDF
from priorauth.drafts.manifest import MANIFEST_FILE, Manifest, as_json, read_manifest, sha256
from priorauth.drafts.order import Order, Reviewed, read_and_review
from priorauth.drafts.pipeline import Made, make
from priorauth.drafts.reading import digest_of
from priorauth.drafts.signature import Attestation, Method, Signature
from priorauth.drafts.sources import Sources, versions
from priorauth.drafts.verify import Check, Proof, behind, inside
from priorauth.errors import CaseError, DraftError
from priorauth.letters.render import Mark, print_form, render


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLetter:
    """A letter that is ready for its method of signing."""

    pdf: Path
    signature: Signature


Apply = Callable[[str, Attestation], bytes]
"""The one seam for other ways of signing: the letter's HTML and the attestation give the final PDF."""


def leave_line_for_ink(html: str, _: Attestation) -> bytes:
    """The final letter with its signature and date lines left blank, to be signed by hand."""
    return render(print_form(html), mark=Mark.FINAL)


METHODS: Mapping[Method, Apply] = {Method.INK: leave_line_for_ink}


def sign(folder: Path, attestation: Attestation, *, method: Method, sources: Sources) -> SignedLetter:
    """Add the final letter and the record of its signature to a draft.

    Raises `DraftError`, and writes nothing, when the draft is signed already, when the attesting person
    is not the case's requesting provider, and when the case file, the clinic profile, a pack, the
    program or a file of the draft is not as it was drafted: the error lists which. Digests only show
    that a draft fits its own manifest; so the letter is made again from case and packs, and must be the same.
    """
    with held(folder):
        manifest = read_manifest(folder)
        if os.path.lexists(folder / SIGNATURE_FILE):
            raise DraftError(f"{folder} is signed already. To sign another letter, draft it into another folder with -o.")
        _require_unchanged(folder, manifest, sources)
        order = _order(folder, manifest)
        reviewed = _reviewed_again(order, sources)
        _require_requesting_provider(reviewed.file.case, attestation, order)
        made = make(reviewed, sources, order=order, folder=folder)
        _refuse(_differing(folder, manifest, made))
        return _sign(folder, made, attestation, method=method)


def _sign(folder: Path, made: Made, attestation: Attestation, *, method: Method) -> SignedLetter:
    pdf = METHODS[method](made.files[LETTER_HTML].decode(), attestation)
    signature = Signature(
        method=method,
        attestation=attestation,
        reviewed={**made.manifest.files, MANIFEST_FILE: sha256(as_json(made.manifest))},
        signed={SIGNED_PDF: sha256(pdf)},
        as_of=made.manifest.as_of,
        versions=versions(),
    )
    # The record comes last: without it the letter beside it counts as unsigned.
    write_file(folder / SIGNED_PDF, pdf)
    write_file(folder / SIGNATURE_FILE, as_json(signature))
    return SignedLetter(pdf=folder / SIGNED_PDF, signature=signature)


def _require_unchanged(folder: Path, manifest: Manifest, sources: Sources) -> None:
    checks = (*inside(folder, manifest), *behind(folder, manifest, sources.digests), *_program(manifest))
    _refuse(_words(check) for check in checks if check.proof is not Proof.UNCHANGED)


def _refuse(differing: Iterable[str]) -> None:
    listed = "".join(f"\n  {words}" for words in differing)
    if listed:
        raise DraftError(
            f"This is not what was drafted, so it cannot be signed:{listed}\nDraft the letter again, review it, then sign."
        )


def _order(folder: Path, manifest: Manifest) -> Order:
    """What was asked for when the letter was drafted."""
    return Order(
        case=folder / manifest.case.path,
        as_of=manifest.as_of,
        practice=folder / manifest.practice.path if manifest.practice else None,
        payer=manifest.policy.requested,
        packs=folder / manifest.clinic_pack.path if manifest.clinic_pack else None,
        accept_stale=manifest.accepted_stale or (),
    )


def _reviewed_again(order: Order, sources: Sources) -> Reviewed:
    try:
        reviewed = read_and_review(order, sources.packs)
    except CaseError as error:
        raise DraftError("The case file can no longer be read as it was when the letter was drafted. Draft it again.") from error
    if reviewed.review.exit_code:
        raise DraftError("The case carries no letter on the date of this draft. Run `priorauth check` on the case.")
    return reviewed


def _differing(folder: Path, manifest: Manifest, made: Made) -> Iterator[str]:
    """What of the draft is not what case and packs give."""
    for name in type(manifest).model_fields:
        if name != "files" and getattr(manifest, name) != getattr(made.manifest, name):
            yield f"{MANIFEST_FILE}: `{name}` is not what case and packs give."
    for name, content in {**made.files, MANIFEST_FILE: as_json(made.manifest)}.items():
        if digest_of(folder / name) != sha256(content):
            yield f"{name}: is not what case and packs give."


def _program(manifest: Manifest) -> Iterable[Check]:
    """The same HTML in another version may give another page."""
    here = versions()
    for name, version in sorted(manifest.versions.items()):
        proof = Proof.UNCHANGED if here.get(name) == version else Proof.CHANGED
        yield Check(what=f"version of {name}", proof=proof, inside=False)


def _words(check: Check) -> str:
    found = "is not found" if check.proof is Proof.NOT_FOUND else "differs from what was drafted"
    return f"{check.what}: {found}."


def _require_requesting_provider(case: Case, attestation: Attestation, order: Order) -> None:
    provider = case.requesting_provider
    if provider is None or provider.npi is None:
        raise DraftError("The case names no requesting provider with an NPI. Add one and draft the letter again.")
    if attestation.npi != provider.npi:
        raise DraftError("The NPI is not that of the case's requesting provider, who alone can sign this letter.")
    if not _name_parts(provider.name) <= _name_parts(attestation.name):
        raise DraftError("The name is not that of the case's requesting provider. Write it as the case or clinic profile does.")
    if attestation.attested_on < order.as_of:
        raise DraftError("The date of signing lies before the date of the letter. Give the day on which the letter was reviewed.")


def _name_parts(name: str) -> frozenset[str]:
    """The words of a name, so that `Reyes, Ana` and `Ana Reyes, MD` name one person."""
    return frozenset(re.findall(r"\w+", name.casefold()))
