from __future__ import annotations

from otel_usage.generate.queries import BUDGET_SHARE, change, latest, matching, samples


def test_a_counter_is_booked_less_corrected_by_ledger() -> None:
    """Within one replica, so that both halves were seen by the same scrapes; then the greatest."""
    where = '{provider=~"$provider", model=~"$model"}'
    assert change("otel_usage_tokens", "rate", "5m") == (
        "max by (ledger, provider, model, token_type) ("
        f"rate(otel_usage_tokens_total{where}[5m]) - rate(otel_usage_tokens_corrected_total{where}[5m]))"
    )
    assert samples("otel_usage_tokens") == "otel_usage_tokens_total"


def test_a_variable_narrows_only_families_that_have_its_label() -> None:
    """Calls have an agent, tokens have none."""
    assert 'agent=~"$agent"' in change("otel_usage_calls", "increase", "1h")
    assert "$agent" not in change("otel_usage_tokens", "increase", "1h")
    assert matching([]) == ""


def test_a_gauge_is_the_greatest_of_the_replicas() -> None:
    """Of all its labels, of those that are asked for, and of the last sample within a time."""
    name = "otel_usage_ledger_heartbeat_timestamp_seconds"
    assert latest(name) == f"max by (ledger) ({name})"
    assert (
        latest(name, '{ledger="a"}', within="1d")
        == f'max by (ledger) (last_over_time({name}{{ledger="a"}}[1d]))'
    )
    assert latest("otel_usage_budget_spent_usd", by=("period",)) == (
        "max by (ledger, period) (otel_usage_budget_spent_usd)"
    )


def test_a_budgets_share_is_spent_through_limit() -> None:
    """Of each budget of each ledger."""
    spent, limit = BUDGET_SHARE.split(" / ")
    assert spent == "max by (ledger, budget, scope, subject, period) (otel_usage_budget_spent_usd)"
    assert limit == spent.replace("spent", "limit")
