"""Money, series, timeline and questions as pages: what is drawn is what the graph says."""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.build.snapshot import Snapshot, publish
from kg.core.names import Names
from kg.engine.graph_store import MemoryStore
from kg.views.figures.money import Measure, measures
from kg.views.figures.series_card import SeriesCard, series_card
from kg.views.figures.series_list import series_list
from kg.views.figures.totals import groups
from kg.views.queries.questions import bind, find_question, questions
from kg.views.record.cards import Named
from kg.views.record.claims import Reader
from kg.views.record.timeline import entries, timeline
from made import claim, reader_of
from outside import Page, ask, outside_addresses, running_server

PAGES = (
    "/money", "/money?topic=ai", "/series", "/series/digital-deficit-japan",
    "/series/mcst-content-budget-south-korea", "/timeline", "/timeline?kind=adoption", "/queries",
    "/queries/cq15", "/queries/cq36",
)  # fmt: skip


@pytest.fixture(scope="module")
def reader(shipped_store: MemoryStore, names: Names) -> Reader:
    return Reader(shipped_store, names)


@pytest.fixture(scope="module")
def every(reader: Reader) -> tuple[Measure, ...]:
    return measures(reader)


def topics(every: tuple[Measure, ...]) -> Iterator[tuple[Named, list[Measure]]]:
    for topic in sorted({topic for m in every for topic in m.topics}):
        yield topic, [m for m in every if topic in m.topics]


# --- money


def test_a_group_holds_one_phase_one_nature_one_currency(
    reader: Reader, every: tuple[Measure, ...]
) -> None:
    found = groups(reader, every, None)
    assert {m.named for g in found for m in g.measures} == {
        m.named for m in every if m.type.local != "BudgetComparator"
    }
    for group in found:
        assert {(m.phase, m.nature, m.currency) for m in group.measures} == {
            (group.phase, group.nature, group.currency)
        }


def test_without_a_topic_nothing_is_added(reader: Reader, every: tuple[Measure, ...]) -> None:
    for group in groups(reader, every, None):
        assert group.total is None
        if len(group.measures) > 1:
            assert any("without a topic" in refusal.en for refusal in group.refusals)


def test_every_total_is_one_that_the_question_cq20_gives(
    reader: Reader, every: tuple[Measure, ...]
) -> None:
    given = 0
    for topic, members in topics(every):
        query = bind(find_question("cq20"), {"industry": topic.iri}, reader.names)
        asked = {
            (row["phase"], row["nature"], reader.names.curie(row["currency"])): row["total"]
            for row in reader.rows(query)
        }
        for group in groups(reader, members, topic):
            if group.total:
                assert group.phase
                assert group.nature
                kind = group.phase.iri, group.nature.iri, group.currency
                assert group.total.value == Decimal(asked[kind])
                given += 1
    assert given > 3


def test_what_no_source_states_is_a_reason_not_to_add(
    reader: Reader, every: tuple[Measure, ...]
) -> None:
    for topic, members in topics(every):
        for group in groups(reader, members, topic):
            unstated = group.phase is None or group.nature is None
            assert not (unstated and group.total)
            assert bool(group.refusals) >= unstated


def test_a_part_is_left_out_of_the_total_of_its_whole(
    reader: Reader, every: tuple[Measure, ...]
) -> None:
    ai = next(topic for topic, _ in topics(every) if topic.id == "industry/ai")
    drafts = next(
        g
        for g in groups(reader, [m for m in every if ai in m.topics], ai)
        if g.phase and g.phase.local == "draft"
    )
    assert drafts.total
    assert drafts.total.words.en == "1.2483 trillion yen"
    assert len(drafts.measures) == 3
    assert len(drafts.total.left_out) == 1


def test_a_conversion_is_no_figure_of_its_measure(every: tuple[Measure, ...]) -> None:
    support = next(m for m in every if m.named.id == "domestic-ai-support-5y")
    assert support.currency == "cur:JPY"
    assert [c.unit for c in support.conversions] == ["cur:USD"]
    assert "100 million yen" not in {c.value_en for c in support.figures}  # rejected


def test_the_page_says_why_it_gives_no_total(server: str) -> None:
    told = Page(ask(server, "/money").text).words
    for said in (
        "Why there is no grand total",
        "Money asked for is not money voted",
        "no source says whether this money is public or private",
        "Only where a source converted",
    ):
        assert said in told


