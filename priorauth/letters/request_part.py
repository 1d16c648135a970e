"""What is asked for, for whom, where, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from priorauth.case.codes import Modality
from priorauth.case.parts import (
    LineOfBusiness,
    LineTiming,
    PregnancyStatus,
    Relationship,
    RequestKind,
    ServiceLine,
    ServiceRole,
)
from priorauth.evidence.models import Indication
from priorauth.letters.letter import DiagnosisRow, GivenRow, Head, MemberPart, ProviderRow, RequestPart, ServiceRow
from priorauth.letters.procedures import full_name, gives_plasma_back, noun
from priorauth.letters.provenance import BareValue, Value, joined, sources_of, value
from priorauth.letters.quote import Quoter, period
from priorauth.letters.words import long_date, short_date
from priorauth.payers.clocks import Limit
from priorauth.reasoning.clocks import Deadline

_KINDS = {
    RequestKind.INITIAL: "request for prior authorization",
    RequestKind.CONCURRENT: "request to continue authorized treatment",
    RequestKind.RETROSPECTIVE: "request for retrospective authorization",
    RequestKind.APPEAL_LEVEL_1: "appeal, first level",
    RequestKind.APPEAL_LEVEL_2: "appeal, second level",
    RequestKind.EXTERNAL_REVIEW: "request for external review",
}
_PAIR = 2
_PRIOR_AND_RETROSPECTIVE = "request for prior and retrospective authorization"
_MEDICAL_REVIEW = "request for medical review"
_CIRCUMSTANCE = "Z"
"""What codes of a circumstance begin with, such as the week of a pregnancy: no disease that is suspected or begins."""
_ROLES = {"requesting_provider": "Requesting physician", "servicing_provider": "Servicing provider", "facility": "Facility"}
_SERVICES = {
    ServiceRole.EXCHANGE: "exchange session",
    ServiceRole.PRODUCT: "replacement product",
    ServiceRole.CATHETER: "vascular access",
}


def present(*values: Value | None) -> tuple[Value, ...]:
    """Those that are there."""
    return tuple(one for one in values if one is not None)


def labeled(label: str, quoted: Value | None) -> Value | None:
    """`label quoted` as one value; `None` when there is nothing to quote."""
    return quoted and value(f"{label} {quoted.text}", *quoted.sources)


def compose_head(quoter: Quoter, *, modality: Modality, medicare: bool, deadlines: Iterable[Deadline]) -> Head:
    """Everything above the text."""
    kind = quoter.case.request.kind
    asks_both = kind is RequestKind.INITIAL and _delivered_units(quoter) > 0 and _delivered_under(quoter) is None
    expedited = quoter.case.request.expedited
    certified = expedited is not None and expedited.certified_by is not None and expedited.certified_on is not None
    review = medicare and not kind.is_appeal
    asked = _MEDICAL_REVIEW if review else _PRIOR_AND_RETROSPECTIVE if asks_both else _KINDS[kind]
    asked = f"expedited {asked}" if certified else asked
    title = f"{asked[0].upper()}{asked[1:]}: {full_name(modality)}"
    as_of = quoter.chart.as_of
    return Head(
        document_title=BareValue(title, (quoter.case_file.source(("request", "kind")),)),
        created=BareValue(as_of.isoformat(), ("priorauth:as_of",)),
        practice=quoter.practice("name"),
        practice_lines=present(
            *quoter.practice_address(),
            labeled("Phone", quoter.practice("phone")),
            labeled("Fax", quoter.practice("fax")),
            quoter.practice("website"),
        ),
        date=value(long_date(as_of), "priorauth:as_of"),
        addressee=_addressee(quoter),
        fax=quoter.field("coverage", "fax"),
        title=value(title, quoter.case_file.source(("request", "kind"))),
        medical_review=medicare,
        expedited=quoter.field("request", "expedited", "basis") if certified else None,
        certified_on=_certified_on(quoter) if certified else None,
        references=_references(quoter),
        deadlines=tuple(_deadline(one) for one in deadlines if one.limits is Limit.DECISION),
    )


def _deadline(one: Deadline) -> tuple[Value, Value]:
    # A deadline speaks of the payer, and the letter speaks to it.
    return value(one.rule, one.source), value(one.words.replace("the payer receives", "you receive"), one.source)


def _addressee(quoter: Quoter) -> tuple[Value, ...]:
    delegate = labeled("Review delegated to", quoter.field("coverage", "delegate"))
    return present(quoter.field("coverage", "payer_name"), delegate, *quoter.lines("coverage", "address"))


def _certified_on(quoter: Quoter) -> Value | None:
    """The day of the certification; `None` where it is the letter's own."""
    expedited = quoter.case.request.expedited
    same = expedited is not None and expedited.certified_on == quoter.chart.as_of
    return None if same else quoter.dated("request", "expedited", "certified_on")


