"""`/docs` and the OpenAPI description behind it."""

import json
import re
import shlex
from collections.abc import Iterator
from html.parser import HTMLParser
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest

from kg.edges.web.docs import Parameter, Route, routes
from waiting import PATIENCE


class Page(HTMLParser):
    """What a page holds: its ids, links, forms with their fields, and code examples."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.labelled: list[str] = []
        self.controls: list[str] = []
        self.forms: dict[str, dict[str, str]] = {}
        self.examples: list[str] = []
        self.text = ""
        self._in_pre = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("action") == "/search" or given.get("id", "").startswith("find"):
            return  # the search box of every page
        self.tags.add(tag)
        self.attributes |= set(given)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        loads = tag != "a" and given.get("rel") != "alternate"  # a feed is offered, not loaded
        self.loads += [given[n] for n in ("src", "href") if n in given and loads]
        self.labelled += [given["for"]] if tag == "label" else []
        if tag == "form":
            self.forms[given["action"]] = {}
        if tag in ("input", "select"):
            self.controls.append(given["id"])
            list(self.forms.values())[-1][given["name"]] = given.get("value", "")
        if tag == "pre":
            self._in_pre = True
            self.examples.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_pre = self._in_pre and tag != "pre"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_pre:
            self.examples[-1] += data


def get(address: str, accept: str = "*/*") -> HTTPResponse:
    return asked(Request(address, headers={"Accept": accept}))


def asked(request: Request) -> HTTPResponse:
    answer = urlopen(request, timeout=PATIENCE)
    assert isinstance(answer, HTTPResponse)
    return answer


def as_curl_asks(command: str) -> Request:
    """What a curl command line of the page asks."""
    words = shlex.split(command)

    def given(option: str) -> list[str]:
        return [words[n + 1] for n, word in enumerate(words) if word == option]

    address = next(word for word in words if word.startswith("http"))
    heads = [value.partition("=") for value in given("--data-urlencode")]
    pairs = [(name, value) for name, _, value in heads]
    headers = dict(value.split(": ") for value in given("--header"))
    body = "".join(given("--data")).encode() or None
    return Request(f"{address}?{urlencode(pairs)}" if pairs else address, body, headers)


@pytest.fixture(scope="module")
def document(server: str) -> Any:
    with get(f"{server}openapi.json") as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def page(server: str) -> Page:
    with get(f"{server}docs", "text/html") as answer:
        return Page(answer.read().decode())


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_page_shows_every_route_and_parameter(document: Any, page: Page) -> None:
    for route in routes(document):
        assert f"{route.method} {route.path}" in page.text
        for parameter in route.parameters:
            assert f"{route.id}.{parameter.name}" in page.ids


def test_the_page_loads_nothing_but_its_stylesheet(page: Page) -> None:
    assert {load for load in page.loads if not load.startswith("data:")} == {
        "/static/site.css",
        "/static/drawer.js",
        "/static/search_box.js",
    }
    assert not page.tags & {"style", "iframe"}
    assert not {name for name in page.attributes if name == "style" or name.startswith("on")}


def test_every_link_inside_the_page_leads_somewhere(page: Page) -> None:
    targets = {link[1:] for link in page.links if link.startswith("#")}
    assert targets <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_every_field_has_a_label(page: Page) -> None:
    assert page.controls == page.labelled


def test_every_form_as_it_stands_gets_an_answer(server: str, page: Page) -> None:
    tried = {
        action: fields
        for action, fields in page.forms.items()
        if "export" not in action and "metrics" not in action
    }
    assert len(tried) >= 11
    failed = {}
    for action, fields in tried.items():
        try:
            with get(f"{urljoin(server, action)}?{urlencode(fields)}") as answer:
                data = json.load(answer)
        except HTTPError as refused:
            failed[action] = refused.read().decode()
        else:
            if data in ([], {"results": []}, {"total": 0, "claims": []}):
                failed[action] = "an example that finds nothing"
    assert not failed


def test_every_curl_line_works(server: str, page: Page) -> None:
    assert len(page.examples) >= 13
    for command in page.examples:
        if "{" not in as_curl_asks(command).full_url:
            with asked(as_curl_asks(command)) as answer:
                assert answer.status == 200
                assert answer.read()


def test_a_form_leads_to_a_clean_address(server: str) -> None:
    fields = {"name": "industry/animation", "limit": "5", "predicate": ""}
    with get(f"{server}docs/try/api-neighbours-name?{urlencode(fields)}") as answer:
        assert answer.url == f"{server}api/neighbours/industry%2Fanimation?limit=5"


@pytest.mark.parametrize("name", ["//example.org/", "../../..//example.org", "\\\\example.org"])
def test_a_form_never_leads_away(server: str, document: Any, name: str) -> None:
    (route,) = (route for route in routes(document) if route.path == "/api/entity/{name}")
    address = urljoin(server, route.address({"name": name}))
    assert address.startswith(f"{server}api/entity/")


def test_the_parameters_of_a_question_are_pairs(document: Any) -> None:
    (route,) = (route for route in routes(document) if route.path == "/api/queries/{name}")
    address = route.address({"name": "cq21", "parameters": "post=id:a&day=2025-12-19"})
    assert parse_qs(urlsplit(address).query) == {"post": ["id:a"], "day": ["2025-12-19"]}


def test_everything_of_the_api_is_described(document: Any) -> None:
    for name, operation in operations(document):
        if " /api/" not in name:
            continue
        assert operation["summary"], name
        assert operation["description"], name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), f"{name} {parameter['name']}"
            if parameter.get("required"):
                assert parameter["schema"]["examples"], f"{name} {parameter['name']}"


def test_refusals_are_declared_as_they_are_made(server: str, document: Any) -> None:
    problem = {"$ref": "#/components/schemas/ProblemDetails"}
    for name, operation in operations(document):
        assert "422" not in operation["responses"], "a refused parameter is answered with 400"
        wanted = ("400", "404", "503", "default") if " /api/" in name else ("default",)
        for status in wanted:
            content = operation["responses"][status]["content"]
            assert content["application/problem+json"] == {"schema": problem}
    assert set(document["components"]["schemas"]["ProblemDetails"]["properties"]) == {
        "type", "title", "status", "detail",
    }  # fmt: skip


def test_the_description_names_version_and_licence(document: Any) -> None:
    info = document["info"]
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", info["version"])
    assert info["license"]["identifier"] == "Apache-2.0 AND CC-BY-4.0"
    assert "`ETag`" in info["description"]


def test_an_example_stays_one_shell_word() -> None:
    asked = Parameter("q", "query", True, "", {"type": "string", "examples": ["it's; $(ls)"]})
    route = Route("api-search", "GET", "/api/search", "views", "", "", (asked,), ())
    words = shlex.split(route.curl("http://localhost"))
    assert words[-1] == "q=it's; $(ls)"
