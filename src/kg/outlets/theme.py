"""Colours and shapes of drawings, once; style sheets repeat them, and a test holds them equal."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

INK, LINES, PAPER = "#1d1d1b", "#8a8a84", "#fdfdfb"
# a colour for each family of types; within a family, types differ by shape
FAMILIES: Final[dict[str, str]] = {
    "people": "Person Post",
    "organisations": "Organisation PublicBody Cabinet Company Government IndustryAssociation"
    " ResearchOrganisation NewsOrganisation PoliticalParty",
    "policies": "PolicyInstrument PolicyAgenda Strategy Plan Programme Law TaxMeasure Regulation"
    " PolicyTarget",
    "money": "FiscalMeasure InitialBudgetItem SupplementaryBudgetItem BudgetRequest"
    " PlannedInvestment PrivateInvestment PublicFund BudgetComparator",
    "events": "Event Meeting Announcement ParliamentaryDebate CabinetDecision Publication Survey",
    "sources": "Source NewsArticle GovernmentDocument SurveyReport SocialPost PressRelease WebPage",
    "statistics": "Series Indicator Period CalendarMonth CalendarYear FiscalYear MonthSpan"
    " MultiYear",
    "concepts": "Concept industry issue group area stage unit statistic scenario indicator"
    " assessment",
}
FAMILY_OF: Final = {name: family for family, names in FAMILIES.items() for name in names.split()}
SHAPES: Final = ("dot", "square", "diamond", "triangle", "triangleDown", "star", "hexagon")
OUTLINES: Final[dict[str, str]] = {  # as paths in a box of 14 by 14
    "dot": "M7 1a6 6 0 1 0 0 12a6 6 0 1 0 0-12z",
    "square": "M1.5 1.5h11v11h-11z",
    "diamond": "M7 0l7 7l-7 7l-7-7z",
    "triangle": "M7 1l6.5 12h-13z",
    "triangleDown": "M7 13l6.5-12h-13z",
    "hexagon": "M3.5 1h7l3.5 6l-3.5 6h-7l-3.5-6z",
    "star": "M7 0l1.7 4.9h5.1l-4.1 3.1l1.5 5l-4.2-3l-4.2 3l1.5-5l-4.1-3.1h5.1z",
}
COLOURS: Final[dict[str, str]] = {
    "people": "#c2410c",
    "organisations": "#1d5fc4",
    "policies": "#047857",
    "money": "#a16207",
    "events": "#be185d",
    "sources": "#52606d",
    "statistics": "#0e7490",
    "concepts": "#7446c4",
    "other": "#6b625a",
}


def in_order(types: Iterable[str]) -> list[str]:
    """Types in the order of a legend: by family, unknown ones last."""
    order = list(FAMILY_OF)
    places = {name: place for place, name in enumerate(order)}
    return sorted(set(types), key=lambda name: (places.get(name, len(order)), name))


def shapes(types: Iterable[str]) -> Mapping[str, str]:
    """The shape of each type of a picture: within a family each has one of its own.

    >>> shapes(["Company", "Person", "PublicBody"])
    {'Person': 'dot', 'PublicBody': 'dot', 'Company': 'square'}
    """
    seen: Counter[str] = Counter()
    found = {}
    for name in in_order(types):
        family = FAMILY_OF.get(name, "other")
        found[name] = SHAPES[seen[family] % len(SHAPES)]
        seen[family] += 1
    return found
