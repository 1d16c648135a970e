"""What has grown old: policies, the guideline's edition, the code release, a fax number, laboratory results.

Our own data ages by the day of writing; codes and laboratory results by the date of service.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from priorauth.criteria.chart import Chart
from priorauth.evidence.models import Edition
from priorauth.facts import Owner, Vocabulary
from priorauth.moments import long_date
from priorauth.payers.code_list import CodeStanding
from priorauth.payers.models import Payers, Policy
from priorauth.payers.requirements import Rules
from priorauth.payers.review_ages import Aging, ReviewAge
from priorauth.reasoning.assess import Assessment, date_of_service
from priorauth.reasoning.gaps import Gap, GapKind

_CLAUSE = "Review age set by this project"
_CODES = "icd-10-cm"
_FAX = "fax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """One thing that wants a second look."""

    name: str
    """As `--accept-stale` takes it."""
    gap: Gap
    accepted: bool = False
    """Whether it would block, and was let pass by name."""


def names_that_age(editions: Iterable[Edition], payers: Payers, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every name that `--accept-stale` can take, whatever the case."""
    policies = (f"{payer.id}/{policy.id}" for payer in payers.payers.values() for policy in payer.policies)
    results = (name for name, definition in vocabulary.facts.items() if definition.stale_after is not None)
    return (*policies, *(edition.id for edition in editions), _CODES, _FAX, *results)


def find_stale(
    chart: Chart, *, edition: Edition, assessment: Assessment | None, rules: Rules, accepted: Collection[str] = ()
) -> tuple[Stale, ...]:
    """Everything that is older than its review age; what is named in `accepted` warns where it would block."""
    found = (
        *_policies(chart, assessment, rules),
        *_edition(chart, edition, rules),
        *_codes(chart, rules),
        *_fax(chart, rules),
        *_results(chart),
    )
    return tuple(_judged(one, accepted) for one in found)


def _judged(one: Stale, accepted: Collection[str]) -> Stale:
    if not one.gap.blocks:
        return one
    if one.name in accepted:
        passed = replace(one.gap, blocks=False, what=f"{one.gap.what} It was let pass with `--accept-stale {one.name}`.")
        return replace(one, accepted=True, gap=passed)
    remedy = f"{one.gap.remedy} Or let it pass with `--accept-stale {one.name}`; the review sheet then says so."
    return replace(one, gap=replace(one.gap, remedy=remedy))


def _policies(chart: Chart, assessment: Assessment | None, rules: Rules) -> Iterator[Stale]:
    for one in assessment.in_order if assessment is not None else ():
        if one.policy is not None:
            yield from _policy(chart, f"{one.payer_id}/{one.policy.id}", one.policy, rules)


def _policy(chart: Chart, name: str, policy: Policy, rules: Rules) -> Iterator[Stale]:
    compared = policy.compared_on is not None
    since = policy.compared_on or policy.read_on
    how = "compared with the payer’s page" if compared else "read"
    gap = _gap(
        name,
        what=f"Our copy of policy {policy.name} was last {how} on {long_date(since)}.",
        remedy="Look on the payer’s page whether a later version holds.",
        reason="A request that answers an outdated policy is denied by the one that holds.",
        field="coverage.payer_id",
    )
    yield from _aged(gap, name, rules.staleness.ages[Aging.POLICY], days=(chart.as_of - since).days)


def _edition(chart: Chart, edition: Edition, rules: Rules) -> Iterator[Stale]:
    gap = _gap(
        edition.id,
        what=f"The edition of the guideline, {edition.name}, is years old.",
        remedy="Look whether a later edition is out, and what it says of this indication.",
        reason="A rating cited as current must be the current one.",
        field="indication.primary",
    )
    yield from _aged(gap, edition.id, rules.staleness.ages[Aging.EDITION], days=(chart.as_of - date(edition.year, 12, 31)).days)


def _codes(chart: Chart, rules: Rules) -> Iterator[Stale]:
    """That the release of the date of service is not at hand: once, however many codes there are."""
    day = date_of_service(chart.case, as_of=chart.as_of)
    if not chart.case.diagnoses or rules.code_lists.on(day) is not None:
        return
    held = rules.code_lists.nearest(day)
    about = held.about
    codes = [diagnosis.code for diagnosis in chart.case.diagnoses]
    absent = [f"`diagnoses[{n}].code`" for n, code in enumerate(codes) if held.standing(code) is CodeStanding.ABSENT]
    missing = f" It does not have {', '.join(absent)}." if absent else " It has every code of this case."
    gap = _gap(
        _CODES,
        what=f"The codes were checked by {about.release}, which holds from {long_date(about.first)} to {long_date(about.last)}, "
        f"and not on the date of service.{missing}",
        remedy="Look up each code in the release of the date of service.",
        reason="A code that the release of the date of service does not have is returned.",
        field="diagnoses",
    )
    # A date before the release is past, and no later list can help it: only the future outruns what we hold.
    block_after = rules.staleness.ages[Aging.CODES].block_after
    yield Stale(name=_CODES, gap=replace(gap, blocks=block_after is not None and (day - about.last).days > block_after))


def _fax(chart: Chart, rules: Rules) -> Iterator[Stale]:
    coverage = chart.case.coverage
    if coverage.fax is None:
        return
    checked, age = coverage.fax_checked_on, rules.staleness.ages[Aging.FAX]
    never = "The case does not say when the payer’s fax number was last verified."
    gap = _gap(
        _FAX,
        what=f"The payer’s fax number was last verified more than {age.warn_after} days ago." if checked else never,
        remedy="Verify it with the payer for this plan and kind of request, and enter the day under `coverage.fax_checked_on`.",
        reason="A number that belongs to another plan by now gives patient data to strangers.",
        field="coverage.fax_checked_on",
    )
    if checked is None:
        yield Stale(name=_FAX, gap=gap)
    else:
        yield from _aged(gap, _FAX, age, days=(chart.as_of - checked).days)


def _results(chart: Chart) -> Iterator[Stale]:
    """Laboratory results that a reviewer would want newer; the latest one of each counts."""
    day = date_of_service(chart.case, as_of=chart.as_of)
    for fact, observations in chart.case.facts.items():
        limit = chart.definition(fact).stale_after
        taken = [one.taken.day for one in observations if one.value is not None and one.taken is not None]
        if limit is not None and taken and day - max(taken) > timedelta(days=limit):
            name = chart.definition(fact).name
            gap = _gap(
                fact,
                what=f"{name[:1].upper()}{name[1:]}: the latest result is more than {limit} days older than the date of service.",
                remedy=f"If there is a newer one, enter it under `facts.{fact}` with `taken`, `exhibit` and `page`.",
                reason="A reviewer asks how the patient is now.",
                field=f"facts.{fact}",
            )
            yield Stale(name=fact, gap=replace(gap, owner=Owner.LABORATORY))


def _aged(gap: Gap, name: str, age: ReviewAge, *, days: int) -> Iterator[Stale]:
    """What is older than its review age: what is exactly as old has not passed it."""
    if days > age.warn_after:
        yield Stale(name=name, gap=replace(gap, blocks=age.block_after is not None and days > age.block_after))


def _gap(name: str, *, what: str, remedy: str, reason: str, field: str) -> Gap:
    return Gap(
        id=f"stale:{name}",
        kind=GapKind.STALE,
        what=what,
        remedy=remedy,
        owner=Owner.BILLING,
        reason=reason,
        clause=_CLAUSE,
        blocks=False,
        field=field,
    )
