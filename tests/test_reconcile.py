"""`/reconcile`: the Reconciliation Service API 0.2 as a client of OpenRefine sees it."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest

from outside import Page, ask
from outside import post as send

NAMES = Path(__file__).parent / "lookups.csv"
WHOLE = (
    "label alias damaged kana romaji kunrei width case punctuation abbreviation typo variant"
).split()
LEGAL = {
    "ソフトバンク株式会社": "softbank-corp", "㈱ソフトバンク": "softbank-corp",
    "Rapidus Corporation": "rapidus", "Rapidus株式会社": "rapidus",
    "株式会社みずほ銀行": "mizuho-bank", "Mizuho Bank, Ltd.": "mizuho-bank",
}  # fmt: skip

# written from the specification (reconciliation-api.github.io/specs/0.2)
TEXT = {"type": "string"}
TYPE = {"type": "object", "required": ["id"], "properties": {"id": TEXT, "name": TEXT}}
NAMED = {"type": "object", "required": ["id", "name"], "properties": {"id": TEXT, "name": TEXT}}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name", "score"],
                    "properties": {
                        "id": TEXT,
                        "name": TEXT,
                        "description": TEXT,
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                        "type": {"type": "array", "items": TYPE},
                        "features": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"id": TEXT, "value": {"type": "number"}},
                            },
                        },
                    },
                },
            }
        },
    },
}
MANIFEST = {
    "type": "object",
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
    "properties": {
        "versions": {"type": "array", "contains": {"const": "0.2"}},
        "defaultTypes": {"type": "array", "items": NAMED, "uniqueItems": True},
        "view": {"required": ["url"], "properties": {"url": {"pattern": r"\{\{id\}\}"}}},
        "preview": {
            "required": ["url", "width", "height"],
            "properties": {"url": {"pattern": r"\{\{id\}\}"}, "width": {"type": "integer"}},
        },
    },
}
SUGGESTED = {
    "type": "object",
    "required": ["result"],
    "properties": {"result": {"type": "array", "items": NAMED, "minItems": 1}},
}


def post(server: str, status: int = 200, **said: object) -> Any:
    body = urlencode({name: json.dumps(value) for name, value in said.items()}).encode()
    answer = send(server, "/reconcile", body, "application/x-www-form-urlencoded")
    assert answer.status == status, answer.text
    if status == 200:
        assert answer.headers["access-control-allow-origin"] == "*"
    return answer.json


def first(server: str, query: Mapping[str, object]) -> Any:
    found = post(server, queries={"q0": query})
    jsonschema.validate(found, RESULTS)
    return next(iter(found["q0"]["result"]), None)


def test_the_manifest_says_what_the_service_does(server: str) -> None:
    answer = ask(server, "/reconcile")
    jsonschema.validate(answer.json, MANIFEST)
    assert answer.headers["access-control-allow-origin"] == "*"
    for kind, service in answer.json["suggest"].items():
        assert (
            service["service_url"] + service["service_path"] == f"{server}reconcile/suggest/{kind}"
        )
    shown = answer.json["view"]["url"].replace("{{id}}", "meti")
    assert ask(server, shown.removeprefix(server.rstrip("/"))).status == 200


def test_names_are_found_first(server: str) -> None:
    """In English and Japanese, in other spellings, with legal forms, misrendered."""
    rows = [
        row for row in csv.DictReader(NAMES.read_text("utf-8").splitlines()) if row["kind"] in WHOLE
    ]
    wanted = {row["query"]: row["expected_id"] for row in rows} | LEGAL
    assert len(wanted) > 60
    texts, wrong = list(wanted), []
    for start in range(0, len(texts), 50):
        batch = texts[start : start + 50]
        found = post(server, queries={f"q{i}": {"query": text} for i, text in enumerate(batch)})
        jsonschema.validate(found, RESULTS)
        for i, text in enumerate(batch):
            result = found[f"q{i}"]["result"]
            if not result or result[0]["id"] != wanted[text]:
                wrong.append(text)
            assert not any(one["match"] for one in result[1:])
            matched = [one["id"] for one in result if one["match"]]
            assert matched in ([], [wanted[text]]), text
    assert len(wrong) <= 0.05 * len(wanted), wrong


def test_a_match_is_safe_only(server: str) -> None:
    assert first(server, {"query": "METI"})["match"] is True
    assert first(server, {"query": "高市早苗"})["match"] is True
    misrendered = first(server, {"query": "Sanae Takashi"})
    assert (misrendered["id"], misrendered["match"]) == ("takaichi-sanae", False)
    assert first(server, {"query": "Minister"})["match"] is False
    for shared in ("Takaichi Cabinet", "高市内閣", "コンテンツ産業官民協議会"):
        assert first(server, {"query": shared})["match"] is False, shared
    assert first(server, {"query": "qwertyuiop"}) is None


def test_types_and_properties_narrow(server: str) -> None:
    person = first(server, {"query": "Takaichi", "type": "Person"})
    assert person["id"] == "takaichi-sanae"
    cabinet = first(server, {"query": "Takaichi", "type": ["Cabinet"], "type_strict": "any"})
    assert cabinet["type"][0]["id"] == "Cabinet"
    both = {"query": "Takaichi", "type": ["Person", "Cabinet"], "type_strict": "all"}
    assert first(server, both) is None
    held = {"pid": "holdsPost", "v": {"id": "prime-minister-of-japan"}}
    agreeing = first(server, {"query": "Sanae Takaichi", "properties": [held]})
    assert agreeing["match"] is True
    other = {"pid": "holdsPost", "v": "minister-of-finance"}
    assert first(server, {"query": "Sanae Takaichi", "properties": [other]})["match"] is False
    assert first(server, {"properties": [held]})["id"] == "takaichi-sanae"
    assert len(post(server, queries={"q": {"query": "METI", "limit": 2}})["q"]["result"]) == 2


def test_a_column_is_extended(server: str) -> None:
    asked = {"ids": ["takaichi-sanae", "no-such-body", "x<y>"], "properties": [{"id": "holdsPost"}]}
    answer = post(server, extend=asked)
    assert answer["meta"] == [{"id": "holdsPost", "name": "holds post"}]
    assert list(answer["rows"]) == ["takaichi-sanae", "no-such-body", "x<y>"]
    posts = answer["rows"]["takaichi-sanae"]["holdsPost"]
    assert {"id": "prime-minister-of-japan", "name": "Prime Minister of Japan"} in posts
    assert answer["rows"]["no-such-body"]["holdsPost"] == []
    proposed = ask(server, "/reconcile/properties?type=Person&limit=5").json
    assert "holdsPost" in [one["id"] for one in proposed["properties"]]


@pytest.mark.parametrize(
    ("kind", "prefix", "wanted"),
    [
        ("entity", "takaichi", "takaichi-sanae"), ("entity", "高市", "takaichi-sanae"),
        ("type", "pers", "Person"), ("property", "holds", "holdsPost"),
    ],
)  # fmt: skip
def test_names_are_suggested(server: str, kind: str, prefix: str, wanted: str) -> None:
    found = ask(server, f"/reconcile/suggest/{kind}?{urlencode({'prefix': prefix})}").json
    jsonschema.validate(found, SUGGESTED)
    assert wanted in [one["id"] for one in found["result"]]


def test_a_preview_may_be_framed(server: str) -> None:
    answer = ask(server, "/reconcile/preview?id=meti&lang=ja")
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert page.faults == []
    assert "経済産業省" in page.words
    assert ask(server, "/reconcile/preview?id=zzzz").status == 404


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        ({"queries": [1]}, 400, "has to be a JSON object"),
        ({"queries": {"q": {"query": ""}}}, 400, "Query 'q': `query` is empty"),
        ({"queries": {"q": {"query": "x", "limit": "3"}}}, 400, "`limit` has to be a number"),
        ({"queries": {"q": {"query": "x", "type": 3}}}, 400, "`type` has to be"),
        ({"queries": {"q": {"query": "x", "type_strict": "no"}}}, 400, "any, should, all"),
        ({"queries": {"q": {"query": "x", "properties": [{"v": 1}]}}}, 400, "a `pid` and a `v`"),
        ({"queries": {f"q{i}": {"query": "x"} for i in range(101)}}, 413, "send 100 at most"),
        ({"extend": {"ids": "meti"}}, 400, "`ids`, a list"),
        ({"extend": {"ids": ["meti"], "properties": [1]}}, 400, "each with an `id`"),
    ],
)
def test_what_is_wrong_is_told(server: str, said: Any, status: int, told: str) -> None:
    assert told in post(server, status, **said)["detail"]


def test_bodies_of_another_kind_are_refused(server: str) -> None:
    assert send(server, "/reconcile", b"{}", "application/json").status == 415
    assert ask(server, "/reconcile?queries=%7B").status == 400
