"""What a conflict or a question of identity shows: its sides with slips, and what to print."""

from collections.abc import Iterable, Sequence

from kg.views.record.advice import Advice, advise
from kg.views.record.claims import Reader
from kg.views.record.conflicts import Conflict, rivals
from kg.views.record.readings import Reading, readings
from kg.views.record.why import beside


def sides_of(reader: Reader, asked: Conflict, disputed: Sequence[Conflict]) -> list[Reading]:
    """Its readings, and the rejected figures that stand against one of them.

    `disputed` is everything that is set side by side.
    """
    slips = [r for c in asked.claims for r in rivals(c, disputed) if r.is_rejected]
    return readings(reader, dict.fromkeys((*asked.claims, *slips)))


def advice_on(reader: Reader, asked: Conflict, disputed: Iterable[Conflict]) -> Advice | None:
    """What to print of its one question, of a question of identity what the editors prefer.

    None of a caution, and where claims on several questions are in conflict.
    """
    questions = {(claim.subject, claim.predicate, claim.key) for claim in asked.claims}
    if asked.kind == "caution" or (asked.kind == "conflict" and len(questions) != 1):
        return None
    chosen = min(asked.claims, key=lambda claim: (claim.rank != "Preferred", claim.id))
    about = [d for d in disputed if any(chosen.subject == c.subject for c in d.claims)]
    return advise(beside(reader, chosen), about)
