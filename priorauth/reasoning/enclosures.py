"""Whether what decides is dated and enclosed with its page, or attested; and which other records are enclosed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from priorauth.case.parts import Case, LineTiming, Observation, ServiceRole
from priorauth.criteria.chart import Chart, Location
from priorauth.facts import FactDefinition, FactKind, Owner
from priorauth.mistakes import path_of
from priorauth.reasoning.gaps import Gap, GapKind

_REASON = "A reviewer believes what is enclosed, and looks for the page."
_CLAUSE = "What reviewers ask of any letter"


def enclosure_gaps(chart: Chart, deciding: Iterable[Location], *, undated_blocks: bool = False) -> Iterator[Gap]:
    """A gap for each deciding fact or therapy that names no record; other places of a case need none.

    With `undated_blocks` a fact without its date or page blocks, as where it answers a denial.
    """
    for place in deciding:
        match place:
            case ("facts", str(fact), int(position), *_):
                observation = chart.case.facts[fact][position]
                for gap in _fact_gaps(chart.case, chart.definition(fact), observation, place):
                    yield replace(gap, blocks=gap.blocks or (undated_blocks and not observation.pending))
            case ("therapies", "tried", int(position), *_):
                if chart.case.therapies.tried[position].exhibit is None:
                    what = "A therapy on which a criterion rests names no exhibit."
                    yield _gap("therapy-enclosed", what, place, "exhibit", owner=Owner.PHYSICIAN, blocks=False)
            case _:
                pass


def record_gaps(case: Case) -> Iterator[Gap]:
    """A gap for each record that belongs to a request of this kind and is not enclosed."""
    for position, line in enumerate(case.services):
        given = line.role is ServiceRole.EXCHANGE and line.timing is LineTiming.DELIVERED
        if given and line.exhibit is None:
            what = "The apheresis record of sessions already given is not enclosed."
            yield _gap("session-record", what, ("services", position), "exhibit", owner=Owner.BILLING, blocks=False)
    for position, denial in enumerate(case.denials if case.request.kind.is_appeal else ()):
        if denial.exhibit is None:
            what = "The payer’s letter of denial is not enclosed."
            yield _gap("denial-letter", what, ("denials", position), "exhibit", owner=Owner.BILLING, blocks=False)
    for position, one in enumerate(case.other_findings):
        if one.page is None and not _is_single_page(case, one.exhibit):
            what = "A finding beside the vocabulary: the page of the exhibit is missing."
            yield _gap("finding-page", what, ("other_findings", position), "page", owner=Owner.BILLING, blocks=False)


def _fact_gaps(case: Case, definition: FactDefinition, observation: Observation, place: Location) -> Iterator[Gap]:
    name = definition.name[:1].upper() + definition.name[1:]
    if observation.taken is None and definition.kind is not FactKind.DATE:
        yield _gap("fact-dated", f"{name}: no date.", place, "taken", owner=definition.owner, blocks=False)
    if observation.exhibit is not None:
        if observation.page is None and not _is_single_page(case, observation.exhibit):
            what = f"{name}: the page of the exhibit is missing."
            yield _gap("fact-page", what, place, "page", owner=Owner.BILLING, blocks=False)
    elif definition.attested:
        if observation.attested_by is None:
            what = f"{name}: this is a bedside judgment, and nobody attests it."
            yield _gap("fact-attested", what, place, "attested_by", owner=Owner.PHYSICIAN, blocks=True)
    else:
        what = f"{name}: no enclosed record shows this."
        # What is still pending has no report; an order or collection record would do, and none is no obstacle.
        yield _gap("fact-enclosed", what, place, "exhibit", owner=definition.owner, blocks=not observation.pending)


def _is_single_page(case: Case, exhibit: str) -> bool:
    return any(one.id == exhibit and one.pages == 1 for one in case.exhibits)


_REMEDIES = {
    "exhibit": "Add the record under `exhibits`, and its id under `{field}` with the page.",
    "page": "Look up the page and enter it under `{field}`.",
    "taken": "Enter the day on which it was drawn or seen under `{field}`.",
    "attested_by": "Let the physician attest it and enter the key under `{field}`, or name the exhibit that shows it.",
}


def _gap(name: str, what: str, place: Location, detail: str, *, owner: Owner, blocks: bool) -> Gap:
    field = f"{path_of(place)}.{detail}"
    return Gap(
        id=name,
        kind=GapKind.INCOMPLETE,
        what=what,
        remedy=_REMEDIES[detail].format(field=field),
        owner=owner,
        reason=_REASON,
        clause=_CLAUSE,
        blocks=blocks,
        field=field,
    )
