"""`kg release`: named, dated, the same bytes for the same record, and read by others."""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kg.build.snapshot import Snapshot
from surfaces import EXAMPLE, ONTOLOGY, Run, files_below, kg, replace_once

READ_CRATE = """
import sys
from rocrate.rocrate import ROCrate
crate = ROCrate(sys.argv[1])
print(crate.root_dataset["version"], sorted(part.id for part in crate.root_dataset["hasPart"]))
"""


def released(store: Path, place: Path, *more: object) -> Run:
    run = kg(
        "release", "--store", store, "--out", place / "out", "--records", place / "on", *more
    )  # fmt: skip
    assert run.code == 0, run.err
    return run


@pytest.fixture
def store(example_snapshot: Snapshot) -> Path:
    return example_snapshot.folder.parents[1]


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A store of the example with one claim changed and a later review."""
    tables = shutil.copytree(EXAMPLE / "tables", tmp_path / "tables")
    replace_once(
        tables / "claims" / "ai-trillion.csv", "seeks to draw in private money", "asks for money"
    )
    with (tables / "reviews.csv").open("a", encoding="utf-8") as out:
        out.write("review-0011,c-livedoor-20251021-001,accepted,Normal,read,1.0.0,jsip-editors,")
        out.write("2026-12-02,\n")
    assert kg("compile", "--tables", tables, "--out", tmp_path / "triples").code == 0
    build = kg(
        "build", "--ontology", ONTOLOGY, "--triples", tmp_path / "triples",
        "--store", tmp_path / "store",
    )  # fmt: skip
    assert build.code == 0, build.err + build.out
    return tmp_path / "store"


def test_two_releases_of_one_record_are_the_same_bytes(store: Path, tmp_path: Path) -> None:
    released(store, tmp_path / "one")
    released(store, tmp_path / "other")
    one = files_below(tmp_path / "one")
    assert one == files_below(tmp_path / "other")
    released(store, tmp_path / "one")  # again, with itself on record
    assert files_below(tmp_path / "one") == one


def test_a_release_tells_what_it_is(
    store: Path, tmp_path: Path, example_snapshot: Snapshot
) -> None:
    release = json.loads(released(store, tmp_path, "--json").out)
    assert (release["name"], release["day"]) == ("2026.11.1", "2026-11-22")
    assert release["version"] == example_snapshot.version
    assert (release["since"], release["changes"], release["kept"]) == ("", {}, [])
    assert release["holds"]["claims"] == 16
    assert release == json.loads((tmp_path / "on" / "2026.11.1.json").read_text("utf-8"))
    files = files_below(tmp_path / "out" / "2026.11.1")
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_dumps_lose_nothing(store: Path, tmp_path: Path, example_snapshot: Snapshot) -> None:
    released(store, tmp_path)
    held = set(parse(path=str(example_snapshot.quads), format=RdfFormat.N_QUADS))
    for suffix, form in (("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)):
        data = (tmp_path / "out" / "2026.11.1" / f"jsip-2026.11.1.{suffix}.gz").read_bytes()
        assert set(parse(gzip.decompress(data), format=form)) == held


def test_the_next_release_tells_what_changed(store: Path, changed: Path, tmp_path: Path) -> None:
    released(store, tmp_path)
    release = json.loads(released(changed, tmp_path, "--json").out)
    assert (release["name"], release["since"]) == ("2026.12.1", "2026.11.1")
    claims = release["changes"]["claims"]
    assert [claim["id"] for claim in claims["changed"]] == ["c-jiji-20251206-001"]
    assert [claim["id"] for claim in claims["newly_reviewed"]] == ["c-livedoor-20251021-001"]
    before = files_below(tmp_path)
    released(changed, tmp_path)
    released(store, tmp_path)  # the older one, made again
    assert files_below(tmp_path) == before
    folders = [tmp_path / "out" / name for name in ("2026.11.1", "2026.12.1")]
    for operands in (folders, [folders[0], changed], [store, folders[1]]):
        found = json.loads(kg("diff", *operands, "--json").out)
        assert found["counts"] == release["changes"]["counts"]


def test_the_release_before_must_be_at_hand(store: Path, changed: Path, tmp_path: Path) -> None:
    released(store, tmp_path)
    shutil.move(tmp_path / "out", tmp_path / "elsewhere")
    shutil.rmtree(tmp_path / "on" / "2026.11.1")
    command = (
        "release", "--store", changed, "--out", tmp_path / "out", "--records", tmp_path / "on"
    )  # fmt: skip
    done = kg(*command)
    assert done.code == 2
    assert "The dump of release 2026.11.1 is not here" in done.err
    wrong = kg(*command, "--since", changed)
    assert wrong.code == 2
    assert "is not release 2026.11.1" in wrong.err
    assert not (tmp_path / "out").exists()
    assert kg(*command, "--since", tmp_path / "elsewhere" / "2026.11.1").code == 0


def test_a_damaged_dump_is_no_release(store: Path, tmp_path: Path) -> None:
    released(store, tmp_path)
    folder = tmp_path / "out" / "2026.11.1"
    (folder / "jsip-2026.11.1.nq.gz").write_bytes(gzip.compress(b""))
    done = kg("diff", folder, store)
    assert done.code == 2
    assert "is not the file of release 2026.11.1" in done.err


def test_the_day_may_be_given(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798675200")
    assert released(store, tmp_path).out.startswith("2026.12.1 of 2026-12-31, version ")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    done = kg("release", "--store", store, "--out", tmp_path / "o", "--records", tmp_path / "r")
    assert done.code == 2
    assert "give seconds since 1970" in done.err


def test_datacite_invents_no_identifier(
    store: Path, tmp_path: Path, example_snapshot: Snapshot
) -> None:
    released(store, tmp_path)
    said = json.loads((tmp_path / "out" / "2026.11.1" / "datacite.json").read_text("utf-8"))
    needed = {"creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"}
    assert needed <= said.keys()
    assert not {"doi", "identifiers"} & said.keys()
    (version,) = said["alternateIdentifiers"]
    assert version["alternateIdentifier"].endswith(f"/dataset/{example_snapshot.version}")


@pytest.mark.consumers
def test_rocrate_reads_the_crate(store: Path, tmp_path: Path) -> None:
    pytest.importorskip("rocrate", reason="rocrate is not installed; it is in the extra dev")
    released(store, tmp_path)
    folder = tmp_path / "out" / "2026.11.1"
    done = subprocess.run(
        [sys.executable, "-c", READ_CRATE, str(folder)], capture_output=True, text=True, check=True
    )
    version, _, parts = done.stdout.strip().partition(" ")
    assert version == "2026.11.1"
    listed = {"changes.json", "changes.txt", "croissant.json", "datacite.json"}
    listed |= {f"jsip-{version}-claims.csv", f"jsip-{version}.nq.gz", f"jsip-{version}.trig.gz"}
    assert parts == str(sorted(listed))


@pytest.mark.consumers
@pytest.mark.filterwarnings("ignore")  # it calls what its own libraries deprecate
def test_mlcroissant_reads_the_claims_of_a_release(store: Path, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    released(store, tmp_path)
    folder = tmp_path / "out" / "2026.11.1"
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    claims = {record["claims/claim"] for record in dataset.records(record_set="claims")}
    assert len(claims) == 16
