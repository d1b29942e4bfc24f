"""Files that are written whole or not at all."""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.core.errors import KgError


def write_atomically(path: Path, data: bytes) -> None:
    """Writes beside the target, flushes to the disk, then renames over it (POSIX rename)."""
    replace_files(path.parent, {path.name: data})


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all files beside their targets before the first one is renamed into place."""
    waiting: list[tuple[Path, Path]] = []
    try:
        for name, data in files.items():
            waiting.append((_written_beside(folder / name, data), folder / name))
        for temporary, target in waiting:
            temporary.replace(target)
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)


def _written_beside(path: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """One writer of a folder at a time, of all programs that lock it so (flock(2))."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise KgError(f"{folder} cannot be opened: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A stream into a file that appears only when all is written; raises KgError."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:  # a pipe or device is written to, never replaced
            yield file
        return
    if not path.parent.is_dir():
        raise KgError(f"There is no folder {str(path.parent)!r}; make it, or choose another.")
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            os.fchmod(file.fileno(), 0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
