"""What an operator sees: metrics, logs, readiness, and the files to deploy with."""

import configparser
import json
import random
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from shutil import which
from urllib.parse import quote

import httpx2
import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from kg.build.snapshot import Snapshot
from kg.core.settings import Settings
from kg.server.metrics import Meter
from kg.server.protocol.access_log import AccessRecord
from kg.server.protocol.row_count import RowCount, rows_of
from outside import ask, running_server
from surfaces import REPOSITORY
from waiting import PATIENCE, until

JSON, XML = QueryResultsFormat.JSON, QueryResultsFormat.XML
CSV, TSV = QueryResultsFormat.CSV, QueryResultsFormat.TSV
DEPLOY = REPOSITORY / "deploy"
COUNT = "/sparql?query=" + quote("SELECT (COUNT(*) AS ?asked_by_no_other_test) { ?s ?p ?o }")
RUNAWAY = "/sparql?timeout=0.3&query=" + quote(
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
)


def figures(server: str) -> dict[str, float]:
    """The metrics by name and labels, every line understood."""
    answer = ask(server, "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = {}
    for line in answer.text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            assert re.fullmatch(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})?', name), line
            found[name] = float(value)
    return found


def test_metrics_count_requests_kept_answers_and_killed_workers(server: str) -> None:
    before = figures(server)

    def grown(name: str) -> float:
        return figures(server).get(name, 0) - before.get(name, 0)

    for accept in ("text/csv", "text/csv", "application/sparql-results+xml"):
        assert ask(server, COUNT, accept).status == 200
    assert ask(server, "/sparql?query=nonsense").status == 400
    assert ask(server, RUNAWAY).status == 503
    assert ask(server, "/nowhere/at/all").status == 404
    assert grown('kg_http_requests_total{route="sparql",status="200"}') == 3
    assert grown('kg_http_requests_total{route="sparql",status="503"}') == 1
    assert grown('kg_http_requests_total{route="other",status="404"}') == 1
    assert grown('kg_http_request_seconds_bucket{route="sparql",le="+Inf"}') == 5
    assert grown("kg_cache_hits_total") == 1
    assert grown("kg_queries_overrun_total") == 1
    until(lambda: figures(server)["kg_workers_alive"] == 4)
    until(lambda: grown("kg_workers_forked_total") >= 1)
    assert 0 < figures(server)["kg_front_resident_bytes"] < 400_000_000


def test_a_histogram_counts_each_request_in_every_bucket_above_it() -> None:
    meter = Meter()
    for seconds in (0.0005, 0.003, 0.05, 100.0):
        meter.log_request(AccessRecord("GET", "/sparql", 200, seconds, 10))
    text = meter.text()
    counts = re.findall(r"_bucket\{.*\} (\d+)", text)
    assert counts == ["1", "2", "2", "3", "3", "3", "3", "3", "4"]
    assert "kg_http_sent_bytes_total 40" in text


