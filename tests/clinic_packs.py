"""A clinic's own payer for tests, and a case that is written to it."""

from __future__ import annotations

from pathlib import Path

from tests.commands import lay, replaced, whole_case

PAYER = """\
id: acme-health
name: Acme Health Plan
entity: Acme Health Plan
lines_of_business: [commercial]
states: [PA]
submission:
  known: unknown
"""

POLICY = """\
id: cp-7
number: CP-7
title: Apheresis
url: https://acme.example/cp-7
version: {date: "2026-01", kind: effective}
read_on: 2026-11-02
extent: opening
provenance: verified
indications:
  caps:
    stance: listed
    condition: catastrophic antiphospholipid syndrome
    paraphrase: Listed.
    provenance: verified
    criteria:
      - basis: policy
        provenance: verified
        criterion:
          id: listed
          text: Catastrophic antiphospholipid syndrome, as Acme lists it
          diagnosis: {codes: [D68.61]}
      - {basis: project, provenance: verified, criterion: {use: antibodies}}
"""


def lay_pack(folder: Path, *, payer: str = PAYER, policy: str = POLICY, payer_id: str = "acme-health") -> Path:
    """The folder of a pack with one payer and one policy."""
    home = folder / "payers" / payer_id
    (home / "policies").mkdir(parents=True)
    (home / "payer.yaml").write_text(payer, encoding="utf-8")
    (home / "policies" / "cp-7.yaml").write_text(policy, encoding="utf-8")
    return folder


def lay_case(folder: Path, *, payer_id: str = "acme-health", name: str = "Acme Health Plan") -> Path:
    """A case that carries a letter and is covered by this payer."""
    text = replaced(whole_case(), "payer_id: highmark-commercial-pa", f"payer_id: {payer_id}")
    return lay(folder, replaced(text, "payer_name: Highmark (Pennsylvania)", f"payer_name: {name}"))
