"""/review over HTTP: off unless asked for, for this machine and its pages alone; kills, tabs."""

import http.client
import json
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from inboxes import declare_agents, hostile_inbox, make_inbox, many
from kg.build.snapshot import Snapshot
from made import HOSTILE
from outside import Answered, Page, ask, post, running_server
from surfaces import files_below, kg
from waiting import PATIENCE

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
TOKEN = "a token of some length"


@dataclass(frozen=True)
class Visit:
    """Somebody with a session."""

    site: str
    cookie: str

    def get(self, path: str, **headers: str) -> Answered:
        return ask(self.site, path, Cookie=self.cookie, **headers)

    def post(self, path: str, given: Any, **headers: str) -> Answered:
        body = json.dumps(given).encode()
        return post(self.site, path, body, JSON, **{"Cookie": self.cookie, **headers})

    def card(self, name: str, second: bool = False) -> Any:
        told = self.get(f"/review/data{'?second' if second else ''}").json
        return next(one for one in told["candidates"] if one["id"] == name)

    def decide(self, do: str, name: str, second: bool = False, **given: Any) -> Answered:
        path = f"/review/decisions{'?second' if second else ''}"
        return self.post(path, {"do": do, "candidate": name, **given})

    def accept(self, name: str, second: bool = False) -> Answered:
        card = self.card(name, second)
        return self.decide("accept", name, second, seen=card["seen"])


def enter(site: str, agent: str = "ann", token: str = TOKEN, **given: str) -> Answered:
    """Posts the form of the entrance."""
    body = urlencode({"token": token, "agent": agent, **given}).encode()
    return post(site, "/review/session", body, FORM, Origin=site.rstrip("/"), Accept="text/html")


def visit(site: str, agent: str = "ann", **given: str) -> Visit:
    answer = enter(site, agent, **given)
    assert answer.status == 303, answer.text
    return Visit(site, answer.headers["set-cookie"].partition(";")[0])


@pytest.fixture
def place(workplace: Path) -> Path:
    declare_agents(workplace / "tables")
    make_inbox(workplace / "inbox")
    (workplace / "token").write_text(TOKEN + "\n", encoding="utf-8")
    return workplace


def arguments(snapshot: Snapshot) -> tuple[object, ...]:
    return (
        "--store", snapshot.folder.parents[1], "--inbox", "inbox", "--tables", "tables",
        "--token-file", "token",
    )  # fmt: skip


@pytest.fixture
def site(place: Path, example_snapshot: Snapshot) -> Iterator[str]:
    """The address of a server with an inbox."""
    with running_server(*arguments(example_snapshot)) as (address, _):
        yield address


def test_without_an_inbox_there_is_no_review(server: str) -> None:
    for path in ("/review", "/review/data", "/review/session"):
        assert ask(server, path).status == 404
        assert post(server, path, b"{}", JSON).status in (404, 405)


@pytest.mark.parametrize(
    ("more", "setting", "expected"),
    [
        (("--host", "0.0.0.0"), {}, "Leave out --host 0.0.0.0, and listen on 127.0.0.1"),
        ((), {"KG_PUBLIC_URL": "https://example.org"}, "Leave out KG_PUBLIC_URL"),
        ((), {"KG_BASE_PATH": "/x", "KG_TRUSTED_PROXIES": "*"}, "KG_BASE_PATH, KG_TRUSTED_PROX"),
    ],
)
def test_a_server_that_others_may_reach_takes_no_inbox(
    place: Path, monkeypatch: pytest.MonkeyPatch, more: Any, setting: Any, expected: str
) -> None:
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    run = kg("serve", "--inbox", "inbox", "--token-file", "token", *more)
    assert run.code == 2
    assert expected in run.err
    run = kg("serve", "--inbox", "inbox")
    assert run.code == 2
    if not setting:
        assert "--inbox needs --token-file" in run.err


