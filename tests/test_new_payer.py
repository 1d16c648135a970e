"""A clerk adds a payer that we do not ship, breaks it in five ways, mends it by the messages, and writes a letter with it.

Everything goes through the commands, and follows the README's page for billing staff.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from priorauth.cli import main
from priorauth.errors import ExitCode
from tests.commands import AS_OF, lay, replaced, run, whole_case

ANSWERS = (
    "Great Lakes Health Plan",
    "commercial",
    "PA, OH",
    "Plasmapheresis",
    "MED-204.1",
    "https://greatlakes.example/med-204",
    "2026-03-15",
    "effective",
    "groups_complete",
    "caps",
    "listed",
    "Listed: catastrophic antiphospholipid syndrome, among blood conditions.",
)
PAYER = Path("payers/great-lakes/payer.yaml")
POLICY = Path("payers/great-lakes/policies/med-204-1.yaml")

BREAKAGES = {
    "a word that is none of the allowed": (
        POLICY,
        "stance: listed\n",
        "stance: covered\n",
        (
            "indications.caps.stance is not one of the allowed words.",
            "Use one of: listed, listed_conditional, last_resort, not_listed, not_covered, case_by_case, unknown, not_seen.",
        ),
    ),
    "a colon in text without quotes": (
        POLICY,
        'paraphrase: "Listed: catastrophic antiphospholipid syndrome, among blood conditions."\n',
        "paraphrase: Listed: catastrophic antiphospholipid syndrome, among blood conditions.\n",
        ("has a colon where none can stand.", "Put text that holds a colon in quotes"),
    ),
    "a name of a field with two letters changed over": (
        PAYER,
        "states: [PA, OH]\n",
        "sttaes: [PA, OH]\n",
        ("sttaes is not a field that belongs here.", "Did you mean `states`"),
    ),
    "a date as Americans write it": (
        POLICY,
        'date: "2026-03-15"',
        'date: "03/15/2026"',
        ("version.date is not a date as a document gives it.", "Write a year, month or day: 2026, 2026-03 or 2026-03-15."),
    ),
    "more said than was read": (
        POLICY,
        "extent: groups_complete\n",
        "extent: title\n",
        ("is called verified in a policy of which no part was read.", "A line is known no better than its policy"),
    ),
}
"""For each mistake: the file, what is replaced by what, and what the message says is wrong and how to mend it."""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clinic's folder with the payer that the clerk has just described, at the clerk's own desk."""
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["payers", "new", "ourpacks/great-lakes"], input="\n".join(ANSWERS) + "\n")
    assert told.exit_code == ExitCode.DONE, told.output
    return Path("ourpacks")


def line_of(text: str, sought: str) -> int:
    """The number of the line on which this stands."""
    return text.partition(sought)[0].count("\n") + 1


def test_a_payer_described_by_answers_alone_has_no_mistakes(own: Path) -> None:
    assert sorted(path.relative_to(own) for path in own.rglob("*.yaml")) == [PAYER, POLICY]
    told = run("payers", "lint", own)
    assert told.exit_code == ExitCode.DONE
    assert "No mistakes. Checked: 1 payer, 1 policy, 1 indication, 1 criterion." in told.stdout


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_mistake_is_named_with_file_line_and_remedy_and_mending_it_ends_it(own: Path, name: str) -> None:
    file, right, wrong, messages = BREAKAGES[name]
    good = (own / file).read_text(encoding="utf-8")
    (own / file).write_text(replaced(good, right, wrong), encoding="utf-8")
    told = run("payers", "lint", own)
    assert told.exit_code == ExitCode.PACK
    assert "cannot be used: 1 problem." in told.stderr
    assert [message for message in messages if message not in told.stderr] == []
    at = line_of(good, right) if name != "more said than was read" else line_of(good, "  caps:\n")
    assert f"  {own / file}:{at}:" in told.stderr
    (own / file).write_text(replaced((own / file).read_text(encoding="utf-8"), wrong, right), encoding="utf-8")
    assert run("payers", "lint", own).exit_code == ExitCode.DONE


def test_all_five_mistakes_at_once_are_named_at_once_but_for_what_hides_the_rest_of_its_file(own: Path) -> None:
    for file, right, wrong, _ in BREAKAGES.values():
        if "colon" not in wrong:
            (own / file).write_text(replaced((own / file).read_text(encoding="utf-8"), right, wrong), encoding="utf-8")
    told = run("payers", "lint", own)
    assert told.exit_code == ExitCode.PACK
    assert "sttaes is not a field that belongs here." in told.stderr
    assert "has a colon where none can stand." in told.stderr


def test_a_broken_record_writes_no_letter(own: Path) -> None:
    file, right, wrong, _ = BREAKAGES["a word that is none of the allowed"]
    (own / file).write_text(replaced((own / file).read_text(encoding="utf-8"), right, wrong), encoding="utf-8")
    told = run("letter", lay(Path("in"), whole_case()), "--packs", own, *AS_OF)
    assert told.exit_code == ExitCode.PACK
    assert not Path("drafts").exists()


def test_the_new_payer_is_previewed_and_written_to(own: Path) -> None:
    seen = run("payers", "preview", "great-lakes", "--packs", own)
    assert seen.exit_code == ExitCode.DONE, seen.output
    assert "Great Lakes Health Plan lists catastrophic antiphospholipid syndrome" in " ".join(seen.stdout.split())
    assert (Path("previews") / "great-lakes" / "letter.pdf").is_file()
    text = replaced(whole_case(), "payer_id: highmark-commercial-pa", "payer_id: great-lakes")
    case = lay(Path("in"), replaced(text, "payer_name: Highmark (Pennsylvania)", "payer_name: Great Lakes Health Plan"))
    assert "Great Lakes Health Plan. MED-204.1" in " ".join(run("check", case, "--packs", own, *AS_OF).stdout.split())
    assert run("letter", case, "--packs", own, *AS_OF).exit_code == ExitCode.DONE
    letter = " ".join(page.extract_text() for page in PdfReader(Path("drafts") / "caps" / "letter.pdf").pages)
    assert "as the policy lists it" in " ".join(letter.split())
    sheet = " ".join(page.extract_text() for page in PdfReader(Path("drafts") / "caps" / "review.pdf").pages)
    assert "comes from the clinic’s own record" in " ".join(sheet.split())
    signed = run("sign", "drafts/caps", "--ink", "--name", "Elena Reyes, MD", "--npi", "1999999919", "--date", AS_OF[1])
    assert signed.exit_code == ExitCode.DONE, signed.output
    assert run("verify", "drafts/caps").exit_code == ExitCode.DONE
