"""Pages of releases: /changes, its feed, and /dataset/{version} of a version that is not served."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest

from kg.build.snapshot import Snapshot
from outside import Page, ask, running_server
from surfaces import EXAMPLE, ONTOLOGY, kg, replace_once

pytestmark = pytest.mark.long

GONE = "c-jiji-20260113-002"
CORRECTED = "c-jiji-20251206-001"


def next_tables(place: Path) -> Path:
    """The example with one claim changed and corrected, one reviewed again, one withdrawn."""
    tables = shutil.copytree(EXAMPLE / "tables", place / "tables")
    replace_once(
        tables / "claims" / "ai-trillion.csv", "seeks to draw in private money", "<b>asks</b>"
    )
    with (tables / "reviews.csv").open("a", encoding="utf-8") as out:
        out.write("review-0011,c-livedoor-20251021-001,accepted,Normal,read,1.0.0,jsip-editors,")
        out.write("2026-12-02,\n")
    (claims,) = [f for f in tables.glob("claims/*.csv") if GONE in f.read_text("utf-8")]
    kept = [row for row in claims.read_text("utf-8").splitlines(True) if not row.startswith(GONE)]
    claims.write_text("".join(kept), encoding="utf-8")
    (tables / "corrections.csv").write_text(
        "correction_id,claim,on,what,what_ja,told_by\n"
        f"correction-0001,{CORRECTED},2026-12-02,<i>words</i> were not the source’s,"
        "語句が異なっていた,\n",
        encoding="utf-8",
    )
    return tables


@pytest.fixture(scope="module")
def releases(
    example_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, str]:
    """Two releases: their files' folder, the version of the first, the store of the second."""
    place = tmp_path_factory.mktemp("releases")
    tables = next_tables(place)
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
    assert f"/claims/{GONE}" in page.addresses
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


def test_fields_and_values_have_words(site: str) -> None:
    english = Page(ask(site, "/changes/2026.12.1").text).words
    assert "correction" in english
    assert "rdf:" not in english
    assert "jsip:" not in english
    assert "訂正" in Page(ask(site, "/changes/2026.12.1?lang=ja").text).words


def test_a_claim_tells_its_corrections_and_what_releases_changed(site: str) -> None:
    answer = ask(site, f"/claims/{CORRECTED}")
    assert "&lt;i&gt;words&lt;/i&gt; were not the source’s" in answer.text
    assert "/changes/2026.12.1" in Page(answer.text).addresses
    assert "seeks to draw in private money" in answer.text
    assert "語句が異なっていた" in ask(site, f"/claims/{CORRECTED}?lang=ja").text
    assert "語句が異なっていた" in ask(site, "/changes?lang=ja").text
    assert "never removed" in ask(site, "/about").text


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_was_withdrawn_still_has_its_address(site: str, lang: str) -> None:
    """The claim and the conflict that it was in; a claim that never was has none."""
    answer = ask(site, f"/claims/{GONE}?lang={lang}")
    assert answer.status == 200
    assert {"/changes/2026.12.1"} <= {a.partition("?")[0] for a in Page(answer.text).addresses}
    assert Page(answer.text).faults == []
    by_iri = ask(site, f"/id/{GONE}", "text/html")
    assert (by_iri.status, by_iri.headers["location"]) == (303, f"/id/{GONE}.html")
    page = ask(site, f"/id/{GONE}.html")
    assert (page.status, page.headers["location"]) == (303, f"/claims/{GONE}")
    data = ask(site, f"/id/{GONE}.nt").text
    assert "deprecated" in data
    assert ask(site, "/claims/c-jiji-20260113-999").status == 404


def test_an_address_of_before_is_listed_since(site: str, releases: tuple[Path, str, str]) -> None:
    for name in ("2026.11.1", releases[1]):
        listed = ask(site, f"/changes?format=json&since={name}").json["releases"]
        assert [release["name"] for release in listed] == ["2026.12.1"]
    assert "2026.11.1" not in Page(ask(site, "/changes?since=2026.12.1").text).addresses
    assert ask(site, "/changes?since=1999.1.1").status == 404
    assert "/changes/2026.12.1" in Page(ask(site, "/").text).addresses


