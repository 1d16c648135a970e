"""Statements with their citation numbers, given in order of first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from priorauth.case.codes import Modality
from priorauth.evidence.models import Citation, Indication, Statement, Topic
from priorauth.letters.letter import Argument, ReferenceRow
from priorauth.letters.provenance import Value, value


@dataclass(slots=True)
class Citing:
    """Numbers citations as a letter comes to use them; call it in the order of the page."""

    printed: Mapping[str, str]
    """Every reference as it prints, by the id of its citation."""
    citations: Mapping[str, Citation]
    """Every record by its id."""
    modality: Modality
    """The procedure that the letter asks for: what is said of another one is left out."""
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
            for statement in indication.statements_on(self.modality)
            if statement.topic is topic
        }
        said = dict.fromkeys(statement.text for one in indications for statement in one.statements)
        return tuple(self.argument(*found[text]) for text in said if text in found)

    def references(self) -> tuple[ReferenceRow, ...]:
        """Everything cited, in order of first use."""
        return tuple(self._reference(place, one) for place, one in enumerate(self.used, start=1))

    def _reference(self, place: int, one: str) -> ReferenceRow:
        source, record = f"citation:{one}", self.citations[one]
        return ReferenceRow(
            number=value(str(place), source),
            text=value(self.printed[one].removesuffix(record.identifier or "").rstrip(), source),
            identifier=value(record.identifier, source) if record.identifier is not None else None,
            address=value(record.address, source).bare if record.address is not None else None,
        )
