"""Quoting the case: every value with its place, worded as a letter prints it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from priorauth.case.parts import Case, Certainty, Name, Observation
from priorauth.case.reader import CaseFile
from priorauth.criteria.chart import Chart, Location
from priorauth.facts import FactDefinition, FactKind
from priorauth.letters.provenance import RichValue, Value, sources_of, value
from priorauth.letters.words import moment, paragraphs, short_date, words
from priorauth.moments import Moment

_PAGE = ", p. "
_SINGULAR = {"points": "point"}
_COMPARATORS = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One fact as a letter prints it: what it is called, what it says, when, and where it is written."""

    text: Value
    name: Value | None = None
    """`None` where the text says it all (`no schistocytes on the smear`)."""
    when: Value | None = None
    where: Value | None = None
    """`Exhibit B, p. 2`, or that the physician attests it."""
    colon: bool = False
    """Whether the name is set apart from the text, as before words of a report."""


def places_of(phrases: Iterable[Phrase]) -> tuple[Value, ...]:
    """Where these phrases are written, each place once, the pages of an exhibit together, as met (`Exhibit B, pp. 3, 1`)."""
    by_text: dict[str, list[Value]] = {}
    for phrase in phrases:
        if phrase.where is not None:
            by_text.setdefault(phrase.where.text, []).append(phrase.where)
    by_exhibit: dict[str, list[Value]] = {}
    for text, places in by_text.items():
        by_exhibit.setdefault(text.partition(_PAGE)[0], []).append(Value(text, sources_of(places)))
    return tuple(_paged(exhibit, held) if len(held) > 1 else held[0] for exhibit, held in by_exhibit.items())


def _paged(exhibit: str, places: list[Value]) -> Value:
    pages = [page for page in (place.text.partition(_PAGE)[2] for place in places) if page]
    return Value(f"{exhibit}, pp. {', '.join(pages)}", sources_of(places))


def period(start: Value, end: Value) -> Value:
    """From one day to another, or the one day that it is."""
    text = start.text if start.text == end.text else f"{start.text} to {end.text}"
    return value(text, *start.sources, *end.sources)


