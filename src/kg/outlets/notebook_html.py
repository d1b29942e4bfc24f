"""What a notebook shows: a page of its own in a sandboxed frame, in the look of the site.

The frame runs no script and loads nothing; whatever stands in labels and quotes stays text.
"""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from jinja2 import Environment, Template
from markupsafe import Markup

from kg.outlets.page.cards import web_link
from kg.views.record.entity import EntityCard

MOST = 60  # rows in a frame
_TALLEST, _ROW = 640, 40  # pixels
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"  # sources open beside; nothing runs


@cache
def _parts() -> tuple[Template, str, str]:
    folder = files("kg.outlets")
    style = (folder / "shown.css").read_text(encoding="utf-8")
    template = (folder / "shown.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True)
    environment.globals["web_link"] = web_link
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return environment.from_string(template), style, digest


def card_frame(card: EntityCard) -> str:
    """An entity's card as a frame."""
    return _frame(card.entity.en, _TALLEST, card=card)


def table_frame(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], citation: str
) -> str:
    """An answer's first rows as a frame, with its citation."""
    shown = [["" if cell is None or cell != cell else cell for cell in row] for row in rows[:MOST]]
    height = min(_TALLEST, 120 + _ROW * len(shown))
    return _frame(title, height, columns=columns, rows=shown, total=len(rows), citation=citation)


def _frame(title: str, height: int, **context: object) -> str:
    template, style, digest = _parts()
    page = template.render(title=title, style=Markup(style), digest=digest, **context)
    return (
        f'<iframe title="{escape(title, quote=True)}" sandbox="{_SANDBOX}" '
        f'style="width:100%;height:{height}px;border:1px solid #8888" '
        f'srcdoc="{escape(page, quote=True)}"></iframe>'
    )
