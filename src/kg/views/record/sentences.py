"""What a claim says, as sentences in both languages."""

from dataclasses import dataclass, replace

from kg.views.record.cards import ClaimCard

PLAIN = ("observedValue", "amount")  # properties that need no word beside a figure
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    en: str
    ja: str


def in_words(claim: ClaimCard) -> Sentence:
    """What a claim says, with its qualifier and period."""
    en, ja = claim.words_en, claim.words_ja
    period = claim.period or claim.fiscal_period
    if period is None:
        return Sentence(en, ja)
    return Sentence(f"{en} ({period.en})", f"{ja}（{period.ja}）")


def to_print(claim: ClaimCard) -> Sentence:
    """A sentence that says of what the figure is and whose, ready to print."""
    of, what, by = claim.subject, claim.predicate, claim.asserter
    told = _value_and_period(claim)
    if what.local in PLAIN:
        en, ja = f"{of.en}: {told.en}", f"{of.ja}は{told.ja}"
    else:
        en, ja = f"{of.en}, {what.en}: {told.en}", f"{of.ja}の{what.ja}は{told.ja}"
    if claim.attribution == "UnnamedSources":
        return Sentence(
            f"{en}, according to {by.en}, from unnamed sources",
            f"{by.ja}が匿名の情報源をもとに伝えたところでは、{ja}",
        )
    return Sentence(f"{en}, according to {by.en}", f"{by.ja}によると、{ja}")


def _value_and_period(claim: ClaimCard) -> Sentence:
    if claim.cls == "DateClaim":
        return day_words(claim.value)
    if claim.object and claim.object == (claim.period or claim.fiscal_period):
        return Sentence(claim.words_en, claim.words_ja)
    return in_words(claim)


def day_words(when: str) -> Sentence:
    """A day, month or year in words, no more precise than it is.

    >>> day_words("2025-12"), day_words("2009").ja
    (Sentence(en='December 2025', ja='2025年12月'), '2009年')
    """
    year, *rest = when.split("-")
    if not rest:
        return Sentence(year, f"{year}年")
    month = int(rest[0])
    en, ja = f"{_MONTHS[month - 1]} {year}", f"{year}年{month}月"
    return (
        Sentence(f"{int(rest[1])} {en}", f"{ja}{int(rest[1])}日")
        if len(rest) > 1
        else Sentence(en, ja)
    )


def bare_words(claim: ClaimCard) -> Sentence:
    """What a claim says, with its qualifier; for tables whose period has a column of its own."""
    return in_words(replace(claim, period=None, fiscal_period=None))
