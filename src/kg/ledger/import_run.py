"""Imports rows as candidates for review: all that are valid, in one step, or nothing."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from kg.core.bundle import shown
from kg.core.errors import KgError, TablesRefused
from kg.core.files import locked_folder, replace_files
from kg.core.problems import Problem
from kg.ledger.base_graph import NO_GROUND, BaseGraph
from kg.ledger.compile import Compiled, compile_tables
from kg.ledger.import_batch import Batch, Import
from kg.ledger.import_rows import read_incoming
from kg.ledger.import_words import Wording
from kg.ledger.vocabulary import load_vocabulary

Judge = Callable[[Compiled], Mapping[str, str]]


def plan_import(
    file: Path,
    tables: Path,
    ontology: Path,
    on: str,
    ground: BaseGraph = NO_GROUND,
    wording: Wording = MappingProxyType({}),
    judge: Judge = lambda compiled: {},
) -> Import:
    """What importing a file on a day would do, compiled and judged; nothing is written yet.

    `wording` says what words of the file mean in the ledger's.
    `judge` says of ids in the compiled tables what is wrong with them: such rows are refused too.
    Raises KgError for a file that cannot be read, TablesRefused for tables at fault already.
    """
    rows, vocabulary = read_incoming(file), load_vocabulary(ontology)
    rejected_by_gates: dict[str, tuple[str, ...]] = {}
    while True:
        batch = Batch(tables, vocabulary, on, ground, wording)
        for given in rows:
            batch.take(given, rejected_by_gates.get(given.where, ()))
        planned = batch.plan(file)
        if not planned.files:
            return planned
        wrong = judge(compiled_with(tables, planned.files, ontology, ground))
        found = batch.rejected_by_gates(wrong)
        if not found:
            return planned
        rejected_by_gates |= found


def write_import(planned: Import, tables: Path) -> None:
    """Writes the files, each whole; raises KgError where one was changed since it was read."""
    with locked_folder(tables):
        for name, data in planned.before.items():
            path = tables / name
            if (path.read_bytes() if path.exists() else None) != data:
                raise KgError(f"{shown(path)} has changed meanwhile; import again.")
        for name in planned.files:
            (tables / name).parent.mkdir(parents=True, exist_ok=True)
        replace_files(tables, planned.files)


def compiled_with(
    tables: Path, files: Mapping[str, bytes], ontology: Path, ground: BaseGraph
) -> Compiled:
    """The tables with the new files, compiled from a copy: what is checked is what is written."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "tables"
        shutil.copytree(tables, copy)
        for name, data in files.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(data)
        try:
            return compile_tables(copy, ontology, ground)
        except TablesRefused as refused:
            at_tables = ((p.where.replace(str(copy), shown(tables)), p) for p in refused.problems)
            problems = [Problem(where, p.what, p.rule) for where, p in at_tables]
            raise TablesRefused(problems) from refused
