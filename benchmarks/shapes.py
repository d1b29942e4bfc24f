"""Random shapes of queries over the graph of `generate.py`: the same ones for the same seed.

python benchmarks/shapes.py [SEED]

Ten aggregate and ten are joins with filters.
"""

import random
import sys
from collections.abc import Callable

from generate import BASE, INDUSTRIES, OA, RDF, RDFS, STATUS, XSD

PREFIXES = (
    f"PREFIX id: <{BASE}id/> PREFIX jsip: <{BASE}ns#> PREFIX rdf: <{RDF}> PREFIX rdfs: <{RDFS}> "
    f"PREFIX oa: <{OA}> PREFIX xsd: <{XSD}> PREFIX scheme: <{BASE}scheme/>\n"
)
OF_EACH = 10
# What a claim says, by the name of the variable, and of which sort that is.
CLAIM = {
    "value": ("rdf:object", "number"),
    "low": ("jsip:lowerBound", "number"),
    "high": ("jsip:upperBound", "number"),
    "day": ("jsip:assertedOn", "date"),
    "who": ("jsip:assertedBy", "iri"),
    "status": ("jsip:assertionStatus", "iri"),
    "period": ("jsip:refPeriod", "iri"),
    "entity": ("rdf:subject", "iri"),
    "printed": ("jsip:printedForm", "text"),
    "key": ("jsip:comparisonKey", "text"),
}
# Further patterns: what they need, what they say, what they bind.
MORE = (
    ("entity", "?entity jsip:targetsIndustry ?industry", {"industry": "iri"}),
    ("entity", "?entity jsip:partOfMeasure ?whole", {"whole": "iri"}),
    ("entity", "?entity rdfs:label ?label FILTER(LANG(?label) = 'en')", {"label": "text"}),
    ("claim", "?claim jsip:reviewStatus ?review", {"review": "iri"}),
    ("claim", "?evidence jsip:supportsClaim ?claim", {"evidence": "iri"}),
    (
        "claim",
        "?evidence jsip:supportsClaim ?claim ; oa:hasSource ?source",
        {"evidence": "iri", "source": "iri"},
    ),
    (
        "key",
        "?other jsip:comparisonKey ?key ; jsip:lowerBound ?floor",
        {"other": "iri", "floor": "number"},
    ),
    (
        "key",
        "?other jsip:comparisonKey ?key ; jsip:assertedBy ?rival",
        {"other": "iri", "rival": "iri"},
    ),
)


class _Shape:
    """A pattern that grows, and what it has bound so far."""

    def __init__(self, made: random.Random, star: int, more: int) -> None:
        self.made, self.has_graphs = made, made.random() < 0.5
        names = made.sample(sorted(CLAIM), star)
        self.sorts = {"claim": "iri"} | {name: CLAIM[name][1] for name in names}
        said = " ; ".join(f"{CLAIM[name][0]} ?{name}" for name in names)
        self.parts = [self._graph(f"?claim {said}", 0)]
        for _ in range(more):
            can = [m for m in MORE if m[0] in self.sorts and not m[2].keys() & self.sorts.keys()]
            if can:
                _, said, sorts = made.choice(can)
                self.parts.append(self._graph(said, len(self.parts)))
                self.sorts |= sorts

    def _graph(self, said: str, number: int) -> str:
        return f"GRAPH ?g{number} {{ {said} }}" if self.has_graphs else f"{said} ."

    def filter(self) -> str:
        made, name = self.made, self.made.choice(sorted(self.sorts))
        if "other" in self.sorts and made.random() < 0.5:
            return made.choice(("FILTER(?claim != ?other)", "FILTER(STR(?claim) < STR(?other))"))
        like = [n for n, s in self.sorts.items() if s == self.sorts[name] and n != name]
        if self.sorts[name] == "number":
            if like and made.random() < 0.4:
                return f"FILTER(?{name} {made.choice('<>')} ?{made.choice(like)})"
            return f"FILTER(?{name} {made.choice('<>')} {made.randrange(2, 9)}00000000000)"
        if self.sorts[name] == "date":
            year, month = made.randrange(2017, 2029), made.randrange(1, 13)
            ordered = f"?{name} {made.choice('<>')} '{year}-{month:02}-01'^^xsd:date"
            return f"FILTER({made.choice((ordered, f'YEAR(?{name}) >= {year}'))})"
        if self.sorts[name] == "text":
            sign = made.choice("123456789")
            length = made.randrange(10, 21)
            tests = ("CONTAINS(?{}, '{}')", "REGEX(?{}, '{}[0-5]')", "STRLEN(?{}) > {}")
            test = made.choice(tests)
            return f"FILTER({test.format(name, length if 'LEN' in test else sign)})"
        return f"FILTER({self._of_iri(name)})"

    def _of_iri(self, name: str) -> str:
        made = self.made
        return {
            "who": f"?who NOT IN (id:agent-1, id:agent-{made.randrange(2, 5)})",
            "status": f"?status != <{BASE}scheme/assertion-status/{made.choice(STATUS)}>",
            "period": f"?period != id:period-{made.randrange(2015, 2031)}",
            "industry": f"?industry != <{BASE}scheme/industry/i{made.randrange(INDUSTRIES)}>",
            "review": f"?review = <{BASE}scheme/review-status/accepted>",
        }.get(name, f"CONTAINS(STR(?{name}), '{made.randrange(1, 10)}')")

    def where(self, filters: int) -> str:
        conditions = dict.fromkeys(self.filter() for _ in range(filters))
        return f"WHERE {{ {' '.join(self.parts)} {' '.join(conditions)} }}"

    def of_sort(self, *sorts: str) -> list[str]:
        return sorted(name for name, sort in self.sorts.items() if sort in sorts)


