"""Which figure to print, why, and what makes figures incomparable."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.text.words import currency_words
from kg.views.record.cards import ClaimCard, Named
from kg.views.record.conflicts import Conflict, rivals
from kg.views.record.sentences import Sentence, in_words

OPEN_ENDED = {"over", "at-least", "under", "up-to"}
TIERS = ("Primary", "Secondary", "Tertiary")
_MOST_SHOWN = 6  # values in one sentence


_NOT_STATED = Sentence("not stated", "記載なし")

_EDITORS = "jsip-editors"


@dataclass(frozen=True, slots=True)
class Advice:
    """The claim to print, if one may be printed alone, why, and warnings beside it.

    `words` is what it says, qualifier and period included, for a reader of either language;
    `warnings` come in the order of the harm that passing them over does.
    """

    prefer: ClaimCard | None
    words: Sentence | None
    why: Sentence
    warnings: tuple[Sentence, ...]


def advise(claims: Sequence[ClaimCard], disputes: Iterable[Conflict] = ()) -> Advice:
    """Advice on the claims of one subject and property.

    `disputes` are the conflicts, questions of identity and cautions about it.
    """
    accepted = [c for c in claims if c.is_accepted and c.cls != "AbsenceNote"]
    # A conversion repeats another figure at somebody's rate: it is printed only beside that.
    accepted = [c for c in accepted if not c.converted_from] or accepted
    disputes = list(disputes)
    prefer, why = _choice(accepted, any(c.cls == "AbsenceNote" for c in claims))
    if prefer is not None and is_disputed(prefer, disputes):
        prefer, why = None, _UNDECIDED
    warnings = list(_warnings(claims, prefer, disputes))
    words = in_words(prefer) if prefer else None
    return Advice(prefer, words, why, tuple(dict.fromkeys(warnings)))


def _choice(accepted: Sequence[ClaimCard], silence: bool) -> tuple[ClaimCard | None, Sentence]:
    preferred = [c for c in accepted if c.rank == "Preferred"]
    if preferred and _agree(preferred):
        chosen = nearest_witness(preferred)
        return chosen, _because(
            "The editors prefer it", "編集部が優先する値", chosen.reason, "理由：", chosen.reason_ja
        )
    if not accepted:
        return None, _nothing(silence)
    if len(accepted) == 1:
        return accepted[0], Sentence(
            "It is the only accepted claim that gives a value; name its asserter.",
            "値を示す採用済みの主張はこれだけ。主張者の名を添える。",
        )
    if _agree(accepted):
        same = len({claim.value for claim in accepted}) == 1
        return (nearest_witness(accepted) if same else None), _agreement(accepted)
    return None, Sentence(
        "Accepted claims differ: print each with its asserter, or none.",
        "採用された主張が食い違う。それぞれ主張者とともに書くか、書かない。",
    )


_UNDECIDED = Sentence(
    "An open conflict touches it: nothing decides which reading holds. Say that reports differ.",
    "未決の食い違いがある。どの読みが正しいか決められない。報道が分かれていると書く。",
)


def is_disputed(claim: ClaimCard, disputes: Iterable[Conflict]) -> bool:
    """True where an open conflict sets another accepted value against it."""
    return any(rival.is_accepted for rival in rivals(claim, (d for d in disputes if d.is_open)))


def _agreement(claims: Sequence[ClaimCard]) -> Sentence:
    """Whether they give one value, or several that differ within what rounding allows."""
    values = list(dict.fromkeys(claim.words_en for claim in claims))
    if len(values) == 1:
        return Sentence(
            f"All {len(claims)} accepted claims agree; this one stands nearest to the origin.",
            f"採用された{len(claims)}件の主張は一致する。これが原典に最も近い。",
        )
    shown, shown_ja = ", ".join(values), "、".join(dict.fromkeys(c.words_ja for c in claims))
    return Sentence(
        f"The accepted figures ({shown}) differ no more than rounding or wording allows, but are "
        "not the same: say whose you print.",
        f"採用された値（{shown_ja}）の差は丸めや言い回しの範囲だが、同じではない。誰の値かを書く。",
    )


def _nothing(silence: bool) -> Sentence:
    if silence:
        return Sentence(
            "The source does not say; print that it does not.",
            "出典は述べていない。述べていない旨を書く。",
        )
    return Sentence("No accepted claim: print nothing.", "採用された主張がない。書かない。")


def _because(en: str, ja: str, reason: str, head_ja: str = "", reason_ja: str = "") -> Sentence:
    """A sentence that ends with the editors' reason, where they gave one."""
    if not reason:
        return Sentence(f"{en}.", f"{ja}。")
    told = reason_ja.rstrip("。") + "。" if reason_ja else reason
    return Sentence(f"{en}: {reason.rstrip('.')}.", f"{ja}。{head_ja}{told}")


