"""`kg diff`: hand-made changes of the tables are found, each once, and nothing else."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kg.build.snapshot import Snapshot
from surfaces import EXAMPLE, kg, replace_once

pytestmark = pytest.mark.fast

HARBOUR = """- id: harbour-fund
  type: FiscalMeasure
  label: {en: Harbour fund, ja: 港基金}
  about: [content]
  area: japan
"""
GAZETTE = """- id: harbour-gazette
  type: NewsOrganisation
  label: {en: Harbour Gazette, ja: 港新聞}
"""
COUNCIL = """- id: port-council
  type: PublicBody
  label: {en: Port council, ja: 港湾評議会}
"""
FUND = (
    "c-livedoor-20251205-00{},harbour-fund,amount,{}e9,JPY,stated,,,{} billion yen,,,,,,,,,"
    "reported,livedoor-news,2025-12-05,stated,,AuthorVoice,1,src-livedoor-20251205,"
    "{} billion yen,,,,value,\n"
)


def by_rule(subject: str) -> str:
    """The id of a conflict that the rule finds between amounts of a subject in yen."""
    return f"conflict-{sha256(f'{subject}|amount|JPY'.encode()).hexdigest()[:12]}"


CLAIMS, MONEY = "claims/ai-trillion.csv", "claims/content-money.csv"

# Before: what the example says, and a little more that can be withdrawn.
BEFORE = (
    (MONEY, "", FUND.format(1, 1, 1, 1) + FUND.format(2, 9, 9, 9)),
    ("entities/measure.yaml", "", HARBOUR),
    ("entities/organisation.yaml", "", GAZETTE),
)

# File, what stood there, what stands there now (nothing before: at the end), and what that changes:
# of what, how, id, and the fields, where a thing was and is there.
CHANGES: tuple[tuple[str, str, str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        CLAIMS,
        "announced,government-of-japan,2025-12-19",
        "announced,government-of-japan,2025-12-18",
        (("claims", "changed", "c-gate-ai-content-001", "jsip:assertedOn"),),
    ),
    (
        CLAIMS,
        "not-stated,,,,,,,,,,,,,,reported",
        "not-stated,,,,,,,,,,,,,,announced",
        (("claims", "changed", "c-gate-ai-content-003", "jsip:assertionStatus"),),
    ),
    (
        CLAIMS,
        "1118,1148,Body,subject;asserter;nature",
        "1118,1148,Body,subject;nature",
        (
            (
                "claims",
                "changed",
                "c-gate-ai-content-005",
                "e-gate-ai-content-005/jsip:passageSupports",
            ),
        ),
    ),
    (
        CLAIMS,
        "seeks to draw in private money",
        "asks for private money",
        (("claims", "changed", "c-jiji-20251206-001", "skos:editorialNote@en"),),
    ),
    (
        CLAIMS,
        "1e12,JPY,approximately,,,about 1 trillion yen,,,,,,,,,target,government-of-japan,"
        "2025-12-05,inferred,,Document,1,src-jiji-20251206,about 1 trillion yen",
        "2e12,JPY,approximately,,,about 2 trillion yen,,,,,,,,,target,government-of-japan,"
        "2025-12-05,inferred,,Document,1,src-jiji-20251206,about 2 trillion yen",
        (
            (
                "claims",
                "changed",
                "c-jiji-20251206-002",
                "e-jiji-20251206-002/oa:exact jsip:lowerBound jsip:printedForm jsip:upperBound "
                "rdf:object",
            ),
        ),
    ),
    (
        CLAIMS,
        "５年間で１兆円規模の支援",
        "１兆円規模の支援",
        (("claims", "changed", "c-jiji-20251221-001", "e-jiji-20251221-001/oa:exact"),),
    ),
    (
        CLAIMS,
        "support given by METI",
        "support by METI",
        (("claims", "changed", "c-yomiuri-20251221-002", "skos:editorialNote@en"),),
    ),
    (
        MONEY,
        "takaichi-sanae,2025-12-04,inferred",
        "takaichi-sanae,2025-12-05,inferred",
        (("claims", "changed", "c-gate-ai-content-006", "jsip:assertedOn"),),
    ),
    (
        MONEY,
        "c-jiji-20260113-002,content-budget-japan,amount,25.3e9,JPY,stated,,,25.3 billion yen,,,"
        ",,,,,,reported,jiji-press,2026-01-13,stated,,AuthorVoice,1,src-jiji-20260113,"
        "25.3 billion yen,,,,value;asserter,\n",
        FUND.format(3, 3, 3, 3).replace("harbour-fund", "ai-basic-plan-investment"),
        (
            ("claims", "withdrawn", "c-jiji-20260113-002", ""),
            ("claims", "added", "c-livedoor-20251205-003", ""),
            ("conflicts", "opened", by_rule("ai-basic-plan-investment"), ""),
        ),
    ),
    (
        "evidence.csv",
        "e-gate-ai-content-x01,c-gate-ai-content-002,src-gate-ai-content,"
        "100 Million Yen Investment in AI,475,507,Subheading,value;subject;asserter\n",
        "",
        (("claims", "changed", "c-gate-ai-content-002", "e-gate-ai-content-x01"),),
    ),
    (
        "evidence.csv",
        "6024,6055,Body",
        "6024,6055,Abstract",
        (("claims", "changed", "c-gate-ai-content-004", "e-gate-ai-content-x02/jsip:textRole"),),
    ),
    (
        "evidence.csv",
        "",
        "e-jiji-20251221-x01,c-gate-ai-content-007,src-jiji-20251221,550億円,,,,value\n",
        (("claims", "changed", "c-gate-ai-content-007", "e-jiji-20251221-x01"),),
    ),
    (
        "mentions.csv",
        "Misrendered",
        "Correct",
        (
            (
                "sources",
                "changed",
                "src-gate-ai-content",
                "m-gate-ai-content-001/jsip:mentionQuality",
            ),
        ),
    ),
    (
        "sources.csv",
        "Japan Aims to Raise Public AI Use to 80 Pct",
        "Japan Aims to Raise AI Use to 80 Pct",
        (("sources", "changed", "src-jiji-20251206", "dct:title@en"),),
    ),
    (
        "sources.csv",
        "https://news.livedoor.com/topics/detail/29824455/",
        "https://news.livedoor.com/topics/detail/29824456/",
        (("sources", "changed", "src-livedoor-20251021", "schema:url"),),
    ),
    (
        "sources.csv",
        "",
        "src-gazette,NewsArticle,Quay,en,gate,,unknown,en,Primary,quoted,https://example.org/,,,,,\n",
        (("sources", "added", "src-gazette", ""),),
    ),
    (
        "entities/measure.yaml",
        "Public content-support budget of Japan",
        "Public budget of Japan for content",
        (("entities", "changed", "content-budget-japan", "rdfs:label@en"),),
    ),
    (
        "entities/organisation.yaml",
        "aliases: [The Japan News]",
        "aliases: [The Japan News, Yomiuri]",
        (("entities", "changed", "yomiuri-shimbun", "skos:altLabel@en"),),
    ),
    (
        "entities/organisation.yaml",
        GAZETTE,
        COUNCIL,
        (
            ("entities", "withdrawn", "harbour-gazette", ""),
            ("entities", "added", "port-council", ""),
        ),
    ),
    (
        "entities/measure.yaml",
        "about: [ai-models]",
        "about: [ai]",
        (("entities", "changed", "domestic-ai-support-5y", "dct:subject"),),
    ),
    (
        "reviews.csv",
        "",
        "review-0011,c-gate-ai-content-008,rejected,Deprecated,no year printed,1.0.0,jsip-editors,"
        "2026-11-30,\n",
        (
            (
                "claims",
                "newly_reviewed",
                "c-gate-ai-content-008",
                "jsip:rank jsip:reviewStatus jsip:reviewedIn review-0011",
            ),
        ),
    ),
    (
        "reviews.csv",
        "first load: phrase and asserter compared with the source row,1.0.0,jsip-editors,"
        "2026-11-22,\nreview-0008",
        "compared with the source row,1.0.0,jsip-editors,2026-11-22,\nreview-0008",
        (("sources", "changed", "src-yomiuri-20251221", "review-0007/rdfs:comment@en"),),
    ),
    (
        "relations.csv",
        "same sum and span from another outlet",
        "same sum from another outlet",
        (
            (
                "claims",
                "changed",
                "c-yomiuri-20251221-001",
                "relation/skos:editorialNote@en",
            ),
        ),
    ),
    (
        "relations.csv",
        "",
        "c-livedoor-20251205-002,supersedes,c-livedoor-20251205-001,a newer count\n",
        (
            ("claims", "superseded", "c-livedoor-20251205-001", ""),
            ("conflicts", "gone", by_rule("harbour-fund"), ""),
        ),
    ),
    (
        "conflicts.csv",
        ",,,Open,,",
        ",,,BothStand,,",
        (
            (
                "conflicts",
                "settled",
                "conflict-ai-trillion-public-or-private",
                "jsip:resolution state",
            ),
        ),
    ),
    (
        "conflicts.csv",
        "35 billion reads as the ministry part",
        "35 billion is the ministry part",
        (("conflicts", "changed", "conflict-c7b35558dbe7", "rdfs:comment@en"),),
    ),
    (
        "conflicts.csv",
        "",
        "conflict-two-aims,identity,c-gate-ai-content-001;c-jiji-20251206-002,,,Open,,one aim?,\n"
        "conflict-two-counts,caution,c-gate-ai-content-008;c-jiji-20260113-001,,scope,,,counts,\n",
        (
            ("conflicts", "opened", "conflict-two-aims", ""),
            ("cautions", "added", "conflict-two-counts", ""),
        ),
    ),
)


def edited(tables: Path, file: str, old: str, new: str) -> None:
    """A file of the tables with one place changed, or more at its end."""
    if old:
        replace_once(tables / file, old, new)
    else:
        with (tables / file).open("a", encoding="utf-8") as out:
            out.write(new)


def compiled(tables: Path) -> Path:
    triples = tables.with_name(f"{tables.name}-triples")
    done = kg("compile", "--tables", tables, "--out", triples)
    assert done.code == 0, done.err
    return triples


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The example's tables, and a little more."""
    shutil.copytree(EXAMPLE / "tables", tmp_path / "before")
    for change in BEFORE:
        edited(tmp_path / "before", *change)
    return tmp_path / "before"


