"""Criteria beside the facts: what is asked, what was found, and where it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from priorauth.criteria.evaluate import Finding, Missing, MissingReason
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Level
from priorauth.letters.citing import Citing
from priorauth.letters.letter import CriteriaGroup, CriterionRow
from priorauth.letters.provenance import BareValue, Value, joined, value
from priorauth.letters.quote import Phrase, Quoter, places_of
from priorauth.letters.words import mid_sentence, words
from priorauth.reasoning.match import Candidate, Ruling, lacking

TRUTH_WORDS = {Truth.MET: "Met", Truth.NOT_MET: "Not met", Truth.UNKNOWN: "Unknown"}
_SENT = "Result pending"
"""What is said of a test that had to be sent while no result is back: met, and deciding nothing yet."""
_ORDER = {Truth.NOT_MET: 0, Truth.UNKNOWN: 1, Truth.MET: 2}
"""What a reviewer looks for first stands first."""
_REASONS = {
    MissingReason.ABSENT: "not stated",
    MissingReason.PENDING: "result pending",
    MissingReason.TIMING_UNCLEAR: "not stated whether taken before the first exchange",
    MissingReason.TOO_LATE: "only taken after the first exchange",
    MissingReason.LIST_OPEN: "not among what is listed, and the list is not complete",
    MissingReason.NOT_EXACT: "reported without the exact figure",
    MissingReason.DETAIL: "not stated in full",
}


def criterion_row(quoter: Quoter, finding: Finding, source: str) -> CriterionRow:
    """One row of a criteria table; `source` says whose criterion it is."""
    text = finding.criterion.text or "; ".join(leaf.criterion.text or "" for leaf in finding.leaves())
    excused = {fact: why for fact in _absent(finding) if (why := quoter.excuse(fact)) is not None}
    excuses = {phrase.text.text: phrase for phrase in excused.values()}
    phrases = (*_phrases(quoter, finding, text), *_met_parts(quoter, finding, text), *excuses.values())
    unmet = finding.truth is Truth.NOT_MET
    label = _SENT if _is_awaited(quoter, finding) else TRUTH_WORDS[finding.truth]
    return CriterionRow(
        text=value(text, source),
        truth=value(label, source, *(quoter.case_file.source(place) for place in finding.rests_on)),
        css=BareValue(finding.truth.value.replace("not_met", "unmet"), (source,)),
        phrases=phrases,
        places=places_of(phrases),
        missing=_unmet(finding, source) if unmet else _missing(quoter, finding, source, frozenset(excused)),
    )


def _met_parts(quoter: Quoter, finding: Finding, text: str) -> tuple[Phrase, ...]:
    """What the met parts of a criterion rest on that is not met as a whole: a reviewer weighs both."""
    if finding.truth is not Truth.NOT_MET:
        return ()
    met = (part for part in finding.parts if part.truth is Truth.MET)
    told = (phrase for part in met for phrase in _phrases(quoter, part, text) if not set(part.rests_on) & set(finding.rests_on))
    return tuple(told)


def _is_awaited(quoter: Quoter, finding: Finding) -> bool:
    """Whether a test that had to be sent is met by nothing but results that are not back."""
    facts = [str(place[1]) for place in finding.rests_on if place[0] == "facts"]
    sent = finding.truth is Truth.MET and all(leaf.criterion.sent is not None for leaf in finding.leaves())
    return sent and bool(facts) and not any(quoter.chart.results(fact) for fact in facts)


def _phrases(quoter: Quoter, finding: Finding, text: str) -> tuple[Phrase, ...]:
    """What a finding rests on, a judgment behind the results that it sums up."""
    told: list[Phrase] = []
    for place in finding.rests_on:
        figures = quoter.figures(str(place[1])) if place[0] == "facts" else ()
        told += figures
        told.append(_judged(quoter.phrase(place), figures, text) if figures else _not_twice(quoter.phrase(place), text))
    return tuple(told)


def _not_twice(phrase: Phrase, text: str) -> Phrase:
    """A fact in the very words of its criterion is printed as a yes."""
    return replace(phrase, text=Value("yes", phrase.text.sources)) if _says(phrase, text) else phrase


def _says(phrase: Phrase, text: str) -> bool:
    return phrase.name is None and phrase.text.text.casefold() == text.casefold()


def _judged(phrase: Phrase, figures: tuple[Phrase, ...], text: str) -> Phrase:
    """A judgment behind the figures that it sums up; neither the criterion nor their moment is said twice."""
    judgment = "so judged" if _says(phrase, text) else f"judged: {phrase.text.text}"
    last = figures[-1].when
    same = phrase.when is not None and last is not None and phrase.when.text == last.text
    return replace(phrase, text=Value(judgment, phrase.text.sources), when=None if same else phrase.when)


def _absent(finding: Finding) -> tuple[str, ...]:
    """The facts that would decide it and of which the case says nothing."""
    kinds = (one.what.partition(":") for one in finding.missing if one.reason is MissingReason.ABSENT)
    return tuple(which for kind, _, which in kinds if kind == "fact")


def unmet_first(rows: Iterable[tuple[Finding, CriterionRow]]) -> tuple[CriterionRow, ...]:
    """Not met, then unknown, then met; otherwise in the order given."""
    return tuple(row for _, row in sorted(rows, key=lambda pair: _ORDER[pair[0].truth]))


_HEADINGS = {
    Level.SUSPECTED: "What the suspicion rests on",
    Level.DECLARED: "What agrees with the declared indication",
}


def diagnosis_group(quoter: Quoter, candidate: Candidate, citing: Citing, *, alone: bool) -> CriteriaGroup:
    """What establishes the diagnosis: what spoke against it and was adjudicated, what its full definition asks, what is met."""
    assert candidate.reached is not None  # a letter is written only for a candidate that fits
    indication = candidate.indication
    source = f"indication:{indication.id}"
    reached = _telling(candidate.reached.finding)
    beyond = [one for one in _definition(candidate.levels[0].finding) if one.truth is not Truth.MET]
    by_id = {finding.criterion.id: finding for finding in (*beyond, *reached)}
    suspected = candidate.reached.rule.level is Level.SUSPECTED
    placed = ((finding, _placed(quoter, finding, f"{source}/{key}")) for key, finding in by_id.items())
    rows = unmet_first((one, replace(row, cites=_cited([one], citing)) if suspected else row) for one, row in placed)
    heading = _HEADINGS.get(candidate.reached.rule.level, "What establishes the diagnosis")
    if any(place[0] == "therapies" for finding in by_id.values() for place in finding.rests_on):
        heading = f"{heading}, and the treatment so far"
    return CriteriaGroup(
        heading=value(heading if alone else f"{heading}: {indication.name}", source),
        # What defines the disease does not define a suspicion of it; the parts that the suspicion takes from there are cited.
        cites=None if suspected else _cited(by_id.values(), citing),
        rows=(*(_adjudicated(quoter, ruling, source) for ruling in _lifted(candidate)), *rows),
    )


def _placed(quoter: Quoter, finding: Finding, source: str) -> CriterionRow:
    """A row with where it is written: for one that only codes meet, their numbers in the letter's list of diagnoses."""
    row = criterion_row(quoter, finding, source)
    return row if row.places else replace(row, places=diagnosis_places(quoter, finding))


