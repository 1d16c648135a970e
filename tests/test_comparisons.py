"""Who compared a row or a statement with its source: kept by the clinic, laid over our evidence, void once that changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from priorauth.drafts.loading import clinic_digest, load_packs, read_clinic, with_clinic
from priorauth.errors import ExitCode, PackError
from priorauth.evidence.comparisons import Recorded, compared_digest, comparisons_file, read_comparisons
from priorauth.evidence.models import Category, Evidence, Grade, Recommendation, Statement
from tests.clinic_packs import lay_case, lay_pack
from tests.commands import AS_OF, WHOLE, lay, replaced, run, whole_case
from tests.comparisons import OTHER, ROW, STATEMENT, WHEN, WHO, lay_comparisons, recorded
from tests.pdf_checks import text_of

SIGNING = ("--ink", "--name", WHO, "--npi", "1999999919", "--date", AS_OF[1])


def overlaid(folder: Path) -> Evidence:
    """Our evidence with this clinic's comparisons laid over it."""
    return with_clinic(load_packs(), read_clinic(folder, load_packs())).evidence


def row_of(evidence: Evidence) -> Recommendation:
    return evidence.recommendation("A023")


def statement_of(evidence: Evidence) -> Statement:
    return next(one for one in evidence.indications["caps"].statements if one.id == "registry-mortality")


def faults_of(folder: Path) -> tuple[str, ...]:
    """Every problem of a clinic's pack, in words."""
    with pytest.raises(PackError) as refused:
        read_clinic(folder, load_packs())
    return tuple(str(problem) for problem in refused.value.problems)


def test_what_a_clinic_compared_says_by_whom_and_when(tmp_path: Path) -> None:
    evidence = overlaid(lay_comparisons(tmp_path, recorded(ROW), recorded(STATEMENT)))
    for one in (row_of(evidence), statement_of(evidence)):
        assert one.compared is not None
        assert (one.compared.by, one.compared.on, one.lapsed) == (WHO, WHEN, None)


def test_everything_else_and_our_own_copy_stay_compared_by_nobody(tmp_path: Path) -> None:
    evidence = overlaid(lay_comparisons(tmp_path, recorded(ROW), recorded(STATEMENT)))
    rows = [row.id for edition in evidence.editions.values() for row in edition.recommendations if row.compared]
    statements = [one.id for each in evidence.indications.values() for one in each.statements if one.compared]
    assert (rows, statements) == (["A023"], ["registry-mortality"])
    assert row_of(load_packs().evidence).compared is None
    assert statement_of(load_packs().evidence).compared is None


def test_an_edition_and_its_row_are_compared_apart_from_the_same_row_of_another(tmp_path: Path) -> None:
    evidence = overlaid(lay_comparisons(tmp_path, recorded("asfa-2019/A023")))
    assert row_of(evidence).compared is None
    assert evidence.editions["asfa-2019"].by_id["A023"].compared is not None


@pytest.mark.parametrize("of", [ROW, STATEMENT])
def test_a_comparison_of_something_that_changed_since_does_not_count(tmp_path: Path, of: str) -> None:
    evidence = overlaid(lay_comparisons(tmp_path, recorded(of, sha256=OTHER)))
    one = row_of(evidence) if of == ROW else statement_of(evidence)
    assert one.compared is None
    assert one.lapsed is not None
    assert one.lapsed.by == WHO


@pytest.mark.parametrize("of", ["asfa-2023/A999", "asfa-1999/A023", "caps/nothing", "no-such-thing/nothing"])
def test_a_comparison_of_something_that_is_gone_stops_no_letter(tmp_path: Path, of: str) -> None:
    evidence = overlaid(lay_comparisons(tmp_path, recorded(of)))
    assert row_of(evidence).compared is None


@pytest.mark.parametrize("field", ["disease", "condition", "modality", "category", "grade", "page"])
def test_any_change_of_a_row_changes_its_digest(field: str) -> None:
    evidence = load_packs().evidence
    edition = evidence.editions["asfa-2023"]
    changed = {"category": Category.IV, "grade": Grade.G2A, "page": 1}.get(field, "another")
    rows = tuple(row.model_copy(update={field: changed}) if row.id == "A023" else row for row in edition.recommendations)
    other = evidence.model_copy(update={"editions": {**evidence.editions, edition.id: edition.with_rows(rows)}})
    assert compared_digest(ROW, other) != compared_digest(ROW, evidence)


