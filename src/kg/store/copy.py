"""The N-Quads of what is loaded, made beside the loading, for readers that hold it in memory.

Read back from RocksDB the same lines take longer than the loading of them into memory.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.store.database import Database
from kg.store.workers import Failure
from kg.store.writer import Writer


class Copy:
    """Nobody has to have one: where anything goes wrong with it, there is none."""

    def __init__(self, database: Database, file: Path, is_wanted: bool) -> None:
        self._writer, self._file = Writer(database, in_memory=True), file
        self._is_wanted = is_wanted

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
        await self._writer.close()

    async def _tried(self, op: str, said: Mapping[str, Any]) -> None:
        if self._is_wanted:
            try:
                await self._writer.ask(op, **said)
            except Failure:
                self._is_wanted = False
