"""Behind a proxy: every address carries the base path, and nobody but the trusted is believed."""

import re
from collections.abc import Iterator

import pytest
import rdflib

from kg.build.snapshot import Snapshot
from kg.core.settings import Settings
from outside import Page, ask, running_server
from surfaces import REPOSITORY, kg

pytestmark = pytest.mark.long

BASE = "/jsip"
PAGES = (
    "/", "/explore", "/money", "/series", "/timeline", "/conflicts", "/sources", "/queries",
    "/queries/cq01", "/sparql", "/quality", "/about", "/docs", "/search?q=METI", "/ns.html",
    "/verify", "/entity/takaichi-sanae", "/claims/c-gate-ai-content-001", "/nothing", "/?lang=ja",
    "/sources/src-gate-ai-content", "/series/content-market-japan", "/sparql?query=ASK%7B%7D",
)  # fmt: skip


def store_of(snapshot: Snapshot) -> str:
    return str(snapshot.folder.parents[1])


@pytest.fixture(scope="module")
def below(shipped_snapshot: Snapshot) -> Iterator[str]:
    """A server behind a proxy that serves it below /jsip."""
    with running_server("--store", store_of(shipped_snapshot), KG_BASE_PATH="/jsip/") as (it, _):
        yield it.rstrip("/")


@pytest.mark.parametrize("prefix", [BASE, ""], ids=["kept", "stripped"])
@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_is_below_the_base_path(below: str, path: str, prefix: str) -> None:
    page = Page(ask(below, prefix + path, "text/html").text)
    own = [a for a in page.addresses if a.startswith("/")]
    assert own
    assert [a for a in own if not a.startswith(f"{BASE}/")] == []


@pytest.mark.parametrize("prefix", [BASE, ""], ids=["kept", "stripped"])
def test_links_scripts_and_data_are_there(below: str, prefix: str) -> None:
    scripts = re.findall(r'src="(/[^"]+)"', ask(below, f"{BASE}/explore", "text/html").text)
    styles = re.findall(r'href="(/[^"]+\.css)"', ask(below, f"{BASE}/explore", "text/html").text)
    for path in (*scripts, *styles, f"{BASE}/static/root.js", f"{BASE}/export/csv?entity=meti"):
        assert ask(below, prefix + path.removeprefix(BASE)).status == 200, path
    assert ask(below, f"{prefix}/sparql?format=csv&query=ASK%7B%7D").body == b"true"
    assert ask(below, f"{prefix}/ready").status == 200


def test_scripts_ask_below_the_base_path() -> None:
    folder = REPOSITORY / "src" / "kg" / "edges" / "web" / "static"
    own = [p for p in folder.rglob("*.js") if "vendor" not in p.parts]
    for file in own:
        text = file.read_text(encoding="utf-8")
        bare = re.findall(r"[\"'`(]/(?:api|claims|entity|explore|sparql|static|id)\b[^\"'`]*", text)
        assert bare == [], file.name


def test_redirects_lead_below_it(below: str) -> None:
    told = ask(below, f"{BASE}/id/meti", "text/html")
    assert (told.status, told.headers["location"]) == (303, "/jsip/id/meti.html")
    told = ask(below, told.headers["location"], "text/html")
    assert (told.status, told.headers["location"]) == (303, "/jsip/entity/meti")


def test_absolute_addresses_carry_it(below: str) -> None:
    here = f"{below}{BASE}"
    assert f"<loc>{here}/entity/meti</loc>" in ask(below, f"{BASE}/sitemap.xml").text
    assert f"Sitemap: {here}/sitemap.xml" in ask(below, f"{BASE}/robots.txt").text
    assert "Disallow: /jsip/sparql" in ask(below, f"{BASE}/robots.txt").text
    told = ask(below, f"{BASE}/sparql", "text/turtle").text
    described = rdflib.Graph().parse(data=told, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    assert [str(e) for e in described.objects(None, sd.endpoint)] == [f"{here}/sparql"]
    assert f"{here}/sparql" in ask(below, f"{BASE}/queries/cq01", "text/html").text
    assert ask(below, f"{BASE}/openapi.json").json["servers"] == [{"url": BASE}]


def where(server: str, **headers: str) -> str:
    """The address that the server believes to have."""
    found = re.search(r"<loc>([^<]*)</loc>", ask(server, "/sitemap.xml", **headers).text)
    assert found
    return found[1]


def test_a_host_header_is_not_echoed_unchecked(server: str) -> None:
    assert where(server) == server
    assert where(server, Host="data.example.org:81") == "http://data.example.org:81/"
    assert where(server, Host="[::1]:8000") == "http://[::1]:8000/"
    for host in ('a"><script>', "a b", "a/b", "user@a", "a:b", "", "a\\b", "a?b", "[::x]"):
        assert where(server, Host=host) == server, host


def test_nobody_is_believed_unasked(server: str) -> None:
    told = {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https",
            "X_Forwarded_Prefix": "/evil"}  # fmt: skip
    assert where(server, **told) == server
    assert "evil" not in ask(server, "/", "text/html", **told).text


def test_a_trusted_proxy_is_believed(shipped_snapshot: Snapshot) -> None:
    settings = {"KG_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1"}
    with running_server("--store", store_of(shipped_snapshot), **settings) as (server, _):
        told = {"X_Forwarded_Host": "data.example.org", "X_Forwarded_Proto": "https"}
        assert where(server, **told) == "https://data.example.org/"
        assert where(server, **told, X_Forwarded_Prefix="/a/b/") == "https://data.example.org/a/b/"
        assert where(server, X_Forwarded_Host="a b") == server
        assert where(server, X_Forwarded_Prefix='/"><x>') == server
        page = Page(ask(server, "/", "text/html", X_Forwarded_Prefix="/a").text)
        assert all(a.startswith("/a/") for a in page.addresses if a.startswith("/"))


def test_a_public_address_is_what_is_written(shipped_snapshot: Snapshot) -> None:
    settings = {"KG_PUBLIC_URL": "https://data.example.org/jsip"}
    with running_server("--store", store_of(shipped_snapshot), **settings) as (server, _):
        assert where(server, Host="evil.example") == "https://data.example.org/jsip/"
        assert 'href="/jsip/about' in ask(server, "/", "text/html").text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_path", "jsip"), ("base_path", "/a b"), ("base_path", "/a//b"), ("base_path", '/"'),
        ("public_url", "example.org"), ("public_url", "https://a b/"), ("public_url", "ftp://a"),
        ("trusted_proxies", "proxy.example"), ("trusted_proxies", "10.0.0.0/33"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings.model_validate({name: value})


def test_a_wrong_setting_is_told_to_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_BASE_PATH", "jsip")
    run = kg("serve", "--print-settings")
    assert run.code == 2
    assert "is no path such as /jsip" in run.err
