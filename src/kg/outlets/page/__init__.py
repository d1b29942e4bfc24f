"""The standalone graph page: one HTML file that opens from disk and asks the network nothing.

pyvis holds the drawing; the template, the escaping and the writing are ours, because pyvis's own
pages load scripts from other hosts, run scripts found in data and depend on the locale.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.core.errors import KgError
from kg.outlets.page.cards import page_data, web_link
from kg.outlets.page.drawing import looks, network
from kg.outlets.page.words import LANGUAGES, Lang, code_word, controls

if TYPE_CHECKING:
    from jinja2 import Environment

    from kg.views.network.picture import Picture

SCRIPTS: Final = (
    "words",
    "elements",
    "state",
    "panel",
    "tables",
    "search",
    "filters",
    "labels",
    "drawing",
    "main",
)
_JSON_ESCAPES: Final = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def write_page(picture: Picture, out: Path, lang: Lang = "en") -> None:
    """Writes the page in one step: a reader sees the old file or the new one, never a half."""
    content = render_page(picture, lang).encode("utf-8", "replace")
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except FileNotFoundError as error:
        raise KgError(
            f"No page was written: there is no folder {out.parent}. Make it, or choose another."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def render_page(picture: Picture, lang: Lang = "en") -> str:
    """The page as text; the same picture gives the same text."""
    if lang not in LANGUAGES:
        raise ValueError(f"The page speaks {' and '.join(LANGUAGES)}, not {lang!r}.")
    parts = _parts()
    return (
        _environment()
        .get_template("template.html")
        .render(
            picture=picture,
            lang=lang,
            words=controls(lang),
            kinds={
                look.type: look.label_ja if lang == "ja" else look.label_en
                for look in looks(picture)
            },
            labels={n.id: n.label_ja if lang == "ja" else n.label_en for n in picture.nodes},
            data=script_json(page_data(picture, lang) | {"drawing": _drawing(picture, lang)}),
            policy=_policy(parts),
            **parts,
        )
    )


def _drawing(picture: Picture, lang: Lang) -> dict[str, Any]:
    nodes, edges, *_, options = network(picture, lang).get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}


def script_json(value: object) -> str:
    """JSON that may stand inside a script element whatever texts it holds.

    >>> script_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_JSON_ESCAPES)


def script_text(text: str) -> str:
    """A script's text with nothing in it that would end or open a script element."""
    return text.replace("</script", r"<\/script").replace("<!--", r"<\!--")


@cache
def _parts() -> dict[str, str]:
    """The page's stylesheet and scripts, ours in one strict function of their own."""
    here = files("kg.outlets.page")
    engine = (files("kg.outlets") / "static" / "vis-network.min.js").read_text("utf-8")
    own = "".join((here / "script" / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    return {
        "engine": script_text(engine),
        "script": script_text(f'(() => {{\n"use strict";\n{own}}})();\n'),
        "style": (here / "page.css").read_text("utf-8"),
    }


def _policy(parts: dict[str, str]) -> str:
    """Only what stands in this file may run or style; nothing may be fetched or sent."""
    scripts = " ".join(_digest(parts[name]) for name in ("engine", "script"))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {_digest(parts['style'])}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("kg.outlets.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"web_link": web_link, "code_word": code_word}
    return environment