def test_a_filter_that_offers_no_such_value_names_the_nearest(server: str) -> None:
    answer = ask(server, "/money?topic=semiconductor")
    assert answer.status == 404
    assert "semiconductors" in answer.text


def test_the_table_of_money_has_every_claim_of_an_amount(
    server: str, every: tuple[Measure, ...]
) -> None:
    text = ask(server, "/money?format=csv").body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    claims = {c.id for m in every for c in (*m.claims, *m.conversions)}
    assert {row["claim"] for row in rows} == claims


# --- series


def card(reader: Reader, slug: str) -> SeriesCard:
    return series_card(reader, reader.names.id(slug))


def test_a_break_interrupts_the_line(reader: Reader) -> None:
    budget = card(reader, "mcst-content-budget-south-korea")
    assert [p.claim.id for p in budget.breaks] == ["c-zdnet-korea-20251203-001"]
    for line in budget.panels[0].lines:
        years = {p.when.year for p in line.points if p.when}
        assert years <= {2023, 2024} or years <= {2025, 2026}


def test_a_replaced_figure_stays_visible_and_is_not_joined(reader: Reader) -> None:
    market = card(reader, "anime-market-japan")
    replaced = {p.claim.value_en: p for p in market.points if p.look == "superseded"}
    assert set(replaced) == {"2.0009 trillion yen", "2.5112 trillion yen"}
    newer = replaced["2.5112 trillion yen"].replaced_by
    assert [c.value_en for c in newer] == ["2.5145 trillion yen"]
    joined = {p for panel in market.panels for line in panel.lines for p in line.points}
    assert not joined & set(replaced.values())


def test_forecasts_scenarios_and_providers_are_lines_of_their_own(reader: Reader) -> None:
    deficit = card(reader, "digital-deficit-japan")
    lines = deficit.panels[0].lines
    for line in lines:
        assert {p.claim.asserter for p in line.points} == {line.provider}
        looks = {p.look in ("projected", "intended") for p in line.points}
        assert looks == {line.is_projected}
    scenarios = {line.scenario.local for line in lines if line.scenario}
    assert {"base", "pessimistic", "widest-measure"} <= scenarios


def test_a_line_has_one_figure_a_period(reader: Reader) -> None:
    for listed in series_list(reader):
        for panel in card(reader, listed.named.id).panels:
            for line in panel.lines:
                periods = [p.when for p in line.points]
                assert len(set(periods)) == len(periods)


def test_different_units_share_no_axis(reader: Reader) -> None:
    growth = card(reader, "content-overseas-sales-growth-japan")
    assert [panel.unit for panel in growth.panels] == [
        "unit/times", "unit/percent-per-year", "unit/percent",
    ]  # fmt: skip


def test_a_series_names_those_it_must_not_be_joined_to(reader: Reader) -> None:
    old = card(reader, "content-overseas-sales-old-japan")
    assert "content-overseas-sales-japan" in {other.id for other in old.apart}


def test_what_is_no_series_has_no_page(server: str) -> None:
    assert ask(server, "/series/takaichi-sanae").status == 404
    assert ask(server, "/series/nothing-of-the-sort-xyzzy").status == 404


# --- timeline


def test_a_month_stays_a_month(reader: Reader, server: str) -> None:
    found = {(m.when, m.subject.id) for m in timeline(reader)}
    assert ("2007-10", "founding-janica") in found
    assert "October 2007" in Page(ask(server, "/timeline").text).words
    assert "2007年10月" in Page(ask(server, "/timeline?lang=ja").text).words


def test_draft_and_decision_of_one_day_are_shown_as_rivals(reader: Reader) -> None:
    stages = [m for m in timeline(reader) if m.kind == "stage" and m.subject.id == "ai-basic-plan"]
    by_stage = {m.value.local: m for m in stages if m.value}
    assert by_stage["draft"].when == by_stage["headquarters-decided"].when == "2025-12-19"
    assert "stage/draft" in {
        c.object.id for c in by_stage["headquarters-decided"].rivals if c.object
    }


def test_those_who_begin_together_are_one_entry(reader: Reader) -> None:
    moments = timeline(reader)
    found = entries(moments)
    assert sum(len(entry.moments) for entry in found) == len(moments)
    cabinet = max(found, key=lambda entry: len(entry.moments))
    assert len(cabinet.moments) > 10
    assert {m.when for m in cabinet.moments} == {"2026-02-18"}


