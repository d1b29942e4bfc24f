"""`%%sparql` in a real IPython shell: what a cell shows, keeps and says of a fault."""

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import kg
from kg.build.snapshot import Snapshot

SANAE = "SELECT ?c { id:takaichi-sanae a ?c } ORDER BY ?c"


@pytest.fixture(scope="module")
def shell(example_snapshot: Snapshot) -> Any:
    made: Any = InteractiveShell()
    made.run_line_magic("load_ext", "kg")
    made.push({"graph": kg.open(example_snapshot.folder.parents[1])})
    made.push({"store": example_snapshot.folder.parents[1], "number": 7})
    return made


def cell(shell: Any, text: str) -> Any:
    result = shell.run_cell(text)
    assert result.success, result.error_in_exec
    return result.result


@pytest.mark.parametrize("graph", ["", "graph", "store"])
def test_select_is_a_table_with_its_citation(shell: Any, graph: str) -> None:
    table = cell(shell, f"%%sparql {graph}\n{SANAE}")
    assert "jsip:Person" in set(table.c)
    assert table.attrs["citation"]


def test_every_form_has_its_kind_of_answer(shell: Any) -> None:
    assert cell(shell, "%%sparql\n# SELECT\nASK { id:takaichi-sanae a jsip:Person }") is True
    triples = cell(
        shell, "%%sparql\nCONSTRUCT { ?s a ?c } { VALUES ?s { id:takaichi-sanae } ?s a ?c }"
    )
    assert len(triples) > 0
    described = cell(shell, "%%sparql\nDESCRIBE id:takaichi-sanae")
    assert len(described) > 0


def test_an_answer_is_kept_by_name_and_not_shown(shell: Any) -> None:
    assert cell(shell, f"%%sparql -o found\n{SANAE}") is None
    assert "jsip:Person" in set(shell.user_ns["found"].c)


@pytest.mark.parametrize(
    ("line", "query", "says"),
    [
        ("", "SELECT ?s {", "cannot be parsed"),
        ("", "", "the cell body is empty"),
        ("nothing", SANAE, "No variable 'nothing' here"),
        ("number", SANAE, "'number' holds int"),
        ("--colour red", SANAE, "unrecognized arguments: --colour"),
        ("-o 2x", SANAE, "'2x' is no name for a variable"),
        ("", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("", "INSERT DATA { <x:a> <x:b> <x:c> }", "An update was sent as a query"),
    ],
)
def test_a_fault_is_one_line_without_traceback(
    shell: Any,
    capsys: pytest.CaptureFixture[str],
    line: str,
    query: str,
    says: str,
) -> None:
    result = shell.run_cell(f"%%sparql {line}\n{query}")
    assert type(result.error_in_exec).__name__ == "UsageError"
    told = "".join(capsys.readouterr())
    assert says in told
    assert "Traceback" not in told


def test_help_says_the_arguments(shell: Any) -> None:
    magic = shell.find_cell_magic("sparql")
    assert magic is not None
    assert "--output" in (magic.__doc__ or "")
