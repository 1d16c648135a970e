"""The closed language in which indications, policies and completeness state their criteria.

A criterion is one mapping with exactly one test. The tests are a closed list; there are no
expressions. In YAML:

    id: three-organs
    text: Three or more organs involved
    count: {fact: organs_involved, at_least: 3}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from priorauth.case.codes import Form, PlainDecimal, YesNo
from priorauth.case.parts import Certainty, Count, TherapyClass, TherapyOutcome
from priorauth.facts import FactId, Owner

CriterionId = Annotated[
    str,
    Form(r"[a-z0-9][a-z0-9-]{0,60}", "is not a short name. Use small letters, digits and hyphens, such as threatens-life."),
]
CodePattern = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?-?$")]
"""A diagnosis code; it stands for itself and for every code below it, with or without the hyphen."""
_STEP = r"[a-z_]+(\[[a-z_]+=[a-z_]+\])?"
FieldPath = Annotated[str, StringConstraints(pattern=rf"^{_STEP}(\.{_STEP})*$")]
"""Fields of a case joined by points; `services[role=exchange].units` keeps the lines of one role."""
SpanEnd = Annotated[str, StringConstraints(pattern=r"^(as_of|fact:[a-z][a-z0-9_]*|field:[a-z_]+(\.[a-z_]+)*)$")]
"""One end of a time span: a date fact, a date field of the case, or the date of writing."""


class Test(BaseModel):
    """The base of every test: frozen, closed."""

    __test__ = False
    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True)


class Bounds(Test):
    """A lower bound, an upper bound, or both."""

    above: PlainDecimal | None = None
    at_least: PlainDecimal | None = None
    at_most: PlainDecimal | None = None
    below: PlainDecimal | None = None

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        lower = [bound for bound in (self.above, self.at_least) if bound is not None]
        upper = [bound for bound in (self.at_most, self.below) if bound is not None]
        if not lower and not upper:
            raise ValueError("has no bound. Add one of: above, at_least, at_most, below.")
        if len(lower) > 1 or len(upper) > 1:
            raise ValueError("has two bounds on one side. Keep one of above and at_least, and one of at_most and below.")
        both_held = self.at_least is not None and self.at_most is not None
        if lower and upper and (lower[0] > upper[0] or (lower == upper and not both_held)):
            raise ValueError("has bounds that nothing lies between. Correct one of them.")
        return self


class Pick(StrEnum):
    """Which of several results of one fact decides."""

    LATEST = "latest"
    """The one drawn last, unknown while it is awaited; where the case leaves open which that is, they must agree."""
    LOWEST = "lowest"
    HIGHEST = "highest"
    ANY = "any"
    """Met when one of them meets it, not met when all of them miss it."""


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
    """How many choices of a `choices` fact are present on the latest day, of all or of `among`."""

    fact: FactId
    at_least: Count
    among: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.among and self.at_least > len(set(self.among)):
            raise ValueError("asks for more choices than it names. Lower at_least, or name more in among.")
        return self


class SentTest(Test):
    """A test was drawn or sent, whatever came back; before the first exchange where exchange distorts it."""

    fact: FactId
    awaited: YesNo = False
    """Met only while the sample drawn last is awaited; not met once its result is back."""


class DiagnosisTest(Test):
    """One of these codes, or a code below it, is among the diagnoses."""

    codes: tuple[CodePattern, ...] = Field(min_length=1)
    certainty: tuple[Certainty, ...] = tuple(Certainty)


class Basis(StrEnum):
    """On what a criterion rests that names no source."""

    GENERAL = "general"
    """What defines the diagnosis beyond dispute: a code, an antibody, a biopsy, a declared state. Not the guideline's text."""


TherapyDetail = Literal["dose", "started", "ended", "reason", "timing_to_exchange"]


class TherapyTest(Test):
    """A therapy of one of these classes with one of these outcomes, and with its details stated."""

    classes: tuple[TherapyClass, ...] = Field(min_length=1)
    outcomes: tuple[TherapyOutcome, ...] = Field(min_length=1)
    stating: tuple[TherapyDetail, ...] = ()


class SpanTest(Bounds):
    """The days, or whole years, from one point in time to another; for lists, from or to every entry.

    Days are counted by the calendar: the time of day does not matter, and the day after is one.
    """

    start: SpanEnd
    end: SpanEnd
    unit: Literal["days", "years"] = "days"

    @model_validator(mode="after")
    def _says_where_it_begins(self) -> Self:
        # Without it, two dates that a clerk mixed up would make the shortest span of all.
        if self.above is None and self.at_least is None:
            raise ValueError("has no lower bound. Add `at_least: 0`, or an end before the start passes for a short span.")
        return self


class PresentTest(Test):
    """The case holds this field; for lists, every entry does.

    Never not met: what a case leaves out is unknown.
    """

    field: FieldPath


class FieldTest(Test):
    """A field of the case has one of these values; for lists, that of every entry has.

    A field that has a default says its default when it is left out.
    """

    field: FieldPath
    among: tuple[str, ...] = Field(min_length=1)


class EnclosedTest(Test):
    """A result of this fact names the exhibit that holds it."""

    fact: FactId


