"""Names in running text: known ones, family names, misspellings, new ones, exact places."""

import random
from functools import partial
from itertools import pairwise

import pytest

from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.text.names import KnownName, NameFinder
from kg.views.finding.catalogue import Catalogue
from kg.views.finding.known_names import known_names
from kg.views.record.claims import Reader
from reading import known
from waiting import effort

KNOWN = [
    KnownName("Sanae Takaichi", "takaichi", "label", "person", 9),
    KnownName("高市早苗", "takaichi", "label", "person", 9),
    KnownName("Sanae Takashi", "takaichi", "hidden", "person", 9),
    KnownName("Yohei Matsumoto", "yohei", "label", "person"),
    KnownName("松本洋平", "yohei", "label", "person"),
    KnownName("Hisashi Matsumoto", "hisashi", "label", "person"),
    KnownName("松本尚", "hisashi", "label", "person"),
    KnownName("Ministry of Finance", "mof", "label", "body"),
    KnownName("財務省", "mof", "label", "body"),
    KnownName("Minister of Finance", "minister", "label", "post"),
    KnownName("AI Strategy Headquarters", "ai-hq", "label", "body"),
    KnownName("人工知能戦略本部", "ai-hq", "label", "body"),
    KnownName("Sony Group Corporation", "sony", "label", "firm"),
    KnownName("Sony", "sony", "alias", "firm"),
    KnownName("ソニー", "sony", "alias", "firm"),
    KnownName("Business Journal", "journal", "label", "outlet"),
    KnownName("Invoice System", "invoice", "alias", "policy"),
    KnownName("プリファードネットワークス", "pfn", "label", "firm"),
]
FINDER = NameFinder(KNOWN)


def told(text: str) -> list[tuple[str, str | None, bool]]:
    """Surface, id and whether damaged of each name."""
    return [(one.surface, one.id, one.damaged) for one in FINDER.find(text)]


@pytest.mark.fast
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sony Group Corp. and SONYX", [("Sony Group Corp.", "sony", False)]),
        ("株式会社ソニー、ソニーロジ", [("株式会社ソニー", "sony", False)]),
        ("the invoice system", [("invoice system", "invoice", False)]),
        ("a business journal", []),
        ("the Minister of Finance of the Ministry of Finance",
         [("Ministry of Finance", "mof", False)]),
        ("Sanae Takashi", [("Sanae Takashi", "takaichi", True)]),
        ("Sanae Takaishi", [("Sanae Takaishi", "takaichi", True)]),
        ("the Minstry of Finance", [("Minstry of Finance", "mof", True)]),
        ("人口知能戦略本部と高市早笛氏",
         [("人口知能戦略本部", "ai-hq", True), ("高市早笛", "takaichi", True)]),
        ("プリファード・ネットワークス", [("プリファード・ネットワークス", "pfn", False)]),
        ("Takaichi said; 高市首相は",
         [("Takaichi", "takaichi", False), ("高市", "takaichi", False)]),
        ("松本洋平と松本尚。松本氏は",
         [("松本洋平", "yohei", False), ("松本尚", "hisashi", False), ("松本", "hisashi", False)]),
        ("Matsumoto Motors", [("Matsumoto Motors", None, False)]),
        ("元財務省幹部", [("財務省", "mof", False)]),
        ("Alma Forsberg said so, at Waseda University",
         [("Alma Forsberg", None, False), ("Waseda University", None, False)]),
        ("株式会社みなと食品の浜野氏",
         [("株式会社みなと食品", None, False), ("浜野", None, False)]),
        ("地方銀行と関係者、田舎の両氏", []),
    ],
)  # fmt: skip
def test_names_are_found_where_they_stand(
    text: str, names: list[tuple[str, str | None, bool]]
) -> None:
    assert told(text) == names
    assert all(text[one.start : one.end] == one.surface for one in FINDER.find(text))


@pytest.mark.fast
def test_who_may_be_meant_is_told_where_the_text_does_not_say() -> None:
    (one,) = FINDER.find("松本氏は述べた")
    assert (one.id, one.candidates) == (None, ("hisashi", "yohei"))


@pytest.mark.fast
@pytest.mark.parametrize("seed", range(100))
def test_any_text_gives_ordered_spans_that_hold(seed: int) -> None:
    draw = random.Random(seed)
    pieces = [one.surface for one in KNOWN] + list("  、。氏のA㈱\u0301\u200b\ud800・ー")
    text = "".join(draw.choice(pieces) for _ in range(30))
    found = FINDER.find(text)
    assert all(text[one.start : one.end] == one.surface for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.fast
@pytest.mark.parametrize("piece", ["高市", "ソ", "Takaichi ", "Ministry of ", "a ", "人工"])
def test_the_effort_grows_with_the_size_of_the_text_alone(piece: str) -> None:
    few, many = (effort(partial(FINDER.find, piece * n)) for n in (200, 800))
    assert many < 5 * few + 1000


def test_the_store_and_the_tables_know_the_same_names(
    shipped_store: MemoryStore, names: Names
) -> None:
    of_store = {
        (one.surface, one.id, one.kind, one.sort)
        for one in known_names(Catalogue.of(Reader(shipped_store, names)))
    }
    of_tables = {(one.surface, one.id, one.kind, one.sort) for one in known.known_names()}
    assert of_store == of_tables
