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


def access_line(record: AccessRecord) -> str:
    """The line of one request."""
    facts: dict[str, object] = {
        "time": now(),
        "id": record.request_id or token_hex(8),
        "method": record.method or "GET",
        "path": record.path[:500],
        "status": record.status,
        "ms": round(record.seconds * 1000, 3),
        "bytes": record.size,
    }
    facts |= {"cache": record.cache} if record.cache else {}
    facts |= {"question": record.digest} if record.digest else {}
    facts |= {"rows": record.rows} if record.rows is not None else {}
    return json.dumps(facts)


def now() -> str:
    """The time, in UTC, to the millisecond (RFC 3339)."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
