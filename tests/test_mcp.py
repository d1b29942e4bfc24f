"""`kg mcp`: the tools as the official client of the Model Context Protocol sees them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from surfaces import kg, kg_command

pytest.importorskip("mcp", reason="mcp is not installed; it is in the extra mcp")
pytestmark = pytest.mark.consumers

from mcp import Client, StdioServerParameters, stdio_client  # noqa: E402

TOOLS = ["search", "entity", "why", "conflicts", "verify", "query", "changes", "schema"]
Asked = Callable[[Any], Awaitable[Any]]


def asked(server: str, ask: Asked) -> Any:
    """What a client gets that starts `kg mcp` before a running server."""
    command, *arguments = kg_command("mcp", "--server", server)

    async def talk() -> Any:
        started = StdioServerParameters(command=command, args=arguments)
        async with Client(stdio_client(started)) as client:
            return await ask(client)

    return asyncio.run(talk())


def called(server: str, tool: str, **arguments: object) -> Any:
    return asked(server, lambda client: client.call_tool(tool, arguments))


def test_eight_tools_that_only_read(server: str) -> None:
    listed = asked(server, lambda client: client.list_tools()).tools
    assert [tool.name for tool in listed] == TOOLS
    for tool in listed:
        assert tool.annotations.read_only_hint is True
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["type"] == "object"
        assert tool.description


def test_values_come_with_claim_words_and_version(server: str) -> None:
    found = called(server, "entity", name="domestic-ai-support-5y").structured_content
    assert len(found["version"]) == 64
    claim = next(c for c in found["claims"] if c["value"] == "about 1 trillion yen")
    assert claim["iri"].startswith("https://w3id.org/jsip/id/c-")
    assert claim["passages"][0]["quote"]
    assert claim["asserter"]
    assert any(advice["print"] for advice in found["advice"])


@pytest.mark.parametrize(
    ("tool", "arguments", "holds"),
    [
        ("search", {"text": "45兆円"}, "hits"),
        ("why", {"subject": "ai-basic-plan", "property": "adoptionStage",
                 "value": "headquarters-decided"}, "claims"),
        ("conflicts", {"open_only": True}, "disputes"),
        ("conflicts", {"about": "domestic-ai-support-5y"}, "disputes"),
        ("verify", {"text": "The digital deficit was 6.6 trillion yen in 2024."}, "data"),
        ("query", {"sparql": "SELECT * { ?s ?p ?o } LIMIT 3"}, "rows"),
        ("query", {"sparql": "ASK { ?s ?p ?o }"}, "rows"),
        ("changes", {}, "data"), ("schema", {}, "data"),
    ],
)  # fmt: skip
def test_each_tool_answers(server: str, tool: str, arguments: dict[str, Any], holds: str) -> None:
    answer = called(server, tool, **arguments)
    assert answer.is_error is False
    assert answer.structured_content[holds]
    assert answer.structured_content["version"]


def test_a_long_answer_is_cut_and_says_so(server: str) -> None:
    answer = called(server, "query", sparql="SELECT ?s { ?s ?p ?o } LIMIT 500").structured_content
    assert (len(answer["rows"]), answer["is_cut"]) == (200, True)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("search", {"text": "x", "unheard": 1}, "unheard"),
        ("search", {}, "text"),
        ("entity", {"name": "zzzzq"}, "No entity is called 'zzzzq'"),
        ("query", {"sparql": "SELECT {"}, "Line 1, column 9"),
        ("query", {"sparql": "SELECT * { SERVICE <http://x.y/> { ?s ?p ?o } }"}, "SERVICE"),
        ("query", {"sparql": "DELETE WHERE { ?s ?p ?o }"}, "DELETE"),
        ("changes", {"since": "1999.1.1"}, "No release is called"),
    ],
)
def test_what_is_wrong_is_told(
    server: str, tool: str, arguments: dict[str, Any], told: str
) -> None:
    answer = called(server, tool, **arguments)
    assert answer.is_error is True
    assert told in answer.content[0].text
    assert "Traceback" not in answer.content[0].text


def test_a_server_that_is_not_there_is_told() -> None:
    done = kg("mcp", "--server", "http://127.0.0.1:9")
    assert done.code == 2
    assert "does not answer" in done.err
