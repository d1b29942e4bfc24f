"""Read-only replicas of one snapshot behind nginx, one of them killed under load.

python benchmarks/replicas.py [REPLICAS ...]      as many as these, in turn [default: 1 2 3]

The configuration of nginx is the one that `docs/guide/operating.md` prints, with other ports.
Clients ask look-ups that no cache can answer; in the middle of a run one replica is killed
(kill -9).
Answers that fail are counted: with one replica they must, with more there are none to be.
"""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 8
_CONFIGURATION = re.compile(r"^```nginx\n(.*?)^```$", re.M | re.S)
_SURROUNDING = """worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
daemon off;
events {{ worker_connections 256; }}
http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{site} }}
"""


@dataclass
class Replicated:
    """A running site: where nginx listens, and the process of each replica."""

    port: int
    processes: list[subprocess.Popen[bytes]]

    def kill_one(self) -> None:
        """Kills the first replica with its query processes, by surprise."""
        os.killpg(self.processes[0].pid, signal.SIGKILL)


@dataclass
class Told:
    """What clients saw: how many answers were right, and each failure."""

    right: int = 0
    failures: list[str] = field(default_factory=list)


@contextmanager
def replicated(replicas: int, *serve: str, patience: float = 180.0) -> Iterator[Replicated]:
    """So many `kg serve` behind one nginx, on loopback; `serve` are arguments of theirs."""
    with ExitStack() as held:
        folder = held.enter_context(TemporaryDirectory())
        port, *ports = _free_ports(replicas + 1)
        processes = [held.enter_context(_server(number, *serve)) for number in ports]
        for number in ports:
            _until_ready(number, patience)
        configuration = Path(folder) / "nginx.conf"
        site = site_configuration(port, ports)
        configuration.write_text(_SURROUNDING.format(folder=folder, site=site), encoding="utf-8")
        held.enter_context(_started(["nginx", "-c", str(configuration), "-p", folder]))
        _until_ready(port, patience)
        yield Replicated(port, processes)


def site_configuration(port: int, ports: Sequence[int]) -> str:
    """The configuration of the guide with these ports."""
    text = (ROOT / "docs" / "guide" / "operating.md").read_text(encoding="utf-8")
    found = _CONFIGURATION.search(text)
    assert found, "docs/guide/operating.md has no block of nginx"
    line = re.search(r"^ *server 127\.0\.0\.1:\d+(.*;)\n", found[1], re.M)
    assert line, "the block of nginx has no server of its upstream"
    servers = "".join(f"    server 127.0.0.1:{number}{line[1]}\n" for number in ports)
    first, *_ = site = re.split(r"(?:^ *server 127\.0\.0\.1:\d+.*;\n)+", found[1], flags=re.M)
    return f"{first}{servers}{site[-1]}".replace(
        "listen 127.0.0.1:8000", f"listen 127.0.0.1:{port}"
    )


def ask(site: Replicated, told: Told, rounds: Iterable[int]) -> None:
    """Asks look-ups over one connection, as long as there are rounds."""
    made = random.Random(threading.get_ident())
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=60)) as client:
        for _ in rounds:
            text = f"SELECT ?o {{ {_THING} a ?o BIND({made.randrange(10**9)} AS ?n) }}"
            try:
                client.request("GET", f"/sparql?query={quote(text)}", headers={"Accept": _JSON})
                answer = client.getresponse()
                body = answer.read()
            except (OSError, HTTPException) as fault:
                told.failures.append(repr(fault))
                client.close()  # the next request opens it again
                continue
            if answer.status == 200 and json.loads(body)["results"]["bindings"]:
                told.right += 1
            else:
                told.failures.append(f"{answer.status}: {body[:80]!r}")


_THING = "<https://w3id.org/jsip/id/meti>"
_JSON = "application/sparql-results+json"


def run(replicas: int, seconds: float = 5.0) -> None:
    """Measures before and after a replica is killed, and prints a row of each."""
    with replicated(replicas) as site:
        for state in ("all", "one killed"):
            told = [Told() for _ in range(CLIENTS)]
            end = time.monotonic() + seconds
            threads = [threading.Thread(target=ask, args=(site, one, _while(end))) for one in told]
            for thread in threads:
                thread.start()
            if state == "one killed":
                time.sleep(seconds / 2)
                site.kill_one()
            for thread in threads:
                thread.join()
            right, failed = sum(one.right for one in told), sum(len(one.failures) for one in told)
            print(f"| {replicas} | {state} | {right / seconds:,.0f} | {failed} |", flush=True)


def _while(end: float) -> Iterator[int]:
    number = 0
    while time.monotonic() < end:
        yield number
        number += 1


@contextmanager
def _started(command: Sequence[str], **more: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, start_new_session=True, env={**os.environ, **more}, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()


@contextmanager
def _server(port: int, *serve: str) -> Iterator[subprocess.Popen[bytes]]:
    main = "from kg.edges.cli import main; main()"
    command = [sys.executable, "-c", main, "serve", "--port", str(port), *serve]
    with _started(command, KG_TRUSTED_PROXIES="127.0.0.1", KG_WARM="false") as process:
        yield process


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _until_ready(port: int, patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
                client.request("GET", "/ready")
                if client.getresponse().status == 200:
                    return
        except (OSError, HTTPException):
            pass
        time.sleep(0.1)
    raise TimeoutError(f"nothing is ready at port {port} after {patience:g} s")


if __name__ == "__main__":
    print("| replicas | state | answers/s | failed |\n|---|---|---|---|")
    for count in map(int, sys.argv[1:] or ("1", "2", "3")):
        run(count)
