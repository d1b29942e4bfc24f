"""How far two words are apart in spelling."""

from rapidfuzz.distance import OSA


def edits(a: str, b: str, limit: int) -> int | None:
    """Edits that make one word of the other, a swap of neighbours being one; None above a limit.

    >>> edits("takiachi", "takaichi", 2), edits("onada", "onoda", 1), edits("abc", "xyz", 2)
    (1, 1, None)
    """
    found = OSA.distance(a, b, score_cutoff=limit)
    return found if found <= limit else None
