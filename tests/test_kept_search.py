"""The search that lies beside a snapshot: the same answers as one made anew, and nothing runs."""

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
from kg.views.finding import kept as module
from kg.views.finding.finder import Finder
from kg.views.finding.kept import FILE, keep, kept
from kg.views.finding.search import SearchIndex
from kg.views.record.claims import Reader
from surfaces import kg

QUERIES = ("45兆円", "tohkama", "高市", "animators pay", "c-gate-ai-content-001", "2024", "うえの")
_KEEP = """import sys
from pathlib import Path
from kg.build.snapshot import open_snapshot
from kg.core.names import shipped_names
from kg.views.finding.kept import keep
keep(open_snapshot(Path(sys.argv[1])), shipped_names())
"""


@pytest.fixture
def snapshot(shipped_snapshot: Snapshot, tmp_path: Path) -> Snapshot:
    """A copy of the shipped snapshot that may be written."""
    shutil.copytree(shipped_snapshot.folder.parents[1], tmp_path / "store")
    found = open_snapshot(tmp_path / "store")
    (found.folder / FILE).unlink(missing_ok=True)
    return found


def test_a_kept_search_answers_as_one_made_anew(
    snapshot: Snapshot, shipped_store: MemoryStore, names: Names
) -> None:
    assert kept(snapshot.folder, snapshot.version) is None
    keep(snapshot, names)
    parts = kept(snapshot.folder, snapshot.version)
    assert parts is not None
    reader = Reader(shipped_store, names)
    made, read = Finder(reader), Finder(reader, parts)
    for query in QUERIES:
        assert read.find(query, limit=50) == made.find(query, limit=50)
        assert made.find(query).results


def test_its_bytes_hang_on_nothing_but_the_snapshot(snapshot: Snapshot) -> None:
    """Sets of texts have another order in each process, by PYTHONHASHSEED."""
    written = set()
    for seed in ("1", "2"):
        (snapshot.folder / FILE).unlink(missing_ok=True)
        store = str(snapshot.folder.parents[1])
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", _KEEP, store], env=environment, check=True)
        written.add(sha256((snapshot.folder / FILE).read_bytes()).hexdigest())
    assert len(written) == 1


@pytest.mark.parametrize("damage", ["another version", "cut off", "of another program", "nothing"])
def test_a_file_that_does_not_fit_is_none(snapshot: Snapshot, names: Names, damage: str) -> None:
    keep(snapshot, names)
    file, version = snapshot.folder / FILE, snapshot.version
    data = file.read_bytes()
    changed = {
        "another version": data,
        "cut off": data[:-100],
        "of another program": data.replace(module._program().encode(), b"0" * 64, 1),
        "nothing": b"nothing",
    }
    file.write_bytes(changed[damage])
    assert kept(snapshot.folder, "0" * 64 if damage == "another version" else version) is None


def test_a_file_of_a_stranger_runs_nothing(snapshot: Snapshot, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path / 'ran'}",)

    body = pickle.dumps(Evil())
    head = module._head(snapshot.version, body)
    (snapshot.folder / FILE).write_bytes(head + b"\n" + body)
    with pytest.raises(pickle.UnpicklingError, match="does not belong into a search"):
        kept(snapshot.folder, snapshot.version)
    assert not (tmp_path / "ran").exists()


def test_a_file_changes_no_class_and_is_a_search(snapshot: Snapshot) -> None:
    opening = b"\x80\x05ckg.views.finding.search\nSearchIndex\n"
    setting = opening + b"N}\x8c\x04findcdecimal\nDecimal\ns\x86b."
    was = SearchIndex.find
    for body, says in ((setting, "SearchIndex"), (pickle.dumps([1]), "no search")):
        head = module._head(snapshot.version, body)
        (snapshot.folder / FILE).write_bytes(head + b"\n" + body)
        with pytest.raises(pickle.UnpicklingError, match=says):
            kept(snapshot.folder, snapshot.version)
        assert SearchIndex.find is was


def test_a_build_writes_it_and_a_folder_that_cannot_be_written_is_left_alone(
    tmp_path: Path, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kg("build", "--store", tmp_path / "store").code == 0
    built = open_snapshot(tmp_path / "store")
    assert kept(built.folder, built.version) is not None
    (built.folder / FILE).unlink()

    def refused(path: Path, data: bytes) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(module, "write_atomically", refused)
    keep(built, names)
    assert kept(built.folder, built.version) is None
