"""How much there is, per graph, class, source and status, and how well it is founded."""

from collections import Counter
from dataclasses import dataclass

from kg.views.record.claims import Reader
from kg.views.record.conflicts import conflicts


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts by name; shares are of all claims, from 0 to 1."""

    version: str
    quads: int
    claims: int
    conflicts: int
    open_conflicts: int
    identity_questions: int
    open_identity_questions: int
    cautions: int
    confirmed: int
    open_disagreements: int
    graphs: dict[str, int]
    classes: dict[str, int]
    sources: dict[str, int]
    statuses: dict[str, int]
    reviews: dict[str, int]
    shares: dict[str, float]


def stats(reader: Reader) -> Stats:
    """Counts and coverage of the snapshot."""
    graphs = _default(reader) | _counts(reader, _GRAPHS)
    claims = int(next(reader.rows(_CLAIMS))["n"])
    found = conflicts(reader)
    kinds = Counter(c.kind for c in found)
    still_open = Counter(c.kind for c in found if c.is_open)
    return Stats(
        version=reader.store.version,
        quads=sum(graphs.values()),
        claims=claims,
        conflicts=kinds["conflict"],
        open_conflicts=still_open["conflict"],
        identity_questions=kinds["identity"],
        open_identity_questions=still_open["identity"],
        cautions=kinds["caution"],
        confirmed=_number(reader, "?x jsip:confirmedBy ?agent"),
        open_disagreements=_number(
            reader,
            "?x a jsip:ReviewDisagreement FILTER NOT EXISTS { ?x jsip:settledIn ?third }",
        ),
        graphs=graphs,
        classes=_counts(reader, _CLASSES),
        sources=_counts(reader, _SOURCES),
        statuses=_by(reader, "jsip:assertionStatus"),
        reviews=_by(reader, "jsip:reviewStatus"),
        shares={name: _share(reader, where, claims) for name, where in _SHARES.items()},
    )


_DEFAULT = "default graph"
_GRAPHS = "SELECT ?x (COUNT(*) AS ?n) { GRAPH ?x { ?s ?p ?o } } GROUP BY ?x"
_CLAIMS = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c rdf:subject ?s }"
_CLASSES = """SELECT ?x (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?x }
  FILTER(?g NOT IN (g:ontology, g:schemes, g:dataset, g:derived-inferred, g:derived-reader)) }
  GROUP BY ?x"""
_SOURCES = """SELECT ?x (COUNT(DISTINCT ?c) AS ?n) { ?e jsip:supportsClaim ?c ; oa:hasSource ?x }
  GROUP BY ?x"""
_SHARES = {
    "accepted": "?c jsip:reviewStatus rv:accepted",
    "with verified passage": "?e jsip:supportsClaim ?c ; jsip:evidenceLevel jsip:verified",
    "with primary source": "?e jsip:supportsClaim ?c ; oa:hasSource ?s . "
    "?s jsip:sourceTier jsip:Primary",
    "by unnamed sources": "?c jsip:attributionType jsip:UnnamedSources",
    "text claims": "?c a jsip:TextClaim",
}


def _default(reader: Reader) -> dict[str, int]:
    """What a user's store has in no named graph; nothing in the shipped one."""
    if not reader.store.has_default:
        return {}
    row = next(reader.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", union=False))
    return {_DEFAULT: int(row["n"])} if row["n"] != "0" else {}


def _by(reader: Reader, predicate: str) -> dict[str, int]:
    where = f"?c rdf:subject ?s ; {predicate} ?x"
    return _counts(reader, f"SELECT ?x (COUNT(DISTINCT ?c) AS ?n) {{ {where} }} GROUP BY ?x")


def _counts(reader: Reader, sparql: str) -> dict[str, int]:
    counts = {reader.names.slug(row["x"]): int(row["n"]) for row in reader.rows(sparql)}
    return dict(sorted(counts.items()))


def _number(reader: Reader, where: str) -> int:
    return int(next(reader.rows(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {where} }}"))["n"])


def _share(reader: Reader, where: str, claims: int) -> float:
    row = next(reader.rows(f"SELECT (COUNT(DISTINCT ?c) AS ?n) {{ {where} }}"))
    return round(int(row["n"]) / claims, 3) if claims else 0.0
