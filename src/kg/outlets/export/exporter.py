"""What an exporter is: a way of writing a part of the graph, and an honest word on its losses."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import BinaryIO

from kg.core.errors import KgError
from kg.core.media import MediaType
from kg.outlets.export.part import Part


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: its name, media type and file suffix, whom it suits, what it does not carry.

    `readers` names tools that read it; `example` is one line, of a shell or of Python, that does.
    """

    media: MediaType
    description: str
    losses: str
    write: Callable[[Part, BinaryIO], None]
    readers: str
    example: str
    needs: str = ""  # a package of an extra, without which it cannot write

    @property
    def is_ready(self) -> bool:
        """False where a package that it needs is not installed."""
        return not self.needs or find_spec(self.needs) is not None

    def export(self, part: Part, out: BinaryIO) -> None:
        """Writes the part; raises KgError where a package is not installed."""
        if not self.is_ready:
            raise KgError(f"Format {self.name} needs: pip install 'jsip-kg[{self.name}]'.")
        self.write(part, out)

    @property
    def name(self) -> str:
        """The format's name on the command line."""
        return self.media.name

    @property
    def is_archive(self) -> bool:
        """True of a zip of several files."""
        return self.media.type == "application/zip"

    @property
    def explained(self) -> str:
        """Everything about the format, for `kg export --explain`."""
        return (
            f"{self.name}: {self.description}\n"
            f"Media type: {self.media.header}; file: jsip.{self.media.suffix}\n"
            f"Not carried: {self.losses}\n"
            f"Read by: {self.readers}\n"
            f"Example: kg export {self.name} --out jsip.{self.media.suffix}\n"
            f"         {self.example}"
        )
