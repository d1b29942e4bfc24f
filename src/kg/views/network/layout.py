"""Places for the nodes of a picture, worked out once so that a page opens at rest.

Each connected part is laid out by force (Fruchterman and Reingold) from the lengths of paths, and
labels that would overlap are moved apart; then the parts are set side by side, unconnected nodes
in rows last. Only sums in a fixed order, products and square roots are used, and results are
rounded: every processor gives the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import sqrt

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEED = 20_251_219
SPACING = 130  # pixels between neighbours at zoom 1
STRETCH = 1.25  # labels and screens are wider than high
LABEL = (150.0, 54.0)  # room for a node with its label
ROOM = 2.0  # the area of a part over that of its labels
GRAVITY = 0.1
_BLOCK = 32  # rows of the distance matrix held at once: they stay in the processor's cache


def laid_out(names: Sequence[str], pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Where each name stands, in pixels around (0, 0), given which of them are joined."""
    parts = list(_parts(names, pairs))
    blocks = [(list(part), _part_layout(part)) for part in parts if len(part) > 1]
    alone = [name for part in parts if len(part) == 1 for name in part]
    if alone:
        blocks.append((alone, _rows(len(alone))))
    placed = _centred(dict(_side_by_side(blocks)))
    return {name: placed[name] for name in names}


def _parts(names: Sequence[str], pairs: Iterable[tuple[str, str]]) -> Iterator[nx.Graph[str]]:
    """The connected parts, largest first, nodes in the order given."""
    order = {name: index for index, name in enumerate(names)}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(order)
    graph.add_edges_from((a, b) for a, b in pairs if a != b)
    found = [sorted(part, key=order.__getitem__) for part in nx.connected_components(graph)]
    for members in sorted(found, key=lambda part: (-len(part), order[part[0]])):
        part: nx.Graph[str] = nx.Graph()
        part.add_nodes_from(members)
        part.add_edges_from(
            (name, other)
            for name in members
            for other in sorted(graph[name], key=order.__getitem__)
            if order[name] < order[other]
        )
        yield part


def _part_layout(part: nx.Graph[str]) -> Floats:
    index = {name: i for i, name in enumerate(part)}
    ends = np.array([(index[a], index[b]) for a, b in part.edges], dtype=np.intp).T
    spots = _settled(_start(part, index), ends)
    spots = _apart(spots * _scale(spots, ends) * np.array([[STRETCH], [1.0]]))
    corner: Floats = spots.min(axis=1, keepdims=True)
    return spots - corner


