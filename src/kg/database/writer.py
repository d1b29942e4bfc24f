"""The writer of a user's store as its parent sees it: changes in groups, then a state of all.

Making a state durable costs a hundred times what a small change does, so all changes that wait are
done one after another, each by itself, and published together. Whoever is answered is in the state
that was published; whoever is refused has changed nothing: where a writer dies, or the disk fails,
the store goes back to the state that was published last, and who only waited is done again.
"""

import asyncio
import shutil
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from kg.core.errors import KgError, Refusal
from kg.database.database import Database
from kg.database.writer_connection import Said, Scribe, new_future
from kg.engine.pool import Failure

_PUBLISHING_SECONDS = 120
_SOON = 0.02  # seconds that a change which is done waits for others
_GATHERING = 0.004  # seconds that a group waits, at most, for as many as were in the last one
_GROUP = 500  # changes that are published together
_PATIENCE = 5.0  # seconds that a change may wait for its turn
_WAITING = 1000  # changes that may wait
_TRIES = 3
_STORING = 1.0  # seconds after which a change that still runs was not yet stored before


@dataclass(eq=False)
class Change:
    """A change somebody waits for."""

    op: str
    body: bytes
    said: Said
    reply: "asyncio.Future[Said]" = field(default_factory=new_future)
    done: Said = field(default_factory=dict)
    tries: int = 0

    def fail(self, error: Exception) -> None:
        """Tells who waits."""
        if not self.reply.done():
            self.reply.set_exception(error)


