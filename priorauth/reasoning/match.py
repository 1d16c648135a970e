"""Which indication a case carries: pure, three-valued, and never better than its facts.

Every indication of the evidence pack is considered. The answer is the first of these that holds: one row
fits; several do; one is still open; one would fit, but the guideline rates another procedure in it or calls
this one ineffective; the case points elsewhere or to what is refused; something hints at one; one is
excluded; nothing is known to rule all of them out.

A row rates one procedure: a candidate stands only on the rows that rate the procedure asked for.

To know less never makes an indication fit, with one exception that the pack decides: an exclusion that is
not `required` speaks only when it is known. So less can write a letter in two ways alone: such an exclusion
is no longer known to be met, or a rival no longer fits beside the one that does.
A fact that no criterion reads changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from priorauth.case.parts import Case, LineTiming, ServiceRole
from priorauth.criteria.chart import Chart
from priorauth.criteria.evaluate import Finding, Missing, code_within, evaluate, is_met
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import (
    Category,
    Edition,
    Evidence,
    Exclusion,
    Extent,
    Indication,
    IndicationKind,
    Level,
    LevelRule,
    Recommendation,
)


class Status(StrEnum):
    """What matching comes to."""

    ESTABLISHED = "established"
    PROBABLE = "probable"
    SUSPECTED = "suspected"
    DECLARED = "declared"
    """The row has no criteria here: the physician declares the indication, and codes and procedure agree."""
    SEVERAL = "several"
    """More than one row fits, or not the declared one: the physician chooses."""
    POSSIBLE = "possible"
    """Something is missing that would decide it."""
    NONE = "none"
    """No supported indication: the case belongs elsewhere, or is refused, or rules all of them out."""

    @property
    def writes_letter(self) -> bool:
        """Whether a letter can be written at this status."""
        return self in {Status.ESTABLISHED, Status.PROBABLE, Status.SUSPECTED, Status.DECLARED}


class Standing(StrEnum):
    """How one indication stands in one case."""

    FITS = "fits"
    """A level is reached and nothing speaks against it."""
    OTHER_MODALITY = "other_modality"
    """It would fit, and the guideline rates another procedure in it than the one asked for."""
    INEFFECTIVE = "ineffective"
    """It would fit, or is declared, and the guideline calls the procedure ineffective or harmful in it."""
    RECOGNIZED = "recognized"
    """The case shows it, and no letter rests on that: it is refused, or nobody has declared it."""
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
    """Levels and rulings are empty where nothing in the case speaks of the indication."""
    declared: bool
    edition: Edition
    """The edition whose rows it is judged by."""
    modality: str | None
    """The procedure that the case asks for; `None` while it does not say."""

    @property
    def all_rows(self) -> tuple[Recommendation, ...]:
        """The edition's rows on this indication, whatever procedure they rate."""
        return self.edition.rows_of(self.indication)

    @property
    def rows(self) -> tuple[Recommendation, ...]:
        """Those that rate the procedure asked for; all of them while the case does not name one."""
        return tuple(row for row in self.all_rows if self.modality is None or self.modality in row.modalities)

    @property
    def row(self) -> Recommendation | None:
        """The one row that a letter on it would rest on; `None` where there is none, or the procedure must decide."""
        return self.rows[0] if len(self.rows) == 1 else None

    @property
    def reached(self) -> LevelFinding | None:
        """The strongest level that is met; `None` when none is."""
        met = (level for level in self.levels if level.finding.truth is Truth.MET)
        return min(met, key=lambda level: _FIRMNESS[level.rule.level], default=None)

    @property
    def excluded_by(self) -> tuple[Ruling, ...]:
        """The exclusions that are met and that nothing lifts."""
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
    declared_in_vain: tuple[str, ...] = ()
    """Ids that the case declares and that do not stand: unknown to the pack, or not among those that fit."""

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
        """What would decide a possible match, each once; nothing where nothing in the case suggests anything."""
        found = [one for candidate in self.concerned for one in missing_of(candidate)]
        return tuple(dict.fromkeys(found)) if self.status is Status.POSSIBLE else ()


