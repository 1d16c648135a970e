"""`priorauth payers`: what a billing clerk sees of payers, and how a record of one's own begins."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from priorauth.case.choices import LineOfBusiness
from priorauth.cli import main
from priorauth.cli.payers import command as payers_command
from priorauth.cli.payers_new import EXTENTS, INDICATIONS, KINDS, LINES, STANCES
from priorauth.drafts.loading import load_packs
from priorauth.drafts.preview import EXAMPLES
from priorauth.errors import ExitCode
from priorauth.payers.models import GENERIC, Extent, Stance, VersionKind
from tests.clinic_packs import PAYER, POLICY, lay_pack
from tests.commands import replaced, run

README = Path(__file__).parents[1] / "README.md"
SUBCOMMANDS = ("list", "show", "new", "lint", "preview")
KEYS = [
    "id", "name", "from", "lines_of_business", "states", "except_states", "inherits", "policy", "provenance", "read_on",
    "reviewed",
]  # fmt: skip
"""The contract of `payers list --format json`."""
ANSWERS = (
    *("--name", "Acme Health Plan", "--line-of-business", "commercial", "--state", "PA,OH"),
    *("--policy-number", "CP-7", "--policy-title", "Apheresis", "--url", "https://acme.example/cp-7"),
    *("--version-date", "2026-01", "--version-kind", "effective", "--paraphrase", "Listed among blood conditions."),
)


def new(folder: Path, *options: str) -> Result:
    """What `payers new` said without a question: what no option says is put off."""
    return run("payers", "new", folder / "acme-health", *ANSWERS, "--later", *options)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_command_has_one_line_of_help_an_example_and_a_place_in_the_readme(name: str) -> None:
    page = run("payers", name, "--help").output
    assert max(len(line) for line in page.splitlines()) <= 80
    assert page.partition("Example:\n")[2].strip().startswith(f"priorauth payers {name}")
    assert "Exit codes:\n    0   done\n" in page
    assert isinstance(payers_command, click.Group)
    assert (payers_command.commands[name].help or "").splitlines()[0].endswith(".")
    if README.is_file():
        assert f"priorauth payers {name}" in README.read_text(encoding="utf-8")


def test_the_list_holds_every_payer_and_policy_with_how_it_is_known() -> None:
    found = json.loads(run("payers", "list", "--format", "json").stdout)
    payers = load_packs().payers.payers
    assert {one["id"] for one in found} == set(payers)
    assert len(found) == sum(max(1, len(payer.policies)) for payer in payers.values())
    assert [one for one in found if list(one) != KEYS] == []
    highmark = next(one for one in found if one["id"] == "highmark-commercial-pa")
    assert highmark["policy"]["number"] == "S-11-040"
    assert (highmark["provenance"], highmark["read_on"], highmark["reviewed"]) == ("verified", "2026-11-22", None)
    assert highmark["policy"]["indications"]["sle-dah"] == {"stance": "last_resort", "provenance": "verified"}


@pytest.mark.skipif(not README.is_file(), reason="a wheel carries no README beside it")
def test_the_readme_names_every_key_of_the_list() -> None:
    section = README.read_text(encoding="utf-8").partition("`priorauth payers list --format json`")[2]
    assert [key for key in KEYS if f"`{key}`" not in section] == []


def test_a_payer_without_a_policy_says_so_with_null() -> None:
    found = json.loads(run("payers", "list", "--format", "json").stdout)
    generic = next(one for one in found if one["id"] == GENERIC)
    assert (generic["policy"], generic["provenance"], generic["read_on"], generic["reviewed"]) == (None, None, None, None)


@pytest.mark.parametrize("arguments", [("list",), *(("show", name) for name in sorted(load_packs().payers.payers))])
def test_pages_on_payers_fit_80_columns_but_for_addresses(arguments: tuple[str, ...]) -> None:
    told = run("payers", *arguments)
    assert told.exit_code == ExitCode.DONE
    assert [line for line in told.stdout.splitlines() if len(line) > 80 and "://" not in line] == []


def test_a_record_of_the_clinic_is_told_from_ours(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own")
    found = json.loads(run("payers", "list", "--packs", own, "--format", "json").stdout)
    assert {one["id"] for one in found if one["from"] == "clinic"} == {"acme-health"}
    assert "your own, in your folder" in run("payers", "show", "acme-health", "--packs", own).stdout
    assert "ships with priorauth" in run("payers", "show", "bcbs-alabama", "--packs", own).stdout


@pytest.mark.parametrize(
    ("provenance", "label"),
    [
        ("verified_secondary", "read only in somebody else's summary; never printed in a letter"),
        ("recalled", "from memory, no text was seen; never printed in a letter"),
        ("unknown", "not known; never printed in a letter"),
    ],
)
def test_what_was_not_read_is_labeled_and_said_never_to_be_printed(tmp_path: Path, provenance: str, label: str) -> None:
    own = lay_pack(tmp_path / "own", policy=replaced(POLICY, "provenance: verified", f"provenance: {provenance}"))
    shown = " ".join(run("payers", "show", "acme-health", "--packs", own).stdout.split())
    assert f"caps, Catastrophic antiphospholipid syndrome: listed ({label})" in shown


def test_a_criterion_is_shown_in_words_with_who_asks_for_it(tmp_path: Path) -> None:
    shown = " ".join(run("payers", "show", "acme-health", "--packs", lay_pack(tmp_path / "own")).stdout.split())
    assert "Catastrophic antiphospholipid syndrome, as Acme lists it (the payer asks)" in shown
    assert "(asked as proof of the diagnosis, not by the payer)" in shown


@pytest.mark.parametrize("command", ["show", "preview"])
def test_an_id_that_nobody_has_is_wrong_usage_and_the_nearest_is_named(command: str) -> None:
    told = run("payers", command, "bcbs-alabma")
    assert told.exit_code == ExitCode.USAGE
    assert "Did you mean bcbs-alabama" in told.stderr


def test_the_words_that_help_lists_are_those_that_a_record_takes() -> None:
    evidence = load_packs().evidence.indications
    assert set(LINES) == set(LineOfBusiness)
    assert set(EXTENTS) == set(Extent)
    assert set(KINDS) < set(VersionKind)
    assert set(STANCES) == {*Stance} - {Stance.UNKNOWN}
    assert [name for name in INDICATIONS if evidence[name].kind != "supported"] == []
    assert set(EXAMPLES) == set(INDICATIONS)


@pytest.mark.parametrize("extent", ["opening", "groups_complete"])
@pytest.mark.parametrize("indication", INDICATIONS)
@pytest.mark.parametrize("stance", [one for one in STANCES if one not in {"listed_conditional", "not_listed"}])
def test_a_new_record_is_complete_as_it_stands_once_every_question_is_answered(
    tmp_path: Path, stance: str, indication: str, extent: str
) -> None:
    made = new(tmp_path, "--stance", stance, "--indication", indication, "--extent", extent)
    assert made.exit_code == ExitCode.DONE, made.output
    assert "It is complete as it stands." in made.stdout
    assert run("payers", "lint", tmp_path).exit_code == ExitCode.DONE


def test_a_condition_of_the_payer_is_left_to_be_filled_in(tmp_path: Path) -> None:
    assert new(tmp_path, "--stance", "listed_conditional", "--extent", "opening").exit_code == ExitCode.DONE
    told = run("payers", "lint", tmp_path)
    assert told.exit_code == ExitCode.PACK
    assert "1 problem." in told.stderr
    assert "indications.caps.criteria[1].criterion.text is not filled in yet." in told.stderr


def test_what_no_option_says_is_marked_and_lint_names_each_place(tmp_path: Path) -> None:
    made = run("payers", "new", tmp_path / "acme-health", "--later")
    assert made.exit_code == ExitCode.DONE
    told = run("payers", "lint", tmp_path)
    assert told.exit_code == ExitCode.PACK
    marked = sorted(
        f"{path}:{number}"
        for path in (tmp_path / "payers").rglob("*.yaml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "FILL IN" in line.partition(" #")[0]
    )
    assert sorted({place.rpartition(":")[0] for place in re.findall(r"^  (\S+:\d+:\d+)$", told.stderr, re.MULTILINE)}) == marked
    assert told.stderr.count("is not filled in yet.") == int(re.search(r"(\d+) place", made.stdout)[1])  # type: ignore[index]  # it must match


def test_questions_are_asked_for_what_no_option_says_and_enter_puts_an_answer_off(tmp_path: Path) -> None:
    answers = ["Acme: the “better” plan", "commercial", "any", "Apheresis", "CP-7", "https://acme.example/7"]
    answers += ["2026-01", "effective", "opening", "caps", "listed", ""]
    arguments = ["payers", "new", str(tmp_path / "acme-health")]
    told = CliRunner().invoke(main, arguments, input="\n".join(answers) + "\n")
    assert told.exit_code == ExitCode.DONE, told.output
    linted = run("payers", "lint", tmp_path)
    assert "1 problem." in linted.stderr
    assert "indications.caps.paraphrase is not filled in yet." in linted.stderr


def test_an_answer_of_another_form_is_asked_for_again(tmp_path: Path) -> None:
    answers = ["Acme", "any", "any", "", "", "acme.example", "https://acme.example", *[""] * 3, "caps", "", ""]
    told = CliRunner().invoke(main, ["payers", "new", str(tmp_path / "acme")], input="\n".join(answers) + "\n")
    assert told.exit_code == ExitCode.DONE, told.output
    assert "Write the address as the browser shows it" in told.output


@pytest.mark.parametrize(
    ("written", "held"),
    [
        ("Medicare Advantage, commercial", "lines_of_business: [medicare_advantage, commercial]"),
        ("any", "lines_of_business: []"),
        ("ANY", "lines_of_business: []"),
    ],
)
def test_a_coverage_may_be_written_as_people_write_it(tmp_path: Path, written: str, held: str) -> None:
    assert run("payers", "new", tmp_path / "acme", "--line-of-business", written, "--later").exit_code == ExitCode.DONE
    assert held in (tmp_path / "payers" / "acme" / "payer.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "option", [("--line-of-business", "private"), ("--state", "Ohio"), ("--url", "acme"), ("--stance", "yes")]
)
def test_an_option_of_another_form_is_wrong_usage_and_writes_nothing(tmp_path: Path, option: tuple[str, str]) -> None:
    assert run("payers", "new", tmp_path / "acme", *option, "--later").exit_code == ExitCode.USAGE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ['Acme "better" plan', "Acme: a plan", "- Acme", "#1 Plan", "Acmé & Söhne", "0815", "a\\b", "{x}"]
)
def test_a_name_of_any_kind_is_read_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    new(tmp_path, "--stance", "listed", "--extent", "opening", "--name", name)
    found = json.loads(run("payers", "show", "acme-health", "--packs", tmp_path, "--format", "json").stdout)
    assert found["name"] == name


@pytest.mark.parametrize("before", [["new"], ["lint"], ["preview", "bcbs-alabama", "-o"], ["list", "--packs"]], ids=" ".join)
@pytest.mark.parametrize("sign", ["\x1b", "\n", "\u202e"])
def test_a_strange_name_of_a_folder_is_wrong_usage(before: list[str], sign: str) -> None:
    told = run("payers", *before, f"x{sign}x/acme")
    assert told.exit_code == ExitCode.USAGE
    assert sign not in told.output or sign == "\n"


def test_a_record_read_long_after_the_invented_case_is_previewed_too(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own", policy=replaced(POLICY, "read_on: 2026-11-02", "read_on: 2031-05-05"))
    assert run("payers", "preview", "acme-health", "--packs", own, "-o", tmp_path / "seen").exit_code == ExitCode.DONE


def test_a_preview_says_when_no_policy_held_on_the_invented_day(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own", policy=replaced(POLICY, "extent: opening", "in_force: {from: 2031-01-01}\nextent: opening"))
    told = run("payers", "preview", "acme-health", "--packs", own, "-o", tmp_path / "seen")
    assert "was not in force on the invented date of service" in " ".join(told.stdout.split())


def test_a_new_record_stopped_before_the_end_writes_nothing(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["payers", "new", str(tmp_path / "acme")], input="Acme\n")
    assert told.exit_code == ExitCode.USAGE
    assert "--later" in told.output
    assert list(tmp_path.iterdir()) == []


def test_a_payer_whose_policy_nobody_has_read_is_complete_without_one(tmp_path: Path) -> None:
    answers = ["Acme", "commercial", "PA", "none"]
    told = CliRunner().invoke(main, ["payers", "new", str(tmp_path / "acme")], input="\n".join(answers) + "\n")
    assert told.exit_code == ExitCode.DONE, told.output
    assert "It is complete as it stands." in told.output
    assert [path.name for path in (tmp_path / "payers" / "acme").iterdir()] == ["payer.yaml"]
    seen = run("payers", "preview", "acme", "--packs", tmp_path, "-o", tmp_path / "seen")
    assert "I had no criteria of your policy before me" in " ".join(seen.stdout.split())


def test_a_new_record_never_replaces_one(tmp_path: Path) -> None:
    new(tmp_path)
    record = tmp_path / "payers" / "acme-health" / "payer.yaml"
    record.write_text("mine", encoding="utf-8")
    assert new(tmp_path).exit_code == ExitCode.DRAFT
    assert record.read_text(encoding="utf-8") == "mine"


def test_the_folder_of_payers_may_be_named_too(tmp_path: Path) -> None:
    assert run("payers", "new", tmp_path / "payers" / "acme", "--later").exit_code == ExitCode.DONE
    assert [path.name for path in (tmp_path / "payers").iterdir()] == ["acme"]


@pytest.mark.parametrize("name", ["generic", "Acme", "acme health", "7", "a" * 41])
def test_an_id_that_cannot_be_one_is_wrong_usage(tmp_path: Path, name: str) -> None:
    assert run("payers", "new", tmp_path / name, "--later").exit_code == ExitCode.USAGE
    assert list(tmp_path.iterdir()) == []


def test_lint_says_what_it_checked_and_what_is_weak(tmp_path: Path) -> None:
    told = run("payers", "lint", lay_pack(tmp_path / "own"))
    assert told.exit_code == ExitCode.DONE
    page = " ".join(told.stdout.split())
    assert "No mistakes. Checked: 1 payer, 1 policy, 1 indication, 2 criteria." in page
    assert "payers/acme-health/policies/cp-7.yaml - was never compared by a second person." in page
    assert "has no fax number, portal or address." in page
    assert "says nothing of" in page


def test_lint_warns_of_what_no_letter_prints_and_of_days_to_come(tmp_path: Path) -> None:
    policy = replaced(POLICY, "    provenance: verified\n    criteria:", "    provenance: recalled\n    criteria:")
    policy = re.sub(r"(basis: \w+,?)(\s+)provenance: verified", r"\1\2provenance: recalled", policy)
    policy = replaced(policy, "read_on: 2026-11-02", "read_on: 2099-01-01")
    policy = replaced(policy, '{date: "2026-01", kind: effective}', "{kind: undated}")
    page = " ".join(run("payers", "lint", lay_pack(tmp_path / "own", policy=policy)).stdout.split())
    assert "is not verified for caps: no letter prints that." in page
    assert "was read on a day that is still to come." in page
    assert "has no date of its version." in page


def test_lint_says_which_of_ours_a_clinic_replaces(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own", payer=replaced(PAYER, "acme-health", "bcbs-alabama"), payer_id="bcbs-alabama")
    assert "In place of ours, whole: bcbs-alabama." in run("payers", "lint", own).stdout


def test_lint_without_a_folder_checks_ours() -> None:
    told = run("payers", "lint")
    assert told.exit_code == ExitCode.DONE
    assert f"Checked: {len(load_packs().payers.payers)} payers" in " ".join(told.stdout.split())


def test_a_preview_is_an_example_that_answers_the_policy_and_cannot_be_signed(tmp_path: Path) -> None:
    own, folder = lay_pack(tmp_path / "own"), tmp_path / "seen"
    told = run("payers", "preview", "acme-health", "--packs", own, "-o", folder)
    assert told.exit_code == ExitCode.DONE, told.output
    assert [path.name for path in folder.iterdir()] == ["letter.pdf"]
    assert "Catastrophic antiphospholipid syndrome, as Acme lists it | Met" in " ".join(told.stdout.split())
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(folder / "letter.pdf").pages]
    letter = " ".join(pages)
    assert [page for page in pages if "(invented)" not in page or "DRAFT" not in page] == []
    assert "EXAMPLE ONLY: invented clinic, invented patient" in letter
    assert "Acme Health Plan" in letter
    assert run("sign", folder, "--ink", "--name", "Elena Reyes, MD", "--npi", "1999999919").exit_code == ExitCode.DRAFT


@pytest.mark.parametrize("indication", INDICATIONS)
def test_there_is_an_invented_patient_for_every_indication(tmp_path: Path, indication: str) -> None:
    own = lay_pack(tmp_path / "own")
    arguments = ("payers", "preview", "acme-health", "--packs", own, "--indication", indication, "-o", tmp_path / "seen")
    assert run(*arguments).exit_code == ExitCode.DONE


def test_an_earlier_preview_is_replaced(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own")
    arguments = ("payers", "preview", "acme-health", "--packs", own, "-o", tmp_path / "seen")
    assert [run(*arguments).exit_code, run(*arguments).exit_code] == [ExitCode.DONE, ExitCode.DONE]


def test_a_preview_replaces_nothing_but_a_preview(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_text("old", encoding="utf-8")
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    told = run("payers", "preview", "bcbs-alabama", "-o", tmp_path)
    assert told.exit_code == ExitCode.DRAFT
    assert (tmp_path / "letter.pdf").read_text(encoding="utf-8") == "old"


def test_a_preview_shows_what_a_template_of_its_own_says_elsewhere(tmp_path: Path) -> None:
    told = run("payers", "preview", "bcbs-alabama", "--indication", "sle-dah", "-o", tmp_path)
    assert "does not list systemic lupus erythematosus" in " ".join(told.stdout.split())


def test_help_of_payers_starts_without_the_packs() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from priorauth.cli import main; "
        "CliRunner().invoke(main, ['payers', 'new', '--help']); "
        "print([name for name in ('pydantic', 'weasyprint', 'jinja2') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": ""}
    )
    assert told.stdout == "[]\n"


def test_show_holds_everything_that_a_record_says(tmp_path: Path) -> None:
    payer = PAYER.replace("submission:\n  known: unknown\n", "")
    payer += """\
