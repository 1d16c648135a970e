"""An invented sample sent to any payer of the pack: its review, and the letter's text on the policy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from priorauth.drafts.loading import load_packs
from priorauth.drafts.order import Order, Reviewed, read_and_review
from priorauth.letters.compose import compose
from priorauth.letters.fill import fill
from priorauth.packs import data_folder
from priorauth.payers.models import Payer
from tests.commands import SAMPLES
from tests.letter_text import blocks_of

AS_OF = date(2026, 11, 20)
LETTERS = Path(__file__).parent / "payer_letters"
SUPPORTED = ("caps", "ttp-immune", "sle-npsle", "sle-dah", "sle-tma", "sle-severe-other")


@cache
def overlays() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((LETTERS / "overlays.yaml").read_text(encoding="utf-8"))
    return read


Change = Callable[[dict[str, Any]], object]


def unchanged(_: dict[str, Any]) -> None:
    """Leaves the content of a sample as it is."""


def sent_to(payer: Payer, indication: str, folder: Path, *, change: Change = unchanged) -> Reviewed:
    """The review of the sample of this indication, changed as asked, when its coverage is this payer's."""
    shutil.copy(SAMPLES / "practice.yaml", folder / "practice.yaml")
    path = folder / "case.yaml"
    content = _content(payer, indication)
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return read_and_review(Order(case=path, as_of=AS_OF), load_packs())


def _content(payer: Payer, indication: str) -> dict[str, Any]:
    sample = SAMPLES / overlays()["samples"][indication] / "case.yaml"
    content: dict[str, Any] = yaml.load(sample.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # builds text only
    coverage = content["coverage"]
    coverage |= {"payer_id": payer.id, "payer_name": payer.name, "state": payer.states[0] if payer.states else "PA"}
    if payer.lines_of_business:
        coverage["line_of_business"] = str(payer.lines_of_business[0])
    if coverage["line_of_business"] != "commercial":
        coverage.pop("funding", None)
    content["facts"] |= overlays()["facts"].get(f"{payer.id}--{indication}", {})
    return content


def html_of(reviewed: Reviewed) -> str:
    """The letter as it is filled, before it is printed."""
    letter = compose(reviewed.review, reviewed.file, reviewed.packs)
    return fill(data_folder("templates"), letter.template, letter=letter)


def policy_text(html: str) -> tuple[str, ...]:
    """The title and all that stands on the policy, block by block."""
    blocks = blocks_of(html)
    title = next(place for place, block in enumerate(blocks) if block.startswith("# "))
    table = next(place for place, block in enumerate(blocks) if block.startswith("Member | "))
    start = next(place for place, block in enumerate(blocks) if place > table and block.startswith("# "))
    end = next(place for place, block in enumerate(blocks) if place > start and block.startswith("# "))
    return (*blocks[title:table], *blocks[start:end])
