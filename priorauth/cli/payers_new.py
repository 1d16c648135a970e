"""`priorauth payers new`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from priorauth.cli.exit_codes import ending
from priorauth.cli.options import Name, today
from priorauth.errors import DraftError, ExitCode, PackError

_CODES = (ExitCode.DONE, ExitCode.BUG, ExitCode.USAGE, ExitCode.PACK, ExitCode.DRAFT)

# Named here because help must not wait for the packs; tests hold each list equal to what the packs take.
LINES = ("commercial", "medicare", "medicare_advantage", "medicaid", "marketplace", "federal", "other")
KINDS = {
    "effective": "from when it holds",
    "latest_review": "when the payer last reviewed it",
    "revised": "when the payer last changed its text",
    "as_of": "the day whose state the payer's page shows",
    "dated": "a date on it that says no more",
}
EXTENTS = {
    "opening": "only its beginning",
    "groups_complete": "the whole document, or the list of covered uses to its end",
    "summary": "only what somebody else wrote about it",
    "title": "only its title",
}
INDICATIONS = {
    "caps": "catastrophic antiphospholipid syndrome",
    "ttp-immune": "immune thrombotic thrombocytopenic purpura",
    "sle-npsle": "neuropsychiatric lupus",
    "sle-dah": "alveolar hemorrhage in lupus",
    "sle-tma": "thrombotic microangiopathy in lupus",
    "sle-severe-other": "another severe manifestation of lupus",
}
STANCES = {
    "listed": "named as covered, without a condition",
    "listed_conditional": "named as covered, under conditions",
    "last_resort": "covered when life is threatened and other treatment failed",
    "not_listed": "not in a list of covered uses that was read to its end",
    "not_covered": "named as not covered",
    "case_by_case": "not named, and other proven uses are allowed",
    "not_seen": "you have not seen what it says of this",
}
_FIRST = "caps"
_ANY = "any"
_NONE = "none"

_LINES = dict.fromkeys((*LINES, _ANY), "")


class Form(click.ParamType[str]):
    """Text of a form that can be told from the text alone."""

    def __init__(self, name: str, pattern: str, remedy: str) -> None:
        self.name = name
        self._pattern = pattern
        self._remedy = remedy

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text; wrong usage for another form, nothing for an answer that is put off."""
        if value and not re.fullmatch(self._pattern, value):
            self.fail(self._remedy, param, ctx)
        return str(value)


class OneOf(click.Choice[str]):
    """One word of a list, or nothing for an answer that is put off."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word; wrong usage for another."""
        return str(super().convert(value, param, ctx)) if value else ""


