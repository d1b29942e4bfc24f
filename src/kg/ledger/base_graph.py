"""What a graph already says, read back from its triples: the ground that an overlay lies on.

A wheel has triples but no tables, so ids, classes and claims come from the triples in both cases.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.core.bundle import shown
from kg.core.errors import KgError
from kg.core.model import Agent, Claim, Entity, Quantity, Ref, Review, Source, Text, Typed, Value
from kg.core.names import Names

_QUALIFIERS = {
    "area": "jsip:refArea",
    "group": "jsip:dimGroup",
    "scenario": "jsip:scenario",
    "statistic": "jsip:statistic",
}


@dataclass(frozen=True)
class BaseGraph:
    """Everything that rows on top of a graph may refer to, and where each id of it stands."""

    places: Mapping[str, str] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()
    sources: tuple[Source, ...] = ()
    claims: tuple[Claim, ...] = ()
    reviews: tuple[Review, ...] = ()
    agents: tuple[Agent, ...] = ()


NO_GROUND = BaseGraph()


class _Said:
    """What one graph says of one subject, by predicate."""

    def __init__(self) -> None:
        self.values: dict[str, list[Value]] = defaultdict(list)

    def one(self, predicate: str) -> Value | None:
        return next(iter(self.values.get(predicate, ())), None)

    def name(self, predicate: str) -> str:
        """The slug, `scheme/notation` or CURIE that it points to; empty where it does not."""
        value = self.one(predicate)
        return value.name.removeprefix("id:") if isinstance(value, Ref) else ""

    def local(self, predicate: str) -> str:
        """The name without its scheme or prefix."""
        return self.name(predicate).rpartition("/")[2].rpartition(":")[2]

    def text(self, predicate: str) -> str:
        value = self.one(predicate)
        return value.value if isinstance(value, Text | Typed) else ""

    def texts(self, predicate: str) -> tuple[Text, ...]:
        return tuple(v for v in self.values.get(predicate, ()) if isinstance(v, Text))

    def words(self, predicate: str, lang: str) -> str:
        """The words in one language; empty where there are none."""
        return next((text.value for text in self.texts(predicate) if text.lang == lang), "")

    def many(self, predicate: str) -> tuple[Typed, ...]:
        return tuple(v for v in self.values.get(predicate, ()) if isinstance(v, Typed))

    def typed(self, predicate: str) -> Typed | None:
        value = self.one(predicate)
        return value if isinstance(value, Typed) else None

    def number(self, predicate: str) -> Decimal | None:
        value = self.text(predicate)
        return Decimal(value) if value else None


Graphs = Mapping[str, Mapping[str, _Said]]


def read_ground(folder: Path, names: Names) -> BaseGraph:
    """The ground of a folder of triples; raises KgError where there is none or one is damaged."""
    found: dict[str, dict[str, _Said]] = defaultdict(lambda: defaultdict(_Said))
    places: dict[str, str] = {}
    files = sorted(folder.glob("*.trig"))
    if not files:
        raise KgError(f"{shown(folder)} holds no triples; run `kg compile` first.")
    for file in files:
        for graph, subject, predicate, value in _facts(file, names):
            found[graph][subject].values[predicate].append(value)
            if graph != "editorial" or predicate in ("rdf:type", "jsip:resolution"):
                places.setdefault(subject, shown(file))
    entities = found["entities"]
    sources = {g: said for g, said in found.items() if g.startswith("source-")}
    return BaseGraph(
        places=places,
        entities=tuple(_entity(slug, said) for slug, said in entities.items()),
        sources=tuple(_sources(sources)),
        claims=tuple(_claims(sources)),
        reviews=tuple(_reviews(found["editorial"])),
        agents=tuple(_agents(found["editorial"])),
    )


def _facts(file: Path, names: Names) -> Iterator[tuple[str, str, str, Value]]:
    """Graph, subject, predicate and value of each triple about one of our instances."""
    try:
        for quad in parse(path=str(file), format=RdfFormat.TRIG):
            name, subject, predicate = quad.graph_name, quad.subject, quad.predicate.value
            if isinstance(name, NamedNode) and isinstance(subject, NamedNode):
                graph = name.value.removeprefix(names.prefixes["g"])
                slug, curie = names.slug(subject.value), names.curie(predicate)
                yield graph, slug, curie, _value(quad.object, names)
    except SyntaxError as error:
        where = f"{shown(file)}:{error.lineno or 1}"
        raise KgError(f"{where}: cannot be parsed: {error.msg}; run `kg compile`.") from error


def _value(term: object, names: Names) -> Value:
    if isinstance(term, Literal):
        if term.language:
            return Text(term.value, term.language)
        return Typed(term.value, term.datatype.value.rpartition("#")[2])
    iri = term.value if isinstance(term, NamedNode) else str(term)
    name = names.slug(iri)
    return Ref(f"id:{name}" if iri.startswith(names.prefixes["id"]) else name)


def _entity(slug: str, said: _Said) -> Entity:
    return Entity(
        slug=slug,
        cls=said.local("rdf:type"),
        labels=said.texts("rdfs:label"),
        alt_labels=said.texts("skos:altLabel"),
        hidden_labels=said.texts("skos:hiddenLabel"),
        replaced_by=said.name("dct:isReplacedBy"),
    )


def _sources(graphs: Graphs) -> Iterator[Source]:
    for graph, subjects in graphs.items():
        slug = "src-" + graph.removeprefix("source-")
        said, held = subjects[slug], subjects.get("snap-" + slug.removeprefix("src-"), _Said())
        title = said.texts("dct:title")
        yield Source(
            slug=slug,
            kind=said.local("rdf:type"),
            publisher=said.name("dct:publisher"),
            language=said.text("dct:language"),
            tier=said.local("jsip:sourceTier"),
            level=said.local("jsip:evidenceLevel"),
            date_basis=said.local("jsip:dateBasis"),
            title=title[0] if title else None,
            issued=said.text("dct:issued"),
            url=said.text("schema:url"),
            archived_url=said.text("schema:archivedAt"),
            cites=tuple(_slugs(said.values.get("jsip:citesSource", ()))),
            digest=held.text("jsip:textDigest"),
            length=int(held.number("jsip:charLength") or 0),
            note=said.text("skos:editorialNote"),
        )


def _slugs(values: Iterable[Value]) -> Iterator[str]:
    return (value.name.removeprefix("id:") for value in values if isinstance(value, Ref))


def _claims(graphs: Graphs) -> Iterator[Claim]:
    for graph, subjects in graphs.items():
        for slug, said in subjects.items():
            subject, value = said.one("rdf:subject"), said.one("rdf:object")
            if isinstance(subject, Ref) and value is not None:
                yield _claim(slug, subject, value, "src-" + graph.removeprefix("source-"), said)


def _claim(slug: str, subject: Ref, value: Value, source: str, said: _Said) -> Claim:
    return Claim(
        slug=slug,
        cls=said.local("rdf:type"),
        subject=subject,
        predicate=said.name("rdf:predicate").removeprefix("jsip:"),
        object=value,
        key=said.text("jsip:comparisonKey"),
        source=source,
        status=said.local("jsip:assertionStatus"),
        asserted_by=said.name("jsip:assertedBy"),
        date_basis=said.local("jsip:dateBasis"),
        attribution=said.local("jsip:attributionType"),
        confidence=said.text("jsip:extractionConfidence"),
        quantity=_quantity(value, said),
        period=said.name("jsip:refPeriod"),
        period_basis=said.local("jsip:periodBasis"),
        qualifiers=tuple(
            (name, ref) for name, p in _QUALIFIERS.items() if isinstance(ref := said.one(p), Ref)
        ),
        start_date=said.typed("jsip:startDate"),
        end_date=said.typed("jsip:endDate"),
        asserted_on=said.text("jsip:assertedOn"),
        event=said.name("jsip:assertedAt"),
        note=said.words("skos:editorialNote", "en"),
        note_ja=said.words("skos:editorialNote", "ja"),
        object_ja=said.words("jsip:objectInJapanese", "ja"),
    )


def _quantity(value: Value, said: _Said) -> Quantity | None:
    unit = said.name("jsip:unit")
    if not unit or not isinstance(value, Typed):
        return None
    return Quantity(
        value=Decimal(value.value),
        unit=unit,
        qualifier=said.local("jsip:valueQualifier"),
        printed=said.text("jsip:printedForm"),
        lower=said.number("jsip:lowerBound"),
        upper=said.number("jsip:upperBound"),
    )


def _reviews(editorial: Mapping[str, _Said]) -> Iterator[Review]:
    for slug, said in editorial.items():
        if said.local("rdf:type") == "Review":
            yield Review(
                slug=slug,
                target=said.name("jsip:reviewOf"),
                status=said.local("jsip:decidedStatus"),
                rank=said.local("jsip:decidedRank"),
                reason=said.words("rdfs:comment", "en"),
                reason_ja=said.words("rdfs:comment", "ja"),
                guideline=said.text("jsip:guidelineVersion"),
                agent=said.name("prov:wasAssociatedWith"),
                on=said.text("jsip:reviewedOn"),
                fields=(
                    *(v.value for v in said.many("jsip:fieldFoundRight")),
                    *(f"!{v.value}" for v in said.many("jsip:fieldFoundWrong")),
                ),
            )


_AGENTS = {"prov:Person": "person", "prov:Organization": "group", "prov:SoftwareAgent": "tool"}


def _agents(editorial: Mapping[str, _Said]) -> Iterator[Agent]:
    for slug, said in editorial.items():
        if kind := _AGENTS.get(said.name("rdf:type")):
            version, remark = said.text("schema:softwareVersion"), said.text("rdfs:comment")
            yield Agent(slug, kind, version, remark, is_entity=not said.texts("rdfs:label"))