@pytest.mark.parametrize("field", ["text", "caveat", "answer", "quotation", "figures", "citations"])
def test_any_change_of_a_statement_changes_its_digest(field: str) -> None:
    evidence = load_packs().evidence
    caps = evidence.indications["caps"]
    changed = ("another",) if field in {"figures", "citations"} else "another"
    statements = tuple(
        one.model_copy(update={field: changed}) if one.id == "registry-mortality" else one for one in caps.statements
    )
    other = evidence.model_copy(
        update={"indications": {**evidence.indications, "caps": caps.model_copy(update={"statements": statements})}}
    )
    assert compared_digest(STATEMENT, other) != compared_digest(STATEMENT, evidence)


# ---- the file ---------------------------------------------------------------------------------------------------


def test_what_is_written_is_read_back_sorted_whatever_the_name(tmp_path: Path) -> None:
    names = ['Elena "Lena" Reyes, MD', "O’Hara: a #1 name", "Ünsal \\ Öz"]
    given = [recorded(of, by=name) for of, name in zip([STATEMENT, ROW, "asfa-2019/A023"], names, strict=True)]
    found = read_comparisons(lay_comparisons(tmp_path, *given))
    assert [one.of for one in found] == ["asfa-2019/A023", ROW, STATEMENT]
    assert sorted(one.by for one in found) == sorted(names)


