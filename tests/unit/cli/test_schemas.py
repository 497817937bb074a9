"""``docs/schemas``: what every command answers is what its schema says, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from otel_usage.cli import command
from otel_usage.cli.reference.listing import commands
from otel_usage.cli.reference.schemas import described, schema_file
from otel_usage.cli.shapes import Shape
from otel_usage.cli.shapes.registry import ANSWERS
from otel_usage.home import Home
from otel_usage.journal.lines import Call, encode
from otel_usage.ledger.dimensions import Dimension
from otel_usage.records import Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from tests.unit.cli.conftest import Done

    Run = Callable[..., Done]

SCHEMAS = Path(__file__).parents[3] / "docs/schemas"
BY = [argument for name in (*Dimension, "tag:env") for argument in ("--by", name)]
WRONG = [{"wrong": 1}]
"""What no key of any answer may hold."""
MAP = {"gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 1.0, "output_cost_per_token": 1e-05}}
"""LiteLLM's price map, with a rate that nobody has."""
ASKED = [
    ("query", ("query", "--format", "json")),
    ("query", ("query", "--format", "json", *BY)),
    ("query", ("query", "--format", "json", "--job-id", "nobody")),
    (
        "query",
        ("query", "--format", "json", "--job-id", "mine", "--from", "2020-01-01", "--to", "2200-01-01"),
    ),
    ("query", ("query", "--format", "json", "--kind", "api")),
    ("report", ("report", "--json")),
    ("report", ("report", "--json", "--today", *(name.replace("by", "breakdown") for name in BY))),
    ("report", ("report", "--json", "--from", "2020-01-01", "--to", "2020-01-02")),
    ("budget", ("budget", "--json")),
    ("budget check", ("budget", "check", "--json")),
    ("budget check", ("budget", "check", "daily", "--fail-at", "10", "--json")),
    ("export", ("export",)),
    ("export", ("export", "--kind", "api")),
    ("compare", ("compare", "--to", "gpt-4o,anthropic/claude-haiku-4-5", "--json")),
    ("reprice", ("reprice", "--only", "all", "--json")),
    ("reprice", ("reprice", "--apply", "--json")),
    ("prices list", ("prices", "list", "--json")),
    ("prices show", ("prices", "show", "claude-sonnet-4-5", "--json")),
    ("prices show", ("prices", "show", "gpt-5", "--tier", "batch", "--json")),
    ("prices show", ("prices", "show", "gpt-5", "--tier", "imaginary", "--json")),
    ("prices show", ("prices", "show", "deepseek/deepseek-chat", "--at", "2025-05-01", "--json")),
    ("prices show", ("prices", "show", "lmstudio/m", "--json")),
    ("prices show", ("prices", "show", "serpapi/search", "--json")),
    ("prices check", ("prices", "check", "--json")),
    ("prices diff", ("prices", "diff", "--against", "map.json", "--json")),
    ("prices diff", ("prices", "diff", "--against", "map.json", "--all", "--json")),
    (
        "record",
        ("record", "--provider", "openai", "--model", "gpt-4o", "--input", "5", "--output", "5", "--json"),
    ),
    ("record", ("record", "--provider", "house", "--model", "m", "--input", "", "--output", "", "--json")),
    ("record", ("record", "--api", "--service", "serpapi", "--endpoint", "/search", "--json")),
    (
        "calculate",
        ("calculate", "--provider", "openai", "--model", "gpt-4o", "--input-tokens", "5", "--json"),
    ),
    ("calculate", ("calculate", "--provider", "house", "--model", "m", "--input-tokens", "5", "--json")),
]


def named(value: str | tuple[str, ...]) -> str:
    """A test's name: what is typed."""
    return value if isinstance(value, str) else " ".join(value)[:60]


def validator(name: str) -> Draft202012Validator:
    """The committed schema of a command."""
    text = (SCHEMAS / schema_file(name)).read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


def answers(out: str, name: str) -> list[Any]:
    """One answer, or one for each line of an export."""
    return [json.loads(line) for line in out.splitlines()] if name == "export" else [json.loads(out)]


@pytest.fixture
def filled(home: Path, seeded: ModuleType, record: Callable[..., str]) -> Path:
    """Calls of every kind: priced, given, free, of a plan, without a price, failed; of models and of services."""
    seeded.write(Home(home), seeded.build(seed=5, calls=60, end=datetime.now(UTC), months=1))
    record(cost="1.5", job_id="mine", tag="env=prod")
    record(provider="house", model="m", status="error", input="", output="", id="unpriced")
    record(provider="lmstudio", model="m")
    record(provider="google", model="gemini-2.5-pro", input=200_001, timestamp="2026-01-01T00:00:00Z")
    everything = UsageRecord(
        id="everything", start=1_790_000_000_123_456_789, source="live", provider="openai", operation="chat",
        request_model="gpt-4o", response_model="gpt-4o-2024-08-06", response_id="r", request_id="q",
        service_tier="batch", server_address="host", agent="a", session_id="s", job_id="mine", task_type="build",
        task_description="d", team="t", project="p", tags={"env": "dev"}, duration=5, time_to_first_chunk=2,
        usage=TokenUsage(**dict.fromkeys(TokenUsage.__struct_fields__, 1)), status=Status.PARTIAL, error_type="E",
        error_message="m", attempt=2, trace_id="0" * 31 + "1", span_id="0" * 15 + "1", sampled=True, host="h",
        cost=Cost(status=CostStatus.INCLUDED, nanos=0, list_nanos=5, cache_saved=-1, cache_extra=1),
        flags=tuple(Flag),
    )  # fmt: skip
    api = UsageRecord(
        id="api", start=everything.start, source="live", kind=Kind.API, service="serpapi", endpoint="/search",
        status_code=500, status=Status.ERROR,
    )  # fmt: skip
    with (home / "logs/2099-01-01.jsonl").open("ab") as file:
        file.writelines(encode(Call(one)) for one in (everything, api))
    return home


