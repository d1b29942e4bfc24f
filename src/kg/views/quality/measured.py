"""Values that checks measure, and the report that holds them against what is demanded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from kg.build.quality_rules import Demand, QualityRules
from kg.core.errors import KgError

_MOST_SHOWN = 10
_NEEDS_FILES = {
    "en": "needs tables, shapes or texts; run `kg check --quality`",
    "ja": "表・シェイプ・本文が必要なため kg check --quality で測る",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and what spoils it: IRIs, CURIEs or `file:line` with a word on what is wrong."""

    id: str
    value: float | None
    offenders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report."""

    demand: Demand
    found: Measured | None

    @property
    def passed(self) -> bool | None:
        """None where nothing was measured or nothing is demanded."""
        return self.demand.judge(self.found.value) if self.found else None

    def summary(self) -> dict[str, Any]:
        """The line as JSON has it; `details` names the first few that spoil the value."""
        demand, found = self.demand, self.found
        offenders = found.offenders if found else ()
        return {
            "id": demand.id,
            "check": demand.id.partition("-")[0],
            "title": demand.title,
            "unit": demand.unit,
            "value": found.value if found else None,
            "least": demand.least,
            "most": demand.most,
            "pass": self.passed,
            "details": list(offenders[:_MOST_SHOWN]),
            "more": max(0, len(offenders) - _MOST_SHOWN),
            "note": demand.note or (_NEEDS_FILES if found is None else None),
        }


@dataclass(frozen=True, slots=True)
class Quality:
    """The report on one snapshot."""

    version: str
    lines: tuple[Line, ...]

    @property
    def failed(self) -> tuple[Line, ...]:
        """The lines that miss their threshold."""
        return tuple(line for line in self.lines if line.passed is False)

    @property
    def fair(self) -> "Quality":
        """Only what makes data findable, accessible, interoperable and reusable (F, A, I, R)."""
        lines = tuple(line for line in self.lines if line.demand.id[0] in "FAIR")
        return Quality(self.version, lines)

    def summary(self) -> dict[str, Any]:
        """The report as JSON has it."""
        checks = [line.summary() for line in self.lines]
        return {"version": self.version, "pass": not self.failed, "checks": checks}


def report(version: str, values: Iterable[Measured], rules: QualityRules) -> Quality:
    """The report in the order of the rules; raises KgError for a value that they do not name."""
    found = {value.id: value for value in values}
    unknown = sorted(found.keys() - rules.demands.keys())
    if unknown:
        raise KgError(f"quality.yaml has no entry for {', '.join(unknown)}; add one to `checks`.")
    lines = (Line(demand, found.get(name)) for name, demand in rules.demands.items())
    return Quality(version, tuple(lines))


def share(name: str, total: int, bad: Collection[str]) -> Measured:
    """The share of a total that nothing spoils; not measured where there is nothing.

    >>> share("F4", 4, ["jsip:amount"]).value, share("F4", 0, []).value
    (0.75, None)
    """
    return Measured(name, (total - len(bad)) / total if total else None, tuple(bad))


def count(name: str, bad: Collection[str]) -> Measured:
    """How many there are, where none should be."""
    return Measured(name, len(bad), tuple(bad))
