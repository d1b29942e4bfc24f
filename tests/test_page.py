"""The standalone graph page as a file: same bytes each time, alone, deaf to hostile data."""

import json
import os
import re
import subprocess
import sys
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from kg.core.errors import KgError
from kg.outlets.page import render_page, write_page
from kg.outlets.page.cards import web_link
from kg.outlets.page.words import CONTROLS
from kg.views.network.picture import Card, Edge, Evidence, Fact, Node, Picture, positions

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028'\"&{{7*7}}"
EVIDENCE = Evidence(
    "５年間で１兆円規模の支援", "src-jiji-20251221", "https://example.org/a?b=1&c=2"
)
CLAIM = Card(
    "https://w3id.org/jsip/id/c-1", "Jiji Press", "時事通信社", "planned", "１兆円規模",
    "accepted", "Preferred", (EVIDENCE,),
)  # fmt: skip
MEASURE = Node(
    "domestic-ai-support-5y", "https://w3id.org/jsip/id/domestic-ai-support-5y",
    "Five-year support for domestic AI models", "国産AI開発の5年間支援", "PlannedInvestment",
    (Fact("amount", "金額", "1 trillion yen", (CLAIM,), "1兆円"),),
)  # fmt: skip
GOVERNMENT = Node(
    "government-of-japan", "https://w3id.org/jsip/id/government-of-japan",
    "Government of Japan", "日本国政府", "Government",
)  # fmt: skip
ANNOUNCED = Edge(
    MEASURE.id, GOVERNMENT.id, "https://w3id.org/jsip/ns#announcedBy", "announced by", "発表者",
    (CLAIM,),
)  # fmt: skip
PICTURE = Picture("Support for AI", "AI支援", (MEASURE, GOVERNMENT), (ANNOUNCED,), "v1")


def hostile_picture(text: str = HOSTILE) -> Picture:
    """Every text of it is hostile."""
    evidence = Evidence(text, text, f"javascript:{text}", text, text, text, text, text, text)
    claim = Card(text, text, text, text, text, text, text, (evidence,), text, text)
    nodes = [
        Node(name, f"javascript:{text}", text, text, text, (Fact(text, text, text, (claim,)),))
        for name in (text, "__proto__")
    ]
    edge = Edge(text, "__proto__", text, text, text, (claim,))
    return Picture(text, text, tuple(nodes), (edge, edge), text, as_of=text)


def ring(size: int) -> Picture:
    nodes = tuple(
        Node(f"n{i}", f"https://example.org/{i}", f"N{i}", f"点{i}", "Plan") for i in range(size)
    )
    edges = tuple(Edge(f"n{i}", f"n{(i + 1) % size}", "p", "p", "p") for i in range(size))
    return Picture("Ring", "輪", nodes, edges, "v1")


