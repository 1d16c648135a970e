"""What stands between a case and an indication: facts that would decide it, a choice, or the physician’s declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from priorauth.criteria.chart import Chart
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Extent, IndicationKind
from priorauth.facts import Owner
from priorauth.mistakes import closest
from priorauth.reasoning.gaps import Gap, GapKind, gap_of, name_of, place_of, words_of
from priorauth.reasoning.match import Candidate, Match, Standing, Status, lacking

_PHYSICIANS = Gap(
    id="",
    kind=GapKind.ABSENT,
    what="",
    remedy="",
    owner=Owner.PHYSICIAN,
    reason="Which condition leads is a clinical judgment.",
    clause="The rows of the guideline",
    blocks=True,
    field="indication.primary",
)
"""What the gaps of an indication have in common."""


def match_gaps(chart: Chart, match: Match) -> Iterator[Gap]:
    """What would decide a possible match, and the choice that is the physician's among several."""
    names = ", ".join(candidate.indication.name for candidate in match.concerned) or "every supported indication"
    for missing in match.missing:
        yield gap_of(missing, chart, "It decides whether the indication stands.", clause=f"The definition of: {names}")
    for candidate in match.concerned if match.status is Status.POSSIBLE else ():
        yield from _unreached(candidate)
        yield from _undeclared(candidate)
        yield from _row_not_held(candidate)
    known = [candidate.indication.id for candidate in match.candidates]
    for name in match.declared_in_vain:
        if name not in known:
            yield _unknown(name, known)
    if match.status is Status.POSSIBLE and not match.concerned:
        yield _unnamed()
    if match.status is Status.SEVERAL:
        yield _choice(match)


def _choice(match: Match) -> Gap:
    ids = [f"`{candidate.indication.id}`" for candidate in match.concerned]
    if len(ids) == 1:
        what = f"The case fits {match.concerned[0].indication.name}, and not what it declares."
        remedy = f"If that is to be treated, enter {ids[0]} under `indication.primary`; else correct what the case says."
    else:
        what = "The case fits more than one row of the guideline, or another than it declares."
        remedy = f"Choose, and enter it under `indication.primary`: {' or '.join(ids)}. The other goes under `also_present`."
    return replace(_PHYSICIANS, id="indication-choice", kind=GapKind.CONTRARY, what=what, remedy=remedy)


def _unknown(name: str, known: list[str]) -> Gap:
    # The name is the clerk's own and stays unprinted; those that it may have meant are ours.
    near = " or ".join(f"`{one}`" for one in closest(name, known))
    meant = f"Did you mean {near}? " if near else ""
    return replace(
        _PHYSICIANS,
        id="indication-unknown",
        kind=GapKind.CONTRARY,
        what="The case declares an indication that has no such name here.",
        remedy=f"{meant}`priorauth evidence search WORDS` finds the name to enter under `indication`.",
        reason="What is declared must be known, or the letter would leave it out.",
    )


def _unnamed() -> Gap:
    return replace(
        _PHYSICIANS,
        id="indication-unnamed",
        what="Nothing in the case says what is to be treated.",
        remedy="List the diagnoses with their codes under `diagnoses`, and enter the indication under `indication.primary` "
        "(`priorauth evidence search WORDS` finds its name).",
        reason="What must be shown depends on the indication.",
    )


def _undeclared(candidate: Candidate) -> Iterator[Gap]:
    """A code of the case agrees with a row that has no criteria here: only the physician can say that it is meant."""
    if candidate.indication.kind is IndicationKind.DECLARED and not candidate.declared:
        yield replace(
            _PHYSICIANS,
            id=f"undeclared-{candidate.indication.id}",
            what=f"A diagnosis code agrees with {candidate.indication.name}, and nobody has declared it as the indication.",
            remedy=f"If it is what is to be treated, enter `{candidate.indication.id}` under `indication.primary`, "
            "and your reasons under `narrative.rationale`.",
            reason="No criteria of this row are encoded here, so a letter rests on the physician’s declaration.",
        )


def _row_not_held(candidate: Candidate) -> Iterator[Gap]:
    """An edition of which only some rows are held, and not this one."""
    if not candidate.all_rows and candidate.indication.rows and candidate.edition.extent is Extent.PARTIAL:
        yield replace(
            _PHYSICIANS,
            id=f"row-not-held-{candidate.indication.id}",
            what=f"Of the {candidate.edition.name}, which was the latest on the day of the letter, only some rows are held here, "
            f"and not that of {candidate.indication.name}.",
            remedy="Write the letter as of a day on which a later edition was out, with `--as-of`.",
            owner=Owner.BILLING,
            reason="A rating is quoted from the edition that was out on the day of the letter, and from no other.",
            clause="The edition of the guideline",
        )


def _unreached(candidate: Candidate) -> Iterator[Gap]:
    """What the case says against the level that is nearest; no letter is near unless the case suggests the indication."""
    for leaf in lacking(candidate.nearest) if candidate.standing in {Standing.OPEN, Standing.HINTED} else ():
        if leaf.truth is Truth.NOT_MET:
            yield replace(
                _PHYSICIANS,
                id=f"unreached-{name_of(leaf)}",
                kind=GapKind.CONTRARY,
                what=f"{candidate.indication.title}: by what the case says, this is not met: {words_of(leaf)}.",
                remedy="Correct the case if the record says otherwise; else only a new result or finding changes the answer.",
                reason="It decides whether the indication stands.",
                clause=f"The definition of: {candidate.indication.name}",
                field=place_of(leaf),
            )
