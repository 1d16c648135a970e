"""A reviewed case becomes a letter: every decision made, every value with its source."""

from __future__ import annotations

from priorauth.case.parts import LineOfBusiness
from priorauth.case.reader import CaseFile
from priorauth.letters.citing import Citing
from priorauth.letters.clinical_part import compose_clinical
from priorauth.letters.evidence_part import compose_evidence, compose_ratings
from priorauth.letters.letter import Letter
from priorauth.letters.plan_part import compose_close, compose_plan
from priorauth.letters.policy_part import Standpoint, compose_policy, facts_shown
from priorauth.letters.quote import Quoter
from priorauth.letters.request_part import compose_head, compose_member, compose_request
from priorauth.reasoning.review import Packs, Review


def compose(review: Review, case_file: CaseFile, packs: Packs) -> Letter:
    """The letter of a case whose review carries one; parts are made in the order of the page.

    Citations are numbered as they are met, so the ratings come before the evidence.
    """
    indication, chosen, assessment = review.match.indication, review.match.chosen, review.assessment
    assert indication is not None  # the review said that a letter can be written
    assert chosen is not None
    assert assessment is not None
    quoter = Quoter(case_file, review.chart)
    citing = Citing(packs.evidence.references)
    medicare = quoter.case.coverage.line_of_business is LineOfBusiness.MEDICARE
    standpoint = Standpoint(
        payer_id=review.payer.payer.id,
        candidates=(chosen, *review.match.also_present),
        row=packs.evidence.recommendation(indication.rows[0]),
    )
    policy = compose_policy(quoter, assessment, standpoint, citing)
    ratings = compose_ratings(review.match, packs.evidence, citing)
    evidence = compose_evidence(quoter, review.match, citing)
    return Letter(
        template=f"{review.payer.payer.id}/letter.html",
        head=compose_head(quoter, modality=indication.modality, medicare=medicare),
        member=compose_member(quoter),
        request=compose_request(quoter, indication=indication),
        policy=policy,
        ratings=ratings,
        clinical=compose_clinical(quoter, review.match, shown=facts_shown(policy)),
        evidence=evidence,
        plan=compose_plan(quoter),
        close=compose_close(quoter, citing.references()),
    )
