"""What the record says of its subjects that tells one from another: where, of what, of whom."""

import re
from collections import defaultdict
from collections.abc import Mapping, Set

from kg.text.figures.ages import ages
from kg.views.checking.cues import words
from kg.views.checking.record import Record
from kg.views.record.claims import Reader

HOME = frozenset({"japan", "world"})
_OF = "SELECT DISTINCT ?x ?of {{ ?x {} ?of }} ORDER BY ?x ?of"
_NAMED = """SELECT DISTINCT ?x ?label {{ ?x skos:inScheme <{}scheme/{}> ;
  skos:prefLabel|skos:altLabel ?label }} ORDER BY ?x ?label"""


class Facets:
    """Area, statistic, industry and named bodies of each subject, by its IRI."""

    def __init__(self, reader: Reader, record: Record) -> None:
        self._base = reader.names.base
        self.people, self.agents = _ids(reader, "jsip:Person"), _ids(reader, "foaf:Agent")
        self.areas = {**_local(reader, "dct:spatial"), **_local(reader, "jsip:refArea")}
        self.statistics = _local(reader, "jsip:statistic")
        self._industries = _local(reader, "jsip:dimIndustry")
        self._industry_words = {
            industry: frozenset(word for label in labels for _, word in words(label))
            for industry, labels in self._labels(reader, "industry").items()
        }
        self._areas = {
            area: _pattern(labels) for area, labels in self._labels(reader, "area").items()
        }
        self.ages = {
            iri: frozenset(age.value for label in record.surfaces(iri) for age in ages(label))
            for iri in {figure.claim.subject.iri for figure in record.figures}
        }
        self.named = {
            f.claim.subject.iri: _named(record, f.claim.subject.iri) for f in record.figures
        }

    def _labels(self, reader: Reader, scheme: str) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in reader.rows(_NAMED.format(self._base, scheme)):
            found[row["x"].rpartition("/")[2]].append(row["label"])
        return found

    def areas_in(self, text: str) -> Set[str]:
        """The countries and regions that a text names; "overseas" is part of many names of series.

        Empty where it names none.
        """
        return {
            area
            for area, pattern in self._areas.items()
            if area != "overseas" and pattern.search(text)
        }

    def is_abroad(self, subject: str) -> bool:
        """Whether a subject is of one country other than Japan."""
        return self.areas.get(subject, "japan") not in HOME

    def industry_words(self, subject: str) -> Set[str]:
        """The words of the names of a subject's industry; empty where it has none."""
        return self._industry_words.get(self._industries.get(subject, ""), frozenset())


def _ids(reader: Reader, cls: str) -> frozenset[str]:
    rows = reader.rows(f"SELECT DISTINCT ?x {{ ?x a {cls} }}")
    return frozenset(row["x"].rpartition("/")[2] for row in rows)


def _local(reader: Reader, term: str) -> Mapping[str, str]:
    return {row["x"]: row["of"].rpartition("/")[2] for row in reader.rows(_OF.format(term))}


def _pattern(labels: list[str]) -> re.Pattern[str]:
    longest = sorted(labels, key=lambda label: (-len(label), label))
    parts = (rf"\b{re.escape(one)}n?\b" if one.isascii() else re.escape(one) for one in longest)
    return re.compile("|".join(parts))


def _named(record: Record, subject: str) -> frozenset[str]:
    """The persons, bodies and firms in the names of a subject."""
    return frozenset(
        name.id
        for surface in record.surfaces(subject)
        for name in record.finder.find(surface)
        if name.id and not name.damaged
    )
