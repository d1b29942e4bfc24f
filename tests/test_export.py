"""Exports: equal bytes for equal parts, read back whole by the tools that would read them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast
from xml.etree import ElementTree

import networkx as nx
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, parse

from exported import HOSTILE, HeldStore, hostile_reader, texts, written
from kg.build.snapshot import Snapshot
from kg.core.errors import KgError, UnknownName
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.outlets import export as export_package
from kg.outlets.export import EXPORTERS, Part, around, constructed, export, whole
from kg.outlets.export.jsonld_text import context
from kg.outlets.export.trusty import artifact_code
from kg.outlets.tables import guarded
from kg.outlets.theme import COLOURS
from kg.views.network.layout import laid_out
from kg.views.record.claims import Reader
from surfaces import kg

# rdflib's own parsers call what rdflib deprecates
pytestmark = pytest.mark.filterwarnings("ignore:Dataset|Conjunctive:DeprecationWarning")

QUADS = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS}
TRIPLES = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFLIB = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld",
          "trig": "trig", "nquads": "nquads"}  # fmt: skip
NETWORKS: dict[str, Callable[[Path], Any]] = {
    "graphml": lambda file: nx.read_graphml(file, force_multigraph=True),
    "gexf": lambda file: nx.MultiDiGraph(nx.read_gexf(file)),
    "gexf-plain": lambda file: nx.MultiDiGraph(nx.read_gexf(file)),
}


@pytest.fixture(scope="module")
def reader(example_snapshot: Snapshot, names: Names) -> Reader:
    return Reader(MemoryStore(example_snapshot.quads, "example"), names)


@pytest.fixture(scope="module")
def shipped(shipped_store: MemoryStore, names: Names) -> Reader:
    return Reader(shipped_store, names)


@pytest.fixture
def hostile(example_snapshot: Snapshot, names: Names) -> Reader:
    return hostile_reader(example_snapshot, names)


def read(data: bytes, form: RdfFormat) -> list[Quad]:
    return list(parse(data, format=form))


def in_rdflib(data: bytes, form: str) -> set[tuple[rdflib.term.Node | None, ...]]:
    """The statements as rdflib reads them; of triples, the graph is None."""
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=form)
    return {
        (s, p, o, g if isinstance(g, rdflib.URIRef) and g != DEFAULT else None)
        for s, p, o, g in dataset.quads()
    }


DEFAULT = rdflib.graph.DATASET_DEFAULT_GRAPH_ID


@pytest.fixture(params=["whole", "around", "hostile"])
def part(request: pytest.FixtureRequest, names: Names) -> Part:
    if request.param == "hostile":
        return around(request.getfixturevalue("hostile"), names.id("takaichi-sanae"), 1)
    reader = request.getfixturevalue("reader")
    return whole(reader) if request.param == "whole" else around(reader, ai_support(names), 1)


def ai_support(names: Names) -> str:
    return names.id("domestic-ai-support-5y")


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format_is_golden(
    name: str, reader: Reader, names: Names, golden: Callable[[str, bytes], None]
) -> None:
    if not EXPORTERS[name].is_ready:
        pytest.skip(f"{EXPORTERS[name].needs} is not installed")
    part = around(reader, names.id("takaichi-sanae"), 1)
    for suffix, data in texts(written(part, name)):
        assert len(data) < 60_000
        golden(f"exports/takaichi-sanae.{EXPORTERS[name].media.suffix}{suffix}", data)


@pytest.mark.parametrize("name", ["turtle", "csv", "cypher", "ftm-statements"])
def test_a_disputed_sum_is_golden(
    name: str, reader: Reader, names: Names, golden: Callable[[str, bytes], None]
) -> None:
    data = written(around(reader, ai_support(names), 0), name)
    assert len(data) < 60_000
    golden(f"exports/domestic-ai-support-5y.{EXPORTERS[name].media.suffix}", data)


@pytest.mark.parametrize("name", QUADS)
def test_formats_with_graphs_give_the_same_quads_back(name: str, part: Part) -> None:
    found = read(written(part, name), QUADS[name])
    assert len(found) == len(part.quads)
    assert set(found) == set(part.quads)


@pytest.mark.parametrize("name", TRIPLES)
def test_formats_without_graphs_give_the_same_triples_back(name: str, part: Part) -> None:
    found = read(written(part, name), TRIPLES[name])
    wanted = [Quad(t.subject, t.predicate, t.object) for t in part.triples]
    if name == "rdfxml":
        wanted = [xml_fit(quad) for quad in wanted]
    assert len(found) == len(wanted)
    assert set(found) == set(wanted)


@pytest.mark.parametrize(
    ("name", "form"), [("rdf12", RdfFormat.TURTLE), ("rdf12-nt", RdfFormat.N_TRIPLES)]
)
def test_rdf_1_2_gives_the_claims_back_as_reifiers(name: str, form: RdfFormat, part: Part) -> None:
    found = read(written(part, name), form)
    assert len(found) == len(set(found))
    reifiers = [quad for quad in found if quad.predicate.value == f"{RDF}reifies"]
    again = {quad for quad in found if quad.predicate.value != f"{RDF}reifies"}
    for quad in reifiers:
        term = quad.object
        assert isinstance(term, Triple)
        parts = ("subject", term.subject), ("predicate", term.predicate), ("object", term.object)
        again |= {Quad(quad.subject, NamedNode(f"{RDF}{key}"), value) for key, value in parts}
    assert reifiers
    assert again == {Quad(t.subject, t.predicate, t.object) for t in part.triples}


def test_rdf_1_2_answers_what_is_claimed_and_what_is_an_edge(reader: Reader, names: Names) -> None:
    """A store of RDF 1.2 asks the exported file in its own way."""
    store = Store()
    store.load(written(whole(reader), "rdf12"), format=RdfFormat.TURTLE)
    asked = "SELECT ?c ?edge { ?c rdf:reifies <<( ?s ?p ?o )>> BIND(EXISTS { ?s ?p ?o } AS ?edge) }"
    rows = store.query(names.sparql_prologue() + asked)
    assert isinstance(rows, QuerySolutions)
    found = {row["c"].value: row["edge"].value for row in rows}
    pattern = "SELECT ?claim { ?claim rdf:subject ?s }"
    assert found.keys() == {row["claim"] for row in reader.rows(pattern)}
    assert found[names.id("c-livedoor-20251021-001")] == "true"
    assert found[names.id("c-gate-ai-content-002")] == "false"  # a misprint


def test_the_iri_of_every_nanopublication_holds_the_digest_of_its_quads(part: Part) -> None:
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in read(written(part, "nanopub"), RdfFormat.TRIG):
        assert isinstance(quad.graph_name, NamedNode)
        found[quad.graph_name.value.partition("#")[0]].append(quad)
    claims = {q.subject for q in part.quads if q.predicate.value == f"{RDF}subject"}
    assert len(found) == len(claims) > 0
    for iri, quads in found.items():
        code = iri.rpartition("/")[2]
        assert artifact_code(quads, code) == code
        assert len({quad.graph_name for quad in quads}) == 4
        assert artifact_code(quads[:-1], code) != code


def test_triple_terms_of_a_query_are_written_by_turtle(reader: Reader) -> None:
    part = constructed(reader, "CONSTRUCT { <x:a> <x:p> <<( <x:s> <x:p> 1 )>> } WHERE {}")
    for name in ("turtle", "ntriples", "nquads", "rdf12", "rdf12-nt"):
        form = TRIPLES.get(name.replace("rdf12-nt", "ntriples").replace("rdf12", "turtle"))
        assert read(written(part, name), form or QUADS[name]) == list(part.quads)


def xml_fit(quad: Quad) -> Quad:
    """The quad as XML can hold it, as the loss report says."""
    term = quad.object
    if isinstance(term, Literal) and term.language:
        term = Literal(fit(term.value), language=term.language)
    return Quad(quad.subject, quad.predicate, term)


def fit(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\uffff]", "\ufffd", text)


@pytest.mark.parametrize("name", [*TRIPLES, *QUADS])
def test_rdflib_reads_what_the_engine_reads(name: str, reader: Reader, names: Names) -> None:
    part = around(reader, ai_support(names), 1)
    found = in_rdflib(written(part, name), RDFLIB[name])
    wanted = in_rdflib(written(part, "nquads"), "nquads")
    if name in TRIPLES:
        wanted = {(*statement[:3], None) for statement in wanted}
    assert found == wanted


@pytest.mark.parametrize("name", ["jsonld", "turtle", "trig"])
def test_rdflib_reads_hostile_names(name: str, hostile: Reader, names: Names) -> None:
    part = around(hostile, names.id("takaichi-sanae"), 1)
    labels = {
        str(o)
        for s, p, o, _ in in_rdflib(written(part, name), RDFLIB[name])
        if p == rdflib.RDFS.label and "person-" in str(s)
    }
    assert labels == set(HOSTILE)


def test_the_whole_is_the_snapshot_line_for_line(
    reader: Reader, shipped: Reader, example_snapshot: Snapshot, shipped_snapshot: Snapshot
) -> None:
    for store, snapshot in ((reader, example_snapshot), (shipped, shipped_snapshot)):
        lines = sorted(snapshot.quads.read_bytes().splitlines())
        assert written(whole(store), "nquads").splitlines() == lines


def test_a_part_of_a_built_snapshot_names_its_dataset_and_licence(
    shipped: Reader, names: Names
) -> None:
    part = around(shipped, names.id("takaichi-sanae"), 1)
    dataset = f"{names.base}dataset/{shipped.store.version}"
    said = {q.predicate.value for q in part.quads if q.subject == NamedNode(dataset)}
    assert names.iri("dct:license") in said
    assert names.iri("dcat:version") in said


def test_around_holds_all_claims_about_the_entity_with_what_stands_behind_them(
    shipped: Reader, names: Names
) -> None:
    about = names.id("takaichi-sanae")
    part, store = around(shipped, about, 1), HeldStore()
    store.held.extend(part.quads)
    held = Reader(store, names)
    measure = names.id("fy2025-supplementary-content")
    for pattern in (
        f"?claim rdf:subject <{about}> .",
        f"?claim rdf:object <{about}> .",
        f"?claim rdf:subject <{measure}> ; rdf:predicate jsip:amount .",
    ):
        wanted = shipped.claims(pattern)
        assert held.claims(pattern) == wanted
        assert wanted
    conflicts = "SELECT ?c ?x WHERE { ?c jsip:involves ?x , ?y . ?y rdf:subject <%s> } ORDER BY ?x"
    assert list(held.rows(conflicts % measure)) == list(shipped.rows(conflicts % measure)) != []


def test_around_leaves_out_claims_that_lead_outside(shipped: Reader, names: Names) -> None:
    seed = names.id("takaichi-sanae")
    part = around(shipped, seed, 1)
    inside = {part.network.nodes[n]["iri"] for n in part.network}
    entity = names.id("")
    edges = names.graph("derived-edges")
    for quad in part.quads:
        value = quad.object.value if isinstance(quad.object, NamedNode) else ""
        if quad.graph_name == NamedNode(edges) and value.startswith(entity):
            assert value in inside or value.startswith(f"{entity}period-")  # no entity
    assert len(part.quads) < len(whole(shipped).quads) / 5


def test_more_hops_hold_more(shipped: Reader, names: Names) -> None:
    parts = [around(shipped, names.id("takaichi-sanae"), hops) for hops in range(3)]
    for less, more in pairwise(parts):
        assert set(less.quads) < set(more.quads)
        assert set(less.network.edges(keys=True)) < set(more.network.edges(keys=True))


def test_an_unknown_entity_names_the_nearest(reader: Reader, names: Names) -> None:
    with pytest.raises(UnknownName, match="nearest: takaichi-sanae"):
        around(reader, names.id("takaichi-sanai"))


def test_an_unknown_format_names_the_nearest(reader: Reader) -> None:
    with pytest.raises(UnknownName, match="nearest: turtle"):
        export(whole(reader), "tutrle", io.BytesIO())
    told = kg("export", "--explain", "tutrle")
    assert told.code == 2
    assert "nearest: turtle" in told.err


@pytest.mark.parametrize("name", NETWORKS)
def test_networkx_reads_the_same_network_back(name: str, part: Part, tmp_path: Path) -> None:
    file = tmp_path / f"network.{name}"
    file.write_bytes(written(part, name))
    found = NETWORKS[name](file)
    assert found.is_directed()
    assert set(found) == set(part.network)
    curie = part.reader.names.curie
    keys = {(s, o, curie(data["predicate"])) for s, o, data in found.edges(data=True)}
    assert keys == set(part.network.edges(keys=True))
    assert found.number_of_edges() == part.network.number_of_edges()
    for node_id, data in part.network.nodes(data=True):
        for key in ("iri", "type", "label_en", "label_ja"):
            assert found.nodes[node_id].get(key, "") == fit(data[key])
    for s, o, edge in found.edges(data=True):
        data = part.network.edges[s, o, curie(edge["predicate"])]
        assert (edge["label_en"], edge["label_ja"]) == (data["label_en"], data["label_ja"])
        assert edge["claims"].split() == data["claims"]
        assert edge["evidence"].split() == data["evidence"]


def test_parallel_edges_stay_apart(reader: Reader, names: Names, tmp_path: Path) -> None:
    part = constructed(
        reader, "CONSTRUCT { <x:a> <x:p> <x:b> . <x:a> <x:q> <x:b> . <x:b> <x:p> <x:a> } WHERE {}"
    )
    for name, read_network in NETWORKS.items():
        file = tmp_path / name
        file.write_bytes(written(part, name))
        assert set(read_network(file).edges(keys=True)) == {
            ("x:a", "x:b", "x:p"),
            ("x:a", "x:b", "x:q"),
            ("x:b", "x:a", "x:p"),
        }
    edges = ElementTree.fromstring(written(part, "gexf")).iter("{http://gexf.net/1.3}edge")
    seen = [(edge.get("id"), edge.get("kind")) for edge in edges]
    assert len({edge for edge, _ in seen}) == 3
    assert [kind for _, kind in seen] == ["x:p", "x:q", "x:p"]


def test_gexf_has_the_places_and_colours_of_the_page(shipped: Reader) -> None:
    part = whole(shipped)
    file = io.BytesIO(written(part, "gexf"))
    places = laid_out(list(part.network), list(part.network.edges()))
    for name, data in nx.read_gexf(file).nodes(data=True):
        x, y = places[name]
        assert data["viz"]["position"] == {"x": x, "y": -y, "z": 0}
    page = (Path(__file__).parents[1] / "src/kg/outlets/page/page.css").read_text("utf-8")
    light = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", page.partition("@media")[0]))
    assert {family: light[family] for family in COLOURS} == COLOURS


GEXF = {  # what the schema of GEXF 1.3 lets each element have: attributes, children
    "gexf": ("version schemaLocation", "meta graph"),
    "meta": ("lastmodifieddate", "creator keywords description"),
    "creator": ("", ""),
    "description": ("", ""),
    "graph": ("mode defaultedgetype idtype", "attributes nodes edges"),
    "attributes": ("class mode", "attribute"),
    "attribute": ("id title type", "default options"),
    "nodes": ("count", "node"),
    "node": ("id label pid", "attvalues nodes edges parents"),
    "attvalues": ("", "attvalue"),
    "attvalue": ("for value", ""),
    "edges": ("count", "edge"),
    "edge": ("id source target kind label type weight", "attvalues"),
}


def test_plain_gexf_follows_its_schema(part: Part) -> None:
    """A table of what we use of the schema; `test_export_tools.py` asks the schema where it is."""
    root = ElementTree.fromstring(written(part, "gexf-plain"))
    ids = {node.get("id") for node in root.iter("{http://gexf.net/1.3}node")}
    for element in root.iter():
        space, _, name = element.tag[1:].partition("}")
        attributes, children = (names.split() for names in GEXF[name])
        assert space == "http://gexf.net/1.3"
        assert {key.rpartition("}")[2] for key in element.attrib} <= set(attributes)
        inside = [child.tag.partition("}")[2] for child in element]
        assert set(inside) <= set(children)
        if name in ("gexf", "graph"):
            assert sorted(inside, key=children.index) == inside
        if name == "edge":
            assert {element.get("source"), element.get("target")} <= ids


def test_gexf_and_graphml_write_no_date_of_today(part: Part) -> None:
    for name in NETWORKS:
        assert b"lastmodified" not in written(part, name).lower()


def test_hostile_names_stay_text_in_xml(hostile: Reader, names: Names) -> None:
    part = around(hostile, names.id("takaichi-sanae"), 1)
    for name in ("graphml", "gexf", "rdfxml"):
        data = written(part, name)
        root = ElementTree.fromstring(data)
        assert not [e for e in root.iter() if e.tag.rpartition("}")[2] == "script"]
        assert b"&lt;script&gt;" in data
        assert "\ufffd" in EXPORTERS[name].losses or "U+FFFD" in EXPORTERS[name].losses


def table(part: Part) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(part, "csv").decode("utf-8-sig"), newline="")))


def test_the_table_has_a_row_for_each_claim_and_passage(shipped: Reader) -> None:
    pairs = shipped.rows(
        "SELECT ?c ?e WHERE { ?c rdf:subject ?s OPTIONAL { ?e jsip:supportsClaim ?c } }"
    )
    rows = table(whole(shipped))
    assert {(r["c"], r.get("e", "")) for r in pairs} == {(r["claim"], r["evidence"]) for r in rows}
    assert len(rows) == len({(row["claim"], row["evidence"]) for row in rows})


def test_the_table_says_what_the_claims_say(shipped: Reader, names: Names) -> None:
    cards = {card.iri: card for card in shipped.claims("")}
    for row in table(whole(shipped)):
        card = cards[row["claim"]]
        assert row["class"] == card.cls
        assert row["subject"] == card.subject.id
        assert row["subject_ja"] == card.subject.ja
        assert row["predicate"] == card.predicate.id
        assert (row["object"] or row["value"]) == (card.object.id if card.object else card.value)
        assert row["object_en"] == (card.object.en if card.object else "")
        assert (row["lower"], row["upper"], row["printed"]) == (
            card.lower,
            card.upper,
            card.printed,
        )
        assert (row["asserter"], row["date"]) == (card.asserter.id, card.asserted_on)
        assert row["status"] == card.status.id.partition("/")[2]
        assert row["review"] == card.review.id.partition("/")[2]
        assert row["rank"] == card.rank
        passages = {p.iri: p for p in card.passages}
        if row["evidence"]:
            passage = passages[row["evidence"]]
            assert row["quote"] == guarded(passage.quote)
            assert row["start"] == ("" if passage.start is None else str(passage.start))
            assert (row["source"], row["url"]) == (passage.source.iri, passage.source.url)


def test_the_table_is_rfc_4180_and_runs_nothing(hostile: Reader, names: Names) -> None:
    part = around(hostile, names.id("takaichi-sanae"), 1)
    data = written(part, "csv")
    assert data.startswith(b"\xef\xbb\xbfclaim,passage_number,class,subject,")
    assert data.endswith(b"\r\n")
    rows = {row["claim"]: row for row in table(part)}
    for number, text in enumerate(HOSTILE):
        row = rows[names.id(f"c-bad-{number}")]
        assert row["quote"] == guarded(text)
        assert row["object_en"] == guarded(text)
    assert "apostrophe" in EXPORTERS["csv"].losses


def test_a_query_can_be_exported_with_the_claims_behind_its_edges(
    reader: Reader, names: Names
) -> None:
    sparql = names.sparql_prologue() + (
        "CONSTRUCT { ?s ?p ?o . ?s a jsip:Person } WHERE { GRAPH g:derived-edges "
        "{ ?s ?p ?o } ?s a jsip:Person }"
    )
    part = constructed(reader, sparql)
    assert {quad.subject for quad in part.quads} == {NamedNode(names.id("takaichi-sanae"))}
    edge = part.network.edges["takaichi-sanae", "prime-minister-of-japan", "jsip:holdsPost"]
    assert edge["claims"] == [names.id("c-livedoor-20251021-001")]
    assert edge["evidence"]
    assert part.network.nodes["takaichi-sanae"]["type"] == "Person"
    assert all(key != "rdf:type" for *_, key in part.network.edges(keys=True))


def test_rows_cannot_be_exported(reader: Reader) -> None:
    with pytest.raises(KgError, match="CONSTRUCT"):
        constructed(reader, "SELECT * WHERE { ?s ?p ?o } LIMIT 1")


def test_blank_nodes_of_a_query_are_refused(reader: Reader) -> None:
    """Naming them so that they repeat takes exponential time on a hostile graph."""
    with pytest.raises(KgError, match="blank nodes"):
        constructed(reader, "CONSTRUCT { ?s <x:part> [ <x:says> 1 ] } { VALUES ?s { <x:a> } }")


def test_odd_predicates_and_values_survive_json_and_xml(reader: Reader) -> None:
    part = constructed(
        reader,
        """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX jsip: <https://w3id.org/jsip/ns#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        CONSTRUCT { <urn:a> <http://example.org/1a> 1, 01, 1.0, 1e0, true, "x", "x"@en, "x"@ja-Hira,
          "2025"^^xsd:gYear, <urn:b> ; <http://example.org/日本> "y" ; a <urn:T> ;
          rdfs:label "no language", "one"@en, "uno"@es ; jsip:amount "a lot", "5"^^xsd:decimal ;
          jsip:assertedBy "a word", <urn:c> ; jsip:charLength 7, "007"^^xsd:integer } WHERE {}""",
    )
    wanted = {Quad(t.subject, t.predicate, t.object) for t in part.triples}
    for name, form in TRIPLES.items():
        assert set(read(written(part, name), form)) == wanted
        assert in_rdflib(written(part, name), RDFLIB[name]) == in_rdflib(
            written(part, "ntriples"), "nt"
        )


@pytest.mark.parametrize(
    "predicate",
    [
        "http://example.org/123",
        "http://example.org/",
        "http://example.org/a%20",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#li",
    ],
)
def test_a_predicate_that_xml_cannot_name_stops_the_export(predicate: str, reader: Reader) -> None:
    part = constructed(reader, f"CONSTRUCT {{ <x:a> <{predicate}> 1 }} WHERE {{}}")
    with pytest.raises(KgError, match="cannot write the predicate"):
        written(part, "rdfxml")
    assert read(written(part, "jsonld"), RdfFormat.JSON_LD) == list(part.quads)


def test_an_iri_that_looks_like_a_short_name_stops_jsonld(reader: Reader) -> None:
    part = constructed(reader, "CONSTRUCT { <id:x> <x:p> 1 } WHERE {}")
    with pytest.raises(KgError, match="short name"):
        written(part, "jsonld")


def test_jsonld_is_compact(reader: Reader, names: Names) -> None:
    part = around(reader, ai_support(names), 0)
    document = json.loads(written(part, "jsonld"))
    nodes = {node["@id"]: node for node in document["@graph"]}
    claim = nodes["id:c-jiji-20251221-001"]
    assert claim["@type"] == "jsip:MonetaryClaim"
    assert claim["rdf:subject"] == "id:domestic-ai-support-5y"
    assert claim["jsip:assertedBy"] == "id:jiji-press"
    assert claim["jsip:lowerBound"] == "500000000000"
    assert claim["jsip:printedForm"] == {"ja": "１兆円規模"}
    assert nodes["id:domestic-ai-support-5y"]["rdfs:label"].keys() == {"en", "ja"}
    assert document["@context"].items() <= context(reader).items()


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format_says_what_it_is_and_what_it_loses(name: str) -> None:
    exporter = EXPORTERS[name]
    assert exporter.name == name
    assert exporter.media.type.partition("/")[2]
    assert exporter.media.suffix
    for sentence in (exporter.description, exporter.losses):
        assert re.fullmatch(r"[A-Z].*\.", sentence)
    assert re.fullmatch(r"[A-Za-z].*\.", exporter.readers)
    told = kg("export", "--explain", name)
    assert (told.code, told.err) == (0, "")
    for words in (exporter.losses, exporter.readers, exporter.example, exporter.media.suffix):
        assert words in told.out


def test_readme_names_every_format() -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    table = text[text.index("## Exports") : text.index("## Settings")]
    names = set(re.findall(r"`([a-z0-9-]+)`", table))
    assert names >= EXPORTERS.keys()
    assert f"{len(EXPORTERS)} formats" in text


def test_an_archive_unpacks_into_a_folder(tmp_path: Path) -> None:
    done = kg("export", "csvw", "--entity", "meti", "--out", f"{tmp_path}/csvw/")
    assert done.code == 0, done.err
    assert {file.name for file in (tmp_path / "csvw").iterdir()} == {
        "claims.csv",
        "claims.csv-metadata.json",
    }
    assert kg("export", "csvw", "--entity", "meti", "--out", tmp_path / "a").code == 0
    assert (tmp_path / "a").read_bytes().startswith(b"PK")


class Pipe:
    """What can only be written to, as a pipe or an answer on its way."""

    def __init__(self) -> None:
        self.held = b""

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("name", [name for name, form in EXPORTERS.items() if form.is_archive])
def test_a_pipe_takes_the_same_bytes_as_a_file(name: str, reader: Reader, names: Names) -> None:
    part, pipe = around(reader, names.id("takaichi-sanae"), 1), Pipe()
    export(part, name, cast(BinaryIO, pipe))
    assert pipe.held == written(part, name)


def test_a_format_whose_package_is_missing_says_what_to_install(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.outlets.export.exporter.find_spec", lambda name: None)
    assert not EXPORTERS["parquet"].is_ready
    with pytest.raises(KgError, match=r"pip install 'jsip-kg\[parquet\]'"):
        written(whole(reader), "parquet")


def test_exporters_do_not_import_each_other() -> None:
    folder = Path(export_package.__file__).parent
    modules = {path.stem: path.read_text("utf-8") for path in folder.glob("[!_]*.py")}
    exporters = {name for name, text in modules.items() if "\nEXPORTER = " in text}
    assert len(exporters) == len(EXPORTERS)
    for name in exporters:
        imported = set(re.findall(r"^from kg\.outlets\.export\.(\w+)", modules[name], re.MULTILINE))
        assert not imported & exporters, name


def test_suffixes_differ() -> None:
    assert len({exporter.media.suffix for exporter in EXPORTERS.values()}) == len(EXPORTERS)


_SCRIPT = """
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from kg.core.names import shipped_names
from kg.outlets.export import EXPORTERS, around, export, whole
from kg.engine.graph_store import MemoryStore
from kg.views.record.claims import Reader
reader = Reader(MemoryStore(Path(sys.argv[1]), "v"), shipped_names())
for part in (whole(reader), around(reader, reader.names.id("takaichi-sanae"), 2)):
    for name in EXPORTERS:
        out = BytesIO()
        export(part, name, out)
        print(name, len(out.getvalue()), sha256(out.getvalue()).hexdigest())