caution: Two plans share this name.
prior_authorization: {required: "yes", note: For every outpatient., provenance: verified, source: "https://acme.example/pa"}
retrospective: {accepted: "yes", within_days: 30, provenance: recalled}
documents:
  - {item: The treatment plan, provenance: verified, source: "https://acme.example/form"}
submission:
  known: known
  notes: [Answered by telephone only.]
  fields: [diagnosis code, number of sessions]
  channels:
    - kind: fax
      scope: Commercial plans in Pennsylvania
      number: 555-555-0142
      source: https://acme.example/contact
      seen_on: 2026-11-01
      provenance: verified
"""
    policy = (
        POLICY
        + """\
default_for_unlisted: {stance: case_by_case, note: Other proven uses., provenance: recalled}
history:
  - {number: CP-6, version: {date: "2024", kind: effective}, note: Did not name it., provenance: recalled, source: "https://a.example"}
caution: Copy of a library.
"""
    )
    own = lay_pack(tmp_path / "own", payer=payer, policy=policy)
    shown = " ".join(run("payers", "show", "acme-health", "--packs", own).stdout.split())
    said = [
        "Two plans share this name.", "needed beforehand: yes. For every outpatient. (read in the payer's own document)",
        "takes a request for sessions already given, within 30 days: yes. (from memory, no text was seen; never printed in a",
        "The treatment plan (read in the payer's own document) https://acme.example/form", "Answered by telephone only.",
        "It asks a request to state: diagnosis code, number of sessions.",
        "fax 555-555-0142: Commercial plans in Pennsylvania (read in the payer's own document on 2026-11-01)",
        "what it does not name: case by case (from memory", "earlier: CP-6, effective 2024. Did not name it. (from memory",
        "Copy of a library.", "CP-7, Apheresis (effective January 2026)", "only its opening was read",
    ]  # fmt: skip
    assert [one for one in said if one not in shown] == []
