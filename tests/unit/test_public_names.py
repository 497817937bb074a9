"""The public surface, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import otel_usage

NAMES = [
    "Cost",
    "CostStatus",
    "Status",
    "TokenUsage",
    "UsageRecord",
    "agent",
    "api_call",
    "attribution",
    "budget_status",
    "check_budget",
    "configure",
    "flush",
    "get_today_spending",
    "inference",
    "log_api",
    "log_llm",
    "shutdown",
    "tool",
]
HEAVY = ("opentelemetry", "yaml", "genai_prices", "pydantic", "grafanalib", "openai", "anthropic", "httpx")


def imported_by(statement: str) -> set[str]:
    """Names of the modules that a statement leaves in a fresh interpreter."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_public_names_are_these() -> None:
    """A name that comes or goes is a change for users."""
    assert otel_usage.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_its_modules_own(name: str) -> None:
    """The lazy names lead to the things themselves."""
    value = getattr(otel_usage, name)
    assert value is getattr(sys.modules[value.__module__], name)


def test_every_public_name_can_be_imported_by_a_star() -> None:
    """``from otel_usage import *`` gives exactly the public names."""
    found: dict[str, object] = {}
    exec("from otel_usage import *", found)  # noqa: S102  # a star cannot be imported in a function
    assert sorted(name for name in found if not name.startswith("__")) == NAMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    """``hasattr`` and misspelt imports work as with any module."""
    assert not hasattr(otel_usage, "inferense")
    with pytest.raises(AttributeError, match=r"module 'otel_usage' has no attribute 'inferense'"):
        otel_usage.inferense  # noqa: B018  # the access is what raises


def test_importing_the_package_imports_nothing_else() -> None:
    """Beyond what any typed module needs, no module of ours or anyone's."""
    typed = "from __future__ import annotations; from typing import TYPE_CHECKING"
    found = imported_by("import otel_usage") - imported_by(typed)
    assert found == {"otel_usage"}


@pytest.mark.parametrize(
    "statement",
    [
        "import otel_usage.records",
        "import otel_usage.runtime",
        "from otel_usage import budget_status, check_budget, configure, flush, get_today_spending, shutdown",
        "import otel_usage.ledger.store",
        "import otel_usage.cli",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_used(statement: str) -> None:
    """OpenTelemetry is imported by the first call, YAML by the first file, the price data by the first miss."""
    tops = {name.partition(".")[0] for name in imported_by(statement)}
    assert tops.isdisjoint(HEAVY)


def test_what_agents_call_needs_the_api_of_opentelemetry_only() -> None:
    """Neither the SDK nor anything else that is slow to load."""
    found = imported_by("from otel_usage import agent, inference, log_llm")
    assert {name.partition(".")[0] for name in found}.isdisjoint(set(HEAVY) - {"opentelemetry"})
    assert not any(name.startswith(("opentelemetry.sdk", "opentelemetry.exporter")) for name in found)


@pytest.mark.parametrize(
    "statement", ["import otel_usage.runtime", "from otel_usage import check_budget, get_today_spending"]
)
def test_recording_needs_no_database(statement: str) -> None:
    """Producers never read the ledger; questions do when they are asked."""
    assert imported_by(statement).isdisjoint({"sqlite3", "otel_usage.ledger"})


def test_the_version_is_the_distributions() -> None:
    """One number, in two places."""
    from importlib.metadata import version  # noqa: PLC0415  # only here

    assert otel_usage.__version__ == version("otel-usage")
