"""Whether a request carries what a reviewer needs: every gap, with who can fill it and who asks."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.case.parts import Case, RequestKind
from priorauth.criteria.chart import Chart, Location, values_at
from priorauth.criteria.evaluate import evaluate
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Indication, Safeguard
from priorauth.evidence.models import Severity as SafeguardSeverity
from priorauth.facts import Owner
from priorauth.mistakes import path_of
from priorauth.payers.choice import ChosenPayer, HowChosen
from priorauth.payers.models import Basis
from priorauth.payers.requirements import Completeness, Requirement, RequirementGroup, Rules, Severity
from priorauth.reasoning.appeals import answering, appeal_gaps
from priorauth.reasoning.asked_by_payer import payer_gaps
from priorauth.reasoning.assess import Assessment
from priorauth.reasoning.coding import coding_gaps
from priorauth.reasoning.enclosures import enclosure_gaps, record_gaps
from priorauth.reasoning.gaps import Gap, GapKind, Gaps, gap_of, gather, name_of, place_of, words_of
from priorauth.reasoning.match import Match
from priorauth.reasoning.match_gaps import match_gaps
from priorauth.reasoning.procedures import procedure_gaps
from priorauth.reasoning.sessions import looking_back_gaps, session_gaps

_PROOF = "This project, as proof of the diagnosis"


def check_completeness(chart: Chart, *, match: Match, payer: ChosenPayer, assessment: Assessment | None, rules: Rules) -> Gaps:
    """Every gap of this request, those that block first; empty when nothing is missing. Raises nothing."""
    indication = match.indication
    level = match.level.level if match.level is not None else None
    return gather(
        (
            *_requirement_gaps(chart, rules.completeness),
            *coding_gaps(chart, indication=indication, level=level, rules=rules),
            *procedure_gaps(chart.case, rules.codes),
            *session_gaps(chart),
            *looking_back_gaps(chart, payer.payer),
            *appeal_gaps(chart, assessment),
            *_response_gaps(chart, indication),
            *_policy_choice_gaps(payer, assessment),
            *payer_gaps(chart, payer.payer),
            *match_gaps(chart, match),
            *(_policy_gaps(chart, assessment) if assessment is not None else ()),
            *(_indication_gaps(chart, indication) if indication is not None else ()),
            *(enclosure_gaps(chart, _deciding(match, assessment)) if assessment is not None else ()),
            *enclosure_gaps(chart, answering(chart), undated_blocks=True),
            *record_gaps(chart.case),
        )
    )


def _requirement_gaps(chart: Chart, completeness: Completeness) -> Iterator[Gap]:
    met = {name for name, condition in completeness.conditions.items() if evaluate(condition, chart).truth is Truth.MET}
    # A condition that is unknown asks for nothing: what would decide it is asked for by itself.
    applying = {None, *met}
    for group in completeness.groups:
        if group.applies_when in applying:
            for name, severity, requirement in group.requirements():
                if requirement.applies_when in applying:
                    yield from _unmet(chart, group, requirement, name=name, blocks=severity is Severity.BLOCKS)


def _unmet(chart: Chart, group: RequirementGroup, requirement: Requirement, *, name: str, blocks: bool) -> Iterator[Gap]:
    """A gap for each place where the requirement is not met."""
    if requirement.field is not None:
        absent = [path_of(place) for place, value in values_at(chart.case, requirement.field) if value is None]
        places, kind = absent, GapKind.ABSENT
    else:
        finding = evaluate(requirement.test, chart)
        places = [] if finding.truth is Truth.MET else [place_of(finding)]
        kind = GapKind.CONTRARY if finding.truth is Truth.NOT_MET else GapKind.ABSENT
    for place in places:
        yield Gap(
            id=name,
            kind=kind,
            what=requirement.gap,
            remedy=requirement.ask or f"Enter it under `{place}`.",
            owner=requirement.owner or group.owner,
            reason=group.reason,
            clause=group.clause,
            blocks=blocks,
            field=place,
        )


def _response_gaps(chart: Chart, indication: Indication | None) -> Iterator[Gap]:
    """More sessions rest on what the first ones did: something must be seen after them."""
    case = chart.case
    if case.request.kind is not RequestKind.CONCURRENT or case.exchange is None:
        return
    begun = case.exchange.first_started_at
    showing = case.facts if indication is None else {*indication.deciding_results, *indication.findings}
    taken = {
        fact: [one.taken for _, one in chart.observations(fact) if one.value is not None and one.taken is not None]
        for fact in showing
    }
    answered = [moments for moments in taken.values() if any(begun.is_before(one) for one in moments)]
    if not answered:
        what = "More sessions are asked for, and no result from after the first exchange shows the response."
        yield _response_gap("response", what, "Enter the results that show it", blocks=True)
    elif not any(one.is_before(begun) for moments in answered for one in moments):
        what = (
            "More sessions are asked for, and no result that shows the response has one from before the first exchange beside it."
        )
        yield _response_gap("response-baseline", what, "Enter the earlier results of the same facts", blocks=False)


def _response_gap(name: str, what: str, remedy: str, *, blocks: bool) -> Gap:
    return Gap(
        id=name,
        kind=GapKind.INCOMPLETE,
        what=what,
        remedy=f"{remedy} under `facts`, with `taken`, `exhibit` and `page`.",
        owner=Owner.PHYSICIAN,
        reason="A payer extends what works; without a response it asks why more of the same would.",
        clause="What reviewers ask of a request for more sessions",
        blocks=blocks,
        field="facts",
    )


def _policy_choice_gaps(payer: ChosenPayer, assessment: Assessment | None) -> Iterator[Gap]:
    if payer.how is HowChosen.FALLBACK:
        what = payer.no_policy
        meant = " or ".join(f"`{name}`" for name in payer.resembling)
        remedy = "If one is loaded for this plan, enter its id under `coverage.payer_id`."
        remedy = f"If the plan is of {meant}, enter that id under `coverage.payer_id`." if meant else remedy
        if payer.unknown_id:
            remedy = f"No payer of the id that stands there is loaded. {remedy}"
            remedy = f"{remedy} A payer of your own is found by `--packs`, or by `packs` in practice.yaml."
    elif not any(one.policies_read for one in payer.lineage):
        what = "No policy of this payer was read; the general standard is used."
        remedy = "Ask the payer for its policy on apheresis, and answer it in `narrative.rationale`."
    elif assessment is not None and assessment.policy is None:
        what = "The version of the policy that is loaded was not in force on the date of service; the general standard is used."
        remedy = "Look up the version that was in force, and check the dates under `services`."
    else:
        return
    yield Gap(
        id="payer-policy",
        kind=GapKind.INCOMPLETE,
        what=what,
        remedy=remedy,
        owner=Owner.BILLING,
        reason="A reviewer decides by the payer's own criteria, which the letter then does not answer.",
        clause="Choice of the payer's policy",
        blocks=False,
        field="coverage.payer_id",
    )


def _policy_gaps(chart: Chart, assessment: Assessment) -> Iterator[Gap]:
    """What a verified criterion needs to be decided; one that is not met is a finding, not a gap."""
    for one in assessment.in_order:
        policy = one.policy.words if one.policy is not None else ""
        for row in one.findings:
            clause = f"Policy {policy}" if row.basis is Basis.POLICY else _PROOF
            for missing in row.finding.missing if row.finding.truth is Truth.UNKNOWN else ():
                yield gap_of(missing, chart, f"It decides: {words_of(row.finding)}.", clause=clause)


def _indication_gaps(chart: Chart, indication: Indication) -> Iterator[Gap]:
    clause = f"What a request for {indication.name} must show"
    for safeguard in indication.safeguards:
        yield from _safeguard_gaps(chart, safeguard, clause)
    yield from _rival_gaps(chart, indication, clause)
    yield from _therapy_gaps(chart.case, indication, clause)


def _safeguard_gaps(chart: Chart, safeguard: Safeguard, clause: str) -> Iterator[Gap]:
    finding = evaluate(safeguard.criterion, chart)
    blocks = safeguard.severity is SafeguardSeverity.BLOCKS
    if finding.truth is Truth.UNKNOWN:
        for missing in finding.missing:
            yield gap_of(missing, chart, safeguard.reason, clause=clause, blocks=blocks)
    if finding.truth is not Truth.NOT_MET:
        return
    yield Gap(
        id=f"safeguard-{name_of(finding)}",
        kind=GapKind.CONTRARY,
        what=f"The case says otherwise than is asked: {words_of(finding)}.",
        remedy="Change the order or the plan if it should be so; correct the case if it already is.",
        owner=Owner.PHYSICIAN,
        reason=safeguard.reason,
        clause=clause,
        blocks=blocks,
        field=place_of(finding),
    )


def _rival_gaps(chart: Chart, indication: Indication, clause: str) -> Iterator[Gap]:
    """What a letter must tell apart and on which the case has nothing: no result, no pending test, no attested finding."""
    for rival in indication.differential:
        if rival.requires and not any(chart.observations(fact) for fact in rival.facts):
            first = chart.definition(rival.facts[0])
            yield Gap(
                id=f"rival-{rival.facts[0]}",
                kind=GapKind.INCOMPLETE,
                what=f"{rival.name}: nothing in the case tells it apart.",
                remedy=" ".join(f"{chart.definition(fact).question} Enter it under `facts.{fact}`." for fact in rival.facts),
                owner=first.owner,
                reason="A reviewer asks what else it could be.",
                clause=clause,
                blocks=True,
                field=f"facts.{rival.facts[0]}",
            )


def _therapy_gaps(case: Case, indication: Indication, clause: str) -> Iterator[Gap]:
    said = {therapy.therapy_class for therapy in case.therapies.tried}
    unsaid = [expected.value.replace("_", " ") for expected in indication.therapies if expected not in said]
    if unsaid and not case.therapies.complete:
        yield Gap(
            id="therapies-expected",
            kind=GapKind.INCOMPLETE,
            what=f"The case says nothing of: {', '.join(unsaid)}.",
            remedy="Enter each under `therapies.tried` as given, planned, contraindicated or not given, with the reason; "
            "or write `therapies.complete: yes`.",
            owner=Owner.PHYSICIAN,
            reason="A reviewer expects each to be tried, running, or ruled out.",
            clause=clause,
            blocks=False,
            field="therapies.tried",
        )


def _deciding(match: Match, assessment: Assessment | None) -> tuple[Location, ...]:
    """Every place that the diagnosis and the policy's criteria rest on, each once.

    A therapy beside a criterion that is not met is left out: it was not what is asked, and may never have been given.
    """
    reached = match.chosen.reached if match.chosen is not None else None
    findings = [reached.finding] if reached is not None else []
    findings += [row.finding for row in assessment.every_finding] if assessment is not None else []
    places = ((finding.truth, place) for finding in findings for place in finding.rests_on)
    return tuple(dict.fromkeys(place for truth, place in places if truth is not Truth.NOT_MET or place[0] != "therapies"))
