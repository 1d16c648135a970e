"""Makes the compact code list of payers/icd-10-cm from CDC's tabular list and its list of all codes.

    python tools/icd10cm.py CODES.txt TABULAR.xml --name fy2026

CODES.txt has one code a line, headers too, without point; names of sections between them are passed over.

Writes `NAME-codes.txt` and `NAME-excludes1.txt` beside `NAME.yaml`, and prints the counts and digests
that belong into that file. Nothing of the program runs this; payers/icd-10-cm/README.md says when to.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / "payers" / "icd-10-cm"
_CATEGORY = 3
"""Characters of a category, which is the shortest code."""
_CODE = r"[A-Z](?=[0-9A-Z]?\d)[0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?"
_OPEN = r"(?:\.?-(?![0-9A-Z]))?"
"""The hyphen of `J20.-`, which stands for every code below, and not that of a range."""
_UNDOTTED = re.compile(_CODE.replace(r"\.", ""))
_ITEM = rf"{_CODE}{_OPEN}"
_SEVERAL = re.compile(rf"\s*{_ITEM}(?:\s*-\s*{_ITEM})?(?:(?:,|\s+or)\s*{_ITEM}(?:\s*-\s*{_ITEM})?)*,?\s*")
_ONE = re.compile(rf"({_CODE}){_OPEN}(?:\s*-\s*({_CODE}){_OPEN})?")
_RANGE = re.compile(rf"\(({_CODE})-({_CODE})\)\s*$")


def billable_codes(listed: list[str]) -> list[str]:
    """The codes of a list that holds headers too, without them: those below which no other is listed."""
    headers = {code[:length] for code in listed for length in range(_CATEGORY, len(code))}
    return sorted(set(listed) - headers)


def as_line(category: str, codes: list[str]) -> str:
    """The category with `stem:ends` for each stem that has billable codes one character longer; alone when itself billable."""
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for code in sorted(codes):
        rest = code.removeprefix(category)
        if rest:
            ends[rest[:-1]].append(rest[-1])
    return " ".join([category, *(f"{stem}:{''.join(ends[stem])}" for stem in sorted(ends))])


def excludes(tabular: ET.Element) -> Iterator[tuple[str, list[str]]]:
    """Who excludes which codes or ranges: chapters and sections by their range, then categories and codes."""
    for chapter in tabular.iter("chapter"):
        yield from _excluded_by(_range(chapter), chapter)
        for section in chapter.iter("section"):
            yield from _excluded_by(_range(section), section)
            for diagnosis in section.iter("diag"):
                yield from _excluded_by(_name(diagnosis), diagnosis)


def _excluded_by(holder: str, element: ET.Element) -> Iterator[tuple[str, list[str]]]:
    notes = [note.text or "" for one in element.findall("excludes1") for note in one.findall("note")]
    found = list(dict.fromkeys(pattern for note in notes for pattern in _patterns(note)))
    if found:
        yield holder, found


def _patterns(note: str) -> Iterator[str]:
    """The codes that a note names; none for one whose codes carry a condition (`with fifth character 2`) or that names none."""
    groups: list[str] = re.findall(r"\(([^()]*)\)", note) or re.findall(rf"\s({_ITEM})$", note)
    for group in groups:
        if _SEVERAL.fullmatch(group):
            for first, last in _ONE.findall(group):
                yield f"{first}-{last}" if last else first


def _range(element: ET.Element) -> str:
    form = _RANGE.search(element.findtext("desc") or "")
    # A section of one category carries its range as an attribute only.
    return "-".join(form.groups()) if form else element.get("id", "")


def _name(element: ET.Element) -> str:
    return (element.findtext("name") or "").strip()


def _write(path: Path, lines: list[str]) -> None:
    content = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(content)
    print(f"{path.name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


def main() -> None:
    """Read the tabular list, write the two files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("codes", type=Path)
    parser.add_argument("tabular", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--folder", type=Path, default=_FOLDER)
    arguments = parser.parse_args()
    for source in (arguments.codes, arguments.tabular):
        print(f"{source.name}: sha256 {hashlib.sha256(source.read_bytes()).hexdigest()}")
    billable = billable_codes([line for line in arguments.codes.read_text().split() if _UNDOTTED.fullmatch(line)])
    print(f"billable: {len(billable)}")
    below = groupby(billable, key=lambda code: code[:_CATEGORY])
    _write(arguments.folder / f"{arguments.name}-codes.txt", [as_line(category, list(codes)) for category, codes in below])
    pairs = sorted(excludes(ET.parse(arguments.tabular).getroot()), key=lambda pair: ("-" not in pair[0], pair[0]))
    _write(arguments.folder / f"{arguments.name}-excludes1.txt", [" ".join([holder, *found]) for holder, found in pairs])


if __name__ == "__main__":
    main()