def damaged(folder: Path, old: str, new: str) -> Path:
    lay_comparisons(folder, recorded(ROW), recorded(STATEMENT))
    path = comparisons_file(folder)
    path.write_text(replaced(path.read_text(encoding="utf-8"), old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (f"of: {STATEMENT}", f"of: {ROW}", "comparisons.yaml:11:9: comparisons[1].of: is compared by an earlier entry too."),
        (f"of: {ROW}", "of: A023", "comparisons.yaml:7:9: comparisons[0].of: is not a row or a statement."),
        (f'by: "{WHO}"\n    on: 2026-11-20\n    sha256: ', 'by: "x"\n    on: 2026-11-20\n    sha256: ', "by: is too short."),
        ("on: 2026-11-20", "on: yesterday", "comparisons.yaml:9:9: comparisons[0].on: is not a date."),
        ("sha256: ", "sha256: x", "comparisons.yaml:10:13: comparisons[0].sha256: is not a digest."),
        ("    by:", "    who:", "comparisons[0].who: is not a field that belongs here. Allowed here: of, by, on, sha256."),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    told = faults_of(damaged(tmp_path, old, new))
    assert [one for one in told if fault in one] != [], told


@pytest.mark.parametrize("misplaced", ["comparisons.yml", "asfa-2023.yaml", "guidelines/asfa-2023.yaml", "citations.json"])
def test_a_file_of_evidence_that_would_never_be_read_is_said(tmp_path: Path, misplaced: str) -> None:
    path = lay_comparisons(tmp_path, recorded(ROW)) / "evidence" / misplaced
    path.parent.mkdir(exist_ok=True)
    path.write_text("x: y", encoding="utf-8")
    (fault,) = faults_of(tmp_path)
    assert f"{misplaced}: is not read where it lies." in fault


def test_faults_of_payers_and_of_comparisons_are_told_at_once(tmp_path: Path) -> None:
    own = damaged(lay_pack(tmp_path), "on: 2026-11-20", "on: yesterday")
    payer = own / "payers" / "acme-health" / "payer.yaml"
    payer.write_text(replaced(payer.read_text(encoding="utf-8"), "states: [PA]", "states: [Ohio]"), encoding="utf-8")
    assert {Path(fault.partition(".yaml")[0]).name for fault in faults_of(own)} == {"comparisons", "payer"}


# ---- the clinic's pack ------------------------------------------------------------------------------------------


def test_a_pack_holds_payers_or_comparisons_or_both(tmp_path: Path) -> None:
    found = [
        read_clinic(lay_pack(tmp_path / "payers"), load_packs()),
        read_clinic(lay_comparisons(tmp_path / "evidence", recorded(ROW)), load_packs()),
        read_clinic(lay_comparisons(lay_pack(tmp_path / "both"), recorded(ROW)), load_packs()),
    ]
    held = [(sorted(one.payers), [each.of for each in one.comparisons]) for one in found]
    assert held == [(["acme-health"], []), ([], [ROW]), (["acme-health"], [ROW])]


def test_the_digest_of_a_pack_covers_both_and_nothing_beside_them(tmp_path: Path) -> None:
    own = lay_pack(tmp_path)
    payers_only = clinic_digest(own)
    both = clinic_digest(lay_comparisons(own, recorded(ROW)))
    (own / "evidence" / "notes.txt").write_text("x", encoding="utf-8")
    assert clinic_digest(own) == both != payers_only
    comparisons_file(own).unlink()
    assert clinic_digest(own) == payers_only


def test_a_pack_with_comparisons_alone_has_no_payers_to_check(tmp_path: Path) -> None:
    told = run("payers", "lint", lay_comparisons(tmp_path, recorded(ROW)))
    assert told.exit_code == ExitCode.PACK
    assert "holds no payer" in told.stderr


# ---- letters ----------------------------------------------------------------------------------------------------

NOTE = "not yet compared with its source"


def drafted(folder: Path, *given: Recorded) -> Path:
    """The draft of a letter with these comparisons of the clinic."""
    case, own = lay(folder / "in", whole_case()), lay_comparisons(folder / "own", *given)
    told = run("letter", case, "--packs", own, *AS_OF, "-o", folder / "draft")
    assert told.exit_code == ExitCode.DONE, told.output
    return folder / "draft"


def test_a_draft_without_comparisons_says_on_each_page_that_there_is_none(tmp_path: Path) -> None:
    draft = drafted(tmp_path, recorded("caps/usual-course"))
    assert NOTE in (draft / "letter.html").read_text(encoding="utf-8")
    assert "No person has yet compared this row" in text_of((draft / "review.pdf").read_bytes())


def test_a_compared_row_and_statement_say_so_on_the_review_sheet_and_the_note_is_gone(tmp_path: Path) -> None:
    draft = drafted(tmp_path, recorded(ROW), recorded(STATEMENT))
    assert NOTE not in (draft / "letter.html").read_text(encoding="utf-8")
    sheet = text_of((draft / "review.pdf").read_bytes())
    assert f"{WHO} compared this row with the publisher’s page on November 20, 2026." in sheet
    assert f"compared with its source by {WHO} on November 20, 2026" in sheet


def test_a_comparison_that_no_longer_counts_warns_on_the_review_sheet(tmp_path: Path) -> None:
    draft = drafted(tmp_path, recorded(ROW, sha256=OTHER), recorded(STATEMENT, sha256=OTHER))
    assert NOTE in (draft / "letter.html").read_text(encoding="utf-8")
    sheet = text_of((draft / "review.pdf").read_bytes())
    assert f"This row has changed since {WHO} compared it on November 20, 2026" in sheet
    assert f"{WHO} compared other words than these on November 20, 2026" in sheet


def test_a_draft_is_signed_and_proved_with_the_comparisons_as_they_were(tmp_path: Path) -> None:
    draft = drafted(tmp_path, recorded(ROW))
    manifest = json.loads((draft / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["clinic_pack"] == {"path": "../own", "sha256": clinic_digest(tmp_path / "own")}
    assert run("sign", draft, *SIGNING).exit_code == ExitCode.DONE
    assert run("verify", draft).exit_code == ExitCode.DONE


def test_neither_signs_nor_proves_once_a_comparison_was_added(tmp_path: Path) -> None:
    draft = drafted(tmp_path, recorded(ROW))
    lay_comparisons(tmp_path / "own", recorded(ROW), recorded(STATEMENT))
    assert run("sign", draft, *SIGNING).exit_code == ExitCode.DRAFT
    assert run("verify", draft).exit_code == ExitCode.DRAFT


def test_a_case_finds_the_comparisons_and_the_payers_of_one_folder(tmp_path: Path) -> None:
    own = lay_comparisons(lay_pack(tmp_path / "own"), recorded(ROW))
    told = run("check", lay_case(tmp_path / "in"), "--packs", own, *AS_OF, "--format", "json")
    assert json.loads(told.stdout)["payer"]["id"] == "acme-health"


def test_the_invented_clinic_has_compared_nothing() -> None:
    assert not comparisons_file(WHOLE).exists()
