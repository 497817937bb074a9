"""Published data of genai-prices, read into the form of the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from otel_usage.errors import PriceDataError
from otel_usage.pricing.build_index import rendered
from otel_usage.pricing.index import INDEX_PATH, bundled
from otel_usage.pricing.lookup import published

if TYPE_CHECKING:
    from types import ModuleType

    Data = list[dict[str, Any]]


@pytest.fixture
def data(published_prices: ModuleType) -> Data:
    """Published data, to be changed."""
    found: Data = published_prices.published()
    return found


def test_published_data_gives_the_same_index_as_the_package(data: Data) -> None:
    """The same prices by both ways, byte for byte."""
    index = published(json.dumps(data).encode(), bundled().version, source="test")
    assert rendered(index) == INDEX_PATH.read_bytes()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "models", "prices", "match", "or", "equals", "regex", "constraint", "tiers", "base"]
            ),
            parts,
            max_size=4,
        )
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_JSON, max_size=3))
@example([{"models": [{"match": None}]}])
def test_any_json_is_read_or_refused(value: object) -> None:
    """Never another exception than the one that is announced."""
    try:
        published(json.dumps(value).encode(), "0", source="test")
    except PriceDataError as error:
        assert error.source == "test"  # noqa: PT017  # most values are refused, not all


def test_one_entry_that_the_index_cannot_say_costs_no_other(data: Data) -> None:
    """A time of day with seconds: this model is unknown, the others are there."""
    entry = {"constraint": {"start_time": "10:00:30Z", "end_time": "11:00:00Z"}, "prices": {"input_mtok": 1}}
    (openai,) = (one for one in data if one["id"] == "openai")
    openai["models"][0]["prices"] = [{"prices": {"input_mtok": 2}}, entry]
    odd = openai["models"][0]["id"]
    section = published(json.dumps([openai]).encode(), "0", source="test").section("openai")
    assert section is not None
    assert odd not in {one.model for one in section.entries}
    assert len(section.entries) == len(bundled().section("openai").entries) - 1  # type: ignore[union-attr]  # it is there
