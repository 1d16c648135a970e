"""How a payer's policy stands to a case: its stance in words, and each of its criteria beside the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from priorauth.case.parts import Case, LineTiming, ServiceRole
from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import Finding, evaluate
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Indication
from priorauth.facts import FactId
from priorauth.payers.choice import ChosenPayer
from priorauth.payers.models import Basis, Extent, Payer, Policy, Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFinding:
    """One row of the criteria table."""

    basis: Basis
    """Rows of basis `project` are proof of the diagnosis that we ask for, no condition of the payer."""
    finding: Finding
    source: str
    """Source id of the criterion."""
    our_reading: bool
    """Whether how it is met is our reading, not the payer's words."""
    beside: tuple[FactId, ...]
    """Facts whose course a letter prints in the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a policy says of this case, as far as we know it."""

    payer_id: str
    policy: Policy | None
    """The policy that the findings rest on; `None` when none is loaded for this payer and date of service."""
    stance: Stance
    words: Mapping[str, str]
    """What fills the placeholders of a standing sentence: payer, policy, condition."""
    wording: str
    """The sentence that the letter prints on it, naming policy, title and version where one is loaded."""
    paraphrase: str | None
    """What the policy says of the indication, in our words; `None` when nothing verified was read."""
    sources: tuple[str, ...]
    """Source ids of the wording."""
    findings: tuple[PolicyFinding, ...]
    """Unmet first, then unknown, then met; in each the order of the policy."""
    not_compared: str | None
    """For the review sheet: that nobody has compared our paraphrases with the payer's page; `None` once somebody has."""
    first: Assessment | None = None
    """What a policy says that this payer must apply before its own; `None` where there is none, or it is this one."""

    @property
    def in_order(self) -> tuple[Assessment, ...]:
        """Every policy's assessment, in the order in which they are judged; this one is the last."""
        return (self.first, self) if self.first is not None else (self,)

    @property
    def every_finding(self) -> tuple[PolicyFinding, ...]:
        """The rows of every policy, in that order."""
        return tuple(row for one in self.in_order for row in one.findings)

    @property
    def asks_exception(self) -> bool:
        """Whether the letter asks for an individual exception."""
        return any(one.stance.asks_exception for one in self.in_order)

    def of_basis(self, basis: Basis) -> tuple[PolicyFinding, ...]:
        """The rows that this side asks for, in the same order."""
        return tuple(one for one in self.findings if one.basis is basis)


def assess(chart: Chart, *, indication: Indication, chosen: ChosenPayer) -> Assessment:
    """The assessment of this case under the chosen payer's policies on the date of service; raises nothing.

    A payer that holds no policy for that day is judged by the one that it inherits, if that is held.
    """
    day = date_of_service(chart.case, as_of=chart.as_of)
    held = [(payer, policy) for payer in chosen.lineage if (policy := payer.policy_on(day)) is not None]
    found = [_under(chart, payer, policy, indication=indication, chosen=chosen) for payer, policy in held]
    if not found:
        return _without_policy(chosen)
    *before, own = found
    return replace(own, first=_before(before[0], own, chosen)) if before else own


def _before(first: Assessment, own: Assessment, chosen: ChosenPayer) -> Assessment:
    """The policy that comes first, which leaves the word to the payer's own where only that one speaks."""
    if first.stance is not Stance.NOT_SEEN or own.stance is Stance.NOT_SEEN:
        return first
    wording = chosen.stances.not_seen_first.format_map(first.words)
    return replace(first, wording=wording, sources=("stance:not_seen_first", *first.sources[1:]))


def _under(chart: Chart, payer: Payer, policy: Policy, *, indication: Indication, chosen: ChosenPayer) -> Assessment:
    """What this policy says of the case."""
    line = policy.line(indication.id)
    stance = line.stance if line is not None else Stance.NOT_SEEN
    place = f"payer:{payer.id}/{policy.id}"
    unlisted = line is None and policy.extent is Extent.GROUPS_COMPLETE
    words = {
        "payer": payer.name,
        "policy": policy.words_on(indication.id),
        "condition": line.condition if line is not None else indication.name,
    }
    return Assessment(
        payer_id=payer.id,
        policy=policy,
        stance=stance,
        words=words,
        wording=(chosen.stances.no_entry if unlisted else chosen.stances.stances[stance]).format_map(words),
        paraphrase=line.paraphrase if line is not None else None,
        sources=(
            "stance:no_entry" if unlisted else f"stance:{stance}",
            f"{place}/{indication.id}" if line is not None else place,
        ),
        findings=_findings(chart, policy, indication.id, f"{place}/{indication.id}"),
        not_compared=None if policy.compared_on else chosen.stances.not_compared.format_map(words),
    )


def date_of_service(case: Case, *, as_of: date) -> date:
    """The day by which codes and policies go: the first day of the exchange lines asked for.

    Sessions to come go before delivered ones; without any date the course's first day, then the day of writing.
    """
    lines = [line for line in case.services if line.role is ServiceRole.EXCHANGE]
    to_come = [line.start for line in lines if line.start is not None and line.timing is LineTiming.TO_COME]
    delivered = [line.start for line in lines if line.start is not None and line.timing is LineTiming.DELIVERED]
    begun = [case.exchange.first_started_at.day] if case.exchange is not None else []
    return min(to_come or delivered or begun or [as_of])


def _without_policy(chosen: ChosenPayer) -> Assessment:
    """The general standard, with the reason why it is used."""
    held = next(reversed(chosen.payer.policies_read), None)
    stances = chosen.stances
    words = {"payer": chosen.payer.name, "policy": held.words if held else "", "condition": ""}
    wording = stances.not_in_force.format_map(words) if held else stances.stances[Stance.UNKNOWN]
    return Assessment(
        payer_id=chosen.payer.id,
        policy=None,
        stance=Stance.UNKNOWN,
        words=words,
        wording=wording,
        paraphrase=None,
        sources=("stance:not_in_force", f"payer:{chosen.payer.id}/{held.id}") if held else (f"stance:{Stance.UNKNOWN}",),
        findings=(),
        not_compared=None,
    )


_ORDER = (Truth.NOT_MET, Truth.UNKNOWN, Truth.MET)
"""A reviewer who reads one row must read the one that speaks against the request."""


def _findings(chart: Chart, policy: Policy, indication: str, place: str) -> tuple[PolicyFinding, ...]:
    found = [
        PolicyFinding(
            basis=one.basis,
            finding=evaluate(one.criterion, chart),
            source=f"{place}/{one.criterion.id}",
            our_reading=one.our_reading,
            beside=one.beside,
        )
        for one in policy.printable_criteria(indication)
    ]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.finding.truth)))
