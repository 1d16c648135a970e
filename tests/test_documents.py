"""What the one reader of files promises: text as written, places as seen, and nothing that hangs or expands."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from priorauth.documents import MAX_BYTES, MAX_DEPTH, MAX_EVENTS, MAX_LISTED, load, parse, read_document, read_model
from priorauth.errors import CaseError, PackError

SECONDS_FOR_HOSTILE_FILE = 5.0


def refusal(path: Path) -> str:
    with pytest.raises(CaseError) as raised:
        read_document(path, error=CaseError)
    return str(raised.value).replace(str(path), "FILE")


def written(folder: Path, text: str | bytes, name: str = "file.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


NUMBERS = ["00123456", "09", "0123456", "0x1F", "0o17", "1_000", "1e3", "12:30:45", "1.10", "+5", ".5", ".inf", ".NaN", "5,000"]
WORDS = ["NO", "no", "yes", "True", "2026-11-20", "2026-11-20T08:30", "=", "M32.14"]


@pytest.mark.parametrize("scalar", [*NUMBERS, *WORDS])
def test_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert parse(f"value: {scalar}\nlist: [{scalar.replace(',', '')}]".encode(), name="x").data["value"] == scalar


def test_quoted_null_is_a_text_like_any_other() -> None:
    document = parse(b"a: 'null'\nb: \"~\"\n", name="x")
    assert (document.data, document.faults) == ({"a": "null", "b": "~"}, ())


def test_json_and_yaml_of_one_content_give_one_document() -> None:
    from_json = parse(b'{"a": {"b": [1, true, "x"]}, "c": "\\u00e9\\/"}', name="x")
    from_yaml = parse("a:\n  b: [1, true, x]\nc: é/\n".encode(), name="x")
    assert (from_json.data, from_json.faults) == (from_yaml.data, from_yaml.faults)


def test_tabs_and_windows_line_ends_and_a_byte_order_mark_are_taken() -> None:
    document = parse(b'\xef\xbb\xbf{\r\n\t"a":\t"b",\r\n\t"c": "d"\r\n}\r\n', name="x")
    assert (document.data, document.faults) == ({"a": "b", "c": "d"}, ())
    assert document.marks["c",] == (3, 7)


def test_values_and_keys_know_their_line_and_column() -> None:
    document = parse(b"name: x\nlines:\n  - units: 5\n    codes: [A, B]\n", name="x")
    assert document.marks[("name",)] == (1, 7)
    assert document.marks[("lines", 0, "units")] == (3, 12)
    assert document.marks[("lines", 0, "codes", 1)] == (4, 16)
    assert document.marks[("lines", 0, "codes")] == document.keys[("lines", 0, "codes")] == (4, 5)


def test_place_of_what_is_not_written_is_what_holds_it() -> None:
    place = parse(b"name: x\nlines:\n  - units: 5\n", name="a.yaml").place(("lines", 0, "role"))
    assert (place.file, place.line, place.column) == ("a.yaml", 3, 5)


def test_digest_is_of_the_bytes_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a: b\n# remark\n")
    assert read_document(path, error=CaseError).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_fault_of_a_file_is_listed_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "a: &x 1\nb: *x\nc: !!str x\nd:\ne: ~\na: 2\n")
    assert refusal(path).splitlines() == [
        "FILE cannot be used: 6 problems.",
        "  FILE:1:4: *: has an anchor (`&`). Remove it; put text that begins with & in quotes.",
        "  FILE:2:1: *: is an alias (`*`) for another entry. Write it out; put text that begins with * in quotes.",
        "  FILE:3:4: *: has a tag (`!`). Remove it; put text that begins with ! in quotes.",
        "  FILE:4:3: *: is empty. Write the value, or remove the line if it is not known.",
        "  FILE:5:4: *: is a word for nothing (null or ~). Write the value, or remove the line; put a real name in quotes.",
        "  FILE:6:1: *: is written twice in one group, first on line 1. Keep one of the two.",
    ]


def test_more_faults_than_anybody_reads_are_counted_and_the_first_ones_listed(tmp_path: Path) -> None:
    lines = refusal(written(tmp_path, "".join(f"k{n}:\n" for n in range(5000)))).splitlines()
    assert lines[0] == f"FILE cannot be used: 5,000 problems, of which the first {MAX_LISTED} are listed."
    assert len(lines) == 1 + MAX_LISTED


@pytest.mark.parametrize(("count", "refused"), [(MAX_DEPTH - 1, False), (MAX_DEPTH, True)], ids=["at the limit", "one beyond"])
def test_depth_is_limited(count: int, refused: bool) -> None:
    document = parse(b"a: " + b"[" * count + b"]" * count, name="x")
    assert bool(document.faults) is refused


def test_number_of_entries_is_limited() -> None:
    frame_events = 8  # stream, document, group, its key, the list: begin and end
    inside = parse(b"a: [" + b"1," * (MAX_EVENTS - frame_events) + b"]", name="x")
    beyond = parse(b"a: [" + b"1," * (MAX_EVENTS + 1) + b"]", name="x")
    assert (inside.faults, [fault.what for fault in beyond.faults]) == ((), ["holds more than 50,000 entries."])


@pytest.mark.parametrize(("size", "refused"), [(MAX_BYTES, False), (MAX_BYTES + 1, True)])
def test_size_is_limited(tmp_path: Path, size: int, refused: bool) -> None:
    path = written(tmp_path, b"a: " + b"x" * (size - 3))
    assert [fault.what for fault in load(path).faults] == (["is larger than 500 kB."] if refused else [])


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 400_000,
        b"{a: " * 100_000,
        b"- " * 200_000,
        b"? " * 200_000,
        b"a: " + b"&a " * 100_000,
        b"a: " + b"!" * 400_000,
        b"x: |" + b"\n" * 400_000,
        b'a: "' + b"\\" * 400_000,
        b"a" * 499_000 + b": 1",
        b"a: &a [x]\n" + b"".join(b"k%d: [*a, *a, *a]\n" % n for n in range(10_000)),
        b"".join(b"k%d:\n" % n for n in range(40_000)),
        b"%" * 400_000,
        b"\xf0\x9f\x98\x80" * 120_000,
        bytes(range(256)) * 1000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_file_is_refused_soon(text: bytes) -> None:
    start = time.monotonic()
    document = parse(text, name="x")
    problems = document.problems(())
    assert problems or isinstance(document.data, str)
    assert time.monotonic() - start < SECONDS_FOR_HOSTILE_FILE


def test_missing_file_says_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml") == "FILE cannot be used: 1 problem.\n  FILE: does not exist. Check the path."


def test_folder_is_refused(tmp_path: Path) -> None:
    assert "FILE: is a folder. Name the file in it." in refusal(tmp_path)


def test_symbolic_link_is_refused_even_when_its_target_is_a_good_file(tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(written(tmp_path, "a: b"))
    assert "is a symbolic link. Name the file that it points at." in refusal(link)


def test_pipe_socket_and_device_are_refused_without_waiting_for_them(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        found = [refusal(path) for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero"))]
    refused = "FILE: is a pipe, socket or device, not a file. Save its content as a file and name that."
    assert found == [f"FILE cannot be used: 1 problem.\n  {refused}"] * 3


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever runs as root may read everything")
def test_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a: b")
    path.chmod(0)
    assert "may not be read by you." in refusal(path)


def test_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "cannot be read." in refusal(tmp_path / ("x" * 5000))
    assert "cannot be read." in refusal(Path("a\x00b"))


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: str
    count: int = 0


class Whole(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    parts: tuple[Part, ...] = ()
    named: dict[str, Part] = {}


def test_model_is_read_with_the_document_behind_it(tmp_path: Path) -> None:
    model, document = read_model(written(tmp_path, "parts: [{code: 007, count: 3}]\n"), Whole, error=PackError)
    assert model == Whole(parts=(Part(code="007", count=3),))
    assert document.marks[("parts", 0, "count")] == (1, 28)


def test_model_error_is_of_the_kind_asked_for_and_names_only_our_own_words(tmp_path: Path) -> None:
    path = written(tmp_path, "parts:\n  - {coed: A}\nnamed:\n  Quillfeather: {code: A, count: many}\n  plan: {code: [x]}\n")
    with pytest.raises(PackError) as raised:
        read_model(path, Whole, error=PackError, names={"plan"})
    assert [f"{problem.line}:{problem.column} {problem.field}: {problem.what}" for problem in raised.value.problems] == [
        "2:5 parts[0].code: is missing.",
        "2:6 parts[0].*: is not a field that belongs here.",
        "4:34 named.*.count: is not a whole number.",
        "5:10 named.plan.code: is not one single value.",
    ]
    assert "Did you mean `code`?" in str(raised.value)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_and_never_an_exception(content: bytes) -> None:
    document = parse(content, name="x")
    assert document.faults or document.marks


SIGNS = "a0é~,#|>'\"\\[]{}@`\t\u2028\x85"
PIECES = ["b: ", "- ", "? ", ": ", "&x ", "*x ", "!t ", "!!int ", "<<: ", "null", "%YAML 1.1\n", "---\n", "...\n", "\n", "\n  "]
YAML_PIECES = st.sampled_from([*SIGNS, *PIECES])


@settings(deadline=None, max_examples=300)
@given(st.lists(YAML_PIECES, max_size=40).map("".join))
def test_any_text_like_yaml_holds_only_text_or_is_refused(text: str) -> None:
    document = parse(text.encode(), name="x")
    assert document.problems(()) or _leaves_are_text(document.data)


def _leaves_are_text(data: object) -> bool:
    if isinstance(data, dict):
        return all(isinstance(key, str) and _leaves_are_text(value) for key, value in data.items())
    return isinstance(data, str) or (isinstance(data, list) and all(map(_leaves_are_text, data)))
