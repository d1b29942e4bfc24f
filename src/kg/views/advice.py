"""Which figure to print, why, and what makes figures incomparable."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.views.claims import ClaimCard

_OPEN_ENDED = {"over", "at-least", "under", "up-to"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    en: str
    ja: str


@dataclass(frozen=True, slots=True)
class Advice:
    """The claim to print, if one may be printed alone, why, and warnings beside it."""

    prefer: ClaimCard | None
    why: Sentence
    warnings: tuple[Sentence, ...]


def advise(claims: Sequence[ClaimCard]) -> Advice:
    """Advice on the claims of one subject and property."""
    accepted = [c for c in claims if c.is_accepted and c.cls != "AbsenceNote"]
    preferred = [c for c in accepted if c.rank == "Preferred"]
    prefer, why = _choice(accepted, preferred, any(c.cls == "AbsenceNote" for c in claims))
    return Advice(prefer, why, tuple(_warnings(claims, prefer)))


def _choice(
    accepted: Sequence[ClaimCard], preferred: Sequence[ClaimCard], silence: bool
) -> tuple[ClaimCard | None, Sentence]:
    if len(preferred) == 1 or (preferred and _agree(preferred)):
        reason = preferred[0].reason
        return preferred[0], Sentence(
            f"The editors prefer it: {reason}.", f"編集部が優先する値。理由：{reason}"
        )
    if not accepted:
        if silence:
            return None, Sentence(
                "The source does not say; print that it does not.",
                "出典は述べていない。述べていない旨を書く。",
            )
        return None, Sentence("No accepted claim: print nothing.", "採用された主張がない。")
    if len(accepted) == 1:
        return accepted[0], Sentence(
            "It is the only accepted claim; name its asserter.",
            "採用された主張はこれだけ。主張者の名を添える。",
        )
    if _agree(accepted):
        return _nearest_witness(accepted), Sentence(
            f"All {len(accepted)} accepted claims agree; this one stands nearest to the origin.",
            f"採用された{len(accepted)}件の主張は一致する。これが原典に最も近い。",
        )
    return None, Sentence(
        "Accepted claims differ: print each with its asserter, or none.",
        "採用された主張が食い違う。それぞれ主張者とともに書くか、書かない。",
    )


def _agree(claims: Sequence[ClaimCard]) -> bool:
    """One value, or intervals that all overlap, about one question."""
    if len({c.key for c in claims}) > 1:
        return False
    return not any(a.disjoint(b) for i, a in enumerate(claims) for b in claims[i + 1 :])


def _nearest_witness(claims: Sequence[ClaimCard]) -> ClaimCard:
    """Primary before secondary, a named agent before unnamed sources, then the first id."""
    tiers = ("Primary", "Secondary", "Tertiary")

    def distance(claim: ClaimCard) -> tuple[int, bool, bool, str]:
        nearest = min((tiers.index(p.source.tier) for p in claim.passages), default=3)
        unnamed = claim.attribution == "UnnamedSources"
        return nearest, unnamed, claim.qualifier in _OPEN_ENDED, claim.id

    return min(claims, key=distance)


def _warnings(claims: Sequence[ClaimCard], prefer: ClaimCard | None) -> Iterator[Sentence]:
    live = [c for c in claims if not c.is_rejected]
    yield from _differences(live)
    for claim in (c for c in claims if c.is_rejected):
        yield Sentence(
            f"Do not print {claim.printed or claim.value_en}: {claim.reason}.",
            f"「{claim.printed or claim.value_ja}」は使わない。理由：{claim.reason}",
        )
    if prefer is not None:
        yield from _cautions(prefer)


def _differences(claims: Sequence[ClaimCard]) -> Iterator[Sentence]:
    """What the figures do not share, so that they must not be added or ranked."""
    silent = [c for c in claims if c.cls == "AbsenceNote"]
    if silent and len(silent) < len(claims):
        shown = ", ".join(sorted({p.source.id for c in silent for p in c.passages}))
        yield Sentence(f"Not every source says it: {shown} does not.", f"{shown}は述べていない。")
        claims = [c for c in claims if c not in silent]
    units = {c.unit for c in claims if c.unit}
    if len(units) > 1:
        shown = ", ".join(sorted(units))
        yield Sentence(f"Units differ ({shown}): not comparable.", f"単位が異なる（{shown}）。")
    for name, name_ja, values in (
        ("statistic", "統計量", _qualifier(claims, "statistic")),
        ("scenario", "シナリオ", _qualifier(claims, "scenario")),
        ("group", "対象", _qualifier(claims, "group")),
        ("period", "期間", {(c.period.en if c.period else "not stated") for c in claims}),
        ("status", "主張の種類", {c.status.en for c in claims}),
    ):
        if len(values) > 1:
            shown = ", ".join(sorted(values))
            yield Sentence(f"The {name} differs ({shown}).", f"{name_ja}が異なる（{shown}）。")


def _qualifier(claims: Iterable[ClaimCard], scheme: str) -> set[str]:
    """The labels of one qualifier; `not stated` beside others."""
    found = {
        next((n.en for n in c.about if n.id.startswith(f"{scheme}/")), "not stated") for c in claims
    }
    return found if found != {"not stated"} else set()


def _cautions(claim: ClaimCard) -> Iterator[Sentence]:
    """What to say with the figure."""
    if claim.qualifier == "approximately":
        yield Sentence("Print “about”: the source does.", "「約」「規模」を付ける。")
    if claim.qualifier in _OPEN_ENDED:
        yield Sentence(
            f"Keep the words “{claim.printed}”: one side is open.",
            f"「{claim.printed}」の語を残す。片側が開いている。",
        )
    if claim.attribution == "UnnamedSources":
        yield Sentence("The source names nobody: say so.", "情報源は明かされていない。")
    if all(p.source.tier != "Primary" for p in claim.passages):
        yield Sentence(
            "No primary document is held: say who reported it.",
            "一次資料がない。誰の報道かを書く。",
        )
    if claim.unit and claim.period is None:
        yield Sentence("The claim states no period.", "主張に期間の記載がない。")
