"""The head of a ready question's file: what it asks, in English and in Japanese."""

import re

_TITLE = re.compile(r"# (.+)\n# (.+)\n")


def titles(text: str) -> tuple[str, str] | None:
    """The first two comment lines of a query; None where there are no two.

    >>> titles("# Who?\\n# 誰か。\\nSELECT ?who WHERE { ?who ?p ?o }")
    ('Who?', '誰か。')
    """
    found = _TITLE.match(text)
    return (found[1], found[2]) if found else None
