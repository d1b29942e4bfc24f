"""One reader for each table but the claims': entities, sources, evidence, mentions, judgement."""

import re
from collections.abc import Mapping
from typing import Any

from kg.core.errors import nearest
from kg.core.model import Entity, Evidence, Identifier, Mention, Relation, Source, Text
from kg.ledger.row_context import RowContext
from kg.ledger.subjects import read_about, read_area, read_cues, read_dimensions
from kg.ledger.support import read_supports
from kg.ledger.tables import Entry, Row, Tables

RELATIONS = ("supersedes corroborates refines convertedFrom derivedFrom breaksSeriesAfter").split()
MAX_QUOTE = 80
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")


def read_entity(entry: Entry, context: RowContext) -> Entity | None:
    """An entity of a YAML file: names, kind, identifiers, index; a Series also its dimensions."""
    data, where = entry.data, entry.where
    slug, cls = str(data.get("id", "")), str(data.get("type", ""))
    if not context.issue(where, slug):
        return None
    _known_class(where, cls, context)
    entity = Entity(
        slug=slug,
        cls=cls,
        labels=_labels(where, data.get("label"), context),
        alt_labels=_alt_labels(where, data, context),
        hidden_labels=_names(where, data.get("hidden"), "hidden", context),
        identifiers=_identifiers(where, data.get("identifiers"), context),
        dimensions=read_dimensions(where, cls, data, context),
        about=read_about(where, data, context),
        area=read_area(where, data, context) if cls != "Series" else None,
        note=str(data.get("note", "")),
        note_ja=context.japanese(where, data, "note"),
        replaced_by=str(data.get("replaced_by", "")),
        growth_of=str(data.get("growth_of", "")),
        label_editors=_label_editors(where, data, context),
        cues=read_cues(where, data, context),
        looked_until=context.day(where, str(data.get("looked_until", "")), "looked_until"),
        several_seats=_several_seats(where, cls, data, context),
    )
    context.know(entity)
    return entity


def _known_class(where: str, cls: str, context: RowContext) -> None:
    classes = context.vocabulary.superclasses
    if cls not in classes:
        context.fault(where, f"type: no class is called {cls!r}{nearest(cls, classes)}")


def _alt_labels(where: str, data: Mapping[str, Any], context: RowContext) -> tuple[Text, ...]:
    """Further names, and the reading."""
    names = _names(where, data.get("aliases"), "aliases", context)
    reading = data.get("reading")
    return (*names, Text(str(reading), "ja-Hira")) if reading else names


def _label_editors(where: str, data: Mapping[str, Any], context: RowContext) -> tuple[str, ...]:
    """The names that the editors gave from common knowledge: `en`, `ja`, `reading`."""
    given = data.get("label_editors", [])
    names = given if isinstance(given, list) else [given]
    for name in names:
        if name not in ("en", "ja", "reading"):
            context.fault(where, f"label_editors: {name!r} is none of en, ja, reading")
        elif name == "reading" and not data.get("reading"):
            context.fault(where, "label_editors: there is no reading")
    return tuple(str(name) for name in names)


def _several_seats(where: str, cls: str, data: Mapping[str, Any], context: RowContext) -> bool:
    given = str(data.get("several_seats", ""))
    if given and (cls != "Post" or given != "true"):
        context.fault(where, "several_seats: only a Post has it, and only as `true`")
    return given == "true"


def _labels(where: str, given: Any, context: RowContext) -> tuple[Text, ...]:
    labels = given if isinstance(given, Mapping) else {}
    for lang in ("en", "ja"):
        if not str(labels.get(lang, "")).strip():
            context.fault(where, f"label: needs {{en: …, ja: …}}; {lang} is missing", "S21")
    for lang in labels:
        if lang not in ("en", "ja"):
            context.fault(
                where, f"label: {lang!r} is not en or ja; put other names under aliases", "S21"
            )
    return tuple(Text(str(labels[lang]), lang) for lang in ("en", "ja") if labels.get(lang))


