"""Which indication a case carries: pure, three-valued, and never better than its facts.

Every indication of the evidence pack is considered. What stands is chosen by the order of DESIGN:
what fits, what points elsewhere, what is refused, what is only possible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import Finding, Missing, code_within, evaluate
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Evidence, Exclusion, Indication, IndicationKind, LevelRule, Recommendation


class Status(StrEnum):
    """What matching comes to."""

    ESTABLISHED = "established"
    PROBABLE = "probable"
    SUSPECTED = "suspected"
    SEVERAL = "several"
    """More than one row fits, or not the declared one: the physician chooses."""
    POSSIBLE = "possible"
    """Something is missing that would decide it."""
    NONE = "none"
    """No supported indication."""

    @property
    def writes_letter(self) -> bool:
        """Whether a letter can be written at this status."""
        return self in {Status.ESTABLISHED, Status.PROBABLE, Status.SUSPECTED}


class Standing(StrEnum):
    """How one indication stands in one case."""

    FITS = "fits"
    """A level is reached and nothing speaks against it."""
    OPEN = "open"
    """Recognized, but no level is reached or a required exclusion is unknown."""
    HINTED = "hinted"
    """Declared or coded; the case says too little to recognize it."""
    EXCLUDED = "excluded"
    """A finding points away from it."""
    ABSENT = "absent"
    """Nothing in the case suggests it, or the case rules it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one exclusion of an indication comes to."""

    exclusion: Exclusion
    finding: Finding
    unless: Finding | None = None
    """What the exception comes to, where the exclusion has one."""

    @property
    def lifted(self) -> bool:
        """Whether the exception is met; one that nobody has answered lifts nothing."""
        return self.unless is not None and self.unless.truth is Truth.MET


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFinding:
    """What one level of an indication comes to."""

    rule: LevelRule
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One indication beside the case."""

    indication: Indication
    standing: Standing
    recognized: Finding
    levels: tuple[LevelFinding, ...]
    rulings: tuple[Ruling, ...]
    declared: bool

    @property
    def reached(self) -> LevelFinding | None:
        """The strongest level that is met; `None` when none is."""
        return next((level for level in self.levels if level.finding.truth is Truth.MET), None)

    @property
    def excluded_by(self) -> tuple[Ruling, ...]:
        """The exclusions that are met."""
        return tuple(ruling for ruling in self.rulings if ruling.finding.truth is Truth.MET and not ruling.lifted)

    @property
    def undecided_exclusions(self) -> tuple[Ruling, ...]:
        """Required exclusions that nobody has answered."""
        return tuple(one for one in self.rulings if one.exclusion.required and one.finding.truth is Truth.UNKNOWN)

    @property
    def nearest(self) -> Finding:
        """The finding whose parts say what is missing: the level still within reach, else the weakest."""
        within_reach = [level.finding for level in self.levels if level.finding.truth is not Truth.NOT_MET]
        findings = within_reach or [level.finding for level in self.levels]
        return min(findings, key=lambda finding: len(lacking(finding)), default=self.recognized)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The answer, and every candidate that was considered for it."""

    status: Status
    candidates: tuple[Candidate, ...]
    chosen: Candidate | None = None
    """The candidate that the letter is about; `None` unless the status writes one."""
    also_present: tuple[Candidate, ...] = ()
    """Others that stand beside it, on the same row or another; all are printed."""
    rows: tuple[Recommendation, ...] = ()
    """The rows concerned: of the chosen and also-present ones, or where a refused case belongs."""
    concerned: tuple[Candidate, ...] = ()
    """Those that the status is about: the ones to choose between, still open, or that refuse."""

    @property
    def indication(self) -> Indication | None:
        """The indication of the letter."""
        return self.chosen.indication if self.chosen else None

    @property
    def level(self) -> LevelRule | None:
        """The level that the letter states."""
        return self.chosen.reached.rule if self.chosen and self.chosen.reached else None

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What would decide a possible match, each once."""
        found = [one for candidate in self.concerned for one in missing_of(candidate)]
        return tuple(dict.fromkeys(found)) if self.status is Status.POSSIBLE else ()


def match(chart: Chart, evidence: Evidence) -> Match:
    """The match of this case; raises nothing, an empty case is `possible` with everything missing."""
    candidates = tuple(_consider(indication, chart) for indication in evidence.indications.values())
    fits = _standing_alone(tuple(one for one in _supported(candidates) if one.standing is Standing.FITS))
    if fits:
        return _choose(chart, evidence, candidates, fits)
    return _without_fit(chart, evidence, candidates)


def lacking(finding: Finding) -> tuple[Finding, ...]:
    """The leaves that keep a finding from being met: not met or unknown, each once, in order."""
    if finding.truth is Truth.MET:
        return ()
    if not finding.parts or finding.criterion.not_ is not None:
        return (finding,)
    if finding.criterion.any is not None:
        return min((lacking(part) for part in finding.parts), key=len)
    return tuple(leaf for part in finding.parts for leaf in lacking(part))


def missing_of(candidate: Candidate) -> tuple[Missing, ...]:
    """What the case does not say and a letter on this candidate would need, each once."""
    levels = [one for level in candidate.levels if level.finding.truth is Truth.UNKNOWN for one in level.finding.missing]
    exclusions = [one for ruling in candidate.undecided_exclusions for one in ruling.finding.missing]
    recognition = candidate.recognized.missing if candidate.standing is Standing.HINTED else ()
    return tuple(dict.fromkeys([*recognition, *levels, *exclusions]))


