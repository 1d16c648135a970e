"""The order of the house: what may import what, read from the source itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import priorauth

PACKAGE = Path(priorauth.__file__).parent

LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "__main__",
        "cli",
        "batch",
        "drafts",
        "letters",
        "reasoning",
        "evidence payers",  # neither knows the other
        "criteria",
        "case",
        "facts",
        "moments",
        "pack_files",
        "documents",
        "mistakes",
        "packs",
        "kept",
        "errors",
        "__init__",
    )
)
"""From the front door down: each imports only from those below it."""

ONLY_IN = {
    "citeproc": "evidence",
    "click": "cli",
    "jinja2": "letters",
    "weasyprint": "letters",
    "pydyf": "letters",
    "fontTools": "letters",
}
"""A third-party package, and the one layer that may import it."""

NETWORK = frozenset({"ftplib", "http", "httpx", "requests", "smtplib", "socket", "socketserver", "ssl", "urllib3", "webbrowser"})
"""Nothing is ever sent or fetched."""

OUTSIDE_WORLD = frozenset(
    {
        "today",
        "now",
        "utcnow",
        "fromtimestamp",
        "localtime",
        "environ",
        "environb",
        "getenv",
        "getcwd",
        "cwd",
        "home",
        "expanduser",
    }
)
"""Names that read the clock, the environment or the working directory: the command line's alone."""


def modules(package: Path) -> dict[str, ast.Module]:
    """Every module of a package by its dotted name below it, parsed; `""` is the package's own `__init__`."""
    return {
        ".".join(path.relative_to(package).with_suffix("").parts).removesuffix("__init__").rstrip("."): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(package.rglob("*.py"))
    }


def imports(tree: ast.AST) -> Iterator[str]:
    """Each dotted name that a module imports, wherever in it the import stands; `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> str:
    """The layer that a module of ours belongs to, by its dotted name below the package."""
    return module.partition(".")[0] or "__init__"


def rank(layer: str) -> int:
    """How far down a layer lies, from 0 at the front door; raises `StopIteration` when it has no place."""
    return next(index for index, names in enumerate(LAYERS) if layer in names)


def violations(package: Path) -> list[str]:
    """Each import that goes upward, sideways or to a package of another layer, as `module imports name`."""
    found = []
    for module, tree in modules(package).items():
        here = layer_of(module)
        for name in imports(tree):
            top, _, rest = name.partition(".")
            ours = top == "priorauth"
            upward = ours and layer_of(rest) != here and rank(layer_of(rest)) <= rank(here)
            misplaced = ONLY_IN.get(top, here) != here
            if upward or misplaced or top in NETWORK or name.startswith((".", "urllib.request")):
                found.append(f"{module or '__init__'} imports {name}")
    return found


def module_graph(package: Path) -> dict[str, set[str]]:
    """Which module of ours imports which, both by dotted name below the package."""
    known = modules(package)
    graph: dict[str, set[str]] = {}
    for module, tree in known.items():
        names = (name.removeprefix("priorauth.") for name in imports(tree) if name.startswith("priorauth."))
        graph[module] = {name if name in known else name.rpartition(".")[0] for name in names} - {module}
    return graph


def readings_of_the_world(tree: ast.AST) -> list[str]:
    """Each name that reads clock, environment or working directory, with its line; setting a variable reads nothing."""
    nodes = list(ast.walk(tree))
    set_only = {id(node.value) for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)}
    used = []
    for node in nodes:
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in OUTSIDE_WORLD and id(node) not in set_only:
            used.append(f"line {getattr(node, 'lineno', 0)}: {name}")
    return used


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("criteria/language.py", "from priorauth.reasoning import match"),
        ("criteria/language.py", "import priorauth.letters.fill"),
        ("evidence/models.py", "from priorauth.payers.models import Policy"),
        ("payers/models.py", "from priorauth.evidence import models"),
        ("batch/run.py", "import click"),
        ("cli/letter.py", "from weasyprint import HTML"),
        ("drafts/folder.py", "def late():\n    import jinja2"),
        ("case/reader.py", "from . import parts"),
        ("case/reader.py", "from urllib.request import urlopen"),
        ("letters/fill.py", "import socket"),
    ],
)
def test_an_import_out_of_order_is_seen(tmp_path: Path, module: str, line: str) -> None:
    path = tmp_path / module
    path.parent.mkdir()
    path.write_text(line, encoding="utf-8")
    assert len(violations(tmp_path)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cli/letter.py", "import click\nfrom priorauth.drafts import folder"),
        ("letters/fill.py", "import jinja2\nfrom priorauth.payers.models import Policy"),
        ("evidence/models.py", "from priorauth.evidence.reader import read\nimport json"),
    ],
)
def test_an_import_in_order_is_let_be(tmp_path: Path, module: str, line: str) -> None:
    path = tmp_path / module
    path.parent.mkdir()
    path.write_text(line, encoding="utf-8")
    assert violations(tmp_path) == []


def test_every_layer_has_its_place_in_the_order() -> None:
    placed = {name for names in LAYERS for name in names}
    assert sorted({layer_of(module) for module in modules(PACKAGE)} - placed) == []


def test_imports_go_downward_only() -> None:
    assert violations(PACKAGE) == []


def test_no_module_imports_itself_by_a_detour() -> None:
    order = tuple(TopologicalSorter(module_graph(PACKAGE)).static_order())
    assert "errors" in order


@pytest.mark.parametrize(
    "line",
    ["date.today()", "datetime.now(UTC)", "os.environ['HOME']", "os.getenv('TZ')", "Path.cwd()", "getcwd()", "dict(environ)"],
)
def test_a_look_at_the_outside_world_is_seen(line: str) -> None:
    assert len(readings_of_the_world(ast.parse(line))) == 1


def test_setting_a_variable_for_a_library_is_let_be() -> None:
    assert readings_of_the_world(ast.parse("os.environ['FONTCONFIG_FILE'] = path")) == []


def test_only_the_command_line_reads_clock_environment_or_working_directory() -> None:
    below = {module: readings_of_the_world(tree) for module, tree in modules(PACKAGE).items() if layer_of(module) != "cli"}
    assert {module: used for module, used in below.items() if used} == {}


def loaded_by(imported: str, watched: set[str]) -> list[str]:
    """Which of the watched packages a fresh process has loaded after it imported what it was told to."""
    program = f"import sys, {imported}; print(*sorted({watched} & set(sys.modules)))"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()


def test_help_starts_without_what_only_a_letter_needs() -> None:
    assert loaded_by("priorauth.cli", {"fontTools", "jinja2", "pydantic", "weasyprint"}) == []


def test_no_command_loads_weasyprint_before_it_renders() -> None:
    commands = [f"priorauth.{module}" for module in modules(PACKAGE) if layer_of(module) == "cli"]
    assert loaded_by(", ".join(commands), {"fontTools", "weasyprint"}) == []
