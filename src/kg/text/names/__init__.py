"""Names in a text: who and what is mentioned, known, misspelt or new, with exact offsets.

Plain text and plain surfaces in; which surfaces there are comes from elsewhere (the store).
"""

from kg.text.names.finder import NameFinder
from kg.text.names.model import SORTS, KnownName, Name

__all__ = ["SORTS", "KnownName", "Name", "NameFinder"]
