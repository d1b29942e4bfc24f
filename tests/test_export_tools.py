"""Exports read back by the tools that they are for, as the package registry has them."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from exported import hostile_reader, unzipped, written
from kg.build.snapshot import Snapshot
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.outlets.export import Part, around, whole
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
    for name in ("claims", "evidence", "sources", "nodes", "edges", "quads"):
        file = folder / f"{name}.parquet"
        rows = parquet.read_table(file).to_pylist()
        assert polars.read_parquet(file).to_dicts() == rows
        assert duckdb.sql(f"SELECT * FROM '{file}'").arrow().read_all().to_pylist() == rows
        assert rows


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
    evidence = sum(len(row["evidence"]) for row in held["edges"])
    assert evidence == sum(len(e["evidence"]) for *_, e in part.network.edges(data=True))


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
