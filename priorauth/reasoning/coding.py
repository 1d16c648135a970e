"""Whether the diagnosis codes carry the indication: those it needs, those that contradict it, those that are returned."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.case.parts import AdmissionStatus, Case, Certainty
from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import code_within
from priorauth.evidence.models import Coding, Indication, Level
from priorauth.facts import Owner
from priorauth.payers.requirements import Codes
from priorauth.reasoning.assess import date_of_service
from priorauth.reasoning.gaps import Gap, GapKind

_CLAUSE = "Diagnosis coding"
_OUTPATIENT = {AdmissionStatus.OUTPATIENT, AdmissionStatus.OBSERVATION}


def coding_gaps(chart: Chart, *, indication: Indication | None, level: Level | None, codes: Codes) -> Iterator[Gap]:
    """What is wrong with the diagnoses of a case, each place at most once, by the code release on the date of service."""
    accused: set[int] = set()
    for gap, position in _each(chart, indication, codes):
        if position not in accused:
            accused.add(position)
            yield gap
    if indication is not None:
        yield from _needed(chart.case, indication, level)
    yield from _uncertain(chart.case)


def _each(chart: Chart, indication: Indication | None, codes: Codes) -> Iterator[tuple[Gap, int]]:
    """What each listed code does wrong, the worst first, with its position."""
    yield from _traps(chart, codes, blocks=True)
    if indication is not None:
        yield from _contradictions(chart.case, indication.coding)
    yield from _traps(chart, codes, blocks=False)


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
    name: str, what: str, remedy: str, *, position: int | None = None, blocks: bool = True, kind: GapKind = GapKind.CONTRARY
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
