"""From accepted edges to a Picture: the whole graph, or what lies a few steps from an entity."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from pyoxigraph import NamedNode, QueryTriples

from kg.core.errors import KgError
from kg.views.claims import ClaimCard, Named, Passage, Reader, values
from kg.views.picture import ClaimCard as Card
from kg.views.picture import Edge, Evidence, Fact, Kind, Node, Picture

NODE_SCHEMES = ("industry", "issue", "group")
_TITLE = ("Claims on Japan's strategic-industry policy", "日本の戦略産業政策をめぐる主張")


def whole_picture(reader: Reader) -> Picture:
    """Every entity and concept that an accepted edge joins."""
    return _picture(reader, _edges(reader), *_TITLE)


def neighbourhood(reader: Reader, entity: Named, hops: int) -> Picture:
    """What lies at most `hops` accepted edges from an entity."""
    edges, reached, ring = _edges(reader), {entity.iri}, {entity.iri}
    for _ in range(hops):
        ring = {end for s, _, o in edges for end in (s, o) if s in ring or o in ring} - reached
        reached |= ring
    inside = [edge for edge in edges if edge[0] in reached and edge[2] in reached]
    return _picture(reader, inside, entity.en, entity.ja, {entity.iri})


def constructed_picture(reader: Reader, sparql: str, title: str) -> Picture:
    """What a CONSTRUCT joins; raises KgError for other forms and for graphs without edges."""
    answer = reader.store.query(sparql)
    if not isinstance(answer, QueryTriples):
        raise KgError("Only a CONSTRUCT or DESCRIBE query can be drawn; `kg query` gives rows.")
    edges = {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in answer
        if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode)
    }
    if not edges:
        raise KgError("The query joins nothing: no triple of it has an IRI at both ends.")
    return _picture(reader, sorted(edges), title, title)


def _edges(reader: Reader) -> list[tuple[str, str, str]]:
    """Accepted edges between entities and browsed concepts."""
    ids = reader.names.prefixes["id"]
    schemes = tuple(f"{reader.names.scheme(name)}/" for name in NODE_SCHEMES)
    found = reader.rows(
        "SELECT ?s ?p ?o WHERE { GRAPH g:derived-edges { ?s ?p ?o } "
        "?p a jsip:ClaimableProperty . FILTER(isIRI(?o)) } ORDER BY ?s ?p ?o"
    )
    ends = (ids, *schemes)
    rows = ((row["s"], row["p"], row["o"]) for row in found)
    return [(s, p, o) for s, p, o in rows if s.startswith(ends) and o.startswith(ends)]


def _picture(
    reader: Reader,
    edges: Sequence[tuple[str, str, str]],
    title_en: str,
    title_ja: str,
    shown: Iterable[str] = (),
) -> Picture:
    iris = sorted({end for s, _, o in edges for end in (s, o)} | set(shown))
    claims = reader.claims(f"VALUES ?s {{ {values(iris)} }} ?claim rdf:subject ?s .")
    by_triple: dict[tuple[str, str, str], list[Card]] = defaultdict(list)
    for claim in claims:
        by_triple[claim.subject.iri, claim.predicate.iri, claim.value].append(card(claim))
    names = reader.named({*iris, *(p for _, p, _ in edges)})
    types, others = _types(reader, iris), _other_names(reader, iris)
    joined = set(edges)
    facts: dict[str, list[ClaimCard]] = defaultdict(list)
    for claim in claims:
        if (claim.subject.iri, claim.predicate.iri, claim.value) not in joined:
            facts[claim.subject.iri].append(claim)
    return Picture(
        title_en=title_en,
        title_ja=title_ja,
        nodes=tuple(
            Node(
                id=names[iri].id,
                iri=iri,
                label_en=names[iri].en,
                label_ja=names[iri].ja,
                type=types[iri].id if iri in types else "Resource",
                facts=tuple(_facts(facts[iri])),
                names=tuple(others[iri]),
            )
            for iri in iris
        ),
        edges=tuple(
            Edge(
                names[s].id,
                names[o].id,
                p,
                names[p].en,
                names[p].ja,
                tuple(by_triple[s, p, o]),
            )
            for s, p, o in edges
        ),
        version=reader.store.version,
        kinds=tuple(Kind(t.id, t.en, t.ja) for t in sorted(set(types.values()))),
    )


def _facts(claims: Iterable[ClaimCard]) -> Iterable[Fact]:
    ordered = sorted(claims, key=lambda c: (c.predicate.en, c.value_en))
    for (predicate, value, value_ja), group in groupby(
        ordered, key=lambda c: (c.predicate, c.value_en, c.value_ja)
    ):
        cards = tuple(card(claim) for claim in group)
        yield Fact(predicate.en, predicate.ja, value, cards, value_ja)


def card(claim: ClaimCard) -> Card:
    """A claim as a picture shows it."""
    return Card(
        iri=claim.iri,
        asserter_en=claim.asserter.en,
        asserter_ja=claim.asserter.ja,
        status=claim.status.en,
        value=claim.printed or claim.value_en,
        review=claim.review.en,
        rank=claim.rank,
        evidences=tuple(_evidence(passage) for passage in claim.passages),
        asserted_on=claim.asserted_on,
        note=claim.note,
    )


def _evidence(passage: Passage) -> Evidence:
    source = passage.source
    return Evidence(
        quote=passage.quote,
        source=source.title or f"{source.publisher.en} {source.issued}".strip(),
        url=source.url or None,
        publisher=source.publisher.en,
        date=source.issued,
        role=passage.role,
        level=source.level,
        tier=source.tier,
        language=source.language,
    )


def _types(reader: Reader, iris: Sequence[str]) -> Mapping[str, Named]:
    """The class of each entity, the scheme of each concept."""
    rows = list(
        reader.rows(
            f"SELECT ?x ?type WHERE {{ VALUES ?x {{ {values(iris)} }} "
            "{ GRAPH g:entities { ?x a ?type } } UNION { ?x skos:inScheme ?type } } ORDER BY ?x"
        )
    )
    names = reader.named(row["type"] for row in rows)
    named = {row["x"]: names[row["type"]] for row in rows}
    return {iri: Named(n.iri, n.id.removeprefix("jsip:"), n.en, n.ja) for iri, n in named.items()}


def _other_names(reader: Reader, iris: Sequence[str]) -> Mapping[str, list[str]]:
    """Readings, aliases and damaged renderings, for search."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in reader.rows(
        f"SELECT DISTINCT ?x ?name WHERE {{ VALUES ?x {{ {values(iris)} }} "
        "{ ?x skos:altLabel ?name } UNION { ?x skos:hiddenLabel ?name } } ORDER BY ?x ?name"
    ):
        found[row["x"]].append(row["name"])
    return found
