"""What a person can set, one frozen class a section; no reading of files here (see ``otel_usage.config``).

The field names are the keys of ``otel-usage.yaml``. A part of the package takes its own section as an argument.
"""

from __future__ import annotations

from datetime import date  # noqa: TC003  # msgspec reads the annotation when it decodes an override
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "BUDGET_SCOPES",
    "DEFAULT_BUDGETS",
    "DEFAULT_THRESHOLDS",
    "MOST_SHARE",
    "Attribution",
    "BudgetPeriodKind",
    "BudgetSettings",
    "ContentSettings",
    "PriceOverride",
    "PricingSettings",
    "RedactionPattern",
    "RedactionSettings",
    "Secret",
    "Settings",
    "TelemetrySettings",
    "UnpricedPolicy",
]


class Attribution(Struct, frozen=True, kw_only=True):
    """Who a call belongs to when the call itself does not say.

    Attributes:
        agent: Name of the agent.
        team: Name of the team.
        project: Name of the project.
        task_type: One of build, review, chat, heartbeat, cron, synthesis, gateway, or any other word.
        tags: Further names and values.
        session_id: The conversation; this and what follows is set in code, never configured.
        job_id: The job.
        task_description: What it is for.
    """

    agent: str | None = None
    team: str | None = None
    project: str | None = None
    task_type: str | None = None
    tags: Mapping[str, str] = MappingProxyType({})
    session_id: str | None = None
    job_id: str | None = None
    task_description: str | None = None