@dataclass(frozen=True, slots=True)
class Quoter:
    """Quotes one case."""

    case_file: CaseFile
    chart: Chart

    @property
    def case(self) -> Case:
        return self.chart.case

    def field(self, *location: str | int) -> Value | None:
        """The value at a place in the case, worded; `None` when the case leaves it out."""
        found = self._at(location)
        if found is None or found == ():
            return None
        return value(self._wording(found), self.case_file.source(location))

    def dated(self, *location: str | int) -> Value | None:
        """A day in short form."""
        found = self._at(location)
        if found is None:
            return None
        text = moment(found) if isinstance(found, Moment) else short_date(found) if isinstance(found, date) else str(found)
        return value(text, self.case_file.source(location))

    def lines(self, *location: str | int) -> tuple[Value, ...]:
        """The lines of an address, each with its place; empty when left out."""
        found = self._at(location)
        entries = found if isinstance(found, tuple) else ()
        return tuple(value(str(line), self.case_file.source((*location, place))) for place, line in enumerate(entries))

    def markdown(self, *location: str | int) -> RichValue | None:
        """The physician's own words as paragraphs."""
        found = self._at(location)
        if found is None:
            return None
        return RichValue(paragraphs(str(found)), (self.case_file.source(location),))

    def phrase(self, location: Location) -> Phrase:
        """Whatever stands at a place that a finding rests on, as one phrase."""
        match location:
            case ("facts", str(fact), int(position)):
                return self.fact(fact, position)
            case ("diagnoses", int(position)):
                code, text = self.field(*location, "code"), self.field(*location, "text")
                assert code is not None  # both are required of a diagnosis
                assert text is not None
                return Phrase(name=code, text=self._as_certain(text, position), when=self.dated(*location, "onset"))
            case ("therapies", "tried", int(position)):
                return self.therapy(position)
            case _:
                quoted = self.field(*location)
                assert quoted is not None  # a finding rests only on what is there
                return Phrase(text=quoted)

    def _as_certain(self, text: Value, position: int) -> Value:
        """A diagnosis with its certainty, unless it is confirmed."""
        certainty = self.case.diagnoses[position].certainty
        if certainty is Certainty.CONFIRMED:
            return text
        source = self.case_file.source(("diagnoses", position, "certainty"))
        return value(f"{text.text}, {words(certainty)}", *text.sources, source)

    def figures(self, fact: str) -> tuple[Phrase, ...]:
        """The results that a judgment sums up, each from its first to its latest before the first exchange."""
        return tuple(one for shown in self.chart.definition(fact).shown_by for one in self.course(shown))

    def course(self, fact: str) -> tuple[Phrase, ...]:
        """A result from its first to its latest before the first exchange; empty where the case has none."""
        before = [one.location for one in self.chart.all_results(fact) if not self._after_exchange(one.observation)]
        phrases = [self.phrase(place) for place in dict.fromkeys((*before[:1], *before[-1:]))]
        return (*phrases[:1], *(replace(one, name=None) for one in phrases[1:]))

    def _after_exchange(self, observation: Observation) -> bool:
        """Whether it surely or perhaps came after the first exchange."""
        if observation.before_first_exchange is not None or self.case.exchange is None:
            return observation.before_first_exchange is False
        return observation.taken is None or observation.taken.is_before(self.case.exchange.first_started_at) is not True

    def excuse(self, fact: str) -> Phrase | None:
        """Why this was not done, where the case says so."""
        by = self.chart.definition(fact).excused_by
        results = self.chart.results(by) if by is not None else ()
        if not results or results[-1].reading is not True:
            return None
        why = self.phrase(results[-1].location)
        return replace(why, name=None, text=Value(f"Not done: {why.text.text}", why.text.sources))

    def fact(self, fact: str, position: int) -> Phrase:
        """One observation of a fact."""
        definition = self.chart.definition(fact)
        observation = self.case.facts[fact][position]
        location: Location = ("facts", fact, position)
        name = value(definition.name, f"facts:{fact}")
        when = self.dated(*location, "taken")
        where = self.where(location, observation.exhibit, observation.page, attested=definition.attested)
        if observation.value is None or observation.pending:
            pending = value("result pending", self.case_file.source((*location, "pending")))
            return Phrase(name=name, text=pending, when=when, where=where, colon=True)
        text = self.fact_text(fact, position)
        colon = definition.kind in {FactKind.CHOICES, FactKind.TEXT}
        return Phrase(name=None if definition.kind is FactKind.YES_NO else name, text=text, when=when, where=where, colon=colon)

    def other_finding(self, position: int) -> Phrase:
        """One finding beside the vocabulary, in the words of the case."""
        finding, location = self.case.other_findings[position], ("other_findings", position)
        text = self.field(*location, "text")
        assert text is not None  # it is required of a finding
        where = self.where(location, finding.exhibit, finding.page, attested=False)
        return Phrase(text=text, when=self.dated(*location, "taken"), where=where)

    def fact_text(self, fact: str, position: int) -> Value:
        """What one observation says, in the unit of the case."""
        definition = self.chart.definition(fact)
        observation = self.case.facts[fact][position]
        source = self.case_file.source(("facts", fact, position, "value"))
        if definition.kind in {FactKind.YES_NO, FactKind.CHOICE, FactKind.CHOICES}:
            return value(_chosen(definition, observation), source, f"facts:{fact}")
        if definition.kind is FactKind.DATE:
            return value(moment(Moment.parse(observation.value)), source)
        return value(self._quantity(observation), source)

    def _quantity(self, observation: Observation) -> str:
        text = str(observation.value)
        for written, printed in _COMPARATORS.items():
            text = text.replace(written, printed)
        if observation.unit is None:
            return text
        unit = self.chart.vocabulary.unit_name(observation.unit)
        if unit.startswith("{"):  # a pure number in UCUM's braces, which no reader wants to see
            return text
        if text == "1":
            unit = _SINGULAR.get(unit, unit)
        return f"{text}{unit}" if unit.startswith("%") else f"{text} {unit}"

    def therapy(self, position: int) -> Phrase:
        """One therapy by drug and outcome; dose and reason stand in the table of therapies."""
        therapy = self.case.therapies.tried[position]
        location: Location = ("therapies", "tried", position)
        outcome = self.field(*location, "outcome")
        assert outcome is not None  # it is required of a therapy
        where = self.where(location, therapy.exhibit, therapy.page, attested=False)
        return Phrase(name=self.field(*location, "drug"), text=outcome, when=self.therapy_days(position), where=where)

    def therapy_days(self, position: int) -> Value | None:
        """From when to when a therapy was given."""
        location: Location = ("therapies", "tried", position)
        started, ended = self.dated(*location, "started"), self.dated(*location, "ended")
        if started is None or ended is None:
            since = started and value(f"since {started.text}", *started.sources)
            return since or (ended and value(f"until {ended.text}", *ended.sources))
        return period(started, ended)

    def where(self, location: Location, exhibit: str | None, page: int | None, *, attested: bool) -> Value | None:
        """The exhibit and page that a fact names, or that the signing physician attests it."""
        if exhibit is not None:
            source = self.case_file.source((*location, "exhibit"))
            if page is None:
                return value(f"Exhibit {exhibit}", source)
            return value(f"Exhibit {exhibit}{_PAGE}{page}", source, self.case_file.source((*location, "page")))
        return value("physician attests", self.case_file.source(location)) if attested else None

    def practice(self, name: str) -> Value | None:
        """One line of the clinic profile; `None` without a profile or where it leaves this out."""
        profile = self.case_file.practice
        found = getattr(profile.practice, name) if profile else None
        return value(str(found), profile.source((name,))) if profile and found is not None else None

    def practice_address(self) -> tuple[Value, ...]:
        """The lines of the clinic's address; empty without a profile."""
        profile = self.case_file.practice
        lines = profile.practice.address if profile else ()
        return tuple(value(line, profile.source(("address", place))) for place, line in enumerate(lines) if profile)

    def name(self, *location: str | int) -> Value | None:
        """A person's given and family name."""
        found = self._at(location)
        return value(f"{found.given} {found.family}", self.case_file.source(location)) if isinstance(found, Name) else None

    def _at(self, location: tuple[str | int, ...]) -> object:
        found: object = self.case
        for step in location:
            if found is None:
                return None
            found = _step(found, step)
        return found

    def _wording(self, found: object) -> str:
        match found:
            case StrEnum():
                return words(found)
            case bool():
                return "yes" if found else "no"
            case Moment():
                return moment(found)
            case date():
                return short_date(found)
            case Decimal():
                return f"{found.normalize():f}"
            case Name():
                return f"{found.given} {found.family}"
            case tuple():
                return ", ".join(self._wording(one) for one in found)
            case _:
                return str(found)


def _step(holder: object, step: str | int) -> object:
    if isinstance(step, int):
        return holder[step] if isinstance(holder, tuple) and step < len(holder) else None
    return holder.get(step) if isinstance(holder, Mapping) else getattr(holder, step)


def _chosen(definition: FactDefinition, observation: Observation) -> str:
    if definition.kind is FactKind.YES_NO:
        return definition.yes if str(observation.value).lower() in {"yes", "true"} else definition.no
    values = (observation.value,) if isinstance(observation.value, str) else observation.value or ()
    return ", ".join(definition.choices[one] for one in values)
