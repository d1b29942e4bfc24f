"""What the server did, counted for Prometheus, and told line by line where a log is wanted."""

import json
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kg.engine.shared_page import BOUNDS, RequestStats
from kg.server.asgi import Message, Scope, Send
from kg.server.protocol.access_log import AccessRecord, access_line, now

_ROUTES = frozenset(
    "sparql update store id ns ontology shapes scheme graph dataset entity api explore conflicts "
    "timeline money series sources queries quality about export dumps reconcile static health "
    "ready metrics docs search verify review openapi.json robots.txt sitemap.xml".split()
)
_USABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TAG = re.compile(rb'etag: "(\w+)', re.IGNORECASE)

Gauges = Callable[[], Iterable[tuple[str, str, float]]]  # name, help, value


class Meter:
    """Counters since the start; with `log_format` "json", one line per request on stderr."""

    def __init__(
        self, log_format: str = "text", gauges: Gauges = tuple, stats: RequestStats | None = None
    ) -> None:
        self._logs, self._gauges = log_format == "json", gauges
        self._by_workers = stats or RequestStats()  # what workers answered on their own
        self._kept = RequestStats()  # what was answered from kept bytes alone
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._bytes = 0

    def log_request(self, record: AccessRecord) -> None:
        """Counts one request, and logs it where that is wanted."""
        route = route_of(record.path)
        self._requests[route, record.status] += 1
        buckets = self._buckets.setdefault(route, [0] * (len(BOUNDS) + 1))
        buckets[sum(record.seconds > bound for bound in BOUNDS)] += 1
        self._seconds[route] = self._seconds.get(route, 0.0) + record.seconds
        self._bytes += record.size
        if self._logs:
            print(access_line(record), file=sys.stderr)

    def tell_kept(self, request: bytes, head: bytes, size: int) -> None:
        """Counts a request to /sparql that got a kept answer by its bytes alone."""
        self._kept.tell_quick(size)
        if self._logs:
            found = _TAG.search(head)
            digest = found[1].decode()[:12] if found else ""
            method = request[:4].rstrip().decode("latin-1")
            record = AccessRecord(method, "/sparql", 200, 0.0, size, "hit", "", digest)
            print(access_line(record), file=sys.stderr)

    def text(self) -> str:
        """Everything in the text format of Prometheus, version 0.0.4."""
        gauges = list(self._gauges())  # which bring the tally of workers up to date
        by_workers = self._by_workers.plus(self._kept)
        requests = self._requests + Counter({("sparql", 200): by_workers.answered})
        lines = [*_head("kg_http_requests_total", "counter", "Answered requests.")]
        for (route, status), number in sorted(requests.items()):
            lines.append(f'kg_http_requests_total{{route="{route}",status="{status}"}} {number}')
        lines += _head("kg_http_request_seconds", "histogram", "From request to last byte.")
        for route in sorted({*self._buckets, *(("sparql",) if by_workers.answered else ())}):
            lines += self._histogram(route, by_workers)
        lines += _head("kg_http_sent_bytes_total", "counter", "Bytes of bodies sent.")
        lines.append(f"kg_http_sent_bytes_total {self._bytes + by_workers.bytes}")
        for name, meaning, value in gauges:
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [*_head(name, kind, meaning), f"{name} {value:.15g}"]
        return "\n".join(lines) + "\n"

    def _histogram(self, route: str, by_workers: RequestStats) -> Iterable[str]:
        buckets = self._buckets.get(route, [0] * (len(BOUNDS) + 1))
        seconds = self._seconds.get(route, 0.0)
        if route == "sparql":
            buckets = [a + b for a, b in zip(buckets, by_workers.buckets, strict=True)]
            seconds += by_workers.seconds
        so_far = 0
        for bound, number in zip((*BOUNDS, "+Inf"), buckets, strict=True):
            so_far += number
            labels = f'route="{route}",le="{bound}"'
            yield f"kg_http_request_seconds_bucket{{{labels}}} {so_far}"
        yield f'kg_http_request_seconds_sum{{route="{route}"}} {seconds:.6f}'
        yield f'kg_http_request_seconds_count{{route="{route}"}} {so_far}'


def _head(name: str, kind: str, meaning: str) -> tuple[str, str]:
    return (f"# HELP {name} {meaning}", f"# TYPE {name} {kind}")


def route_of(path: str) -> str:
    """The first step of a path; few different ones, whatever is asked.

    >>> route_of("/entity/gate"), route_of("/"), route_of("/wp-admin")
    ('entity', 'home', 'other')
    """
    step = path[1:].partition("/")[0]
    return step if step in _ROUTES else "other" if step else "home"


class _JsonMessages(logging.Formatter):
    """What the program logs, as JSON lines beside those of requests."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {"time": now(), "level": record.levelname, "message": record.getMessage()}
        if record.exc_info:
            facts["fault"] = self.formatException(record.exc_info)
        return json.dumps(facts)


def log_to_stderr(log_format: str) -> None:
    """Sets up the log of this process, in `json` or `text`."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(levelname)s %(message)s")
    handler.setFormatter(_JsonMessages() if log_format == "json" else text)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def usable_id(scope: Scope) -> str:
    """The X-Request-Id of a request, where it is safe to repeat; else empty."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _USABLE_ID.fullmatch(value.decode("latin-1")):
            return str(value.decode("latin-1"))
    return ""


class Watched:
    """The `send` of one request, seen by the meter."""

    def __init__(self, meter: Meter, scope: Scope, send: Send) -> None:
        self._meter, self._scope, self._send = meter, scope, send
        self._began = time.perf_counter()
        self._status, self._size = 499, 0  # a client that hung up before anything was sent
        self._id = usable_id(scope)

    async def __call__(self, message: Message) -> None:
        """Passes the message on; the client's own id of the request goes with it."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            if self._id:
                headers = [*message["headers"], (b"x-request-id", self._id.encode())]
                message = {**message, "headers": headers}
        else:
            self._size += len(message.get("body", b""))
        await self._send(message)

    def end(self) -> None:
        """The request is over."""
        facts: Mapping[str, Any] = self._scope.get("kg.access", {})
        seconds = time.perf_counter() - self._began
        record = AccessRecord(
            self._scope["method"], self._scope["path"], self._status, seconds, self._size
        )
        record.request_id, record.digest = self._id, facts.get("digest", "")
        record.cache, record.rows = facts.get("cache", ""), facts.get("rows")
        self._meter.log_request(record)
