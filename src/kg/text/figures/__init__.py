"""The one grammar of printed figures: every quantity of a text, with exact offsets.

Plain text in, plain values out. Compiler, search, verification and intake read figures with it,
so that what one accepts as printed the others find. Rules: 1. what is no figure is blotted out
(`exclusions`); 2. dates, ages, fractions; 3. numerals with the words that touch them
(`numerals`, `measures`, `units`); 4. bare numerals by ranges, lists and headings (`context`);
5. qualifiers and periods. The words are data; nothing is learned.
"""

from kg.text.figures.finder import find_quantities
from kg.text.figures.model import KINDS, QUALIFIERS, Quantity
from kg.text.figures.qualifiers import with_hedges
from kg.text.figures.rounding import rounding

__all__ = ["KINDS", "QUALIFIERS", "Quantity", "find_quantities", "rounding", "with_hedges"]
