"""Content negotiation: a pure function and its table of cases (RFC 9110, section 12.5.1)."""

from functools import partial

import pytest

from kg.core.media import (
    CSV,
    FORMAT_NAMES,
    GRAPH_OFFERS,
    JSON,
    JSONLD,
    NTRIPLES,
    RDFXML,
    RESULT_OFFERS,
    TSV,
    TURTLE,
    XML,
    MediaType,
    best,
    shortcut,
)
from waiting import least_seconds

pytestmark = pytest.mark.fast

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OLD_JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, TURTLE),
        ("", TURTLE),
        ("*/*", TURTLE),
        (OLD_JAVA, TURTLE),
        ("text/*", TURTLE),
        ("application/*", NTRIPLES),
        ("text/turtle;q=0.5, application/ld+json", JSONLD),
        ("text/turtle;q=0, */*;q=0.1", NTRIPLES),
        ("application/*;q=0.9, application/n-triples;q=0.1, text/turtle", TURTLE),
        ("application/*;q=0.9, application/n-triples;q=0.1, text/turtle;q=0.5", RDFXML),
        ("TEXT/Turtle", TURTLE),
        ("text/turtle; charset=utf-8", TURTLE),
        ("text/turtle;q=1.000", TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded, x;q=0"', JSONLD),
        ("application/n-triples , ,text/turtle ;q=0.3", NTRIPLES),
        ("text/turtle;version=9", None),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("*/*;q=0", None),
        ("*/turtle, image/png", None),
        ("text/turtle;q=high, image/png", None),
        ("complete nonsense", TURTLE),
    ],
)
def test_the_best_graph_type(accept: str, chosen: MediaType | None) -> None:
    assert best(accept, GRAPH_OFFERS) == chosen


@pytest.mark.parametrize(
    ("accept", "name", "media_type"),
    [
        ("*/*", JSON.name, JSON.type),
        ("application/json", JSON.name, "application/json"),
        (BROWSER, XML.name, "application/xml"),
        ("text/csv, text/tab-separated-values;q=0.9", CSV.name, CSV.type),
        ("text/*", CSV.name, CSV.type),
        ("application/sparql-results+xml;q=0.8, text/tab-separated-values;q=0.81", "tsv", TSV.type),
    ],
)
def test_the_best_result_type(accept: str, name: str, media_type: str) -> None:
    chosen = best(accept, RESULT_OFFERS)
    assert chosen is not None
    assert (chosen.name, chosen.type) == (name, media_type)


@pytest.mark.parametrize(
    ("offer", "weight"),
    [
        ("text/plain;format=flowed", 1.0),
        ("text/plain", 0.7),
        ("text/html", 0.3),
        ("image/jpeg", 0.5),
        ("text/plain;format=fixed", 0.4),
        ("text/html;level=3", 0.3),
    ],
)
def test_the_example_of_the_standard(offer: str, weight: float) -> None:
    accept = (
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, "
        "text/plain;format=fixed;q=0.4, */*;q=0.5"
    )
    rival = MediaType("rival", "application/rival")
    with_rival = f"{accept}, application/rival;q={weight - 0.01:.2f}"
    assert best(with_rival, [rival, MediaType("offer", offer)]) == MediaType("offer", offer)
    with_rival = f"{accept}, application/rival;q={min(weight + 0.01, 1):.2f}"
    assert best(with_rival, [rival, MediaType("offer", offer)]) == rival


def test_every_short_name_leads_to_a_type() -> None:
    assert all(any(shortcut(name) or ()) for name in FORMAT_NAMES)
    assert shortcut("json") == (JSON, JSONLD)
    assert shortcut("tsv") == (TSV, None)
    assert shortcut("yaml") is None


@pytest.mark.parametrize("piece", ['"', '\\"', ";q", "a/b;", ",", "a/" + "b" * 50 + ";"])
def test_a_hostile_header_takes_time_by_its_length_only(piece: str) -> None:
    few, many = (
        least_seconds(partial(best, piece * times, RESULT_OFFERS)) for times in (10_000, 40_000)
    )
    assert many < 10 * few + 0.02  # four times if linear; looking back from each place: sixteen
