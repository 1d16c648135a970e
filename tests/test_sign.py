"""Signing and verifying: what was reviewed is what is signed, and it can be proved later."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from priorauth.drafts.folder import DRAFT_FILES, SIGNATURE_FILE, SIGNED_PDF
from priorauth.drafts.manifest import sha256
from priorauth.drafts.order import Order
from priorauth.drafts.pipeline import draft
from priorauth.drafts.sign import sign
from priorauth.drafts.signature import Attestation, Method
from priorauth.drafts.sources import digests, load_sources
from priorauth.drafts.verify import Proof, verify
from priorauth.errors import DraftError, ExitCode
from tests.commands import AS_OF, lay, replaced, run, whole_case
from tests.pdf_checks import assert_accessible, text_of

AS_OF_DAY = date(2026, 11, 22)
REYES = Attestation(name="Elena Reyes, MD", npi="1999999919", attested_on=AS_OF_DAY)


@pytest.fixture(scope="module")
def drafted_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with its clinic profile and its draft, to be copied."""
    folder = tmp_path_factory.mktemp("drafted")
    case = lay(folder, whole_case())
    draft(Order(case=case, as_of=AS_OF_DAY), load_sources(), drafts=folder)
    return folder


@pytest.fixture
def desk(drafted_once: Path, tmp_path: Path) -> Path:
    """A folder with case.yaml, practice.yaml and the draft in caps/."""
    return Path(shutil.copytree(drafted_once, tmp_path / "desk"))


