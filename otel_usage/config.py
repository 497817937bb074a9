"""The one reader of the environment, which puts it together with the configuration files into ``otel_usage.settings``.

``otel-usage.yaml`` in the home, or the file that ``OTEL_USAGE_CONFIG`` names, may set everything. A file of that
name found upward from the working directory may set attribution only: a cloned repository must not redirect
telemetry, change prices or loosen redaction. The environment stands over both. Unknown keys are refused.

A found file that lies in another home (beside a ledger or a cache of parsed files) is that home's own trusted file:
it is neither refused nor read. In a folder that was never used as a home it cannot be told from a project's.
"""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from otel_usage.config_files import FileCache, read_file
from otel_usage.config_otel import content_wanted, destination, unknown
from otel_usage.config_places import expanded, find_upward, is_file
from otel_usage.config_sections import (
    AttributionSection,
    FoundFile,
    RedactionSection,
    ShortBudgets,
    TrustedFile,
)
from otel_usage.errors import ConfigError
from otel_usage.home import Home
from otel_usage.settings import (
    DEFAULT_BUDGETS,
    Attribution,
    BudgetSettings,
    ContentSettings,
    Secret,
    Settings,
    TelemetrySettings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["MAX_PORT", "Usable", "colour_wanted", "default_home", "load", "load_usable"]

_PREFIX = "OTEL_USAGE_"
MAX_PORT = 65_535
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
        return expanded(given)
    import platformdirs  # noqa: PLC0415  # not needed where the home is given

    return platformdirs.user_data_path("otel-usage", appauthor=False)


def colour_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """Whether a terminal may be written to in colour: NO_COLOR (https://no-color.org) says no, and so does a dumb one."""
    environ = os.environ if environ is None else environ  # noqa: TID251  # this is the one reader
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


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
    trusted = sources.trusted()
    settings = sources.settings(trusted, sources.found(), sources.tags(), sources.telemetry(trusted))
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
    telemetry = attempt(lambda: sources.telemetry(trusted or TrustedFile()), "nothing is exported")
    sources.cache.save()
    return Usable(
        sources.settings(
            TrustedFile(redaction=RedactionSection(classes="all")) if trusted is None else trusted,
            AttributionSection() if found is None else found,
            tags or {},
            telemetry or TelemetrySettings(),
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
        self._path = expanded(self._named) if self._named else self._home.configuration
        self.cache = FileCache(self._home.configuration_cache)

    def trusted(self) -> TrustedFile:
        """The home's own file, or the one that the variable names."""
        if is_file(self._path):
            file = read_file(self._path, TrustedFile, self.cache)
            names = [budget.name for budget in _budgets(file)]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise ConfigError(f"two are called {twice!r}", file=str(self._path), key="budgets")
            if file.pricing.preset is not None:
                self._check_preset(file.pricing.preset)
            return file
        if self._named:
            raise ConfigError("there is no such file", file=f"{_PREFIX}CONFIG={self._named}")
        return TrustedFile()

    def _check_preset(self, name: str) -> None:
        from otel_usage.pricing.presets import PRESETS  # noqa: PLC0415  # most people have none

        if name not in PRESETS:
            known = " and ".join(PRESETS)
            raise ConfigError(
                f"{name!r} is none: there are {known}", file=str(self._path), key="pricing.preset"
            )

    def found(self) -> AttributionSection:
        """What the file found upward from the working directory sets."""
        path = find_upward(self._directory, self._path)
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

    def settings(
        self,
        trusted: TrustedFile,
        found: AttributionSection,
        tags: Mapping[str, str],
        telemetry: TelemetrySettings,
    ) -> Settings:
        """The parts, put together."""
        environ = self._environ
        return Settings(
            home=self._home.root,
            zone=environ.get(f"{_PREFIX}ZONE") or trusted.zone,
            attribution=_attribution(environ, tags, found, trusted.attribution),
            pricing=trusted.pricing,
            redaction=trusted.redaction.settings,
            redaction_key=Secret(environ.get(f"{_PREFIX}REDACTION_KEY", "")),
            content=_content(trusted.content.settings, content_wanted(environ)),
            budgets=_budgets(trusted),
            telemetry=telemetry,
            disabled=environ.get(f"{_PREFIX}DISABLED", "").strip().lower() in _TRUE,
        )

    def telemetry(self, trusted: TrustedFile) -> TelemetrySettings:
        """Where spans and metrics go; without an exporter the console is for development."""
        environ = self._environ
        console = environ.get(f"{_PREFIX}CONSOLE", "").strip().lower()
        port = environ.get(f"{_PREFIX}PROMETHEUS_PORT", "").strip()
        if port and not (port.isascii() and port.isdecimal() and int(port) <= MAX_PORT):
            raise ConfigError("is no port", file=f"{_PREFIX}PROMETHEUS_PORT")
        wanted = console in _TRUE if console else trusted.telemetry.console
        return TelemetrySettings(
            traces=destination(environ, "TRACES") or ("console" if wanted else None),
            metrics=destination(environ, "METRICS"),
            unknown=unknown(environ),
            prometheus_port=int(port) if port else trusted.telemetry.prometheus_port,
        )


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


def _content(settings: ContentSettings, asked: tuple[bool, bool] | None) -> ContentSettings:
    """OpenTelemetry's variable stands over the file in what goes out; it says nothing of what is kept in files."""
    if asked is None:
        return settings
    attributes, events = asked
    return replace(settings, attributes=attributes, events=events, exported=True)


def _budgets(file: TrustedFile) -> tuple[BudgetSettings, ...]:
    """The limits that a file sets in place of the defaults, in either form."""
    given = file.budgets
    if given is None:
        return DEFAULT_BUDGETS
    return given.settings if isinstance(given, ShortBudgets) else tuple(budget.settings for budget in given)
