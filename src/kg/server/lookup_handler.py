"""What a worker knows of HTTP: it answers plain look-ups that come on connections handed to it."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from kg.core.media import RESULTS
from kg.core.recent import RecentSet
from kg.server.protocol.access_log import AccessRecord, access_line
from kg.server.protocol.fast_request import lacks, read_lookup
from kg.server.protocol.row_count import rows_of
from kg.server.worker_connections import Response

_REMEMBERED = 100_000  # requests
Find = Callable[[str, str, Mapping[str, Any]], bytes | None]


class PlainLookupHandler:
    """The handler of `server.worker_connections`.

    `find` gives the short answer to a query, in the format of that name, from what is served; None
    where there is none.
    """

    def __init__(self, find: Find, logs: bool) -> None:
        self._find, self._logs = find, logs
        self._seen = RecentSet(_REMEMBERED)  # digests of requests
        self._second, self._start = 0, b""

    def lacks(self, data: bytes) -> int:
        """How many bytes of a request are still to come; 0 where that cannot be told."""
        return lacks(data)

    def answer(self, data: bytes, line: bytes) -> Response | None:
        """The answer to a request; None where the front has to look at it after all."""
        served = _served(line)
        lookup = read_lookup(data, served["version"], served["union"])
        found = self._find(lookup.query, lookup.results.name, served) if lookup else None
        if lookup is None or found is None:
            return None
        head, body = lookup.response(found)
        whole = b"%b%b%b" % (self._status_and_date(), head, body)
        return Response(whole, len(body), is_repeated=not self._seen.add(hash((line, data))))

    def _status_and_date(self) -> bytes:
        now = int(time.time())
        if now != self._second:
            date = formatdate(now, usegmt=True)
            self._second, self._start = now, f"HTTP/1.1 200 OK\r\ndate: {date}\r\n".encode()
        return self._start

    def log(self, data: bytes, response: Response, took: int) -> None:
        """Tells the log of an answered request, which took so many nanoseconds."""
        if self._logs:
            method = data[:4].rstrip().decode()
            record = AccessRecord(method, "/sparql", 200, took / 1e9, response.body_size)
            record.cache = "miss"
            record.rows = _rows(response.data)
            record.digest = response.data.partition(b'etag: "')[2][:12].decode("latin-1")
            print(access_line(record), file=sys.stderr, flush=True)


def _rows(answer: bytes) -> int | None:
    """The rows of a whole HTTP answer; None where they are coded, or cannot be told."""
    head, _, body = answer.partition(b"\r\n\r\n")
    kind = head.partition(b"\r\ncontent-type: ")[2].partition(b"\r\n")[0].partition(b";")[0]
    if b"\r\ncontent-encoding: " in head:
        return None
    return rows_of(next((m.name for m in RESULTS if m.type == kind.decode()), ""), body)


@lru_cache(4)
def _served(line: bytes) -> Mapping[str, Any]:
    served: Mapping[str, Any] = json.loads(line)
    return served
