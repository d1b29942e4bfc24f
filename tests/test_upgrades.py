"""Stores and private tables of earlier versions are read, or refused with what to do."""

import json
import tarfile
from pathlib import Path

import pytest

from outside import ask, running_server
from surfaces import EXAMPLE, ONTOLOGY, kg, replace_once

HELD = Path(__file__).parent / "upgrades"
VERSIONS = sorted(folder.name for folder in HELD.iterdir() if folder.is_dir())
PAGES = ("/", "/conflicts", "/claims", "/figures", "/money", "/series", "/people", "/sources",
         "/timeline", "/quality", "/changes", "/entity/takaichi-sanae", "/dumps/")  # fmt: skip

pytestmark = pytest.mark.parametrize("version", VERSIONS)


def unpacked(version: str, name: str, to: Path) -> Path:
    with tarfile.open(HELD / version / f"{name}.tar.gz") as archive:
        archive.extractall(to, filter="data")
    return to / name


def test_a_built_store_is_read(version: str, tmp_path: Path) -> None:
    store = unpacked(version, "built", tmp_path)
    held = kg("stats", "--store", store, "--json")
    assert held.code == 0, held.err
    assert json.loads(held.out)["claims"] == 16
    found = kg("show", "domestic-ai-support-5y", "--store", store)
    assert found.code == 0, found.err
    assert "５年間で１兆円規模" in found.out


@pytest.mark.long
def test_a_built_store_is_served(version: str, tmp_path: Path) -> None:
    with running_server("--store", str(unpacked(version, "built", tmp_path))) as (site, _):
        for page in PAGES:
            assert ask(site, page).status == 200, page


def test_versions_are_compared(version: str, tmp_path: Path) -> None:
    old = unpacked(version, "built", tmp_path)
    today = tmp_path / "today"
    bundle = ("--ontology", ONTOLOGY, "--triples", EXAMPLE / "triples")
    assert kg("build", *bundle, "--store", today).code == 0
    done = kg("diff", old, today, "--json")
    assert done.code == 0, done.err
    claims = json.loads(done.out)["claims"]
    assert (claims["added"], claims["withdrawn"]) == ([], [])


def test_a_store_of_ones_own_is_read_and_written(version: str, tmp_path: Path) -> None:
    store = unpacked(version, "own", tmp_path)
    more = tmp_path / "more.nt"
    more.write_text('<https://example.org/s> <https://example.org/r> "more" .\n')
    every = tmp_path / "every.rq"
    every.write_text("SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    asked = ("query", every, "--store", store, "--format", "csv")
    assert kg(*asked).out.split() == ["n", "2"]
    added = kg("load", more, "--store", store)
    assert added.code == 0, added.err
    assert kg(*asked).out.split() == ["n", "3"]


def test_private_tables_are_read(version: str, tmp_path: Path) -> None:
    done = kg(
        "build", "--with", HELD / version / "private", "--triples", EXAMPLE / "triples",
        "--store", tmp_path / "store",
    )  # fmt: skip
    assert done.code == 0, done.err
    shown = kg("show", "c-my-memo-9001", "--store", tmp_path / "store")
    assert shown.code == 0, shown.err
    assert "26 billion yen" in shown.out


def test_a_store_of_a_later_version_says_so(version: str, tmp_path: Path) -> None:
    store = unpacked(version, "built", tmp_path)
    replace_once(store / "manifest.json", "{", '{"form": 9,')
    done = kg("stats", "--store", store)
    assert done.code == 2
    assert "written by a later version" in done.err
    assert "Traceback" not in done.err
