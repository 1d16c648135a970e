"""Whether the diagnosis codes are codes, carry the indication, and can stand together on the date of service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from priorauth.case.parts import AdmissionStatus, Case, Certainty
from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import code_within
from priorauth.evidence.models import Coding, Indication, Level
from priorauth.facts import Owner
from priorauth.payers.code_list import CodeList, CodeStanding
from priorauth.payers.requirements import Codes, Rules
from priorauth.reasoning.assess import date_of_service
from priorauth.reasoning.gaps import Gap, GapKind

_CLAUSE = "Diagnosis coding"
_OUTPATIENT = {AdmissionStatus.OUTPATIENT, AdmissionStatus.OBSERVATION}


_NAMED = 8
"""So many codes below a header are named; of more, only the first."""


def coding_gaps(chart: Chart, *, indication: Indication | None, level: Level | None, rules: Rules) -> Iterator[Gap]:
    """What is wrong with the diagnoses of a case, by the code release on the date of service.

    Each place is accused once, by the worst that it does; codes that exclude each other are named besides.
    """
    accused: set[int] = set()
    contradicting: set[int] = set()
    for gap, position in _each(chart, indication, rules):
        if position not in accused:
            accused.add(position)
            contradicting |= {position} if gap.id == "code-never-with" else set()
            yield gap
    yield from _excluding(chart, rules, spared=contradicting)
    if indication is not None:
        yield from _needed(chart.case, indication, level)
    yield from _uncertain(chart.case)


def _each(chart: Chart, indication: Indication | None, rules: Rules) -> Iterator[tuple[Gap, int]]:
    """What each listed code does wrong, the worst first, with its position."""
    yield from _traps(chart, rules.codes, blocks=True)
    yield from _unlisted(chart, rules)
    if indication is not None:
        yield from _contradictions(chart.case, indication.coding)
    yield from _traps(chart, rules.codes, blocks=False)


def _unlisted(chart: Chart, rules: Rules) -> Iterator[tuple[Gap, int]]:
    """Headers, and codes that the release does not have.

    Where the release of the date of service is not at hand, the nearest speaks of headers only: a header
    of an earlier release stays one, while a code that is split later was billable before. Codes that it
    does not have may be new.
    """
    day = date_of_service(chart.case, as_of=chart.as_of)
    held = rules.code_lists.nearest(day)
    # Of these a trap says since when they are headers, and on this day it did not hold.
    billable_then = {trap.code for trap in rules.codes.not_billable if not trap.holds_on(day)}
    for position, diagnosis in enumerate(chart.case.diagnoses):
        standing = held.standing(diagnosis.code)
        if standing is CodeStanding.HEADER and diagnosis.code not in billable_then:
            yield _header(diagnosis.code, held, position=position, blocks=held.about.first <= day), position
        if standing is CodeStanding.ABSENT and held.about.holds_on(day):
            reason = (
                f"{held.about.release}, which holds on the date of service, does not have it, and a claim with it is returned."
            )
            remedy = "Copy the code again from the record, and look it up in the release of the date of service."
            gap = _gap("code-unknown", "A diagnosis code does not exist.", remedy, position=position)
            yield replace(gap, reason=reason), position


def _header(code: str, held: CodeList, *, position: int, blocks: bool) -> Gap:
    below = held.below(code)
    named = f"{', '.join(below[:_NAMED])}{' and others' if len(below) > _NAMED else ''}"
    what = "A diagnosis code is a header: it has others below it, and a claim with it is returned."
    gap = _gap("code-header", what, f"Use the one below it that the record supports: {named}.", position=position, blocks=blocks)
    return replace(gap, reason=f"Only codes without others below them can be billed. Read in: {held.about.release}.")


def _excluding(chart: Chart, rules: Rules, *, spared: set[int]) -> Iterator[Gap]:
    """Two codes of which one excludes the other; not said again where the pack already refuses one of them."""
    held = rules.code_lists.nearest(date_of_service(chart.case, as_of=chart.as_of))
    codes = [diagnosis.code for diagnosis in chart.case.diagnoses]
    for first, second, note in held.exclusions(codes):
        if not spared & {first, second}:
            what = f"Two diagnoses are not coded together: {note.holder} excludes {note.excluded}."
            remedy = (
                f"Remove `diagnoses[{first}].code` or `diagnoses[{second}].code`, whichever the record does not hold. "
                "Keep both only if a coder confirms it."
            )
            reason = f"An Excludes1 note stands for conditions that cannot occur together. Read in: {held.about.release}."
            gap = _gap(f"code-excludes-{first + 1}", what, remedy, position=second, blocks=False)
            yield replace(gap, reason=reason)


def _traps(chart: Chart, codes: Codes, *, blocks: bool) -> Iterator[tuple[Gap, int]]:
    day = date_of_service(chart.case, as_of=chart.as_of)
    traps = {trap.code: trap for trap in (codes.not_billable if blocks else codes.doubtful) if trap.holds_on(day)}
    for position, diagnosis in enumerate(chart.case.diagnoses):
        trap = traps.get(diagnosis.code)
        if trap is not None:
            yield _gap("code-trap", trap.reason, trap.ask, position=position, blocks=blocks), position


def _contradictions(case: Case, coding: Coding) -> Iterator[tuple[Gap, int]]:
    billed = [diagnosis.code for diagnosis in case.diagnoses]
    wanted = (*coding.primary, *coding.with_one_of)
    complete = _has(billed, coding.primary) and (not coding.with_one_of or _has(billed, coding.with_one_of))
    for position, code in enumerate(billed):
        for rule in coding.never_with:
            if code_within(code, rule.code):
                remedy = "Remove the code if the record does not hold it. If it does, the diagnosis itself is in question."
                yield _gap("code-never-with", rule.reason, remedy, position=position), position
        for rule in coding.not_instead:
            # A header is named here to refuse it, not the codes below it that the indication asks for.
            if code_within(code, rule.code) and not _has([code], wanted):
                remedy = f"Use {_listed(wanted)} as far as the record supports it; remove this code if nothing else needs it."
                yield _gap("code-not-instead", rule.reason, remedy, position=position, blocks=not complete), position


def _needed(case: Case, indication: Indication, level: Level | None) -> Iterator[Gap]:
    coding, billed = indication.coding, [diagnosis.code for diagnosis in case.diagnoses]
    # What is not established is not coded as if it were outside a hospital stay, so the code cannot be asked for there.
    if level is not Level.ESTABLISHED and _is_outpatient(case):
        return
    if coding.primary and not _has(billed, coding.primary):
        yield _missing("code-primary", f"No diagnosis carries the code of {indication.name}.", coding.primary)
    if coding.with_one_of and not _has(billed, coding.with_one_of):
        yield _missing("code-beside", f"The code that goes beside that of {indication.name} is missing.", coding.with_one_of)


def _uncertain(case: Case) -> Iterator[Gap]:
    """An outpatient diagnosis that is only suspected or probable is not coded as if it were confirmed."""
    if not _is_outpatient(case):
        return
    for position, diagnosis in enumerate(case.diagnoses):
        if diagnosis.certainty is not Certainty.CONFIRMED:
            what = "Outside a hospital stay, a diagnosis that is not confirmed is coded as if it were."
            remedy = "Code the signs and results until it is confirmed, or correct `certainty`."
            yield _gap("code-uncertain", what, remedy, position=position)


def _is_outpatient(case: Case) -> bool:
    return case.admission is not None and case.admission.status in _OUTPATIENT


def _has(codes: list[str], patterns: tuple[str, ...]) -> bool:
    return any(code_within(code, pattern) for code in codes for pattern in patterns)


def _listed(codes: tuple[str, ...]) -> str:
    return " or ".join(codes)


def _missing(name: str, what: str, codes: tuple[str, ...]) -> Gap:
    remedy = f"Add {_listed(codes)} to `diagnoses` if the record supports it; if it does not, the indication is in question."
    return _gap(name, what, remedy, kind=GapKind.INCOMPLETE)


def _gap(
    name: str,
    what: str,
    remedy: str,
    *,
    position: int | None = None,
    blocks: bool = True,
    kind: GapKind = GapKind.CONTRARY,
) -> Gap:
    return Gap(
        id=name,
        kind=kind,
        what=what,
        remedy=remedy,
        owner=Owner.BILLING,
        reason="A code that does not fit is returned before anybody reads the letter, or contradicts it.",
        clause=_CLAUSE,
        blocks=blocks,
        field="diagnoses" if position is None else f"diagnoses[{position}].code",
    )
