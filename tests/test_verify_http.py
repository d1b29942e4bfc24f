"""A text checked over HTTP: the answer of `kg verify`, named refusals, nothing kept of the text."""

import asyncio
import json
import logging
import re
import signal
from collections.abc import Iterator
from threading import Event
from typing import Any
from urllib.parse import urlencode

import pytest

from kg.build.snapshot import Snapshot
from kg.core.errors import Refusal
from kg.core.names import Names
from kg.core.settings import Settings
from kg.edges.web.computed import Computed
from kg.edges.web.snapshot_views import SnapshotViews
from kg.engine.engine_store import EngineStore
from kg.engine.graph_store import MemoryStore
from kg.engine.remote import Remote
from kg.outlets import tasks
from outside import Answered, Page, ask, post, running_server
from surfaces import kg
from waiting import PATIENCE

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ENGLISH = """Rapidus itself expects to need 7 trillion yen of investment.
The digital deficit of Japan was 6,560.6 billion yen in 2024 😀.

“100 million yen investment in AI” ran the headline on domestic AI support.
The bakers of Oslo sold 3 trillion yen worth of bread on 3 May 2024. Mr Takaichi Sanae read it."""
JAPANESE = """2024年のデジタル赤字は6兆6506億円だった😀。
ラピダスは総額7兆円の投資が必要だとしている。
2019年の半導体等電子部品の輸出は5.5兆円だった。

オスロのパン屋は昨年3兆円を売り上げた。
「AIに1億円投資」と国産AI支援が報じられた。高市早苗首相は経済産業省に指示した。"""
TEXTS = {"en": ENGLISH, "ja": JAPANESE}
HOSTILE = {
    "digits": "1" * 50_000, "thousands": "千" * 33_333, "unseen": "1\u200b億\u200b円\u200d" * 500,
    "turned": "\u202e1兆円\u202c 支援 " * 300, "control": "\x02 1億円 \x0c", "blank": " \n\t\n ",
    "combining": "1" + "\u0301" * 5000 + "億円", "marked up": "<script>alert(1)</script> 1億円 & ",
    "closing": "</textarea></form><img src=x onerror=alert(1)> 7 trillion yen {{ 7 * 7 }}",
}  # fmt: skip


def checked(server: str, **members: Any) -> Answered:
    """POST /api/verify of these members."""
    return post(server, "/api/verify", json.dumps(members).encode(), JSON)


def paste(server: str, path: str = "/verify", accept: str = "text/html", **fields: str) -> Answered:
    """POST of the form of the page."""
    return post(server, path, urlencode(fields).encode(), FORM, Accept=accept)


def raw(server: str, body: bytes, kind: str = JSON, **headers: str) -> Answered:
    """POST /api/verify of any body."""
    return post(server, "/api/verify", body, kind, **headers)


# --- answers


@pytest.mark.parametrize("lang", TEXTS)
def test_the_answer_is_that_of_the_command(
    server: str, shipped_snapshot: Snapshot, tmp_path: Any, lang: str
) -> None:
    text, file = TEXTS[lang], tmp_path / "text.txt"
    file.write_text(text, encoding="utf-8")
    store = shipped_snapshot.folder.parents[1]
    for given in ({}, {"lang": "ja"}, {"published": "2025-12-22"}):
        options = [part for name, value in given.items() for part in (f"--{name}", value)]
        told = kg("verify", file, "--store", store, "--json", *options)
        answer = checked(server, text=text, **given)
        assert (answer.status, answer.kind) == (200, JSON)
        assert answer.json == json.loads(told.out)
    found = answer.json
    assert found["language"] == lang
    assert {q["verdict"] for q in found["quantities"]} == set(found["summary"])
    assert found["names"]
    for one in [*found["quantities"], *found["names"]]:
        assert text[one["start"] : one["end"]] == one["surface"]


def test_members_that_are_null_are_not_given(server: str) -> None:
    assert checked(server, text="1億円", lang=None, published=None).body == (
        checked(server, text="1億円").body
    )
    body = b"\xef\xbb\xbf" + json.dumps({"text": "1億円"}, ensure_ascii=False).encode()
    assert raw(server, body, f"{JSON}; charset=utf-8").body == checked(server, text="1億円").body


