"""The errors a user may meet, as one tree; each message says what was wrong, where, what next.

KgError                exit 2: wrong usage or input
├── TablesRefused      rows that cannot be compiled; carries every problem
├── UnknownName        a name that is not in the list; names the nearest
├── QueryRefused       SPARQL that cannot be answered
├── SnapshotMissing    nothing built where the store is looked for
└── CheckFailed        exit 1: the check ran and found violations
    └── BuildRefused   gates found violations; nothing was switched
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches

from kg.core.problems import Problem

_FEW = 12


class KgError(Exception):
    """An error whose text is written for the user; never shown with a traceback."""

    exit_code = 2


class TablesRefused(KgError):
    """Rows that cannot be compiled; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownName(KgError):
    """A name that is none of the known ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"No {kind} is called {name!r}{nearest(name, known)}.")


class QueryRefused(KgError):
    """A query that the store cannot parse or answer."""


@dataclass(eq=False)
class Refusal(KgError):
    """A request that is not answered, with its HTTP status (RFC 9110, section 15)."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)  # further members of the problem

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}"

    def as_json(self) -> str:
        """The refusal as text for another process: its members by name."""
        return json.dumps(asdict(self))


def as_refusal(error: KgError) -> Refusal:
    """What a client is told of an error that its request has caused."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, UnknownName):
        return Refusal(404, "Not found", str(error))
    if isinstance(error, StoreBusy):
        return Refusal(503, "Too much to do", str(error), {"Retry-After": "1"})
    return Refusal(400, "Bad request", str(error))


class StoreBusy(KgError):
    """No query process could answer in time."""


class SnapshotMissing(KgError):
    """No usable snapshot where one was looked for."""


class CheckFailed(KgError):
    """A check ran to its end and found violations."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BuildRefused(CheckFailed):
    """The gates of a build found violations: the old snapshot stays."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: the nearest, or all where they are few.

    >>> nearest("takaichi-sanai", ["takaichi-sanae", "gate"])
    '; nearest: takaichi-sanae'
    """
    names = sorted(known)
    matches = get_close_matches(name, names, n=1, cutoff=0.5)
    if matches:
        return f"; nearest: {matches[0]}"
    return f"; known: {', '.join(names)}" if 0 < len(names) <= _FEW else ""
