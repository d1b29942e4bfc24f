"""What a worker knows of HTTP: it answers plain look-ups that come on connections lent to it."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any

from kg.core.media import RESULTS
from kg.outlets.protocol.access import Told, access_line
from kg.outlets.protocol.caching import Kept, Recall
from kg.outlets.protocol.plain import lacks, read_lookup
from kg.outlets.protocol.rows import rows_of
from kg.store.lent import Response

Find = Callable[[str, str, Mapping[str, Any]], bytes | None]


class PlainClerk:
    """The clerk of `store.lent`.

    `find` gives the short answer to a query, in the format of that name, from what is served; None
    where there is none.
    """

    def __init__(self, find: Find, kept_bytes: int, logs: bool) -> None:
        self._find, self._logs = find, logs
        self._recall = Recall(kept_bytes)
        self._second, self._start = 0, b""

    @property
    def kept_bytes(self) -> int:
        """Bytes of answers that may be asked for again."""
        return self._recall.bytes

    def lacks(self, data: bytes) -> int:
        """How many bytes of a request are still to come; 0 where that cannot be told."""
        return lacks(data)

    def answer(self, data: bytes, line: bytes) -> Response | None:
        """The answer to a request; None where the front has to look at it after all."""
        key = (line, data)
        kept = self._recall.get(key)
        is_hit = kept is not None
        if kept is None:
            kept = self._computed(data, line)
            if kept is None:
                return None
            self._recall.put(key, kept)
        assert isinstance(kept.head, bytes)
        whole = b"%b%b%b" % (self._status_and_date(), kept.head, kept.body)
        return Response(whole, len(kept.body), is_hit)

    def _computed(self, data: bytes, line: bytes) -> Kept | None:
        served = _served(line)
        lookup = read_lookup(data, served["version"], served["union"])
        body = self._find(lookup.query, lookup.results.name, served) if lookup else None
        return Kept(*lookup.response(body)) if lookup and body is not None else None

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
            told = Told(method, "/sparql", 200, took / 1e9, response.body_size)
            told.cache = "hit" if response.is_hit else "miss"
            told.rows = _rows(response.data)
            told.digest = response.data.partition(b'etag: "')[2][:12].decode("latin-1")
            print(access_line(told), file=sys.stderr, flush=True)


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