def _names(where: str, given: Any, key: str, context: RowContext) -> tuple[Text, ...]:
    """A plain name is English, another is `{ja: …}`."""
    found = []
    for name in given if isinstance(given, list) else [given] if given else []:
        if isinstance(name, str) and name:
            found.append(Text(name, "en"))
        elif isinstance(name, Mapping) and len(name) == 1 and _LANG.fullmatch(next(iter(name))):
            found.extend(Text(str(value), lang) for lang, value in name.items())
        else:
            context.fault(where, f"{key}: {name!r} is neither a name nor {{lang: name}}")
    return tuple(found)


def _identifiers(where: str, given: Any, context: RowContext) -> tuple[Identifier, ...]:
    found = []
    for item in given if isinstance(given, list) else []:
        if not isinstance(item, Mapping) or set(item) != {"scheme", "value", "origin"}:
            context.fault(where, "identifiers: each needs exactly scheme, value and origin")
        elif item["scheme"] == "wikidata" and not _WIKIDATA.fullmatch(item["value"]):
            context.fault(
                where, f"identifiers: {item['value']!r} is no item of Wikidata such as Q17"
            )
        else:
            found.append(Identifier(item["scheme"], item["value"], item["origin"]))
    return tuple(found)


def read_source(row: Row, context: RowContext) -> Source | None:
    """A row of sources.csv (shape S28)."""
    where = row.where
    if not context.issue(where, row["source_id"], "src-*"):
        return None
    if row["kind"] != "Source" and not context.vocabulary.is_a(row["kind"], "Source"):
        context.fault(where, f"kind: no kind of source is called {row['kind']!r}", "S28")
    context.required(row, "publisher", "language", "tier", "level", "issued_basis")
    source = Source(
        slug=row["source_id"],
        kind=row["kind"],
        publisher=context.agent(where, row["publisher"], "publisher"),
        language=_language(row, "language", context),
        tier=context.individual(where, row["tier"], "SourceTier", "tier"),
        level=context.individual(where, row["level"], "EvidenceLevel", "level"),
        date_basis=context.individual(where, row["issued_basis"], "DateBasis", "issued_basis"),
        title=Text(row["title"], _language(row, "title_lang", context)) if row["title"] else None,
        issued=context.day(where, row["issued"], "issued"),
        url=_url(row, "url", context),
        archived_url=_url(row, "archived_url", context),
        cites=row.list("cites"),
        digest=row["digest"],
        length=_integer(row, "length", context) or 0,
        note=row["note"],
    )
    _check_level(row, source, context)
    context.sources[source.slug] = source
    return source


def _check_level(row: Row, source: Source, context: RowContext) -> None:
    """Verified means a held text with digest and length; quoted means an address."""
    if source.level == "verified" and not (_DIGEST.fullmatch(source.digest) and source.length):
        context.fault(row.where, "verified: needs digest sha256:<64 hex digits> and length", "S28")
    if source.level == "quoted" and (source.digest or source.length):
        context.fault(row.where, "quoted: has no digest or length; no text is held", "S28")
    if source.level == "quoted" and not source.url:
        context.fault(row.where, "quoted: needs the url of the source", "S28")
    if bool(source.issued) == (source.date_basis == "unknown"):
        context.fault(
            row.where, "issued: give the date and its basis, or neither and `unknown`", "S28"
        )


def _language(row: Row, column: str, context: RowContext) -> str:
    if not _LANG.fullmatch(row[column]):
        context.fault(row.where, f"{column}: {row[column]!r} is no language tag such as en or ja")
    return row[column]


def _url(row: Row, column: str, context: RowContext) -> str:
    if row[column] and not _URL.fullmatch(row[column]):
        context.fault(row.where, f"{column}: {row[column]!r} is no http(s) address")
    return row[column]


def _integer(row: Row, column: str, context: RowContext) -> int | None:
    if not row[column]:
        return None
    if not re.fullmatch("[0-9]{1,9}", row[column]):
        context.fault(row.where, f"{column}: {row[column]!r} is no whole number")
        return None
    return int(row[column])


def check_links(tables: Tables, context: RowContext) -> None:
    """Links inside a table, once all of its ids are known."""
    for row in tables.rows["sources"]:
        for cited in row.list("cites"):
            context.known(row.where, cited, context.sources, "source")
    for entry in tables.entities:
        for key, cls in (("replaced_by", ""), ("growth_of", "Series")):
            if entry.data.get(key):
                context.entity(entry.where, str(entry.data[key]), key, cls)
        if entry.data.get("growth_of") and entry.data.get("type") != "Series":
            context.fault(entry.where, "growth_of: only a Series has it")


