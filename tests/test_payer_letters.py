"""What a letter says of each payer's policy: the truth of each verified line, and of every other that nothing was read."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from priorauth.errors import ExitCode
from priorauth.payers.models import Payer, Policy, Stance
from tests.cases import payers
from tests.payer_cases import AS_OF, LETTERS, SUPPORTED, html_of, policy_text, sent_to

_WIDTH = 110
ABSENT = ("does not list", "does not cover", "does not name", "is not listed", "not covered")
UNREAD = (
    "I had no criteria of your policy before me. The general standard is used",
    "before me, and that part does not settle",
)


def judged_by(payer: Payer) -> tuple[Policy, ...]:
    return payers().policies_of(payer, AS_OF)


def verified(payer: Payer, indication: str) -> bool:
    return any(policy.line(indication) is not None for policy in judged_by(payer))


PAIRS = [(payer.id, indication) for payer in payers().payers.values() for indication in SUPPORTED]
READ = [pair for pair in PAIRS if verified(payers().payers[pair[0]], pair[1])]
NOT_READ = [pair for pair in PAIRS if pair not in READ]


def page(blocks: tuple[str, ...]) -> str:
    """As prose to be read: long lines wrapped, what continues indented."""
    lines = [line for block in blocks for line in textwrap.wrap(block, _WIDTH, subsequent_indent="    ", break_on_hyphens=False)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("payer", "indication"), READ)
def test_a_letter_on_a_line_that_was_read_says_the_truth_of_it(
    payer: str, indication: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    reviewed = sent_to(payers().payers[payer], indication, tmp_path)
    assert reviewed.review.exit_code is ExitCode.DONE, [gap.what for gap in reviewed.review.gaps.blocking]
    text = page(policy_text(html_of(reviewed)))
    golden = LETTERS / f"{payer}--{indication}.txt"
    if pytestconfig.getoption("--rewrite-samples"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(("payer", "indication"), NOT_READ)
def test_a_letter_on_a_line_that_nobody_read_says_so_and_never_that_it_is_absent(
    payer: str, indication: str, tmp_path: Path
) -> None:
    reviewed = sent_to(payers().payers[payer], indication, tmp_path)
    assert reviewed.review.exit_code is ExitCode.DONE, [gap.what for gap in reviewed.review.gaps.blocking]
    assert reviewed.review.assessment is not None
    assert {one.stance for one in reviewed.review.assessment.in_order} <= {Stance.NOT_SEEN, Stance.UNKNOWN}
    text = " ".join(policy_text(html_of(reviewed)))
    assert [words for words in UNREAD if words in text] != []
    assert [
        words for words in (*ABSENT, "individual exception", "Of your policy", "Of the national determination") if words in text
    ] == []


@pytest.mark.parametrize("payer", payers().payers)
def test_nephritis_alone_is_refused_whoever_the_payer(payer: str, tmp_path: Path) -> None:
    assert sent_to(payers().payers[payer], "ln-alone", tmp_path).review.exit_code is ExitCode.NOT_SUPPORTED


def test_there_is_a_letter_for_each_line_that_was_read_and_no_other() -> None:
    assert {path.stem for path in LETTERS.glob("*.txt")} == {f"{payer}--{indication}" for payer, indication in READ}


def test_the_lines_that_were_read_are_these() -> None:
    lupus = ("sle-npsle", "sle-dah", "sle-tma", "sle-severe-other")
    every_line = {"caps", "ttp-immune", *lupus}
    found = {payer: {name for held, name in READ if held == payer} for payer, _ in READ}
    assert found == {
        "aetna-commercial": {"caps", *lupus},
        "anthem-elevance": {"caps"},
        "bcbs-alabama": every_line,
        "bcbs-minnesota": {"caps"},
        "cigna-medicare-advantage": {"ttp-immune"},
        "cms-ncd-110-14": {"ttp-immune"},
        "health-net-california": {"caps"},
        "highmark-commercial-pa": every_line,
        "highmark-medicare-advantage": {"ttp-immune"},
        "ibx-medicare-advantage": {"caps", "ttp-immune"},
        "priority-health-medicare-advantage": {"ttp-immune"},
        "qualchoice": {"ttp-immune"},
        "tricare": every_line,
        "uhc-medicare-advantage": {"ttp-immune"},
    }
