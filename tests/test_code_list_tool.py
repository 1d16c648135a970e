"""The tool that makes the code list: a release in miniature, in the form that CDC gives it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "icd10cm.py"

CODES = """1
D65-D69
D65
D68
D686
D6861
D6862
D689
S06
S060
S060X
S060X0
S060X0A
S060X0D
V0001XA
V0001
V00
V000
QA0
QA00
QA000
"""

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <chapter><name>3</name><desc>Invented (D50-D89)</desc>
    <excludes1><note>of the newborn (P00-P96)</note></excludes1>
    <section id="D65-D69"><desc>Invented (D65-D69)</desc>
      <diag><name>D68</name><desc>Invented</desc>
        <excludes2><note>may stand beside (D50)</note></excludes2>
        <diag><name>D68.6</name><desc>Invented</desc>
          <excludes1>
            <note>named by:</note>
            <note>one code [ONE] (D65)</note>
            <note>everything below (NOS) (D75.82-)</note>
            <note>several (E50.0, E50.1 or J21.-)</note>
            <note>a range (O36.0-O36.1)</note>
            <note>without parentheses M43.6</note>
            <note>with a condition (B27.- with fifth character 2)</note>
            <note>no code at all - see injury by site</note>
            <note>the same again (D65)</note>
          </excludes1>
        </diag>
      </diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the tool wrote the miniature release."""
    if not TOOL.is_file():
        pytest.skip("the tool is only in the repository")
    folder = tmp_path_factory.mktemp("release")
    (folder / "codes.txt").write_text(CODES, encoding="utf-8")
    (folder / "tabular.xml").write_text(TABULAR, encoding="utf-8")
    sources = (str(folder / "codes.txt"), str(folder / "tabular.xml"))
    command = [sys.executable, str(TOOL), *sources, "--name", "mini", "--folder", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").splitlines()


def test_each_category_has_a_line_with_the_ends_of_its_billable_codes(made: Path) -> None:
    assert lines(made / "mini-codes.txt") == ["D65", "D68 :9 6:12", "QA0 0:0", "S06 0X0:AD", "V00 01X:A"]


def test_each_note_is_kept_with_who_excludes_the_ranges_first(made: Path) -> None:
    assert lines(made / "mini-excludes1.txt") == [
        "D50-D89 P00-P96",
        "D68.6 D65 D75.82 E50.0 E50.1 J21 O36.0-O36.1 M43.6",
    ]
