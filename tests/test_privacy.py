"""Patient data stays in the case and in the letter's own files: planted words are searched for in everything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from priorauth.errors import ExitCode
from tests.commands import AS_OF, lay, replaced, run, whole_case

PLANTED = {
    "Marisol": "Zebulonia",
    "Examplar": "Quixworth",
    "1988-03-14": "1983-07-19",
    '"00123456789"': '"00777333999"',
    '"00012345"': '"00055566677"',
    "Lupus since 2019": "Wisteriaword lupus since 2019",
    "I chose exchange": "I, of Thistlemark, chose exchange",
    "A week after warfarin": "Bramblenote week after warfarin",
    "blue fingertips": "lanternmoss fingertips",
}
"""What the sample says of its patient, and the words of this test that stand there instead."""

CANARIES = (
    "zebulonia", "quixworth", "1983-07-19", "07/19/1983", "july 19", "jul 19", "00777333999", "777333999",
    "00055566677", "wisteriaword", "thistlemark", "bramblenote", "lanternmoss",
)  # fmt: skip
LETTER_FILES = {"letter.html", "letter.pdf", "letter-signed.pdf", "review.pdf", "trace.json"}
"""The letter's own: they are about the patient."""


def planted(text: str) -> str:
    for old, new in PLANTED.items():
        text = replaced(text, old, new)
    return text


Spoil = Callable[[str], str]


def swap(old: str, new: str) -> Spoil:
    return lambda text: replaced(text, old, new)


def drop(*starts: str) -> Spoil:
    """Comments out the lines that begin so."""
    return lambda text: "".join(
        f"# {line}" if line.strip().startswith(starts) else line for line in text.splitlines(keepends=True)
    )


SUCCESS: Spoil = str

SPOILED: dict[str, tuple[Spoil, ExitCode]] = {
    "whole": (SUCCESS, ExitCode.DONE),
    "name-as-key": (swap("  name: {given: Zebulonia, family: Quixworth}", "  Zebulonia Quixworth: 1983-07-19"), ExitCode.CASE),
    "name-as-list": (swap("{given: Zebulonia, family: Quixworth}", "[Zebulonia, Quixworth]"), ExitCode.CASE),
    "name-as-text": (swap("{given: Zebulonia, family: Quixworth}", "Zebulonia Quixworth"), ExitCode.CASE),
    "name-not-closed": (swap("{given: Zebulonia, family: Quixworth}", '{given: "Zebulonia, family: Quixworth}'), ExitCode.CASE),
    "name-with-tag": (swap("{given: Zebulonia, family: Quixworth}", "!!python/name:Zebulonia.Quixworth"), ExitCode.CASE),
    "name-as-alias": (swap("{given: Zebulonia, family: Quixworth}", "*Quixworth"), ExitCode.CASE),
    "name-twice": (swap("  sex: female", "  name: {given: Zebulonia, family: Quixworth}\n  sex: female"), ExitCode.CASE),
    "date-in-words": (swap("1983-07-19", "July 19, 1983"), ExitCode.CASE),
    "date-american": (swap("1983-07-19", "07/19/1983"), ExitCode.CASE),
    "born-after-onset": (swap("1983-07-19", "2026-11-19"), ExitCode.CASE),
    "id-with-signs": (swap('"00777333999"', '"00777333999 Quixworth?!"'), ExitCode.CASE),
    "id-as-fact": (swap("  schistocytes:", "  quixworth_zebulonia:"), ExitCode.CASE),
    "id-as-choice": (swap("sex: female", "sex: Quixworth"), ExitCode.CASE),
    "name-as-provider": (swap("requesting_provider: reyes", "requesting_provider: Quixworth"), ExitCode.CASE),
    "name-as-exhibit": (swap("exhibit: D\n      page: 1", "exhibit: Quixworth\n      page: 1"), ExitCode.CASE),
    "name-as-unit": (swap('value: "46", unit: "%"', 'value: "46", unit: Quixworth'), ExitCode.CASE),
    "name-as-result": (swap('value: "46", unit: "%"', 'value: Quixworth, unit: "%"'), ExitCode.CASE),
    "name-as-indication": (swap("indication: {primary: caps}", "indication: {primary: Quixworth}"), ExitCode.BLOCKED),
    "name-as-payer": (swap("payer_id: highmark-commercial-pa", "payer_id: Quixworth"), ExitCode.DONE),
    "not-printable": (swap("family: Quixworth", "family: Quixworth 李"), ExitCode.CASE),
    "markup": (swap("family: Quixworth", "family: '<b onclick=Quixworth>{{ Zebulonia }}</b>'"), ExitCode.DONE),
    "blocked": (drop("stop_for_futility"), ExitCode.BLOCKED),
    "refused": (
        swap("heparin_induced_thrombocytopenia: {value: no", "heparin_induced_thrombocytopenia: {value: yes"),
        ExitCode.NOT_SUPPORTED,
    ),
}
"""Every way in which a command can meet patient data where it does not belong, and how `letter` must end."""


