"""Charts of an answer, one for each unit: figures of different units share no axis."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kg.outlets.chart import Chart, Mark
from kg.outlets.chart.bars import bars
from kg.outlets.chart.lines import lines
from kg.text.words import currency_words, spoken
from kg.views.queries.questions import Drawing
from kg.views.record.cards import Named
from kg.views.record.plain_values import number

MOST = 40  # bars in one chart
_Row = Mapping[str, str]


@dataclass(frozen=True)
class Drawer:
    """Draws rows; `names` has the labels of their IRIs, `days` the middle of their periods."""

    names: Mapping[str, Named]
    days: Mapping[str, date]
    lang: str

    def charts(self, drawing: Drawing, rows: Sequence[_Row], about: str) -> list[Chart]:
        """A chart for each unit that has two figures or more."""
        by_unit: dict[str, dict[str, Mark]] = defaultdict(dict)
        for row in rows:
            unit = self.names.get(row.get(drawing.shows["unit"], ""))
            mark = self._mark(drawing, row, unit) if unit else None
            if unit and mark:
                by_unit[unit.iri].setdefault(mark.claim, mark)
        found = []
        for iri, marks in by_unit.items():
            shown, unit = list(marks.values())[:MOST], self.names[iri]
            words = getattr(unit, self.lang)
            if unit.id.startswith("cur:"):
                words = currency_words(unit.id)[self.lang == "ja"]
            if len(shown) > 1:
                draw = bars if drawing.kind == "bars" else lines
                # What stands beside a mark may be a series or a speaker: no source is named.
                found.append(replace(draw(shown, words, self.lang, about), tellers=()))
        return found

    def _mark(self, drawing: Drawing, row: _Row, unit: Named) -> Mark | None:
        shows = drawing.shows
        cells = {part: row.get(variable, "") for part, variable in shows.items()}
        if not number(cells["value"]):
            return None
        value = Decimal(cells["value"])
        when = self.days.get(cells["when"]) if "when" in cells else None
        if drawing.kind == "lines" and when is None:
            return None
        words = spoken(value, unit.id, unit.en, unit.ja)[self.lang == "ja"]
        label = self._label(cells.get("label") or cells.get("when", ""))
        line = self._label(cells.get("line") or cells.get("by", ""))
        if drawing.kind == "bars" and line:
            label = f"{label}（{line}）" if self.lang == "ja" else f"{label} ({line})"
        claim = cells["claim"].rpartition("/")[2]
        parts = [label, words] if drawing.kind == "bars" else [line, label, words]
        joint = "、" if self.lang == "ja" else ", "
        return Mark(claim, label, value, words, when=when, line=line, told=joint.join(parts))

    def _label(self, iri: str) -> str:
        name = self.names.get(iri)
        return str(getattr(name, self.lang)) if name else iri
