"""The HTTP surface seen by an outside client: linked data, pages, API, validators, bad input."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
import yaml
from pyoxigraph import RdfFormat, parse
from rdflib import DCAT, RDF, RDFS, BNode, Graph, Namespace, URIRef

from browser.every_page import PAGES as EVERY_PAGE
from kg.build.snapshot import Snapshot, publish
from kg.core.names import Names
from kg.edges.web import rendering
from made import claim, hostile, reader_of
from outside import Answered, Page, ask, outside_addresses, running_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
BASE = "https://w3id.org/jsip/"
RDF_TYPES = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "json-ld"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
}
OWN = [
    "id/takaichi-sanae", "id/c-gate-ai-content-001", "id/e-gate-ai-content-001",
    "id/src-gate-ai-content", "id/conflict-53d29cce3f19", "id/period-fy2026-fy2030", "ns",
    "ontology/jsip", "ontology/claim", "ontology/claim/1.0.0", "ontology/jsip/1.0.0",
    "scheme/industry", "scheme/industry/animation", "graph/editorial", "graph/derived-edges",
    "dataset", "shapes", "id", "scheme", "ontology", "graph",
]  # fmt: skip
PAGES = [
    "/",
    "/entity/takaichi-sanae",
    "/entity/domestic-ai-support-5y",
    "/entity/industry/animation",
    "/verify",
]
ROUTES = [
    "/api/search?q=meti", "/api/entity/takaichi-sanae", "/api/neighbours/takaichi-sanae",
    "/api/why?s=takaichi-sanae&p=holdsPost&o=prime-minister-of-japan", "/api/conflicts",
    "/api/path?from=takaichi-sanae&to=issue/low-pay", "/api/claims", "/api/stats", "/api/network",
    "/api/series/content-market-japan", "/api/queries", "/api/queries/cq08",
]  # fmt: skip


def graph_of(answer: Answered, form: str) -> Graph:
    return Graph().parse(data=answer.body, format=form)


@cache
def turtle(server: str, path: str) -> Graph:
    return graph_of(ask(server, f"/{path}.ttl"), "turtle")


def triples(graph: Graph) -> set[tuple[str, ...]]:
    """Terms as they are written; only the shapes have blank nodes, whose names say nothing."""
    return {tuple("" if isinstance(t, BNode) else t.n3() for t in triple) for triple in graph}


# --- dereferencing
SPDX = Namespace("http://spdx.org/rdf/terms#")
MODULES = ("actor", "claim")


@pytest.mark.parametrize("suffix", RDF_TYPES)
@pytest.mark.parametrize("path", OWN)
def test_data_about_an_iri_is_parsed_by_its_consumer(server: str, path: str, suffix: str) -> None:
    kind, form = RDF_TYPES[suffix]
    answer = ask(server, f"/{path}.{suffix}")
    assert (answer.status, answer.kind) == (200, kind)
    graph = graph_of(answer, form)
    assert graph
    assert triples(graph) == triples(turtle(server, path))
    assert server not in answer.text  # IRIs are never rewritten


@pytest.mark.parametrize("path", OWN)
def test_an_iri_leads_to_data_or_to_a_page_by_accept(server: str, path: str) -> None:
    for suffix, (kind, _) in RDF_TYPES.items():
        answer = ask(server, f"/{path}", kind)
        assert (answer.status, answer.headers["location"]) == (303, f"/{path}.{suffix}")
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert ask(server, f"/{path}", browser).headers["location"] == f"/{path}.html"
    assert ask(server, f"/{path}").headers["location"] == f"/{path}.ttl"
    refused = ask(server, f"/{path}", "image/png")
    assert refused.status == 406
    assert "text/turtle" in refused.json["detail"]
    page = ask(server, f"/{path}.html")
    assert page.status in (200, 303)
    if page.status == 303:
        assert page.headers["location"].startswith("/entity/")


def test_a_prefix_leads_to_what_it_begins(server: str) -> None:
    assert ask(server, "/scheme/industry/").headers["location"] == "/scheme/industry.ttl"
    assert ask(server, "/id/").headers["location"] == "/id.ttl"


def test_a_preference_of_the_client_counts(server: str) -> None:
    accept = "text/turtle;q=0.3, application/ld+json;q=0.9, text/html;q=0.5"
    assert ask(server, "/id/meti", accept).headers["location"] == "/id/meti.jsonld"
    assert ask(server, "/id/meti", "text/*").headers["location"] == "/id/meti.ttl"


def test_an_entity_comes_with_its_claims_and_their_passages(server: str, names: Names) -> None:
    graph = turtle(server, "id/takaichi-sanae")
    iri = URIRef(names.id("takaichi-sanae"))
    claims = set(graph.subjects(RDF.subject, iri))
    assert len(claims) >= 2
    supported = set(graph.objects(None, URIRef(names.iri("jsip:supportsClaim"))))
    assert claims <= supported
    assert list(graph.objects(None, URIRef(names.iri("oa:exact"))))


def test_a_module_holds_its_terms_and_its_version_the_same(server: str, names: Names) -> None:
    graph = turtle(server, "ontology/claim")
    assert (URIRef(names.iri("jsip:Claim")), RDF.type, None) in graph
    assert triples(graph) == triples(turtle(server, "ontology/claim/1.0.0"))
    assert ask(server, "/ontology/claim/9.9.9.ttl").status == 404


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "A claim that is accepted, neither deprecated nor"), ("ja", "採用済みで、非推奨でも")],
)
def test_the_namespace_leads_to_the_definitions_of_its_modules(
    server: str, lang: str, said: str
) -> None:
    leads = ask(server, f"/ns.html?lang={lang}").body.decode()
    assert '<a href="/ontology/reader.html' in leads
    page = ask(server, f"/ontology/reader.html?lang={lang}").body.decode()
    assert said in page
    assert "<code>jsip:CurrentClaim</code>" in page


def test_the_dataset_describes_itself_and_only_the_version_served(server: str) -> None:
    version = ask(server, "/ready").json["version"]
    by_version = graph_of(ask(server, f"/dataset/{version}.ttl"), "turtle")
    assert triples(by_version) == triples(turtle(server, "dataset"))
    void = URIRef("http://rdfs.org/ns/void#Dataset")
    assert (URIRef(f"{BASE}dataset/{version}"), RDF.type, void) in by_version
    for unknown in (version[:10], version[:-1] + "x", "latest"):
        refused = ask(server, f"/dataset/{unknown}")
        assert refused.status == 404
        assert version in refused.json["detail"]


def test_every_own_iri_of_the_description_can_be_followed(server: str) -> None:
    graph = turtle(server, "dataset")
    own = {str(t) for triple in graph for t in triple if str(t).startswith(BASE)}
    paths = {iri.removeprefix(BASE).partition("#")[0] for iri in own} - {""}
    files = {path for path in paths if path.startswith("export/")} | {"sparql"}
    assert len(files) == 7
    assert {path: s for path in files if (s := ask(server, f"/{path}").status) != 200} == {}
    assert {path: s for path in paths - files if (s := ask(server, f"/{path}").status) != 303} == {}


def test_the_release_that_is_served_tells_size_and_digest_of_its_files(server: str) -> None:
    for name in ("2026.11.1", "2026.11.3"):
        graph = graph_of(ask(server, f"/dataset/{name}.ttl"), "turtle")
        sizes = set(graph.objects(None, DCAT.byteSize))
        digests = set(graph.objects(None, SPDX["checksumValue"]))
        assert len(sizes) > 3
        assert {len(str(digest)) for digest in digests} == {64}


def test_the_namespace_documents_every_term_once(server: str, names: Names) -> None:
    page = ask(server, "/ns.html").body.decode()
    graph = turtle(server, "ns")
    own = names.prefixes["jsip"]
    terms = {str(term) for term in graph.subjects(RDFS.isDefinedBy) if str(term).startswith(own)}
    assert len(terms) > 200
    for term in terms:
        assert page.count(f'id="{term.removeprefix(own)}"') == 1, term
    assert '<a href="/ontology/claim.html#Claim">jsip:Claim</a>' in page
    actor, claim = (ask(server, f"/ontology/{name}.html").body.decode() for name in MODULES)
    assert '<a href="#QuantityClaim">QuantityClaim</a>' in claim
    assert '<a href="http://www.wikidata.org/entity/P39">' in actor


def test_a_nanopublication_is_found_by_its_trusty_uri(server: str) -> None:
    every = ask(server, "/export/nanopub").text
    code = every.partition("/np/")[2].partition("#")[0]
    claim = every.partition("\n# ")[2].partition("\n")[0]
    leads = {
        "text/html": "html", "application/trig": "trig", "application/n-quads": "nq",
        "application/ld+json": "jsonld",
    }  # fmt: skip
    for kind, suffix in leads.items():
        answer = ask(server, f"/np/{code}", accept=kind)
        assert (answer.status, answer.headers["location"]) == (303, f"/np/{code}.{suffix}")
    assert ask(server, f"/np/{code}.html").headers["location"] == f"/claims/{claim}"
    one = ask(server, f"/np/{code}.trig")
    assert one.kind == "application/trig"
    assert one.text in every
    quads = {
        form: set(parse(ask(server, f"/np/{code}.{suffix}").body, form))
        for form, suffix in (
            (RdfFormat.TRIG, "trig"), (RdfFormat.N_QUADS, "nq"), (RdfFormat.JSON_LD, "jsonld"),
        )
    }  # fmt: skip
    assert len(quads[RdfFormat.TRIG]) > 20
    assert set(map(frozenset, quads.values())) == {frozenset(quads[RdfFormat.TRIG])}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/np/RAxx", 404), ("/np/RAxx.trig", 404), ("/np/%22", 400), ("/np/R.A", 404)],
)
def test_no_nanopublication_has_another_code(server: str, path: str, status: int) -> None:
    refused = ask(server, path)
    assert refused.status == status
    assert refused.kind == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/id/takaichi-sana", "nearest: takaichi-sanae"),
        ("/id/takaichi-sana.ttl", "nearest: takaichi-sanae"),
        ("/id/c-gate-ai-content-999.html", "nearest: c-gate-ai-content-"),
        ("/scheme/industri", "nearest: industry"),
        ("/ontology/clam", "nearest: claim"),
        ("/graph/editoral", "nearest: editorial"),
        ("/entity/takaichi-sanai", "nearest: takaichi-sanae"),
        ("/api/entity/xyzzy", "No entity is called 'xyzzy'"),
        ("/api/queries/cq999", "No question is called 'cq999'"),
        ("/nothing", "the home page / shows what there is"),
        ("/ns/Claim", ""),
        ("/sparql/", ""),
    ],
)
def test_what_is_not_there_is_a_404_that_helps(server: str, path: str, hint: str) -> None:
    answer = ask(server, path)
    assert (answer.status, answer.kind) == (404, "application/problem+json")
    assert answer.json["status"] == 404
    assert hint in answer.json["detail"]


# --- discovery


def test_well_known_void_leads_to_the_description(server: str) -> None:
    assert ask(server, "/.well-known/void").headers["location"] == "/dataset.ttl"
    assert ask(server, "/.well-known/void", "application/ld+json").headers["location"] == (
        "/dataset.jsonld"
    )


def test_robots_and_site_map(server: str) -> None:
    told = ask(server, "/llms.txt")
    assert told.kind == "text/plain"
    for address in re.findall(r"\]\((\S+?)\)", told.text):
        assert ask(server, address.removeprefix(server.rstrip("/"))).status == 200, address
    policy = ask(server, "/api/citation-policy").json
    assert policy["dataset"].endswith(policy["version"])
    robots = ask(server, "/robots.txt")
    assert robots.kind == "text/plain"
    assert f"Sitemap: {server}sitemap.xml" in robots.text.splitlines()
    site_map = ask(server, "/sitemap.xml")
    assert site_map.kind == "application/xml"
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    addresses = [e.text or "" for e in ElementTree.fromstring(site_map.body).iter(f"{space}loc")]
    assert f"{server}entity/takaichi-sanae" in addresses
    assert len(addresses) == len(set(addresses))
    for address in addresses[:: len(addresses) // 8]:
        assert ask(server, "/" + address.removeprefix(server)).status == 200


@pytest.mark.parametrize("suffix", RDF_TYPES)
def test_the_endpoint_describes_itself(server: str, suffix: str) -> None:
    kind, form = RDF_TYPES[suffix]
    answer = ask(server, "/sparql", kind)
    assert (answer.status, answer.kind) == (200, kind)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    graph = graph_of(answer, form)
    (service,) = graph.subjects(RDF.type, URIRef(f"{sd}Service"))
    assert str(graph.value(service, URIRef(f"{sd}endpoint"))) == f"{server}sparql"
    assert (service, URIRef(f"{sd}feature"), URIRef(f"{sd}UnionDefaultGraph")) in graph
    dataset = graph.value(service, URIRef(f"{sd}defaultDataset"))
    default = graph.value(dataset, URIRef(f"{sd}defaultGraph"))
    assert any("union" in str(words) for words in graph.objects(default, RDFS.label))
    assert not list(graph.objects(dataset, URIRef(f"{sd}namedGraph")))
    for part in (service, dataset):
        for told in graph.objects(part, RDFS.seeAlso):
            address = "/" + str(told).removeprefix(server)
            assert ask(server, address, kind).status in (200, 303), told
    further = map(str, graph.objects(dataset, RDFS.seeAlso))
    (listing,) = (address for address in further if "graphs=true" in address)
    graph = graph_of(ask(server, "/" + listing.removeprefix(server), kind), form)
    named = list(graph.objects(dataset, URIRef(f"{sd}namedGraph")))
    found = {str(graph.value(node, URIRef(f"{sd}name"))) for node in named}
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    rows = ask(server, "/sparql?" + urlencode({"query": query, "format": "csv"}))
    assert found == set(rows.text.split()[1:])


def test_the_endpoint_without_a_query_is_the_editor_for_people(server: str) -> None:
    answer = ask(server, "/sparql", "text/html")
    assert (answer.status, answer.kind) == (200, "text/html")
    assert "ask" in Page(answer.text).ids
    shown = ask(server, "/sparql?show=ASK%20%7B%3C%2Ftextarea%3E%7D", "text/html")
    assert "ASK {</textarea>}" in Page(shown.text).words
    assert ask(server, "/sparql", "image/png").status == 406
    assert ask(server, "/sparql", Host='a"b<c').status == 200  # no Host of a client is believed


# --- validators, CORS, methods


EVERY = [
    *PAGES, *ROUTES, "/id/meti", "/id/meti.ttl", "/id/c-gate-ai-content-001.html",
    "/robots.txt", "/sitemap.xml", "/openapi.json", "/docs", "/sparql", "/.well-known/void",
]  # fmt: skip


@pytest.mark.parametrize("path", EVERY)
def test_a_read_answer_can_be_kept_and_revalidated(server: str, path: str) -> None:
    answer = ask(server, path)
    assert answer.status in (200, 303)
    tag = answer.headers["etag"]
    assert re.fullmatch('"[^"]+"', tag)
    assert answer.headers["vary"].startswith("Accept, Accept-Encoding")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "cache-control" in answer.headers
    for held in (tag, f'"other", {tag}', f"W/{tag}"):
        known = ask(server, path, if_none_match=held)
        assert (known.status, known.body, known.headers["etag"]) == (304, b"", tag)
    assert ask(server, path, if_none_match='"other"').status == answer.status
    assert ask(server, path, "text/html, application/json").headers["etag"] != tag


@pytest.mark.parametrize("path", EVERY)
def test_head_is_get_without_a_body(server: str, path: str) -> None:
    whole, head = ask(server, path), ask(server, path, method="HEAD")
    assert (head.status, head.body) == (whole.status, b"")
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}


@pytest.mark.parametrize("path", [*EVERY, "/nothing", "/health", "/static/site.css"])
def test_options_and_other_methods_say_what_is_allowed(server: str, path: str) -> None:
    options = ask(server, path, method="OPTIONS")
    assert options.status == 204
    assert {"GET", "HEAD"} <= set(options.headers["allow"].split(", "))
    assert options.headers["access-control-allow-origin"] == "*"
    for method in ("DELETE", "PUT", "PATCH"):
        refused = ask(server, path, method=method)
        assert refused.status in (404, 405)
        if refused.status == 405:
            assert "GET" in refused.headers["allow"]


def test_an_unknown_address_is_never_known_to_the_client(server: str) -> None:
    assert ask(server, "/id/nobody", if_none_match="*").status == 404
    any_will_do = ask(server, "/id/meti.ttl", if_none_match="*")
    assert (any_will_do.status, any_will_do.body) == (304, b"")
    assert "etag" not in ask(server, "/id/nobody").headers


def test_gzip_is_sent_to_who_takes_it_with_a_tag_of_its_own(server: str) -> None:
    import gzip

    plain, packed = ask(server, "/ns.ttl"), ask(server, "/ns.ttl", accept_encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["etag"] != packed.headers["etag"]
    assert ask(server, "/ns.ttl", if_none_match=packed.headers["etag"]).status == 200


# --- pages


@pytest.mark.parametrize(
    "path",
    [*PAGES, "/?from=20", "/?from=999999", "/id/c-gate-ai-content-001.html", "/docs",
     "/id/e-gate-ai-content-001.html", "/id/src-gate-ai-content.html", "/ns.html",
     "/ontology/claim.html", "/scheme/industry.html", "/graph/editorial.html", "/dataset.html",
     "/shapes.html", "/id/conflict-53d29cce3f19.html", "/id.html"],
)  # fmt: skip
def test_a_page_is_well_formed_and_its_links_lead_somewhere(server: str, path: str) -> None:
    answer = ask(server, path)
    assert (answer.status, answer.kind) == (200, "text/html")
    page = Page(answer.text)
    assert page.faults == []
    assert page.handlers == []
    assert outside_addresses(page.addresses) == []
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    own = sorted({a.partition("#")[0] for a in page.addresses if a.startswith("/")} - {""})
    for address in own[:: max(1, len(own) // 6)]:
        if not address.startswith("/sparql?"):
            assert ask(server, quote(address, safe="/?=&:%"), "text/html").status in (200, 303)


def test_an_entity_page_says_what_to_print(server: str) -> None:
    words = re.sub(r"\s+", " ", Page(ask(server, "/entity/domestic-ai-support-5y").text).words)
    assert "about 1 trillion yen (FY2026 to FY2030), according to Jiji Press" in words
    assert "Do not print 100 million yen: contradicted" in words


def test_the_page_of_a_claim_shows_it_and_how_to_cite_it(server: str) -> None:
    version = ask(server, "/ready").json["version"]
    words = re.sub(r"\s+", " ", Page(ask(server, "/id/c-gate-ai-content-001.html").text).words)
    assert "invest 1 trillion yen over the next five years" in words
    assert f"How to cite it: {BASE}id/c-gate-ai-content-001, {version}" in words
    source = Page(ask(server, "/id/src-jiji-20251206.html").text)
    assert "about 1 trillion yen in private-sector investment" in source.words
    assert [a for a in source.addresses if a.startswith("https://www.nippon.com/")]


def test_a_name_leads_to_the_one_address_of_the_entity(server: str) -> None:
    for name in ("高市早苗", "Sanae Takashi", "id:takaichi-sanae"):
        answer = ask(server, f"/entity/{quote(name)}")
        assert (answer.status, answer.headers["location"]) == (303, "/entity/takaichi-sanae")


def test_figures_are_shown_a_page_at_a_time(server: str) -> None:
    first = ask(server, "/figures").text
    assert 0 < first.count('<li class="reading') <= 50
    assert ask(server, "/figures?from=-1").status == 400
    assert ask(server, "/figures?from=x").status == 400
    assert '<li class="reading' not in ask(server, "/figures?from=999999").text


# --- the API


@pytest.mark.parametrize("path", ROUTES)
def test_the_api_answers_json(server: str, path: str) -> None:
    answer = ask(server, path)
    assert (answer.status, answer.kind) == (200, "application/json")
    assert answer.json


def test_openapi_describes_every_route(server: str) -> None:
    described = ask(server, "/openapi.json").json
    assert described["openapi"].startswith("3.")
    templates = [re.sub(r"\{[^}]*\}", ".+", path) for path in described["paths"]]
    for route in ROUTES:
        assert any(re.fullmatch(t, route.partition("?")[0]) for t in templates), route
    for path, methods in described["paths"].items():
        assert all(operation["summary"] for operation in methods.values()), path


def test_search_answers_as_agreed(server: str) -> None:
    results = ask(server, "/api/search?" + urlencode({"q": "高市", "lang": "ja", "limit": 2})).json
    first = results["results"][0]
    assert set(first) == {"id", "iri", "kind", "label", "type", "score", "matched"}
    assert (first["id"], first["label"]) == (
        "takaichi-sanae", {"en": "Sanae Takaichi", "ja": "高市早苗"},
    )  # fmt: skip
    assert len(results["results"]) <= 2


def test_claims_come_in_pages_that_add_up(server: str) -> None:
    total = ask(server, "/api/claims?limit=1").json["total"]
    ids = [
        c["id"]
        for offset in range(0, total, 50)
        for c in ask(server, f"/api/claims?limit=50&offset={offset}").json["claims"]
    ]
    assert ids == sorted(set(ids))
    assert len(ids) == total == ask(server, "/api/stats").json["claims"]


def test_claims_are_filtered_by_who_says_what_where(server: str) -> None:
    asked = {"subject": "domestic-ai-support-5y", "predicate": "amount", "object": "1e8"}
    found = ask(server, "/api/claims?" + urlencode(asked)).json
    assert [c["id"] for c in found["claims"]] == ["c-gate-ai-content-002"]
    found = ask(server, "/api/claims?source=src-jiji-20251206&review=accepted").json
    assert found["total"] == len(found["claims"]) >= 2
    for shown in found["claims"]:
        assert "src-jiji-20251206" in {p["source"]["id"] for p in shown["passages"]}


def test_neighbours_are_limited_and_filtered(server: str) -> None:
    everything = ask(server, "/api/neighbours/takaichi-sanae").json
    one = ask(server, "/api/neighbours/takaichi-sanae?limit=1").json
    assert (len(one["edges"]), one["total"]) == (1, everything["total"])
    posts = ask(server, "/api/neighbours/takaichi-sanae?predicate=holdsPost").json
    assert "prime-minister-of-japan" in [e["to"] for e in posts["edges"]]
    assert all(e["predicate"].endswith("#holdsPost") for e in posts["edges"])
    assert posts["edges"][0]["claims"]
    alone = ask(server, "/api/neighbours/area/japan").json
    assert (alone["edges"], alone["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/api/search", "q"),
        ("/api/search?q=x&limit=0", "limit"),
        ("/api/search?q=x&limit=101", "limit"),
        ("/api/search?q=x&lang=de", "lang"),
        ("/api/search?q=x&kind=thing", "kind"),
        ("/api/search?q=" + "x" * 201, "q"),
        ("/api/claims?limit=x", "limit"),
        ("/api/claims?offset=-1", "offset"),
        ("/api/claims?limit=1001", "limit"),
        ("/api/claims?status=anounced", "nearest: announced"),
        ("/api/claims?review=x", "No review status is called 'x'"),
        ("/api/claims?predicate=amuont", "nearest: amount"),
        ("/api/claims?source=x%3E%20%3Fs%20%3Fp", "names nothing"),
        ("/api/why?s=takaichi-sanae&p=holdPost&o=x", "nearest: holdsPost"),
        ("/api/path?from=takaichi-sanae", "to"),
        ("/api/path?from=gate&to=gate&hops=9", "hops"),
        ("/api/queries/cq01?abuot=x", "nearest: about"),
        ("/api/queries/cq21?day=nope", "is no date"),
        ("/api/queries/cq21?day=yesterday", "write YYYY-MM-DD"),
        ("/api/conflicts?open=perhaps", "open"),
        ("/api/neighbours/gate?limit=0", "limit"),
    ],
)
def test_a_bad_parameter_is_a_400_that_names_it(server: str, path: str, says: str) -> None:
    answer = ask(server, path)
    assert (answer.status, answer.kind) == (400, "application/problem+json")
    assert says in answer.json["detail"]


@pytest.mark.parametrize(
    "path",
    ["/api/why?s=nobody-x&p=holdsPost&o=gate", "/api/path?from=gate&to=nobody-x",
     "/api/claims?subject=nobody-x", "/api/neighbours/nobody-x", "/api/series/nobody-x"],
)  # fmt: skip
def test_an_unknown_entity_is_a_404_by_its_name(server: str, path: str) -> None:
    answer = ask(server, path)
    assert answer.status == 404
    assert "'nobody-x'" in answer.json["detail"]


def test_nothing_asked_can_leave_its_place_in_a_query(server: str) -> None:
    for value in ('"', "'", "\\", "x> . ?s ?p ?o . <y", '" . ?s ?p ?o #', "}", "\n", "\u0000"):
        for route in (
            "/api/claims?object=",
            "/api/claims?subject=",
            "/api/claims?source=",
            "/api/queries/cq01?about=",
            "/api/why?p=amount&o=x&s=",
            "/api/search?q=",
        ):
            answer = ask(server, route + quote(value))
            assert answer.status in (200, 400, 404), (route, value)
            if answer.status == 200 and "claims" in route:
                assert answer.json["total"] == 0


@pytest.mark.parametrize("path", [*EVERY_PAGE, "/graph/editorial.html"])
def test_a_page_is_below_its_budget(server: str, path: str) -> None:
    assert 1000 < len(ask(server, path, "text/html").body) < 100_000


# --- addresses nobody should send


@pytest.mark.parametrize(
    "path",
    ["/%00", "/id/%00", "/static/%00", "/static/../app.py", "/static/..%2fapp.py", "/%ff",
     "/id/%c3%28", "/id/%zz", "/id/%", "//", "//id/meti", "/id//meti", "/id/../ns",
     "/id/..%2f..%2fns", "/./ns",
     "/id/meti%0d%0aX:y", "/id/x%3E%20%3Fp%20%3Fo", "/graph/x%22%7D", "/dataset/%7B%7D",
     "/id/" + "x" * 1500, "/id/" + "x" * 5000, "/entity/" + "y" * 1900,
     "/entity/" + "%E9%AB%98" * 600,
     "/id/meti.exe", "/id/.ttl", "/id/.", "/id/%e2%80%ae", "/scheme/a/b/c/d",
     "/api/search?q=%ff", "/api/search?q=%zz", "/api/search?q=a%00b", "/search?q=%ff",
     "/?lang=%c3%28", "/export/ntriples?entity=%ff", "/timeline?" + "a=b&" * 2000,
     "/sparql/x", "/api", "/api/", "/export/", "/ontology/claim/1.0", "/id/meti//", "/shapes/x"],
    ids=lambda path: path[:30],
)  # fmt: skip
def test_a_strange_address_is_the_clients_fault(server: str, path: str) -> None:
    for accept in ("", "text/html"):
        answer = ask(server, path, accept)
        assert 400 <= answer.status < 500
        assert b"Traceback" not in answer.body
    assert ask(server, "/health").json == {"status": "ok"}


def test_people_get_a_page_where_something_is_wrong(server: str) -> None:
    answer = ask(server, "/id/%3Cscript%3E", "text/html")
    assert (answer.status, answer.kind) == (404, "text/html")
    page = Page(answer.text)
    assert page.faults == []
    assert "<script>" in page.words


# --- a query sent by a browser


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_browser_sees_the_answer_and_a_program_the_data(server: str) -> None:
    path = f"/sparql?{urlencode({'query': 'SELECT ?who { ?c jsip:assertedBy ?who }'})}"
    path = path.replace("jsip%3A", quote("<https://w3id.org/jsip/ns#", safe=""), 1)
    path = path.replace("assertedBy", "assertedBy%3E")
    shown = ask(server, path, BROWSER)
    page = Page(shown.text)
    assert (shown.status, shown.kind, page.faults) == (200, "text/html", [])
    assert page.tags.count("td") == 500
    assert "Jiji Press" in page.words
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert ask(server, path, BROWSER, If_None_Match=shown.headers["etag"]).status == 304
    assert ask(server, path).kind == "application/sparql-results+json"
    assert ask(server, path, "text/html;q=0.5,text/csv").kind == "text/csv"
    assert ask(server, f"{path}&format=csv", BROWSER).kind == "text/csv"


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("SELECT * {\n ?s }", 400, "Line 2, column 5"),
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("ASK { ?s <javascript:alert(1)> '<script>' }", 200, "false"),
    ],
)
def test_a_browser_is_told_what_is_wrong_with_its_query(
    server: str, query: str, status: int, says: str
) -> None:
    answer = ask(server, f"/sparql?{urlencode({'query': query, 'format': ''})}", BROWSER)
    page = Page(answer.text)
    assert (answer.status, answer.kind, page.faults) == (status, "text/html", [])
    assert says in page.words
    assert query.splitlines()[0] in page.words


# --- a source that was archived, a figure that its asserter replaced


def test_a_claim_leads_to_the_archived_copy_and_to_its_revisions(
    tmp_path: Path, names: Names
) -> None:
    archived = "https://web.archive.org/web/2026/https://gazette.example/1"
    reader_of(
        tmp_path,
        names,
        f'GRAPH g:source-gazette {{ id:src-gazette schema:url "https://gazette.example/1" ;'
        f' schema:archivedAt "{archived}" }}\n',
        claim("c-first", jsip__reviewStatus="rv:superseded", jsip__comparisonKey=""),
        claim(
            "c-second", rdf__object="2000000000", jsip__supersedes="id:c-first",
            jsip__reviewStatus="rv:superseded", jsip__comparisonKey="",
        ),
        claim(
            "c-third", rdf__object="3000000000", jsip__supersedes="id:c-second",
            jsip__comparisonKey="",
        ),
    )  # fmt: skip
    publish(tmp_path / "store", "made", (tmp_path / "quads.nq").read_bytes(), "")
    with running_server("--store", tmp_path / "store", "--workers", 1) as (address, _):
        for slug in ("c-first", "c-second", "c-third"):
            page = Page(ask(address, f"/claims/{slug}?part=true").text)
            assert page.faults == []
            assert any(address.startswith(archived) for address in page.addresses)
            assert page.words.count("replaced by") == 2
            others = {f"/claims/{other}" for other in ("c-first", "c-second", "c-third")} - {
                f"/claims/{slug}"
            }
            assert others <= set(page.addresses)
        assert archived in Page(ask(address, "/sources/src-gazette").text).addresses


# --- hostile data


@pytest.fixture(scope="module")
def hostile_server(
    example_snapshot: Snapshot, names: Names, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A server over the example with every text made hostile."""
    store = tmp_path_factory.mktemp("hostile")
    publish(store, "hostile", hostile(example_snapshot.quads, names), "")
    with running_server("--store", store, "--workers", 1) as (address, _):
        yield address


