"""The template process of a server: its workers also answer on connections, and compute tasks.

Started as `python -m kg.outlets.protocol.zygote SETUP` (see `store.workers.zygote_main`).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from kg.outlets import tasks
from kg.outlets.protocol.clerk import PlainClerk
from kg.store.board import Board
from kg.store.lent import Lent
from kg.store.worker_main import Desk
from kg.store.workers.zygote_main import Ask, main

PROGRAM = "kg.outlets.protocol.zygote"


def look_ups_too(
    desk: Desk, setup: Mapping[str, Any], lent: int, board: Board
) -> Callable[[Ask], None]:
    """Answers plain look-ups on lent connections, and questions between them."""
    connections = Lent(lent, board, PlainClerk(desk.found, setup["logs"]), desk.is_swollen)
    return partial(connections.serve, 0)


if __name__ == "__main__":
    main(look_ups_too, tasks.__name__)
