"""A clinic's own payers: laid over ours whole, read each time, named in the manifest, refused with every fault."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from priorauth.drafts.loading import clinic_digest, load_packs, read_clinic, with_clinic
from priorauth.errors import ExitCode, PackError
from tests.clinic_packs import PAYER, POLICY, lay_case, lay_pack
from tests.commands import AS_OF, replaced, run

SIGNING = ("--ink", "--name", "Elena Reyes, MD", "--npi", "1999999919", "--date", AS_OF[1])


def faults_of(folder: Path) -> tuple[str, ...]:
    """Every problem of a clinic's pack, in words."""
    with pytest.raises(PackError) as refused:
        read_clinic(folder, load_packs())
    return tuple(str(problem) for problem in refused.value.problems)


def test_a_payer_of_the_clinic_stands_beside_ours(tmp_path: Path) -> None:
    packs = with_clinic(load_packs(), read_clinic(lay_pack(tmp_path / "own"), load_packs()))
    assert set(packs.payers.payers) == {*load_packs().payers.payers, "acme-health"}
    assert packs.payers.clinic == {"acme-health"}
    assert packs.payers.origin("payer:acme-health/cp-7")["pack"] == "clinic"
    assert "pack" not in packs.payers.origin("payer:bcbs-alabama/mp-100")


