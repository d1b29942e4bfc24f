"""Text in standalone SVG pictures: fixed light colours, lines broken to fit, all of it escaped."""

from collections.abc import Iterator
from typing import Final

from kg.outlets.export.xml_text import quoted
from kg.outlets.export.xml_text import text as escaped

LIGHT: Final = {
    "paper": "#fff", "sunk": "#f5f7f9", "ink": "#16191d", "quiet": "#4b525b", "rule": "#d5dae0",
    "link": "#0b4f8a", "rival": "#6b7683", "track": "#eef1f4", "open": "#8a4b00",
    "settled": "#1b5e3f", "no": "#9b1c2c",
}  # fmt: skip
"""The light colours of the pages (site.css), by token."""
_WIDE, _NARROW = 1.04, 0.58  # of the size: a Japanese character, a Latin one
_CJK = "\u2e80"


def length(text: str, size: float) -> float:
    """About how long a text is, in the unit of its size."""
    return size * sum(_WIDE if char >= _CJK else _NARROW for char in text)


def wrapped(text: str, room: float, size: float, most: int) -> list[str]:
    """A text in at most so many lines, the last one cut where there is more.

    >>> wrapped("one two three four", 60, 10, 2)
    ['one two', 'three four']
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(" ".join(text.split())):
        if line and length((line + piece).rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    lines.append(line.rstrip())
    if len(lines) > most:
        lines[most - 1] += " …"
    return [_cut(line, room, size) for line in lines[:most]]


def _pieces(text: str) -> Iterator[str]:
    """Between which a line may end: words with the space behind them, Japanese characters."""
    piece = ""
    for char in text:
        if char >= _CJK and piece:
            yield piece
            piece = ""
        piece += char
        if char == " " or char >= _CJK:
            yield piece
            piece = ""
    yield piece


def _cut(line: str, room: float, size: float) -> str:
    if length(line, size) <= room:
        return line
    while line and length(f"{line}…", size) > room:
        line = line[:-1]
    return f"{line.rstrip(' …·,、')}…"


def words(
    x: float, y: float, size: float, text: str, colour: str = "ink", is_bold: bool = False,
    is_struck: bool = False, anchor: str = "",
) -> str:  # fmt: skip
    """One line of text; `colour` is a token of LIGHT."""
    more = ' font-weight="700"' if is_bold else ""
    more += ' text-decoration="line-through"' if is_struck else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{LIGHT[colour]}"'
    return f"<text {place}{more}>{escaped(text)}</text>"


def picture(width: int, height: int, name: str, lang: str, parts: list[str]) -> str:
    """A whole SVG file on light ground, named for whoever does not see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" xml:lang="{lang}" '
        f'aria-label={quoted(name)} font-family="sans-serif">'
    )
    ground = f'<rect width="{width}" height="{height}" fill="{LIGHT["paper"]}"/>'
    title = f"<title>{escaped(name)}</title>"
    return "\n".join([head, title, ground, *parts, "</svg>\n"])
