"""What the parts of a case must not say against each other; each check yields every fault it sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from priorauth.case.codes import Sex
from priorauth.case.parts import (
    Case,
    LineTiming,
    Observation,
    PregnancyStatus,
    Relationship,
    RequestKind,
    ServiceRole,
    TherapyOutcome,
)
from priorauth.facts import FactDefinition, FactKind, Reading, Vocabulary, read_value
from priorauth.mistakes import Fault, Location, closest, path_of, split_sentence
from priorauth.moments import Moment

OLDEST_AGE = 120
"""In years; a birth date further back is a mistyped one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A case and what it is checked against."""

    case: Case
    vocabulary: Vocabulary
    as_of: date
    provider_keys: Collection[str]
    """The providers of the clinic profile, and the roles that the case itself fills."""
    unread: Collection[Location] = ()
    """What the case holds but could not be read, so that nobody calls it missing."""

    def observations(self) -> Iterator[tuple[Location, FactDefinition, Observation]]:
        """Every observation of a known fact with its place."""
        for fact, entries in self.case.facts.items():
            if fact in self.vocabulary:
                for position, one in enumerate(entries):
                    yield ("facts", fact, position), self.vocabulary[fact], one


def contradictions(subject: Subject) -> tuple[Fault, ...]:
    """Every fault of every check; a check that needs a list which could not be read is left out."""
    faults: list[Fault] = []
    for check, needs in _CHECKS:
        if not any(location[: len(part)] == part for part in subject.unread for location in needs):
            faults.extend(check(subject))
    return tuple(faults)


def _values_fit_the_vocabulary(subject: Subject) -> Iterator[Fault]:
    for location, definition, one in subject.observations():
        if one.value is not None and one.pending:
            yield _fault(
                (*location, "pending"), "stands beside a value.", "Remove `pending` when the result is back, or else the value."
            )
        if one.value is None and not one.pending and (*location, "value") not in subject.unread:
            yield _fault(location, "has no value.", "Add `value:`, or `pending: yes` if it was sent and is not back.")
        if one.complete and definition.kind is not FactKind.CHOICES:
            yield _fault((*location, "complete"), "belongs only to a fact of several choices.", "Remove it.")
        if one.value is not None:
            yield from _unreadable_value(location, definition, one)


def _unreadable_value(location: Location, definition: FactDefinition, one: Observation) -> Iterator[Fault]:
    try:
        read_value(definition, one.value or (), unit=one.unit)
    except ValueError as error:
        field = "unit" if one.unit is not None and one.unit not in definition.units else "value"
        yield _fault((*location, field), *split_sentence(str(error)))


def _reading(definition: FactDefinition, one: Observation) -> Reading | None:
    try:
        return read_value(definition, one.value, unit=one.unit) if one.value is not None else None
    except ValueError:
        return None


def _one_value_per_moment(subject: Subject) -> Iterator[Fault]:
    first: dict[tuple[str | int, Moment | None], tuple[Location, Reading]] = {}
    for location, definition, one in subject.observations():
        reading = _reading(definition, one)
        if reading is None or definition.kind is FactKind.CHOICES:  # choices add up
            continue
        place, earlier = first.setdefault((location[1], one.taken), (location, reading))
        if earlier != reading:
            when = "for one moment" if one.taken else "without a date"
            what = f"differs from {path_of(place)}, and both stand {when}."
            yield _fault((*location, "value"), what, "Correct one, or give each its `taken` with a time.")


def _born_first(subject: Subject) -> Iterator[Fault]:
    born = subject.case.member.birth_date
    if born is None:
        return
    earlier = [path_of(location) for location, day in _happened(subject) if day < born]
    if earlier:
        yield _fault(
            ("member", "birth_date"), f"is later than {', '.join(earlier[:3])}.", "Correct the birth date or the other date."
        )
    if subject.as_of.year - born.year > OLDEST_AGE:
        yield _fault(("member", "birth_date"), f"lies more than {OLDEST_AGE} years back.", "Correct the year.")


def _happened(subject: Subject) -> Iterator[tuple[Location, date]]:
    """Every day on which something is said to have happened already."""
    case = subject.case
    diagnoses = ((("diagnoses", n, "onset"), one.onset) for n, one in enumerate(case.diagnoses))
    taken = (
        (("facts", fact, n, "taken"), one.taken.day if one.taken else None)
        for fact, entries in case.facts.items()
        for n, one in enumerate(entries)
    )
    therapies = (
        (("therapies", "tried", n, "started"), one.started)
        for n, one in enumerate(case.therapies.tried)
        if one.outcome is not TherapyOutcome.PLANNED
    )
    single: tuple[tuple[Location, date | None], ...] = (
        (("member", "weight", "taken"), case.member.weight.taken if case.member.weight else None),
        (("exchange", "first_started_at"), case.exchange.first_started_at.day if case.exchange else None),
        (("pregnancy", "ended_on"), case.pregnancy.ended_on if case.pregnancy else None),
        (("admission", "admitted_on"), case.admission.admitted_on if case.admission else None),
    )
    others = ((("other_findings", n, "taken"), one.taken.day) for n, one in enumerate(case.other_findings))
    days = (*single, *diagnoses, *taken, *others, *_dates_told(subject), *therapies)
    return ((location, day) for location, day in days if day is not None)


def _dates_told(subject: Subject) -> Iterator[tuple[Location, date]]:
    """Every fact whose value is itself a date."""
    for location, definition, one in subject.observations():
        reading = _reading(definition, one)
        if isinstance(reading, Moment):
            yield (*location, "value"), reading.day


def _done_by_the_office(case: Case) -> Iterator[tuple[Location, date]]:
    """Every day on which somebody is said to have checked, told, certified or written something."""
    check, expedited = case.request.authorization_check, case.request.expedited
    exhibits = ((("exhibits", n, "dated"), one.dated) for n, one in enumerate(case.exhibits))
    single: tuple[tuple[Location, date | None], ...] = (
        (("member", "birth_date"), case.member.birth_date),
        (("request", "requested_on"), case.request.requested_on),
        (("request", "submitted_at"), case.request.submitted_at.day if case.request.submitted_at else None),
        (("request", "authorization_check", "checked_on"), check.checked_on if check else None),
        (("request", "expedited", "certified_on"), expedited.certified_on if expedited else None),
        (("coverage", "eligibility_checked_on"), case.coverage.eligibility_checked_on),
        (("coverage", "fax_checked_on"), case.coverage.fax_checked_on),
        (("admission", "notified_on"), case.admission.notified_on if case.admission else None),
    )
    denied = ((("denials", n, "denied_on"), one.denied_on) for n, one in enumerate(case.denials))
    received = ((("denials", n, "received_on"), one.received_on) for n, one in enumerate(case.denials))
    return ((location, day) for location, day in (*single, *exhibits, *denied, *received) if day is not None)


def _nothing_from_the_future(subject: Subject) -> Iterator[Fault]:
    for location, day in (*_happened(subject), *_done_by_the_office(subject.case)):
        if day > subject.as_of:
            yield _fault(location, "lies after the day of writing.", "Correct the date, or write the letter as of a later day.")


def _starts_before_ends(subject: Subject) -> Iterator[Fault]:
    case = subject.case
    spans: list[tuple[Location, date | None, date | None, str]] = [
        (("services", n, "end"), line.start, line.end, "start") for n, line in enumerate(case.services)
    ]
    spans += [
        (("therapies", "tried", n, "ended"), one.started, one.ended, "started") for n, one in enumerate(case.therapies.tried)
    ]
    if case.authorization is not None:
        spans.append((("authorization", "valid_to"), case.authorization.valid_from, case.authorization.valid_to, "valid_from"))
    if case.admission is not None:
        spans.append((("admission", "discharged_on"), case.admission.admitted_on, case.admission.discharged_on, "admitted_on"))
    spans += [(("denials", n, "received_on"), one.denied_on, one.received_on, "denied_on") for n, one in enumerate(case.denials)]
    for location, start, end, name in spans:
        if start is not None and end is not None and end < start:
            yield _fault(location, f"is earlier than `{name}`.", "Correct one of the two dates.")


def _exhibit_ids_differ(subject: Subject) -> Iterator[Fault]:
    yield from _repeated(
        [(("exhibits", n, "id"), one.id) for n, one in enumerate(subject.case.exhibits)], "Give each exhibit an id of its own."
    )


def _exhibits_exist(subject: Subject) -> Iterator[Fault]:
    pages = {one.id: one.pages for one in subject.case.exhibits}
    places: list[tuple[Location, str | None, int | None]] = [(at, one.exhibit, one.page) for at, _, one in subject.observations()]
    places += [(("therapies", "tried", n), one.exhibit, one.page) for n, one in enumerate(subject.case.therapies.tried)]
    places += [(("services", n), one.exhibit, one.page) for n, one in enumerate(subject.case.services)]
    places += [(("other_findings", n), one.exhibit, one.page) for n, one in enumerate(subject.case.other_findings)]
    places += [(("denials", n), one.exhibit, one.page) for n, one in enumerate(subject.case.denials)]
    named: list[tuple[Location, Location, str | None, int | None]] = [
        ((*at, "exhibit"), (*at, "page"), exhibit, page) for at, exhibit, page in places
    ]
    asked = subject.case.request
    emergency = (("request", "emergency_exhibit"), ("request", "emergency_page"), asked.emergency_exhibit, asked.emergency_page)
    for at_exhibit, at_page, exhibit, page in (*named, emergency):
        if exhibit is None and page is not None:
            yield _fault(at_page, "has no exhibit to be a page of.", "Add `exhibit:` with the id of an entry of `exhibits`.")
        elif exhibit is not None and exhibit not in pages:
            yield _fault(at_exhibit, "names an exhibit that is not listed.", "Add it to `exhibits`, or correct the id.")
        elif exhibit is not None and page is not None and page > (pages[exhibit] or page):
            yield _fault(at_page, "is beyond the pages of its exhibit.", "Correct the page, or `pages` of the exhibit.")


def _diagnoses_differ(subject: Subject) -> Iterator[Fault]:
    diagnoses = subject.case.diagnoses
    yield from _repeated(
        [(("diagnoses", n, "sequence"), one.sequence) for n, one in enumerate(diagnoses)], "Number the diagnoses 1, 2, 3."
    )
    yield from _repeated([(("diagnoses", n, "code"), one.code) for n, one in enumerate(diagnoses)], "List each code once.")


def _diagnosis_pointers_exist(subject: Subject) -> Iterator[Fault]:
    known = {one.sequence for one in subject.case.diagnoses}
    for n, line in enumerate(subject.case.services):
        for m, pointer in enumerate(line.diagnoses):
            if pointer not in known:
                location: Location = ("services", n, "diagnoses", m)
                yield _fault(
                    location, "points at a diagnosis that is not listed.", "Use the `sequence` of an entry of `diagnoses`."
                )


def _people_exist(subject: Subject) -> Iterator[Fault]:
    expedited = subject.case.request.expedited
    named: list[tuple[Location, str | None]] = [((*at, "attested_by"), one.attested_by) for at, _, one in subject.observations()]
    named.append((("request", "expedited", "certified_by"), expedited.certified_by if expedited else None))
    for location, key in named:
        if key is not None and key not in subject.provider_keys:
            known = ", ".join(sorted(subject.provider_keys))
            yield _fault(
                location,
                "names a provider that neither the clinic profile nor the case holds.",
                f"Use one of: {known}." if known else "Name a requesting provider first, then write `requesting_provider` here.",
            )


def _agrees_with_first_exchange(subject: Subject) -> Iterator[Fault]:
    exchange = subject.case.exchange
    if exchange is None:
        return
    for location, _, one in subject.observations():
        before = one.taken.is_before(exchange.first_started_at) if one.taken else None
        if one.before_first_exchange is not None and before is not None and one.before_first_exchange is not before:
            what = "contradicts `taken` and `exchange.first_started_at`."
            yield _fault((*location, "before_first_exchange"), what, "Correct the one that is wrong.")


def _units_add_up(subject: Subject) -> Iterator[Fault]:
    held = subject.case.authorization
    if held is None or held.units_authorized is None or held.units_used is None:
        return
    if held.units_used > held.units_authorized:
        yield _fault(("authorization", "units_used"), "is more than `units_authorized`.", "Correct one of the two.")
    elif held.units_remaining is not None and held.units_remaining != held.units_authorized - held.units_used:
        what = "is not `units_authorized` less `units_used`."
        yield _fault(("authorization", "units_remaining"), what, "Correct one of the three, or remove it.")


def _delivered_means_begun(subject: Subject) -> Iterator[Fault]:
    if subject.case.exchange is None:
        for n, line in enumerate(subject.case.services):
            if line.timing is LineTiming.DELIVERED:
                what = "says delivered, and no first exchange is dated."
                yield _fault(("services", n, "timing"), what, "Add `exchange:` with `first_started_at:`.")


def _delivered_lies_in_the_past(subject: Subject) -> Iterator[Fault]:
    exchange = subject.case.exchange
    for n, line in enumerate(subject.case.services):
        if line.timing is not LineTiming.DELIVERED:
            continue
        for name, day in (("start", line.start), ("end", line.end)):
            if day is not None and day > subject.as_of:
                remedy = "Correct the date; sessions still to be given go on a line of their own."
                yield _fault(("services", n, name), "lies after the day of writing, on a line that says delivered.", remedy)
        # A catheter or a product may well come before the first session.
        sessions = line.role is ServiceRole.EXCHANGE
        if sessions and exchange is not None and line.end is not None and line.end < exchange.first_started_at.day:
            what = "is earlier than `exchange.first_started_at`, on a line that says delivered."
            yield _fault(("services", n, "end"), what, "Correct the one that is wrong.")


def _therapies_end_as_their_outcome_says(subject: Subject) -> Iterator[Fault]:
    for n, one in enumerate(subject.case.therapies.tried):
        location: Location = ("therapies", "tried", n, "ended")
        if one.ended is None:
            continue
        if one.outcome in _KNOWN_OUTCOMES and one.ended > subject.as_of:
            what = "lies after the day of writing, beside an outcome that is already known."
            yield _fault(location, what, "Correct the date, or write `outcome: ongoing` if it is still given.")
        if one.outcome is TherapyOutcome.ONGOING and one.ended < subject.as_of:
            what = "lies before the day of writing, beside an outcome that says it is still given."
            yield _fault(location, what, "Remove the date if it goes on; else write what became of it under `outcome`.")


_KNOWN_OUTCOMES = {TherapyOutcome.FAILED, TherapyOutcome.PARTIAL, TherapyOutcome.RESPONDED, TherapyOutcome.NOT_TOLERATED}


def _begun_or_not_begun(subject: Subject) -> Iterator[Fault]:
    if not subject.case.no_exchange_yet:
        return
    if subject.case.exchange is not None:
        yield _fault(("no_exchange_yet",), "contradicts `exchange`.", "Remove the one that is wrong.")
    for location, _, one in subject.observations():
        if one.before_first_exchange is False:
            yield _fault((*location, "before_first_exchange"), "contradicts `no_exchange_yet`.", "Correct the one that is wrong.")


def _subscriber_is_named(subject: Subject) -> Iterator[Fault]:
    subscriber = subject.case.subscriber
    if subscriber is not None and subscriber.relationship is not Relationship.SELF and subscriber.name is None:
        yield _fault(("subscriber", "name"), "is missing, and the member is not the subscriber.", "Add the subscriber's name.")


def _pregnancy_fits_its_status(subject: Subject) -> Iterator[Fault]:
    pregnancy = subject.case.pregnancy
    if pregnancy is None:
        return
    carried = pregnancy.status in {PregnancyStatus.PREGNANT, PregnancyStatus.POSTPARTUM}
    if carried and subject.case.member.sex is Sex.MALE:
        yield _fault(("pregnancy", "status"), "does not go with `member.sex`.", "Correct the one that is wrong.")
    if pregnancy.gestational_week is not None and not carried:
        location: Location = ("pregnancy", "gestational_week")
        yield _fault(location, "stands beside a status without pregnancy.", "Correct the status, or remove the week.")
    if pregnancy.ended_on is not None and pregnancy.status is not PregnancyStatus.POSTPARTUM:
        yield _fault(
            ("pregnancy", "ended_on"), "stands beside a status other than postpartum.", "Correct the status, or remove the date."
        )


def _retrospective_is_not_expedited(subject: Subject) -> Iterator[Fault]:
    request = subject.case.request
    if request.expedited is not None and request.kind is RequestKind.RETROSPECTIVE:
        yield _fault(("request", "expedited"), "cannot be asked for sessions already given.", "Remove it, or correct `kind`.")


def _denials_stand_in_order(subject: Subject) -> Iterator[Fault]:
    days = [(n, one.denied_on) for n, one in enumerate(subject.case.denials) if one.denied_on is not None]
    for (_, earlier), (n, later) in pairwise(days):
        if later < earlier:
            yield _fault(("denials", n, "denied_on"), "is earlier than the denial above it.", "List the oldest denial first.")


def _points_name_known_facts(subject: Subject) -> Iterator[Fault]:
    for n, denial in enumerate(subject.case.denials):
        for m, point in enumerate(denial.points):
            for k, fact in enumerate(point.facts):
                if fact not in subject.vocabulary:
                    near = " or ".join(f"`{one}`" for one in closest(fact, subject.vocabulary.facts))
                    remedy = f"Did you mean {near}?" if near else "`priorauth new` lists every fact."
                    yield _fault(("denials", n, "points", m, "facts", k), "is not a fact that is known here.", remedy)


def _declared_once(subject: Subject) -> Iterator[Fault]:
    declared = subject.case.indication
    if declared is not None:
        entries: list[tuple[Location, object]] = [(("indication", "primary"), declared.primary)]
        entries += [(("indication", "also_present", n), one) for n, one in enumerate(declared.also_present)]
        yield from _repeated(entries, "Declare each indication once.")


def _repeated(entries: list[tuple[Location, object]], remedy: str) -> Iterator[Fault]:
    count = Counter(value for _, value in entries)
    first: Mapping[object, Location] = {value: location for location, value in reversed(entries)}
    for location, value in entries:
        if count[value] > 1 and first[value] != location:
            yield _fault(location, f"repeats {path_of(first[value])}.", remedy)


def _fault(location: Location, what: str, remedy: str) -> Fault:
    return Fault(location=location, what=what, remedy=remedy)


_Check = Callable[[Subject], Iterator[Fault]]
_EXHIBITS: Location = ("exhibits",)
_DIAGNOSES: Location = ("diagnoses",)

_CHECKS: tuple[tuple[_Check, tuple[Location, ...]], ...] = (
    (_values_fit_the_vocabulary, ()),
    (_one_value_per_moment, ()),
    (_born_first, ()),
    (_nothing_from_the_future, ()),
    (_starts_before_ends, ()),
    (_exhibit_ids_differ, ()),
    (_exhibits_exist, (_EXHIBITS,)),
    (_diagnoses_differ, ()),
    (_diagnosis_pointers_exist, (_DIAGNOSES,)),
    (_people_exist, ()),
    (_agrees_with_first_exchange, ()),
    (_units_add_up, ()),
    (_delivered_means_begun, (("exchange",),)),
    (_delivered_lies_in_the_past, ()),
    (_therapies_end_as_their_outcome_says, ()),
    (_begun_or_not_begun, ()),
    (_subscriber_is_named, (("subscriber", "name"),)),
    (_pregnancy_fits_its_status, ()),
    (_retrospective_is_not_expedited, ()),
    (_denials_stand_in_order, ()),
    (_points_name_known_facts, ()),
    (_declared_once, ()),
)
"""Each check and the parts without which its answer would mislead."""
