"""The closed language in which indications, policies and completeness state their criteria.

A criterion is one mapping with exactly one test. The tests are a closed list; there are no
expressions. In YAML:

    id: three-organs
    text: Three or more organs involved
    count: {fact: organs_involved, at_least: 3}
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from priorauth.case.codes import YesNo
from priorauth.case.parts import Certainty, Count, TherapyClass, TherapyOutcome
from priorauth.facts import FactId, Owner

CriterionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
CodePattern = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?-?$")]
"""A diagnosis code; it stands for itself and for every code below it."""
FieldPath = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\[[a-z_]+(=[a-z_]+)?\])?(\.[a-z_]+(\[[a-z_]+(=[a-z_]+)?\])?)*$")]
"""Fields of a case joined by points; `services[role=exchange].units` keeps the lines of one role."""
SpanEnd = Annotated[str, StringConstraints(pattern=r"^(as_of|fact:[a-z][a-z0-9_]*|field:[a-z_.]+)$")]
"""One end of a time span: a date fact, a date field of the case, or the date of writing."""


class Test(BaseModel):
    """The base of every test: frozen, closed."""

    __test__ = False
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Bounds(Test):
    """At least one bound; all of them must hold."""

    above: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if all(bound is None for bound in (self.above, self.at_least, self.at_most, self.below)):
            raise ValueError("needs at least one of: above, at_least, at_most, below")
        return self


class Pick(StrEnum):
    """Which of several observations decides."""

    LATEST = "latest"
    LOWEST = "lowest"
    HIGHEST = "highest"
    ANY = "any"
    """Met when one of them meets it."""


class QuantityTest(Bounds):
    """A fact compared with bounds in the vocabulary's unit."""

    fact: FactId
    pick: Pick = Pick.LATEST


class YesTest(Test):
    """A yes-or-no fact; `answer: no` asks for an explicit no."""

    fact: FactId
    answer: YesNo = True


class ChoiceTest(Test):
    """The latest choice is among these."""

    fact: FactId
    among: tuple[str, ...] = Field(min_length=1)


class CountTest(Test):
    """How many choices of a `choices` fact are present, of all or of `among`."""

    fact: FactId
    at_least: Count
    among: tuple[str, ...] = ()


class SentTest(Test):
    """A test was drawn or sent, whatever came back; before the first exchange where exchange distorts it."""

    fact: FactId
    awaited: YesNo = False
    """Met only while no result is back; not met once one is."""


class DiagnosisTest(Test):
    """One of these codes, or a code below it, is among the diagnoses."""

    codes: tuple[CodePattern, ...] = Field(min_length=1)
    certainty: tuple[Certainty, ...] = tuple(Certainty)


TherapyDetail = Literal["dose", "started", "ended", "reason", "timing_to_exchange"]


class TherapyTest(Test):
    """A therapy of one of these classes with one of these outcomes, and with its details stated."""

    classes: tuple[TherapyClass, ...] = Field(min_length=1)
    outcomes: tuple[TherapyOutcome, ...] = Field(min_length=1)
    stating: tuple[TherapyDetail, ...] = ()


class SpanTest(Bounds):
    """The days (or whole years) from one point in time to another."""

    start: SpanEnd
    end: SpanEnd
    unit: Literal["days", "years"] = "days"


class PresentTest(Test):
    """The case holds this field; for lists, every entry does."""

    field: FieldPath


class FieldTest(Test):
    """A field of the case has one of these values."""

    field: FieldPath
    among: tuple[str, ...] = Field(min_length=1)


class EnclosedTest(Test):
    """The observations of this fact name an exhibit."""

    fact: FactId


class AtLeastTest(Test):
    """So many of these criteria."""

    count: Count
    of: tuple[Criterion, ...] = Field(min_length=1)


COMBINATORS = ("all", "any", "at_least", "not")
LEAVES = ("quantity", "yes", "choice", "count", "sent", "diagnosis", "therapy", "span", "present", "field", "enclosed")


