"""Colours and shapes of drawings, once; style sheets repeat them, and a test holds them equal."""

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
