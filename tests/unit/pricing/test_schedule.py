"""Windows of time and which of them calls can get."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from otel_usage.pricing.schedule import Window, at, reachable
from otel_usage.records import CostStatus

DAY = 86_400 * 10**9
MINUTE = 60 * 10**9

ALWAYS = Window(status=CostStatus.UNPRICED)
WINDOWS = st.builds(
    lambda begin, days, hours: Window(
        begin=begin * DAY, end=(begin + days) * DAY, hours=hours, status=CostStatus.PRICED
    ),
    st.integers(0, 4),
    st.integers(1, 4),
    st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
)


@given(st.lists(WINDOWS, max_size=4), st.integers(-DAY, 10 * DAY))
def test_what_no_call_gets_is_left_out(several: list[Window], start: int) -> None:
    """Every call gets the same window as before, and each that is left is some call's."""
    windows = (*several, ALWAYS)
    left = reachable(windows)
    assert at(left, start) == at(windows, start)
    got = [at(windows, minute * MINUTE) for minute in range(-1440, 10 * 1440)] if len(left) > 1 else left
    assert {id(window) for window in left} <= {id(window) for window in got}


def test_windows_that_fill_all_time_together_hide_the_rest() -> None:
    """One up to a day and one from it on; with only one of them, the other part is open."""
    before = Window(end=DAY, status=CostStatus.PRICED)
    after = Window(begin=DAY, status=CostStatus.PRICED)
    assert reachable((before, after, ALWAYS)) == (before, after)
    assert reachable((before, ALWAYS)) == (before, ALWAYS)
    assert reachable((ALWAYS, before)) == (ALWAYS,)
