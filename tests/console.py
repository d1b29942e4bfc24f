"""Sessions that documents print: what stands after `$ ` gives what stands below it."""

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a text's sessions (continued by `> `) and the output that it promises."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = step.splitlines(keepends=True)
            size = 1 + next((i for i, x in enumerate(lines[1:]) if not x.startswith("> ")), 99)
            command = "".join(line.removeprefix("> ") for line in lines[:size])
            yield command, "".join(lines[size:])


def bash(command: str, folder: Path) -> str:
    """What a command prints, with its complaint where it fails; `kg` is this environment's."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euc", command],
        capture_output=True, text=True, cwd=folder, env=environment, check=False,
    )  # fmt: skip
    return done.stdout + (done.stderr if done.returncode else "")


def as_promised(promised: str, gave: str) -> bool:
    """True where the output is the promised one; `...` stands for anything."""
    return doctest.OutputChecker().check_output(promised, gave, doctest.ELLIPSIS)
