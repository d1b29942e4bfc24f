"""Numbers as intervals: how the printed digits and the words around them bound a value.

The rules stand in `ontology/config/bounds.yaml`; ontology.md §4.3 explains them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

_NUMBER = re.compile(r"([+-]?)(\d{1,18})(?:\.(\d{1,12}))?(?:[eE]([+-]?\d{1,2}))?", re.ASCII)
_LARGEST = Decimal("1e18")  # beyond it engines' fixed-point decimals overflow silently
_PLACES = 12  # they hold eighteen; half a unit and the products of bounds need some


@dataclass(frozen=True)
class BoundRules:
    """For each value qualifier, how lower and upper come from the value."""

    approximation_share: Decimal
    rules: Mapping[str, Mapping[str, str]]

    def takes_range(self, qualifier: str) -> bool:
        """True where the row must give `low` and `high` itself."""
        return "low" in self.rules.get(qualifier, {}).values()


def load_bounds(file: Path) -> BoundRules:
    """The rules of a `bounds.yaml`."""
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return BoundRules(Decimal(str(data["approximation_share"])), data["qualifiers"])


def parse_number(text: str) -> Decimal | None:
    """The exact decimal that a cell states, or None.

    None where it is no number, over 10^18, or finer than 10^-12.

    >>> parse_number("25.2e9")
    Decimal('25200000000')
    """
    if not _NUMBER.fullmatch(text) or abs(Decimal(text)) > _LARGEST:
        return None
    fine = half_unit(text) < Decimal(5).scaleb(-_PLACES - 1)
    return None if fine else Decimal(canonical(Decimal(text)))


def half_unit(text: str) -> Decimal:
    """Half a unit of the last digit that the cell states.

    Every digit of a decimal or of an e-notation mantissa counts; trailing zeros of a plain
    integer do not.

    >>> half_unit("1e12"), half_unit("25.2e9"), half_unit("1500"), half_unit("26")
    (Decimal('5E+11'), Decimal('5E+7'), Decimal('5E+1'), Decimal('0.5'))
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"not a number: {text!r}")
    _, whole, fraction, exponent = match.groups()
    place = int(exponent or 0) - len(fraction or "")
    if exponent is None and fraction is None:
        digits = whole.lstrip("0")
        place = len(digits) - len(digits.rstrip("0"))
    return Decimal(5).scaleb(place - 1)


def canonical(number: Decimal) -> str:
    """XSD canonical decimal: no exponent, no trailing zeros, no `.0` (XSD 1.1 part 2 §3.3.3).

    >>> canonical(Decimal("1.50")), canonical(Decimal("1E+3")), canonical(Decimal("-0"))
    ('1.5', '1000', '0')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def bounds(
    text: str, qualifier: str, rules: BoundRules, low: Decimal | None, high: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper bound of a number cell; None is an open side."""
    value = Decimal(text)
    half = half_unit(text)
    parts = {
        "value": value,
        "half": half,
        "wide": max(abs(value) * rules.approximation_share, half),
        "low": low,
        "high": high,
    }
    rule = rules.rules[qualifier]
    return _evaluated(rule.get("lower"), parts), _evaluated(rule.get("upper"), parts)


def _evaluated(expression: str | None, parts: Mapping[str, Decimal | None]) -> Decimal | None:
    """`value`, `low`, `value - half` …: the closed vocabulary of bounds.yaml."""
    if expression is None:
        return None
    first, *rest = expression.split()
    result = parts[first]
    if result is None or not rest:
        return result
    sign, second = rest
    change = parts[second]
    assert change is not None
    return result - change if sign == "-" else result + change
