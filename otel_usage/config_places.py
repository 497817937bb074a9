"""Where configuration files lie: the data directory's own, and one found upward from the working directory."""

from __future__ import annotations

import os
from pathlib import Path

from otel_usage.errors import ConfigError
from otel_usage.home import Home

__all__ = ["FILE_NAME", "expanded", "find_upward", "is_file"]

FILE_NAME = "otel-usage.yaml"


def expanded(given: str) -> Path:
    """A path with ``~`` replaced; where that names nobody it stays, as in a shell."""
    return Path(os.path.expanduser(given))  # noqa: PTH111  # Path.expanduser raises where there is no such user


def is_file(path: Path) -> bool:
    """Whether there is a file.

    Raises:
        ConfigError: That cannot be found out.
    """
    try:
        return path.is_file()
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", file=str(path)) from error


def find_upward(directory: Path | None, trusted: Path) -> Path | None:
    """The nearest file of our name from a directory upward, None when that is the trusted one or another home's.

    A working directory that was removed, or lies where this user may not look, has none.
    """
    try:
        directory = Path.cwd() if directory is None else directory
        for folder in (directory, *directory.parents):
            candidate = folder / FILE_NAME
            if candidate.is_file():
                return None if _same(candidate, trusted) or _is_home(folder) else candidate
    except OSError:
        return None
    return None


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        # The other is not there, or a link to itself.
        return False


def _is_home(folder: Path) -> bool:
    """Whether a folder was used as a data directory: reading its configuration and reporting leave their marks."""
    home = Home(folder)
    return home.configuration_cache.exists() or home.database.exists()
