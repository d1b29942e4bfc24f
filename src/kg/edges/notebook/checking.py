"""A text checked against the graph, in Python."""

from functools import cached_property

from kg.views.checking.record import Record
from kg.views.checking.report import Report, check
from kg.views.record.claims import Reader


class Checks:
    """What a graph can say of a text; a part of `kg.Graph`."""

    _reader: Reader

    @cached_property
    def _record(self) -> Record:
        return Record(self._reader)

    def verify(self, text: str, published: str = "", lang: str = "") -> Report:
        """A text checked against the record, as `kg verify`: a verdict on each figure.

        `published` (ISO 8601) is the day from which relative dates count. Raises KgError for a day
        that is none. Nothing is kept of the text.

        >>> import kg
        >>> report = kg.open().verify("Rapidus expects to need 7 trillion yen.")
        >>> [(one.surface, one.verdict) for one in report.quantities]
        [('7 trillion yen', 'supported')]
        """
        return check(self._record, text, published, lang)
