"""How to cite the answer of a query so that a reader in two years can check it.

A citation names the dataset's version (the digest of its content), the query, and a digest of the
result. The digest needs no tool of ours: it is the SHA-256 of the answer's lines sorted by bytes,
in SPARQL 1.1 TSV for rows and in N-Triples for a graph, so row order does not matter:

    curl -s …/sparql -H 'Accept: text/tab-separated-values' --data-urlencode query@q.rq |
      LC_ALL=C sort | sha256sum
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, serialize

from kg.engine.graph_store import Answer
from kg.views.record.claims import Reader

_SHOWN = 12  # characters of a version in running text; the dataset's IRI has all of them
_DATASET = """SELECT ?title ?publisher (LANG(?title) AS ?lang) WHERE {{
  VALUES ?dataset {{ <{iri}> }} ?dataset dct:title ?title
  OPTIONAL {{ ?dataset dct:publisher/rdfs:label ?publisher
    FILTER(LANG(?publisher) = LANG(?title)) }}
}} ORDER BY ?lang"""
_TEXT = {
    "en": "{publisher}{title}, version {short}. {asked}{count}, SHA-256 {digest}. {dataset}",
    "ja": "{publisher}{title}、版 {short}。{asked}{count}、SHA-256 {digest}。{dataset}",
}
_ASKED = {"en": "Answer to “{}”: ", "ja": "「{}」への回答："}
_ROWS, _ONE = {"en": "{} rows", "ja": "{}行"}, {"en": "1 row", "ja": "1行"}
_UNTITLED = {"en": "Dataset", "ja": "データセット"}  # a store of somebody else
_PUBLISHER = {"en": "{}. ", "ja": "{}．"}


@dataclass(frozen=True, slots=True)
class Citation:
    """The citation of one answer; `text` is for people, by language, the rest for programs."""

    dataset: str
    version: str
    query: str
    query_digest: str
    rows: int
    result_digest: str
    text: Mapping[str, str]


def lines_of(answer: Answer) -> bytes:
    """An answer in the form that is digested: SPARQL 1.1 TSV, N-Triples for a graph."""
    if isinstance(answer, QuerySolutions | QueryBoolean):
        data = answer.serialize(format=QueryResultsFormat.TSV)
    else:
        data = serialize(answer, format=RdfFormat.N_TRIPLES)
    assert data is not None
    return data


def result_digest(lines: bytes) -> str:
    """The SHA-256 of the lines sorted by bytes, in hexadecimal.

    >>> result_digest(b"?x\\n2\\n1\\n") == result_digest(b"?x\\n1\\n2\\n")
    True
    """
    return sha256(b"".join(line + b"\n" for line in sorted(_split(lines)))).hexdigest()


def _split(lines: bytes) -> list[bytes]:
    return lines.removesuffix(b"\n").split(b"\n") if lines else []


def cite(
    reader: Reader, sparql: str, lines: bytes, asked: Mapping[str, str] | None = None
) -> Citation:
    """The citation of an answer, given as `lines_of` gives it.

    `asked` is the question in words by language; without it the query stands for itself.
    """
    version = reader.store.version
    dataset = f"{reader.names.base}dataset/{version}"
    digest = result_digest(lines)
    rows = len(_split(lines)) - lines.startswith(b"?")
    titles = {row.get("lang", ""): row for row in reader.rows(_DATASET.format(iri=dataset))}
    text = {}
    for lang, form in _TEXT.items():
        about = titles.get(lang, {})
        publisher, question = about.get("publisher", ""), (asked or {}).get(lang, "")
        text[lang] = form.format(
            publisher=_PUBLISHER[lang].format(publisher) if publisher else "",
            title=about.get("title", _UNTITLED[lang]),
            short=version[:_SHOWN],
            asked=_ASKED[lang].format(question) if question else "",
            count=_ROWS[lang].format(rows) if rows != 1 else _ONE[lang],
            digest=digest,
            dataset=dataset,
        )
    query_digest = sha256(sparql.encode()).hexdigest()
    return Citation(dataset, version, sparql, query_digest, rows, digest, text)
