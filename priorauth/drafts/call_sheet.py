"""From a case file to the one page for the call with the payer's physician."""

from __future__ import annotations

from dataclasses import dataclass

from priorauth.drafts.order import Order, Reviewed, read_and_review
from priorauth.letters.call_part import CALL_TEMPLATE, compose_call_sheet
from priorauth.letters.compose import compose
from priorauth.letters.fill import fill
from priorauth.letters.render import Mark, print_form, render
from priorauth.letters.trace import trace
from priorauth.packs import data_folder
from priorauth.reasoning.review import Packs


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What became of an order for a call sheet."""

    reviewed: Reviewed
    pdf: bytes | None
    """`None` when the review does not carry a letter: then there is nothing to argue from."""


def call_sheet(order: Order, packs: Packs) -> Called:
    """The sheet of a case, the same bytes for the same input; writes nothing. Raises every error of the steps."""
    reviewed = read_and_review(order, packs)
    if reviewed.review.exit_code:
        return Called(reviewed=reviewed, pdf=None)
    return Called(reviewed=reviewed, pdf=render(print_form(call_html(reviewed)), mark=Mark.CALL))


def call_html(reviewed: Reviewed) -> str:
    """The filled sheet of a review that carries a letter, every value in a span that names its source.

    Raises `TemplateError` when a source resolves to nothing.
    """
    packs = reviewed.packs
    letter = compose(reviewed.review, reviewed.file, packs)
    html = fill(data_folder("templates"), CALL_TEMPLATE, sheet=compose_call_sheet(reviewed.review, letter, reviewed.file))
    trace(html, reviewed.file, packs)
    return html
