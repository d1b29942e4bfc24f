"""The layers that one can draw: a module imports from its own layer or a lower one."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from surfaces import REPOSITORY

SOURCE = REPOSITORY / "src" / "kg"
LAYERS = ("core", "ledger", "store", "views", "outlets", "edges")
SLOW = {"rdflib", "pyshacl"}  # imported where their work is done, not by starting `kg`
RDF = {"pyoxigraph", *SLOW}
WEB = {"fastapi", "starlette", "uvicorn"}
MODULES = sorted(SOURCE.rglob("*.py"))


def relative(module: Path) -> str:
    return str(module.relative_to(SOURCE))


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of what a tree imports, wherever the statement stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_on_loading(module: Path) -> set[str]:
    """Top-level packages that loading a module imports; what only a type checker sees is not."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    statements = [node for node in body if not is_for_type_checkers(node)]
    return {
        name.partition(".")[0]
        for statement in statements
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for name in imported(statement)
    }


def is_for_type_checkers(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def layer(name: str) -> str:
    """The layer of `kg.store.build.build`; empty of anything that is none of ours."""
    parts = name.split(".")
    return parts[1] if parts[0] == "kg" and len(parts) > 1 and parts[1] in LAYERS else ""


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_imports_point_inward(module: Path) -> None:
    own = relative(module).partition("/")[0]
    for name in imported(ast.parse(module.read_text(encoding="utf-8"))):
        if own in LAYERS and layer(name):
            assert LAYERS.index(layer(name)) <= LAYERS.index(own), f"{own} must not import {name}"


def test_every_module_lies_in_a_layer() -> None:
    folders = {relative(m).partition("/")[0] for m in MODULES if "/" in relative(m)}
    assert folders <= set(LAYERS)


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_libraries_are_loaded_only_where_their_work_is_done(module: Path) -> None:
    found, where = imported_on_loading(module), relative(module)
    if not where.startswith("outlets/export/"):
        assert not found & SLOW
    if where.startswith("core/"):
        assert not found & RDF
    if not where.startswith("edges/"):
        assert not found & {*WEB, "typer"}


def test_exporters_do_not_import_each_other() -> None:
    folder = SOURCE / "outlets" / "export"
    modules = [m for m in folder.glob("*.py") if m.name != "__init__.py"]
    exporters = [m for m in modules if "\ndef export(" in m.read_text(encoding="utf-8")]
    assert exporters
    for module in exporters:
        others = {f"kg.outlets.export.{m.stem}" for m in exporters if m != module}
        for name in imported(ast.parse(module.read_text(encoding="utf-8"))):
            assert not any(name == other or name.startswith(f"{other}.") for other in others), name


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
