"""Each shape finds its fault, and only its own; what pySHACL finds alone, our runner finds too."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build.shapes import (
    core_problems,
    core_problems_by_the_book,
    full_problems,
    load_shapes,
    storewide_problems,
)
from kg.build.snapshot import Snapshot
from kg.core.problems import Problem
from outside import ask
from surfaces import kg

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "shapes"
GRAPH = "https://w3id.org/jsip/graph/"
SH = "http://www.w3.org/ns/shacl#"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"

SHAPES = load_shapes(ROOT / "ontology" / "shapes")
ALL = {f"S{number:02}" for number in (*range(1, 34), 38, 40, 41, 42, 44)}
TEXT_ONLY = {"S12"}  # needs the texts of sources: a gate in Python, tested there
FOLDERS = sorted(path for path in FIXTURES.glob("S??") if path.name not in TEXT_ONLY)
CHANGES = {
    "no day": (r'"(\d{4})-\d\d-\d\d"\^\^xsd:date', r'"\1-13-45"^^xsd:date'),
    "a moment": (r'"(\d{4}-\d\d-\d\d)"\^\^xsd:date', r'"\1T00:00:00"^^xsd:dateTime'),
    "a day in a time zone": (r'"(\d{4}-\d\d-\d\d)"\^\^xsd:date', r'"\1+09:00"^^xsd:date'),
    "no number": (r'"\d+"\^\^xsd:decimal', '"many"^^xsd:decimal'),
    "a double": (r'"(\d+)"\^\^xsd:decimal', r'"\1"^^xsd:double'),
    "less than nothing": (r'"(\d+)"\^\^xsd:integer', r'"-\1"^^xsd:integer'),
    "a dialect": (r'"@en\b', '"@en-GB'),
    "a capital": (r'"@ja\b', '"@JA'),
    "no language": (r'"@en\b', '"'),
    "text for a thing": (r"jsip:assertedBy id:[a-z-]+", 'jsip:assertedBy "somebody"'),
    "a blank node": (r"jsip:assertedBy id:[a-z-]+", "jsip:assertedBy _:somebody"),
    "nobody known": (r"jsip:assertedBy id:", "jsip:assertedBy id:un"),
    "no type": (r"\ba jsip:Evidence\b", "a jsip:Hearsay"),
}


@cache
def ontology() -> tuple[ox.Quad, ...]:
    store = ox.Store()
    for folder, graph in (("modules", "ontology"), ("schemes", "schemes")):
        for path in sorted((ROOT / "ontology" / folder).glob("*.ttl")):
            store.load(
                path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + graph)
            )
    return tuple(store)


def read(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path)))


def fixture(folder: Path, name: str) -> list[ox.Quad]:
    found = [path for path in folder.glob(f"{name}.*") if path.suffix in {".ttl", ".trig"}]
    assert len(found) == 1, f"{folder.name} needs one {name}.ttl or {name}.trig"
    return read(found[0])


def all_fixtures(name: str) -> list[ox.Quad]:
    return [quad for folder in FOLDERS for quad in fixture(folder, name)]


def problems(data: list[ox.Quad], *, whole: bool = False) -> list[Problem]:
    """Core and store-wide problems of data, the base graph and the ontology.

    Core constraints on data need only the class hierarchy, and take a second more on all of it.
    """
    data = [*read(FIXTURES / "base.ttl"), *data]
    store = ox.Store()
    store.extend([*data, *ontology()])
    hierarchy = [quad for quad in ontology() if quad.predicate.value == SUBCLASS]
    core = core_problems([*data, *(ontology() if whole else hierarchy)], SHAPES)
    return [*core, *storewide_problems(store, SHAPES)]


def rules(number: str) -> set[str]:
    """The messages of a shape: one for each property shape and each query."""
    return {
        triple.object.value
        for triple in SHAPES.triples
        if isinstance(triple.object, ox.Literal)
        and triple.predicate.value == SH + "message"
        and number in str(triple.subject)
    }


def as_pattern(message: str) -> str:
    return ".*".join(re.escape(part) for part in re.split(r"\{[$?]\w+\}", message))


def test_every_number_has_a_shape_and_fixtures() -> None:
    numbered = {number for number in ALL if rules(number)}
    assert numbered == ALL - TEXT_ONLY
    assert {folder.name for folder in FOLDERS} == numbered


def test_the_base_graph_and_the_ontology_are_clean() -> None:
    assert problems([], whole=True) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_good_data_is_clean(folder: Path) -> None:
    assert problems(fixture(folder, "good")) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_bad_data_fails_its_own_shape_only_and_every_rule_of_it(folder: Path) -> None:
    found = problems(fixture(folder, "bad"))
    assert {problem.rule for problem in found} == {folder.name}
    said = [problem.what for problem in found]
    silent = {
        rule for rule in rules(folder.name) if not any(re.match(as_pattern(rule), m) for m in said)
    }
    assert silent == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_screen_lets_nothing_pass_that_pyshacl_finds(folder: Path) -> None:
    hierarchy = [quad for quad in ontology() if quad.predicate.value == SUBCLASS]
    data = [*read(FIXTURES / "base.ttl"), *fixture(folder, "bad"), *hierarchy]
    assert core_problems(data, SHAPES) == core_problems_by_the_book(data, SHAPES)


@pytest.mark.parametrize(
    ("target", "tried"),
    [
        ("sh:targetClass x:C", "sh:path x:p ; sh:equals x:q"),
        ("sh:targetClass x:C", "sh:path x:r ; sh:or ( [ sh:path x:q ; sh:class x:C ] )"),
        (
            "sh:targetClass x:C",
            "sh:path x:r ; sh:qualifiedMinCount 1 ; "
            "sh:qualifiedValueShape [ sh:path x:q ; sh:class x:C ]",
        ),
        (
            "sh:targetClass x:C",
            "sh:path x:l ; sh:qualifiedMaxCount 0 ; "
            'sh:qualifiedValueShape [ sh:languageIn ( "*" ) ]',
        ),
        ("a rdfs:Class", "sh:path x:p ; sh:minCount 1"),
        ("sh:targetClass x:C", "sh:path x:n ; sh:lessThanOrEquals x:m"),
    ],
)
def test_what_the_screen_does_not_know_is_for_pyshacl(
    target: str, tried: str, tmp_path: Path
) -> None:
    heads = {"sh": SH, "x": "urn:x:", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in heads.items())
    name = "<https://w3id.org/jsip/shapes#S01-tried>"
    shape = f"x:C a sh:NodeShape ; {target} ; sh:property {name} . {name} {tried} ."
    (tmp_path / "s.ttl").write_text(prefixes + shape)
    text = f'{prefixes} x:a a x:C ; x:q 1 ; x:r x:a ; x:l "a"@en , "b"@ja ; x:n 3 ; x:m 2 .'
    data = list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    shapes = load_shapes(tmp_path)
    assert core_problems(data, shapes) == core_problems_by_the_book(data, shapes)


def test_the_screen_agrees_with_pyshacl_on_all_faults_at_once_and_on_the_example() -> None:
    """Also where nodes of several faults stand beside each other, each to the byte."""
    example = [
        quad
        for path in sorted((ROOT / "tests" / "example" / "triples").glob("*.trig"))
        for quad in read(path)
    ]
    data = [*read(FIXTURES / "base.ttl"), *all_fixtures("bad"), *ontology(), *example]
    found = core_problems(data, SHAPES)
    assert found == core_problems_by_the_book(data, SHAPES)
    assert len(found) > 90


@pytest.mark.filterwarnings("ignore:NotImplemented:DeprecationWarning")  # of pySHACL, of no days
@pytest.mark.parametrize("changed", CHANGES)
def test_the_screen_agrees_with_pyshacl_on_values_that_are_odd(changed: str) -> None:
    """Values of a sound example, each made odd: what is no value of its kind at all."""
    was, now = CHANGES[changed]
    store = ox.Store()
    store.extend(quad for quad in ontology() if quad.predicate.value == SUBCLASS)
    times = 0
    for path in sorted((ROOT / "tests" / "example" / "triples").glob("*.trig")):
        text, changes = re.subn(was, now, path.read_text(encoding="utf-8"))
        store.load(text.encode(), format=ox.RdfFormat.TRIG)
        times += changes
    assert times
    assert core_problems(store, SHAPES) == core_problems_by_the_book(store, SHAPES)


@pytest.mark.long
def test_pyshacl_alone_agrees_with_core_and_store_wide_runs() -> None:
    data = [*read(FIXTURES / "base.ttl"), *all_fixtures("bad"), *ontology()]
    store = ox.Store()
    store.extend(data)
    ours = [*core_problems(data, SHAPES), *storewide_problems(store, SHAPES)]
    theirs = full_problems(data, SHAPES)

    def places(found: list[Problem]) -> set[tuple[str, str, str]]:
        return {(problem.rule, problem.severity, problem.where) for problem in found}

    assert places(ours) == places(theirs)
    assert {shape for shape, _, _ in places(theirs)} == ALL - TEXT_ONLY


def test_a_placeholder_is_filled_and_iris_are_shortened() -> None:
    found = problems(fixture(FIXTURES / "S20", "bad"))
    assert [problem.where for problem in found] == ["https://w3id.org/jsip/id/lonely-body"]
    assert found[0].what.startswith("Nothing refers to id:lonely-body:")
    assert found[0].severity == "Warning"


def test_the_example_has_no_violation() -> None:
    store = ox.Store()
    store.extend(ontology())
    for path in sorted((ROOT / "tests" / "example" / "triples").glob("*.trig")):
        store.load(path=str(path), format=ox.RdfFormat.TRIG)
    found = [*core_problems(store, SHAPES), *storewide_problems(store, SHAPES)]
    assert [problem for problem in found if problem.severity == "Violation"] == []
    assert {problem.rule for problem in found} <= {"S24", "S41", "S42"}  # no Japanese in it


@pytest.mark.long
def test_published_shapes_run_in_plain_pyshacl_on_an_exported_graph(
    server: str, example_snapshot: Snapshot
) -> None:
    """As anybody runs them: two files, no library of ours."""
    import pyshacl
    import rdflib

    published = rdflib.Graph().parse(data=ask(server, "/shapes.ttl").text, format="turtle")
    store = example_snapshot.folder.parents[1]
    exported = rdflib.Graph().parse(data=kg("export", "turtle", "--store", store).out)
    conforms, report, text = pyshacl.validate(
        exported, shacl_graph=published, allow_warnings=True, inference="none"
    )
    assert conforms, text
    found = set(report.objects(None, rdflib.SH.value))
    held = ox.Store()
    held.bulk_load(path=str(example_snapshot.quads), format=ox.RdfFormat.N_QUADS)
    ours = [p for p in storewide_problems(held, SHAPES) if p.severity == "Warning"]
    assert {str(value) for value in found} == {problem.where for problem in ours}
    asked = [t for t in SHAPES.triples if t.predicate.value == SH + "sparql"]
    wide = {t.subject for t in SHAPES.triples if t.predicate.value.endswith("storeWide")}
    targets = {t.subject for t in SHAPES.triples if t.predicate.value == SH + "targetNode"}
    assert {t.subject for t in asked} - wide <= targets  # each is asked once, not once a node
