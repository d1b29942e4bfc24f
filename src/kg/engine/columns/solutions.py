"""Solutions written as the engine writes them: SPARQL 1.1 results in JSON, XML, CSV and TSV."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import IO

import numpy as np
from pyoxigraph import QueryResultsFormat

from kg.engine.columns.layout import BLANK, Ids
from kg.engine.columns.tables import Abstain
from kg.engine.columns.term_table import TermTable, content

_FIRST, _PIECE = 100, 10_000  # solutions that are written at once
_XML_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_XML_SPACES = {" ": "&#32;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_TSV_SIGNS = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"})
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SHORT = {  # what Turtle writes without quotes
    f"{_XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{_XSD}decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"{_XSD}double": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"),
    f"{_XSD}boolean": re.compile("true|false"),
}


class Solutions:
    """An answer, as columns of the variables that it gives."""

    def __init__(
        self, names: Sequence[str], columns: Mapping[str, Ids], known: TermTable, told: str
    ) -> None:
        """`told` says how it was found; raises Abstain for blank nodes, which the engine names."""
        self.told, self._rows = told, len(columns[names[0]])
        self._names = [name[1:] for name in names]
        self._columns, self._known = [columns[name] for name in names], known
        if any(np.any(known.values(ids).kinds == BLANK) for ids in self._columns):
            raise Abstain("blank nodes in the answer")

    def serialize(self, out: IO[bytes], format: QueryResultsFormat) -> None:
        """Writes all of them, piece by piece, as `QuerySolutions.serialize` does."""
        form = _FORMATS[format]
        row = form.row(self._names)
        start, end = 0, _FIRST
        before = form.head(self._names)
        while start < self._rows:
            cells = [self._cells(ids[start:end], form.cell) for ids in self._columns]
            rows = form.between.join(map(row.__mod__, zip(*cells, strict=True)))
            out.write((before + rows).encode())
            before, start, end = form.between, end, end + _PIECE
        out.write((form.tail if self._rows else before + form.tail).encode())

    def _cells(self, ids: Ids, cell: Callable[[str], str]) -> Iterator[str]:
        """The text of each, made once for each term."""
        unique, places = np.unique(ids, return_inverse=True)
        texts = list(map(cell, self._known.texts(unique)))
        return map(texts.__getitem__, places.tolist())


@dataclass(frozen=True, slots=True)
class _Format:
    head: Callable[[Sequence[str]], str]
    row: Callable[[Sequence[str]], str]  # with %s for each cell
    between: str
    tail: str
    cell: Callable[[str], str]


def _suffix(text: str) -> tuple[str, str]:
    """The language and the datatype of a literal; both empty for a plain string."""
    suffix = text[text.rindex('"') + 1 :]
    return (suffix[1:], "") if suffix[:1] == "@" else ("", suffix[3:-1])


def _json(text: str) -> str:
    if text[0] == "<":
        return f'{{"type":"uri","value":"{text[1:-1]}"}}'
    language, datatype = _suffix(text)
    said = f'{{"type":"literal","value":{encode_basestring(content(text))}'
    if language:
        return f'{said},"xml:lang":"{language}"}}'
    return f'{said},"datatype":"{datatype}"}}' if datatype else said + "}"


def _xml(text: str) -> str:
    said = content(text).translate(_XML_SIGNS)
    if text[0] == "<":
        return f"<uri>{said}</uri>"
    if said.strip(" \t\n\r") != said:
        said = _bound_spaces(said)
    language, datatype = _suffix(text)
    if language:
        return f'<literal xml:lang="{language}">{said}</literal>'
    if datatype:
        return f'<literal datatype="{datatype.translate(_XML_SIGNS)}">{said}</literal>'
    return f"<literal>{said}</literal>"


def _bound_spaces(said: str) -> str:
    """Spaces at both ends, which a reader of XML may drop, as references."""
    within = said.strip(" \t\n\r")
    before, _, after = said.partition(within) if within else (said, "", "")
    first, last = ("".join(map(_XML_SPACES.__getitem__, part)) for part in (before, after))
    return first + within + last


def _csv(text: str) -> str:
    said = content(text)
    if any(sign in said for sign in ',"\n\r'):
        return '"' + said.replace('"', '""') + '"'
    return said


def _tsv(text: str) -> str:
    if text[0] == "<":
        return text
    said, (language, datatype) = content(text), _suffix(text)
    if datatype in _SHORT and _SHORT[datatype].fullmatch(said):
        return said
    quoted = f'"{said.translate(_TSV_SIGNS)}"'
    if language:
        return f"{quoted}@{language}"
    return f"{quoted}^^<{datatype}>" if datatype else quoted


def _in_xml(names: Sequence[str]) -> str:
    variables = "".join(f'<variable name="{name}"/>' for name in names)
    opening = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    return f"{opening}<head>{variables}</head><results>"


_FORMATS = {
    QueryResultsFormat.JSON: _Format(
        lambda names: '{"head":{"vars":["' + '","'.join(names) + '"]},"results":{"bindings":[',
        lambda names: "{" + ",".join(f'"{name}":%s' for name in names) + "}",
        ",",
        "]}}",
        _json,
    ),
    QueryResultsFormat.XML: _Format(
        _in_xml,
        lambda names: (
            "<result>"
            + "".join(f'<binding name="{name}">%s</binding>' for name in names)
            + "</result>"
        ),
        "",
        "</results></sparql>",
        _xml,
    ),
    QueryResultsFormat.CSV: _Format(
        lambda names: ",".join(names) + "\r\n",
        lambda names: ",".join(["%s"] * len(names)) + "\r\n",
        "",
        "",
        _csv,
    ),
    QueryResultsFormat.TSV: _Format(
        lambda names: "\t".join(f"?{name}" for name in names) + "\n",
        lambda names: "\t".join(["%s"] * len(names)) + "\n",
        "",
        "",
        _tsv,
    ),
}
