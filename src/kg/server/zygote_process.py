"""The zygote of a server: its workers also answer on connections, and compute tasks.

Started as `python -m kg.server.zygote_process SETUP` (see `engine.pool.zygote_process`).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from kg.engine.pool.zygote_process import Ask, main
from kg.engine.shared_page import SharedPage
from kg.engine.worker_process import QueryExecutor
from kg.outlets import tasks
from kg.server.lookup_handler import PlainLookupHandler
from kg.server.worker_connections import WorkerConnections

PROGRAM = "kg.server.zygote_process"


def look_ups_too(
    executor: QueryExecutor, setup: Mapping[str, Any], handoff: int, shared_page: SharedPage
) -> Callable[[Ask], None]:
    """Answers plain look-ups on handed-off connections, and questions between them."""
    connections = WorkerConnections(
        handoff, shared_page, PlainLookupHandler(executor.found, setup["logs"]), executor.is_swollen
    )
    return partial(connections.serve, 0)


if __name__ == "__main__":
    main(look_ups_too, tasks.__name__)