class Words(click.ParamType[str]):
    """Words with commas between them, each of a closed form; written in any case, with spaces or underscores."""

    def __init__(self, name: str, forms: Sequence[str], remedy: str) -> None:
        self.name = name
        self._forms = re.compile("|".join(forms))
        self._remedy = remedy

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The words with commas between them; wrong usage for another word, nothing for an answer that is put off."""
        words = ["_".join(word.lower().split()) for word in str(value).split(",")]
        if value and not all(self._forms.fullmatch(word) for word in words):
            self.fail(self._remedy, param, ctx)
        return ",".join(words)


_LINE = Form("text", r"[^\x00-\x1f\x7f]{1,300}", "Write it on one line.")
_URL = Form("url", r"https?://\S{3,300}", "Write the address as the browser shows it, from https:// on.")
_VERSION = Form("date", r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", "Write 2026, 2026-03 or 2026-03-15.")
_COVERAGE = Words("list", [_ANY, *LINES], f"Write one or more of these, with commas between: {', '.join(LINES)}; or any.")
_STATES = Words("list", [_ANY, r"[a-z]{2}"], "Write each state as its two letters, with commas between; or any.")
_PATH = re.compile(r"[a-z][a-z0-9-]{1,39}")

_QUESTIONS: Mapping[str, tuple[str, click.ParamType[Any], Mapping[str, str]]] = {
    "name": ("The payer's name, as on the member card", _LINE, {}),
    "lines": ("For which coverage; several with commas between", _COVERAGE, _LINES),
    "states": ("In which states, such as PA, OH; or any", _STATES, {}),
    "title": (f"Title of its policy ({_NONE} if you have read none)", _LINE, {}),
    "number": ("Number of the policy", _LINE, {}),
    "url": ("Where you read it (its address on the web)", _URL, {}),
    "version_date": ("The date on it (2026, 2026-03 or 2026-03-15)", _VERSION, {}),
    "version_kind": ("What that date stands for", OneOf(list(KINDS)), KINDS),
    "extent": ("How much of it you read", OneOf(list(EXTENTS)), EXTENTS),
    "stance": ("What it says of the indication", OneOf(list(STANCES)), STANCES),
    "paraphrase": ("The same in one sentence of your own", _LINE, {}),
}
"""Each answer that a record wants: the question, the form of the answer, and the words that it may have; in this order."""

_OF_POLICY = frozenset(_QUESTIONS) - {"name", "lines", "states", "title"}

_HELP = {
    "name": "The payer's name, as on the member card.",
    "lines": f"Its coverage, with commas between: {', '.join(LINES)}; or any.",
    "states": "Its states, with commas between, such as PA,OH; or any.",
    "title": f"Title of the policy; {_NONE} if you have read none.",
    "number": "The payer's own number of the policy.",
    "url": "Where you read it.",
    "version_date": "The date on it: 2026, 2026-03 or 2026-03-15.",
    "version_kind": f"What that date stands for: {', '.join(KINDS)}.",
    "extent": f"How much of it you read: {', '.join(EXTENTS)}.",
    "stance": f"What it says of the indication: {', '.join(STANCES)}.",
    "paraphrase": "The same in one sentence of your own.",
}
_FLAGS = {"number": "--policy-number", "title": "--policy-title", "lines": "--line-of-business", "states": "--state"}
_CHOICES = {"version_kind": KINDS, "extent": EXTENTS, "stance": STANCES}


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """An option for every question."""
    for name in reversed(list(_QUESTIONS)):
        flag = _FLAGS.get(name, f"--{name.replace('_', '-')}")
        kind: click.ParamType[Any] = click.Choice(_CHOICES[name]) if name in _CHOICES else _QUESTIONS[name][1]
        command = click.option(flag, name, type=kind, metavar="WORD" if name in _CHOICES else "TEXT", help=_HELP[name])(command)
    return command


_EXAMPLE = ("priorauth payers new ourpacks/acme-health", "priorauth payers new ourpacks/acme-health --later")


@click.command("new", epilog=ending(_CODES, example=_EXAMPLE))
@click.argument("target", type=Name(), metavar="DIR/ID")
@_options
@click.option("--indication", type=click.Choice(INDICATIONS), metavar="ID", help=f"What you looked up: {', '.join(INDICATIONS)}.")
@click.option("--later", is_flag=True, help="Ask nothing; what no option says is marked FILL IN.")
def command(target: Path, *, indication: str | None, later: bool, **given: str | None) -> None:
    """Write the record of a payer that we do not ship, to start from.

    DIR is the folder of your own payers, ID a short name in small letters,
    such as acme-health. Asks what no option says; Enter alone puts an answer
    off, and marks the place. Replaces nothing.
    """
    folder, payer_id = _place(target)
    home = folder / "payers" / payer_id
    if home.exists():
        raise DraftError(f"Already there: {click.format_filename(home)}. Edit what is there, or name another id.")
    if not later:
        indication, given = _asked(indication, given)
    files = _files(folder, payer_id, indication or _FIRST, given)
    _write(home, files)
    for name in files:
        click.echo(f"Wrote {click.format_filename(home / name)}")
    _say_what_is_left(folder, payer_id)


def _place(target: Path) -> tuple[Path, str]:
    """The folder of the pack and the id; `DIR/payers/ID` means the same as `DIR/ID`."""
    folder, payer_id = target.parent, target.name
    if folder.name == "payers":
        folder = folder.parent
    if not _PATH.fullmatch(payer_id):
        what = "An id has small letters, digits and hyphens only, such as acme-health; it begins with a letter."
        raise click.BadParameter(what, param_hint="DIR/ID")
    if payer_id == "generic":
        what = "`generic` stands for every payer without a folder, and cannot be replaced. Choose an id for this payer."
        raise click.BadParameter(what, param_hint="DIR/ID")
    return folder, payer_id


def _asked(indication: str | None, given: Mapping[str, str | None]) -> tuple[str, dict[str, str | None]]:
    """The answers with those that no option gave asked for."""
    answers = dict(given)
    try:
        for name, (question, kind, words) in _QUESTIONS.items():
            if answers[name] is not None or (name in _OF_POLICY and answers["title"] == _NONE):
                continue
            if name == "stance" and indication is None:
                indication = _ask("Which indication you looked up", click.Choice(INDICATIONS), INDICATIONS, _FIRST)
            answers[name] = _ask(question, kind, words)
    except click.Abort as stopped:
        if isinstance(stopped.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None  # Click tells it in the same way as the end of the input
        click.echo(err=True)
        what = "Stopped before the last question; nothing was written. Give the answers as options, or add --later."
        raise click.UsageError(what) from None
    return indication or _FIRST, answers


def _ask(question: str, kind: click.ParamType[Any], words: Mapping[str, str], default: str = "") -> str:
    """One answer; the words that it may have stand above the question, with what each means."""
    for word, meaning in words.items():
        click.echo(f"  {word:<20}{meaning}".rstrip())
    answer: str = click.prompt(question, type=kind, default=default, show_default=bool(default), show_choices=False)
    return answer


def _files(folder: Path, payer_id: str, indication: str, given: Mapping[str, str | None]) -> Mapping[str, str]:
    from priorauth.payers.starter import Answers, starter_record

    said: dict[str, Any] = {name: answer or None for name, answer in given.items()}
    lines, states = (_words(said.pop(name)) for name in ("lines", "states"))
    states = [state.upper() for state in states] if states is not None else None
    said["policy"] = said["title"] != _NONE
    said |= {"id": payer_id, "written_on": today(), "indication": indication, "folder": _shown(folder)}
    return starter_record(Answers(lines_of_business=lines, states=states, **said))


def _words(text: str | None) -> Sequence[str] | None:
    """The words of a list; empty for any, `None` for no answer."""
    if text is None:
        return None
    words = text.split(",")
    return [] if words == [_ANY] else words


def _write(home: Path, files: Mapping[str, str]) -> None:
    from priorauth.drafts.durable import write_file

    try:
        for name, text in files.items():
            path = home / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(path, text.encode())
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise DraftError(f"The record cannot be written: {reason}. Name a folder of yours.") from error


def _shown(folder: Path) -> str:
    """The folder as it is typed behind a command."""
    return shlex.quote(click.format_filename(folder))


def _say_what_is_left(folder: Path, payer_id: str) -> None:
    from priorauth.cli.payers_show import loaded

    shown = _shown(folder)
    try:
        loaded(folder)
    except PackError as error:
        click.echo(f"Open the file(s) in a text editor: {len(error.problems)} place(s) to fill in or mend. To see each:")
        click.echo(f"  priorauth payers lint {shown}")
        return
    click.echo("It is complete as it stands. To read what it says, and to see a letter:")
    click.echo(f"  priorauth payers show {payer_id} --packs {shown}")
    click.echo(f"  priorauth payers preview {payer_id} --packs {shown}")