class PriceOverride(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A price of the user's own for one model, several (a glob), an alias of a known one, or another service.

    Rates are USD per million tokens. A rate that is not given is taken from ``like``, else from the model's own
    known card; there it keeps its ratio to the rate that it depends on, where that one is changed.

    Attributes:
        model: The model as it is reported: exact, or a glob with ``*``; either this or ``service``.
        provider: Only for this provider; None for any.
        service: The service of an API call, ``serpapi``; only ``endpoint``, ``per_request`` and days go with it.
        endpoint: Only for this endpoint of the service: exact, or a glob; None for any.
        like: ``provider/model`` whose rates are taken as a base.
        input: Rate of uncached input.
        output: Rate of output.
        cache_read: Rate of input read from a cache.
        cache_write: Rate of input written to a cache for five minutes.
        cache_write_1h: Rate of input written to a cache for an hour.
        reasoning: Rate of output that was reasoning, where it is not billed as other output.
        input_audio: Rate of uncached input that was sound.
        input_image: Rate of uncached input that was pictures.
        output_audio: Rate of output that was sound.
        output_image: Rate of output that was pictures.
        web_search: USD for each search of the web that the provider runs in a call.
        per_request: USD for each call, beside its tokens.
        multiplier: Factor on every rate: a discount or a margin.
        starts: First day (UTC) on which the entry holds, key ``from``.
        until: First day (UTC) on which it does no longer.
    """

    model: str | None = None
    provider: str | None = None
    service: str | None = None
    endpoint: str | None = None
    like: str | None = None
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    reasoning: Decimal | None = None
    input_audio: Decimal | None = None
    input_image: Decimal | None = None
    output_audio: Decimal | None = None
    output_image: Decimal | None = None
    web_search: Decimal | None = None
    per_request: Decimal | None = None
    multiplier: Decimal | None = None
    starts: date | None = field(default=None, name="from")
    until: date | None = None


class PricingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How prices are found.

    Attributes:
        preset: Name of a table of prices that comes with the package (``otel_usage.pricing.presets``).
        free_providers: Providers whose models run on one's own machine: a true $0.
        free_hosts: Servers whose models do, by the host that is called: exact, or a glob.
        trusted_providers: Providers whose own statement of what a call cost is believed, where it is more than 0.
        overrides: The user's own prices; of those that match alike the first wins.
    """

    preset: str | None = None
    free_providers: tuple[str, ...] = ("lmstudio", "ollama", "vllm", "llama.cpp", "llamafile")
    free_hosts: tuple[str, ...] = ()
    trusted_providers: tuple[str, ...] = ("openrouter", "perplexity", "x-ai")
    overrides: tuple[PriceOverride, ...] = ()


class Secret(str):
    """A text that is not shown where settings are printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Say that there is one."""
        return "Secret('...')" if self else "Secret('')"


class RedactionPattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pattern of the user's own.

    Attributes:
        name: The class of redaction that it makes: lower-case letters, digits, underscores.
        pattern: A regular expression in RE2's syntax.
    """

    name: str
    pattern: str


class RedactionSettings(Struct, frozen=True, kw_only=True):
    """What is taken out of texts before anything sees them.

    Attributes:
        classes: Names of classes, or the single word ``default`` or ``all``.
        mode: What is done with a value: ``mask``, ``hash``, ``drop`` (its whole text goes) or ``off``.
        modes: The same for single classes; a class that is named here is on, unless it is ``off``.
        patterns: The user's own; each makes a class that is on.
        blind: Nobody can tell what is to be taken out: every text goes.
    """

    classes: tuple[str, ...] = ("default",)
    mode: str = "mask"
    modes: Mapping[str, str] = MappingProxyType({})
    patterns: tuple[RedactionPattern, ...] = ()
    blind: bool = False


class ContentSettings(Struct, frozen=True, kw_only=True):
    """What of prompts and answers is kept, and where; whatever is kept is redacted.

    Attributes:
        capture: ``redacted`` keeps all of it in the home's files, ``off`` only what is allowed.
        attributes: Whether content is put on spans too.
        events: Whether it goes out as an event of its own.
        exported: Whether all of it is put there, whatever is kept in files: OpenTelemetry's own variable asks for it.
        allow: Kinds that are kept and put there in any case, by the keys of ``otel_usage.content.KINDS``.
        max_bytes: The most of one call, in bytes of JSON.
        retention_days: Days after which a file of content is deleted.
    """

    capture: str = "off"
    attributes: bool = False
    events: bool = False
    exported: bool = False
    allow: tuple[str, ...] = ()
    max_bytes: int = 65_536
    retention_days: int = 14


BUDGET_SCOPES = ("global", "agent", "team", "project", "provider", "model", "task_type")
"""Whose spending a budget can be about, beside the values of a tag."""
BudgetPeriodKind = Literal["day", "week", "month"]
"""Calendar periods of the ledger's zone; weeks begin on Monday, as in ISO 8601."""
UnpricedPolicy = Literal["ignore", "estimate", "block"]
"""What a check makes of calls whose amount is unknown: see ``otel_usage.budgets.check``."""
DEFAULT_THRESHOLDS = (0.5, 0.8, 1.0)
MOST_SHARE = 10.0
"""A share of a limit above this is a percentage that was meant as a part: 80 for 0.8."""


class BudgetSettings(Struct, frozen=True, kw_only=True):
    """A limit that spending in one period is held against.

    Attributes:
        name: What it is called.
        scope: Whose spending counts: ``global``, ``agent``, ``team``, ``project``, ``provider``, ``model``,
            ``task_type``, or ``tag:NAME``. As everywhere, an API call's service stands for its provider and its
            endpoint for its model.
        subject: Which of them, a model exact or with ``*``. None for ``global``; elsewhere each one has the limit for
            itself, and calls that do not say have none.
        period: What the limit is for.
        limit: USD.
        thresholds: Shares of the limit that are worth telling of: ascending, each above 0.
        unpriced: What a check makes of calls whose amount is unknown.
    """

    name: str
    scope: str = "global"
    subject: str | None = None
    period: BudgetPeriodKind
    limit: Decimal
    thresholds: tuple[float, ...] = DEFAULT_THRESHOLDS
    unpriced: UnpricedPolicy = "ignore"


class TelemetrySettings(Struct, frozen=True, kw_only=True):
    """Where the spans and metrics of a process go.

    Attributes:
        traces: ``http/protobuf`` or ``grpc`` for OTLP, ``console`` or None; a provider that the application has set up
            itself stays as it is.
        metrics: The same for metrics.
        unknown: What OpenTelemetry's variables ask for that is not known here, in sentences.
        service: Name of the service where OpenTelemetry's own variables give none.
        prometheus_port: Port on loopback that serves this process's own metrics; None serves none.
    """

    traces: str | None = None
    metrics: str | None = None
    unknown: tuple[str, ...] = ()
    service: str | None = None
    prometheus_port: int | None = None


DEFAULT_BUDGETS = (
    BudgetSettings(name="daily", period="day", limit=Decimal(10)),
    BudgetSettings(name="monthly", period="month", limit=Decimal(150)),
)


class Settings(Struct, frozen=True, kw_only=True):
    """All sections.

    Attributes:
        home: The data directory.
        zone: IANA name of the zone whose days and months are reported; None leaves the ledger's own.
        attribution: Defaults for calls.
        pricing: How prices are found.
        redaction: What is taken out of texts.
        redaction_key: Of the hashes that redaction leaves, as the environment gives it; empty for the home's own.
        content: What of prompts and answers is kept.
        budgets: Limits on what is spent.
        telemetry: Where spans and metrics go.
        disabled: Switches everything off (``OTEL_USAGE_DISABLED=1``).
    """

    home: Path
    zone: str | None = None
    attribution: Attribution = Attribution()
    pricing: PricingSettings = PricingSettings()
    redaction: RedactionSettings = RedactionSettings()
    redaction_key: Secret = Secret()
    content: ContentSettings = ContentSettings()
    budgets: tuple[BudgetSettings, ...] = DEFAULT_BUDGETS
    telemetry: TelemetrySettings = TelemetrySettings()
    disabled: bool = False
