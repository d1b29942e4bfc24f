"""Runs the site on an address, until SIGTERM or SIGINT."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvloop

from kg.build.snapshot import Snapshot
from kg.core.errors import KgError
from kg.core.names import Names
from kg.core.settings import Settings
from kg.database.database import Database
from kg.edges.web.own_store import DatabaseRuntime
from kg.edges.web.runtime import RemoteRuntime, ServerRuntime, SnapshotRuntime
from kg.server.metrics import log_to_stderr


def run(settings: Settings, names: Names, source: Callable[[], Snapshot] | Database | None) -> None:
    """Serves until SIGTERM or SIGINT.

    `source` gives the current snapshot, now and on SIGHUP, or is a user's own store; None where
    the settings name another engine.
    """
    log_to_stderr(settings.log_format)
    serve: ServerRuntime
    if source is None:
        serve = RemoteRuntime(settings, names)
    elif isinstance(source, Database):
        serve = DatabaseRuntime(settings, names, source)
    else:
        serve = SnapshotRuntime(settings, names, source)
    loop = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    with _listening(settings) as listener, loop as runner:
        runner.run(serve.run(listener))


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        listener = socket.create_server(address, family=family, backlog=512)
    except (OSError, OverflowError) as error:
        what = f"Cannot listen on {settings.host} port {settings.port}: {error}."
        raise KgError(f"{what} Choose another with --host and --port.") from error
    with listener:
        yield listener
