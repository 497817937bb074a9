from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from otel_usage.errors import PriceDataError
from otel_usage.pricing import PriceBook
from otel_usage.pricing.presets import PRESETS
from otel_usage.records import CostStatus
from otel_usage.settings import PriceOverride, PricingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord

# Nano-dollars per token, in and out: $1 per million tokens is 1,000.
LEGACY_2025 = [
    ("anthropic", "claude-3-5-sonnet", 3_000, 15_000),
    ("anthropic", "claude-3-5-sonnet-20241022", 3_000, 15_000),
    ("aws", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", 3_000, 15_000),
    ("anthropic", "claude-3-opus", 15_000, 75_000),
    ("anthropic", "claude-3-opus-20240229", 15_000, 75_000),
    ("anthropic", "claude-3-sonnet", 3_000, 15_000),
    ("anthropic", "claude-3-sonnet-20240229", 3_000, 15_000),
    ("anthropic", "claude-3-haiku", 250, 1_250),
    ("anthropic", "claude-3-haiku-20240307", 250, 1_250),
    ("openai", "gpt-4o", 2_500, 10_000),
    ("openai", "gpt-4o-2024-05-13", 2_500, 10_000),
    ("openai", "gpt-4o-mini", 150, 600),
    ("openai", "gpt-4o-mini-2024-07-18", 150, 600),
    ("openai", "gpt-4-turbo", 10_000, 30_000),
    ("openai", "gpt-4-turbo-2024-04-09", 10_000, 30_000),
    ("openai", "gpt-3.5-turbo", 500, 1_500),
    ("google", "gemini-1.5-pro", 1_250, 5_000),
    ("google", "gemini-1.5-pro-002", 1_250, 5_000),
    ("google", "gemini-1.5-flash", 75, 300),
    ("google", "models/gemini-1.5-flash-latest", 75, 300),
]
AGENTS_2026 = [
    ("anthropic", "claude-opus-4-6", 15_000, 75_000),
    ("anthropic", "claude-sonnet-4-5", 3_000, 15_000),
    ("anthropic", "claude-sonnet-4-5-20250929", 3_000, 15_000),
    ("openai", "gpt-4-turbo", 10_000, 30_000),
    ("openai", "gpt-4o", 5_000, 15_000),
    ("openrouter", "openai/gpt-4o-2024-08-06", 5_000, 15_000),
    ("google", "gemini-2.5-pro", 1_250, 10_000),
]


def book_of(preset: str, *overrides: PriceOverride) -> PriceBook:
    """A book with a preset."""
    return PriceBook(PricingSettings(preset=preset, overrides=overrides))


@pytest.mark.parametrize(
    ("preset", "provider", "model", "given", "taken"),
    [
        *(("legacy-2025", *row) for row in LEGACY_2025),
        *(("agents-2026", *row) for row in AGENTS_2026),
    ],
)
def test_a_preset_gives_the_published_prices(
    call: Callable[..., UsageRecord], preset: str, provider: str, model: str, given: int, taken: int
) -> None:
    """In and out, for a long call too: these tables know no steps."""
    for size in (1_000, 300_000):
        quote = book_of(preset).quote(call(provider, model, input=size, output=100))
        assert quote.cost.nanos == size * given + 100 * taken
        assert (quote.cost.price_source, quote.flags) == (f"preset:{preset}", ())


def test_each_row_of_the_tables_is_tested() -> None:
    """A row that is added asks for its published price here."""
    tested = {"legacy-2025": LEGACY_2025, "agents-2026": AGENTS_2026}
    assert set(tested) == set(PRESETS)
    for name, entries in PRESETS.items():
        models = {entry.model for entry in entries if entry.provider is None}
        assert models <= {model for _, model, _, _ in tested[name]}


def test_a_preset_s_cache_keeps_its_ratio(call: Callable[..., UsageRecord]) -> None:
    """Anthropic's reads at a tenth of $15, writes at 1.25 times and twice, whatever the current input rate is."""
    counts = {"cache_read": 100, "cache_write_5m": 10, "cache_write_1h": 1}
    record = call("anthropic", "claude-opus-4-6", input=1_000, output=0, **counts)
    assert book_of("agents-2026").price(record).components == {
        "input_uncached": 889 * 15_000,
        "cache_read": 100 * 1_500,
        "cache_write_5m": 10 * 18_750,
        "cache_write_1h": 1 * 30_000,
    }


def test_the_user_s_own_prices_stand_over_a_preset(call: Callable[..., UsageRecord]) -> None:
    """Even a glob; what the preset does not name keeps the price data's price."""
    book = book_of("agents-2026", PriceOverride(model="gpt-4*", input=Decimal(1)))
    assert book.price(call("openai", "gpt-4o", input=1_000)).nanos == 1_000 * 1_000
    assert book.price(call("google", "gemini-2.5-pro", input=1_000)).price_source == "preset:agents-2026"
    assert book.price(call("openai", "o3", input=1_000)).price_source == "genai-prices"


def test_the_agents_preset_declares_lmstudio_free(call: Callable[..., UsageRecord]) -> None:
    """Also where the user's free providers do not name it."""
    settings = PricingSettings(preset="agents-2026", free_providers=())
    cost = PriceBook(settings).price(call("lmstudio", "qwen3", input=1_000))
    assert (cost.status, cost.nanos, cost.price_source) == (CostStatus.FREE, 0, "preset:agents-2026")
    assert PriceBook(settings).price(call("ollama", "qwen3", input=1)).status is CostStatus.PENDING


def test_what_is_declared_free_is_free_under_a_preset_s_name_too(call: Callable[..., UsageRecord]) -> None:
    """Local servers answer to ``gpt-4o`` so that clients need no change; the call is not OpenAI's."""
    settings = PricingSettings(preset="agents-2026", free_hosts=("localhost",))
    for record in (call("lmstudio", "gpt-4o", input=1), call("openai", "gpt-4o", server_address="localhost")):
        assert PriceBook(settings).price(record).status is CostStatus.FREE


def test_an_unknown_preset_is_refused() -> None:
    """The sentence names the known ones."""
    with pytest.raises(PriceDataError, match="'x' is none: there are legacy-2025 and agents-2026"):
        book_of("x")


def test_without_a_preset_its_tables_are_not_loaded() -> None:
    """Overrides of one's own do not need them."""
    program = (
        "import sys\n"
        "from decimal import Decimal\n"
        "from otel_usage.pricing import PriceBook\n"
        "from otel_usage.settings import PriceOverride, PricingSettings\n"
        "PriceBook(PricingSettings(overrides=(PriceOverride(model='m', input=Decimal(1)),)))\n"
        "print('otel_usage.pricing.presets' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
