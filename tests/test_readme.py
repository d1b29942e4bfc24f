"""The README's tour runs: what stands after `$` gives what stands below it."""

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.core.settings import Settings

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def steps() -> Iterator[tuple[str, str]]:
    """Each command of the tour (continued by `> `) and the output that it promises."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = step.splitlines(keepends=True)
            size = 1 + next((i for i, x in enumerate(lines[1:]) if not x.startswith("> ")), 99)
            command = "".join(line.removeprefix("> ") for line in lines[:size])
            yield command, "".join(lines[size:])


@pytest.mark.parametrize(("command", "promised"), list(steps()))
def test_tour_gives_what_it_promises(
    command: str, promised: str, server: str, tmp_path: Path
) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euc", command.replace("http://127.0.0.1:8000", server.rstrip("/"))],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    same = doctest.OutputChecker().check_output(promised, done.stdout, doctest.ELLIPSIS)
    assert same, f"{command}\npromised:\n{promised}\ngave:\n{done.stdout}{done.stderr}"


def test_readme_lists_every_setting() -> None:
    listed = dict(re.findall(r"^\| `(KG_\w+)` \| ([^|]*)\|", README, re.MULTILINE))
    assert listed.keys() == {f"KG_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = (
            ""
            if field.default is None
            else f"{field.default:g}"
            if isinstance(field.default, float)
            else str(field.default)
        )
        assert listed[f"KG_{name.upper()}"].strip() == default


def test_readme_names_every_command() -> None:
    from typer.main import get_command

    from kg.edges.cli import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert [name for name in commands if f"`kg {name}`" not in README] == []
