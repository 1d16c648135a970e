"""The commented record of a payer that `priorauth payers new` writes: what was answered, and a mark where nothing was."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from priorauth.documents import parse
from priorauth.payers.entry import Provenance
from priorauth.payers.models import Extent, Stance
from priorauth.payers.overlay import NOT_FILLED_IN

_READ = frozenset({Extent.OPENING, Extent.GROUPS_COMPLETE})
_EXCEPTION = frozenset({Stance.NOT_LISTED, Stance.NOT_COVERED, Stance.CASE_BY_CASE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person said of a payer; `None` and an empty text leave a mark to fill in."""

    id: str
    written_on: date
    indication: str
    folder: str
    """The folder of the clinic's payers as a command line takes it; the record says how to check it."""
    policy: bool = True
    """Whether a policy of the payer was read."""
    name: str | None = None
    lines_of_business: Sequence[str] | None = None
    """Empty for any."""
    states: Sequence[str] | None = None
    """Empty for any."""
    number: str | None = None
    title: str | None = None
    url: str | None = None
    version_date: str | None = None
    version_kind: str | None = None
    extent: str | None = None
    stance: str | None = None
    paraphrase: str | None = None


def starter_record(answers: Answers) -> Mapping[str, str]:
    """The files of a new record by their path from the payer's folder; they read as they stand once no mark is left.

    Without a policy that was read there is only the payer.
    """
    payer = {"payer.yaml": _filled(_text("payer.yaml"), _payer_values(answers))}
    if not answers.policy:
        return payer
    policy_id = _file_name(answers.number or answers.title or "policy")
    return payer | {f"policies/{policy_id}.yaml": _filled(_text("policy.yaml"), _policy_values(answers, policy_id))}


def _payer_values(answers: Answers) -> dict[str, str]:
    return {
        "id": answers.id,
        "folder": answers.folder,
        "name": _scalar(answers.name),
        "lines": _list(answers.lines_of_business),
        "states": _list(answers.states),
        "today": answers.written_on.isoformat(),
    }


def _policy_values(answers: Answers, policy_id: str) -> dict[str, str]:
    read = answers.extent is None or answers.extent in _READ
    provenance = Provenance.VERIFIED if read else Provenance.VERIFIED_SECONDARY
    unseen = answers.stance == Stance.NOT_SEEN
    words = _words()
    condition = words["conditions"][answers.indication]
    values = {
        **{name: _scalar(getattr(answers, name)) for name in ("number", "title", "url", "extent", "stance", "paraphrase")},
        "policy_id": policy_id,
        "version_date": _scalar(answers.version_date),
        "version_kind": _scalar(answers.version_kind),
        "today": answers.written_on.isoformat(),
        "provenance": str(provenance),
        "line_provenance": str(Provenance.UNKNOWN if unseen else provenance),
        "indication": answers.indication,
        "condition": condition,
        "listed_text": f"{condition[0].upper()}{condition[1:]}, as the policy lists it",
        "listed_test": words["tests"][answers.indication],
    }
    return values | {"criteria": _criteria(answers.stance, words, values)}


def _criteria(stance: str | None, words: Mapping[str, Any], values: Mapping[str, str]) -> str:
    if stance == Stance.NOT_SEEN:
        return " []"
    name = "exception" if stance in _EXCEPTION else stance or Stance.LISTED
    return textwrap.indent(_filled(words[name], values), " " * 6).rstrip()


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"<<([a-z_]+)>>", lambda found: values[found[1]], text)


def _scalar(answer: str | None) -> str:
    """As one value of YAML: bare where that is safe, else in quotes; a mark for no answer."""
    if not answer:
        return NOT_FILLED_IN
    return answer if re.fullmatch(r"[A-Za-z][A-Za-z0-9 _./()–-]*|https?://[A-Za-z0-9_./?=&%-]+", answer) else _quoted(answer)


def _quoted(answer: str) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _list(answers: Sequence[str] | None) -> str:
    return f"[{', '.join(answers) if answers is not None else NOT_FILLED_IN}]"


def _file_name(text: str) -> str:
    """A file name made of what names the policy: `MP-100` gives `mp-100`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].rstrip("-") or "policy"


def _text(name: str) -> str:
    return files("priorauth.payers").joinpath(f"starters/{name}").read_text(encoding="utf-8")


def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = parse(_text("criteria.yaml").encode(), name="criteria.yaml").data
    return found
