"""A graph as one SVG drawing, from places that are given: text and shapes, no script, no links."""

from collections.abc import Mapping, Sequence
from math import hypot
from unicodedata import east_asian_width

from kg.outlets.export.xml_text import text as _text
from kg.outlets.theme import COLOURS, FAMILY_OF, INK, LINES, OUTLINES, PAPER, shapes
from kg.views.network.explorer_graph import ExplorerEdge

_MARGIN, _RADIUS = 14, 10
_LINE = 150  # pixels that one of the two lines of a label may be wide
_BELOW, _NEXT = 13, 14  # from the rim of a node to its label's first line, and to the second
_WIDE, _NARROW = 12, 7  # pixels of a letter: of Chinese and Japanese, at most of others
Labels = Mapping[str, tuple[str, str]]


def drawing(
    places: Mapping[str, tuple[int, int]],
    labels: Labels,
    steps: Sequence[ExplorerEdge],
    lang: str = "en",
    looks: Mapping[str, str] | None = None,
) -> str:
    """The drawing; `labels` has the label and the type of each node that has a place.

    `looks` gives types their shapes, where they are those of a larger picture. No label reaches
    over the edge.
    """
    left, top, wide, high = _frame(places, labels)
    looks = looks or shapes(kind for _, kind in labels.values())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {wide} {high}" '
        f'width="{wide}" height="{high}" font-family="sans-serif" font-size="12">',
        f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" fill="{PAPER}"/>',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="{LINES}"/></marker></defs>',
        *(_edge(places, step, lang) for step in steps if step.source != step.target),
        *(_node(place, *labels[name], looks) for name, place in places.items()),
        "</svg>\n",
    ]
    return "\n".join(lines)


def _frame(places: Mapping[str, tuple[int, int]], labels: Labels) -> tuple[int, int, int, int]:
    """Left, top, width and height that hold every node with its label."""
    half = {name: max(*map(_width, _lines(labels[name][0])), 0) // 2 for name in places}
    left = min((x - half[name] for name, (x, _) in places.items()), default=0) - _MARGIN
    right = max((x + half[name] for name, (x, _) in places.items()), default=0) + _MARGIN
    ys = [y for _, y in places.values()] or [0]
    top = min(ys) - _RADIUS - _MARGIN
    return left, top, right - left, max(ys) + _RADIUS + _BELOW + _NEXT + _MARGIN - top


def _width(text: str) -> int:
    return sum(_WIDE if east_asian_width(letter) in "WFA" else _NARROW for letter in text)


def _lines(label: str) -> tuple[str, str]:
    """A label in two lines at most, divided at a space where there is one; what is left is cut."""
    first, rest = _divided(label)
    second, left = _divided(rest)
    return first, f"{second[:-1]}…" if left else second


def _divided(text: str) -> tuple[str, str]:
    if _width(text) <= _LINE:
        return text, ""
    end = next(n for n in range(len(text), 0, -1) if _width(text[:n]) <= _LINE)
    space = text.rfind(" ", 0, end + 1)
    end = space if space > 0 else end
    return text[:end], text[end:].lstrip()


def _edge(places: Mapping[str, tuple[int, int]], step: ExplorerEdge, lang: str) -> str:
    (x1, y1), (x2, y2) = places[step.source], places[step.target]
    away = max(hypot(x2 - x1, y2 - y1), 1)
    x2, y2 = (round(b - (b - a) / away * (_RADIUS + 2)) for a, b in ((x1, x2), (y1, y2)))
    dashes = ' stroke-dasharray="5 4"' if step.contested else ""
    label = _text(step.ja if lang == "ja" else step.en)
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{LINES}"{dashes} '
        f'marker-end="url(#arrow)"><title>{label}</title></line>'
    )


def _node(place: tuple[int, int], label: str, kind: str, looks: Mapping[str, str]) -> str:
    x, y = place
    first, second = _lines(label)
    fill = COLOURS[FAMILY_OF.get(kind, "other")]
    outline = OUTLINES[looks.get(kind, "dot")]
    scale = round(_RADIUS / 6, 2)  # outlines are drawn around 7, 7
    return (
        f'<g><path class="node" d="{outline}" fill="{fill}" '
        f'transform="translate({x} {y}) scale({scale}) translate(-7 -7)"/>'
        f'<text x="{x}" y="{y + _RADIUS + _BELOW}" text-anchor="middle" fill="{INK}" '
        f'stroke="{PAPER}" stroke-width="3" paint-order="stroke">{_text(first)}'
        f'<tspan x="{x}" dy="{_NEXT}">{_text(second)}</tspan>'
        f"</text><title>{_text(label)}</title></g>"
    )
