"""How every page is made: language, words, links that keep the language, what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

import yaml
from fastapi import Request
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response
from starlette.templating import Jinja2Templates

from kg.core.names import shipped_names
from kg.edges.web.snapshot_views import serving
from kg.views.queries.terms import labels_of_terms
from kg.views.record.advice import Sentence
from kg.views.record.cards import ClaimCard, Named, Passage
from kg.views.record.held import given_and_missing
from kg.views.record.linked_data import description

Lang = Literal["en", "ja"]
_HERE = Path(__file__).parent
# The pages of the navigation: key of the catalogue, address.
NAVIGATION = (
    ("verify", "/verify"),
    ("explore", "/explore"),
    ("conflicts", "/conflicts"),
    ("money", "/money"),
    ("series", "/series"),
    ("timeline", "/timeline"),
    ("sources", "/sources"),
    ("questions", "/queries"),
    ("sparql", "/sparql"),
    ("quality", "/quality"),
    ("about", "/about"),
)
templates = Jinja2Templates(directory=_HERE / "templates")
_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}  # the filter still escapes < > & '
templates.env.policies["json.dumps_kwargs"] = _COMPACT


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every word of the pages, by key, in English and Japanese."""
    found: dict[str, dict[str, str]] = yaml.safe_load(
        (_HERE / "catalogue.yaml").read_text(encoding="utf-8")
    )
    return found


@dataclass(frozen=True)
class Words:
    """The page's language: words of the catalogue, labels with fallback, links that keep it."""

    lang: Lang
    path: str
    query: str

    def t(self, key: str, **given: object) -> str:
        """A word or sentence of the catalogue; raises KeyError for a key that it lacks."""
        return catalogue()[key][self.lang].format(**given)

    def said(self, kind: str, of: str) -> str:
        """The word for a value of the data, such as a rank; an unknown value as it stands.

        What is not said at all has no word.
        """
        known = catalogue().get(f"{kind}-{of}")
        return known[self.lang] if known else of

    def held(self, claim: ClaimCard, passage: Passage) -> str:
        """One sentence on what a passage gives of a claim and what its words lack."""
        given, missing = (
            self.t("list-comma").join(self.t(f"part-{part}") for part in parts)
            for parts in given_and_missing(claim, passage)
        )
        key = {(True, True): "", (True, False): "-all", (False, True): "-none"}
        kind = key.get((bool(given), bool(missing)))
        told = {"given": given, "missing": missing}
        return "" if kind is None else self.t(f"passage-gives{kind}", **told)

    def name(self, named: Named | Sentence | None) -> Markup:
        """A label; one that exists in the other language only is marked as such."""
        if named is None:
            return Markup("")
        text = named.ja if self.lang == "ja" else named.en
        other = "en" if self.lang == "ja" else "ja"
        is_label = isinstance(named, Named) and text not in ("", named.id)
        if is_label and _is_japanese(text) != (self.lang == "ja"):
            return Markup('<span lang="{}">{}</span>').format(other, text)
        return escape(text)

    def free(self, text: str) -> Markup:
        """Words of the data in one language; marked where that is not the page's."""
        if not text or _is_japanese(text) == (self.lang == "ja"):
            return escape(text)
        return Markup('<span lang="{}">{}</span>').format("en" if self.lang == "ja" else "ja", text)

    def url(self, path: str, **parameters: object) -> str:
        """A link within the site, in the same language."""
        given = {name: str(value) for name, value in parameters.items() if value not in ("", None)}
        if self.lang != "en":
            given["lang"] = self.lang
        return f"{path}?{urlencode(given)}" if given else path

    def here(self, **changes: object) -> str:
        """This page with some parameters changed."""
        pairs = dict(parse_qsl(self.query)) | {n: str(v) for n, v in changes.items()}
        pairs = {n: v for n, v in pairs.items() if v != ""}
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


def grouped(number: str) -> str:
    """A number with its digits in groups of three; any other text as it is.

    >>> grouped("1500000000000"), grouped("n/a")
    ('1,500,000,000,000', 'n/a')
    """
    try:
        return f"{Decimal(number):,f}"
    except InvalidOperation:
        return number


def _is_japanese(text: str) -> bool:
    return any("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" for c in text)


def words(request: Request) -> Words:
    """The language asked for in the address, else by Accept-Language, else English."""
    asked = request.query_params.get("lang")
    if asked not in ("en", "ja"):
        accepted = request.headers.get("accept-language", "").replace(" ", "").split(",")
        first = accepted[0].partition(";")[0].lower()
        asked = "ja" if first.partition("-")[0] == "ja" else "en"
    lang: Lang = "ja" if asked == "ja" else "en"
    return Words(lang, request.url.path, request.url.query)


def page(
    request: Request, template: str, *, sparql: str = "", status: int = 200, **context: Any
) -> Response:
    """A page in the reader's language, which names the query behind it.

    Without one, the page is made of the program itself and names the query that describes the
    snapshot.
    """
    spoken, state = words(request), serving(request)
    terms = state.cached(labels_of_terms)
    shown = sparql or description(f"dataset/{state.store.version}", state.names)
    text = templates.get_template(template).render(
        **context,
        request=request,
        status=status,
        lang=spoken.lang,
        t=spoken.t,
        said=spoken.said,
        name=spoken.name,
        held=spoken.held,
        term_name=lambda local: spoken.name(terms[local]) if local in terms else local,
        free=spoken.free,
        grouped=grouped,
        url=spoken.url,
        here=spoken.here,
        address=address,
        version=state.store.version,
        as_of=state.as_of,
        has_claims=state.has_claims,
        navigation=NAVIGATION,
        report_to=state.settings.report_to,
        behind=spoken.url("/sparql", show=shown),
        behind_is=spoken.t("query-behind" if sparql else "query-snapshot"),
    )
    return HTMLResponse(text, status)


def address(iri: str) -> str:
    """Where a page may lead: an own IRI's path here, or a web address, and nothing else.

    >>> address("https://w3id.org/jsip/id/meti"), address("javascript:alert(1)")
    ('/id/meti', '')
    """
    base = shipped_names().base
    if iri.startswith(base):
        return "/" + iri.removeprefix(base)
    return iri if iri.startswith(("https://", "http://")) else ""