def _scale(spots: Floats, ends: NDArray[np.intp]) -> float:
    """Pixels a unit: edges of about one spacing, and room for all labels in the whole."""
    along = spots[:, ends[1]] - spots[:, ends[0]]
    lengths = np.sort(np.sqrt(along[0] ** 2 + along[1] ** 2))
    scale = SPACING / max(float(lengths[len(lengths) // 2]), 0.1)
    if spots.shape[1] < 9:
        return scale
    wide, high = (float(np.ptp(axis)) + 0.1 for axis in spots)
    room = ROOM * spots.shape[1] * LABEL[0] * LABEL[1] / (wide * high * STRETCH)
    return max(scale, sqrt(room))


def _start(part: nx.Graph[str], index: dict[str, int]) -> Floats:
    """A first guess from path lengths (FastMap), shaken a little so that no two coincide."""
    names = list(index)
    axes: list[Floats] = []

    def squared(start: int) -> Floats:
        """Squared distances from one node, less what the axes so far explain."""
        lengths = nx.single_source_shortest_path_length(part, names[start])
        rest: Floats = np.array([float(lengths[name]) ** 2 for name in names])
        for axis in axes:
            rest = rest - (axis - axis[start]) ** 2
        return rest

    end = 0
    for _ in ("x", "y"):
        start = int(np.argmax(squared(end)))
        near = squared(start)
        end = int(np.argmax(near))
        span = max(float(near[end]), 1.0)
        axes.append((near - squared(end) + span) / (2 * sqrt(span)))
    shake: Floats = np.random.default_rng(SEED).random((2, len(names)))
    return 2 * np.stack(axes) + shake


def _settled(spots: Floats, ends: NDArray[np.intp]) -> Floats:
    """Fruchterman-Reingold, with a push that fades faster: long arms stay short."""
    count = spots.shape[1]
    rounds = max(40, min(300, 200_000_000 // count**2))
    for turn in range(rounds):
        force = _push(spots) + _pull(spots, ends)
        force -= GRAVITY * (spots - spots.sum(axis=1, keepdims=True) / count)
        length = np.sqrt(force[0] ** 2 + force[1] ** 2) + 1e-9
        limit = 0.01 + 0.1 * sqrt(count) * (1 - turn / rounds) ** 2
        spots = np.round(spots + force * np.minimum(limit / length, 1), 9)
    return spots


def _push(spots: Floats) -> Floats:
    force = np.zeros_like(spots)
    for apart in _differences(spots):
        square = apart[0] * apart[0] + apart[1] * apart[1] + 1e-3
        weight = 1 / (square * np.sqrt(np.sqrt(square)))
        force[0] += (apart[0] * weight).sum(axis=0)
        force[1] += (apart[1] * weight).sum(axis=0)
    return force


def _apart(spots: Floats) -> Floats:
    """Moves nodes whose labels would overlap, sideways or up and down, whichever is less."""
    for _ in range(max(5, min(40, 60_000_000 // spots.shape[1] ** 2))):
        move, touching = np.zeros_like(spots), np.zeros_like(spots)
        for apart in _differences(spots):
            depth = np.array(LABEL)[:, None, None] - np.abs(apart)
            overlap = (depth > 0).all(axis=0)
            sideways = depth[0] * LABEL[1] < depth[1] * LABEL[0]
            for axis, chosen in enumerate((overlap & sideways, overlap & ~sideways)):
                push = np.where(chosen, np.sign(apart[axis]) * depth[axis], 0)
                move[axis] += push.sum(axis=0)
                touching[axis] += (push != 0).sum(axis=0)
        if not move.any():
            break
        spots = np.round(spots + 0.55 * move / np.maximum(touching, 1), 6)
    return spots


def _differences(spots: Floats) -> Iterator[Floats]:
    """How far all nodes stand from some, along x and y, until each has had its turn."""
    for start in range(0, spots.shape[1], _BLOCK):
        yield spots[:, None, :] - spots[:, start : start + _BLOCK, None]


def _pull(spots: Floats, ends: NDArray[np.intp]) -> Floats:
    count = spots.shape[1]
    apart = spots[:, ends[1]] - spots[:, ends[0]]
    pull = apart * np.sqrt(apart[0] ** 2 + apart[1] ** 2)
    return np.stack([np.bincount(ends[0], p, count) - np.bincount(ends[1], p, count) for p in pull])


def _rows(count: int) -> Floats:
    """Places for nodes without edges: rows, a third wider than high."""
    wide = max(1, round(sqrt(1.4 * count)))
    return np.array(
        [
            [i % wide * SPACING * STRETCH for i in range(count)],
            [i // wide * SPACING * 0.75 for i in range(count)],
        ]
    )


def _side_by_side(
    blocks: list[tuple[list[str], Floats]],
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Sets the blocks on shelves, about as wide as high in all."""
    gap = 1.2 * SPACING
    areas = [float(spots[0].max() + gap) * (spots[1].max() + gap) for _, spots in blocks]
    widest = max([sqrt(1.6 * sum(areas)), *(spots[0].max() + gap for _, spots in blocks)])
    left = top = shelf = 0.0
    for names, spots in blocks:
        wide, high = float(spots[0].max()) + gap, float(spots[1].max()) + gap
        if left and left + wide > widest:
            left, top, shelf = 0.0, top + shelf, 0.0
        for name, x, y in zip(names, spots[0], spots[1], strict=True):
            yield name, (left + float(x), top + float(y))
        left, shelf = left + wide, max(shelf, high)


def _centred(placed: dict[str, tuple[float, float]]) -> dict[str, tuple[int, int]]:
    if not placed:
        return {}
    xs, ys = zip(*placed.values(), strict=True)
    x0, y0 = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return {name: (round(x - x0), round(y - y0)) for name, (x, y) in placed.items()}
