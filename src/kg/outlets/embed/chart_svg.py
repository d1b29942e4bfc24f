"""Charts as one standalone SVG: the shapes of the pages in fixed light colours, without links."""

from collections.abc import Iterator, Sequence

from kg.outlets.chart import WIDE, Chart, Shape
from kg.outlets.embed.svg_text import LIGHT, picture, words, wrapped
from kg.outlets.export.xml_text import text as escaped

_EDGE, _SIZE = 20, 13
_HOLLOW = ("projected", "estimated")
_INKS = {"label": "ink", "words": "ink", "rival": "ink"}
_ANCHORS = {"label": "end", "level": "end", "tick": "middle"}


def chart_svg(charts: Sequence[Chart], source: str, lang: str) -> str:
    """The charts one below the other, each with its finding and what is measured."""
    parts: list[str] = []
    y = _EDGE
    for chart in charts:
        for line in wrapped(chart.finding, WIDE, 20, 3):
            y += 26
            parts.append(words(_EDGE, y, 20, line, is_bold=True))
        y += 22
        parts.append(words(_EDGE, y, 15, chart.about, "quiet"))
        y += 8
        parts.append(f'<g transform="translate({_EDGE} {y})">')
        parts += [drawn for shape in chart.wide.shapes for drawn in _drawn(shape)]
        parts.append("</g>")
        y += chart.wide.height + 12
    for line in wrapped(source, WIDE, 13, 3):
        y += 18
        parts.append(words(_EDGE, y, 13, line, "quiet"))
    return picture(WIDE + 2 * _EDGE, y + _EDGE, charts[0].finding, lang, parts)


def _drawn(shape: Shape) -> Iterator[str]:
    looks = shape.look.split()
    if shape.kind in ("rule", "line"):
        yield f'<path d="{shape.d}" fill="none" {_stroke(shape, looks)}/>'
    elif shape.kind in ("span", "band"):
        yield _area(shape)
    elif shape.kind in ("bar", "dot", "cross", "diamond"):
        yield f"<g><title>{escaped(shape.text)}</title>{_mark(shape, looks)}</g>"
    else:
        yield _text(shape, looks)


def _stroke(shape: Shape, looks: Sequence[str]) -> str:
    if shape.kind == "rule":
        return f'stroke="{LIGHT["rule"]}"'
    colour, width = ("link", "3") if shape.is_strong else ("rival", "1.5")
    dashes = ' stroke-dasharray="5 4"' if {"projected", "intended"} & {*looks} else ""
    return f'stroke="{LIGHT[colour]}" stroke-width="{width}"{dashes}'


def _area(shape: Shape) -> str:
    place = f'x="{shape.x:g}" y="{shape.y:g}" width="{shape.width:g}"'
    if shape.kind == "span":
        return f'<rect {place} height="{shape.d}" fill="{LIGHT["rival"]}" opacity=".45"/>'
    return f'<rect {place} height="{int(shape.d) - shape.y:g}" fill="{LIGHT["track"]}"/>'


def _mark(shape: Shape, looks: Sequence[str]) -> str:
    x, y, colour = shape.x, shape.y, LIGHT["link" if shape.is_strong else "rival"]
    if shape.kind == "cross":
        d = f"M{x - 5:g} {y - 5:g}l10 10m0-10l-10 10"
        return f'<path d="{d}" fill="none" stroke="{LIGHT["no"]}" stroke-width="2"/>'
    fill = LIGHT["paper"] if any(look in _HOLLOW for look in looks) else colour
    ink = f'fill="{fill}" stroke="{colour}" stroke-width="2"'
    if shape.kind == "bar":
        return f'<rect x="{x:g}" y="{y:g}" width="{shape.width:g}" height="18" {ink}/>'
    if shape.kind == "dot":
        return f'<circle cx="{x:g}" cy="{y:g}" r="5" {ink}/>'
    return f'<path d="M{x:g} {y - 6:g}l6 6l-6 6l-6 -6z" {ink}/>'


def _text(shape: Shape, looks: Sequence[str]) -> str:
    is_end = shape.kind == "end" and shape.is_strong
    is_rejected = "rejected" in looks
    ink = "no" if is_rejected else "link" if is_end else _INKS.get(shape.kind, "quiet")
    anchor = "middle" if "middle" in looks else _ANCHORS.get(shape.kind, "")
    is_bold = is_end or shape.kind == "rival"
    return words(shape.x, shape.y, _SIZE, shape.text, ink, is_bold, is_rejected, anchor)
