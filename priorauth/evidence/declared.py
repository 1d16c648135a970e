"""Indications without criteria of their own: a row, a name, its codes, and the physician's declaration."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from priorauth.criteria.language import Basis, CodePattern, Criterion, DiagnosisTest, PresentTest
from priorauth.evidence.models import (
    Coding,
    Entry,
    Exclusion,
    Indication,
    IndicationId,
    IndicationKind,
    Level,
    LevelRule,
    RowId,
    Safeguard,
    Sentence,
    Severity,
)

_REASON = "No criteria of this row are encoded here, so the letter rests on the physician’s own reasons."


class DeclaredIndication(Entry):
    """What `declared.yaml` says of one of them."""

    id: IndicationId
    name: Sentence
    title: Sentence
    synonyms: tuple[Sentence, ...] = ()
    rows: tuple[RowId, ...] = Field(min_length=1)
    codes: tuple[CodePattern, ...] = Field(min_length=1)

    @property
    def indication(self) -> Indication:
        """It as every other indication is held."""
        return Indication(
            id=self.id,
            kind=IndicationKind.DECLARED,
            name=self.name,
            title=self.title,
            synonyms=self.synonyms,
            rows=self.rows,
            coding=Coding(primary=self.codes),
        )


class DeclaredIndications(Entry):
    """`declared.yaml`, sorted by id."""

    indications: tuple[DeclaredIndication, ...]


def declared_in_full(indication: Indication) -> Indication:
    """A declared indication with its one level, what contradicts it, and the rationale that it asks for; any other as it is."""
    if indication.kind is not IndicationKind.DECLARED:
        return indication
    return indication.model_copy(
        update={
            "levels": (_level(indication),),
            "excluded_by": (*indication.excluded_by, *_contradicted(indication)),
            "safeguards": (*indication.safeguards, _rationale(indication)),
        }
    )


def _level(indication: Indication) -> LevelRule:
    criterion = Criterion(
        id=f"{indication.id}-coded",
        text=f"A diagnosis code that is consistent with {indication.name}",
        basis=Basis.GENERAL,
        diagnosis=DiagnosisTest(codes=indication.coding.primary),
    )
    return LevelRule(level=Level.DECLARED, wording=indication.name, criterion=criterion)


def _contradicted(indication: Indication) -> Iterator[Exclusion]:
    """A declaration is checked, never believed: it does not stand against what the case itself says."""
    if indication.recognized_by is not None:
        reason = f"What the case says contradicts {indication.name}."
        yield Exclusion(criterion=Criterion(not_=indication.recognized_by), reason=reason)


def _rationale(indication: Indication) -> Safeguard:
    text = f"The physician’s own reasons for apheresis in {indication.name}"
    criterion = Criterion(id="own-rationale", text=text, present=PresentTest(field="narrative.rationale"))
    return Safeguard(criterion=criterion, severity=Severity.BLOCKS, reason=_REASON)
