"""A text checked against the record: a verdict on each figure, and the names in it."""

from collections import Counter
from collections.abc import Container, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from kg.core.errors import KgError
from kg.text.figures import Quantity, find_quantities
from kg.text.names import Name
from kg.views.checking.cues import Around
from kg.views.checking.reasons import advice_of, reason
from kg.views.checking.record import Record
from kg.views.checking.stated import Stated, is_threshold
from kg.views.checking.surroundings import Surroundings
from kg.views.checking.verdicts import (
    DIFFERS,
    DO_NOT_PRINT,
    NOT_CHECKABLE,
    SUPPORTED,
    UNKNOWN,
    VERDICTS,
    Judgement,
    judge,
)  # fmt: skip
from kg.views.record.claims import Reader
from kg.views.record.conflicts import rivals
from kg.views.record.sentences import Sentence

_KANA = range(0x3040, 0x3100)
_ABOUT_OTHERS = ("age", "duration")
_AGAIN = (DIFFERS, UNKNOWN)
_JUDGED = (SUPPORTED, DIFFERS, DO_NOT_PRINT)


@dataclass(frozen=True, slots=True)
class Checked:
    """One figure of a text with its verdict; offsets are code points, end exclusive.

    `subject`, `predicate` and `asserter` are those of the first of `claims`, None without any.
    """

    start: int
    end: int
    surface: str
    kind: str
    value: Decimal | str
    unit: str | None
    qualifier: str | None
    period: str | None
    subject: str | None
    predicate: str | None
    asserter: str | None
    verdict: str
    differs_in: tuple[str, ...]
    why: Sentence
    claims: tuple[str, ...]
    rivals: tuple[str, ...]
    print: Sentence


@dataclass(frozen=True, slots=True)
class Report:
    """A checked text: `summary` counts each of the five verdicts."""

    language: str
    version: str
    summary: Mapping[str, int]
    quantities: tuple[Checked, ...]
    names: tuple[Name, ...] = field(default=())


def as_data(report: Report) -> dict[str, Any]:
    """A report as the plain values of its JSON: numbers whole where they are."""
    data = asdict(report)
    for one in data["quantities"]:
        if isinstance(one["value"], Decimal):
            whole = one["value"] == one["value"].to_integral_value()
            one["value"] = int(one["value"]) if whole else float(one["value"])
    return data


def verify(reader: Reader, text: str, published: str = "", lang: str = "") -> Report:
    """Every figure and name of a text with what the record says of it.

    `published` is the day (ISO 8601) from which relative dates count, `lang` is `en`, `ja` or
    empty (told from the text). Raises KgError for a day that is none. Nothing is kept of the
    text.
    """
    return check(Record(reader), text, published, lang)


def check(record: Record, text: str, published: str = "", lang: str = "") -> Report:
    """As `verify`, against a record that is made already: for many texts."""
    language = lang or language_of(text)
    try:
        quantities = find_quantities(text, published, language)
    except ValueError as error:
        raise KgError(f"{published!r} is no day; write it as 2025-12-22.") from error
    names = record.finder.find(text)
    judged = _Text(record, text, quantities, names).judged()
    told = _Told(record)
    checked = tuple(_checked(told, *pair) for pair in zip(quantities, judged, strict=True))
    counts = Counter(one.verdict for one in checked)
    return Report(language, record.version, {v: counts[v] for v in VERDICTS}, checked, tuple(names))


def language_of(text: str) -> str:
    """`ja` where a text has more than a few kana, else `en`.

    >>> language_of("about one trillion yen"), language_of("約1兆円を投じる")
    ('en', 'ja')
    """
    sample = text[:20_000]
    kana = sum(ord(char) in _KANA for char in sample)
    return "ja" if kana * 20 > len(sample) else "en"


class _Text:
    """One text while it is judged."""

    def __init__(
        self, record: Record, text: str, quantities: Sequence[Quantity], names: Sequence[Name]
    ) -> None:
        self.record, self.quantities = record, quantities
        self.context = Surroundings(text, quantities, names, record.phrases)
        self._known: dict[Hashable, Judgement] = {}

    def judged(self) -> list[Judgement]:
        """A judgement on each figure; a second look leaves out claims that others state."""
        around, said = self.context.around, self.context.said
        pairs = list(zip(self.quantities, around, strict=True))
        first = [self._judge(*pair, s, ()) for pair, s in zip(pairs, said, strict=True)]
        taken = {c.id for one in first if one.verdict == SUPPORTED for c in one.claims}
        second = [
            self._judge(*pair, s, taken) if taken and one.verdict in _AGAIN else one
            for pair, s, one in zip(pairs, said, first, strict=True)
        ]
        known = {
            a.sentence for a, one in zip(around, second, strict=True) if one.verdict in _JUDGED
        }
        return [
            Judgement(NOT_CHECKABLE)
            if one.verdict == UNKNOWN and self._is_about_another(q, a, known)
            else one
            for (q, a), one in zip(pairs, second, strict=True)
        ]

    def _is_about_another(self, one: Quantity, around: Around, known: Container[int]) -> bool:
        """Whether a figure only says of whom another one is: a threshold, or an age beside it."""
        return (one.kind in _ABOUT_OTHERS and around.sentence in known) or is_threshold(
            self.context.cues.plain, one.start, one.end
        )

    def _judge(
        self, quantity: Quantity, around: Around, said: Stated, taken: Container[str]
    ) -> Judgement:
        if quantity.kind == "date" or isinstance(quantity.value, str):
            return Judgement(NOT_CHECKABLE)
        number = (quantity.surface, quantity.value, quantity.unit, quantity.kind)
        key = (
            number,
            frozenset(around.cues.items()),
            around.own,
            around.paragraph,
            said,
            bool(taken),
        )
        if key not in self._known:  # texts repeat themselves, hostile ones without end
            self._known[key] = judge(self.record, quantity, around, said, taken)
        return self._known[key]


class _Told:
    """What is told of a judgement; of each claim made once, however often a text states it."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._of: dict[tuple[str, ...], tuple[Sentence, tuple[str, ...], Sentence]] = {}

    def of(self, judgement: Judgement) -> tuple[Sentence, tuple[str, ...], Sentence]:
        """Why, the ids of the rivals of its first claim, what to print."""
        first = next(iter(judgement.claims), None)
        key = (judgement.verdict, *judgement.differs_in, first.id if first else "")
        if key not in self._of:
            against = rivals(first, self.record.disputes) if first else ()
            ids = tuple(claim.id for claim in against)
            self._of[key] = reason(judgement), ids, advice_of(self.record, judgement)
        return self._of[key]


def _checked(told: _Told, quantity: Quantity, judgement: Judgement) -> Checked:
    first = next(iter(judgement.claims), None)
    why, against, advice = told.of(judgement)
    return Checked(
        start=quantity.start,
        end=quantity.end,
        surface=quantity.surface,
        kind=quantity.kind,
        value=quantity.value,
        unit=quantity.unit,
        qualifier=quantity.qualifier,
        period=quantity.period,
        subject=first.subject.id if first else None,
        predicate=first.predicate.id if first else None,
        asserter=first.asserter.id if first else None,
        verdict=judgement.verdict,
        differs_in=judgement.differs_in,
        why=why,
        claims=tuple(claim.id for claim in judgement.claims),
        rivals=against,
        print=advice,
    )
