"""Amounts of one kind together, with their total or the reasons why there is none.

Amounts are alike only where phase (announced, requested, draft, approved), nature (public,
private) and currency are the same; conversions and comparisons between countries are never
added; a part is counted only where its whole is not. Totals are those of the question cq20.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from kg.text.words import spoken
from kg.views.figures.money import COMPARATOR, FUND, Kind, Measure
from kg.views.queries.questions import bind, find_question
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import Reader
from kg.views.record.plain_values import number
from kg.views.record.sentences import Sentence

COUNTED = "cq20"  # the question whose totals these are
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of like amounts, each counted once."""

    words: Sentence
    value: Decimal
    counted: tuple[Named, ...]
    left_out: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class MoneyGroup:
    """Measures of one kind; either a total or the reasons why there is none."""

    phase: Named | None
    nature: Named | None
    currency: str
    measures: tuple[Measure, ...]
    total: Total | None
    refusals: tuple[Sentence, ...]

    @property
    def kind(self) -> Kind:
        """The kind of its measures; what a group is called by, for to hash it is to hash all."""
        return self.measures[0].kind


def groups(reader: Reader, shown: Iterable[Measure], topic: Named | None) -> list[MoneyGroup]:
    """The measures by kind, comparators left aside; totals only inside a topic."""
    by_kind: dict[Kind, list[Measure]] = defaultdict(list)
    for measure in shown:
        if measure.type.local != COMPARATOR:
            by_kind[measure.kind].append(measure)
    counted = _counted(reader, topic) if topic else {}
    return [
        _group(members, topic, counted)
        for _, members in sorted(by_kind.items(), key=lambda item: _place(item[1][0]))
    ]


_PHASES = ("approved", "revised", "executed", "draft", "requested", "announced")


def _place(measure: Measure) -> tuple[int, str, str]:
    phase = measure.phase.local if measure.phase else ""
    place = _PHASES.index(phase) if phase in _PHASES else len(_PHASES)
    nature = measure.nature.local if measure.nature else "~"
    return place, nature, measure.currency or "~"


def _group(
    members: Sequence[Measure],
    topic: Named | None,
    counted: Mapping[Kind, Mapping[str, Decimal]],
) -> MoneyGroup:
    first = members[0]
    sums = counted.get(first.kind, {})
    adding = [m for m in members if m.named.iri in sums]
    refusals = tuple(_refusals(members, adding, topic))
    total = None
    if adding and not refusals:
        value = sum((sums[m.named.iri] for m in adding), Decimal())
        left_out = tuple(m.named for m in members if m not in adding)
        words = Sentence(*_spoken(value, first.figures[0]))
        total = Total(words, value, tuple(m.named for m in adding), left_out)
    ordered = sorted(members, key=lambda m: (-_size(m), m.named.en))
    return MoneyGroup(first.phase, first.nature, first.currency, tuple(ordered), total, refusals)


def _spoken(value: Decimal, like: ClaimCard) -> tuple[str, str]:
    name = like.unit.rpartition(":")[2]
    return spoken(value, like.unit, name, name)


def _size(measure: Measure) -> Decimal:
    return Decimal(measure.figures[0].value) if measure.figures else Decimal()


def _counted(reader: Reader, topic: Named) -> Mapping[Kind, Mapping[str, Decimal]]:
    """What cq20 counts under a topic, by kind and measure."""
    query = bind(find_question(COUNTED), {"industry": topic.iri}, reader.names)
    found: dict[Kind, dict[str, Decimal]] = defaultdict(dict)
    for row in reader.rows(query):
        if not number(row.get("amount", "")) or "currency" not in row:
            continue
        phase, nature = (
            "" if row.get(v, NOT_STATED) == NOT_STATED else reader.names.slug(row[v])
            for v in ("phase", "nature")
        )
        kind = phase, nature, reader.names.curie(row["currency"])
        found[kind][row["measure"]] = Decimal(row["amount"])
    return found


def _refusals(
    members: Sequence[Measure], adding: Sequence[Measure], topic: Named | None
) -> Iterator[Sentence]:
    first = members[0]
    reasons = (
        (not first.currency, _CURRENCIES),
        (first.phase is None, _NO_PHASE),
        (first.nature is None, _NO_NATURE),
        (len(members) > 1 and topic is None, _NO_TOPIC),
        (len({m.type.local == FUND for m in adding}) > 1, _STOCK),
    )
    yield from (sentence for holds, sentence in reasons if holds)
    for a, b in combinations(adding, 2):
        yield from _entangled(a, b)


def _entangled(a: Measure, b: Measure) -> Iterator[Sentence]:
    """Why two measures of one kind may hold the same money."""
    if b.named.iri in a.perhaps or a.named.iri in b.perhaps:
        yield Sentence(
            f"{a.named.en} and {b.named.en} may be the same money.",
            f"{a.named.ja}と{b.named.ja}は同じ資金の可能性がある。",
        )
    elif _overlap(a, b):
        yield Sentence(
            f"{a.named.en} and {b.named.en} cover overlapping periods of unlike length.",
            f"{a.named.ja}と{b.named.ja}は長さの違う期間が重なる。",
        )


def _overlap(a: Measure, b: Measure) -> bool:
    """True for periods that share days and are not the same: a frame over years and one year."""
    if not (a.starts and b.starts and a.ends and b.ends) or a.period == b.period:
        return False
    return a.starts <= b.ends and b.starts <= a.ends


_NO_TOPIC = Sentence(
    "No total without a topic: measures for different things overlap in ways no source states.",
    "分野を選ばないと合計しない。対象の異なる措置の重なりは、どの出典も述べていない。",
)
_NO_PHASE = Sentence(
    "No total: no source says whether this money was announced, requested or voted.",
    "合計しない。公表・要求・議決のどの段階の額か、出典が述べていない。",
)
_NO_NATURE = Sentence(
    "No total: no source says whether this money is public or private.",
    "合計しない。公的資金か民間資金か、出典が述べていない。",
)
_CURRENCIES = Sentence(
    "No total: the currencies differ, and no source converts them.",
    "合計しない。通貨が異なり、どの出典も換算していない。",
)
_STOCK = Sentence(
    "No total: a fund used over years (a stock) and yearly budgets (flows) are unlike.",
    "合計しない。複数年度の基金（ストック）と年度予算（フロー）は性質が異なる。",
)
