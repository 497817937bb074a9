from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import decode, encode
from msgspec.structs import replace

from otel_usage.pricing import RateCard, compute, lines
from otel_usage.pricing.arithmetic import NOTHING_BILLED, Bill, bill
from otel_usage.pricing.cards import identified, rate_at
from otel_usage.pricing.tariffs import tariffs
from otel_usage.records import Flag
from otel_usage.token_usage import MAX_TOKENS, MODALITIES, UNITS, TokenUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

FULL = {
    "input": 3_000_000_001,
    "output": 15_000_000_007,
    "cache_read": 299_999_999,
    "cache_write_5m": 3_750_000_003,
    "cache_write_1h": 6_000_000_009,
    "reasoning": 1_000_000_011,
}
RATE_OF = {"input_uncached": "input"}
FIRST = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "reasoning")


def card(given: Mapping[str, int], model: str = "m") -> RateCard:
    """A card with these rates."""
    return RateCard(provider="p", model=model, rates=dict(given), source="override")


counts = st.integers(0, 2_000_000)
rates = st.integers(0, 500_000_000_000)
usages = st.builds(
    lambda uncached, read, five, hour, visible, reasoning: TokenUsage(
        input=uncached + read + five + hour,
        cache_read=read,
        cache_write_5m=five,
        cache_write_1h=hour,
        output=visible + reasoning,
        reasoning=reasoning,
    ),
    *[counts] * 6,
)
mixed = st.builds(
    lambda text, sound, pictures, film, read, read_sound, read_pictures, out, searches: TokenUsage(
        input=text + sound + pictures + film + read + read_sound + read_pictures,
        cache_read=read + read_sound + read_pictures,
        input_audio=sound + read_sound,
        input_image=pictures + read_pictures,
        input_video=film,
        cache_read_audio=read_sound,
        cache_read_image=read_pictures,
        output=sum(out),
        output_audio=out[1],
        output_image=out[2],
        output_video=out[3],
        output_citation=out[4],
        web_searches=searches[0],
        file_searches=searches[1],
    ),
    *[counts] * 7,
    st.tuples(*[counts] * 5),
    st.tuples(counts, counts),
)
"""Calls with every kind of content and with searches."""
plain = st.builds(
    lambda uncached, read, output, reasoning: TokenUsage(
        input=uncached + read, cache_read=read, output=output + (reasoning or 0), reasoning=reasoning
    ),
    counts,
    counts,
    counts,
    st.none() | counts,
)
cards = st.fixed_dictionaries(dict.fromkeys(FULL, rates)).map(card)
whole_rates = st.integers(0, 500_000).map(lambda rate: rate * 1_000_000)
mixed_cards = st.fixed_dictionaries(
    {"input": rates, "output": rates},
    optional=dict.fromkeys((*MODALITIES, *UNITS, "cache_read", "cache_write_5m", "requests"), rates),
).map(card)


def exact(component: str, units: int, by: RateCard) -> Decimal:
    """Nano-dollars before rounding."""
    rate = by.rates[RATE_OF.get(component, component)]
    assert isinstance(rate, int)
    return Decimal(units) * rate / 1_000_000


@given(usages, cards)
def test_each_component_is_the_exact_amount_rounded_once(usage: TokenUsage, by: RateCard) -> None:
    """Integer arithmetic equals Decimal's, rounded half to even."""
    billed = compute(usage, by)
    components = billed.components
    assert components is not None
    assert billed.flags == ()
    for line in lines(usage, by):
        amount = exact(line.component, line.units, by)
        assert components[line.component] == line.nanos == amount.to_integral_value(ROUND_HALF_EVEN)
        assert line.rate == by.rates[RATE_OF.get(line.component, line.component)]


@given(usages, cards)
def test_the_lines_are_a_partition(usage: TokenUsage, by: RateCard) -> None:
    """No token is billed twice or left out, and the rows sum exactly to the total."""
    rows = lines(usage, by)
    components = compute(usage, by).components
    assert components is not None
    assert sum(row.units for row in rows) == usage.total
    assert sum(row.nanos for row in rows) == sum(components.values())
    assert [row.component for row in rows] == list(components)


