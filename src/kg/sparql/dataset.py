"""The dataset of a query (SPARQL 1.1, section 13.2): of the protocol, of FROM, or of the server."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode, QuerySolutions, Store

from kg.sparql.lexer import Token, declared_prefixes, tokens

_KEYWORD = re.compile("ASK|FROM|NAMED|WHERE", re.IGNORECASE)
_KEYWORDS = re.compile(f"(?:{_KEYWORD.pattern})*", re.IGNORECASE)  # which may touch what follows
_NAMES = ("iri", "prefixed")
_WORDS = ("word", "prefixed")  # a keyword may touch a prefix


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query sees; without names, those of the store as it is.

    `is_union` means that the default graph is all graphs together.
    """

    is_union: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether graphs are named."""
        return bool(self.default_graphs or self.named_graphs)

    def arguments(self) -> dict[str, Any]:
        """The dataset as the engine takes it; raises ValueError where a name is no IRI."""
        if not self.is_given:
            return {"use_default_graph_as_union": self.is_union}
        return {
            "default_graph": [NamedNode(graph) for graph in dict.fromkeys(self.default_graphs)],
            "named_graphs": [NamedNode(graph) for graph in dict.fromkeys(self.named_graphs)],
        }


def dataset_of(
    query: str, base: str | None = None, prefixes: Mapping[str, str] | None = None
) -> Dataset | None:
    """What FROM and FROM NAMED of a query say; None without them, or where they cannot be read.

    The grammar has FROM in no other place; the engine resolves the names.

    >>> dataset_of("PREFIX e: <http://e/> ASK FROM e:a FROM NAMED <http://e/b> {}")
    Dataset(is_union=False, default_graphs=('http://e/a',), named_graphs=('http://e/b',))
    """
    if "FROM" not in query.upper():
        return None
    found = list(tokens(query))
    clauses = list(_clauses(list(_apart(found))))
    start = next((t.start for t in found if t.kind in _WORDS and _is_form(t.text)), 0)
    try:
        named = {
            is_named: _resolved(
                query[:start], [n for is_n, n in clauses if is_n == is_named], base, prefixes
            )
            for is_named in (False, True)
        }
    except (SyntaxError, ValueError):
        return None
    return Dataset(False, named[False], named[True]) if clauses else None


def _is_form(word: str) -> bool:
    return word.upper().startswith(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))


def _apart(found: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Kinds and texts, with keywords that touch a name or each other as tokens of their own."""
    declared = declared_prefixes(found)
    for kind, text, _ in found:
        keywords = ""
        if kind == "word" or (kind == "prefixed" and text.partition(":")[0] not in declared):
            run = _KEYWORDS.match(text)
            keywords = run[0] if run else ""
            yield from (("word", word.upper()) for word in _KEYWORD.findall(keywords))
        if len(text) > len(keywords):
            yield kind, text[len(keywords) :]


def _clauses(found: Sequence[tuple[str, str]]) -> Iterator[tuple[bool, str]]:
    """For each clause whether it is FROM NAMED, and its name as it is written."""
    for place, token in enumerate(found):
        if token == ("word", "FROM"):
            is_named = found[place + 1 : place + 2] == [("word", "NAMED")]
            for kind, text in found[place + 1 + is_named :][:1]:
                if kind in _NAMES:
                    yield is_named, text


def _resolved(
    prologue: str, names: Sequence[str], base: str | None, prefixes: Mapping[str, str] | None
) -> tuple[str, ...]:
    """Names as the engine understands them behind a query's declarations; raises SyntaxError."""
    values = f"{prologue}\nSELECT * {{ VALUES ?graph {{ {' '.join(names)} }} }}"
    rows = Store().query(values, base_iri=base, prefixes=dict(prefixes or {}))
    assert isinstance(rows, QuerySolutions)
    return tuple(row["graph"].value for row in rows)
