"""The template process of a server: its workers also answer on connections, and compute tasks.

Started as `python -m kg.outlets.protocol.zygote SETUP` (see `store.workers.zygote_main`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from kg.outlets import tasks
from kg.outlets.protocol.clerk import PlainClerk
from kg.store.board import Board
from kg.store.lent import Lent
from kg.store.worker_main import Desk
from kg.store.workers.zygote_main import main

PROGRAM = "kg.outlets.protocol.zygote"


def serve(
    desk: Desk, setup: Mapping[str, Any], lent: int, board: Board, ask: Callable[[], bool]
) -> None:
    """Answers plain look-ups on lent connections, and questions between them."""
    clerk = PlainClerk(desk.found, setup["logs"])
    Lent(lent, board, clerk, desk.is_swollen).serve(0, ask)


if __name__ == "__main__":
    main(serve, tasks.__name__)