@pytest.fixture(scope="module")
def signed_once(drafted_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, signed, to be copied."""
    folder = Path(shutil.copytree(drafted_once, tmp_path_factory.mktemp("signed") / "desk"))
    sign(folder / "caps", REYES, method=Method.INK, sources=load_sources())
    return folder


@pytest.fixture
def signed_desk(signed_once: Path, tmp_path: Path) -> Path:
    """A folder with case.yaml, practice.yaml and the signed draft in caps/."""
    return Path(shutil.copytree(signed_once, tmp_path / "desk"))


def change_one_character(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    assert len(old) == len(new)
    path.write_bytes(content.replace(old, new, 1))


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_unchanged_draft_becomes_the_letter_for_ink(desk: Path) -> None:
    signed = sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    assert signed.pdf == desk / "caps" / SIGNED_PDF
    marked, final = text_of((desk / "caps" / "letter.pdf").read_bytes()), text_of(signed.pdf.read_bytes())
    assert "DRAFT" in marked
    assert "DRAFT" not in final
    assert_accessible(signed.pdf.read_bytes())


def test_the_signature_keeps_who_attested_what(desk: Path) -> None:
    sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    kept = json.loads((desk / "caps" / SIGNATURE_FILE).read_text())
    assert {kept["attestation"][name] for name in ("name", "npi", "attested_on")} == {
        "Elena Reyes, MD",
        "1999999919",
        "2026-11-22",
    }
    assert "my own clinical judgment" in kept["attestation"]["statement"]
    assert set(kept["reviewed"]) == {path.name for path in (desk / "caps").iterdir()} - {SIGNED_PDF, SIGNATURE_FILE}


def test_a_signed_draft_is_proved_whole_and_signed_only_once(signed_desk: Path) -> None:
    assert {check.proof for check in verify(signed_desk / "caps", packs=digests()).checks} == {Proof.UNCHANGED}
    with pytest.raises(DraftError, match="signed already"):
        sign(signed_desk / "caps", REYES, method=Method.INK, sources=load_sources())


CHANGES: dict[str, Callable[[Path], None]] = {
    "case file": lambda signed_desk: change_one_character(signed_desk / "case.yaml", b"Marisol", b"Marysol"),
    "clinic profile": lambda signed_desk: change_one_character(signed_desk / "practice.yaml", b"Example", b"Exemple"),
    "letter.html": lambda signed_desk: change_one_character(signed_desk / "caps" / "letter.html", b"platelets", b"platelats"),
    "letter.pdf": lambda signed_desk: change_one_character(signed_desk / "caps" / "letter.pdf", b"%PDF", b"%PDE"),
    "trace.json": lambda signed_desk: change_one_character(signed_desk / "caps" / "trace.json", b"case:", b"cose:"),
}
"""What the refusal must name, and how it is changed by one character."""


@pytest.mark.parametrize("what", CHANGES)
def test_one_changed_character_forbids_signing_and_is_named(desk: Path, what: str) -> None:
    CHANGES[what](desk)
    before = listing(desk / "caps")
    with pytest.raises(DraftError, match=r"cannot be signed:\n  " + what) as refused:
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    assert str(refused.value).count("differs from what was drafted") == 1
    assert listing(desk / "caps") == before


@pytest.mark.parametrize("what", CHANGES)
def test_one_changed_character_shows_when_verified(desk: Path, what: str) -> None:
    CHANGES[what](desk)
    changed = [
        check.what.partition(" ..")[0] for check in verify(desk / "caps", packs=digests()).checks if check.proof is Proof.CHANGED
    ]
    assert changed == [what]
    assert run("verify", desk / "caps").exit_code == ExitCode.DRAFT


def test_everything_that_differs_is_named_at_once(desk: Path) -> None:
    for change in CHANGES.values():
        change(desk)
    with pytest.raises(DraftError) as refused:
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    assert [what for what in CHANGES if what not in str(refused.value)] == []


@pytest.mark.parametrize("pack", ["evidence", "payers", "templates"])
def test_another_state_of_a_pack_forbids_signing_and_is_named(desk: Path, pack: str) -> None:
    manifest = desk / "caps" / "manifest.json"
    manifest.write_text(replaced(manifest.read_text(), digests()[pack], "0" * 64))
    with pytest.raises(DraftError, match=f"{pack} pack: differs"):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    changed = [check.what for check in verify(desk / "caps", packs=digests()).checks if check.proof is Proof.CHANGED]
    assert changed == [f"{pack} pack"]


def test_another_version_of_the_program_forbids_signing_and_is_named(desk: Path) -> None:
    manifest = json.loads((desk / "caps" / "manifest.json").read_text())
    manifest["versions"]["weasyprint"] = "69.0"
    (desk / "caps" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DraftError, match="version of weasyprint: differs"):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())


def test_a_case_that_was_moved_is_not_found_rather_than_changed(desk: Path) -> None:
    (desk / "case.yaml").rename(desk / "elsewhere.yaml")
    proofs = {check.what: check.proof for check in verify(desk / "caps", packs=digests()).checks}
    assert proofs["case file ../case.yaml"] is Proof.NOT_FOUND
    assert set(proofs.values()) == {Proof.UNCHANGED, Proof.NOT_FOUND}
    told = run("verify", desk / "caps")
    assert told.exit_code == ExitCode.DONE
    assert "nothing is proved of it" in told.stdout
    with pytest.raises(DraftError, match=r"case file \.\./case\.yaml: is not found"):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())


def test_a_file_missing_from_the_draft_is_a_failure(desk: Path) -> None:
    (desk / "caps" / "trace.json").unlink()
    told = run("verify", desk / "caps")
    assert told.exit_code == ExitCode.DRAFT
    assert "not found              trace.json" in told.stdout


@pytest.mark.parametrize(("name", "old", "new"), [(SIGNED_PDF, b"%PDF", b"%PDE"), ("manifest.json", b"case_id", b"case_ib")])
def test_a_signed_letter_changed_afterwards_is_never_proved(signed_desk: Path, name: str, old: bytes, new: bytes) -> None:
    change_one_character(signed_desk / "caps" / name, old, new)
    assert run("verify", signed_desk / "caps").exit_code == ExitCode.DRAFT


def test_a_manifest_rewritten_to_fit_does_not_fit_the_signature(desk: Path) -> None:
    sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    manifest = desk / "caps" / "manifest.json"
    manifest.write_text(replaced(manifest.read_text(), '"category": "I"', '"category": "II"'))
    changed = [check.what for check in verify(desk / "caps", packs=digests()).checks if check.proof is Proof.CHANGED]
    assert changed == ["manifest.json as signed"]


def test_a_final_letter_without_its_signature_record_is_no_signed_letter(signed_desk: Path) -> None:
    (signed_desk / "caps" / SIGNATURE_FILE).unlink()
    assert run("verify", signed_desk / "caps").exit_code == ExitCode.DRAFT
    with pytest.raises(DraftError, match="never replaced"):
        draft(Order(case=signed_desk / "case.yaml", as_of=AS_OF_DAY), load_sources(), drafts=signed_desk)


@pytest.mark.parametrize(
    ("attestation", "refusal"),
    [
        (REYES.model_copy(update={"npi": "1999999927"}), "NPI is not that of the case's requesting provider"),
        (REYES.model_copy(update={"name": "Chidi Okafor, MD"}), "name is not that of the case's requesting provider"),
        (REYES.model_copy(update={"attested_on": date(2026, 11, 21)}), "before the date of the letter"),
    ],
)
def test_nobody_signs_for_the_requesting_provider_or_before_the_letter(
    desk: Path, attestation: Attestation, refusal: str
) -> None:
    with pytest.raises(DraftError, match=refusal):
        sign(desk / "caps", attestation, method=Method.INK, sources=load_sources())
    assert SIGNATURE_FILE not in listing(desk / "caps")


@pytest.mark.parametrize("name", ["Elena Reyes", "Reyes, Elena", "Dr. Elena M. Reyes MD", "ELENA REYES, M.D."])
def test_the_provider_s_name_may_be_written_in_any_usual_way(desk: Path, name: str) -> None:
    signed = sign(desk / "caps", REYES.model_copy(update={"name": name}), method=Method.INK, sources=load_sources())
    assert signed.signature.attestation.name == name


def test_a_redraft_of_the_unchanged_case_is_the_same_draft(desk: Path) -> None:
    order = Order(case=desk / "case.yaml", as_of=AS_OF_DAY)
    draft(order, load_sources(), drafts=desk)
    before = {path.name: path.read_bytes() for path in (desk / "caps").iterdir()}
    draft(order, load_sources(), drafts=desk)
    assert {path.name: path.read_bytes() for path in (desk / "caps").iterdir()} == before


def test_the_command_signs_and_says_what_is_left_to_do(desk: Path) -> None:
    told = run("sign", desk / "caps", "--ink", "--name", "Elena Reyes, MD", "--npi", "1999999919", "--date", AS_OF[1])
    assert told.exit_code == ExitCode.DONE, told.output
    assert str(desk / "caps" / SIGNED_PDF) in told.stdout
    assert "by hand" in told.stdout


@pytest.mark.parametrize(
    ("option", "value"), [("--npi", "1999999918"), ("--npi", "12"), ("--name", " "), ("--date", "2199-01-01")]
)
def test_an_attestation_that_cannot_be_is_wrong_usage(desk: Path, option: str, value: str) -> None:
    options = {"--name": "Elena Reyes, MD", "--npi": "1999999919", "--date": AS_OF[1]} | {option: value}
    told = run("sign", desk / "caps", "--ink", *(part for pair in options.items() for part in pair))
    assert told.exit_code == ExitCode.USAGE
    assert option in told.stderr
    assert SIGNATURE_FILE not in listing(desk / "caps")


def rewrite(path: Path, change: Callable[[Any], object]) -> None:
    """Change a record as somebody would who wants it to look like one of ours."""
    plain = json.loads(path.read_text(encoding="utf-8"))
    change(plain)
    path.write_text(json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def failing(folder: Path) -> list[str]:
    return [check.what for check in verify(folder, packs=digests()).checks if check.fails]


@pytest.mark.parametrize("name", sorted(DRAFT_FILES))
def test_a_forgery_that_fits_its_own_manifest_is_not_signed(desk: Path, name: str) -> None:
    forged = desk / "caps" / name
    forged.write_bytes(forged.read_bytes().replace(b"platelets", b"platelats", 1) + b"\n")
    rewrite(desk / "caps" / "manifest.json", lambda plain: plain["files"].update({name: sha256(forged.read_bytes())}))
    assert failing(desk / "caps") == []
    with pytest.raises(DraftError, match=f"{name}: is not what case and packs give"):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    assert SIGNATURE_FILE not in listing(desk / "caps")


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("rating", lambda plain: plain["rating"].update(category="II")),
        ("policy", lambda plain: plain["policy"].update(version="2001-01-01")),
        ("case_id", lambda plain: plain.update(case_id="another")),
        ("versions", lambda plain: plain["versions"].pop("weasyprint")),
    ],
)
def test_a_manifest_that_says_otherwise_than_the_case_is_not_signed(
    desk: Path, field: str, change: Callable[[Any], object]
) -> None:
    rewrite(desk / "caps" / "manifest.json", change)
    with pytest.raises(DraftError, match=f"`{field}` is not what case and packs give"):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())


def test_a_letter_moved_to_another_date_is_not_signed(desk: Path) -> None:
    rewrite(desk / "caps" / "manifest.json", lambda plain: plain.update(as_of="2026-11-21"))
    with pytest.raises(DraftError):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    assert SIGNATURE_FILE not in listing(desk / "caps")


def test_a_payer_asked_for_on_the_command_line_is_asked_for_again_when_signing(desk: Path) -> None:
    case = desk / "case.yaml"
    order = Order(case=case, as_of=AS_OF_DAY, payer="highmark-commercial-pa")
    folder = desk / "asked"
    assert draft(order, load_sources(), drafts=desk, folder=folder).draft is not None
    assert sign(folder, REYES, method=Method.INK, sources=load_sources()).pdf.is_file()


@pytest.mark.parametrize(("group", "name"), [*(("files", name) for name in sorted(DRAFT_FILES)), ("packs", "evidence")])
def test_an_entry_dropped_from_the_manifest_is_missed(desk: Path, group: str, name: str) -> None:
    rewrite(desk / "caps" / "manifest.json", lambda plain: plain[group].pop(name))
    assert len(failing(desk / "caps")) == 1
    assert name in failing(desk / "caps")[0]
    assert run("verify", desk / "caps").exit_code == ExitCode.DRAFT
    with pytest.raises(DraftError, match=name):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda plain: plain["reviewed"].pop("letter.html"), "files reviewed"),
        (lambda plain: plain["reviewed"].pop("manifest.json"), "manifest.json as signed"),
        (lambda plain: plain["reviewed"].update({"letter.pdf": "0" * 64}), "files reviewed"),
        (lambda plain: plain["signed"].clear(), "letter signed"),
        (lambda plain: plain["attestation"].update(statement="I read it."), "statement attested"),
        (lambda plain: plain["attestation"].update(attested_on="2026-11-01"), "date of the letter"),
        (lambda plain: plain.update(as_of="2026-11-01"), "date of the letter"),
    ],
)
def test_a_signature_that_does_not_cover_the_draft_is_not_proved(
    signed_desk: Path, change: Callable[[Any], object], what: str
) -> None:
    rewrite(signed_desk / "caps" / SIGNATURE_FILE, change)
    told = run("verify", signed_desk / "caps")
    assert told.exit_code == ExitCode.DRAFT
    assert what in told.stdout


def test_verifying_says_who_attested_and_when(desk: Path) -> None:
    assert "Attested" not in run("verify", desk / "caps").stdout
    sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())
    assert "Attested by Elena Reyes, MD, NPI 1999999919, on 2026-11-22." in run("verify", desk / "caps").stdout


def as_link(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to(path.with_name("moved"))


def as_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_huge(path: Path) -> None:
    os.truncate(path, 200_000_000_000)


@pytest.mark.parametrize(
    ("replace", "words"), [(as_link, "is a symbolic link"), (as_pipe, "is a pipe"), (as_huge, "is larger than")]
)
@pytest.mark.parametrize("name", ["case.yaml", "caps/letter.html", "caps/trace.json"])
def test_what_is_no_ordinary_file_counts_as_changed_and_holds_nothing_up(
    desk: Path, name: str, replace: Callable[[Path], None], words: str
) -> None:
    replace(desk / name)
    told = run("verify", desk / "caps")
    assert told.exit_code == ExitCode.DRAFT
    assert words in told.stdout
    with pytest.raises(DraftError, match=words):
        sign(desk / "caps", REYES, method=Method.INK, sources=load_sources())


@pytest.mark.parametrize("replace", [as_link, as_pipe, as_huge])
@pytest.mark.parametrize("name", ["manifest.json", SIGNATURE_FILE])
def test_a_record_that_is_no_ordinary_file_is_refused(signed_desk: Path, name: str, replace: Callable[[Path], None]) -> None:
    replace(signed_desk / "caps" / name)
    assert run("verify", signed_desk / "caps").exit_code == ExitCode.DRAFT


def test_a_draft_is_the_same_wherever_the_command_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = []
    for start, case, folder in (("one", "case.yaml", "caps"), ("two", "two/in/case.yaml", "two/in/caps")):
        lay(tmp_path / start / ("." if start == "one" else "in"), whole_case())
        monkeypatch.chdir(tmp_path / start if start == "one" else tmp_path)
        assert run("letter", case, *AS_OF, "-o", folder).exit_code == ExitCode.DONE
        drafts.append({path.name: path.read_bytes() for path in Path(folder).iterdir()})
    assert drafts[0] == drafts[1]
    assert {one["file"] for one in json.loads(drafts[0]["trace.json"]) if one["id"].startswith("case:")} >= {"../case.yaml"}
