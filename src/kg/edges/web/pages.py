"""Server-rendered pages: complete without JavaScript."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import RedirectResponse, Response

from kg.core.names import Names
from kg.edges.web.answers.cell import page_of
from kg.edges.web.embedding import dataset_schema
from kg.edges.web.home import still_open, totals
from kg.edges.web.records import as_csv
from kg.edges.web.references import as_reference
from kg.edges.web.rendering import address, page, words
from kg.edges.web.snapshot_views import SnapshotViews, reader_of, serving
from kg.edges.web.versions.known_releases import history, withdrawn
from kg.outlets.export import EXPORTERS
from kg.outlets.tables import claims_table, table
from kg.views.finding.finder import LONGEST
from kg.views.finding.results import Result
from kg.views.queries.questions import find_question, term
from kg.views.record.claims import Reader, values
from kg.views.record.conflicts import conflicts
from kg.views.record.disagreements import disagreements
from kg.views.record.entity import EntityCard, entity_card, is_entity
from kg.views.record.linked_data import description
from kg.views.record.profile import documents_of, facts, measured, place, said_by
from kg.views.record.readings import Reading, alone, readings
from kg.views.record.vocabulary import modules
from kg.views.record.why import claims_behind

router = APIRouter(include_in_schema=False)
_MOST_TRIPLES, _MOST_CLAIMS = 200, 40  # on the page of one thing; its data have all
_WHOLE = ("ns", "ontology", "scheme", "shapes")  # every term has its place there
_NAMED, _MOST_FIGURES = 3, 5  # things found by name whose figures a search shows
_RELEASES = 4  # of which the page of quality shows the measures
_AROUND = 12  # neighbours in the picture of an entity
_NEWEST = "SELECT (MAX(?on) AS ?day) WHERE { ?source jsip:sourceTier ?tier ; dct:issued ?on }"
_CANDIDATES = """SELECT (COUNT(?claim) AS ?n)
WHERE { ?claim jsip:reviewStatus <%s> }"""


@router.get("/search")
def search(request: Request, q: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
    """Figures in any spelling, names in any script, quoted words, ids."""
    found = serving(request).finder.find(q, limit=30) if q.strip() else None
    sparql = _NAMES.format(term("text", q, serving(request).names)) if q.strip() else ""
    reader = reader_of(request)
    groups = [readings(reader, claims, as_found=True) for claims in found.readings] if found else []
    figures = _figures_of(reader, found.results) if found and not groups else []
    return page(
        request, "search.html", sparql=sparql, q=q, found=found, readings=groups, figures=figures
    )


def _figures_of(reader: Reader, results: Sequence[Result]) -> list[list[Reading]]:
    """The accepted figures of the first things that were found by name."""
    found = [result for result in results if result.kind == "entity"][:_NAMED]
    iris = [result.iri for result in found]
    claims = (
        reader.claims(f"VALUES ?s {{ {values(iris)} }} ?claim rdf:subject ?s .") if iris else []
    )
    shown = {iri: [c for c in claims if c.subject.iri == iri and c.unit and c.is_accepted]
             for iri in iris}  # fmt: skip
    return [readings(reader, of)[:_MOST_FIGURES] for of in shown.values() if of]


_NAMES = """# The search also knows readings, other spellings and small slips.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dct: <http://purl.org/dc/terms/> PREFIX jsip: <https://w3id.org/jsip/ns#>
SELECT DISTINCT ?thing ?name WHERE {{
  ?thing rdfs:label|skos:prefLabel|skos:altLabel|skos:hiddenLabel|dct:title ?name
  FILTER(CONTAINS(LCASE(STR(?name)), LCASE({})))
  FILTER NOT EXISTS {{ ?thing jsip:assertedBy|jsip:fromClaim|jsip:involves ?claim }}
}} ORDER BY ?thing ?name"""


@router.get("/about")
def about(request: Request, format: Annotated[str, Query(max_length=10)] = "") -> Response:
    """What is covered and what is not, what the words mean; `format` cites the whole dataset."""
    reader = reader_of(request)
    if format:
        iri = f"{reader.names.base}dataset/{reader.store.version}"
        return as_reference(request, format, "jsip", words(request).t("dataset-title"), iri)
    candidate = reader.names.concept("review-status", "candidate")
    context: dict[str, Any] = {
        "counted": serving(request).cached(totals),
        **still_open(serving(request).cached(conflicts)),
        "newest": next(reader.rows(_NEWEST)).get("day", "–"),
        "candidates": next(reader.rows(_CANDIDATES % candidate))["n"],
    }
    context["exports"] = [form for form in EXPORTERS.values() if form.is_ready]
    context["schema"] = dataset_schema(request)
    return page(request, "about.html", sparql=find_question("cq38").sparql, **context)


@router.get("/quality")
def quality(request: Request, format: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Each measure of quality with its value and threshold, and what releases had."""
    found = serving(request).quality["checks"]
    releases = [r for r in history(request).releases if r.quality]
    if format == "csv":
        columns = ("id", "title", "value", "least", "most", "pass")
        rows = (
            [c["title"]["en"] if n == "title" else c[n] for n in columns]
            + [r.quality.get(c["id"], "") for r in releases]
            for c in found
        )
        return as_csv(table((*columns, *(r.name for r in releases)), rows), "quality")
    sparql = find_question("cq38").sparql
    differing = [d for d in disagreements(reader_of(request)) if d.settled_by is None]
    context = {"checks": found, "releases": releases[:_RELEASES], "differing": differing}
    return page(request, "quality.html", sparql=sparql, **context)


