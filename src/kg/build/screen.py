"""Which nodes a core constraint may find fault with, in the engine's terms; pySHACL judges them.

A screen only lets pass what is certainly sound: a constraint, path or datatype that it does not
know makes every node a suspect. So pySHACL stays the judge of what is wrong, and the author of each
message, but need not look at the rest, which took it a minute on ten records.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, cast

import pyoxigraph as ox

SH: Final = "http://www.w3.org/ns/shacl#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _SUBCLASS = ox.NamedNode(f"{_RDF}type"), ox.NamedNode(f"{_RDFS}subClassOf")
_ASIDE: Final = frozenset("path message severity name description".split())
_TEXTS: Final = (f"{_XSD}string", f"{_RDF}langString")
_PYTHON: Final = {"integer": int, "decimal": Decimal, "date": date}
Term = ox.NamedNode | ox.BlankNode | ox.Literal
Said = Mapping[str, Sequence[Term]]
Verdict = bool | None
"""Whether a value is sound; None where that is not certain."""


class Facts:
    """The triples of a store's graphs, by predicate, and the members of classes."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._values: dict[tuple[Term, bool], Mapping[Term, set[Term]]] = {}
        self._members: dict[Term, frozenset[Term]] = {}

    def values(self, predicate: ox.NamedNode, inverse: bool = False) -> Mapping[Term, set[Term]]:
        """Subjects with their objects, or the other way round."""
        if (predicate, inverse) not in self._values:
            found: dict[Term, set[Term]] = defaultdict(set)
            for quad in self._store.quads_for_pattern(None, predicate, None, None):
                one, other = cast("Term", quad.subject), cast("Term", quad.object)
                if inverse:
                    one, other = other, one
                found[one].add(other)
            self._values[predicate, inverse] = dict(found)
        return self._values[predicate, inverse]

    def members(self, cls: Term) -> frozenset[Term]:
        """What is of a class or of one below it."""
        if cls not in self._members:
            below, seen = [cls], {cls}
            for one in below:
                fresh = self.values(_SUBCLASS, inverse=True).get(one, set()) - seen
                seen |= fresh
                below += fresh
            of = self.values(_TYPE, inverse=True)
            self._members[cls] = frozenset().union(*(of.get(one, ()) for one in below))
        return self._members[cls]


class Screen:
    """The property shapes of some triples over a store."""

    def __init__(self, shapes: Iterable[ox.Triple], store: ox.Store) -> None:
        self._facts = Facts(store)
        self._shapes: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in shapes:
            subject, value = cast("Term", triple.subject), cast("Term", triple.object)
            self._shapes[subject][_local(triple.predicate)].append(value)

    def suspects(self) -> Iterator[tuple[Term, list[Term]]]:
        """Each shape that has targets, with those of its nodes that may not conform."""
        for shape, said in list(self._shapes.items()):
            nodes = self._targets(shape, said)
            if nodes:
                yield shape, [node for node in nodes if not self._passes(node, said)]

    def _targets(self, shape: Term, said: Said) -> set[Term]:
        nodes = set(said.get("targetNode", ()))
        is_class = ox.NamedNode(f"{_RDFS}Class") in said.get("rdf:type", ())
        for cls in (*said.get("targetClass", ()), *([shape] if is_class else [])):
            nodes |= self._facts.members(cls)
        for kind, inverse in (("targetSubjectsOf", False), ("targetObjectsOf", True)):
            for predicate in said.get(kind, ()):
                assert isinstance(predicate, ox.NamedNode)
                nodes |= self._facts.values(predicate, inverse).keys()
        return nodes

    def _passes(self, node: Term, said: Said) -> bool:
        values = self._reached(node, said)
        if values is None:
            return False
        return all(
            self._holds(name, given, values, node, said)
            for name, of in said.items()
            if name not in _ASIDE and not name.startswith(("target", "rdf"))
            for given in of
        )

    def _reached(self, node: Term, said: Said) -> set[Term] | None:
        """The values of a path of one step; None where it is another."""
        (path,) = said.get("path", [None])
        inverse = self._shapes[path].get("inversePath") if isinstance(path, ox.BlankNode) else None
        step = inverse[0] if inverse else path
        if not isinstance(step, ox.NamedNode):
            return None
        return self._facts.values(step, bool(inverse)).get(node, set())

    def _holds(self, name: str, given: Term, values: set[Term], node: Term, said: Said) -> bool:
        """Whether the values of a node certainly meet one constraint."""
        if name in ("minCount", "maxCount"):
            least = name == "minCount"
            return len(values) >= _whole(given) if least else len(values) <= _whole(given)
        if name == "hasValue":
            return given in values
        if name == "uniqueLang":
            tongues = [tongue for v in values if (tongue := getattr(v, "language", None))]
            return len({tongue.lower() for tongue in tongues}) == len(tongues)
        if name in ("disjoint", "lessThanOrEquals") and isinstance(given, ox.NamedNode):
            others = self._facts.values(given).get(node, set())
            return all(_PAIRS[name](v, other) for v in values for other in others)
        if name.startswith("qualified"):
            return self._is_counted(name, values, said)
        return name in _JUDGED and all(self._judged(name, given, value) for value in values)

    def _is_counted(self, name: str, values: set[Term], said: Said) -> bool:
        """Whether so many values as asked certainly have the qualified shape, and no more."""
        if name not in ("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"):
            return False
        (shape,) = said["qualifiedValueShape"]
        verdicts = [self._is_of(value, shape) for value in values]
        least = max(map(_whole, said.get("qualifiedMinCount", ())), default=0)
        most = min(map(_whole, said.get("qualifiedMaxCount", ())), default=len(values))
        surely, perhaps = verdicts.count(True), len(verdicts) - verdicts.count(False)
        return surely >= least and perhaps <= most

    def _is_of(self, value: Term, shape: Term) -> Verdict:
        """Whether a value has a shape of constraints on values alone; unsure of one with a path."""
        if "path" in self._shapes[shape]:
            return None
        verdicts = [
            self._judged(name, given, value)
            for name, of in self._shapes[shape].items()
            if name not in _ASIDE and not name.startswith("rdf")
            for given in of
        ]
        if False in verdicts:
            return False
        return None if None in verdicts else True

    def _judged(self, name: str, given: Term, value: Term) -> Verdict:
        if name == "class":
            return value in self._facts.members(given)
        if name == "in":
            return value in self._list(given) or None
        if name == "or":
            return any(self._is_of(value, shape) for shape in self._list(given)) or None
        if name == "languageIn":
            return _speaks(value, [str(getattr(t, "value", t)) for t in self._list(given)])
        check = _ON_VALUES.get(name)
        return (check(given, value) or None) if check else None

    def _list(self, head: Term) -> list[Term]:
        found: list[Term] = []
        while isinstance(head, ox.BlankNode):
            found += self._shapes[head]["rdf:first"]
            (head,) = self._shapes[head]["rdf:rest"]
        return found


