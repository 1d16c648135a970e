"""Statements with their citation numbers, given in order of first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from priorauth.evidence.models import Indication, Statement, Topic
from priorauth.letters.letter import Argument
from priorauth.letters.provenance import Value, value


@dataclass(slots=True)
class Citing:
    """Numbers citations as a letter comes to use them; call it in the order of the page."""

    printed: Mapping[str, str]
    """Every reference as it prints, by the id of its citation."""
    used: list[str] = field(default_factory=list)

    def marks(self, *citations: str) -> Value:
        """The numbers of these citations, as printed behind a sentence (`1,3`)."""
        for one in citations:
            if one not in self.used:
                self.used.append(one)
        numbers = sorted(self.used.index(one) + 1 for one in citations)
        return value(",".join(str(number) for number in numbers), *(f"citation:{one}" for one in citations))

    def argument(self, indication: Indication, statement: Statement) -> Argument:
        """A statement ready to print."""
        source = f"indication:{indication.id}/{statement.id}"
        return Argument(
            text=value(statement.text, source),
            caveat=value(statement.caveat, source) if statement.caveat else None,
            answer=value(statement.answer, source) if statement.answer else None,
            cites=self.marks(*statement.citations),
        )

    def on(self, indications: tuple[Indication, ...], topic: Topic) -> tuple[Argument, ...]:
        """All statements on a topic in the order of the pack; indications that share a sentence print it once."""
        found = {
            statement.text: (indication, statement)
            for indication in reversed(indications)
            for statement in indication.statements
            if statement.topic is topic
        }
        first = [text for one in indications for text in (statement.text for statement in one.statements) if text in found]
        return tuple(self.argument(*found[text]) for text in dict.fromkeys(first))

    def references(self) -> tuple[tuple[Value, Value], ...]:
        """Number and formatted reference of everything cited, in order of first use."""
        return tuple(
            (value(str(place), f"citation:{one}"), value(self.printed[one], f"citation:{one}"))
            for place, one in enumerate(self.used, start=1)
        )