def passage(row: Row, evidence: str, claim: str, context: RowContext) -> Evidence:
    """The evidence cells of a row: quote, offsets and role against the level of the source."""
    where = row.where
    source = context.sources.get(context.known(where, row["source"], context.sources, "source"))
    start, end = _integer(row, "start", context), _integer(row, "end", context)
    if not row["quote"]:
        context.fault(where, "quote is empty: no claim without its passage", "S03")
    if len(row["quote"]) > MAX_QUOTE:
        context.fault(
            where, f"quote has {len(row['quote'])} characters; quote at most {MAX_QUOTE}", "S11"
        )
    if row["role"]:
        context.individual(where, row["role"], "TextRole", "role")
    if source is not None:
        _check_offsets(row, source, start, end, context)
    place = (start, end, row["role"], read_supports(row, claim, context))
    return Evidence(evidence, claim, row["source"], row["quote"], *place)


def _check_offsets(
    row: Row, source: Source, start: int | None, end: int | None, context: RowContext
) -> None:
    given = start is not None and end is not None
    if source.level == "quoted" and (start is not None or end is not None):
        context.fault(
            row.where, f"{source.slug} is quoted: its text is not held, give no offsets", "S13"
        )
    if source.level == "verified":
        if not given or not row["role"]:
            context.fault(
                row.where,
                f"{source.slug} is verified: start, end and role are needed; run `kg anchor`",
                "S13",
            )
        elif not 0 <= (start or 0) < (end or 0) <= source.length:
            context.fault(row.where, f"offsets {start}-{end} lie outside 0-{source.length}", "S10")
        elif (end or 0) - (start or 0) != len(row["quote"]):
            context.fault(
                row.where,
                f"offsets span {(end or 0) - (start or 0)} characters, the quote has "
                f"{len(row['quote'])}; run `kg anchor`",
                "S11",
            )


def read_evidence(row: Row, context: RowContext) -> Evidence | None:
    """A further passage for a claim, from the same or another source."""
    source = row["source"].removeprefix("src-")
    if not context.issue(row.where, row["evidence_id"], f"e-{source}-xnn"):
        return None
    claim = context.known(row.where, row["claim_id"], context.claim_sources, "claim")
    return passage(row, row["evidence_id"], claim, context)


def read_mention(row: Row, context: RowContext) -> Mention | None:
    """A surface name in a held text, and whom it means."""
    where, name = row.where, row["source"].removeprefix("src-")
    if not context.issue(where, row["mention_id"], f"m-{name}-nnn"):
        return None
    source = context.sources.get(context.known(where, row["source"], context.sources, "source"))
    start, end = _integer(row, "start", context), _integer(row, "end", context)
    if source is not None and source.level != "verified":
        context.fault(where, f"{source.slug} is quoted: mentions need a held text", "S32")
    elif start is None or end is None or end - start != len(row["surface"]):
        context.fault(where, "start and end must span the surface form; run `kg anchor`", "S32")
    elif source is not None and end > source.length:
        context.fault(where, f"offsets {start}-{end} lie outside 0-{source.length}", "S32")
    return Mention(
        row["mention_id"],
        row["source"],
        row["surface"],
        start or 0,
        end or 0,
        context.entity(where, row["refers_to"], "refers_to"),
        context.individual(where, row["quality"], "MentionQuality", "quality"),
    )


def read_relation(row: Row, context: RowContext) -> Relation | None:
    """An editors' link between two claims."""
    where = row.where
    if row["relation"] not in RELATIONS:
        context.fault(
            where,
            f"relation: {row['relation']!r} is not one of {', '.join(RELATIONS)}"
            f"{nearest(row['relation'], RELATIONS)}",
        )
    context.known(where, row["claim"], context.claim_sources, "claim")
    context.known(where, row["other"], context.claim_sources, "claim")
    if row["claim"] == row["other"]:
        context.fault(where, "a claim cannot relate to itself", "S14")
    reason_ja = context.japanese(where, row.cells, "reason")
    return Relation(row["claim"], row["relation"], row["other"], row["reason"], reason_ja)
