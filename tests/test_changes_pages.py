"""Pages of releases: /changes, its feed, and /dataset/{version} of a version that is not served."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from kg.build.snapshot import Snapshot
from outside import Page, ask, running_server
from surfaces import EXAMPLE, ONTOLOGY, kg, replace_once

pytestmark = pytest.mark.long

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def releases(
    example_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, str]:
    """Two releases: their files' folder, the version of the first, the store of the second."""
    place = tmp_path_factory.mktemp("releases")
    tables = shutil.copytree(EXAMPLE / "tables", place / "tables")
    replace_once(
        tables / "claims" / "ai-trillion.csv", "seeks to draw in private money", "<b>asks</b>"
    )
    with (tables / "reviews.csv").open("a", encoding="utf-8") as out:
        out.write("review-0011,c-livedoor-20251021-001,accepted,Normal,read,1.0.0,jsip-editors,")
        out.write("2026-12-02,\n")
    first, second = example_snapshot.folder.parents[1], place / "store"
    build = ("build", "--ontology", ONTOLOGY, "--triples", place / "triples", "--store", second)
    assert kg("compile", "--tables", tables, "--out", place / "triples").code == 0
    assert kg(*build).code == 0
    for store in (first, second):
        kept = ("--kept", "https://example.org/kept")
        done = kg(
            "release", "--store", store, "--out", place / "out", "--records", place / "on", *kept
        )
        assert done.code == 0, done.err
    return place / "on", example_snapshot.version, str(second)


@pytest.fixture(scope="module")
def site(releases: tuple[Path, str, str]) -> Iterator[str]:
    """A server of the second release."""
    with running_server("--store", releases[2], KG_RELEASES=str(releases[0])) as (address, _):
        yield address


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_list_and_each_release(site: str, lang: str) -> None:
    for path, said in (
        ("/changes", "2026.11.1"),
        ("/changes/2026.11.1", "https://example.org/kept"),
        ("/changes/2026.12.1", "&lt;b&gt;asks&lt;/b&gt;"),
    ):
        answer = ask(site, f"{path}?lang={lang}")
        assert answer.status == 200
        assert said in answer.text
        assert Page(answer.text).faults == []


def test_what_changed_is_told_with_links(site: str) -> None:
    page = Page(ask(site, "/changes/2026.12.1").text)
    assert "/claims/c-jiji-20251206-001" in page.addresses
    assert "/claims/c-livedoor-20251021-001" in page.addresses
    for path in {a for a in page.addresses if a.startswith("/claims/")}:
        assert ask(site, path).status == 200


def test_an_address_that_was_cited_still_resolves(
    site: str, releases: tuple[Path, str, str]
) -> None:
    """Version 2026.11.1 was cited; served is the next one."""
    old = releases[1]
    first = ask(site, f"/dataset/{old}", "text/html")
    assert (first.status, first.headers["location"]) == (303, f"/dataset/{old}.html")
    second = ask(site, f"/dataset/{old}.html")
    assert (second.status, second.headers["location"]) == (303, "/changes/2026.11.1")
    assert old in ask(site, "/changes/2026.11.1").text
    data = ask(site, f"/dataset/{old}.ttl")
    assert data.status == 200
    assert "https://example.org/kept" in data.text
    by_version = ask(site, f"/changes/{old}")
    assert (by_version.status, by_version.headers["location"]) == (303, "/changes/2026.11.1")
    unknown = ask(site, f"/dataset/{'0' * 64}")
    assert unknown.status == 404
    assert "2026.12.1" in unknown.text


def test_the_served_version_describes_itself(site: str) -> None:
    version = ask(site, "/changes?format=json").json["releases"][0]["version"]
    assert ask(site, f"/dataset/{version}.html").status == 200


def test_json_is_the_release(site: str, releases: tuple[Path, str, str]) -> None:
    listed = ask(site, "/changes?format=json").json["releases"]
    assert [release["name"] for release in listed] == ["2026.12.1", "2026.11.1"]
    assert listed[0]["counts"]["claims"]["changed"] == 1
    file = json.loads((releases[0] / "2026.12.1.json").read_text("utf-8"))
    assert ask(site, "/changes/2026.12.1?format=json").json == file


def test_the_feed_is_atom(site: str) -> None:
    answer = ask(site, "/changes.atom")
    assert answer.kind == "application/atom+xml"
    root = ElementTree.fromstring(answer.body)
    for needed in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{needed}") is not None
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["2026.12.1", "2026.11.1"]
    for entry in entries:
        assert str(entry.findtext(f"{ATOM}id")).startswith("https://w3id.org/jsip/dataset/")
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert ask(site, quote(link.attrib["href"].removeprefix(site.rstrip("/")))).status == 200
    assert "Claims changed 1" in str(entries[0].findtext(f"{ATOM}summary"))


def test_no_release_is_told_and_no_fault(server: str) -> None:
    """The shipped record may have none yet."""
    for path in ("/changes", "/changes?lang=ja", "/changes?format=json", "/changes.atom"):
        assert ask(server, path).status == 200
    assert ask(server, "/changes/1999.1.1").status == 404