def diagnosis_places(quoter: Quoter, finding: Finding) -> tuple[Value, ...]:
    """The numbers of the diagnoses that a finding rests on (`diagnoses 1 and 2`); empty where it rests on none."""
    codes = [place for place in finding.rests_on if place[0] == "diagnoses"]
    numbers = [number for place in codes if (number := quoter.field(*place, "sequence")) is not None]
    if not numbers:
        return ()
    listed = joined(numbers)
    return (Value(f"{'diagnoses' if len(numbers) > 1 else 'diagnosis'} {listed.text}", listed.sources),)


def _cited(findings: Iterable[Finding], citing: Citing) -> Value | None:
    """The numbers of the references that define these criteria."""
    sources = dict.fromkeys(one.criterion.source for finding in findings for one in (finding, *finding.leaves()))
    cited = [source for source in sources if source is not None and source in citing.printed]
    return citing.marks(*cited) if cited else None


def _lifted(candidate: Candidate) -> tuple[Ruling, ...]:
    """The exclusions that would hold but for the physician's judgment."""
    return tuple(one for one in candidate.rulings if one.lifted and one.finding.truth is Truth.MET)


def _adjudicated(quoter: Quoter, ruling: Ruling, source: str) -> CriterionRow:
    """An exclusion that is met and that the physician's judgment lifts: adverse, so that it stands first."""
    judged = ruling.unless.rests_on if ruling.unless is not None else ()
    phrases = tuple(quoter.phrase(place) for place in (*ruling.finding.rests_on, *judged))
    return CriterionRow(
        text=value(ruling.exclusion.reason, source),
        truth=value("Against", source),
        css=BareValue("unmet", (source,)),
        phrases=phrases,
        places=places_of(phrases),
        missing=None,
    )