class Criterion(BaseModel):
    """One criterion: what it asks in words, and exactly one test."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    id: CriterionId | None = None
    text: str | None = None
    """What it asks, as a criteria table prints it; required of every leaf."""
    source: str | None = None
    """The citation, guideline row or policy that asks it; inherited by the parts."""
    owner: Owner | None = None
    """Who can supply it; for facts the vocabulary says so."""
    use: CriterionId | None = None
    """Stands for a criterion shared between indications, by its id."""

    all: tuple[Criterion, ...] | None = None
    any: tuple[Criterion, ...] | None = None
    at_least: AtLeastTest | None = None
    not_: Criterion | None = Field(default=None, alias="not")
    quantity: QuantityTest | None = None
    yes: YesTest | None = None
    choice: ChoiceTest | None = None
    count: CountTest | None = None
    sent: SentTest | None = None
    diagnosis: DiagnosisTest | None = None
    therapy: TherapyTest | None = None
    span: SpanTest | None = None
    present: PresentTest | None = None
    field: FieldTest | None = None
    enclosed: EnclosedTest | None = None

    @model_validator(mode="after")
    def _has_one_test(self) -> Self:
        kinds = [kind for kind in (*COMBINATORS, *LEAVES, "use") if self._test(kind) is not None]
        if len(kinds) != 1:
            raise ValueError(f"needs exactly one of: {', '.join((*COMBINATORS, *LEAVES, 'use'))}")
        if kinds[0] in LEAVES and not (self.id and self.text):
            raise ValueError("needs an id and a text, because it is one of the tests that a person reads")
        return self

    def _test(self, kind: str) -> object:
        return getattr(self, "not_" if kind == "not" else kind)

    @property
    def kind(self) -> str:
        """The name of its one test, as in YAML."""
        return next(kind for kind in (*COMBINATORS, *LEAVES, "use") if self._test(kind) is not None)

    @property
    def parts(self) -> tuple[Criterion, ...]:
        """The criteria inside a combinator; empty for a leaf."""
        if self.at_least is not None:
            return self.at_least.of
        if self.not_ is not None:
            return (self.not_,)
        return self.all or self.any or ()

    def leaves(self) -> Iterator[Criterion]:
        """Every leaf in it, in the order written."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that its leaves read, each once, in the order written."""
        named = [fact for leaf in self.leaves() for fact in _facts_of(leaf)]
        return tuple(dict.fromkeys(named))


def _facts_of(leaf: Criterion) -> tuple[str, ...]:
    test = getattr(leaf, leaf.kind)
    if isinstance(test, SpanTest):
        return tuple(end.removeprefix("fact:") for end in (test.start, test.end) if end.startswith("fact:"))
    fact = getattr(test, "fact", None)
    return (fact,) if fact is not None else ()


def resolve(criterion: Criterion, shared: dict[str, Criterion]) -> Criterion:
    """The criterion with every `use` replaced by what it stands for.

    A `text`, `source` or `id` beside `use` overrides the shared one.
    Raises `KeyError` with the id when nothing is shared under it.
    """
    if criterion.use is not None:
        own = {name: value for name in ("id", "text", "source", "owner") if (value := getattr(criterion, name)) is not None}
        return resolve(shared[criterion.use], shared).model_copy(update=own)
    changes: dict[str, object] = {}
    if criterion.all is not None:
        changes["all"] = tuple(resolve(part, shared) for part in criterion.all)
    if criterion.any is not None:
        changes["any"] = tuple(resolve(part, shared) for part in criterion.any)
    if criterion.not_ is not None:
        changes["not_"] = resolve(criterion.not_, shared)
    if criterion.at_least is not None:
        of = tuple(resolve(part, shared) for part in criterion.at_least.of)
        changes["at_least"] = criterion.at_least.model_copy(update={"of": of})
    return criterion.model_copy(update=changes)
