"""Payers as a billing clerk reads them in a terminal, 80 columns wide, and as a script does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from priorauth.cli.page import paragraph
from priorauth.payers.entry import Provenance
from priorauth.payers.models import Basis, Extent, Payer, Payers, Policy, PolicyCriterion, PolicyLine
from priorauth.payers.process import Channel
from priorauth.payers.weakness import Weakness

_LABEL = 16
_NEVER = "never printed in a letter"
_PROVENANCE = {
    Provenance.VERIFIED: "read in the payer's own document",
    Provenance.VERIFIED_SECONDARY: f"read only in somebody else's summary; {_NEVER}",
    Provenance.RECALLED: f"from memory, no text was seen; {_NEVER}",
    Provenance.UNKNOWN: f"not known; {_NEVER}",
}
_EXTENT = {
    Extent.OPENING: "only its opening was read",
    Extent.GROUPS_COMPLETE: "every covered group that matters here was read",
    Extent.SUMMARY: "only a summary by somebody else was read",
    Extent.TITLE: "only its title is known",
}
_BASIS = {
    Basis.POLICY: "the payer asks",
    Basis.PROJECT: "asked as proof of the diagnosis, not by the payer",
}


def records(payers: Payers) -> list[dict[str, Any]]:
    """One record for each payer and policy, sorted by payer id; a payer without a policy has one with `policy: null`."""
    return [
        _record(payers, payer, policy) for _, payer in sorted(payers.payers.items()) for policy in (payer.policies or (None,))
    ]


def _record(payers: Payers, payer: Payer, policy: Policy | None) -> dict[str, Any]:
    return {
        "id": payer.id,
        "name": payer.name,
        "from": _from(payer, payers),
        "lines_of_business": [str(one) for one in payer.lines_of_business],
        "states": list(payer.states),
        "except_states": list(payer.except_states),
        "inherits": payer.inherits,
        "policy": _plain_policy(policy) if policy is not None else None,
        "provenance": str(policy.provenance) if policy is not None else None,
        "read_on": policy.read_on.isoformat() if policy is not None else None,
        "reviewed": policy.compared_on.isoformat() if policy is not None and policy.compared_on is not None else None,
    }


def _plain_policy(policy: Policy) -> dict[str, Any]:
    return {
        "id": policy.id,
        "number": policy.number,
        "title": policy.title,
        "version": policy.version.date,
        "version_kind": str(policy.version.kind),
        "extent": str(policy.extent),
        "url": policy.url,
        "indications": {
            name: {"stance": str(line.stance), "provenance": str(line.provenance)} for name, line in policy.indications.items()
        },
    }


def as_plain(payer: Payer, payers: Payers) -> dict[str, Any]:
    """Everything that is held of one payer, under the names that its files have."""
    held: dict[str, Any] = payer.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {"from": _from(payer, payers), **held}


def _from(payer: Payer, payers: Payers) -> str:
    return "clinic" if payer.id in payers.clinic else "priorauth"


def listed(payers: Payers) -> str:
    """Every payer on a few lines."""
    blocks = [_entry(payer, payers) for _, payer in sorted(payers.payers.items())]
    lines = [line for block in blocks for line in block]
    policies = [policy for payer in payers.payers.values() for policy in payer.policies]
    if any(policy.compared_on is None for policy in policies):
        lines += ["", *paragraph(_compared_by_nobody(all_of_them=all(one.compared_on is None for one in policies)))]
    return "\n".join(lines)


def _compared_by_nobody(*, all_of_them: bool) -> str:
    which = "these policies" if all_of_them else "the policies above for which no day is given"
    return f"Nobody has yet compared {which} with the payer's page."


def _entry(payer: Payer, payers: Payers) -> Iterator[str]:
    yield from paragraph(f"{payer.id}: {payer.name}", "    ", "")
    own = "; your own record" if payer.id in payers.clinic else ""
    yield from paragraph(f"{_lines(payer)}; {_states(payer)}{own}", "    ")
    if payer.inherits is not None:
        yield from paragraph(f"the policy of {payer.inherits} comes first", "    ")
    for policy in payer.policies:
        compared = f"; {_reviewed(policy)}" if policy.compared_on is not None else ""
        yield from paragraph(f"{policy.words}: {_read(policy)}{compared}", "    ")
    if not payer.policies and payer.inherits is None:
        yield "    no policy: the general standard is used"


def shown(payer: Payer, payers: Payers, names: Mapping[str, str]) -> str:
    """One payer: who, where requests go, what it asks, and its policies line by line, each with how it is known.

    `names` are those of the indications, by id.
    """
    policies = [_policy(policy, names) for policy in payer.policies]
    blocks = [_who(payer, payers), _asks(payer), _documents(payer), _channels(payer), *policies]
    if not payer.policies:
        blocks.append(["No policy of its own is held: a letter uses the general standard."])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _who(payer: Payer, payers: Payers) -> list[str]:
    record = "your own, in your folder" if payer.id in payers.clinic else "ships with priorauth"
    rows = {
        "Record": record,
        "Company": payer.entity,
        "Product": payer.product,
        "Coverage": _lines(payer),
        "States": _states(payer),
        "Comes first": f"the policy of {payer.inherits}" if payer.inherits is not None else None,
        "Caution": payer.caution,
    }
    found = [line for label, text in rows.items() if text for line in _labeled(label, text)]
    return [*paragraph(f"{payer.name} ({payer.id})"), *found]


def _asks(payer: Payer) -> list[str]:
    prior, back = payer.prior_authorization, payer.retrospective
    lines = _labeled("Authorization", _answer("needed beforehand", prior.required, prior.note, prior.provenance))
    days = f", within {back.within_days} days" if back.within_days is not None else ""
    asked = f"takes a request for sessions already given{days}"
    return lines + _labeled("Afterwards", _answer(asked, back.accepted, back.note, back.provenance))


def _documents(payer: Payer) -> list[str]:
    lines = ["What it wants to see"] if payer.documents else []
    for document in payer.documents:
        lines += _bullet(document.item, _PROVENANCE[document.provenance], document.source)
    return lines


def _answer(question: str, answer: str, note: str | None, provenance: Provenance) -> str:
    if answer == "unknown" and note is None:
        return f"{question}: not known"
    return f"{question}: {answer}. {note or ''} ({_PROVENANCE[provenance]})".replace(".  (", ". (")


def _channels(payer: Payer) -> list[str]:
    heading = "Where requests go"
    lines = [line for channel in payer.submission.channels for line in _channel(channel)]
    if not lines:
        lines = paragraph("Not known. The clinic enters the number that it verified into the case.", "    ", "  - ")
    lines += [line for note in payer.submission.notes for line in paragraph(note, "    ", "  - ")]
    if payer.submission.fields:
        lines += paragraph(f"It asks a request to state: {', '.join(payer.submission.fields)}.", "    ", "  - ")
    return [heading, *lines]


def _channel(channel: Channel) -> list[str]:
    where = ", ".join(one for one in (channel.number, *channel.lines) if one)
    known = f"{_PROVENANCE[channel.provenance]} on {channel.seen_on}"
    return _bullet(f"{channel.kind}{f' {where}' if where else ''}: {channel.scope}", known, channel.source)


def _policy(policy: Policy, names: Mapping[str, str]) -> list[str]:
    lines = paragraph(f"Policy {policy.words}")
    lines += _labeled("Read", f"{policy.read_on}; {_read(policy)}")
    lines += _labeled("Compared", _reviewed(policy))
    lines += _labeled("Where", policy.url)
    lines += _labeled("Caution", policy.caution) if policy.caution else []
    for name, line in policy.indications.items():
        lines += _line(f"{name}, {names[name]}" if name in names else name, line)
    unlisted = policy.default_for_unlisted
    if unlisted is not None:
        stance = f"{unlisted.stance.replace('_', ' ')} ({_PROVENANCE[unlisted.provenance]})"
        lines += paragraph(f"what it does not name: {stance}", "    ", "  ")
        lines += paragraph(unlisted.note, "    ") if unlisted.note else []
    for one in policy.history:
        number = f"{one.number}, " if one.number else ""
        lines += paragraph(f"earlier: {number}{one.version.words}. {one.note} ({_PROVENANCE[one.provenance]})", "    ", "  ")
    return lines


def _line(name: str, line: PolicyLine) -> list[str]:
    lines = paragraph(f"{name}: {line.stance.replace('_', ' ')} ({_PROVENANCE[line.provenance]})", "    ", "  ")
    lines += paragraph(line.paraphrase, "    ")
    if line.version is not None:
        lines += paragraph(f"Read in another copy: {line.version.words}.", "    ")
    lines += [f"    {line.source}"] if line.source is not None else []
    return [*lines, *(text for row in line.criteria for text in _criterion(row))]


def _criterion(row: PolicyCriterion) -> list[str]:
    reading = "; how it is met is a reading of ours" if row.our_reading else ""
    known = "" if row.provenance is Provenance.VERIFIED else f"; {_PROVENANCE[row.provenance]}"
    return paragraph(f"{row.criterion.text} ({_BASIS[row.basis]}{reading}{known})", "      ", "    - ")


def linted(payers: Mapping[str, Payer], weak: Sequence[Weakness]) -> str:
    """What was checked and found without mistakes, and what is weak."""
    policies = [policy for payer in payers.values() for policy in payer.policies]
    lines = [line for policy in policies for line in policy.indications.values()]
    rows = sum(len(line.criteria) for line in lines)
    counted = (
        f"{_count(len(payers), 'payer', 'payers')}, {_count(len(policies), 'policy', 'policies')}, "
        f"{_count(len(lines), 'indication', 'indications')}, {_count(rows, 'criterion', 'criteria')}"
    )
    told = paragraph(f"No mistakes. Checked: {counted}.")
    if weak:
        told += ["", f"Allowed, and worth mending ({len(weak)})"]
    seen = ""
    for one in weak:
        told += [f"  {one.file}"] if one.file != seen else []
        told += paragraph(f"{one.what} {one.remedy}", "      ", "    - ")
        seen = one.file
    return "\n".join(told)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _lines(payer: Payer) -> str:
    return ", ".join(one.replace("_", " ") for one in payer.lines_of_business) or "any line of business"


def _states(payer: Payer) -> str:
    return "any state" if payer.states_in_words == "any" else payer.states_in_words


def _read(policy: Policy) -> str:
    """How much of it came to us, and how: a title that was seen is no policy that was read."""
    return (
        _EXTENT[policy.extent] if policy.extent is Extent.TITLE else f"{_PROVENANCE[policy.provenance]}, {_EXTENT[policy.extent]}"
    )


def _reviewed(policy: Policy) -> str:
    if policy.compared_on is None:
        return "nobody has compared it with the payer's page"
    return f"compared with the payer's page on {policy.compared_on}"


def _bullet(text: str, known: str, source: str | None) -> list[str]:
    return [*paragraph(f"{text} ({known})", "    ", "  - "), *([f"    {source}"] if source is not None else [])]


def _labeled(label: str, text: str) -> list[str]:
    return paragraph(text, " " * _LABEL, f"{f'  {label}':<{_LABEL}}")