def test_a_payer_with_an_id_of_ours_replaces_ours_whole(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own", payer=replaced(PAYER, "acme-health", "bcbs-alabama"), payer_id="bcbs-alabama")
    packs = with_clinic(load_packs(), read_clinic(own, load_packs()))
    replacing = packs.payers.payers["bcbs-alabama"]
    assert [policy.id for policy in replacing.policies] == ["cp-7"]
    assert replacing.states == ("PA",)
    assert set(packs.payers.payers) == set(load_packs().payers.payers)


def test_the_stand_in_for_every_other_payer_cannot_be_replaced(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own", payer=replaced(PAYER, "id: acme-health", "id: generic"), payer_id="generic")
    (fault,) = faults_of(own)
    assert "generic: stands for every payer that has no folder, and cannot be replaced." in fault.replace("\\", "/")


def test_every_fault_of_every_file_is_listed_at_once_with_its_line(tmp_path: Path) -> None:
    policy = replaced(replaced(POLICY, "stance: listed", "stance: covered"), "extent: opening", "extend: opening")
    own = lay_pack(tmp_path / "own", payer=replaced(PAYER, "states: [PA]", "states: [Pennsylvania]"), policy=policy)
    places = [fault.partition("acme-health/")[2].split(" ")[:2] for fault in faults_of(own)]
    assert places == [
        ["payer.yaml:5:10:", "states[0]:"],
        ["policies/cp-7.yaml:1:1:", "extent:"],
        ["policies/cp-7.yaml:7:1:", "extend:"],
        ["policies/cp-7.yaml:11:13:", "indications.caps.stance:"],
    ]


@pytest.mark.parametrize(
    ("misplaced", "said"),
    [
        ("acme-health/policies/cp-8.yml", "is not read where it lies."),
        ("acme-health/cp-8.yaml", "is not read where it lies."),
        ("clocks.yaml", "is not read where it lies."),
        ("acme-health/payer.yaml.txt", "does not end in .yaml."),
        ("acme-health/policies/old/cp-6.yaml", "is not read where it lies."),
    ],
)
def test_a_file_that_would_never_be_read_is_said_rather_than_passed_over(tmp_path: Path, misplaced: str, said: str) -> None:
    own = lay_pack(tmp_path / "own")
    path = own / "payers" / misplaced
    path.parent.mkdir(exist_ok=True)
    path.write_text("x: y", encoding="utf-8")
    (fault,) = faults_of(own)
    assert f"{misplaced}: {said}" in fault


@pytest.mark.parametrize("beside", ["acme-health/CP-7 as sent.pdf", "acme-health/notes.txt", ".DS_Store", "README.md"])
def test_papers_kept_beside_a_record_are_let_be_and_do_not_count(tmp_path: Path, beside: str) -> None:
    own = lay_pack(tmp_path / "own")
    before = clinic_digest(own)
    (own / "payers" / beside).write_bytes(b"\x00")
    assert read_clinic(own, load_packs()).sha256 == before


def test_a_link_or_a_pipe_in_a_pack_is_refused_and_nothing_waits(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own")
    policy = own / "payers" / "acme-health" / "policies" / "cp-7.yaml"
    policy.rename(tmp_path / "cp-7.yaml")
    policy.symlink_to(tmp_path / "cp-7.yaml")
    assert any("is a link" in fault for fault in faults_of(own))
    policy.unlink()
    os.mkfifo(policy)
    assert len(faults_of(own)) == 1
    assert len(clinic_digest(own)) == 64


def test_a_payer_of_the_clinic_inherits_one_of_ours(tmp_path: Path) -> None:
    payer = replaced(
        PAYER, "lines_of_business: [commercial]", "lines_of_business: [medicare_advantage]\ninherits: cms-ncd-110-14"
    )
    packs = with_clinic(load_packs(), read_clinic(lay_pack(tmp_path / "own", payer=payer), load_packs()))
    lineage = packs.payers.lineage(packs.payers.payers["acme-health"])
    assert [one.id for one in lineage] == ["cms-ncd-110-14", "acme-health"]


def test_a_payer_of_the_clinic_that_inherits_nobody_known_is_refused(tmp_path: Path) -> None:
    payer = replaced(PAYER, "states: [PA]", "states: [PA]\ninherits: cms-ncd")
    (fault,) = faults_of(lay_pack(tmp_path / "own", payer=payer))
    assert "inherits a payer that is not there." in fault


@pytest.mark.parametrize("changed", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_record_saved_by_a_windows_editor_reads_as_well(tmp_path: Path, changed: Callable[[str], str]) -> None:
    own = lay_pack(tmp_path / "own", payer=changed(PAYER), policy=changed(POLICY))
    assert set(read_clinic(own, load_packs()).payers) == {"acme-health"}


def test_an_indication_that_nobody_knows_is_named_with_the_nearest(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own", policy=replaced(POLICY, "\n  caps:\n", "\n  cap:\n"))
    (fault,) = faults_of(own)
    assert "cp-7.yaml:10:3: indications.cap: is not an indication that is known here. Did you mean `caps`?" in fault


def test_what_is_not_filled_in_is_named_once_with_what_is_allowed_there(tmp_path: Path) -> None:
    own = lay_pack(tmp_path / "own", policy=replaced(POLICY, "stance: listed", "stance: FILL IN"))
    (fault,) = faults_of(own)
    assert "cp-7.yaml:11:13: indications.caps.stance: is not filled in yet." in fault
    assert "last_resort" in fault


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_a_folder_without_payers_is_refused_with_the_remedy(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty" / "payers").mkdir(parents=True)
    told = run("check", lay_case(tmp_path / "in"), "--packs", tmp_path / folder, *AS_OF)
    assert told.exit_code == ExitCode.PACK
    assert "holds no payer" in told.stderr
    assert "priorauth payers new" in told.stderr


@pytest.mark.parametrize("command", ["check", "explain"])
def test_every_command_that_reads_a_case_reads_the_clinic_s_payers(tmp_path: Path, command: str) -> None:
    case, own = lay_case(tmp_path / "in"), lay_pack(tmp_path / "own")
    told = run(command, case, "--packs", own, *AS_OF, "--format", "json")
    assert json.loads(told.stdout)["payer"]["id"] == "acme-health"
    assert json.loads(run(command, case, *AS_OF, "--format", "json").stdout)["payer"]["chosen_because"] == "fallback"


def test_the_clinic_profile_names_the_pack_from_its_own_folder(tmp_path: Path) -> None:
    case = lay_case(tmp_path / "in")
    lay_pack(tmp_path / "own")
    with (case.parent / "practice.yaml").open("a", encoding="utf-8") as profile:
        profile.write("\npacks: ../own\n")
    told = run("check", case, *AS_OF, "--format", "json")
    assert json.loads(told.stdout)["payer"]["id"] == "acme-health"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a clinic's pack, a case, and the draft of its letter."""
    case, own = lay_case(tmp_path / "in"), lay_pack(tmp_path / "own")
    assert run("letter", case, "--packs", own, *AS_OF, "-o", tmp_path / "draft").exit_code == ExitCode.DONE
    return tmp_path


def test_a_letter_answers_the_clinic_s_policy_and_the_manifest_names_it_without_an_absolute_path(desk: Path) -> None:
    manifest = json.loads((desk / "draft" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["clinic_pack"] == {"path": "../own", "sha256": clinic_digest(desk / "own")}
    assert manifest["policy"] == {"payer": "acme-health", "policy": "cp-7", "version": "2026-01"}
    assert "as Acme lists it" in (desk / "draft" / "letter.html").read_text(encoding="utf-8")


def test_a_draft_is_signed_and_proved_with_the_clinic_s_pack_as_it_was(desk: Path) -> None:
    assert run("sign", desk / "draft", *SIGNING).exit_code == ExitCode.DONE
    assert "unchanged              clinic's own payers ../own" in run("verify", desk / "draft").stdout


def test_neither_signs_nor_proves_once_the_clinic_s_pack_differs(desk: Path) -> None:
    with (desk / "own" / "payers" / "acme-health" / "payer.yaml").open("a", encoding="utf-8") as record:
        record.write("# one more remark\n")
    refused = run("sign", desk / "draft", *SIGNING)
    assert refused.exit_code == ExitCode.DRAFT
    assert "clinic's own payers ../own: differs from what was drafted." in refused.stderr
    proved = run("verify", desk / "draft")
    assert proved.exit_code == ExitCode.DRAFT
    assert "CHANGED                clinic's own payers ../own" in proved.stdout


def test_a_clinic_s_pack_that_was_moved_away_is_not_signed_with(desk: Path) -> None:
    (desk / "own").rename(desk / "elsewhere")
    refused = run("sign", desk / "draft", *SIGNING)
    assert refused.exit_code == ExitCode.DRAFT
    assert "clinic's own payers ../own: is not found." in refused.stderr
    assert "not found              clinic's own payers ../own" in run("verify", desk / "draft").stdout


def test_a_batch_reads_the_clinic_s_payers_in_its_workers(tmp_path: Path) -> None:
    lay_case(tmp_path / "in" / "one")
    told = run("batch", tmp_path / "in", "--packs", lay_pack(tmp_path / "own"), *AS_OF, "-j", "1", "-o", tmp_path / "out")
    assert told.exit_code == ExitCode.DONE, told.output
    manifest = json.loads((tmp_path / "out" / "caps" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["policy"]["payer"] == "acme-health"


def test_a_batch_says_once_that_the_clinic_s_pack_is_wrong(tmp_path: Path) -> None:
    lay_case(tmp_path / "in" / "one")
    own = lay_pack(tmp_path / "own", payer=replaced(PAYER, "name:", "nmae:"))
    told = run("batch", tmp_path / "in", "--packs", own, *AS_OF, "-o", tmp_path / "out")
    assert told.exit_code == ExitCode.PACK
    assert not (tmp_path / "out").exists()
