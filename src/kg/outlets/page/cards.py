"""The picture as plain JSON for the page's script: what its panel, tables and filters show.

Sources and asserters are written once and referred to by number: they repeat on many claims.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from kg.outlets.page.drawing import looks, standing
from kg.outlets.page.words import CODES, LANGUAGES, Lang, controls
from kg.views.network.picture import Card, Edge, Evidence, Fact, Node, Picture

Json = dict[str, Any]


def page_data(picture: Picture, lang: Lang) -> Json:
    """Everything that the page's script needs, besides the drawing."""
    return {
        "lang": lang,
        "words": {name: controls(name) for name in LANGUAGES},
        "codes": CODES,
        "title": {"en": picture.title_en, "ja": picture.title_ja},
        "version": picture.version,
        "asOf": picture.as_of,
        **_Cards(picture).contents(),
    }


def web_link(url: str | None) -> str | None:
    """The address if a browser may follow it: http and https only.

    >>> web_link("javascript:alert(1)") is None
    True
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


class _Cards:
    """Collects what repeats while the nodes and edges are written."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.looks = looks(picture)
        self.kinds = {look.type: index for index, look in enumerate(self.looks)}
        self.numbers = {node.id: index for index, node in enumerate(picture.nodes)}
        self.predicates: dict[tuple[str, str, str], int] = {}
        self.asserters: dict[tuple[str, str], int] = {}
        self.sources: dict[tuple[str, str | None, str, str, str], int] = {}

    def contents(self) -> Json:
        nodes = [self.node(node) for node in self.picture.nodes]
        edges = [self.edge(edge) for edge in self.picture.edges]
        return {
            "kinds": [
                {"en": k.label_en, "ja": k.label_ja, "family": k.family, "shape": k.shape}
                for k in self.looks
            ],
            "nodes": nodes,
            "edges": edges,
            "predicates": [{"iri": p, "en": en, "ja": ja} for p, en, ja in self.predicates],
            "asserters": [{"en": en, "ja": ja} for en, ja in self.asserters],
            "sources": [
                _filled(title=title, url=url, publisher=publisher, date=date, tier=tier)
                for title, url, publisher, date, tier in self.sources
            ],
        }

    def node(self, node: Node) -> Json:
        return _filled(
            id=node.id,
            iri=node.iri,
            en=node.label_en,
            ja=node.label_ja,
            kind=self.kinds[node.type],
            names=list(node.names),
            facts=[self.fact(fact) for fact in node.facts],
        )

    def fact(self, fact: Fact) -> Json:
        return _filled(
            en=fact.label_en,
            ja=fact.label_ja,
            value=fact.value,
            valueJa=fact.value_ja,
            claims=[self.claim(claim) for claim in fact.claims],
        )

    def edge(self, edge: Edge) -> Json:
        predicate = (edge.predicate, edge.label_en, edge.label_ja)
        return _filled(
            a=self.numbers[edge.source],
            b=self.numbers[edge.target],
            predicate=self.predicates.setdefault(predicate, len(self.predicates)),
            standing=standing(edge),
            claims=[self.claim(claim) for claim in edge.claims],
        )

    def claim(self, claim: Card) -> Json:
        by = (claim.asserter_en, claim.asserter_ja)
        return _filled(
            iri=claim.iri,
            by=self.asserters.setdefault(by, len(self.asserters)),
            status=claim.status,
            value=claim.value,
            valueJa=claim.value_ja if claim.value_ja != claim.value else "",
            review=claim.review,
            rank=claim.rank,
            on=claim.asserted_on,
            note=claim.note,
            noteJa=claim.note_ja,
            evidence=[self.evidence(evidence) for evidence in claim.evidences],
        )

    def evidence(self, found: Evidence) -> Json:
        source = (found.source, web_link(found.url), found.publisher, found.date, found.tier)
        return _filled(
            quote=found.quote,
            source=self.sources.setdefault(source, len(self.sources)),
            role=found.role,
            level=found.level,
            language=found.language,
        )


def _filled(**values: Any) -> Json:
    """The values that are there: empty texts and lists are left out."""
    return {key: value for key, value in values.items() if value not in ("", None, [])}
