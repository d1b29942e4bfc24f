"""Claims as a reader sees them: value, asserter, status, review, and every passage behind.

The base of the other views. Everything is read by SPARQL 1.1 over the union of graphs, so that
any store that holds the snapshot gives the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.core.names import Names
from kg.engine.graph_store import GraphStore
from kg.views.record.cards import ClaimCard, Named, Passage, SourceCard
from kg.views.record.claim_queries import BEARINGS, CLAIMS, NAMED, NEEDED, PASSAGES, SAID, SOURCES
from kg.views.record.plain_values import figure, held_parts, number, whole

_WITH_VALUE = (NamedNode, Literal)  # in a store of somebody else there may be other terms
_PREFIX = re.compile(r"([a-z][a-z-]*):")
_Said = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reader:
    """Reads views from a store, with the names that shorten its IRIs."""

    store: GraphStore
    names: Names

    def rows(self, sparql: str, union: bool = True) -> Iterator[dict[str, str]]:
        """Rows of a SELECT as plain strings by variable; unbound ones are absent.

        Without `union` the default graph is asked alone.
        """
        used = self.names.prefixes.keys() & set(_PREFIX.findall(sparql))
        prologue = "".join(f"PREFIX {p}: <{self.names.prefixes[p]}>\n" for p in sorted(used))
        answer = self.store.query(prologue + sparql, union)
        assert isinstance(answer, QuerySolutions)
        variables = [variable.value for variable in answer.variables]
        for row in answer:
            yield {
                name: term.value if isinstance(term, _WITH_VALUE) else str(term)
                for name, term in zip(variables, row, strict=True)
                if term is not None
            }

    def named(self, iris: Iterable[str]) -> Mapping[str, Named]:
        """Labels of entities, concepts and terms, by IRI."""
        wanted = sorted(set(iris))
        if not wanted:
            return {}
        labels: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.rows(
            "SELECT ?x ?label (LANG(?label) AS ?lang) WHERE { "
            f"VALUES ?x {{ {values(wanted)} }} "
            "{ ?x rdfs:label ?label } UNION { ?x skos:prefLabel ?label } } ORDER BY ?x ?lang ?label"
        ):
            labels[row["x"]].setdefault(row.get("lang", ""), row["label"])
        return {iri: self._named(iri, labels.get(iri, {})) for iri in wanted}

    def units(self, ids: Iterable[str]) -> Mapping[str, Named]:
        """The units of claims by the ids that cards have: `cur:JPY`, `unit/percent`."""
        names = self.names
        iris = {id: names.iri(id) if ":" in id else f"{names.base}scheme/{id}" for id in ids if id}
        named = self.named(iris.values())
        return {id: named[iri] for id, iri in iris.items()}

    def _named(self, iri: str, labels: Mapping[str, str]) -> Named:
        slug = self.names.slug(iri)
        en = labels.get("en") or labels.get("ja") or labels.get("") or slug
        return Named(iri, slug, en, labels.get("ja") or en)

    def claims(self, where: str) -> list[ClaimCard]:
        """The claims that a graph pattern on `?claim` selects, by id."""
        facts = self._facts(where)
        if not facts:
            return []
        passages = self._passages(where)
        names = self.named(iri for said in facts.values() for v in NAMED for iri in said.get(v, ()))
        return [self._card(iri, said, names, passages) for iri, said in sorted(facts.items())]

    def _facts(self, where: str) -> dict[str, _Said]:
        """What is said of each claim, by CURIE of the property; only of those that say enough.

        One row a triple: a query with a dozen OPTIONALs takes longer to plan than to answer.
        """
        facts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        curie = cache(self.names.curie)
        for row in self.rows(CLAIMS.format(where=where, said=SAID)):
            facts[row["claim"]][curie(row["_p"])].append(row["_o"])
        for said in facts.values():
            for values_of in said.values():
                values_of.sort()
        return {iri: said for iri, said in facts.items() if said.keys() >= NEEDED}

    def _card(
        self,
        iri: str,
        said: _Said,
        names: Mapping[str, Named],
        passages: Mapping[str, Sequence[Passage]],
    ) -> ClaimCard:
        def text(name: str) -> str:
            return said[name][0] if name in said else ""

        def local(name: str) -> str:
            return self._local(text(name))

        value = text("rdf:object")
        # Of a store of somebody else a figure may be no number: then it is a text.
        unit = names.get(text("jsip:unit")) if number(value) else None
        target = names.get(text("object"))
        value_en, value_ja = (target.en, target.ja) if target else self._words(said, unit)
        value_ja = text("jsip:objectInJapanese") or value_ja
        return ClaimCard(
            iri=iri,
            id=self.names.slug(iri),
            cls=local("class"),
            subject=names[text("rdf:subject")],
            predicate=names[text("rdf:predicate")],
            object=target,
            value=value,
            value_en=value_en,
            value_ja=value_ja,
            printed=text("jsip:printedForm"),
            unit=unit.id if unit else "",
            lower=number(value) and number(text("jsip:lowerBound")),
            upper=number(value) and number(text("jsip:upperBound")),
            qualifier=self._qualifier(said),
            period=names.get(text("jsip:refPeriod")),
            period_basis=local("jsip:periodBasis"),
            fiscal_period=names.get(text("fiscal period")),
            about=tuple(n for b in BEARINGS if (n := names.get(text(f"jsip:{b}")))),
            asserter=names[text("jsip:assertedBy")],
            attribution=local("jsip:attributionType"),
            asserted_on=text("jsip:assertedOn"),
            date_basis=local("jsip:dateBasis"),
            status=names[text("jsip:assertionStatus")],
            confidence=text("jsip:extractionConfidence"),
            review=names[text("jsip:reviewStatus")],
            rank=local("jsip:rank"),
            reason=text("reason"),
            key=text("jsip:comparisonKey"),
            note=_notes(said)[0],
            converted_from=self.names.slug(text("jsip:convertedFrom")),
            passages=tuple(passages.get(iri, ())),
            confirmed_by=tuple(names[a] for a in said.get("jsip:confirmedBy", ()) if a in names),
            reason_ja=text("reason ja"),
            note_ja=_notes(said)[1],
        )

    def _qualifier(self, said: _Said) -> str:
        return self.names.slug(next(iter(said.get("jsip:valueQualifier", ())), "")).split("/")[-1]

    def _words(self, said: _Said, unit: Named | None) -> tuple[str, str]:
        """A figure in both languages, a range by its ends; any other value as it is."""
        about_unit = (unit.id, unit.en, unit.ja) if unit else None
        ends = (next(iter(said.get(f"jsip:{side}Bound", ())), "") for side in ("lower", "upper"))
        return figure(said["rdf:object"][0], about_unit, self._qualifier(said), *ends)

    def _local(self, iri: str) -> str:
        return self.names.curie(iri).rpartition(":")[2] if iri else ""

    def _passages(self, where: str) -> Mapping[str, list[Passage]]:
        rows = list(self.rows(PASSAGES.format(where=where)))
        quoted = [row for row in rows if "_quote" in row]
        sources = self.sources({row["_source"] for row in quoted})
        roles = _by_passage(rows, "_role")
        places = _by_passage(rows, "_start", "_end")
        held, found = held_parts(rows), defaultdict[str, list[Passage]](list)
        for row in (row for row in quoted if row["_source"] in sources):
            e, source = row["_e"], sources[row["_source"]]
            for (role,), place in product(roles.get(e, [("",)]), places.get(e, [("", "")])):
                start, end = map(whole, place)
                about = (source, self._local(role), start, end, held[e])
                found[row["claim"]].append(Passage(e, row["_quote"], *about))
        return {claim: list(dict.fromkeys(cards)) for claim, cards in found.items()}

    def sources(self, iris: Iterable[str]) -> Mapping[str, SourceCard]:
        """Sources by IRI."""
        wanted = values(sorted(set(iris)))
        found = self.rows(SOURCES.format(wanted=wanted)) if wanted else ()
        rows = {row["source"]: row for row in found}
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
                archived=row.get("archived", ""),
            )
            for iri, row in rows.items()
        }


def _by_passage(
    rows: Iterable[Mapping[str, str]], *names: str
) -> Mapping[str, list[tuple[str, ...]]]:
    """The values of some variables, together, by passage; of rows that have them."""
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        if names[0] in row:
            found[row["_e"]].append(tuple(row[name] for name in names))
    return dict(found)


def _notes(said: _Said) -> tuple[str, str]:
    """The editors' notes in English, and all of them in Japanese or none."""
    ja = list(dict.fromkeys(said.get("note ja", ())))
    en = [n for n in dict.fromkeys(said.get("skos:editorialNote", ())) if n not in ja]
    told = "。".join(note.rstrip("。") for note in ja) + "。" if len(ja) > 1 else "".join(ja)
    return "; ".join(en), told if len(ja) == len(en) else ""


def values(iris: Iterable[str]) -> str:
    """IRIs as the content of a VALUES block."""
    return " ".join(f"<{iri}>" for iri in iris)
