"""The tree of errors: what one may catch, and what the sentences say."""

from __future__ import annotations

import inspect
from decimal import Decimal
from pathlib import Path

import pytest

from otel_usage import errors
from otel_usage.errors import (
    BudgetError,
    BudgetExceededError,
    BudgetUnknownError,
    ConfigError,
    HomeError,
    InvalidValueError,
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerVersionError,
    MissingExtraError,
    OtelUsageError,
    PriceDataError,
    RedactionError,
)

PLACE = Path("/data/usage.db")
BASES: dict[type[OtelUsageError], type[Exception]] = {
    ConfigError: ValueError,
    InvalidValueError: ValueError,
    PriceDataError: ValueError,
    HomeError: OSError,
    MissingExtraError: ImportError,
    BudgetError: RuntimeError,
    BudgetExceededError: BudgetError,
    BudgetUnknownError: BudgetError,
    RedactionError: RuntimeError,
    LedgerError: RuntimeError,
    LedgerBusyError: LedgerError,
    LedgerDamagedError: LedgerError,
    LedgerVersionError: LedgerError,
}
MADE: dict[type[OtelUsageError], OtelUsageError] = {
    ConfigError: ConfigError("there is no such key", file="/h/otel-usage.yaml", key="metrics"),
    InvalidValueError: InvalidValueError("--cost", "a lot", "must be an amount"),
    PriceDataError: PriceDataError("says no price", source="pricing.overrides"),
    HomeError: HomeError(Path("/data"), "cannot be written"),
    MissingExtraError: MissingExtraError("demo", "the demonstration"),
    BudgetError: BudgetError("is not under", names=("daily",)),
    BudgetExceededError: BudgetExceededError(
        "is spent", spent={"daily": Decimal(11)}, limits={"daily": Decimal(10)}
    ),
    BudgetUnknownError: BudgetUnknownError("cannot be told", names=("daily",)),
    RedactionError: RedactionError("spans are not redacted"),
    LedgerError: LedgerError(PLACE, "cannot be used"),
    LedgerBusyError: LedgerBusyError(PLACE, "is locked"),
    LedgerDamagedError: LedgerDamagedError(PLACE, "is damaged"),
    LedgerVersionError: LedgerVersionError(PLACE, found=99, known=1),
}
ATTRIBUTES: dict[type[OtelUsageError], dict[str, object]] = {
    ConfigError: {"file": "/h/otel-usage.yaml", "key": "metrics"},
    InvalidValueError: {"field": "--cost", "value": "a lot"},
    PriceDataError: {"source": "pricing.overrides"},
    HomeError: {"path": Path("/data")},
    MissingExtraError: {"extra": "demo"},
    BudgetError: {"names": ("daily",)},
    BudgetExceededError: {
        "names": ("daily",),
        "spent": {"daily": Decimal(11)},
        "limits": {"daily": Decimal(10)},
    },
    BudgetUnknownError: {"names": ("daily",)},
    RedactionError: {},
    LedgerError: {"path": PLACE},
    LedgerBusyError: {"path": PLACE},
    LedgerDamagedError: {"path": PLACE},
    LedgerVersionError: {"path": PLACE, "found": 99, "known": 1},
}


def test_every_error_of_the_module_is_in_the_tree_and_public() -> None:
    """A new error takes its place here, in ``__all__`` and in the drawing."""
    defined = {value for value in vars(errors).values() if inspect.isclass(value)}
    assert defined == {OtelUsageError, *BASES}
    assert errors.__all__ == sorted(error.__name__ for error in defined)
    assert all(error.__name__ in str(errors.__doc__) for error in defined)


@pytest.mark.parametrize(("error", "base"), BASES.items())
def test_an_error_can_be_caught_by_our_base_and_by_the_usual_one(
    error: type[Exception], base: type[Exception]
) -> None:
    """Code that knows nothing of this package catches a ValueError."""
    assert issubclass(error, OtelUsageError)
    assert issubclass(error, base)


@pytest.mark.parametrize("error", MADE)
def test_the_offending_values_are_attributes_of_an_error(error: type[OtelUsageError]) -> None:
    """A program need not read the sentence."""
    made = MADE[error]
    assert {name: getattr(made, name) for name in ATTRIBUTES[error]} == ATTRIBUTES[error]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ConfigError, "/h/otel-usage.yaml: metrics: there is no such key"),
        (PriceDataError, "pricing.overrides: says no price"),
        (LedgerError, f"{PLACE}: cannot be used"),
        (
            HomeError,
            "/data: cannot be written; set OTEL_USAGE_HOME or --home to a directory that you can write",
        ),
        (MissingExtraError, "the demonstration needs the extra 'demo': pip install 'otel-usage[demo]'"),
        (
            LedgerVersionError,
            f"{PLACE}: was written by a newer otel-usage (schema 99, this version knows 1): "
            "upgrade otel-usage, or point --home elsewhere",
        ),
    ],
)
def test_an_error_says_where_what_and_what_to_do(error: type[OtelUsageError], sentence: str) -> None:
    """One sentence, on one line."""
    assert str(MADE[error]) == sentence


def test_a_file_as_a_whole_is_named_without_a_key() -> None:
    """A file that is no YAML has no key to blame."""
    error = ConfigError("is not valid YAML", file="/h/otel-usage.yaml")
    assert str(error) == "/h/otel-usage.yaml: is not valid YAML"
    assert error.key is None


def test_a_value_that_was_given_is_not_echoed() -> None:
    """It may be a secret that landed in the wrong option."""
    assert "a lot" not in str(MADE[InvalidValueError])
