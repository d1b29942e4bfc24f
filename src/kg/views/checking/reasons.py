"""Why a verdict was given and what to print instead, in sentences of both languages."""

from kg.views.checking.record import Record
from kg.views.checking.verdicts import (
    DIFFERS,
    DO_NOT_PRINT,
    NOT_CHECKABLE,
    SUPPORTED,
    Judgement,
)  # fmt: skip
from kg.views.record.advice import advise
from kg.views.record.cards import ClaimCard
from kg.views.record.sentences import Sentence, in_words

_EMPTY = Sentence("", "")
_PARTS_JA = {
    "value": "値", "unit": "単位", "period": "期間", "statistic": "統計量", "nature": "公私の別",
    "asserter": "主張者", "subject": "対象",
}  # fmt: skip


def reason(judgement: Judgement) -> Sentence:
    """What the record has, as plain sentences."""
    if judgement.verdict == NOT_CHECKABLE:
        return Sentence("It only says what another figure is about.", "他の数値の説明にとどまる。")
    if not judgement.claims:
        return Sentence(
            "The record says nothing of it. That does not make it false.",
            "記録には何もない。誤りという意味ではない。",
        )
    has = _has(judgement.claims[0])
    if judgement.verdict == SUPPORTED:
        return Sentence(f"The record has the same: {has.en}.", f"記録と一致する：{has.ja}。")
    if judgement.verdict == DIFFERS:
        parts = " and ".join(judgement.differs_in)
        several = len(judgement.differs_in) > 1
        are = "are not those" if several else "is not that"
        parts_ja = "と".join(_PARTS_JA[part] for part in judgement.differs_in)
        return Sentence(
            f"The {parts} {are} of the record: {has.en}.",
            f"{parts_ja}が記録と異なる：{has.ja}。",
        )
    if judgement.verdict == DO_NOT_PRINT:
        return _refused(judgement.claims[0], has)
    return Sentence(f"Nobody has judged it yet: {has.en}.", f"未審査の主張がある：{has.ja}。")


def _has(claim: ClaimCard) -> Sentence:
    """A claim as subject, figure and speaker."""
    said = in_words(claim)
    return Sentence(
        f"{claim.subject.en}: {said.en}, {claim.said}",
        f"{claim.subject.ja}：{said.ja}（{claim.asserter.ja}、{claim.status.ja}）",
    )


def _refused(claim: ClaimCard, has: Sentence) -> Sentence:
    why = claim.reason.rstrip(".")
    kind = claim.review.local
    kind_ja = "差し替えられた" if kind == "superseded" else "退けられた"
    return Sentence(
        f"The record marks it as {kind}: {has.en}." + (f" Reason: {why}." if why else ""),
        f"{kind_ja}値である：{has.ja}。" + (f"理由（英語の記録）：「{why}」。" if why else ""),
    )


def advice_of(record: Record, judgement: Judgement) -> Sentence:
    """What to print of the proposition; empty where the record has none."""
    if not judgement.claims:
        return _EMPTY
    claim = judgement.claims[0]
    key = (claim.subject.iri, claim.predicate.iri)
    about = [one for one in record.by_subject[key] if one.key == claim.key]
    advice = advise(about, record.disputes)
    if advice.prefer is None or advice.words is None:
        return advice.why
    by = advice.prefer.asserter
    return Sentence(
        f"Print {advice.words.en}, by {by.en}.", f"「{advice.words.ja}」を{by.ja}の値として書く。"
    )
