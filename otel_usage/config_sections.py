"""What a configuration file may hold: one shape for each section, and what its keys say as settings."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct

from otel_usage.content import KINDS, MAX_BYTES
from otel_usage.settings import ContentSettings, PricingSettings, RedactionPattern, RedactionSettings

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
    period: Literal["day", "month"]
    limit_usd: Decimal

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("name is empty")
        _check_limit("limit_usd", self.limit_usd)


class ShortBudgets(Struct, forbid_unknown_fields=True):
    """The keys under ``budgets`` in its short form."""

    daily_usd: Decimal | None = None
    monthly_usd: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a limit that is none."""
        for name in self.__struct_fields__:
            if (limit := getattr(self, name)) is not None:
                _check_limit(name, limit)


def _check_limit(name: str, limit: Decimal) -> None:
    if not (limit.is_finite() and _LEAST <= limit <= _MOST):
        raise ValueError(f"{name} must be more than 0 USD and at most {_MOST:,}")


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
