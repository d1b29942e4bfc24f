"""A quad as a row of text, for tables of quads."""

from collections.abc import Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg.outlets.export.blocks import Term

COLUMNS = ("subject", "predicate", "object", "kind", "datatype", "language", "graph")
_KINDS: Mapping[type, str] = {
    NamedNode: "iri", Literal: "literal", BlankNode: "blank", Triple: "triple",
}  # fmt: skip
Row = tuple[str, str, str, str, str | None, str | None, str | None]


def row_of(quad: Quad) -> Row:
    """A quad by COLUMNS; IRIs and the words of literals stand bare, a blank node is `_:x`."""
    value = quad.object
    literal = value if isinstance(value, Literal) else None
    return (
        _bare(quad.subject),
        quad.predicate.value,
        _bare(value),
        _KINDS[type(value)],
        literal.datatype.value if literal else None,
        literal.language if literal else None,
        None if isinstance(quad.graph_name, DefaultGraph) else _bare(quad.graph_name),
    )


def _bare(term: Term) -> str:
    return str(term) if isinstance(term, BlankNode) else getattr(term, "value", str(term))