def _supported(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple(one for one in candidates if one.indication.kind is IndicationKind.SUPPORTED)


def _consider(indication: Indication, chart: Chart) -> Candidate:
    declared = chart.case.indication
    bare = Candidate(
        indication=indication,
        standing=Standing.ABSENT,
        recognized=evaluate(indication.recognized_by, chart),
        levels=tuple(LevelFinding(rule=rule, finding=evaluate(rule.criterion, chart)) for rule in indication.levels),
        rulings=tuple(_rule(one, chart) for one in indication.excluded_by),
        declared=declared is not None and indication.id in {declared.primary, *declared.also_present},
    )
    return replace(bare, standing=_stand(bare, chart))


def _rule(exclusion: Exclusion, chart: Chart) -> Ruling:
    unless = evaluate(exclusion.unless, chart) if exclusion.unless is not None else None
    return Ruling(exclusion=exclusion, finding=evaluate(exclusion.criterion, chart), unless=unless)


def _stand(candidate: Candidate, chart: Chart) -> Standing:
    seen = candidate.recognized.truth
    if candidate.excluded_by and (seen is Truth.MET or candidate.reached or candidate.declared or _coded(candidate, chart)):
        return Standing.EXCLUDED
    if candidate.indication.kind is not IndicationKind.SUPPORTED:
        recognized = Standing.FITS if seen is Truth.MET else Standing.ABSENT
        return Standing.HINTED if recognized is Standing.ABSENT and candidate.declared else recognized
    if candidate.reached and not candidate.undecided_exclusions:
        return Standing.FITS
    if seen is Truth.MET or candidate.reached:
        return Standing.OPEN
    hinted = seen is Truth.UNKNOWN and (candidate.declared or _coded(candidate, chart))
    return Standing.HINTED if hinted else Standing.ABSENT


def _coded(candidate: Candidate, chart: Chart) -> bool:
    patterns = candidate.indication.coding.primary
    return any(code_within(diagnosis.code, pattern) for diagnosis in chart.case.diagnoses for pattern in patterns)


def _standing_alone(fits: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those that yield to no other that fits; the reason for each precedence stands in the pack."""
    present = {one.indication.id for one in fits}
    return tuple(one for one in fits if not any(yielded.indication in present for yielded in one.indication.yields_to))


def _choose(chart: Chart, evidence: Evidence, candidates: tuple[Candidate, ...], fits: tuple[Candidate, ...]) -> Match:
    declared = chart.case.indication
    rows = {one.indication.rows[0] for one in fits}
    primary = next((one for one in fits if declared and one.indication.id == declared.primary), None)
    if primary is None and (declared is not None or len(rows) > 1):
        return _several(evidence, candidates, fits)
    chosen = primary or min(fits, key=_firmness)
    beside = tuple(one for one in fits if one is not chosen)
    assert chosen.reached is not None  # a candidate that fits has reached a level
    return Match(
        status=Status(chosen.reached.rule.level),
        candidates=candidates,
        chosen=chosen,
        also_present=beside,
        rows=_rows(evidence, (chosen, *beside)),
        concerned=(chosen, *beside),
    )


def _firmness(candidate: Candidate) -> int:
    """Position of the reached level: 0 for established; order of the pack decides between equals."""
    return next(place for place, level in enumerate(candidate.levels) if level is candidate.reached)


def _several(evidence: Evidence, candidates: tuple[Candidate, ...], fits: tuple[Candidate, ...]) -> Match:
    return Match(status=Status.SEVERAL, candidates=candidates, concerned=fits, rows=_rows(evidence, fits))


def _rows(evidence: Evidence, candidates: tuple[Candidate, ...]) -> tuple[Recommendation, ...]:
    ids = dict.fromkeys(row for one in candidates for row in one.indication.rows)
    return tuple(evidence.recommendation(row) for row in ids)


def _without_fit(chart: Chart, evidence: Evidence, candidates: tuple[Candidate, ...]) -> Match:
    """Open ones first: a case that may yet be supported is not refused."""
    supported = _supported(candidates)
    still_open = tuple(one for one in supported if one.standing is Standing.OPEN)
    away = _pointed_away(candidates)
    refused = tuple(one for one in candidates if one.indication.kind is IndicationKind.REFUSED and one.standing is Standing.FITS)
    hinted = tuple(one for one in candidates if one.standing is Standing.HINTED)
    if still_open:
        return Match(status=Status.POSSIBLE, candidates=candidates, concerned=still_open, rows=_rows(evidence, still_open))
    if away or refused:
        return Match(status=Status.NONE, candidates=candidates, concerned=(*away, *refused), rows=_rows(evidence, _elsewhere(away, candidates)))
    silent = not chart.case.diagnoses and not chart.case.facts
    if hinted or silent:
        return Match(status=Status.POSSIBLE, candidates=candidates, concerned=hinted, rows=_rows(evidence, hinted))
    return Match(status=Status.NONE, candidates=candidates)


def _pointed_away(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Recognized conditions with a row elsewhere, and supported ones that a finding excludes."""
    return tuple(
        one
        for one in candidates
        if one.standing is Standing.EXCLUDED
        or (one.indication.kind is IndicationKind.ELSEWHERE and one.standing is Standing.FITS)
    )


def _elsewhere(away: tuple[Candidate, ...], candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Where the case belongs: what the met exclusions point to, and what was recognized itself."""
    named = {target for one in away for ruling in one.excluded_by for target in ruling.exclusion.points_to}
    recognized = {one.indication.id for one in away if one.standing is Standing.FITS}
    return tuple(one for one in candidates if one.indication.id in named | recognized)
