"""Our own packs, read once per process."""

from __future__ import annotations

from functools import lru_cache

from priorauth.drafts.compiled import kept_or_read
from priorauth.facts import Vocabulary, read_vocabulary
from priorauth.packs import data_folder
from priorauth.reasoning.review import Packs


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabulary of facts; `PackError` with everything that is wrong with it."""
    return read_vocabulary(data_folder("evidence") / "facts.yaml")


@lru_cache(maxsize=1)
def load_packs() -> Packs:
    """Evidence, payers and rules; `PackError` with everything that is wrong with them."""
    return kept_or_read(read_packs)


def read_packs() -> Packs:
    """The packs, read and checked anew."""
    # Imported here because a command that finds the packs kept starts without their readers.
    from priorauth.evidence.reader import read_evidence
    from priorauth.payers.reader import read_payers, read_rules

    vocabulary, payers = read_vocabulary(data_folder("evidence") / "facts.yaml"), data_folder("payers")
    return Packs(
        vocabulary=vocabulary,
        evidence=read_evidence(data_folder("evidence"), vocabulary=vocabulary),
        payers=read_payers(payers, vocabulary=vocabulary),
        rules=read_rules(payers, vocabulary=vocabulary),
    )
