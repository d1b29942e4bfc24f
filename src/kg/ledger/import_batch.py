"""The rows of one import, each tried as the compiler would read it, and what becomes of it.

Each claim gets a review of its own, `candidate` by the importer, because a claim without one
takes the standing of its source. The review's reason keeps the digest of the row as it came, so
that a row is known again after an editor has corrected its claim.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from kg.core.model import Claim, Ledger
from kg.ledger.append_rows import with_entry, with_rows
from kg.ledger.base_graph import NO_GROUND, BaseGraph
from kg.ledger.claims import content_key, first_passage, read_alone
from kg.ledger.import_mapping import Draft, draft
from kg.ledger.import_rows import Incoming
from kg.ledger.import_sources import Sources
from kg.ledger.import_words import Wording
from kg.ledger.names import Naming
from kg.ledger.reader import read_ledger
from kg.ledger.row_context import RowContext
from kg.ledger.support import judged
from kg.ledger.tables import Row
from kg.ledger.vocabulary import Vocabulary

IMPORTER = "jsip-importer"
_ENTITY = f"""\
- id: {IMPORTER}
  type: Organisation
  label: {{en: JSIP importer, ja: JSIP取込プログラム}}
  note: "the program `kg import`; its version stands in each of its reviews"
  note_ja: "プログラム`kg import`。版はその各審査に記す。"
