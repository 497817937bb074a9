"""Fixtures for the whole suite."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@pytest.fixture(scope="session")
def seeded() -> ModuleType:
    """The builder of plausible calls, ``tests/data/seeded.py``."""
    return import_module("tests.data.seeded")


@pytest.fixture(scope="session")
def published_prices() -> ModuleType:
    """The builder of published price data, ``tests/data/published.py``."""
    return import_module("tests.data.published")


@pytest.fixture(scope="session")
def unavailable() -> Callable[[str], None]:
    """Skips for a named reason what a machine cannot do; where everything is required, that is a failure."""

    def leave(reason: str) -> None:
        required = os.environ.get("REQUIRE_SERVERS")
        (pytest.fail if required else pytest.skip)(reason)

    return leave


@pytest.fixture(scope="session")
def program(unavailable: Callable[[str], None]) -> Callable[[str], str]:
    """Finds a program from Debian's packages; a missing one is a named skip, and a failure where it is required."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            unavailable(f"{name} is not installed: run 'make servers' as root")
        return str(found)

    return find
