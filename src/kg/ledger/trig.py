"""TriG that repeats byte for byte: sorted, no blank nodes, only the prefixes that are used."""

import re
from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.core.names import Names

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def graph_trig(name: str, quads: Iterable[Quad], names: Names) -> str:
    """One named graph as TriG 1.1: one block a subject, one predicate a line, `\\n` ends."""
    used: set[str] = {"g"}
    subjects: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        subject = _term(quad.subject, names, used)
        predicate = "a" if quad.predicate.value == _TYPE else _term(quad.predicate, names, used)
        subjects[subject][predicate].add(_term(quad.object, names, used))
    head = "".join(f"@prefix {p}: <{names.prefixes[p]}> .\n" for p in sorted(used))
    body = "".join(_block(subject, subjects[subject]) for subject in sorted(subjects))
    return f"{head}\ng:{name} {{\n{body}}}\n"


def _block(subject: str, predicates: dict[str, set[str]]) -> str:
    ordered = sorted(predicates, key=lambda p: (p != "a", p))
    lines = [f"{p} {' , '.join(sorted(predicates[p]))}" for p in ordered]
    return f"  {subject} " + " ;\n    ".join(lines) + " .\n"


def _term(term: object, names: Names, used: set[str]) -> str:
    if isinstance(term, NamedNode):
        return _iri(term.value, names, used)
    if isinstance(term, Literal):
        return _literal(term, names, used)
    assert not isinstance(term, BlankNode), "the ledger mints no blank nodes"
    raise TypeError(f"not a term of the ledger: {term!r}")


def _iri(iri: str, names: Names, used: set[str]) -> str:
    found = names.split(iri)
    if found is None:
        return f"<{iri}>"
    used.add(found[0])
    return ":".join(found)


def _literal(literal: Literal, names: Names, used: set[str]) -> str:
    text = '"' + re.sub(r'[\\"\n\r\t]', lambda m: _ESCAPES[m[0]], literal.value) + '"'
    if literal.language:
        return f"{text}@{_tag(literal.language)}"
    if literal.datatype.value == _XSD_STRING:
        return text
    return f"{text}^^{_iri(literal.datatype.value, names, used)}"


def _tag(language: str) -> str:
    """A language tag in the case of RFC 5646 §2.1.1; the engine keeps it in lower case.

    >>> _tag("ja-hira"), _tag("zh-hant-tw")
    ('ja-Hira', 'zh-Hant-TW')
    """
    first, *rest = language.split("-")
    cased = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "-".join([first, *cased])
