"""Every error of this package, in one tree.

    OtelUsageError
    ├── ConfigError (ValueError)          a configuration file or variable: file, key
    ├── InvalidValueError (ValueError)    a value given by the caller: field, value
    ├── PriceDataError (ValueError)       price data or an override that cannot be used: source
    ├── HomeError (OSError)               the data directory cannot be used: path
    ├── MissingExtraError (ImportError)   an optional part is not installed: extra
    ├── BudgetError (RuntimeError)        budgets are not known to be under their limits: names
    │   ├── BudgetExceededError           some have reached them: spent, limits
    │   └── BudgetUnknownError            nobody can tell
    ├── RedactionError (RuntimeError)     redaction would not be effective in this process
    └── LedgerError (RuntimeError)        the ledger cannot answer: path
        ├── LedgerBusyError               another process keeps it locked
        ├── LedgerDamagedError            usage.db is not a readable database
        └── LedgerVersionError            usage.db was written by a newer version: found, known

They are raised in set-up, by questions (``otel_usage.check_budget``), and on the command line only. Inside an agent's
call nothing is raised: what goes wrong there is counted (see ``otel_usage.recorder``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

__all__ = [
    "BudgetError",
    "BudgetExceededError",
    "BudgetUnknownError",
    "ConfigError",
    "HomeError",
    "InvalidValueError",
    "LedgerBusyError",
    "LedgerDamagedError",
    "LedgerError",
    "LedgerVersionError",
    "MissingExtraError",
    "OtelUsageError",
    "PriceDataError",
    "RedactionError",
]


class OtelUsageError(Exception):
    """The base of every error that this package raises on purpose."""


class ConfigError(OtelUsageError, ValueError):
    """A configuration file or variable holds something that cannot be used.

    Attributes:
        file: Where the value stands: a path or the name of an environment variable.
        key: The offending key, dotted, or None when the whole file is meant.
    """

    def __init__(self, problem: str, *, file: str, key: str | None = None) -> None:
        """Compose the sentence from the place and the problem."""
        super().__init__(f"{file}: {problem}" if key is None else f"{file}: {key}: {problem}")
        self.file = file
        self.key = key


class InvalidValueError(OtelUsageError, ValueError):
    """A value given by the caller cannot be used.

    Attributes:
        field: The name the caller gave the value under.
        value: The value as given.
    """

    def __init__(self, field: str, value: object, problem: str) -> None:
        """Compose the sentence from the field and the problem; the value is not echoed (it may be a secret)."""
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.value = value


class PriceDataError(OtelUsageError, ValueError):
    """Price data or a price override cannot be used.

    Attributes:
        source: The file or configuration entry that holds it.
    """

    def __init__(self, problem: str, *, source: str) -> None:
        """Compose the sentence from the source and the problem."""
        super().__init__(f"{source}: {problem}")
        self.source = source


class HomeError(OtelUsageError, OSError):
    """The data directory cannot be created, read or written.

    Attributes:
        path: The directory.
    """

    def __init__(self, path: Path, problem: str) -> None:
        """Compose the sentence from the path and the problem."""
        super().__init__(
            f"{path}: {problem}; set OTEL_USAGE_HOME or --home to a directory that you can write"
        )
        self.path = path


class MissingExtraError(OtelUsageError, ImportError):
    """An optional part was asked for and is not installed.

    Attributes:
        extra: The name of the extra to install.
    """

    def __init__(self, extra: str, purpose: str) -> None:
        """Say what it is for and the command that installs it."""
        super().__init__(f"{purpose} needs the extra '{extra}': pip install 'otel-usage[{extra}]'")
        self.extra = extra


class BudgetError(OtelUsageError, RuntimeError):
    """Budgets are not known to be under their limits; who must stop then catches this.

    Attributes:
        names: The budgets, with ``/`` and the subject where a budget has several.
    """

    def __init__(self, problem: str, *, names: tuple[str, ...]) -> None:
        """Take the whole sentence."""
        super().__init__(problem)
        self.names = names


class BudgetExceededError(BudgetError):
    """Budgets have reached the share of their limits that was asked about.

    Attributes:
        spent: Name, as in ``names``, → USD that was held against the limit.
        limits: Name → USD that may be spent.
    """

    def __init__(self, problem: str, *, spent: Mapping[str, Decimal], limits: Mapping[str, Decimal]) -> None:
        """Take the whole sentence, and what it is about."""
        super().__init__(problem, names=tuple(limits))
        self.spent = spent
        self.limits = limits


class BudgetUnknownError(BudgetError):
    """Nobody can tell whether budgets are under their limits."""


class RedactionError(OtelUsageError, RuntimeError):
    """What the application's OpenTelemetry providers export would not be redacted."""


class LedgerError(OtelUsageError, RuntimeError):
    """The ledger cannot answer.

    Attributes:
        path: The database file.
    """

    def __init__(self, path: Path, problem: str) -> None:
        """Compose the sentence from the path and the problem."""
        super().__init__(f"{path}: {problem}")
        self.path = path


class LedgerBusyError(LedgerError):
    """Another process keeps the ledger locked for longer than the caller wanted to wait."""


class LedgerDamagedError(LedgerError):
    """The database file is damaged; the journal beside it still holds everything."""


class LedgerVersionError(LedgerError):
    """The database was written by a newer version of this package.

    Attributes:
        found: The schema version of the file.
        known: The newest schema version that this package knows.
    """

    def __init__(self, path: Path, found: int, known: int) -> None:
        """Say both versions and what to do."""
        super().__init__(
            path,
            f"was written by a newer otel-usage (schema {found}, this version knows {known}): "
            "upgrade otel-usage, or point --home elsewhere",
        )
        self.found = found
        self.known = known
