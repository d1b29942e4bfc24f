"""What other pages may show of the record: frames, pictures, oEmbed, schema.org."""

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from browser.every_page import PAGES
from kg.build.snapshot import Snapshot, publish
from kg.core.names import Names
from kg.outlets.embed.svg_text import LIGHT
from made import hostile
from outside import Answered, Page, ask, running_server
from surfaces import REPOSITORY

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib"),
]
CLAIM, REJECTED = "c-gate-ai-content-001", "c-gate-ai-content-002"
SETTLED, OPEN = "conflict-53d29cce3f19", "conflict-ai-trillion-one-or-several"
SERIES = "digital-deficit-japan"
EMBEDS = (
    f"/embed/claim/{CLAIM}", f"/embed/claim/{REJECTED}", f"/embed/conflict/{SETTLED}",
    f"/embed/conflict/{OPEN}", f"/embed/series/{SERIES}", "/embed/series/content-market-japan",
)  # fmt: skip
SCHEMA = "https://schema.org/"
SVG = "{http://www.w3.org/2000/svg}"


def policy(answer: Answered) -> dict[str, str]:
    """The content security policy, by directive."""
    parts = answer.headers["content-security-policy"].split(";")
    return {name: value for name, _, value in (part.strip().partition(" ") for part in parts)}


