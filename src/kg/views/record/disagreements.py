"""Where two reviewers of a claim differ, and whether a third has settled it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.views.record.cards import Named
from kg.views.record.claims import Reader

_DISAGREEMENTS = """SELECT ?d ?c ?agent ?status ?third WHERE {{ {about}
  ?d a jsip:ReviewDisagreement ; jsip:disagreementOn ?c ; jsip:betweenReviews ?r .
  ?r prov:wasAssociatedWith ?agent ; jsip:decidedStatus ?status
  OPTIONAL {{ ?d jsip:settledIn/prov:wasAssociatedWith ?third }} }} ORDER BY ?d ?r"""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two reviews that differ: who says what; `settled_by` is who closed it, None while open."""

    id: str
    claim: str
    sides: tuple[tuple[Named, Named], ...]
    settled_by: Named | None


def disagreements(reader: Reader, claim: str = "") -> list[Disagreement]:
    """Those on one claim, given by its IRI, or all of them, in the order of their ids."""
    about = f"VALUES ?c {{ <{claim}> }}" if claim else ""
    rows = list(reader.rows(_DISAGREEMENTS.format(about=about)))
    named = reader.named(row[n] for row in rows for n in ("agent", "status", "third") if n in row)
    ids = dict.fromkeys(row["d"] for row in rows)
    return [_made(reader, [row for row in rows if row["d"] == d], named) for d in ids]


def _made(
    reader: Reader, rows: Sequence[Mapping[str, str]], named: Mapping[str, Named]
) -> Disagreement:
    first = rows[0]
    return Disagreement(
        reader.names.slug(first["d"]),
        reader.names.slug(first["c"]),
        tuple((named[row["agent"]], named[row["status"]]) for row in rows),
        named[first["third"]] if "third" in first else None,
    )