def _references(quoter: Quoter) -> tuple[tuple[Value, Value], ...]:
    places = range(len(quoter.case.request.references))
    pairs = (
        (quoter.field("request", "references", one, "kind"), quoter.field("request", "references", one, "number"))
        for one in places
    )
    return tuple((kind, number) for kind, number in pairs if kind is not None and number is not None)


def compose_member(quoter: Quoter) -> MemberPart:
    """For whom, and under which coverage."""
    subscriber = quoter.case.subscriber
    other_holder = subscriber is not None and subscriber.name is not None
    stated = quoter.case.pregnancy is not None and quoter.case.pregnancy.status is not PregnancyStatus.NOT_APPLICABLE
    pregnancy = quoter.field("pregnancy", "status") if stated else None
    week = quoter.field("pregnancy", "gestational_week")
    return MemberPart(
        name=quoter.name("member", "name"),
        birth_date=quoter.dated("member", "birth_date"),
        sex=quoter.field("member", "sex"),
        weight=_weight(quoter),
        member_id=quoter.field("member", "member_id"),
        group_number=quoter.field("member", "group_number"),
        account_number=quoter.field("account_number"),
        subscriber=quoter.name("subscriber", "name") if other_holder else None,
        relationship=quoter.field("subscriber", "relationship") if other_holder else None,
        is_subscriber=subscriber is not None and subscriber.relationship is Relationship.SELF,
        plan=present(*(quoter.field("coverage", part) for part in ("plan", "line_of_business", "funding", "state"))),
        secondary=quoter.field("coverage", "secondary"),
        delegate=quoter.field("coverage", "delegate"),
        pregnancy=value(f"{pregnancy.text}, week {week.text}", *pregnancy.sources, *week.sources)
        if pregnancy and week
        else pregnancy,
        guardian_consent=_guardian_consent(quoter),
    )


def _guardian_consent(quoter: Quoter) -> Value | None:
    given = quoter.case.member.guardian_consent
    state = "is" if given else "is not"
    source = quoter.case_file.source(("member", "guardian_consent"))
    return value(f"consent from the guardian {state} on file", source) if given is not None else None


def _weight(quoter: Quoter) -> Value | None:
    kilograms = quoter.field("member", "weight", "kg")
    return kilograms and value(f"{kilograms.text} kg", *kilograms.sources)


def compose_request(quoter: Quoter, *, indications: Sequence[Indication], modality: Modality) -> RequestPart:
    """The lines asked for, coded, with setting and providers."""
    case = quoter.case
    places = [
        place
        for place, line in enumerate(case.services)
        if line.role is ServiceRole.EXCHANGE and line.timing is LineTiming.TO_COME
    ]
    first = places[0] if places else None
    contact = _shared_contact(quoter)
    asked_for = quoter.case_file.source(("services", _line_of(quoter, modality), "modality"))
    return RequestPart(
        sessions=quoter.field("services", first, "units") if first is not None else None,
        modality=value(full_name(modality), asked_for),
        noun=value(noun(modality), asked_for),
        to_come=_period(quoter, first) if first is not None else None,
        delivered=_given(quoter),
        given=_given_rows(quoter, modality),
        delivered_under=_delivered_under(quoter),
        why_not_before=quoter.field("request", "why_not_before"),
        emergency_shown=_emergency(quoter),
        facility=quoter.field("facility", "name"),
        setting=quoter.field("admission", "status"),
        admission=_admission(quoter),
        authorization=_authorization(quoter),
        authorization_check=_authorization_check(quoter),
        services=_services(quoter),
        diagnoses=_diagnoses(quoter),
        code_note=_code_note(indications),
        providers=tuple(row for role in _ROLES if (row := _provider(quoter, role, shared=contact)) is not None),
        contact=contact,
    )