@pytest.mark.parametrize(
    "path",
    ["/", "/entity/takaichi-sanae", "/entity/domestic-ai-support-5y", "/id/src-jiji-20251206.html",
     "/id/c-gate-ai-content-001.html", "/scheme/industry.html", "/graph/entities.html"],
)  # fmt: skip
def test_no_text_of_the_graph_becomes_markup(hostile_server: str, path: str) -> None:
    answer = ask(hostile_server, path)
    assert answer.status == 200
    page = Page(answer.text)
    assert page.faults == []
    assert page.handlers == []
    assert "img" not in page.tags
    assert "<script>alert(1)</script>" in page.words
    assert "{{7*7}}" in page.words
    assert outside_addresses(page.addresses) == []


def test_an_address_that_runs_a_script_is_no_link(hostile_server: str) -> None:
    page = Page(ask(hostile_server, "/id/src-jiji-20251206.html").text)
    assert "javascript:alert(3)" in page.words
    assert not [a for a in page.addresses if "javascript" in a]


@pytest.mark.parametrize("suffix", RDF_TYPES)
def test_data_with_any_text_still_parses(hostile_server: str, suffix: str) -> None:
    kind, form = RDF_TYPES[suffix]
    answer = ask(hostile_server, f"/id/domestic-ai-support-5y.{suffix}")
    if suffix == "rdf":  # its text has characters that no XML may hold
        assert answer.status == 406
        assert "no XML 1.0 document may hold" in answer.json["detail"]
        assert "turtle" in answer.json["detail"]
        return
    assert (answer.status, answer.kind) == (200, kind)
    assert len(graph_of(answer, form)) > 20