def diff(*operands: object) -> Any:
    done = kg("diff", *operands, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def told(changes: Any) -> set[tuple[str, str, str, str]]:
    """Each change as (of what, how, id, names of its fields)."""
    return {
        (what, how, item["id"], " ".join(sorted(item.get("fields", {}))))
        for what in ("claims", "conflicts", "cautions", "entities", "sources")
        for how, items in changes[what].items()
        for item in items
    }


def test_thirty_changes_by_hand_are_found_and_no_other(before: Path, tmp_path: Path) -> None:
    after = shutil.copytree(before, tmp_path / "after")
    for file, old, new, _ in CHANGES:
        edited(after, file, old, new)
    wanted = {change for *_, changes in CHANGES for change in changes}
    assert len(wanted) > 30
    found = diff(compiled(before), compiled(after))
    assert told(found) == wanted
    assert sum(n for lists in found["counts"].values() for n in lists.values()) == len(wanted)


def test_what_a_field_was_and_is(before: Path, tmp_path: Path) -> None:
    after = shutil.copytree(before, tmp_path / "after")
    for file, old, new, _ in CHANGES:
        edited(after, file, old, new)
    operands = compiled(before), compiled(after)
    found = diff(*operands)
    changed = {item["id"]: item for item in found["claims"]["changed"]}
    fields = changed["c-jiji-20251206-002"]["fields"]
    assert fields["rdf:object"] == ["1000000000000", "2000000000000"]
    display = changed["c-jiji-20251206-002"]["display"]
    assert display["en"] == ["about 1 trillion yen", "about 2 trillion yen"]
    gone, come = changed["c-gate-ai-content-002"]["fields"]["e-gate-ai-content-x01"]
    assert (gone["oa:exact"], come) == ("100 Million Yen Investment in AI", None)
    (newer,) = found["claims"]["superseded"]
    assert (newer["by"], newer["reason"]) == ("c-livedoor-20251205-002", "a newer count")
    assert diff(*operands) == found
    text = kg("diff", *operands).out
    assert "about 1 trillion yen → about 2 trillion yen" in text
    assert "by c-livedoor-20251205-002: a newer count" in text


def test_a_rejected_rival_settles_a_conflict(before: Path, tmp_path: Path) -> None:
    after = shutil.copytree(before, tmp_path / "after")
    row = "review-0011,c-livedoor-20251205-001,rejected,Deprecated,slip,1.0.0,jsip-editors,"
    edited(after, "reviews.csv", "", f"{row}2026-11-30,\n")
    found = diff(compiled(before), compiled(after))
    (settled,) = found["conflicts"]["settled"]
    assert settled["fields"] == {"state": ["open", "settled"]}
    assert found["counts"]["claims"]["newly_reviewed"] == 1


def test_equal_versions_differ_in_nothing(example_snapshot: Snapshot) -> None:
    store = example_snapshot.folder.parents[1]
    for operand in (store, example_snapshot.folder, EXAMPLE / "triples"):
        found = diff(store, operand)
        assert not told(found)
        assert found["from"]["version"] == found["to"]["version"] == example_snapshot.version
    assert kg("diff", store, EXAMPLE / "triples").out.endswith("\nnothing changed\n")


@pytest.mark.parametrize("operand", ["nowhere", "2026.1.1", "tables"])
def test_what_is_no_version_says_what_to_give(operand: str, workplace: Path) -> None:
    done = kg("diff", operand, "triples")
    assert done.code == 2
    assert "give a store folder" in done.err or "No release is called '2026.1.1'" in done.err
