"""Measures SPARQL endpoints side by side: the same questions, interleaved, medians and ratios.

The client keeps connections open and sends requests made beforehand; it counts what comes back and
does not look inside, so that it is not what is measured. On a shared machine two that differ by
less than half as much again are a tie.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote, urlsplit

from kg.outlets.processor_time import ProcessorTime

TIE = 1.5  # the ratio of two speeds below which neither is called the quicker one
_HEAD_END = b"\r\n\r\n"
_RUN, _NUMBER = secrets.token_hex(4), "n" * 12  # in whose place each text has a number
_ROUND = 10**9  # numbers of a round


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A name for the table, the address of a SPARQL endpoint, how it is asked."""

    name: str
    url: str
    by_get: bool = False  # not every server takes a query as the body of a POST


@dataclass(frozen=True, slots=True)
class Workload:
    """Queries sent one after another in turn by so many clients at once."""

    name: str
    queries: tuple[str, ...]
    clients: int = 8
    accept: str = "application/sparql-results+json"
    is_new: bool = True  # each text differs from all before by a comment, so that no cache answers


@dataclass(frozen=True, slots=True)
class Result:
    """What one endpoint did on one workload: medians of the rounds."""

    workload: str
    endpoint: str
    per_second: float
    latency_ms: float
    first_byte_ms: float
    bytes: int
    errors: int
    cpu_ms: float | None  # of the server's processes, for each answer; None where it is not seen