def test_json_with_any_text_still_parses(hostile_server: str) -> None:
    for path in ("/api/entity/takaichi-sanae", "/api/conflicts", "/api/search?q=takaichi"):
        assert json.dumps(ask(hostile_server, path).json)


# --- pages in two languages


def test_every_word_of_the_pages_is_in_both_languages(server: str) -> None:
    root = Path(rendering.__file__).parent
    words = rendering.catalogue()
    assert all(set(said) == {"en", "ja"} and all(said.values()) for said in words.values())
    text = "".join(p.read_text(encoding="utf-8") for p in root.glob("templates/*.html"))
    used = set(re.findall(r"""\bt\(["']([a-z0-9-]+)["'][,)]""", text))
    assert used - words.keys() == set()


def test_no_word_of_a_shipped_file_is_given_twice() -> None:
    root = Path(rendering.__file__).parents[4]
    files = [f for place in ("src", "ontology") for f in sorted((root / place).rglob("*.yaml"))]
    assert len(files) > 5
    for file in files:
        nodes = [yaml.compose(file.read_text(encoding="utf-8"), yaml.CSafeLoader)]
        while nodes:
            node = nodes.pop()
            if isinstance(node, yaml.SequenceNode):
                nodes += node.value
            elif isinstance(node, yaml.MappingNode):
                keys = Counter(key.value for key, _ in node.value)
                assert max(keys.values(), default=1) == 1, (file.name, keys.most_common(1))
                nodes += [value for _, value in node.value]


