"""An imported row as a row of the claims table: every cell mapped by rule, or refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.ledger.claims import ABSENT
from kg.ledger.import_rows import Incoming
from kg.ledger.import_sources import Sources, attribution, dated
from kg.ledger.import_words import Wording, worded
from kg.ledger.names import Naming, Unmapped
from kg.ledger.row_context import RowContext
from kg.ledger.rows import read_source
from kg.ledger.support import INFERRED, basis_by_words
from kg.ledger.tables import Row
from kg.ledger.vocabulary import Property
from kg.text.bounds import parse_number
from kg.text.periods import is_period, mint_period
from kg.text.support import PERIOD

STATUSES = {"analysed": "opinion"}  # other words for a status of ours (ontology.md §4.3)
_CONFIDENCE = "0.5"  # nobody has compared the phrase yet
_KEPT = (
    "low high area group scenario statistic start_date end_date event start end role note note_ja "
    "object_ja"
).split()
# Words beside a number that bound it: with one of these, the row must say the qualifier itself.
_HEDGES = re.compile(
    r"約|およそ|おおよそ|程度|前後|(?<=[円元%％人社万億兆ルドン])規模|超|以上|以下|未満|ほぼ"
    r"|(?<!過去)最[大低高]|少なくとも|上回|下回|近く|余り|数[十百千万億兆]|(?<=[\d円元%％人社万億兆])[強弱]"
    r"|\b(?:about|around|approximately|approx|roughly|nearly|almost|over|above|more than|at least"
    r"|up to|as (?:much|many|high) as|under|below|less than|fewer than|at most|some|exceed\w*"
    r"|between|tens|hundreds|thousands)\b|[~〜～><≧≦≥≤±]",
    re.IGNORECASE,
)
_NEEDED = ("subject", "predicate", "object", "status", "asserted_by", "quote")
_YEARS = re.compile(r"(FY\s?)?(\d{4})(?:年(度)?)?", re.IGNORECASE | re.ASCII)
_MONTHS = re.compile(r"(\d{4}-\d{2}|\d{4}q\d)(?:/(\d{4}-\d{2}|\d{4}q\d))?", re.ASCII)
_PLAIN = re.compile(r"([1-9]\d?y)", re.ASCII)
_DAY = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_TENURE = re.compile(rf"({_DAY})?/({_DAY})?", re.ASCII)
_NOT_ENGLISH = re.compile("[\u2e80-\ud7ff\uf900-\ufaff]")


@dataclass
class Draft:
    """A claim's cells in the making: what was matched to what, remarks, and faults."""

    given: Incoming
    digest: str
    cells: dict[str, str] = field(default_factory=dict)
    matched: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    source: dict[str, str] | None = None  # a row of sources.csv, where the source is new

    def try_cell(self, column: str, read: Callable[[str], str]) -> str:
        """Sets a cell from the given one of the same name; a refusal becomes a fault."""
        text = self.given.cells.get(column, "")
        if not text:
            return ""
        try:
            self.cells[column] = read(text)
        except Unmapped as error:
            self.faults.append(f"{column}: {error}")
            return ""
        if self.cells[column] != text:
            self.matched[f"{column} {text!r}"] = self.cells[column]
        return self.cells[column]


def draft(
    given: Incoming, context: RowContext, naming: Naming, sources: Sources, wording: Wording
) -> Draft:
    """The cells of a claim row; `faults` says why there is none."""
    made = Draft(worded(given, wording), given.digest, faults=list(given.faults))
    given = made.given
    if made.faults:
        return made
    cells = made.cells
    cells |= {column: given.cells[column] for column in _KEPT if column in given.cells}
    slug = made.try_cell("predicate", naming.predicate)
    prop = context.vocabulary.properties.get(slug)
    if prop is not None:
        made.try_cell("subject", lambda name: naming.subject(name, prop))
        made.try_cell("object", lambda text: _object(text, prop, naming))
    else:
        made.try_cell("subject", naming.entity)
    made.try_cell("unit", naming.unit)
    made.try_cell("asserted_by", naming.entity)
    made.try_cell("status", lambda text: STATUSES.get(text, text))
    _period(made, prop)
    _quantity(made, prop)
    _dates(made)
    _source(made, context, sources)
    cells["attribution"] = given.cells.get("attribution", cells.get("attribution", ""))
    cells["confidence"] = given.cells.get("confidence", _CONFIDENCE)
    cells["quote"] = given.cells.get("quote", "")
    _period_basis(made, context)
    made.faults += [f"{column}: is empty" for column in _NEEDED if not given.cells.get(column)]
    return made


def _object(text: str, prop: Property, naming: Naming) -> str:
    """A number or date as it stands, a period by rule, an entity or concept by name."""
    kinds = prop.kinds
    if text == ABSENT:
        raise Unmapped("silence is found by the editors; it cannot be imported")
    if "QuantityValue" in kinds and parse_number(text) is None:
        raise Unmapped(f"{text!r} is no number; write digits such as 55e9 or 3.9")
    if "TextValue" in kinds and _NOT_ENGLISH.search(text):
        raise Unmapped("texts are in English, in your own words")
    if kinds & {"QuantityValue", "DateValue", "TextValue"}:
        return text
    if prop.range == {"Period"}:
        return period_slug(text)
    name = naming.object(text, prop)
    return name.partition("/")[2] if "/" in name and len(prop.schemes) == 1 else name


