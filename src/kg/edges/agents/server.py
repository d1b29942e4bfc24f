"""The tools as a server of the Model Context Protocol (2026-07-28): stateless, read-only."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from kg.core.errors import KgError
from kg.edges.agents.site import Site
from kg.edges.agents.tools import Tools

if TYPE_CHECKING:
    from mcp.server import MCPServer

_NAMES = ("search", "entity", "why", "conflicts", "verify", "query", "changes", "schema")
_INSTRUCTIONS = """Who said which number about Japan's AI, chip and content policy, where, when and
on what basis, and which figures disagree. Every value comes with its claim's IRI, the words quoted
and the version of the record: cite the claim and the version. “Accepted” means that the source says
so, not that it is true; what is not found is not read yet, which never means false. Start with
search; read entity's advice before you print a figure; conflicts before you compare two."""


def server(site: Site) -> "MCPServer[Any]":
    """The server over one site. Arguments that no tool has are refused, which the library would
    not do by itself."""
    from mcp.server import MCPServer
    from mcp.types import ToolAnnotations

    made: MCPServer[Any] = MCPServer(
        "jsip", title="JSIP", instructions=_INSTRUCTIONS, version=site.version(), log_level="ERROR"
    )
    tools = Tools(site)
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    for name in _NAMES:
        made.add_tool(_told(getattr(tools, name)), name=name, annotations=reads)
    for tool in made._tool_manager.list_tools():
        _refuse_unknown(tool)
    return made


def _refuse_unknown(tool: Any) -> None:
    model = tool.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    tool.parameters["additionalProperties"] = False


def _told(tool: Callable[..., Any]) -> Callable[..., Any]:
    """The tool, whose faults an agent reads in our own words."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def asked(*given: Any, **named: Any) -> Any:
        try:
            return tool(*given, **named)
        except KgError as error:
            raise ToolError(str(error)) from error

    return asked