@pytest.mark.parametrize(
    ("asked", "told", "links"),
    [
        ("", "1–100 of 308", {"Next": "?offset=100"}),
        ("?offset=100", "101–200 of 308", {"Earlier": "", "Next": "?offset=200"}),
        ("?offset=300", "301–308 of 308", {"Earlier": "?offset=200"}),
        ("?offset=99999", "0 of 308", {"Earlier": "?offset=300"}),
        ("?offset=50", "51–150 of 308", {"Earlier": "", "Next": "?offset=150"}),
    ],
)
def test_every_row_of_a_long_answer_is_on_some_page(
    server: str, asked: str, told: str, links: dict[str, str]
) -> None:
    text = ask(server, f"/queries/cq38{asked}").text
    found = re.search(r'<p class="pager">(.*?)</p>', text, re.DOTALL)
    assert found
    assert found[1].split("\n")[0] == told
    shown = dict(re.findall(r'<a href="([^"]*)" rel="[a-z]+">([^<]*)</a>', found[1]))
    assert shown == {f"/queries/cq38{where}": word for word, where in links.items()}
    of_all = ask(server, "/queries/cq38?format=csv&offset=300").text
    assert len(of_all.splitlines()) == 309
    first, last = (int(n) for n in told.split(" ")[0].split("–")) if "–" in told else (1, 0)
    assert text.count("<tr><td data-head") == last - first + 1


