"""What can be read off the running server at any moment: workers, queue, kept answers, memory."""

import os
from collections.abc import Iterator
from pathlib import Path

from kg.engine.pool import Pool
from kg.engine.shared_page import RequestStats
from kg.server.active_snapshot import Asked

_PAGE = os.sysconf("SC_PAGE_SIZE")


def gauges(app: Asked) -> Iterator[tuple[str, str, float]]:
    """Name, meaning and value of each."""
    cache, pool = app.cache, app.served.pool
    by_workers = pool.collect() if isinstance(pool, Pool) else RequestStats()
    hits, misses = cache.hits, cache.misses + by_workers.answered
    yield "kg_cache_hits_total", "Answers that were kept and used again.", hits
    yield "kg_cache_misses_total", "Answers that had to be computed.", misses
    yield "kg_cache_bytes", "Bytes of kept answers.", cache.bytes
    yield "kg_cache_answers", "CachedResponse answers.", len(cache)
    yield "kg_front_resident_bytes", "Memory of the front process.", resident(os.getpid())
    if isinstance(pool, Pool):
        yield from _of_workers(pool)


def _of_workers(pool: Pool) -> Iterator[tuple[str, str, float]]:
    memory = [resident(pid) for pid in pool.pids]
    yield "kg_workers_alive", "Query processes ready or at work.", len(memory)
    yield "kg_workers_forked_total", "Query processes started.", pool.forked
    yield "kg_workers_killed_total", "Query processes ended by the server.", pool.killed
    yield "kg_queries_overrun_total", "Queries stopped at their time limit.", pool.overran
    yield "kg_queries_by_columns_total", "Queries answered by columns.", pool.by_columns
    yield "kg_queries_running", "Queries being answered.", pool.running
    yield "kg_queries_waiting", "Queries that wait for a process.", pool.waiting
    yield (
        "kg_worker_resident_bytes_max",
        "Memory of the largest; much is shared.",
        max([0, *memory]),
    )


def resident(pid: int) -> int:
    """Bytes of a process in memory, shared ones too; 0 where that cannot be read."""
    try:
        statm = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(statm.split()[1]) * _PAGE
