"""What the tables that decisions go to know already, and what they would say of a new row."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.core.bundle import find_bundle, shown
from kg.core.errors import KgError
from kg.core.model import Claim, Entity, Review
from kg.ledger.base_graph import NO_GROUND, read_ground
from kg.ledger.candidates import Document
from kg.ledger.claims import content_key, first_passage, read_alone
from kg.ledger.consistency import check_fiscal_years, check_ranges, check_times, check_voices
from kg.ledger.import_batch import OVERLAY_CLAIMS, OVERLAY_REVIEWS, highest, known_context
from kg.ledger.import_mapping import add_note
from kg.ledger.import_sources import attribution
from kg.ledger.names import Naming, Unmapped
from kg.ledger.reader import read_ledger
from kg.ledger.row_context import RowContext
from kg.ledger.rows import read_evidence, read_source
from kg.ledger.support import INFERRED, basis_by_words, judged
from kg.ledger.tables import COLUMNS, Row
from kg.ledger.vocabulary import load_vocabulary
from kg.text.periods import is_period
from kg.text.support import PERIOD

_HERE = "this candidate"
SURE = "1"
"""The confidence of a claim whose phrase somebody has compared."""
_GUIDELINE = "1.0.0"
_EVIDENCE = tuple(COLUMNS["evidence"].split())


@dataclass(frozen=True, slots=True)
class Target:
    """The tables that decisions are written to, and what they compile with.

    `overlay`: the tables are private ones on top of the graph whose triples are named.
    """

    tables: Path
    ontology: Path
    triples: Path
    overlay: bool = False


def target_of(
    tables: Path | None, ontology: Path | None, triples: Path | None, overlay: bool
) -> Target:
    """Where `kg import` and decisions write rows; raises KgError where there is no such folder."""
    shipped = find_bundle()
    folder = tables or (None if overlay else shipped.tables)
    if folder is None:
        raise KgError("There are no tables here; work in a checkout, or give --tables DIR.")
    if not folder.is_dir():
        empty = " (an empty one will do)" if overlay else ""
        raise KgError(f"{shown(folder)} is no folder of tables; make it{empty}, or give another.")
    return Target(folder, ontology or shipped.ontology, triples or shipped.triples, overlay)


class KnownRecord:
    """All that the target holds; raises TablesRefused for tables that are at fault already."""

    def __init__(self, target: Target) -> None:
        self.target, self.stamp = target, stamp(target.tables)
        if not target.tables.is_dir():
            raise KgError(f"{shown(target.tables)} is no folder of tables; give one by --tables.")
        self.vocabulary = load_vocabulary(target.ontology)
        self.ground = NO_GROUND
        if target.overlay:
            self.ground = read_ground(target.triples, self.vocabulary.names)
        ledger, places = read_ledger(target.tables, self.vocabulary, self.ground)
        self.entities: Mapping[str, Entity] = {
            entity.slug: entity for entity in (*self.ground.entities, *ledger.entities)
        }
        self.context = known_context(
            ledger, places, RowContext.over(self.ground, self.vocabulary, [])
        )
        self.agents = {a.slug: a.kind for a in (*self.ground.agents, *ledger.agents)}
        self.naming = Naming(self.entities.values(), self.vocabulary)
        reviews = (*self.ground.reviews, *ledger.reviews)
        newest = max(reviews, key=lambda review: review.slug, default=None)
        self.guideline = newest.guideline if newest else _GUIDELINE
        self.reviews: tuple[Review, ...] = reviews
        self.claim_of = {content_key(c): c.slug for c in (*self.ground.claims, *ledger.claims)}

    def next_number(self, stem: str) -> int:
        """The first number after all that follow a stem such as `review-` or `c-gate-`."""
        least = OVERLAY_REVIEWS if stem == "review-" else OVERLAY_CLAIMS
        return highest(self.context.places, stem, least if self.target.overlay else 0) + 1

    def complete(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells of a claim with those that follow from others by rule."""
        full = {"confidence": SURE, "date_basis": "unknown"} | dict(cells)
        if full.get("asserted_on"):
            full["date_basis"] = cells.get("date_basis", "stated")
        source = self.context.sources.get(full.get("source", ""))
        if source and full.get("asserted_by") and not full.get("attribution"):
            full["attribution"] = attribution(full["asserted_by"], source.publisher)
        full.setdefault("attribution", "UnnamedSources")  # without a speaker it is refused anyway
        if source and source.level == "quoted":
            full = {c: v for c, v in full.items() if c not in ("start", "end", "role")}
        if full.get("period") and not full.get("period_basis"):
            full["period_basis"] = basis_by_words(Row(_HERE, full), self.context)
        if full.get("period_basis") == INFERRED and PERIOD not in full.get("note", "").casefold():
            add_note(full, "period inferred by its reader", "期間は読み手の推定")
        return full

    def try_claim(self, cells: Mapping[str, str], is_blind: bool = False) -> "Tried":
        """What the compiler would say of the row of a claim; nothing is kept of it.

        A blind reader is not told that a claim says the same: somebody may have just written it.
        """
        row = self.complete(cells)
        row["claim_id"] = f"c-{row.get('source', '').removeprefix('src-')}-999999"
        row["supports"] = cells.get("supports", "")
        with _trial(self.context) as faults:
            claim = read_alone(Row(_HERE, row), self.context)
            if claim is not None:
                if not row["supports"]:
                    parts = judged(row["quote"], claim, claim.source, self.context)
                    row["supports"] = ";".join(parts)
                self._check(row, claim)
        key = content_key(claim) if claim else ""
        if not is_blind and (other := self.claim_of.get(key)):
            faults.append(f"{other} says the same already; take it as the same, not as a new claim")
        del row["claim_id"]
        return Tried(row, tuple(dict.fromkeys(faults)), key)

    def _check(self, row: Mapping[str, str], claim: Claim) -> None:
        passages = [first_passage(Row(_HERE, row), claim, self.context)]
        check_times([claim], self.context)
        check_voices([claim], passages, self.context)
        check_ranges([claim], passages, self.context)
        check_fiscal_years([claim], self.ground.claims, self.context)

    def try_passage(self, cells: Mapping[str, str], slug: str) -> "Tried":
        """What the compiler would say of the passage as one more of a claim."""
        claim = self.context.claims.get(slug)
        if claim is None:
            return Tried({}, (f"claim: no claim is called {slug!r}",))
        full = self.complete(cells)
        row = {column: full[column] for column in _EVIDENCE if full.get(column)}
        name = row.get("source", "").removeprefix("src-")
        row |= {"claim_id": slug, "evidence_id": f"e-{name}-x999999"}
        row["supports"] = ";".join(judged(row["quote"], claim, row["source"], self.context))
        with _trial(self.context) as faults:
            read_evidence(Row(_HERE, row), self.context)
        del row["evidence_id"]
        return Tried(row, tuple(dict.fromkeys(faults)))

    def know_source(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """Takes the row of a new source to what is known; what is wrong with it, if anything."""
        slug, context = row.get("source_id", ""), self.context
        if context.places.get(slug, _HERE) != _HERE:
            return ()  # it stands in the tables
        for known in (context.places, context.sources):
            known.pop(slug, None)
        before = len(context.problems)
        read_source(Row(_HERE, row), context)
        faults = tuple(dict.fromkeys(problem.what for problem in context.problems[before:]))
        del context.problems[before:]
        return faults

    def stands(self, source: str) -> bool:
        """Whether a source stands in the tables or in the graph below."""
        return self.context.places.get(source, _HERE) != _HERE


@dataclass(frozen=True, slots=True)
class Tried:
    """A row as it would be written, what is wrong with it, and the digest of what it says."""

    row: Mapping[str, str]
    faults: tuple[str, ...] = ()
    key: str = ""


def source_row(document: Document, record: KnownRecord) -> dict[str, str]:
    """The row of the source, completed by what the document itself tells.

    A column that nothing tells stays away: somebody has to give it before a claim is accepted.
    """
    row = {column: cell for column, cell in document.source.items() if cell}
    told = {
        "title": document.title, "url": document.url, "issued": document.issued,
        "language": document.lang, "level": "verified",
    }  # fmt: skip
    row = {column: cell for column, cell in told.items() if cell} | row
    if "publisher" not in row and document.publisher:
        with suppress(Unmapped):  # its reader says who
            row["publisher"] = record.naming.entity(document.publisher)
    row.setdefault("issued_basis", "stated" if row.get("issued") else "unknown")
    if row.get("title") and document.lang:
        row.setdefault("title_lang", document.lang)
    if row["level"] == "verified":
        row.setdefault("digest", f"sha256:{document.text_sha256}")
        row.setdefault("length", str(document.length))
    if "source_id" not in row and row.get("publisher"):
        last = row.get("issued", "").replace("-", "") or document.sha256[:8]
        row["source_id"] = f"src-{row['publisher'][:36].rstrip('-')}-{last}"
    return row


def stamp(tables: Path) -> tuple[tuple[str, int, int], ...]:
    """The state of the files of a folder, to see whether any has changed."""
    found = ((file, file.stat()) for file in sorted(tables.rglob("*")) if file.is_file())
    return tuple((str(file), about.st_mtime_ns, about.st_size) for file, about in found)


@contextmanager
def _trial(context: RowContext) -> Iterator[list[str]]:
    """Rows read in here leave nothing in the context; their faults are in the list afterwards."""
    problems, doubts, faults = len(context.problems), len(context.doubts), list[str]()
    known: tuple[dict[str, Any], ...] = (context.claims, context.places, context.claim_sources)
    before = [set(ids) for ids in known]
    try:
        yield faults
    finally:
        faults += [problem.what for problem in context.problems[problems:]]
        del context.problems[problems:], context.doubts[doubts:]
        for ids, were in zip(known, before, strict=True):
            for slug in [slug for slug in ids if slug not in were and not is_period(slug)]:
                del ids[slug]