def feed(site: str, path: str) -> Any:
    """A feed as a feed parser reads it; each entry's page is there."""
    answer = ask(site, path)
    assert answer.kind == "application/atom+xml"
    read = feedparser.parse(answer.body)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.id.startswith("https://w3id.org/jsip/")
    assert read.feed.author
    assert len({entry.id for entry in read.entries}) == len(read.entries)
    days = [entry.updated for entry in read.entries]
    assert days == sorted(days, reverse=True)
    for entry in read.entries:
        assert ask(site, quote(entry.link.removeprefix(site.rstrip("/")))).status == 200
    return read


def test_the_feed_has_releases_and_corrections(site: str) -> None:
    entries = feed(site, "/changes.atom").entries
    titles = [entry.title for entry in entries]
    assert titles[-1] == "2026.11.1"
    assert "2026.12.1" in titles
    noted = [entry for entry in entries if entry.id.endswith("/id/correction-0001")]
    assert [entry.summary for entry in noted] == ["<i>words</i> were not the source’s"]
    (second,) = [entry for entry in entries if entry.title == "2026.12.1"]
    assert "Claims withdrawn 1" in second.summary


def test_an_entity_has_a_feed(site: str) -> None:
    of_measure = feed(site, "/entity/ai-basic-plan-investment.atom").entries
    assert any(entry.link.endswith(f"/claims/{CORRECTED}") for entry in of_measure)
    assert not any(entry.link.endswith(f"/claims/{GONE}") for entry in of_measure)
    of_speaker = feed(site, "/entity/jiji-press.atom").entries
    assert any(entry.link.endswith(f"/claims/{GONE}") for entry in of_speaker)
    assert feed(site, "/entity/ai-basic-plan-investment.atom?lang=ja").feed.title.endswith("変更")
    assert ask(site, "/entity/nobody-at-all.atom").status == 404
    alternate = 'type="application/atom+xml"'
    assert "/entity/jiji-press.atom" in ask(site, "/entity/jiji-press").text
    assert alternate in ask(site, "/entity/jiji-press").text


def test_conflicts_have_a_feed(site: str) -> None:
    feed(site, "/conflicts.atom")


def test_dumps_are_what_their_checksums_say(site: str, releases: tuple[Path, str, str]) -> None:
    """The dumps of a served release are the very files of its bundle."""
    page = Page(ask(site, "/dumps/").text)
    assert "/dumps/SHA256SUMS" in page.addresses
    sums = dict(line.split("  ")[::-1] for line in ask(site, "/dumps/SHA256SUMS").text.splitlines())
    assert sorted(sums) == ["jsip-2026.12.1.nq.gz", "jsip-2026.12.1.trig.gz"]
    recorded = json.loads((releases[0] / "2026.12.1.json").read_text("utf-8"))["files"]
    for name, digest in sums.items():
        assert f"/dumps/{name}" in page.addresses
        data = ask(site, f"/dumps/{name}").body
        assert hashlib.sha256(data).hexdigest() == digest
        assert digest in [file["sha256"] for file in recorded if file["name"] == name]
    assert ask(site, "/dumps/other.gz").status == 404


def test_a_bundle_beside_its_record_is_served(site: str, releases: tuple[Path, str, str]) -> None:
    bundle = releases[0].parent / "out" / "2026.11.1"
    assert ask(site, "/dumps/2026.11.1/datacite.json").status == 404
    answer = ask(site, "/dumps/2026.11.1/jsip-2026.11.1.nq.gz")  # the dump stands there always
    assert answer.body == (bundle / "jsip-2026.11.1.nq.gz").read_bytes()
    shutil.copytree(bundle, releases[0] / "2026.11.1", dirs_exist_ok=True)
    try:
        answer = ask(site, "/dumps/2026.11.1/jsip-2026.11.1.trig.gz")
        assert answer.body == (bundle / "jsip-2026.11.1.trig.gz").read_bytes()
        assert ask(site, "/dumps/2026.11.1/..%2F2026.12.1.json").status == 404
        (releases[0] / "2026.11.1" / "datacite.json").write_text("{}")
        assert ask(site, "/dumps/2026.11.1/datacite.json").status == 400
    finally:
        for name in {p.name for p in bundle.iterdir()} - {"jsip-2026.11.1.nq.gz"}:
            (releases[0] / "2026.11.1" / name).unlink()


def test_no_release_is_told_and_no_fault(server: str) -> None:
    """The shipped record may have none yet."""
    for path in (
        "/changes",
        "/changes?lang=ja",
        "/changes?format=json",
        "/changes.atom",
        "/conflicts.atom",
    ):
        assert ask(server, path).status == 200
    assert ask(server, "/changes/1999.1.1").status == 404
