"""The entities of an answer as a picture: those of one row joined, in the order of the columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup
from pyoxigraph import NamedNode

from kg.edges.web.answers.cell import column_words, is_compared
from kg.outlets.svg import drawing
from kg.outlets.theme import FAMILIES, shapes
from kg.views.network.explorer_graph import ExplorerEdge, ExplorerGraph
from kg.views.record.claims import Reader

# what a row only measures by or stands in: no ends of a relation
_NO_ENDS = {
    *FAMILIES["sources"].split(),
    *FAMILIES["statistics"].split(),
    *"stage unit statistic scenario indicator assessment".split(),
}
_EVIDENCE = ("claim", "source", "figure", "passage", "conflict")
_BY = ("provider", "publisher", "reviewer", "other")
_MOST = 30  # entities that can be told apart in one picture
Terms = Sequence[object]


@dataclass(frozen=True, slots=True)
class Joined:
    """A drawing of entities, where an explorer would put them, and how many more there are."""

    drawn: Markup
    places: str
    entities: int
    left_out: int


def joined(
    columns: Sequence[str], rows: Sequence[Terms], reader: Reader, ground: ExplorerGraph, lang: str
) -> Joined | None:
    """The picture of an answer; None where no row joins two entities."""
    steps = _steps(columns, rows, reader, ground, lang)
    ends = dict.fromkeys(end for step in steps for end in (step.source, step.target))
    if not ends:
        return None
    inside = list(ends)[:_MOST]
    shown = [step for step in steps if step.source in inside and step.target in inside]
    places = _places(tuple(inside), tuple((step.source, step.target) for step in shown))
    labels = {n: (ground.node(n)[lang], ground.node(n)["type"]) for n in inside}
    at = ",".join(f"{name}:{x}:{y}" for name, (x, y) in places.items())
    drawn = Markup(
        drawing(places, labels, shown, lang, shapes(ground.kinds))
    )  # it escapes what it is given
    return Joined(drawn, at, len(inside), len(ends) - len(inside))


@lru_cache(256)  # to lay out takes longer than all the rest of a page
def _places(
    names: tuple[str, ...], pairs: tuple[tuple[str, str], ...]
) -> Mapping[str, tuple[int, int]]:
    from kg.views.network.layout import laid_out  # loads networkx and numpy

    return laid_out(names, pairs)


def _is_aside(column: str, columns: Sequence[str]) -> bool:
    """Whether a column says who speaks, or holds what another one is compared with.

    `who` beside no claim and no document is who has to do with something.
    """
    evidence = any(name.endswith(_EVIDENCE) for name in columns)
    is_speaker = column.endswith("who") or column in _BY
    return (is_speaker and evidence) or is_compared(column)


def _steps(
    columns: Sequence[str], rows: Sequence[Terms], reader: Reader, ground: ExplorerGraph, lang: str
) -> list[ExplorerEdge]:
    found: dict[tuple[str, str, str], ExplorerEdge] = {}
    left_out = {column for column in columns if _is_aside(column, columns)}
    for row in rows:
        ends = [
            (column, slug)
            for column, term in zip(columns, row, strict=True)
            if isinstance(term, NamedNode)
            and column not in left_out
            and (slug := reader.names.slug(term.value)) in ground.network
            and ground.node(slug)["type"] not in _NO_ENDS
        ]
        for (_, source), (column, target) in pairwise(ends):
            if source != target:
                en, ja = (column_words(column, language) for language in ("en", "ja"))
                step = ExplorerEdge(source, target, column, en, ja, "accepted", ())
                found[step.key] = step
    return list(found.values())
