"""A reviewed case becomes a letter: every decision made, every value with its source."""

from __future__ import annotations

from priorauth.case.codes import Modality
from priorauth.case.parts import Case, LineOfBusiness, RequestKind
from priorauth.case.reader import CaseFile
from priorauth.letters.citing import Citing
from priorauth.letters.clinical_part import compose_clinical
from priorauth.letters.denial_part import (
    Answers,
    answers_with_literature,
    cite_literature,
    compose_denial,
    grounds_of,
    literature_first,
    sessions_first,
)
from priorauth.letters.evidence_part import compose_evidence, compose_ratings
from priorauth.letters.letter import Letter
from priorauth.letters.plan_part import compose_close, compose_plan
from priorauth.letters.policy_part import Standpoint, compose_policy, facts_shown
from priorauth.letters.quote import Quoter
from priorauth.letters.request_part import compose_head, compose_member, compose_request
from priorauth.letters.response_part import compose_response
from priorauth.reasoning.match import Candidate, modality_asked
from priorauth.reasoning.review import Packs, Review


def compose(review: Review, case_file: CaseFile, packs: Packs) -> Letter:
    """The letter of a case whose review carries one; parts are made in the order of the page.

    Citations are numbered as they are met, so the ratings come before the evidence.
    """
    chosen, assessment = review.match.chosen, review.assessment
    assert chosen is not None  # the review said that a letter can be written
    assert assessment is not None
    quoter = Quoter(case_file, review.chart)
    modality = _modality(quoter.case)
    citing = Citing(packs.evidence.references, packs.evidence.citations, modality)
    medicare = quoter.case.coverage.line_of_business is LineOfBusiness.MEDICARE
    standpoint = _standpoint(review, chosen, packs)
    indications = tuple(one.indication for one in standpoint.candidates)
    grounds = grounds_of(quoter)
    if sessions_first(grounds):
        citing.marks(packs.evidence.edition.citation)
    if literature_first(grounds):
        cite_literature(citing, indications, packs.evidence.edition.citation)
    policy = compose_policy(quoter, assessment, standpoint, citing)
    ratings = compose_ratings(review.match, assessment, packs.evidence, citing)
    if answers_with_literature(grounds):
        cite_literature(citing, indications, packs.evidence.edition.citation)
    answers = Answers(
        policy=policy,
        ratings=ratings,
        clinical=compose_clinical(quoter, review.match, shown=facts_shown(policy)),
        evidence=compose_evidence(quoter, review.match, citing),
        plan=compose_plan(quoter, modality=modality),
        request=compose_request(quoter, indications=indications, modality=modality),
        response=compose_response(quoter, review.match),
    )
    denial = compose_denial(quoter, answers)
    left = answers.without(grounds)
    concurrent = quoter.case.request.kind is RequestKind.CONCURRENT
    return Letter(
        # A reviewer outside the payer gets no letter that speaks to the payer.
        template="base/letter.html" if denial is not None and denial.external else f"{review.payer.payer.id}/letter.html",
        head=compose_head(quoter, modality=modality, medicare=medicare, deadlines=review.deadlines),
        member=compose_member(quoter),
        request=left.request,
        response=left.response if concurrent else None,
        denial=denial,
        policy=left.policy,
        ratings=left.ratings,
        clinical=left.clinical,
        evidence=left.evidence,
        plan=left.plan,
        close=compose_close(quoter, citing.references()),
    )


def _modality(case: Case) -> Modality:
    asked = modality_asked(case)
    assert asked is not None  # completeness blocks a letter that names no procedure
    return Modality(asked)


def _standpoint(review: Review, chosen: Candidate, packs: Packs) -> Standpoint:
    national = packs.payers.original_medicare
    assert chosen.row is not None  # a letter names its procedure, and so its row
    return Standpoint(
        payer_id=review.payer.payer.id,
        candidates=(chosen, *review.match.also_present),
        row=chosen.row,
        national=national.id if national is not None else None,
    )
