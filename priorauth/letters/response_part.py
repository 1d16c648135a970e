"""What the sessions given so far achieved: the deciding results from before the first exchange to the latest after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from priorauth.criteria.chart import Result
from priorauth.letters.letter import ResponsePart
from priorauth.letters.quote import Phrase, Quoter, places_of
from priorauth.reasoning.match import Match


def compose_response(quoter: Quoter, match: Match) -> ResponsePart:
    """What was authorized and used, what changed since the first exchange, and what more sessions are for."""
    results = tuple(_results(quoter, match))
    return ResponsePart(
        authorized=quoter.field("authorization", "units_authorized"),
        used=quoter.field("authorization", "units_used"),
        results=results,
        places=places_of(phrase for pair in results for phrase in pair),
        goal=quoter.field("plan", "goal"),
    )


def _results(quoter: Quoter, match: Match) -> Iterator[tuple[Phrase, Phrase]]:
    """The deciding results of the indications, or else whatever was measured before and after."""
    indications = tuple(one.indication for one in (match.chosen, *match.also_present) if one is not None)
    deciding = dict.fromkeys(fact for one in indications for fact in one.deciding_results)
    pairs = [pair for fact in deciding if (pair := _pair(quoter, fact)) is not None]
    others = (fact for fact in quoter.case.facts if fact not in deciding)
    yield from pairs or [pair for fact in others if (pair := _pair(quoter, fact)) is not None]


def _pair(quoter: Quoter, fact: str) -> tuple[Phrase, Phrase] | None:
    results = quoter.chart.all_results(fact)
    before = [one for one in results if _after(quoter, one) is False]
    after = [one for one in results if _after(quoter, one) is True]
    if not before or not after:
        return None
    first, last = quoter.phrase(before[-1].location), quoter.phrase(after[-1].location)
    return first, replace(last, name=None)


def _after(quoter: Quoter, result: Result) -> bool | None:
    """Whether it was taken after the first exchange; `None` where the case leaves it open."""
    observation, exchange = result.observation, quoter.case.exchange
    if observation.before_first_exchange is not None:
        return not observation.before_first_exchange
    if exchange is None or observation.taken is None:
        return None
    if observation.taken.is_before(exchange.first_started_at):
        return False
    return True if exchange.first_started_at.is_before(observation.taken) else None