def match(chart: Chart, evidence: Evidence) -> Match:
    """The match of this case; raises nothing, an empty case is `possible` with everything missing."""
    modality = modality_asked(chart.case)
    candidates = tuple(
        _consider(indication, chart, edition=evidence.edition, modality=modality) for indication in evidence.indications.values()
    )
    fits = _standing_alone(_standing(candidates, Standing.FITS))
    found = _choose(chart, candidates, fits) if fits else _without_fit(candidates, chart)
    return replace(found, declared_in_vain=_in_vain(chart, fits))


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
    levels = () if candidate.reached else tuple(level.finding for level in candidate.levels)
    recognition = () if candidate.reached else (candidate.recognized,)
    exclusions = (ruling.finding for ruling in candidate.undecided_exclusions)
    return tuple(dict.fromkeys(one for finding in (*recognition, *levels, *exclusions) for one in finding.missing))


def modality_asked(case: Case) -> str | None:
    """The procedure of the first exchange line to come that names one, else of any exchange line; `None` if none does."""
    lines = [line for line in case.services if line.role is ServiceRole.EXCHANGE and line.modality is not None]
    first = min(lines, key=lambda line: line.timing is not LineTiming.TO_COME, default=None)
    return first.modality.value if first is not None and first.modality is not None else None


def _standing(candidates: tuple[Candidate, ...], standing: Standing) -> tuple[Candidate, ...]:
    return tuple(one for one in candidates if one.standing is standing)


def _supported(candidates: tuple[Candidate, ...], standing: Standing) -> tuple[Candidate, ...]:
    return tuple(one for one in _standing(candidates, standing) if one.indication.kind is IndicationKind.SUPPORTED)


def _recognized(candidates: tuple[Candidate, ...], kind: IndicationKind) -> tuple[Candidate, ...]:
    return tuple(one for one in _standing(candidates, Standing.RECOGNIZED) if one.indication.kind is kind)


def _consider(indication: Indication, chart: Chart, *, edition: Edition, modality: str | None) -> Candidate:
    declared = chart.case.indication
    bare = Candidate(
        indication=indication,
        standing=Standing.ABSENT,
        recognized=evaluate(indication.recognition, chart),
        levels=(),
        rulings=(),
        declared=declared is not None and indication.id in {declared.primary, *declared.also_present},
        edition=edition,
        modality=modality,
    )
    if not _is_suggested(bare, chart):
        return bare  # as nearly all are, in any case
    whole = replace(
        bare,
        levels=tuple(LevelFinding(rule=rule, finding=evaluate(rule.criterion, chart)) for rule in indication.levels),
        rulings=tuple(_rule(one, chart) for one in indication.excluded_by),
    )
    return replace(whole, standing=_stand(whole, chart))


def _is_suggested(bare: Candidate, chart: Chart) -> bool:
    """Whether anything in the case speaks of it: itself, its declaration, a code, or a level that is reached."""
    if bare.declared or _coded(bare, chart) or bare.recognized.truth is Truth.MET:
        return True
    return any(is_met(rule.criterion, chart) for rule in bare.indication.levels)


def _rule(exclusion: Exclusion, chart: Chart) -> Ruling:
    unless = evaluate(exclusion.unless, chart) if exclusion.unless is not None else None
    return Ruling(exclusion=exclusion, finding=evaluate(exclusion.criterion, chart), unless=unless)


