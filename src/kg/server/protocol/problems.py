"""What a client is told when the workers could not answer, by kind of failure."""

import json

from kg.core.errors import Refusal
from kg.core.media import GRAPHS, RESULTS
from kg.server.protocol.request import not_acceptable

_NARROW = (
    "Narrow it: name subjects or properties, add LIMIT, and join every pattern to the rest by a "
    "shared variable."
)
_TOLD = {
    "busy": (
        503,
        "The server is busy",
        "As many queries as can wait are waiting already. Try again in a few seconds.",
    ),
    "closed": (503, "The server is stopping", "Try again in a few seconds."),
    "start": (
        503,
        "The store cannot be loaded",
        "The server's operator finds the cause in its log.",
    ),
    "overrun": (
        503,
        "The query took too long",
        "It was stopped at its limit of {detail} seconds. " + _NARROW,
    ),
    "stopped": (
        503,
        "The query took too long",
        "The engine behind this server stopped it at a limit of its own ({detail}). " + _NARROW,
    ),
    "memory": (503, "The query needed too much memory", "It was stopped. " + _NARROW),
    "size": (503, "The answer is too large", "It has more than {detail} bytes. " + _NARROW),
    "died": (
        503,
        "The query was stopped",
        "Its process ended ({detail}), most likely for want of memory. " + _NARROW,
    ),
    "wide": (  # what is nested too deeply is refused before
        400,
        "The query is too long",
        "One chain in it overran the stack of the engine: too many UNIONs, operators, path steps "
        "or patterns one after another. Write a long list as VALUES or IN, or ask in parts.",
    ),
    "dataset": (400, "Unusable graph name", "{detail}. Name graphs by absolute IRIs."),
    "query": (400, "The query cannot be evaluated", "{detail}."),
    "upstream": (
        502,
        "The engine behind this server failed",
        "{detail}. Its operator finds the cause in its log.",
    ),
    "outside": (
        403,
        "The query reaches outside",
        "This server neither asks other servers nor reads files for a query. Take out SERVICE.",
    ),
}


def refusal_for(kind: str, detail: str) -> Refusal:
    """The refusal for a failure of the workers.

    >>> refusal_for("overrun", "30").status
    503
    """
    if kind == "type":
        offers = GRAPHS if detail == "graph" else RESULTS
        form = "CONSTRUCT or DESCRIBE" if detail == "graph" else "SELECT or ASK"
        return not_acceptable(offers, f"the answer to {form}")
    if kind == "died" and detail == "SIGSEGV":
        kind = "wide"
    if kind == "refused":
        return Refusal(**json.loads(detail))
    status, title, text = _TOLD[kind]
    delay = detail if kind == "busy" and detail else "5"  # another engine may name its own
    headers = {"Retry-After": delay} if kind in ("busy", "closed", "start") else {}
    return Refusal(status, title, text.format(detail=detail), headers)
