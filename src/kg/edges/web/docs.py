"""`/docs`: the HTTP API for people, written on the server from its own OpenAPI description.

A page of our own and no viewer: it works without JavaScript, under the same content security
policy as every other page, and weighs what its words weigh.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import metadata
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from kg.edges.web.rendering import page

router = APIRouter(include_in_schema=False)
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """Why a request was refused and what to do next (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def refusal(description: str) -> dict[str, Any]:
    """How a refusal of a route is described."""
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    content = {"application/problem+json": {"schema": schema}}
    return {"model": ProblemDetails, "description": description, "content": content}


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: refusal("A parameter is missing or cannot be read."),
    404: refusal("Nothing has that name; the detail lists the nearest."),
    503: refusal("Too much to do, or over the time limit; try again after Retry-After seconds."),
}
_DESCRIPTION = """\
Who said which number about Japan's strategic-industry policy, where, when and on what basis. \
Every fact is a claim, and every claim leads to its asserter, its source and the passage. \
“Accepted” means that the source says so, not that it is true.

Reading needs no key, and any web page may read (CORS). An answer has a strong `ETag` that \
changes with the snapshot: ask again with `If-None-Match` and an unchanged answer is a short 304. \
A refusal is `application/problem+json`, and its `detail` says what to do next.

Where a name is asked for, all of these do: a slug (`takaichi-sanae`), a concept \
(`industry/animation`), a CURIE (`id:meti`), an IRI, or the name as people write it in English or \
Japanese (`高市早苗`)."""
_TAGS = {
    "views": "What is known of an entity, who says so, and where sources disagree.",
    "exports": "The graph or a part of it as files for other tools.",
    "operations": "Whether the server lives, and which snapshot it serves.",
}


def about() -> dict[str, Any]:
    """What the OpenAPI description says of the whole: arguments of the application."""
    package = metadata("jsip-kg")
    return {
        "title": "JSIP",
        "version": package["Version"],
        "summary": package["Summary"],
        "description": _DESCRIPTION,
        "license_info": {
            "name": "Program Apache-2.0, data CC BY 4.0; quotes are short citations outside both",
            "identifier": package["License-Expression"],
        },
        "openapi_tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "responses": {"default": refusal("Any other refusal.")},
    }


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a route; `schema` is what its value must be."""

    name: str
    place: str
    required: bool
    meaning: str
    schema: Schema

    @property
    def example(self) -> str:
        """A value that works; empty where the parameter is best left out at first."""
        return _written(next(iter(self.schema.get("examples", ())), ""))

    @property
    def default(self) -> str:
        """What is taken where nothing is given."""
        return _written(self.schema.get("default") or "")

    @property
    def choices(self) -> tuple[str, ...]:
        """All possible values, where they are few."""
        is_switch = self.schema.get("type") == "boolean"
        return tuple(self.schema.get("enum", ("true", "false") if is_switch else ()))

    @property
    def is_open(self) -> bool:
        """True where it stands for any number of `name=value` pairs."""
        return self.schema.get("type") == "object"

    @property
    def limits(self) -> str:
        """The bounds of a value in words."""
        low, high = self.schema.get("minimum"), self.schema.get("maximum")
        if high is not None:
            return f"{low or 0} to {high}"
        if low is not None:
            return f"{low} or more"
        longest = self.schema.get("maxLength")
        return f"up to {longest:,} characters" if longest else ""


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answers: tuple[tuple[str, Schema], ...]

    def address(self, values: Mapping[str, str]) -> str:
        """Path and query of a request with these values; empty ones are left out."""
        path, asked = self._asked(values)
        return f"{path}?{urlencode(asked)}" if asked else path

    def curl(self, site: str) -> str:
        """The example as a command line, its values readable."""
        examples = {p.name: p.example for p in self.parameters if p.place != "body"}
        path, asked = self._asked(examples)
        verb = ["--get"] * bool(asked) if self.method == "GET" else [f"--request {self.method}"]
        values = [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in asked]
        given = {p.name: p.example for p in self.parameters if p.place == "body" and p.example}
        if given:
            body = shlex.quote(json.dumps(given, ensure_ascii=False))
            values += ["--header 'Content-Type: application/json'", f"--data {body}"]
        return " \\\n  ".join([" ".join(["curl", *verb, shlex.quote(site + path)]), *values])

    def _asked(self, values: Mapping[str, str]) -> tuple[str, list[tuple[str, str]]]:
        path, asked = self.path, []
        for parameter in self.parameters:
            name, value = parameter.name, values.get(parameter.name, "")
            if parameter.place == "path":
                path = path.replace(f"{{{name}}}", quote(value, safe="") or f"{{{name}}}")
            elif parameter.is_open:
                asked += parse_qsl(value)
            elif value and parameter.place != "body":
                asked.append((name, value))
        return path, asked


def routes(document: Schema) -> Iterator[Route]:
    """The routes of an OpenAPI description, grouped in the order of its tags."""
    order = [tag["name"] for tag in document.get("tags", ())]
    found = [
        _route(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    rank = {name: place for place, name in enumerate(order)}
    yield from sorted(found, key=lambda route: rank.get(route.tag, len(rank)))


def _route(path: str, method: str, operation: Schema) -> Route:
    return Route(
        id=re.sub(r"\W+", "-", path if method == "get" else f"{method} {path}").strip("-"),
        method=method.upper(),
        path=path,
        tag=next(iter(operation.get("tags", ())), ""),
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=(*map(_parameter, operation.get("parameters", ())), *_members(operation)),
        answers=tuple(_answers(operation["responses"].get("200", {}).get("content", {}))),
    )


def _parameter(given: Schema) -> Parameter:
    schema = dict(given["schema"])
    kinds = [kind for kind in schema.pop("anyOf", ()) if kind.get("type") != "null"]
    schema |= kinds[0] if len(kinds) == 1 else {}
    required, meaning = given.get("required", False), given.get("description", "")
    return Parameter(given["name"], given["in"], required, meaning, schema)


def _members(operation: Schema) -> Iterator[Parameter]:
    """The members of a body in JSON."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    for name, given in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        yield Parameter(name, "body", required, given.get("description", ""), given)


def _answers(content: Mapping[str, Schema]) -> Iterable[tuple[str, Schema]]:
    return ((media, body.get("schema", {})) for media, body in content.items())


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> Response:
    """Every route with its parameters, an example and a form to try it."""
    document = request.app.openapi()
    context: dict[str, Any] = {
        "info": document["info"],
        "tags": {tag["name"]: tag["description"] for tag in document["tags"]},
        "routes": list(routes(document)),
        "schemas": document["components"]["schemas"],
        "refusals": REFUSALS,
        "site": str(request.base_url).rstrip("/"),
    }
    return page(request, "docs.html", **context)


@router.get("/docs/try/{name}")
def tried(request: Request, name: str) -> Response:
    """Leads a form of the page to the address it describes: a form cannot fill in a path."""
    for route in routes(request.app.openapi()):
        if route.id == name and route.method == "GET":
            return RedirectResponse(route.address(request.query_params), status_code=303)
    raise HTTPException(404)
