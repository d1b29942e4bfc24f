"""The page of a checked text: the text with its marks, what is said of each, a report to copy."""

import asyncio
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from kg.edges.web.computed import Computed, Computing
from kg.edges.web.rendering import Words, page, words
from kg.edges.web.snapshot_views import SnapshotViews, serving
from kg.edges.web.verify_report import Figure, NameMet, report, summary
from kg.server.exchange import HttpExchange
from kg.server.spooling import spooled
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.claims import values
from kg.views.record.conflicts import Conflict, conflicts

MOST = 2000
"""Figures, and names, that one page marks."""
Told = Mapping[str, Any]


class VerifiedPage(Computed):
    """What the task `verify` gives of a text, as a page."""

    def __init__(self, request: Request, seconds: float, **arguments: Any) -> None:
        super().__init__("verify", {}, seconds=seconds, most=MOST, **arguments)
        self._request, self._given = request, arguments

    async def _send(self, exchange: HttpExchange, begin: Callable[[], Computing]) -> None:
        async with spooled(begin()) as answer:
            data = b"".join([piece async for piece in answer.pieces()])
        body = await asyncio.to_thread(self._page, json.loads(data))
        headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
        await exchange.respond(200, {**headers, "Content-Length": str(len(body))}, body)

    def _page(self, told: Told) -> bytes:
        text, published = self._given["text"], self._given["published"]
        checked = _checked(serving(self._request), words(self._request), text, told)
        shown = page(self._request, "verify.html", text=text, published=published, checked=checked)
        return bytes(shown.body)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the text; `target` is where its mark leads, `kind` the verdict or sort of name."""

    text: str
    target: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class CheckedText:
    """All that the page shows of a text; `is_cut` where it has more than is marked."""

    summary: str
    pieces: Sequence[Piece]
    figures: Sequence[Figure]
    names: Sequence[NameMet]
    report: str
    is_cut: bool


def _checked(state: SnapshotViews, spoken: Words, text: str, told: Told) -> CheckedText:
    breaks = [place for place, char in enumerate(text) if char == "\n"]

    def line(start: int) -> int:
        return 1 + bisect_left(breaks, start)

    figures, names = _figures(state, told, line), _names(state, told, line)
    return CheckedText(
        summary(spoken, told["summary"]),
        list(_pieces(text, figures, names)),
        figures,
        names,
        report(spoken, state, told, figures, names),
        sum(told["summary"].values()) > len(figures) or len(told["names"]) == MOST,
    )


def _figures(state: SnapshotViews, told: Told, line: Callable[[int], int]) -> list[Figure]:
    """The figures with the claims that they rest on."""
    quantities = told["quantities"]
    wanted = {slug for q in quantities for slug in (*q["claims"], *q["rivals"])}
    cards = _claims(state, wanted)
    disputes: dict[str, list[Conflict]] = defaultdict(list)
    for conflict in state.cached(conflicts) if wanted else ():
        for claim in conflict.claims:
            disputes[claim.id].append(conflict)

    def of(slugs: Iterable[str]) -> tuple[ClaimCard, ...]:
        return tuple(cards[slug] for slug in slugs if slug in cards)

    return [
        Figure(
            number,
            line(q["start"]),
            q,
            of(q["claims"]),
            of(q["rivals"]),
            tuple(disputes[q["claims"][0]]) if q["claims"] else (),
        )
        for number, q in enumerate(quantities, 1)
    ]


def _claims(state: SnapshotViews, slugs: Iterable[str]) -> Mapping[str, ClaimCard]:
    iris = sorted(map(state.names.id, slugs))
    if not iris:
        return {}
    return {c.id: c for c in state.reader.claims(f"VALUES ?claim {{ {values(iris)} }}")}


def _names(state: SnapshotViews, told: Told, line: Callable[[int], int]) -> list[NameMet]:
    """Each name once, in order of its first place, with who is or may be meant."""
    found: dict[tuple[Any, ...], list[Told]] = defaultdict(list)
    for name in told["names"]:
        found[name["surface"], name["id"], name["damaged"]].append(name)
    known = {
        slug: _iri(state, slug)
        for name in told["names"]
        for slug in (name["id"], *name["candidates"])
        if slug
    }
    labels = state.reader.named(known.values())

    def of(slugs: Iterable[str | None]) -> tuple[Named, ...]:
        return tuple(labels[known[slug]] for slug in dict.fromkeys(slugs) if slug)

    return [
        NameMet(
            number,
            line(met[0]["start"]),
            met[0],
            of([met[0]["id"]]),
            of(slug for slug in met[0]["candidates"] if slug != met[0]["id"]),
            tuple((one["start"], one["end"]) for one in met),
        )
        for number, met in enumerate(found.values(), 1)
    ]


def _iri(state: SnapshotViews, slug: str) -> str:
    scheme, _, notation = slug.partition("/")
    return state.names.concept(scheme, notation) if notation else state.names.id(slug)


def _pieces(text: str, figures: Sequence[Figure], names: Sequence[NameMet]) -> Iterator[Piece]:
    """The text in order, marked and not; a name that has a figure in it is not marked."""
    marks = {(f.start, f.end): (f"f{f.number}", f.verdict) for f in figures}
    starts, ends = [f.start for f in figures], [f.end for f in figures]
    for name in names:
        for start, end in name.places:
            if bisect_left(starts, end) == bisect_left(ends, start + 1):
                marks[start, end] = (f"n{name.number}", name.kind)
    done = 0
    for (start, end), mark in sorted(marks.items()):
        if start < done:
            continue
        if start > done:
            yield Piece(text[done:start])
        yield Piece(text[start:end], *mark)
        done = end
    if done < len(text):
        yield Piece(text[done:])
