"""A case under review: matched, assessed, checked; pure, and the same for every command."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from priorauth.case.parts import Case
from priorauth.criteria.chart import Chart
from priorauth.errors import ExitCode
from priorauth.evidence.models import Evidence
from priorauth.facts import Vocabulary
from priorauth.payers.choice import ChosenPayer, choose_payer
from priorauth.payers.models import Payers
from priorauth.payers.requirements import Rules
from priorauth.reasoning.agreement import agreement_gaps
from priorauth.reasoning.assess import Assessment, assess
from priorauth.reasoning.clocks import Deadline, clocks
from priorauth.reasoning.completeness import check_completeness
from priorauth.reasoning.gaps import GapKind, Gaps, gather
from priorauth.reasoning.match import Match, Status, match
from priorauth.reasoning.staleness import find_stale


@dataclass(frozen=True, slots=True, kw_only=True)
class Packs:
    """Everything we know that is not in a case."""

    vocabulary: Vocabulary
    evidence: Evidence
    payers: Payers
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a case comes to."""

    chart: Chart
    match: Match
    payer: ChosenPayer
    assessment: Assessment | None
    """`None` unless the match writes a letter."""
    gaps: Gaps
    """Of a refused case only what it says against itself."""
    deadlines: tuple[Deadline, ...]
    """By when the payer must decide, and until when an appeal may be filed; empty where no verified rule is known."""
    accepted_stale: tuple[str, ...]
    """What would block for its age, and was let pass by name."""

    @property
    def exit_code(self) -> ExitCode:
        """What `letter` ends with for this case, as long as the page can be made."""
        if self.match.status is Status.NONE:
            return ExitCode.NOT_SUPPORTED
        if not self.match.status.writes_letter or self.gaps.blocking:
            return ExitCode.BLOCKED
        return ExitCode.DONE


def review(
    case: Case,
    packs: Packs,
    *,
    as_of: date,
    requested_payer: str | None = None,
    accept_stale: Collection[str] = (),
    time_zone: str | None = None,
) -> Review:
    """The review of this case on this day.

    `accept_stale` names what may be older than its review age; `time_zone` is that of the clinic.
    Raises `CaseError` when the requested payer contradicts the coverage; nothing else.
    """
    chart = Chart(case=case, vocabulary=packs.vocabulary, as_of=as_of)
    found = match(chart, packs.evidence)
    payer = choose_payer(packs.payers, case, requested_payer)
    assessment = assess(chart, indication=found.indication, chosen=payer) if found.indication else None
    incomplete = check_completeness(chart, match=found, payer=payer, assessment=assessment, rules=packs.rules)
    # Nothing goes out on a refused case, so that nothing of it can be late or outdated.
    refused = found.status is Status.NONE
    stale = find_stale(chart, edition=packs.evidence.edition, assessment=assessment, rules=packs.rules, accepted=accept_stale)
    stale = () if refused else stale
    gaps = gather((*incomplete, *agreement_gaps(case, found), *(one.gap for one in stale)))
    return Review(
        chart=chart,
        match=found,
        payer=payer,
        assessment=assessment,
        # What is merely not there cannot change a refusal that stands; what contradicts itself may be the slip behind it.
        gaps=Gaps(gap for gap in gaps if gap.kind is GapKind.CONTRARY and gap.blocks) if refused else gaps,
        deadlines=() if refused else clocks(case, packs.rules.clocks, as_of=as_of, time_zone=time_zone),
        accepted_stale=tuple(one.name for one in stale if one.accepted),
    )
