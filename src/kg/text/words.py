"""Amounts in words of both languages, for the reviewer's eye: 億 and 兆 are where slips happen."""

from decimal import Decimal

from kg.core.model import Ledger
from kg.text.bounds import canonical

_ENGLISH = ((12, "trillion"), (9, "billion"), (6, "million"))
_JAPANESE = ((12, "兆"), (8, "億"), (4, "万"))
_YEN = {"cur:JPY": ("yen", "円")}


def in_english(value: Decimal, unit: str = "yen") -> str:
    """A number as an English reader says it.

    >>> in_english(Decimal("25200000000"))
    '25.2 billion yen'
    """
    for power, word in _ENGLISH:
        if abs(value) >= Decimal(10) ** power:
            return f"{canonical(value.scaleb(-power))} {word} {unit}"
    return f"{canonical(value)} {unit}"


def in_japanese(value: Decimal, unit: str = "円") -> str:
    """A number in 兆, 億 and 万.

    >>> in_japanese(Decimal("1025200000000"))
    '1兆252億円'
    """
    parts, rest = [], abs(value)
    for power, word in _JAPANESE:
        whole, rest = divmod(rest, Decimal(10) ** power)
        if whole:
            parts.append(f"{canonical(whole)}{word}")
    if rest or not parts:
        parts.append(canonical(rest))
    return f"{'-' if value < 0 else ''}{''.join(parts)}{unit}"


def spoken(value: Decimal, unit: str, unit_en: str, unit_ja: str) -> tuple[str, str]:
    """A number with its unit in both languages; yen as people say it."""
    en, ja = _YEN.get(unit, (unit_en, unit_ja))
    return in_english(value, en), in_japanese(value, ja)


def amounts_in_words(ledger: Ledger) -> str:
    """One line a number claim: its id, the words, the printed form."""
    lines = []
    for claim in ledger.claims:
        quantity = claim.quantity
        if quantity is not None:
            name = quantity.unit.partition(":")[2] or quantity.unit.partition("/")[2]
            words = " / ".join(spoken(quantity.value, quantity.unit, name, name))
            lines.append(f"{claim.slug}: {words} ({quantity.qualifier}; “{quantity.printed}”)")
    return "\n".join(lines)
