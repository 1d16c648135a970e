"""`priorauth evidence`: what a clinician reads of the guideline and the literature, and who compared it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest

from priorauth.case.codes import Modality
from priorauth.cli.evidence import command as evidence_command
from priorauth.cli.evidence_page import changes_shown
from priorauth.drafts.loading import load_packs
from priorauth.errors import ExitCode
from priorauth.evidence.changes import changes
from priorauth.evidence.comparisons import comparisons_file
from priorauth.evidence.models import Edition, Evidence, Extent, Indication, IndicationKind, Recommendation
from priorauth.evidence.search import search
from tests.commands import WHOLE, run
from tests.comparisons import OTHER, ROW, STATEMENT, WHEN, WHO, lay_comparisons, recorded

README = Path(__file__).parents[1] / "README.md"
TABLE = Path(__file__).parent / "data" / "asfa-2023.csv"
PROFILE = (WHOLE / "practice.yaml").read_text(encoding="utf-8")
SUBCOMMANDS = ("list", "show", "search", "lint", "diff", "review")
KEYS = [
    "id", "disease", "condition", "modality", "category", "grade", "page", "edition", "edition_id", "indications", "criteria",
    "compared_by", "compared_on",
]  # fmt: skip
"""The contract of `evidence list --format json`."""
CHANGES = [
    "old", "new", "changed", "merged", "split", "added", "gone", "unchanged", "not_known_before", "not_known_after",
]  # fmt: skip
"""The contract of `evidence diff --format json`."""


def evidence() -> Evidence:
    return load_packs().evidence


def plain(*arguments: str | Path) -> Any:
    """What a command prints for scripts."""
    told = run("evidence", *arguments, "--format", "json")
    assert told.exit_code == ExitCode.DONE, told.output
    return json.loads(told.stdout)


def words(*arguments: str | Path) -> str:
    """What a command prints for people, as one line."""
    told = run("evidence", *arguments)
    assert told.exit_code == ExitCode.DONE, told.output
    return " ".join(told.stdout.split())


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_command_has_one_line_of_help_an_example_and_a_place_in_the_readme(name: str) -> None:
    page = run("evidence", name, "--help").output
    assert max(len(line) for line in page.splitlines()) <= 80
    assert page.partition("Example:\n")[2].strip().startswith(f"priorauth evidence {name}")
    assert "Exit codes:\n    0   done\n" in page
    assert isinstance(evidence_command, click.Group)
    assert (evidence_command.commands[name].help or "").splitlines()[0].endswith(".")
    assert "..." not in run("evidence", "--help").output.partition("Commands:")[2].partition("Example:")[0]
    if README.is_file():
        assert f"priorauth evidence {name}" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [("list",), ("diff", "2019", "2023"), ("review", "A109"), ("show", "caps"), ("search", "lupus")]
)
def test_what_reads_no_file_of_a_pack_starts_without_their_readers(arguments: tuple[str, ...]) -> None:
    load_packs()  # so that they are kept
    program = (
        "import sys; sys.dont_write_bytecode = False\n"
        "from click.testing import CliRunner\nfrom priorauth.cli import main\n"
        f"assert CliRunner().invoke(main, ['evidence', *{arguments}]).exit_code == 0\n"
        "print(*{'citeproc', 'weasyprint', 'jinja2'} & set(sys.modules))"
    )
    # Where nothing was kept, the first call keeps them.
    told = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True) for _ in range(2)]
    assert told[-1].stdout.split() == []


# ---- list -------------------------------------------------------------------------------------------------------


def test_the_list_holds_every_row_of_the_newest_edition_as_it_was_published() -> None:
    with TABLE.open(newline="", encoding="utf-8") as file:
        published = [
            (row["id"], row["disease"], row["condition"] or None, row["modality"], row["category"], row["grade"], row["page"])
            for row in csv.DictReader(file)
        ]
    found = plain("list")
    assert [(*(one[key] for key in KEYS[:6]), str(one["page"])) for one in found] == published
    assert [one for one in found if list(one) != KEYS] == []
    assert {(one["edition"], one["edition_id"]) for one in found} == {("Ninth Special Issue, 2023", "asfa-2023")}


def test_each_row_of_the_newest_edition_says_whether_its_criteria_are_encoded() -> None:
    found = {one["id"]: (one["criteria"], one["indications"]) for one in plain("list")}
    assert {criteria for criteria, _ in found.values()} == {"encoded", "declared"}
    assert found["A109"] == ("encoded", ["sle-dah", "sle-npsle", "sle-severe-other", "sle-tma"])
    assert found["A011"] == ("declared", ["alzheimer"])


def test_each_row_is_a_line_of_the_array() -> None:
    lines = run("evidence", "list", "--format", "json").stdout.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("[", "]", 168)
    assert json.loads(lines[1].removesuffix(","))["id"] == "A001"


@pytest.mark.skipif(not README.is_file(), reason="a wheel carries no README beside it")
def test_the_readme_names_every_key() -> None:
    section = README.read_text(encoding="utf-8").partition("`priorauth evidence list --format json`")[2]
    assert [key for key in (*KEYS, *CHANGES) if f"`{key}`" not in section] == []


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--category", "IV", "--modality", "RBC exchange"], ["A097"]),
        (["--disease", "lupus ERYTHEMATOSUS"], ["A109"]),
        (["--modality", "tpe", "--disease", "catastrophic"], ["A023"]),
        (["--modality", "ia", "--disease", "encephalitis", "--category", "i"], ["A081"]),
        (["--edition", "2019", "--disease", "amyloidosis"], ["A012", "A167"]),
        (["--edition", "asfa-2019", "--category", "IV"], ["A167"]),
        (["--disease", "no such thing"], []),
    ],
)
def test_the_list_can_be_narrowed(options: list[str], ids: list[str]) -> None:
    assert [one["id"] for one in plain("list", *options)] == ids


@pytest.mark.parametrize("name", ["XX", "", "plasma"])
def test_a_procedure_that_nothing_rates_is_wrong_usage_and_all_are_named(name: str) -> None:
    told = run("evidence", "list", "--modality", name)
    assert (told.exit_code, told.stdout) == (ExitCode.USAGE, "")
    assert [one for one in Modality if one not in " ".join(told.stderr.split())] == []


def test_every_procedure_and_every_cell_of_the_table_can_be_asked_for() -> None:
    cells = {row.modality for edition in evidence().editions.values() for row in edition.recommendations}
    asked = sorted({*Modality, *cells, *(cell.lower() for cell in cells)})
    assert [one for one in asked if run("evidence", "list", "--modality", one).exit_code != ExitCode.DONE] == []


def test_a_page_that_was_not_seen_and_a_row_that_no_indication_rests_on_say_so_with_null() -> None:
    row = next(one for one in plain("list", "--edition", "2019") if one["id"] == "A167")
    assert (row["page"], row["indications"], row["criteria"], row["compared_by"], row["compared_on"]) == (
        None,
        [],
        None,
        None,
        None,
    )


def test_an_edition_that_is_held_in_part_says_so() -> None:
    assert "Only 34 rows of the Eighth Special Issue, 2019 were verified" in words("list", "--edition", "2019")


def test_on_an_earlier_day_the_edition_of_that_day_is_listed_and_searched() -> None:
    assert {one["edition_id"] for one in plain("list", "--as-of", "2020-01-01")} == {"asfa-2019"}
    assert {one["edition_id"] for one in plain("list", "--as-of", "2023-05-01")} == {"asfa-2023"}
    assert words("search", "lupus", "--as-of", "2023-04-30").startswith("Ratings are those of the Eighth Special Issue, 2019.")
    assert words("search", "lupus", "--as-of", "2023-05-01").startswith("Ratings are those of the Ninth Special Issue, 2023.")


@pytest.mark.parametrize(("day", "ahead"), [("2023-04-30", True), ("2023-05-01", False)])
def test_an_edition_that_letters_do_not_quote_yet_says_from_when_they_do(day: str, ahead: bool) -> None:
    said = "Letters quote the Ninth Special Issue, 2023 from 2023-05-01 on."
    assert (said in words("list", "--edition", "2023", "--as-of", day)) is ahead
    assert (said in words("show", "A109", "--as-of", day)) is ahead  # a row that the earlier edition is not known to have


def test_a_row_shows_first_what_a_letter_of_the_day_quotes() -> None:
    shown = words("show", "A001", "--as-of", "2020-01-01")
    first, later = shown.index("Eighth Special Issue, 2019)"), shown.index("From 2023-05-01 on: ")
    assert first < later < shown.index("Ninth Special Issue, 2023)")
    assert "Before: " in words("show", "A001")
    assert "From 2023-05-01 on: " not in words("show", "A001")


def test_changes_to_an_edition_that_is_still_to_come_say_so() -> None:
    pack = evidence()
    old, new = pack.editions.values()
    assert "from 2023-05-01 on" in changes_shown(changes(old, new, pack.editions.values()), pack.on(date(2020, 1, 1)))
    assert "from 2023-05-01 on" not in changes_shown(changes(old, new, pack.editions.values()), pack)


def test_a_comparison_of_the_clinic_stands_in_the_list(tmp_path: Path) -> None:
    found = plain("list", "--packs", lay_comparisons(tmp_path, recorded(ROW)))
    compared = [(one["id"], one["compared_by"], one["compared_on"]) for one in found if one["compared_by"]]
    assert compared == [("A023", WHO, WHEN.isoformat())]
    assert "Compared with the publisher's pages: 1 of 166." in words("list", "--packs", tmp_path)
    assert "Nobody has yet compared these rows" in words("list")


def test_an_edition_that_nobody_holds_is_wrong_usage() -> None:
    told = run("evidence", "list", "--edition", "2016")
    assert told.exit_code == ExitCode.USAGE
    assert "Held are: asfa-2019, asfa-2023." in told.stderr


# ---- show -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(load_packs().evidence.indications))
def test_every_indication_is_shown_within_80_columns_with_all_that_is_held_of_it(name: str) -> None:
    told = run("evidence", "show", name)
    assert told.exit_code == ExitCode.DONE, told.output
    assert [line for line in told.stdout.splitlines() if len(line) > 80] == []
    page = " ".join(told.stdout.split())
    one = evidence().indications[name]
    held = [one.title, *one.would_change, *(level.wording for level in one.levels), *one.rows]
    held += [text for each in one.statements for text in (each.text, each.caveat, each.answer, each.quotation) if text]
    held += [*(each.reason for each in one.excluded_by), *(each.reason for each in one.safeguards)]
    held += [*one.coding.primary, *one.coding.with_one_of]
    held += [leaf.text for level in one.levels for leaf in level.criterion.leaves() if leaf.text]
    assert [text for text in held if " ".join(text.split()) not in page] == []


def test_each_row_shows_its_rating_in_words_with_its_edition_and_who_compared_it() -> None:
    page = words("show", "sle-dah")
    assert "Category II, Grade 2C (Ninth Special Issue, 2023), fact sheet on page 225" in page
    assert "Grade 2C: weak recommendation, low- or very-low-quality evidence." in page
    assert "Nobody has yet compared this row with the publisher's page." in page
    assert "Before: Eighth Special Issue, 2019: not known" in page
    assert "Before: TPE: Category I, Grade 2C (Eighth Special Issue, 2019)" in words("show", "caps")


def test_a_criterion_is_a_tree_in_words() -> None:
    page = run("evidence", "show", "caps").stdout
    assert "  - All of these\n    - Three or more organs, systems or tissues acutely involved [aguiar-2013]\n" in page
    assert "    Unless:\n" in page
    assert "Then it belongs to: ttp-immune." in page


def test_what_is_not_from_the_guideline_s_text_is_said_plainly() -> None:
    page = words("show", "ms-relapse")
    assert "(general): beyond dispute, not from the guideline's text: Acute attack or relapse; " in page
    assert "- Acute attack or relapse (general)" in page
    assert "(ours): the design of this project asks it" in words("show", "sle-dah")
    (shown,) = plain("show", "ms-relapse")["indications"]
    assert "relapse" in shown["general"]
    (lupus,) = plain("show", "sle-dah")["indications"]
    assert "new-infiltrates" in lupus["by_design"]


def test_an_indication_without_criteria_says_so() -> None:
    assert "No criteria of its row are encoded here." in words("show", "alzheimer")
    assert "Refused: the evidence does not carry a letter." in words("show", "ln-alone")


def test_a_statement_says_how_it_was_checked_and_who_still_has_to(tmp_path: Path) -> None:
    page = words("show", "caps")
    assert "Checked: the abstract was read (record C02); a physician still has to compare it with the whole source." in page
    compared = words("show", "caps", "--packs", lay_comparisons(tmp_path, recorded(STATEMENT), recorded(ROW)))
    assert f"the abstract was read (record C02); compared with its source by {WHO} on 2026-11-20." in compared
    assert f"Compared with the publisher's page by {WHO} on 2026-11-20." in compared


def test_something_that_changed_since_it_was_compared_says_so(tmp_path: Path) -> None:
    own = lay_comparisons(tmp_path, recorded(STATEMENT, sha256=OTHER), recorded(ROW, sha256=OTHER))
    page = words("show", "caps", "--packs", own)
    assert f"changed since {WHO} on 2026-11-20 compared it" in page
    assert f"Changed since {WHO} compared it on 2026-11-20: it has to be compared again." in page


@pytest.mark.parametrize("row", ["A109", "a109", "asfa-2023/A109"])
def test_a_row_shows_every_indication_on_it(row: str) -> None:
    assert [one["id"] for one in plain("show", row)["indications"]] == ["sle-dah", "sle-npsle", "sle-severe-other", "sle-tma"]
    assert words("show", row).startswith("Row A109 of the guideline A109: Systemic lupus erythematosus, Severe;")


def test_scripts_get_the_record_its_rows_and_its_references(tmp_path: Path) -> None:
    found = plain("show", "caps", "--packs", lay_comparisons(tmp_path, recorded(STATEMENT)))
    assert [(one["id"], one["edition_id"]) for one in found["rows"]] == [("A023", "asfa-2019"), ("A023", "asfa-2023")]
    (caps,) = found["indications"]
    assert caps["levels"][0]["criterion"]["all"][0]["id"] == "three-organs"
    statement = caps["statements"][0]
    assert (statement["compared_by"], statement["compared_on"]) == (WHO, "2026-11-20")
    assert found["references"]["bucciarelli-2006"].endswith("doi:10.1002/art.22018")


@pytest.mark.parametrize(("name", "near"), [("sle-da", "sle-dah"), ("goodpasture", "anti-gbm"), ("cpas", "caps")])
def test_an_id_that_nobody_has_is_wrong_usage_and_the_nearest_is_named(name: str, near: str) -> None:
    told = run("evidence", "show", name)
    assert told.exit_code == ExitCode.USAGE
    assert re.search(rf"Did you mean [^?]*{near}", told.stderr)
    assert max(len(line) for line in told.stderr.splitlines()) <= 80


# ---- search -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        (["CAPS"], "caps"),
        (["g70.01"], "myasthenia-acute"),
        (["M32.13"], "sle-dah"),
        (["G30.1"], "alzheimer"),
        (["Guillain", "Barre"], "guillain-barre"),
        (["guillain-barré syndrome"], "guillain-barre"),
        (["lúpus", "hemorrhage"], "sle-dah"),
        (["thrombotic thrombocytopenic purpura"], "ttp-immune"),
        (["Severe", "erythematosus"], "sle-dah"),
        (["A013"], "anti-gbm"),
    ],
)
def test_a_search_finds_names_codes_and_the_guideline_s_words_the_best_first(asked: list[str], first: str) -> None:
    assert search(evidence(), [word for one in asked for word in one.split()])[0].id == first
    assert f"{first}: " in words("search", *asked)


@pytest.mark.parametrize("one", load_packs().evidence.indications.values(), ids=lambda one: one.id)
def test_every_name_of_an_indication_finds_it(one: Indication) -> None:
    for name in (one.id, one.title, one.name, *one.synonyms, *(code.removesuffix("-") for code in one.coding.primary)):
        assert one.id in {found.id for found in search(evidence(), name.split())}, name


def test_all_words_must_occur() -> None:
    assert search(evidence(), ["lupus", "alzheimer"]) == ()


def test_a_word_that_looks_like_a_code_is_looked_for_as_a_word_too() -> None:
    assert search(evidence(), ["C30"]) == ()
    assert {one.id for one in search(evidence(), ["A023"])} == {"caps"}


def test_an_entry_of_a_search_holds_id_title_rows_and_ratings() -> None:
    page = words("search", "sle-dah")
    assert page == (
        "Ratings are those of the Ninth Special Issue, 2023. sle-dah: Diffuse alveolar hemorrhage in severe lupus. "
        "A109, TPE: Category II, Grade 2C"
    )
    assert "ln-alone: Lupus nephritis alone. No letter: refused" in words("search", "lupus nephritis")


def test_nothing_found_is_said_plainly_with_the_nearest_names() -> None:
    page = words("search", "myastenia")
    assert page.startswith("Nothing here has all of these words")
    assert "The nearest names: myasthenia-acute: Myasthenia gravis" in page


# ---- diff -------------------------------------------------------------------------------------------------------


def test_what_the_ninth_issue_rates_otherwise_than_the_eighth_is_told() -> None:
    found = plain("diff", "asfa-2019", "2023")
    assert list(found) == CHANGES
    changed = {one["new"]["id"]: (one["what"], one["old"]["category"], one["new"]["category"]) for one in found["changed"]}
    assert changed["A010"] == (["category", "modality"], "II", "III")
    assert changed["A040"] == (["category"], "III", "II")
    assert changed["A035"] == (["grade"], "III", "III")
    assert [([row["id"] for row in one["old"]], one["new"]["id"]) for one in found["merged"]] == [(["A178", "A179"], "A016")]
    assert [row["id"] for row in found["gone"]] == ["A167"]


def test_a_row_that_a_partial_edition_does_not_hold_is_not_known_and_never_new() -> None:
    found = plain("diff", "2019", "2023")
    assert found["added"] == []
    assert "A109" in found["not_known_before"]
    assert len(found["unchanged"]) + len(found["changed"]) + len(found["merged"]) + len(found["not_known_before"]) == 166
    page = words("diff", "2019", "2023")
    assert "Only 34 rows of the Eighth Special Issue, 2019 were verified and are held here" in page
    assert "none of them is called new." in page
    assert "New rows" not in page


@pytest.mark.parametrize(("old", "new"), [("2023", "2019"), ("2023", "2023"), ("2016", "2023")])
def test_editions_the_wrong_way_round_or_unknown_are_wrong_usage(old: str, new: str) -> None:
    assert run("evidence", "diff", old, new).exit_code == ExitCode.USAGE


def test_pages_of_lists_and_changes_fit_80_columns() -> None:
    for arguments in (("list",), ("list", "--edition", "2019"), ("diff", "2019", "2023"), ("review",), ("search", "lupus")):
        assert [line for line in run("evidence", *arguments).stdout.splitlines() if len(line) > 80] == []


def edition(year: int, *rows: Recommendation, extent: Extent = Extent.WHOLE) -> Edition:
    """An invented edition."""
    changed = {"id": f"asfa-{year}", "year": year, "extent": extent, "published": evidence().edition.published.replace(year=year)}
    return evidence().edition.model_copy(update=changed).with_rows(rows)


def row(name: str, *, continues: tuple[str, ...] = (), modality: str = "TPE") -> Recommendation:
    """An invented row."""
    return evidence().edition.recommendations[0].model_copy(update={"id": name, "continues": continues, "modality": modality})


def test_rows_are_followed_over_an_edition_in_between() -> None:
    first, second = edition(2001, row("A001"), row("A002")), edition(2002, row("A003", continues=("A001", "A002")))
    third = edition(2003, row("A003"))
    found = changes(first, third, [first, second, third])
    assert [([one.id for one in rows], new.id) for rows, new in found.merged] == [(["A001", "A002"], "A003")]
    assert (found.added, found.gone) == ((), ())


def test_a_row_that_several_took_the_place_of_is_split() -> None:
    first = edition(2001, row("A001"), row("A009"))
    second = edition(2002, row("A002", continues=("A001",)), row("A003", continues=("A001",)), row("A009", modality="IA"))
    found = changes(first, second, [first, second])
    assert [(old.id, [one.id for one in rows]) for old, rows in found.split] == [("A001", ["A002", "A003"])]
    assert [old.id for old, _ in found.changed] == ["A009"]


def test_what_a_later_edition_held_in_part_does_not_hold_is_never_gone() -> None:
    first, second = edition(2001, row("A001"), row("A002")), edition(2002, row("A002"), row("A003"), extent=Extent.PARTIAL)
    found = changes(first, second, [first, second])
    assert (found.gone, [one.id for one in found.not_known_after]) == ((), ["A001"])
    assert [one.id for one in found.added] == ["A003"]


# ---- review -----------------------------------------------------------------------------------------------------


def test_a_comparison_is_recorded_in_the_clinic_s_folder_and_read_back(tmp_path: Path) -> None:
    own = tmp_path / "own"
    for of in ("A109", "asfa-2019/A023", STATEMENT):
        told = run("evidence", "review", of, "--by", WHO, "--on", "2026-11-20", "--packs", own)
        assert told.exit_code == ExitCode.DONE, told.output
    text = comparisons_file(own).read_text(encoding="utf-8")
    assert text.startswith("# What people of this clinic have compared with its source")
    assert re.findall(r"of: (\S+)", text) == ["asfa-2019/A023", "asfa-2023/A109", STATEMENT]
    assert [path.name for path in comparisons_file(own).parent.iterdir()] == ["comparisons.yaml"]
    assert run("evidence", "lint", own).stdout == "No mistakes. Checked: 3 comparisons.\n"


def test_a_later_comparison_of_the_same_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    own = lay_comparisons(tmp_path, recorded(ROW, sha256=OTHER), recorded(STATEMENT))
    page = words("review", ROW, "--by", "Ana Öz, MD", "--on", "2026-11-21", "--packs", own)
    assert f"Recorded: Ana Öz, MD compared {ROW} with its source on 2026-11-21." in page
    assert f"takes the place of the comparison by {WHO} on 2026-11-20." in page
    assert [one["compared_by"] for one in plain("list", "--disease", "catastrophic", "--packs", own)] == ["Ana Öz, MD"]


def test_the_clinic_profile_names_the_folder(tmp_path: Path) -> None:
    profile = tmp_path / "practice.yaml"
    profile.write_text(PROFILE + "packs: own\n", encoding="utf-8")
    told = run("evidence", "review", "A109", "--by", WHO, "--practice", profile)
    assert told.exit_code == ExitCode.DONE, told.output
    assert comparisons_file(tmp_path / "own").is_file()


def test_list_and_show_find_the_clinic_s_folder_as_letters_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_comparisons(tmp_path / "own", recorded(ROW))
    (tmp_path / "practice.yaml").write_text(f"{PROFILE}packs: own\n", encoding="utf-8")
    (tmp_path / "cases").mkdir()
    row = ROW.rpartition("/")[2]
    for here in (tmp_path, tmp_path / "cases"):
        monkeypatch.chdir(here)
        listed = {one["id"]: one for one in json.loads(run("evidence", "list", "--format", "json").stdout)}
        assert (listed[row]["compared_by"], listed[row]["compared_on"]) == (WHO, WHEN.isoformat())
        assert WHO in " ".join(run("evidence", "show", row).stdout.split())
    lay_comparisons(tmp_path / "other", recorded(ROW, by="Ada Other, MD"))
    assert "Ada Other, MD" in " ".join(run("evidence", "show", row, "--packs", tmp_path / "other").stdout.split())
    monkeypatch.chdir("/")
    assert WHO in " ".join(run("evidence", "show", row, "--practice", tmp_path / "practice.yaml").stdout.split())


def test_a_profile_that_cannot_be_read_is_a_wrong_case_for_list_and_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "practice.yaml").write_text("name: [\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [run("evidence", *one).exit_code for one in (("list",), ("show", "caps"))] == [ExitCode.CASE] * 2
    assert [run("evidence", *one).exit_code for one in (("search", "caps"), ("diff", "2019", "2023"))] == [ExitCode.DONE] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["A109", "--by", WHO, "--on", "2999-01-01"], "is a day that is still to come."),
        (["A109", "--by", WHO, "--on", "yesterday"], "is not a date."),
        (["A109", "--by", WHO, "--on", "2023-04-30"], "is a day before the Ninth Special Issue, 2023 was published."),
        (["A109", "--by", " "], "The name is too short."),
        (["A109", "--by", "a\nb"], "The name is more than one line."),
        (["A109", "--by", "医師"], "holds a character that the letter's fonts cannot draw."),
        (["A109", "--on", "2026-11-20"], "A comparison needs the name of who made it."),
        (["--by", WHO], "Say what was compared"),
        (["A999", "--by", WHO], "No row and no statement has this id."),
        (["caps/nothing", "--by", WHO], "Name one of its statements: caps/registry-mortality"),
        (["caps", "--by", WHO], "Name one of its statements: caps/registry-mortality"),
        (["asfa-2019/A109", "--by", WHO], "That edition does not hold it. Did you mean asfa-2023/A109?"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_words_and_writes_nothing(tmp_path: Path, arguments: list[str], said: str) -> None:
    told = run("evidence", "review", *arguments, "--packs", tmp_path)
    assert told.exit_code == ExitCode.USAGE
    assert said in " ".join(told.stderr.split())
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_without_a_folder_to_keep_it_is_wrong_usage(tmp_path: Path) -> None:
    profile = tmp_path / "practice.yaml"
    profile.write_text(PROFILE, encoding="utf-8")
    told = run("evidence", "review", "A109", "--by", WHO, "--practice", profile)
    assert told.exit_code == ExitCode.USAGE
    assert "--packs DIR" in told.stderr


def test_a_file_that_cannot_be_read_is_never_written_over(tmp_path: Path) -> None:
    path = comparisons_file(lay_comparisons(tmp_path, recorded(ROW)))
    path.write_text("comparisons: [x]\n", encoding="utf-8")
    told = run("evidence", "review", "A109", "--by", WHO, "--packs", tmp_path)
    assert told.exit_code == ExitCode.PACK
    assert path.read_text(encoding="utf-8") == "comparisons: [x]\n"


def test_without_a_name_it_shows_what_is_to_be_compared(tmp_path: Path) -> None:
    page = words("review", STATEMENT)
    assert "Of all patients in the 2018 report of the CAPS Registry, 174 (36.9%) died." in page
    assert 'Quotation: "Overall, 174 (36.9%) patients died"' in page
    assert "doi:10.1093/rheumatology/key082" in page
    assert "Nobody has compared it yet." in page
    again = words("review", STATEMENT, "--packs", lay_comparisons(tmp_path, recorded(STATEMENT, sha256=OTHER)))
    assert f"Compared by {WHO} on 2026-11-20: it reads otherwise now; compare it again." in again


def test_without_an_id_it_lists_what_was_compared_and_what_was_not(tmp_path: Path) -> None:
    page = words("review", "--packs", lay_comparisons(tmp_path, recorded(ROW), recorded(STATEMENT, sha256=OTHER)))
    assert f"Compared with the source (1) - {ROW}: {WHO}, 2026-11-20" in page
    assert f"No longer counting (1) - {STATEMENT}" in page
    assert "Rows of asfa-2023 to compare (165 of 166) A001," in page
    assert "- caps/ registry-mortality, registry-triple-therapy" in page
    assert "Rows of asfa-2023 to compare (166 of 166)" in words("review")


def test_every_kind_of_indication_has_its_words() -> None:
    kinds = {one.kind for one in evidence().indications.values()}
    assert kinds == set(IndicationKind)
