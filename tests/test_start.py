"""What makes a command start at once is a shortcut: without it everything is the same, only later."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from types import CodeType

import pytest

from priorauth.cli import kept_code
from priorauth.cli.kept_code import text_compiled_once
from tests.commands import WHOLE

_CHECK = """
import sys
from click.testing import CliRunner
from priorauth.cli import main
CliRunner().invoke(main, ["check", sys.argv[1]])
print(*sorted(name for name in sys.modules if name.startswith(("importlib.metadata", "pydantic.plugin"))))
"""


@pytest.fixture(autouse=True)
def _may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def a_class() -> type:
    """A class whose methods and annotations are made from text each time."""
    return dataclasses.make_dataclass(
        "Made", [("first", "int"), ("second", "list[str]", dataclasses.field(default_factory=list))]
    )


def an_annotation() -> object:
    return typing.ForwardRef("dict[str, int]")


def texts_compiled(file: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[], object] = a_class) -> int:
    """How many texts had to be compiled to make it."""
    compiled: list[str] = []

    def compile_and_count(text: str, *rest: str, **options: bool) -> CodeType:
        compiled.append(text)
        code: CodeType = compile(text, *rest, **options)  # type: ignore[call-overload]
        return code

    with monkeypatch.context() as patch:
        patch.setattr(kept_code, "compile", compile_and_count, raising=False)
        with text_compiled_once(file):
            make()
    return len(compiled)


@pytest.mark.parametrize("make", [a_class, an_annotation])
def test_a_text_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[], object]) -> None:
    """It fails when a new Python no longer compiles these texts by a name that can be stood in for."""
    assert texts_compiled(tmp_path / "texts", monkeypatch, make) > 0
    assert texts_compiled(tmp_path / "texts", monkeypatch, make) == 0


def test_a_class_made_of_kept_code_is_the_class_that_it_would_be(tmp_path: Path) -> None:
    with text_compiled_once(tmp_path / "texts"):
        a_class()
    with text_compiled_once(tmp_path / "texts"):
        kept = a_class()
    one, other = kept(first=1), a_class()(first=1)
    assert repr(one) == repr(other)
    assert dataclasses.asdict(one) == dataclasses.asdict(other)
    assert one == kept(1, [])
    assert typing.get_type_hints(kept) == {"first": int, "second": list[str]}


def test_nothing_is_stood_in_for_afterwards(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), text_compiled_once(tmp_path / "texts"):
        raise ZeroDivisionError
    assert [name for name, module in (("exec", dataclasses), ("compile", typing)) if name in vars(module)] == []


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 4096])
def test_damaged_code_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes) -> None:
    file = tmp_path / "texts"
    needed = texts_compiled(file, monkeypatch)
    file.write_bytes(damage)
    assert texts_compiled(file, monkeypatch) == needed
    file.write_bytes(file.read_bytes()[:-1])
    assert texts_compiled(file, monkeypatch) == needed
    assert texts_compiled(file, monkeypatch) == 0


def test_another_python_compiles_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = texts_compiled(tmp_path / "texts", monkeypatch)
    monkeypatch.setattr(sys, "version", "another")
    assert texts_compiled(tmp_path / "texts", monkeypatch) == needed


def test_code_that_nothing_uses_any_more_is_dropped_before_it_grows_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts_compiled(tmp_path / "texts", monkeypatch, an_annotation)
    monkeypatch.setattr(kept_code, "_MOST", 1)
    texts_compiled(tmp_path / "texts", monkeypatch, a_class)
    assert texts_compiled(tmp_path / "texts", monkeypatch, a_class) == 0
    assert texts_compiled(tmp_path / "texts", monkeypatch, an_annotation) > 0


def test_no_code_is_kept_where_python_keeps_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    texts_compiled(tmp_path / "texts", monkeypatch)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_only_time_here_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert texts_compiled(blocked / "below" / "texts", monkeypatch) > 0


def test_pydantic_looks_for_no_plugins() -> None:
    told = subprocess.run([sys.executable, "-c", _CHECK, str(WHOLE / "case.yaml")], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["pydantic.plugin", "pydantic.plugin._loader", "pydantic.plugin._schema_validator"]


_ASK = """
from priorauth.cli.no_plugins import refuse_plugins
refuse_plugins()
from pydantic.plugin._loader import get_plugins
print(get_plugins())
from pydantic.plugin._loader import PYDANTIC_ENTRY_POINT_GROUP
print(PYDANTIC_ENTRY_POINT_GROUP)
"""


def test_what_else_is_asked_of_the_loader_of_plugins_the_real_one_answers() -> None:
    told = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["()", "pydantic"]