def _emergency(quoter: Quoter) -> Value | None:
    shown, page = labeled("Exhibit", quoter.field("request", "emergency_exhibit")), quoter.field("request", "emergency_page")
    return joined((shown, page), last=", p. ") if shown and page else shown


def _line_of(quoter: Quoter, modality: Modality) -> int:
    """The first exchange line that names the procedure asked for."""
    lines = enumerate(quoter.case.services)
    return next(place for place, line in lines if line.role is ServiceRole.EXCHANGE and line.modality is modality)


def _delivered_units(quoter: Quoter) -> int:
    lines = quoter.case.services
    return sum(one.units or 0 for one in lines if one.role is ServiceRole.EXCHANGE and one.timing is LineTiming.DELIVERED)


def _given_lines(quoter: Quoter) -> list[int]:
    """The places of the lines whose sessions were given."""
    lines = enumerate(quoter.case.services)
    return [place for place, one in lines if one.role is ServiceRole.EXCHANGE and one.timing is LineTiming.DELIVERED]


def _given(quoter: Quoter) -> Value | None:
    """The sessions already given, with their days (`the 2 sessions given on Nov 18 and 19, 2026`)."""
    told = [_given_on(quoter, place) for place in _given_lines(quoter)]
    return joined(told) if told else None


def _given_rows(quoter: Quoter, modality: Modality) -> tuple[GivenRow, ...]:
    places = _given_lines(quoter)
    rows = (_given_row(quoter, place, modality, dated=len(places) > 1) for place in places)
    return tuple(row for row in rows if row.done is not None or row.where is not None)


def _given_row(quoter: Quoter, place: int, modality: Modality, *, dated: bool) -> GivenRow:
    line, at = quoter.case.services[place], ("services", place)
    sessions = _given_on(quoter, place, dated=dated)
    each = "" if line.units == 1 else "each of "
    return GivenRow(
        sessions=Value(f"{each}{sessions.text}", sessions.sources),
        how=_how(quoter, place),
        done=_done(quoter, place, line.modality or modality),
        where=quoter.where(at, line.exhibit, line.page, attested=False),
    )


def _how(quoter: Quoter, place: int) -> Value | None:
    if any(one.role is ServiceRole.EXCHANGE and one.timing is LineTiming.TO_COME for one in quoter.case.services):
        return None
    through = labeled("through", quoter.field("services", place, "access"))
    told = present(through, labeled("supervised by", quoter.field("services", place, "supervising_physician")))
    return joined(told) if told else None


def _done(quoter: Quoter, place: int, modality: Modality) -> Value | None:
    """What happened in each session of a line: `1 plasma volume was replaced with albumin`."""
    held, fluid = volumes(quoter.field("services", place, "plasma_volumes"), modality), quoter.field("services", place, "fluid")
    if held is None:
        return labeled("the replacement was", fluid)
    were = "were" if "volumes" in held.text else "was"
    how = f"replaced with {fluid.text}" if fluid else "treated" if gives_plasma_back(modality) else "exchanged"
    return Value(f"{held.text.removesuffix(' treated')} {were} {how}", sources_of(present(held, fluid)))


def volumes(stated: Value | None, modality: Modality) -> Value | None:
    """Plasma volumes of a session with their unit (`1 plasma volume`); `None` where the case does not say."""
    unit = "plasma volume" if stated is not None and stated.text in {"1", "1.0"} else "plasma volumes"
    how = " treated" if gives_plasma_back(modality) else ""
    return stated and value(f"{stated.text} {unit}{how}", *stated.sources)


