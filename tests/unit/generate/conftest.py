"""The generated files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from otel_usage.generate.files import generated_files

Dashboards = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """Path → text of every generated file."""
    return generated_files()


@pytest.fixture(scope="session")
def dashboards(files: dict[str, str]) -> Dashboards:
    """Path → JSON of every generated dashboard."""
    return {name: json.loads(text) for name, text in files.items() if name.startswith("dashboards/")}