def _agree(claims: Sequence[ClaimCard]) -> bool:
    """One value, or intervals that all overlap, about one question."""
    if len({c.key for c in claims}) > 1:
        return False
    return not any(a.disjoint(b) for i, a in enumerate(claims) for b in claims[i + 1 :])


def nearest_witness(claims: Sequence[ClaimCard]) -> ClaimCard:
    """The claim that stands nearest to the origin.

    Primary before secondary, a named agent before unnamed sources, then the first id.
    """

    def distance(claim: ClaimCard) -> tuple[int, bool, bool, str]:
        tiers = [TIERS.index(p.source.tier) for p in claim.passages if p.source.tier in TIERS]
        unnamed = claim.attribution == "UnnamedSources"
        return min(tiers, default=3), unnamed, claim.qualifier in OPEN_ENDED, claim.id

    return min(claims, key=distance)


def _warnings(
    claims: Sequence[ClaimCard], prefer: ClaimCard | None, disputes: Iterable[Conflict]
) -> Iterator[Sentence]:
    """What is wrong, what is undecided, what to say with the figure, what not to mix it with."""
    for claim in (c for c in claims if c.is_rejected):
        en, ja = f"Do not print {claim.words_en}", f"「{claim.words_ja}」は使わない"
        yield _because(en, ja, claim.reason, "理由：", claim.reason_ja)
    yield from _side_by_side(claims, disputes)
    if prefer is not None:
        yield from _cautions(prefer)
    live = [c for c in claims if not c.is_rejected]
    silent = [c for c in live if c.cls == "AbsenceNote"]
    if 0 < len(silent) < len(live):
        shown = ", ".join(sorted({p.source.id for c in silent for p in c.passages}))
        yield Sentence(f"Not every source says it: {shown} does not.", f"{shown}は述べていない。")
    yield from _mixtures([c for c in live if c not in silent])
    if prefer is not None:
        yield from _gaps(prefer)


def _mixtures(claims: Sequence[ClaimCard]) -> Iterator[Sentence]:
    yield from not_comparable(claims)
    yield from _differ(
        "Periods", "期間", "say which is meant", "どの期間かを書く", [c.period for c in claims]
    )
    yield from _differ(
        "Kinds of statement", "主張の性格", "do not print one as the other",
        "互いに置き換えない", [c.status for c in claims],
    )  # fmt: skip


def not_comparable(claims: Sequence[ClaimCard]) -> Iterator[Sentence]:
    """What figures do not share, so that they must be neither added nor ranked."""
    neither, neither_ja = "neither add nor compare", "足したり比べたりしない"
    units = sorted({c.unit for c in claims if c.unit})
    if len(units) > 1:
        named, named_ja = zip(*map(currency_words, units), strict=True)
        shown, shown_ja = ", ".join(named), "、".join(named_ja)
        words, words_ja = f"Units differ ({shown})", f"単位が異なる（{shown_ja}）"
        yield Sentence(f"{words}: {neither}.", f"{words_ja}。{neither_ja}。")
    for scheme, en, ja in (
        ("statistic", "Statistics", "統計量"),
        ("scenario", "Scenarios", "シナリオ"),
        ("group", "Groups", "対象"),
        ("area", "Areas", "地域"),
    ):
        found = [next((n for n in c.about if n.id.startswith(f"{scheme}/")), None) for c in claims]
        yield from _differ(en, ja, neither, neither_ja, found)


