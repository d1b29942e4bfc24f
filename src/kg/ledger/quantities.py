"""The number cells of a claim row: unit, qualifier, printed form and interval (shape S07)."""

import re
from collections.abc import Iterable
from decimal import Decimal

from kg.core.errors import nearest
from kg.core.model import Quantity, Typed, Value
from kg.ledger.row_context import RowContext
from kg.ledger.tables import Row
from kg.text.bounds import bounds, canonical, parse_number
from kg.text.printed import is_bare, readings, table_units
from kg.text.words import RANGES, in_english

_CELLS = ("unit", "qualifier", "low", "high", "printed")


def read_quantity(row: Row, value: Value, context: RowContext) -> Quantity | None:
    """The interval of a number claim; any other claim has none of these cells."""
    if not (isinstance(value, Typed) and value.datatype == "decimal"):
        for column in _CELLS:
            if row[column]:
                context.fault(row.where, f"{column} belongs to a number, the object is none", "S07")
        return None
    if not context.required(row, "unit", "qualifier", "printed"):
        return None
    context.concept(row.where, row["qualifier"], "value-qualifier", "qualifier")
    unit = _unit(row, context)
    sides = _sides(row, context)
    if sides is None:
        return None
    lower, upper = sides
    number = Decimal(value.value)
    if (lower is not None and number < lower) or (upper is not None and number > upper):
        low, high = (canonical(s) if s is not None else "…" for s in sides)
        context.fault(
            row.where, f"object: {row['object']} lies outside its bounds {low} to {high}", "S07"
        )
    elif row["qualifier"] in RANGES and number != lower:
        what = f"object: {row['qualifier']} takes its low as object, {row['low']}"
        context.fault(row.where, what, "S07")
    _check_printed(row, number, context)
    return Quantity(number, unit, row["qualifier"], row["printed"], lower, upper)


def _check_printed(row: Row, number: Decimal, context: RowContext) -> None:
    """The figure as printed reads as the value; a table's unit may stand in its head."""
    read = {abs(value) for value in readings(row["printed"])}
    given = [number, parse_number(row["low"]), parse_number(row["high"])]
    if not read or any(abs(value) in read for value in given if value is not None):
        return
    if _is_of_a_table(row, number, read):
        return
    says, means = (
        in_english(value, "").strip() for value in (max(readings(row["printed"])), number)
    )
    context.fault(
        row.where,
        f"object: {row['object']} is {means}, but printed {row['printed']!r} reads {says}; "
        "correct one (or name in note the unit that the table's head gives, 百万円 or million yen)",
        "S07",
    )


def _is_of_a_table(row: Row, number: Decimal, read: Iterable[Decimal]) -> bool:
    """True where the note names the unit of a table, and a bare number is in that unit.

    A share has no such unit: 267 for a printed 26・7% is a slip.
    """
    if not is_bare(row["printed"]) or row["unit"].startswith("percent"):
        return False
    units = table_units(row["note"])
    return any(abs(number) == value * unit for value in read for unit in units)


def _sides(row: Row, context: RowContext) -> tuple[Decimal | None, Decimal | None] | None:
    rules = context.vocabulary.bounds
    if row["qualifier"] not in rules.rules:
        return None
    low, high = parse_number(row["low"]), parse_number(row["high"])
    given = [column for column in ("low", "high") if row[column]]
    if rules.takes_range(row["qualifier"]):
        if low is None or high is None or low > high:
            context.fault(
                row.where, f"{row['qualifier']} needs numbers low and high, low first", "S07"
            )
            return None
    elif given:
        context.fault(
            row.where, f"{' and '.join(given)}: only range and order-of-magnitude take them", "S07"
        )
    return bounds(row["object"], row["qualifier"], rules, low, high)


def _unit(row: Row, context: RowContext) -> str:
    """`cur:JPY` for a currency (ISO 4217), `unit/percent` for a concept of scheme unit."""
    unit, known = row["unit"], context.vocabulary.currencies
    if unit in known:
        return f"cur:{unit}"
    if re.fullmatch(r"[A-Z]{3}", unit):
        context.fault(
            row.where, f"unit: no currency {unit!r} is declared{nearest(unit, known)}", "S06"
        )
    else:
        context.concept(row.where, unit, "unit", "unit")
    return f"unit/{unit}"
