"""Signing: what was reviewed is what is signed, or nothing is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from priorauth.case.parts import Provider
from priorauth.case.practice import read_practice
from priorauth.case.reader import read_case
from priorauth.drafts.durable import held, write_file
from priorauth.drafts.folder import LETTER_HTML, SIGNATURE_FILE, SIGNED_PDF
from priorauth.drafts.manifest import MANIFEST_FILE, Manifest, as_json, read_manifest, sha256
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
    program or a file of the draft is not as it was drafted: the error lists which.
    """
    with held(folder):
        manifest = read_manifest(folder)
        if (folder / SIGNATURE_FILE).exists():
            raise DraftError(f"{folder} is signed already. To sign another letter, draft it into another folder with -o.")
        _require_unchanged(folder, manifest, sources)
        _require_requesting_provider(folder, manifest, attestation, sources=sources)
        return _sign(folder, manifest, attestation, method=method)


def _sign(folder: Path, manifest: Manifest, attestation: Attestation, *, method: Method) -> SignedLetter:
    html = (folder / LETTER_HTML).read_bytes()
    if sha256(html) != manifest.files[LETTER_HTML]:
        raise DraftError(f"{LETTER_HTML} was changed while it was being signed. Draft the letter again and review it.")
    pdf = METHODS[method](html.decode(), attestation)
    signature = Signature(
        method=method,
        attestation=attestation,
        reviewed={**manifest.files, MANIFEST_FILE: sha256((folder / MANIFEST_FILE).read_bytes())},
        signed={SIGNED_PDF: sha256(pdf)},
        as_of=manifest.as_of,
        versions=versions(),
    )
    # The record comes last: without it the letter beside it counts as unsigned.
    write_file(folder / SIGNED_PDF, pdf)
    write_file(folder / SIGNATURE_FILE, as_json(signature))
    return SignedLetter(pdf=folder / SIGNED_PDF, signature=signature)


def _require_unchanged(folder: Path, manifest: Manifest, sources: Sources) -> None:
    checks = (*inside(folder, manifest), *behind(folder, manifest, sources.digests), *_program(manifest))
    differing = [_words(check) for check in checks if check.proof is not Proof.UNCHANGED]
    if differing:
        listed = "\n".join(f"  {words}" for words in differing)
        raise DraftError(
            f"This is not what was drafted, so it cannot be signed:\n{listed}\nDraft the letter again, review it, then sign."
        )


def _program(manifest: Manifest) -> Iterable[Check]:
    """The same HTML in another version may give another page."""
    here = versions()
    for name, version in sorted(manifest.versions.items()):
        proof = Proof.UNCHANGED if here.get(name) == version else Proof.CHANGED
        yield Check(what=f"version of {name}", proof=proof, inside=False)


def _words(check: Check) -> str:
    found = "is not found" if check.proof is Proof.NOT_FOUND else "differs from what was drafted"
    return f"{check.what}: {found}."


def _require_requesting_provider(folder: Path, manifest: Manifest, attestation: Attestation, *, sources: Sources) -> None:
    provider = _requesting_provider(folder, manifest, sources)
    if provider is None or provider.npi is None:
        raise DraftError("The case names no requesting provider with an NPI. Add one and draft the letter again.")
    if attestation.npi != provider.npi:
        raise DraftError("The NPI is not that of the case's requesting provider, who alone can sign this letter.")
    if not _name_parts(provider.name) <= _name_parts(attestation.name):
        raise DraftError("The name is not that of the case's requesting provider. Write it as the case or clinic profile does.")
    if attestation.attested_on < manifest.as_of:
        raise DraftError("The date of signing lies before the date of the letter. Give the day on which the letter was reviewed.")


def _requesting_provider(folder: Path, manifest: Manifest, sources: Sources) -> Provider | None:
    practice = read_practice(folder / manifest.practice.path) if manifest.practice else None
    try:
        file = read_case(
            folder / manifest.case.path, vocabulary=sources.packs.vocabulary, as_of=manifest.as_of, practice=practice
        )
    except CaseError as error:
        raise DraftError("The case file can no longer be read as it was when the letter was drafted. Draft it again.") from error
    return file.case.requesting_provider


def _name_parts(name: str) -> frozenset[str]:
    """The words of a name, so that `Reyes, Ana` and `Ana Reyes, MD` name one person."""
    return frozenset(re.findall(r"\w+", name.casefold()))
