"""The key of the hashes that redaction leaves: one an installation, made when the first hash is needed."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from otel_usage.errors import ConfigError, HomeError
from otel_usage.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.settings import Settings

__all__ = ["hash_key"]

_VARIABLE: Final = "OTEL_USAGE_REDACTION_KEY"
_BYTES: Final = 32
_LEAST: Final = 16
"""Characters of a key; a shorter one could be tried out."""


def hash_key(settings: Settings, told: Callable[[str], None]) -> bytes | None:
    """The key that the environment gives, else the one in the home, which is made with mode 0600 where there is none.

    Args:
        settings: Whether anything is hashed, the environment's key, and the home.
        told: Is told in a sentence why there is no key: it cannot be made or read, is too short, or others can read it.

    Returns:
        None when nothing is hashed, and when there is no key: then values are masked.
    """
    if "hash" not in {settings.redaction.mode, *settings.redaction.modes.values()}:
        return None
    home = Home(settings.home)
    try:
        if settings.redaction_key:
            return _long(settings.redaction_key.strip().encode("utf-8", "surrogateescape"), _VARIABLE)
        return _long(_of_home(home), str(home.redaction_key))
    except ConfigError as error:
        told(f"{error}; values are masked and not hashed")
        return None


def _long(key: bytes, where: str) -> bytes:
    if len(key) < _LEAST:
        raise ConfigError(f"is no key, which has at least {_LEAST} characters", file=where)
    return key


def _of_home(home: Home) -> bytes:
    path = home.redaction_key
    try:
        if not path.exists():
            home.prepare()
            _make(path)
        with path.open("rb") as file:
            closed = not stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077
            key = file.read(4096).strip()
    except HomeError as error:
        raise ConfigError("cannot be made", file=str(path)) from error
    except OSError as error:
        raise ConfigError(f"cannot be read or made ({error.strerror})", file=str(path)) from error
    if not closed:
        raise ConfigError("can be read by others (chmod 600 it)", file=str(path))
    return key


def _make(path: Path) -> None:
    """Write a random key; of several processes that do so at once the first one's holds."""
    import secrets  # noqa: PLC0415  # only the first hash of an installation needs it

    partial = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_BYTES).encode())
        with suppress(FileExistsError):
            os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)