@given(
    usages | mixed | plain,
    st.fixed_dictionaries(
        {"input": whole_rates, "output": whole_rates},
        optional=dict.fromkeys(("cache_read", "cache_write_5m", "cache_write_1h"), whole_rates),
    ),
)
def test_a_plain_call_costs_the_same_on_its_shorter_way(usage: TokenUsage, given: dict[str, int]) -> None:
    """Where whole rates allow it text is priced without a partition, to the same components, flags and savings."""
    sizes = tariffs(card(given))
    assert sizes[0].plain is not None
    longer = tuple(replace(size, plain=None) for size in sizes)
    assert bill(usage, sizes) == bill(usage, longer)


@given(usages, usages, cards)
def test_cost_is_additive_within_a_nano_a_component(one: TokenUsage, two: TokenUsage, by: RateCard) -> None:
    """Two calls cost what one with their sums does, but for rounding."""
    both = TokenUsage(**{name: getattr(one, name) + getattr(two, name) for name in FIRST})
    together, apart_one, apart_two = (compute(usage, by).components for usage in (both, one, two))
    assert together is not None
    assert apart_one is not None
    assert apart_two is not None
    for component, nanos in together.items():
        assert abs(nanos - apart_one.get(component, 0) - apart_two.get(component, 0)) <= 1


@given(usages, cards, st.sampled_from(["cache_read", "cache_write_5m", "cache_write_1h", "reasoning", None]))
def test_cost_grows_with_each_count(usage: TokenUsage, by: RateCard, part: str | None) -> None:
    """A thousand tokens more of any kind never cost less."""
    whole = "output" if part == "reasoning" else "input"
    changes = {name: getattr(usage, name) + 1_000 for name in (whole, part) if name is not None}
    less, more = (compute(counts, by).components for counts in (usage, replace(usage, **changes)))
    assert less is not None
    assert more is not None
    assert sum(more.values()) >= sum(less.values())


@given(mixed, mixed_cards)
def test_sound_pictures_and_searches_are_each_billed_once(usage: TokenUsage, by: RateCard) -> None:
    """Whatever a card bills apart, no token is billed twice or left out, each at its own rate."""
    rows = lines(usage, by)
    billed = compute(usage, by)
    assert billed.components is not None
    units = {row.component: row.units for row in rows}
    beside = {name: units.pop(name, 0) for name in (*UNITS, "requests")}
    assert sum(units.values()) == usage.total
    for name in UNITS:
        used = getattr(usage, name)
        assert beside[name] == (used if name in by.rates else 0)
        assert (name in by.rates) or not used or Flag.UNITS_UNPRICED in billed.flags
    for row in rows:
        name = RATE_OF.get(row.component, row.component)
        assert row.assumed or row.rate == by.rates[name]
        amount = Decimal(row.units) * row.rate / 1_000_000
        assert billed.components[row.component] == amount.to_integral_value(ROUND_HALF_EVEN)
    for name in MODALITIES:
        if name in by.rates and getattr(usage, name):
            assert name in units or not getattr(usage, name) - (
                getattr(usage, f"cache_read_{name[6:]}", 0) or 0
            )


@given(mixed, mixed_cards, st.sampled_from([*MODALITIES, *UNITS]))
def test_cost_grows_with_sound_pictures_and_searches(usage: TokenUsage, by: RateCard, part: str) -> None:
    """More of anything never costs less."""
    wholes = {
        "input": ("input",),
        "cache": ("input", f"input_{part[11:]}", "cache_read"),
        "output": ("output",),
    }
    more = {
        name: getattr(usage, name) + 1_000 for name in (part, *wholes.get(part.split("_", maxsplit=1)[0], ()))
    }
    less = compute(usage, by).components
    grown = compute(replace(usage, **more), by).components
    assert less is not None
    assert grown is not None
    assert sum(grown.values()) >= sum(less.values())


def test_sound_without_a_rate_is_taken_as_text_and_said() -> None:
    """Audio on a text-only model: input's rate, and flagged; pictures are text's equals where nothing else is said."""
    by = card({"input": 2_000_000, "output": 4_000_000})
    sound = compute(TokenUsage(input=10, input_audio=4, output=3, output_audio=3), by)
    assert sound.components == {"input_uncached": 6 * 2, "input_audio": 4 * 2, "output_audio": 3 * 4}
    assert sound.flags == (Flag.RATE_ASSUMED,)
    assert compute(TokenUsage(input=10, input_image=4), by) == Bill({"input_uncached": 10 * 2})