@pytest.fixture
def ask(run: Run, configure: Callable[[str], Path]) -> Callable[..., list[Any]]:
    """The answers of a command, whatever its exit code, in a home with a price of a service's own."""
    configure("pricing: {overrides: [{service: serpapi, endpoint: /search, per_request: 0.01}]}")
    Path("map.json").write_text(json.dumps(MAP), encoding="utf-8")

    def call(name: str, arguments: tuple[str, ...]) -> list[Any]:
        done = run(*arguments)
        assert done.out, done.err
        return answers(done.out, name)

    return call


@pytest.mark.parametrize(("name", "arguments"), ASKED, ids=named)
def test_answers_of_a_ledger_with_every_kind_of_call(
    ask: Callable[..., list[Any]], filled: Path, name: str, arguments: tuple[str, ...]
) -> None:
    """They are as the schema says; with a key more, a key less, or another value they are not."""
    del filled
    schema = validator(name)
    found = ask(name, arguments)
    assert found
    for answer in found:
        schema.validate(answer)
    for answer in found[:3]:
        for changed in wrong(answer, schema.schema):
            assert not schema.is_valid(changed), changed


@pytest.mark.parametrize(
    ("name", "arguments"),
    [one for one in ASKED if one[0] not in {"export", "calculate", "prices list"}],
    ids=named,
)
def test_answers_of_an_empty_ledger(
    ask: Callable[..., list[Any]], name: str, arguments: tuple[str, ...]
) -> None:
    """Nothing is recorded yet."""
    validator(name).validate(*ask(name, arguments))


def test_the_explanation_of_every_kind_of_call(
    ask: Callable[..., list[Any]], filled: Path, run: Run, configure: Callable[[str], Path]
) -> None:
    """Each call of the ledger; also after its cost was changed, and with what was said."""
    schema = validator("explain")
    configure("pricing: {overrides: [{model: m, input: 1, output: 2}]}")
    assert run("reprice", "--only", "all", "--apply").code == 0
    ids = [call["id"] for call in ask("export", ("export",))]
    assert {"unpriced", "everything", "api"} <= set(ids)
    for record_id in ids:
        (answer,) = ask("explain", ("explain", record_id, "--json"))
        schema.validate(answer)
    (answer,) = ask("explain", ("explain", "everything", "--content", "--json"))
    assert "contentNote" in answer
    schema.validate(answer)
    for changed in wrong(answer, schema.schema):
        assert not schema.is_valid(changed), changed
    assert filled.exists()


def test_what_is_recorded_from_standard_input(start: Run, tmp_path: Path) -> None:
    """Lines that can be used, and one that cannot."""
    path = tmp_path / "lines"
    path.write_text(
        '{"model": "gpt-4o", "provider": "openai", "inputTokens": 5}\nnothing\n', encoding="utf-8"
    )
    with path.open(encoding="utf-8") as lines:
        done = start("record", "--stdin", "--json", stdin=lines)
    schema = validator("record --stdin")
    schema.validate(json.loads(done.out))
    for changed in wrong(json.loads(done.out), schema.schema):
        assert not schema.is_valid(changed)


def test_the_sums_that_lie_in_the_home_are_those_of_query(
    ask: Callable[..., list[Any]], filled: Path
) -> None:
    """``summary.json``."""
    ask("query", ("query", "--format", "json"))
    validator("query").validate(json.loads((filled / "summary.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ANSWERS)
def test_a_schema_describes_every_key_and_allows_no_other(name: str) -> None:
    """It is itself a valid schema; an object has named keys, or any of one type."""
    found = json.loads((SCHEMAS / schema_file(name)).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    assert found["$id"]
    assert found["title"] == f"otel-usage {name}"
    for part in parts(found):
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False
            assert part["description"]
            assert all(one["description"] for one in part["properties"].values())


def test_schemas_have_names_of_their_own() -> None:
    """No ``$id`` is given twice."""
    found = [json.loads(path.read_text(encoding="utf-8"))["$id"] for path in SCHEMAS.iterdir()]
    assert len(found) == len(set(found)) == len(ANSWERS)


def test_every_command_with_json_has_a_schema() -> None:
    """And no other one has."""
    with_json = {
        name
        for name, one in commands(command)
        for option in one.params
        if option.name == "as_json"
        or (isinstance(option.type, click.Choice) and {"json", "jsonl"} & set(option.type.choices))
    }
    assert {name.partition(" --")[0] for name in ANSWERS} == with_json


def test_a_key_without_a_description_is_refused() -> None:
    """Whoever adds a key says what it means."""

    class Silent(Shape, frozen=True, kw_only=True):
        """Something.

        Attributes:
            told: A key.
        """

        told: int
        untold: int

    with pytest.raises(KeyError, match="untold"):
        described(Silent, {"told": {}, "untold": {}})


def wrong(answer: Any, schema: Any) -> Iterator[Any]:
    """An answer with a key more, without one that is required, and with another value under each key."""
    if isinstance(answer, list):
        schema = schema["$defs"][schema["items"]["$ref"].rpartition("/")[2]]
        for changed in wrong(answer[0], schema):
            yield [changed, *answer[1:]]
        return
    yield {**answer, "further": 1}
    for key in answer:
        yield {**answer, key: WRONG}
    for key in schema["required"]:
        yield {name: value for name, value in answer.items() if name != key}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object in a schema."""
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from parts(part)
