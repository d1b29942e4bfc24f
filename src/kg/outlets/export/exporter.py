"""What an exporter is: a way of writing a part of the graph, and an honest word on its losses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from kg.core.media import MediaType
from kg.outlets.export.part import Part


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format: its name, media type and file suffix, whom it suits, what it does not carry."""

    media: MediaType
    description: str
    losses: str
    write: Callable[[Part, BinaryIO], None]

    @property
    def name(self) -> str:
        """The format's name on the command line."""
        return self.media.name
