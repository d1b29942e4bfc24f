"""Text inside XML 1.0: escaped, and without the characters that no XML file may hold."""

import re
from collections.abc import Mapping

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_QUOTED = {**_MARKUP, '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}

LOSS = "Control characters that XML forbids become U+FFFD."


def text(value: str) -> str:
    r"""Character data.

    >>> text("a < b & \x07\r")
    'a &lt; b &amp; \ufffd&#13;'
    """
    return _escaped(value, _MARKUP)


def quoted(value: str) -> str:
    """A whole attribute value, in its quotes.

    >>> quoted('say "no"')
    '"say &quot;no&quot;"'
    """
    return f'"{_escaped(value, _QUOTED)}"'


def _escaped(value: str, entities: Mapping[str, str]) -> str:
    return _FORBIDDEN.sub("\ufffd", value).translate(
        {ord(mark): entity for mark, entity in entities.items()}
    )
