"""FollowTheMoney's words: which schema an entity has, of which type a property is, what an id is.

Names as in followthemoney 4.11; nothing of it is needed to write.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha1

_SCHEMATA = {
    "Person": "Person",
    "Position": "Post",
    "Company": "Company",
    "PublicBody": "PublicBody Government Cabinet",
    "Organization": "Organisation NewsOrganisation IndustryAssociation ResearchOrganisation "
    "PoliticalParty",
    "Event": "Event Meeting CabinetDecision Announcement ParliamentaryDebate",
    "Project": "FiscalMeasure SupplementaryBudgetItem InitialBudgetItem PlannedInvestment "
    "PrivateInvestment Programme PublicFund BudgetRequest BudgetComparator TaxMeasure "
    "PolicyAgenda Plan Strategy",
}
SCHEMA_OF = {cls: schema for schema, classes in _SCHEMATA.items() for cls in classes.split()}
"""By the local name of our class; what is none of these is a Thing."""

BODIES = frozenset({"Company", "PublicBody", "Organization"})
AGENTS = BODIES | {"Person"}

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("name", "alias", "weakAlias"), "name"),
    **dict.fromkeys(("description", "summary", "notes"), "text"),
    **dict.fromkeys(("title", "publisher", "recordId", "role", "status", "currency"), "string"),
    **dict.fromkeys(("date", "startDate", "endDate", "publishedAt"), "date"),
    **dict.fromkeys(("holder", "post", "member", "organization", "participant"), "entity"),
    **dict.fromkeys(("project", "subject", "object", "document", "entity", "proof"), "entity"),
    **{"amount": "number", "sourceUrl": "url", "wikidataId": "identifier", "language": "language"},
}
"""The type of each property that is written."""

_LANGUAGES = {"en": "eng", "ja": "jpn", "ko": "kor", "zh": "zho", "fr": "fra", "de": "deu"}
_SPOKEN = ("name", "text", "string")  # types whose values may have a language
_ID = re.compile(r"[0-9a-zA-Z]([0-9a-zA-Z.-]*[0-9a-zA-Z])?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Statement:
    """One value of one property of an entity, and who says so: a `dataset`, by a claim `origin`."""

    entity: str
    schema: str
    prop: str
    value: str
    dataset: str
    origin: str = ""
    lang: str = ""
    original: str = ""

    @property
    def type(self) -> str:
        """The type of the property."""
        return TYPES[self.prop]

    @property
    def id(self) -> str:
        """The key by which FollowTheMoney knows the statement again."""
        key = f"{self.dataset}.{self.entity}.{self.prop}.{self.value}"
        key += f"@{self.lang}" if self.lang else ""
        return sha1(key.encode(), usedforsecurity=False).hexdigest()

    @property
    def cleaned(self) -> "Statement":
        """The same without control characters and needless spaces, which FollowTheMoney drops."""
        value = _CONTROL.sub("", self.value).strip()
        return replace(self, value=value if self.type == "text" else " ".join(value.split()))

    @property
    def is_sound(self) -> bool:
        """False for a value that FollowTheMoney would not read as one of its type."""
        if self.type == "date":
            return _DATE.fullmatch(self.value) is not None
        if self.type == "url":
            return self.value.startswith(("http://", "https://")) and self.value.isprintable()
        return bool(self.value)


def language(tag: str | None, prop: str) -> str:
    """The code of a language of three letters, for a property whose values may have one."""
    return _LANGUAGES.get((tag or "").partition("-")[0], "") if TYPES[prop] in _SPOKEN else ""


def entity_id(slug: str) -> str:
    """An id of letters, digits, dots and hyphens; of another name, its digest.

    >>> entity_id("meti"), entity_id("industry/ai")
    ('meti', 'industry.ai')
    """
    found = slug.replace("/", ".")
    return found if _ID.fullmatch(found) else f"x-{sha1(slug.encode()).hexdigest()}"


def dataset_name(slug: str) -> str:
    """The name of a dataset: letters, digits and underscores.

    >>> dataset_name("src-gate-ai-content")
    'src_gate_ai_content'
    """
    return re.sub(r"[^a-z0-9]+", "_", slug.lower()).strip("_") or "other"
