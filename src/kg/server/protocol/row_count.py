"""How many rows an answer has, told from its bytes as they pass, for the access log."""

_SIGNS = {  # what begins a row, or stands between two, in the bytes that our engine writes
    "json": (b'"bindings":[{"', b'"}},{"'),
    "xml": (b"<result>",),
    "tsv": (b"\n",),
    "csv": (b"\r\n",),
    "ntriples": (b"\n",),
}
_DOUBTFUL = {  # what may hide such a sign, or be one within a value
    "json": (b"{}", b'\\"}},{"', b'"type":"triple"'),
    "csv": (b'"',),
}
_HEADS = ("tsv", "csv")  # have a first line that is no row
_LONGEST = 16  # bytes of a sign


class RowCount:
    """The rows of one answer in the format of that name.

    >>> count = RowCount("tsv"); count.add(b"?s\\n<urn:a"); count.add(b">\\n"); count.rows
    1
    >>> count = RowCount("json"); count.add(b'{"results":{"bindings":[{},{}]}}'); count.rows
    """

    def __init__(self, name: str) -> None:
        self._signs, self._doubtful = _SIGNS.get(name, ()), _DOUBTFUL.get(name, ())
        self._count, self._tail = -1 if name in _HEADS else 0, b""
        self._is_certain, self._has_begun = bool(self._signs), False

    def add(self, piece: bytes) -> None:
        """The next bytes of the answer."""
        self._has_begun = True
        if self._is_certain:
            seen = self._tail + piece
            self._count += sum(seen.count(sign) - self._tail.count(sign) for sign in self._signs)
            self._is_certain = not any(sign in seen for sign in self._doubtful)
            self._tail = seen[-_LONGEST:]

    @property
    def rows(self) -> int | None:
        """The number; None where it cannot be told for certain, or nothing has passed."""
        return max(self._count, 0) if self._is_certain and self._has_begun else None


def rows_of(name: str, body: bytes) -> int | None:
    """The rows of a whole answer in the format of that name; None where they cannot be told."""
    count = RowCount(name)
    count.add(body)
    return count.rows
