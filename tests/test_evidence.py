"""The evidence pack: every row, every statement, every reference between its files."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from priorauth.criteria.language import Basis
from priorauth.errors import PackError
from priorauth.evidence.models import Category, Direction, Evidence, Grade, Indication, IndicationKind, Statement, Topic
from priorauth.evidence.reader import read_evidence
from priorauth.facts import FactKind, Vocabulary, read_vocabulary
from priorauth.packs import data_folder

DATA = Path(__file__).parent / "data"
FOLDER = data_folder("evidence")
IN_DEPTH = ("caps", "ttp-immune", "sle-npsle", "sle-dah", "sle-tma", "sle-severe-other")
LUPUS = ("sle-npsle", "sle-dah", "sle-tma", "sle-severe-other")
REFUSED = ("ln-alone", "mild-sle", "aps-not-caps", "tma-drug-other")
ENCODED = [
    "A002", "A003", "A004", "A005", "A013", "A014", "A015", "A023", "A024", "A028", "A032", "A033",
    "A034", "A038", "A041", "A042", "A043", "A044", "A052", "A054", "A055", "A056", "A057", "A071",
    "A072", "A074", "A075", "A076", "A078", "A079", "A081", "A099", "A100", "A101", "A102", "A103",
    "A104", "A105", "A109", "A115", "A116", "A117", "A118", "A119", "A120", "A125", "A142", "A143",
    "A144", "A145", "A146", "A157", "A158", "A159", "A165", "A166",
]  # fmt: skip
"""The rows with criteria of their own, as decided by hand: what fills an apheresis service, and all of Category I."""


@lru_cache(maxsize=1)
def _evidence() -> Evidence:
    return read_evidence(FOLDER)


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return read_vocabulary(FOLDER / "facts.yaml")


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(file))


def _statements() -> list[tuple[Indication, Statement]]:
    return [(indication, one) for indication in _evidence().indications.values() for one in indication.statements]


def _sentences(statement: Statement) -> str:
    return " ".join(text for text in (statement.text, statement.caveat, statement.answer) if text is not None)


# ---- the guideline's table ----------------------------------------------------------------------


@pytest.mark.parametrize("row", _table("asfa-2023.csv"), ids=lambda row: row["id"])
def test_every_cell_of_the_guideline_is_the_published_one(row: dict[str, str]) -> None:
    found = _evidence().recommendation(row["id"])
    cells = (found.disease, found.condition or "", found.modality, found.category, found.grade, str(found.page))
    assert cells == (row["disease"], row["condition"], row["modality"], row["category"], row["grade"], row["page"])


def test_the_edition_holds_as_many_rows_and_diseases_as_were_published() -> None:
    rows = _evidence().edition.recommendations
    rated = Counter((row.category, row.grade) for row in rows)
    counts = (len(rows), len({row.disease for row in rows}), rated[Category.III, Grade.G2C], rated[Category.III, Grade.G2B])
    assert counts == (166, 91, 56, 22)


def test_the_four_rows_of_the_fourth_category_are_not_lupus() -> None:
    fourth = [(row.disease, row.modality) for row in _evidence().edition.recommendations if row.category is Category.IV]
    assert fourth == [
        ("Psoriasis", "TPE"),
        ("Red blood cell alloimmunization, pregnancy complications", "RBC exchange"),
        ("Thrombotic microangiopathy, drug induced", "TPE"),
        ("Thrombotic microangiopathy, drug induced", "TPE"),
    ]


def test_lupus_has_one_row_and_nephritis_none() -> None:
    rows = [(row.id, row.condition) for row in _evidence().edition.recommendations if "lupus erythematosus" in row.disease]
    assert rows == [("A109", "Severe")]
    named = [f"{row.disease} {row.condition}".lower() for row in _evidence().edition.recommendations]
    assert [name for name in named if "lupus nephritis" in name] == []


def test_every_category_and_grade_has_its_meaning_in_words() -> None:
    edition = _evidence().edition
    assert (set(edition.category_meanings), set(edition.grade_meanings)) == (set(Category), set(Grade))
    assert edition.grade_meanings[Grade.G2C] == "weak recommendation, low- or very-low-quality evidence"
    assert edition.name == "Ninth Special Issue, 2023"


# ---- indications --------------------------------------------------------------------------------


def test_the_pack_encodes_and_refuses_what_was_decided() -> None:
    of_kind = {kind: [one for one in _evidence().indications.values() if one.kind is kind] for kind in IndicationKind}
    encoded = {row for one in of_kind[IndicationKind.SUPPORTED] for row in one.rows}
    # The row of photopheresis for any desensitization stands beside that of exchange for a living donor.
    assert sorted(encoded - {"A151"}) == ENCODED
    assert sorted(one.id for one in of_kind[IndicationKind.REFUSED]) == sorted(REFUSED)


def test_every_row_of_the_first_category_has_criteria_of_its_own() -> None:
    first = {row.id for row in _evidence().edition.recommendations if row.category is Category.I}
    assert first <= set(ENCODED)


@pytest.mark.parametrize("indication", [one.id for one in _evidence().indications.values() if one.id not in IN_DEPTH])
def test_what_is_not_from_the_guideline_s_text_says_so(indication: str) -> None:
    """Beside the lupus field every criterion of a level names its source, or that it is beyond dispute."""
    found = _evidence().indications[indication]
    leaves = [leaf for level in found.levels for leaf in level.criterion.leaves()]
    assert [leaf.id for leaf in leaves if leaf.source is None and leaf.basis is None] == []


@pytest.mark.parametrize("indication", [one.id for one in _evidence().indications.values() if one.id not in IN_DEPTH])
def test_what_is_beyond_dispute_holds_no_figure(indication: str) -> None:
    """The research holds no thresholds beside the lupus field, so no criterion compares a figure with a bound of ours."""
    found = _evidence().indications[indication]
    general = [leaf for level in found.levels for leaf in level.criterion.leaves() if leaf.basis is Basis.GENERAL]
    assert [leaf.id for leaf in general if leaf.quantity is not None or leaf.span is not None] == []


@pytest.mark.parametrize(
    ("indication", "rows"),
    [
        ("anti-gbm", "A013 Diffuse alveolar hemorrhage"),
        ("tma-complement", "A115 Factor H autoantibody"),
        ("tma-complement-gene", "A116 Complement factor gene mutations"),
        ("tma-transplant", "A126 None"),
        ("hyperviscosity", "A056 Symptomatic"),
        ("nmosd", "A078 Acute attack/relapse, A079 Acute attack/relapse"),
        ("neonatal-lupus-heart", "A022 None"),
    ],
)
def test_what_belongs_elsewhere_names_the_row_of_that_disease(indication: str, rows: str) -> None:
    found = [_evidence().recommendation(row) for row in _evidence().indications[indication].rows]
    assert ", ".join(f"{row.id} {row.condition}" for row in found) == rows


@pytest.mark.parametrize("indication", REFUSED)
def test_a_refusal_quotes_no_row_and_says_what_would_change_it(indication: str) -> None:
    found = _evidence().indications[indication]
    assert found.rows == ()
    assert "Ninth Special Issue, 2023" in (found.refusal or "")
    assert found.would_change


@pytest.mark.parametrize(
    "indication",
    [one.id for one in _evidence().indications.values() if one.kind is IndicationKind.DECLARED and one.recognized_by],
)
def test_what_belongs_elsewhere_says_what_would_change_it(indication: str) -> None:
    assert _evidence().indications[indication].would_change


def test_the_refusal_of_mild_lupus_names_the_row_that_does_not_cover_it() -> None:
    refusal = _evidence().indications["mild-sle"].refusal or ""
    row = _evidence().recommendation("A109")
    assert f"Category {row.category}, Grade {row.grade} (Ninth Special Issue, 2023)" in refusal


def test_the_refusal_of_nephritis_alone_claims_neither_a_rating_nor_an_exclusion() -> None:
    found = _evidence().indications["ln-alone"]
    said = " ".join([found.refusal or "", *map(_sentences, found.statements)])
    assert "has no row of its own for lupus nephritis" in said
    assert "Lewis 1992" in said
    assert not re.search(r"[Cc]ategory|excludes", said)


@pytest.mark.parametrize("indication", IN_DEPTH)
def test_an_indication_of_the_lupus_field_gives_its_course_and_a_trend_of_figures(indication: str) -> None:
    found = _evidence().indications[indication]
    assert [one for one in found.statements if one.topic is Topic.COURSE]
    assert {_vocabulary()[fact].kind for fact in found.deciding_results} == {FactKind.QUANTITY}


@pytest.mark.parametrize("indication", LUPUS)
def test_evidence_against_a_second_line_request_is_in_the_letter_with_an_answer(indication: str) -> None:
    contrary = [one for one in _evidence().indications[indication].statements if one.topic is Topic.CONTRARY]
    assert contrary
    assert all(one.direction is Direction.AGAINST and one.answer for one in contrary)


@pytest.mark.parametrize(
    ("indication", "citation"),
    [
        ("sle-dah", "ednalino-2015"),
        ("sle-dah", "jiang-2021"),
        ("sle-tma", "lewis-1992"),
        ("sle-npsle", "lewis-1992"),
        ("sle-severe-other", "wei-1983"),
        ("ln-alone", "lewis-1992"),
        ("mild-sle", "wei-1983"),
        ("caps", "rodriguez-pinto-2018"),
    ],
)
def test_the_contrary_evidence_that_we_know_is_disclosed_where_it_belongs(indication: str, citation: str) -> None:
    against = [one for one in _evidence().indications[indication].statements if one.direction is Direction.AGAINST]
    assert citation in {name for one in against for name in one.citations}


def test_the_code_of_lupus_microangiopathy_is_explained() -> None:
    assert "does not mean thrombotic thrombocytopenic purpura" in (_evidence().indications["sle-tma"].coding.note or "")


# ---- statements ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("indication", "statement"), _statements(), ids=lambda one: one.id)
def test_every_statement_rests_on_a_claim_that_may_be_printed(indication: Indication, statement: Statement) -> None:
    printable = {row["id"] for row in _table("claims.csv") if row["printable"] == "yes"}
    fact_sheets = {row["id"] for row in _table("asfa-2023.csv")} & set(indication.rows)
    assert statement.claim in printable | fact_sheets


_NOTED = {row["id"] for row in _table("fact_sheets.csv")}


@pytest.mark.parametrize(
    ("indication", "statement"),
    [(indication, one) for indication, one in _statements() if one.claim in _NOTED and indication.id not in LUPUS],
    ids=lambda one: one.id,
)
def test_a_course_is_what_was_transcribed_of_the_fact_sheet(indication: Indication, statement: Statement) -> None:
    """The notes are those of the transcription; every figure of the sentence stands in them, beside the page.

    The sentence for lupus quotes its fact sheet itself, which was read in another place.
    """
    note = next(row for row in _table("fact_sheets.csv") if row["id"] == statement.claim)
    assert statement.claim in indication.rows
    assert statement.quotation is not None
    assert statement.quotation.casefold() in note["note"].casefold()
    figures = set(re.findall(r"\d+(?:\.\d+)?", statement.text.replace("10⁹", "10^9")))
    assert figures <= {note["page"], *re.findall(r"\d+(?:\.\d+)?", note["note"])}


def test_no_claim_that_was_refuted_or_never_found_counts_as_printable() -> None:
    verdicts = {row["verdict"] for row in _table("claims.csv") if row["printable"] == "yes"}
    assert verdicts & {"CONTRADICTED", "MISATTRIBUTED", "UNVERIFIED"} == set()


@pytest.mark.parametrize(
    ("statement", "caveat"),
    [
        ("caps/registry-mortality", "all patients of the registry, not for untreated disease"),
        ("caps/registry-triple-therapy", "triple therapy counts exchange, immunoglobulin, or both"),
        ("caps/registry-recovery", "without random assignment"),
        ("ttp-immune/series", "mixes the two diseases, and 30 mild cases had prednisone alone"),
        ("sle-npsle/series", "many patients also had intravenous cyclophosphamide"),
        ("sle-npsle/series", "do not fit whole patients of 26"),
        ("sle-npsle/series", "no control group"),
        ("sle-dah/refractory-course", "better definition of when the two procedures are useful"),
        ("sle-npsle/refractory-course", "better definition of when the two procedures are useful"),
        ("sle-tma/refractory-course", "better definition of when the two procedures are useful"),
        ("sle-severe-other/refractory-course", "better definition of when the two procedures are useful"),
        ("sle-severe-other/mixed-series", "not those with lupus alone"),
        ("sle-severe-other/mixed-series", "rests on no study of this manifestation by itself"),
        ("sle-npsle/nephritis-trial", "although anti-dsDNA antibodies fell faster"),
        ("sle-dah/nephritis-trial", "although anti-dsDNA antibodies fell faster"),
        ("sle-tma/nephritis-trial", "although anti-dsDNA antibodies fell faster"),
        ("sle-severe-other/nephritis-trial", "although anti-dsDNA antibodies fell faster"),
        ("ln-alone/controlled-trial", "although anti-dsDNA antibodies fell faster"),
        ("sle-dah/link-with-death", "observational and sicker patients"),
        ("sle-tma/observational-study", "not assigned at random"),
    ],
)
def test_a_claim_keeps_its_caveat(statement: str, caveat: str) -> None:
    said = {f"{indication.id}/{one.id}": _sentences(one) for indication, one in _statements()}
    assert caveat in said[statement]


@pytest.mark.parametrize(
    ("claim", "figures"),
    [
        ("C02", ["174", "36.9%"]),
        ("C10", ["26", "74%", "13%"]),
        ("C12", ["85.7%"]),
        ("C13", ["61%", "174", "67%"]),
        ("C22", ["66", "41", "62%"]),
        ("N02", ["250", "77.8%", "56%"]),
        ("N08", ["108", "91%", "78", "30"]),
        ("N17", ["140", "174", "31%"]),
        ("N18", ["8", "251", "1.96", "1.04", "3.70", "0.038"]),
        ("N22", ["100", "12"]),
        ("R09", ["17"]),
    ],
)
def test_every_figure_of_a_claim_is_the_one_that_was_read(claim: str, figures: list[str]) -> None:
    """Copied from the records of the check, not from the pack."""
    for text in (_sentences(one) for _, one in _statements() if one.claim == claim):
        assert [figure for figure in figures if not re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d])", text)] == []


@pytest.mark.parametrize("statement", [one for _, one in _statements()], ids=lambda one: one.id)
def test_every_figure_of_a_statement_stands_in_its_quotation_or_among_its_figures(statement: Statement) -> None:
    figure = r"\d+(?:\.\d+)*%?"
    read = set(re.findall(figure, " ".join([statement.quotation or "", *statement.figures])))
    read |= {one.removesuffix("%") for one in read}
    assert [one for one in re.findall(figure, _sentences(statement)) if one not in read] == []


@pytest.mark.parametrize("indication", _evidence().indications.values(), ids=lambda one: one.id)
def test_a_rating_that_a_sentence_names_is_that_of_a_row_it_points_to(indication: Indication) -> None:
    for exclusion in indication.excluded_by:
        rows = [row for name in exclusion.points_to for row in _evidence().indications[name].rows]
        rated = {(row.category.value, row.grade.value) for row in map(_evidence().recommendation, rows)}
        named = set(re.findall(r"Category (I{1,3}|IV), Grade (\d[ABC])", " ".join(exclusion.reason.split())))
        assert named <= rated
        assert ("Ninth Special Issue, 2023" in " ".join(exclusion.reason.split())) == bool(named)


@pytest.mark.parametrize(
    ("indication", "rival"),
    [
        ("sle-dah", "anca-mpa"),
        ("sle-dah", "anca-egpa"),
        ("sle-npsle", "nmosd"),
        ("sle-npsle", "nmdar-encephalitis"),
        ("caps", "ttp-immune"),
    ],
)
def test_an_antibody_that_the_physician_overrules_brings_the_rating_of_its_own_rows(indication: str, rival: str) -> None:
    """A letter prints the reason of an exclusion that is lifted, so the contrary rating stands in it."""
    reasons = [one.reason for one in _evidence().indications[indication].excluded_by if rival in one.points_to and one.unless]
    every = [_evidence().recommendation(row) for row in _evidence().indications[rival].rows]
    rows = [row for row in every if "TPE" in row.modalities]  # what a letter for lupus asks
    for rating in {f"Category {row.category}, Grade {row.grade}" for row in rows}:
        assert [reason for reason in reasons if rating in " ".join(reason.split())] == reasons != []


def _texts() -> Iterator[str]:
    """Every sentence of the indications that can reach a letter or a refusal."""
    for one in _evidence().indications.values():
        yield from (one.name, one.title, one.row_note or "", one.refusal or "", one.coding.note or "")
        yield from one.would_change
        yield from (level.wording for level in one.levels)
        yield from (exclusion.reason for exclusion in one.excluded_by)
        yield from (safeguard.reason for safeguard in one.safeguards)
        yield from map(_sentences, one.statements)


@pytest.mark.parametrize(
    "never", ["Category IV", "strongly recommend", "current ASFA", "gold standard", "<10", "72%", "haem", "randomis"]
)
def test_what_must_never_be_said_is_nowhere_in_the_pack(never: str) -> None:
    assert [text for text in _texts() if never in text] == []


# ---- the reader ---------------------------------------------------------------------------------


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the pack that a test may damage."""
    return Path(shutil.copytree(FOLDER, tmp_path / "evidence"))


