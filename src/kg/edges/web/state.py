"""What routes need from the server: a reader of the snapshot being served."""

from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from kg.core.names import Names
from kg.core.settings import Settings
from kg.store.pooled import PooledStore
from kg.views.claims import Reader
from kg.views.search import SearchIndex


@dataclass
class Serving:
    """The snapshot in service; replaced whole when a new one is switched to."""

    settings: Settings
    names: Names
    store: PooledStore
    _index: SearchIndex | None = field(default=None)

    @property
    def reader(self) -> Reader:
        """A reader of views."""
        return Reader(self.store, self.names)

    @property
    def index(self) -> SearchIndex:
        """The search index, built on first use."""
        if self._index is None:
            self._index = SearchIndex.of(self.reader)
        return self._index


def serving(connection: HTTPConnection) -> Serving:
    """The snapshot in service."""
    found: Serving = connection.app.state.serving
    return found


def reader_of(connection: HTTPConnection) -> Reader:
    """A reader of the snapshot in service."""
    return serving(connection).reader
