"""Claims as RDF 1.2 has them: `claim rdf:reifies <<( subject predicate object )>>`.

The three triples of RDF 1.1 reification become one, from which they can be made again. An accepted
edge stands beside it as a triple that is asserted; of any other claim the triple is only named.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
REIFIES = NamedNode(f"{_RDF}reifies")
_PARTS = tuple(NamedNode(f"{_RDF}{part}") for part in ("subject", "predicate", "object"))

LOSS = "Which named graph a triple stands in; choose trig or nquads to keep graphs."


def reified(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples, sorted by subject and predicate, each claim's statement as one triple term.

    A subject that has not exactly one of the three parts keeps them as they are.
    """
    for subject, group in groupby(triples, key=lambda triple: triple.subject):
        about = list(group)
        term = _statement(about)
        if term is None:
            yield from about
            continue
        rest = [triple for triple in about if triple.predicate not in _PARTS]
        found = [*rest, Triple(subject, REIFIES, term)]
        yield from sorted(found, key=lambda triple: triple.predicate.value)


def _statement(about: Iterable[Triple]) -> Triple | None:
    parts = {part: [t.object for t in about if t.predicate == part] for part in _PARTS}
    if any(len(values) != 1 for values in parts.values()):
        return None
    subject, predicate, value = (values[0] for values in parts.values())
    if (
        isinstance(subject, NamedNode | BlankNode)
        and isinstance(predicate, NamedNode)
        and isinstance(value, NamedNode | BlankNode | Literal)
    ):
        return Triple(subject, predicate, value)
    return None
