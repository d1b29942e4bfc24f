"""Tasks of query processes: one worker fewer than may compute them, so that queries go on."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

from kg.engine.pool.request import EngineRequest, Limits
from kg.engine.pool.worker import EngineAnswer
from kg.engine.slots import Slots

Ask = Callable[[EngineRequest], AbstractAsyncContextManager[EngineAnswer]]


class Tasks:
    """The tasks of a pool."""

    def __init__(self, ask: Ask, limits: Limits) -> None:
        at_once, seconds = max(1, limits.workers - 1), 2 * limits.timeout_s
        self._ask, self._slots = ask, Slots(at_once, limits.queue, seconds)

    @asynccontextmanager
    async def compute(
        self, task: str, question: EngineRequest, version: str, **arguments: Any
    ) -> AsyncIterator[EngineAnswer]:
        """What the task of that name writes, as `Pool.ask` gives an answer; raises Failure.

        It gets the triples of the question's query, if there is one.
        """
        async with self._slots.taken():
            given = {**arguments, "version": version}
            async with self._ask(replace(question, task=task, arguments=given)) as answer:
                yield answer
