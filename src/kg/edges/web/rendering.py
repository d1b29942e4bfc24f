"""How every page is made: language, words, links that keep the language, what it was made from."""

import re
from collections.abc import Mapping, Sequence
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
from kg.edges.web.snapshot_views import SnapshotViews, serving
from kg.outlets.references import link_to_words
from kg.text.words import currency_words
from kg.views.queries.terms import labels_of_terms
from kg.views.record.cards import ClaimCard, Named, Passage, SourceCard
from kg.views.record.held import given_and_missing
from kg.views.record.linked_data import description
from kg.views.record.readings import headline, nearest_passage
from kg.views.record.sentences import Sentence, day_words, to_print

Lang = Literal["en", "ja"]
_HERE = Path(__file__).parent
_NAMED = 2  # witnesses by name where others say the same
_LATIN = re.compile("[A-Za-z]{2,}")
_RUN = re.compile(r"[A-Za-z][\w'’.-]*(?:[ ,;:]+[A-Za-z][\w'’.-]*){3,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the site: key of the catalogue, address of its first page, those of the others."""

    key: str
    path: str
    others: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """True for the address of a page of this section."""
        return any(f"{path}/".startswith(f"{own}/") for own in (self.path, *self.others))


NAVIGATION = (
    Section("nav-disputed", "/conflicts"),
    Section("nav-figures", "/figures", ("/money", "/series", "/timeline", "/claims")),
    Section("nav-people", "/people", ("/entity",)),
    Section("nav-sources", "/sources"),
    Section("nav-ask", "/ask", ("/verify", "/queries", "/sparql", "/explore", "/stories")),
    Section("nav-about", "/about", ("/quality", "/changes")),
)
templates = Jinja2Templates(directory=_HERE / "templates")
_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}  # the filter still escapes < > & '
templates.env.policies["json.dumps_kwargs"] = _COMPACT


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every word of the pages, by key, in English and Japanese."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where there is one
    text = (_HERE / "catalogue.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = yaml.load(text, Loader=loader)
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
        if is_label and language_of(text) != self.lang:
            return Markup('<span lang="{}">{}</span>').format(other, text)
        return escape(text)

    def in_lang(self, named: Named) -> Markup:
        """The attribute `lang` of an element that holds a label and nothing else, where needed."""
        spoken = language_of(getattr(named, self.lang))
        return Markup("") if spoken == self.lang else Markup(' lang="{}"').format(spoken)

    def free(self, text: str) -> Markup:
        """Words of the data in one language; marked where that is not the page's."""
        if not text or language_of(text) == self.lang:
            return escape(text)
        return Markup('<span lang="{}">{}</span>').format("en" if self.lang == "ja" else "ja", text)

    def mixed(self, text: str) -> Markup:
        """A sentence in the page's language; a run of English that it repeats is marked."""
        if self.lang != "ja":
            return escape(text)
        parts, done = Markup(), 0
        for run in _RUN.finditer(text):
            parts += escape(text[done : run.start()])
            parts += Markup('<span lang="en">{}</span>').format(run[0])
            done = run.end()
        return parts + escape(text[done:])

    def ours(self, en: str, ja: str) -> Markup:
        """The editors' words in the page's language; marked where they are in the other only."""
        return escape(ja) if ja and self.lang == "ja" else self.free(en)

    def day(self, text: str) -> str:
        """A day, month or year as it is written in the page's language."""
        words = day_words(text)
        return words.ja if self.lang == "ja" else words.en

    def source_title(self, source: SourceCard) -> str:
        """A document's title; without one its publisher and day, and that none is recorded."""
        if source.title:
            return source.title
        publisher = getattr(source.publisher, self.lang)
        when = self.day(source.issued) if source.issued else self.t("day-unknown")
        return self.t("untitled-document", publisher=publisher, day=when)

    def evidence_of(self, claim: ClaimCard) -> str:
        """The name of a link to a claim's evidence: what it says and who says so."""
        words = claim.words_ja if self.lang == "ja" else claim.words_en
        who = claim.asserter.ja if self.lang == "ja" else claim.asserter.en
        return self.t("evidence-of", what=words, who=who)

    def also(self, claims: Sequence[ClaimCard]) -> str:
        """Who else makes a statement: two by name, then how many more."""
        names = list(dict.fromkeys(getattr(c.asserter, self.lang) for c in claims))
        listed = self.t("comma").join(names[:_NAMED])
        more = len(names) - _NAMED
        return self.t("also-more" if more > 0 else "also", names=listed, n=more)

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


def language_of(text: str) -> Lang:
    """The language of some words, by the larger share of their letters.

    >>> language_of("a sum of 1 億 yen"), language_of("予算は1兆円"), language_of("AI予算")
    ('en', 'ja', 'ja')
    """
    japanese = sum("\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" for c in text)
    words = len(_LATIN.findall(text))  # a word weighs as much as a character
    return "ja" if japanese and japanese >= words else "en"


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
    shown = sparql or description(f"dataset/{state.store.version}", state.names)
    text = templates.get_template(template).render(
        **_said_of(state, spoken),
        **context,
        request=request,
        status=status,
        behind=spoken.url("/sparql", show=shown),
        behind_is=spoken.t("query-behind" if sparql else "query-snapshot"),
    )
    return HTMLResponse(text, status)


def _said_of(state: SnapshotViews, spoken: Words) -> dict[str, Any]:
    """What every template can use: words in the page's language, and what is served."""
    terms = state.cached(labels_of_terms)
    return {
        **_FUNCTIONS,
        **{name: getattr(spoken, name) for name in _SPOKEN},
        "term_name": lambda local: spoken.name(terms[local]) if local in terms else local,
        "known_words": catalogue(),
        "version": state.store.version,
        "as_of": state.as_of,
        "has_claims": state.has_claims,
        "navigation": NAVIGATION,
        "report_to": state.settings.report_to,
    }


def address(iri: str) -> str:
    """Where a page may lead: an own IRI's path here, or a web address, and nothing else.

    >>> address("https://w3id.org/jsip/id/meti"), address("javascript:alert(1)")
    ('/id/meti', '')
    """
    base = shipped_names().base
    if iri.startswith(base):
        return "/" + iri.removeprefix(base)
    return iri if iri.startswith(("https://", "http://")) else ""


_SPOKEN = (
    "lang", "t", "said", "name", "held", "day", "also", "source_title", "evidence_of", "free",
    "url", "here", "in_lang", "ours", "mixed",
)  # fmt: skip
_FUNCTIONS = {
    "address": address,
    "currency": currency_words,
    "grouped": grouped,
    "headline": headline,
    "lang_of": language_of,
    "link_to_words": link_to_words,
    "nearest_passage": nearest_passage,
    "to_print": to_print,
}