def _given_on(quoter: Quoter, place: int, *, dated: bool = True) -> Value:
    line, source = quoter.case.services[place], quoter.case_file.source(("services", place, "timing"))
    units, days = quoter.field("services", place, "units"), _period(quoter, place) if dated else None
    count = "the session" if line.units == 1 else f"the {units.text} sessions" if units else "the sessions"
    if days is None:
        when = ""
    elif line.start == line.end:
        when = f" on {days.text}"
    else:
        when = _on_both(line) or f" from {days.text}"
    return Value(f"{count} given{when}", sources_of((value("", source), *present(units, days))))


def _on_both(line: ServiceLine) -> str | None:
    """The days of two sessions, one after the other; `None` for any other line."""
    if line.units != _PAIR or line.start is None or line.end != line.start + timedelta(days=1):
        return None
    first, last = short_date(line.start), short_date(line.end)
    return (
        f" on {first.partition(',')[0]} and {line.end.day}, {line.end.year}"
        if first[:3] == last[:3]
        else f" on {first} and {last}"
    )


def _delivered_under(quoter: Quoter) -> Value | None:
    """The authorization that covers every session already given."""
    authorization, given = quoter.case.authorization, _delivered_units(quoter)
    covered = authorization is not None and authorization.units_used is not None and authorization.units_used >= given > 0
    return quoter.field("authorization", "number") if covered else None


def _code_note(indications: Sequence[Indication]) -> Value | None:
    notes = [value(one.coding.note, f"indication:{one.id}") for one in indications if one.coding.note]
    return joined(notes, last=" ") if notes else None


def _admission(quoter: Quoter) -> tuple[Value, ...]:
    return present(
        labeled("admitted", quoter.dated("admission", "admitted_on")),
        labeled("discharged", quoter.dated("admission", "discharged_on")),
        labeled("admission authorization", quoter.field("admission", "authorization_number")),
        labeled("payer notified", quoter.dated("admission", "notified_on")),
    )


def _authorization(quoter: Quoter) -> tuple[Value, ...]:
    return present(
        labeled("authorization", quoter.field("authorization", "number")),
        labeled("authorized:", quoter.field("authorization", "units_authorized")),
        labeled("used:", quoter.field("authorization", "units_used")),
        labeled("remaining:", quoter.field("authorization", "units_remaining")),
    )


def _authorization_check(quoter: Quoter) -> Value | None:
    answer, how = quoter.field("request", "authorization_check", "answer"), quoter.field("request", "authorization_check", "how")
    day = quoter.dated("request", "authorization_check", "checked_on")
    reference = labeled("reference", quoter.field("request", "authorization_check", "reference"))
    stated = present(answer, how, day, reference)
    return joined(stated, last=", ") if stated else None


def _services(quoter: Quoter) -> tuple[ServiceRow, ...]:
    """Every line; the abbreviation of the modality is spelled out where it stands first."""
    exchange = [place for place, line in enumerate(quoter.case.services) if line.role is ServiceRole.EXCHANGE]
    return tuple(_service(quoter, place, spelled=place in exchange[:1]) for place in range(len(quoter.case.services)))


def _exchange(quoter: Quoter, place: int, *, spelled: bool) -> Value | None:
    modality, named = quoter.case.services[place].modality, quoter.field("services", place, "modality")
    if modality is None or named is None:
        return named
    full = full_name(modality)
    if not modality.is_abbreviation:
        return value(full, *named.sources)
    return value(f"{full}, {modality}" if spelled else modality, *named.sources)


def _service(quoter: Quoter, place: int, *, spelled: bool) -> ServiceRow:
    line = quoter.case.services[place]
    at = ("services", place)
    code, modifiers = quoter.field(*at, "procedure_code"), quoter.lines(*at, "modifiers")
    exchange = _exchange(quoter, place, spelled=spelled) if line.role is ServiceRole.EXCHANGE else None
    described = quoter.field(*at, "description") or exchange
    delivered = value("already given", quoter.case_file.source((*at, "timing"))) if line.timing is LineTiming.DELIVERED else None
    return ServiceRow(
        code=joined((code, *modifiers), last="-") if code else None,
        exchange=line.role is ServiceRole.EXCHANGE,
        service=described or value(_SERVICES[line.role], quoter.case_file.source((*at, "role"))),
        units=quoter.field(*at, "units"),
        frequency=quoter.field(*at, "frequency"),
        period=_period(quoter, place),
        place_of_service=quoter.field(*at, "place_of_service"),
        diagnoses=quoter.field(*at, "diagnoses"),
        delivered=delivered,
        details=present(
            quoter.field(*at, "billing"),
            None if shared_supervisor(quoter) else labeled("supervised by", quoter.field(*at, "supervising_physician")),
        ),
    )


