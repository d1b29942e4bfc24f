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

from kg.engine.columns.layout import (  # fmt: skip
    BLANK,
    DATE,
    DECIMAL,
    DEFAULT_GRAPH,
    INTEGER,
    IRI,
    OTHER,
    STRING,
    TAGGED,
    Columns,
    Ids,
    write,
)

_XSD = b"^^<http://www.w3.org/2001/XMLSchema#"
_THING = rb"<[^ ]*>|_:[^ ]+"
_LINE = re.compile(  # as the engine writes it
    rb"(%b) (<[^ ]*>) (%b|\"[^\x00-\x1f\x7f]*\"(?:%b)?)(?: (%b))? \.\n"
    % (_THING, _THING, rb"@[a-z0-9]+(?:-[a-z0-9]+)*|\^\^<[^ ]*>", _THING)
)
_DECIMAL = re.compile(rb"(-?\d+)(?:\.(\d+))?")
_DAY = re.compile(rb"\d{4}-\d\d-\d\d")
_LARGEST = 2**62
_MOST_DIGITS, _LONGEST = 18, 40
_KINDS = {
    b"": STRING, _XSD + b"integer>": INTEGER, _XSD + b"decimal>": DECIMAL, _XSD + b"date>": DATE,
}  # fmt: skip


class Unfit(Exception):
    """The file has what the columns do not hold."""


def make(file: Path, region: mmap) -> None:
    """Fills reserved memory with the columns of a file, unless they do not fit."""
    try:
        with file.open("rb") as quads:
            columns = of_quads(quads)
        write(region, columns)
    except (Unfit, IndexError, MemoryError, OverflowError, SyntaxError, ValueError):
        return


def of_quads(quads: BinaryIO) -> Columns:
    """The columns; raises Unfit for a line that the engine does not write so, or nests triples."""
    numbers: dict[bytes, int] = {}
    found = array("i")
    for line in quads:
        found.extend(_numbered(line, numbers))
    texts, order = _sorted_terms(list(numbers))
    del numbers
    s, p, o, g = _sorted_quads(np.frombuffer(found, dtype=np.int32).reshape(-1, 4), order)
    predicates, starts = np.unique(p, return_index=True)
    kinds, mantissas, digits = _values(texts)
    return Columns(
        graphs=g,
        subjects=s,
        objects=o,
        predicates=predicates.astype(np.int32),
        starts=np.append(starts, len(p)).astype(np.int64),
        text=np.frombuffer(b"".join(texts), dtype=np.uint8),
        ends=np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))),
        kinds=kinds,
        mantissas=mantissas,
        digits=digits,
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
        raise Unfit
    subject, predicate, object_, graph = found.groups()
    number = numbers.setdefault
    return (
        number(subject, len(numbers)),
        number(predicate, len(numbers)),
        number(object_, len(numbers)),
        number(graph, len(numbers)) if graph else DEFAULT_GRAPH,
    )


def _sorted_terms(texts: list[bytes]) -> tuple[list[bytes], Ids]:
    """The terms as the engine knows them, in order; and the new number of each old one."""
    texts = _normalised(texts)
    ordered = sorted(set(texts))
    places = {text: place for place, text in enumerate(ordered)}
    return ordered, np.fromiter(map(places.__getitem__, texts), np.int32, len(texts))


def _normalised(texts: list[bytes]) -> list[bytes]:
    """The engine keeps values of some datatypes, not their spelling: `1.50` is `1.5`."""
    varying = (b'"^^<', b"\\")  # datatypes and escapes
    typed = [
        place for place, text in enumerate(texts)
        if text[:1] == b'"' and any(sign in text for sign in varying)
    ]  # fmt: skip
    lines = (b"<x:%d> <x:> %b .\n" % (place, texts[place]) for place in typed)
    store = Store()
    store.load(b"".join(lines), format=RdfFormat.N_TRIPLES)
    texts = list(texts)
    for quad in store:
        texts[int(quad.subject.value[2:])] = str(quad.object).encode()
    return texts


def _values(texts: list[bytes]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    read = np.array(list(map(value_of, texts)) or np.empty((0, 3)), dtype=np.int64)
    return read[:, 0].astype(np.uint8), read[:, 1], read[:, 2].astype(np.uint8)


def value_of(text: bytes, below: int = _LARGEST) -> tuple[int, int, int]:
    """Kind, mantissa, digits behind the point; mantissas from `below` on are not understood."""
    if text[:1] != b'"':
        return (BLANK if text[:1] == b"_" else IRI), 0, 0
    content, _, suffix = text[1:].rpartition(b'"')
    kind = TAGGED if suffix[:1] == b"@" else _KINDS.get(suffix, OTHER)
    if kind == DATE:
        return _day(content)
    return _number(kind, content, below) if kind in (INTEGER, DECIMAL) else (kind, 0, 0)


def _number(kind: int, content: bytes, below: int) -> tuple[int, int, int]:
    found = _DECIMAL.fullmatch(content) if len(content) <= _LONGEST else None
    if not found or (kind == INTEGER and found[2]):
        return OTHER, 0, 0
    behind = found[2] or b""
    mantissa = int(found[1] + behind)
    if abs(mantissa) >= below or len(behind) > _MOST_DIGITS:
        return OTHER, 0, 0
    return kind, mantissa, len(behind)


def _day(content: bytes) -> tuple[int, int, int]:
    """Days without a time zone; those with one are not in the same order everywhere."""
    with suppress(ValueError):
        if _DAY.fullmatch(content):
            return DATE, date.fromisoformat(content.decode()).toordinal(), 0
    return OTHER, 0, 0
