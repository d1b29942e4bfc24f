"""Documents of strangers are read in a process of their own, which may be killed at any moment.

| message | is |
|---|---|
| arguments | the task, the process that started it, seconds and MB that it may take |
| stdin | the document's bytes, after one line of JSON: the media type, or spans of a PDF |
| stdout | one line of JSON: what was read, or `{"refused": why}` |

The child has no network where the kernel gives it an own namespace, a limit on memory (RLIMIT_AS)
and on time of the processor (RLIMIT_CPU), and dies with its parent; the parent ends it when the
time is over. Run as `python -m kg.views.intake.reader_process`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kg.core.errors import KgError
from kg.engine.sandbox import confine, die_with_parent, limit_cpu, without_network
from kg.text.documents import DocumentRefused, PageRun, ReadDocument, Span, read_document
from kg.text.documents import rectangles as rectangles_of
from kg.text.documents.reading import Rectangle

SECONDS = 60.0
"""Wall time that reading one document may take, unless told otherwise."""
MEMORY_MB = 1024
"""MB that it may take beside the program itself."""
_PACKAGES = Path(__file__).resolve().parents[3]
_INSTEAD = "save the part that matters as a text file."
_EXTRA = 'Reading HTML and PDF needs more libraries: pip install "jsip-kg[ingest]".'


def read_confined(data: bytes, kind: str, seconds: float = SECONDS) -> ReadDocument:
    """A document read in a process of its own; raises KgError, DocumentRefused among them."""
    said = _asked("read", {"kind": kind}, data, seconds)
    runs = tuple(PageRun(*run) for run in said.pop("runs"))
    return ReadDocument(**said, runs=runs)


def rectangles_confined(
    data: bytes, spans: Sequence[Span], seconds: float = SECONDS
) -> list[list[Rectangle]]:
    """As `kg.text.documents.rectangles`, in a process of its own."""
    asked = {"spans": [(one.page, one.index, one.length) for one in spans]}
    found = _asked("rectangles", asked, data, seconds)["rectangles"]
    return [[(x0, y0, x1, y1) for x0, y0, x1, y1 in of] for of in found]


def _asked(task: str, about: Mapping[str, object], data: bytes, seconds: float) -> dict[str, Any]:
    limits = [str(os.getpid()), str(seconds), str(MEMORY_MB)]
    command = [sys.executable, "-m", "kg.views.intake.reader_process", task, *limits]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(about).encode() + b"\n" + data,
            capture_output=True,
            timeout=seconds,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        what = f"was not read within {seconds:g} seconds and was given up"
        raise DocumentRefused(f"{what}; {_INSTEAD}") from None
    return _answer(done)


def _environment() -> dict[str, str]:
    """That of the parent, with this very package first; sets come in the same order each time."""
    paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0"}


def _answer(done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        what = f"broke its reader (memory over {MEMORY_MB} MB, or a crash) and was given up"
        raise DocumentRefused(f"{what}; {_INSTEAD}") from None
    if "missing" in said:
        raise KgError(_EXTRA)
    if "refused" in said:
        raise DocumentRefused(said["refused"])
    return said


def main(task: str, parent: int, seconds: float, memory_mb: int) -> None:
    """One document from stdin, one answer to stdout, within the limits."""
    die_with_parent(parent)
    about, _, data = sys.stdin.buffer.read().partition(b"\n")
    without_network()
    limit_cpu(seconds)
    out = os.dup(1)
    os.dup2(2, 1)  # what a parser prints is no answer
    try:
        confine(memory_mb, on_disk=True)  # parsers read their own data files as they need them
        said = _done(task, json.loads(about), data)
    except DocumentRefused as refused:
        said = {"refused": str(refused)}
    except ImportError as missing:
        said = {"missing": str(missing)}
    except MemoryError:
        said = {"refused": f"takes more than {memory_mb} MB of memory to read; {_INSTEAD}"}
    except Exception as fault:  # of a parser that met what it does not know
        said = {"refused": f"cannot be read ({type(fault).__name__}); {_INSTEAD}"}
    _written(out, json.dumps(said).encode())


def _done(task: str, about: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    if task == "rectangles":
        return {"rectangles": rectangles_of(data, [Span(*span) for span in about["spans"]])}
    found = read_document(data, about["kind"])
    runs = [(run.start, run.length, run.page, run.index) for run in found.runs]
    return {**asdict(found), "runs": runs}


def _written(out: int, data: bytes) -> None:
    with os.fdopen(out, "wb") as stream:
        stream.write(data)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
