"""The wheel alone, in a fresh environment and another directory, answers a question."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.consumers
ROOT = Path(__file__).resolve().parents[1]
BUNDLED = {
    "ontology": "ontology",
    "data/triples": "triples",
    "data/stories": "stories",
    "data/releases": "releases",
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


def test_wheel_answers_elsewhere(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=True, symlinks=True)
    python = home / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([python, *install], check=True, capture_output=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    # The libraries that the wheel depends on come from here, not from a registry; the editable
    # install of this checkout does not: a folder on PYTHONPATH has its .pth files unread.
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "LC_ALL": "C",
    }
    command = [str(home / "bin" / "kg"), "query", "cq01", "--format", "csv"]
    done = subprocess.run(command, cwd=elsewhere, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "invest 1 trillion yen over the next five years" in done.stdout.decode()
    assert (tmp_path / "cache" / "jsip-kg" / "manifest.json").is_file()
    where = [str(python), "-c", "import kg; print(kg.__file__)"]
    found = subprocess.run(where, cwd=elsewhere, env=environment, capture_output=True, check=True)
    assert str(home) in found.stdout.decode()
    assert not list(elsewhere.iterdir())
