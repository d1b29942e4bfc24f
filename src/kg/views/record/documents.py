"""Sources as readers ask for them: all of them, what one supports, what would fall without it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.core.errors import UnknownName
from kg.views.record.cards import ClaimCard, Named, SourceCard
from kg.views.record.claims import Reader


@dataclass(frozen=True, slots=True)
class Counted:
    """A source and how many claims it supports."""

    card: SourceCard
    claims: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as a source prints it, and who is meant."""

    surface: str
    entity: Named
    source: str
    quality: str


ORDERS = ("title", "publisher", "issued", "kind", "tier", "level", "claims")


def counted(reader: Reader) -> list[Counted]:
    """All sources, by IRI."""
    rows = reader.rows(
        "SELECT ?source (COUNT(DISTINCT ?claim) AS ?n) WHERE { ?source jsip:sourceTier ?tier "
        "OPTIONAL { ?e oa:hasSource ?source ; jsip:supportsClaim ?claim } } GROUP BY ?source"
    )
    counts = {row["source"]: int(row["n"]) for row in rows}
    cards = reader.sources(counts)
    return [Counted(card, counts[iri]) for iri, card in cards.items()]


def in_order(found: Iterable[Counted], order: str) -> list[Counted]:
    """Sources by one of ORDERS; dates and counts come with the largest first."""

    def key(row: Counted) -> tuple[str | int, str]:
        if order == "claims":
            return row.claims, row.card.id
        value = getattr(row.card, order)
        return (value.en if isinstance(value, Named) else value).casefold(), row.card.id

    return sorted(found, key=key, reverse=order in ("issued", "claims"))


def source_of(reader: Reader, slug: str) -> SourceCard:
    """The source of that slug; raises UnknownName with the nearest."""
    iri = reader.names.id(slug)
    found = reader.sources([iri]) if slug.startswith("src-") else {}
    if iri not in found:
        rows = reader.rows("SELECT ?s WHERE { ?s jsip:sourceTier ?t }")
        raise UnknownName("source", slug, [reader.names.slug(row["s"]) for row in rows])
    return found[iri]


def would_fall(claims: Sequence[ClaimCard], source: SourceCard) -> list[ClaimCard]:
    """The claims that have no passage in any other source (CQ07)."""
    return [c for c in claims if all(p.source.iri == source.iri for p in c.passages)]


def cited(reader: Reader, source: SourceCard) -> tuple[list[str], list[str]]:
    """Slugs of the sources that it cites, and of those that cite it."""
    rows = reader.rows(
        f"SELECT ?to ?from WHERE {{ {{ <{source.iri}> jsip:citesSource ?to }} "
        f"UNION {{ ?from jsip:citesSource <{source.iri}> }} }} ORDER BY ?to ?from"
    )
    found = list(rows)
    return (
        [reader.names.slug(row["to"]) for row in found if "to" in row],
        [reader.names.slug(row["from"]) for row in found if "from" in row],
    )


def mentions(reader: Reader, source: str = "", quality: str = "") -> list[Mention]:
    """Names in held texts, of one source or of one quality (`Misrendered` …), in order."""
    of = f"VALUES ?source {{ <{source}> }} " if source else ""
    kind = f"VALUES ?quality {{ jsip:{quality} }} " if quality else ""
    rows = list(
        reader.rows(
            f"SELECT DISTINCT ?surface ?to ?source ?quality WHERE {{ {of}{kind}"
            "?m jsip:surfaceForm ?surface ; jsip:refersTo ?to ; oa:hasSource ?source ; "
            "jsip:mentionQuality ?quality } ORDER BY ?source ?surface"
        )
    )
    named = reader.named(row["to"] for row in rows)
    return [
        Mention(
            row["surface"],
            named[row["to"]],
            reader.names.slug(row["source"]),
            reader.names.curie(row["quality"]).removeprefix("jsip:"),
        )
        for row in rows
    ]


def revisions(reader: Reader, claim: ClaimCard) -> list[tuple[ClaimCard, ClaimCard]]:
    """The pairs of superseded(), old and new, that lead to a claim or from it, the first first."""
    pairs = superseded(reader)
    found: list[tuple[ClaimCard, ClaimCard]] = []
    wanted = {claim.iri}
    while more := [p for p in pairs if p not in found and wanted & {c.iri for c in p}]:
        found += more
        wanted |= {c.iri for pair in more for c in pair}
    return sorted(found, key=lambda pair: (pair[1].asserted_on, pair[1].id))


def superseded(reader: Reader) -> list[tuple[ClaimCard, ClaimCard]]:
    """Figures that their asserter replaced: the old one and the new one."""
    rows = reader.rows("SELECT ?new ?old WHERE { ?new jsip:supersedes ?old }")
    pairs = sorted(rows, key=lambda row: (row["old"], row["new"]))
    if not pairs:
        return []
    wanted = " ".join(sorted({f"<{iri}>" for row in pairs for iri in row.values()}))
    cards = {c.iri: c for c in reader.claims(f"VALUES ?claim {{ {wanted} }}")}
    return [(cards[r["old"]], cards[r["new"]]) for r in pairs if {*r.values()} <= cards.keys()]
