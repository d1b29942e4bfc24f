"""Trusty URIs (Kuhn and Dumontier, 2014; module RA): an IRI that holds the digest of its quads.

The quads have a blank where the digest will stand; sorted and written a term a line, they are
digested with SHA-256. Whoever has the quads can tell whether they are those that the IRI names.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad, Triple

_MODULE = "RA"
UNKNOWN = _MODULE + "A" * 43
"""What stands in IRIs for the code that is not known yet."""
Key = tuple[str, str, str, bool, str, str, str]


def artifact_code(quads: Iterable[Quad], code: str = UNKNOWN) -> str:
    """The code of some quads without blank nodes, whose own code in their IRIs is `code`.

    So `artifact_code(quads, code) == code` holds of quads that nobody changed.
    """
    keys = sorted({_key(quad, code) for quad in quads})
    digest = sha256("".join(map(_lines, keys)).encode()).digest()
    return _MODULE + urlsafe_b64encode(digest).decode().rstrip("=")


def _key(quad: Quad, code: str) -> Key:
    """The terms in order of comparison: IRIs before literals, those by text, datatype, language."""

    def iri(term: object) -> str:
        assert isinstance(term, NamedNode), f"{term} has no place in a nanopublication"
        return term.value.replace(code, " ")

    ends = (iri(quad.graph_name), iri(quad.subject), iri(quad.predicate))
    value = quad.object
    if isinstance(value, Literal):
        language = (value.language or "").lower()
        return (*ends, True, value.value, "" if language else value.datatype.value, language)
    assert not isinstance(value, Triple), "a nanopublication is of RDF 1.1"
    return (*ends, False, iri(value), "", "")


def _lines(key: Key) -> str:
    *ends, is_literal, value, datatype, language = key
    if is_literal:
        text = re.sub(r"\n", r"\\n", value.replace("\\", "\\\\"))
        value = f"@{language} {text}" if language else f"^{datatype} {text}"
    return "".join(f"{term}\n" for term in (*ends, value))
