"""The eight tools: what each asks the server, and how its answer is shortened."""

from typing import Literal
from urllib.parse import quote

from kg.edges.agents.answers import (
    Advice,
    Claim,
    Claims,
    Data,
    Dispute,
    Disputes,
    Entity,
    Found,
    Hit,
    Rows,
    claim_of,
)
from kg.edges.agents.site import Site

_CLAIMS, _DISPUTES, _CLAIMS_OF_ONE = 30, 15, 12  # shown; the rest is counted


class Tools:
    """Tools over one site; each docstring is what an agent reads of it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def search(self, text: str, lang: Literal["en", "ja"] = "en", limit: int = 10) -> Found:
        """Find figures in any spelling (45兆円, ¥45tn), names in any script, quoted words, ids.

        Begin here: the ids of hits go into the other tools. A claim's own id shows what it says.
        """
        said = self._site.get("/api/search", q=text, lang=lang, limit=min(max(limit, 1), 50))
        hits = [
            Hit(
                id=one["id"],
                iri=one["iri"],
                kind=one["kind"],
                label=one["label"]["en"],
                label_ja=one["label"]["ja"],
                score=one["score"],
                matched=one["matched"],
            )
            for one in said["results"]
        ]
        return Found(self._site.version(), hits)

    def entity(self, name: str) -> Entity:
        """All that is claimed of a person, body, measure, policy or series, and what to print.

        `name` is an id or a name. “Accepted” means that the source says so, not that it is true.
        """
        said = self._site.get(f"/api/entity/{_in_path(name)}")
        claims = [c for group in said["groups"] for c in group["claims"]]
        advice = [
            Advice(
                property=group["predicate"]["en"],
                print=group["advice"]["words"]["en"] if group["advice"]["prefer"] else "",
                why=group["advice"]["why"]["en"],
                warnings=[warning["en"] for warning in group["advice"]["warnings"]],
            )
            for group in said["groups"]
            if any(c["unit"] for c in group["claims"])
        ]
        return Entity(
            version=self._site.version(),
            iri=said["entity"]["iri"],
            name=said["entity"]["en"],
            name_ja=said["entity"]["ja"],
            type=said["type"]["en"],
            other_names=said["names"],
            advice=advice,
            claims=self._claims(claims[:_CLAIMS]),
            more=max(0, len(claims) - _CLAIMS),
        )

    def why(self, subject: str, property: str, value: str) -> Claims:
        """Who says one thing: the claims and passages behind subject, property and value."""
        said = self._site.get("/api/why", s=subject, p=property, o=value)
        return Claims(
            self._site.version(), self._claims(said[:_CLAIMS]), max(0, len(said) - _CLAIMS)
        )

    def conflicts(self, about: str = "", open_only: bool = False) -> Disputes:
        """Where sources disagree, what may be one thing under several names, what not to compare.

        `about` is an id or a name of what the claims are about.
        """
        said = self._site.get("/api/conflicts", open="true" if open_only else "")
        if about:
            iri = self._site.get(f"/api/entity/{_in_path(about)}")["entity"]["iri"]
            said = [d for d in said if any(c["subject"]["iri"] == iri for c in d["claims"])]
        shown = [
            Dispute(
                iri=one["iri"],
                kind=one["kind"],
                state="open" if one["is_open"] else one["resolution"] or "settled",
                reason=one["reason"],
                favours=one["favours"],
                claims=self._claims(one["claims"][:_CLAIMS_OF_ONE]),
            )
            for one in said[:_DISPUTES]
        ]
        return Disputes(self._site.version(), shown, max(0, len(said) - _DISPUTES))

    def verify(self, text: str, lang: Literal["en", "ja", ""] = "", published: str = "") -> Data:
        """Check every figure of a text: supported, differs, do-not-print, unknown, not-checkable.

        “Unknown” never means false. `published` (2025-12-22) is where relative dates count from.
        Nothing of the text is kept.
        """
        body = {"text": text, "lang": lang, "published": published}
        given = {name: value for name, value in body.items() if value}
        return Data(self._site.version(), self._site.post("/api/verify", given))

    def query(self, sparql: str) -> Rows:
        """SPARQL SELECT or ASK over the union of all graphs; at most 200 rows are shown.

        Read `schema` first. Ask for the claim and its passage beside each value.
        """
        columns, rows, is_cut = self._site.select(sparql)
        return Rows(self._site.version(), columns, rows, is_cut)

    def changes(self, since: str = "") -> Data:
        """Releases of the record, newest first, with what each changed; after one, with `since`."""
        found = self._site.get("/changes", format="json", since=since)
        return Data(self._site.version(), found)

    def schema(self) -> Data:
        """Classes and properties to query by, and the ready questions with their parameters."""
        columns, rows, _ = self._site.select(_TERMS)
        terms = [dict(zip(columns, row, strict=True)) for row in rows]
        questions = [
            {"name": one["name"], "question": one["title"]["en"]}
            for one in self._site.get("/api/queries")
        ]
        return Data(
            self._site.version(),
            {"prefix": "PREFIX jsip: <https://w3id.org/jsip/ns#>", "terms": terms,
             "questions": questions},
        )  # fmt: skip

    def _claims(self, said: list[dict[str, object]]) -> list[Claim]:
        return [claim_of(one) for one in said]


_TERMS = """PREFIX jsip: <https://w3id.org/jsip/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term ?definition (COUNT(?s) AS ?used) WHERE {
  ?term rdfs:isDefinedBy ?module ; skos:definition ?definition FILTER(LANG(?definition) = "en")
  { ?s ?term ?o } UNION { ?s a ?term }
} GROUP BY ?term ?definition ORDER BY DESC(?used) LIMIT 120"""


def _in_path(name: str) -> str:
    return quote(name, safe="/")
