"""The picture of which step rests on which: laws of the layout, over random graphs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.graph import Graph, layout

Uses = dict[str, list[str]]


@st.composite
def graphs(draw: st.DrawFn) -> Uses:
    """Nodes a0, a1, ..., each resting on some that come before it."""
    size = draw(st.integers(0, 18))
    names = [f"a{n}" for n in range(size)]
    return {
        name: draw(st.lists(st.sampled_from(names[:n]), max_size=4)) if n else []
        for n, name in enumerate(names)
    }


def reached(edges: set[tuple[str, str]], start: str) -> set[str]:
    """Everything that rests on a node, at any distance."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        below = {target for source, target in edges if source == here} - found
        found |= below
        waiting += below
    return found


@given(graphs())
def test_what_is_used_stands_above_what_uses_it(uses: Uses) -> None:
    graph = layout(uses)
    assert set(graph.nodes) | set(graph.alone) == set(uses)
    assert not set(graph.nodes) & set(graph.alone)
    for edge in graph.edges:
        assert graph.nodes[edge.source][1] < graph.nodes[edge.target][1]
        assert edge.points[0] == graph.nodes[edge.source]
        assert edge.points[-1] == graph.nodes[edge.target]


@given(graphs())
def test_edges_that_are_left_out_follow_from_the_others(uses: Uses) -> None:
    graph = layout(uses)
    drawn = {(edge.source, edge.target) for edge in graph.edges}
    assert drawn <= {(other, name) for name, above in uses.items() for other in above}
    whole = {(other, name) for name, above in uses.items() for other in above}
    assert all(reached(drawn, name) == reached(whole, name) for name in uses)
    assert all(target not in reached(drawn - {(source, target)}, source) for source, target in drawn)


@given(graphs())
def test_nodes_do_not_lie_on_each_other_nor_outside(uses: Uses) -> None:
    graph = layout(uses, 4)
    for layer in rows(graph):
        assert len(layer) <= 4
        assert all(b - a >= 1 for a, b in pairwise(layer))
    assert all(0 <= x <= graph.width and 0 <= y <= graph.height for x, y in graph.nodes.values())
    assert layout(uses, 4) == graph


def rows(graph: Graph) -> list[list[float]]:
    return [sorted(x for x, y in graph.nodes.values() if y == layer) for layer in range(graph.height + 1)]


def test_a_small_graph_by_hand() -> None:
    graph = layout({"a": [], "b": ["a"], "c": ["a", "b"], "lemma": [], "d": ["c", "lemma"], "remark": []})
    assert graph.alone == ("remark",)
    assert [(e.source, e.target) for e in graph.edges] == [("a", "b"), ("b", "c"), ("c", "d"), ("lemma", "d")]
    assert graph.nodes["lemma"][1] == 2  # beside the step that is used with it
    assert layout({}) == Graph({}, (), (), 0.0, 0)


@pytest.mark.parametrize("uses", [{"a": ["b"], "b": ["a"]}, {"a": ["a"]}, {"a": ["nowhere"]}])
def test_a_circle_is_no_graph_of_steps(uses: Uses) -> None:
    with pytest.raises(ValueError, match="does not come before it"):
        layout(uses)


def test_a_long_edge_passes_between_the_nodes() -> None:
    graph = layout({"a": [], "b": ["a"], "c": ["b"], "p": [], "far": ["p", "c"], "q": ["p"]}, width=2)
    for edge in graph.edges:
        inner = set(edge.points[1:-1])
        assert not inner & set(graph.nodes.values())
