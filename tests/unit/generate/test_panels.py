from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from otel_usage.generate.panels import Face, laid_out, stat

if TYPE_CHECKING:
    from collections.abc import Mapping


def face(width: int = 4, height: int = 4, queries: Mapping[str, str] = MappingProxyType({"": "up"})) -> Face:
    """A face that says what it must."""
    return Face(title="t", description="d", unit="short", queries=queries, width=width, height=height)


@given(st.lists(st.tuples(st.integers(1, 24), st.integers(1, 9)), max_size=30))
def test_any_sizes_are_laid_out_in_order_without_overlap(sizes: list[tuple[int, int]]) -> None:
    """Panels keep their size and order, stay within 24 columns, and share no field of the grid."""
    panels = laid_out([stat(face(width=width, height=height)) for width, height in sizes])
    taken: set[tuple[int, int]] = set()
    for panel, (width, height) in zip(panels, sizes, strict=True):
        place = panel.gridPos
        fields = {(x, y) for x in range(place.x, place.x + width) for y in range(place.y, place.y + height)}
        assert (place.w, place.h) == (width, height)
        assert place.x + width <= 24
        assert not taken & fields
        taken |= fields
    assert [panel.id for panel in panels] == list(range(1, len(sizes) + 1))


def test_a_row_begins_below_the_tallest_panel_before_it() -> None:
    """A short panel beside a tall one leaves room, not an overlap."""
    panels = laid_out([stat(face(width=12, height=8)), stat(face(width=12, height=4)), stat(face())])
    assert [(panel.gridPos.x, panel.gridPos.y) for panel in panels] == [(0, 0), (12, 0), (0, 8)]


def test_queries_are_lettered_in_order() -> None:
    """Series are told apart by a letter each, from A on."""
    panel = stat(face(queries={"one": "up", "two": "down"}))
    assert [(target.refId, target.expr, target.legendFormat) for target in panel.targets] == [
        ("A", "up", "one"),
        ("B", "down", "two"),
    ]
