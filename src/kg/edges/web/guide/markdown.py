"""Markdown (CommonMark with tables) as HTML for our own pages; HTML in the text stays text."""

import re
from collections.abc import MutableMapping, Sequence
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from kg.edges.web.guide.documents import documents, picture

_FILES = {"README.md": "/guide", "CONTRIBUTING.md": "/guide/contributing"}


def html(text: str) -> Markup:
    """The text as HTML: headings with ids, tables that scroll, queries that open in the editor."""
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    return Markup(parser.render(text))  # the parser escapes all that is text


def anchor(title: str) -> str:
    """The id of a heading.

    >>> anchor("How it is made: `kg`")
    'how-it-is-made-kg'
    """
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-")


class _Renderer(RendererHTML):
    """What the pages need beyond plain HTML."""

    def heading_open(
        self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        return f'<{tokens[index].tag} id="{escape(anchor(tokens[index + 1].content))}">'

    def table_open(
        self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        return '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>'

    def table_close(
        self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        return "</table></div>\n"

    def fence(
        self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        token = tokens[index]
        language, _, told = token.info.partition(" ")
        before = f'<p class="answer"><small>{escape(told)}</small></p>' if told else ""
        after = ""
        if language == "sparql":
            address = f"/sparql?show={quote(token.content, safe='')}"
            after = f'<p><a href="{address}">Open in the editor</a></p>'
        return f"{before}<pre><code>{escape(token.content)}</code></pre>\n{after}"

    def image(
        self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        drawn = picture(str(tokens[index].attrs["src"]).rpartition("/")[2])
        says = escape(tokens[index].content)
        return f'<span class="drawing" role="img" aria-label="{says}">{drawn}</span>'

    def link_open(
        self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        address = str(tokens[index].attrs["href"])
        file, hash_, place = address.partition("#")
        pages = {f"{slug}.md": f"/guide/{slug}" for slug in documents()}
        to = (_FILES | pages).get(file.rpartition("/")[2], file)
        return f'<a href="{escape(f"{to}{hash_}{place}")}">'
