"""What a clerk is told on the way to a payer of one's own: each message says the next thing to do, and says it of this record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from priorauth.case.choices import TherapyClass
from priorauth.cli import main
from priorauth.cli.payers_new import INDICATIONS
from priorauth.drafts.loading import load_packs, read_clinic
from priorauth.errors import ExitCode, PackError
from tests.clinic_packs import PAYER, POLICY, lay_pack
from tests.commands import AS_OF, lay, replaced, run, whole_case

TEST = "          diagnosis: {codes: [D68.61]}\n"
FAX = """\
submission:
  known: known
  channels:
    - kind: fax
      scope: Commercial plans in Pennsylvania
      source: https://acme.example/contact
      seen_on: 2026-11-01
      provenance: verified
"""


def linted(folder: Path, *, payer: str = PAYER, policy: str = POLICY) -> str:
    """What lint says of a pack without mistakes, on one line."""
    told = run("payers", "lint", lay_pack(folder / "own", payer=payer, policy=policy))
    assert told.exit_code == ExitCode.DONE, told.output
    return " ".join(told.stdout.split())


def refused(folder: Path, *, payer: str = PAYER, policy: str = POLICY) -> str:
    """What lint says of a pack with mistakes, on one line."""
    told = run("payers", "lint", lay_pack(folder / "own", payer=payer, policy=policy))
    assert told.exit_code == ExitCode.PACK, told.output
    return " ".join(told.stderr.split())


@pytest.mark.parametrize(("folder", "typed"), [("ourpacks", "ourpacks"), ("our packs", "'our packs'")])
def test_a_new_record_says_how_it_is_checked_with_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("payers", "new", f"{folder}/acme", "--later").exit_code == ExitCode.DONE
    record = Path(folder, "payers", "acme", "payer.yaml").read_text(encoding="utf-8")
    assert record.splitlines()[1].endswith(f"Then run: priorauth payers lint {typed}")


def test_lint_without_a_folder_says_whose_payers_it_checked_and_asks_nothing_of_a_clinic() -> None:
    told = run("payers", "lint").stdout
    assert "These are the payers shipped with priorauth; for yours: `priorauth payers lint FOLDER`" in told
    assert "worth mending" not in told


@pytest.mark.parametrize("stance", ["not_listed", "not_covered"])
def test_a_condition_left_under_a_stance_that_has_none_is_weak(tmp_path: Path, stance: str) -> None:
    policy = replaced(replaced(POLICY, "stance: listed", f"stance: {stance}"), "extent: opening", "extent: groups_complete")
    assert f"caps is {stance}, and has a row that the payer asks for." in linted(tmp_path, policy=policy)


def test_what_is_sound_is_not_called_weak(tmp_path: Path) -> None:
    payer = replaced(
        PAYER, "submission:\n  known: unknown\n", replaced(FAX, "      source", "      number: 555-555-0142\n      source")
    )
    page = linted(tmp_path, payer=payer)
    assert [
        one for one in ("a row that the payer asks", "is no state", "without its number", "does not hold") if one in page
    ] == []


def test_a_state_that_does_not_exist_is_weak(tmp_path: Path) -> None:
    page = linted(tmp_path, payer=replaced(PAYER, "states: [PA]", "states: [PA, OO]"))
    assert "names OO, which is no state." in page


def test_a_fax_without_a_number_is_weak(tmp_path: Path) -> None:
    page = linted(tmp_path, payer=replaced(PAYER, "submission:\n  known: unknown\n", FAX))
    assert "has a fax without its number." in page


@pytest.mark.parametrize(("code", "weak"), [("D68.99", True), ("M31.1", False), ("M31.1-", False), ("D68.61", False)])
def test_a_code_that_no_release_holds_is_weak_and_a_header_stands_for_those_below(tmp_path: Path, code: str, weak: bool) -> None:
    page = linted(tmp_path, policy=replaced(POLICY, "codes: [D68.61]", f"codes: [{code}]"))
    assert (f"caps asks for {code}, which ICD-10-CM" in page) is weak


def test_a_wrong_word_in_a_list_is_said_without_calling_the_list_short(tmp_path: Path) -> None:
    therapy = "          therapy: {classes: [corticosteroid], outcomes: [worked]}\n"
    told = refused(tmp_path, policy=replaced(POLICY, TEST, therapy))
    assert "outcomes[0] is not one of the allowed words." in told
    assert "too few" not in told


def test_an_empty_list_is_called_short(tmp_path: Path) -> None:
    therapy = "          therapy: {classes: [corticosteroid], outcomes: []}\n"
    assert "outcomes has too few entries." in refused(tmp_path, policy=replaced(POLICY, TEST, therapy))


@pytest.mark.parametrize(
    ("submission", "remedy"),
    [
        (replaced(FAX, "known: known", "known: unknown"), "Write `known: known`, because a channel is listed."),
        ("submission:\n  known: known\n", "Write `known: unknown`, or list a channel under `channels`."),
    ],
)
def test_what_is_called_known_and_what_is_listed_are_brought_together_by_name(
    tmp_path: Path, submission: str, remedy: str
) -> None:
    assert remedy in refused(tmp_path, payer=replaced(PAYER, "submission:\n  known: unknown\n", submission))


@pytest.mark.parametrize(
    "test", ["          yes: {fact: heparin}\n", "          all:\n            - {id: one, text: One, yes: {fact: heparin}}\n"]
)
def test_a_fact_that_nobody_knows_is_named_at_its_own_line_with_where_facts_are_listed(tmp_path: Path, test: str) -> None:
    policy = replaced(POLICY, TEST, test)
    with pytest.raises(PackError) as raised:
        read_clinic(lay_pack(tmp_path / "own", policy=policy), load_packs())
    (problem,) = raised.value.problems
    assert problem.line == policy.partition("heparin")[0].count("\n") + 1
    assert "under `facts`; for a treatment use `therapy:`" in problem.remedy
    told = " ".join(run("payers", "lint", tmp_path / "own").stderr.split())
    assert "fact: The criterion `" in told


def test_a_state_without_brackets_is_told_of_them(tmp_path: Path) -> None:
    assert "in brackets, as in `[OH]`" in refused(tmp_path, payer=replaced(PAYER, "states: [PA]", "states: PA"))


def test_an_answer_that_is_no_word_is_told_the_words_and_no_empty_one(tmp_path: Path) -> None:
    answers = ["Acme", "any", "any", "Apheresis", "", "", "", "recently", "", "all", "", "caps", "maybe", "", ""]
    told = CliRunner().invoke(main, ["payers", "new", str(tmp_path / "acme")], input="\n".join(answers) + "\n")
    assert told.exit_code == ExitCode.DONE, told.output
    assert told.output.count("is not one of") == 3
    assert "''" not in told.output
    assert "the whole document, or the list of covered uses to its end" in told.output


def test_a_new_policy_names_every_class_of_therapy_and_explains_every_stance(tmp_path: Path) -> None:
    run("payers", "new", tmp_path / "acme", "--later", "--policy-title", "Apheresis", "--stance", "listed_conditional")
    text = (tmp_path / "payers" / "acme" / "policies" / "apheresis.yaml").read_text(encoding="utf-8")
    named = re.split(r"[\s#,.]+", text.partition("Classes of therapy:")[2].partition("- basis")[0])
    assert [one for one in named if one] == [str(one) for one in TherapyClass]
    assert "`unknown` is also a word" in text


def test_a_part_of_an_id_finds_the_payers_that_begin_so() -> None:
    told = run("payers", "show", "highmrk")
    assert told.exit_code == ExitCode.USAGE
    assert "Did you mean highmark-commercial-pa or highmark-medicare-advantage?" in " ".join(told.stderr.split())


def test_what_is_shown_of_a_payer_names_each_indication_in_words() -> None:
    shown = " ".join(run("payers", "show", "highmark-commercial-pa").stdout.split())
    titles = {name: one.title for name, one in load_packs().evidence.indications.items()}
    assert [name for name in INDICATIONS if f"{name}, {titles[name]}: " not in shown] == []


def test_what_a_payer_wants_to_see_stands_apart() -> None:
    assert "\n\nWhat it wants to see\n" in run("payers", "show", "cigna-commercial").stdout


def test_the_list_says_once_that_nobody_compared_the_policies(tmp_path: Path) -> None:
    told = " ".join(run("payers", "list").stdout.split())
    assert told.endswith("Nobody has yet compared these policies with the payer's page.")
    assert told.count("compared") == 1
    own = lay_pack(tmp_path / "own", policy=replaced(POLICY, "extent:", "compared_on: 2026-11-20\nextent:"))
    told = " ".join(run("payers", "list", "--packs", own).stdout.split())
    assert "compared with the payer's page on 2026-11-20" in told
    assert told.endswith("Nobody has yet compared the policies above for which no day is given with the payer's page.")


def test_a_folder_stands_for_the_case_in_it(tmp_path: Path) -> None:
    case = lay(tmp_path / "in", whole_case())
    assert run("check", case.parent, *AS_OF).stdout == run("check", case, *AS_OF).stdout
    case.rename(tmp_path / "in" / "other.yaml")
    assert run("check", tmp_path / "in", *AS_OF).exit_code == ExitCode.CASE


@pytest.mark.parametrize("signed", [True, False])
def test_a_letter_that_changed_is_drafted_elsewhere_once_it_was_signed(tmp_path: Path, signed: bool) -> None:
    draft = tmp_path / "draft"
    assert run("letter", lay(tmp_path / "in", whole_case()), *AS_OF, "-o", draft).exit_code == ExitCode.DONE
    if signed:
        by = ("--ink", "--name", "Elena Reyes, MD", "--npi", "1999999919", "--date", AS_OF[1])
        assert run("sign", draft, *by).exit_code == ExitCode.DONE
    (draft / "letter.html").write_text("changed", encoding="utf-8")
    told = run("verify", draft)
    assert told.exit_code == ExitCode.DRAFT
    assert ("with -o another folder" in told.stderr) is signed


def test_a_new_case_says_where_the_ids_of_payers_are_listed(tmp_path: Path) -> None:
    run("new", tmp_path / "case.yaml")
    remark = next(line for line in (tmp_path / "case.yaml").read_text(encoding="utf-8").splitlines() if "payer_id:" in line)
    assert "`priorauth payers list`" in remark


def test_a_batch_says_where_the_written_letters_are_listed(tmp_path: Path) -> None:
    lay(tmp_path / "in", whole_case())
    told = run("batch", tmp_path / "in", "-o", tmp_path / "out", "--jobs", "1", *AS_OF)
    assert told.exit_code == ExitCode.DONE
    assert f"Every case, the written ones too, is listed in {tmp_path / 'out' / 'summary.csv'}." in told.stdout
