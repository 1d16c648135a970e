"""`check` on cases from which things were forgotten: exactly the gaps that were written down by hand, by who must supply them.

The lists in thin_cases/ were written from the packs, before the program had seen the cases. One that differs is not
rewritten by a program: somebody decides who is right.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import run

CASES = Path(__file__).parent / "thin_cases"
NAMES = sorted(path.stem for path in CASES.glob("*.gaps"))
_HEADINGS = {True: "Needed before a letter can be written", False: "Worth adding; the letter can go out without"}
_OWNERS = {
    "physician": "The physician can supply",
    "laboratory": "The laboratory can supply",
    "billing": "The billing office can supply",
}
_FIRST = re.compile(r"as of (?P<as_of>[\d-]+), exit (?P<exit_code>\d+), (?P<status>\w+)")
_LINE = re.compile(r"    (?P<field>\S+) — (?P<what>.+) \[(?P<id>\S+)\]")

Group = tuple[str, str]
"""What a gap does, and who can supply it, in the words of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One list written by hand."""

    as_of: str
    exit_code: int
    status: str
    gaps: Mapping[Group, list[str]]
    """`field — what is wrong [id]`, sorted."""
    sentences: Mapping[Group, list[str]]
    """What is wrong, alone, sorted."""


def expected(name: str) -> Expected:
    """The list beside a case; a line that is neither heading nor gap fails the test."""
    first, *lines = (CASES / f"{name}.gaps").read_text(encoding="utf-8").splitlines()
    said = _FIRST.fullmatch(first)
    assert said, f"{name}.gaps does not begin with day, exit code and status"
    heading = owner = ""
    gaps: dict[Group, list[str]] = defaultdict(list)
    sentences: dict[Group, list[str]] = defaultdict(list)
    for line in filter(None, lines):
        found = _LINE.fullmatch(line)
        if found:
            gaps[heading, owner].append(line.strip())
            sentences[heading, owner].append(found["what"])
        elif line.startswith("  "):
            owner = line.strip().removesuffix(":")
            assert owner in _OWNERS.values(), line
        else:
            heading, owner = line, ""
            assert heading in _HEADINGS.values(), line
    return Expected(
        as_of=said["as_of"],
        exit_code=int(said["exit_code"]),
        status=said["status"],
        gaps={group: sorted(some) for group, some in gaps.items()},
        sentences={group: sorted(some) for group, some in sentences.items()},
    )


def bullets(page: str) -> dict[Group, list[str]]:
    """What stands under each heading and owner of the page, each entry on one line, sorted."""
    heading = owner = ""
    found: dict[Group, list[str]] = defaultdict(list)
    for line in page.splitlines():
        bare = re.sub(r" \(\d+\)$", "", line)
        if line and not line.startswith(" "):
            heading, owner = (bare, "") if bare in _HEADINGS.values() else ("", "")
        elif line.strip().removesuffix(":") in _OWNERS.values():
            owner = line.strip().removesuffix(":")
        elif heading and line.startswith("    - "):
            found[heading, owner].append(line.removeprefix("    - "))
        elif heading and line.startswith("      "):
            found[heading, owner][-1] += f" {line.strip()}"
    return {group: sorted(some) for group, some in found.items()}


def test_there_are_ten_thin_cases_each_with_its_list() -> None:
    assert len(NAMES) == 10
    assert sorted(path.stem for path in CASES.glob("*.yaml") if path.name != "practice.yaml") == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_check_gives_exactly_the_gaps_written_by_hand(name: str) -> None:
    by_hand = expected(name)
    result = run("check", CASES / f"{name}.yaml", "--as-of", by_hand.as_of, "--format", "json")
    assert result.exit_code == by_hand.exit_code, result.output
    found = json.loads(result.output)
    assert found["status"] == by_hand.status
    gaps: dict[Group, list[str]] = defaultdict(list)
    for gap in found["gaps"]:
        line = f"{gap['field']} — {gap['what']} [{gap['id']}]"
        gaps[_HEADINGS[gap["blocks"]], _OWNERS[gap["owner"]]].append(line)
    assert {group: sorted(some) for group, some in gaps.items()} == by_hand.gaps


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_each_gap_once_under_who_can_supply_it(name: str) -> None:
    by_hand = expected(name)
    result = run("check", CASES / f"{name}.yaml", "--as-of", by_hand.as_of)
    assert result.exit_code == by_hand.exit_code, result.output
    found = bullets(result.output)
    assert {group: len(some) for group, some in found.items()} == {group: len(some) for group, some in by_hand.sentences.items()}
    for group, sentences in by_hand.sentences.items():
        assert all(one.startswith(sentence) for one, sentence in zip(found[group], sentences, strict=True)), found[group]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_physician_laboratory_and_office_in_that_order_and_counts_them(name: str) -> None:
    by_hand = expected(name)
    page = run("check", CASES / f"{name}.yaml", "--as-of", by_hand.as_of).output
    headings = [heading for heading in _HEADINGS.values() if any(group[0] == heading for group in by_hand.gaps)]
    order = [(heading, owner) for heading in headings for owner in _OWNERS.values() if (heading, owner) in by_hand.gaps]
    assert list(bullets(page)) == order
    for heading in headings:
        count = sum(len(some) for group, some in by_hand.gaps.items() if group[0] == heading)
        assert f"{heading} ({count})\n" in page
