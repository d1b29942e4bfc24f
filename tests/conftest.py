"""What the tests share: the example, a small ledger, built snapshots, golden files."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg.build.build import current_snapshot
from kg.build.snapshot import Snapshot
from kg.core.bundle import Bundle, find_bundle
from kg.core.names import Names, load_names
from kg.engine.graph_store import MemoryStore
from kg.ledger.vocabulary import Vocabulary, load_vocabulary
from surfaces import EXAMPLE, EXAMPLE_BUNDLE, GOLDEN, ONTOLOGY, kg, kg_command, small_ledger

NEEDS_GRAPH = {"README.md", "__init__.py", "notebook.py"}  # their examples ask the shipped graph


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-golden", action="store_true", help="write golden files instead of comparing"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps a file's tests in one process, whose servers start once; `spread` ones go anywhere.

    The process that runs out of files takes of the spread ones, so that both end together.
    """
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
        if isinstance(item, pytest.DoctestItem) and item.path.name not in NEEDS_GRAPH:
            item.add_marker(pytest.mark.fast)
        if not item.get_closest_marker("spread") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with a copy of the example: `tables/` and `triples/`."""
    shutil.copytree(EXAMPLE / "tables", tmp_path / "tables")
    shutil.copytree(EXAMPLE / "triples", tmp_path / "triples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def unanchored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the small ledger, its offsets and digest still empty."""
    small_ledger(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def anchored(unanchored: Path) -> Path:
    """A working directory with the small ledger anchored and compiled."""
    assert kg("anchor", "--tables", "tables", "--sources", "sources").code == 0
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    return unanchored


@pytest.fixture(scope="session")
def names() -> Names:
    return load_names(ONTOLOGY / "config" / "base.yaml")


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary(ONTOLOGY)


@pytest.fixture(scope="session")
def shipped_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The shipped graph, built once for all test processes."""
    return built_once(find_bundle(), tmp_path_factory, "shipped")


def built_once(bundle: Bundle, factory: pytest.TempPathFactory, name: str) -> Snapshot:
    """The snapshot of a bundle: the first process that wants it builds it, the others wait."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # of this run, and of all its processes
    with (root / f"{name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return current_snapshot(bundle, root / name)


@pytest.fixture(scope="session")
def shipped_store(shipped_snapshot: Snapshot) -> MemoryStore:
    return MemoryStore(shipped_snapshot.quads, shipped_snapshot.version)


@pytest.fixture(scope="session")
def example_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The worked example, built once for all test processes."""
    return built_once(EXAMPLE_BUNDLE, tmp_path_factory, "example")


@pytest.fixture(scope="session")
def server(shipped_snapshot: Snapshot) -> Iterator[str]:
    """The address of `kg serve` over the shipped graph."""
    store = shipped_snapshot.folder.parents[1]
    command = kg_command("serve", "--port", 0, "--store", store)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        ready = re.search(r"http://\S+", running.stdout.readline())
        assert ready, "the server did not start"
        yield ready[0]
        running.terminate()
    assert running.returncode == 0


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Callable[[str, bytes], None]:
    """Compares bytes with a file of tests/golden, or renews the file with --renew-golden."""

    def same(name: str, data: bytes) -> None:
        file = GOLDEN / name
        if pytestconfig.getoption("--renew-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        assert file.exists(), f"tests/golden/{name} is missing; run pytest --renew-golden"
        assert data.decode().splitlines() == file.read_text(encoding="utf-8").splitlines()
        assert data == file.read_bytes()

    return same
