"""What the editors demand of the whole graph, and which exceptions they allow: `quality.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.core.bundle import shown
from kg.core.errors import KgError


@dataclass(frozen=True, slots=True)
class Demand:
    """One line of the quality report: what is measured, and the threshold, if it has one."""

    id: str
    title: Mapping[str, str]
    unit: str
    least: float | None = None
    most: float | None = None
    note: Mapping[str, str] | None = None

    def judge(self, value: float | None) -> bool | None:
        """Whether a value passes; None where nothing was measured or nothing is demanded.

        >>> Demand("Q7", {}, "count", most=0).judge(1), Demand("Q8", {}, "seconds").judge(1)
        (False, None)
        """
        if value is None or (self.least is None and self.most is None):
            return None
        below = self.least is not None and value < self.least
        return not below and (self.most is None or value <= self.most)


@dataclass(frozen=True)
class QualityRules:
    """A `quality.yaml`: demands by id, and the lists that single checks go by."""

    demands: Mapping[str, Demand]
    concerned: Mapping[str, str]
    question_seconds: float
    header: tuple[str, ...]
    dataset: tuple[str, ...]
    catalogue: tuple[str, ...]
    licence: str
    latin_names: frozenset[str]
    legal_forms: tuple[str, ...]
    distinct: frozenset[frozenset[str]]


def load_quality_rules(ontology: Path) -> QualityRules:
    """The rules of an ontology folder; raises KgError that names what is missing."""
    file = ontology / "config" / "quality.yaml"
    try:
        return _rules(yaml.safe_load(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise KgError(f"{shown(file)} is missing; it holds the thresholds of quality.") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise KgError(f"{shown(file)} cannot be read: {type(error).__name__} {error}") from error


def _rules(data: Mapping[str, Any]) -> QualityRules:
    demands = {}
    for name, entry in data["checks"].items():
        demands[name] = _demand(name, entry)
        if name == "Q2-other":
            demands |= _baselines(data["warnings"])
    return QualityRules(
        demands=demands,
        concerned={shape: entry["of"] for shape, entry in data["warnings"].items()},
        question_seconds=float(data["question_seconds"]),
        header=tuple(data["header"].split()),
        dataset=tuple(data["dataset"].split()),
        catalogue=tuple(data["catalogue"].split()),
        licence=data["licence"],
        latin_names=frozenset(data["latin_names"]),
        legal_forms=tuple(data["legal_forms"]),
        distinct=frozenset(_pair(entry) for entry in data["distinct"]),
    )


def _demand(name: str, entry: Mapping[str, Any]) -> Demand:
    least, most = entry.get("least"), entry.get("most")
    for limit in (least, most):
        if limit is not None and not isinstance(limit, int | float):
            raise ValueError(f"{name}: the threshold {limit!r} is no number")
    title = {lang: entry["title"][lang] for lang in ("en", "ja")}
    return Demand(name, title, entry["unit"], least, most, entry.get("note"))


def _baselines(warnings: Mapping[str, Any]) -> dict[str, Demand]:
    """One demand for each shape that may warn: the share of its things that it warns about."""
    return {
        f"Q2-{shape}": Demand(
            f"Q2-{shape}",
            {"en": f"things that {shape} warns about", "ja": f"{shape} が警告するもの"},
            "share",
            most=float(entry["most"]),
        )
        for shape, entry in warnings.items()
    }


def _pair(entry: Mapping[str, Any]) -> frozenset[str]:
    if not entry["reason"] or len(set(entry["pair"])) != 2:
        raise ValueError(f"distinct: {entry} needs a pair of two ids and a reason")
    return frozenset(entry["pair"])
