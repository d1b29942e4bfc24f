"""Claims as a reader sees them: value, asserter, status, review, and every passage behind.

The base of the other views. Everything is read by SPARQL 1.1 over the union of graphs, so that
any store that holds the snapshot gives the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.core.names import Names
from kg.ledger.words import spoken
from kg.store.port import GraphStore

_LITERAL_LANGS = ("en", "ja")


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """Something with an IRI and its labels; a label that is missing falls back to the slug."""

    iri: str
    id: str
    en: str
    ja: str

    @property
    def local(self) -> str:
        """The local name of an own term, the notation of a concept."""
        return self.id.removeprefix("jsip:").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A document: who published it, when, how near to the asserter it stands."""

    iri: str
    id: str
    title: str
    publisher: Named
    issued: str
    language: str
    kind: str
    tier: str
    level: str
    url: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The words that support a claim; positions in code points, where the text is held."""

    iri: str
    quote: str
    source: SourceCard
    role: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One claim with all that a reader needs to believe or doubt it."""

    iri: str
    id: str
    cls: str
    subject: Named
    predicate: Named
    object: Named | None
    value: str
    value_en: str
    value_ja: str
    printed: str
    unit: str
    lower: str
    upper: str
    qualifier: str
    period: Named | None
    about: tuple[Named, ...]
    asserter: Named
    attribution: str
    asserted_on: str
    date_basis: str
    status: Named
    confidence: str
    review: Named
    rank: str
    reason: str
    key: str
    note: str
    passages: tuple[Passage, ...]

    @property
    def is_accepted(self) -> bool:
        """True where the editors hold that the source says so; not that it is true."""
        return self.review.id == "review-status/accepted"

    @property
    def is_rejected(self) -> bool:
        """True where a better witness was found, or a newer value replaced it."""
        return self.review.id in ("review-status/rejected", "review-status/superseded")

    def disjoint(self, other: "ClaimCard") -> bool:
        """True where no single value could satisfy both (ontology.md §4.3: a gap)."""
        if any((self.lower, self.upper, other.lower, other.upper)):
            return _below(self.upper, other.lower) or _below(other.upper, self.lower)
        return self.value != other.value


@dataclass(frozen=True)
class Reader:
    """Reads views from a store, with the names that shorten its IRIs."""

    store: GraphStore
    names: Names

    def rows(self, sparql: str) -> Iterator[dict[str, str]]:
        """Rows of a SELECT as plain strings by variable; unbound ones are absent."""
        answer = self.store.query(self.names.sparql_prologue() + sparql)
        assert isinstance(answer, QuerySolutions)
        variables = [variable.value for variable in answer.variables]
        for row in answer:
            yield {n: _plain(t) for n, t in zip(variables, row, strict=True) if t is not None}

    def named(self, iris: Iterable[str]) -> Mapping[str, Named]:
        """Labels of entities, concepts and terms, by IRI."""
        wanted = sorted(set(iris))
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.rows(
            "SELECT ?x ?label (LANG(?label) AS ?lang) WHERE { "
            f"VALUES ?x {{ {values(wanted)} }} "
            "{ ?x rdfs:label ?label } UNION { ?x skos:prefLabel ?label } } ORDER BY ?x ?lang ?label"
        ):
            labels[row["x"]].setdefault(row["lang"], row["label"])
        return {iri: self._named(iri, labels.get(iri, {})) for iri in wanted}

    def _named(self, iri: str, labels: Mapping[str, str]) -> Named:
        slug = self.names.slug(iri)
        en = labels.get("en") or labels.get("ja") or slug
        return Named(iri, slug, en, labels.get("ja") or en)

    def claims(self, where: str) -> list[ClaimCard]:
        """The claims that a graph pattern on `?claim` selects, by id."""
        facts = list(self.rows(_CLAIMS.format(where=where)))
        passages = self._passages(where)
        iris = {row[v] for row in facts for v in _NAMED if v in row}
        iris |= {row["o"] for row in facts if row["kind"] == "iri"}
        names = self.named(iris)
        cards: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in facts:
            cards[row["claim"]].append(row)
        return [self._card(rows, names, passages) for _, rows in sorted(cards.items())]

    def _card(
        self,
        rows: Sequence[dict[str, str]],
        names: Mapping[str, Named],
        passages: Mapping[str, Sequence[Passage]],
    ) -> ClaimCard:
        row = rows[0]
        target = names[row["o"]] if row["kind"] == "iri" else None
        unit = names.get(row.get("unit", ""))
        value_en, value_ja = _value(row["o"], target, unit)
        notes = sorted({r["note"] for r in rows if "note" in r})
        about = (row.get(v, "") for v in ("area", "group", "scenario", "statistic"))
        return ClaimCard(
            iri=row["claim"],
            id=self.names.slug(row["claim"]),
            cls=self._local(row["class"]),
            subject=names[row["s"]],
            predicate=names[row["p"]],
            object=target,
            value=row["o"],
            value_en=value_en,
            value_ja=value_ja,
            printed=row.get("printed", ""),
            unit=unit.id if unit else "",
            lower=row.get("low", ""),
            upper=row.get("high", ""),
            qualifier=self.names.slug(row.get("qualifier", "")).rpartition("/")[2],
            period=names.get(row.get("period", "")),
            about=tuple(names[iri] for iri in about if iri),
            asserter=names[row["who"]],
            attribution=self._local(row["attribution"]),
            asserted_on=row.get("on", ""),
            date_basis=self._local(row["basis"]),
            status=names[row["status"]],
            confidence=row.get("confidence", ""),
            review=names[row["review"]],
            rank=self._local(row["rank"]),
            reason=row.get("reason", ""),
            key=row.get("key", ""),
            note="; ".join(notes),
            passages=tuple(passages.get(row["claim"], ())),
        )

    def _local(self, iri: str) -> str:
        return self.names.curie(iri).rpartition(":")[2] if iri else ""

    def _passages(self, where: str) -> Mapping[str, list[Passage]]:
        rows = list(self.rows(_PASSAGES.format(where=where)))
        sources = self.sources({row["source"] for row in rows})
        found: dict[str, list[Passage]] = defaultdict(list)
        for row in (row for row in rows if row["source"] in sources):
            start, end = (int(row[v]) if v in row else None for v in ("start", "end"))
            role = self._local(row.get("role", ""))
            passage = Passage(row["e"], row["quote"], sources[row["source"]], role, start, end)
            found[row["claim"]].append(passage)
        return {claim: list(dict.fromkeys(cards)) for claim, cards in found.items()}

    def sources(self, iris: Iterable[str]) -> Mapping[str, SourceCard]:
        """Sources by IRI."""
        wanted = values(sorted(set(iris)))
        rows = {row["source"]: row for row in self.rows(_SOURCES.format(wanted=wanted))}
        publishers = self.named(row["publisher"] for row in rows.values())
        return {
            iri: SourceCard(
                iri=iri,
                id=self.names.slug(iri),
                title=row.get("title", ""),
                publisher=publishers[row["publisher"]],
                issued=row.get("issued", ""),
                language=row.get("language", ""),
                kind=self._local(row["kind"]),
                tier=self._local(row["tier"]),
                level=self._local(row["level"]),
                url=row.get("url", ""),
            )
            for iri, row in rows.items()
        }


