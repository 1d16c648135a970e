"""A report criterion by criterion, as `explain` prints it."""

from __future__ import annotations

from collections.abc import Iterator

from priorauth.cli.page import paragraph, rating_words
from priorauth.criteria.truth import Truth
from priorauth.drafts.findings import Seen
from priorauth.drafts.report import Report, Standpoint
from priorauth.reasoning.match import Standing

_TRUTHS = {Truth.MET: "Met", Truth.NOT_MET: "Not met", Truth.UNKNOWN: "Unknown"}
_STANDINGS = {
    Standing.FITS: "fits",
    Standing.OPEN: "recognized, but not yet established",
    Standing.HINTED: "declared or coded; the case says too little to recognize it",
    Standing.EXCLUDED: "a finding points away from it",
}
_MARK = 9


def explained(found: Report) -> str:
    """Every indication that the case suggests, declares or rules out, with all its criteria."""
    head = [f"{found.case_id}: {found.status}" + (f", {found.wording}" if found.wording else "")]
    if not found.candidates:
        head.append("Nothing in the case suggests an indication that is known here.")
    blocks = [head, *(list(_standpoint(one)) for one in found.candidates)]
    policy = [line for one in found.findings if one.about.startswith("payer") for line in _finding(one, 1)]
    if policy:
        blocks.append([f"What {found.payer.name} asks", *policy])
    if found.notice:
        blocks.append(paragraph(found.notice))
    return "\n\n".join("\n".join(block) for block in blocks)


def _standpoint(one: Standpoint) -> Iterator[str]:
    declared = "; declared in the case" if one.declared else ""
    yield from paragraph(f"{one.title} ({one.indication}): {_STANDINGS[one.standing]}{declared}", "  ", "")
    if one.asfa:
        yield from paragraph(rating_words(one.asfa), "  ")
    heading = ""
    for finding in one.findings:
        if finding.about != heading:
            heading = finding.about
            yield f"  {_HEADINGS.get(heading) or heading.replace('level:', 'To be').capitalize()}"
        yield from _finding(finding, 2)


_HEADINGS = {"recognized": "What makes it worth considering", "points away": "What would point away from it"}


def _finding(finding: Seen, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield from paragraph(finding.text, f"{indent}{'':{_MARK}}", f"{indent}{_TRUTHS[finding.truth]:<{_MARK}}")
    if finding.parts:
        for part in finding.parts:
            yield from _finding(part, depth + 1)
        return
    for fact in finding.facts:
        yield from paragraph(f"{fact.name}: {fact.place}", f"{indent}{'':{_MARK + 4}}", f"{indent}{'':{_MARK + 2}}")
    for missing in finding.missing:
        yield from paragraph(missing, f"{indent}{'':{_MARK + 4}}", f"{indent}{'':{_MARK + 2}}")
