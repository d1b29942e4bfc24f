"""What is asked at one moment, and what was answered before."""

from dataclasses import dataclass
from typing import Protocol

from kg.engine.pool import Pool
from kg.engine.remote import Remote
from kg.server.protocol.response_cache import ResponseCache

Engine = Pool | Remote


@dataclass(frozen=True, slots=True)
class ActiveSnapshot:
    """What is asked at one moment: workers over a snapshot, and its version.

    Answers of a version are kept and have validators; where it is empty, none are.
    """

    pool: Engine
    version: str
    union: bool = True  # the default graph is the union of the named ones
    folder: str = ""  # the state on disk that is asked, of a user's store


class Asked(Protocol):
    """What an exchange needs of the application."""

    served: ActiveSnapshot
    cache: ResponseCache