def _damage(pack: Path, file: str, old: str, new: str) -> None:
    text = (pack / file).read_text()
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1))


CAPS, DAH, TMA = "indications/caps.yaml", "indications/sle-dah.yaml", "indications/sle-tma.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("guidelines/asfa-2023.yaml", "{id: A002,", "{id: A001,", "recommendations[1].id: is the id of an earlier entry."),
        ("citations.json", '"id": "lewis-1992"', '"id": "wei-1983"', "id: is the id of an earlier entry."),
        ("criteria.yaml", "- id: not-severe", "- id: lupus", "criteria[2].id: is the id of an earlier entry."),
        ("criteria.yaml", "      - use: lupus\n", "      - use: nephritis\n", "criteria[1]: uses `nephritis`, which does not"),
        (CAPS, "id: caps", "id: caps-2", "id: differs from the name of its file."),
        (CAPS, "rows: [A023]", "rows: [A999]", "rows[0]: is no row of an edition."),
        (CAPS, "rows: [A023]", "rows: [A023, A109]", "rows[1]: rates a procedure that an earlier row of this indication rates."),
        (CAPS, "rows: [A023]", "rows: []", "kind: is supported without a row, a level, and what recognizes it."),
        (CAPS, "use: two-organs", "use: twelve-organs", "recognized_by: uses a criterion that is not there."),
        (CAPS, "death_before_confirmation}}", "death_unknown}}", "which the vocabulary does not hold."),
        (CAPS, "yes: {fact: death_before_confirmation}", "yes: {fact: platelets}", "as yes_no, which it is not."),
        (CAPS, "among: [not_confirmed]", "among: [denied]", "names a choice that"),
        (CAPS, "source: aguiar-2013", "source: aguiar-2014", "neither a record of citations.json nor a row."),
        (CAPS, "{id: died,", "{id: retrospective,", "another meaning than an earlier criterion of this file."),
        (CAPS, "findings: [precipitating_event", "findings: [precipitate", "findings[0]: is no fact of the vocabulary."),
        (CAPS, "citations: [bucciarelli-2006]", "citations: [nobody-2006]", "is no record of citations.json."),
        (CAPS, 'figures: ["2018", "0.92"]', 'figures: ["2018", "0.29"]', "figures: lacks a figure of the text."),
        (CAPS, "    answer: >-", "    caveat: >-", "speaks against and has no answer."),
        (CAPS, "- id: registry-recovery", "- id: registry-mortality", "statements[2].id: is the id of an earlier entry."),
        (DAH, "points_to: [anti-gbm]", "points_to: [goodpasture]", "names an indication that is not there."),
        (DAH, "unless: {use: overlap-adjudicated}", "unless: {use: overlap}", "unless: uses a criterion that is not there."),
        (TMA, "{indication: caps,", "{indication: cats,", "yields_to[1].indication: names an indication that is not there."),
        ("indications/sle-npsle.yaml", "led_by: neuro", "led_by: nero", "led_by: is no fact of the vocabulary."),
        ("indications/ln-alone.yaml", "would_change:", "synonyms:", "kind: is refused without saying what recognizes it, why"),
        ("indications/tma-drug-other.yaml", "refusal: >-", "name: >-", "is written twice"),
        ("indications/tma-coagulation.yaml", "rows: [A114]", "rows: []", "kind: is declared without a row, codes"),
        ("declared.yaml", "rows: [A011]", "rows: [A999]", "indications[0].rows[0]: is no row of an edition."),
        ("declared.yaml", "id: alzheimer", "id: zalzheimer", "indications[1].id: is out of order."),
        ("declared.yaml", "id: alzheimer", "id: caps", "is the id of a file in indications/."),
        ("guidelines/asfa-2019.yaml", "id: asfa-2019", "id: asfa-2018", "id: differs from the name of its file."),
        ("guidelines/asfa-2023.yaml", "  IV: ineffective or harmful\n", "", "whose meaning the edition does not give."),
        (
            "guidelines/asfa-2023.yaml",
            "continues: [A178, A179]",
            "continues: [A999]",
            "continues a row that no earlier edition holds.",
        ),
        ("guidelines/asfa-2023.yaml", 'modality: "DFPP"', 'modality: "XYZ"', "rates a procedure that no case can ask for."),
    ],
)
def test_a_damaged_pack_is_refused_with_its_place(pack: Path, file: str, old: str, new: str, problem: str) -> None:
    _damage(pack, file, old, new)
    with pytest.raises(PackError) as refused:
        read_evidence(pack, vocabulary=_vocabulary())
    told = [str(one) for one in refused.value.problems]
    assert [one for one in told if one.startswith(f"{pack / file}") and problem in one] != [], told


