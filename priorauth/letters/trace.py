"""Where every printed value comes from, read back from the filled letter itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from priorauth.case.reader import CaseFile
from priorauth.criteria.language import Criterion
from priorauth.errors import TemplateError
from priorauth.evidence.models import Evidence
from priorauth.letters.spans import read_spans
from priorauth.reasoning.review import Packs

Entry = dict[str, Any]
_OBSERVATION = re.compile(r"case:facts\.([a-z0-9_]+)\[(\d+)\]")


def trace(html: str, case_file: CaseFile, packs: Packs) -> list[Entry]:
    """One entry per source id: the id, what was printed from it, and where it is written.

    Raises `TemplateError` naming the id when one resolves to nothing; that is a bug of a template
    or of ours, and a letter with it must not leave the house.
    """
    vocabulary, evidence = packs.vocabulary, packs.evidence
    resolvers: Mapping[str, Callable[[str], Entry]] = {
        "case": lambda source: _in_case(source, case_file),
        "practice": lambda source: _in_case(source, case_file),  # a case names what its clinic profile holds
        "facts": lambda source: {"file": "evidence/facts.yaml", "name": vocabulary[_rest(source)].name},
        "row": lambda source: _row(source, evidence),
        "edition": lambda source: _edition(source, evidence),
        "indication": lambda source: _indication(source, evidence),
        "citation": lambda source: _citation(source, evidence),
        "payer": packs.payers.origin,
        "stance": packs.payers.origin,
        "clock": packs.rules.clocks.origin,
        "priorauth": lambda source: {"given": "as_of"} if source == "priorauth:as_of" else _nothing(source),
    }
    return [
        {"id": source, "printed": list(texts), **_resolve(source, resolvers)}
        for source, texts in read_spans(html).printed.items()
    ]


def _resolve(source: str, resolvers: Mapping[str, Callable[[str], Entry]]) -> Entry:
    try:
        return resolvers[source.partition(":")[0]](source)
    except (KeyError, IndexError):
        raise TemplateError(
            f"The source id {source} in the filled letter resolves to nothing. Mend the value that carries it."
        ) from None


def _nothing(source: str) -> Entry:
    raise KeyError(source)


def _rest(source: str) -> str:
    return source.partition(":")[2]


def _in_case(source: str, case_file: CaseFile) -> Entry:
    place = case_file.place(source)
    entry: Entry = {"file": place.file, "line": place.line, "column": place.column}
    seen = _OBSERVATION.match(source)
    if seen is not None:
        observation = case_file.case.facts[seen[1]][int(seen[2])]
        entry |= {"exhibit": observation.exhibit, "page": observation.page}
    return entry


def _row(source: str, evidence: Evidence) -> Entry:
    name, _, row_id = _rest(source).rpartition("/")
    edition = evidence.editions[name] if name else evidence.edition
    row = edition.by_id[row_id]
    return {"file": f"evidence/guidelines/{edition.id}.yaml", "citation": edition.citation, "page": row.page}


def _edition(source: str, evidence: Evidence) -> Entry:
    edition = evidence.editions[_rest(source)]
    return {"file": f"evidence/guidelines/{edition.id}.yaml", "citation": edition.citation}


def _indication(source: str, evidence: Evidence) -> Entry:
    name, _, part = _rest(source).partition("/")
    indication = evidence.indications[name]
    entry: Entry = {"file": f"evidence/{indication.file}"}
    if not part:
        return entry
    for statement in indication.statements:
        if statement.id == part:
            checked = {"quotation": statement.quotation, "verified": statement.verified, "claim": statement.claim}
            return entry | {"citations": list(statement.citations), "direction": statement.direction} | checked
    for criterion in (one for level in indication.levels for one in _within(level.criterion)):
        if criterion.id == part:
            return entry | {"criterion": criterion.id, "source": criterion.source}
    raise KeyError(source)


def _within(criterion: Criterion) -> Iterator[Criterion]:
    yield criterion
    for part in criterion.parts:
        yield from _within(part)


def _citation(source: str, evidence: Evidence) -> Entry:
    citation = evidence.citations[_rest(source)]
    return {"file": "evidence/citations.json", "doi": citation.doi, "pmid": citation.pmid, "note": citation.note}