def test_the_rows_of_an_answer_begin_at_a_number(server: str) -> None:
    for wrong in ("-1", "x", "9" * 30):
        answer = ask(server, f"/queries/cq38?offset={wrong}", "text/plain")
        assert answer.status == 400
        assert "offset" in answer.text


def test_a_page_is_in_the_language_of_its_reader(server: str) -> None:
    for path, headers, lang in (
        ("/conflicts", {}, "en"),
        ("/conflicts?lang=ja", {}, "ja"),
        ("/conflicts", {"Accept_Language": "ja,en;q=0.5"}, "ja"),
        ("/conflicts?lang=en", {"Accept_Language": "ja"}, "en"),
        ("/conflicts?lang=xx", {"Accept_Language": "fr"}, "en"),
    ):
        answer = ask(server, path, "text/html", **headers)
        assert f'<html lang="{lang}">' in answer.text
        assert "Accept-Language" in answer.headers["vary"]
    tags = {ask(server, "/about", Accept_Language=lang).headers["etag"] for lang in ("ja", "en")}
    assert len(tags) == 2


def test_a_claim_is_shown_with_all_that_lets_one_doubt_it(server: str) -> None:
    page = Page(ask(server, "/claims/c-gate-ai-content-002").text)
    for said in (
        "100 million yen investment in AI",
        "contradicted by the same article",
        "conflict: slip of units",
        "about 1 trillion yen (FY2026 to FY2030)",
        "tertiary, verified",
        ask(server, "/ready").json["version"],
    ):
        assert said in page.words
    part = ask(server, "/claims/c-gate-ai-content-002?part=true")
    assert "<html" not in part.text
    assert "nearest: c-gate-ai-content-00" in ask(server, "/claims/c-gate-ai-content-0002").text


