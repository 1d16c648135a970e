"""A clinic's own comparisons for tests, laid into the folder of its pack."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from priorauth.drafts.loading import load_packs
from priorauth.evidence.comparisons import Recorded, compared_digest, comparisons_file, comparisons_text, with_comparison

WHO, WHEN = "Elena Reyes, MD", date(2026, 11, 20)
ROW, STATEMENT = "asfa-2023/A023", "caps/registry-mortality"
OTHER = "0" * 64
"""The digest of something else than what is held."""


def recorded(of: str, *, by: str = WHO, on: date = WHEN, sha256: str | None = None) -> Recorded:
    """A comparison with what is held now, unless another digest is given."""
    return Recorded(of=of, by=by, on=on, sha256=sha256 or compared_digest(of, load_packs().evidence) or OTHER)


def lay_comparisons(folder: Path, *given: Recorded) -> Path:
    """The folder of a pack that holds these comparisons."""
    path = comparisons_file(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    together: tuple[Recorded, ...] = ()
    for one in given:
        together = with_comparison(together, one)
    path.write_text(comparisons_text(together), encoding="utf-8")
    return folder