def test_the_log_tells_each_request_but_no_secret_and_no_query(
    example_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_LOG_FORMAT", "json")
    store = example_snapshot.folder.parents[1]
    secret = "/sparql?query=" + quote("SELECT * { ?s ?p 'hidden-words' }")
    with running_server("--store", store, "--workers", 1) as (server, process):
        ask(server, secret, "text/csv", X_Request_Id="a.b-1", Authorization="Bearer hidden-token")
        for _ in range(2):
            assert ask(server, COUNT, "text/csv").status == 200
        httpx2.head(server.rstrip("/") + COUNT + "&format=tsv")
        echoed = ask(server, "/health", x_request_id="a.b-2").headers["x-request-id"]
        refused = ask(server, "/health", x_request_id="a\tb").headers
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stderr
        told = process.stderr.read()
    lines = [json.loads(line) for line in told.splitlines()]
    requests = [line for line in lines if "method" in line]
    assert (echoed, "x-request-id" in refused) == ("a.b-2", False)
    assert "hidden" not in told
    assert [line.get("cache") for line in requests[:3]] == ["miss", "miss", "hit"]
    assert [line.get("rows") for line in requests[:3]] == [0, 1, None]
    assert [line.get("rows") for line in requests if line["method"] == "HEAD"] == [None]
    assert requests[0]["id"] == "a.b-1"
    assert requests[1]["question"] == requests[2]["question"] != requests[0]["question"]
    assert {line["path"] for line in requests} == {"/sparql", "/health"}
    assert all(line["ms"] >= 0 and line["bytes"] >= 0 for line in requests)


NASTY = (
    "a", "\n", "\r\n", '","', ',{"', '[{"', "<result>", "\t", "\\", "'", "}},{", "日本", ",{", "[{",
    '"}},{',
)  # fmt: skip


@pytest.mark.parametrize("form", ["json", "xml", "tsv", "csv"])
def test_rows_are_counted_right_or_not_at_all(form: str) -> None:
    """Whatever the values are, and wherever the pieces of an answer are cut."""
    made, told = random.Random(7), 0
    read = {"json": JSON, "xml": XML, "tsv": TSV, "csv": CSV}[form]
    for _ in range(200):
        rows = made.randrange(6)
        values = ["".join(made.choices(NASTY[: made.choice((1, 15))], k=3)) for _ in range(rows)]
        texts = " ".join(f"({json.dumps(value)} {made.choice(['1', 'UNDEF'])})" for value in values)
        found = Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {texts} }} }}")
        assert isinstance(found, QuerySolutions)
        body, count = found.serialize(format=read) or b"", RowCount(form)
        cut = made.randrange(len(body))
        for piece in (body[:cut], body[cut:]):
            count.add(piece)
        assert count.rows in (rows, None)
        told += count.rows is not None
    assert told > 50
    empty = Store().query("SELECT ?a { { } UNION { } }")
    assert isinstance(empty, QuerySolutions)
    assert rows_of(form, empty.serialize(format=read) or b"") in (2, None)


def test_readiness_is_told_with_the_version_and_denied_while_nobody_can_answer(
    example_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_QUEUE", "0")
    store = example_snapshot.folder.parents[1]
    with running_server("--store", store, "--workers", 1) as (server, _):
        assert ask(server, "/ready").json["version"] == example_snapshot.version
        command = [
            "curl",
            "-s",
            "--retry",
            "9",
            "-o",
            "-",
            f"{server.rstrip('/')}{RUNAWAY.replace('0.3', '3')}",
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as slow:
            until(lambda: ask(server, "/ready").status == 503)
            assert ask(server, "/health").status == 200
            assert ask(server, "/ready").headers["retry-after"]
            slow.kill()
        until(lambda: ask(server, "/ready").status == 200)


# --- the files to deploy with


def test_the_container_file_names_what_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and line[0] != "#"]
    known = "FROM WORKDIR COPY RUN ENV USER EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT".split()
    assert {word for word, _ in lines} == set(known)
    for word, rest in lines:
        if word == "COPY" and "--from" not in rest:
            *sources, _ = shlex.split(rest)
            assert [s for s in sources if not (REPOSITORY / s).exists()] == []
        if word == "ENV":
            names = re.findall(r"\bKG_(\w+)=", rest)
            assert {name.lower() for name in names} <= Settings.model_fields.keys()
    linted = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), DEPLOY / "Containerfile"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (linted.stdout, linted.returncode) == ("", 0)
    said = dict(lines)
    assert said["USER"] == "10001:10001"
    assert json.loads(said["ENTRYPOINT"]) == ["kg", "serve"]
    assert [rest.split()[0] for word, rest in lines if word == "FROM"].count("scratch") == 0


def test_the_unit_is_hardened_and_names_what_there_is(tmp_path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "kg.service", encoding="utf-8")
    service = unit["Service"]
    hardened = {
        "NoNewPrivileges": "yes", "ProtectSystem": "strict", "DynamicUser": "yes",
        "PrivateTmp": "yes", "CapabilityBoundingSet": "",
    }  # fmt: skip
    assert {name: service[name] for name in hardened} == hardened
    _, command, *flags = shlex.split(service["ExecStart"])
    assert command == "serve"
    assert {flag for flag in flags if flag.startswith("--")} == {"--host", "--port"}
    if which("systemd-analyze"):
        here = tmp_path / "kg.service"
        text = (DEPLOY / "kg.service").read_text(encoding="utf-8")
        here.write_text(text.replace("/opt/jsip/.venv/bin/kg", "/bin/true"), encoding="utf-8")
        run = subprocess.run(
            ["systemd-analyze", "verify", here], capture_output=True, text=True, check=False
        )
        assert "kg.service" not in run.stderr, run.stderr
