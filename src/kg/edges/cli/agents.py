"""mcp: read-only tools for agents."""

from importlib.util import find_spec
from typing import Annotated

import typer

from kg.core.errors import KgError
from kg.edges.cli.stores import Place


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command("mcp", epilog="Example: kg mcp --server http://127.0.0.1:8000")(mcp)


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Streamable HTTP at /mcp instead of stdin and stdout")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of --http, on loopback")] = 8001,
    server: Annotated[
        str, typer.Option(help="Address of a running JSIP server [default: one of our own]")
    ] = "",
    store: Place = None,
) -> None:
    """Serve read-only tools to agents (Model Context Protocol): search, entity, why, conflicts,
    verify, query, changes, schema.

    Every value comes with its claim, its words and the version. The tools ask a server over HTTP
    and have its limits.
    """
    if find_spec("mcp") is None:
        raise KgError("The extra is missing: pip install 'jsip-kg[mcp]'.")
    from kg.edges.agents.server import server as tools
    from kg.edges.agents.site import Site, own_site

    made = tools(Site(server) if server else own_site(store or ""))
    if http:
        made.run("streamable-http", host="127.0.0.1", port=port, stateless_http=True)
    else:
        made.run("stdio")