def test_who_has_no_session_gets_a_form_and_nothing_else(site: str) -> None:
    page = ask(site, "/review", "text/html")
    assert page.status == 200
    assert "26.1" not in page.text
    assert "<noscript>" in page.text
    assert Page(page.text).faults == []
    for path in ("/review/data", "/review/status", "/review/choices?column=subject&q=a"):
        assert ask(site, path).status == 401
    for path in ("/review/decisions", "/review/finish"):
        assert post(site, path, b"{}", JSON).status == 401


def test_a_session_needs_the_token_and_a_declared_agent(site: str) -> None:
    wrong = enter(site, token="another")
    assert (wrong.status, "set-cookie" in wrong.headers) == (401, False)
    assert "This is not the token of this server." in wrong.text
    unknown = enter(site, agent="zoe")
    assert (unknown.status, "set-cookie" in unknown.headers) == (403, False)
    assert "is not in agents.csv" in unknown.text
    assert "scan is a tool" in enter(site, agent="scan").text
    right = enter(site)
    assert (right.status, right.headers["location"]) == (303, "/review")
    cookie = right.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/review"} <= set(cookie.split("; "))
    assert TOKEN not in cookie


@pytest.mark.parametrize(
    "change",
    [
        lambda cookie: cookie.replace("ann", "ben"),
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: cookie.partition("=")[0] + "=",
        lambda cookie: cookie.partition("=")[0] + "=\u00e9..",
        lambda cookie: "kg_review_1" + cookie[cookie.index("=") :],
    ],
)
def test_a_cookie_that_was_changed_opens_nothing(site: str, change: Any) -> None:
    cookie = change(visit(site).cookie)
    assert ask(site, "/review/data", Cookie=cookie).status == 401


def test_another_token_ends_the_sessions(site: str, place: Path) -> None:
    ann = visit(site)
    assert ann.get("/review/data").status == 200
    (place / "token").write_text("a new token, longer than before", encoding="utf-8")
    assert ann.get("/review/data").status == 401


def test_answers_are_for_this_site_alone(site: str) -> None:
    ann = visit(site)
    for path in ("/review", "/review/data", "/review/status", "/review/nothing"):
        headers = ann.get(path).headers
        assert "access-control-allow-origin" not in headers
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "etag" not in headers


FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://{host}"},
    {"Origin": "http://{host}.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_foreign_page_may_not_decide(site: str, place: Path, headers: dict[str, str]) -> None:
    ann, host = visit(site), urlsplit(site).netloc
    sent = {name: value.replace("{host}", host) for name, value in headers.items()}
    for path in ("/review/decisions", "/review/finish"):
        given = {"do": "skip", "candidate": "k-5"}
        assert ann.post(path, given, **sent).status == 403
    for path in ("/review/session", "/review/leave"):
        assert post(site, path, b"token=x&agent=ann", FORM, **sent).status == 403
    assert not (place / "inbox" / "journal.jsonl").exists()
    assert ann.post("/review/decisions", given, Origin=site.rstrip("/")).status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_a_name_that_was_made_to_point_here_is_refused(site: str, host: str) -> None:
    """Rebinding of names: the page of another site asks by its own name."""
    ann = visit(site)
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=PATIENCE)
    connection.putrequest("GET", "/review/data", skip_host=True)
    connection.putheader("Host", host)
    connection.putheader("Cookie", ann.cookie)
    connection.endheaders()
    assert connection.getresponse().status in (400, 403)
    connection.close()
    port = urlsplit(site).port
    assert ask(f"http://localhost:{port}/", "/review", "text/html").status == 200