def test_an_error_is_reported_with_the_claim_filled_in(shipped_snapshot: Snapshot) -> None:
    store = shipped_snapshot.folder.parents[1]
    with running_server("--store", store, KG_REPORT_TO="mailto:desk@example.org") as (address, _):
        page = Page(ask(address, "/claims/c-gate-ai-content-001").text)
    assert [a for a in page.addresses if a.startswith("mailto:desk@example.org?subject=JSIP")]


def test_a_source_says_what_would_fall_without_it(server: str) -> None:
    page = Page(ask(server, "/sources/src-jiji-20251206").text)
    assert "What would fall without it" in page.words
    assert "/claims/c-jiji-20251206-001" in page.addresses
    assert ask(server, "/sources/src-nobody").status == 404


def test_a_table_is_a_csv_that_runs_nothing(hostile_server: str, server: str) -> None:
    for path in ("/conflicts", "/sources", "/quality", "/figures", "/claims", "/entity/meti"):
        answer = ask(server, f"{path}?format=csv")
        assert (answer.status, answer.kind) == (200, "text/csv")
        assert answer.body.startswith(b"\xef\xbb\xbf")
    told = ask(hostile_server, "/sources?format=csv").body.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(told)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_open_conflicts_are_filtered_and_paged(server: str) -> None:
    page = Page(ask(server, "/conflicts?open=true").text)
    every = ask(server, "/api/conflicts?open=true").json
    shown = [i for i in page.ids if i.startswith("conflict-")]
    assert set(shown) <= {c["id"] for c in every}
    assert 0 < len(shown) == len(set(shown))


