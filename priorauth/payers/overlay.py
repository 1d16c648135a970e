"""A clinic's own payers: a folder beside ours, laid over ours by payer id, whole and never field by field."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from priorauth.documents import Data, Document, load
from priorauth.errors import PackError, Problem
from priorauth.facts import Vocabulary
from priorauth.mistakes import Fault, Location, closest
from priorauth.pack_files import PackFiles
from priorauth.payers.models import GENERIC, Payer, Payers
from priorauth.payers.reader import read_payer_folders

PAYERS_FOLDER = "payers"
"""The folder of a clinic's pack in which its payers lie."""

NOT_FILLED_IN = "FILL IN"
"""What stands where a person must still write something; no file with it can be used."""

_READABLE = (".yaml", ".yml", ".json")


def payer_files(folder: Path) -> tuple[Path, ...]:
    """Every file of a clinic's pack that is read, sorted; `FileNotFoundError` when it has no `payers` folder."""
    root = folder / PAYERS_FOLDER
    if not root.is_dir():
        raise FileNotFoundError(root)
    return tuple(sorted((*root.glob("*/payer.yaml"), *root.glob("*/policies/*.yaml"))))


def read_clinic_payers(
    folder: Path, *, ours: Payers, vocabulary: Vocabulary, indications: Collection[str]
) -> Mapping[str, Payer]:
    """Every payer of a clinic's pack; proofs of ours can be used in it, and payers of ours inherited.

    `indications` are the ids that a policy can speak of. Raises `PackError` with every fault of every file.
    """
    root = folder / PAYERS_FOLDER
    if not root.is_dir():
        raise no_payers(folder)
    files = PackFiles(root)
    found = read_payer_folders(files, vocabulary=vocabulary, proofs=dict(ours.proofs), others=ours.payers)
    documents = [load(path) for path in payer_files(folder)]
    noted = (*files.problems, *_misplaced(root), *_misnamed(documents, indications))
    files.problems = _in_order(_unfilled_first(noted, documents))
    if not found and not files.problems:
        raise no_payers(folder)
    files.finish()
    return found


def overlaid(ours: Payers, clinic: Mapping[str, Payer]) -> Payers:
    """Ours with the clinic's beside them; one of the clinic's takes the place of ours with the same id."""
    return replace(ours, payers={**ours.payers, **clinic}, clinic=frozenset(clinic))


def no_payers(folder: Path) -> PackError:
    """The refusal of a folder in which there is no payer."""
    what = f"holds no payer: there is no {PAYERS_FOLDER}/<id>/payer.yaml in it."
    remedy = "Name the folder that `priorauth payers new` wrote to, in --packs or under `packs` in practice.yaml."
    return PackError("The clinic's own payers cannot be read.", problems=[Problem(file=str(folder), what=what, remedy=remedy)])


def _misplaced(root: Path) -> Iterator[Problem]:
    """What was meant to be read and never would be: each is a mistake that nobody would notice."""
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root).parts
        if any(part.startswith(".") for part in place):
            continue
        found = _why_not_read(path, place)
        if found is not None:
            yield Problem(file=str(path), what=found[0], remedy=found[1])
    if (root / GENERIC).exists():
        what = "stands for every payer that has no folder, and cannot be replaced."
        yield Problem(file=str(root / GENERIC), what=what, remedy="Give your payer an id of its own, and name its folder so.")


def _why_not_read(path: Path, place: tuple[str, ...]) -> tuple[str, str] | None:
    if path.is_symlink():
        return "is a link, and links are not followed.", "Copy what it points at to its place."
    if path.is_dir():
        if not os.access(path, os.R_OK | os.X_OK):
            return "may not be read by you.", "Ask its owner for access."
        without = len(place) == 1 and not any(path.glob("*.y*ml")) and not any(path.glob("*/*.y*ml"))
        return ("holds no payer.yaml.", "Write one with `priorauth payers new`, or remove the folder.") if without else None
    if ".yaml." in path.name.lower():
        return "does not end in .yaml.", "Rename it, so that nothing follows after .yaml."
    if path.suffix.lower() not in _READABLE or _is_read(path, place):
        return None
    return "is not read where it lies.", "Files that are read: <id>/payer.yaml and <id>/policies/<policy>.yaml."


def _is_read(path: Path, place: tuple[str, ...]) -> bool:
    if path.suffix != ".yaml":
        return False
    return (len(place) == 2 and place[1] == "payer.yaml") or (len(place) == 3 and place[1] == "policies")


def _misnamed(documents: Collection[Document], indications: Collection[str]) -> Iterator[Problem]:
    for document in documents:
        lines = document.data.get("indications") if isinstance(document.data, dict) else None
        for name in lines if isinstance(lines, dict) else ():
            if name not in indications:
                near = closest(name, indications)
                hint = f"Did you mean {' or '.join(f'`{one}`' for one in near)}? " if near else ""
                remedy = f"{hint}The words that can stand here are in the remarks of a new record (`priorauth payers new`)."
                what = "is not an indication that is known here."
                fault = Fault(location=("indications", name), what=what, remedy=remedy, at_key=True)
                yield document.problem(fault, {"indications", name})


def _unfilled_first(problems: Collection[Problem], documents: Collection[Document]) -> list[Problem]:
    """The problems with those of a place that nobody has filled in said as that, once."""
    marks = [one for document in documents for one in _unfilled(document)]
    lines = {(one.file, one.line) for one in marks}
    allowed = {(one.file, one.line, one.column): one.remedy for one in problems}
    said = [replace(one, remedy=_with(one.remedy, allowed.get((one.file, one.line, one.column)))) for one in marks]
    return [*said, *(one for one in problems if (one.file, one.line) not in lines)]


def _with(remedy: str, allowed: str | None) -> str:
    return f"{remedy} {allowed}" if allowed else remedy


def _unfilled(document: Document) -> Iterator[Problem]:
    for location, text in _scalars(document.data, ()):
        if NOT_FILLED_IN in text:
            what, remedy = "is not filled in yet.", f"Put it in place of {NOT_FILLED_IN}."
            yield document.problem(Fault(location=location, what=what, remedy=remedy), {str(step) for step in location})


def _scalars(data: Data, location: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(data, str):
        yield location, data
        return
    steps = data.items() if isinstance(data, dict) else enumerate(data)
    for step, inner in steps:
        yield from _scalars(inner, (*location, step))


def _in_order(problems: Collection[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: (one.file, one.line or 0, one.column or 0))
