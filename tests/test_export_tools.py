"""Exports read back by the tools that they are for, as the package registry has them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from decimal import Decimal
from math import isfinite
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from rdflib.namespace import DCTERMS

from exported import hostile_reader, unzipped, written
from kg.build.snapshot import Snapshot
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.outlets.export import Part, around, whole
from kg.outlets.export.property_graph import CLAIM, DISPUTE, SOURCE
from kg.views.record.claims import Reader

# the tools call what their own libraries deprecate, and leave files to the collector
pytestmark = [pytest.mark.consumers, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def shipped(shipped_store: MemoryStore, names: Names) -> Reader:
    return Reader(shipped_store, names)


@pytest.fixture(params=["whole", "around", "hostile"])
def part(request: pytest.FixtureRequest, names: Names, example_snapshot: Snapshot) -> Part:
    """All of the shipped record, a part of it, and one whose names are hostile."""
    seed = names.id("takaichi-sanae")
    if request.param == "hostile":
        return around(hostile_reader(example_snapshot, names), seed, 1)
    reader = request.getfixturevalue("shipped")
    return whole(reader) if request.param == "whole" else around(reader, seed, 1)


def tool(name: str) -> ModuleType:
    """A package of a registry; without it the test is skipped, and says so."""
    module: ModuleType = pytest.importorskip(name, reason=f"{name} is not installed")
    return module


def test_csvw_reads_the_table_by_its_description(part: Part, tmp_path: Path) -> None:
    csvw = tool("csvw")
    folder = unzipped(part, "csvw", tmp_path)
    described = csvw.CSVW(str(folder / "claims.csv-metadata.json"), validate=True)
    assert described.is_valid
    rows = list(described.tables[0])
    text = written(part, "csv").decode("utf-8-sig")
    plain = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(plain) > 0
    for row, cells in zip(rows, plain, strict=True):
        assert {name: value for name, value in row.items() if isinstance(value, str)} == {
            name: cells[name] for name, value in row.items() if isinstance(value, str)
        }
        assert row["claim"].unsplit() == cells["claim"]
        assert row["number"] == (Decimal(cells["number"]) if cells["number"] else None)
        assert row["start"] == (int(cells["start"]) if cells["start"] else None)


def test_parquet_tables_are_read_alike_by_three_tools(part: Part, tmp_path: Path) -> None:
    duckdb, polars, parquet = tool("duckdb"), tool("polars"), tool("pyarrow.parquet")
    folder = unzipped(part, "parquet", tmp_path)
    for name in ("claims", "evidence", "sources", "conflicts", "nodes", "edges", "quads"):
        file = folder / f"{name}.parquet"
        rows = parquet.read_table(file).to_pylist()
        assert polars.read_parquet(file).to_dicts() == rows
        assert duckdb.sql(f"SELECT * FROM '{file}'").arrow().read_all().to_pylist() == rows
        assert rows or name == "conflicts"


def test_parquet_holds_what_the_graph_holds(part: Part, tmp_path: Path) -> None:
    parquet = tool("pyarrow.parquet")
    folder = unzipped(part, "parquet", tmp_path)
    held = {f.stem: parquet.read_table(f).to_pylist() for f in folder.glob("*.parquet")}
    assert {as_quad(row) for row in held["quads"]} == set(part.quads)
    assert len(held["quads"]) == len(part.quads)
    text = written(part, "csv").decode("utf-8-sig")
    cells = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {row["claim"] for row in held["claims"]} == {row["claim"] for row in cells}
    for row in held["claims"]:
        cell = next(c for c in cells if c["claim"] == row["claim"])
        assert (row["asserter"], row["review"]) == (
            cell["asserter"] or None,
            cell["review"] or None,
        )
        assert row["number"] == (float(cell["number"]) if cell["number"] else None)
    pairs = {(row["claim"], row["evidence"], row["source"]) for row in held["evidence"]}
    assert pairs == {(c["claim"], c["evidence"], c["source"]) for c in cells if c["evidence"]}
    assert {row["source"] for row in held["sources"]} == {c["source"] for c in cells} - {""}
    edges = {(row["subject_id"], row["object_id"], row["predicate_id"]) for row in held["edges"]}
    assert edges == set(part.network.edges(keys=True))
    asked = "SELECT ?d ?c { ?d jsip:involves ?c }"
    inside = {quad.subject.value for quad in part.quads if isinstance(quad.subject, NamedNode)}
    disputes = {(row["d"], row["c"]) for row in part.reader.rows(asked) if row["d"] in inside}
    assert {(row["conflict"], c) for row in held["conflicts"] for c in row["claims"]} == disputes
    evidence = sum(len(row["evidence"]) for row in held["edges"])
    assert evidence == sum(len(e["evidence"]) for *_, e in part.network.edges(data=True))


def test_the_table_of_quads_holds_each_once_graph_by_graph(part: Part, tmp_path: Path) -> None:
    duckdb, parquet = tool("duckdb"), tool("pyarrow.parquet")
    file = tmp_path / "quads.parquet"
    file.write_bytes(written(part, "parquet-quads"))
    rows = parquet.read_table(file).to_pylist()
    assert len(rows) == len(part.quads)
    assert {as_quad(row) for row in rows} == set(part.quads)
    graphs = [row["graph"] or "" for row in rows]
    assert graphs == sorted(graphs)
    assert duckdb.sql(f"SELECT COUNT(*) FROM '{file}'").fetchall() == [(len(rows),)]
    assert written(part, "parquet-quads") == file.read_bytes()


def as_quad(row: dict[str, str]) -> Quad:
    value: NamedNode | Literal
    if row["kind"] == "iri":
        value = NamedNode(row["object"])
    else:
        datatype = None if row["language"] else NamedNode(row["datatype"])
        value = Literal(row["object"], datatype=datatype, language=row["language"])
    graph = NamedNode(row["graph"]) if row["graph"] else DefaultGraph()
    return Quad(NamedNode(row["subject"]), NamedNode(row["predicate"]), value, graph)


def test_followthemoney_reads_entities_that_are_valid(part: Part) -> None:
    ftm = tool("followthemoney")
    lines = written(part, "ftm").splitlines()
    read = {}
    for line in lines:
        given = json.loads(line)
        entity = ftm.model.get_proxy(given, cleaned=False)
        kept = {prop.name: set(entity.get(prop)) for prop in entity.iterprops()}
        assert kept == {name: set(values) for name, values in given["properties"].items()}
        entity.schema.validate(given)
        read[entity.id] = entity
    assert len(read) == len(lines) > 0
    for entity in read.values():
        for prop, value in entity.itervalues():
            if prop.type.name == "entity":
                assert read[value].schema.is_a(prop.range), (entity.id, prop.name)


def test_followthemoney_keeps_rival_values_apart(shipped: Reader) -> None:
    tool("followthemoney")
    from followthemoney.statement.serialize import read_csv_statements
    from followthemoney.types import registry

    data = written(whole(shipped), "ftm-statements")
    statements = list(read_csv_statements(io.BytesIO(data)))
    assert len({s.id for s in statements}) == len(statements) > 1000
    for said in statements:
        assert said.id == said.generate_key()
        assert registry.get(said.prop_type).clean(said.value) == said.value
    cards = {card.iri: card for card in shipped.claims("?claim rdf:predicate jsip:amount .")}
    sums = [s for s in statements if s.prop == "amount" and s.entity_id == "domestic-ai-support-5y"]
    assert len({s.dataset for s in sums}) > 1
    for said in sums:
        card = cards[said.origin or ""]
        assert said.value == card.value
        assert said.original_value in (card.printed, None)
        assert said.dataset in {p.source.id.replace("-", "_") for p in card.passages}


def test_ndex2_reads_the_network(part: Part) -> None:
    cx2 = tool("ndex2.cx2")
    found = cx2.RawCX2NetworkFactory().get_cx2network(json.loads(written(part, "cx2")))
    names = {number: node["v"]["name"] for number, node in found.get_nodes().items()}
    assert set(names.values()) == set(part.network)
    edges = {
        (names[e["s"]], names[e["t"]], e["v"]["interaction"]): e["v"]
        for e in found.get_edges().values()
    }
    assert set(edges) == set(part.network.edges(keys=True))
    for ends, said in edges.items():
        data = part.network.edges[ends]
        assert (said["claims"], said["evidence"]) == (data["claims"], data["evidence"])
    assert len(found.get_edges()) == part.network.number_of_edges()
    again = found.to_cx2()
    assert len(next(a for a in again if "nodes" in a)["nodes"]) == len(part.network)


def test_a_cypher_engine_runs_the_script(part: Part) -> None:
    kglite = tool("kglite")
    graph = kglite.KnowledgeGraph()
    kinds = {"Claim": CLAIM, "Source": SOURCE} | dict.fromkeys(DISPUTES, DISPUTE)
    for label, columns in kinds.items():
        told = ", ".join(f"n.{column} = ''" for column in columns)  # kglite wants them known
        graph.cypher(f"CREATE (n:{label}) SET {told}")
    graph.cypher("MATCH (n) DELETE n")
    for line in written(part, "cypher").decode().split(";\n")[:-1]:
        graph.cypher(line)

    def ask(query: str) -> list[dict[str, Any]]:
        return list(graph.cypher(query))

    text = written(part, "csv").decode("utf-8-sig")
    cells = list(csv.DictReader(io.StringIO(text, newline="")))
    quotes = ask(
        "MATCH (c:Claim)-[r:STATED_IN]->(s:Source) "
        "RETURN c.iri AS claim, r.evidence AS evidence, r.quote AS quote, s.iri AS source, "
        "c.review AS review"
    )
    table = {
        (row["claim"], row["evidence"], row["source"], row["review"] or None)
        for row in cells
        if row["evidence"]
    }
    assert table == {(q["claim"], q["evidence"], q["source"], q["review"]) for q in quotes}
    asserters = ask("MATCH (c:Claim)-[:ASSERTED_BY]->(w) RETURN c.iri AS claim, w.id AS who")
    assert {(row["claim"], row["asserter"]) for row in cells} == {
        (row["claim"], row["who"]) for row in asserters
    }
    edges = ask("MATCH (a:Entity)-[r]->(b:Entity) RETURN a.id AS a, b.id AS b, r.claims AS c")
    network = part.network.edges(data=True)
    wanted = sorted((s, o, *data["claims"]) for s, o, data in network)
    assert sorted((row["a"], row["b"], *row["c"]) for row in edges) == wanted
    involved = ask("MATCH (d:Dispute)-[:INVOLVES]->(c:Claim) RETURN d.iri AS d, c.iri AS c")
    pairs = {(row["d"], row["c"]) for row in involved}
    assert pairs == {
        (quad.subject.value, quad.object.value)
        for quad in part.quads
        if quad.predicate.value == "https://w3id.org/jsip/ns#involves"
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
    }
    labels = ask("MATCH (e:Entity) RETURN e.id AS id, e.label_en AS label")
    held = {row["id"]: row["label"] for row in labels}
    assert all(held[n] == data["label_en"] for n, data in part.network.nodes(data=True))


DISPUTES = ("Conflict", "IdentityQuestion", "Caution")
FIELD = re.compile(
    r"(?P<name>\w*)(?::(?P<type>ID|START_ID|END_ID|LABEL|TYPE|double|int|string\[\])"
    r"(?:\((?P<space>\w+)\))?)?"
)


def test_neo4j_files_follow_the_grammar_of_their_headers(part: Part, tmp_path: Path) -> None:
    """Each field is name, type, id space; every end is a node; arrays are of IRIs."""
    folder = unzipped(part, "neo4j-csv", tmp_path)
    ids: set[str] = set()
    command = (folder / "import.sh").read_text(encoding="utf-8")
    for file in sorted(folder.glob("*.csv")):
        assert f"={file.name} " in command
        with file.open(encoding="utf-8", newline="") as text:
            head, *rows = csv.reader(text)
        fields = [match for column in head if (match := FIELD.fullmatch(column))]
        assert len(fields) == len(head) == len(set(head))
        kinds = [field["type"] for field in fields]
        assert all(len(row) == len(head) for row in rows)
        for row in rows:
            cells = dict(zip(head, row, strict=True))
            numbers = [cells[c] for c in head if c.endswith((":double", ":int"))]
            assert all(isfinite(float(number)) for number in numbers if number)
        if file.name.startswith("nodes"):
            assert kinds.count("ID") == kinds.count("LABEL") == 1
            found = [row[kinds.index("ID")] for row in rows]
            assert len(found) == len(set(found))
            assert not ids & set(found)
            ids |= set(found)
        else:
            assert kinds[:3] == ["START_ID", "END_ID", "TYPE"]
            assert ids >= {end for row in rows for end in row[:2]}
            assert all(re.fullmatch("[A-Z0-9_]+", row[2]) for row in rows)
        assert {field["space"] for field in fields} == {"Resource", None}
        assert rows or file.name == "nodes-disputes.csv"


def test_nanopublications_are_valid_and_trusty(part: Part) -> None:
    data = written(part, "nanopub").decode()
    found = rdflib.Dataset()
    found.parse(data=data, format="trig")
    subjects = {
        str(claim)
        for nanopublication, _, claim, _ in found.quads((None, DCTERMS.subject, None, None))
        if "/np/RA" in str(nanopublication)
    }
    rows = part.reader.rows("SELECT ?claim { ?claim rdf:subject ?s ; rdf:object ?o }")
    inside = {quad.subject.value for quad in part.quads if isinstance(quad.subject, NamedNode)}
    assert subjects == {row["claim"] for row in rows} & inside != set()
    each = [text for text in data.split("\n\n") if text.strip()]
    assert len(each) == len(subjects)
    for text in each[:: max(1, len(each) // 40)]:
        assert is_trusty(text)


def test_a_changed_nanopublication_is_found_out(shipped: Reader, names: Names) -> None:
    part = around(shipped, names.id("domestic-ai-support-5y"), 0)
    first = written(part, "nanopub").decode().split("\n\n")[0]
    assert is_trusty(first)
    with pytest.raises(ValueError, match="not valid"):
        is_trusty(first.replace("¥1 trillion", "¥2 trillion"))


def is_trusty(text: str) -> bool:
    """True of a nanopublication that the library holds for valid, hash included."""
    nanopub = tool("nanopub")
    graph = rdflib.ConjunctiveGraph()
    graph.parse(data=text, format="trig")
    one = nanopub.Nanopub(rdf=graph)
    one._metadata.np_uri = str(one._metadata.np_uri)
    return bool(one.is_valid and one.has_valid_trusty)


def test_a_citation_processor_reads_the_sources(part: Part) -> None:
    tool("citeproc")
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
    from citeproc.source.json import CiteProcJSON

    items = json.loads(written(part, "csl-json"))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items))
    bibliography.register(Citation([CitationItem(item["id"]) for item in items]))
    assert len(bibliography.bibliography()) == len(items) > 0
    entries = " ".join(map(str, bibliography.bibliography()))
    assert all(item["title"][:20] in entries for item in items if item.get("title", "").isalpha())
    text = written(part, "csv").decode("utf-8-sig")
    cells = list(csv.DictReader(io.StringIO(text, newline="")))
    found = {
        (claim["claim"], claim["evidence"], item["custom"]["iri"], claim["asserter"])
        for item in items
        for claim in item["custom"]["claims"]
    }
    wanted = {(c["claim"], c["evidence"], c["source"], c["asserter"]) for c in cells if c["source"]}
    assert found == wanted


def test_mlcroissant_reads_the_records(part: Part, tmp_path: Path) -> None:
    mlcroissant = tool("mlcroissant")
    folder = unzipped(part, "croissant", tmp_path)
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    records = list(dataset.records(record_set="claims"))
    with (folder / "claims.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(records) == len(rows) > 0
    for record, row in zip(records, rows, strict=True):
        assert record["claims/claim"].decode() == row["claim"]
        assert record["claims/number"] == (float(row["number"]) if row["number"] else None)
        assert (record["claims/quote"] or b"").decode() == row["quote"]


def test_pyld_reads_the_trees_of_each_class(part: Part, tmp_path: Path) -> None:
    jsonld = tool("pyld.jsonld")
    folder = unzipped(part, "jsonld-framed", tmp_path)
    triples = {Quad(t.subject, t.predicate, t.object) for t in part.triples}
    seen: set[Quad] = set()
    for file in folder.iterdir():
        document = json.loads(file.read_text(encoding="utf-8"))
        document["@graph"] = document["@graph"][:60]
        told = jsonld.to_rdf(document, {"format": "application/n-quads"})
        found = set(parse(told.encode(), format=RdfFormat.N_QUADS))
        assert found <= triples, file.name
        seen |= found
        framed = jsonld.frame(
            document, {"@context": document["@context"], "@type": f"jsip:{file.stem}"}
        )
        assert len(framed.get("@graph", [framed])) == len(document["@graph"])
        for tree in document["@graph"]:
            for evidence in tree.get("@reverse", {}).get("jsip:supportsClaim", []):
                selectors = evidence["oa:hasSelector"]
                each = selectors if isinstance(selectors, list) else [selectors]
                assert any("oa:exact" in selector for selector in each)
                assert evidence["oa:hasSource"]["@type"]
    assert {quad.predicate.value for quad in seen} >= {
        "http://www.w3.org/ns/oa#exact",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#object",
    }


def test_gexf_is_valid_by_its_schema(part: Part) -> None:
    """KG_GEXF_SCHEMA names `specs/1.3/gexf.xsd` of github.com/gephi/gexf: not ours to keep."""
    xmlschema = tool("xmlschema")
    place = os.environ.get("KG_GEXF_SCHEMA")
    if not place:
        pytest.skip("KG_GEXF_SCHEMA does not name the schema of GEXF 1.3")
    schema = xmlschema.XMLSchema(place)
    assert not list(schema.iter_errors(io.BytesIO(written(part, "gexf-plain"))))
