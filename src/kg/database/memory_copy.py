"""The N-Quads of what is loaded, made beside the loading, for readers that hold it in memory.

Read back from RocksDB the same lines take longer than the loading of them into memory.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.core.errors import Refusal
from kg.database.writer_connection import Scribe
from kg.engine.pool import Failure


class Copy:
    """Nobody has to have one: where anything goes wrong with it, there is none.

    `memory_mb` is what it may take; a store that needs more is not served from memory either.
    """

    def __init__(self, file: Path, memory_mb: int) -> None:
        self._file, self._memory_mb = file, memory_mb
        self._scribe: Scribe | None = None
        self._is_wanted = memory_mb > 0

    async def load(self, said: Mapping[str, Any]) -> None:
        """One more file."""
        await self._tried("load", said)

    async def keep(self) -> None:
        """Writes the file."""
        await self._tried("dump", {"path": str(self._file)})
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
                    self._scribe = await Scribe.started(None, self._memory_mb)
                await self._scribe.ask(op, **said)
            except (Failure, Refusal):
                self._is_wanted = False
