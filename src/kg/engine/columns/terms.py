"""The terms of a query as the columns name them: the text of N-Triples."""

import re
from datetime import date

from kg.engine.columns.cursor import Cursor
from kg.engine.columns.plan import Abstain, Constant

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_XSD = "<http://www.w3.org/2001/XMLSchema#"
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^\\]*>")
_PLAIN_NAME = re.compile(r"(?:[A-Za-z0-9_:](?:[A-Za-z0-9_:.-]*[A-Za-z0-9_:-])?)?")
_STRING = re.compile(r"\"(?!\"\")[^\"\\\x00-\x1f\x7f]*\"|'(?!'')[^'\"\\\x00-\x1f\x7f]*'")
_WHOLE = re.compile(r"0|[1-9]\d{0,17}")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Terms:
    """The prefixes of a query; reading starts behind its prologue."""

    def __init__(self, at: Cursor) -> None:
        self._prefixes: dict[str, str] = {}
        while at.pass_if("PREFIX"):
            name = at.next()
            if name.kind != "prefixed" or not name.text.endswith(":"):
                raise Abstain(name.text)
            self._prefixes[name.text[:-1]] = self._absolute(at.next().text)[1:-1]

    def variable_or_iri(self, at: Cursor) -> str:
        """What may stand as subject, predicate or graph."""
        if at.next_is("variable"):
            return at.variable()
        return self.iri(at)

    def iri(self, at: Cursor) -> str:
        """An IRI in brackets, written out."""
        token = at.next()
        if token.kind == "iri":
            return self._absolute(token.text)
        prefix, colon, name = token.text.partition(":")
        if token.kind != "prefixed" or not colon or prefix not in self._prefixes:
            raise Abstain(token.text)
        if not _PLAIN_NAME.fullmatch(name):
            raise Abstain("a name that may be two")
        return self._absolute(f"<{self._prefixes[prefix]}{name}>")

    def variable_or_term(self, at: Cursor) -> str:
        """What may stand as object."""
        if at.next_is("number"):
            number = at.next().text
            if not _WHOLE.fullmatch(number):
                raise Abstain(number)
            return f'"{number}"^^{_XSD}integer>'
        if at.next_is("string"):
            return self._literal(at)
        return self.variable_or_iri(at)

    def constant(self, at: Cursor) -> Constant:
        """What a variable is compared with; only numbers and days have an order."""
        sign = -1 if at.pass_if("-") else 1
        if at.next_is("number"):
            return _number(at.next().text, sign)
        if sign < 0:
            raise Abstain("-")
        if not at.next_is("string"):
            return Constant(self.iri(at), "iri")
        text = self._literal(at)
        _, _, datatype = text[1:].partition('"')
        if datatype != f"^^{_XSD}date>":
            raise Abstain(text)
        return Constant(text, "date")

    def _literal(self, at: Cursor) -> str:
        written = at.next().text
        if not _STRING.fullmatch(written):
            raise Abstain("a string with escapes")
        text = f'"{written[1:-1]}"'
        if at.next_is("language"):
            tag = at.next().text
            if tag != tag.lower():
                raise Abstain(tag)
            return text + tag
        if not at.pass_if("^^"):
            return text
        datatype = self.iri(at)
        if datatype == f"{_XSD}string>":
            return text
        if datatype != f"{_XSD}date>" or not _is_day(text[1:-1]):
            raise Abstain("a literal whose spelling may vary")
        return f"{text}^^{datatype}"

    def _absolute(self, iri: str) -> str:
        """As it is: the engine resolves relative IRIs, and dots in their paths."""
        if not _ABSOLUTE.fullmatch(iri) or "/." in iri:
            raise Abstain(iri)
        return iri


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _number(text: str, sign: int) -> Constant:
    if _WHOLE.fullmatch(text):
        return Constant(text, "number", sign * int(text))
    found = _DECIMAL.fullmatch(text)
    if not found or len(text) > 18:
        raise Abstain(text)
    return Constant(text, "number", sign * int(found[1] + found[2]), len(found[2]))
