"""What shows itself in a notebook: an entity's card, a picture, each in a sandboxed frame."""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from kg.views.network.picture import Picture
from kg.views.record.entity import EntityCard


@dataclass(frozen=True)
class Card(EntityCard):
    """An entity's card that a notebook shows in a sandboxed frame."""

    def _repr_html_(self) -> str:
        from kg.outlets.notebook_html import card_frame

        return card_frame(self)


@dataclass(frozen=True)
class Drawing:
    """A picture that a notebook shows in a sandboxed frame."""

    picture: Picture

    def save(self, out: str | Path) -> None:
        """Writes the self-contained page."""
        from kg.outlets.page import write_page

        write_page(self.picture, Path(out))

    def _repr_html_(self) -> str:
        from kg.outlets.page import render_page

        page = escape(render_page(self.picture), quote=True)
        title = escape(self.picture.title_en, quote=True)
        style = "width:100%;height:640px;border:1px solid #ccc"
        return (
            f'<iframe title="{title}" sandbox="allow-scripts" style="{style}" '
            f'srcdoc="{page}"></iframe>'
        )
