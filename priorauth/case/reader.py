"""A case file as a `Case`: read whole, refused whole, with every fault at once."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from priorauth.case.consistency import Subject, contradictions
from priorauth.case.named import name_providers
from priorauth.case.parts import Case, Provider
from priorauth.case.practice import PracticeFile
from priorauth.case.sources import location_behind, location_in, value_at
from priorauth.documents import Data, Document, Mark, Place, load, refusal, validate
from priorauth.errors import CaseError
from priorauth.facts import Vocabulary
from priorauth.mistakes import Fault, Location, closest, known_names, path_of

ROLES = ("requesting_provider", "servicing_provider")
"""Fields of a case that also serve as keys of the provider who fills them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case and where each thing in it is written."""

    case: Case = field(repr=False)
    name: str
    """The path as given."""
    sha256: str
    practice: PracticeFile | None
    document: Document
    """Each fact as a list, and providers in full where the file names them by key."""
    origins: Mapping[Location, Location]
    """Where in the clinic profile a part of this case is written."""

    def source(self, location: Location) -> str:
        """The id of this place: `case:member.name.given`, or `practice:providers.reyes.npi` if named by key."""
        behind = location_behind(location, self.origins)
        if self.practice is None or behind is None:
            return f"case:{path_of(location)}"
        return self.practice.source(behind)

    def value(self, source_id: str) -> object:
        """What stands behind an id of either file; `KeyError` when nothing does."""
        if self.practice is not None and source_id.startswith("practice:"):
            return self.practice.value(source_id)
        return value_at(self.case, location_in(source_id, "case"))

    def place(self, source_id: str) -> Place:
        """Where an id stands, or for a default that nobody wrote what holds it; `KeyError` when nowhere."""
        if self.practice is not None and source_id.startswith("practice:"):
            return self.practice.place(source_id)
        self.value(source_id)
        return self.document.place(location_in(source_id, "case"))

    def provider(self, key: str) -> tuple[str, Provider]:
        """The provider behind `attested_by` or `certified_by` with the id of its place; `KeyError` for no such key."""
        held = getattr(self.case, key) if key in ROLES else None
        if held is not None:
            return self.source((key,)), held
        if self.practice is None:
            raise KeyError(key)
        return f"practice:providers.{key}", self.practice.practice.providers[key]


def read_case(path: Path, *, vocabulary: Vocabulary, as_of: date, practice: PracticeFile | None = None) -> CaseFile:
    """The case in this file; `CaseError` with everything that is wrong with it.

    `as_of` is the day of writing: what has happened cannot lie after it. Keys of providers are
    looked up in `practice`.
    """
    document, fact_faults = _known_facts(load(path), vocabulary)
    named = name_providers(document, practice.document if practice else None)
    case, faults = validate(named.document.data, Case)
    partial, unread = (case, frozenset[Location]()) if case else _what_can_be_read(named.document.data, faults)
    if partial is not None:
        keys = _provider_keys(partial, practice)
        subject = Subject(case=partial, vocabulary=vocabulary, as_of=as_of, provider_keys=keys, unread=unread)
        faults = (*faults, *contradictions(subject))
    faults = (*_format_fault(document), *fact_faults, *named.faults, *faults)
    if case is None or document.faults or faults:
        raise refusal(document, faults, error=CaseError, names={*known_names(Case), *vocabulary.facts})
    return CaseFile(
        case=case,
        name=document.name,
        sha256=document.sha256,
        practice=practice,
        document=named.document,
        origins=named.origins,
    )


def _format_fault(document: Document) -> tuple[Fault, ...]:
    if not isinstance(document.data, dict) or "format" in document.data:
        return ()
    return (Fault(location=("format",), what="is missing.", remedy="Begin the file with the line `format: 1`."),)


def _provider_keys(case: Case, practice: PracticeFile | None) -> frozenset[str]:
    filled = {role for role in ROLES if getattr(case, role) is not None}
    return frozenset(filled | set(practice.practice.providers if practice else ()))


def _known_facts(document: Document, vocabulary: Vocabulary) -> tuple[Document, tuple[Fault, ...]]:
    """The document with each fact as a list of entries; facts that cannot be are left out, each with a fault."""
    written = document.data.get("facts") if isinstance(document.data, dict) else None
    if not isinstance(written, dict):
        return document, ()
    faults = tuple(fault for fact, entry in written.items() for fault in _fact_faults(fact, entry, vocabulary))
    unusable = {fault.location[1] for fault in faults}
    facts = {fact: entry if isinstance(entry, list) else [entry] for fact, entry in written.items() if fact not in unusable}
    single = {("facts", fact) for fact, entry in written.items() if isinstance(entry, dict)}
    return (
        replace(
            document,
            data={**document.data, "facts": facts},
            marks=_as_first_entries(document.marks, single),
            keys=_as_first_entries(document.keys, single),
        ),
        faults,
    )


def _fact_faults(fact: str, entry: Data, vocabulary: Vocabulary) -> Iterable[Fault]:
    location: Location = ("facts", fact)
    if fact not in vocabulary:
        near = closest(fact, vocabulary.facts)
        hint = f"Did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else "`priorauth new` lists every fact."
        yield Fault(location=location, what="is not a fact that is known here.", remedy=hint, at_key=True)
        return
    if entry == []:
        yield Fault(location=location, what="has no entry.", remedy="Add one, or remove the line.")
    for place, one in [((*location, n), one) for n, one in enumerate(entry)] if isinstance(entry, list) else [(location, entry)]:
        if not isinstance(one, dict):
            yield Fault(
                location=place,
                what="is a bare value.",
                remedy="Write `value:` below the name, and beside it `taken:`, `exhibit:` and `page:`, which the letter shows.",
            )


def _as_first_entries(marks: Mapping[Location, Mark], single: set[tuple[str, str]]) -> Mapping[Location, Mark]:
    """The marks with those of a fact written without a list moved to the first entry of one."""
    moved = dict(marks)
    for location, mark in marks.items():
        if location[:2] in single:
            moved[(*location[:2], 0, *location[2:])] = mark
    return moved


def _what_can_be_read(data: Data, faults: tuple[Fault, ...]) -> tuple[Case | None, frozenset[Location]]:
    """The case without what is at fault, and the places left out; for the checks that go across its parts."""
    unread: set[Location] = set()
    data = copy.deepcopy(data)
    case: Case | None = None
    while case is None and faults:
        leaving = {_removable(data, fault.location) for fault in faults}
        if () in leaving or not isinstance(data, dict):
            return None, frozenset()
        for location in leaving:
            _remove(data, location)
        unread |= leaving
        data.setdefault("case_id", "unreadable")
        case, faults = validate(data, Case)
    return case, frozenset(unread)


def _removable(data: Data, location: Location) -> Location:
    """The nearest field that holds this place; entries stay in their list, or all go, so that none moves up."""
    here = data
    for depth, step in enumerate(location):
        if isinstance(here, dict) and step not in here:
            location = location[:depth]
            break
        here = here[step]
    while location and isinstance(location[-1], int):
        location = location[:-1]
    return location


def _remove(data: Data, location: Location) -> None:
    for step in location[:-1]:
        data = data.get(step, {}) if isinstance(data, dict) else data[step]
    if isinstance(data, dict):
        data.pop(location[-1], None)
