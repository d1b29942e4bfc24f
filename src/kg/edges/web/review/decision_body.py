"""A decision as a page sends it: a JSON object."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from kg.core.errors import Refusal
from kg.ledger.decisions.asked import Asked

_MEMBERS: Mapping[str, Callable[[Any], bool]] = {
    "do": lambda v: isinstance(v, str), "candidate": lambda v: isinstance(v, str),
    "reason": lambda v: isinstance(v, str), "claim": lambda v: isinstance(v, str),
    "seen": lambda v: isinstance(v, str), "suggestion": lambda v: type(v) is int,
    "known": lambda v: v is None or type(v) is int,
    "columns": lambda v: isinstance(v, list) and all(isinstance(one, str) for one in v),
    "cells": lambda v: isinstance(v, dict) and all(isinstance(one, str) for one in v.values()),
}  # fmt: skip
"""What a decision may say, and of what kind each member is."""


def asked_in(body: bytes) -> Asked:
    """The decision in a body; raises Refusal (400)."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "Not JSON", "The body is no JSON in UTF-8.") from None
    if not isinstance(given, dict) or "do" not in given:
        raise Refusal(400, "No decision", 'Send an object such as {"do": "skip", …}.')
    for name, value in given.items():
        if name not in _MEMBERS or not _MEMBERS[name](value):
            known = ", ".join(_MEMBERS)
            raise Refusal(400, "Bad decision", f"{str(name)[:40]!r} is none of {known}, or not so.")
    return Asked(**given)
