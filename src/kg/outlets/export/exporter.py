"""What an exporter is: a way of writing a part of the graph, and an honest word on its losses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

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

    @property
    def name(self) -> str:
        """The format's name on the command line."""
        return self.media.name

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