def test_no_cache_may_keep_an_answer(server: str) -> None:
    for answer in (
        checked(server, text=ENGLISH),
        paste(server, text=ENGLISH),
        raw(server, b"[", if_none_match="*"),
        post(server, "/verify", b"text=1", FORM, if_none_match="*"),
    ):
        assert answer.status in (200, 400)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_a_page_marks_every_figure_and_leads_to_what_is_said_of_it(server: str) -> None:
    for lang, text in TEXTS.items():
        answer = paste(server, f"/verify?lang={lang}", text=text.replace("\n", "\r\n"))
        assert (answer.status, answer.kind) == (200, "text/html")
        page, told = Page(answer.text), checked(server, text=text).json
        assert page.faults == []
        assert page.handlers == []
        figures = len(told["quantities"])
        assert [i for i in page.ids if re.fullmatch(r"t\d+", i)] == [
            f"t{n}" for n in range(1, figures + 1)
        ]
        targets = {a.removeprefix("#") for a in page.addresses if a.startswith("#")}
        assert targets <= {*page.ids}
        assert {f"f{n}" for n in range(1, figures + 1)} <= targets
        shown = re.search(r"<textarea id=\"text\"[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
        assert shown
        assert shown[1] == text
        for claim in {c for q in told["quantities"] for c in q["claims"][:1]}:
            assert f"https://w3id.org/jsip/id/{claim}" in page.words, "the report cites it"


def test_the_report_tells_verdicts_passages_rivals_and_conflicts(server: str) -> None:
    words = Page(paste(server, text=ENGLISH).text).words
    report = words[words.index("Checked against JSIP") :]
    for line in (
        "1 supported, 1 differs, 1 do not print, 1 unknown",
        "1. line 1 “7 trillion yen”: supported",
        "“6,560.6 billion yen”: differs in the value",
        "“100 million yen”: do not print",
        "What to print: Print about 1 trillion yen (FY2026 to FY2030), by Jiji Press.",
        "Others say: ",
        "conflict: ",
        "caution: ",
    ):
        assert line in report, line


# --- refusals


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "Line 1, column 1"),
        (b'{"text": "1', "Unterminated"),
        (b"\xff", "UTF-8"),
        (b"[" * 100_000, "cannot be read"),
        (b"1" * 10_000, "cannot be read"),
        (b"[]", "no object"),
        (b"{}", "text is missing"),
        (b'{"text": 1}', "text is no string"),
        (b'{"text": null}', "text is no string"),
        (b'{"text": "a", "lang": ["en"]}', "lang is no string"),
        (b'{"text": "a", "hidden-words": 1}', "none of text, lang and published"),
        (b'{"text": "a", "lang": "de"}', "lang is en or ja"),
        (b'{"text": "a", "published": "2025-13-40"}', "published is no day"),
        (b'{"text": "ab\\ud800"}', "Character 3"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_words(
    server: str, body: bytes, word: str
) -> None:
    answer = raw(server, body)
    assert (answer.status, answer.kind) == (400, "application/problem+json")
    assert word in answer.json["detail"]
    assert "hidden-words" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [{}, {"text": ""}, {"text": " \r\n "}, {"text": "1", "published": "soon"}, {"published": ""}],
)
def test_an_incomplete_form_is_refused_on_a_page(server: str, fields: dict[str, str]) -> None:
    answer = paste(server, **fields)
    assert (answer.status, answer.kind) == (400, "text/html")
    assert Page(answer.text).faults == []
    assert paste(server, accept="", **fields).kind == "application/problem+json"


def test_a_text_and_a_body_have_a_largest_size(server: str) -> None:
    assert checked(server, text="a" * 100_000).status == 200
    assert raw(server, b'{"text": "' + b"\\u0061" * 100_000 + b'"}').status == 200
    for answer, word in (
        (checked(server, text="a" * 100_001), "100,000 bytes"),
        (checked(server, text="千" * 33_334), "100,002"),
        (raw(server, b" " * 700_001), "700,000 bytes"),
        (paste(server, accept="", text="千" * 33_334), "100,002"),
    ):
        assert answer.status == 413
        assert word in answer.json["detail"]
    page = paste(server, text="a" * 100_001)
    assert (page.status, page.kind) == (413, "text/html")


def test_another_type_of_body_is_refused(server: str) -> None:
    for kind in ("text/plain", FORM, ""):
        assert raw(server, b'{"text": "1"}', kind).status == 415
    for kind in (JSON, "multipart/form-data; boundary=x"):
        assert post(server, "/verify", b"text=1", kind).status == 415


def test_who_asks_otherwise_is_told_how(server: str) -> None:
    told = ask(server, "/api/verify")
    assert told.status == 405
    assert told.headers["allow"] == "POST, OPTIONS"
    assert f"POST as {JSON}" in told.json["detail"]
    for path, methods in (
        ("/api/verify", "POST, OPTIONS"),
        ("/verify", "GET, HEAD, POST, OPTIONS"),
    ):
        for method in ("OPTIONS", "DELETE"):
            assert ask(server, path, method=method).headers["allow"] == methods
    assert "post" in ask(server, "/openapi.json").json["paths"]["/api/verify"]
    assert 'id="post-api-verify"' in ask(server, "/docs").text


def test_a_check_that_takes_too_long_is_stopped(shipped_snapshot: Snapshot) -> None:
    """No process reads the record within the twentieth of a second that it has here."""
    store = shipped_snapshot.folder.parents[1]
    with running_server("--store", store, "--timeout", 0.05) as (server, _):
        for answer in (checked(server, text=ENGLISH), paste(server, accept="", text=ENGLISH)):
            assert answer.status == 503
            assert "stopped at 0.05 seconds" in answer.json["detail"]
            assert answer.headers["cache-control"] == "no-store"


