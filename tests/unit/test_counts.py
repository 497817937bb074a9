"""Token counts as somebody gave them, made canonical."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.counts import canonical_usage, sound
from otel_usage.records import Flag
from otel_usage.token_usage import MAX_TOKENS, TokenUsage

FIELDS = TokenUsage.__struct_fields__
CACHES = ("cache_read", "cache_write_5m", "cache_write_1h")
ANYTHING = st.one_of(
    st.none(),
    st.integers(-10, MAX_TOKENS + 10),
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.lists(st.integers(), max_size=2),
)
COUNTS = st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 10**8))


@pytest.mark.parametrize(
    "value",
    [
        -1,
        -(10**30),
        MAX_TOKENS + 1,
        10**400,
        math.nan,
        math.inf,
        -math.inf,
        0.5,
        1e300,
        "12",
        "many",
        b"12",
        True,
        False,
        [3],
        {"total": 3},
        3 + 0j,
        object(),
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", FIELDS)
def test_what_is_no_believable_count_is_left_out_and_flagged(name: str, value: object) -> None:
    """Nothing raises, and the other counts stay."""
    other = "output" if name != "output" else "input"
    usage, flags = canonical_usage({name: value, other: 7})
    assert getattr(usage, name) is None
    assert getattr(usage, other) == 7
    assert flags == (Flag.USAGE_UNUSABLE,)


@pytest.mark.parametrize("value", [0, 1, MAX_TOKENS, 3.0, 0.0])
def test_a_believable_count_is_taken_as_a_whole_number(value: float) -> None:
    """JSON readers of other languages write whole numbers as floats."""
    usage, flags = canonical_usage({"output": value})
    assert (usage.output, type(usage.output), flags) == (int(value), int, ())


def test_absent_is_none_and_not_zero() -> None:
    """What was not said is not known, and not flagged."""
    assert canonical_usage({}) == (TokenUsage(), ())
    assert canonical_usage(dict.fromkeys(FIELDS)) == (TokenUsage(), ())
    assert canonical_usage({"input": 0})[0] == TokenUsage(input=0)


def test_an_unknown_name_is_no_count() -> None:
    """Only the fields of TokenUsage are read."""
    assert canonical_usage({"total": 5}) == (TokenUsage(), ())


def test_input_that_excludes_the_cache_gets_it_added() -> None:
    """Anthropic counts that way: 100 fresh + 20 read + 30 and 40 written are 190 sent."""
    counts: dict[str, object] = {"input": 100, "cache_read": 20, "cache_write_5m": 30, "cache_write_1h": 40}
    usage, flags = canonical_usage(counts, input_includes_cache=False)
    assert usage == TokenUsage(input=100 + 20 + 30 + 40, cache_read=20, cache_write_5m=30, cache_write_1h=40)
    assert flags == ()


def test_input_that_includes_the_cache_stays() -> None:
    """OpenAI and the conventions count that way."""
    usage, flags = canonical_usage({"input": 100, "cache_read": 100}, input_includes_cache=True)
    assert usage == TokenUsage(input=100, cache_read=100)
    assert flags == ()


@pytest.mark.parametrize("said", [None, True])
def test_a_cache_larger_than_the_input_was_excluded_from_it(said: bool | None) -> None:  # noqa: FBT001  # parametrized
    """It cannot be a part of it, whatever was said; the reader is told that the convention was inferred."""
    usage, flags = canonical_usage({"input": 100, "cache_read": 101}, input_includes_cache=said)
    assert usage == TokenUsage(input=100 + 101, cache_read=101)
    assert flags == (Flag.INPUT_INFERRED,)


def test_a_cache_without_an_input_leaves_the_input_unknown() -> None:
    """0 would be a claim."""
    usage, flags = canonical_usage({"cache_read": 50}, input_includes_cache=False)
    assert usage == TokenUsage(cache_read=50)
    assert flags == ()


def test_flags_are_sorted_and_each_stands_once() -> None:
    """Equal records have equal bytes."""
    _, flags = canonical_usage({"input": 1, "cache_read": 2, "output": -1, "reasoning": "x"})
    assert flags == (Flag.INPUT_INFERRED, Flag.USAGE_UNUSABLE)


def test_an_input_that_grows_beyond_belief_with_its_cache_is_left_out() -> None:
    """A reader of the journal would refuse the sum."""
    usage, flags = canonical_usage({"input": MAX_TOKENS, "cache_read": 1}, input_includes_cache=False)
    assert usage == TokenUsage(cache_read=1)
    assert flags == (Flag.USAGE_UNUSABLE,)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), st.sampled_from([None, True, False]))
def test_whatever_is_given_the_parts_fit_into_the_whole(
    counts: dict[str, object],
    included: bool | None,  # noqa: FBT001  # given by hypothesis
) -> None:
    """Every count is a whole number that is not negative, and the cache is a part of the input."""
    usage, _ = canonical_usage(counts, input_includes_cache=included)
    values = [getattr(usage, name) for name in FIELDS]
    assert all(value is None or (type(value) is int and 0 <= value <= MAX_TOKENS) for value in values)
    assert usage.input is None or usage.cached <= usage.input


@given(COUNTS)
def test_canonical_is_sound_and_stays_as_it_is(counts: dict[str, object]) -> None:
    """Making canonical twice is making canonical once."""
    usage, _ = canonical_usage(counts)
    assert sound(usage)
    again, flags = canonical_usage({name: getattr(usage, name) for name in FIELDS})
    assert (again, flags) == (usage, ())


@pytest.mark.parametrize(
    "usage",
    [
        TokenUsage(input=-1),
        TokenUsage(output=MAX_TOKENS + 1),
        TokenUsage(input=True),
        TokenUsage(input=1.0),  # type: ignore[arg-type]  # what an untyped caller may give
        TokenUsage(output="9"),  # type: ignore[arg-type]  # what an untyped caller may give
        TokenUsage(input=1, cache_read=1, cache_write_1h=1),
    ],
    ids=repr,
)
def test_what_is_not_canonical_is_not_sound(usage: TokenUsage) -> None:
    """The quick check lets nothing through that canonical_usage would change."""
    assert not sound(usage)


@pytest.mark.parametrize("name", CACHES)
def test_a_cache_without_an_input_is_sound(name: str) -> None:
    """Unknown is no contradiction."""
    assert sound(TokenUsage(**{name: 5}))
