"""A report as a person reads it in a terminal, 80 columns wide."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from priorauth.drafts.report import Reference, Report, as_plain
from priorauth.errors import ExitCode
from priorauth.facts import Owner
from priorauth.payers.choice import HowChosen
from priorauth.payers.clocks import Limit
from priorauth.reasoning.gaps import Gap, GapKind
from priorauth.reasoning.match import Standing, Status

WIDTH = 79
_LABEL = 14
_OWNERS = {Owner.PHYSICIAN: "The physician", Owner.LABORATORY: "The laboratory", Owner.BILLING: "The billing office"}
_STATUSES = {
    Status.SEVERAL: "another indication fits than the declared one, or more than one: the physician chooses",
    Status.POSSIBLE: "possible: what would decide it is missing or not met",
    Status.NONE: "no supported indication",
}


def as_json(found: Report) -> str:
    """The report for scripts."""
    return json.dumps(as_plain(found), indent=2, ensure_ascii=False)


def verdict(found: Report) -> str:
    """What `check` prints, and `letter` when it writes nothing."""
    return _joined(
        [f"{found.case_id}: {_answer(found)}"],
        _summary(found),
        _deadlines(found),
        _refusal(found),
        _gaps([gap for gap in found.gaps if gap.blocks], _needed(found)),
        _gaps([gap for gap in found.gaps if not gap.blocks], "Worth adding; the letter can go out without"),
        _against(found.contrary) if found.status is not Status.POSSIBLE or len(found.concerned) == 1 else [],
        paragraph(found.notice) if found.notice else [],
    )


def written(found: Report, folder: Path) -> str:
    """What `letter` prints when it wrote a draft."""
    return _joined(
        [f"{found.case_id}: draft written to {folder}"],
        _summary(found),
        _deadlines(found),
        _gaps(found.gaps, "Worth adding before it goes out"),
        _against(found.contrary),
        [
            "Read review.pdf and letter.pdf. Then the requesting physician signs:",
            f"  priorauth sign {folder} --ink --name NAME --npi NPI",
        ],
    )


def paragraph(text: str, indent: str = "", first: str | None = None) -> list[str]:
    """The text wrapped to the page; `first` stands before its first line."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _answer(found: Report) -> str:
    if found.exit_code == ExitCode.DONE:
        return "the letter can be written."
    if found.exit_code == ExitCode.BLOCKED:
        return "no letter yet."
    if _for_another_procedure(found):
        return "no letter: the guideline rates another procedure in it."
    return (
        "no letter: the case belongs to another row of the guideline."
        if found.belongs_to
        else "no letter: no supported indication."
    )


def _for_another_procedure(found: Report) -> bool:
    """Whether the case would fit, had it asked for another procedure."""
    standings = [one.standing for one in found.candidates if one.indication in found.concerned]
    return Standing.OTHER_MODALITY in standings and Standing.INEFFECTIVE not in standings and bool(found.belongs_to)


def _joined(*blocks: Iterable[str]) -> str:
    texts = ["\n".join(block) for block in blocks]
    return "\n\n".join(text for text in texts if text)


def _summary(found: Report) -> list[str]:
    lines = _labeled("Status", _STATUSES.get(found.status, found.status))
    if found.wording:
        lines += _labeled("Indication", f"{found.wording} ({found.indication})")
    if found.asfa:
        lines += _labeled("ASFA", found.asfa.words)
    lines += [line for one in found.also_present for line in _labeled("Also present", one)]
    for one in found.candidates if found.status in {Status.SEVERAL, Status.POSSIBLE} else ():
        if one.indication in found.concerned:
            row = f": {one.asfa.words}" if one.asfa else ""
            lines += _labeled("Considered", f"{one.title} ({one.indication}){row}")
    lines += _labeled("Payer", _payer_words(found))
    for unmet in found.payer.not_met:
        lines += _labeled("Not met", f"{unmet}. The letter says so." if found.exit_code == ExitCode.DONE else unmet)
    return lines


def _payer_words(found: Report) -> str:
    payer = found.payer
    if payer.chosen_because == HowChosen.FALLBACK:
        return "no policy of this payer is loaded; the general standard is used"
    return f"{payer.name}. {payer.policy}: {payer.stance.replace('_', ' ')}" if payer.policy and payer.stance else payer.name


def _labeled(label: str, text: str) -> list[str]:
    return paragraph(text, " " * _LABEL, f"{label:<{_LABEL}}")


_LIMITS = {Limit.DECISION: "Decision due", Limit.FILING: "Appeal due"}


def _deadlines(found: Report) -> list[str]:
    return [line for one in found.deadlines for line in _labeled(_LIMITS[Limit(one.limits)], f"{one.words} ({one.rule})")]


def _refusal(found: Report) -> list[str]:
    if found.exit_code != ExitCode.NOT_SUPPORTED:
        return []
    lines = ["Why", *_listed(found.reasons)]
    if found.belongs_to:
        rated = "How the guideline rates it" if _for_another_procedure(found) else "Where it belongs in the guideline"
        lines += ["", rated]
        lines += _listed(row.words for row in found.belongs_to)
    if found.would_change:
        lines += ["", "What would change the answer", *_listed(found.would_change)]
    return lines


def _needed(found: Report) -> str:
    refused = found.exit_code == ExitCode.NOT_SUPPORTED
    return "What the case says against itself, whatever the answer" if refused else "Needed before a letter can be written"


def _listed(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in paragraph(text, "    ", "  - ")]


def _gaps(gaps: Sequence[Gap], heading: str) -> list[str]:
    lines = [f"{heading} ({len(gaps)})"] if gaps else []
    for owner, name in _OWNERS.items():
        owned = [gap for gap in gaps if gap.owner is owner]
        lines += ["", f"  {name} can supply:"] if owned else []
        lines += [line for gap in owned for line in _gap(gap)]
    return lines


def _gap(gap: Gap) -> Iterator[str]:
    yield from paragraph(gap.what, "      ", "    - ")
    if gap.kind is GapKind.CONTRARY and gap.field not in gap.remedy:
        yield from paragraph(f"`{gap.field}`: {gap.reason}", "      ")
    yield from paragraph(gap.remedy, "      ")


def _against(references: Sequence[Reference]) -> list[str]:
    lines = ["Evidence that speaks against"] if references else []
    for one in references:
        lines += paragraph(" ".join(part for part in (one.text, one.caveat, one.answer) if part), "    ", "  - ")
        lines += [line for reference in one.references for line in paragraph(reference, "      ")]
    return lines
