"""A JSIP server as the tools ask it: one that runs, or one of our own for as long as we do."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import httpx2

from kg.core.errors import KgError

_SECONDS = 60.0  # the server's own limits are lower
_ROWS = 200  # of a query, which an agent can still read


class Site:
    """Answers of one server; raises KgError with what the server says is wrong."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._client = httpx2.Client(base_url=self.address, timeout=_SECONDS)

    def version(self) -> str:
        """The version of the record that is served."""
        return str(self._json("GET", "/ready")["version"])

    def get(self, path: str, **parameters: object) -> Any:
        """JSON at a path; parameters that are empty are left out."""
        given = {name: str(value) for name, value in parameters.items() if value not in ("", None)}
        return self._json("GET", path, params=given)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """JSON that a path answers to JSON."""
        return self._json("POST", path, json=dict(body))

    def select(self, sparql: str) -> tuple[list[str], list[list[str]], bool]:
        """Columns and rows of a query, cut where they are many, and whether they are."""
        kind = {"Accept": "application/sparql-results+json"}
        said = self._json("POST", "/sparql", data={"query": sparql}, headers=kind)
        if "boolean" in said:
            return ["answer"], [[str(said["boolean"]).lower()]], False
        columns = said["head"]["vars"]
        rows = [
            [row[name]["value"] if name in row else "" for name in columns]
            for row in said["results"]["bindings"][: _ROWS + 1]
        ]
        return columns, rows[:_ROWS], len(rows) > _ROWS

    def _json(self, method: str, path: str, **given: Any) -> Any:
        try:
            answer = self._client.request(method, path, **given)
        except httpx2.HTTPError as error:
            raise KgError(f"{self.address} does not answer ({error}).") from error
        if answer.status_code >= 400:
            raise KgError(_told(answer))
        try:
            return answer.json()
        except ValueError as error:
            raise KgError(f"{self.address}{path} did not answer with JSON.") from error


def _told(answer: httpx2.Response) -> str:
    try:
        said = answer.json()
        return str(said.get("detail") or said.get("title"))
    except (ValueError, AttributeError):
        return f"The server answered {answer.status_code}."


def own_site(store: str) -> Site:
    """A server of our own on a free port of loopback; it ends when this process does."""
    ends = f"from kg.engine.sandbox import die_with_parent; die_with_parent({os.getpid()})"
    program = f"{ends}; from kg.edges.cli import main; main()"
    chosen = ("--store", store) if store else ()
    command = [sys.executable, "-c", program, "serve", "--port", "0", *chosen]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "http://" in line:
            return Site("http://" + line.partition("http://")[2].split()[0])
    raise KgError("The server did not start; `kg serve` says why.")
