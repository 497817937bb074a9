"""The one reader of the environment, which puts it together with the configuration files into ``otel_usage.settings``.

``otel-usage.yaml`` in the home, or the file that ``OTEL_USAGE_CONFIG`` names, may set everything. A file of that
name found upward from the working directory may set attribution only: a cloned repository must not redirect
telemetry, change prices or loosen redaction. The environment stands over both. Unknown keys are refused.

A found file that lies in another home (beside a ledger or a cache of parsed files) is that home's own trusted file:
it is neither refused nor read. In a folder that was never used as a home it cannot be told from a project's.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from otel_usage.config_files import (
    AttributionSection,
    FileCache,
    FoundFile,
    RedactionSection,
    TrustedFile,
    read_file,
)
from otel_usage.errors import ConfigError
from otel_usage.home import Home
from otel_usage.settings import Attribution, PriceOverride, PricingSettings, RedactionSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["FILE_NAME", "Usable", "default_home", "load", "load_usable"]

FILE_NAME = "otel-usage.yaml"
_PREFIX = "OTEL_USAGE_"
_TRUE = frozenset({"1", "true", "yes", "on"})
_Part = TypeVar("_Part")


class Usable(Struct, frozen=True):
    """What of a configuration can be used.

    Attributes:
        settings: The configuration without the parts that cannot be used.
        trusted: Whether the trusted file is in it, or there is none. Otherwise every class of redaction is on, and
            prices are not known.
    """

    settings: Settings
    trusted: bool


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
    sources = _Sources(home, environ, directory)
    settings = sources.settings(sources.trusted(), sources.found(), sources.tags())
    sources.cache.save()
    return settings


def load_usable(
    home: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
    told: Callable[[str], None],
) -> Usable:
    """Read what can be used of the configuration, for a call that must be recorded whatever it holds.

    A part that cannot be used is left out and harms no other: a found file never takes the trusted file with it.
    Without the trusted file nobody knows what it asked to be redacted, so everything is.

    Args:
        home: As for ``load``.
        environ: As for ``load``.
        directory: As for ``load``.
        told: Is told in a sentence of each part that is left out.
    """
    sources = _Sources(home, environ, directory)

    def attempt(read: Callable[[], _Part], consequence: str) -> _Part | None:
        try:
            return read()
        except ConfigError as error:
            told(f"{error}; {consequence}")
            return None

    trusted = attempt(
        sources.trusted, "calls are recorded without it, with every class of redaction, and priced later"
    )
    found = attempt(sources.found, "the file is left out")
    tags = attempt(sources.tags, "the variable is left out")
    sources.cache.save()
    return Usable(
        sources.settings(
            TrustedFile(redaction=RedactionSection(classes="all")) if trusted is None else trusted,
            AttributionSection() if found is None else found,
            tags or {},
        ),
        trusted is not None,
    )


class _Sources:
    """Where a configuration comes from; each part is read by itself and raises ``ConfigError`` for itself."""

    def __init__(self, home: Path | None, environ: Mapping[str, str] | None, directory: Path | None) -> None:
        self._environ = environ = os.environ if environ is None else environ  # noqa: TID251  # this is the one reader
        self._directory = directory
        self._home = Home(default_home(environ) if home is None else home)
        self._named = environ.get(f"{_PREFIX}CONFIG")
        self._path = _expanded(self._named) if self._named else self._home.configuration
        self.cache = FileCache(self._home.configuration_cache)

    def trusted(self) -> TrustedFile:
        """The home's own file, or the one that the variable names."""
        if _is_file(self._path):
            return read_file(self._path, TrustedFile, self.cache)
        if self._named:
            raise ConfigError("there is no such file", file=f"{_PREFIX}CONFIG={self._named}")
        return TrustedFile()

    def found(self) -> AttributionSection:
        """What the file found upward from the working directory sets."""
        path = _find_upward(self._directory, self._path)
        return AttributionSection() if path is None else read_file(path, FoundFile, self.cache).attribution

    def tags(self) -> dict[str, str]:
        """The variable of names and values; what stands in it is not echoed, it may be a secret."""
        tags: dict[str, str] = {}
        pairs = self._environ.get(f"{_PREFIX}TAGS", "").split(",")
        for number, pair in enumerate(pairs, start=1):
            name, equals, value = pair.partition("=")
            if pair and (not equals or not name.strip()):
                raise ConfigError(f"entry {number} is not of the form name=value", file=f"{_PREFIX}TAGS")
            if pair:
                tags[name.strip()] = value.strip()
        return tags

    def settings(self, trusted: TrustedFile, found: AttributionSection, tags: Mapping[str, str]) -> Settings:
        """The parts, put together."""
        environ, classes = self._environ, trusted.redaction.classes
        return Settings(
            home=self._home.root,
            zone=environ.get(f"{_PREFIX}ZONE") or trusted.zone,
            attribution=_attribution(environ, tags, found, trusted.attribution),
            pricing=_pricing(trusted),
            redaction=RedactionSettings(classes=(classes,) if isinstance(classes, str) else tuple(classes)),
            disabled=environ.get(f"{_PREFIX}DISABLED", "").strip().lower() in _TRUE,
        )


def _expanded(given: str) -> Path:
    """A path with ``~`` replaced; where that names nobody it stays, as in a shell."""
    return Path(os.path.expanduser(given))  # noqa: PTH111  # Path.expanduser raises where there is no such user


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise ConfigError(f"cannot be read ({error.strerror})", file=str(path)) from error


def _attribution(
    environ: Mapping[str, str], given_tags: Mapping[str, str], *files: AttributionSection
) -> Attribution:
    """Each field from the first that has it: the environment, then the files as given."""
    values: dict[str, Any] = {}
    for name in ("agent", "team", "project", "task_type"):
        given = [environ.get(_PREFIX + name.upper()), *(getattr(file, name) for file in files)]
        values[name] = next((value for value in given if value), None)
    tags = {key: str(value) for file in reversed(files) for key, value in file.tags.items()}
    return Attribution(tags=MappingProxyType({**tags, **given_tags}), **values)


def _pricing(file: TrustedFile) -> PricingSettings:
    overrides = tuple(
        PriceOverride(**{name: getattr(override, name) for name in override.__struct_fields__})
        for override in file.pricing.overrides
    )
    if file.pricing.free_providers is None:
        return PricingSettings(overrides=overrides)
    return PricingSettings(overrides=overrides, free_providers=tuple(file.pricing.free_providers))


def _find_upward(directory: Path | None, trusted: Path) -> Path | None:
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