async def _computed(views: SnapshotViews, seconds: float) -> tuple[int, bytes]:
    """Status and body of the task `verify` over these views, by ASGI."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.Event().wait()

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b"",
             "state": {"serving": views}}  # fmt: skip
    await Computed("verify", {"Content-Type": JSON}, seconds=seconds, text="1億円")(
        scope, receive, send
    )
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent)


def test_behind_another_engine_a_slow_check_is_told_and_the_next_waits_for_its_end(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, begun = Event(), list[int]()

    def slow(store: Any, names: Any, said: Any, out: Any) -> None:
        begun.append(1)
        assert may_end.wait(PATIENCE)
        out.write(b"{}")

    async def asked() -> None:
        store = EngineStore(Remote("http://127.0.0.1:9/"), asyncio.get_running_loop(), "v")
        views = SnapshotViews(Settings.model_validate({}), names, store)
        for _ in range(2):
            status, body = await _computed(views, 0.05)
            assert (status, len(begun)) == (503, 1)
            assert b"stopped at 0.05 seconds" in body
        may_end.set()
        assert await _computed(views, PATIENCE) == (200, b"{}")

    monkeypatch.setitem(tasks.TASKS, "verify", slow)
    asyncio.run(asked())


# --- hostile texts, and what is kept of a text


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_text_is_answered_and_escaped(server: str, name: str) -> None:
    text = HOSTILE[name]
    answer = checked(server, text=text)
    assert answer.status == 200
    for one in answer.json["quantities"]:
        assert text[one["start"] : one["end"]] == one["surface"]
    shown = paste(server, text=text)
    assert shown.status == (200 if text.strip() else 400)
    page = Page(shown.text)
    assert page.faults == []
    assert page.handlers == []
    assert "img" not in page.tags
    assert "49" not in page.words.split()


def test_more_figures_than_a_page_marks_are_told(server: str) -> None:
    text = "1億円 " * 2001
    assert len(checked(server, text=text).json["quantities"]) == 2001
    words = Page(paste(server, text=text).text).words
    assert "2001 figures" in words
    assert "Only the first 2,000" in words


@pytest.fixture(scope="module")
def remote(server: str) -> Iterator[str]:
    """A front over a server of ours, as if that were another engine."""
    with running_server("--remote", f"{server.rstrip('/')}/sparql") as (address, _):
        yield address


@pytest.mark.long
def test_another_engine_gives_the_same(server: str, remote: str) -> None:
    for text in TEXTS.values():
        assert checked(remote, text=text).body == checked(server, text=text).body
        assert paste(remote, text=text).body == paste(server, text=text).body


@pytest.mark.long
@pytest.mark.parametrize("kind", ["workers", "another engine"])
def test_nothing_of_a_text_is_kept_below_a_base_path_too(
    shipped_snapshot: Snapshot, server: str, kind: str
) -> None:
    """Not in the log, on no later answer and in no metric; faulty bodies neither."""
    store = ("--store", shipped_snapshot.folder.parents[1])
    source = store if kind == "workers" else ("--remote", f"{server}sparql")
    setting = {"KG_BASE_PATH": "/jsip", "KG_LOG_FORMAT": "json", "KG_LOG_LEVEL": "debug"}
    with running_server(*source, **setting) as (address, process):
        text = "Zwickelheim spent 7,654,321 yen on Rapidus."
        answer = post(address, "/jsip/api/verify", json.dumps({"text": text}).encode(), JSON)
        assert "7,654,321" in answer.text
        page = Page(paste(address, "/jsip/verify", text=text).text)
        assert "Zwickelheim" in page.words
        own = [a for a in page.addresses if a.startswith("/")]
        assert [a for a in own if not a.startswith("/jsip/")] == []
        told = ask(address, "/jsip/api/verify", method="OPTIONS")
        assert told.headers["allow"] == "POST, OPTIONS"
        for body in (b'{"text": "Zwickelheim \\ud800"}', b'{"Zwickelheim": 1}', b'"Zwickelheim'):
            assert raw(address, body).status == 400
        later = [ask(address, path).text for path in ("/verify", "/metrics", "/jsip/verify")]
        later.append(checked(address, text="Rapidus").text)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert process.stderr
        later.append(process.stderr.read())
    assert '"/api/verify"' in later[-1]
    for kept in later:
        assert not re.search("Zwickelheim|7,?654,?321", kept)


def test_a_fault_of_ours_is_told_without_the_text(
    shipped_store: MemoryStore,
    names: Names,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def faulty(record: Any, text: str, *more: Any) -> None:
        raise KeyError(text)

    monkeypatch.setattr(tasks, "check", faulty)
    said = {"text": "Zwickelheim", "lang": "", "published": ""}
    with caplog.at_level(logging.DEBUG), pytest.raises(Refusal) as told:
        tasks.verify(shipped_store, names, said, None)  # type: ignore[arg-type]  # never written
    assert told.value.status == 500
    assert told.value.__cause__ is None
    assert "KeyError" in caplog.text
    assert "Zwickelheim" not in caplog.text + told.value.detail
