"""Whole-dataset dumps: every named graph, in the formats that lose nothing, gzip'd.

The same record gives the same bytes: gzip writes neither name nor time. Another build of zlib may
pack otherwise, which a digest would tell.
"""

import gzip
from collections.abc import Iterator
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from kg.outlets.export import EXPORTERS
from kg.outlets.export.part import whole
from kg.views.record.claims import Reader

LOSSLESS = ("nquads", "trig")
"""Exporters whose files, read back, give the same quads."""
_PIECE = 1 << 20


def dump_name(name: str, form: str) -> str:
    """The file name of a dump of what goes by a name.

    >>> dump_name("2026.11.1", "nquads")
    'jsip-2026.11.1.nq.gz'
    """
    return f"jsip-{name}.{EXPORTERS[form].media.suffix}.gz"


def write_dump(reader: Reader, form: str, out: BinaryIO) -> None:
    """Writes the dump of a whole store in one of the lossless formats."""
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        EXPORTERS[form].export(whole(reader), cast(BinaryIO, packed))


def checksums(reader: Reader, name: str) -> Iterator[str]:
    """Lines for `sha256sum -c`, of each dump of a store that goes by a name."""
    for form in LOSSLESS:
        with TemporaryFile() as file:
            write_dump(reader, form, file)
            file.seek(0)
            digest = sha256()
            while piece := file.read(_PIECE):
                digest.update(piece)
        yield f"{digest.hexdigest()}  {dump_name(name, form)}\n"
