"""Which step rests on which, drawn in layers: positions and edges of a graph without cycles, for any renderer.

The way is the usual one (Sugiyama, Tagawa and Toda 1981): layers, each no wider than asked for; edges that
cross a layer pass it at a place of their own; an order in each layer that crosses little; then columns.
Edges that others imply are left out. The same input gives the same picture; positions are whole and half
columns to the right and layers downwards, from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH = 9  # nodes in a layer, unless said otherwise
SWEEPS = 24  # over the layers, downwards and upwards in turn
BEND = 0.45  # the room of an edge that passes a layer, in columns

Point = tuple[float, float]
Place = tuple[str, str, int]  # of a node in a layer: (its name, "", 0); of an edge: (from, to, layer)


@dataclass(frozen=True)
class Edge:
    """From a node to one that rests on it, through these points; both ends are nodes' positions."""

    source: str
    target: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Graph:
    """Where nodes lie, the edges between them, and nodes without any edge, which have no place in the picture."""

    nodes: Mapping[str, Point]
    edges: tuple[Edge, ...]
    alone: tuple[str, ...]
    width: float
    height: int


def layout(uses: Mapping[str, Iterable[str]], width: int = WIDTH) -> Graph:
    """Place the keys of `uses`, each below what it uses, at most `width` in a layer.

    Keys come in an order in which everything comes after what it uses. Raises ValueError if they do not, or if
    something is used that is no key.
    """
    parents = _reduced(_checked(uses))
    children = _children(parents)
    alone = tuple(name for name in parents if not parents[name] and not children[name])
    linked = {name: above for name, above in parents.items() if name not in alone}
    layers = _tightened(_layers(linked, width), linked, children, width)
    rows, links = _with_bends(linked, layers)
    _untangle(rows, links)
    across = _columns(rows, links)
    nodes = {name: (across[name, "", 0], float(layers[name])) for name in linked}
    edges = tuple(_edge(above, name, layers, across) for name in linked for above in linked[name])
    right = max((x for x, _ in nodes.values()), default=0.0)
    return Graph(nodes, edges, alone, right, max(layers.values(), default=0))


# ------------------------------------------------------------------------------------ the relation


