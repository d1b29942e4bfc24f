"""The surfaces that tests work through: the command line, the example, a small ledger."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from kg.core.bundle import Bundle
from kg.edges.cli import main

REPOSITORY = Path(__file__).resolve().parents[1]
ONTOLOGY = REPOSITORY / "ontology"
TESTS = REPOSITORY / "tests"
EXAMPLE = TESTS / "example"
GOLDEN = TESTS / "golden"
GAZETTE = (TESTS / "small" / "sources" / "gazette.txt").read_text(encoding="utf-8")
EXAMPLE_BUNDLE = Bundle(ONTOLOGY, EXAMPLE / "triples", EXAMPLE / "tables")
_PLACE = re.compile(r"^(\S+:\d+): ", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def places(self) -> list[str]:
        """Each `file:line` that stands at the head of a line of either stream."""
        return _PLACE.findall(self.err + self.out)


def kg(*arguments: object) -> Run:
    """Runs the command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before, code = sys.argv, 0
    sys.argv = ["kg", *map(str, arguments)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    finally:
        sys.argv = before
    return Run(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


def kg_command(*arguments: object) -> list[str]:
    """The command line of a process of its own."""
    return [sys.executable, "-c", "from kg.edges.cli import main; main()", *map(str, arguments)]


def kg_process(*arguments: object, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Run:
    """Runs the command line in a process of its own."""
    ended = subprocess.run(
        kg_command(*arguments),
        input=stdin,
        capture_output=True,
        env=os.environ | dict(env or {}),
        check=False,
    )
    return Run(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too, by its relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def replace_once(file: Path, old: str, new: str) -> None:
    """Changes the one place of a file where `old` stands."""
    text = file.read_bytes().decode()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_bytes(text.replace(old, new).encode())


def small_ledger(folder: Path) -> None:
    """An invented ledger with one held text: `tables/`, not yet anchored, and `sources/`."""
    shutil.copytree(TESTS / "small", folder, dirs_exist_ok=True)
