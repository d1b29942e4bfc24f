"""How far two words are apart in spelling."""


def edits(a: str, b: str, limit: int) -> int | None:
    """Edits that make one word of the other, a swap of neighbours being one; None above a limit.

    >>> edits("takiachi", "takaichi", 2), edits("onada", "onoda", 1), edits("abc", "xyz", 2)
    (1, 1, None)
    """
    if abs(len(a) - len(b)) > limit:
        return None
    above, row = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        higher, above, row = above, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, higher[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return None
    return row[-1] if row[-1] <= limit else None
