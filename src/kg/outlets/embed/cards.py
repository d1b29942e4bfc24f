"""A claim, or the readings of a conflict, as a picture of 1200 by 630 for chats and slides."""

from collections.abc import Sequence
from dataclasses import dataclass

from kg.outlets.embed.svg_text import LIGHT, length, picture, words, wrapped

WIDTH, HEIGHT = 1200, 630
_LEFT, _ROOM, _FOOT = 60, 1080, 560
_MOST = 5  # readings in a picture
COLOURS = {
    "accepted": "settled", "disputed": "open", "do-not-print": "no", "superseded": "quiet",
    "candidate": "quiet",
}  # fmt: skip
"""The colour of each verdict (kg.views.record.readings)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One statement in words: `by` is who said it, when and through whom."""

    figure: str
    what: str
    by: str
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class ClaimPicture:
    """What the picture of a claim says; `verdict` is a key of COLOURS, `stands` its words."""

    verdict: str
    stands: str
    line: Line
    passage: str
    source: str
    lang: str


def claim_svg(shown: ClaimPicture) -> str:
    """The picture of one claim."""
    line, colour = shown.line, COLOURS.get(shown.verdict, "quiet")
    parts = _frame(shown.source)
    wide = length(shown.stands, 28) + 36
    parts.append(
        f'<rect x="{_LEFT}" y="48" width="{wide:g}" height="44" rx="6" fill="none" '
        f'stroke="{LIGHT[colour]}" stroke-width="2"/>'
    )
    parts.append(words(_LEFT + 16, 79, 26, shown.stands, colour, is_bold=True))
    size = 84 if length(line.figure, 84) <= _ROOM else 46
    y = 86.0
    figure = wrapped(line.figure, _ROOM, size, 2)
    for text in figure:
        y += size * 1.2
        ink = "quiet" if line.is_struck else "ink"
        parts.append(words(_LEFT, y, size, text, ink, is_bold=True, is_struck=line.is_struck))
    y += 14
    for size, most, text, ink in (
        (34, 2, line.what, "ink"),
        (30, 2, shown.passage, "ink"),
        (26, 2, line.by, "quiet"),
    ):
        for piece in wrapped(text, _ROOM, size, most):
            y += size * 1.35
            parts.append(words(_LEFT, y, size, piece, ink))
        y += 12
    name = f"{line.figure}. {line.what}. {line.by}. {shown.stands}"
    return picture(WIDTH, HEIGHT, name, shown.lang, parts)


def lines_svg(kick: str, headline: str, lines: Sequence[Line], source: str, lang: str) -> str:
    """The picture of several statements below a headline; those that find no room are counted."""
    parts = _frame(source)
    parts.append(words(_LEFT, 76, 26, kick, "open", is_bold=True))
    y = 84.0
    for piece in wrapped(headline, _ROOM, 42, 2):
        y += 50
        parts.append(words(_LEFT, y, 42, piece, is_bold=True))
    y += 26
    step = min((_FOOT - y) / max(min(len(lines), _MOST), 1), 100)
    for line in lines[:_MOST]:
        parts += _row(line, y, step)
        y += step
    if len(lines) > _MOST:
        more = f"+{len(lines) - _MOST}"
        parts.append(words(_LEFT + _ROOM, 76, 26, more, "quiet", anchor="end"))
    return picture(WIDTH, HEIGHT, headline, lang, parts)


def _row(line: Line, y: float, step: float) -> list[str]:
    ink = "quiet" if line.is_struck else "ink"
    figure = wrapped(line.figure, 330, 30, 2 if step > 75 else 1)
    parts = [
        words(_LEFT, y + 34 + 36 * i, 30, text, ink, is_bold=True, is_struck=line.is_struck)
        for i, text in enumerate(figure)
    ]
    beside = _LEFT + 360
    parts += [words(beside, y + 30, 26, text) for text in wrapped(line.what, 720, 26, 1)]
    parts += [words(beside, y + 62, 22, text, "quiet") for text in wrapped(line.by, 720, 22, 1)]
    rule = f'stroke="{LIGHT["rule"]}"'
    return [f'<path d="M{_LEFT} {y:g}H{_LEFT + _ROOM}" {rule}/>', *parts]


def _frame(source: str) -> list[str]:
    """The rule and the source line that every picture has."""
    texts = wrapped(source, _ROOM, 19, 2)
    rule = f'<path d="M{_LEFT} {_FOOT}H{_LEFT + _ROOM}" stroke="{LIGHT["ink"]}" stroke-width="3"/>'
    return [rule, *(words(_LEFT, 588 + 25 * i, 19, t, "quiet") for i, t in enumerate(texts))]