FactTest: TypeAlias = QuantityTest | YesTest | ChoiceTest | CountTest | SentTest | EnclosedTest
"""What is asked of the observations of one fact."""
CaseTest: TypeAlias = DiagnosisTest | TherapyTest | SpanTest | PresentTest | FieldTest
"""What is asked of the rest of a case."""
LeafTest: TypeAlias = FactTest | CaseTest


class AtLeastTest(Test):
    """So many of these criteria."""

    count: Count
    of: tuple[Criterion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.count > len(self.of):
            raise ValueError("counts to more than it lists. Lower count, or list more criteria.")
        return self


COMBINATORS = ("all", "any", "at_least", "not")
LEAVES = ("quantity", "yes", "choice", "count", "sent", "diagnosis", "therapy", "span", "present", "field", "enclosed")


class Criterion(BaseModel):
    """One criterion: what it asks in words, and exactly one test."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)

    id: CriterionId | None = None
    text: str | None = None
    """What it asks, as a criteria table prints it; required of every leaf."""
    source: str | None = None
    """The citation, guideline row or policy that asks it; `resolve` gives it to the parts that name none."""
    basis: Basis | None = None
    """On what it rests where no source is named; given to the parts as `source` is."""
    owner: Owner | None = None
    """Who can supply it; for facts the vocabulary says so."""
    use: CriterionId | None = None
    """Stands for a criterion shared between indications, by its id."""

    all: tuple[Criterion, ...] | None = Field(default=None, min_length=1)
    any: tuple[Criterion, ...] | None = Field(default=None, min_length=1)
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
            what, remedy = ("has more than one test", "Keep one") if kinds else ("has no test", "Write one")
            raise ValueError(f"{what}. {remedy} of: {', '.join((*COMBINATORS, *LEAVES, 'use'))}.")
        if self.kind in LEAVES and not (self.id and self.text):
            raise ValueError("is a test that a person reads, and lacks an id or a text. Add both.")
        return self

    def _test(self, kind: str) -> object:
        return getattr(self, "not_" if kind == "not" else kind)

    @cached_property
    def kind(self) -> str:
        """The name of its one test, as in YAML; kept, because matching asks every criterion for it, and no copy changes it."""
        return next(kind for kind in (*COMBINATORS, *LEAVES, "use") if self._test(kind) is not None)

    @property
    def leaf(self) -> LeafTest:
        """The one test of a leaf; `ValueError` for a combinator and for a `use` that was not resolved."""
        kind = self.kind
        if kind not in LEAVES:
            raise ValueError(f"`{kind}` is no leaf. Resolve the criterion first, or ask its parts.")
        test: LeafTest = getattr(self, kind)
        return test

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
    if leaf.use is not None:
        return ()
    match leaf.leaf:
        case SpanTest(start=start, end=end):
            return tuple(one.removeprefix("fact:") for one in (start, end) if one.startswith("fact:"))
        case DiagnosisTest() | TherapyTest() | PresentTest() | FieldTest():
            return ()
        case test:
            return (test.fact,)


def resolve(criterion: Criterion, shared: Mapping[str, Criterion]) -> Criterion:
    """The criterion with every `use` replaced by what it stands for, and every part with its source.

    An `id`, `text`, `source`, `basis` or `owner` beside `use` overrides the shared one. Raises `KeyError` with
    the id when nothing is shared under it, and `ValueError` when a shared criterion stands for itself.
    """
    return _sourced(_looked_up(criterion, shared, ()), None, None)


def _looked_up(criterion: Criterion, shared: Mapping[str, Criterion], via: tuple[str, ...]) -> Criterion:
    use = criterion.use
    if use is None:
        return _with_parts(criterion, lambda part: _looked_up(part, shared, via))
    if use in via:
        raise ValueError(f"The shared criterion `{use}` stands for itself ({' → '.join((*via, use))}). Break the circle.")
    own = {name: value for name in ("id", "text", "source", "basis", "owner") if (value := getattr(criterion, name)) is not None}
    return _looked_up(shared[use], shared, (*via, use)).model_copy(update=own)


def _sourced(criterion: Criterion, source: str | None, basis: Basis | None) -> Criterion:
    # What names a source of its own rests on that, and not on the basis of what surrounds it.
    own, on = criterion.source or source, criterion.basis or (None if criterion.source else basis)
    return _with_parts(criterion.model_copy(update={"source": own, "basis": on}), lambda part: _sourced(part, own, on))


def _with_parts(criterion: Criterion, change: Callable[[Criterion], Criterion]) -> Criterion:
    """The criterion with each of its parts changed; a leaf as it is."""
    if criterion.all is not None:
        return criterion.model_copy(update={"all": tuple(map(change, criterion.all))})
    if criterion.any is not None:
        return criterion.model_copy(update={"any": tuple(map(change, criterion.any))})
    if criterion.not_ is not None:
        return criterion.model_copy(update={"not_": change(criterion.not_)})
    if criterion.at_least is not None:
        of = tuple(map(change, criterion.at_least.of))
        return criterion.model_copy(update={"at_least": criterion.at_least.model_copy(update={"of": of})})
    return criterion
