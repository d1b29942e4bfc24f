"""What /ns gives is one ontology in OWL 2 DL: tools of ontologies load it without repairs."""

from collections import defaultdict

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, URIRef

from outside import ask

KINDS = {
    OWL.Class: "class", RDFS.Datatype: "datatype", OWL.ObjectProperty: "object property",
    OWL.DatatypeProperty: "data property", OWL.AnnotationProperty: "annotation property",
    OWL.NamedIndividual: "individual",
}  # fmt: skip
MORE = {OWL.Ontology, OWL.SymmetricProperty, OWL.TransitiveProperty, OWL.FunctionalProperty}
RESERVED = tuple(str(n) for n in (RDF, RDFS, OWL, "http://www.w3.org/2001/XMLSchema#"))
BUILT_IN = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo}
AXIOMS = {RDF.type, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf,
          OWL.disjointWith, OWL.versionIRI}  # fmt: skip
DATATYPES = {  # the OWL 2 datatype map has these of what the ontology uses (Syntax, section 4)
    "http://www.w3.org/2001/XMLSchema#dateTime", "http://www.w3.org/2001/XMLSchema#string",
    "http://www.w3.org/2001/XMLSchema#anyURI", "http://www.w3.org/2001/XMLSchema#integer",
}  # fmt: skip
NS = URIRef("https://w3id.org/jsip/ns")


@pytest.fixture(scope="module")
def ns(server: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ask(server, "/ns.ttl").text, format="turtle")


@pytest.fixture(scope="module")
def kinds(ns: rdflib.Graph) -> dict[object, set[str]]:
    found: dict[object, set[str]] = defaultdict(set)
    for subject, kind in ns.subject_objects(RDF.type):
        if kind in KINDS:
            found[subject].add(KINDS[rdflib.URIRef(str(kind))])
    return found


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own parser of JSON-LD
@pytest.mark.parametrize(
    ("suffix", "form"), [("ttl", "turtle"), ("rdf", "xml"), ("nt", "nt"), ("jsonld", "json-ld")]
)
def test_every_form_has_the_header(server: str, suffix: str, form: str) -> None:
    graph = rdflib.Graph().parse(data=ask(server, f"/ns.{suffix}").body, format=form)
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [NS]
    assert graph.value(NS, OWL.versionIRI)
    assert graph.value(NS, OWL.versionInfo)
    assert not list(graph.objects(NS, OWL.imports))
    terms = rdflib.Namespace("http://purl.org/dc/terms/")
    assert {getattr(t, "language", None) for t in graph.objects(NS, terms.title)} == {"en", "ja"}
    assert str(graph.value(NS, terms.license)).startswith("https://creativecommons.org/")


def test_the_version_of_the_header_is_found(server: str, ns: rdflib.Graph) -> None:
    version = str(ns.value(NS, OWL.versionIRI))
    path = version.removeprefix("https://w3id.org/jsip")
    assert ask(server, f"{path}.ttl").status == 200


def test_every_term_has_one_kind(kinds: dict[object, set[str]], ns: rdflib.Graph) -> None:
    assert {t: k for t, k in kinds.items() if len(k) > 1} == {}
    of_individuals = {c for s, c in ns.subject_objects(RDF.type) if kinds.get(s) == {"individual"}}
    for subject, kind in ns.subject_objects(RDF.type):
        if kind not in KINDS and kind not in MORE:
            assert kinds[subject] == {"individual"}, (subject, kind)
            assert kinds[kind] == {"class"}, kind
    assert of_individuals


def test_every_name_that_an_axiom_uses_is_declared(
    kinds: dict[object, set[str]], ns: rdflib.Graph
) -> None:
    for _, predicate, _ in ns:
        if predicate not in AXIOMS and predicate not in BUILT_IN:
            assert kinds[predicate] == {"annotation property"}, predicate
    for predicate in (RDFS.subClassOf, OWL.disjointWith):
        for pair in ns.subject_objects(predicate):
            assert [kinds[end] for end in pair] == [{"class"}, {"class"}], pair


def test_properties_meet_their_like(kinds: dict[object, set[str]], ns: rdflib.Graph) -> None:
    for predicate in (RDFS.subPropertyOf, OWL.inverseOf):
        for low, high in ns.subject_objects(predicate):
            assert kinds[low] == kinds[high] != set(), (low, high)
    for predicate in (RDFS.domain, RDFS.range):
        for prop, end in ns.subject_objects(predicate):
            assert (kinds[prop], kinds[end]) == ({"object property"}, {"class"})


def test_nothing_of_the_language_itself_is_redefined(ns: rdflib.Graph) -> None:
    for subject, predicate, value in ns:
        assert not isinstance(subject, rdflib.BNode)
        if predicate in AXIOMS - {RDF.type}:
            assert not str(subject).startswith(RESERVED), (subject, predicate)
            assert not str(value).startswith(RESERVED), (predicate, value)
        if predicate == RDF.type and str(subject).startswith(RESERVED):
            assert (subject, value) in {(t, OWL.AnnotationProperty) for t in BUILT_IN}
        if isinstance(value, rdflib.Literal) and value.datatype:
            assert str(value.datatype) in DATATYPES
