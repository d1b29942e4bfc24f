"""The rules for w3id.org lead every own identifier to the path that the server answers."""

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions

from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from outside import ask
from surfaces import REPOSITORY

RULES = REPOSITORY / "web" / "w3id" / ".htaccess"
HERE = "https://data.example.org/jsip/"
OWN = """SELECT DISTINCT ?x WHERE {
  { GRAPH ?g { ?x ?p ?o } } UNION { GRAPH ?g { ?s ?x ?o } } UNION { GRAPH ?g { ?s ?p ?x } }
  UNION { GRAPH ?x { ?s ?p ?o } } FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "%s")) }"""


OTHERS = {"": 302, "export": 302, "sparql": 307}  # addresses that name no thing


def redirected(path: str, file: Path = RULES) -> tuple[str, int] | None:
    """Where Apache's mod_rewrite sends a path below the folder, and with which status.

    Only what the rules use: `RewriteRule PATTERN ADDRESS [R=STATUS,L]`, where `$1` is the group.
    """
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.startswith("Rewrite") or line == "RewriteEngine On":
            continue
        rule = re.fullmatch(r"RewriteRule (\S+) (\S+) \[R=(30[237]),L\]", line)
        assert rule, f"the rule is of a form that this test does not read: {line}"
        if found := re.search(rule[1], path):
            return re.sub(r"\$1", lambda _: found[1], rule[2]), int(rule[3])
    return None


@pytest.fixture(scope="module")
def paths(names: Names, shipped_store: MemoryStore) -> list[str]:
    """The path below the base of every own identifier in the graph, without its fragment."""
    answer = shipped_store.query(OWN % names.base)
    assert isinstance(answer, QuerySolutions)
    found = [row[0] for row in answer]
    iris = [term.value for term in found if isinstance(term, NamedNode)]
    return sorted({iri.removeprefix(names.base).partition("#")[0] for iri in iris})


def test_every_identifier_of_the_graph_keeps_its_path(paths: list[str]) -> None:
    assert len(paths) > 5000
    for path in paths:
        kind = path.partition("/")[0]
        assert redirected(path) == (HERE + path, OTHERS.get(kind, 303))


KINDS = {
    "id": "id/takaichi-sanae", "a claim": "id/c-gate-ai-content-001", "ns": "ns",
    "module": "ontology/claim", "module version": "ontology/jsip/1.0.0", "shapes": "shapes",
    "scheme": "scheme/industry", "concept": "scheme/industry/animation", "graph": "graph/editorial",
    "dataset": "dataset", "question": "query/cq01", "list": "query", "prefix": "id/",
    "void": ".well-known/void",
}  # fmt: skip


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_what_it_leads_to_answers(server: str, path: str) -> None:
    found = redirected(path)
    assert found == (HERE + path, 303)
    answer = ask(server, "/" + found[0].removeprefix(HERE), "text/turtle")
    assert answer.status == 303
    document = answer.headers["location"].removeprefix("/")
    assert ask(server, "/" + document, "text/turtle").status == 200
    assert redirected(document) == (HERE + document, 302)


def test_a_version_and_a_release_lead_to_what_they_are(
    server: str, shipped_store: MemoryStore
) -> None:
    releases = sorted((REPOSITORY / "data" / "releases").glob("*.json"))
    assert releases
    for version in (shipped_store.version, *(file.stem for file in releases)):
        found = redirected(f"dataset/{version}")
        assert found == (f"{HERE}dataset/{version}", 303)
        assert ask(server, f"/dataset/{version}", "text/turtle").status == 303


def test_the_kinds_are_all_that_the_graph_has(paths: list[str]) -> None:
    told = {path.partition("/")[0] for path in KINDS.values()}
    assert {path.partition("/")[0] for path in paths} - told == OTHERS.keys()


def test_the_first_page_and_nothing_else() -> None:
    assert redirected("") == (HERE, 302)
    for path in ("idx", "nsx", "about", "ontologies/a", "static/a.js", "x/id/y", "sparql/x"):
        assert redirected(path) is None, path


def test_the_placeholder_stands_wherever_an_address_does() -> None:
    """So that the one substitution of the README changes them all."""
    lines = RULES.read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line.startswith("RewriteRule")]
    assert all(f" {HERE}" in line for line in rules)
    assert "https://data.example.org/jsip" in (RULES.parent / "README.md").read_text("utf-8")
