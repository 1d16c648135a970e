"""The letter of an invented patient to one payer, to see what its record makes of it; never a draft that can be signed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from priorauth.documents import Data, load
from priorauth.drafts.folder import LETTER_HTML, LETTER_PDF
from priorauth.drafts.loading import ClinicPack, with_clinic
from priorauth.drafts.order import Order, read_and_review
from priorauth.drafts.pipeline import make
from priorauth.drafts.sources import Sources
from priorauth.errors import BlockedError
from priorauth.packs import data_folder
from priorauth.payers.models import Payer
from priorauth.reasoning.review import Review

EXAMPLES: Mapping[str, str] = {
    "caps": "caps",
    "ttp-immune": "ttp",
    "sle-npsle": "npsle",
    "sle-dah": "dah",
    "sle-tma": "ln-tma",
    "sle-severe-other": "sle-myocarditis",
}
"""For each indication of a letter the sample whose invented patient has it."""

_WRITTEN_ON = date(2026, 11, 22)
"""The samples' own date of writing: their patients fell ill in the days before."""
_LETTERHEAD = "EXAMPLE ONLY: invented clinic, invented patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a payer's record makes of an invented case."""

    pdf: bytes
    policy: tuple[str, ...]
    """The letter's section on the policy: its heading, its sentences, and each row with its cells parted by ` | `."""
    not_in_force: bool
    """Whether the payer has a policy that was read, and none that held on the invented date of service."""


def preview(payer: Payer, indication: str, *, sources: Sources, clinic: ClinicPack | None) -> Preview:
    """The example letter to this payer; raises what making a letter raises, and `BlockedError` where none can be made."""
    packs = with_clinic(sources.packs, clinic)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        order = _order(folder, payer, indication)
        # The packs are whole already: the clinic's own stand in them.
        reviewed = replace(read_and_review(order, packs), clinic=clinic)
        if reviewed.review.exit_code:
            raise BlockedError(_blocked(reviewed.review, payer))
        made = make(reviewed, replace(sources, packs=packs), order=order, folder=folder / "draft")
    section = _Section()
    section.feed(made.files[LETTER_HTML].decode())
    assessment = reviewed.review.assessment
    missing = assessment is not None and assessment.policy is None and bool(payer.policies_read)
    return Preview(pdf=made.files[LETTER_PDF], policy=tuple(section.blocks), not_in_force=missing)


def _order(folder: Path, payer: Payer, indication: str) -> Order:
    """The invented case, laid in a folder with this payer as its coverage."""
    samples = data_folder("samples")
    case = load(samples / EXAMPLES[indication] / "case.yaml").data
    practice = load(samples / "practice.yaml").data
    case["coverage"] = _fitting(case["coverage"], payer)
    practice["name"] = _LETTERHEAD
    # The foot of every page names the member.
    case["member"]["name"]["family"] += " (invented)"
    practice.pop("packs", None)
    for name, content in (("case.json", case), ("practice.json", practice)):
        (folder / name).write_text(_as_json(content), encoding="utf-8")
    return Order(case=folder / "case.json", as_of=_WRITTEN_ON, practice=folder / "practice.json")


def _coverage(payer: Payer) -> dict[str, Data]:
    found: dict[str, Data] = {"payer_id": payer.id, "payer_name": payer.name, "plan": "Example plan"}
    if payer.lines_of_business:
        found["line_of_business"] = str(payer.lines_of_business[0])
    if payer.states:
        found["state"] = payer.states[0]
    return found


def _fitting(coverage: dict[str, Data], payer: Payer) -> dict[str, Data]:
    """The sample's coverage made this payer's; what cannot fit is left out."""
    found = {**coverage, **_coverage(payer)}
    return {name: one for name, one in found.items() if name != "state" or payer.covers(one)}


def _as_json(data: Data) -> str:
    return json.dumps(data, ensure_ascii=False)


def _blocked(found: Review, payer: Payer) -> str:
    gaps = "".join(f"\n  {gap.what} {gap.remedy}" for gap in found.gaps.blocking)
    return f"The invented case does not satisfy what the record of {payer.id} needs before a letter is written:{gaps}"


class _Section(HTMLParser):
    """Reads the section on the policy as text, and with it every sentence elsewhere that comes from the payer's record."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._inside = False
        self._cites = False
        self._text = ""
        self._cells: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin where the section begins, or a block."""
        if tag in {"h1", "h2", "p", "td", "th", "address"}:
            self._text = ""
        sources = dict(attrs).get("data-from") or ""
        self._cites = self._cites or any(one.startswith(("payer:", "stance:")) for one in sources.split())
        if tag == "section" and ("class", "policy") in attrs:
            self._inside = True
        elif tag == "tr":
            self._cells = []
        elif tag in {"br", "sup"}:
            self._text += " "

    def handle_endtag(self, tag: str) -> None:
        """Note a cell, a row, a sentence or the end of the section."""
        if tag in {"td", "th"} and self._cells is not None:
            self._cells.append(self._taken())
        elif tag == "tr" and self._cells is not None:
            self._note(" | ".join(cell for cell in self._cells if cell))
            self._cells = None
        elif tag in {"h2", "p"}:
            self._note(self._taken())
        elif tag == "section":
            self._inside = False

    def handle_data(self, data: str) -> None:
        """Gather the text of a block."""
        self._text += data

    def _taken(self) -> str:
        text, self._text = " ".join(self._text.split()), ""
        return text

    def _note(self, text: str) -> None:
        if text and (self._inside or self._cites):
            self.blocks.append(text)
        self._cites = False
