"""A query taken along runs where it is pasted, whatever stands in it."""

import subprocess
import sys

import pytest

from kg.outlets.snippets import snippets
from outside import ask

NASTY = (
    'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o # it\'s """ "quoted"\n'
    "  FILTER(STR(?o) != \"a\\\\b $(touch x) `id`\" && STR(?o) != ''')\"''') }"
)


def test_the_command_for_curl_asks_the_query(server: str) -> None:
    made = snippets(f"{server.rstrip('/')}/sparql", NASTY)["curl"]
    ran = subprocess.run(["sh", "-c", made], capture_output=True, check=True)
    assert ran.stdout.splitlines()[0] == b"n"
    assert int(ran.stdout.splitlines()[1]) > 1000


def test_the_program_in_python_asks_the_query(server: str) -> None:
    pytest.importorskip("pandas")
    made = snippets(f"{server.rstrip('/')}/sparql", NASTY)["python"]
    ran = subprocess.run([sys.executable, "-c", made], capture_output=True, check=True)
    assert ran.stdout.split()[0] == b"n"


def test_the_string_in_r_ends_only_where_the_query_does() -> None:
    made = snippets("http://x/sparql", 'SELECT * { ?s ?p ")" , ")-" }')["r"]
    assert made.startswith('query <- r"--(SELECT')
    assert ')--"\n' in made


def test_the_address_for_a_spreadsheet_answers(server: str) -> None:
    address = snippets("/sparql", "SELECT * { ?s ?p ?o } LIMIT 1")["spreadsheet"]
    answer = ask(server, address)
    assert (answer.status, answer.kind) == (200, "text/csv")
