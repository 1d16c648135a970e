"""Reads payers/ and checks it whole: every fault of every file is reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from priorauth.criteria.language import Criterion, resolve
from priorauth.criteria.soundness import unsound
from priorauth.facts import FactKind, Vocabulary
from priorauth.mistakes import Fault, Location, split_sentence
from priorauth.pack_files import PackFiles
from priorauth.payers.clocks import Clocks
from priorauth.payers.code_list import CODE_FOLDER, read_code_lists
from priorauth.payers.entry import Provenance
from priorauth.payers.models import (
    GENERIC,
    Basis,
    Extent,
    LeftOutRecords,
    Payer,
    PayerRecord,
    Payers,
    Policy,
    PolicyCriterion,
    PolicyLine,
    Proofs,
    Stance,
    Stances,
)
from priorauth.payers.process import DocumentAsked
from priorauth.payers.requirements import Codes, Completeness, Rules
from priorauth.payers.review_ages import Staleness

Shared: TypeAlias = dict[str, Criterion]
"""Criteria that others stand for by `use`."""


def read_payers(folder: Path, *, vocabulary: Vocabulary) -> Payers:
    """Every payer and policy in the folder, their criteria resolved and checked against the vocabulary.

    Raises `PackError` with every fault of every file.
    """
    files = PackFiles(folder)
    stances = files.read(folder / "stances.yaml", Stances)
    proofs = files.read(folder / "proofs.yaml", Proofs, lambda model: _shared_faults(model.proofs, {}, vocabulary, "proofs"))
    shared = dict(proofs.proofs) if proofs is not None else {}
    found = read_payer_folders(files, vocabulary=vocabulary, proofs=shared)
    files.read(folder / "left_out.yaml", LeftOutRecords)
    stand_in = folder / GENERIC / "payer.yaml"
    if not stand_in.is_file():
        files.add(stand_in, "is missing.", "Add it: it stands in for every payer that has no folder here.")
    files.finish()
    assert stances is not None  # else finish has raised
    return Payers(payers=found, stances=stances, proofs=shared)


def read_payer_folders(
    files: PackFiles, *, vocabulary: Vocabulary, proofs: Shared, others: Mapping[str, Payer] = MappingProxyType({})
) -> dict[str, Payer]:
    """Every payer in the folder of `files` that could be read; what is wrong is noted there.

    `others` are the payers of another pack, which one in this folder can inherit.
    """
    read = {one: _read_payer(one, files, vocabulary, proofs) for one in _folders(files.folder)}
    found = {payer.id: payer for payer in read.values() if payer is not None}
    for folder, payer in read.items():
        broken = {one.name for one in read} - set(found)  # what is wrong with these has been said
        if payer is not None and payer.inherits is not None and payer.inherits not in broken:
            _check_inherited(files, folder / "payer.yaml", {**others, **found}.get(payer.inherits))
    return found


def _check_inherited(files: PackFiles, path: Path, inherited: Payer | None) -> None:
    if inherited is None:
        files.add(path, "inherits a payer that is not there.", "Name in `inherits` the folder of a payer, or leave it out.")
    elif inherited.inherits is not None:
        files.add(path, "inherits a payer that itself inherits one.", "Name in `inherits` the payer at the root.")


def read_rules(folder: Path, *, vocabulary: Vocabulary) -> Rules:
    """What any request must carry, checked against the vocabulary; raises `PackError` with every fault of both files."""
    files = PackFiles(folder)
    completeness = files.read(folder / "completeness.yaml", Completeness, lambda model: _requirement_faults(model, vocabulary))
    codes = files.read(folder / "codes.yaml", Codes)
    code_lists = read_code_lists(folder / CODE_FOLDER, files)
    clocks = files.read(folder / "clocks.yaml", Clocks)
    staleness = files.read(folder / "staleness.yaml", Staleness)
    files.finish()
    assert completeness is not None  # else finish has raised
    assert codes is not None
    assert clocks is not None
    assert staleness is not None
    return Rules(completeness=completeness, codes=codes, code_lists=code_lists, clocks=clocks, staleness=staleness)


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".") and _is_payer(one))


def _is_payer(folder: Path) -> bool:
    """Whether it holds a payer, if perhaps an incomplete one; a folder of codes does not."""
    return (folder / "policies").is_dir() or any(folder.glob("payer.*"))


def _read_payer(folder: Path, files: PackFiles, vocabulary: Vocabulary, proofs: Shared) -> Payer | None:
    def check(record: PayerRecord) -> list[Fault]:
        return [*_named_for(record.id, folder.name, "its folder"), *_document_faults(record, vocabulary, proofs)]

    record = files.read(folder / "payer.yaml", PayerRecord, check)
    paths = sorted((folder / "policies").glob("*.yaml"))
    policies = [policy for path in paths if (policy := _read_policy(path, files, vocabulary, proofs)) is not None]
    for one, other in combinations(policies, 2):
        if one.in_force.overlaps(other.in_force):
            what = f"may be in force on the same day as {other.id}.yaml."
            files.add(folder / "policies" / f"{one.id}.yaml", what, "Say in `in_force` when the older one ended.")
    if record is None:
        return None
    documents = tuple(_resolved_document(one, proofs) for one in record.documents)
    return Payer(**{**dict(record), "documents": documents}, policies=tuple(policies))


def _resolved_document(document: DocumentAsked, proofs: Shared) -> DocumentAsked:
    try:
        criterion = document.criterion and resolve(document.criterion, proofs)
    except (KeyError, ValueError):
        return document  # _document_faults has said what is wrong
    return document.model_copy(update={"criterion": criterion})


def _document_faults(record: PayerRecord, vocabulary: Vocabulary, proofs: Shared) -> Iterator[Fault]:
    for position, document in enumerate(record.documents):
        if document.criterion is not None:
            yield from _resolved_faults(document.criterion, proofs, vocabulary, ("documents", position, "criterion"))


def _read_policy(path: Path, files: PackFiles, vocabulary: Vocabulary, proofs: Shared) -> Policy | None:
    def check(policy: Policy) -> list[Fault]:
        return [*_named_for(policy.id, path.stem, "its file"), *_policy_faults(policy, vocabulary, proofs)]

    policy = files.read(path, Policy, check)
    try:
        return policy and _resolved(policy, {**proofs, **policy.shared})
    except (KeyError, ValueError):
        return None  # _policy_faults has said which


def _named_for(name: str, holder: str, what: str) -> Iterator[Fault]:
    if name != holder:
        yield Fault(location=("id",), what=f"differs from the name of {what}.", remedy="Make the two equal.")


def _resolved(policy: Policy, shared: Shared) -> Policy:
    """The policy with every `use` replaced by the criterion it stands for."""
    lines = policy.indications.items()
    resolved = {name: line.model_copy(update={"criteria": _resolved_rows(line, shared)}) for name, line in lines}
    return policy.model_copy(update={"indications": resolved})


def _resolved_rows(line: PolicyLine, shared: Shared) -> tuple[PolicyCriterion, ...]:
    return tuple(one.model_copy(update={"criterion": resolve(one.criterion, shared)}) for one in line.criteria)


def _shared_faults(own: Mapping[str, Criterion], others: Shared, vocabulary: Vocabulary, group: str) -> Iterator[Fault]:
    """What is wrong with criteria that others use, said once where they stand."""
    for name, criterion in own.items():
        yield from _resolved_faults(criterion, {**others, **own}, vocabulary, (group, name))


def _resolved_faults(criterion: Criterion, shared: Shared, vocabulary: Vocabulary, location: Location) -> Iterator[Fault]:
    try:
        resolve(criterion, shared)
    except (KeyError, ValueError):
        what = "uses a criterion that is not there, or that stands for itself."
        yield Fault(location=location, what=what, remedy="Write it under `shared`, or in proofs.yaml.")
        return
    for leaf, place in _own_leaves(criterion, location):
        yield from _unsound(leaf, vocabulary, place)


def _own_leaves(criterion: Criterion, location: Location) -> Iterator[tuple[Criterion, Location]]:
    """Every leaf with what it reads as its place; one that stands for a shared criterion is checked where that is written."""
    if criterion.use is not None:
        return
    if not criterion.parts:
        reads = [name for name in ("fact", "field") if hasattr(criterion.leaf, name)]
        yield criterion, (*location, criterion.kind, *reads)
        return
    kind = criterion.kind
    place: Location = (*location, kind, "of") if kind == "at_least" else (*location, kind)
    for position, part in enumerate(criterion.parts):
        yield from _own_leaves(part, place if kind == "not" else (*place, position))


def _policy_faults(policy: Policy, vocabulary: Vocabulary, proofs: Shared) -> Iterator[Fault]:
    shared = {**proofs, **policy.shared}
    yield from _shared_faults(policy.shared, proofs, vocabulary, "shared")
    for name, line in policy.indications.items():
        yield from _line_faults(policy, line, ("indications", name))
        ids: set[str | None] = set()
        for position, row in enumerate(line.criteria):
            location: Location = ("indications", name, "criteria", position)
            yield from _row_faults(row, line, location)
            yield from _beside_faults(row, vocabulary, (*location, "beside"))
            if row.criterion.use not in shared:
                yield from _resolved_faults(row.criterion, shared, vocabulary, (*location, "criterion"))
            name_of_row = row.criterion.id or row.criterion.use
            if name_of_row in ids:
                yield Fault(location=location, what="has the id of an earlier row.", remedy="Give each row of a line its own.")
            ids.add(name_of_row)


_CONDITIONAL = frozenset({Stance.LISTED_CONDITIONAL, Stance.LAST_RESORT})


def _line_faults(policy: Policy, line: PolicyLine, location: Location) -> Iterator[Fault]:
    if line.stance is Stance.NOT_LISTED and policy.extent is not Extent.GROUPS_COMPLETE:
        what = "says not_listed of a policy whose list was not read to the end."
        remedy = "Write not_seen; or read the whole list, and write `extent: groups_complete`."
        yield Fault(location=(*location, "stance"), what=what, remedy=remedy)
    if line.provenance is not Provenance.VERIFIED:
        return
    if not policy.was_read:
        what = "is called verified in a policy of which no part was read."
        yield Fault(location=location, what=what, remedy="A line is known no better than its policy: mend one of the two.")
    if line.stance in _CONDITIONAL and not any(row.basis is Basis.POLICY for row in line.criteria):
        what = "has conditions, and no criterion that states one."
        yield Fault(location=location, what=what, remedy="Add a criterion with `basis: policy`, or change the stance.")


def _row_faults(row: PolicyCriterion, line: PolicyLine, location: Location) -> Iterator[Fault]:
    if row.provenance is Provenance.VERIFIED and line.provenance is not Provenance.VERIFIED:
        what = "is called verified under a line that is not."
        yield Fault(location=location, what=what, remedy="A criterion is known no better than its line: mend one of the two.")


def _beside_faults(row: PolicyCriterion, vocabulary: Vocabulary, location: Location) -> Iterator[Fault]:
    for position, fact in enumerate(row.beside):
        definition = vocabulary.facts.get(fact)
        if definition is None or definition.kind is not FactKind.QUANTITY:
            what = "names no fact that is a number."
            yield Fault(location=(*location, position), what=what, remedy="Name one of kind `quantity`, or remove it.")


def _requirement_faults(completeness: Completeness, vocabulary: Vocabulary) -> Iterator[Fault]:
    seen: set[str] = set()
    for name, condition in completeness.conditions.items():
        yield from _unsound(condition, vocabulary, ("conditions", name))
    for place, group in enumerate(completeness.groups):
        at: Location = ("groups", place)
        yield from _condition_faults(group.applies_when, completeness, at)
        for name, severity, requirement in group.requirements():
            here = (*at, str(severity), name)
            yield from _condition_faults(requirement.applies_when, completeness, here)
            yield from _unsound(requirement.test, vocabulary, here)
            if name in seen:
                yield Fault(location=here, what="has the id of an earlier one.", remedy="Give each its own.")
            seen.add(name)


def _condition_faults(condition: str | None, completeness: Completeness, location: Location) -> Iterator[Fault]:
    if condition is not None and condition not in completeness.conditions:
        yield Fault(location=location, what="names a condition that is not there.", remedy="Write it under `conditions`.")


def _unsound(criterion: Criterion, vocabulary: Vocabulary, location: Location) -> Iterator[Fault]:
    for sentence in unsound(criterion, vocabulary):
        what, remedy = split_sentence(sentence)
        yield Fault(location=location, what=what, remedy=remedy)