class Writer:
    """One process that writes a database; started anew when it was killed or died.

    `published`, where it is set, is called with each new state, before those are answered whose
    changes are in it.
    """

    def __init__(
        self,
        database: Database,
        timeout_s: float = 30.0,
        memory_mb: int = 2048,
    ) -> None:
        self._database, self._timeout, self._memory_mb = database, timeout_s, memory_mb
        self.published: Callable[[Path], None] | None = None
        self._scribe: Scribe | None = None
        self._waiting, self._some = deque[Change](), asyncio.Event()
        self._working: asyncio.Task[None] | None = None
        self._run, self._numbers = uuid4().hex[:12], count(1)
        self._last_group = 0
        self._is_behind = False  # the directory has more than the state that was published last
        self._beside: tuple[Change | None, float] = (
            None,
            0.0,
        )  # who ran while that state was made, and when it was there
        self._going_back, self._is_closing = asyncio.Lock(), False
        self._obstacle = ""  # why the store could not go back
        self.state: Path | None = None

    async def start(self) -> Path:
        """The state that queries may read now; raises Failure."""
        await self._publish([])
        assert self.state is not None
        self._working = asyncio.create_task(self._work())
        return self.state

    async def change(self, op: str, body: bytes = b"", **said: Any) -> Said:
        """What was done, when it is durable and published.

        Raises Refusal or Failure, and nothing is changed; but for the kind "doubt".
        """
        if self._is_closing:
            raise Failure("closed")
        if len(self._waiting) >= _WAITING:
            raise Failure("busy")
        change = Change(op, body, said)
        self._waiting.append(change)
        self._some.set()
        try:
            await asyncio.wait({change.reply}, timeout=_PATIENCE)
            if not change.reply.done() and change in self._waiting:
                raise Failure("busy")
            return await change.reply
        finally:
            if change in self._waiting:
                self._waiting.remove(change)

    async def ask(self, op: str, seconds: float = 3600, **said: Any) -> Said:
        """Does something that is no change of a served store: copies, dumps."""
        scribe = await self._living()
        try:
            async with asyncio.timeout(seconds):
                return await scribe.ask(op, **said)
        except (TimeoutError, asyncio.CancelledError):
            await scribe.kill()
            raise

    async def close(self) -> None:
        """Ends the process when the change under way is done."""
        self._is_closing = True
        while self._waiting:
            self._waiting.popleft().fail(Failure("closed"))
        if self._working is not None:
            self._some.set()
            await self._working
        if self._scribe is not None:
            await self._scribe.kill()

    async def forget(self, state: Path) -> None:
        """Removes a published state that nobody reads any more."""
        if state != self.state:
            await asyncio.to_thread(shutil.rmtree, state, ignore_errors=True)

    async def _work(self) -> None:
        while not self._is_closing:
            await self._some.wait()
            await self._gathered()
            group = await self._done()
            self._last_group = len(group)
            if group:
                await self._publish_or_fail(group)
            if self._waiting:
                self._some.set()

    async def _gathered(self) -> None:
        """Waits a moment: who was answered together comes back together."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GATHERING):
                while len(self._waiting) < self._last_group and not self._is_closing:
                    self._some.clear()
                    await self._some.wait()
        self._some.clear()

    async def _done(self) -> list[Change]:
        """Does the changes that wait; those that are done and not published yet."""
        group, until = list[Change](), asyncio.get_running_loop().time() + _SOON
        while self._waiting and len(group) < _GROUP:
            change = self._waiting.popleft()
            doing = asyncio.ensure_future(self._do(change, group))
            left = until - asyncio.get_running_loop().time()
            if group:
                await asyncio.wait({doing}, timeout=max(left, 0))
                if not doing.done():
                    early, group[:] = list(group), []
                    await self._publish_or_fail(early, change)
            await doing
            if group and asyncio.get_running_loop().time() >= until:
                break
        return group

    async def _do(self, change: Change, group: list[Change]) -> None:
        """Does one change; where the writer is lost over it, the others of its group wait again."""
        if group and not self._is_alive():
            await self._lost(Failure("killed"), [change], group)
            return
        try:
            scribe = await self._living()
        except Exception as error:
            change.fail(_of_the_disk(error))
            return
        change.tries += 1
        self._is_behind = True
        try:
            async with asyncio.timeout(self._timeout):
                folder = self._database.folder
                change.done = await scribe.ask_disk(change.op, folder, change.body, **change.said)
            group.append(change)
        except Refusal as refusal:
            change.fail(refusal)
        except TimeoutError:
            await self._lost(Failure("overrun", f"{self._timeout:g}"), [change], group)
        except Failure as failure:
            if failure.kind in ("syntax", "query"):
                change.fail(failure)
            else:
                await self._lost(failure, [change], group)
        except OSError as error:  # the folder is gone
            await self._lost(_of_the_disk(error), [change], group)

    async def _publish_or_fail(self, group: list[Change], beside: Change | None = None) -> None:
        try:
            if not self._is_alive():
                raise Failure("killed")
            await self._publish(group, beside)
        except Exception as error:  # whatever it is, nobody may be left waiting
            was_lost = isinstance(error, Failure) and error.kind in ("died", "killed")
            await self._lost(Failure("killed") if was_lost else _of_the_disk(error), group, [])

    async def _publish(self, group: list[Change], beside: Change | None = None) -> None:
        """Publishes a state with all that is done, then answers the group."""
        scribe = await self._living()
        state = self._database.states / f"{self._run}-{next(self._numbers)}"
        async with asyncio.timeout(_PUBLISHING_SECONDS):
            await scribe.ask_disk("publish", self._database.folder, state=str(state))
        self.state, self._is_behind = state, beside is not None
        self._beside = (beside, asyncio.get_running_loop().time())
        if self.published is not None:
            self.published(state)
        for change in group:
            if not change.reply.done():
                change.reply.set_result(change.done)

    async def _lost(self, failure: Failure, at_fault: list[Change], others: list[Change]) -> None:
        """Goes back to the last state; tells who is at fault, and lets the others wait again."""
        async with self._going_back:
            is_back = await self._back()
        if failure.kind == "killed" or failure.detail == "SIGKILL":  # over something else
            again, at_fault = [*others, *at_fault], []
        else:
            again = list(others)
        others.clear()  # it is the caller's list of what is done
        for change in at_fault:
            is_sure = is_back and not self._may_be_in_state(change)
            change.fail(failure if is_sure else Failure("doubt", failure.detail))
        for change in reversed(again):
            if is_back and not self._may_be_in_state(change) and change.tries < _TRIES:
                self._waiting.appendleft(change)
            else:
                change.fail(Failure("disk" if is_back else "doubt", failure.detail))

    def _may_be_in_state(self, change: Change) -> bool:
        """Whether a change that was not answered was being stored while the state was made."""
        beside, since = self._beside
        return change is beside and asyncio.get_running_loop().time() - since < _STORING

    async def _back(self) -> bool:
        """Whether the store is again what was published last, with no writer running."""
        if self._scribe is not None:
            await self._scribe.kill()
            self._scribe = None
        if not self._is_behind:
            return True
        try:
            if self.state is None:
                return False
            await asyncio.to_thread(self._database.go_back_to, self.state)
        except (KgError, OSError) as error:
            self._obstacle = f"the store cannot go back to its last state: {error}"
            return False
        self._is_behind = False
        return True

    def _is_alive(self) -> bool:
        return self._scribe is not None and self._scribe.is_alive

    async def _living(self) -> Scribe:
        """A process that has opened the store; raises Failure, KgError, OSError."""
        if self._scribe is None or not self._is_alive():
            async with self._going_back:
                if self.state is not None and not await self._back():
                    raise Failure("disk", self._obstacle)
            name = self.state.name if self.state else ""
            self._scribe = await Scribe.started(self._database.live, self._memory_mb, name)
        return self._scribe


def _of_the_disk(error: Exception) -> Failure:
    detail = error.detail if isinstance(error, Failure) else str(error)
    return Failure("disk", detail or "it took too long")
