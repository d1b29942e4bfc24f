"""The wheel alone, in a fresh environment and another directory, answers a question."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.consumers
ROOT = Path(__file__).resolve().parents[1]
BUNDLED = {
    "ontology": "ontology",
    "data/triples": "triples",
    "data/stories": "stories",
    "data/releases": "releases",
    "docs/guide": "documents/docs/guide",
}


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel built from it, without fetching anything."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


def test_wheel_carries_ontology_triples_queries_and_browser_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = {
        f"kg/_bundle/{target}/{path.relative_to(ROOT / folder)}"
        for folder, target in BUNDLED.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    package = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src" / "kg").rglob("*")
        if path.is_file() and not any(part.startswith((".", "__pyc")) for part in path.parts)
    }
    assert shipped | package <= names
    assert not [name for name in names if name.endswith(".pyc") or "/sources/" in name]


@dataclass(frozen=True)
class Elsewhere:
    """A fresh environment with the wheel alone, and an empty folder to work in."""

    home: Path
    folder: Path
    cache: Path
    environment: Mapping[str, str]

    def run(self, *command: str) -> str:
        """What a command of the environment prints; it must succeed."""
        program, *arguments = command
        done = subprocess.run(
            [str(self.home / "bin" / program), *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        return done.stdout.decode()


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    tmp_path = tmp_path_factory.mktemp("elsewhere")
    home = tmp_path / "env"
    venv.create(home, with_pip=True, symlinks=True)
    python = home / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([python, *install], check=True, capture_output=True)
    folder = tmp_path / "folder"
    folder.mkdir()
    # The libraries that the wheel depends on come from here, not from a registry; the editable
    # install of this checkout does not: a folder on PYTHONPATH has its .pth files unread.
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "LC_ALL": "C",
    }
    return Elsewhere(home, folder, tmp_path / "cache", environment)


def test_wheel_answers_elsewhere(elsewhere: Elsewhere) -> None:
    answer = elsewhere.run("kg", "query", "cq01", "--format", "csv")
    assert "invest 1 trillion yen over the next five years" in answer
    assert (elsewhere.cache / "jsip-kg" / "manifest.json").is_file()
    assert str(elsewhere.home) in elsewhere.run("python", "-c", "import kg; print(kg.__file__)")
    assert not list(elsewhere.folder.iterdir())


def test_wheel_has_the_guide(elsewhere: Elsewhere) -> None:
    asked = (
        "from kg.edges.web.guide.documents import documents, text_of;"
        "print({slug: len(text_of(found)) > 500 for slug, found in documents().items()})"
    )
    assert "False" not in elsewhere.run("python", "-c", asked)


RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=600).execute()
print(sum(len(cell.get("outputs", ())) for cell in notebook.cells))
"""


@pytest.mark.parametrize("name", ["tour", "contested-trillion", "exports"])
def test_wheel_runs_notebooks(elsewhere: Elsewhere, name: str) -> None:
    notebook = ROOT / "notebooks" / f"{name}.ipynb"
    assert int(elsewhere.run("python", "-c", RUN, str(notebook))) > 3
    assert not list(elsewhere.folder.iterdir())
