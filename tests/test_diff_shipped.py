"""`kg diff` over the shipped record: changes far apart in a large file are found, and no other."""

import json
import random
from pathlib import Path

from kg.build.snapshot import Snapshot
from surfaces import kg

OBJECT = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#object> "


def test_changes_far_apart_are_found(shipped_snapshot: Snapshot, tmp_path: Path) -> None:
    lines = shipped_snapshot.quads.read_bytes().splitlines(keepends=True)
    choice = random.Random(20261129)
    said = [line for line in lines if OBJECT + b'"' in line and b"/graph/source-" in line]
    changed = set(choice.sample(said, 80))
    claims = sorted({line.split(b"> ")[0].rpartition(b"/")[2].decode() for line in changed})
    gone = claims.pop()  # one is withdrawn: all its lines
    kept = [line for line in lines if not line.partition(b"> ")[0].endswith(f"/{gone}".encode())]
    after = [
        line.replace(OBJECT + b'"', OBJECT + b'"9') if line in changed else line for line in kept
    ]
    for name, held in (("before", lines), ("after", sorted(after))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "quads.nq").write_bytes(b"".join(held))
    done = kg("diff", tmp_path / "before", tmp_path / "after", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert [item["id"] for item in found["claims"]["withdrawn"]] == [gone]
    assert [item["id"] for item in found["claims"]["changed"]] == claims
    fields = {name for item in found["claims"]["changed"] for name in item["fields"]}
    assert fields == {"rdf:object", "rdf:object@en"}  # a number, or words in a language
    assert sum(sum(lists.values()) for lists in found["counts"].values()) == 80
    same = json.loads(kg("diff", tmp_path / "after", tmp_path / "after", "--json").out)
    assert not any(number for lists in same["counts"].values() for number in lists.values())
