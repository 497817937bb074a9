"""What ``query`` and ``report`` answer."""

from __future__ import annotations

from msgspec import UNSET, UnsetType, field

from otel_usage.cli.shapes import Shape, Usd

__all__ = ["Group", "PeriodAnswer", "QueryAnswer", "Sums"]


class PeriodAnswer(Shape, frozen=True, kw_only=True):
    """A range of time; both ends belong to it.

    Attributes:
        from_: As it was given (a number of days by its first), else the first local day that has calls; null where there are
            none.
        to: As it was given, else the last local day.
    """

    from_: str | None = field(name="from")
    to: str | None


class Sums(Shape, frozen=True):
    """Sums over some calls.

    Attributes:
        calls: Calls of models and of other services.
        errors: Those that failed.
        unpriced: Those whose amount is unknown; their money is missing in the cost.
        input_tokens: Tokens in, cached ones included.
        output_tokens: Tokens out, reasoning included.
        cache_read_tokens: The part of the input that was read from a cache.
        cache_write_tokens: The part of the input that was written to one.
        reasoning_tokens: The part of the output that was reasoning.
        cost: USD; null when no call has an amount, unless all failed.
        cache_savings: USD by which reading from caches was cheaper than the same tokens as uncached input.
        cache_write_extra: USD by which writing to them was dearer.
    """

    calls: int
    errors: int
    unpriced: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    reasoning_tokens: int
    cost: Usd | None
    cache_savings: Usd
    cache_write_extra: Usd


class Group(Sums, frozen=True):
    """Sums over the calls that have one value of a dimension.

    Attributes:
        name: The value; empty for calls that do not say.
    """

    name: str


_ByName = dict[str, Usd | None]


class QueryAnswer(Shape, frozen=True, kw_only=True):
    """Sums of the selected calls.

    Attributes:
        total_cost: USD; null when no call has an amount, unless all failed.
        total_cost_nanos: The same in nano-dollars.
        by_model: USD by model, the costliest first, and so on for the others; parts of the calendar in their order.
        by_provider: USD by provider.
        by_job: USD by job; calls without one are left out.
        by_service: USD of API calls by service.
        by_endpoint: USD of API calls by endpoint.
        by_agent: USD by agent.
        by_session: USD by session; calls without one are left out.
        by_task_type: USD by type of task.
        by_team: USD by team.
        by_project: USD by project.
        by_source: USD by where the calls were recorded.
        by_status: USD by how the calls ended.
        by_hour: USD by local hour.
        by_day: USD by local day.
        by_week: USD by week of ISO 8601.
        by_month: USD by month.
        by_tag: Name of a tag → USD by its value.
        period: What was asked about.
        totals: All sums.
        groups: Dimension, as ``--by`` names it → the sums of each of its values.
        job_id: The job that was asked for; this and what follows stands only with ``--job-id``.
        model: Its model, the costliest of several.
        provider: Its provider, likewise.
        models: All of its models, the costliest first.
        providers: All of its providers, likewise.
        input_tokens: As in ``totals``.
        output_tokens: As in ``totals``.
        cost: As in ``totals``.
        timestamp: When its last call began, in local time; null where it has none.
    """

    total_cost: Usd | None
    total_cost_nanos: int | None
    by_model: _ByName
    by_provider: _ByName
    by_job: _ByName
    by_service: _ByName
    by_endpoint: _ByName | UnsetType = UNSET
    by_agent: _ByName | UnsetType = UNSET
    by_session: _ByName | UnsetType = UNSET
    by_task_type: _ByName | UnsetType = UNSET
    by_team: _ByName | UnsetType = UNSET
    by_project: _ByName | UnsetType = UNSET
    by_source: _ByName | UnsetType = UNSET
    by_status: _ByName | UnsetType = UNSET
    by_hour: _ByName | UnsetType = UNSET
    by_day: _ByName | UnsetType = UNSET
    by_week: _ByName | UnsetType = UNSET
    by_month: _ByName | UnsetType = UNSET
    by_tag: dict[str, _ByName] | UnsetType = UNSET
    period: PeriodAnswer
    totals: Sums
    groups: dict[str, list[Group]]
    job_id: str | UnsetType = UNSET
    model: str | UnsetType | None = UNSET
    provider: str | UnsetType | None = UNSET
    models: list[str] | UnsetType = UNSET
    providers: list[str] | UnsetType = UNSET
    input_tokens: int | UnsetType = UNSET
    output_tokens: int | UnsetType = UNSET
    cost: Usd | UnsetType | None = UNSET
    timestamp: str | UnsetType | None = UNSET