@router.get("/entity/{name:path}")
def entity(
    request: Request, name: str, format: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """An entity's card: claims by property with evidence, and advice on what to print."""
    reader = reader_of(request)
    if history(request).withdrawn("entities", name):
        return withdrawn(request, "entities", name)
    iri = serving(request).find(name)
    slug = reader.names.slug(iri)
    if slug != name:
        return RedirectResponse(words(request).url(f"/entity/{quote(slug)}"), status_code=303)
    card = entity_card(reader, iri)
    claims = [c for group in card.groups for c in group.claims]
    if format == "csv":
        return as_csv(claims_table(reader, claims), slug.replace("/", "-"))
    if format:
        return as_reference(request, format, slug, card.entity.en, iri)
    return page(request, "entity.html", sparql=_about(reader, iri), **_profile(request, card))


def _profile(request: Request, card: EntityCard) -> dict[str, Any]:
    """All that the page of an entity shows, and its sections with how much each holds."""
    reader, iri = reader_of(request), card.entity.iri
    card = replace(card, groups=tuple(sorted(card.groups, key=lambda g: place(g.predicate))))
    claims = [c for group in card.groups for c in group.claims]
    total, said = said_by(reader, iri, _MOST_CLAIMS)
    documents = documents_of(reader, iri)
    indexed = measured(reader, iri)
    picture = around(serving(request), card.entity.id, words(request).lang)
    return {
        "card": card,
        "claims": claims,
        "facts": facts(reader, card.groups),
        "read": [readings(reader, group.claims) for group in card.groups],
        "said_total": total,
        "said_claims": alone(reader, said),
        "incoming": readings(reader, card.incoming[:_MOST_CLAIMS]),
        "documents": documents,
        "measured": indexed,
        "picture": picture,
        "parts": (
            ("about", "said-of-it", len(claims)),
            ("said", "it-said", total),
            ("figures", "figures-of-it", sum(map(len, indexed.values()))),
            ("incoming", "mentioned-in", len(card.incoming)),
            ("documents", "documents", len(documents)),
            ("joined", "neighbourhood", len(picture)),
        ),
    }


def _about(reader: Reader, iri: str) -> str:
    rdf = reader.names.prefixes["rdf"]
    return (
        f"PREFIX rdf: <{rdf}>\nSELECT ?claim ?property ?value WHERE {{\n"
        f"  ?claim rdf:subject <{iri}> ; rdf:predicate ?property ; rdf:object ?value\n}}"
    )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One neighbour in the picture of an entity."""

    id: str
    label: str
    title: str
    x: int
    y: int


def around(state: SnapshotViews, slug: str, lang: str) -> list[Neighbour]:
    """The neighbours with most edges, on an ellipse; none where nothing is joined."""
    graph = state.network
    if slug not in graph:
        return []
    joined = sorted(
        {n for pair in (graph.successors(slug), graph.predecessors(slug)) for n in pair} - {slug},
        key=lambda n: (-graph.degree(n), n),
    )[:_AROUND]
    found = []
    for number, other in enumerate(joined):
        angle = 2 * pi * number / len(joined) - pi / 2
        label = str(graph.nodes[other].get(f"label_{lang}") or other)
        shown = label if len(label) <= 24 else label[:23] + "…"
        place = (round(230 * cos(angle)), round(140 * sin(angle)))
        found.append(Neighbour(other, shown, label, *place))
    return found


def resource_page(request: Request, path: str, triples: Iterable[Triple]) -> Response:
    """The page of an own IRI: an entity's card, the ontology, else its claims and triples."""
    reader = reader_of(request)
    iri = reader.names.base + path
    about = reader.names.slug(iri)
    if is_entity(reader, iri):
        return RedirectResponse(f"/entity/{about}", status_code=303)
    sparql = "" if path == "shapes" else description(path, reader.names)
    if documented := modules(reader, path):
        return page(
            request, "ontology.html", sparql=sparql, iri=iri, path=path, modules=documented,
            prefixes=reader.names.prefixes,
            names={term.name for module in documented for term in module.terms},
        )  # fmt: skip
    rows = list(_rows(triples, reader.names))
    most = len(rows) if path.startswith(_WHOLE) else _MOST_TRIPLES
    claims = claims_behind(reader, iri) if path.startswith("id/") else ()
    context: dict[str, Any] = {
        "iri": iri,
        "about": about,
        "path": path,
        "its_page": page_of(about) if path.startswith("id/") else "",
        "claims": claims[:_MOST_CLAIMS],
        "rows": rows[:most],
        "is_cut": len(rows) > most,
        "more_claims": len(claims) > _MOST_CLAIMS,
    }
    return page(request, "resource.html", sparql=sparql, **context)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One term; the address is empty where it has none to follow."""

    text: str
    address: str
    language: str = ""  # of a text that says it


def _rows(triples: Iterable[Triple], names: Names) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    """Each triple once, in order; the first of a `#term` has its name as the anchor."""
    cells = {
        tuple(_cell(term, names) for term in (triple.subject, triple.predicate, triple.object))
        for triple in triples
    }
    seen = set()
    for row in sorted(cells):
        anchor = row[0].address.partition("#")[2]
        yield ("" if anchor in seen else anchor), row
        seen.add(anchor)


def _cell(term: object, names: Names) -> Cell:
    if isinstance(term, NamedNode):
        return Cell(names.slug(term.value), address(term.value))
    text = str(getattr(term, "value", term))
    is_address = isinstance(term, Literal) and term.datatype.value == names.iri("xsd:anyURI")
    language = getattr(term, "language", None) or ""
    return Cell(text, address(text) if is_address else "", language=language)
