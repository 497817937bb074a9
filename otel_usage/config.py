"""The one reader of the environment and of configuration files, into ``otel_usage.settings``.

``otel-usage.yaml`` in the home, or the file that ``OTEL_USAGE_CONFIG`` names, may set everything. A file of that
name found upward from the working directory may set attribution only: a cloned repository must not redirect
telemetry, change prices or loosen redaction. The environment stands over both. Unknown keys are refused.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import date  # noqa: TC003  # msgspec reads the annotation
from decimal import Decimal  # noqa: TC003  # msgspec reads the annotation
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct

from otel_usage.errors import ConfigError
from otel_usage.home import Home
from otel_usage.settings import Attribution, PriceOverride, PricingSettings, RedactionSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FILE_NAME", "default_home", "load", "without_files"]

FILE_NAME = "otel-usage.yaml"
_PREFIX = "OTEL_USAGE_"
_Shape = TypeVar("_Shape")
_TRUE = frozenset({"1", "true", "yes", "on"})
_UNKNOWN_FIELD = re.compile(
    r"Object contains unknown field `(?P<field>[^`]*)`(?: - at `\$\.?(?P<at>[^`]*)`)?"
)
_AT = re.compile(r"(?P<problem>.*?)(?: - at `\$\.?(?P<at>[^`]*)`)?$", re.DOTALL)


class _Attribution(Struct, forbid_unknown_fields=True):
    agent: str | None = None
    team: str | None = None
    project: str | None = None
    task_type: str | None = None
    tags: dict[str, str | int | float | bool] = {}


class _Override(Struct, forbid_unknown_fields=True, rename={"starts": "from"}):
    model: str
    provider: str | None = None
    like: str | None = None
    input: Decimal | None = None
    output: Decimal | None = None
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None
    multiplier: Decimal | None = None
    starts: date | None = None
    until: date | None = None


class _Pricing(Struct, forbid_unknown_fields=True):
    free_providers: list[str] | None = None
    overrides: list[_Override] = []


class _Redaction(Struct, forbid_unknown_fields=True):
    classes: str | list[str] = "default"


class _File(Struct, forbid_unknown_fields=True):
    """What a trusted file may hold."""

    zone: str | None = None
    attribution: _Attribution = msgspec.field(default_factory=_Attribution)
    pricing: _Pricing = msgspec.field(default_factory=_Pricing)
    redaction: _Redaction = msgspec.field(default_factory=_Redaction)


class _FoundFile(Struct, forbid_unknown_fields=True):
    """What a file found upward from the working directory may hold."""

    attribution: _Attribution = msgspec.field(default_factory=_Attribution)


def default_home(environ: Mapping[str, str] | None = None) -> Path:
    """``OTEL_USAGE_HOME``, else the platform's data directory for this user."""
    environ = os.environ if environ is None else environ  # noqa: TID251  # this is the one reader
    if given := environ.get(f"{_PREFIX}HOME"):
        return _expanded(given)
    import platformdirs  # noqa: PLC0415  # not needed where the home is given

    return platformdirs.user_data_path("otel-usage", appauthor=False)


