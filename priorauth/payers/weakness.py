"""What is allowed in the record of a payer, and makes it weaker than it could be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from priorauth.payers.code_list import CodeLists, CodeStanding
from priorauth.payers.entry import Provenance
from priorauth.payers.models import GENERIC, Basis, Payer, Policy, PolicyLine, Stance
from priorauth.payers.process import Channel, ChannelKind, Knowledge

# The abbreviations of the United States Postal Service: the states, the District of Columbia and the territories.
_POSTAL = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
    "RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
)
_STATES = frozenset(_POSTAL.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """One thing that a record could say and does not, or says on weak grounds."""

    file: str
    """From the folder of payers, with forward slashes."""
    what: str
    remedy: str


def weaknesses(
    payers: Mapping[str, Payer], *, indications: Collection[str], code_lists: CodeLists, as_of: date
) -> Iterator[Weakness]:
    """Everything weak in these payers, by payer and then by policy; `indications` are those that letters are written for.

    Diagnosis codes are looked up in the release of the day, or the nearest that is held.
    """
    for payer in payers.values():
        if payer.id == GENERIC:
            continue
        record = f"payers/{payer.id}/payer.yaml"
        for what, remedy in _of_payer(payer, as_of):
            yield Weakness(file=record, what=what, remedy=remedy)
        for policy in payer.policies:
            file = f"payers/{payer.id}/policies/{policy.id}.yaml"
            for what, remedy in (
                *_of_policy(policy, as_of),
                *_of_lines(policy, indications),
                *_of_codes(policy, code_lists, as_of),
            ):
                yield Weakness(file=file, what=what, remedy=remedy)


def _of_payer(payer: Payer, as_of: date) -> Iterator[tuple[str, str]]:
    if not payer.lines_of_business:
        yield "stands for every line of business.", "A payer has other rules for each: name those you have read about."
    if not payer.policies and payer.inherits is None:
        yield "has no policy: letters use the general standard.", "Add policies/<policy>.yaml once you have read one."
    if payer.submission.known is Knowledge.UNKNOWN:
        yield "has no fax number, portal or address.", "Add one that you verified for these plans, under `submission`."
    nowhere = [state for state in (*payer.states, *payer.except_states) if state not in _STATES]
    if nowhere:
        yield f"names {', '.join(nowhere)}, which is no state.", "Write the two letters that the post uses, such as OH."
    for channel in payer.submission.channels:
        yield from _of_channel(channel, as_of)


def _of_channel(channel: Channel, as_of: date) -> Iterator[tuple[str, str]]:
    if channel.provenance is not Provenance.VERIFIED:
        yield (
            f"has a {channel.kind} that nobody verified.",
            "Look it up on the payer's page, and write `provenance: verified`.",
        )
    if channel.seen_on > as_of:
        yield f"saw a {channel.kind} on a day that is still to come.", "Correct `seen_on`."
    if channel.kind is ChannelKind.FAX and channel.number is None:
        yield "has a fax without its number.", "Add `number`, or take the channel out."


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
        if line.stance.asks_exception and any(row.basis is Basis.POLICY for row in line.criteria):
            yield (
                f"{name} is {line.stance}, and has a row that the payer asks for.",
                "Take the rows with `basis: policy` out, or change the stance.",
            )
    missing = [name for name in indications if name not in policy.indications]
    if missing:
        yield f"says nothing of {', '.join(missing)}: there it counts as not seen.", "Add an entry for each that you looked up."


def _of_codes(policy: Policy, code_lists: CodeLists, as_of: date) -> Iterator[tuple[str, str]]:
    release = code_lists.nearest(as_of)
    for name, line in policy.indications.items():
        absent = [code for code in _codes(line) if release.standing(code.rstrip("-")) is CodeStanding.ABSENT]
        if absent:
            yield (
                f"{name} asks for {', '.join(absent)}, which {release.about.release} does not hold.",
                "Correct the code; no case can carry it.",
            )


def _codes(line: PolicyLine) -> tuple[str, ...]:
    """Every diagnosis code that the rows of a line ask for, each once."""
    leaves = (leaf for row in line.criteria for leaf in row.criterion.leaves())
    return tuple(dict.fromkeys(code for leaf in leaves if leaf.diagnosis is not None for code in leaf.diagnosis.codes))
