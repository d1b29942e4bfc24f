"""Solutions written as the engine writes them: SPARQL 1.1 results in JSON, XML, CSV and TSV."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import IO

import numpy as np
from pyoxigraph import QueryResultsFormat

from kg.engine.columns.layout import Ids, Kind
from kg.engine.columns.plan import Plan
from kg.engine.columns.tables import Abstain
from kg.engine.columns.term_table import TermTable, content, language

_FIRST, _PIECE = 100, 10_000  # solutions that are written at once
_XML_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_BOUND_SPACE = re.compile(r"^[ \t\n\r]+|[ \t\n\r]+\Z")  # which a reader of XML may drop
_TSV_SIGNS = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"})
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SHORT = re.compile(  # what Turtle writes without quotes
    rf'"(?:([+-]?[0-9]+)"\^\^<{_XSD}integer|([+-]?[0-9]*\.[0-9]+)"\^\^<{_XSD}decimal|(true|false)"\^\^<{_XSD}'
    rf'boolean|([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+)"\^\^<{_XSD}double)>'
)


class Solutions:
    """An answer, as columns of the variables that it gives."""

    def __init__(self, plan: Plan, columns: Mapping[str, Ids], known: TermTable) -> None:
        """Raises Abstain for blank nodes, which only the engine can name."""
        self.plan, self._known = plan, known
        self._names = [name[1:] for name in plan.select]
        self._columns = [columns[name] for name in plan.select]
        self._rows = len(self._columns[0])
        if any(np.any(known.values(ids).which(Kind.BLANK)) for ids in self._columns):
            raise Abstain("blank nodes in the answer")

    def serialize(self, out: IO[bytes], format: QueryResultsFormat) -> None:
        """Writes all of them, piece by piece, as `QuerySolutions.serialize` does."""
        before, row, between, behind, cell = _layout(format, self._names)
        start, end = 0, _FIRST
        while start < self._rows:
            cells = [self._cells(ids[start:end], cell) for ids in self._columns]
            rows = between.join(map(row.__mod__, zip(*cells, strict=True)))
            out.write((before + rows).encode())
            before, start, end = between, end, end + _PIECE
        out.write((behind if self._rows else before + behind).encode())

    def _cells(self, ids: Ids, cell: Callable[[str], str]) -> Iterator[str]:
        """The text of each, made once for each term."""
        unique, places = np.unique(ids, return_inverse=True)
        texts = list(map(cell, self._known.texts(unique)))
        return map(texts.__getitem__, places.tolist())


def _layout(
    form: QueryResultsFormat, names: Sequence[str]
) -> tuple[str, str, str, str, Callable[[str], str]]:
    """What stands before, the row with %s for each cell, what is between and behind, the cell."""
    if form == QueryResultsFormat.JSON:
        variables, row = '","'.join(names), ",".join(f'"{name}":%s' for name in names)
        head = f'{{"head":{{"vars":["{variables}"]}},"results":{{"bindings":['
        return head, f"{{{row}}}", ",", "]}}", _json
    if form == QueryResultsFormat.XML:
        variables = "".join(f'<variable name="{name}"/>' for name in names)
        row = "".join(f'<binding name="{name}">%s</binding>' for name in names)
        opening = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
        head = f"{opening}<head>{variables}</head><results>"
        return head, f"<result>{row}</result>", "", "</results></sparql>", _xml
    if form == QueryResultsFormat.CSV:
        return ",".join(names) + "\r\n", ",".join(["%s"] * len(names)) + "\r\n", "", "", _csv
    head = "\t".join(f"?{name}" for name in names) + "\n"
    return head, "\t".join(["%s"] * len(names)) + "\n", "", "", _tsv


def _json(text: str) -> str:
    if text[0] == "<":
        return f'{{"type":"uri","value":"{text[1:-1]}"}}'
    said, _, suffix = text[1:].rpartition('"')
    if "\\" in said:
        said = encode_basestring(content(text))[1:-1]
    return f'{{"type":"literal","value":"{said}"{_json_kind(suffix)}}}'


@lru_cache(1000)
def _json_kind(suffix: str) -> str:
    """Of a literal whose text ends so."""
    if suffix[:1] == "@":
        return f',"xml:lang":"{suffix[1:]}"'
    return f',"datatype":"{suffix[3:-1]}"' if suffix else ""


def _xml(text: str) -> str:
    said = content(text).translate(_XML_SIGNS)
    if text[0] == "<":
        return f"<uri>{said}</uri>"
    said = _BOUND_SPACE.sub(lambda found: "".join(f"&#{ord(c)};" for c in found[0]), said)
    kind = f' xml:lang="{language(text)}"' if language(text) else ""
    if text[-1] == ">":
        kind = f' datatype="{text[text.rindex("<") + 1 : -1].translate(_XML_SIGNS)}"'
    return f"<literal{kind}>{said}</literal>"


def _csv(text: str) -> str:
    said = content(text)
    if any(sign in said for sign in ',"\n\r'):
        return '"' + said.replace('"', '""') + '"'
    return said


def _tsv(text: str) -> str:
    if text[0] == "<":
        return text
    if text[-1] == ">" and (short := _SHORT.fullmatch(text)):
        return str(short[short.lastindex or 0])
    return f'"{content(text).translate(_TSV_SIGNS)}{text[text.rindex(chr(34)) :]}'
