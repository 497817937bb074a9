"""What a configuration file may hold: one shape for each section, and what its keys say as settings."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Struct

from otel_usage.content import KINDS, MAX_BYTES
from otel_usage.settings import (
    BUDGET_SCOPES,
    DEFAULT_THRESHOLDS,
    MOST_SHARE,
    BudgetPeriodKind,
    BudgetSettings,
    ContentSettings,
    PricingSettings,
    RedactionPattern,
    RedactionSettings,
    UnpricedPolicy,
)

__all__ = [
    "AttributionSection",
    "ContentSection",
    "FoundFile",
    "RedactionSection",
    "ShortBudgets",
    "TrustedFile",
]

_LEAST, _MOST = Decimal("1e-9"), Decimal(10**9)
"""USD that a budget's limit lies between: a nano-dollar, and more than anybody spends."""
_CAPTURES = ("off", "redacted")
_CONTENT_LIMITS = {"max_bytes": (1024, MAX_BYTES), "retention_days": (1, 3650)}


class AttributionSection(Struct, forbid_unknown_fields=True):
    """The keys under ``attribution``."""

    agent: str | None = None
    team: str | None = None
    project: str | None = None
    task_type: str | None = None
    tags: dict[str, str | int | float | bool] = {}


class RedactionSection(Struct, forbid_unknown_fields=True):
    """The keys under ``redaction``; YAML reads ``off`` as false."""

    classes: str | list[str] = "default"
    mode: Any = "mask"
    patterns: list[RedactionPattern] = []

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        modes = self.mode if isinstance(self.mode, dict) else {"": self.mode}
        if not all(
            isinstance(name, str) and (mode is False or isinstance(mode, str)) for name, mode in modes.items()
        ):
            raise ValueError("mode must be mask, hash, drop or off, or one of these by class: {email: hash}")

    @property
    def settings(self) -> RedactionSettings:
        """What the keys say."""
        classes = (self.classes,) if isinstance(self.classes, str) else tuple(self.classes)
        one, single = ("mask", self.mode) if isinstance(self.mode, dict) else (self.mode or "off", {})
        modes = MappingProxyType({name: mode or "off" for name, mode in single.items()})
        return RedactionSettings(classes=classes, mode=one, modes=modes, patterns=tuple(self.patterns))


class ContentSection(Struct, forbid_unknown_fields=True):
    """The keys under ``content``; YAML reads ``off`` as false."""

    capture: Any = "off"
    attributes: bool = False
    allow: list[str] = []
    max_bytes: int = 65_536
    retention_days: int = 14

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if self.capture is not False and self.capture not in _CAPTURES:
            raise ValueError("capture must be off, or redacted: content is kept in no other form")
        if unknown := next((key for key in self.allow if key not in KINDS), None):
            raise ValueError(f"allow has no {unknown!r}: there are {', '.join(sorted(KINDS))}")
        for name, (least, most) in _CONTENT_LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be from {least:,} to {most:,}")

    @property
    def settings(self) -> ContentSettings:
        """What the keys say."""
        return ContentSettings(
            capture=self.capture or "off",
            attributes=self.attributes,
            allow=tuple(self.allow),
            max_bytes=self.max_bytes,
            retention_days=self.retention_days,
        )


class TelemetrySection(Struct, forbid_unknown_fields=True):
    """The keys under ``telemetry``."""

    console: bool = False
    prometheus_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] | None = None


