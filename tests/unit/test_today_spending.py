"""``get_today_spending``: what an agent asks in its heartbeat."""

from __future__ import annotations

import os
import threading
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import otel_usage
from otel_usage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE = Decimal(1_000 * 2_500 + 100 * 10_000).scaleb(-9)
"""USD of a call: $2.50 and $10.00 per million tokens."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, in a zone in which no day ends during the test."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OTEL_USAGE_HOME", str(tmp_path / "home"))
    otel_usage.shutdown()
    yield tmp_path / "home"
    otel_usage.shutdown(timeout=0.2)


def one_call() -> None:
    """A call of 1,000 tokens in and 100 out."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(otel_usage.TokenUsage(input=1_000, output=100))


def test_it_is_the_sum_of_the_calls_that_have_ended() -> None:
    """Exact, at once, and with the share of the day's budget of $10."""
    for _ in range(3):
        one_call()
    spending = otel_usage.get_today_spending()
    assert spending.cost == 3 * ONE
    assert (spending.calls, spending.input_tokens, spending.output_tokens) == (3, 3_000, 300)
    assert spending.by_model == {"gpt-4o": 3 * ONE}
    assert spending.budget_share == pytest.approx(float(3 * ONE / 10))
    assert spending.unpriced_calls == 0


def test_calls_of_services_are_no_models() -> None:
    """They are counted as calls."""
    otel_usage.log_api(service="websearch", endpoint="/search")
    spending = otel_usage.get_today_spending()
    assert (spending.calls, dict(spending.by_model)) == (1, {})


def test_it_asks_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """An OTLP endpoint that never answers holds up no heartbeat: nothing is exported for it."""
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        receiver.silent.set()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{receiver.url}/v1/metrics")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        otel_usage.configure()
        one_call()
        for _ in range(3):
            assert otel_usage.get_today_spending().cost == ONE
        assert not receiver.asked.is_set()
        assert "otel-usage-flush" not in {thread.name for thread in threading.enumerate()}
        otel_usage.shutdown(timeout=0.2)


def test_a_configuration_that_cannot_be_used_is_an_error(home: Path) -> None:
    """It is a question, not a call; and what it would price by other prices would stay priced so."""
    home.mkdir()
    override = "pricing: {overrides: [{model: gpt-4o, input: 100, output: 400}]}\n"
    (home / "otel-usage.yaml").write_text(override + "nonsense: true")
    one_call()
    with pytest.raises(ConfigError):
        otel_usage.get_today_spending()
    (home / "otel-usage.yaml").write_text(override)
    assert otel_usage.get_today_spending().cost == Decimal(1_000 * 100_000 + 100 * 400_000).scaleb(-9)
