"""The known names of the tables, for texts that are scored without a store."""

from collections import Counter
from collections.abc import Iterator
from csv import DictReader
from pathlib import Path
from typing import Any

import yaml

from kg.text.names import SORTS, KnownName

TABLES = Path(__file__).parents[2] / "data" / "tables"


def known_names(tables: Path = TABLES) -> list[KnownName]:
    """Every surface of every entity whose names are names."""
    claims = Counter(
        row[column]
        for file in sorted((tables / "claims").glob("*.csv"))
        for row in DictReader(file.read_text(encoding="utf-8").splitlines())
        for column in ("subject", "asserted_by")
    )
    return [
        name
        for file in sorted((tables / "entities").glob("*.yaml"))
        for entity in yaml.safe_load(file.read_text(encoding="utf-8"))
        if entity["type"] in SORTS
        for name in _names(entity, claims[entity["id"]])
    ]


def _names(entity: dict[str, Any], weight: int) -> Iterator[KnownName]:
    sort = SORTS[entity["type"]]
    for kind, surfaces in (
        ("label", entity["label"].values()),
        ("alias", map(_plain, entity.get("aliases", []))),
        ("hidden", entity.get("hidden", [])),
        ("reading", filter(None, [entity.get("reading")])),
    ):
        for surface in dict.fromkeys(surfaces):
            yield KnownName(str(surface), entity["id"], kind, sort, weight)


def _plain(alias: Any) -> str:
    return alias if isinstance(alias, str) else str(next(iter(alias.values())))