def _stand(candidate: Candidate, chart: Chart) -> Standing:
    seen = candidate.recognized.truth if candidate.indication.recognized_by is not None else Truth.UNKNOWN
    hinted = candidate.declared or _coded(candidate, chart)
    if candidate.excluded_by and (seen is Truth.MET or candidate.reached or hinted):
        return Standing.EXCLUDED
    if candidate.indication.kind is IndicationKind.REFUSED:
        # A code alone hints at nothing here: what would be asked could not lead to a letter.
        return _unless_recognized(seen, Standing.HINTED if candidate.declared and seen is Truth.UNKNOWN else Standing.ABSENT)
    if candidate.indication.kind is IndicationKind.DECLARED and not candidate.declared:
        return _unless_recognized(seen, Standing.HINTED if seen is Truth.UNKNOWN and hinted else Standing.ABSENT)
    if candidate.reached and not candidate.undecided_exclusions:
        return _stand_on_row(candidate)
    if candidate.indication.kind is IndicationKind.DECLARED and _stand_on_row(candidate) is Standing.INEFFECTIVE:
        # The code that it still lacks would only lead here.
        return Standing.INEFFECTIVE
    if seen is Truth.MET or candidate.reached or candidate.indication.kind is IndicationKind.DECLARED:
        return Standing.OPEN
    return Standing.HINTED if seen is Truth.UNKNOWN and hinted else Standing.ABSENT


def _unless_recognized(seen: Truth, otherwise: Standing) -> Standing:
    return Standing.RECOGNIZED if seen is Truth.MET else otherwise


def _stand_on_row(candidate: Candidate) -> Standing:
    """How one that reaches a level stands by the rows of the edition."""
    if not candidate.all_rows and candidate.edition.extent is Extent.PARTIAL:
        return Standing.OPEN  # the edition may well rate it; our copy does not say
    if not candidate.rows:
        return Standing.OTHER_MODALITY
    if all(row.category is Category.IV for row in candidate.rows):
        return Standing.INEFFECTIVE
    return Standing.FITS


def _coded(candidate: Candidate, chart: Chart) -> bool:
    patterns = candidate.indication.coding.primary
    return any(code_within(diagnosis.code, pattern) for diagnosis in chart.case.diagnoses for pattern in patterns)