def test_what_is_no_decision_is_refused_by_name(site: str, place: Path) -> None:
    ann = visit(site)
    for body, expected in (
        (b"", "no JSON"), (b"[1]", "Send an object"), (b'{"do": 1}', "'do' is none of"),
        (b'{"do": "skip", "more": 1}', "'more' is none of"), (b'{"do":"skip","cells":[]}', "cells"),
        (b'{"do": "take", "candidate": "k-1"}', "'take' is none of"), (b"[" * 60_000, "no JSON"),
        (b'{"do": "suggest", "candidate": "k-1", "suggestion": true}', "'suggestion' is none of"),
    ):  # fmt: skip
        answer = post(site, "/review/decisions", body, JSON, Cookie=ann.cookie)
        assert answer.status == 400
        assert expected in answer.json["detail"]
    assert ann.decide("skip", "k-9").status == 404
    assert post(site, "/review/decisions", b"{}", FORM, Cookie=ann.cookie).status == 415
    assert post(site, "/review/decisions", b" " * 70_000, JSON, Cookie=ann.cookie).status == 413
    assert ask(site, "/review/decisions", Cookie=ann.cookie).headers["allow"] == "POST"
    assert ask(site, "/review", method="DELETE").status == 405
    assert not (place / "inbox" / "journal.jsonl").exists()


def test_a_review_over_http_from_the_first_key_to_the_rows(site: str, place: Path) -> None:
    ann = visit(site)
    assert ann.accept("k-1").json["counts"]["accept"] == 1
    refused = ann.accept("k-2")
    assert refused.status == 422
    assert "not looked at yet: period, subject" in refused.json["detail"]
    for column in ("subject", "period"):
        assert ann.decide("touch", "k-2", columns=[column]).status == 200
    assert ann.accept("k-2").status == 200
    assert ann.decide("reject", "k-3", reason="no-claim").status == 200
    card = ann.card("k-4")
    assert card["same_as"][0]["words"].startswith("１兆円規模")
    answer = ann.decide("same", "k-4", claim="c-jiji-20251221-001", seen=card["seen"])
    assert answer.status == 200
    assert ann.decide("edit", "k-6", cells={"asserted_by": "jiji-press"}).status == 200
    assert ann.accept("k-6").status == 200
    done = ann.post("/review/finish", {})
    assert done.json["finished"]["written"] == {
        "sources": 1, "evidence": 1, "reviews": 3, "claims": 3,
    }  # fmt: skip
    assert ann.get("/review/status").json["first"]["written"] == 4
    assert kg("compile", "--tables", "tables", "--out", "triples").code == 0
    assert ann.decide("undo", "").status == 422


def test_what_a_build_would_refuse_is_named_and_can_be_mended(site: str, place: Path) -> None:
    """Said of a time to come, and called a report: only the gates of a build see it."""
    ann, before = visit(site), files_below(place / "tables")
    ann.decide("edit", "k-6", cells={"asserted_by": "jiji-press", "status": "reported"})
    ann.accept("k-6")
    ann.accept("k-1")
    refused = ann.post("/review/finish", {})
    assert (refused.status, refused.json["candidates"]) == (422, ["k-6"])
    assert "k-6: " in refused.json["detail"]
    assert files_below(place / "tables") == before
    ann.decide("edit", "k-6", cells={"status": "forecast"})
    ann.accept("k-6")
    assert ann.post("/review/finish", {}).json["finished"]["written"]["claims"] == 2


def test_two_tabs_see_each_other_and_overtake_nothing(site: str) -> None:
    one, other = visit(site), visit(site, "cho")
    known = one.get("/review/data").json["line"]
    assert other.decide("reject", "k-3", reason="misread", known=known).status == 200
    refused = one.decide("skip", "k-3", known=known)
    assert refused.status == 409
    assert "Somebody else has just decided on k-3" in refused.json["detail"]
    new = one.get(f"/review/data?known={known}").json
    assert [card["id"] for card in new["candidates"] if card["decision"]] == ["k-3"]
    assert "text" not in new
    assert one.decide("skip", "k-5", known=known).status == 200  # another one is not touched


