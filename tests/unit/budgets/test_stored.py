"""The subjects of budgets as the ledger holds them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from otel_usage.budgets.stored import stored_budgets
from otel_usage.redaction import Redactor
from otel_usage.settings import DEFAULT_BUDGETS, BudgetSettings, RedactionSettings, Settings

if TYPE_CHECKING:
    from pathlib import Path

PERSON = "anna.smith@mail.test"


def settings(home: Path, *budgets: BudgetSettings, mode: str = "mask") -> Settings:
    """A configuration."""
    return Settings(home=home, budgets=budgets, redaction=RedactionSettings(mode=mode))


def budget(scope: str, subject: str | None) -> BudgetSettings:
    """A limit."""
    return BudgetSettings(name="one", scope=scope, subject=subject, period="day", limit=Decimal(1))


@pytest.mark.parametrize("scope", ["agent", "team", "project", "task_type", "tag:owner"])
def test_a_subject_is_redacted_as_the_calls_are(tmp_path: Path, scope: str) -> None:
    """Otherwise the budget of somebody whose name is taken out would never count a call."""
    (found,) = stored_budgets(settings(tmp_path, budget(scope, PERSON)), pytest.fail)
    assert found == budget(scope, Redactor(RedactionSettings()).text(PERSON))
    assert found.subject == "[REDACTED:email]"


def test_names_of_models_and_providers_stay(tmp_path: Path) -> None:
    """They are stored as they are, and looked for so on the command line too."""
    budgets = (budget("model", "gpt-4o-*"), budget("provider", "openai"), budget("agent", "marcus"))
    assert stored_budgets(settings(tmp_path, *budgets), pytest.fail) == budgets


def test_budgets_without_a_subject_are_left_alone(tmp_path: Path) -> None:
    """No redaction is set up for them."""
    budgets = (*DEFAULT_BUDGETS, budget("agent", None))
    given = settings(tmp_path, *budgets)
    assert stored_budgets(given, pytest.fail) is given.budgets


def test_a_hash_is_made_with_the_key_of_the_installation(tmp_path: Path) -> None:
    """The same one that the calls are stored with."""
    given = settings(tmp_path, budget("agent", PERSON), mode="hash")
    (found,) = stored_budgets(given, pytest.fail)
    assert found.subject is not None
    assert found.subject.startswith("[REDACTED:email:")
    key = (tmp_path / "redaction.key").read_bytes()
    assert found.subject == Redactor(given.redaction, key=key).text(PERSON)


def test_a_key_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """Values are then masked, in the calls as here."""
    (tmp_path / "redaction.key").write_bytes(b"short")
    (tmp_path / "redaction.key").chmod(0o600)
    told: list[str] = []
    (found,) = stored_budgets(settings(tmp_path, budget("agent", PERSON), mode="hash"), told.append)
    assert found.subject == "[REDACTED:email]"
    assert len(told) == 1
