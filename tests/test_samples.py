"""The invented cases give what was written beside them by hand, and the letters and refusals that lie beside them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from priorauth.case.parts import RequestKind
from priorauth.drafts.loading import load_packs
from priorauth.errors import ExitCode
from priorauth.evidence.models import Topic
from priorauth.letters.words import short_date
from priorauth.moments import parse_day
from tests.commands import SAMPLES, run
from tests.letter_text import blocks_of, page_of, prose_of
from tests.pdf_checks import assert_accessible, page_count, page_texts

AS_OF = ("--as-of", "2026-11-20")
README = (SAMPLES / "README.md").read_text(encoding="utf-8")
EDITION = "Ninth Special Issue, 2023"
_FIRST_OF_THE_MARGIN = "DRAFT – not signed, not for submission"  # what is drawn last on a page
CHECK_KEYS = {"indication", "status", "asfa", "findings", "gaps"}
"""What the issue promises to scripts; more may be there."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An invented case and what it must give."""

    name: str

    @property
    def folder(self) -> Path:
        return SAMPLES / self.name

    @property
    def case(self) -> Path:
        return self.folder / "case.yaml"

    @cached_property
    def expected(self) -> Mapping[str, Any]:
        read: Mapping[str, Any] = json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))
        return read

    @property
    def writes(self) -> bool:
        return bool(self.expected["exit_code"] == ExitCode.DONE)

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """The case as its file holds it, every scalar as text."""
        read: Mapping[str, Any] = yaml.load(self.case.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # builds text only
        return read


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """What `letter` made of a sample."""

    sample: Sample
    result: Result
    folder: Path

    @property
    def expected(self) -> Mapping[str, Any]:
        return self.sample.expected

    @cached_property
    def html(self) -> str:
        return (self.folder / "letter.html").read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        return prose_of(self.html)

    @cached_property
    def pdf(self) -> bytes:
        return (self.folder / "letter.pdf").read_bytes()

    @cached_property
    def pdf_text(self) -> str:
        """Without the margins of the pages, which part what runs across them, and without white space."""
        return "".join(_squeezed(_without_margins(text)) for text in page_texts(self.pdf))

    @cached_property
    def trace(self) -> list[dict[str, Any]]:
        read: list[dict[str, Any]] = json.loads((self.folder / "trace.json").read_text(encoding="utf-8"))
        return read


ALL = {path.parent.name: Sample(name=path.parent.name) for path in sorted(SAMPLES.glob("*/case.yaml"))}
LETTERS = [name for name, sample in ALL.items() if sample.writes]
REFUSALS = [name for name in ALL if name not in LETTERS]

every_sample = pytest.mark.parametrize("name", ALL)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _without_margins(page: str) -> str:
    return page.partition(_FIRST_OF_THE_MARGIN)[0]


@pytest.fixture(scope="module", params=LETTERS)
def letter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drafted:
    """Each letter is drafted once for all its tests, which pytest puts together."""
    sample = ALL[request.param]
    folder = tmp_path_factory.mktemp("drafts") / sample.name
    return Drafted(sample=sample, result=run("letter", sample.case, *AS_OF, "-o", folder), folder=folder)


@pytest.fixture(scope="module", params=REFUSALS)
def refused(request: pytest.FixtureRequest) -> Sample:
    return ALL[request.param]


def checked(name: str) -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(run("check", ALL[name].case, *AS_OF, "--format", "json").stdout)
    return read


@every_sample
def test_check_ends_and_answers_as_written_by_hand(name: str) -> None:
    result = run("check", ALL[name].case, *AS_OF, "--format", "json")
    answer, expected = json.loads(result.stdout), ALL[name].expected
    rating = answer["asfa"] and {key: answer["asfa"][key] for key in ("row", "category", "grade", "edition")}
    assert (answer["status"], answer["indication"], rating) == (expected["status"], expected["indication"], expected["asfa"])
    assert result.exit_code == answer["exit_code"] == expected["exit_code"]
    assert set(answer) >= CHECK_KEYS


def told(sample: Sample) -> str:
    return run("check", sample.case, *AS_OF).stdout


def test_a_letter_says_what_it_must_and_never_what_it_must_not(letter: Drafted) -> None:
    assert letter.result.exit_code == ExitCode.DONE, letter.result.output
    assert [words for words in letter.expected["says"] if words not in letter.prose] == []
    assert [words for words in (*letter.expected["never_says"], "Category IV") if words in letter.prose] == []


def test_its_pdf_says_the_same(letter: Drafted) -> None:
    assert [words for words in letter.expected["says"] if _squeezed(words) not in letter.pdf_text] == []
    never = (*letter.expected["never_says"], "Category IV")  # no letter is written on that
    assert [words for words in never if _squeezed(words) in letter.pdf_text] == []


def test_a_refusal_says_what_it_must_and_never_what_it_must_not(refused: Sample) -> None:
    text = " ".join(told(refused).split())
    assert [words for words in refused.expected["says"] if words not in text] == []
    assert [words for words in never_told(refused.expected) if words in text] == []


def never_told(expected: Mapping[str, Any]) -> tuple[str, ...]:
    """What a refusal must not say: Category IV too, unless it is what the case is about."""
    told = any("Category IV" in words for words in expected["says"])
    return (*expected["never_says"], *(() if told else ("Category IV",)))


def test_a_letter_is_the_one_that_was_read(letter: Drafted, pytestconfig: pytest.Config) -> None:
    assert page_of(letter.html) == golden(letter.sample.folder / "letter.txt", page_of(letter.html), pytestconfig)


def test_a_refusal_is_the_one_that_was_read(refused: Sample, pytestconfig: pytest.Config) -> None:
    assert told(refused) == golden(refused.folder / "refusal.txt", told(refused), pytestconfig)


def golden(path: Path, text: str, config: pytest.Config) -> str:
    """What was read and kept; with `--rewrite-samples` the new text, which is then read in the diff."""
    if config.getoption("--rewrite-samples"):
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def test_a_refusal_writes_nothing_and_tells_on_standard_error(
    refused: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("letter", refused.case, *AS_OF)
    assert result.exit_code == refused.expected["exit_code"]
    assert list(tmp_path.iterdir()) == []
    assert (result.stdout, result.stderr) == ("", told(refused))


def test_a_letter_is_accessible_and_no_longer_than_it_may_be(letter: Drafted) -> None:
    assert_accessible(letter.pdf)
    assert page_count(letter.pdf) <= letter.expected["pages"]


def test_a_letter_rates_with_category_grade_and_edition_together(letter: Drafted) -> None:
    assert unrated(block for block in blocks_of(letter.html)) == []
    asfa = letter.expected["asfa"]
    assert f"Category {asfa['category']}, Grade {asfa['grade']} ({asfa['edition']})" in letter.prose


def test_a_refusal_rates_with_category_grade_and_edition_together(refused: Sample) -> None:
    assert unrated([" ".join(told(refused).split())]) == []


def unrated(blocks: Iterable[str]) -> list[str]:
    """The blocks that name a category without its grade and edition, but for the meaning of one (`Category I: …`)."""
    return [block for block in blocks if re.search(rf"\bCategory [IV]+\b(?!, Grade [12][ABC] \({EDITION}|:)", block)]


def test_what_a_grade_means_stands_beside_it(letter: Drafted) -> None:
    grades = set(re.findall(r"\bGrade ([12][ABC]) \(", letter.prose))
    strength = {"1": "strong recommendation", "2": "weak recommendation"}
    assert [grade for grade in grades if f"Grade {grade}: {strength[grade[0]]}" not in letter.prose] == []
    assert "strongly recommended" not in letter.prose


def _modality(letter: Drafted) -> str:
    """The procedure that the sample asks for."""
    case = yaml.load(letter.sample.case.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # builds text only
    return str(case["services"][0]["modality"])


def test_every_statement_of_its_indication_is_in_the_letter_and_its_pdf(letter: Drafted) -> None:
    statements = load_packs().evidence.indications[letter.expected["indication"]].statements_on(_modality(letter))
    parts = [part for one in statements for part in (one.text, one.caveat, one.answer) if part]
    assert [part for part in parts if part not in letter.prose] == []
    assert [part for part in parts if _squeezed(part) not in letter.pdf_text] == []


def test_a_request_beyond_first_line_that_argues_answers_the_contrary_evidence(letter: Drafted) -> None:
    indication = load_packs().evidence.indications[letter.expected["indication"]]
    contrary = [one for one in indication.statements if one.topic is Topic.CONTRARY]
    argues = any(one.topic in {Topic.PROGNOSIS, Topic.RATIONALE} for one in indication.statements)
    lupus = indication.id.startswith("sle-")
    assert contrary or not (argues or lupus) or letter.expected["asfa"]["category"] == "I"
    assert [one.id for one in contrary if not one.answer or one.answer not in letter.prose] == []


def test_every_source_id_of_a_letter_resolves_to_a_place(letter: Drafted) -> None:
    traced = {entry["id"]: entry for entry in letter.trace}
    assert set(source_ids(letter.html)) == set(traced)
    assert [source for source, entry in traced.items() if not entry["printed"]] == []
    in_case = {source: entry for source, entry in traced.items() if source.startswith(("case:", "practice:"))}
    assert [source for source, entry in in_case.items() if not names_its_field(source, entry, drafted=letter.folder)] == []


class _Sources(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.ids += (dict(attrs).get("data-from") or "").split()


def source_ids(html: str) -> tuple[str, ...]:
    reader = _Sources()
    reader.feed(html)
    return tuple(reader.ids)


def names_its_field(source: str, entry: Mapping[str, Any], *, drafted: Path) -> bool:
    """Whether the line that the trace points at, from the draft folder, holds the field's name; an entry of a list has none."""
    line = (drafted / entry["file"]).read_text(encoding="utf-8").splitlines()[entry["line"] - 1]
    field = re.split(r"[:.]", source)[-1]
    return field.endswith("]") or field in line


def test_no_administrative_field_is_missing(letter: Drafted) -> None:
    wanted = tuple(administrative(letter.sample.plain))
    assert [text for text in wanted if text not in letter.prose] == []
    assert [text for text in wanted if _squeezed(text) not in letter.pdf_text] == []


def administrative(case: Mapping[str, Any]) -> Iterator[str]:
    """What a reviewer looks for before reading: identifiers, codes, units, dates, site, people, plan, exhibits."""
    member, coverage = case["member"], case["coverage"]
    yield f"{member['name']['given']} {member['name']['family']}"
    yield from (day(member["birth_date"]), member["member_id"], member["sex"], f"{member['weight']['kg']} kg")
    yield from (coverage["payer_name"], coverage["plan"], coverage["fax"], case["account_number"])
    yield from (reference["number"] for reference in case["request"].get("references", ()))
    yield from (part for one in case["diagnoses"] for part in (one["code"], one["text"]))
    for line in case["services"]:
        yield from (
            line["procedure_code"],
            line["units"],
            line["frequency"],
            line["place_of_service"],
            day(line["start"]),
            day(line["end"]),
        )
    yield from people(case)
    plan = case["plan"]
    yield from (day(plan[key]) if key == "reassessment_on" else plan[key] for key in plan if key not in {"consent", "sessions"})
    yield from (part for one in case["exhibits"] for part in (one["title"], day(one["dated"])))


def people(case: Mapping[str, Any]) -> Iterator[str]:
    practice = yaml.load((SAMPLES / "practice.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # builds text only
    known = practice["providers"] | practice["facilities"]
    for role in ("requesting_provider", "servicing_provider", "facility"):
        one = known[case[role]]
        yield from (one["name"], one["npi"], one["tin"], one["phone"], one["fax"])
    yield from (practice["peer_to_peer"][key] for key in ("physician", "phone", "hours"))


def day(text: str) -> str:
    return short_date(parse_day(text))


@pytest.mark.parametrize(("command", "name"), [("check", "ln-alone"), ("check", "ttp"), ("letter", "thin")])
def test_the_command_of_a_terminal_says_the_same(command: str, name: str, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "priorauth", command, str(ALL[name].case), *AS_OF],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == ALL[name].expected["exit_code"]
    assert told.stdout + told.stderr == run("check", ALL[name].case, *AS_OF).stdout
    assert list(tmp_path.iterdir()) == []


@every_sample
def test_a_sample_says_that_it_is_invented_and_is_whole(name: str) -> None:
    sample = ALL[name]
    assert sample.case.read_text(encoding="utf-8").startswith("# Invented: ")
    assert sample.plain["case_id"] == name
    assert {path.name for path in sample.folder.iterdir()} == {
        "case.yaml",
        "expected.json",
        "letter.txt" if sample.writes else "refusal.txt",
    }
    assert sample.expected["says"]


def test_the_samples_show_every_status_stance_kind_and_setting() -> None:
    answers = [checked(name) for name in ALL]
    cases = [sample.plain for sample in ALL.values()]
    assert {answer["status"] for answer in answers} == {
        "established", "probable", "suspected", "declared", "several", "possible", "none",
    }  # fmt: skip  # two lines read better than seven
    assert {answer["payer"]["stance"] for answer in answers} >= {"listed", "last_resort", "not_listed", "not_seen", "unknown"}
    assert {case["request"]["kind"] for case in cases} == set(RequestKind)
    assert {case["admission"]["status"] for case in cases if "admission" in case} >= {"inpatient", "outpatient"}
    assert {case["member"]["name"]["family"] for case in cases} >= {"Examplar", "Beispiel"}


def test_a_declared_letter_records_what_the_case_says_and_a_code_says_where_it_stands() -> None:
    told = " ".join((SAMPLES / "declared-second-line" / "letter.txt").read_text(encoding="utf-8").split())
    assert "Recorded: cultures of blood and airway negative (Nov 18, 2026) [Exhibit B, p. 2]; free T4 7.7 ng/dL" in told
    assert "infection judged not to explain the picture (Nov 19, 2026)" in told
    assert "E05.01 Graves disease with thyroid storm (Nov 17, 2026) | diagnosis 1" in told


def test_the_list_of_samples_names_each_with_its_outcome() -> None:
    listed = re.findall(r"^\| \[([a-z-]+)\]\(\1/case\.yaml\) \|.*\(\1/(letter|refusal)\.txt\) \|$", README, re.MULTILINE)
    assert dict(listed) == {name: "letter" if sample.writes else "refusal" for name, sample in ALL.items()}


def test_the_issue_s_sixteen_cases_are_there() -> None:
    asked = {
        "caps", "caps-probable", "ttp", "ttp-suspected", "npsle", "dah", "ln-tma", "sle-myocarditis",
        "ln-alone", "mild-sle", "aps-not-caps", "anti-gbm-dah", "anca-dah", "complement-tma", "two-fit", "thin",
    }  # fmt: skip  # four lines read better than sixteen
    assert asked <= set(ALL)