def test_a_timeline_is_filtered_by_policy_actor_and_topic(server: str) -> None:
    for asked, present, absent in (
        ("policy=ai-basic-plan", "Cabinet decision on the AI Basic Plan", "Rapidus"),
        ("actor=rapidus", "mass production by Rapidus", "AI Basic Plan"),
        ("topic=industry/ai", "AI Strategy Headquarters meeting", "JFTC film"),
    ):
        page = ask(server, f"/timeline?{asked}").text
        shown = page.partition("</form>")[2].partition("</form>")[2]  # the options name everything
        assert present in shown
        assert absent not in shown
    assert ask(server, "/timeline?actor=nobody-at-all").status == 404


# --- questions


@pytest.mark.parametrize("name", questions())
def test_every_question_has_a_page_with_its_answer(server: str, name: str) -> None:
    answer = ask(server, f"/queries/{name}")
    page = Page(answer.text)
    assert answer.status == 200
    assert not page.faults
    assert "Cite this answer" in page.words


def test_rows_that_join_entities_are_drawn_and_lead_to_the_explorer(
    server: str, reader: Reader
) -> None:
    for name, least in (("cq18", 10), ("cq24", 2), ("cq25", 2)):
        page = Page(ask(server, f"/queries/{name}").text)
        assert page.faults == []
        explore = next(a for a in page.addresses if a.startswith("/explore#n="))
        places = explore.partition("=")[2].split(",")
        assert least <= page.tags.count("tspan") == len(places) <= 30
        for place in places:
            slug, x, y = place.rsplit(":", 2)
            assert int(x) is not None
            assert int(y) is not None
            assert ask(server, f"/entity/{quote(slug)}").status == 200
    assert "circle" not in Page(ask(server, "/queries/cq37").text).tags


def test_a_question_speaks_japanese_to_its_last_column(server: str) -> None:
    japanese = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
    for question in questions().values():
        assert all(japanese.search(p.meaning_ja) for p in question.parameters)
        text = ask(server, f"/queries/{question.name}?lang=ja").text
        heads = re.findall(r'<th scope="col" title="\?\w+">(.*?)</th>', text)
        assert [head for head in heads if not japanese.search(head)] == []
    text = ask(server, "/queries/cq01?lang=ja").text
    assert "尋ねる措置・系列・目標" in text
    assert ">主張者</th>" in text


def test_the_digest_on_the_page_is_that_of_the_endpoint(server: str) -> None:
    page = ask(server, "/queries/cq15").text
    query = quote(find_question("cq15").sparql, safe="")
    cited = ask(server, f"/api/citation?query={query}").json
    assert cited["result_digest"] in page


def test_a_bad_parameter_is_explained_beside_the_form(server: str) -> None:
    answer = ask(server, "/queries/cq21?day=yesterday")
    assert answer.status == 400
    assert "YYYY-MM-DD" in answer.text
    assert 'value="yesterday"' in answer.text
    assert ask(server, "/queries/cq15?base=no-such-thing-xyzzy").status == 400
    assert ask(server, "/queries/cq99").status == 404


def test_the_file_of_an_answer_has_its_rows(server: str) -> None:
    text = ask(server, "/queries/cq15?format=csv").body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    amounts = {row["measure"].rpartition("/")[2]: row["amount"] for row in rows}
    assert amounts["content-budget-united-states"] == "617600000000"


# --- all of them


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_small_and_leads_only_here_or_to_sources(
    server: str, path: str, lang: str
) -> None:
    answer = ask(server, f"{path}{'&' if '?' in path else '?'}lang={lang}")
    page = Page(answer.text)
    assert (answer.status, page.faults, page.handlers) == (200, [], [])
    assert not outside_addresses(page.addresses)
    assert len(answer.body) < 100_000
    assert "<h1" in answer.text


CHARTED = [
    "/money", "/money?topic=ai", "/series/digital-deficit-japan", "/queries/cq15", "/queries/cq36",
]  # fmt: skip


