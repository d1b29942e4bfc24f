"""What a claim says, as sentences in both languages."""

from dataclasses import dataclass, replace

from kg.views.record.cards import ClaimCard


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
    """A sentence that says the figure and whose it is, ready to print."""
    words, by = in_words(claim), claim.asserter
    if claim.attribution == "UnnamedSources":
        return Sentence(
            f"{words.en}, according to {by.en}, from unnamed sources",
            f"{by.ja}が匿名の情報源をもとに伝えたところでは、{words.ja}",
        )
    return Sentence(f"{words.en}, according to {by.en}", f"{by.ja}によると、{words.ja}")


def bare_words(claim: ClaimCard) -> Sentence:
    """What a claim says, with its qualifier; for tables whose period has a column of its own."""
    return in_words(replace(claim, period=None, fiscal_period=None))
