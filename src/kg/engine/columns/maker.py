"""Makes the columns of a snapshot from its file of N-Quads."""

import re
from array import array
from contextlib import suppress
from datetime import date
from mmap import mmap
from pathlib import Path
from typing import BinaryIO

import numpy as np
from pyoxigraph import RdfFormat, Store

from kg.engine.columns.layout import DEFAULT_GRAPH, Columns, Ids, Kind, write

_THING = rb"<[^ ]*>|_:[^ ]+"
_LINE = re.compile(  # as the engine writes it
    rb"(%b) (<[^ ]*>) (%b|\"[^\x00-\x1f\x7f]*\"(?:%b)?)(?: (%b))? \.\n"
    % (_THING, _THING, rb"@[a-z0-9]+(?:-[a-z0-9]+)*|\^\^<[^ ]*>", _THING)
)
_DECIMAL = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST = 2**62
_MOST_DIGITS, _LONGEST = 18, 40
DATATYPES = {
    kind: f"^^<http://www.w3.org/2001/XMLSchema#{kind.name.lower()}>"
    for kind in (Kind.INTEGER, Kind.DECIMAL, Kind.DATE)
}
_KINDS = {"": Kind.STRING} | {datatype: kind for kind, datatype in DATATYPES.items()}
_OTHER = (Kind.OTHER, 0, 0)
Worth = tuple[int, int, int]  # kind, mantissa, digits behind the point


def make(file: Path, region: mmap) -> None:
    """Fills reserved memory with the columns of a file, unless they do not fit."""
    unfit = suppress(IndexError, MemoryError, OverflowError, SyntaxError, ValueError)
    with unfit, file.open("rb") as quads:
        write(region, of_quads(quads))


def of_quads(quads: BinaryIO) -> Columns:
    """The columns; raises ValueError for a line that the engine would not write so."""
    numbers: dict[bytes, int] = {}
    found = array("i")
    for line in quads:
        found.extend(_numbered(line, numbers))
    texts, order = _sorted_terms(list(numbers))
    del numbers
    s, p, o, g = _sorted_quads(np.frombuffer(found, dtype=np.int32).reshape(-1, 4), order)
    predicates, starts = np.unique(p, return_index=True)
    worth = np.array(
        [value_of(text.decode()) for text in texts] or np.empty((0, 3)), dtype=np.int64
    )
    return Columns(
        graphs=g,
        subjects=s,
        objects=o,
        predicates=predicates.astype(np.int32),
        starts=np.append(starts, len(p)).astype(np.int64),
        text=np.frombuffer(b"".join(texts), dtype=np.uint8),
        ends=np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))),
        kinds=worth[:, 0].astype(np.uint8),
        mantissas=worth[:, 1],
        digits=worth[:, 2].astype(np.uint8),
    )


def _sorted_quads(rows: Ids, order: Ids) -> tuple[Ids, Ids, Ids, Ids]:
    """By predicate, subject, graph, object, each quad once; terms by their new numbers."""
    order = np.append(order, np.int32(DEFAULT_GRAPH))  # the last is what -1 finds
    s, p, o, g = (order[rows[:, place]] for place in range(4))
    by = np.lexsort((o, g, s, p))
    s, p, o, g = s[by], p[by], o[by], g[by]
    is_new = np.ones(len(by), dtype=np.bool_)
    is_new[1:] = (np.diff(s) | np.diff(p) | np.diff(o) | np.diff(g)) != 0
    return s[is_new], p[is_new], o[is_new], g[is_new]


def _numbered(line: bytes, numbers: dict[bytes, int]) -> tuple[int, int, int, int]:
    """Subject, predicate, object, graph of a line, by number; -1 is the default graph."""
    found = _LINE.fullmatch(line)
    if not found:
        raise ValueError(line)
    *terms, graph = found.groups()
    s, p, o = (numbers.setdefault(term, len(numbers)) for term in terms)
    return s, p, o, numbers.setdefault(graph, len(numbers)) if graph else DEFAULT_GRAPH


def _sorted_terms(texts: list[bytes]) -> tuple[list[bytes], Ids]:
    """The terms as the engine knows them, in order; and the new number of each old one."""
    texts = _normalised(texts)
    ordered = sorted(set(texts))
    places = {text: place for place, text in enumerate(ordered)}
    return ordered, np.fromiter(map(places.__getitem__, texts), np.int32, len(texts))


def _normalised(texts: list[bytes]) -> list[bytes]:
    """The engine keeps values of some datatypes, not their spelling: `1.50` is `1.5`."""
    typed = [n for n, t in enumerate(texts) if t[:1] == b'"' and (b'"^^<' in t or b"\\" in t)]
    lines = (b"<x:%d> <x:> %b .\n" % (place, texts[place]) for place in typed)
    store = Store()
    store.load(b"".join(lines), format=RdfFormat.N_TRIPLES)
    for quad in store:
        texts[int(quad.subject.value[2:])] = str(quad.object).encode()
    return texts


def value_of(text: str, below: int = _LARGEST) -> Worth:
    """What a term is worth; unknown of mantissas from `below` on, and of what no engine holds."""
    if text[:1] != '"':
        return (Kind.BLANK if text[:1] == "_" else Kind.IRI), 0, 0
    content, _, suffix = text[1:].rpartition('"')
    kind = Kind.TAGGED if suffix[:1] == "@" else _KINDS.get(suffix, Kind.OTHER)
    if kind == Kind.DATE:  # without a time zone; those with one have not one order everywhere
        with suppress(ValueError):
            if _DAY.fullmatch(content):
                return kind, date.fromisoformat(content).toordinal(), 0
        return _OTHER
    if kind in (Kind.INTEGER, Kind.DECIMAL):
        return _number(kind, content, below)
    return kind, 0, 0


def _number(kind: Kind, content: str, below: int) -> Worth:
    found = _DECIMAL.fullmatch(content) if len(content) <= _LONGEST else None
    if not found or (kind == Kind.INTEGER and found[2]):
        return _OTHER
    behind = found[2] or ""
    mantissa = int(found[1] + behind)
    if len(behind) > _MOST_DIGITS:
        return _OTHER
    held = 2**63 if kind == Kind.INTEGER else 2**127 // 10 ** (_MOST_DIGITS - len(behind))
    return (kind, mantissa, len(behind)) if abs(mantissa) < min(below, held) else _OTHER
