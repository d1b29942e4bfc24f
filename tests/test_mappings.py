"""The table of mappings is what the ontology holds, and other people's tools read it."""

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kg.core.errors import KgError
from mappings import BELOW, MATCHES, mappings, table
from outside import ask
from surfaces import ONTOLOGY, replace_once

TABLE = ONTOLOGY / "mappings.sssom.tsv"


def rows() -> list[dict[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("#"))
    return list(csv.DictReader(io.StringIO(body), delimiter="\t"))


@pytest.mark.fast
def test_the_table_is_made_of_the_ontology() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(mappings())


@pytest.mark.fast
def test_every_match_says_where_it_was_looked_up_and_why_it_is_not_exact() -> None:
    found = rows()
    matches = [row for row in found if row["predicate_id"] in MATCHES]
    assert {row["object_id"].partition(":")[0] for row in matches} == {
        "eu-country", "isic", "jsic", "obeu-phase", "qudt-unit", "schema", "sdmx-code", "wd",
    }  # fmt: skip
    known = mappings().known
    for row in matches:
        assert row["see_also"].startswith("https://"), row
        assert row["mapping_date"], row
        assert row["object_label"], row
        is_near = row["predicate_id"] in ("skos:closeMatch", "rdfs:seeAlso")
        assert not is_near or row["subject_id"] in known["why"], row
    told = {row["subject_id"] for row in matches}
    assert known["why"].keys() <= told
    listed = {
        f"{p}:{name}" for p, about in known["vocabularies"].items() for name in about["labels"]
    }
    assert listed == {row["object_id"] for row in matches}
    assert {row["predicate_id"] for row in found} <= {*MATCHES, *BELOW}


@pytest.mark.fast
def test_a_match_that_nobody_looked_up_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ONTOLOGY, tmp_path / "ontology")
    area = tmp_path / "ontology" / "schemes" / "area.ttl"
    replace_once(area, "eu-country:JPN", "eu-country:XYZ")
    with pytest.raises(KgError, match=r"area:japan: .* does not say where eu-country:XYZ"):
        table(mappings(tmp_path / "ontology"))


def test_the_table_is_served_at_its_identifier(server: str) -> None:
    answer = ask(server, "/ontology/mappings.sssom.tsv")
    assert (answer.status, answer.kind) == (200, "text/tab-separated-values")
    assert answer.body == TABLE.read_bytes()
    concept = ask(server, "/scheme/area/japan.nt").text
    assert "exactMatch> <http://publications.europa.eu/resource/authority/country/JPN>" in concept


READ = """
import json, logging, sys
from sssom.parsers import parse_sssom_table
from sssom.validators import validate

class Told(logging.Handler):
    def emit(self, record):
        print(record.getMessage(), file=sys.stderr)

logging.getLogger().addHandler(Told(logging.WARNING))
read = parse_sssom_table(sys.argv[1])  # strictly, 0.4.21 refuses what has the right metadata
reports = validate(read, fail_on_error=False)
problems = {kind.value: [r.message for r in said.results] for kind, said in reports.items()}
print(json.dumps({"rows": len(read.df), "problems": problems}))
"""


@pytest.mark.consumers
def test_sssom_reads_and_validates_it() -> None:
    """In an environment of its own: it brings a plugin of pytest and old parsers of rdflib."""
    python = os.environ.get("KG_SSSOM_PYTHON", "")
    if not python:
        pytest.skip("KG_SSSOM_PYTHON names no Python that has sssom; it does not fit our own")
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [python, "-W", "ignore", "-c", READ, str(TABLE)]
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["rows"] == len(rows())
    kinds = ("JsonSchema", "PrefixMapCompleteness", "StrictCurieFormat")
    assert told["problems"] == {kind: [] for kind in kinds}
