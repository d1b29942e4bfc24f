"""`%%sparql`, a cell of SPARQL in a notebook; IPython loads it with `%load_ext kg`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.core.errors import KgError
from kg.sparql.lexer import tokens

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from kg.edges.notebook import Graph

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Gives IPython the cell magic `%%sparql [GRAPH] [-o NAME]`.

    GRAPH is a variable that holds a `kg.Graph` or a store's folder, by default `graph`, or the
    shipped graph where there is none. The answer is shown, and with `-o` kept under NAME: a table
    for SELECT, yes or no for ASK, an rdflib Graph for CONSTRUCT and DESCRIBE. What the query got
    wrong is told in one line, without a traceback.
    """
    from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

    @magic_arguments("%%sparql")  # type: ignore[untyped-decorator]
    @argument("graph", nargs="?", default="graph", help="a variable: kg.Graph or a store's folder")  # type: ignore[untyped-decorator]
    @argument("-o", "--output", help="a variable for the answer, which is then not shown")  # type: ignore[untyped-decorator]
    def sparql(line: str, cell: str) -> Any:
        """Asks the graph; the same names as `kg.Graph.query`, PREFIX of the project not needed."""
        from IPython.core.error import UsageError

        given = parse_argstring(sparql, line)
        if given.output and not given.output.isidentifier():
            raise UsageError(f"{given.output!r} is no name for a variable.")
        try:
            answer = _answer(_graph(shell.user_ns, given.graph), cell)
        except KgError as error:
            raise UsageError(str(error)) from error
        if not given.output:
            return answer
        shell.push({given.output: answer})
        return None

    shell.register_magic_function(sparql, "cell", "sparql")


def _graph(variables: dict[str, Any], name: str) -> "Graph":
    from kg.edges.notebook import Graph, open

    if name not in variables:
        if name != "graph":
            raise KgError(f"No variable {name!r} here; make one: {name} = kg.open().")
        variables[name] = open()
    held = variables[name]
    if isinstance(held, str | Path):
        return open(held)
    if not isinstance(held, Graph):
        raise KgError(f"{name!r} holds {type(held).__name__}; give a kg.Graph or a store's folder.")
    return held


def _answer(graph: "Graph", text: str) -> Any:
    words = (token.text.upper() for token in tokens(text))
    form = next((word for word in words if word in _FORMS), "SELECT")
    if form == "ASK":
        return graph.ask(text)
    return graph.query(text) if form == "SELECT" else graph.construct(text)