class _Budget(Struct, forbid_unknown_fields=True):
    name: str
    period: Any
    limit_usd: Decimal
    scope: str = "global"
    thresholds: tuple[float, ...] = DEFAULT_THRESHOLDS
    unpriced: Any = "ignore"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("name is empty")
        _check_limit("limit_usd", self.limit_usd)
        _check_word("period", self.period, get_args(BudgetPeriodKind))
        _check_word("unpriced", self.unpriced, get_args(UnpricedPolicy))
        _scope(self.scope)
        if not all(math.isfinite(share) and 0 < share <= MOST_SHARE for share in self.thresholds):
            raise ValueError(f"thresholds must be parts of the limit, such as 0.8, up to {MOST_SHARE:g}")
        if any(share >= higher for share, higher in pairwise(self.thresholds)):
            raise ValueError("thresholds must ascend, such as [0.5, 0.8, 1.0]")

    @property
    def settings(self) -> BudgetSettings:
        """What the keys say."""
        scope, subject = _scope(_well_formed(self.scope))
        return BudgetSettings(
            name=_well_formed(self.name),
            scope=scope,
            subject=subject,
            period=self.period,
            limit=self.limit_usd,
            thresholds=self.thresholds,
            unpriced=self.unpriced,
        )


class ShortBudgets(Struct, forbid_unknown_fields=True):
    """The keys under ``budgets`` in its short form."""

    daily_usd: Decimal | None = None
    monthly_usd: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a limit that is none."""
        for name in self.__struct_fields__:
            if (limit := getattr(self, name)) is not None:
                _check_limit(name, limit)

    @property
    def settings(self) -> tuple[BudgetSettings, ...]:
        """What the keys say."""
        found = []
        if self.daily_usd is not None:
            found.append(BudgetSettings(name="daily", period="day", limit=self.daily_usd))
        if self.monthly_usd is not None:
            found.append(BudgetSettings(name="monthly", period="month", limit=self.monthly_usd))
        return tuple(found)


def _check_limit(name: str, limit: Decimal) -> None:
    if not (limit.is_finite() and _LEAST <= limit <= _MOST):
        raise ValueError(f"{name} must be more than 0 USD and at most {_MOST:,}")


def _well_formed(text: str) -> str:
    """A text without halves of surrogate pairs, which YAML can say and no answer can carry."""
    return text.encode("utf-8", "replace").decode()


def _check_word(name: str, word: object, known: tuple[str, ...]) -> None:
    if word not in known:
        raise ValueError(f"{name} must be {', '.join(known[:-1])} or {known[-1]}")


def _scope(text: str) -> tuple[str, str | None]:
    """A scope as it is written, ``agent``, ``agent:marcus``, ``tag:env`` or ``tag:env=prod``, and its subject."""
    kind, named, subject = (part.strip() for part in text.partition(":"))
    scope = kind.replace("-", "_")
    if scope == "tag":
        tag, named, subject = (part.strip() for part in subject.partition("="))
        if not tag:
            raise ValueError("scope tag needs the tag's name: tag:env=prod, or tag:env for each value")
        scope = f"tag:{tag}"
    elif scope not in BUDGET_SCOPES:
        known = ", ".join(BUDGET_SCOPES)
        raise ValueError(
            f"scope must be one of {known}, or tag:NAME, alone or with the name of one: agent:marcus"
        )
    elif scope == "global" and named:
        raise ValueError("scope global is everybody's and takes no name")
    if not named:
        return scope, None
    if not subject:
        raise ValueError(f"scope {scope} has an empty name; without a name each has the limit for itself")
    if "*" in subject and scope != "model":
        raise ValueError(f"scope {scope} takes no *; without a name each has the limit for itself")
    return scope, subject


class TrustedFile(Struct, forbid_unknown_fields=True):
    """What a trusted file may hold."""

    zone: str | None = None
    attribution: AttributionSection = msgspec.field(default_factory=AttributionSection)
    pricing: PricingSettings = PricingSettings()
    redaction: RedactionSection = msgspec.field(default_factory=RedactionSection)
    content: ContentSection = msgspec.field(default_factory=ContentSection)
    budgets: list[_Budget] | ShortBudgets | None = None
    telemetry: TelemetrySection = msgspec.field(default_factory=TelemetrySection)


class FoundFile(Struct, forbid_unknown_fields=True):
    """What a file found upward from the working directory may hold."""

    attribution: AttributionSection = msgspec.field(default_factory=AttributionSection)
