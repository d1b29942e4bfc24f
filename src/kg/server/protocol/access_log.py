"""One line of the access log: JSON, and no header, no token, no text of a query."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Literal

Cache = Literal["hit", "miss", "known", ""]


@dataclass(slots=True)
class AccessRecord:
    """One answered request."""

    method: str
    path: str
    status: int
    seconds: float
    size: int
    cache: Cache = ""
    request_id: str = ""
    digest: str = ""  # of the question and the version it was asked of
    rows: int | None = None  # of an answer that was computed, where they can be told


def access_line(told: AccessRecord) -> str:
    """The line of one request."""
    facts: dict[str, object] = {
        "time": now(),
        "id": told.request_id or token_hex(8),
        "method": told.method or "GET",
        "path": told.path[:500],
        "status": told.status,
        "ms": round(told.seconds * 1000, 3),
        "bytes": told.size,
    }
    facts |= {"cache": told.cache} if told.cache else {}
    facts |= {"question": told.digest} if told.digest else {}
    facts |= {"rows": told.rows} if told.rows is not None else {}
    return json.dumps(facts)


def now() -> str:
    """The time, in UTC, to the millisecond (RFC 3339)."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
