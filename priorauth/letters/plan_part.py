"""The plan, the contact, the enclosures and the signature block."""

from __future__ import annotations

from priorauth.case.codes import Modality
from priorauth.case.parts import LineTiming, RequestKind, ServiceRole
from priorauth.letters.letter import ClosePart, ExhibitRow, PlanPart, ReferenceRow
from priorauth.letters.provenance import Value, joined, value
from priorauth.letters.quote import Quoter
from priorauth.letters.request_part import labeled, present, shared_supervisor, volumes


def compose_plan(quoter: Quoter, *, modality: Modality) -> PlanPart:
    """What is to be done and when it ends."""
    place = _exchange_line(quoter)
    # What was done in sessions already given stands where they are asked for.
    ahead = place is not None and quoter.case.services[place].timing is LineTiming.TO_COME

    def line(name: str) -> Value | None:
        return quoter.field("services", place, name) if place is not None else None

    return PlanPart(
        sessions=quoter.field("plan", "sessions"),
        volumes=volumes(line("plasma_volumes"), modality) if ahead else None,
        fluid=line("fluid") if ahead else None,
        access=line("access") if ahead else None,
        supervised_by=shared_supervisor(quoter) if ahead else None,
        goal=quoter.field("plan", "goal"),
        monitoring=quoter.field("plan", "monitoring"),
        reassessment_on=quoter.dated("plan", "reassessment_on"),
        stop_for_success=quoter.field("plan", "stop_for_success"),
        stop_for_futility=quoter.field("plan", "stop_for_futility"),
        concurrent=quoter.field("plan", "concurrent_treatment"),
        risks=quoter.field("plan", "risks"),
        consent=quoter.field("plan", "consent"),
        delay=quoter.field("plan", "delay_would_mean"),
        looks_back=quoter.case.request.kind is RequestKind.RETROSPECTIVE,
    )


def _exchange_line(quoter: Quoter) -> int | None:
    """The line of the sessions to come, else any exchange line."""
    lines = [(place, line) for place, line in enumerate(quoter.case.services) if line.role is ServiceRole.EXCHANGE]
    to_come = [place for place, line in lines if line.timing is LineTiming.TO_COME]
    return next(iter(to_come or [place for place, _ in lines]), None)


def compose_close(quoter: Quoter, references: tuple[ReferenceRow, ...]) -> ClosePart:
    """Whom to call, what is enclosed, who signs, what is cited."""
    name = quoter.field("requesting_provider", "name")
    credentials = quoter.field("requesting_provider", "credentials")
    return ClosePart(
        peer_name=quoter.field("peer_to_peer", "physician"),
        peer_phone=quoter.field("peer_to_peer", "phone"),
        peer_hours=quoter.field("peer_to_peer", "hours"),
        exhibits=tuple(_exhibit(quoter, place) for place in range(len(quoter.case.exhibits))),
        signer=joined(present(name, credentials), last=", ") if name else None,
        signer_lines=present(
            quoter.field("requesting_provider", "specialty"),
            labeled("NPI", quoter.field("requesting_provider", "npi")),
        ),
        references=references,
    )


def _exhibit(quoter: Quoter, place: int) -> ExhibitRow:
    key, title = quoter.field("exhibits", place, "id"), quoter.field("exhibits", place, "title")
    assert key is not None  # both are required of an exhibit
    assert title is not None
    pages = quoter.field("exhibits", place, "pages")
    count = pages and value(f"{pages.text} {'page' if pages.text == '1' else 'pages'}", *pages.sources)
    return ExhibitRow(id=key, title=title, dated=quoter.dated("exhibits", place, "dated"), pages=count)
