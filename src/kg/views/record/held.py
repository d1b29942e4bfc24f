"""What a passage gives of a claim, and what is not in its words."""

from kg.text.support import ASSERTER, NATURE, PERIOD, SUBJECT, VALUE
from kg.views.record.cards import ClaimCard, Passage

FIGURE = "figure"  # the value of a number claim, as people call it
_NAMES = {
    FIGURE: "the figure",
    VALUE: "the value",
    SUBJECT: "the subject",
    PERIOD: "the period",
    ASSERTER: "who says it",
    NATURE: "whose money it is",
}


def given_and_missing(claim: ClaimCard, passage: Passage) -> tuple[list[str], list[str]]:
    """The parts that the words give, and those of the claim that they do not; of silence none.

    What is missing stands elsewhere in the source, or the editors inferred it.
    """
    if claim.cls == "AbsenceNote":
        return [], []
    wanted = [VALUE, SUBJECT, *([PERIOD] if claim.period else []), ASSERTER]
    missing = [part for part in wanted if part not in passage.supports]
    return [_named(part, claim) for part in passage.supports], [_named(p, claim) for p in missing]


def _named(part: str, claim: ClaimCard) -> str:
    return FIGURE if part == VALUE and claim.unit else part


def in_words(claim: ClaimCard, passage: Passage) -> str:
    """The same as a line in English; empty where there is nothing to tell."""
    given, missing = (
        ", ".join(_NAMES[p] for p in parts) for parts in given_and_missing(claim, passage)
    )
    told = (f"gives {given}" if given else "", f"not in its words: {missing}" if missing else "")
    return "; ".join(text for text in told if text)
