"""Other SPARQL engines as processes of their own, on free loopback ports, ended by their ids."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from socket import create_server
from subprocess import DEVNULL
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from waiting import PATIENCE, until

VIRTUOSO = which("virtuoso-t") and which("isql-vt")
NO_VIRTUOSO = "Virtuoso 7 is not installed: apt-get install virtuoso-opensource-7"
MOST_ROWS = 80_000  # that the Virtuoso of the tests gives
_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 0
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {buffers}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def running_oxigraph() -> Iterator[str]:
    """The address of `oxigraph serve`, in memory and empty."""
    port = free_port()
    program = Path(sys.executable).parent / "oxigraph"
    command = [str(program), "serve", "--bind", f"127.0.0.1:{port}"]
    with _running(command, f"http://127.0.0.1:{port}/query") as address:
        yield address.removesuffix("/query")


@contextmanager
def running_virtuoso(folder: Path, rows: int = MOST_ROWS, buffers: int = 20_000) -> Iterator[str]:
    """The address of a new Virtuoso whose graphs anybody on this machine may change.

    It gives so many rows at most, and has so many buffers of 8 KB.
    """
    port, http = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    said = {"folder": folder, "port": port, "http": http, "rows": rows, "buffers": buffers}
    ini.write_text(_INI.format(**said))
    (folder / "port").write_text(str(port))
    command = ["virtuoso-t", "+configfile", str(ini), "+foreground"]
    with _running(command, f"http://127.0.0.1:{http}/sparql") as address:
        isql(folder, 'GRANT SPARQL_UPDATE TO "SPARQL";')
        yield address.removesuffix("/sparql")


def isql(folder: Path, statements: str) -> None:
    """Lets the Virtuoso of a folder do something in its own language."""
    place = f"127.0.0.1:{(folder / 'port').read_text()}"
    command = ["isql-vt", place, "dba", "dba", f"exec={statements}"]
    subprocess.run(command, check=True, stdout=DEVNULL, timeout=4 * PATIENCE)


def free_port() -> int:
    """A port that nobody listens on now."""
    with create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def asked_for(address: str, method: str = "GET") -> int:
    """The status of a request."""
    try:
        with urlopen(Request(address, method=method), timeout=PATIENCE) as answer:
            status: int = answer.status
            return status
    except HTTPError as error:
        return error.code


@contextmanager
def _running(command: list[str], address: str) -> Iterator[str]:
    with subprocess.Popen(command, stdout=DEVNULL, stderr=DEVNULL) as process:
        try:
            _until(lambda: asked_for(f"{address}?query=ASK%7B%7D") == 200, process)
            yield address
        finally:
            process.kill()


def _until(holds: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    until(lambda: process.poll() is not None or _answers(holds))
    assert process.poll() is None, f"{process.args!r} did not start"


def _answers(holds: Callable[[], bool]) -> bool:
    try:
        return holds()
    except OSError:  # nobody listens yet
        return False
