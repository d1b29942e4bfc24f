"""What the views say of the worked example and of small graphs made for one question."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from kg.build.snapshot import Snapshot
from kg.core.errors import KgError, UnknownName
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.figures.figures import figure_claims, figures
from kg.views.figures.series import series
from kg.views.finding.lookup import (
    find_claims,
    find_concept,
    find_entity,
    find_object,
    find_property,
)
from kg.views.quality.stats import stats
from kg.views.queries.questions import is_iri, resolve, term
from kg.views.queries.service_description import service_description
from kg.views.record.advice import Advice, advise
from kg.views.record.claims import Reader
from kg.views.record.conflicts import conflicts
from kg.views.record.entity import entity_card, grouped, is_entity, known_entities, known_names
from kg.views.record.why import claims_by, why
from made import claim, reader_of


@pytest.fixture(scope="module")
def example(example_snapshot: Snapshot, names: Names) -> Reader:
    store = MemoryStore(example_snapshot.quads, example_snapshot.version)
    return Reader(store, names)


def advice_on(reader: Reader, slug: str, predicate: str) -> Advice:
    card = entity_card(reader, reader.names.id(slug))
    found = [g.advice for g in card.groups if g.predicate.id == f"jsip:{predicate}"]
    assert len(found) == 1
    return found[0]


# --- which figure to print


def test_the_trillion_is_preferred_and_the_unit_slip_is_not_to_be_printed(example: Reader) -> None:
    advice = advice_on(example, "domestic-ai-support-5y", "amount")
    assert advice.prefer is not None
    assert advice.prefer.id == "c-jiji-20251221-001"
    assert advice.words is not None
    assert advice.words.en == "about 1 trillion yen (FY2026 to FY2030)"
    assert advice.words.ja == "約1兆円（2026年度から2030年度）"
    assert advice.why.en == (
        "The editors prefer it: nearest to the origin; says five years and about."
    )
    assert [w.en for w in advice.warnings] == [
        "Do not print 100 million yen: contradicted by the same article and by two reports; "
        "slip of 10^4.",
        "Print “about”: the source does.",
        "The source names nobody: say so.",
        "Periods differ (5 years, start not stated, FY2026 to FY2030, not stated): "
        "say which is meant.",
        "Kinds of statement differ (announced, planned): do not print one as the other.",
        "No primary document is held: say who reported it.",
    ]
    assert "主張の性格が異なる（発表、計画中）。互いに置き換えない。" in [
        w.ja for w in advice.warnings
    ]


def test_a_silent_source_and_a_question_of_identity_are_told_with_the_only_value(
    example: Reader,
) -> None:
    advice = advice_on(example, "domestic-ai-support-5y", "fundingNature")
    assert advice.prefer is not None
    assert advice.prefer.id == "c-yomiuri-20251221-002"
    told = [w.en for w in advice.warnings]
    assert "Not every source says it: src-gate-ai-content does not." in told
    asked = "It may be one thing with figures of other subjects: say whose it is and who pays."
    assert told[0] == asked


def test_an_open_end_keeps_its_words(example: Reader) -> None:
    advice = advice_on(example, "fy2025-supplementary-content", "amount")
    assert advice.words is not None
    assert (advice.words.en, advice.words.ja) == ("more than 55 billion yen", "550億円超")
    told = [w.en for w in advice.warnings]
    assert "Keep the words “more than 55 billion yen”: one side is open." in told
    assert "The claim states no period." in told


def test_no_sentence_is_left_half_in_the_other_language(example: Reader) -> None:
    for slug in ("domestic-ai-support-5y", "fy2025-supplementary-content", "content-budget-japan"):
        for group in entity_card(example, example.names.id(slug)).groups:
            for sentence in (group.advice.why, *group.advice.warnings):
                assert sentence.en.isascii() or "“" in sentence.en
                assert sentence.ja.endswith("。") or "：" in sentence.ja
                assert ".." not in sentence.en
                assert "announced" not in sentence.ja


def advised(folder: Path, names: Names, *claims: str) -> Advice:
    reader = reader_of(folder, names, *claims)
    return advise(reader.claims("?claim rdf:subject id:figure ."))


def test_claims_that_differ_are_printed_with_their_asserters_or_not_at_all(
    tmp_path: Path, names: Names
) -> None:
    other = claim("c-2", rdf__object='"2000000000"^^xsd:decimal', jsip__assertedBy="id:rival")
    advice = advised(tmp_path, names, claim("c-1"), other)
    assert (advice.prefer, advice.words) == (None, None)
    assert advice.why.en == "Accepted claims differ: print each with its asserter, or none."


def test_of_claims_that_agree_the_nearest_to_the_origin_is_printed(
    tmp_path: Path, names: Names
) -> None:
    unnamed = claim("c-1", source="id:src-origin", jsip__attributionType="jsip:UnnamedSources")
    near = claim("c-2", source="id:src-origin")
    advice = advised(tmp_path, names, unnamed, near, claim("c-0"))
    assert advice.prefer is not None
    assert advice.prefer.id == "c-2"
    assert advice.why.en.startswith("All 3 accepted claims agree")
    assert "No primary document is held: say who reported it." not in [
        w.en for w in advice.warnings
    ]


def test_a_conversion_is_never_the_figure_to_print(tmp_path: Path, names: Names) -> None:
    dollars = claim(
        "c-0",
        rdf__object='"6500000"^^xsd:decimal',
        jsip__unit="cur:USD",
        jsip__comparisonKey='"figure|amount|USD"',
        jsip__convertedFrom="id:c-1",
    )
    advice = advised(tmp_path, names, dollars, claim("c-1"))
    assert advice.prefer is not None
    assert advice.prefer.id == "c-1"


def test_a_measure_without_a_period_of_the_claim_is_told_with_its_own(
    tmp_path: Path, names: Names
) -> None:
    year = (
        'GRAPH g:entities { id:fy a jsip:FiscalYear ; rdfs:label "FY2025"@en , "2025年度"@ja } '
        "GRAPH g:derived-edges { id:figure jsip:fiscalPeriod id:fy }"
    )
    advice = advised(tmp_path, names, claim("c-1"), year)
    assert advice.words is not None
    assert advice.words.en == "1 billion yen (FY2025)"
    assert advice.words.ja == "10億円（2025年度）"
    assert "The claim states no period." not in [w.en for w in advice.warnings]


def test_nothing_accepted_means_nothing_to_print(tmp_path: Path, names: Names) -> None:
    advice = advised(tmp_path, names, claim("c-1", jsip__reviewStatus="rv:candidate"))
    assert advice.prefer is None
    assert advice.why.en == "No accepted claim: print nothing."


def test_two_preferred_values_that_exclude_each_other_are_none(
    tmp_path: Path, names: Names
) -> None:
    one = claim("c-1", jsip__rank="jsip:Preferred")
    two = claim("c-2", jsip__rank="jsip:Preferred", rdf__object='"5"^^xsd:decimal')
    assert advised(tmp_path, names, one, two).prefer is None


def test_only_a_silence_is_printed_as_a_silence(tmp_path: Path, names: Names) -> None:
    silence = claim(
        "c-1", a="jsip:AbsenceNote", rdf__object="fn:not-stated", jsip__unit="",
        rdf__predicate="jsip:fundingNature", jsip__valueQualifier="", jsip__comparisonKey="",
    )  # fmt: skip
    advice = advised(tmp_path, names, silence)
    assert advice.why.en == "The source does not say; print that it does not."


@pytest.mark.parametrize(
    ("qualifier", "en", "ja"),
    [
        ("approximately", "about 1 billion yen", "約10億円"),
        ("over", "more than 1 billion yen", "10億円超"),
        ("at-least", "at least 1 billion yen", "10億円以上"),
        ("under", "less than 1 billion yen", "10億円未満"),
        ("up-to", "up to 1 billion yen", "最大10億円"),
        ("stated", "1 billion yen", "10億円"),
    ],
)
def test_a_qualifier_is_part_of_the_figure(
    qualifier: str, en: str, ja: str, tmp_path: Path, names: Names
) -> None:
    advice = advised(tmp_path, names, claim("c-1", jsip__valueQualifier=f"vq:{qualifier}"))
    assert advice.words is not None
    assert (advice.words.en, advice.words.ja) == (en, ja)


# --- what makes figures incomparable


def test_figures_of_different_questions_are_set_apart(tmp_path: Path, names: Names) -> None:
    mean = claim("c-1", jsip__statistic="stat:mean", jsip__comparisonKey='"figure|mean"')
    median = claim(
        "c-2", jsip__statistic="stat:median", jsip__unit="cur:USD",
        jsip__comparisonKey='"figure|median"',
    )  # fmt: skip
    reader = reader_of(tmp_path, names, mean, median)
    card = entity_card(reader, names.id("figure"))
    assert [len(group.claims) for group in card.groups] == [1, 1]
    (comparison,) = card.comparisons
    assert [w.en for w in comparison.warnings] == [
        "Units differ (yen, US dollars): neither add nor compare.",
        "Statistics differ (mean, median): neither add nor compare.",
    ]
    assert [w.ja for w in comparison.warnings] == [
        "単位が異なる（円、米ドル）。足したり比べたりしない。",
        "統計量が異なる（平均、中央値）。足したり比べたりしない。",
    ]


def test_a_qualifier_that_only_one_claim_states_is_a_difference(
    tmp_path: Path, names: Names
) -> None:
    advice = advised(tmp_path, names, claim("c-1", jsip__statistic="stat:mean"), claim("c-2"))
    assert advice.warnings[0].en == (
        "Statistics differ (mean, not stated): neither add nor compare."
    )


def test_alike_figures_and_rejected_ones_give_no_warning_of_difference(
    tmp_path: Path, names: Names
) -> None:
    slip = claim(
        "c-2", jsip__reviewStatus="rv:rejected", jsip__rank="jsip:Deprecated",
        jsip__unit="cur:USD", jsip__statistic="stat:mean",
    )  # fmt: skip
    told = [w.en for w in advised(tmp_path, names, claim("c-1"), slip).warnings]
    assert not [sentence for sentence in told if "differ" in sentence]
    assert "Do not print US$1 billion." in told


def test_a_long_list_is_cut(tmp_path: Path, names: Names) -> None:
    statuses = "announced planned reported estimated forecast target requested enacted".split()
    claims = [
        claim(f"c-{i}", jsip__assertionStatus=f"st:{status}") for i, status in enumerate(statuses)
    ]
    (told,) = [w.en for w in advised(tmp_path, names, *claims).warnings if "Kinds" in w.en]
    assert "and 2 more): do not" in told


# --- conflicts


def test_the_example_has_two_conflicts_and_an_open_question_of_identity(example: Reader) -> None:
    found = {conflict.id: conflict for conflict in conflicts(example)}
    assert {id_: (c.kind, c.type, c.resolution, c.is_open) for id_, c in found.items()} == {
        "conflict-53d29cce3f19": ("conflict", "UnitError", "ResolvedFor", False),
        "conflict-ai-trillion-public-or-private": ("identity", "", "Open", True),
        "conflict-c7b35558dbe7": ("conflict", "Value", "BothStand", False),
    }
    slip = found["conflict-53d29cce3f19"]
    assert slip.key == "domestic-ai-support-5y|amount|JPY"
    assert slip.favours == "c-jiji-20251221-001"
    assert [c.id for c in slip.claims] == [
        "c-gate-ai-content-001", "c-gate-ai-content-002", "c-gate-ai-content-004",
        "c-jiji-20251221-001", "c-yomiuri-20251221-001",
    ]  # fmt: skip


def test_open_conflicts_and_those_about_an_entity_can_be_asked_for(example: Reader) -> None:
    assert [c.id for c in conflicts(example, only_open=True)] == [
        "conflict-ai-trillion-public-or-private"
    ]
    about = conflicts(example, about=example.names.id("ai-basic-plan-investment"))
    assert [(c.id, len(c.claims)) for c in about] == [("conflict-ai-trillion-public-or-private", 2)]
    assert conflicts(example, about=example.names.id("gate")) == []


def conflict_of(names: Names, **verdict: str) -> str:
    told = "".join(f" ; {name.replace('__', ':')} {value}" for name, value in verdict.items())
    members = "id:c-1 , id:c-2 , id:c-gone"
    return f"GRAPH g:editorial {{ id:conflict-x a jsip:Conflict ; jsip:involves {members}{told} }}"


@pytest.mark.parametrize(
    ("review", "verdict", "is_open"),
    [
        ("rv:accepted", {}, True),
        ("rv:accepted", {"jsip__resolution": "jsip:Open"}, True),
        ("rv:accepted", {"jsip__resolution": "jsip:BothStand"}, False),
        ("rv:rejected", {}, False),
        ("rv:superseded", {}, False),
    ],
)
def test_a_conflict_is_open_until_it_is_judged_or_one_side_steps_back(
    review: str, verdict: dict[str, str], is_open: bool, tmp_path: Path, names: Names
) -> None:
    reader = reader_of(
        tmp_path, names, claim("c-1", jsip__disagreesWith="id:c-2"),
        claim("c-2", jsip__reviewStatus=review), conflict_of(names, **verdict),
    )  # fmt: skip
    (conflict,) = conflicts(reader)
    assert (conflict.is_open, [c.id for c in conflict.claims]) == (is_open, ["c-1", "c-2"])


def test_claims_that_do_not_disagree_are_no_rivals(tmp_path: Path, names: Names) -> None:
    claims = (claim("c-1", jsip__disagreesWith="id:c-2"), claim("c-2"), claim("c-3"))
    members = "id:c-1 , id:c-2 , id:c-3"
    told = f"GRAPH g:x {{ id:conflict-x a jsip:Conflict ; jsip:involves {members} }}"
    (conflict,) = conflicts(reader_of(tmp_path, names, *claims, told))
    assert conflict.is_open
    rivals = {c.id: [rival.id for rival in conflict.rivals(c.id)] for c in conflict.claims}
    assert rivals == {"c-1": ["c-2"], "c-2": ["c-1"], "c-3": []}


@pytest.mark.parametrize(
    ("cls", "kind"), [("IdentityQuestion", "identity"), ("Caution", "caution")]
)
def test_a_question_and_a_caution_have_no_rivals(
    cls: str, kind: str, tmp_path: Path, names: Names
) -> None:
    claims = (claim("c-1", jsip__disagreesWith="id:c-2"), claim("c-2"))
    told = f"GRAPH g:x {{ id:conflict-x a jsip:{cls} ; jsip:involves id:c-1 , id:c-2 }}"
    (found,) = conflicts(reader_of(tmp_path, names, *claims, told))
    assert (found.kind, found.is_open, found.disagreeing) == (kind, kind == "identity", ())


# --- entities, look-up, edges


def test_an_entity_card_leads_every_claim_to_its_passage(example: Reader) -> None:
    card = entity_card(example, example.names.id("takaichi-sanae"))
    assert (card.entity.en, card.entity.ja, card.type.en) == (
        "Sanae Takaichi", "高市早苗", "person",
    )  # fmt: skip
    assert card.names == ("Takaichi Sanae", "たかいち さなえ")
    assert card.links == ("http://www.wikidata.org/entity/Q1705028",)
    ((tenure,),) = [group.claims for group in card.groups]
    assert (tenure.value_en, tenure.asserter.en, tenure.status.en) == (
        "Prime Minister of Japan", "livedoor News", "reported",
    )  # fmt: skip
    (passage,) = tenure.passages
    assert (passage.quote, passage.source.id) == ("第１０４代首相に指名", "src-livedoor-20251021")
    json.dumps(asdict(card))


def test_claims_stand_in_the_order_of_their_rank(example: Reader) -> None:
    card = entity_card(example, example.names.id("domestic-ai-support-5y"))
    (amounts,) = [g for g in card.groups if g.predicate.local == "amount"]
    ranks = ["Preferred", "Normal", "Normal", "Normal", "Deprecated"]
    assert [c.rank for c in amounts.claims] == ranks
    assert grouped(reversed(amounts.claims))[0].claims == amounts.claims


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("takaichi-sanae", "takaichi-sanae"),
        ("id:takaichi-sanae", "takaichi-sanae"),
        ("https://w3id.org/jsip/id/takaichi-sanae", "takaichi-sanae"),
        ("高市早苗", "takaichi-sanae"),
        ("Sanae Takashi", "takaichi-sanae"),
        ("industry/animation", "industry/animation"),
    ],
)
def test_an_entity_is_found_by_any_of_its_names(example: Reader, name: str, slug: str) -> None:
    assert example.names.slug(find_entity(example, name)) == slug


@pytest.mark.parametrize(
    "name", ["xyzzy", "", "src-jiji-20251221", "c-jiji-20251221-001", "x> ?p ?o . <y", "id:x y"]
)
def test_what_is_no_entity_is_refused(example: Reader, name: str) -> None:
    with pytest.raises(UnknownName):
        find_entity(example, name)


def test_a_misspelt_entity_names_the_nearest(example: Reader) -> None:
    with pytest.raises(UnknownName, match="nearest: gate"):
        find_entity(example, "gatx")


def test_properties_objects_and_concepts_are_found(example: Reader) -> None:
    names = example.names
    assert find_property(example, "holdsPost") == names.iri("jsip:holdsPost")
    assert find_property(example, names.iri("jsip:holdsPost")) == names.iri("jsip:holdsPost")
    assert find_object(example, "not-stated") == names.concept("funding-nature", "not-stated")
    assert find_object(example, "1e12") == "1e12"
    assert find_concept(example, "review-status", "accepted") == names.iri("rv:accepted")
    with pytest.raises(UnknownName, match="nearest: holdsPost"):
        find_property(example, "holdPost")
    with pytest.raises(UnknownName, match="nearest: accepted"):
        find_concept(example, "review-status", "acepted")


def test_one_entity_is_known_as_the_list_of_all_says(example: Reader) -> None:
    known = known_entities(example)
    assert len(known) == len(set(known))
    for slug in ("gate", "industry/animation", "src-jiji-20251221", "nothing"):
        assert is_entity(example, resolve(slug, example.names)) == (slug in known)
    assert "c-gate-ai-content-001" in known_names(example, "id", "c-gate-ai-content-9")
    assert "takaichi-sanae" in known_names(example, "id", "zzz")
    assert "editorial" in known_names(example, "graph", "zzz")


@pytest.mark.parametrize(
    ("value", "claims"),
    [
        ("100000000", ["c-gate-ai-content-002"]),
        ("1e8", ["c-gate-ai-content-002"]),
        ("100000000.0", ["c-gate-ai-content-002"]),
    ],
)
def test_why_finds_a_number_by_its_value(example: Reader, value: str, claims: list[str]) -> None:
    names = example.names
    found = why(example, names.id("domestic-ai-support-5y"), names.iri("jsip:amount"), value)
    assert [c.id for c in found] == claims


def test_why_of_an_edge_gives_claims_of_any_review(example: Reader) -> None:
    names = example.names
    edge = ("takaichi-sanae", "holdsPost", "prime-minister-of-japan")
    found = why(example, names.id(edge[0]), names.iri(f"jsip:{edge[1]}"), names.id(edge[2]))
    assert [(c.id, c.passages[0].quote) for c in found] == [
        ("c-livedoor-20251021-001", "第１０４代首相に指名")
    ]


def test_why_of_what_nobody_claims_says_what_is_claimed(example: Reader) -> None:
    names = example.names
    with pytest.raises(UnknownName, match="known: prime-minister-of-japan"):
        why(example, names.id("takaichi-sanae"), names.iri("jsip:holdsPost"), names.id("gate"))


@pytest.mark.parametrize(
    ("wanted", "total"),
    [
        ({}, 16),
        ({"predicate": "jsip:amount"}, 11),
        ({"predicate": "jsip:amount", "object": "1e12"}, 5),
        ({"object": "fn:public"}, 1),
        ({"asserter": "id:gate"}, 4),
        ({"source": "id:src-livedoor-20251205"}, 1),
        ({"status": "st:planned", "review": "rv:accepted"}, 4),
        ({"object": 'x" . ?s ?p ?o #'}, 0),
    ],
)
def test_claims_match_every_filter(example: Reader, wanted: dict[str, str], total: int) -> None:
    names = example.names
    iris = {k: names.iri(v) if ":" in v and " " not in v else v for k, v in wanted.items()}
    count, found = claims_by(example, 3, 0, **iris)
    assert (count, len(found)) == (total, min(3, total))
    pages = [
        c.id for offset in range(0, total, 3) for c in claims_by(example, 3, offset, **iris)[1]
    ]
    assert pages == sorted(set(pages))
    assert len(pages) == total


def test_a_claim_a_passage_and_a_source_stand_for_claims(example: Reader) -> None:
    def ids(name: str) -> list[str]:
        return [c.id for c in find_claims(example, name)]

    assert ids("c-gate-ai-content-006") == ["c-gate-ai-content-006"]
    assert ids("e-gate-ai-content-x01") == ["c-gate-ai-content-002"]
    assert ids("src-jiji-20251206") == ["c-jiji-20251206-001", "c-jiji-20251206-002"]
    assert ids("takaichi-sanae") == ids("高市早苗") == ids("no such thing") == []


def test_figures_come_in_pages(example: Reader) -> None:
    found = figure_claims(example)
    assert len(set(found)) == len(found) == 11
    first, rest = figures(example, found[:4]), figures(example, found[4:])
    assert [claim.iri for claim in (*first, *rest)] == found
    assert figures(example, []) == []


# --- counts, series, the service


def test_stats_count_the_example(example: Reader) -> None:
    found = stats(example)
    assert (found.claims, found.conflicts, found.open_conflicts) == (16, 2, 0)
    assert (found.identity_questions, found.open_identity_questions, found.cautions) == (1, 1, 0)
    assert (found.confirmed, found.open_disagreements) == (0, 0)
    assert found.version == example.store.version
    assert found.quads == sum(found.graphs.values())
    assert found.reviews == {"review-status/accepted": 15, "review-status/rejected": 1}
    assert found.sources["src-gate-ai-content"] == 8
    assert sum(found.statuses.values()) == 16
    assert found.shares["accepted"] == round(15 / 16, 3)
    assert found.shares["with primary source"] == 0
    assert all(0 <= share <= 1 for share in found.shares.values())


def observed(slug: str, year: int, value: str, **said: str) -> str:
    by_default = {
        "a": "jsip:QuantityClaim",
        "rdf__subject": "id:market",
        "rdf__predicate": "jsip:observedValue",
        "rdf__object": f'"{value}"^^xsd:decimal',
        "jsip__refPeriod": f"id:cy{year}",
        "jsip__assertionStatus": "st:surveyed",
        "jsip__comparisonKey": f'"market|{year}"',
    }
    return claim(slug, **(by_default | said))


YEARS = """GRAPH g:entities {
  id:market a jsip:Series ; rdfs:label "Market"@en , "市場"@ja .
  id:cy2021 a jsip:CalendarYear ; jsip:startDate "2021-01-01"^^xsd:date ; rdfs:label "2021"@en .
  id:cy2022 a jsip:CalendarYear ; jsip:startDate "2022-01-01"^^xsd:date ; rdfs:label "2022"@en .
  id:cy2023 a jsip:CalendarYear ; jsip:startDate "2023-01-01"^^xsd:date ; rdfs:label "2023"@en . }
