"""Which payer's policy a case is judged by, and how that was decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from priorauth.case.parts import Case, Coverage, LineOfBusiness
from priorauth.errors import CaseError, Problem
from priorauth.mistakes import closest
from priorauth.payers.models import GENERIC, Payer, Payers, Stances


class HowChosen(StrEnum):
    """What the choice of a payer rests on."""

    DECLARED = "declared"
    """The coverage in the case names it, by its id or as Original Medicare."""
    REQUESTED = "requested"
    """Asked for on the command line, and the coverage does not say otherwise."""
    FALLBACK = "fallback"
    """No folder of ours fits the coverage; the general standard stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPayer:
    """A payer for one case."""

    payer: Payer
    how: HowChosen
    stances: Stances
    inherited: Payer | None = None
    """The payer whose policies bind this one and are judged first."""

    unknown_id: bool = False
    """Whether the coverage names an id that is not loaded."""
    resembling: tuple[str, ...] = ()
    """Ids of loaded payers that a coverage without a loaded payer may mean; its clinic chooses, nobody guesses."""

    @property
    def lineage(self) -> tuple[Payer, ...]:
        """Whose policies decide, in the order in which they are judged."""
        return (self.inherited, self.payer) if self.inherited is not None else (self.payer,)

    @property
    def no_policy(self) -> str:
        """What is used where the general stand-in was chosen, in a sentence."""
        instead = "general standard is" if self.inherited is None else "national determination and the general standard are"
        return f"No policy of this payer is loaded; the {instead} used."


def choose_payer(payers: Payers, case: Case, requested: str | None = None) -> ChosenPayer:
    """The payer that the coverage declares, else the requested one, else the general stand-in.

    Raises `CaseError` with everything in the coverage that contradicts the choice, and for a requested
    payer that is not loaded.
    """
    declared = case.coverage.payer_id
    name = declared if requested is None else requested
    problems = list(_request_problems(payers, declared, requested))
    payer = payers.payers.get(name) if name is not None else None
    business = case.coverage.line_of_business
    if payer is None and business is LineOfBusiness.MEDICARE:
        payer = payers.original_medicare
    if payer is not None:
        contradicting = (_contradictions(payer, case.coverage), _names_another(payers, payer, case.coverage))
        problems += (*chain(*contradicting), *_faxes_another(payers, payer, case.coverage))
    if problems:
        raise CaseError("The payer and the coverage in the case contradict each other.", problems=problems)
    payer = payer or payers.generic
    inherited = _inherited(payers, payer, business)
    how = _how(payer, declared, requested)
    open_ = how is HowChosen.FALLBACK and GENERIC not in {declared, requested}
    return ChosenPayer(
        payer=payer,
        how=how,
        stances=payers.stances,
        inherited=inherited,
        unknown_id=open_ and declared is not None,
        resembling=_resembling(payers, case.coverage) if open_ else (),
    )


def _how(payer: Payer, declared: str | None, requested: str | None) -> HowChosen:
    if payer.id == GENERIC:
        return HowChosen.FALLBACK
    return HowChosen.REQUESTED if requested is not None and requested != declared else HowChosen.DECLARED


def _inherited(payers: Payers, payer: Payer, business: LineOfBusiness | None) -> Payer | None:
    """Whose policies come first: what the record says; for any Medicare Advantage plan the national determination."""
    if payer.inherits is not None:
        return payers.payers[payer.inherits]
    return payers.original_medicare if business is LineOfBusiness.MEDICARE_ADVANTAGE else None


def _request_problems(payers: Payers, declared: str | None, requested: str | None) -> Iterator[Problem]:
    if requested is None:
        return
    known = ", ".join(sorted(payers.payers))
    if declared is not None and requested != declared and not (requested == GENERIC and declared not in payers.payers):
        yield _problem("payer_id", "names another payer than `--payer`.", "Correct the one that is wrong.")
    elif requested not in payers.payers and requested != declared:
        what = "is not what `--payer` asks for, and that payer is not loaded."
        yield _problem("payer_id", what, f"Loaded are: {known}. Use `{GENERIC}` for any other.")


def _contradictions(payer: Payer, coverage: Coverage) -> Iterator[Problem]:
    """What the coverage says that this payer's folder does not stand for; what it does not say contradicts nothing."""
    business, state = coverage.line_of_business, coverage.state
    if payer.lines_of_business and business is not None and business not in payer.lines_of_business:
        meant = ", ".join(payer.lines_of_business)
        yield _problem(
            "line_of_business",
            f"is not one that `{payer.id}` stands for ({meant}): another policy decides.",
            f"Correct it, or use the payer id for that line of business; `{GENERIC}` if none is loaded.",
        )
    if state is not None and not payer.covers(state):
        yield _problem(
            "state",
            f"is not one that `{payer.id}` stands for ({payer.states_in_words}): another policy decides.",
            f"Correct it, or use the payer id for that state; `{GENERIC}` if none is loaded.",
        )


def _names_another(payers: Payers, payer: Payer, coverage: Coverage) -> Iterator[Problem]:
    """A name that is another loaded payer's; `generic` stands for any, and two folders may share an entity."""
    name = _compared(coverage.payer_name or "")
    if payer.id == GENERIC or name in _names_of(payer):
        return
    others = [other.id for other in payers.payers.values() if name in _names_of(other)]
    if others:
        what = f"is the name of another loaded payer ({', '.join(others)}), not of `{payer.id}`."
        yield _problem("payer_name", what, "Look at the member card, and correct the name or `coverage.payer_id`.")


def _faxes_another(payers: Payers, payer: Payer, coverage: Coverage) -> Iterator[Problem]:
    """A fax number that is known as another payer's: sending there would tell a stranger of the patient."""
    number = _digits(coverage.fax or "")
    if not number or payer.id == GENERIC or number in _numbers_of(payer):
        return
    others = [other.id for other in payers.payers.values() if number in _numbers_of(other)]
    if others:
        what = f"is known as the number of another payer ({', '.join(others)}), not of `{payer.id}`."
        yield _problem("fax", what, "Ask this plan for its own number, and enter that; never another plan’s.")


def _numbers_of(payer: Payer) -> set[str]:
    return {_digits(channel.number) for channel in payer.submission.channels if channel.number is not None}


def _digits(number: str) -> str:
    """The ten digits that are dialed in this country, without an extension."""
    return "".join(filter(str.isdigit, re.split("[xe]", number, maxsplit=1)[0]))[-10:]


def _resembling(payers: Payers, coverage: Coverage) -> tuple[str, ...]:
    """The loaded payers that nothing in the coverage speaks against and whose name or id is like the payer's, by id."""
    name = _compared(coverage.payer_name or "").split()
    near = closest(coverage.payer_id, payers.payers) if coverage.payer_id is not None else ()
    alike = [
        payer
        for payer in payers.payers.values()
        if payer.id != GENERIC and (payer.id in near or any(_begin_alike(name, known.split()) for known in _names_of(payer)))
    ]
    return tuple(sorted(payer.id for payer in alike if not any(_contradictions(payer, coverage))))


def _begin_alike(some: Sequence[str], others: Sequence[str]) -> bool:
    length = min(len(some), len(others))
    return length > 0 and some[:length] == others[:length]


def _names_of(payer: Payer) -> set[str]:
    return {_compared(payer.name), _compared(payer.entity)}


def _compared(name: str) -> str:
    return " ".join(name.split()).casefold()


def _problem(field: str, what: str, remedy: str) -> Problem:
    return Problem(file="the case", field=f"coverage.{field}", what=what, remedy=remedy)
