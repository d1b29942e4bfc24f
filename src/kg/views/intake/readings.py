"""One reading of a figure: a proposition of the record or none, and the cells that follow.

Each cell has a basis (stated, inferred, missing) and a reason in both languages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.ledger.candidates import Basis, SameAs, Words
from kg.ledger.import_sources import attribution
from kg.text.period_words import names_period
from kg.text.periods import mint_period
from kg.text.support import Wanted, supported, telling_words
from kg.views.checking.agreement import periods_meet, years
from kg.views.checking.stated import told_by
from kg.views.checking.surroundings import Surroundings
from kg.views.intake.periods import Field, period_of
from kg.views.intake.phrases import Phrase
from kg.views.intake.quantities import Found, cells
from kg.views.intake.ranking import OBSERVATION, Ranked
from kg.views.intake.segments import Segment
from kg.views.intake.speakers import UNNAMED, asserter_of
from kg.views.intake.statuses import status_of
from kg.views.record.cards import ClaimCard, Named

_CONFIDENCE = "0.5"  # nobody has compared the phrase yet
_WITNESSED = 3
_SUBJECT_MISSING = Words("nothing in the record is clearly spoken of", "記録のどの事柄か定まらない")
ORDER = (
    "subject predicate object unit qualifier low high printed period period_basis area group "
    "scenario statistic status "
    "asserted_by asserted_on date_basis attribution confidence source quote start end role "
    "supports note note_ja"
).split()


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the document: its source's id, publisher, day, language, title's end."""

    source: str
    publisher: Named | None
    issued: str
    lang: str
    title: str
    title_end: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One figure where it stands."""

    context: Surroundings
    found: Found
    part: Segment
    shown: Phrase
    quote: Phrase
    about: About

    @property
    def sentence(self) -> str:
        """The sentence around it, as far as it is read."""
        around = self.context.around[self.found.place]
        return self.context.cues.plain[around.start : around.end]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a figure: how strongly the words speak for it, and the cells that follow.

    `same` are claims of the record that say the same.
    """

    strength: float
    row: Mapping[str, str]
    basis: Mapping[str, Basis]
    why: Mapping[str, Words]
    same: tuple[ClaimCard, ...]

    @property
    def same_as(self) -> list[SameAs]:
        """The claims of the record that the passage seems to be another witness of."""
        return [_same_as(claim) for claim in self.same]


def read(place: Place, ranked: Ranked | None) -> Reading:
    """The cells of a figure where it is read as of a proposition, or of none."""
    fields = dict(_subject(ranked, place))
    at, publisher = place.found.place, place.about.publisher
    fields["status"] = status_of(place.sentence, ranked)
    fields["asserted_by"] = asserter_of(place.context, at, place.part, ranked, publisher)
    same = _witnessed(place, ranked, fields["asserted_by"])
    fields["period"] = _period(place, ranked, same)
    return _reading(place, ranked, fields, same)


def as_in_record(place: Place, ranked: Ranked, first: Reading) -> Iterator[Reading]:
    """The same figure with period, asserter and status of the claim with this value, if others."""
    if not ranked.agreeing:
        return
    claim = ranked.first
    why = Words(f"as in {claim.id}", f"{claim.id}のとおり")
    cells = {
        "period": claim.period.id if claim.period else "",
        "asserted_by": claim.asserter.id,
        "status": claim.status.local,
    }
    if any(first.row.get(name, "") != cell for name, cell in cells.items()):
        fields = dict(_subject(ranked, place))
        fields |= {name: Field(cell, "inferred", why) for name, cell in cells.items()}
        yield _reading(place, ranked, fields, first.same)


