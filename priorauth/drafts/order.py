"""One case and what is asked of it: read and reviewed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from priorauth.case.practice import find_practice, read_practice
from priorauth.case.reader import CaseFile, read_case
from priorauth.drafts.loading import ClinicPack, read_clinic, with_clinic
from priorauth.errors import UsageError
from priorauth.mistakes import closest
from priorauth.reasoning.gaps import GapKind
from priorauth.reasoning.review import Packs, Review, review
from priorauth.reasoning.staleness import names_that_age


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One case and what is asked of it."""

    case: Path
    as_of: date
    practice: Path | None = None
    """The clinic profile; `None` takes the one beside the case, if any."""
    payer: str | None = None
    """Id of the payer to write to, where the case leaves it open."""
    packs: Path | None = None
    """The folder of the clinic's own payers; `None` takes the one that the clinic profile names, if any."""
    accept_stale: tuple[str, ...] = ()
    """Names of what may be older than its review age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A case that was read, and what it comes to."""

    file: CaseFile
    review: Review
    packs: Packs
    """What it was reviewed with: ours, and the clinic's own payers beside them."""
    clinic: ClinicPack | None
    """The clinic's own payers; `None` when none were named."""


def read_and_review(order: Order, packs: Packs) -> Reviewed:
    """The review of a case with these packs and the clinic's own payers; writes nothing.

    Raises `CaseError`, `PackError` for a clinic's pack that is not there or wrong, and `UsageError` for a name that nothing has.
    """
    practice_path = order.practice or find_practice(order.case)
    practice = read_practice(practice_path) if practice_path else None
    file = read_case(order.case, vocabulary=packs.vocabulary, as_of=order.as_of, practice=practice)
    packs = replace(packs, evidence=packs.evidence.on(order.as_of))
    folder = order.packs or (practice.packs_folder if practice else None)
    clinic = read_clinic(folder, packs) if folder else None
    packs = with_clinic(packs, clinic, as_of=order.as_of)
    found = review(
        file.case,
        packs,
        as_of=order.as_of,
        requested_payer=order.payer,
        accept_stale=order.accept_stale,
        time_zone=practice.practice.time_zone if practice else None,
    )
    _require_known(order.accept_stale, found, packs)
    return Reviewed(file=file, review=found, packs=packs, clinic=clinic)


def _require_known(names: tuple[str, ...], found: Review, packs: Packs) -> None:
    """Raise `UsageError` for a name of `--accept-stale` that nothing has; what is not too old yet may be named."""
    known = names_that_age(packs.evidence.editions.values(), packs.payers, packs.vocabulary)
    unknown = [name for name in names if name not in known]
    if not unknown:
        return
    blocking = (gap.id.removeprefix("stale:") for gap in found.gaps.blocking if gap.kind is GapKind.STALE)
    old = ", ".join(f"`{name}`" for name in (*found.accepted_stale, *blocking))
    near = " or ".join(f"`{name}`" for one in unknown for name in closest(one, known))
    meant = f" Did you mean {near}?" if near else ""
    told = f"Too old in this case: {old}." if old else "Nothing in this case is too old for a letter."
    raise UsageError(f"--accept-stale names something that is not known.{meant} {told}")
