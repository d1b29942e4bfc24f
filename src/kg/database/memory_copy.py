"""The N-Quads of what is loaded, written beside the loading, for readers that hold it in memory.

Read back from RocksDB the same lines take longer. They are written as they are read: a copy in
memory, to write it, took 380 bytes a quad.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from kg.core.errors import Refusal
from kg.database.writer_connection import Scribe
from kg.engine.pool import Failure

Of = TypeVar("Of")
_MEMORY_MB = 512  # beyond what Python takes: a statement of a file, however long


class Copy:
    """Nobody has to have one: where anything goes wrong with it, there is none.

    `is_wanted` is false for a store that is not likely to be served from memory.
    """

    def __init__(self, file: Path, is_wanted: bool) -> None:
        self._file, self._is_wanted = file, is_wanted
        self._scribe: Scribe | None = None

    async def beside(self, loading: Awaitable[Of], said: Mapping[str, Any]) -> Of:
        """One more file, while it is loaded; raises as that does, when both have ended."""
        lines = self._tried("lines", {**said, "into": str(self._file)})
        found, _ = await asyncio.gather(loading, lines, return_exceptions=True)
        if isinstance(found, BaseException):
            self._is_wanted = False  # it may hold what the store does not
            raise found
        return found

    def keep(self) -> None:
        """Leaves the file, or no part of it where anything went wrong."""
        if not self._is_wanted:
            self._file.unlink(missing_ok=True)

    async def close(self) -> None:
        """Ends the process."""
        if self._scribe is not None:
            await self._scribe.kill()

    async def _tried(self, op: str, said: Mapping[str, Any]) -> None:
        if self._is_wanted:
            try:
                if self._scribe is None:
                    self._scribe = await Scribe.started(None, _MEMORY_MB)
                await self._scribe.ask(op, **said)
            except (Failure, Refusal):
                self._is_wanted = False