def _reading(
    place: Place, ranked: Ranked | None, fields: Mapping[str, Field], same: Sequence[ClaimCard]
) -> Reading:
    row = {
        **cells(place.found, ranked, place.part.yearly),
        **{name: f.cell for name, f in fields.items()},
    }
    row |= _told(place, row)
    row["supports"] = _supports(place, ranked, row)
    told = Words(f"printed “{place.shown.words}”", f"「{place.shown.words}」とある")
    why = dict.fromkeys(("object", "unit", "qualifier"), told)
    basis: dict[str, Basis] = dict.fromkeys(why, "stated")
    return Reading(
        strength=ranked.score if ranked else 0.0,
        row={name: cell for name in ORDER if (cell := row.get(name, ""))},
        basis={**basis, **{name: f.basis for name, f in fields.items()}},
        why={**why, **{name: f.why for name, f in fields.items()}},
        same=tuple(same),
    )


def _subject(ranked: Ranked | None, place: Place) -> Iterator[tuple[str, Field]]:
    """Subject and property of a reading, why they are meant."""
    if ranked is None:
        missing = Field("", "missing", _SUBJECT_MISSING)
        yield from (("subject", missing), ("predicate", missing))
        return
    claim, names = ranked.first, place.context
    told = names.cues.seen(place.part.start, place.part.end, claim.subject.en, claim.subject.ja)
    if ranked.agreeing:
        en, ja = f"the record has this value: {claim.id}", f"記録にこの値がある：{claim.id}"
    elif told:
        listed = ", ".join(f"“{word}”" for word in told)
        en, ja = f"{listed} beside it", f"近くに{'、'.join(f'「{word}」' for word in told)}とある"
    else:
        en, ja = "the words around speak of it", "周囲の語がこれを指す"
    basis: Basis = "stated" if told or ranked.agreeing else "inferred"
    why = Words(f"{claim.subject.en}: {en}", f"{claim.subject.ja}：{ja}")
    yield "subject", Field(claim.subject.id, basis, why)
    prop = claim.predicate
    said = Words(f"{prop.en}: what the record says of it", f"{prop.ja}：記録での性質")
    yield "predicate", Field(prop.id.removeprefix("jsip:"), basis, said)


def _witnessed(place: Place, ranked: Ranked | None, asserter: Field) -> list[ClaimCard]:
    """The claims that say the same, as far as the text says; none that is rejected."""
    if ranked is None:
        return []
    said = place.context.said[place.found.place]
    agreeing = [claim for claim in ranked.claims[: ranked.agreeing] if not claim.is_rejected]
    return [
        claim
        for claim in agreeing
        if _meets(claim, said.periods) and not _said_by_another(claim, asserter)
    ][:_WITNESSED]


def _meets(claim: ClaimCard, periods: Sequence[tuple[int, int]]) -> bool:
    own = years(claim.period.id) if claim.period else None
    return periods_meet(periods, own) is not False


def _said_by_another(claim: ClaimCard, asserter: Field) -> bool:
    """Whether the sentence names a speaker who does not say the claim."""
    named = asserter.basis == "stated" and asserter.cell
    return (
        bool(named) and asserter.cell not in told_by(claim) and claim.attribution != "AuthorVoice"
    )


def _same_as(claim: ClaimCard) -> SameAs:
    en = f"{claim.asserter.en} says {claim.words_en} of {claim.subject.en}"
    ja = f"{claim.asserter.ja}は{claim.subject.ja}を{claim.words_ja}とする"
    if claim.period is not None:
        en, ja = f"{en} ({claim.period.en})", f"{ja}（{claim.period.ja}）"
    return SameAs(claim.id, Words(en, ja))


def _period(place: Place, ranked: Ranked | None, same: Sequence[ClaimCard]) -> Field:
    """That of a claim with this value, if the text says no other one; else what the text says."""
    known = next((claim.period for claim in same if claim.period), None)
    if known is not None:
        en, ja = f"the record has this value for {known.en}", f"記録ではこの値は{known.ja}のもの"
        stands = names_period(known.id, place.sentence)
        return Field(known.id, "stated" if stands else "inferred", Words(en, ja))
    if ranked is not None and not any(claim.period for claim in ranked.claims):
        why = Words("claims of this in the record have none", "記録で同じ事柄に期間はない")
        return Field("", "stated", why)
    told = period_of(place.context, place.found.place, place.part)
    return told if ranked is None else _of_measure(ranked, told) or told