@pytest.mark.parametrize(
    ("known", "rate"),
    [({}, 9_000), ({"cache_read": 300_000_000}, 900), ({"cache_read_audio": 500_000_000}, 500)],
)
def test_cached_sound_without_a_rate_is_never_taken_for_text(known: dict[str, int], rate: int) -> None:
    """Input at $3, sound at $9: as uncached sound, or where text is read at a tenth, at a tenth; flagged."""
    by = card({"input": 3 * 10**9, "input_audio": 9 * 10**9, **known})
    billed = compute(TokenUsage(input=1_000, cache_read=1_000, input_audio=1_000, cache_read_audio=1_000), by)
    assert billed.components == {"cache_read_audio": 1_000 * rate}
    assert billed.flags == (() if "cache_read_audio" in known else (Flag.RATE_ASSUMED,))
    assert billed.cache_saved == 1_000 * (9_000 - rate)


def test_searches_without_a_rate_are_left_out_and_said() -> None:
    """The amount is that of the tokens, and the record says that it is not all."""
    by = card({"input": 2_000_000})
    assert compute(TokenUsage(input=10, web_searches=3), by) == Bill(
        {"input_uncached": 20}, (Flag.UNITS_UNPRICED,)
    )
    assert compute(TokenUsage(web_searches=3), by) == Bill(None, (Flag.UNITS_UNPRICED,))
    assert compute(TokenUsage(web_searches=0), by) == NOTHING_BILLED


def test_of_a_kind_no_more_is_uncached_than_there_is() -> None:
    """80 of 100 tokens were sound and 60 were cached, which is not told apart: 40 uncached are sound."""
    by = card({"input": 1_000_000, "cache_read": 500_000, "input_audio": 9_000_000})
    billed = compute(TokenUsage(input=100, input_audio=80, cache_read=60), by)
    assert billed.components == {"cache_read": 30, "input_audio": 40 * 9}


def test_more_sound_than_input_is_not_believed() -> None:
    """It is billed as text, and said."""
    by = card({"input": 1_000_000, "input_audio": 9_000_000})
    billed = compute(TokenUsage(input=10, input_audio=11), by)
    assert billed == Bill({"input_uncached": 10}, (Flag.USAGE_UNUSABLE,))


@pytest.mark.parametrize(
    ("usage", "saved", "extra"),
    [
        (TokenUsage(input=10, output=1), None, None),
        (TokenUsage(input=1_000, cache_read=1_000), 1_000 * (3_000 - 300), None),
        (TokenUsage(input=3_000, cache_write_5m=1_000, cache_write_1h=1_000), None, 1_000 * (750 + 3_000)),
        (
            TokenUsage(input=900, cache_read=900, cache_read_audio=900, input_audio=900),
            900 * (9_000 - 900),
            None,
        ),
    ],
)
def test_a_cache_s_effect_is_told(usage: TokenUsage, saved: int | None, extra: int | None) -> None:
    """Reads at $0.30 and writes at $3.75 and $6 against input at $3; cached sound against sound."""
    by = card(
        {
            "input": 3 * 10**9,
            "output": 15 * 10**9,
            "cache_read": 3 * 10**8,
            "cache_write_5m": 3_750 * 10**6,
            "cache_write_1h": 6 * 10**9,
            "input_audio": 9 * 10**9,
            "cache_read_audio": 9 * 10**8,
        }
    )
    billed = compute(usage, by)
    assert (billed.cache_saved, billed.cache_extra) == (saved, extra)


@pytest.mark.parametrize(("tokens", "nanos"), [(1, 0), (3, 2), (5, 2), (7, 4)])
def test_a_half_rounds_to_even(tokens: int, nanos: int) -> None:
    """At half a nano-dollar a token, 0.5 → 0, 1.5 → 2, 2.5 → 2, 3.5 → 4."""
    assert compute(TokenUsage(input=tokens), card({"input": 500_000})) == Bill({"input_uncached": nanos})


@pytest.mark.parametrize(
    ("model", "known", "component", "nanos"),
    [
        ("gpt-4-turbo", {}, "cache_read", 1_000 * 10_000),
        ("gpt-4-turbo", {}, "cache_write_5m", 1_000 * 10_000),
        ("gpt-4-turbo", {"cache_write_5m": 12_500_000_000}, "cache_write_1h", 1_000 * 12_500),
        ("anthropic/claude-x", {"cache_write_5m": 12_500_000_000}, "cache_write_1h", 1_000 * 2 * 10_000),
    ],
)
def test_a_missing_cache_rate_is_assumed_and_said_never_zero(
    model: str, known: dict[str, int], component: str, nanos: int
) -> None:
    """Input's rate; an hour like five minutes; Anthropic's models twice the input for an hour."""
    usage = TokenUsage(input=1_000, **{component: 1_000})
    by = card({"input": 10_000_000_000, **known}, model)
    billed = compute(usage, by)
    assert (billed.components, billed.flags) == ({component: nanos}, (Flag.RATE_ASSUMED,))
    assert [line.assumed for line in lines(usage, by)] == [True]


