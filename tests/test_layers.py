"""What a layer may load; that imports point inward is checked by `scripts/limits.py`."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from limits import imported
from surfaces import REPOSITORY

pytestmark = pytest.mark.fast
SOURCE = REPOSITORY / "src" / "kg"
SLOW = {"rdflib", "pyshacl"}  # imported where their work is done, not by starting `kg`
RDF = {"pyoxigraph", *SLOW}
WEB = {"fastapi", "starlette", "uvicorn"}
MODULES = sorted(SOURCE.rglob("*.py"))


def relative(module: Path) -> str:
    return str(module.relative_to(SOURCE))


def imported_on_loading(module: Path) -> set[str]:
    """Top-level packages that loading a module imports; what only a type checker sees is not."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    statements = [node for node in body if not is_for_type_checkers(node)]
    return {
        name.partition(".")[0]
        for statement in statements
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for name in imported(statement, ())
    }


def is_for_type_checkers(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def test_libraries_are_loaded_only_where_their_work_is_done() -> None:
    assert MODULES
    for module in MODULES:
        found, where = imported_on_loading(module), relative(module)
        if not where.startswith("outlets/export/"):
            assert not found & SLOW, where
        if where.startswith("core/"):
            assert not found & RDF, where
        if not where.startswith(("edges/", "server/")):
            assert not found & {*WEB, "typer"}, where


def test_exporters_do_not_import_each_other() -> None:
    folder = SOURCE / "outlets" / "export"
    modules = [m for m in folder.glob("*.py") if m.name != "__init__.py"]
    exporters = [m for m in modules if "\ndef export(" in m.read_text(encoding="utf-8")]
    assert exporters
    for module in exporters:
        others = {f"kg.outlets.export.{m.stem}" for m in exporters if m != module}
        found = set(imported(ast.parse(module.read_text(encoding="utf-8")), others))
        assert not found & others, relative(module)


@pytest.mark.parametrize("arguments", [["queries"], ["compile", "--help"]], ids=" ".join)
def test_starting_the_command_loads_no_slow_library(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom kg.edges.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"sys.exit(', '.join({SLOW | WEB | {'networkx', 'pyvis'}!r} & set(sys.modules)) or None)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