def period_slug(text: str) -> str:
    """The slug of the period that a text names; raises Unmapped.

    >>> period_slug("2024"), period_slug("FY2026/FY2030"), period_slug("2025年度")
    ('period-2024', 'period-fy2026-fy2030', 'period-fy2025')
    >>> period_slug("2026-10/2028-09"), period_slug("2025Q1")
    ('period-2026-10-2028-09', 'period-2025q1')
    """
    slug = text
    if not is_period(text):
        ends = _MONTHS.fullmatch(text.lower()) or _PLAIN.fullmatch(text.lower())
        slug = f"period-{'-'.join(end for end in ends.groups() if end)}" if ends else _years(text)
    if mint_period(slug) is None:
        what = (
            "is no period; write 2024, FY2025, 2023-10, 2025Q1, 5y, or both ends with a / between"
        )
        raise Unmapped(f"{text!r} {what}")
    return slug


def _years(text: str) -> str:
    parts = [_YEARS.fullmatch(part.strip()) for part in re.split("[/–〜～-]|から", text)]
    years = [f"{'fy' if m[1] or m[3] else ''}{m[2]}" for m in parts if m]
    one = len(years) == len(parts) and len(years) in (1, 2)
    return f"period-{'-'.join(dict.fromkeys(years))}" if one else ""


def _period(made: Draft, prop: Property | None) -> None:
    """The period; dates of a tenure are its start and end, and a date needs no year beside it."""
    text = made.given.cells.get("period", "")
    kinds = prop.kinds if prop else frozenset()
    tenure = _TENURE.fullmatch(text)
    whole = re.fullmatch(r"\d{4}/\d{4}", text)
    dated_already = made.cells.keys() & {"start_date", "end_date"}
    if "EntityValue" in kinds and tenure and len(text) > 1 and not whole and not dated_already:
        made.cells |= {"start_date": tenure[1] or "", "end_date": tenure[2] or ""}
        made.remarks.append(f"period {text!r} is read as first and last day")
    elif "DateValue" in kinds and text and text == made.cells.get("object", "")[:4]:
        made.remarks.append(f"period {text!r} is left out: the date says it")
    else:
        made.try_cell("period", period_slug)


def _period_basis(made: Draft, context: RowContext) -> None:
    """As given, or by the words: what phrase, note and title do not print is inferred."""
    cells = made.cells
    if not cells.get("period") or made.given.cells.get("period_basis"):
        cells["period_basis"] = made.given.cells.get("period_basis", "")
        return
    cells["period_basis"] = basis_by_words(Row(made.given.where, cells), context)
    if cells["period_basis"] == INFERRED and PERIOD not in cells.get("note", "").casefold():
        add_note(
            cells,
            "period as in the row, not in the phrase",
            "期間は元データのもので、引用箇所にはない",
        )


def add_note(cells: dict[str, str], en: str, ja: str) -> None:
    """Adds to the note of a row; its Japanese stays away where the given note has none."""
    if not cells.get("note") or cells.get("note_ja"):
        cells["note_ja"] = "。".join(n for n in (cells.get("note_ja", "").rstrip("。"), ja) if n)
    cells["note"] = "; ".join(n for n in (cells.get("note", ""), en) if n)


def _quantity(made: Draft, prop: Property | None) -> None:
    """How the words bound the number: as given, or `stated` where no word beside it hedges."""
    given = made.given.cells
    if prop is None or "QuantityValue" not in prop.kinds:
        made.cells |= {c: given[c] for c in ("qualifier", "printed") if c in given}
        return
    printed = given.get("printed") or given.get("quote", "")
    if "qualifier" not in given and (hedge := _HEDGES.search(printed)):
        what = f"the phrase says {hedge[0]!r}; give exact, stated, approximately, over, up-to …"
        made.faults.append(f"qualifier: {what}")
    made.cells |= {"qualifier": given.get("qualifier", "stated"), "printed": printed}


def _dates(made: Draft) -> None:
    given = made.given.cells
    day, basis, partly = dated(given.get("asserted_on", ""))
    made.cells |= {"asserted_on": day, "date_basis": given.get("date_basis", basis)}
    if partly:
        add_note(made.cells, f"asserted {partly}", f"主張の日付は{partly}")
        made.remarks.append(f"asserted_on {partly!r} is no day; it stands in the note")


def _source(made: Draft, context: RowContext, sources: Sources) -> None:
    """The known source, or a new one that is tried as a row of its own."""
    try:
        slug = sources.find(made.given)
        if not slug:
            made.source = sources.describe(made.given)
            slug = made.source["source_id"]
    except Unmapped as error:
        made.faults.append(f"source: {error}")
        return
    made.cells["source"] = slug
    if made.source is not None:
        _try_source(made, context)
    elif url := made.given.cells.get("source_url", ""):
        made.matched[f"source_url {url!r}"] = slug
    if slug in context.sources:
        publisher = context.sources[slug].publisher
        asserter = made.cells.get("asserted_by", "")
        made.cells["attribution"] = attribution(asserter, publisher) if asserter else ""


def _try_source(made: Draft, context: RowContext) -> None:
    assert made.source is not None
    before = len(context.problems)
    read_source(Row(made.given.where, made.source), context)
    made.faults += [f"source: {problem.what}" for problem in context.problems[before:]]
    del context.problems[before:]