class Client(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends the next."""

    def __init__(self, asked: Callable[[int], bytes], start: int, step: int, until: float) -> None:
        self._asked, self._next, self._step, self._until = asked, start, step, until
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.first_bytes: list[float] = []
        self.bytes = self.errors = 0
        self._head, self._tail = bytearray(), b""
        self._left, self._is_chunked, self._in_body, self._sent = 0, False, False, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sends the first request."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._head.clear()
        self._tail, self._in_body = b"", False
        self._sent = time.perf_counter()
        self._transport.write(self._asked(self._next))
        self._next += self._step

    def data_received(self, data: bytes) -> None:
        """Counts bytes until the answer is whole."""
        self.bytes += len(data)
        if not self._in_body:
            if not self._head:
                self.first_bytes.append(time.perf_counter() - self._sent)
            self._head += data
            end = self._head.find(_HEAD_END)
            if end < 0:
                return
            data = bytes(self._head[end + 4 :])
            self._read_head(bytes(self._head[:end]).lower())
        if self._is_chunked:
            self._tail = (self._tail + data)[-7:]
            is_whole = self._tail.endswith(b"\r\n0\r\n\r\n") or self._tail == b"0\r\n\r\n"
        else:
            self._left -= len(data)
            is_whole = self._left <= 0
        if is_whole:
            self._whole()

    def _read_head(self, head: bytes) -> None:
        self._in_body = True
        if not head.startswith((b"http/1.1 200", b"http/1.0 200")):
            self.errors += 1
        self._is_chunked = b"transfer-encoding: chunked" in head
        _, found, rest = head.partition(b"content-length:")
        self._left = int(rest.split(b"\r\n", 1)[0]) if found else 0

    def _whole(self) -> None:
        now = time.perf_counter()
        self.latencies.append(now - self._sent)
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end of this connection's part."""
        if not self.done.done():
            self.done.set_result(None)


def request(endpoint: Endpoint, query: str, accept: str) -> bytes:
    """A query by direct POST, or by GET (SPARQL 1.1 Protocol, sections 2.1.3 and 2.1.1)."""
    parts = urlsplit(endpoint.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if endpoint.by_get:
        asked = f"{path}{'&' if parts.query else '?'}query={quote(query)}"
        head = f"GET {asked} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n\r\n"
        return head.encode()
    body = query.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n"
        f"Content-Type: application/sparql-query\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def requests(endpoint: Endpoint, workload: Workload) -> Callable[[int], bytes]:
    """The request of each number, made as far as that goes before it is sent."""
    behind = f"\n# {_RUN} {_NUMBER}" if workload.is_new else ""
    made = [request(endpoint, f"{query}{behind}", workload.accept) for query in workload.queries]
    if not workload.is_new:
        return lambda number: made[number % len(made)]
    parts = [each.rpartition(_NUMBER.encode()) for each in made]

    def numbered(number: int) -> bytes:
        before, _, after = parts[number % len(parts)]
        return b"%b%012d%b" % (before, number, after)

    return numbered


async def once(endpoint: Endpoint, workload: Workload, seconds: float, skip: int = 0) -> Result:
    """One round of one workload on one endpoint, from its request number `skip` on."""
    parts = urlsplit(endpoint.url)
    asked = requests(endpoint, workload)
    processes = ProcessorTime(endpoint.url)
    cpu_before = processes.seconds()
    loop, start = asyncio.get_running_loop(), time.perf_counter()
    clients = []
    for number in range(workload.clients):
        _, client = await loop.create_connection(
            lambda n=number + skip: Client(asked, n, workload.clients, start + seconds),  # type: ignore[misc]
            parts.hostname or "localhost",
            parts.port or 80,
        )
        clients.append(client)
    await asyncio.wait([c.done for c in clients], timeout=seconds + 120)
    took, cpu_after = time.perf_counter() - start, processes.seconds()
    latencies = [value for c in clients for value in c.latencies] or [float("nan")]
    firsts = [value for c in clients for value in c.first_bytes] or [float("nan")]
    return Result(
        workload.name,
        endpoint.name,
        len(latencies) / took,
        1000 * median(latencies),
        1000 * median(firsts),
        sum(c.bytes for c in clients),
        sum(c.errors for c in clients),
        None
        if cpu_before is None or cpu_after is None
        else 1000 * (cpu_after - cpu_before) / len(latencies),
    )


async def compare(
    endpoints: Sequence[Endpoint], workloads: Sequence[Workload], seconds: float, rounds: int
) -> list[Result]:
    """Every workload on every endpoint in turn, several rounds, medians of the rounds."""
    found = []
    for workload in workloads:
        runs: dict[str, list[Result]] = {e.name: [] for e in endpoints}
        for number in range(rounds):
            skip = number * (_ROUND + len(workload.queries) // rounds)
            for endpoint in endpoints:
                runs[endpoint.name].append(await once(endpoint, workload, seconds, skip))
        found += [_median(results) for results in runs.values()]
    return found


def _median(results: Sequence[Result]) -> Result:
    first = results[0]
    return Result(
        first.workload,
        first.endpoint,
        median(r.per_second for r in results),
        median(r.latency_ms for r in results),
        median(r.first_byte_ms for r in results),
        int(median(r.bytes for r in results)),
        sum(r.errors for r in results),
        median([r.cpu_ms for r in results if r.cpu_ms is not None] or [float("nan")])
        if first.cpu_ms is not None
        else None,
    )


def as_table(results: Sequence[Result]) -> str:
    """A Markdown table; the ratio is the first endpoint's requests/s over this one's."""
    lines = [
        "| workload | endpoint | requests/s | median ms | first byte | CPU ms | ratio | errors |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ours: dict[str, float] = {}
    for r in results:
        ours.setdefault(r.workload, r.per_second)
        cpu = "" if r.cpu_ms is None else f"{r.cpu_ms:.3f}"
        lines.append(
            f"| {r.workload} | {r.endpoint} | {r.per_second:,.0f} | {r.latency_ms:.2f} | "
            f"{r.first_byte_ms:.2f} | {cpu} | {_verdict(ours[r.workload], r)} | {r.errors} |"
        )
    return "\n".join(lines)


def as_summary(results: Sequence[Result]) -> str:
    """A Markdown table, a row for each peer: how the first endpoint does over all workloads."""
    lines = [
        "| peer | questions | quicker | tie | slower | median ratio | of CPU | with errors |",
        "|---|---|---|---|---|---|---|---|",
    ]
    first = {r.workload: r for r in reversed(results)}
    for peer in dict.fromkeys(r.endpoint for r in results if r is not first[r.workload]):
        every = [r for r in results if r.endpoint == peer]
        theirs = [r for r in every if not (r.errors or first[r.workload].errors)]
        ratios = [_ratio(first[r.workload].per_second, r) for r in theirs]
        cpus = [r.cpu_ms / ours for r in theirs if r.cpu_ms and (ours := first[r.workload].cpu_ms)]
        verdicts = [(ratio >= TIE) - (ratio <= 1 / TIE) for ratio in ratios]
        counts = " | ".join(str(verdicts.count(verdict)) for verdict in (1, 0, -1))
        medians = " | ".join(f"{median(many):.2f}" if many else "" for many in (ratios, cpus))
        lines.append(
            f"| {peer} | {len(theirs)} | {counts} | {medians} | {len(every) - len(theirs)} |"
        )
    return "\n".join(lines)


def _ratio(ours: float, theirs: Result) -> float:
    return ours / theirs.per_second if theirs.per_second else float("inf")


def _verdict(ours: float, theirs: Result) -> str:
    ratio = _ratio(ours, theirs)
    return f"{ratio:.2f}" if ratio == 1 or not 1 / TIE < ratio < TIE else f"{ratio:.2f} (tie)"


def as_json(results: Sequence[Result]) -> str:
    """The same for programs."""
    return json.dumps([{n: getattr(r, n) for n in Result.__slots__} for r in results])
