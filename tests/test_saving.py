"""Copies of stores: made while they are served, and checked before they replace anything."""

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from outside import ask, running_server
from surfaces import kg
from test_writing import serving, token

__all__ = ["token"]
QUERY = "/sparql?format=csv&query=SELECT%20(COUNT(*)%20AS%20?n)%20%7B%20?s%20?p%20?o%20%7D"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of ten quads."""
    file = tmp_path / "ten.nt"
    file.write_text("".join(f"<urn:s> <urn:p> <urn:{n}> .\n" for n in range(10)))
    assert kg("load", file, "--store", tmp_path / "store").code == 0
    return tmp_path / "store"


def count_in(store: Path) -> int:
    with running_server("--store", store) as (address, _):
        return int(ask(address, QUERY).text.split()[1])


@pytest.mark.long
def test_a_store_that_is_written_is_copied_as_of_one_moment(tmp_path: Path, token: Path) -> None:
    stop, copies = threading.Event(), [tmp_path / f"copy-{n}" for n in range(3)]
    with serving(tmp_path / "store", token) as running:

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                text = f"<urn:s> <urn:p> {number} . <urn:t> <urn:p> {number}"
                assert running.update(f"INSERT DATA {{ {text} }}") == 204

        assert running.update("INSERT DATA { <urn:s> <urn:p> 0 . <urn:t> <urn:p> 0 }") == 204
        writing = threading.Thread(target=write)
        writing.start()
        try:
            told = [
                kg("backup", "--store", tmp_path / "store", "--to", to, "--json") for to in copies
            ]
        finally:
            stop.set()
            writing.join()
    quads = [json.loads(run.out)["quads"] for run in told]
    assert all(number % 2 == 0 and number >= 2 for number in quads)
    assert quads == sorted(quads)
    assert [count_in(copy) for copy in copies] == quads


def test_a_store_that_is_read_is_copied(tmp_path: Path, store: Path) -> None:
    with running_server("--store", store) as (_, _):
        run = kg("backup", "--store", store, "--to", tmp_path / "copy", "--json")
    assert json.loads(run.out)["quads"] == 10
    assert count_in(tmp_path / "copy") == 10


def test_a_copy_shares_no_file_with_its_store(tmp_path: Path, store: Path) -> None:
    assert kg("backup", "--store", store, "--to", tmp_path / "copy").code == 0
    for file in (tmp_path / "copy").rglob("*.sst"):
        file.write_bytes(b"overwritten")
    assert count_in(store) == 10


def without_a_file(copy: Path) -> None:
    max(copy.rglob("*.sst"), key=lambda file: file.stat().st_size).unlink()


def with_changed_bytes(copy: Path) -> None:
    for file in copy.rglob("*.sst"):
        data = bytearray(file.read_bytes())
        data[8:16] = b"\xff" * 8
        file.write_bytes(data)


def with_cut_files(copy: Path) -> None:
    for file in copy.rglob("*.sst"):
        file.write_bytes(file.read_bytes()[:-30])


def without_a_manifest(copy: Path) -> None:
    (copy / "live-1" / "CURRENT").unlink()


def without_its_data(copy: Path) -> None:
    shutil.rmtree(copy / "live-1")


def with_no_name(copy: Path) -> None:
    (copy / "database.json").write_text('{"live": 5}')


def with_half_a_name(copy: Path) -> None:
    (copy / "database.json").write_text('{"live": "live')


@pytest.mark.parametrize(
    "damage",
    [
        *(without_a_file, with_changed_bytes, with_cut_files, without_a_manifest),
        *(without_its_data, with_no_name, with_half_a_name),
    ],
)
def test_a_damaged_copy_replaces_nothing(
    tmp_path: Path, store: Path, damage: Callable[[Path], None]
) -> None:
    copy = tmp_path / "copy"
    assert kg("backup", "--store", store, "--to", copy).code == 0
    damage(copy)
    run = kg("restore", copy, "--store", tmp_path / "new")
    assert (run.code, run.out) == (2, "")
    assert str(copy) in run.err
    assert "Traceback" not in run.err
    assert len(run.err.splitlines()) == 1
    assert not (tmp_path / "new").exists()
    assert kg("restore", copy, "--store", store, "--force").code == 2
    assert count_in(store) == 10


def test_what_cannot_be_read_is_not_called_damaged(tmp_path: Path, store: Path) -> None:
    copy = tmp_path / "copy"
    assert kg("backup", "--store", store, "--to", copy).code == 0
    (copy / "database.json").unlink()
    (copy / "database.json").mkdir()
    run = kg("restore", copy, "--store", tmp_path / "new")
    assert run.code == 2
    assert str(copy / "database.json") in run.err
    assert "damaged" not in run.err


@pytest.mark.long
def test_a_copy_is_restored_in_place_of_what_is_there(tmp_path: Path, store: Path) -> None:
    copy, more = tmp_path / "copy", tmp_path / "more.ttl"
    assert kg("backup", "--store", store, "--to", copy).code == 0
    more.write_text("<urn:more> <urn:p> 1 .")
    assert kg("load", more, "--store", store).code == 0
    assert count_in(store) == 11
    assert kg("restore", copy, "--store", store, "--force").code == 0
    assert kg("restore", copy, "--store", tmp_path / "new").code == 0
    assert (count_in(store), count_in(tmp_path / "new"), count_in(copy)) == (10, 10, 10)


def test_nothing_is_left_of_a_copy_that_could_not_be_made(tmp_path: Path, store: Path) -> None:
    (tmp_path / "full").write_text("no folder")
    run = kg("backup", "--store", store, "--to", tmp_path / "full" / "copy")
    assert run.code == 2
    assert "full" in run.err
    run = kg("backup", "--store", tmp_path / "none", "--to", tmp_path / "copy")
    assert run.code == 2
    assert not (tmp_path / "copy").exists()