def aggregate(made: random.Random) -> str:
    """Groups by 0 to 2 keys, 1 or 2 aggregates, sometimes HAVING, ORDER BY and LIMIT."""
    shape = _Shape(made, made.randrange(1, 4), made.randrange(3))
    keys = [n for n in shape.of_sort("iri", "date", "text") if n != "claim"]
    groups = made.sample(keys, min(len(keys), made.choice((0, 1, 1, 2, 2))))
    calls = []
    for number in range(made.choice((1, 1, 2))):
        numbers = shape.of_sort("number")
        if numbers and made.random() < 0.7:
            call = f"{made.choice(('SUM', 'AVG', 'MIN', 'MAX'))}(?{made.choice(numbers)})"
        else:
            once = made.choice(("", "DISTINCT "))
            call = f"COUNT({once}?{made.choice(shape.of_sort('iri', 'date', 'text', 'number'))})"
        calls.append(f"({call} AS ?n{number})")
    keyed = " ".join(f"?{name}" for name in groups)
    query = f"SELECT {keyed} {' '.join(calls)} {shape.where(made.randrange(3))}"
    if not groups:
        return query
    query += f" GROUP BY {keyed}"
    if made.random() < 0.3:
        query += f" HAVING (COUNT(*) > {made.choice((1, 2, 10))})"
    if made.random() < 0.6:
        query += f" ORDER BY {made.choice(('', 'DESC(?n0) '))}{keyed}"
        query += made.choice(("", "", " LIMIT 10", " LIMIT 100"))
    return query


def joined(made: random.Random) -> str:
    """A join of 2 to 4 patterns with 1 or 2 filters, sometimes DISTINCT and ORDER BY."""
    shape = _Shape(made, made.randrange(2, 4), made.randrange(2))
    where = shape.where(made.randrange(1, 3))
    names = made.sample(shape.of_sort("iri", "date", "number", "text"), made.randrange(1, 4))
    given = " ".join(f"?{name}" for name in names)
    query = f"SELECT {made.choice(('', '', 'DISTINCT '))}{given} {where}"
    if made.random() < 0.6:
        keys = [f"{made.choice(('?{}', 'DESC(?{})'))}".format(n) for n in names]
        query += f" ORDER BY {' '.join(keys)}"
    return query + made.choice(("", "", " LIMIT 1000", " LIMIT 10000"))


def shapes(seed: int = 20261130) -> dict[str, str]:
    """Twenty queries by name."""
    made = random.Random(seed)
    aggregates = _drawn(made, aggregate, "aggregate")
    return aggregates | _drawn(made, joined, "join")


def _drawn(made: random.Random, draw: Callable[[random.Random], str], name: str) -> dict[str, str]:
    """Ten, drawn again until at least two of them join claims by their keys."""
    while True:
        drawn = [draw(made) for _ in range(OF_EACH)]
        if sum("?other" in query for query in drawn) > 1:
            return {f"{name} {number}": query for number, query in enumerate(drawn, 1)}


if __name__ == "__main__":
    for name, query in shapes(*map(int, sys.argv[1:])).items():
        print(f"# {name}\n{query}\n")
