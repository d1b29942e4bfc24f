"""What a server on this machine costs the processors: its process and all that descend from it."""

from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


class ProcessorTime:
    """The processes of the server behind an address, found when it is made."""

    def __init__(self, url: str) -> None:
        """Without psutil, elsewhere, or as another user's, a server has none that can be seen."""
        self._psutil = _psutil()
        parts = urlsplit(url)
        is_seen = self._psutil is not None and _is_here(parts.hostname or "")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._server = self._listening(port) if is_seen else None

    def _listening(self, port: int) -> int | None:
        with suppress(self._psutil.AccessDenied):
            for connection in self._psutil.net_connections("tcp"):
                is_it = (connection.status, connection.laddr.port) == ("LISTEN", port)
                if is_it and connection.pid is not None:
                    pid: int | None = connection.pid
                    return pid
        return None

    def seconds(self) -> float | None:
        """What they have used so far, those that have ended too; None where that is not seen."""
        if self._server is None:
            return None
        with suppress(self._psutil.NoSuchProcess):
            server = self._psutil.Process(self._server)
            return sum(map(self._of, (server, *server.children(recursive=True))))
        return None

    def _of(self, process: Any) -> float:
        with suppress(self._psutil.NoSuchProcess):
            return float(sum(process.cpu_times()[:4]))  # user, system, and those of ended children
        return 0.0


def _psutil() -> Any:
    try:
        import psutil
    except ImportError:
        return None
    return psutil


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
