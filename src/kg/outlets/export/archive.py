"""A zip file that is the same for the same members: no time, no owner, in the order given."""

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_DAY = (1980, 1, 1, 0, 0, 0)  # the first that zip knows
_IN_MEMORY = 1 << 24  # bytes, before it goes to the disk
_ORDINARY_FILE = 0o100644 << 16


class Archive:
    """Writes members one after the other.

    Packed bytes repeat with one build of zlib; another may pack otherwise.
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = ZipFile(out, "w")

    @contextmanager
    def member(self, name: str, packed: bool = True) -> Iterator[IO[bytes]]:
        """The next member, to be written; not `packed` where its own format packs."""
        info = ZipInfo(name, _DAY)
        info.create_system = 3  # Unix, whatever wrote it
        info.external_attr = _ORDINARY_FILE
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        with self._zip.open(info, "w", force_zip64=True) as file:
            yield file

    def add(self, name: str, data: bytes) -> None:
        """A member that is at hand."""
        with self.member(name) as file:
            file.write(data)

    def close(self) -> None:
        """Writes the list of members."""
        self._zip.close()


@contextmanager
def archive(out: BinaryIO) -> Iterator[Archive]:
    """An archive that is written to a file, seekable or not, when its block ends without an error.

    It is made aside, since a zip made in a pipe has other bytes than one made in a file.
    """
    with SpooledTemporaryFile(_IN_MEMORY) as aside:
        made = Archive(aside)
        yield made
        made.close()
        aside.seek(0)
        copyfileobj(aside, out)
