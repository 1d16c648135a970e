"""What rendering costs: our warm path against WeasyPrint used plainly, and a first letter against a warm one.

Example: python benchmarks/render.py drafts/caps/letter.html --rounds 20

Without a letter it takes the one that the sample case of catastrophic antiphospholipid syndrome gives.

Both sides get the same HTML, style sheet and options in one process and must give the same bytes.
The order is shuffled in every round, because passes of the garbage collector otherwise favor one side.
A round times a few letters in a row, so that each side pays for its own garbage within its own time.
Processor time is compared, not the clock's, because other programs run on the machine too.
"""

from __future__ import annotations

import argparse
import gc
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).resolve().parent.parent
CASE = PROJECT / "samples" / "caps" / "case.yaml"
AS_OF = "2026-11-22"
LETTERS_IN_A_ROW = 3

_FIRST_LETTER = """
import sys, time
start = time.perf_counter()
from priorauth.letters.render import Mark, print_form, render
render(print_form(sys.stdin.read()), mark=Mark.FINAL)
print(time.perf_counter() - start)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Medians in processor seconds per letter, and whether both sides gave the same bytes."""

    warm: float
    plain: float
    same_bytes: bool

    @property
    def ratio(self) -> float:
        """How many times faster the warm path is."""
        return self.plain / self.warm


def compare(html: str, *, rounds: int) -> Comparison:
    """Time each side `rounds` times, a few letters in a row; `html` is in its print form."""
    from priorauth.letters.render import warm_up

    warm_up()
    sides: dict[str, Callable[[str], bytes]] = {"warm": _warm, "plain": _plain}
    same_bytes = _warm(html) == _plain(html)
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side in random.sample(sorted(sides), k=len(sides)):
            seconds[side].append(_timed(sides[side], html, frozen=side == "warm"))
    return Comparison(warm=median(seconds["warm"]), plain=median(seconds["plain"]), same_bytes=same_bytes)


def first_letter_seconds(html: str, *, rounds: int) -> float:
    """The median time by the clock of a process's first letter, imports included, the interpreter's own start not."""
    command = [sys.executable, "-c", _FIRST_LETTER]
    runs = [subprocess.run(command, input=html, capture_output=True, text=True, check=True, cwd=PROJECT) for _ in range(rounds)]
    return median(float(run.stdout) for run in runs)


def sample_letter() -> str:
    """The filled letter of the sample case, as the program itself drafts it."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft"
        command = [sys.executable, "-m", "priorauth", "letter", str(CASE), "--as-of", AS_OF, "-o", str(draft)]
        subprocess.run(command, check=True, capture_output=True, cwd=PROJECT)
        return (draft / "letter.html").read_text(encoding="utf-8")


def _timed(print_letter: Callable[[str], bytes], html: str, *, frozen: bool) -> float:
    # Each side starts as it would in a run of its own: no garbage of the other, and frozen or not.
    gc.unfreeze()
    gc.collect()
    if frozen:
        gc.freeze()
    start = time.process_time()
    for _ in range(LETTERS_IN_A_ROW):
        print_letter(html)
    return (time.process_time() - start) / LETTERS_IN_A_ROW


def _warm(html: str) -> bytes:
    from priorauth.letters.render import Mark, render

    return render(html, mark=Mark.FINAL)


def _plain(html: str) -> bytes:
    from weasyprint import HTML

    from priorauth.letters.render import PDF_OPTIONS, STYLE_SHEETS, Mark
    from priorauth.packs import data_folder

    sheets = [str(data_folder("templates") / "base" / name) for name in STYLE_SHEETS[Mark.FINAL]]
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=sheets, **PDF_OPTIONS)
    return pdf


def main() -> None:
    """Print the medians and the ratios."""
    from priorauth.letters.render import print_form

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("letter", nargs="?", type=Path, help="a letter.html; by default the sample's")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--at-least", type=float, default=0, metavar="RATIO", help="end with 1 when warm is not so many times as fast"
    )
    options = parser.parse_args()
    html = print_form(options.letter.read_text(encoding="utf-8") if options.letter else sample_letter())
    comparison = compare(html, rounds=options.rounds)
    first = first_letter_seconds(html, rounds=min(options.rounds, 5))
    print(f"plain WeasyPrint  {comparison.plain * 1000:7.0f} ms a letter")
    print(f"warm              {comparison.warm * 1000:7.0f} ms a letter: {comparison.ratio:.2f} times as fast")
    print(f"first of process  {first * 1000:7.0f} ms: {first / comparison.warm:.1f} times a warm one")
    print(f"same bytes        {'yes' if comparison.same_bytes else 'NO'}")
    sys.exit(0 if comparison.same_bytes and comparison.ratio >= options.at_least else 1)


if __name__ == "__main__":
    main()
