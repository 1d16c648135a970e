"""A report criterion by criterion, as `explain` prints it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from priorauth.cli.page import paragraph
from priorauth.criteria.truth import Truth
from priorauth.drafts.findings import FactSeen, Seen
from priorauth.drafts.report import Report, Standpoint
from priorauth.evidence.models import Level
from priorauth.reasoning.match import Standing

_TRUTHS = {Truth.MET: "Met", Truth.NOT_MET: "Not met", Truth.UNKNOWN: "Unknown"}
_STANDINGS = {
    Standing.FITS: "fits",
    Standing.OTHER_MODALITY: "would fit, but the guideline rates another procedure in it",
    Standing.INEFFECTIVE: "would fit, but the guideline calls the procedure ineffective or harmful in it",
    Standing.RECOGNIZED: "recognized, but no letter rests on that alone",
    Standing.OPEN: "recognized, but not yet established",
    Standing.HINTED: "declared or coded, but the case says too little to recognize it",
    Standing.EXCLUDED: "a finding points away from it",
}
_MARK = 9
"""Width of the column of met, not met and unknown."""


def explained(found: Report) -> str:
    """Every indication that the case suggests, declares or rules out, with all its criteria."""
    head = paragraph(f"{found.case_id}: {found.status}" + (f", {found.wording}" if found.wording else ""), "  ", "")
    head += paragraph(f"Lines are those of {found.file}.")
    if not found.candidates:
        head.append("Nothing in the case suggests an indication that is known here.")
    blocks = [head, *(list(_Tree(found.file).standpoint(one)) for one in found.candidates)]
    asked = [one for one in found.findings if one.about.startswith("payer")]
    if asked:
        blocks.append([f"What {found.payer.name} asks", *_Tree(found.file).findings(asked, 1)])
    if found.notice:
        blocks.append(paragraph(found.notice))
    return "\n\n".join("\n".join(block) for block in blocks)


def _headings(one: Standpoint) -> dict[str, str]:
    """What each kind of finding is called; levels weaker than the one reached decide nothing and are left out."""
    levels = list(Level)
    looked_at = levels[: levels.index(one.level) + 1] if one.level else levels
    return {
        "recognized": "What makes it worth considering",
        **{f"level: {level}": f"What makes it {level}" for level in looked_at},
        "points away": "What would point away from it",
    }


@dataclass(slots=True)
class _Tree:
    """Prints findings; a criterion that was printed before is named again without its facts."""

    file: str
    shown: set[str] = field(default_factory=set)

    def standpoint(self, one: Standpoint) -> Iterator[str]:
        """One indication."""
        declared = "; declared in the case" if one.declared else ""
        yield from paragraph(f"{one.title} ({one.indication}): {_STANDINGS[one.standing]}{declared}", "  ", "")
        rated = one.refusal or (one.asfa.words if one.asfa else None)
        if rated:
            yield from paragraph(rated, "  ")
        for heading, words in _headings(one).items():
            under = [finding for finding in one.findings if finding.about == heading]
            if under:
                yield f"  {words}"
                yield from self.findings(under, 2)

    def findings(self, findings: list[Seen], depth: int) -> Iterator[str]:
        """Some findings, each with its parts."""
        for finding in findings:
            yield from self._finding(finding, depth)

    def _finding(self, finding: Seen, depth: int) -> Iterator[str]:
        indent = "  " * depth
        again = finding.id is not None and finding.id in self.shown
        text = f"{finding.text} (see above)" if again else finding.text
        yield from paragraph(text, f"{indent}{'':{_MARK}}", f"{indent}{_TRUTHS[finding.truth]:<{_MARK}}")
        if again:
            return
        if finding.id is not None:
            self.shown.add(finding.id)
        if finding.parts:
            yield from self.findings(list(finding.parts), depth + 1)
            return
        for line in (*self._places(finding.facts), *finding.missing):
            yield from paragraph(line, f"{indent}{'':{_MARK + 2}}")

    def _places(self, facts: tuple[FactSeen, ...]) -> Iterator[str]:
        """Each fact once, with all its places."""
        for name in dict.fromkeys(fact.name for fact in facts):
            places = [self._place(fact) for fact in facts if fact.name == name]
            yield f"{name}: {', '.join(places)}"

    def _place(self, fact: FactSeen) -> str:
        return f"line {fact.line}" if fact.file == self.file else f"{fact.file}:{fact.line}"
