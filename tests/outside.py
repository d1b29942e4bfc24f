"""An outside client: sends a path as it stands, follows nothing, decodes nothing unasked."""

import http.client
import json
import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from subprocess import PIPE
from typing import Any
from urllib.parse import urlsplit

from surfaces import kg_command
from waiting import PATIENCE

DATA = ("application/json", "application/ld+json")  # scripts that do not run
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@dataclass(frozen=True)
class Answered:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        """The media type."""
        return self.headers.get("content-type", "").partition(";")[0]


def ask(server: str, path: str, accept: str = "", method: str = "GET", **headers: str) -> Answered:
    """Asks a server (its base address) once; `if_none_match` becomes `If-None-Match`."""
    return _answered(server, method, path, None, headers | ({"Accept": accept} if accept else {}))


def post(server: str, path: str, body: bytes, kind: str = "", **headers: str) -> Answered:
    """Posts a body of that media type, as `ask` does."""
    return _answered(server, "POST", path, body, headers | ({"Content-Type": kind} if kind else {}))


def _answered(
    server: str, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> Answered:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(
        http.client.HTTPConnection(urlsplit(server).netloc, timeout=PATIENCE)
    ) as connection:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Answered(answer.status, names, answer.read())


class Page(HTMLParser):
    """A page as a browser reads it; notes what is not well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.handlers: list[str] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> stays open" for tag in self._open]
        self.faults += [f"id {i} twice" for i in set(self.ids) if self.ids.count(i) > 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        runs = tag == "script" and given.get("type") not in (
            "application/json",
            "application/ld+json",
        )
        if runs and not (given.get("src") or "").startswith("/static/"):
            self.faults.append("a script in the page")
        for name, value in attrs:
            self.handlers += [name] if name.startswith("on") else []
            self.addresses += [value or ""] if name in ("href", "src", "action") else []
            self.ids += [value or ""] if name == "id" else []
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")

    def handle_data(self, data: str) -> None:
        self.words += data


def outside_addresses(addresses: Iterable[str]) -> list[str]:
    """Addresses that are neither on this server, nor on the web, nor the icon that is none."""
    own = ("/", "#", "https://", "http://", "mailto:")
    return [a for a in addresses if not a.startswith(own) and a != "data:,"]


@contextmanager
def running_server(
    *arguments: object, **setting: str
) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`kg serve` in a process of its own on a free port: its address and its process."""
    command = kg_command("serve", "--port", 0, *arguments)
    environment = {"KG_WARM": "0", **os.environ, **setting}
    with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True, env=environment) as running:
        try:
            assert running.stdout
            ready = re.search(r"http://\S+", running.stdout.readline())
            assert ready, running.communicate()[1]
            yield ready[0], running
        finally:
            running.terminate()
            running.communicate(timeout=PATIENCE)
