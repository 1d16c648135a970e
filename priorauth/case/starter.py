"""The commented case that `priorauth new` writes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from priorauth.facts import FactDefinition, FactKind, Owner, Vocabulary

_FACTS_MARK = "# (facts of the vocabulary)\n"
_DAY = "2026-01-05"


def starter_case(vocabulary: Vocabulary) -> str:
    """A case file that reads as it stands and shows every field, and every fact of the vocabulary, commented out.

    With the `#` of every line that begins with `#` alone deleted it is a complete, invented case.
    """
    text = files("priorauth.case").joinpath("starter.yaml").read_text(encoding="utf-8")
    return text.replace(_FACTS_MARK, "".join(_fact_lines(vocabulary)))


def _fact_lines(vocabulary: Vocabulary) -> Iterator[str]:
    """The lines of every fact, by who can answer for it, in the order of the vocabulary."""
    for owner in Owner:
        for name, fact in vocabulary.facts.items():
            if fact.owner is owner:
                yield f"#\n# {fact.name} ({owner}; {_form(fact)}). {fact.question}\n"
                yield f"#  {name}: {{{_example(fact)}}}\n"


def _form(fact: FactDefinition) -> str:
    """What its value looks like, in words."""
    match fact.kind:
        case FactKind.QUANTITY:
            return f"number in {' or '.join(fact.units)}"
        case FactKind.YES_NO:
            return "yes or no"
        case FactKind.CHOICE:
            return f"one of {', '.join(fact.choices)}"
        case FactKind.CHOICES:
            return f"any of {', '.join(fact.choices)}"
        case FactKind.DATE:
            return "date"
        case FactKind.TEXT:
            return "words"


def _example(fact: FactDefinition) -> str:
    """An entry for it on one line."""
    source = "attested_by: requesting_provider" if fact.attested else "exhibit: labs, page: 1"
    return f"value: {_example_value(fact)}, taken: {_DAY}, {source}"


def _example_value(fact: FactDefinition) -> str:
    """A value with its unit; a choice is shown by the first of the vocabulary."""
    match fact.kind:
        case FactKind.QUANTITY:
            return f'1, unit: "{fact.unit}"'
        case FactKind.YES_NO:
            return "yes"
        case FactKind.CHOICE:
            return next(iter(fact.choices))
        case FactKind.CHOICES:
            return f"[{next(iter(fact.choices))}]"
        case FactKind.DATE:
            return _DAY
        case FactKind.TEXT:
            return "words of the record"