def _checked(uses: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, above in uses.items():
        used = tuple(dict.fromkeys(above))
        for other in used:
            if other not in found:
                raise ValueError(f"{name} uses {other}, which does not come before it")
        found[name] = used
    return found


def _reduced(uses: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The same relation without the edges that follow from others."""
    behind: dict[str, set[str]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for name, above in uses.items():
        indirect = {far for other in above for far in behind[other]}
        found[name] = tuple(other for other in above if other not in indirect)
        behind[name] = indirect | set(above)
    return found


def _children(parents: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in parents}
    for name, above in parents.items():
        for other in above:
            found[other].append(name)
    return found


# ------------------------------------------------------------------------------------------ layers


def _layers(parents: Mapping[str, Sequence[str]], width: int) -> dict[str, int]:
    """Every node in the first layer below what it uses that is not full."""
    found: dict[str, int] = {}
    filled: dict[int, int] = {}
    for name, above in parents.items():
        layer = max((found[other] + 1 for other in above), default=0)
        while filled.get(layer, 0) >= width:
            layer += 1
        found[name] = layer
        filled[layer] = filled.get(layer, 0) + 1
    return found


def _tightened(
    layers: dict[str, int],
    parents: Mapping[str, Sequence[str]],
    children: Mapping[str, Sequence[str]],
    width: int,
) -> dict[str, int]:
    """Nodes that more use than they use themselves move down to their users, which shortens the edges."""
    found = dict(layers)
    filled = {layer: sum(value == layer for value in found.values()) for layer in found.values()}
    for name in reversed(list(parents)):
        if len(children[name]) <= len(parents[name]):
            continue
        lowest = min(found[child] for child in children[name]) - 1
        free = (layer for layer in range(lowest, found[name], -1) if filled.get(layer, 0) < width)
        layer = next(free, found[name])
        filled[found[name]] -= 1
        filled[layer] = filled.get(layer, 0) + 1
        found[name] = layer
    used = {layer: place for place, layer in enumerate(sorted(set(found.values())))}
    return {name: used[layer] for name, layer in found.items()}


Rows = list[list[Place]]
Links = dict[Place, list[Place]]  # from a place to those in the layer below


def _with_bends(parents: Mapping[str, Sequence[str]], layers: Mapping[str, int]) -> tuple[Rows, Links]:
    """The layers with a place for every node and for every edge that passes through."""
    rows: Rows = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    links: Links = {}
    for name in parents:
        rows[layers[name]].append((name, "", 0))
    for name, above in parents.items():
        for other in above:
            path = _path(other, name, layers)
            for layer, place in enumerate(path[1:-1], layers[other] + 1):
                rows[layer].append(place)
            for upper, lower in pairwise(path):
                links.setdefault(upper, []).append(lower)
    return rows, links


def _path(source: str, target: str, layers: Mapping[str, int]) -> list[Place]:
    between = [(source, target, layer) for layer in range(layers[source] + 1, layers[target])]
    return [(source, "", 0), *between, (target, "", 0)]


# -------------------------------------------------------------------------------- order and columns


def _upwards(links: Links) -> Links:
    found: Links = {}
    for upper, lower in links.items():
        for place in lower:
            found.setdefault(place, []).append(upper)
    return found


def _untangle(rows: Rows, links: Links) -> None:
    """Order every layer by the mean position of the neighbours above or below, in turn; the best order is kept."""
    up = _upwards(links)
    best, fewest = [list(row) for row in rows], _crossings(rows, links)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        neighbours = up if down else links
        for row in rows if down else reversed(rows):
            _sort(row, rows, neighbours)
        crossed = _crossings(rows, links)
        if crossed < fewest:
            best, fewest = [list(row) for row in rows], crossed
    for row, order in zip(rows, best, strict=True):
        row[:] = order


def _sort(row: list[Place], rows: Rows, neighbours: Links) -> None:
    at = {place: number for other in rows for number, place in enumerate(other)}
    row.sort(key=lambda place: _mean([at[other] for other in neighbours.get(place, ())], at[place]))


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(rows: Rows, links: Links) -> int:
    """How many pairs of edges cross."""
    at = {place: number for row in rows for number, place in enumerate(row)}
    total = 0
    for row in rows:
        ends = [(at[upper], at[lower]) for upper in row for lower in links.get(upper, ())]
        total += sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(ends) for c, d in ends[:n])
    return total


def _columns(rows: Rows, links: Links) -> dict[Place, float]:
    """Columns in the order of each layer, near the neighbours; nodes stand apart, edges may be close."""
    up = _upwards(links)
    across = {place: column for row in rows for place, column in zip(row, _packed(row), strict=True)}
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [_mean([across[o] for o in (*up.get(p, ()), *links.get(p, ()))], across[p]) for p in row]
            across.update(zip(row, _apart(row, wanted), strict=True))
    left = min(across.values(), default=0.0)
    return {place: round(2 * (column - left)) / 2 for place, column in across.items()}


def _gap(left: Place, right: Place) -> float:
    """How far two neighbours in a layer must be apart."""
    return (1.0 if not left[1] else BEND) / 2 + (1.0 if not right[1] else BEND) / 2


def _packed(row: Sequence[Place]) -> list[float]:
    found = [0.0] * len(row)
    for n in range(1, len(row)):
        found[n] = found[n - 1] + _gap(row[n - 1], row[n])
    return found


def _apart(row: Sequence[Place], wanted: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones (in the sum of squares) that keep the order and the gaps."""
    offsets = _packed(row)
    blocks: list[tuple[float, int]] = []  # neighbours that touch: their common shift, and how many they are
    for place, offset in zip(wanted, offsets, strict=True):
        shift, size = place - offset, 1
        while blocks and blocks[-1][0] > shift:
            other, many = blocks.pop()
            shift, size = (other * many + shift * size) / (many + size), many + size
        blocks.append((shift, size))
    shifts = [shift for shift, size in blocks for _ in range(size)]
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=True)]


def _edge(source: str, target: str, layers: Mapping[str, int], across: Mapping[Place, float]) -> Edge:
    rows = range(layers[source], layers[target] + 1)
    points = zip((across[place] for place in _path(source, target, layers)), map(float, rows), strict=True)
    return Edge(source, target, tuple(points))
