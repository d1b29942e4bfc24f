"""Sorted triples gathered by subject, as Turtle, RDF/XML and JSON-LD write them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.core.errors import KgError

Subject = NamedNode | BlankNode | Triple
Term = NamedNode | BlankNode | Literal | Triple
Block = tuple[Subject, list[tuple[NamedNode, list[Term]]]]

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def blocks(triples: Iterable[Triple | Quad]) -> Iterator[Block]:
    """Each subject with its predicates and their objects; rdf:type comes first."""
    for subject, about in groupby(triples, key=attrgetter("subject")):
        gathered = groupby(about, key=attrgetter("predicate"))
        said = [(predicate, [each.object for each in group]) for predicate, group in gathered]
        yield subject, sorted(said, key=lambda pair: pair[0] != RDF_TYPE)


def plain(term: Term, form: str) -> NamedNode | BlankNode | Literal:
    """A term of RDF 1.1; raises KgError for one that the format cannot hold."""
    if isinstance(term, Triple) or (isinstance(term, Literal) and term.direction is not None):
        raise KgError(f"{form} cannot hold the RDF 1.2 term {term}; choose turtle or nquads.")
    return term