def _of_measure(ranked: Ranked, told: Field) -> Field | None:
    """The one period that the record has for a measure or a target, if the text says no other.

    A series goes on in other years; a measure is of its own ones, of which a text may print the
    last one alone ("until fiscal 2030").
    """
    known = {claim.period.id: claim.period for claim in ranked.claims if claim.period}
    several = len(known) != 1 or not all(claim.period for claim in ranked.claims)
    if several or ranked.first.predicate.id == OBSERVATION:
        return None
    (period,) = known.values()
    said, own = years(told.cell), years(period.id)
    subject = ranked.first.subject
    named = any(names_period(period.id, name) for name in (subject.en, subject.ja))
    fits = _lie_within(said, own) if said else named and not told.cell
    if period.id == told.cell or not fits:
        return None
    why = Words(f"the record has this for {period.en}", f"記録ではこれは{period.ja}のもの")
    return Field(period.id, "inferred", why)


def _lie_within(said: tuple[int, int], own: tuple[int, int] | None) -> bool:
    """Whether the years that are said are all of a measure's own."""
    return own is not None and own[0] <= said[0] and said[1] <= own[1]


def _told(place: Place, row: Mapping[str, str]) -> dict[str, str]:
    """Cells of the source: who tells it, when, where it stands, with what note."""
    about, quote = place.about, place.quote
    asserter, publisher = row["asserted_by"], about.publisher.id if about.publisher else ""
    unnamed = asserter == publisher and UNNAMED.search(place.sentence)
    how = "UnnamedSources" if unnamed else attribution(asserter, publisher) if asserter else ""
    return {
        "printed": place.shown.words,
        "asserted_on": about.issued,
        "date_basis": "stated" if about.issued else "unknown",
        "attribution": how,
        "confidence": _CONFIDENCE,
        "source": about.source,
        "quote": quote.words,
        "start": str(quote.start),
        "end": str(quote.end),
        "role": "Headline" if quote.end <= about.title_end else "Body",
        **_period_note(row["period"], place),
    }


def _period_note(period: str, place: Place) -> dict[str, str]:
    """How the period is known, and a note where neither phrase nor title prints it."""
    made = mint_period(period) if period else None
    if made is None:
        return {}
    if any(names_period(period, text) for text in (place.quote.words, place.about.title)):
        return {"period_basis": "stated"}
    if names_period(period, place.sentence):
        en, ja = made.labels[0].value, made.labels[1].value
        return {
            "period_basis": "stated",
            "note": f"the sentence prints the period, {en}",
            "note_ja": f"期間は同じ文にある（{ja}）",
        }
    return {
        "period_basis": "inferred",
        "note": "period from the words before, not in the phrase",
        "note_ja": "期間は前の文による。引用箇所にはない。",
    }


def _supports(place: Place, ranked: Ranked | None, row: Mapping[str, str]) -> str:
    """The parts of the row that the words of the quote hold."""
    names = (ranked.first.subject.en, ranked.first.subject.ja) if ranked else ()
    asserter, publisher = row["asserted_by"], place.about.publisher
    who = next(
        (
            n.surface
            for n in place.context.names_in(place.quote.start, place.quote.end)
            if n.id == asserter
        ),
        "",
    )
    wanted = Wanted(
        value=(place.shown.words,),
        subject=(*names, *telling_words(names)),
        period=row["period"],
        asserter=(who,) if who else (),
        own_voice=bool(publisher and publisher.id == asserter),
    )
    return ";".join(dict.fromkeys(("value", *supported(place.quote.words, wanted))))


def evidence_of(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of the evidence table that a row of claims brings."""
    columns = ("source", "quote", "start", "end", "role", "supports")
    return {name: row[name] for name in columns if row.get(name)}