def test_faults_of_several_files_are_told_at_once(pack: Path) -> None:
    _damage(pack, "indications/caps.yaml", "rows: [A023]", "rows: [A999]")
    _damage(pack, "indications/sle-dah.yaml", "points_to: [anti-gbm]", "points_to: [goodpasture]")
    with pytest.raises(PackError) as refused:
        read_evidence(pack, vocabulary=_vocabulary())
    assert sorted({Path(one.file).name for one in refused.value.problems}) == ["caps.yaml", "sle-dah.yaml"]


def test_a_record_that_nothing_cites_is_told(pack: Path) -> None:
    _damage(pack, "indications/sle-tma.yaml", "citations: [fayed-2025]", "citations: [lewis-1992]")
    with pytest.raises(PackError) as refused:
        read_evidence(pack, vocabulary=_vocabulary())
    told = [(Path(one.file).name, one.what) for one in refused.value.problems]
    assert told == [("citations.json", "holds `fayed-2025`, which nothing cites.")]


def test_an_edition_without_its_own_record_is_told(pack: Path) -> None:
    _damage(pack, "guidelines/asfa-2023.yaml", "citation: connelly-smith-2023", "citation: somebody-2023")
    with pytest.raises(PackError) as refused:
        read_evidence(pack, vocabulary=_vocabulary())
    told = [(Path(one.file).name, one.what) for one in refused.value.problems]
    assert told == [("asfa-2023.yaml", "is no record of citations.json.")]


def test_a_missing_file_is_told_by_name(pack: Path) -> None:
    (pack / "criteria.yaml").unlink()
    with pytest.raises(PackError) as refused:
        read_evidence(pack)
    assert [(Path(one.file).name, one.what) for one in refused.value.problems] == [("criteria.yaml", "does not exist.")]


def test_every_use_is_replaced_when_the_pack_is_read() -> None:
    exclusions = [one for each in _evidence().indications.values() for one in each.excluded_by]
    criteria = [
        *(each.recognition for each in _evidence().indications.values() if each.recognized_by or each.levels),
        *(level.criterion for each in _evidence().indications.values() for level in each.levels),
        *(one.criterion for one in exclusions),
        *(one.unless for one in exclusions if one.unless is not None),
        *(one.criterion for each in _evidence().indications.values() for one in each.safeguards),
    ]
    assert [leaf.use for criterion in criteria for leaf in criterion.leaves() if leaf.use is not None] == []