def test_what_has_no_rate_at_all_has_no_amount() -> None:
    """Output of a model that sells none cannot be stated, and is not 0."""
    assert compute(TokenUsage(input=10, output=10), card({"input": 1})) == NOTHING_BILLED
    assert lines(TokenUsage(input=10, output=10), card({"input": 1})) == ()


def test_unknown_usage_has_no_amount() -> None:
    """Absent is not 0: no counts, no amount; zero tokens cost a true 0."""
    assert compute(TokenUsage(), card(FULL)) == NOTHING_BILLED
    assert compute(TokenUsage(input=0, output=0), card(FULL)) == Bill({})


def test_what_is_known_is_priced() -> None:
    """One side alone is priced; so is a cache count without an input."""
    by = card({"input": 2_000_000, "output": 5_000_000, "cache_read": 1_000_000})
    assert compute(TokenUsage(input=7), by) == Bill({"input_uncached": 14})
    assert compute(TokenUsage(output=7), by) == Bill({"output": 35})
    assert compute(TokenUsage(cache_read=7), by).components == {"cache_read": 7}


@pytest.mark.parametrize("count", [-1, MAX_TOKENS + 1, 10**30, 1.5, float("nan")])
@pytest.mark.parametrize("field", list(TokenUsage.__struct_fields__))
def test_an_unbelievable_count_has_no_amount(field: str, count: float) -> None:
    """Negative, huge or not a whole number: said, never billed."""
    # A Struct does not check its fields when it is made; what arrives here may be anything.
    usage = TokenUsage(**{"input": 1, "output": 1, field: count})  # type: ignore[arg-type]
    assert compute(usage, card(FULL)) == Bill(None, (Flag.USAGE_UNUSABLE,))


def test_the_largest_counts_are_believed() -> None:
    """The bound itself is a count."""
    usage = TokenUsage(input=MAX_TOKENS, output=MAX_TOKENS - 1)
    assert compute(usage, card({"input": 1_000_000, "output": 1_000_000})).components == {
        "input_uncached": MAX_TOKENS,
        "output": MAX_TOKENS - 1,
    }


def test_more_reasoning_than_output_is_not_billed_apart() -> None:
    """The output is billed as it is, and it is said."""
    billed = compute(
        TokenUsage(input=0, output=10, reasoning=11), card({"input": 1, "output": 1_000_000, "reasoning": 1})
    )
    assert billed == Bill({"output": 10}, (Flag.USAGE_UNUSABLE,))


@pytest.mark.parametrize(("total", "rate"), [(0, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_a_step_begins_above_its_start(total: int, rate: int) -> None:
    """The last step whose start is below the input holds."""
    assert rate_at(((0, 1), (10, 2), (20, 3)), total) == rate


def test_the_size_of_a_call_counts_cached_input_that_was_left_out() -> None:
    """Input 5 that excluded 10 cached tokens is a call of 15."""
    by = RateCard(
        provider="p", model="m", rates={"input": ((0, 1_000_000), (12, 3_000_000))}, source="override"
    )
    assert compute(TokenUsage(input=5, cache_read=10), by).components == {
        "input_uncached": 15,
        "cache_read": 30,
    }


def test_a_card_is_known_by_its_content() -> None:
    """Equal cards have equal ids, whatever the order of their rates; any change is another id."""
    one, same, other = (identified(card(given)) for given in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 1}))
    assert one.id == same.id != other.id
    assert len(one.id) == 16
    assert identified(one) == one


def test_a_card_survives_the_journal() -> None:
    """Encoded and decoded it is the same card."""
    whole = identified(
        RateCard(
            provider="p",
            model="m",
            rates={"input": ((0, 1), (200_000, 2)), "output": 3},
            source="genai-prices",
            version="1",
            hours=(30, 990),
        )
    )
    assert decode(encode(whole), type=RateCard) == whole
