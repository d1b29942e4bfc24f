"""The README's tour runs: what stands after `$` gives what stands below it."""

import re
from pathlib import Path

import pytest

from console import as_promised, bash, steps
from kg.core.settings import Settings

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("command", "promised"), list(steps(README)))
def test_tour_gives_what_it_promises(
    command: str, promised: str, server: str, tmp_path: Path
) -> None:
    gave = bash(command.replace("http://127.0.0.1:8000", server.rstrip("/")), tmp_path)
    assert as_promised(promised, gave), f"{command}\npromised:\n{promised}\ngave:\n{gave}"


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