def _below(upper: str, lower: str) -> bool:
    return bool(upper and lower) and Decimal(upper) < Decimal(lower)


_NAMED = "s p who status review period unit area group scenario statistic".split()
_CLAIMS = """SELECT * WHERE {{ {where}
  GRAPH ?home {{ ?claim a ?class ; rdf:subject ?s }}
  ?claim rdf:predicate ?p ; rdf:object ?o ; jsip:assertedBy ?who ; jsip:assertionStatus ?status ;
    jsip:attributionType ?attribution ; jsip:dateBasis ?basis ;
    jsip:reviewStatus ?review ; jsip:rank ?rank .
  BIND(IF(isIRI(?o), "iri", "literal") AS ?kind)
  OPTIONAL {{ ?claim jsip:assertedOn ?on }} OPTIONAL {{ ?claim jsip:unit ?unit }}
  OPTIONAL {{ ?claim jsip:printedForm ?printed }} OPTIONAL {{ ?claim jsip:lowerBound ?low }}
  OPTIONAL {{ ?claim jsip:upperBound ?high }} OPTIONAL {{ ?claim jsip:valueQualifier ?qualifier }}
  OPTIONAL {{ ?claim jsip:refPeriod ?period }} OPTIONAL {{ ?claim jsip:refArea ?area }}
  OPTIONAL {{ ?claim jsip:refGroup ?group }} OPTIONAL {{ ?claim jsip:scenario ?scenario }}
  OPTIONAL {{ ?claim jsip:statistic ?statistic }} OPTIONAL {{ ?claim jsip:comparisonKey ?key }}
  OPTIONAL {{ ?claim jsip:extractionConfidence ?confidence }}
  OPTIONAL {{ ?claim skos:editorialNote ?note }}
  OPTIONAL {{ ?claim jsip:reviewedIn ?reviewed . ?reviewed rdfs:comment ?reason }}
}} ORDER BY ?claim ?note"""
_PASSAGES = """SELECT ?claim ?e ?quote ?source ?role ?start ?end WHERE {{ {where}
  ?e jsip:supportsClaim ?claim ; oa:hasSource ?source ; oa:hasSelector ?q . ?q oa:exact ?quote .
  OPTIONAL {{ ?e jsip:textRole ?role }}
  OPTIONAL {{ ?e oa:hasSelector ?p0 . ?p0 oa:start ?start ; oa:end ?end }}
}} ORDER BY ?claim ?e"""
_SOURCES = """SELECT * WHERE {{ VALUES ?source {{ {wanted} }}
  ?source dct:publisher ?publisher ; jsip:sourceTier ?tier ; jsip:evidenceLevel ?level ; a ?kind .
  FILTER NOT EXISTS {{ ?narrower rdfs:subClassOf ?kind . ?source a ?narrower .
    FILTER(?narrower != ?kind) }}
  FILTER(STRSTARTS(STR(?kind), STR(jsip:)))
  OPTIONAL {{ ?source dct:title ?title }} OPTIONAL {{ ?source dct:issued ?issued }}
  OPTIONAL {{ ?source dct:language ?language }} OPTIONAL {{ ?source schema:url ?url }}
}} ORDER BY ?source ?kind"""


def values(iris: Iterable[str]) -> str:
    """IRIs as the content of a VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)


def _plain(term: Any) -> str:
    """The words of a term; ours are never blank, those of a store of somebody else may be."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _value(text: str, target: Named | None, unit: Named | None) -> tuple[str, str]:
    """The value in words of both languages."""
    if target is not None:
        return target.en, target.ja
    try:
        return spoken(Decimal(text), unit.id, unit.en, unit.ja) if unit else (text, text)
    except InvalidOperation:
        return text, text
