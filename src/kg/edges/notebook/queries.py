"""Anybody's query from Python: prefixes that need no declaration, faults told as over HTTP."""

import re
from itertools import pairwise

from kg.core.errors import KgError, Refusal
from kg.core.names import Names
from kg.engine.graph_store import Answer, LocalStore
from kg.sparql.lexer import tokens
from kg.sparql.syntax import explained
from kg.views.queries.questions import find_question

_NAME = re.compile(r"[\w-]+")


def asked(store: LocalStore, sparql: str, union: bool, names: Names) -> Answer:
    """The answer; raises Refusal with line, column and reason, KgError for what never runs.

    `union` says whether the default graph is the union of all graphs.
    """
    try:
        return store.anybodys(sparql, union, names.prefixes)
    except SyntaxError as error:
        prefixes = names.prefixes
        raise explained(sparql, str(error), prefixes.get("id"), prefixes) from error


def declared(sparql: str, names: Names) -> str:
    """The query with PREFIX for what it uses of ours undeclared, on its first line.

    So it can be asked anywhere, and the lines that an error names stay those of the query.
    """
    found = list(tokens(sparql))
    known = {b.text for a, b in pairwise(found) if a.text.upper() == "PREFIX"}
    used = {f"{t.text.partition(':')[0]}:" for t in found if t.kind == "prefixed"}
    ours = sorted(p for p in names.prefixes if f"{p}:" in used - known)
    return "".join(f"PREFIX {p}: <{names.prefixes[p]}> " for p in ours) + sparql


def refuse_unknown(what: str) -> None:
    """Raises UnknownName with the nearest where a single word names no ready question."""
    if _NAME.fullmatch(what.strip()):
        find_question(what.strip())


def wrong_form(form: str, instead: str) -> KgError:
    """What to say to a query of another form than the method takes."""
    return KgError(f"The query gives {form}; {instead}.")


__all__ = ["Refusal", "asked", "declared", "refuse_unknown", "wrong_form"]