def case_text(kind: str) -> str:
    return SPOILED[kind][0](planted(whole_case(case_id=kind)))


def found_in(text: str) -> list[str]:
    """The planted words in a text, however they are written."""
    return [canary for canary in CANARIES if canary in text.lower()]


def leaks_in(folder: Path) -> dict[str, list[str]]:
    """The planted words in the names of all files, and in every file that is not the letter's own."""
    leaks = {}
    for path in folder.rglob("*"):
        names = found_in(path.relative_to(folder).as_posix())
        words = found_in(path.read_bytes().decode("utf-8", "replace")) if path.is_file() and path.name not in LETTER_FILES else []
        if names or words:
            leaks[path.name] = names + words
    return leaks


def test_the_planted_words_are_in_the_letter_so_that_their_absence_means_something(tmp_path: Path) -> None:
    assert run("letter", lay(tmp_path, case_text("whole")), *AS_OF, "-o", tmp_path / "draft").exit_code == ExitCode.DONE
    html = (tmp_path / "draft" / "letter.html").read_text(encoding="utf-8")
    assert {"zebulonia", "quixworth", "00777333999", "wisteriaword", "thistlemark", "bramblenote"} <= set(found_in(html))


@pytest.mark.parametrize("kind", SPOILED)
def test_a_letter_made_or_refused_leaks_nothing(tmp_path: Path, kind: str) -> None:
    told = run("letter", lay(tmp_path / "in", case_text(kind)), *AS_OF, "-o", tmp_path / "out" / "draft")
    assert told.exit_code == SPOILED[kind][1], told.output
    assert found_in(told.output + told.stderr) == []
    assert leaks_in(tmp_path / "out") == {}


@pytest.mark.parametrize("command", [["check"], ["check", "--format", "json"], ["explain"], ["explain", "--format", "json"]])
@pytest.mark.parametrize("kind", SPOILED)
def test_looking_at_a_case_leaks_nothing(tmp_path: Path, kind: str, command: list[str]) -> None:
    told = run(command[0], lay(tmp_path, case_text(kind)), *AS_OF, *command[1:])
    assert told.exit_code != ExitCode.BUG
    assert found_in(told.output + told.stderr) == []


def test_a_batch_leaks_nothing(tmp_path: Path) -> None:
    for kind in SPOILED:
        lay(tmp_path / "in", case_text(kind), f"{kind}.yaml")
    told = run("batch", tmp_path / "in", "-o", tmp_path / "out", "--format", "json", *AS_OF)
    assert told.exit_code == ExitCode.BATCH
    assert found_in(told.output + told.stderr) == []
    assert leaks_in(tmp_path / "out") == {}
    assert (tmp_path / "out" / "whole" / "letter.pdf").is_file()


def test_the_table_of_a_batch_leaks_nothing(tmp_path: Path) -> None:
    for kind in ("name-as-key", "refused", "not-printable"):
        lay(tmp_path / "in", case_text(kind), f"{kind}.yaml")
    told = run("batch", tmp_path / "in", "-o", tmp_path / "out", *AS_OF)
    assert found_in(told.output + told.stderr) == []


def test_signing_and_verifying_leak_nothing(tmp_path: Path) -> None:
    case = lay(tmp_path / "in", case_text("whole"))
    draft = tmp_path / "out" / "draft"
    run("letter", case, *AS_OF, "-o", draft)
    attestation = ("--ink", "--name", "Elena Reyes", "--npi", "1999999919", "--date", AS_OF[1])
    case.write_text(replaced(case.read_text(encoding="utf-8"), "Wisteriaword", "Wisteriaworm"), encoding="utf-8")
    refused = run("sign", draft, *attestation)
    case.write_text(case_text("whole"), encoding="utf-8")
    signed = run("sign", draft, *attestation)
    verified = run("verify", draft)
    assert [refused.exit_code, signed.exit_code, verified.exit_code] == [ExitCode.DRAFT, ExitCode.DONE, ExitCode.DONE]
    assert found_in("".join(told.output + told.stderr for told in (refused, signed, verified))) == []
    assert leaks_in(tmp_path / "out") == {}
