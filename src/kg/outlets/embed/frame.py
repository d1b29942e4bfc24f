"""How a thing of the record is framed by other pages: the code to copy, and oEmbed 1.0."""

from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

SIZES: Final = {"claim": (640, 400), "conflict": (640, 560), "series": (720, 600)}
"""Kinds that can be framed, with the width and height of a frame in pixels."""
SANDBOX: Final = "allow-popups allow-top-navigation-by-user-activation"
"""What a framed page may do: lead its reader to the full page, and nothing else."""
_FRAME = Markup(
    '<iframe src="{src}" title="{title}" width="{width}" height="{height}" sandbox="{sandbox}" '
    'loading="lazy" style="border:0;max-width:100%"></iframe>'
)


@dataclass(frozen=True, slots=True)
class Framed:
    """A thing that others may show: `page`, `picture` and `oembed` are whole addresses."""

    kind: str
    id: str
    title: str
    page: str
    picture: str
    oembed: str

    def code(self, width: int = 0, height: int = 0) -> str:
        """The frame as HTML to copy, escaped; in the size of its kind where none is given."""
        own = SIZES[self.kind]
        return str(
            _FRAME.format(
                src=self.page,
                title=self.title,
                width=width or own[0],
                height=height or own[1],
                sandbox=SANDBOX,
            )
        )


def oembed(framed: Framed, site: str, max_width: int = 0, max_height: int = 0) -> dict[str, Any]:
    """The answer of oEmbed 1.0, type `rich`; `site` is the address where the site begins.

    No larger than asked for; 0 is no limit.
    """
    width, height = SIZES[framed.kind]
    width, height = min(width, max_width or width), min(height, max_height or height)
    return {
        "version": "1.0",
        "type": "rich",
        "title": framed.title,
        "provider_name": "JSIP",
        "provider_url": site,
        "width": width,
        "height": height,
        "html": framed.code(width, height),
    }
