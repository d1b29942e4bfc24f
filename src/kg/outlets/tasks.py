"""What is computed from a whole store for a stranger: in a query process, within its limits.

A task writes to a file that is on its way to the client; it may be killed at any moment.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any, BinaryIO, Final, TypeVar

from kg.core.errors import KgError, Refusal
from kg.core.names import Names
from kg.engine.graph_store import GraphStore
from kg.outlets.export import EXPORTERS, Part, around, of_edges, of_triples, whole
from kg.outlets.page import render_page
from kg.outlets.release.dumps import checksums, write_dump
from kg.outlets.svg import drawing
from kg.outlets.theme import shapes
from kg.views.checking.record import Record
from kg.views.checking.report import Report, as_data, check
from kg.views.finding.lookup import find_entity
from kg.views.kept import CHECK
from kg.views.network.explorer_graph import EdgeFilter, ExplorerGraph
from kg.views.network.pictures import chosen_picture
from kg.views.record.claims import Reader

_SHOWED = ("What an explorer showed", "探索した範囲")
Of = TypeVar("Of")
# Of the version computed last, for the next task:
_grounds: dict[str, ExplorerGraph] = {}
_records: dict[str, Record] = {}

log = logging.getLogger(__name__)


def export(store: GraphStore, names: Names, said: Mapping[str, Any], out: BinaryIO) -> None:
    """The store, what is `hops` around an `entity`, or given `triples`, in a `form`."""
    reader = Reader(store, names)
    EXPORTERS[said["form"]].export(_part(reader, said), out)


def _part(reader: Reader, said: Mapping[str, Any]) -> Part:
    if "triples" in said:
        return of_triples(reader, said["triples"])
    if said["entity"]:
        return around(reader, find_entity(reader, said["entity"]), said["hops"])
    return whole(reader)


def explored(store: GraphStore, names: Names, said: Mapping[str, Any], out: BinaryIO) -> None:
    """What an explorer shows at `places`, seen through a `sieve`, in a `form`."""
    reader = Reader(store, names)
    ground = _kept(_grounds, reader, ExplorerGraph.of)
    places = {name: (x, y) for name, (x, y) in said["places"].items() if name in ground.network}
    sieve = EdgeFilter(
        frozenset(said["reviews"]), frozenset(said["hidden"]), said["since"], said["until"]
    )
    steps = ground.between(places, sieve)
    if said["form"] == "svg":
        labels = {n: (ground.node(n)[said["lang"]], ground.node(n)["type"]) for n in places}
        text = drawing(places, labels, steps, said["lang"], shapes(ground.kinds))
        out.write(text.encode())
        return
    if said["form"] == "json":
        placed = [{**ground.node(n), "x": x, "y": y} for n, (x, y) in places.items()]
        edges = [asdict(step) for step in steps]
        shown = {"version": store.version, "nodes": placed, "edges": edges}
        out.write(json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode())
        return
    iris, triples = [ground.iri(n) for n in places], list(ground.triples(steps))
    if said["form"] == "html":
        picture = chosen_picture(reader, triples, iris, _SHOWED, places)
        out.write(render_page(picture, said["lang"]).encode("utf-8", "replace"))
        return
    claims = [names.id(note.id) for step in steps for note in step.claims]
    part = of_edges(reader, triples, claims, iris, _SHOWED[0], places)
    EXPORTERS[said["form"]].export(part, out)


def verify(store: GraphStore, names: Names, said: Mapping[str, Any], out: BinaryIO) -> None:
    """A `text` checked against the record, as JSON; with `most`, so many figures and names.

    Its language is `lang`, relative dates count from `published`, or both are empty.
    """
    record = _kept(_records, Reader(store, names), partial(_record, said.get("home", "")))
    report = _checked(record, said)
    if said.get("most"):
        most: int = said["most"]
        report = replace(report, quantities=report.quantities[:most], names=report.names[:most])
    out.write(json.dumps(as_data(report), ensure_ascii=False).encode())


def _record(home: str, reader: Reader) -> Record:
    """What texts are checked against: as it lies beside the snapshot, else made anew."""
    try:
        found = CHECK.read(Path(home), reader.store.version) if home else None
    except Exception:
        log.exception("%s beside the snapshot cannot be read: it is made anew", CHECK.name)
        found = None
    return found or Record(reader)


def _checked(record: Record, said: Mapping[str, Any]) -> Report:
    """The report; of a fault of ours nothing is told or logged that might quote the text."""
    try:
        return check(record, said["text"], said["published"], said["lang"])
    except (KgError, MemoryError):
        raise
    except Exception as fault:
        place = extract_tb(fault.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        log.error("a text could not be checked: %s in %s", type(fault).__name__, where)
        detail = "This text could not be checked, by a fault of the server."
        raise Refusal(500, "Internal error", detail) from None


def dump(store: GraphStore, names: Names, said: Mapping[str, Any], out: BinaryIO) -> None:
    """The whole store in a lossless `form`, gzip'd."""
    write_dump(Reader(store, names), said["form"], out)


def sums(store: GraphStore, names: Names, said: Mapping[str, Any], out: BinaryIO) -> None:
    """The checksums of all dumps of a store that goes by a `name`."""
    out.write("".join(checksums(Reader(store, names), said["name"])).encode())


def _kept(made: dict[str, Of], reader: Reader, make: Callable[[Reader], Of]) -> Of:
    """What is made of a whole store, kept until the next version; without one, made anew."""
    version = reader.store.version
    if not version:
        return make(reader)
    if version not in made:
        made.clear()
        made[version] = make(reader)
    return made[version]


TASKS: Final = {
    "checksums": sums,
    "dump": dump,
    "explored": explored,
    "export": export,
    "verify": verify,
}