class Head(HTMLParser):
    """What a page says of itself: its meta elements, its oEmbed address, its JSON-LD."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.oembed = ""
        self.data = ""
        self._is_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and "content" in given:
            self.meta[given.get("property") or given.get("name", "")] = given["content"]
        if given.get("type") == "application/json+oembed":
            self.oembed = given["href"]
        self._is_data = tag == "script" and given.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        self.data += data if self._is_data else ""


def schema_of(server: str, path: str) -> Graph:
    """The schema.org data of a page as a graph; its context is read without the network."""
    data = Head(ask(server, path, "text/html").text).data
    if not data:
        return Graph()
    document = json.loads(data)
    assert document.pop("@context") == "https://schema.org"
    return Graph().parse(
        data=json.dumps({"@context": {"@vocab": SCHEMA}, **document}), format="json-ld"
    )


def of_type(graph: Graph, name: str) -> set[Any]:
    return set(graph.subjects(RDF.type, URIRef(SCHEMA + name)))


# --- pages to be framed


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("path", EMBEDS)
def test_a_page_for_frames_has_its_source_and_no_script(server: str, path: str, lang: str) -> None:
    answer = ask(server, f"{path}?lang={lang}")
    page = Page(answer.text)
    assert (answer.status, page.faults, page.handlers) == (200, [], [])
    assert "script" not in page.tags
    assert "nav" not in page.tags
    assert ("Source: " if lang == "en" else "出典：") in page.words
    assert "JSIP" in page.words
    folder, slug = path.split("/")[2:]
    folder = {"claim": "claims", "conflict": "conflicts"}.get(folder, folder)
    assert f"/{folder}/{slug}{'?lang=ja' if lang == 'ja' else ''}" in page.addresses
    assert '<base target="_top">' in answer.text
    assert policy(answer) == {
        "default-src": "'none'", "style-src": "'self'", "img-src": "data:",
        "form-action": "'none'", "base-uri": "'none'", "frame-ancestors": "*",
    }  # fmt: skip


def test_a_figure_that_is_not_to_be_printed_is_struck(server: str) -> None:
    text = ask(server, f"/embed/claim/{REJECTED}").text
    assert re.search(r'<span class="struck">100 million yen</span>', text)
    assert "do not print" in text
    assert 'class="struck"' not in ask(server, f"/embed/claim/{CLAIM}").text


@pytest.mark.parametrize(
    "path", [*PAGES, "/nowhere", "/embed/claim/c-none-001", "/embed/plan/meti", "/oembed?url=x"]
)
def test_every_other_page_refuses_to_be_framed(server: str, path: str) -> None:
    assert policy(ask(server, path, "text/html"))["frame-ancestors"] == "'none'"


def test_a_known_validator_keeps_the_policy_of_an_embed(server: str) -> None:
    first = ask(server, EMBEDS[0])
    again = ask(server, EMBEDS[0], if_none_match=first.headers["etag"])
    assert again.status == 304
    assert policy(again) == policy(first)


@pytest.mark.parametrize(
    "path", ["claim/c-none-001", "conflict/conflict-none", "series/none-such", "plan/x", "claim/"]
)
@pytest.mark.parametrize("suffix", ["", ".svg"])
def test_what_is_not_there_has_no_embed(server: str, path: str, suffix: str) -> None:
    assert ask(server, f"/embed/{path}{suffix}").status == 404


# --- pictures


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("path", EMBEDS)
def test_a_picture_is_whole_and_asks_for_nothing(server: str, path: str, lang: str) -> None:
    answer = ask(server, f"{path}.svg?lang={lang}")
    assert (answer.status, answer.kind) == (200, "image/svg+xml")
    root = ElementTree.fromstring(answer.body)
    if "/series/" not in path:
        assert (root.get("width"), root.get("height")) == ("1200", "630")
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "rect", "path", "text", "g", "circle"}
    for element in root.iter():
        assert not [n for n in element.attrib if n.startswith("on") or n.endswith("href")]
        assert element.get("style") is None
    words = "".join(root.itertext())
    assert "JSIP" in words
    assert path.split("/")[-1] in words  # the address of the full page


def test_no_text_of_a_picture_leaves_it(server: str) -> None:
    """Every text begins inside; what is cut says so."""
    for path in EMBEDS:
        root = ElementTree.fromstring(ask(server, f"{path}.svg").body)
        assert all(0 <= float(t.get("x", 0)) <= 1200 for t in root.iter(f"{SVG}text"))


def test_a_figure_that_is_not_to_be_printed_is_struck_in_the_picture(server: str) -> None:
    root = ElementTree.fromstring(ask(server, f"/embed/claim/{REJECTED}.svg").body)
    struck = [t.text for t in root.iter(f"{SVG}text") if t.get("text-decoration")]
    assert struck == ["100 million yen"]


def test_pictures_have_the_light_colours_of_the_pages() -> None:
    style = (REPOSITORY / "src/kg/edges/web/static/site.css").read_text(encoding="utf-8")
    light = style[style.index(":root") : style.index("@media")]
    tokens = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", light))
    assert {name: tokens[name] for name in LIGHT} == LIGHT


# --- oEmbed


def oembed(server: str, url: str, **more: object) -> Answered:
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return ask(server, f"/oembed?url={quote(url, safe='')}{extra}")


@pytest.mark.parametrize(
    ("url", "kind", "slug"),
    [
        (f"/claims/{CLAIM}", "claim", CLAIM),
        (f"/embed/claim/{CLAIM}", "claim", CLAIM),
        (f"/embed/claim/{CLAIM}.svg", "claim", CLAIM),
        (f"https://w3id.org/jsip/id/{CLAIM}", "claim", CLAIM),
        (f"https://w3id.org/jsip/id/{CLAIM}.html", "claim", CLAIM),
        (f"https://w3id.org/jsip/id/{SETTLED}", "conflict", SETTLED),
        (f"https://w3id.org/jsip/id/{SERIES}", "series", SERIES),
        (f"/conflicts/{OPEN}#sides", "conflict", OPEN),
        (f"/series/{SERIES}", "series", SERIES),
    ],
)
def test_an_address_of_ours_has_a_frame(server: str, url: str, kind: str, slug: str) -> None:
    for given in (url, server.rstrip("/") + url if url.startswith("/") else url):
        answer = oembed(server, given, format="json")
        assert (answer.status, answer.kind) == (200, "application/json")
        assert answer.headers["access-control-allow-origin"] == "*"
        told = answer.json
        assert (told["version"], told["type"]) == ("1.0", "rich")
        frame = unescape(told["html"])
        assert f'src="{server.rstrip("/")}/embed/{kind}/{slug}"' in frame
        assert re.fullmatch(r"<iframe [^<>]* sandbox=[^<>]*></iframe>", told["html"])
        assert f'width="{told["width"]}" height="{told["height"]}"' in frame
        assert ask(server, f"/embed/{kind}/{slug}").status == 200


def test_a_frame_keeps_the_language_and_the_size_asked_for(server: str) -> None:
    told = oembed(server, f"/claims/{CLAIM}?lang=ja", maxwidth=300, maxheight=200).json
    assert "?lang=ja" in told["html"]
    assert (told["width"], told["height"]) == (300, 200)
    large = oembed(server, f"/claims/{CLAIM}", maxwidth=5000).json
    assert large["width"] == oembed(server, f"/claims/{CLAIM}").json["width"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=/claims/c-none-001", 404), ("url=/money", 404), ("url=/", 404),
        ("url=https://example.org/claims/" + CLAIM, 404),
        ("url=https://w3id.org/jsip/id/meti", 404),
        (f"url=/claims/{CLAIM}&format=xml", 501), (f"url=/claims/{CLAIM}&format=yaml", 501),
        ("", 400), ("url=", 400), ("url=nonsense", 400), ("url=javascript:alert(1)", 400),
        ("url=http://[::1", 400), ("url=//example.org/claims/x", 400), ("url=/claims/a%0Ab", 400),
        ("url=/claims/%3Cscript%3E", 400), (f"url=/claims/{CLAIM}&maxwidth=0", 400),
        (f"url=/claims/{CLAIM}&maxwidth=x", 400), ("url=%FF", 400),
    ],
)  # fmt: skip
def test_what_cannot_be_framed_is_refused(server: str, query: str, status: int) -> None:
    assert ask(server, f"/oembed?{query}").status == status


@pytest.mark.parametrize(
    "path", [f"/claims/{CLAIM}", f"/conflicts/{OPEN}", f"/series/{SERIES}", "/"]
)
def test_pages_tell_where_their_frame_is(server: str, path: str) -> None:
    head = Head(ask(server, f"{path}?lang=ja", "text/html").text)
    if path == "/":
        assert not head.oembed
        return
    asked = head.oembed.removeprefix(server.rstrip("/"))
    told = ask(server, asked).json
    assert "lang=ja" in told["html"]
    assert told["title"] == head.meta["og:title"]
    assert head.meta["og:description"] == head.meta["description"]
    assert head.meta["twitter:card"] == "summary_large_image"
    picture = head.meta["og:image"].removeprefix(server.rstrip("/"))
    assert ask(server, picture).kind == "image/svg+xml"


@pytest.mark.parametrize("path", [f"/claims/{CLAIM}", f"/conflicts/{OPEN}", f"/series/{SERIES}"])
def test_a_page_gives_the_frame_to_copy(server: str, path: str) -> None:
    told = oembed(server, path).json
    words = Page(ask(server, path).text).words
    assert told["html"] in words.replace("\n", "") or unescape(told["html"]) in words


def test_below_a_base_path_every_address_has_it(shipped_snapshot: Snapshot) -> None:
    store = shipped_snapshot.folder.parents[1]
    with running_server("--store", store, "--workers", 1, KG_BASE_PATH="/jsip") as (address, _):
        site = f"{address.rstrip('/').removesuffix('/jsip')}"
        for url in (f"/claims/{CLAIM}", f"/jsip/claims/{CLAIM}", f"{site}/jsip/claims/{CLAIM}"):
            told = ask(site, f"/jsip/oembed?url={quote(url, safe='')}").json
            assert f'src="{site}/jsip/embed/claim/{CLAIM}"' in told["html"]
        assert ask(site, f"/jsip/oembed?url={quote(f'{site}/claims/{CLAIM}')}").status == 404
        framed = ask(site, f"/jsip/embed/claim/{CLAIM}")
        assert policy(framed)["frame-ancestors"] == "*"
        links = [a for a in Page(framed.text).addresses if a.startswith("/")]
        assert links
        assert all(link.startswith("/jsip/") for link in links)
        assert f"{site}/jsip/claims/{CLAIM}" in ask(site, f"/jsip/embed/claim/{CLAIM}.svg").text


# --- schema.org


def test_the_record_is_a_dataset(server: str) -> None:
    for path in ("/", "/about", "/?lang=ja"):
        graph = schema_of(server, path)
        (found,) = of_type(graph, "Dataset")
        assert str(found).startswith("https://w3id.org/jsip/dataset/")
        for name in ("name", "description", "license", "version", "distribution"):
            assert graph.value(found, URIRef(SCHEMA + name))
        assert len(of_type(graph, "DataDownload")) > 5


def test_a_claim_says_who_said_it_and_where(server: str) -> None:
    graph = schema_of(server, "/claims/c-jiji-20251221-001")
    (found,) = of_type(graph, "Claim")
    assert found == URIRef("https://w3id.org/jsip/id/c-jiji-20251221-001")
    author = graph.value(found, URIRef(f"{SCHEMA}author"))
    assert (author, RDF.type, URIRef(f"{SCHEMA}Organization")) in graph
    assert str(graph.value(found, URIRef(f"{SCHEMA}datePublished"))) == "2025-12-21"
    assert "1 trillion yen" in str(graph.value(found, URIRef(f"{SCHEMA}text")))
    assert of_type(graph, "NewsArticle")
    assert not of_type(graph, "ClaimReview")


def test_a_person_is_a_person(server: str) -> None:
    claims = ask(server, "/api/claims?speaker=takaichi-sanae&limit=1").json["claims"]
    spoken = [c for c in claims if c["asserter"]["id"] == "takaichi-sanae"]
    for claim in spoken:
        assert len(of_type(schema_of(server, f"/claims/{claim['id']}"), "Person")) == 1


def test_only_what_is_judged_is_reviewed(server: str) -> None:
    """A conflict decided for one side has verdicts; an open one, or one where both stand, none."""
    reviewed = set()
    for conflict in ask(server, "/api/conflicts").json:
        graph = schema_of(server, f"/conflicts/{conflict['id']}")
        judged = {
            c["id"]
            for c in conflict["claims"]
            if c["review"]["id"] == "review-status/rejected" or c["id"] == conflict["favours"]
        }
        is_judged = conflict["resolution"] == "ResolvedFor"
        told = {
            str(graph.value(review, URIRef(f"{SCHEMA}itemReviewed"))).rpartition("/")[2]
            for review in of_type(graph, "ClaimReview")
        }
        assert told == (judged if is_judged else set()), conflict["id"]
        reviewed |= told
    assert REJECTED in reviewed


def test_a_rejected_claim_has_the_verdict_of_its_conflict(server: str) -> None:
    graph = schema_of(server, f"/claims/{REJECTED}")
    (review,) = of_type(graph, "ClaimReview")
    rating = graph.value(review, URIRef(f"{SCHEMA}reviewRating"))
    assert str(graph.value(rating, URIRef(f"{SCHEMA}alternateName"))) == "do not print"
    assert not of_type(schema_of(server, f"/claims/{CLAIM}"), "ClaimReview")


# --- hostile texts


@pytest.fixture(scope="module")
def hostile_server(
    shipped_snapshot: Snapshot, names: Names, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The shipped graph with every free text made hostile."""
    store = tmp_path_factory.mktemp("hostile")
    publish(store, "hostile", hostile(shipped_snapshot.quads, names), "")
    with running_server("--store", store, "--workers", 1) as (address, _):
        yield address.rstrip("/")


@pytest.mark.parametrize("path", EMBEDS)
def test_hostile_texts_stay_text(hostile_server: str, path: str) -> None:
    answer = ask(hostile_server, path)
    page = Page(answer.text)
    assert (answer.status, page.faults, page.handlers) == (200, [], [])
    assert "script" not in page.tags
    assert not [a for a in page.addresses if a.startswith("javascript")]
    picture = ElementTree.fromstring(ask(hostile_server, f"{path}.svg").body)
    assert {e.tag.removeprefix(SVG) for e in picture.iter()} <= {
        "svg", "title", "rect", "path", "text", "g", "circle",
    }  # fmt: skip
    told = oembed(hostile_server, path).json
    frame = Page(told["html"])
    assert (frame.tags, frame.faults, frame.handlers) == (["iframe"], [], [])


@pytest.mark.parametrize(
    "path", ["/", f"/claims/{REJECTED}", f"/conflicts/{SETTLED}", f"/series/{SERIES}"]
)
def test_hostile_texts_do_not_end_the_data_of_a_page(hostile_server: str, path: str) -> None:
    text = ask(hostile_server, path, "text/html").text
    assert Page(text).faults == []
    data = Head(text).data
    assert "<" not in data
    assert not data or json.loads(data)
