"""Tokens of a query read one after another; where they are not as expected, it abstains."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.engine.columns.plan import Abstain
from kg.sparql.lexer import Token, tokens

_SURELY_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9_~:/#@%'.+-]*>")
_PAIRS = {"(": ")", "{": "}", "[": "]"}


class Cursor:
    """A place in a run of tokens, which are all of one query's text."""

    def __init__(self, query: str, found: Sequence[Token]) -> None:
        self._query, self._tokens, self._next = query, found, 0

    @classmethod
    def over(cls, query: str) -> "Cursor":
        """All tokens of a query; a dot that the lexer left at a name is one of its own.

        What the lexer may have cut otherwise than the engine is not for the columns.
        """
        found = list(_split(tokens(query)))
        if any(_is_doubtful(token) for token in found):
            raise Abstain("a token that may be two")
        return cls(query, found)

    @property
    def is_at_end(self) -> bool:
        """Whether all is read."""
        return self._next == len(self._tokens)

    @property
    def start(self) -> int:
        """The offset in the query of what comes next."""
        if self.is_at_end:
            return self.end
        return self._tokens[self._next].start

    @property
    def end(self) -> int:
        """The offset behind what was read last."""
        return self._tokens[self._next - 1].end if self._tokens else 0

    @property
    def text(self) -> str:
        """What is still to be read, as written."""
        return "" if self.is_at_end else self._query[self.start : self._tokens[-1].end]

    def peek(self, ahead: int = 0) -> str:
        """The text of a token to come, in capitals."""
        at = self._next + ahead
        return self._tokens[at].text.upper() if at < len(self._tokens) else ""

    def sees(self, *words: str) -> bool:
        """Whether one of these comes next."""
        return not self.is_at_end and self.peek() in words

    def next(self) -> Token:
        """The next token."""
        if self.is_at_end:
            raise Abstain("it ends early")
        self._next += 1
        return self._tokens[self._next - 1]

    def next_is(self, kind: str) -> bool:
        """Whether a token of that kind comes next."""
        return not self.is_at_end and self._tokens[self._next].kind == kind

    def pass_if(self, word: str) -> bool:
        """Goes over a word where it comes next."""
        is_next = self.sees(word)
        self._next += is_next
        return is_next

    def expect(self, word: str) -> None:
        """Goes over a word that has to come next."""
        if not self.pass_if(word):
            raise Abstain(f"{self.peek() or 'nothing'} for {word}")

    def variable(self) -> str:
        """The name of the variable that comes next, as `?name`."""
        if not self.next_is("variable"):
            raise Abstain(f"{self.peek() or 'nothing'} for a variable")
        return "?" + self.next().text[1:]

    def inside(self, opening: str) -> "Cursor":
        """What stands between the brackets that come next."""
        self.expect(opening)
        first, depth = self._next, 1
        while depth:
            text = self.next().text
            depth += (text == opening) - (text == _PAIRS[opening])
        return Cursor(self._query, self._tokens[first : self._next - 1])

    def until(self, words: Iterable[str]) -> "Cursor":
        """What stands before one of these words, or all that is left; words in brackets aside."""
        first = self._next
        while not (self.is_at_end or self.peek() in words):
            self.skip()
        return Cursor(self._query, self._tokens[first : self._next])

    def skip(self) -> None:
        """Goes over a token, or over brackets with all that they hold."""
        if self.peek() in _PAIRS:
            self.inside(self.peek())
        else:
            self.next()

    def split(self, sign: str) -> list["Cursor"]:
        """The parts between signs that stand in no brackets."""
        parts = [self.until((sign,))]
        while self.pass_if(sign):
            parts.append(self.until((sign,)))
        return parts

    def constraint(self) -> "Cursor":
        """What FILTER or HAVING demands: an expression in brackets, or a function called."""
        if self.sees("("):
            return self.inside("(")
        first = self._next
        self.next()
        self.inside("(")
        return Cursor(self._query, self._tokens[first : self._next])

    def copy(self) -> "Cursor":
        """Another one over what is still to come."""
        return Cursor(self._query, self._tokens[self._next :])

    def unwrapped(self) -> "Cursor":
        """A copy without the brackets around it all."""
        rest = self.copy()
        if not rest.sees("("):
            return rest
        within = rest.inside("(")
        return within.unwrapped() if rest.is_at_end else self.copy()

    @property
    def coming(self) -> Sequence[Token]:
        """The tokens still to come."""
        return self._tokens[self._next :]

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables still to come."""
        return frozenset("?" + t.text[1:] for t in self.coming if t.kind == "variable")


def _is_doubtful(token: Token) -> bool:
    """`<` and `>` may be signs of comparison, and names have other letters than `\\w`."""
    if token.kind == "iri":
        return not _SURELY_IRI.fullmatch(token.text)
    return token.kind != "string" and not token.text.isascii()


def _split(found: Iterable[Token]) -> Iterator[Token]:
    for token in found:
        if token.kind in ("prefixed", "word", "number") and token.text.endswith("."):
            yield Token(token.kind, token.text[:-1], token.start)
            yield Token("sign", ".", token.end - 1)
        else:
            yield token