def load(
    home: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Settings:
    """Read the configuration.

    Args:
        home: The data directory; None for ``default_home``.
        environ: The environment; the process's own by default.
        directory: The working directory.

    Raises:
        ConfigError: A file or variable holds something that cannot be used; it names the file and the key.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251  # this is the one reader
    place = Home(default_home(environ) if home is None else home)
    cache = _Cache(place.configuration_cache)
    named = environ.get(f"{_PREFIX}CONFIG")
    path = _expanded(named) if named else place.configuration
    exists = _is_file(path)
    if named and not exists:
        raise ConfigError("there is no such file", file=f"{_PREFIX}CONFIG={named}")
    file = _read(path, _File, cache) if exists else _File()
    found = _find_upward(directory, path)
    nearer = _read(found, _FoundFile, cache).attribution if found is not None else _Attribution()
    cache.save()
    pricing = PricingSettings(
        overrides=tuple(
            PriceOverride(**{name: getattr(override, name) for name in _Override.__struct_fields__})
            for override in file.pricing.overrides
        ),
        **(
            {}
            if file.pricing.free_providers is None
            else {"free_providers": tuple(file.pricing.free_providers)}
        ),
    )
    classes = file.redaction.classes
    return Settings(
        home=place.root,
        zone=environ.get(f"{_PREFIX}ZONE") or file.zone,
        attribution=_attribution(environ, nearer, file.attribution),
        pricing=pricing,
        redaction=RedactionSettings(classes=(classes,) if isinstance(classes, str) else tuple(classes)),
        disabled=_disabled(environ),
    )


def without_files(home: Path | None = None, *, environ: Mapping[str, str] | None = None) -> Settings:
    """The configuration without any file, for when one cannot be read and a call must be recorded all the same.

    Args:
        home: The data directory; None for ``default_home``.
        environ: The environment; what cannot be used of it is left out.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251  # this is the one reader
    usable = {name: value for name, value in environ.items() if name != f"{_PREFIX}TAGS"}
    return Settings(
        home=default_home(environ) if home is None else home,
        attribution=_attribution(usable),
        disabled=_disabled(environ),
    )


def _expanded(given: str) -> Path:
    """A path with ``~`` replaced; where that names nobody it stays, as in a shell."""
    return Path(os.path.expanduser(given))  # noqa: PTH111  # Path.expanduser raises where there is no such user


def _disabled(environ: Mapping[str, str]) -> bool:
    return environ.get(f"{_PREFIX}DISABLED", "").strip().lower() in _TRUE


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", file=str(path)) from error


def _attribution(environ: Mapping[str, str], *files: _Attribution) -> Attribution:
    """Each field from the first that has it: the environment, then the files as given."""
    values: dict[str, Any] = {}
    for name in ("agent", "team", "project", "task_type"):
        given = [environ.get(_PREFIX + name.upper()), *(getattr(file, name) for file in files)]
        values[name] = next((value for value in given if value), None)
    tags = {key: str(value) for file in reversed(files) for key, value in file.tags.items()}
    for pair in filter(None, environ.get(f"{_PREFIX}TAGS", "").split(",")):
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise ConfigError(f"{pair!r} is not of the form name=value", file=f"{_PREFIX}TAGS")
        tags[key.strip()] = value.strip()
    return Attribution(tags=MappingProxyType(tags), **values)


def _find_upward(directory: Path | None, trusted: Path) -> Path | None:
    """The nearest file of our name from a directory upward that is not the trusted one.

    A working directory that was removed, or lies where this user may not look, has none.
    """
    try:
        directory = Path.cwd() if directory is None else directory
        for folder in (directory, *directory.parents):
            candidate = folder / FILE_NAME
            if candidate.is_file():
                return None if candidate.resolve() == trusted.resolve() else candidate
    except OSError:
        return None
    return None


def _read(path: Path, shape: type[_Shape], cache: _Cache) -> _Shape:
    """Parse a file, or take what was parsed before, and check it."""
    kept = cache.get(path)
    data = _parse(path) if kept is None else kept
    try:
        found = msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        if unknown := _UNKNOWN_FIELD.match(str(error)):
            key = ".".join(filter(None, (unknown["at"], unknown["field"])))
            if shape is _FoundFile and not unknown["at"]:
                problem = "a file found in a working directory may only set attribution"
            else:
                problem = "there is no such key"
            raise ConfigError(problem, file=str(path), key=key) from error
        told = _AT.match(str(error))
        raise ConfigError(
            told["problem"] if told else str(error),
            file=str(path),
            key=(told["at"] or None) if told else None,
        ) from error
    if kept is None and _survives_json(data, found):
        cache.put(path, data)
    return found


def _survives_json(data: dict[str, Any], found: object) -> bool:
    """Whether a parsed file means the same when it comes back from JSON; infinity, for one, does not."""
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(data), type=type(found)) == found)
    except (TypeError, ValueError, msgspec.MsgspecError):
        return False


def _parse(path: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415  # a file that was parsed before needs no YAML reader

    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", file=str(path)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # ValueError: bytes that are no UTF-8, or a date such as 2026-02-30.
        raise ConfigError(f"is not valid YAML ({' '.join(str(error).split())})", file=str(path)) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError("must hold keys and values", file=str(path))
    return data


class _Cache:
    """Parsed files by path, size and time of change, kept as JSON in the home."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = False
        try:
            self._files: dict[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            self._files = {}

    def get(self, path: Path) -> dict[str, Any] | None:
        entry = self._files.get(str(path.resolve()))
        return entry["data"] if isinstance(entry, dict) and entry.get("state") == self._state(path) else None

    def put(self, path: Path, data: dict[str, Any]) -> None:
        self._files[str(path.resolve())] = {"state": self._state(path), "data": data}
        self._changed = True

    def save(self) -> None:
        """Write what is new; a home that cannot be written only costs the next command some time."""
        if not self._changed or not self._path.parent.is_dir():
            return
        partial = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            partial.write_bytes(msgspec.json.encode(self._files))
            partial.chmod(0o600)
            partial.replace(self._path)
        except (OSError, TypeError, ValueError):
            # ValueError: a path that is no UTF-8 has no place in JSON.
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    @staticmethod
    def _state(path: Path) -> list[int]:
        state = path.stat()
        return [state.st_mtime_ns, state.st_size]
