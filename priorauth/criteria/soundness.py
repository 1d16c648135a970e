"""Whether a pack's criterion can be evaluated at all: its facts, choices and fields are there and of the right kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from priorauth.case.parts import Case
from priorauth.criteria.language import ChoiceTest, CountTest, Criterion, FieldTest, PresentTest, QuantityTest, SpanTest, YesTest
from priorauth.facts import FactKind, Vocabulary
from priorauth.mistakes import closest
from priorauth.moments import Moment

_KINDS: Mapping[type, FactKind] = {
    QuantityTest: FactKind.QUANTITY,
    YesTest: FactKind.YES_NO,
    ChoiceTest: FactKind.CHOICE,
    CountTest: FactKind.CHOICES,
    SpanTest: FactKind.DATE,
}
"""The kind of fact that a test can read; the tests that are not here read any."""


_STARTER = "The case that `priorauth new` writes shows every field and every fact."
_FACTS = "Facts are listed in the case that `priorauth new` writes, under `facts`; for a treatment use `therapy:`."


def unsound(criterion: Criterion, vocabulary: Vocabulary) -> Iterator[str]:
    """What keeps a resolved criterion from being evaluated, each as a sentence with its remedy; nothing when it is sound."""
    for leaf in criterion.leaves():
        yield from (f"The criterion `{leaf.id}` {what}" for what in _unsound_leaf(leaf, vocabulary))


def _unsound_leaf(leaf: Criterion, vocabulary: Vocabulary) -> Iterator[str]:
    if leaf.use is not None:
        yield "stands for a criterion that was not looked up. Share it under that id."
        return
    test = leaf.leaf
    for fact in leaf.facts:
        if fact not in vocabulary:
            yield f"reads the fact `{fact}`, which the vocabulary does not hold. {_near(fact, vocabulary)}{_FACTS}"
        elif type(test) in _KINDS and vocabulary[fact].kind is not _KINDS[type(test)]:
            yield f"reads `{fact}` as {_KINDS[type(test)]}, which it is not. Use the test for its kind ({vocabulary[fact].kind})."
        elif isinstance(test, ChoiceTest | CountTest) and not set(test.among) <= set(vocabulary[fact].choices):
            yield f"names a choice that `{fact}` does not have. Use its own: {', '.join(vocabulary[fact].choices)}."
    if isinstance(test, PresentTest | FieldTest):
        yield from _unsound_field(test.field, test.among if isinstance(test, FieldTest) else ())
    if isinstance(test, SpanTest):
        yield from _unsound_span(test)


def _near(fact: str, vocabulary: Vocabulary) -> str:
    near = closest(fact, vocabulary.facts)
    return f"Did you mean {' or '.join(f'`{one}`' for one in near)}? " if near else ""


def _unsound_span(test: SpanTest) -> Iterator[str]:
    for end in (test.start, test.end):
        kind, _, path = end.partition(":")
        if kind == "field" and not {date, Moment} & _types_at(path):
            yield f"measures from or to `{path}`, which is no date of a case. Use a field that is one. {_STARTER}"


def _unsound_field(path: str, among: tuple[str, ...]) -> Iterator[str]:
    types = _types_at(path)
    if not types:
        yield f"reads `{path}`, which a case does not have. {_STARTER}"
    words = {str(member) for one in types if isinstance(one, type) and issubclass(one, StrEnum) for member in one}
    words |= {"yes", "no"} if bool in types else set()
    if words and not set(among) <= words:
        yield f"compares `{path}` with a word that it cannot hold. Use: {', '.join(sorted(words))}."


@cache
def _types_at(path: str) -> frozenset[Any]:
    """The types of the values that a field path can reach; empty when the case has no such field."""
    here: set[Any] = {Case}
    for step in path.split("."):
        name, _, keep = step.rstrip("]").partition("[")
        here = _field_types(here, name)
        kept, _, wanted = keep.partition("=")
        if keep and wanted not in {str(member) for one in _field_types(here, kept) for member in _members(one)}:
            return frozenset()
    return frozenset(here)


def _field_types(models: set[Any], name: str) -> set[Any]:
    holders = [one for one in models if isinstance(one, type) and issubclass(one, BaseModel) and name in one.model_fields]
    return {found for one in holders for found in _plain_types(one.model_fields[name].annotation)}


def _plain_types(annotation: Any) -> set[Any]:
    """The types inside an annotation, without optionality, constraints and the tuples around them."""
    if get_origin(annotation) is Annotated:
        return _plain_types(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType, tuple}:
        return {found for inner in get_args(annotation) if inner not in {type(None), Ellipsis} for found in _plain_types(inner)}
    return {annotation}


def _members(one: Any) -> tuple[str, ...]:
    return tuple(str(member) for member in one) if isinstance(one, type) and issubclass(one, StrEnum) else ()