"""


def test_a_series_shows_providers_a_break_a_revision_and_a_forecast(
    tmp_path: Path, names: Names
) -> None:
    old = {"jsip__reviewStatus": "rv:superseded", "jsip__rank": "jsip:Deprecated"}
    imagined = {"jsip__assertionStatus": "st:forecast", "jsip__scenario": "scn:pessimistic"}
    reader = reader_of(
        tmp_path, names, YEARS,
        observed("c-2021", 2021, "10"),
        observed("c-2022-old", 2022, "11", **old),
        observed("c-2022", 2022, "12", jsip__supersedes="id:c-2022-old"),
        observed("c-2022-rival", 2022, "15", jsip__assertedBy="id:rival"),
        observed("c-2023", 2023, "20", jsip__breaksSeriesAfter="id:cy2022"),
        observed("c-2023-s", 2023, "21", **imagined),
        observed("c-rejected", 2023, "99", **(old | {"jsip__reviewStatus": "rv:rejected"})),
        derived=True,
    )  # fmt: skip
    found = series(reader, names.id("market"))
    assert [(o.period.en, o.start, o.value, o.provider.id, o.status) for o in found] == [
        ("2021", "2021-01-01", "10", "agency", "A"),
        ("2022", "2022-01-01", "12", "agency", "A"),
        ("2022", "2022-01-01", "15", "rival", "A"),
        ("2023", "2023-01-01", "20", "agency", "B"),
        ("2023", "2023-01-01", "21", "agency", "F"),
    ]
    assert [o.replaces for o in found] == [(), (names.id("c-2022-old"),), (), (), ()]
    assert [o.scenario.id if o.scenario else "" for o in found][-2:] == ["", "scenario/pessimistic"]
    assert {names.slug(o.claim) for o in found} >= {"c-2021", "c-2022-rival"}
    assert series(reader, names.id("figure")) == []


def test_a_store_of_somebody_else_is_read_without_a_traceback(tmp_path: Path, names: Names) -> None:
    """Blank nodes, texts where numbers belong, claims whose sources nobody describes."""
    odd = claim("c-1", rdf__object='"many"', jsip__rank="id:odd", source="id:src-unheard-of")
    reader = reader_of(tmp_path, names, odd, "GRAPH id:any { [] skos:inScheme [ rdfs:label 'x' ] }")
    (card,) = entity_card(reader, names.id("figure")).groups
    assert (card.claims[0].value_en, card.claims[0].passages) == ("many", ())
    assert [
        row["x"][:2] for row in reader.rows("SELECT ?x { ?x skos:inScheme ?y FILTER(isBlank(?x)) }")
    ] == ["_:"]
    assert stats(reader).claims == 1


def test_the_service_describes_its_graphs(example: Reader) -> None:
    triples = service_description(example, "http://localhost/sparql", graphs=True)
    said = {(t.predicate.value.rpartition("#")[2], str(t.object)) for t in triples}
    assert ("endpoint", "<http://localhost/sparql>") in said
    assert ("name", f"<{example.names.graph('editorial')}>") in said
    assert [v for p, v in said if p == "feature"] == [
        "<http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph>"
    ]
    plain = service_description(example, "http://localhost/sparql", union=False, graphs=True)
    assert len(triples) - len(plain) == 1
    assert not any("union" in str(t.object) for t in plain)
    assert len(service_description(example, "http://localhost/sparql")) < 30
    assert sum(p == "name" for p, _ in said) == len(stats(example).graphs)


# --- what is pasted into a query cannot end its own token


@pytest.mark.parametrize(
    "text",
    ["x> ?p ?o", "http://x/\x00", "http://x/\n", "http://x/<", 'http://x/"', "http://x/`", ""],
)
def test_no_iri_ends_itself(text: str, names: Names) -> None:
    assert not is_iri(text)
    with pytest.raises(KgError):
        resolve(text, names)


def test_a_date_is_written_in_full(names: Names) -> None:
    assert term("date", "20251221", names).startswith('"2025-12-21"^^')
