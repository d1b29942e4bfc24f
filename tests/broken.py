"""Graphs that nobody checked: triples dropped, values of another kind, statements moved about."""

import random

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

XSD = "http://www.w3.org/2001/XMLSchema#"
_KINDS = "drop drop text word blank iri own number date two moved".split()
_RATES = (0.0, 0.0, 0.02, 0.05, 0.1, 0.5, 1.0)


def broken(quads: list[Quad], seed: int) -> Store:
    """The quads with faults, how many of which property the seed says."""
    chance = random.Random(seed)
    rates: dict[str, float] = {}
    store = Store()
    for quad in quads:
        rate = rates.setdefault(quad.predicate.value, chance.choice(_RATES))
        if chance.random() >= rate:
            store.add(quad)
            continue
        kind = chance.choice(_KINDS)
        if kind == "two":
            store.add(quad)
        if kind != "drop":
            graph = DefaultGraph() if kind == "moved" else quad.graph_name
            value = quad.object if kind == "moved" else _value(kind, chance)
            store.add(Quad(quad.subject, quad.predicate, value, graph))
    return store


def _value(kind: str, chance: random.Random) -> Literal | NamedNode | BlankNode:
    if kind == "blank":
        return BlankNode()
    if kind in ("iri", "own"):
        return NamedNode("urn:x:y" if kind == "iri" else "https://w3id.org/jsip/id/nobody")
    if kind == "word":
        return Literal("語", language="ja")
    if kind == "number":
        number = chance.choice(["1e400", "-5", "0", "9" * 40, "NaN"])
        return Literal(number, datatype=NamedNode(f"{XSD}decimal"))
    if kind == "date":
        day = chance.choice(["20251332", "2025", "-0044-03-15", "12025-01-01"])
        return Literal(day, datatype=NamedNode(f"{XSD}date"))
    return Literal("x <b>" if kind == "text" else "second")
