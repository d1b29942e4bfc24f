"""What was found in a text, as a page shows it and as plain text to copy, with citations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.edges.web.rendering import Words
from kg.edges.web.snapshot_views import SnapshotViews
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.conflicts import Conflict
from kg.views.record.sentences import in_words

_ALONE = {"differs": "differs-1"}  # verdicts whose word is another for one figure


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text: `told` is what the check says, beside it the claims and conflicts."""

    number: int
    line: int
    told: Mapping[str, Any]
    claims: tuple[ClaimCard, ...]
    rivals: tuple[ClaimCard, ...]
    disputes: tuple[Conflict, ...]

    @property
    def start(self) -> int:
        """Its first code point."""
        return int(self.told["start"])

    @property
    def end(self) -> int:
        """The code point behind its last."""
        return int(self.told["end"])

    @property
    def verdict(self) -> str:
        """One of the five."""
        return str(self.told["verdict"])


@dataclass(frozen=True, slots=True)
class NameMet:
    """A name of a text: who is meant, if anybody is known, who else may be, all its places."""

    number: int
    line: int
    told: Mapping[str, Any]
    meant: tuple[Named, ...]
    others: tuple[Named, ...]
    places: tuple[tuple[int, int], ...]

    @property
    def kind(self) -> str:
        """`name` of a known one, `damaged` of a misspelt one, `new-name`."""
        if self.told["damaged"]:
            return "damaged"
        return "name" if self.meant else "new-name"


def summary(spoken: Words, counts: Mapping[str, int]) -> str:
    """How many figures have each verdict, in words: 14 figures: 9 supported, 2 differ."""
    whole = sum(counts.values())
    head = spoken.t("verify-figure" if whole == 1 else "verify-figures", n=whole)
    parts = [
        spoken.t(f"verify-n-{_ALONE.get(verdict, verdict) if n == 1 else verdict}", n=n)
        for verdict, n in counts.items()
        if n
    ]
    return head + (spoken.t("colon") + spoken.t("comma").join(parts) if parts else "")


def differing(spoken: Words, told: Mapping[str, Any]) -> str:
    """The parts in which a figure differs; empty without any."""
    return spoken.t("list-comma").join(spoken.t(f"part-{part}") for part in told["differs_in"])


def report(
    spoken: Words,
    state: SnapshotViews,
    told: Mapping[str, Any],
    figures: Sequence[Figure],
    names: Sequence[NameMet],
) -> str:
    """The findings as lines of plain text; figures that need no check are left out."""
    lines = [
        spoken.t("verify-report-head", version=told["version"], day=state.as_of or "–"),
        summary(spoken, told["summary"]),
    ]
    for figure in figures:
        if figure.verdict != "not-checkable":
            lines += ["", *_of_figure(spoken, figure, told["version"])]
    doubtful = [name for name in names if name.kind == "damaged"]
    lines += ["", *(_of_name(spoken, name) for name in doubtful)] if doubtful else []
    return "\n".join(lines) + "\n"


def _of_figure(spoken: Words, figure: Figure, version: str) -> Iterator[str]:
    told = figure.told
    said = spoken.said("verdict", figure.verdict)
    if told["differs_in"]:
        said = spoken.t("verify-differs-in", parts=differing(spoken, told))
    quoted = spoken.t("verify-quoted", text=told["surface"].replace("\n", " "))
    yield f"{figure.number}. {spoken.t('verify-line', n=figure.line)} {quoted}: {said}"
    yield f"   {told['why'][spoken.lang]}"
    if told["print"][spoken.lang]:
        yield f"   {spoken.t('print')}{spoken.t('colon')}{told['print'][spoken.lang]}"
    for claim in figure.claims[:1]:
        yield "   " + spoken.t("cite-how", id=claim.id, iri=claim.iri, version=version)
        yield from (f"   {line}" for line in _passages(spoken, claim))
    for rival in figure.rivals:
        words = getattr(in_words(rival), spoken.lang)
        who = getattr(rival.asserter, spoken.lang)
        yield f"   {spoken.t('rivals')}{spoken.t('colon')}{words}, {who}, {rival.iri}"
    for dispute in figure.disputes:
        told_why = (spoken.lang == "ja" and dispute.reason_ja) or dispute.reason
        kind = spoken.said("kind", dispute.kind)
        yield f"   {kind}{spoken.t('colon')}{' '.join(filter(None, (told_why, dispute.iri)))}"


def _passages(spoken: Words, claim: ClaimCard) -> Iterator[str]:
    for passage in claim.passages[:2]:
        source = passage.source
        publisher = getattr(source.publisher, spoken.lang)
        facts = (source.title, publisher, source.issued, source.url)
        quoted = spoken.t("verify-quoted", text=passage.quote)
        yield f"{quoted} {', '.join(filter(None, facts))}"


def _of_name(spoken: Words, name: NameMet) -> str:
    meant = spoken.t("list-comma").join(
        f"{getattr(one, spoken.lang)} <{one.iri}>" for one in (*name.meant, *name.others)
    )
    quoted = spoken.t("verify-quoted", text=name.told["surface"])
    said = spoken.t("verify-meant", who=meant)
    return f"{spoken.t('verify-line', n=name.line)} {quoted}: {said}"