def test_many_keys_of_many_tabs_at_once_are_all_there_in_order(site: str, place: Path) -> None:
    visits = [visit(site, agent) for agent in ("ann", "cho", "ben")]
    failed: list[int] = []

    def press(who: Visit, name: str) -> None:
        for _ in range(15):
            for do in ("skip", "reject"):
                status = who.decide(do, name, reason="outside").status
                failed.extend([status] if status != 200 else [])

    threads = [
        threading.Thread(target=press, args=pair)
        for pair in zip(visits, ("k-3", "k-5", "k-6"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failed == []
    text = (place / "inbox" / "journal.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["n"] for line in lines] == list(range(1, 92))
    for name in ("k-3", "k-5", "k-6"):
        assert [line["do"] for line in lines if line.get("candidate") == name] == [
            "skip", "reject",
        ] * 15  # fmt: skip


def test_a_killed_server_has_lost_no_key_and_needs_no_new_session(
    place: Path, example_snapshot: Snapshot
) -> None:
    with running_server(*arguments(example_snapshot)) as (address, process):
        ann, port = visit(address), urlsplit(address).port
        ann.accept("k-1")
        ann.decide("skip", "k-5")
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    with (place / "inbox" / "journal.jsonl").open("ab") as file:
        file.write(b'{"n":4,"at":"20')
    with running_server(*arguments(example_snapshot), "--port", port) as (address, _):
        again = Visit(address, ann.cookie)
        told = again.get("/review/data").json
        assert (told["counts"]["accept"], told["counts"]["skip"], told["torn"]) == (1, 1, [4])
        assert again.decide("undo", "").json["candidate"] == "k-5"


def test_a_second_reader_sees_nothing_of_the_first(site: str) -> None:
    ann, ben = visit(site), visit(site, "ben", second="on")
    untouched = ben.get("/review/data?second").json
    ann.decide("edit", "k-6", cells={"asserted_by": "jiji-press"})
    ann.accept("k-6")
    ann.decide("reject", "k-3", reason="misread")
    ann.accept("k-1")
    ann.post("/review/finish", {})
    told = ben.get("/review/data?second").json
    assert told["candidates"] == untouched["candidates"]
    assert told["counts"] == untouched["counts"]
    found = ben.get("/review/choices?second&column=claim&q=jiji").text
    assert "c-jiji-press-20260120" not in found
    assert ben.get("/review/data").json["counts"]["accept"] == 2  # who has not read may read first
    assert ben.accept("k-1", second=True).status == 200
    assert ben.get("/review/data").status == 403
    assert ann.get("/review/data?second").status == 403
    done = ben.post("/review/finish?second", {}).json
    assert (done["status"]["agreed"], done["status"]["compared"]) == (1, 1)
    assert done["finished"]["written"] == {"reviews": 1}


def test_choices_name_what_the_tables_would_take(site: str) -> None:
    ann = visit(site)

    def cells(column: str, typed: str) -> list[str]:
        found = ann.get(f"/review/choices?{urlencode({'column': column, 'q': typed})}").json
        return [one["cell"] for one in found["choices"]]

    assert cells("asserted_by", "高市") == ["takaichi-sanae"]
    assert cells("subject", "content bud")[0] == "content-budget-japan"
    assert cells("period", "2026年度")[0] == "period-fy2026"
    assert cells("status", "forec") == ["forecast"]
    assert cells("unit", "yen")[0] == "JPY"
    assert cells("predicate", "金額")[0] == "amount"
    assert cells("note", "any") == []
    assert cells("claim", "1兆円規模") == ["c-jiji-20251221-001"]
    assert cells("subject", "\x00" * 5000) == []


def test_a_hostile_document_stays_text_and_a_large_one_is_answered(
    place: Path, example_snapshot: Snapshot
) -> None:
    (place / "inbox").rename(place / "old")
    make_inbox(place / "inbox", hostile_inbox(HOSTILE.replace("\n", " ")))
    with running_server(*arguments(example_snapshot)) as (address, _):
        ann = visit(address)
        page = ann.get("/review", Accept="text/html").text
        assert HOSTILE not in page
        assert Page(page).faults == []
        assert ann.get("/review/data").json["document"]["title"].startswith("<script>")
    (place / "inbox").rename(place / "hostile")
    make_inbox(place / "inbox", many(400))
    with running_server(*arguments(example_snapshot)) as (address, _):
        ann = visit(address)
        assert len(ann.get("/review/data").json["candidates"]) == 400
        answer = ann.accept("k-0001")
        assert [one["id"] for one in answer.json["candidates"]] == ["k-0001"]
