"""What a file names by key instead of writing it out: providers, facilities, contacts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from priorauth.documents import Data, Document
from priorauth.mistakes import Fault, Location

_PROFILE_KEYS: Mapping[str, tuple[str, ...]] = {
    "requesting_provider": ("providers",),
    "servicing_provider": ("providers", "facilities"),
    "facility": ("facilities",),
}
"""Field of a case to the groups of the profile that it may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A document with everything written out, and where each such thing came from."""

    document: Document
    origins: Mapping[Location, Location]
    """Place in the document to the place in the profile where it is written."""
    faults: tuple[Fault, ...] = ()


def name_contacts(profile: Document) -> Named:
    """The clinic profile with the contacts of its providers and facilities written out."""
    contacts = _group(profile.data, "contacts")
    written = dict(_group(profile.data))
    origins: dict[Location, Location] = {}
    faults: list[Fault] = []
    for kind in ("providers", "facilities"):
        for key, provider in _group(profile.data, kind).items():
            location: Location = (kind, key, "contact")
            contact = provider.get("contact") if isinstance(provider, dict) else None
            if isinstance(contact, str) and contact in contacts:
                written[kind] = {**written[kind], key: {**provider, "contact": contacts[contact]}}
                origins[location] = ("contacts", contact)
            elif isinstance(contact, str):
                faults.append(_unknown_key(location, profile.data, ("contacts",)))
    return Named(document=_with_data(profile, written), origins=origins, faults=tuple(faults))


def name_providers(case: Document, profile: Document | None) -> Named:
    """The case with the providers and facility that it names by key written out from the profile.

    Where the case names nobody for a peer-to-peer call, the profile's contact for it is taken.
    """
    written = dict(_group(case.data))
    origins: dict[Location, Location] = {}
    faults: list[Fault] = []
    held = profile.data if profile is not None else {}
    for field, key in _keys_in(written):
        kind = next((kind for kind in _PROFILE_KEYS[field] if key in _group(held, kind)), None)
        if kind is not None:
            written[field] = held[kind][key]
            origins[(field,)] = (kind, key)
            continue
        del written[field]
        faults.append(_no_profile((field,)) if profile is None else _unknown_key((field,), held, _PROFILE_KEYS[field]))
    if "peer_to_peer" not in written and "peer_to_peer" in held:
        written["peer_to_peer"] = held["peer_to_peer"]
        origins[("peer_to_peer",)] = ("peer_to_peer",)
    return Named(document=_with_data(case, written), origins=origins, faults=tuple(faults))


def _keys_in(case: Mapping[str, Data]) -> Iterator[tuple[str, str]]:
    named = [(field, case.get(field)) for field in _PROFILE_KEYS]
    return ((field, key) for field, key in named if isinstance(key, str))


def _group(data: Data, *path: str) -> Mapping[str, Data]:
    """The group at this place; empty when there is none, or something else."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _with_data(document: Document, written: Mapping[str, Data]) -> Document:
    """The document with other data; one that is no group at all stays as it is, to be refused as such."""
    return replace(document, data=dict(written)) if isinstance(document.data, dict) else document


def _unknown_key(location: Location, profile: Data, groups: tuple[str, ...]) -> Fault:
    known = ", ".join(key for group in groups for key in _group(profile, group))
    where = " or ".join(f"`{group}`" for group in groups)
    remedy = f"Use one of the keys under {where}: {known}." if known else f"Add it to the profile under {where}."
    return Fault(location=location, what="names a key that the clinic profile does not hold.", remedy=remedy)


def _no_profile(location: Location) -> Fault:
    return Fault(
        location=location,
        what="names a key of the clinic profile, and there is no profile.",
        remedy="Put practice.yaml beside the case or one folder above, or write the provider out here, with its name and NPI.",
    )