def _local(predicate: ox.NamedNode) -> str:
    """The bare name of a term of SHACL, `rdf:` and the name of any other."""
    iri = predicate.value
    return iri.removeprefix(SH) if iri.startswith(SH) else f"rdf:{iri.rpartition('#')[2]}"


def _whole(term: Term) -> int:
    return int(term.value)


def _lexical(term: Term) -> str:
    """The text of a term, without its language or datatype."""
    return str(getattr(term, "value", term))


def _is_text(value: Term) -> bool:
    """An IRI, or a literal whose value is its lexical form."""
    if isinstance(value, ox.Literal):
        return value.datatype.value in _TEXTS
    return isinstance(value, ox.NamedNode)


def _matches(pattern: Term, value: Term) -> bool:
    return _is_text(value) and re.search(pattern.value, value.value) is not None


def _is_kind(kind: Term, value: Term) -> bool:
    wanted = {f"{SH}IRI": ox.NamedNode, f"{SH}Literal": ox.Literal}.get(kind.value)
    return wanted is not None and isinstance(value, wanted)


def _has_datatype(datatype: Term, value: Term) -> bool:
    if not isinstance(value, ox.Literal) or value.datatype != datatype:
        return False
    if value.datatype.value in _TEXTS:
        return True
    return isinstance(_python(value.value, value.datatype.value), date | int | Decimal)


@cache
def _python(text: str, datatype: str) -> object:
    """The value that rdflib reads in a whole number, decimal or day; None where it is unsure."""
    from rdflib import Literal, URIRef

    kind = _PYTHON.get(datatype.removeprefix(_XSD))
    read = Literal(text, datatype=URIRef(datatype), normalize=False)
    value = read.value
    if not kind or type(value) is not kind or read.ill_typed:
        return None
    return None if isinstance(value, Decimal) and not value.is_finite() else value


def _number(term: Term) -> object:
    return _python(term.value, term.datatype.value) if isinstance(term, ox.Literal) else None


def _is_least(least: Term, value: Term) -> bool:
    a, b = _number(least), _number(value)
    return isinstance(a, int) and isinstance(b, int) and b >= a


def _is_ordered(value: Term, other: Term) -> bool:
    a, b = _number(value), _number(other)
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return a <= b
    return isinstance(a, date) and isinstance(b, date) and a <= b


def _speaks(value: Term, wanted: Sequence[str]) -> Verdict:
    """Whether a text is in one of some languages; unsure of dialects."""
    if "*" in wanted:
        return None
    tongue = (value.language or "") if isinstance(value, ox.Literal) else ""
    if tongue in wanted:
        return True
    first = tongue.partition("-")[0].lower()
    return None if first in {one.partition("-")[0].lower() for one in wanted} else False


_ON_VALUES: Mapping[str, Callable[[Term, Term], bool]] = {
    "datatype": _has_datatype,
    "minInclusive": _is_least,
    "maxLength": lambda most, value: _is_text(value) and len(value.value) <= _whole(most),
    "minLength": lambda least, value: _is_text(value) and len(value.value) >= _whole(least),
    "nodeKind": _is_kind,
    "pattern": _matches,
}
_JUDGED: Final = frozenset({"class", "in", "or", "languageIn", *_ON_VALUES})
_PAIRS: Mapping[str, Callable[[Term, Term], bool]] = {
    "disjoint": lambda value, other: _lexical(value) != _lexical(other),
    "lessThanOrEquals": _is_ordered,
}