def shared_supervisor(quoter: Quoter) -> Value | None:
    """The supervising physician of every line that names one; `None` where they differ or none is named."""
    named = present(*(quoter.field("services", place, "supervising_physician") for place in range(len(quoter.case.services))))
    same = len({one.text for one in named}) == 1
    return Value(named[0].text, sources_of(named)) if same else None


def _period(quoter: Quoter, place: int) -> Value | None:
    start, end = quoter.dated("services", place, "start"), quoter.dated("services", place, "end")
    if start is None or end is None:
        return start or end
    return period(start, end)


def _diagnoses(quoter: Quoter) -> tuple[DiagnosisRow, ...]:
    rows = sorted(range(len(quoter.case.diagnoses)), key=lambda place: quoter.case.diagnoses[place].sequence)
    return tuple(
        DiagnosisRow(
            number=_required(quoter.field("diagnoses", place, "sequence")),
            code=_required(quoter.field("diagnoses", place, "code")),
            text=_required(quoter.field("diagnoses", place, "text")),
            status=None if quoter.case.diagnoses[place].code.startswith(_CIRCUMSTANCE) else _status(quoter, place),
        )
        for place in rows
    )


def _status(quoter: Quoter, place: int) -> Value:
    """How certain a diagnosis is, and since when."""
    onset = labeled("onset", quoter.dated("diagnoses", place, "onset"))
    return joined(present(quoter.field("diagnoses", place, "certainty"), onset), last="; ")


def _required(quoted: Value | None) -> Value:
    assert quoted is not None  # the model requires it
    return quoted


def _shared_contact(quoter: Quoter) -> Value | None:
    contacts = [_contact(quoter, role) for role in _ROLES if getattr(quoter.case, role) is not None]
    same = len({one.text if one else None for one in contacts}) == 1
    return contacts[0] if same else None


def _contact(quoter: Quoter, role: str) -> Value | None:
    parts = present(
        quoter.field(role, "contact", "name"),
        labeled("phone", quoter.field(role, "contact", "phone")),
        labeled("fax", quoter.field(role, "contact", "fax")),
        quoter.field(role, "contact", "hours"),
    )
    return joined(parts, last=", ") if parts else None


def _provider(quoter: Quoter, role: str, *, shared: Value | None) -> ProviderRow | None:
    provider = getattr(quoter.case, role)
    if provider is None:
        return None
    credentials = quoter.field(role, "credentials")
    return ProviderRow(
        role=value(_ROLES[role], quoter.case_file.source((role,))),
        name=joined(present(quoter.field(role, "name"), credentials), last=", "),
        npi=quoter.field(role, "npi"),
        tin=quoter.field(role, "tin"),
        details=present(*_provider_details(quoter, role), None if shared else labeled("contact", _contact(quoter, role))),
    )


def _provider_details(quoter: Quoter, role: str) -> tuple[Value, ...]:
    # Original Medicare has no network.
    networks = quoter.case.coverage.line_of_business is not LineOfBusiness.MEDICARE
    address = quoter.lines(role, "address")
    at_letterhead = [line.text for line in address] == [line.text for line in quoter.practice_address()]
    return present(
        quoter.field(role, "specialty"),
        joined(address, last=", ") if address and not at_letterhead else None,
        labeled("phone", quoter.field(role, "phone")),
        labeled("fax", quoter.field(role, "fax")),
        *((quoter.field(role, "network_status"), quoter.field(role, "out_of_network_reason")) if networks else ()),
    )
