"""What a letter still needs: a gap says what, where to enter it, who knows it, why, and who asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from priorauth.criteria.chart import Chart, values_at
from priorauth.criteria.evaluate import Finding, Missing, MissingReason
from priorauth.facts import FactDefinition, FactKind, Owner
from priorauth.mistakes import path_of


class GapKind(StrEnum):
    """How far the case is from what is needed."""

    ABSENT = "absent"
    """Nothing stands there."""
    INCOMPLETE = "incomplete"
    """Something stands there that does not decide yet."""
    CONTRARY = "contrary"
    """What stands there cannot go out so, or a choice is open."""
    STALE = "stale"
    """What it rests on is older than its review age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that a letter needs and the case does not carry; it holds no value of the case."""

    id: str
    """The requirement's own id, or `fact:<id>`, `field:<path>`; with `field` it is unique among the gaps of a case."""
    kind: GapKind
    what: str
    """What is wrong, as a sentence."""
    remedy: str
    """What to ask and where to enter the answer."""
    owner: Owner
    reason: str
    """Why it matters to the decision."""
    clause: str
    """Who asks for it: the policy and its clause, the definition of the indication, or what reviewers ask in general."""
    blocks: bool
    """Whether no letter is written until it is mended."""
    field: str
    """Where in the case file it belongs."""


class Gaps(tuple[Gap, ...]):
    """Every gap of a case, those that block first; may be empty."""

    __slots__ = ()

    @property
    def blocking(self) -> Gaps:
        """Those that stand in the way of a letter."""
        return Gaps(gap for gap in self if gap.blocks)

    @property
    def warnings(self) -> Gaps:
        """Those that a letter can go out with."""
        return Gaps(gap for gap in self if not gap.blocks)

    def by_owner(self) -> Mapping[Owner, Gaps]:
        """The gaps of each owner who has any, in the order of `Owner`."""
        owned = {owner: Gaps(gap for gap in self if gap.owner is owner) for owner in Owner}
        return {owner: gaps for owner, gaps in owned.items() if gaps}


def gather(gaps: Iterable[Gap]) -> Gaps:
    """The gaps with each place asked for once, those that block first.

    Where two ask for the same field of the case, the words of the first stand, and it blocks if either does.
    """
    found: dict[tuple[str, str], Gap] = {}
    for gap in gaps:
        key = (gap.field, "" if gap.kind is GapKind.ABSENT else gap.id)
        seen = found.get(key)
        found[key] = gap if seen is None else replace(seen, blocks=seen.blocks or gap.blocks)
    return Gaps(sorted(_named_once(tuple(found.values())), key=lambda gap: not gap.blocks))


def _named_once(gaps: tuple[Gap, ...]) -> Iterator[Gap]:
    """A detail that a criterion misses in some therapy is asked for at the therapies that lack it, where others do."""
    details = {gap.id.removeprefix("therapies."): gap for gap in gaps if gap.id.startswith("therapies.")}
    named = {detail for detail in details for gap in gaps if _asks(gap, detail)}
    for gap in gaps:
        detail = next((one for one in named if _asks(gap, one)), None)
        if detail is not None:
            yield replace(gap, blocks=gap.blocks or details[detail].blocks)
        elif gap.id.removeprefix("therapies.") not in named or not gap.id.startswith("therapies."):
            yield gap


def _asks(gap: Gap, detail: str) -> bool:
    return gap.field.startswith("therapies.tried[") and gap.field.endswith(f".{detail}")


def gap_of(missing: Missing, chart: Chart, reason: str, *, clause: str, blocks: bool = True) -> Gap:
    """The gap behind something that a criterion needs, in the words of the vocabulary."""
    kind, _, name = missing.what.partition(":")
    bare = Gap(
        id=f"{missing.what}.{missing.detail}" if missing.detail else missing.what,
        kind=GapKind.ABSENT if missing.reason is MissingReason.ABSENT else GapKind.INCOMPLETE,
        what="",
        remedy="",
        owner=Owner.PHYSICIAN,
        reason=reason,
        clause=clause,
        blocks=blocks,
        field=missing.what,
    )
    if kind == "fact":
        return _of_fact(bare, name, missing, chart.definition(name))
    return _of_field(bare, name, chart) if kind == "field" else _of_list(bare, missing, chart)


def field_name(path: str) -> str:
    """A field path of a criterion as a person looks it up: `services[role=exchange].units` is `services[].units`."""
    return "".join(f"{before}[]" if inside else before for before, _, inside in (part.partition("[") for part in path.split("]")))


def place_of(finding: Finding) -> str:
    """The field that a finding is about: the first that is missing, else the first that it rests on."""
    for missing in finding.missing:
        kind, _, name = missing.what.partition(":")
        return field_name(name) if kind == "field" else f"facts.{name}" if kind == "fact" else missing.what
    return path_of(finding.rests_on[0]) if finding.rests_on else ""


