"""Charts of money: one amount a bar or dot, kinds in rows of their own, nothing stacked."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from kg.outlets.chart import Chart, Mark
from kg.outlets.chart.bars import bars
from kg.outlets.chart.dots import dots
from kg.text.words import currency_words
from kg.views.figures.money import Kind, Measure
from kg.views.figures.totals import MoneyGroup
from kg.views.record.cards import ClaimCard
from kg.views.record.sentences import in_words

_UNSAID = {
    "en": ("phase not stated", "nature not stated"),
    "ja": ("段階の記載なし", "性格の記載なし"),
}


def kind_words(group: MoneyGroup, lang: str) -> str:
    """A kind of money in words: approved budget · public money · yen."""
    parts = (
        getattr(name, lang) if name else unsaid
        for name, unsaid in zip((group.phase, group.nature), _UNSAID[lang], strict=True)
    )
    return " · ".join((*parts, currency_words(group.currency)[lang == "ja"] or "—"))


def _mark(measure: Measure, claim: ClaimCard, lang: str, line: str = "") -> Mark:
    label, words = getattr(measure.named, lang), getattr(in_words(claim), lang)
    who = getattr(claim.asserter, lang)
    joint = "：" if lang == "ja" else ": "
    return Mark(
        claim=claim.id,
        label=label,
        value=Decimal(claim.value),
        words=getattr(claim, f"value_{lang}"),
        line=line,
        told=f"{label}{joint}{words}（{who}）" if lang == "ja" else f"{label}: {words} ({who})",
    )


def comparison_chart(compared: Sequence[Measure], lang: str, about: str) -> Chart | None:
    """A bar for each country's figure that the editors prefer; None where units differ."""
    chosen = [(m, m.figures[0]) for m in compared if m.figures]
    units = {claim.unit for _, claim in chosen}
    if len(units) != 1:
        return None
    marks = sorted((_mark(m, c, lang) for m, c in chosen), key=lambda mark: mark.value)
    return bars(marks, currency_words(units.pop())[lang == "ja"], lang, about)


def overview_chart(
    groups: Iterable[MoneyGroup], titles: Mapping[Kind, str], unit: str, lang: str, about: str
) -> Chart | None:
    """Every measure's figure in one currency on a logarithmic axis, a row a kind."""
    marks = [
        _mark(measure, measure.figures[0], lang, titles[group.kind])
        for group in groups
        if group.currency == unit
        for measure in group.measures
    ]
    return dots(marks, currency_words(unit)[lang == "ja"], lang, about) if len(marks) > 1 else None
