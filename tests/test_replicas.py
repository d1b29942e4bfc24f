"""Read-only replicas behind the nginx of the guide: one is killed, and no client sees it."""

import shutil
import threading
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import quote

import pytest
from replicas import Replicated, Told, ask, replicated

from kg.build.snapshot import Snapshot

pytestmark = [
    pytest.mark.consumers,
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed"),
]
ROUNDS, CLIENTS = 200, 4


def store_of(snapshot: Snapshot) -> tuple[str, str]:
    """What has `kg serve` serve it."""
    return "--store", str(snapshot.folder.parents[1])


def version(site: Replicated) -> bytes:
    """The version of the dataset, as whoever answers tells it."""
    query = "SELECT ?v { ?d <http://www.w3.org/ns/dcat#version> ?v }"
    with closing(HTTPConnection("127.0.0.1", site.port, timeout=180)) as client:
        client.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": "text/csv"})
        return client.getresponse().read()


def test_a_replica_that_is_killed_is_missed_by_nobody(shipped_snapshot: Snapshot) -> None:
    with replicated(2, *store_of(shipped_snapshot)) as site:
        told = [Told() for _ in range(CLIENTS)]
        before = version(site)
        threads = [
            threading.Thread(target=ask, args=(site, one, iter(range(ROUNDS)))) for one in told
        ]
        for thread in threads:
            thread.start()
        site.kill_one()
        for thread in threads:
            thread.join()
        assert version(site) == before
    assert [failure for one in told for failure in one.failures] == []
    assert sum(one.right for one in told) == ROUNDS * CLIENTS


def test_the_only_replica_is_missed(shipped_snapshot: Snapshot) -> None:
    with replicated(1, *store_of(shipped_snapshot)) as site:
        site.kill_one()
        told = Told()
        ask(site, told, iter(range(3)))
    assert told.right == 0
    assert all(failure.startswith("502") for failure in told.failures)