"""
_DIGEST = re.compile(r"^kg import .*, digest ([0-9a-f]{16})$")
_GUIDELINE = "1.0.0"
OVERLAY_CLAIMS, OVERLAY_REVIEWS = 9_000, 900_000  # far from the numbers that the graph will use
Result = Literal["created", "already there", "refused"]


@dataclass(frozen=True)
class Outcome:
    """What became of one row; `why` has the faults of a refused one, else remarks."""

    where: str
    row: str
    result: Result
    claim: str = ""
    why: tuple[str, ...] = ()
    matched: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Import:
    """What an import does: the outcome of each row, the files as they will be and as they were."""

    outcomes: tuple[Outcome, ...]
    sources: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    before: Mapping[str, bytes | None] = field(default_factory=dict)

    def having(self, result: Result) -> list[Outcome]:
        """The rows with this result."""
        return [outcome for outcome in self.outcomes if outcome.result == result]


class Batch:
    """A desk with all that is known already; rows are taken one by one."""

    def __init__(
        self,
        tables: Path,
        vocabulary: Vocabulary,
        on: str,
        ground: BaseGraph = NO_GROUND,
        wording: Wording = MappingProxyType({}),
    ) -> None:
        ledger, places = read_ledger(tables, vocabulary, ground)
        claims, reviews = (*ground.claims, *ledger.claims), (*ground.reviews, *ledger.reviews)
        self._tables, self._on, self._wording = tables, on, wording
        self._overlay = ground is not NO_GROUND
        self._context = known_context(ledger, places, RowContext.over(ground, vocabulary, []))
        self._naming = Naming((*ground.entities, *ledger.entities), vocabulary)
        self._sources = Sources((*ground.sources, *ledger.sources), self._context, self._naming)
        self._claims = {content_key(claim): (claim.slug, claim.source) for claim in claims}
        self._imported = {
            found[1]: review.target
            for review in reviews
            if review.agent == IMPORTER and (found := _DIGEST.match(review.reason))
        }
        newest = max(reviews, key=lambda review: review.slug, default=None)
        self._guideline = newest.guideline if newest else _GUIDELINE
        self._outcomes: list[Outcome] = []
        self._drafts: list[Draft] = []
        self._last: dict[str, int] = {}

    def take(self, given: Incoming, rejected_by_gates: tuple[str, ...] = ()) -> None:
        """Tries one row, and notes what becomes of it."""
        if not given.faults and given.digest in self._imported:
            claim = self._imported[given.digest]
            self._note(given, "already there", claim, ["this very row was imported before"])
            return
        made = draft(given, self._context, self._naming, self._sources, self._wording)
        made.faults += rejected_by_gates
        read = None if made.faults else self._tried(made)
        if read is not None and (key := content_key(read)) in self._claims:
            claim, source = self._claims[key]
            self._forget(made)
            self._note(given, "already there", claim, [_same(made, source)])
        elif read is not None and self._has_its_id(made):
            self._claims[key] = (read.slug, read.source)
            self._keep(made, read)
            self._note(given, "created", read.slug, made.remarks, made.matched)
        else:
            self._forget(made)
            self._note(given, "refused", "", made.faults, made.matched)

    def _note(
        self,
        given: Incoming,
        result: Result,
        claim: str,
        why: Iterable[str],
        matched: Mapping[str, str] | None = None,
    ) -> None:
        name = given.name
        self._outcomes.append(Outcome(given.where, name, result, claim, tuple(why), matched or {}))

    def _tried(self, made: Draft) -> Claim | None:
        """Reads the row as the compiler would; its problems become faults."""
        wanted = made.given.cells.get("claim_id", "")
        free = wanted and wanted not in self._context.places
        made.cells["claim_id"] = wanted if free else self._next_id(made.cells["source"])
        before = len(self._context.problems)
        read = read_alone(Row(made.given.where, made.cells), self._context)
        if read is not None:
            parts = judged(made.cells["quote"], read, read.source, self._context)
            made.cells["supports"] = made.given.cells.get("supports") or ";".join(parts)
            first_passage(Row(made.given.where, made.cells), read, self._context)
        made.faults += [problem.what for problem in self._context.problems[before:]]
        del self._context.problems[before:]
        return read if read and not made.faults else None

    def _has_its_id(self, made: Draft) -> bool:
        """False, with a fault, where the row names an id that another claim has."""
        wanted = made.given.cells.get("claim_id") or made.cells["claim_id"]
        if wanted != made.cells["claim_id"]:
            place = self._context.places[wanted]
            made.faults.append(f"claim_id: {wanted!r} is given to another claim at {place}")
        return wanted == made.cells["claim_id"]

    def _next_id(self, source: str) -> str:
        stem = f"c-{source.removeprefix('src-')}-"
        if stem not in self._last:
            least = OVERLAY_CLAIMS if self._overlay else 0
            self._last[stem] = highest(self._context.places, stem, least)
        return f"{stem}{self._last[stem] + 1:03d}"

    def _keep(self, made: Draft, claim: Claim) -> None:
        stem, _, number = claim.slug.rpartition("-")
        self._last[f"{stem}-"] = max(self._last.get(f"{stem}-", 0), int(number))
        self._drafts.append(made)
        if made.source is not None:
            self._sources.add(self._context.sources[claim.source])

    def _forget(self, made: Draft) -> None:
        """Frees the ids that a row had taken for itself."""
        for slug in _ids(made):
            if self._context.places.get(slug) == made.given.where:
                del self._context.places[slug]
                self._context.sources.pop(slug, None)
                self._context.claim_sources.pop(slug, None)

    def rejected_by_gates(self, wrong: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """What is wrong with the rows that were kept, by their places."""
        return {
            made.given.where: found
            for made in self._drafts
            if (found := tuple(wrong[slug] for slug in _ids(made) if slug in wrong))
        }

    def plan(self, file: Path) -> Import:
        """The outcomes, and the new files: claims come last, after the reviews of them.

        A crash in between leaves reviews of unknown claims, which compiling reports, and never
        a claim that counts as accepted because its own review is missing.
        """
        if not self._drafts:
            return Import(tuple(self._outcomes))
        sources = [made.source for made in self._drafts if made.source is not None]
        files: dict[str, bytes] = {}
        if IMPORTER not in self._context.classes:
            tools = "entities/tools.yaml"
            files[tools] = with_entry(self._tables / tools, _ENTITY)
        if sources:
            files["sources.csv"] = self._with("sources.csv", "sources", sources)
        files["reviews.csv"] = self._with("reviews.csv", "reviews", self._reviews(file))
        claims = f"claims/imported-{_stem(file)}.csv"
        files[claims] = self._with(claims, "claims", (made.cells for made in self._drafts))
        before = {name: _bytes(self._tables / name) for name in files}
        slugs = tuple(source["source_id"] for source in sources)
        return Import(tuple(self._outcomes), slugs, files, before)

    def _with(self, name: str, table: str, rows: Iterable[Mapping[str, str]]) -> bytes:
        return with_rows(self._tables / name, table, rows)

    def _reviews(self, file: Path) -> Iterator[dict[str, str]]:
        least = OVERLAY_REVIEWS if self._overlay else 0
        last = highest(self._context.places, "review-", least)
        for number, made in enumerate(self._drafts, start=last + 1):
            row = f", row {made.given.name[:60]}" if made.given.name else ""
            row_ja = f"、行{made.given.name[:60]}" if made.given.name else ""
            origin_ja = f"kg import {version('jsip-kg')}による{_stem(file)}の取り込み{row_ja}"
            origin = f"kg import {version('jsip-kg')} of {_stem(file)}{row}"
            yield {
                "review_id": f"review-{number:04d}",
                "target": made.cells["claim_id"],
                "status": "candidate",
                "rank": "Normal",
                "reason": f"{origin}, digest {made.digest}",
                "reason_ja": f"{origin_ja}、ダイジェスト{made.digest}",
                "guideline": self._guideline,
                "agent": IMPORTER,
                "on": self._on,
            }


def known_context(ledger: Ledger, places: Mapping[str, str], context: RowContext) -> RowContext:
    """The context with what the tables hold in it."""
    context.places |= places
    for entity in ledger.entities:
        context.know(entity)
    context.periods |= {period.slug: period for period in ledger.periods}
    context.classes |= {period.slug: period.cls for period in ledger.periods}
    context.sources |= {source.slug: source for source in ledger.sources}
    context.claim_sources |= {claim.slug: claim.source for claim in ledger.claims}
    context.claims |= {claim.slug: claim for claim in ledger.claims}
    return context


def _ids(made: Draft) -> Iterator[str]:
    """The ids that a row brings: of its claim, its passage, its source."""
    if claim := made.cells.get("claim_id"):
        yield from (claim, "e-" + claim.removeprefix("c-"))
    if made.source is not None:
        yield made.source["source_id"]


def _same(made: Draft, source: str) -> str:
    """Another source that says the same brings a passage, which only an editor adds."""
    if made.cells["source"] == source:
        return "a claim says the same"
    where = made.given.cells.get("source_url") or made.cells["source"]
    return f"a claim says the same; its passage in {where} may be added to evidence.csv"


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def highest(slugs: Iterable[str], stem: str, least: int) -> int:
    """The highest number that follows a stem, or the least one to start after."""
    numbers = (slug.removeprefix(stem) for slug in slugs if slug.startswith(stem))
    return max([least, *(int(n) for n in numbers if re.fullmatch("[0-9]+", n))])


def _stem(file: Path) -> str:
    """A file's name as part of an id."""
    plain = unicodedata.normalize("NFKC", file.stem).casefold()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "rows"
