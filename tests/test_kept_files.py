"""What lies beside a snapshot: the same answers as when it is made anew, and nothing runs."""

import os
import pickle
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from kg.build.snapshot import Snapshot, open_snapshot
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views import kept as module
from kg.views.checking.record import Record
from kg.views.checking.report import check
from kg.views.finding.finder import Finder
from kg.views.finding.search import SearchIndex
from kg.views.kept import CHECK, SEARCH, SnapshotFile, keep
from kg.views.record.claims import Reader
from surfaces import REPOSITORY, kg

BOTH = pytest.mark.parametrize("file", [SEARCH, CHECK], ids=lambda file: file.name)
QUERIES = ("45兆円", "tohkama", "高市", "animators pay", "c-gate-ai-content-001", "2024", "うえの")
_KEEP = """import sys
from pathlib import Path
from kg.build.snapshot import open_snapshot
from kg.core.names import shipped_names
from kg.views.kept import keep
keep(open_snapshot(Path(sys.argv[1])), shipped_names())
"""


@pytest.fixture
def snapshot(shipped_snapshot: Snapshot, tmp_path: Path) -> Snapshot:
    """A copy of the shipped snapshot that may be written."""
    shutil.copytree(shipped_snapshot.folder.parents[1], tmp_path / "store")
    found = open_snapshot(tmp_path / "store")
    for file in (SEARCH, CHECK):
        (found.folder / file.name).unlink(missing_ok=True)
    return found


def test_a_kept_search_answers_as_one_made_anew(
    snapshot: Snapshot, shipped_store: MemoryStore, names: Names
) -> None:
    assert SEARCH.read(snapshot.folder, snapshot.version) is None
    keep(snapshot, names)
    parts = SEARCH.read(snapshot.folder, snapshot.version)
    assert parts is not None
    reader = Reader(shipped_store, names)
    made, read = Finder(reader), Finder(reader, parts)
    for query in QUERIES:
        assert read.find(query, limit=50) == made.find(query, limit=50)
        assert made.find(query).results


def test_a_text_is_checked_alike_against_what_is_kept(
    snapshot: Snapshot, shipped_store: MemoryStore, names: Names
) -> None:
    made = Record(Reader(shipped_store, names))
    keep(snapshot, names)
    read = CHECK.read(snapshot.folder, snapshot.version)
    assert read is not None
    texts = sorted((REPOSITORY / "tests" / "reading" / "texts").rglob("*.txt"))
    assert len(texts) > 5
    for text in (file.read_text(encoding="utf-8") for file in texts):
        assert check(read, text, "", "") == check(made, text, "", "")


def test_their_bytes_hang_on_nothing_but_the_snapshot(snapshot: Snapshot) -> None:
    """Sets of texts have another order in each process, by PYTHONHASHSEED."""
    written: dict[str, set[str]] = {SEARCH.name: set(), CHECK.name: set()}
    for seed in ("1", "2"):
        for name in written:
            (snapshot.folder / name).unlink(missing_ok=True)
        store = str(snapshot.folder.parents[1])
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", _KEEP, store], env=environment, check=True)
        for name, seen in written.items():
            seen.add(sha256((snapshot.folder / name).read_bytes()).hexdigest())
    assert [len(seen) for seen in written.values()] == [1, 1]


@BOTH
@pytest.mark.parametrize("damage", ["another version", "cut off", "of another program", "nothing"])
def test_a_file_that_does_not_fit_is_none(
    snapshot: Snapshot, names: Names, damage: str, file: SnapshotFile[object]
) -> None:
    keep(snapshot, names)
    path, version = snapshot.folder / file.name, snapshot.version
    data = path.read_bytes()
    changed = {
        "another version": data,
        "cut off": data[:-100],
        "of another program": data.replace(module._program().encode(), b"0" * 64, 1),
        "nothing": b"nothing",
    }
    path.write_bytes(changed[damage])
    assert file.read(snapshot.folder, "0" * 64 if damage == "another version" else version) is None


@BOTH
def test_a_file_of_a_stranger_runs_nothing(
    snapshot: Snapshot, tmp_path: Path, file: SnapshotFile[object]
) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path / 'ran'}",)

    body = pickle.dumps(Evil())
    head = module._head(snapshot.version, body)
    (snapshot.folder / file.name).write_bytes(head + b"\n" + body)
    with pytest.raises(pickle.UnpicklingError, match="does not belong beside a snapshot"):
        file.read(snapshot.folder, snapshot.version)
    assert not (tmp_path / "ran").exists()


@BOTH
def test_a_file_changes_no_class_and_holds_its_kind(
    snapshot: Snapshot, file: SnapshotFile[object]
) -> None:
    opening = b"\x80\x05ckg.views.finding.search\nSearchIndex\n"
    setting = opening + b"N}\x8c\x04findcdecimal\nDecimal\ns\x86b."
    was = SearchIndex.find
    for body, says in ((setting, "SearchIndex"), (pickle.dumps([1]), f"no {file.kind.__name__}")):
        head = module._head(snapshot.version, body)
        (snapshot.folder / file.name).write_bytes(head + b"\n" + body)
        with pytest.raises(pickle.UnpicklingError, match=says):
            file.read(snapshot.folder, snapshot.version)
        assert SearchIndex.find is was


def test_a_build_writes_them_and_a_folder_that_cannot_be_written_is_left_alone(
    tmp_path: Path, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kg("build", "--store", tmp_path / "store").code == 0
    built = open_snapshot(tmp_path / "store")
    assert SEARCH.is_kept(built)
    assert CHECK.is_kept(built)
    (built.folder / SEARCH.name).unlink()

    def refused(path: Path, data: bytes) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(module, "write_atomically", refused)
    keep(built, names)
    assert not SEARCH.is_kept(built)