@pytest.mark.parametrize("path", CHARTED)
def test_every_mark_of_a_chart_names_a_claim_that_exists(server: str, path: str) -> None:
    marks = set(re.findall(r'<a href="/claims/([^"?]+)[^"]*"><title>', ask(server, path).text))
    assert marks
    spec = ask(server, f"{path}{'&' if '?' in path else '?'}format=vega").json
    charts = spec.get("vconcat", [spec])
    drawn = {datum["claim"] for chart in charts for datum in chart["data"]["values"]}
    assert drawn == marks
    for mark in sorted(marks)[:3]:
        assert ask(server, f"/claims/{mark}").status == 200


@pytest.mark.parametrize("path", ["/money", "/series", "/series/anime-market-japan", "/timeline"])
def test_a_table_downloads(server: str, path: str) -> None:
    answer = ask(server, f"{path}?format=csv")
    assert (answer.status, answer.kind) == (200, "text/csv")
    assert len(list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))) > 5


def test_pages_of_a_small_graph_and_of_an_empty_one_are_served(
    example_snapshot: Snapshot, tmp_path: Path
) -> None:
    publish(tmp_path, "empty", b"", "")
    for store in (example_snapshot.folder.parents[1], tmp_path):
        with running_server("--store", store) as (address, _):
            for path in ("/money", "/series", "/timeline", "/queries/cq15", "/queries/cq36"):
                assert ask(address, path).status == 200


# --- money made for one test: what the shipped graph does not have side by side


def measure(names: Names, slug: str, period: str, kind: str = "FiscalMeasure") -> str:
    """A measure for AI, approved and public, of a billion yen, in TriG."""
    facts = {
        "jsip:amount": '"1000000000"^^xsd:decimal',
        "jsip:budgetPhase": f"<{names.concept('budget-phase', 'approved')}>",
        "jsip:fundingNature": f"<{names.concept('funding-nature', 'public')}>",
        "jsip:targetsIndustry": f"<{names.concept('industry', 'ai')}>",
        "jsip:topic": f"<{names.concept('industry', 'ai')}>",
        "jsip:fiscalPeriod": f"id:{period}",
    }
    told = " ; ".join(f"{name} {value}" for name, value in facts.items())
    return (
        f'GRAPH g:entities {{ id:{slug} a jsip:{kind} ; rdfs:label "{slug}"@en , "{slug}"@ja }}\n'
        f"GRAPH g:derived-edges {{ id:{slug} {told} }}\n"
        f"GRAPH g:derived-inferred {{ id:{slug} a jsip:FiscalMeasure }}\n"
        + claim(f"c-{slug}", rdf__subject=f"id:{slug}", jsip__comparisonKey=f'"{slug}|amount"')
    )


def year(slug: str, first: str, last: str) -> str:
    return (
        f'GRAPH g:entities {{ id:{slug} rdfs:label "{slug}"@en ; '
        f'jsip:startDate "{first}"^^xsd:date ; jsip:endDate "{last}"^^xsd:date }}\n'
    )


YEARS = (
    year("fy2026", "2026-04-01", "2027-03-31"),
    year("fy2027", "2027-04-01", "2028-03-31"),
    year("frame", "2026-04-01", "2031-03-31"),
)


@pytest.mark.parametrize(
    ("made", "total", "refused"),
    [
        ((("a", "fy2026"), ("b", "fy2027")), "2 billion yen", ""),
        ((("a", "fy2026"), ("b", "fy2026")), "2 billion yen", ""),
        ((("a", "fy2026"), ("b", "frame")), "", "overlapping periods of unlike length"),
        ((("a", "fy2026"), ("b", "fy2027", "PublicFund")), "", "a fund used over years (a stock)"),
        ((("a", "fy2026", "PublicFund"), ("b", "fy2027", "PublicFund")), "2 billion yen", ""),
    ],
)
def test_stocks_and_flows_and_overlapping_periods_are_not_added(
    tmp_path: Path, names: Names, made: tuple[tuple[str, ...], ...], total: str, refused: str
) -> None:
    reader_of(tmp_path, names, *YEARS, *(measure(names, *one) for one in made))
    publish(tmp_path / "store", "made", (tmp_path / "quads.nq").read_bytes(), "")
    with running_server("--store", tmp_path / "store", "--workers", 1) as (address, _):
        for lang in ("en", "ja"):
            page = Page(ask(address, f"/money?topic=ai&lang={lang}").text)
            assert page.faults == []
        told = Page(ask(address, "/money?topic=ai").text).words
    assert (f"Counted once under this topic: {total}" in told) == bool(total)
    assert (refused in told) or not refused
    assert ("Counted once" in told) == bool(total)
