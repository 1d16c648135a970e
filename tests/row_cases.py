"""An invented case for any indication of the pack: it says just what the indication's own criteria ask, and nothing else.

What a case must give in a test is copied from the source (tests/data); only what it must say is read off the pack.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, assert_never

from priorauth.case.codes import Modality
from priorauth.criteria.evaluate import evaluate
from priorauth.criteria.language import (
    ChoiceTest,
    CountTest,
    Criterion,
    DiagnosisTest,
    EnclosedTest,
    FieldTest,
    LeafTest,
    PresentTest,
    QuantityTest,
    SentTest,
    SpanTest,
    TherapyTest,
    YesTest,
)
from priorauth.criteria.truth import Truth
from priorauth.evidence.models import Indication, Severity
from priorauth.facts import FactDefinition, FactKind
from priorauth.payers.code_list import CodeStanding
from tests.cases import AS_OF, Data, chart_of, full_case, put, rules, vocabulary

UNRELATED = "Z00.00"
"""A code that no indication rests on."""
_FIRST, _LAST = AS_OF - timedelta(days=10), AS_OF - timedelta(days=6)
_NOTHING_REPLACED = ("fluid", "plasma_volumes")
_CODES = {
    Modality.TPE: "36514",
    Modality.TPE_HV: "36514",
    Modality.RBC_EXCHANGE: "36512",
    Modality.ERYTHROCYTAPHERESIS: "36512",
    Modality.LEUKOCYTAPHERESIS: "36511",
    Modality.THROMBOCYTAPHERESIS: "36513",
    Modality.ECP: "36522",
}
"""Everything else is adsorption or filtration."""


def case_of(indication: Indication, modality: str) -> Data:
    """A whole request for this indication and procedure: its first level met, nothing against it, each blocking safeguard met."""
    data = _bare(indication, modality)
    builder = _Builder(data)
    builder.meet(indication.levels[0].criterion)
    for exclusion in indication.excluded_by:
        if exclusion.required:
            builder.miss(exclusion.criterion)
    for safeguard in indication.safeguards:
        if safeguard.severity is Severity.BLOCKS:
            builder.meet(safeguard.criterion)
    for rival in indication.differential:
        if rival.requires and not any(fact in data["facts"] for fact in rival.facts):
            builder.say(rival.facts[0], _negative(vocabulary()[rival.facts[0]]))
    if not data["diagnoses"]:
        builder.bill(indication.coding.primary)
    if indication.coding.with_one_of:
        builder.bill(indication.coding.with_one_of)
    return data


def _bare(indication: Indication, modality: str) -> Data:
    """A whole request that names the indication and says nothing clinical."""
    data = full_case()
    data |= {"case_id": "row", "facts": {}, "diagnoses": [], "indication": {"primary": indication.id}}
    data["therapies"] = {"tried": []}
    data["coverage"] |= {"payer_id": "generic", "payer_name": "Invented Health Plan"}
    line = data["services"][0]
    line["modality"] = modality
    line["procedure_code"] = _CODES.get(Modality(modality), "36516")
    if Modality(modality) not in {Modality.TPE, Modality.TPE_HV}:
        for field in _NOTHING_REPLACED:
            del line[field]
    if Modality(modality) is Modality.RBC_EXCHANGE:
        line["fluid"] = "red_cells"
    if Modality(modality) in {Modality.IA, Modality.DFPP}:
        line["plasma_volumes"] = "1"
    return data


def billable(patterns: tuple[str, ...]) -> str:
    """The first code of the release on the day of service that these patterns cover."""
    held = rules().code_lists.nearest(AS_OF)
    for pattern in patterns:
        code = pattern.removesuffix("-")
        for candidate in (code, *_below(code)):
            if held.standing(candidate) is CodeStanding.BILLABLE:
                return candidate
    raise AssertionError(f"no billable code in {patterns}")


def _below(code: str) -> Iterator[str]:
    """Codes below a header, the shorter ones first, by trying what a next place can hold."""
    layer = [code]
    for _ in range(4):
        layer = [f"{one}.{place}" if "." not in one and len(one) == 3 else f"{one}{place}" for one in layer for place in _PLACES]
        held = rules().code_lists.nearest(AS_OF)
        layer = [one for one in layer if held.standing(one) is not CodeStanding.ABSENT or _placeholder(one)]
        yield from layer


_PLACES = "0123456789XAD"


def _placeholder(code: str) -> bool:
    return code.endswith("X") and len(code) < 8


class _Builder:
    """Writes into a case what makes criteria met, or not met."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def meet(self, criterion: Criterion) -> None:
        if evaluate(criterion, chart_of(self._data)).truth is Truth.MET:
            return
        if criterion.all is not None:
            for part in criterion.all:
                self.meet(part)
        elif criterion.any is not None:
            self.meet(self._open(criterion.any))
        elif criterion.at_least is not None:
            for part in criterion.at_least.of[: criterion.at_least.count]:
                self.meet(part)
        elif criterion.not_ is not None:
            self.miss(criterion.not_)
        else:
            self._write(criterion.leaf)

    def _open(self, parts: tuple[Criterion, ...]) -> Criterion:
        """The first of which nothing was said before, which might be the contrary, and that asks for no other member."""
        free = [one for one in parts if not set(one.facts) & set(self._data["facts"])] or list(parts)
        return next((one for one in free if all(leaf.field is None for leaf in one.leaves())), free[0])

    def miss(self, criterion: Criterion) -> None:
        """Every fact that it reads is answered the other way."""
        for leaf in criterion.leaves():
            test = leaf.leaf
            if isinstance(test, YesTest):
                self.say(test.fact, "no" if test.answer else "yes")
            elif isinstance(test, ChoiceTest):
                self.say(test.fact, _other(vocabulary()[test.fact], test.among))

    def say(self, fact: str, value: Any, **more: Any) -> None:
        """One observation of this fact; what was said before stands."""
        definition = vocabulary()[fact]
        place = {"attested_by": "requesting_provider"} if definition.attested else {"exhibit": "B", "page": 1}
        observation = {"value": value, "taken": _LAST.isoformat(), **place, **more}
        if value is None:
            del observation["value"]
        elif definition.kind is FactKind.QUANTITY:
            observation["unit"] = definition.unit
        self._data["facts"].setdefault(fact, [observation])

    def bill(self, patterns: tuple[str, ...], certainty: str = "confirmed") -> None:
        code = billable(patterns)
        rows = self._data["diagnoses"]
        if all(row["code"] != code for row in rows):
            row = {"code": code, "sequence": str(len(rows) + 1), "text": "as coded", "certainty": certainty}
            rows.append({**row, "onset": _FIRST.isoformat()})

    def _write(self, test: LeafTest) -> None:
        match test:
            case QuantityTest() | YesTest() | ChoiceTest() | CountTest():
                self._result(test)
            case SentTest():
                self._send(test)
            case EnclosedTest():
                self.say(test.fact, _negative(vocabulary()[test.fact]))
            case DiagnosisTest():
                certainty = "confirmed" if "confirmed" in test.certainty else test.certainty[0].value
                self.bill(test.codes, certainty)
            case TherapyTest():
                self._treat(test)
            case SpanTest():
                self._span(test)
            case PresentTest() | FieldTest():
                self._fill(test)
            case _ as never:
                assert_never(never)

    def _result(self, test: QuantityTest | YesTest | ChoiceTest | CountTest) -> None:
        match test:
            case YesTest():
                self.say(test.fact, "yes" if test.answer else "no")
            case ChoiceTest():
                self.say(test.fact, test.among[0])
            case QuantityTest():
                self.say(test.fact, str(_within(test)))
            case CountTest():
                named = test.among or tuple(vocabulary()[test.fact].choices)
                self.say(test.fact, list(named[: test.at_least]), complete="yes")

    def _send(self, test: SentTest) -> None:
        if test.awaited:
            self.say(test.fact, None, pending="yes")
        else:
            self.say(test.fact, _negative(vocabulary()[test.fact]))

    def _treat(self, test: TherapyTest) -> None:
        details = {"dose": "as charted", "started": _FIRST.isoformat(), "ended": _LAST.isoformat(), "reason": "as charted"}
        asked: tuple[str, ...] = ("dose", "started", "reason", *test.stating)
        entry: Data = {name: details.get(name, "after each session") for name in asked}
        entry |= {"drug": "invented drug", "therapy_class": test.classes[0].value, "outcome": test.outcomes[0].value}
        entry |= {"exhibit": "B", "page": 1}
        self._data["therapies"]["tried"].append(entry)

    def _span(self, test: SpanTest) -> None:
        for end, day in ((test.start, _FIRST), (test.end, _LAST)):
            if end.startswith("fact:"):
                self.say(end.removeprefix("fact:"), day.isoformat())

    def _fill(self, test: PresentTest | FieldTest) -> None:
        if isinstance(test, FieldTest) and "[" not in test.field:
            put(self._data, test.field, test.among[0])


def _within(test: QuantityTest) -> Any:
    lower = test.at_least if test.at_least is not None else test.above
    upper = test.at_most if test.at_most is not None else test.below
    if lower is None:
        assert upper is not None  # a quantity test has a bound
        return upper if test.at_most is not None else upper - 1
    return lower if test.at_least is not None else lower + 1


def _negative(definition: FactDefinition) -> str:
    match definition.kind:
        case FactKind.YES_NO:
            return "no"
        case FactKind.CHOICE:
            return next((one for one in ("negative", "none") if one in definition.choices), next(iter(definition.choices)))
        case FactKind.QUANTITY:
            return "50"
        case FactKind.DATE:
            return _FIRST.isoformat()
        case _:
            return "as charted"


def _other(definition: FactDefinition, among: tuple[str, ...]) -> str:
    return next(one for one in definition.choices if one not in among)