ONE_GRAPH = "CONSTRUCT { ?s ?p ?o } FROM <https://w3id.org/jsip/graph/entities> { ?s ?p ?o }"
DEFAULT_GRAPH = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"


@pytest.mark.parametrize("union", [True, False])
@pytest.mark.parametrize("query", [ONE_GRAPH, DEFAULT_GRAPH])
def test_an_export_of_a_query_asks_the_dataset_that_sparql_does(
    shipped_snapshot: Snapshot, query: str, union: bool
) -> None:
    store = shipped_snapshot.folder.parents[1]
    default_graph = f"--{'' if union else 'no-'}union-default-graph"
    with running_server("--store", store, default_graph) as (address, _):
        asked = urlencode({"query": query})
        exported = ask(address, f"/export/ntriples?{asked}")
        answered = ask(address, f"/sparql?{asked}", "application/n-triples")
    assert (exported.status, answered.status) == (200, 200)
    assert set(exported.body.splitlines()) == set(answered.body.splitlines())
    assert bool(exported.body) == (union or query == ONE_GRAPH)


def test_a_claim_says_what_its_passage_gives_and_lacks(server: str) -> None:
    path = "/claims/c-jiji-20251221-001"
    assert "The passage gives the figure" in Page(ask(server, path).text).words
    assert "not in its words: " in Page(ask(server, path).text).words
    assert "この語句にない" in Page(ask(server, f"{path}?lang=ja").text).words
    told = ask(server, "/api/entity/domestic-ai-support-5y").text
    assert '"supports"' in told
    assert '"period_basis"' in told
