"""A graph as one SVG drawing, from places that are given: text and shapes, no script, no links."""

from collections.abc import Mapping, Sequence
from math import hypot

from kg.outlets.export.xml_text import text as _text
from kg.outlets.theme import COLOURS, FAMILY_OF, INK, LINES, PAPER
from kg.views.network.explorer_graph import ExplorerEdge

_MARGIN, _RADIUS, _LABEL = 90, 9, 28


def drawing(
    places: Mapping[str, tuple[int, int]],
    labels: Mapping[str, tuple[str, str]],
    steps: Sequence[ExplorerEdge],
    lang: str = "en",
) -> str:
    """The drawing; `labels` has the label and the type of each node that has a place."""
    xs = [x for x, _ in places.values()] or [0]
    ys = [y for _, y in places.values()] or [0]
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    wide, high = max(xs) - left + _MARGIN, max(ys) - top + _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {wide} {high}" '
        f'width="{wide}" height="{high}" font-family="sans-serif" font-size="12">',
        f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" fill="{PAPER}"/>',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="{LINES}"/></marker></defs>',
        *(_edge(places, step, lang) for step in steps if step.source != step.target),
        *(_node(place, *labels[name]) for name, place in places.items()),
        "</svg>\n",
    ]
    return "\n".join(lines)


def _edge(places: Mapping[str, tuple[int, int]], step: ExplorerEdge, lang: str) -> str:
    (x1, y1), (x2, y2) = places[step.source], places[step.target]
    away = max(hypot(x2 - x1, y2 - y1), 1)
    x2, y2 = (round(b - (b - a) / away * (_RADIUS + 2)) for a, b in ((x1, x2), (y1, y2)))
    dashes = "" if step.review == "accepted" else ' stroke-dasharray="5 4"'
    label = _text(step.ja if lang == "ja" else step.en)
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{LINES}"{dashes} '
        f'marker-end="url(#arrow)"><title>{label}</title></line>'
    )


def _node(place: tuple[int, int], label: str, kind: str) -> str:
    x, y = place
    fill = COLOURS[FAMILY_OF.get(kind, "other")]
    shown = label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
    return (
        f'<g><circle cx="{x}" cy="{y}" r="{_RADIUS}" fill="{fill}"/>'
        f'<text x="{x}" y="{y + _RADIUS + 13}" text-anchor="middle" fill="{INK}">{_text(shown)}'
        f"</text><title>{_text(label)}</title></g>"
    )
