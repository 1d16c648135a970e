"""The draft folder: whole or not at all, replaced while unsigned, never once signed."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from priorauth.drafts.durable import folder_beside, move_into_place, remove_remains, write_file
from priorauth.drafts.folder import SIGNATURE_FILE, SIGNED_PDF, write_draft
from priorauth.drafts.manifest import MANIFEST_FILE, Manifest, Origin, PolicySeen, Rating, as_json, read_manifest, sha256
from priorauth.errors import DraftError, ExitCode

DIGEST = "0" * 64
FILES = {"letter.html": b"<p>one</p>", "letter.pdf": b"%PDF", "trace.json": b"[]\n"}


def manifest() -> Manifest:
    return Manifest(
        case_id="invented-1",
        as_of=date(2026, 11, 22),
        versions={"priorauth": "0.1.0"},
        case=Origin(path="../../case.yaml", sha256=DIGEST),
        packs={"evidence": DIGEST},
        policy=PolicySeen(payer="generic"),
        rating=Rating(indication="caps", level="established", row="A001", category="I", grade="2C", edition="An edition"),
        files={},
    )


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_draft_holds_its_files_and_their_digests(tmp_path: Path) -> None:
    draft = write_draft(tmp_path / "drafts" / "invented-1", FILES, manifest=manifest())
    assert listing(draft.folder) == sorted([*FILES, MANIFEST_FILE])
    assert read_manifest(draft.folder).files == {name: sha256(content) for name, content in FILES.items()}
    assert read_manifest(draft.folder) == draft.manifest


def test_a_draft_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = write_draft(tmp_path / "drafts" / "invented-1", FILES, manifest=manifest()).folder
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder.parent, folder, *folder.iterdir()]}
    assert {modes.pop(folder.name), modes.pop("drafts")} == {0o700}
    assert set(modes.values()) == {0o600}


def test_an_unsigned_draft_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    write_draft(folder, {**FILES, "review.html": b"old"}, manifest=manifest())
    write_draft(folder, {**FILES, "letter.html": b"<p>two</p>"}, manifest=manifest())
    assert listing(folder) == sorted([*FILES, MANIFEST_FILE])
    assert (folder / "letter.html").read_bytes() == b"<p>two</p>"
    assert listing(tmp_path) == ["one"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    write_draft(tmp_path / "one", FILES, manifest=manifest())
    assert listing(tmp_path / "one") == sorted([*FILES, MANIFEST_FILE])


@pytest.mark.parametrize("signed", [SIGNATURE_FILE, SIGNED_PDF])
def test_a_signed_draft_is_never_replaced(tmp_path: Path, signed: str) -> None:
    folder = write_draft(tmp_path / "one", FILES, manifest=manifest()).folder
    (folder / signed).write_bytes(b"signed")
    with pytest.raises(DraftError, match="signed letter, which is never replaced") as refused:
        write_draft(folder, {**FILES, "letter.html": b"other"}, manifest=manifest())
    assert refused.value.exit_code is ExitCode.DRAFT
    assert (folder / "letter.html").read_bytes() == FILES["letter.html"]
    assert listing(tmp_path) == ["one"]


def test_a_folder_that_is_no_draft_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "notes.txt").write_text("mine")
    with pytest.raises(DraftError, match="not empty and not a draft"):
        write_draft(tmp_path / "one", FILES, manifest=manifest())
    assert listing(tmp_path / "one") == ["notes.txt"]


def test_a_manifest_of_something_else_protects_its_folder(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / MANIFEST_FILE).write_text('{"name": "an app"}')
    with pytest.raises(DraftError, match="cannot be used"):
        write_draft(tmp_path / "one", FILES, manifest=manifest())
    assert listing(tmp_path / "one") == [MANIFEST_FILE]


def test_what_somebody_laid_beside_a_draft_is_not_deleted_with_it(tmp_path: Path) -> None:
    folder = write_draft(tmp_path / "one", FILES, manifest=manifest()).folder
    (folder / "my notes.txt").write_text("mine")
    with pytest.raises(DraftError, match=r"holds 1 file\(s\) besides the draft"):
        write_draft(folder, FILES, manifest=manifest())
    assert (folder / "my notes.txt").read_text() == "mine"


@pytest.mark.parametrize(("kind", "refusal"), [("file", "is not a folder"), ("link", "is a symbolic link. Name the folder")])
def test_a_draft_goes_into_no_file_and_through_no_link(tmp_path: Path, kind: str, refusal: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    if kind == "file":
        (tmp_path / "one").write_text("mine")
    else:
        (tmp_path / "one").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DraftError, match=refusal):
        write_draft(tmp_path / "one", FILES, manifest=manifest())
    assert listing(tmp_path / "elsewhere") == []


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DraftError, match="Choose another folder with -o"):
        write_draft(tmp_path / "file" / "one", FILES, manifest=manifest())


def test_the_same_manifest_gives_the_same_bytes(tmp_path: Path) -> None:
    one = write_draft(tmp_path / "one", FILES, manifest=manifest()).folder
    two = write_draft(tmp_path / "two", dict(reversed(FILES.items())), manifest=manifest()).folder
    assert (one / MANIFEST_FILE).read_bytes() == (two / MANIFEST_FILE).read_bytes()
    assert as_json(manifest()).endswith(b"}\n")


@pytest.mark.parametrize("name", ["../../escape.txt", "/etc/passwd", "letter.HTML/.."])
def test_a_manifest_names_no_file_outside_its_folder(tmp_path: Path, name: str) -> None:
    folder = write_draft(tmp_path / "one", FILES, manifest=manifest()).folder
    forged = (folder / MANIFEST_FILE).read_text().replace('"letter.html"', f'"{name}"')
    (folder / MANIFEST_FILE).write_text(forged)
    with pytest.raises(DraftError, match="cannot be used"):
        read_manifest(folder)


def test_a_folder_without_manifest_is_named_as_no_draft(tmp_path: Path) -> None:
    with pytest.raises(DraftError, match="is not a draft"):
        read_manifest(tmp_path)


def test_a_failed_replacement_leaves_the_draft_that_was_there(tmp_path: Path) -> None:
    folder = write_draft(tmp_path / "one", FILES, manifest=manifest()).folder
    with pytest.raises(FileNotFoundError):
        move_into_place(tmp_path / "never made", folder)
    assert listing(folder) == sorted([*FILES, MANIFEST_FILE])


def test_a_failed_write_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "summary.json").mkdir()
    with pytest.raises(OSError, match=r"summary\.json"):
        write_file(tmp_path / "summary.json", b"{}")
    assert listing(tmp_path) == ["summary.json"]


def test_what_a_killed_process_left_is_removed_or_put_back(tmp_path: Path) -> None:
    (tmp_path / ".one.part-abc").mkdir()
    (tmp_path / ".one.part-abc" / "letter.html").write_text("half")
    (tmp_path / ".one.part-abc-before").mkdir()
    (tmp_path / ".one.part-abc-before" / "letter.html").write_text("whole")
    (tmp_path / ".one-2.part-abc").mkdir()
    remove_remains(tmp_path / "one")
    assert listing(tmp_path) == [".one-2.part-abc", "one"]
    assert (tmp_path / "one" / "letter.html").read_text() == "whole"


def test_the_next_draft_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    for name in (".one.part-abc", ".one.part-abd-before", ".other.part-abc"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "letter.html").write_text("half")
    write_draft(tmp_path / "one", FILES, manifest=manifest())
    assert listing(tmp_path) == [".other.part-abc", "one"]


def test_what_a_living_process_writes_is_left_to_it(tmp_path: Path) -> None:
    with folder_beside(tmp_path / "one", FILES) as made:
        write_draft(tmp_path / "one", FILES, manifest=manifest())
        assert listing(made) == sorted(FILES)
    assert listing(tmp_path) == ["one"]


def test_the_next_file_removes_what_a_killed_write_left(tmp_path: Path) -> None:
    (tmp_path / ".summary.csv.part-abc").write_text("half")
    write_file(tmp_path / "summary.csv", b"whole")
    assert listing(tmp_path) == ["summary.csv"]


def test_a_signature_half_written_by_a_killed_process_keeps_nobody_from_a_new_draft(tmp_path: Path) -> None:
    folder = write_draft(tmp_path / "one", FILES, manifest=manifest()).folder
    (folder / f".{SIGNATURE_FILE}.part-abc").write_text("half")
    write_draft(folder, FILES, manifest=manifest())
    assert listing(folder) == sorted([*FILES, MANIFEST_FILE])


def test_a_new_folder_is_gone_unless_it_was_moved(tmp_path: Path) -> None:
    with folder_beside(tmp_path / "one", FILES) as made:
        assert listing(made) == sorted(FILES)
    assert listing(tmp_path) == []


AGAIN_AND_AGAIN = """
import sys
from pathlib import Path
from priorauth.drafts.folder import write_draft
from priorauth.drafts.manifest import Manifest

manifest = Manifest.model_validate_json(sys.argv[2])
for _ in range(25):
    write_draft(Path(sys.argv[1]), {"letter.html": sys.argv[3].encode()}, manifest=manifest)
"""


def test_drafts_written_at_once_leave_one_whole_draft(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    texts = ("first", "second")
    script = [sys.executable, "-c", AGAIN_AND_AGAIN, str(folder), manifest().model_dump_json()]
    processes = [subprocess.Popen([*script, text], cwd=Path(__file__).parents[1]) for text in texts]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert read_manifest(folder).files == {"letter.html": sha256((folder / "letter.html").read_bytes())}
    assert (folder / "letter.html").read_text() in texts
    assert listing(tmp_path) == ["one"]
