"""Tokens of a query read one after another; where they are not as expected, it abstains."""

import re
from collections.abc import Container, Sequence

from kg.engine.columns.tables import Abstain
from kg.sparql.lexer import Token, tokens

_SURELY_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9_~:/#@%'.+-]*>")
_SURELY_NAME = re.compile(r"\w*:(?:\w(?:[\w.-]*[\w-])?)?", re.ASCII)
_PAIRS = {"(": ")", "{": "}", "[": "]"}


class Cursor:
    """A place in a run of tokens."""

    def __init__(self, found: Sequence[Token] = ()) -> None:
        self._tokens, self._next = found, 0

    @classmethod
    def over(cls, query: str) -> "Cursor":
        """All tokens of a query; a dot that the lexer left at a name is one of its own."""
        found = list[Token]()
        for token in tokens(query):
            if token.kind in ("prefixed", "word", "number") and token.text.endswith("."):
                found.append(Token(token.kind, token.text[:-1], token.start))
                token = Token("sign", ".", token.end - 1)
            found.append(token)
        if any(map(_is_doubtful, found)):
            raise Abstain("a token that may be two")
        return cls(found)

    @property
    def is_at_end(self) -> bool:
        """Whether all is read."""
        return self._next == len(self._tokens)

    @property
    def kind(self) -> str:
        """The kind of the next token; empty at the end."""
        return "" if self.is_at_end else self._tokens[self._next].kind

    @property
    def coming(self) -> Sequence[Token]:
        """The tokens still to come."""
        return self._tokens[self._next :]

    @property
    def text(self) -> str:
        """What is still to be read, with blanks where there were some."""
        parts, end = list[str](), -1
        for token in self.coming:
            parts.append(token.text if token.start == end or not parts else " " + token.text)
            end = token.end
        return "".join(parts)

    def peek(self, ahead: int = 0) -> str:
        """The text of a token to come, in capitals."""
        at = self._next + ahead
        return self._tokens[at].text.upper() if at < len(self._tokens) else ""

    def next(self) -> Token:
        """The next token."""
        if self.is_at_end:
            raise Abstain("it ends early")
        self._next += 1
        return self._tokens[self._next - 1]

    def pass_if(self, *words: str) -> bool:
        """Goes over one of these words where it comes next."""
        is_next = self.peek() in words
        self._next += is_next
        return is_next

    def expect(self, word: str) -> None:
        """Goes over a word that has to come next; the empty one is the end."""
        if self.peek() != word:
            raise Abstain(f"{self.peek() or 'the end'} for {word or 'the end'}")
        self._next += bool(word)

    def variable(self) -> str:
        """The name of the variable that comes next, as `?name`."""
        if self.kind != "variable":
            raise Abstain(f"{self.peek() or 'the end'} for a variable")
        return "?" + self.next().text[1:]

    def inside(self, opening: str) -> "Cursor":
        """What stands between the brackets that come next."""
        self.expect(opening)
        first, depth = self._next, 1
        while depth:
            text = self.next().text
            depth += (text == opening) - (text == _PAIRS[opening])
        return Cursor(self._tokens[first : self._next - 1])

    def until(self, words: Container[str]) -> "Cursor":
        """What stands before one of these words, or all that is left; words in brackets aside."""
        first = self._next
        while not (self.is_at_end or self.peek() in words):
            if self.peek() in _PAIRS:
                self.inside(self.peek())
            else:
                self.next()
        return Cursor(self._tokens[first : self._next])

    def split(self, sign: str) -> list["Cursor"]:
        """The parts between signs that stand in no brackets; nothing is gone over."""
        at = Cursor(self.coming)
        parts = [at.until((sign,))]
        while at.pass_if(sign):
            parts.append(at.until((sign,)))
        return parts

    def constraint(self) -> "Cursor":
        """An expression in brackets, or a function called."""
        first = self._next
        if self.peek() != "(":
            self.next()
        self.inside("(")
        return Cursor(self._tokens[first : self._next]).unwrapped()

    def unwrapped(self) -> "Cursor":
        """Another one over what is still to come, without the brackets around it all."""
        rest = Cursor(self.coming)
        if rest.peek() != "(":
            return rest
        within = rest.inside("(")
        return within.unwrapped() if rest.is_at_end else Cursor(self.coming)


def _is_doubtful(token: Token) -> bool:
    """`<` and `>` may be signs of comparison, and names have other letters than `\\w`."""
    if token.kind in ("iri", "prefixed"):
        return not (_SURELY_IRI if token.kind == "iri" else _SURELY_NAME).fullmatch(token.text)
    return token.kind != "string" and not token.text.isascii()
