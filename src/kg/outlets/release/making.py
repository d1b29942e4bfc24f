"""Making a release: its name, day and changes from the releases before, then its files.

No clock is read: the day is that of the newest review, or SOURCE_DATE_EPOCH. The same record makes
the same release again, byte by byte; where the program makes other bytes, nothing is written.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kg.build.snapshot import Snapshot
from kg.core.errors import KgError
from kg.core.files import replace_files, write_atomically
from kg.core.names import shipped_names
from kg.engine.graph_store import MemoryStore
from kg.outlets.release.bundle import Bundle, bundle, differing_files
from kg.views.quality import quality_of
from kg.views.quality.stats import stats
from kg.views.record.claims import Reader
from kg.views.versions.changes import Changes, read_changes
from kg.views.versions.compare import compare
from kg.views.versions.operands import opened
from kg.views.versions.releases import Release, all_releases
from kg.views.versions.words import in_words

_DIGITS = 6  # of a measure of quality
_DAY = "SELECT (MAX(?day) AS ?newest) { ?review jsip:reviewedOn ?day }"
_COUNTS = """SELECT (COUNT(DISTINCT ?source) AS ?sources) (COUNT(DISTINCT ?entity) AS ?entities) {
  { ?source jsip:sourceTier ?tier } UNION
  { GRAPH g:entities { ?entity a ?class } FILTER(!CONTAINS(STR(?entity), "/id/period-")) } }"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where releases are recorded, where bundles go, and the folder of the release before."""

    records: Path
    out: Path
    since: Path | None = None


def make(snapshot: Snapshot, places: Places, kept: Sequence[str] = ()) -> tuple[Bundle, Path]:
    """Writes the bundle of a snapshot and its record; returns it with the folder that holds it.

    Raises KgError, with nothing written, for a private overlay, where the release before is not at
    hand, or where a release of this version is on record with other bytes.
    """
    if snapshot.manifest.overlay:
        raise KgError("This store holds a private overlay, which is never released.")
    reader = Reader(
        MemoryStore(snapshot.quads, snapshot.version, snapshot.is_disjoint), shipped_names()
    )
    known = all_releases(places.records)
    again = next((one for one in known if one.version == snapshot.version), None)
    if again is not None:
        release = replace(again, files=(), kept=tuple(dict.fromkeys((*again.kept, *kept))))
    else:
        release = _new(reader, known, snapshot, places, kept)
    made = bundle(reader, release, _text(release))
    if again is not None and (other := ", ".join(differing_files(made.release, again))):
        raise KgError(
            f"Release {again.name} is on record with other bytes of {other}: this program writes "
            "them otherwise. Check out the commit that made it; nothing was written."
        )
    return made, _written(made, places)


def _written(made: Bundle, places: Places) -> Path:
    folder = places.out / made.release.name
    folder.mkdir(parents=True, exist_ok=True)
    places.records.mkdir(parents=True, exist_ok=True)
    replace_files(folder, made.files)
    beside = places.records / made.release.name  # what a citation needs, and the next release
    beside.mkdir(exist_ok=True)
    write_atomically(beside / made.release.dump, made.files[made.release.dump])
    write_atomically(places.records / f"{made.release.name}.json", made.files["release.json"])
    return folder


def _new(
    reader: Reader,
    known: Sequence[Release],
    snapshot: Snapshot,
    places: Places,
    kept: Sequence[str],
) -> Release:
    day = _day(reader)
    name = next_name(day, [release.name for release in known])
    release = Release(
        name=name,
        version=snapshot.version,
        day=day,
        since=known[0].name if known else "",
        holds=_holds(reader),
        files=(),
        kept=tuple(kept),
        changes={},
        quality=_quality(reader),
    )
    changes = _changes(known[0], release, snapshot, places) if known else None
    # as JSON has it, so that a release read from its file is the same
    return replace(release, changes=json.loads(json.dumps(changes.summary())) if changes else {})


def _day(reader: Reader) -> str:
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        if not epoch.isdecimal():
            raise KgError(f"SOURCE_DATE_EPOCH is {epoch!r}; give seconds since 1970, or unset it.")
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    newest = next(reader.rows(_DAY), {}).get("newest", "")
    if not newest:
        raise KgError("The record has no review, so a release of it has no day.")
    return newest


def next_name(day: str, known: Sequence[str]) -> str:
    """The next free name in the month of a day.

    >>> next_name("2026-11-30", ["2026.11.1", "2026.11.10", "2026.10.12"])
    '2026.11.11'
    """
    month = f"{int(day[:4])}.{int(day[5:7])}."
    numbers = [int(name.removeprefix(month)) for name in known if name.startswith(month)]
    return f"{month}{max(numbers, default=0) + 1}"


def _holds(reader: Reader) -> dict[str, int]:
    found = stats(reader)
    counts = next(reader.rows(_COUNTS))
    return {
        "claims": found.claims,
        "sources": int(counts["sources"]),
        "entities": int(counts["entities"]),
        "conflicts": found.conflicts,
        "open conflicts": found.open_conflicts,
        "questions of identity": found.identity_questions,
        "cautions": found.cautions,
        "quads": found.quads,
    }


def _quality(reader: Reader) -> dict[str, float]:
    found = (line.found for line in quality_of(reader).lines)
    return {
        measured.id: round(measured.value, _DIGITS)
        for measured in found
        if measured and measured.value is not None
    }


def _changes(before: Release, after: Release, snapshot: Snapshot, places: Places) -> Changes:
    """What changed since the release before, whose dump must be at hand."""
    operand = places.since or places.records / f"{before.name}.json"
    with opened(str(operand)) as old, opened(str(snapshot.folder)) as new:
        if old.digest != before.version:
            raise KgError(f"{operand} is not release {before.name}, the one before; give that.")
        return replace(compare(old, new), before=_side(before), after=_side(after))


def _side(release: Release) -> dict[str, str]:
    return {"kind": "release", "name": release.name, "version": release.version}


def _text(release: Release) -> str:
    """What changed, in words."""
    if not release.changes:
        return f"{release.name} is the first release.\n"
    return "\n".join(in_words(read_changes(release.changes))) + "\n"