def _standing_alone(fits: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those that yield to no other that fits; all, if each yields to another, for then the physician chooses."""
    present = {one.indication.id for one in fits}
    first = tuple(one for one in fits if not any(yielded.indication in present for yielded in one.indication.yields_to))
    return first or fits


def _choose(chart: Chart, candidates: tuple[Candidate, ...], fits: tuple[Candidate, ...]) -> Match:
    """The declared one if it fits, or the firmest on the only row; the choice is the physician's otherwise."""
    declared = chart.case.indication
    rows = {tuple(row.id for row in one.rows) for one in fits}
    primary = next((one for one in fits if declared and one.indication.id == declared.primary), None)
    if primary is None and (declared is not None or len(rows) > 1):
        return Match(status=Status.SEVERAL, candidates=candidates, concerned=fits, rows=_rows(fits))
    chosen = primary or min(fits, key=_firmness)
    beside = tuple(one for one in fits if one is not chosen)
    assert chosen.reached is not None  # a candidate that fits has reached a level
    return Match(
        status=Status(chosen.reached.rule.level),
        candidates=candidates,
        chosen=chosen,
        also_present=beside,
        rows=_rows((chosen, *beside)),
        concerned=(chosen, *beside),
    )


_FIRMNESS = {level: place for place, level in enumerate(Level)}
"""0 for the firmest; the order of `Level`, not of a pack file."""


def _firmness(candidate: Candidate) -> int:
    """How firmly a candidate that fits does so; the order of the pack decides between equals."""
    assert candidate.reached is not None  # a candidate that fits has reached a level
    return _FIRMNESS[candidate.reached.rule.level]


def _in_vain(chart: Chart, fits: tuple[Candidate, ...]) -> tuple[str, ...]:
    declared = chart.case.indication
    standing = {one.indication.id for one in fits}
    return tuple(one for one in (declared.primary, *declared.also_present) if one not in standing) if declared else ()


def _rows(candidates: tuple[Candidate, ...]) -> tuple[Recommendation, ...]:
    """The rows for the procedure asked for; where the guideline rates none for it, those of the others."""
    return tuple(dict.fromkeys(row for one in candidates for row in one.rows or one.all_rows))


def _without_fit(candidates: tuple[Candidate, ...], chart: Chart) -> Match:
    """Open ones first: a case that may yet be supported is not refused, and `none` needs a ground in the case."""
    still_open = _standing(candidates, Standing.OPEN)
    if still_open:
        return _possible(candidates, still_open)
    ruled = (*_standing(candidates, Standing.INEFFECTIVE), *_standing(candidates, Standing.OTHER_MODALITY))
    if ruled or _recognized(candidates, IndicationKind.REFUSED) or _elsewhere(candidates):
        return _none(candidates)
    hinted = _supported(candidates, Standing.HINTED)
    if not hinted and _turned_away(candidates):
        return _none(candidates)
    undecided = hinted or _standing(candidates, Standing.HINTED) or _undecided(candidates, chart)
    return _possible(candidates, undecided) if undecided else _none(candidates)


def _possible(candidates: tuple[Candidate, ...], concerned: tuple[Candidate, ...]) -> Match:
    """Where nothing suggests one indication more than another, the answer is about none of them."""
    suggested = tuple(one for one in concerned if one.standing is not Standing.ABSENT)
    return Match(status=Status.POSSIBLE, candidates=candidates, concerned=suggested, rows=_rows(suggested))


def _none(candidates: tuple[Candidate, ...]) -> Match:
    """What would fit for another procedure is answered by its rows alone; else what turns the case away, and where it belongs."""
    other, ineffective = _standing(candidates, Standing.OTHER_MODALITY), _standing(candidates, Standing.INEFFECTIVE)
    if other and not ineffective:
        return Match(status=Status.NONE, candidates=candidates, concerned=other, rows=_rows(other))
    excluded = _turned_away(candidates)
    recognized = (*_recognized(candidates, IndicationKind.DECLARED), *_recognized(candidates, IndicationKind.REFUSED))
    rows = _rows((*ineffective, *_belongs(candidates)))
    return Match(status=Status.NONE, candidates=candidates, concerned=(*ineffective, *excluded, *recognized), rows=rows)


def _turned_away(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those excluded that the case speaks of: by criteria of their own, or because the physician declares them."""
    supported = IndicationKind.SUPPORTED
    return tuple(one for one in _standing(candidates, Standing.EXCLUDED) if one.declared or one.indication.kind is supported)


def _belongs(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Where the case belongs: what is recognized with a row of its own, and what the met exclusions point to."""
    excluded = _supported(candidates, Standing.EXCLUDED)
    named = {target for one in excluded for ruling in one.excluded_by for target in ruling.exclusion.points_to}
    recognized = _recognized(candidates, IndicationKind.DECLARED)
    # What an exclusion points to may be turned away itself: then the case does not belong there either.
    pointed = {one.indication.id for one in candidates if one.indication.id in named and one.standing is not Standing.EXCLUDED}
    return tuple(one for one in candidates if one.indication.id in pointed or one in recognized)


def _elsewhere(candidates: tuple[Candidate, ...]) -> bool:
    """Whether the case belongs to what is not judged here by criteria of its own; one that is, is no ground to refuse."""
    return any(one.indication.kind is not IndicationKind.SUPPORTED for one in _belongs(candidates))


def _undecided(candidates: tuple[Candidate, ...], chart: Chart) -> tuple[Candidate, ...]:
    """Those at which nothing hints and which nothing rules out."""
    absent = _supported(candidates, Standing.ABSENT)
    return tuple(one for one in absent if one.recognized.truth is Truth.UNKNOWN and not _is_ruled_out(one.indication, chart))


def _is_ruled_out(indication: Indication, chart: Chart) -> bool:
    rulings = (_rule(one, chart) for one in indication.excluded_by if is_met(one.criterion, chart))
    return any(not ruling.lifted for ruling in rulings)