"""


@pytest.mark.long
def test_two_processes_write_the_same_bytes(shipped_snapshot: Snapshot) -> None:
    command = [sys.executable, "-c", _SCRIPT, str(shipped_snapshot.quads)]
    one, two = (
        subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    )
    assert one == two
    assert one.count(b"\n") == 2 * len(EXPORTERS)


QUICKSTATEMENT = re.compile(
    r"Q\d+\tP\d+\tQ\d+(\tP\d+\t\+\d{4}-\d\d-\d\dT00:00:00Z/(9|10|11))*"
    r'\tS854\t"[^"\t]+"(\tS1476\t[a-z]+:"[^"\t]*")?(\tS577\t\+[-\d]+T00:00:00Z/(9|10|11))?'
    r"\t/\* (?P<claim>\S+) \*/"
)


def test_drafts_for_wikidata_are_of_accepted_claims_between_items(shipped: Reader) -> None:
    lines = written(whole(shipped), "quickstatements").decode().splitlines()
    found = [match for line in lines if (match := QUICKSTATEMENT.fullmatch(line))]
    assert len(found) == len(lines) > 0
    item = "?claim {0} ?{1} . ?{1} schema:sameAs ?w{1} . FILTER(CONTAINS(STR(?w{1}), 'wikidata'))"
    ends = " ".join(item.format(f"rdf:{end}", end) for end in ("subject", "object"))
    asked = f"SELECT ?claim WHERE {{ ?claim jsip:reviewStatus rv:accepted . {ends} }}"
    claims = {row["claim"] for row in shipped.rows(asked)}
    assert {match["claim"] for match in found} <= claims
    rows = list(csv.DictReader(io.StringIO(written(whole(shipped), "mismatch-finder").decode())))
    assert {row["external_url"] for row in rows} >= {match["claim"] for match in found}
    for row in rows:
        assert row["external_url"] in claims
        assert not row["statement_guid"] + row["wikidata_value"]  # both or none, says its guide
        assert re.fullmatch(
            r"Q\d+ P\d+ Q\d+", " ".join((row["item_id"], row["property_id"], row["external_value"]))
        )
