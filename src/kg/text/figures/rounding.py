"""How far a printed figure may be rounded: half a unit of its last digit."""

import re
from decimal import Decimal

from kg.text.bounds import half_unit
from kg.text.figures.model import Quantity
from kg.text.figures.numerals import numerals
from kg.text.folding import one_width

_MOST_DIGITS = 18
_DECIMALS = re.compile("[0-9][.・]([0-9]+)")


def rounding(quantity: Quantity) -> Decimal | None:
    """Half a unit of the last printed digit, in the unit of the value; None where none is printed.

    Beside a scale word every digit counts; of a plain integer trailing zeros do not
    (`kg.text.bounds.half_unit`). What somebody typed lies within that of the value.

    >>> from kg.text.figures import find_quantities
    >>> [str(rounding(q)) for q in find_quantities("45兆円, ¥45tn, 25.2 billion yen, 1,000,000円")]
    ['500000000000', '500000000000', '50000000', '5E+5']
    """
    surface = one_width(quantity.surface)
    found = next(numerals(surface), None)
    if found is None or found.value == 0 or isinstance(quantity.value, str):
        return None
    if found.spelled or found.vague:
        return None
    number = found.value.scaleb(-found.power)
    scale = abs(quantity.value) / number
    decimals = len("".join(_DECIMALS.findall(surface)[-1:]))
    if scale == 1 and not decimals and number < 10**_MOST_DIGITS:
        return half_unit(f"{number:f}".partition(".")[0])
    half = Decimal(5).scaleb(-decimals - 1) * scale
    return Decimal(f"{half.normalize():f}")
