"""Values that know their source and print it: the reason why nobody has to remember.

Everything a template can print is a `Value`. It prints itself as `<span data-from="…">`; anything
else in a template's output expression is refused by `fill`.

Source ids:
    case:member.birth_date            a place in the case file
    practice:providers.reyes.npi      a place in the clinic profile
    facts:adamts13_activity           an entry of the vocabulary
    row:A023                          a row of the guideline
    indication:caps                   an indication, or `indication:caps/registry-mortality` a statement of it
    citation:lewis-1992               a bibliographic record
    edition:asfa-2023                 the edition of the guideline
    payer:bcbs-alabama                a payer, or `payer:bcbs-alabama/mp-100/caps` a line of its policy
    stance:not_listed                 the standing sentence on a stance
    clock:ma-expedited                a time limit
    priorauth:as_of                   the tool itself: the date of writing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WHOLE = re.compile(r"(?:[<≤>≥]?\d[\d.,]* )?(?:× )?10⁹/L|\bICD-10-CM\b")
"""What must not break across lines: a line may end behind a slash or a hyphen."""


def _unbroken(html: str) -> str:
    return _WHOLE.sub(r'<span class="whole">\g<0></span>', html)


@dataclass(frozen=True, slots=True)
class Value:
    """Printable text with the ids of everything it comes from, at least one."""

    text: str
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError("a value needs a source")

    def __html__(self) -> Markup:
        return Markup('<span data-from="{}">{}</span>').format(" ".join(self.sources), self._inner())

    def _inner(self) -> Markup:
        return Markup(_unbroken(str(escape(self.text))))  # noqa: S704  # escaped right there

    @property
    def bare(self) -> BareValue:
        """The same for a place that takes no markup: the document's title and metadata."""
        return BareValue(self.text, self.sources)


@dataclass(frozen=True, slots=True)
class BareValue(Value):
    """A value for the head of the document, where a span cannot stand."""

    def __html__(self) -> Markup:
        return escape(self.text)


@dataclass(frozen=True, slots=True)
class RichValue(Value):
    """Paragraphs that were rendered from Markdown; `text` is trusted HTML without links or images."""

    def __html__(self) -> Markup:
        paragraphs = Markup(_unbroken(self.text))  # noqa: S704  # `words.paragraphs` made it, with raw HTML, links and images off
        return Markup('<div data-from="{}">{}</div>').format(" ".join(self.sources), paragraphs)


def value(text: str, *sources: str) -> Value:
    """The text with its sources."""
    return Value(text, sources)


def joined(values: Sequence[Value], *, last: str = " and ") -> Value:
    """An enumeration (`a, b and c`) that keeps every source once, in order."""
    texts = [one.text for one in values]
    head = ", ".join(texts[:-1])
    text = f"{head}{last}{texts[-1]}" if head else texts[-1]
    return Value(text, sources_of(values))


def sources_of(values: Iterable[Value]) -> tuple[str, ...]:
    """Every source of these values once, in order."""
    return tuple(dict.fromkeys(source for one in values for source in one.sources))
