"""References in AMA style, from CSL-JSON by a CSL processor."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from priorauth.evidence.models import Citation
from priorauth.packs import data_folder

_STYLE = "styles/american-medical-association.csl"


def format_reference(citation: Citation) -> str:
    """The reference as plain text, without its number: `Wei N, … *Lancet*. 1983;1:17-22.` with nothing in italics.

    It ends with the record's identifier, where it has one.
    """
    record = citation.model_dump(by_alias=True, exclude_none=True, exclude={"note", "pmid", "background"})
    record["author"] = [_with_initials(author) for author in record["author"]]
    text = _formatted(json.dumps(record))
    # The style prints a DOI and knows no PMID.
    return text if citation.doi is not None or citation.identifier is None else f"{text} {citation.identifier}"


def _with_initials(author: dict[str, str]) -> dict[str, str]:
    """Initials as names of their own: a processor takes `SE` for one name and would keep only its S."""
    given = author.get("given", "")
    return {**author, "given": " ".join(given)} if given.isupper() else author


@lru_cache(maxsize=512)
def _formatted(record: str) -> str:
    """Kept per process: the same record always gives the same text."""
    # Imported here because a command that finds the packs kept starts without it.
    from citeproc import Citation as Cited
    from citeproc import CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    data = json.loads(record)
    bibliography = CitationStylesBibliography(_style(), CiteProcJSON([data]), formatter.plain)
    bibliography.register(Cited([CitationItem(data["id"])]))
    text = str(bibliography.bibliography()[0])
    return text.removeprefix("1.").strip()


@lru_cache(maxsize=1)
def _style() -> Any:
    from citeproc import CitationStylesStyle

    # Validation would load a schema of half a megabyte for a file that we ship and test.
    return CitationStylesStyle(str(data_folder("evidence") / _STYLE), validate=False)
