"""Names of files and folders, which can hold what no terminal and no record should be given."""

from __future__ import annotations

import re

# Controls, line breaks included; what reorders or breaks lines unseen; bytes that are no text.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")

UNPRINTABLE = "holds an invisible control character, or bytes that are no text. Rename it."
"""What is said of such a name; the name itself is not repeated."""


def is_printable(name: str) -> bool:
    """Whether the name shows as it is, wherever it is printed or kept."""
    return _UNPRINTABLE.search(name) is None


def printable(text: str) -> str:
    """The text with every such character written out, escaped."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
