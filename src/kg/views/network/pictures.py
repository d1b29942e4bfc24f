"""From accepted edges to a Picture: the whole graph, or what lies a few steps from an entity."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions

from kg.core.errors import KgError
from kg.views.network.network import Triple, accepted_edges, batches, node_types, reached
from kg.views.network.picture import Card, Edge, Evidence, Fact, Kind, Node, Picture
from kg.views.record.cards import ClaimCard, Named, Passage
from kg.views.record.claims import Reader

_TITLE = ("Claims on Japan's strategic-industry policy", "日本の戦略産業政策をめぐる主張")


def whole_picture(reader: Reader) -> Picture:
    """Every entity and concept that an accepted edge joins."""
    return _picture(reader, accepted_edges(reader), *_TITLE)


def neighbourhood(reader: Reader, entity: Named, hops: int) -> Picture:
    """What lies at most `hops` accepted edges from an entity."""
    inside = reached(reader, entity.iri, hops)
    edges = [e for e in accepted_edges(reader, inside) if e[0] in inside and e[2] in inside]
    return _picture(reader, edges, entity.en, entity.ja, {entity.iri})


def constructed_picture(reader: Reader, sparql: str, title: str, union: bool = True) -> Picture:
    """What a CONSTRUCT joins; raises KgError for other forms and for graphs without edges.

    `union` says whether the query sees the union of all graphs as its default graph.
    """
    answer = reader.store.query(sparql, union)
    if isinstance(answer, QuerySolutions | QueryBoolean):
        raise KgError("Only a CONSTRUCT or DESCRIBE query can be drawn; `kg query` gives rows.")
    edges = {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in answer
        if isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode)
    }
    if not edges:
        raise KgError("The query joins nothing: no triple of it has an IRI at both ends.")
    return _picture(reader, sorted(edges), title, title)


def chosen_picture(
    reader: Reader,
    edges: Iterable[Triple],
    nodes: Iterable[str],
    title: tuple[str, str],
    places: Mapping[str, tuple[int, int]] | None = None,
) -> Picture:
    """Edges and entities that a reader chose, by IRI, where the reader put them, by name."""
    return replace(_picture(reader, sorted(edges), *title, nodes), places=places)


def _picture(
    reader: Reader, edges: Sequence[Triple], title_en: str, title_ja: str, alone: Iterable[str] = ()
) -> Picture:
    iris = sorted({*alone, *(end for s, _, o in edges for end in (s, o))})
    claims = [c for block in batches(iris) for c in reader.claims(_ABOUT.format(block))]
    names = reader.named({*iris, *(p for _, p, _ in edges)})
    types = node_types(reader, iris)
    kinds = {
        iri: replace(named, id=named.id.removeprefix("jsip:"))
        for iri, named in reader.named(types.values()).items()
    }
    nodes = _nodes(reader, iris, names, {x: kinds[t].id for x, t in types.items()})
    behind = _by_triple(claims)
    facts = _by_subject(claims, set(edges))
    return Picture(
        title_en=title_en,
        title_ja=title_ja,
        nodes=tuple(replace(node, facts=tuple(_facts(facts[node.iri]))) for node in nodes),
        edges=tuple(
            Edge(names[s].id, names[o].id, p, names[p].en, names[p].ja, tuple(behind[s, p, o]))
            for s, p, o in edges
        ),
        version=reader.store.version,
        kinds=tuple(Kind(kind.id, kind.en, kind.ja) for kind in sorted(kinds.values())),
    )


_ABOUT = "VALUES ?s {{ {} }} ?claim rdf:subject ?s ."


def _nodes(
    reader: Reader, iris: Iterable[str], names: Mapping[str, Named], types: Mapping[str, str]
) -> Iterator[Node]:
    others = _other_names(reader, iris)
    for iri in iris:
        name, kind = names[iri], types.get(iri, "Resource")
        yield Node(name.id, iri, name.en, name.ja, kind, names=tuple(others[iri]))


def _by_triple(claims: Iterable[ClaimCard]) -> Mapping[Triple, list[Card]]:
    found: dict[Triple, list[Card]] = defaultdict(list)
    for claim in claims:
        found[claim.subject.iri, claim.predicate.iri, claim.value].append(card(claim))
    return found


def _by_subject(
    claims: Iterable[ClaimCard], drawn: Collection[Triple]
) -> Mapping[str, list[ClaimCard]]:
    """Claims that are no edge of the picture, by what they are about."""
    found: dict[str, list[ClaimCard]] = defaultdict(list)
    for claim in claims:
        if (claim.subject.iri, claim.predicate.iri, claim.value) not in drawn:
            found[claim.subject.iri].append(claim)
    return found


def _facts(claims: Iterable[ClaimCard]) -> Iterable[Fact]:
    ordered = sorted(claims, key=lambda c: (c.predicate.en, c.words_en))
    for (predicate, value, value_ja), group in groupby(
        ordered, key=lambda c: (c.predicate, c.words_en, c.words_ja)
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
        value=claim.words_en,
        value_ja=claim.words_ja,
        review=claim.review.en,
        rank=claim.rank,
        evidences=tuple(_evidence(passage) for passage in claim.passages),
        asserted_on=claim.asserted_on,
        note=claim.note,
        note_ja=claim.note_ja,
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


def _other_names(reader: Reader, iris: Iterable[str]) -> Mapping[str, list[str]]:
    """Readings, aliases and damaged renderings, for search."""
    found: dict[str, list[str]] = defaultdict(list)
    for block in batches(iris):
        for row in reader.rows(_OTHER_NAMES.format(block)):
            found[row["x"]].append(row["name"])
    return found


_OTHER_NAMES = """SELECT DISTINCT ?x ?name WHERE {{ VALUES ?x {{ {} }}
  {{ ?x skos:altLabel ?name }} UNION {{ ?x skos:hiddenLabel ?name }} }} ORDER BY ?x ?name"""