def _telling(finding: Finding) -> list[Finding]:
    """The leaves that carry a met finding: every part of an `all`, the met parts of an `any`.

    That a test was sent is left to the differential, which shows what came back.
    """
    if finding.criterion.sent is not None:
        return []
    if not finding.parts:
        return [finding]
    if finding.criterion.id and finding.criterion.text:
        return [finding]  # a named combinator is one row: its words say what its parts mean together
    return [leaf for part in finding.parts if part.truth is Truth.MET for leaf in _telling(part)]


def _definition(finding: Finding) -> list[Finding]:
    """The leaves of a definition, met or not; a test that was sent stands in the differential."""
    if finding.criterion.sent is not None and finding.truth is Truth.MET:
        return []
    if not finding.parts or (finding.criterion.id and finding.criterion.text):
        return [finding]
    return [leaf for part in finding.parts for leaf in _definition(part)]


def _unmet(finding: Finding, source: str) -> Value | None:
    """Which part is not met, or as what a therapy is not recorded; where nothing speaks of it, that the lists are complete.

    `None` where the phrases beside it show it already.
    """
    parts = [leaf.criterion.text for leaf in lacking(finding) if leaf.criterion.text and leaf.truth is Truth.NOT_MET]
    if finding.parts and parts:
        return value(f"Not shown: {'; '.join(dict.fromkeys(mid_sentence(part) for part in parts))}.", source)
    if finding.rests_on:
        return _other_outcome(finding, source)
    return value("Not among what is listed, and the list is declared complete.", source)


def _other_outcome(finding: Finding, source: str) -> Value | None:
    """Beside therapies that are listed with another outcome than is asked, that one; `None` for anything else."""
    asked = finding.criterion.therapy
    if asked is None:
        return None
    return value(f"Not recorded as {' or '.join(words(one) for one in asked.outcomes)}.", source)


def _missing(quoter: Quoter, finding: Finding, source: str, excused: frozenset[str]) -> Value | None:
    """What would decide it; what the phrases say already is left out: that a result is pending, why something was not done."""
    open_ = [one for one in finding.missing if one.reason is not MissingReason.PENDING or not finding.rests_on]
    missing = [one for one in open_ if one.what.removeprefix("fact:") not in excused]
    if not missing:
        return None
    texts = dict.fromkeys(f"{_name(quoter, one)} {_REASONS[one.reason]}" for one in missing)
    text = "; ".join(texts)
    return value(text[:1].upper() + text[1:] + ".", source)


def _name(quoter: Quoter, missing: Missing) -> str:
    kind, _, which = missing.what.partition(":")
    if kind == "fact":
        return f"{quoter.chart.definition(which).name}:"
    if kind == "field":
        return f"{which.rsplit('.', 1)[-1].replace('_', ' ')}:"
    return f"{missing.what}{f', {missing.detail}' if missing.detail else ''}:"
