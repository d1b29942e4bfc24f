"""What an entity is about, where it lies, by which words one speaks of it: the editors' index.

`about: [content, low-pay]` names concepts of industries, issues and groups (`industry/content`
where one notation is in two schemes), `area: japan` one of areas. Neither is a claim.
"""

from collections.abc import Mapping
from typing import Any

from kg.core.errors import nearest
from kg.core.model import Ref, Text
from kg.ledger.row_context import RowContext

_DIMENSIONS = ("indicator", "area", "industry", "group", "statistic")
SCHEMES = ("industry", "issue", "group")
_CUE_LANGUAGES = ("en", "ja", "ko", "zh")  # those of the sources


def read_about(where: str, data: Mapping[str, Any], context: RowContext) -> tuple[Ref, ...]:
    """The concepts that an entry's `about` names, each once; faults name the nearest."""
    given = data.get("about") or []
    listed = [given] if isinstance(given, str) else given
    found = [_topic(where, str(name), context) for name in listed]
    topics = [topic for topic in found if topic is not None]
    if len(set(topics)) != len(topics):
        context.fault(where, "about: a concept stands twice")
    return tuple(topics)


def _topic(where: str, name: str, context: RowContext) -> Ref | None:
    known = {
        written: f"{scheme}/{notation}"
        for scheme in SCHEMES
        for notation in context.vocabulary.concepts.get(scheme, {})
        for written in (notation, f"{scheme}/{notation}")
    }
    schemes = [s for s in SCHEMES if name in context.vocabulary.concepts.get(s, {})]
    if len(schemes) > 1:
        both = " or ".join(f"{scheme}/{name}" for scheme in schemes)
        context.fault(where, f"about: {name!r} is in several schemes; write {both}", "S05")
    elif name not in known:
        what = f"about: {name!r} is no industry, issue or group{nearest(name, known)}"
        context.fault(where, what, "S05")
    else:
        return Ref(known[name])
    return None


def read_area(where: str, data: Mapping[str, Any], context: RowContext) -> Ref | None:
    """The area that an entry lies in, where it is given; a fault names the nearest."""
    area = str(data.get("area", ""))
    return Ref(f"area/{context.concept(where, area, 'area', 'area')}") if area else None


def read_dimensions(
    where: str, cls: str, data: Mapping[str, Any], context: RowContext
) -> tuple[tuple[str, Ref], ...]:
    """The dimensions that set one series apart from another; none of anything else."""
    given = [(name, str(data[name])) for name in _DIMENSIONS if data.get(name)]
    if cls != "Series":
        if {name for name, _ in given} - {"area"}:
            context.fault(where, f"only a Series has dimensions, not a {cls}")
        return ()
    if "indicator" not in data:
        context.fault(where, "a Series needs an indicator")
    return tuple(
        (name, Ref(f"{name}/{context.concept(where, notation, name, name)}"))
        for name, notation in given
    )


def read_cues(where: str, data: Mapping[str, Any], context: RowContext) -> tuple[Text, ...]:
    """The everyday words by which texts speak of an entity, each once; no figures, no labels."""
    given = data.get("cues") or {}
    labels = set((data.get("label") or {}).values())
    for lang in given.keys() - set(_CUE_LANGUAGES):
        context.fault(where, f"cues: {lang!r} is none of {', '.join(_CUE_LANGUAGES)}")
    found = [Text(str(word), lang) for lang in _CUE_LANGUAGES for word in given.get(lang, ())]
    for word in found:
        if not word.value or any(char.isdigit() for char in word.value):
            context.fault(where, f"cues: {word.value!r} must be words without a figure")
        elif found.count(word) > 1 or word.value in labels:
            context.fault(where, f"cues: {word.value!r} stands twice, or is the label")
    return tuple(found)
