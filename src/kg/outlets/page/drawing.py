"""The picture as a pyvis network: places, shapes and curves; colours are left to the page."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kg.outlets.theme import FAMILY_OF, shapes
from kg.views.network.picture import Edge, Picture, positions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyvis.network import Network  # type: ignore[import-untyped]  # ships no types

MANY: Final = 300  # edges; from here on they hide while the picture moves

OPTIONS: Final[dict[str, Any]] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "groups": {"useDefaultGroups": False},
    "interaction": {"keyboard": False, "multiselect": False, "selectConnectedEdges": True},
    "nodes": {"borderWidth": 1.5},
    "edges": {
        "arrows": {"to": {"enabled": True, "scaleFactor": 0.55}},
        "arrowStrikethrough": False,
        "hoverWidth": 0.5,
        "selectionWidth": 1.5,
        "smooth": False,
        "selfReference": {"size": 22, "angle": 0.785},
    },
}


@dataclass(frozen=True, slots=True)
class Look:
    """How one type is named and drawn."""

    type: str
    label_en: str
    label_ja: str
    family: str
    shape: str


def looks(picture: Picture) -> tuple[Look, ...]:
    """The types of a picture in the order of the legend, each with a look of its own."""
    named = {kind.type: kind for kind in picture.kinds}
    found = []
    for name, shape in shapes(node.type for node in picture.nodes).items():
        family = FAMILY_OF.get(name, "other")
        kind = named.get(name)
        label = spaced(name)
        en, ja = (kind.label_en, kind.label_ja) if kind else (label, label)
        found.append(Look(name, en, ja, family, shape))
    return tuple(found)


def spaced(name: str) -> str:
    """A class name as words.

    >>> spaced("NewsOrganisation")
    'News organisation'
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return words[:1].upper() + words[1:].lower()


def standing(edge: Edge) -> str:
    """`accepted` where at least one claim is; `open` where none is; `none` without claims."""
    if not edge.claims:
        return "none"
    return "accepted" if any(claim.review == "accepted" for claim in edge.claims) else "open"


def network(picture: Picture, lang: str) -> Network:
    """The pyvis model; nodes and edges are numbered, so that no name from data is ever a key."""
    from pyvis.network import Network  # imports IPython: half a second, only when drawing

    model = Network(directed=True, cdn_resources="in_line")
    number = {node.id: index for index, node in enumerate(picture.nodes)}
    group = {look.type: (f"k{index}", look.shape) for index, look in enumerate(looks(picture))}
    links = Counter(end for edge in picture.edges for end in (edge.source, edge.target))
    for node, (x, y) in zip(picture.nodes, positions(picture).values(), strict=True):
        key, shape = group[node.type]
        label = node.label_ja if lang == "ja" else node.label_en
        size = round(9 + 2.2 * min(links[node.id], 60) ** 0.5)
        model.add_node(number[node.id], label, shape, group=key, x=x, y=y, size=size)
    for edge, extra in zip(picture.edges, _strokes(picture), strict=True):
        model.add_edge(number[edge.source], number[edge.target], **extra)
    model.set_options(json.dumps(_options(picture)))
    return model


def _options(picture: Picture) -> Mapping[str, Any]:
    many = len(picture.edges) > MANY
    movement = {"hideEdgesOnDrag": many, "hideEdgesOnZoom": many, "hover": not many}
    return OPTIONS | {"interaction": OPTIONS["interaction"] | movement}


def _strokes(picture: Picture) -> list[dict[str, Any]]:
    """How each edge is drawn: straight, or bent where several join the same two nodes."""
    between: dict[frozenset[str], list[int]] = defaultdict(list)
    for index, edge in enumerate(picture.edges):
        between[frozenset((edge.source, edge.target))].append(index)
    strokes: list[dict[str, Any]] = [{"id": index} for index in range(len(picture.edges))]
    for ends, indices in between.items():
        first = min(ends)
        for place, index in enumerate(indices):
            edge, stroke = picture.edges[index], strokes[index]
            if len(ends) == 1:
                stroke["selfReference"] = {"size": 22 + 9 * place, "angle": 0.785}
            elif bend := _bend(place, len(indices)):
                clockwise = (bend > 0) == (edge.source == first)
                kind = "curvedCW" if clockwise else "curvedCCW"
                stroke["smooth"] = {"enabled": True, "type": kind, "roundness": abs(bend)}
            if standing(edge) != "accepted":
                stroke["dashes"] = [6, 5] if edge.claims else [2, 4]
    return strokes


def _bend(place: int, count: int) -> float:
    """How far the edge at a place among `count` leaves the straight line, to either side.

    >>> [_bend(place, 3) for place in range(3)]
    [-0.18, 0.0, 0.18]
    """
    return round((place - (count - 1) / 2) * min(0.18, 0.9 / count), 3)