def _differ(
    en: str, ja: str, then: str, then_ja: str, found: Sequence[Named | None]
) -> Iterator[Sentence]:
    """A sentence where not all claims name the same; one that names none beside others counts."""
    names = sorted({name for name in found if name is not None})
    if len(names) + (None in found) < 2 or not names:
        return
    shown = [Sentence(name.en, name.ja) for name in names] + [_NOT_STATED] * (None in found)
    more = len(shown) - _MOST_SHOWN
    rest = Sentence(f", and {more} more", f"ほか{more}件") if more > 0 else Sentence("", "")
    listed = ", ".join(s.en for s in shown[:_MOST_SHOWN]) + rest.en
    listed_ja = "、".join(s.ja for s in shown[:_MOST_SHOWN]) + rest.ja
    yield Sentence(f"{en} differ ({listed}): {then}.", f"{ja}が異なる（{listed_ja}）。{then_ja}。")


def _side_by_side(claims: Sequence[ClaimCard], disputes: Iterable[Conflict]) -> Iterator[Sentence]:
    """A sentence for each conflict, question of identity and caution that a claim is part of."""
    here = {claim.iri for claim in claims if not claim.is_rejected}
    for found in disputes:
        if any(claim.iri in here for claim in found.claims):
            yield from _SAY[found.kind](found)


def _disputed(conflict: Conflict) -> Iterator[Sentence]:
    """A conflict that nobody has settled, or in which both stand."""
    if conflict.is_open:
        en, ja = "An open conflict touches it", "未決の食い違いがある"
        yield _because(en, ja, conflict.reason, "理由：", conflict.reason_ja)
    elif conflict.resolution in ("BothStand", "Undecidable"):
        en, ja = _figures([c for c in conflict.claims if c.is_accepted])
        yield _because(
            f"More than one figure stands: {en}", f"複数の値が並び立つ：{ja}",
            conflict.reason, "理由：", conflict.reason_ja,
        )  # fmt: skip


def _asked(question: Conflict) -> Iterator[Sentence]:
    """A question of identity: other names, natures and figures of what may be the same."""
    if question.resolution in ("Open", "Undecidable"):
        yield Sentence(
            "It may be one thing with figures of other subjects: say whose it is and who pays.",
            "他の対象の数値と同じものかもしれない。誰の数値で誰が払うのかを書く。",
        )


def _cautioned(caution: Conflict) -> Iterator[Sentence]:
    """Why related figures are not comparable; they are no rivals."""
    why = caution.caution
    named = Sentence(f" ({why.en})", f"（{why.ja}）") if why else Sentence("", "")
    en, ja = _figures([c for c in caution.claims if not c.is_rejected])
    yield _because(
        f"Do not compare or add{named.en}: {en}", f"比べたり足したりしない{named.ja}：{ja}",
        caution.reason, "理由：", caution.reason_ja,
    )  # fmt: skip


_SAY = {"conflict": _disputed, "identity": _asked, "caution": _cautioned}


def _figures(claims: Sequence[ClaimCard]) -> tuple[str, str]:
    """Figures with their asserters, in both languages."""
    shown = dict.fromkeys(f"{in_words(c).en} ({c.asserter.en})" for c in claims)
    shown_ja = dict.fromkeys(f"{in_words(c).ja}（{c.asserter.ja}）" for c in claims)
    return ", ".join(shown), "、".join(shown_ja)


def _cautions(claim: ClaimCard) -> Iterator[Sentence]:
    """What to say with the figure."""
    if claim.qualifier == "approximately":
        yield Sentence("Print “about”: the source does.", "「約」「規模」を付ける。")
    if claim.qualifier in OPEN_ENDED:
        printed = claim.printed or in_words(claim).en
        yield Sentence(
            f"Keep the words “{printed}”: one side is open.",
            f"「{claim.printed or in_words(claim).ja}」の語を残す。片側が開いている。",
        )
    if claim.attribution == "UnnamedSources":
        yield Sentence("The source names nobody: say so.", "情報源が明かされていないことを書く。")


def _gaps(claim: ClaimCard) -> Iterator[Sentence]:
    """What nobody can say of the figure yet."""
    if claim.unit and claim.asserter.id == _EDITORS:
        yield Sentence(
            "The editors reckoned it from other figures: no document prints it. Say so.",
            "編集部が他の数値から算出した値で、どの文書にもない。そのことを記す。",
        )
    if all(p.source.tier != "Primary" for p in claim.passages):
        yield Sentence(
            "No primary document is held: say who reported it.",
            "一次資料がない。誰の報道かを書く。",
        )
    if claim.unit and not (claim.period or claim.fiscal_period):
        yield Sentence("The claim states no period.", "主張に期間の記載がない。")
