"""The environment and the configuration files, into settings."""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from otel_usage import config, config_files
from otel_usage.config_places import FILE_NAME
from otel_usage.errors import ConfigError, PriceDataError
from otel_usage.pricing.book import PriceBook
from otel_usage.settings import (
    DEFAULT_BUDGETS,
    Attribution,
    BudgetSettings,
    PriceOverride,
    PricingSettings,
    RedactionPattern,
    RedactionSettings,
    Settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Load = Callable[..., Settings]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty data directory."""
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty working directory."""
    path = tmp_path / "project"
    path.mkdir()
    return path


@pytest.fixture
def load(home: Path, project: Path) -> Load:
    """Loads with this home and working directory, in an environment that is empty but for the arguments."""

    def read(*, text: str | bytes | None = None, found: str | None = None, **environ: str) -> Settings:
        if text is not None:
            (home / FILE_NAME).write_bytes(text.encode() if isinstance(text, str) else text)
        if found is not None:
            (project / FILE_NAME).write_text(found)
        return config.load(home, environ=environ, directory=project)

    return read


def refused(load: Load, **arguments: str | bytes) -> ConfigError:
    """The error of loading, which must be the same when the file is read again."""
    with pytest.raises(ConfigError) as first:
        load(**arguments)
    with pytest.raises(ConfigError) as second:
        load(**arguments)
    assert str(first.value) == str(second.value)
    assert "\n" not in str(first.value)
    return first.value


def test_without_files_and_variables_everything_is_its_default(home: Path, load: Load) -> None:
    """Nothing has to be set up."""
    assert load() == Settings(home=home)


def test_the_home_is_where_the_variable_points(tmp_path: Path) -> None:
    """``~`` is the user's own."""
    assert config.default_home({"OTEL_USAGE_HOME": str(tmp_path)}) == tmp_path
    assert config.default_home({"OTEL_USAGE_HOME": "~/usage"}) == Path.home() / "usage"


def test_a_user_that_does_not_exist_is_no_error() -> None:
    """As in a shell, the name stays as it is."""
    assert config.default_home({"OTEL_USAGE_HOME": "~no-such-user/usage"}) == Path("~no-such-user/usage")


def test_the_home_is_the_platforms_data_directory_otherwise() -> None:
    """An empty variable is not given."""
    assert config.default_home({}) == config.default_home({"OTEL_USAGE_HOME": ""})
    assert config.default_home({}).name == "otel-usage"


def test_every_key_of_the_file_arrives(load: Load, home: Path) -> None:
    """Rates are decimals and days are dates, from the file and from what was kept of it."""
    text = """
zone: Asia/Kathmandu
attribution: {agent: marcus, team: core, project: site, task_type: build, tags: {env: dev, shard: 3, on: true}}
pricing:
  preset: agents-2026
  free_providers: [lmstudio]
  free_hosts: [localhost, "*.lan"]
  trusted_providers: [openrouter]
  overrides:
    - {provider: azure, model: my-gpt, like: openai/gpt-4o, multiplier: 0.9}
    - {model: house, input: 1.10, output: 6, cache_read: 0.15, cache_write: 2, cache_write_1h: 3.3,
       reasoning: 7, input_audio: 8, input_image: 9, output_audio: 10, output_image: 11, web_search: 0.01,
       per_request: 0.002, from: 2026-01-01, until: 2026-02-28}
    - {service: serpapi, endpoint: /search, per_request: 0.005}
redaction: {classes: [email, jwt]}
budgets: [{name: team, period: day, limit_usd: 2.5}, {name: all, period: month, limit_usd: 100}]
"""
    expected = Settings(
        home=home,
        zone="Asia/Kathmandu",
        attribution=Attribution(
            agent="marcus",
            team="core",
            project="site",
            task_type="build",
            tags={"env": "dev", "shard": "3", "True": "True"},
        ),
        pricing=PricingSettings(
            preset="agents-2026",
            free_providers=("lmstudio",),
            free_hosts=("localhost", "*.lan"),
            trusted_providers=("openrouter",),
            overrides=(
                PriceOverride(
                    provider="azure", model="my-gpt", like="openai/gpt-4o", multiplier=Decimal("0.9")
                ),
                PriceOverride(
                    model="house",
                    input=Decimal("1.1"),
                    output=Decimal(6),
                    cache_read=Decimal("0.15"),
                    cache_write=Decimal(2),
                    cache_write_1h=Decimal("3.3"),
                    reasoning=Decimal(7),
                    input_audio=Decimal(8),
                    input_image=Decimal(9),
                    output_audio=Decimal(10),
                    output_image=Decimal(11),
                    web_search=Decimal("0.01"),
                    per_request=Decimal("0.002"),
                    starts=date(2026, 1, 1),
                    until=date(2026, 2, 28),
                ),
                PriceOverride(service="serpapi", endpoint="/search", per_request=Decimal("0.005")),
            ),
        ),
        redaction=RedactionSettings(classes=("email", "jwt")),
        budgets=(
            BudgetSettings(name="team", period="day", limit=Decimal("2.5")),
            BudgetSettings(name="all", period="month", limit=Decimal(100)),
        ),
    )
    text = text.replace("on: true", '"True": true')
    assert load(text=text) == expected
    assert (home / "config.cache.json").is_file()
    assert load() == expected


def test_a_file_that_was_parsed_needs_no_yaml_reader(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short commands start without it."""
    load(text="attribution: {agent: marcus}")
    monkeypatch.setattr(config_files, "_parse", lambda _: pytest.fail("the file was parsed again"))
    assert load().attribution.agent == "marcus"


def test_a_changed_file_is_read_anew(load: Load, home: Path) -> None:
    """Even when its size stays the same."""
    load(text="attribution: {agent: one}")
    (home / FILE_NAME).write_text("attribution: {agent: two}")
    os.utime(home / FILE_NAME, ns=(1, 1))
    assert load().attribution.agent == "two"


@pytest.mark.parametrize("kept", [b"", b"{", b"[]", b'{"x": 1}', b"\xff", b"null"])
def test_a_spoilt_cache_is_no_error(load: Load, home: Path, kept: bytes) -> None:
    """It is made again."""
    (home / "config.cache.json").write_bytes(kept)
    assert load(text="zone: UTC").zone == "UTC"


def test_what_is_kept_of_a_file_is_private(load: Load, home: Path) -> None:
    """Mode 0600; it holds prices and names of projects."""
    before = os.umask(0)
    try:
        load(text="zone: UTC")
    finally:
        os.umask(before)
    assert (home / "config.cache.json").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in home.iterdir()} == {FILE_NAME, "config.cache.json"}


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan"])
def test_a_rate_that_is_no_number_is_refused_each_time(load: Load, value: str) -> None:
    """JSON has no infinity: kept as null, the model would get its usual price at the second look."""
    text = f"pricing: {{overrides: [{{model: gpt-4o, input: {value}, output: 1}}]}}"
    for _ in range(2):
        settings = load(text=text)
        with pytest.raises(PriceDataError, match="input is"):
            PriceBook(settings.pricing)


@pytest.mark.parametrize(
    "text", ["[{input: 1}]", "[{model: a}]", "[{model: a, input: 1}, {model: a, input: 2}]", "[{service: a}]"]
)
def test_overrides_that_make_no_sense_are_refused_by_the_book(load: Load, text: str) -> None:
    """The rest of the file, what is to be redacted above all, stays in force for calls that are priced later."""
    settings = load(text=f"redaction: {{classes: [email]}}\npricing: {{overrides: {text}}}")
    assert settings.redaction.classes == ("email",)
    with pytest.raises(PriceDataError, match=r"^pricing\.overrides: "):
        PriceBook(settings.pricing)


def test_an_unknown_preset_is_refused_with_the_known_ones(load: Load, home: Path) -> None:
    """By file and key."""
    error = refused(load, text="pricing: {preset: legacy}")
    problem = "'legacy' is none: there are legacy-2025 and agents-2026"
    assert str(error) == f"{home / FILE_NAME}: pricing.preset: {problem}"
    assert load(text="pricing: {preset: null}").pricing == PricingSettings()


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}"])
def test_an_empty_file_sets_nothing(load: Load, home: Path, text: str) -> None:
    """The commented file that ``init`` writes is one."""
    assert load(text=text) == Settings(home=home)


def test_the_example_is_valid_and_each_of_its_commented_sections_too(load: Load, home: Path) -> None:
    """What ``init`` writes can be used by taking the comment signs away."""
    from importlib.resources import files  # noqa: PLC0415  # only here

    example = files("otel_usage").joinpath("otel-usage.example.yaml").read_text(encoding="utf-8")
    assert load(text=example) == Settings(home=home)
    body = example.split("\n\n", 1)[1]
    shown = "\n".join(
        line if line.startswith("# ") and line[2].isupper() else line.removeprefix("# ")
        for line in body.splitlines()
    )
    settings = load(text=shown)
    assert settings.zone == "Europe/Berlin"
    assert settings.attribution.agent == "marcus"
    assert settings.pricing.free_providers == PricingSettings().free_providers
    assert settings.pricing.trusted_providers == PricingSettings().trusted_providers
    assert settings.pricing.free_hosts == ("localhost", "*.lan")
    assert settings.pricing.preset == "legacy-2025"
    assert [override.model or override.service for override in settings.pricing.overrides] == [
        "my-gpt",
        "house-model",
        "serpapi",
    ]
    assert settings.redaction == RedactionSettings(
        patterns=(RedactionPattern(name="ticket", pattern="ACME-[0-9]{4,8}"),)
    )
    agents = BudgetSettings(name="agents", scope="agent", period="week", limit=Decimal(20))
    assert settings.budgets == (*DEFAULT_BUDGETS, agents)
    PriceBook(settings.pricing)


@pytest.mark.parametrize(
    ("text", "mode", "modes"),
    [
        ("{}", "mask", {}),
        ("{mode: hash}", "hash", {}),
        ("{mode: off}", "off", {}),
        (
            "{mode: {email: hash, money: off, jwt: 'off'}}",
            "mask",
            {"email": "hash", "money": "off", "jwt": "off"},
        ),
    ],
)
def test_redaction_has_one_mode_or_one_by_class(
    load: Load, text: str, mode: str, modes: dict[str, str]
) -> None:
    """YAML reads ``off`` as false, which means the same."""
    redaction = load(text=f"redaction: {text}").redaction
    assert (redaction.mode, dict(redaction.modes)) == (mode, modes)


@pytest.mark.parametrize(
    "mode", ["on", "5", "[]", "null", "{email: true}", "{email: }", "{5: hash}", "{email: [hash]}"]
)
def test_what_is_no_mode_of_redaction_is_refused_in_a_sentence(load: Load, mode: str) -> None:
    """With the file and what there is."""
    told = str(refused(load, text=f"redaction: {{mode: {mode}}}"))
    assert told.endswith(
        "redaction: mode must be mask, hash, drop or off, or one of these by class: {email: hash}"
    )


def test_the_key_of_redaction_is_not_shown(load: Load) -> None:
    """Whoever prints the settings does not print the key."""
    key = "a key of the environment"
    settings = load(OTEL_USAGE_REDACTION_KEY=key)
    assert settings.redaction_key == key
    assert key not in repr(settings)


PLAIN = "name: a, period: day, limit_usd: 1"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("{daily_usd: 10, monthly_usd: 150}", {("daily", "day"): 10, ("monthly", "month"): 150}),
        ("{monthly_usd: 99.5}", {("monthly", "month"): Decimal("99.5")}),
        ("[{name: tiny, period: day, limit_usd: 0.000000001}]", {("tiny", "day"): Decimal("1e-9")}),
        ("[]", {}),
        ("{}", {}),
        ("null", {("daily", "day"): 10, ("monthly", "month"): 150}),
    ],
)
def test_budgets_have_a_long_and_a_short_form(
    load: Load, text: str, limits: dict[tuple[str, str], Decimal]
) -> None:
    """What is given replaces both defaults."""
    for settings in (load(text=f"budgets: {text}"), load()):
        assert {(budget.name, budget.period): budget.limit for budget in settings.budgets} == limits


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("[{name: a, period: year, limit_usd: 1}]", "budgets[0]", "period must be day, week or month"),
        ("[{name: a, period: [], limit_usd: 1}]", "budgets[0]", "period must be day, week or month"),
        (f"[{{{PLAIN}, unpriced: stop}}]", "budgets[0]", "unpriced must be ignore, estimate or block"),
        (f"[{{{PLAIN}, unpriced: off}}]", "budgets[0]", "unpriced must be ignore, estimate or block"),
        ("[{name: a, period: day}]", "budgets[0]", "Object missing required field `limit_usd`"),
        ("[{name: ' ', period: day, limit_usd: 1}]", "budgets[0]", "name is empty"),
        ("[{name: a, period: day, limit_usd: 1, colour: red}]", "budgets[0].colour", "there is no such key"),
        ("[{name: a, period: day, limit_usd: much}]", "budgets[0].limit_usd", "is not a number"),
        ("{weekly_usd: 5}", "budgets.weekly_usd", "there is no such key (did you mean 'daily_usd'?)"),
        ("10", "budgets", "must be keys with values or a list, such as [a, b]"),
        (
            "[{name: a, period: day, limit_usd: 1}, {name: a, period: month, limit_usd: 1}]",
            "budgets",
            "two are called 'a'",
        ),
    ],
)
def test_a_budget_that_cannot_be_used_is_refused_by_file_and_key(
    load: Load, home: Path, text: str, key: str, problem: str
) -> None:
    """A limit that silently did nothing would be found out too late."""
    error = refused(load, text=f"budgets: {text}")
    assert str(error) == f"{home / FILE_NAME}: {key}: {problem}"


@pytest.mark.parametrize(
    ("written", "scope", "subject"),
    [
        ("global", "global", None),
        ("agent", "agent", None),
        ("agent:marcus", "agent", "marcus"),
        ("team:core", "team", "core"),
        ("project: the site ", "project", "the site"),
        ("provider:openai", "provider", "openai"),
        ("model:gpt-4*", "model", "gpt-4*"),
        ("model", "model", None),
        ("task_type:build", "task_type", "build"),
        ("task-type:build", "task_type", "build"),
        ("task-type", "task_type", None),
        ("tag:env", "tag:env", None),
        ("tag:env=prod", "tag:env", "prod"),
        ("tag:a:b=c=d", "tag:a:b", "c=d"),
        ("agent:half \\ud83e pair", "agent", "half ? pair"),
    ],
)
def test_a_scope_says_whose_spending_counts(
    load: Load, written: str, scope: str, subject: str | None
) -> None:
    """One subject, or each for itself; the second time it comes from the cache of parsed files."""
    expected = BudgetSettings(name="a", scope=scope, subject=subject, period="day", limit=Decimal(1))
    text = f'budgets: [{{{PLAIN}, scope: "{written}"}}]'
    assert load(text=text).budgets == load().budgets == (expected,)


SCOPES = "global, agent, team, project, provider, model, task_type"


@pytest.mark.parametrize(
    ("scope", "problem"),
    [
        ("''", f"scope must be one of {SCOPES}, or tag:NAME, alone or with the name of one: agent:marcus"),
        (
            "agnt:marcus",
            f"scope must be one of {SCOPES}, or tag:NAME, alone or with the name of one: agent:marcus",
        ),
        ("job:1", f"scope must be one of {SCOPES}, or tag:NAME, alone or with the name of one: agent:marcus"),
        ("global:x", "scope global is everybody's and takes no name"),
        ("'global:'", "scope global is everybody's and takes no name"),
        ("'agent:'", "scope agent has an empty name; without a name each has the limit for itself"),
        ("'agent: '", "scope agent has an empty name; without a name each has the limit for itself"),
        ("agent:mar*", "scope agent takes no *; without a name each has the limit for itself"),
        ("tag:env=*", "scope tag:env takes no *; without a name each has the limit for itself"),
        ("tag:env=", "scope tag:env has an empty name; without a name each has the limit for itself"),
        ("tag", "scope tag needs the tag's name: tag:env=prod, or tag:env for each value"),
        ("'tag:'", "scope tag needs the tag's name: tag:env=prod, or tag:env for each value"),
        ("tag:=prod", "scope tag needs the tag's name: tag:env=prod, or tag:env for each value"),
    ],
)
def test_a_scope_that_is_none_is_refused(load: Load, scope: str, problem: str) -> None:
    """A budget that nobody's calls count for would never be reached."""
    error = refused(load, text=f"budgets: [{{{PLAIN}, scope: {scope}}}]")
    assert str(error).endswith(f": budgets[0]: {problem}")


@pytest.mark.parametrize(
    ("written", "thresholds"), [("[0.25, 1, 2.5]", (0.25, 1.0, 2.5)), ("[]", ()), ("[10]", (10,))]
)
def test_thresholds_are_the_budgets_own(load: Load, written: str, thresholds: tuple[float, ...]) -> None:
    """Whole numbers are parts too; none at all are allowed."""
    (budget,) = load(text=f"budgets: [{{{PLAIN}, thresholds: {written}, unpriced: block}}]").budgets
    assert (budget.thresholds, budget.unpriced) == (thresholds, "block")


@pytest.mark.parametrize(
    ("thresholds", "problem"),
    [
        ("[0.8, 0.5]", "thresholds must ascend, such as [0.5, 0.8, 1.0]"),
        ("[0.8, 0.8]", "thresholds must ascend, such as [0.5, 0.8, 1.0]"),
        ("[0, 1]", "thresholds must be parts of the limit, such as 0.8, up to 10"),
        ("[-1]", "thresholds must be parts of the limit, such as 0.8, up to 10"),
        ("[.nan]", "thresholds must be parts of the limit, such as 0.8, up to 10"),
        ("[.inf]", "thresholds must be parts of the limit, such as 0.8, up to 10"),
        ("[50, 80, 100]", "thresholds must be parts of the limit, such as 0.8, up to 10"),
    ],
)
def test_thresholds_that_are_none_are_refused(load: Load, thresholds: str, problem: str) -> None:
    """80 was meant as 0.8."""
    error = refused(load, text=f"budgets: [{{{PLAIN}, thresholds: {thresholds}}}]")
    assert str(error).endswith(f": budgets[0]: {problem}")


@pytest.mark.parametrize("limit", ["0", "-5", ".nan", ".inf", "-.inf", "1e-10", "'1e999999'", "1.0e+10"])
def test_a_limit_that_is_none_is_refused(load: Load, limit: str) -> None:
    """Spending is divided by it."""
    problem = "must be more than 0 USD and at most 1,000,000,000"
    error = refused(load, text=f"budgets: [{{name: a, period: day, limit_usd: {limit}}}]")
    assert str(error).endswith(f": budgets[0]: limit_usd {problem}")
    error = refused(load, text=f"budgets: {{monthly_usd: {limit}}}")
    assert str(error).endswith(f": budgets: monthly_usd {problem}")


def test_a_project_cannot_raise_a_budget(load: Load) -> None:
    """Only the trusted file says what may be spent."""
    error = refused(load, found="budgets: {daily_usd: 1000}")
    assert error.key == "budgets"
    assert "may only set attribution" in str(error)


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ("metrics: {tags: [env]}", "metrics", None),
        ("Zone: UTC", "Zone", "zone"),
        ("attribution: {agnt: marcus}", "attribution.agnt", "agent"),
        ("pricing: {override: []}", "pricing.override", "overrides"),
        (
            "pricing: {overrides: [{model: a, input: 1}, {model: b, inputs: 3}]}",
            "pricing.overrides[1].inputs",
            "input",
        ),
        ("pricing: {overrides: [{model: a, starts: 2026-01-01}]}", "pricing.overrides[0].starts", None),
        ("redaction: {class: all}", "redaction.class", "classes"),
        ("budgets: [{nmae: a}]", "budgets[0].nmae", "name"),
    ],
)
def test_an_unknown_key_is_refused_by_file_and_key(
    load: Load, home: Path, text: str, key: str, near: str | None
) -> None:
    """A misspelt key must not be silently without effect; the known key that is most like it is named."""
    error = refused(load, text=text)
    hint = "" if near is None else f" (did you mean {near!r}?)"
    assert str(error) == f"{home / FILE_NAME}: {key}: there is no such key{hint}"
    assert (error.file, error.key) == (str(home / FILE_NAME), key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("zone: 5", "zone"),
        ("attribution: null", "attribution"),
        ("attribution: {agent: [a]}", "attribution.agent"),
        ("pricing: {overrides: [{model: 5, input: 1}]}", "pricing.overrides[0].model"),
        ("pricing: {overrides: {model: a}}", "pricing.overrides"),
        ("pricing: {free_hosts: localhost}", "pricing.free_hosts"),
        ("pricing: {trusted_providers: [1]}", "pricing.trusted_providers[0]"),
        ("pricing: {preset: [legacy-2025]}", "pricing.preset"),
        ("pricing: {preset: legacy}", "pricing.preset"),
        ("pricing: {overrides: [{model: a, input: cheap}]}", "pricing.overrides[0].input"),
        ("pricing: {overrides: [{model: a, from: tomorrow}]}", "pricing.overrides[0].from"),
        ("redaction: {classes: off}", "redaction.classes"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_file_and_key(load: Load, text: str, key: str) -> None:
    """The sentence says what was expected."""
    error = refused(load, text=text)
    assert error.key == key
    assert error.file.endswith(FILE_NAME)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a list", "must hold keys and values"),
        ("just words", "must hold keys and values"),
        ("a: [", "is not valid YAML"),
        ("a: b: c", "is not valid YAML"),
        ("\tzone: UTC", "is not valid YAML"),
        ("x: !!python/object:os.system {}", "is not valid YAML"),
        ("from: 2026-02-30", "is not valid YAML (day is out of range for month)"),
        ("x: " + "[" * 1000, "is not valid YAML"),
        (b"zone: \xff\xfe", "is not valid YAML"),
        (b"zone: \x00", "is not valid YAML"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_file_that_cannot_be_parsed_is_refused_by_its_name(
    load: Load, home: Path, text: str | bytes, problem: str
) -> None:
    """Also where the YAML reader raises something of its own: a nested file must not end an agent."""
    error = refused(load, text=text)
    assert str(error).startswith(f"{home / FILE_NAME}: {problem}")


def test_a_file_that_cannot_be_parsed_is_not_shown(load: Load) -> None:
    """The line is told and what is wrong, not what stands there."""
    told = str(refused(load, text="zone: UTC\nattribution: [agent, k7Qx9Rt2LmW\n"))
    assert "is not valid YAML (line 3: expected ',' or ']'" in told
    assert "k7Qx9" not in told


def test_a_file_of_aliases_does_not_grow(load: Load) -> None:
    """Nine levels of nine aliases are 400 million values when they are written out."""
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 10)]
    error = refused(load, text="\n".join(["a0: &a0 [lol]", *levels]))
    assert error.key == "a0"


def test_a_directory_in_the_place_of_the_file_is_not_a_file(load: Load, home: Path) -> None:
    """There is no configuration then."""
    (home / FILE_NAME).mkdir()
    assert load() == Settings(home=home)


def test_a_variable_names_another_file(load: Load, tmp_path: Path) -> None:
    """It is trusted as the home's own, which is then not read."""
    other = tmp_path / "other.yaml"
    other.write_text("zone: Asia/Tokyo")
    assert load(text="zone: UTC", OTEL_USAGE_CONFIG=str(other)).zone == "Asia/Tokyo"


@pytest.mark.parametrize("named", ["/no/such/file.yaml", "~no-such-user/x.yaml"])
def test_a_named_file_that_is_not_there_is_refused(load: Load, named: str) -> None:
    """Silence would mean other prices and other redaction than was asked for."""
    error = refused(load, OTEL_USAGE_CONFIG=named)
    assert str(error) == f"OTEL_USAGE_CONFIG={named}: there is no such file"


def test_a_file_that_cannot_be_looked_at_is_refused(load: Load) -> None:
    """Whatever the system says of a path."""
    assert "cannot be read (File name too long)" in str(refused(load, OTEL_USAGE_CONFIG="x" * 5000))


def test_a_file_found_upward_sets_attribution(load: Load, home: Path, project: Path) -> None:
    """From the working directory or any above it, the nearest one; over the home's own."""
    load(
        text="attribution: {agent: home, team: core, tags: {a: home, b: home}}",
        found="attribution: {agent: found, project: site, task_type: chat, tags: {b: found}}",
    )
    below = project / "a" / "b"
    below.mkdir(parents=True)
    assert config.load(home, environ={}, directory=below).attribution == Attribution(
        agent="found", team="core", project="site", task_type="chat", tags={"a": "home", "b": "found"}
    )


@pytest.mark.parametrize(
    "text",
    [
        "zone: UTC",
        "pricing: {free_providers: [openai]}",
        "redaction: {classes: []}",
        "attribution: {agent: a}\nredaction: {classes: default}",
        "otlp: {endpoint: 'https://example.com'}",
    ],
)
def test_a_foreign_key_in_a_file_found_upward_is_refused(load: Load, project: Path, text: str) -> None:
    """A cloned repository must not redirect telemetry, change prices or loosen redaction."""
    error = refused(load, found=text)
    assert error.file == str(project / FILE_NAME)
    assert error.key is not None
    assert text.splitlines()[-1].startswith(error.key)
    assert "a file found in a working directory may only set attribution" in str(error)


def test_a_misspelt_attribution_in_a_file_found_upward_is_named(load: Load) -> None:
    """There the key itself is wrong."""
    error = refused(load, found="attribution: {agnt: a}")
    assert error.key == "attribution.agnt"
    assert str(error).endswith("there is no such key (did you mean 'agent'?)")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "pricing: {overrides: [{model: a, from: soon}]}",
            "overrides[0].from: is not a date such as 2026-11-21",
        ),
        ("pricing: {overrides: [{model: a, input: much}]}", "overrides[0].input: is not a number"),
        ("pricing: {overrides: [{model: [a]}]}", "overrides[0].model: must be a text"),
        ("pricing: {free_hosts: gpu}", "free_hosts: must be a list, such as [a, b]"),
        ("pricing: 3", "pricing: must be keys with values"),
        ("telemetry: {console: maybe}", "console: must be true or false"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_plain_words(load: Load, text: str, problem: str) -> None:
    """What must stand there, not what a parser calls it."""
    assert str(refused(load, text=text)).endswith(problem)


def test_a_working_directory_in_the_home_finds_the_homes_own_file_as_trusted(home: Path, load: Load) -> None:
    """It is one file, not two; also by way of a link."""
    load(text="zone: UTC")
    link = home.parent / "link"
    link.symlink_to(home)
    for directory in (home, home / "logs", link):
        assert config.load(home, environ={}, directory=directory).zone == "UTC"


def test_a_working_directory_that_was_removed_is_no_error(
    home: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a job may come after its directory's."""
    monkeypatch.chdir(project)
    project.rmdir()
    assert config.load(home, environ={}) == Settings(home=home)


def test_the_environment_stands_over_the_files(load: Load) -> None:
    """Each variable for its key; tags are added one by one."""
    settings = load(
        text="zone: UTC\nattribution: {agent: file, team: file, tags: {a: file, b: file}}",
        OTEL_USAGE_ZONE="Asia/Tokyo",
        OTEL_USAGE_AGENT="variable",
        OTEL_USAGE_PROJECT="variable",
        OTEL_USAGE_TASK_TYPE="cron",
        OTEL_USAGE_TAGS=" b = variable ,, c=x=y,d=",
    )
    assert settings.zone == "Asia/Tokyo"
    assert settings.attribution == Attribution(
        agent="variable",
        team="file",
        project="variable",
        task_type="cron",
        tags={"a": "file", "b": "variable", "c": "x=y", "d": ""},
    )


def test_an_empty_variable_is_not_given(load: Load) -> None:
    """As an unset shell variable leaves it."""
    settings = load(
        text="zone: UTC\nattribution: {agent: file}",
        OTEL_USAGE_AGENT="",
        OTEL_USAGE_ZONE="",
        OTEL_USAGE_CONFIG="",
        OTEL_USAGE_TAGS="",
    )
    assert (settings.zone, settings.attribution.agent) == ("UTC", "file")


@pytest.mark.parametrize("tags", ["env", "=dev", "a=1,env", " = x"])
def test_tags_that_are_no_pairs_are_refused(load: Load, tags: str) -> None:
    """The sentence names the variable."""
    assert refused(load, OTEL_USAGE_TAGS=tags).file == "OTEL_USAGE_TAGS"


@pytest.mark.parametrize(
    ("value", "disabled"),
    [("1", True), ("true", True), ("YES", True), (" on ", True), ("0", False), ("", False), ("no", False)],
)
def test_one_variable_switches_everything_off(load: Load, value: str, disabled: bool) -> None:  # noqa: FBT001  # parametrized
    """Also written as other tools write it."""
    assert load(OTEL_USAGE_DISABLED=value).disabled is disabled


def usable(home: Path, directory: Path, **environ: str) -> tuple[config.Usable, list[str]]:
    """What can be used, and what was told of the rest."""
    told: list[str] = []
    return config.load_usable(home, environ=environ, directory=directory, told=told.append), told


def test_what_can_be_used_of_a_sound_configuration_is_all_of_it(
    load: Load, home: Path, project: Path
) -> None:
    """And nothing is told."""
    settings = load(
        text="zone: UTC\nredaction: {classes: [email]}", found="attribution: {team: t}", OTEL_USAGE_TAGS="a=b"
    )
    assert usable(home, project, OTEL_USAGE_TAGS="a=b") == (config.Usable(settings, trusted=True), [])


@pytest.mark.parametrize("found", ["foo: 1", "redaction: {classes: []}", "a: [", "- a", "\t"])
def test_an_error_in_a_found_file_leaves_the_trusted_file_in_force(
    load: Load, home: Path, project: Path, found: str
) -> None:
    """A cloned repository must not loosen redaction, nor change prices, by a mistake either."""
    trusted = load(text="redaction: {classes: all}\npricing: {free_providers: [x]}\nattribution: {agent: a}")
    (project / FILE_NAME).write_text(found)
    (used, told) = usable(home, project)
    assert used == config.Usable(trusted, trusted=True)
    (sentence,) = told
    assert sentence.startswith(str(project / FILE_NAME))
    assert sentence.endswith("; the file is left out")


@pytest.mark.parametrize("text", ["zonne: UTC", "a: [", "redaction: {classes: 5}"])
def test_an_error_in_the_trusted_file_turns_every_class_of_redaction_on(
    home: Path, project: Path, text: str
) -> None:
    """Nobody knows what it asked for; what else can be used is used."""
    (home / FILE_NAME).write_text(text)
    (project / FILE_NAME).write_text("attribution: {team: t}")
    used, told = usable(home, project, OTEL_USAGE_AGENT="a")
    assert used.settings == Settings(
        home=home,
        attribution=Attribution(agent="a", team="t"),
        redaction=RedactionSettings(classes=("all",)),
    )
    assert not used.trusted
    assert len(told) == 1


def test_each_part_that_cannot_be_used_is_left_out_by_itself(home: Path, project: Path) -> None:
    """Nothing is raised."""
    (project / FILE_NAME).write_text("foo: 1")
    used, told = usable(
        home,
        project,
        OTEL_USAGE_AGENT="marcus",
        OTEL_USAGE_TAGS="not a pair",
        OTEL_USAGE_DISABLED="1",
        OTEL_USAGE_CONFIG="/no/such/file",
    )
    assert used.settings == Settings(
        home=home,
        attribution=Attribution(agent="marcus"),
        redaction=RedactionSettings(classes=("all",)),
        disabled=True,
    )
    assert [sentence.partition(":")[0] for sentence in told] == [
        "OTEL_USAGE_CONFIG=/no/such/file",
        str(project / FILE_NAME),
        "OTEL_USAGE_TAGS",
    ]


def test_an_error_in_the_variable_of_tags_does_not_echo_it(load: Load) -> None:
    """Whoever mistakes it for another may have put a secret there."""
    error = refused(load, OTEL_USAGE_TAGS="a=b,hunter2")
    assert str(error) == "OTEL_USAGE_TAGS: entry 2 is not of the form name=value"


@pytest.mark.parametrize("place", ["home", "project"])
def test_a_link_to_itself_is_no_file(load: Load, home: Path, project: Path, place: str) -> None:
    """It holds nothing, and nothing raw is raised."""
    loop = {"home": home, "project": project}[place] / FILE_NAME
    loop.symlink_to(loop.name)
    other = {"home": project, "project": home}[place] / FILE_NAME
    other.write_text("attribution: {agent: a}")
    assert load().attribution.agent == "a"


def test_a_variable_that_names_a_link_to_itself_is_refused(load: Load, tmp_path: Path) -> None:
    """As one that names nothing."""
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop.name)
    assert "there is no such file" in str(refused(load, OTEL_USAGE_CONFIG=str(loop), found="attribution: {}"))


def test_a_file_that_vanishes_after_it_was_seen_is_refused(
    load: Load, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout that changes under a running agent; the instant is the system's, so the first look is replaced."""
    load(text="zone: UTC")
    (home / FILE_NAME).unlink()
    monkeypatch.setattr(config, "is_file", lambda _: True)
    assert "cannot be read (No such file or directory)" in str(refused(load))


def test_files_that_are_gone_and_all_but_the_newest_are_forgotten(home: Path, tmp_path: Path) -> None:
    """A machine that clones a hundred projects a day must not read them all with every command."""
    folders = [tmp_path / f"p{number:02}" for number in range(60)]
    for folder in folders:
        folder.mkdir()
        (folder / FILE_NAME).write_text("attribution: {agent: a}")
        config.load(home, environ={}, directory=folder)
        if folder.name == "p58":
            (folder / FILE_NAME).unlink()
    kept = json.loads((home / "config.cache.json").read_text())
    assert list(kept) == [str(folder / FILE_NAME) for folder in (*folders[9:58], folders[59])]


@pytest.mark.parametrize("mark", ["usage.db", "config.cache.json"])
def test_a_working_directory_in_another_home_finds_nothing_there(
    load: Load, project: Path, mark: str
) -> None:
    """That file is trusted by the other home; it is neither refused nor used in this one."""
    (project / mark).touch()
    settings = load(found="zone: Asia/Tokyo\nattribution: {agent: other}")
    assert (settings.zone, settings.attribution.agent) == (None, None)


@pytest.mark.parametrize("name", [b"home-\xff", "home-é".encode(), b"home with blanks\n"])
def test_any_name_of_a_home_will_do(tmp_path: Path, name: bytes) -> None:
    """File names are bytes; one that is no UTF-8 only has no place in the cache."""
    home = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    home.mkdir()
    (home / FILE_NAME).write_text("zone: UTC")
    for _ in range(2):
        assert config.load(home, environ={}, directory=tmp_path).zone == "UTC"


def test_a_home_that_does_not_exist_is_no_error_and_not_made(tmp_path: Path) -> None:
    """Reading the configuration writes nothing but its cache in a home that is there."""
    settings = config.load(tmp_path / "none", environ={}, directory=tmp_path)
    assert settings.home == tmp_path / "none"
    assert not (tmp_path / "none").exists()


def test_a_home_that_is_a_file_has_no_configuration(tmp_path: Path) -> None:
    """Who writes into it will say what is wrong."""
    place = tmp_path / "home"
    place.write_text("")
    assert config.load(place, environ={}, directory=tmp_path) == Settings(home=place)
