"""What is allowed in the record of a payer, and makes it weaker than it could be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from priorauth.payers.entry import Provenance
from priorauth.payers.models import GENERIC, Payer, Policy, Stance
from priorauth.payers.process import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """One thing that a record could say and does not, or says on weak grounds."""

    file: str
    """From the folder of payers, with forward slashes."""
    what: str
    remedy: str


def weaknesses(payers: Mapping[str, Payer], *, indications: Collection[str], as_of: date) -> Iterator[Weakness]:
    """Everything weak in these payers, by payer and then by policy; `indications` are those that letters are written for."""
    for payer in payers.values():
        if payer.id == GENERIC:
            continue
        record = f"payers/{payer.id}/payer.yaml"
        for what, remedy in _of_payer(payer, as_of):
            yield Weakness(file=record, what=what, remedy=remedy)
        for policy in payer.policies:
            file = f"payers/{payer.id}/policies/{policy.id}.yaml"
            for what, remedy in (*_of_policy(policy, as_of), *_of_lines(policy, indications)):
                yield Weakness(file=file, what=what, remedy=remedy)


def _of_payer(payer: Payer, as_of: date) -> Iterator[tuple[str, str]]:
    if not payer.lines_of_business:
        yield "stands for every line of business.", "A payer has other rules for each: name those you have read about."
    if not payer.policies and payer.inherits is None:
        yield "has no policy: letters use the general standard.", "Add policies/<policy>.yaml once you have read one."
    if payer.submission.known is Knowledge.UNKNOWN:
        yield "has no fax number, portal or address.", "Add one that you verified for these plans, under `submission`."
    for channel in payer.submission.channels:
        if channel.provenance is not Provenance.VERIFIED:
            yield (
                f"has a {channel.kind} that nobody verified.",
                "Look it up on the payer's page, and write `provenance: verified`.",
            )
        if channel.seen_on > as_of:
            yield f"saw a {channel.kind} on a day that is still to come.", "Correct `seen_on`."


def _of_policy(policy: Policy, as_of: date) -> Iterator[tuple[str, str]]:
    if policy.version.date is None:
        yield "has no date of its version.", "Write the date on the document under `version`, if it shows one."
    if policy.compared_on is None:
        yield "was never compared by a second person.", "Compare it with the document, and write the day under `compared_on`."
    if max(policy.read_on, policy.compared_on or policy.read_on) > as_of:
        yield "was read on a day that is still to come.", "Correct `read_on` or `compared_on`."
    if not policy.was_read:
        yield "was not read in the payer's own document: no letter prints it.", "Read the document, and say how much of it."


def _of_lines(policy: Policy, indications: Collection[str]) -> Iterator[tuple[str, str]]:
    unread = [
        name
        for name, line in policy.indications.items()
        if line.provenance is not Provenance.VERIFIED and line.stance is not Stance.NOT_SEEN
    ]
    if unread and policy.was_read:
        yield f"is not verified for {', '.join(unread)}: no letter prints that.", "Read it in the payer's own document."
    for name, line in policy.indications.items():
        if line.provenance is Provenance.VERIFIED and line.stance is Stance.LISTED and not line.criteria:
            yield f"{name} has no criterion: the letter's table has no row of this policy.", "Add one under `criteria`."
    missing = [name for name in indications if name not in policy.indications]
    if missing:
        yield f"says nothing of {', '.join(missing)}: there it counts as not seen.", "Add an entry for each that you looked up."
