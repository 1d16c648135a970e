"""The clinic profile: letterhead, providers, facilities and contacts that cases name by key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import Field

from priorauth.case.codes import Key, Line, Phone, TimeZone
from priorauth.case.named import Named, name_contacts
from priorauth.case.parts import Contact, Part, PeerToPeer, Provider
from priorauth.case.sources import location_behind, location_in, value_at
from priorauth.documents import Document, Place, load, refusal, validate
from priorauth.errors import CaseError
from priorauth.mistakes import Location, known_names, path_of

PRACTICE_FILE = "practice.yaml"


class Practice(Part):
    """A clinic as its letters show it, and the people and places that its cases name by key."""

    format: Literal["1"] = "1"
    """The version of this file format."""
    name: Line
    address: tuple[Line, ...] = Field(min_length=1)
    phone: Phone
    fax: Phone | None = None
    website: Line | None = None
    providers: dict[Key, Provider] = Field(default_factory=dict)
    facilities: dict[Key, Provider] = Field(default_factory=dict)
    contacts: dict[Key, Contact] = Field(default_factory=dict)
    """Contacts that providers and facilities name by key."""
    peer_to_peer: PeerToPeer | None = None
    """Who speaks for a request when its case names nobody."""
    time_zone: TimeZone | None = None
    """In which its cases state their times, as the IANA database names it: America/New_York."""
    packs: Line | None = None
    """The folder of the clinic's own payers, from the folder of this file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFile:
    """A clinic profile and where each thing stands in it."""

    practice: Practice = field(repr=False)
    name: str
    """The path as given."""
    sha256: str
    document: Document
    """Its data holds contacts in full where the file names them by key."""
    origins: Mapping[Location, Location]
    """Where a contact named by key is written."""

    @property
    def packs_folder(self) -> Path | None:
        """The folder of the clinic's own payers; `None` when it names none."""
        return Path(self.name).parent / self.practice.packs if self.practice.packs is not None else None

    def source(self, location: Location) -> str:
        """The id of this place, such as `practice:providers.reyes.npi`."""
        return f"practice:{path_of(location_behind(location, self.origins) or location)}"

    def value(self, source_id: str) -> object:
        """What stands behind an id; `KeyError` when nothing does."""
        return value_at(self.practice, location_in(source_id, "practice"))

    def place(self, source_id: str) -> Place:
        """Where the id stands in the file; `KeyError` when it stands nowhere."""
        self.value(source_id)
        return self.document.place(location_in(source_id, "practice"))


def read_practice(path: Path) -> PracticeFile:
    """The clinic profile; `CaseError` with everything that is wrong with it."""
    document = load(path)
    named: Named = name_contacts(document)
    practice, faults = validate(named.document.data, Practice)
    if practice is None or document.faults or faults or named.faults:
        raise refusal(document, [*named.faults, *faults], error=CaseError, names=known_names(Practice))
    return PracticeFile(
        practice=practice, name=document.name, sha256=document.sha256, document=named.document, origins=named.origins
    )


def find_practice(case_path: Path) -> Path | None:
    """The profile beside the case or one folder above it; `None` when there is none."""
    for folder in (case_path.parent, case_path.parent / ".."):
        profile = Path(os.path.normpath(folder / PRACTICE_FILE))
        # A dangling link counts as found, so that reading it says what is wrong.
        if os.path.lexists(profile):
            return profile
    return None