def page_data(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)
    assert found
    return dict(json.loads(found[1]))


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_page(PICTURE, tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_places_repeat_and_keep_apart() -> None:
    places = positions(ring(60))
    assert places == positions(ring(60))
    assert len(set(places.values())) == 60


def test_nodes_without_edges_stand_beside_the_others() -> None:
    alone = tuple(Node(f"a{i}", "i", "A", "A", "Plan") for i in range(5))
    linked = ring(8)
    places = positions(Picture("t", "t", (*linked.nodes, *alone), linked.edges, "v"))
    lowest = max(y for name, (_, y) in places.items() if name.startswith("n"))
    rightmost = max(x for name, (x, _) in places.items() if name.startswith("n"))
    for node in alone:
        x, y = places[node.id]
        assert y > lowest or x > rightmost


def test_the_page_loads_nothing() -> None:
    html = render_page(PICTURE)
    for address in re.findall(r'\s(?:src|href|action|data|poster)="([^"]*)"', html):
        assert address in {"#entities", "data:,", "https://example.org/a?b=1&amp;c=2"}
    own = html.replace((files("kg.outlets") / "static/vis-network.min.js").read_text("utf-8"), "")
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|sendBeacon|import\(", own)


def test_the_policy_names_every_script_and_style_by_digest() -> None:
    html = render_page(PICTURE)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    assert policy[1].startswith("default-src &#39;none&#39;; ")
    assert "unsafe" not in policy[1]
    assert policy[1].count("sha256-") == 3 == html.count("<script>") + html.count("<style>")


def test_hostile_texts_stay_texts() -> None:
    html = render_page(hostile_picture())
    assert html.count("<script") == 3
    assert html.count("</script") == 3
    assert "<img" not in html
    assert not re.search(r'href="\s*javascript:', html)
    assert "\u2028" not in html.split('id="data">')[1].split("</script>")[0]
    assert page_data(html)["title"] == {"en": HOSTILE, "ja": HOSTILE}


def test_the_engine_gets_numbers_for_names() -> None:
    drawing = page_data(render_page(hostile_picture()))["drawing"]
    assert isinstance(drawing, dict)
    assert [node["id"] for node in drawing["nodes"]] == [0, 1]
    assert {node["group"] for node in drawing["nodes"]} == {"k0"}


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//x", "http:", "http://[", ""]
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert web_link(address) is None


def test_edges_between_the_same_two_nodes_bend_apart() -> None:
    back = Edge(GOVERNMENT.id, MEASURE.id, "q", "answers", "回答")
    picture = Picture("t", "t", PICTURE.nodes, (ANNOUNCED, ANNOUNCED, back), "v")
    drawing = page_data(render_page(picture))["drawing"]
    assert isinstance(drawing, dict)
    bends = [(e.get("smooth") or {}).get("type") for e in drawing["edges"]]
    assert bends == ["curvedCCW", None, "curvedCCW"]  # seen from the other end: the other side
    assert drawing["edges"][2]["dashes"] == [2, 4]


def test_an_edge_to_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="no such node"):
        Picture("t", "t", (MEASURE,), (ANNOUNCED,), "v")


def test_without_javascript_the_tables_stand_in_the_page() -> None:
    plain = render_page(PICTURE, "ja").split("<noscript>")[1]
    for text in (
        "国産AI開発の5年間支援",
        "発表者",
        "５年間で１兆円規模の支援",
        "時事通信社",
        "採用",
    ):
        assert text in plain


def test_both_languages_have_every_word() -> None:
    for english, japanese in CONTROLS.values():
        assert english
        assert japanese
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", japanese))


def test_a_missing_folder_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="there is no folder"):
        write_page(PICTURE, tmp_path / "missing" / "page.html")
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_page(PICTURE, tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_it_writes_utf8_under_an_ascii_locale_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "cwd").mkdir()
    program = (
        "import sys; from pathlib import Path; from kg.outlets.page import write_page\n"
        "from kg.views.network.picture import Node, Picture\n"
        "node = Node('a', 'https://example.org/a', 'A', '\\u9ad8\\u5e02', 'Person')\n"
        "write_page(Picture('T', '\\u9ad8\\u5e02', (node,), (), 'v'), Path(sys.argv[1]), 'ja')\n"
    )
    ascii_locale = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "out" / "page.html")],
        check=True,
        cwd=tmp_path / "cwd",
        env=environment | ascii_locale | {"HOME": str(tmp_path / "cwd")},
    )
    assert "高市" in (tmp_path / "out" / "page.html").read_text("utf-8")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["page.html"]
    assert list((tmp_path / "cwd").iterdir()) == []


@pytest.mark.parametrize("home", ["outlets/static", "edges/web/static/vendor"])
def test_vendored_builds_are_the_ones_described(home: str) -> None:
    static = files("kg").joinpath(home)
    builds = json.loads((static / "vendor.json").read_text("utf-8"))
    described = {name for build in builds for name in (build["file"], build["licences"])}
    assert {file.name for file in static.iterdir()} == {"vendor.json", *described}
    for build in builds:
        assert sha256((static / build["file"]).read_bytes()).hexdigest() == build["sha256"]
        licences = (static / build["licences"]).read_text("utf-8")
        for name, version in build["bundles"].items():
            assert f"{name} {version} (" in licences


def test_our_scripts_build_elements_only_from_text() -> None:
    for script in (files("kg.outlets.page") / "script").iterdir():
        code = script.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", code)
