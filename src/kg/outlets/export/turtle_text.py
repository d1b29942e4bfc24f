"""Turtle's way of writing terms and subjects, which TriG shares: short names, sorted."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.core.names import Names
from kg.outlets.export.blocks import RDF_TYPE, Block, Term

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def prologue(statements: Iterable[Triple | Quad], names: Names) -> str:
    """The `@prefix` lines that the statements need, sorted."""
    iris: set[str] = set()
    for each in statements:
        iris.add(each.predicate.value)
        iris.update(_iris(each.subject), _iris(each.object))
        if isinstance(each, Quad) and isinstance(each.graph_name, NamedNode):
            iris.add(each.graph_name.value)
    used = {found[0] for found in map(names.split, iris) if found}
    return "".join(f"@prefix {p}: <{names.prefixes[p]}> .\n" for p in sorted(used))


def _iris(term: Term) -> list[str]:
    if isinstance(term, Literal):
        return [term.datatype.value]
    if isinstance(term, Triple):
        return [*_iris(term.subject), term.predicate.value, *_iris(term.object)]
    return [term.value] if isinstance(term, NamedNode) else []


def block_text(block: Block, names: Names, indent: str = "") -> str:
    """One subject, one predicate a line."""
    subject, said = block
    lines = (
        f"{_predicate(p, names)} {' , '.join(term_text(o, names) for o in objects)}"
        for p, objects in said
    )
    end = f" ;\n{indent}  "
    return f"{indent}{term_text(subject, names)} {end.join(lines)} .\n"


def _predicate(predicate: NamedNode, names: Names) -> str:
    return "a" if predicate == RDF_TYPE else term_text(predicate, names)


def term_text(term: Term, names: Names) -> str:
    """A term, as short as the prefixes allow."""
    if isinstance(term, NamedNode):
        found = names.split(term.value)
        return ":".join(found) if found else str(term)
    if isinstance(term, Literal) and not term.language and term.datatype.value != _XSD_STRING:
        return f"{Literal(term.value)}^^{term_text(term.datatype, names)}"
    if isinstance(term, Triple):  # of RDF 1.2
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(term_text(part, names) for part in parts)} )>>"
    return str(term)
