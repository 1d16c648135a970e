"""What the tests can be asked for on the command line."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files change on request only, and the change is read in the diff."""
    parser.addoption("--rewrite-samples", action="store_true", help="write the letters and refusals of samples/ anew")
