"""Query workers: real processes, really stopped, and only their own question lost."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg.core.names import Names
from kg.engine.pool import EngineRequest, Failure, Limits, Pool
from waiting import PATIENCE

TRIPLES = Path(__file__).parent / "example" / "triples"
NAMES = Names("", {"jsip": "https://w3id.org/jsip/ns#", "unused": "http://example.org/"})
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
GREEDY = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EVERYTHING = "CONSTRUCT WHERE { ?s ?p ?o }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


Scenario = Callable[[Pool], Awaitable[None]]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store()
    for file in TRIPLES.glob("*.trig"):
        store.bulk_load(path=str(file), format=RdfFormat.TRIG)
    folder = tmp_path_factory.mktemp("snapshot")
    (folder / "quads.nq").write_bytes(store.dump(format=RdfFormat.N_QUADS) or b"")
    return folder


def run(snapshot: Path | None, scenario: Scenario, **limits: Any) -> None:
    """Runs a scenario with a started pool, and leaves no process behind."""

    async def main() -> None:
        pool = Pool(snapshot, Limits(**{"timeout_s": 10.0, "memory_mb": 200, **limits}), NAMES)
        await pool.start()
        try:
            await scenario(pool)
        finally:
            pids = pool.pids
            await pool.close()
            assert not any(is_alive(pid) for pid in pids)

    asyncio.run(main())


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def answered(pool: Pool, query: str, **more: Any) -> bytes:
    async with pool.ask(EngineRequest(query, **more)) as answer:
        return b"".join([piece async for piece in answer.pieces()])


async def failed(pool: Pool, query: str, **more: Any) -> Failure:
    with pytest.raises(Failure) as caught:
        await answered(pool, query, **more)
    return caught.value


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


def test_all_workers_give_the_same_bytes(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        await until(lambda: len(pool.pids) == 4)
        for query in (EVERYTHING, "SELECT * { ?s ?p ?o }"):
            assert len({await answered(pool, query) for _ in range(6)}) == 1
        turtle = await answered(pool, EVERYTHING)
        assert b"@prefix jsip:" in turtle
        assert b"unused" not in turtle

    run(snapshot, scenario)


def test_blank_nodes_keep_their_labels(tmp_path: Path) -> None:
    (tmp_path / "quads.nq").write_text("_:b <a:p> _:c <a:g> .\n")

    async def scenario(pool: Pool) -> None:
        assert b"_:b" in await answered(pool, "SELECT * { ?s ?p ?o }", results="tsv")

    run(tmp_path, scenario)


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads"])
def test_graphs_are_written_in_every_format(snapshot: Path, name: str) -> None:
    async def scenario(pool: Pool) -> None:
        assert b"https://w3id.org/jsip/" in await answered(pool, EVERYTHING, graph=name)

    run(snapshot, scenario, workers=1)


def test_the_dataset_is_the_one_asked_for(snapshot: Path) -> None:
    graph = "https://w3id.org/jsip/graph/entities"
    everywhere, named = "ASK { ?s ?p ?o }", "ASK { GRAPH ?g { ?s ?p ?o } }"

    async def scenario(pool: Pool) -> None:
        async def yes(query: str, **more: Any) -> bool:
            return (await answered(pool, query, results="csv", **more)) == b"true"

        assert await yes(everywhere)
        assert not await yes(everywhere, union=False)
        assert await yes(everywhere, default_graphs=(graph,))
        assert not await yes(named, default_graphs=(graph,))
        assert await yes(named, named_graphs=(graph,))
        assert not await yes(everywhere, named_graphs=(graph,))
        assert await yes(f"ASK FROM <{graph}> {{ ?s ?p ?o }}", union=False)
        assert not await yes("ASK FROM <http://127.0.0.1:9/> { ?s ?p ?o }", union=False)
        assert (await failed(pool, everywhere, default_graphs=("a b",))).kind == "dataset"

    run(snapshot, scenario)


def test_a_runaway_query_is_killed_and_replaced_while_others_are_answered(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        await until(lambda: len(pool.pids) == 4)
        before = set(pool.pids)
        runaway = asyncio.create_task(failed(pool, RUNAWAY, timeout=0.5))
        while not runaway.done():
            assert await answered(pool, "ASK {}", results="csv") == b"true"
        assert (runaway.result().kind, runaway.result().detail) == ("overrun", "0.5")
        await until(lambda: len(before - set(pool.pids)) == 1 and len(pool.pids) == 4)
        assert not is_alive((before - set(pool.pids)).pop())

    run(snapshot, scenario)


def test_memory_has_a_limit(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        assert (await failed(pool, GREEDY)).kind in ("died", "memory")
        assert await answered(pool, "ASK {}", results="csv") == b"true"

    run(snapshot, scenario, memory_mb=64, timeout_s=PATIENCE)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(" + "!" * 100_000 + "true) }",
        "ASK { FILTER(1" + " + 1" * 50_000 + " > 0) }",
        "ASK { {}" + " UNION {}" * 50_000 + " }",
    ],
)
def test_what_crashes_the_parser_costs_one_process(snapshot: Path, query: str) -> None:
    async def scenario(pool: Pool) -> None:
        assert (await failed(pool, query)).kind in ("died", "overrun")
        assert await answered(pool, "ASK {}", results="csv") == b"true"

    run(snapshot, scenario, timeout_s=2.0)


CONFINED = """
import sys
from pyoxigraph import Store
from kg.engine.sandbox import confine, without_network
store = Store()
without_network()
confine(500)
for endpoint in sys.argv[1:]:
    try:
        list(store.query(f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"))
    except OSError as error:
        print(error)
"""


def test_a_worker_can_open_nothing(snapshot: Path) -> None:
    """Behind the guard, which refuses SERVICE by its tokens, the kernel does."""
    endpoints = ("http://127.0.0.1:8099/", "http://localhost:8099/", "file:///etc/passwd")
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, *endpoints], capture_output=True, text=True, check=True
    )
    assert len(done.stdout.splitlines()) == len(endpoints)

    async def scenario(pool: Pool) -> None:
        for endpoint in endpoints:
            failure = await failed(pool, f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}")
            assert (failure.kind, json.loads(failure.detail)["status"]) == ("refused", 403)

    run(snapshot, scenario, workers=1)


def test_more_than_the_queue_is_turned_away_at_once(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        asked = [asyncio.create_task(failed(pool, RUNAWAY, timeout=1)) for _ in range(3)]
        await asyncio.sleep(0)
        assert (await failed(pool, "ASK {}")).kind == "busy"
        assert not any(task.done() for task in asked)  # it did not wait for one of them
        assert [f.kind for f in await asyncio.gather(*asked)] == ["overrun"] * 3

    run(snapshot, scenario, workers=2, queue=1)


def test_leaving_early_frees_the_worker(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        for _ in range(3):
            task = asyncio.create_task(answered(pool, RUNAWAY))
            await until(lambda: pool.running)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            async with pool.ask(EngineRequest(HUGE)) as answer:
                assert answer.length is None
        assert await answered(pool, "ASK {}", results="csv") == b"true"

    run(snapshot, scenario, workers=1)


def cpu_ticks(pids: Iterable[int]) -> list[list[str]]:
    """The processor time that processes have used so far."""
    return [Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[11:13] for pid in pids]


def test_a_reader_that_is_behind_holds_the_worker_back(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        async with pool.ask(EngineRequest(HUGE)) as answer:
            pieces = answer.pieces()
            await anext(pieces)
            ticks = None
            while ticks != (ticks := cpu_ticks(pool.pids)):
                await asyncio.sleep(0.1)
            assert sum([len(piece) async for piece in pieces]) > 50_000_000

    run(snapshot, scenario, workers=1, timeout_s=PATIENCE)


def test_too_large_an_answer_is_cut_off(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        assert (await failed(pool, HUGE)).kind == "size"
        assert await answered(pool, "ASK {}", results="csv") == b"true"

    run(snapshot, scenario, workers=1, answer_bytes=100_000)


def test_a_worker_killed_from_outside_is_replaced(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        await until(lambda: len(pool.pids) == 3)
        before = pool.pids
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: len(pool.pids) == 3 and not set(before) & set(pool.pids))
        assert await answered(pool, "ASK {}", results="csv") == b"true"

    run(snapshot, scenario, workers=1)


def test_a_template_killed_from_outside_is_replaced_with_its_workers(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        await until(lambda: len(pool.pids) == 3)
        before = pool.pids
        os.kill(parent_of(before[0]), signal.SIGKILL)
        await until(lambda: len(pool.pids) == 3 and not set(before) & set(pool.pids))
        assert await answered(pool, "ASK {}", results="csv") == b"true"

    run(snapshot, scenario, workers=1)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[1])


def disk(folder: Path, *values: str) -> Path:
    """A RocksDB directory with so many triples, as a writer publishes them."""
    writer = Store(str(folder / "writer"))
    writer.extend(Quad(NamedNode("a:s"), NamedNode("a:p"), Literal(value)) for value in values)
    writer.backup(str(folder / "published"))
    return folder / "published"


def test_a_directory_on_disk_is_asked_read_only(tmp_path: Path) -> None:
    async def scenario(pool: Pool) -> None:
        assert b'"one"' in await answered(pool, "SELECT ?o { ?s ?p ?o }", results="tsv")
        assert (await failed(pool, "ASK { SERVICE <a:b> { ?s ?p ?o } }")).kind == "refused"

    run(disk(tmp_path, "one"), scenario, workers=1)


def test_a_question_names_the_directory_it_is_answered_from(tmp_path: Path, snapshot: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    old, new = disk(tmp_path / "old", "one"), disk(tmp_path / "new", "one", "two")
    count = "SELECT (COUNT(*) AS ?n) { ?s <a:p> ?o }"

    async def scenario(pool: Pool) -> None:
        async def counted(folder: Path) -> bytes:
            return await answered(pool, count, results="tsv", folder=str(folder))

        asked = [counted(folder) for folder in (old, new, old, new, snapshot) * 2]
        counts = [int(answer.split()[-1]) for answer in await asyncio.gather(*asked)]
        assert counts == [1, 2, 1, 2, 0] * 2
        missing = await failed(pool, count, folder=str(tmp_path / "none"))
        assert missing.kind == "start"
        assert await counted(new)

    run(snapshot, scenario)


@pytest.mark.parametrize("content", [None, "this is not N-Quads\n"])
def test_a_store_that_cannot_be_loaded_is_told_at_the_start(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "quads.nq").write_text(content)

    async def scenario(_: Pool) -> None:
        raise AssertionError("started")

    with pytest.raises(Failure) as caught:
        run(tmp_path, scenario)
    assert caught.value.kind == "start"


def test_workers_come_back_when_their_template_dies(snapshot: Path) -> None:
    async def scenario(pool: Pool) -> None:
        before = set(pool.pids)
        parent = int(Path(f"/proc/{pool.pids[0]}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(parent, signal.SIGKILL)
        await until(lambda: len(pool.pids) == 4 and not before & set(pool.pids))
        assert await answered(pool, "ASK { ?s ?p ?o }", results="csv") == b"true"

    run(snapshot, scenario)


def test_a_question_may_name_the_state_on_disk_that_it_is_about(tmp_path: Path) -> None:
    for name in ("one", "two"):
        live = Store(str(tmp_path / f"live-{name}"))
        live.update(f"INSERT DATA {{ <urn:s> <urn:p> '{name}' }}")
        live.backup(str(tmp_path / name))
        del live

    async def scenario(pool: Pool) -> None:
        for name in ("one", "two", "two", "one"):
            told = await answered(
                pool, "SELECT ?o { ?s ?p ?o }", results="csv", folder=str(tmp_path / name)
            )
            assert told.split() == [b"o", name.encode()]
        assert (await failed(pool, "ASK {}", folder=str(tmp_path / "none"))).kind == "start"

    run(None, scenario, workers=1)
