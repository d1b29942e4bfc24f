"""Small graphs made for one test: claims with all that a reader of claims asks for."""

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg.build.rules import derive
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.record.claims import Reader
from surfaces import ONTOLOGY

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}[red]"
    "\x1b[2J\x1b]0;x\x07\x9b31m\u202etxt\u200f\x00"
).replace("\x00", "")
_FREE_TEXT = (
    "rdfs:label", "skos:prefLabel", "skos:altLabel", "skos:editorialNote", "rdfs:comment",
    "dct:title", "oa:exact", "jsip:printedForm",
)  # fmt: skip


def claim(slug: str, **said: str) -> str:
    """A claim in Turtle, with a passage of its own; `said` replaces what it says by default."""
    terms = {
        "a": "jsip:MonetaryClaim",
        "rdf:subject": "id:figure",
        "rdf:predicate": "jsip:amount",
        "rdf:object": '"1000000000"^^xsd:decimal',
        "jsip:unit": "cur:JPY",
        "jsip:valueQualifier": "vq:stated",
        "jsip:assertedBy": "id:agency",
        "jsip:assertionStatus": "st:announced",
        "jsip:attributionType": "jsip:NamedAgent",
        "jsip:dateBasis": "jsip:unknown",
        "jsip:reviewStatus": "rv:accepted",
        "jsip:rank": "jsip:Normal",
        "jsip:comparisonKey": '"figure|amount"',
    } | {name.replace("__", ":"): value for name, value in said.items()}
    source = terms.pop("source", "id:src-gazette")
    told = " ; ".join(f"{name} {value}" for name, value in terms.items() if value)
    return f"""GRAPH g:source-gazette {{ id:{slug} {told} .
      id:e-{slug} a jsip:Evidence ; jsip:supportsClaim id:{slug} ; oa:hasSource {source} ;
        oa:hasSelector id:q-{slug} . id:q-{slug} oa:exact "passage of {slug}" . }}
    """


SOURCES = """GRAPH g:entities {
  id:figure a jsip:FiscalMeasure ; rdfs:label "Figure"@en , "数字"@ja .
  id:agency a jsip:Organisation ; rdfs:label "Agency"@en , "庁"@ja .
  id:rival a jsip:Organisation ; rdfs:label "Rival"@en , "別庁"@ja . }
GRAPH g:source-gazette {
  id:src-gazette a jsip:NewsArticle ; dct:publisher id:agency ; jsip:sourceTier jsip:Secondary ;
    jsip:evidenceLevel jsip:quoted ; dct:language "en" .
  id:src-origin a jsip:NewsArticle ; dct:publisher id:agency ; jsip:sourceTier jsip:Primary ;
    jsip:evidenceLevel jsip:verified ; dct:language "en" . }
"""


# A legal end of an IRI that would end an attribute or a script.
HOSTILE_ID = "x');alert(5);('"


def _hostile_names(names: Names) -> str:
    """A claim about an entity of a hostile name, which leads to an address that runs a script."""
    who, runs = f"<{names.id(HOSTILE_ID)}>", "<javascript:alert(4)>"
    edges = ((who, "id:takaichi-sanae"), (who, runs), ("id:takaichi-sanae", runs))
    told = [names.sparql_prologue(), SOURCES]
    told.append(f"GRAPH g:entities {{ id:src-gate-ai-content schema:archivedAt {runs} }}\n")
    for number, (start, end) in enumerate(edges, 1):
        ends = {"rdf__subject": start, "rdf__predicate": "jsip:announcedBy", "rdf__object": end}
        told.append(claim(f"c-hostile-00{number}", **ends, jsip__unit="", jsip__valueQualifier=""))
        told.append(f"GRAPH g:derived-edges {{ {start} jsip:announcedBy {end} }}\n")
    return "".join(told)


def reader_of(folder: Path, names: Names, *parts: str, derived: bool = False) -> Reader:
    """A reader of a graph made of TriG parts beside the shipped schemes."""
    store = Store()
    for scheme in sorted((ONTOLOGY / "schemes").glob("*.ttl")):
        store.load(path=str(scheme), format=RdfFormat.TURTLE, to_graph=_graph(names, "schemes"))
    text = names.sparql_prologue() + SOURCES + "".join(parts)
    store.load(text.encode(), format=RdfFormat.TRIG)
    if derived:
        derive(store, ONTOLOGY / "rules", names)
    file = folder / "quads.nq"
    store.dump(str(file), format=RdfFormat.N_QUADS)
    return Reader(MemoryStore(file, "v1"), names)


def _graph(names: Names, name: str) -> NamedNode:
    return NamedNode(names.graph(name))


def hostile(nquads: Path, names: Names) -> bytes:
    """A snapshot's quads with every free text made hostile, and hostile names and addresses."""
    texts = {names.iri(name) for name in _FREE_TEXT}
    address = names.iri("schema:url")

    def worse(quad: Quad) -> Quad:
        value = quad.object
        if isinstance(value, Literal) and quad.predicate.value in texts:
            value = Literal(HOSTILE + value.value, language=value.language)
        elif quad.predicate.value == address:
            value = Literal("javascript:alert(3)", datatype=NamedNode(names.iri("xsd:anyURI")))
        return Quad(quad.subject, quad.predicate, value, quad.graph_name)

    quads = (worse(quad) for quad in parse(path=str(nquads), format=RdfFormat.N_QUADS))
    named = parse(_hostile_names(names).encode(), format=RdfFormat.TRIG)
    data = serialize((*quads, *map(worse, named)), format=RdfFormat.N_QUADS)
    assert data is not None
    return data
