"""What an id names: a claim, a passage, a conflict, a document, an entity."""

import re
from collections.abc import Iterator

from kg.views.finding.figure_index import FigureHit
from kg.views.finding.passage_index import PassageHit
from kg.views.finding.results import Result, claim_result, named_result, passage_result
from kg.views.finding.search import SearchIndex
from kg.views.record.claims import Reader
from kg.views.record.sentences import Sentence

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,99}")
_PREFIX = re.compile(r"id:|https?://\S+/")
_CLASSES = {
    "Conflict": ("Conflict", "食い違い"),
    "IdentityQuestion": ("Question of identity", "同一性の問い"),
    "Caution": ("Caution", "注意"),
}


def by_id(reader: Reader, names: SearchIndex, text: str) -> Iterator[Result]:
    """What bears the id, alone, behind `id:` or at the end of an address; nothing else."""
    prefix = _PREFIX.match(text)
    slug = text[prefix.end() if prefix else 0 :]
    if not _ID.fullmatch(slug):
        return
    if slug.startswith("c-"):
        yield from _claim(reader, slug)
    elif slug.startswith("e-"):
        yield from _passage(reader, slug)
    elif slug.startswith("conflict-"):
        yield from _conflict(reader, slug)
    yield from (named_result(hit) for hit in names.find(slug, limit=5) if hit.id == slug)


def _claim(reader: Reader, slug: str) -> Iterator[Result]:
    where = f"VALUES ?claim {{ <{reader.names.id(slug)}> }} ?claim rdf:subject ?any ."
    for claim in reader.claims(where):
        yield claim_result(FigureHit(claim, 0, 1.0))


def _passage(reader: Reader, slug: str) -> Iterator[Result]:
    iri = reader.names.id(slug)
    for claim in reader.claims(f"VALUES ?e {{ <{iri}> }} ?e jsip:supportsClaim ?claim ."):
        for passage in claim.passages:
            if passage.iri == iri:
                yield passage_result(PassageHit(passage, claim, 1.0))


def _conflict(reader: Reader, slug: str) -> Iterator[Result]:
    """A conflict, question of identity or caution, named by what its first claim is about."""
    iri = reader.names.id(slug)
    rows = sorted(reader.rows(_CONFLICT.format(iri)), key=lambda row: (row["kind"], row["about"]))
    for row in rows[:1]:
        kind = reader.names.curie(row["kind"]).rpartition(":")[2]
        (about,) = reader.named([row["about"]]).values()
        en, ja = _CLASSES[kind]
        label = Sentence(f"{en}: {about.en}", f"{ja}：{about.ja}")
        yield Result(slug, iri, "entity", label, kind, 1.0, slug)


_CONFLICT = """SELECT DISTINCT ?kind ?about WHERE {{ VALUES ?kind {{
  jsip:Conflict jsip:IdentityQuestion jsip:Caution }} <{}> a ?kind ; jsip:involves ?claim .
  ?claim rdf:subject ?about }}"""