def words_of(finding: Finding) -> str:
    """What a criterion asks, in its own words or those of its parts."""
    words = finding.criterion.text or "; ".join(leaf.criterion.text or "" for leaf in finding.leaves())
    return f"not: {words}" if finding.criterion.not_ is not None and not finding.criterion.text else words


def name_of(finding: Finding) -> str:
    """The id of a criterion, or of its first part that has one."""
    return finding.criterion.id or next((leaf.criterion.id for leaf in finding.leaves() if leaf.criterion.id), "criterion")


def _of_fact(bare: Gap, fact: str, missing: Missing, definition: FactDefinition) -> Gap:
    what, remedy = _FACT_WORDS[missing.reason]
    name = definition.name[:1].upper() + definition.name[1:]
    words = {"name": name, "fact": fact, "question": definition.question, "detail": missing.detail}
    words |= {"form": _form(definition), "where": "`attested_by`" if definition.attested else "`exhibit` and `page`"}
    what, remedy = what.format_map(words), remedy.format_map(words)
    return replace(bare, what=what, remedy=remedy, owner=definition.owner, field=f"facts.{fact}")


def _form(definition: FactDefinition) -> str:
    """How the value of this fact is written."""
    match definition.kind:
        case FactKind.QUANTITY:
            return f"`value`, `unit` ({' or '.join(definition.units)})"
        case FactKind.CHOICE | FactKind.CHOICES:
            return f"`value` (of: {', '.join(definition.choices)})"
        case FactKind.YES_NO:
            return "`value` (yes or no)"
        case _:
            return "`value`"


_FACT_WORDS: Mapping[MissingReason, tuple[str, str]] = {
    MissingReason.ABSENT: (
        "{name}: the case does not say.",
        "{question} Enter it under `facts.{fact}` with {form}, `taken`, {where}.",
    ),
    MissingReason.PENDING: (
        "{name}: sent, and the result is not back.",
        "Ask for the result. Once it is back, enter it under `facts.{fact}` with {form} in place of `pending`.",
    ),
    MissingReason.TIMING_UNCLEAR: (
        "{name}: the case does not say whether this was taken before the first exchange.",
        "Look up when it was drawn; enter `taken` with its time under `facts.{fact}`; if none was given, `no_exchange_yet: yes`.",
    ),
    MissingReason.TOO_LATE: (
        "{name}: every result was taken after the first exchange, which distorts it.",
        "Look for a sample from before the first exchange, or one stored then, and enter it under `facts.{fact}`.",
    ),
    MissingReason.LIST_OPEN: (
        "{name}: too few are listed to decide, and the list is not declared complete.",
        "{question} Enter what is present under `facts.{fact}`; add `complete: yes` when nothing else is.",
    ),
    MissingReason.NOT_EXACT: (
        "{name}: the result is reported as below or above a figure that does not decide.",
        "Ask the laboratory for the measured figure and enter it under `facts.{fact}` with {form}.",
    ),
    MissingReason.DETAIL: (
        "{name}: the case does not give the {detail}.",
        "Add `{detail}` to the entries under `facts.{fact}`.",
    ),
}
"""Why a fact is not known to the words of its gap."""

_BILLING_KNOWS = frozenset(
    {
        "request",
        "member",
        "subscriber",
        "coverage",
        "admission",
        "requesting_provider",
        "servicing_provider",
        "facility",
        "services",
        "authorization",
        "account_number",
    }
)


def owner_of(field: str) -> Owner:
    """Who can fill in a field of the case, by the group it stands in."""
    group = field.partition(".")[0].partition("[")[0]
    return Owner.BILLING if group in _BILLING_KNOWS else Owner.PHYSICIAN


def _of_field(bare: Gap, path: str, chart: Chart) -> Gap:
    absent = (path_of(place) for place, value in values_at(chart.case, path) if value is None)
    exact = next((place for place in absent if "[" in place or "[" not in path), None)
    field = exact or field_name(path)
    what, remedy = f"`{field}` is missing.", f"Enter it under `{field}`."
    return replace(bare, what=what, remedy=remedy, owner=owner_of(field), field=field)


def _of_list(bare: Gap, missing: Missing, chart: Chart) -> Gap:
    if missing.what == "diagnoses":
        return replace(
            bare,
            kind=GapKind.INCOMPLETE if chart.case.diagnoses else GapKind.ABSENT,
            what=f"No listed diagnosis is {missing.detail}, and the list is not declared complete.",
            remedy="Add the diagnosis to `diagnoses` if the record holds it; else write `diagnoses_complete: yes`.",
            owner=Owner.BILLING,
            field="diagnoses",
        )
    if missing.reason is MissingReason.DETAIL:
        detail = missing.detail
        what, remedy = f"A therapy that counts is listed without its {detail}.", f"Add `{detail}` to it under `therapies.tried`."
        return replace(bare, what=what, remedy=remedy, field="therapies.tried")
    return replace(
        bare,
        what="No listed therapy decides this, and the list is not declared complete.",
        remedy="Add each therapy that was given or ruled out to `therapies.tried`, with `outcome` and `reason`; "
        "then write `therapies.complete: yes`.",
        field="therapies.tried",
    )
