"""Wiring: from the configuration to a recorder, whatever the configuration and the home hold."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

import otel_usage
from otel_usage import opening, runtime
from otel_usage.errors import ConfigError, HomeError, PriceDataError
from otel_usage.journal.lines import Call, Stats, decode
from otel_usage.recorder import Recorder
from otel_usage.records import CostStatus, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Journal = Callable[[], list[Any]]

CARD = str(4539_1488_0343_6467)
USAGE = TokenUsage(input=1_000, output=100)
PRICE = 1_000 * 2_500 + 100 * 10_000
"""gpt-4o: $2.50 and $10.00 a million."""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home and a working directory of the test's own, and no runtime before or after it."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("OTEL_USAGE_HOME", str(tmp_path / "home"))
    otel_usage.shutdown()
    yield tmp_path / "home"
    otel_usage.shutdown(timeout=0.2)


@pytest.fixture
def journal(place: Path) -> Journal:
    """The lines of the home's journal."""

    def read() -> list[Any]:
        data = b"".join(path.read_bytes() for path in sorted((place / "logs").glob("*.jsonl")))
        return [decode(line) for line in data.split(b"\n") if line]

    return read


def one_call(**fields: Any) -> None:
    """A call of gpt-4o."""
    with otel_usage.inference("openai", model="gpt-4o", **fields) as call:
        call.record(USAGE)


def calls(journal: Journal) -> list[UsageRecord]:
    """The records of the journal."""
    return [line.record for line in journal() if isinstance(line, Call)]


def test_the_first_call_sets_everything_up(place: Path, journal: Journal) -> None:
    """Nothing has to be configured; what was recorded is on disk when the call has ended."""
    one_call(agent="writer")
    (record,) = calls(journal)
    assert (record.agent, record.source, record.cost.nanos) == ("writer", "live", PRICE)
    assert place.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (place / "logs").iterdir()} == {0o600}


def test_attribution_comes_from_the_configuration_unless_the_call_says_it(
    place: Path, journal: Journal
) -> None:
    """Each field by itself; tags are put together."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text(
        "attribution: {agent: a, team: t, project: p, task_type: build, tags: {x: file, y: file}}"
    )
    one_call(agent="b", tags={"y": "call"}, session_id="s", job_id="j")
    (record,) = calls(journal)
    assert (record.agent, record.team, record.project, record.task_type) == ("b", "t", "p", "build")
    assert record.tags == {"x": "file", "y": "call"}
    assert (record.session_id, record.job_id) == ("s", "j")


def test_configure_returns_what_holds_and_the_last_call_holds(tmp_path: Path) -> None:
    """A library that configured first does not keep an application from its own home."""
    first = otel_usage.configure(home=tmp_path / "one")
    second = otel_usage.configure(home=tmp_path / "two")
    assert (first.settings.home, second.settings.home) == (tmp_path / "one", tmp_path / "two")
    one_call()
    assert not list((tmp_path / "one" / "logs").iterdir())
    assert list((tmp_path / "two" / "logs").iterdir())


def test_configure_raises_what_a_call_must_not(place: Path) -> None:
    """Set-up is where a person looks."""
    place.write_text("a file")
    with pytest.raises(HomeError):
        otel_usage.configure()
    place.unlink()
    place.mkdir()
    (place / "otel-usage.yaml").write_text("zonne: UTC")
    with pytest.raises(ConfigError):
        otel_usage.configure()
    (place / "otel-usage.yaml").write_text("pricing: {overrides: [{model: a}]}")
    with pytest.raises(PriceDataError):
        otel_usage.configure()


@pytest.mark.parametrize(
    "text",
    [
        "zonne: UTC",
        "a: [",
        "x: 2026-02-30",
        "[" * 3000,
        "pricing: {overrides: [{model: gpt-4o, input: -1}]}",
        "pricing: {overrides: [{model: gpt-4o}]}",
    ],
    ids=lambda text: text[:24],
)
def test_an_unusable_configuration_costs_no_call_and_prices_none(
    place: Path, journal: Journal, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    """It may hold prices: the call is left to be priced when it can be used. One sentence is logged."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text(text)
    with caplog.at_level(logging.WARNING, "otel_usage"):
        one_call(agent="jane.doe@example.com")
        one_call()
    first, second = calls(journal)
    assert {first.cost.status, second.cost.status} == {CostStatus.PENDING}
    assert first.agent == "[REDACTED:email]"
    assert len(caplog.records) == 1
    assert "\n" not in caplog.records[0].getMessage()


def test_a_class_of_redaction_that_does_not_exist_turns_every_class_on(
    place: Path, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    """Prices have nothing to do with it."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text("redaction: {classes: [credit-card]}")
    with caplog.at_level(logging.WARNING, "otel_usage"):
        one_call(agent="jane.doe@example.com", task_description=f"card {CARD}")
    (record,) = calls(journal)
    assert (record.agent, record.cost.nanos) == ("[REDACTED:email]", PRICE)
    assert CARD not in str(record.task_description)
    assert len(caplog.records) == 1


def test_patterns_that_cannot_be_used_take_every_text(
    place: Path, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody knows what they would have taken; what the call cost is recorded all the same."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text("redaction: {patterns: [{name: ticket, pattern: '(ACME'}]}")
    with caplog.at_level(logging.WARNING, "otel_usage"):
        one_call(agent="ACME-1234", task_description="see ACME-1234", tags={"of": "ACME-1234"})
    (record,) = calls(journal)
    assert (record.request_model, record.cost.nanos) == ("gpt-4o", PRICE)
    assert (record.agent, record.task_description) == ("[REDACTED:error]", "[REDACTED:error]")
    assert "ACME" not in str(record)
    (told,) = caplog.messages
    assert "every text is taken out" in told


def test_a_price_that_cannot_be_used_leaves_the_rest_of_the_configuration_in_force(
    place: Path, journal: Journal
) -> None:
    """Redaction above all: it must not be loosened by a mistake in another section."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text(
        "attribution: {agent: a}\nredaction: {classes: all}\npricing: {overrides: [{model: gpt-4o}]}"
    )
    one_call(task_description=f"card {CARD}")
    (record,) = calls(journal)
    assert record.agent == "a"
    assert record.task_description is not None
    assert CARD not in record.task_description


@pytest.mark.parametrize(
    ("variable", "status"),
    [("OTEL_USAGE_CONFIG", CostStatus.PENDING), ("OTEL_USAGE_TAGS", CostStatus.PRICED)],
)
def test_an_unusable_variable_costs_no_call(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, variable: str, status: CostStatus
) -> None:
    """A file that is not there may hold prices; tags have nothing to do with them."""
    monkeypatch.setenv(variable, "/no/such/file")
    monkeypatch.setenv("OTEL_USAGE_AGENT", "marcus")
    one_call()
    (record,) = calls(journal)
    assert (record.agent, record.cost.status) == ("marcus", status)


def test_a_mistake_in_a_working_directory_loosens_no_redaction(
    place: Path, journal: Journal, tmp_path: Path
) -> None:
    """The home's own file stays in force."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text("redaction: {classes: all}")
    (tmp_path / "cwd" / "otel-usage.yaml").write_text("foo: 1")
    one_call(task_description=f"card {CARD}")
    (record,) = calls(journal)
    assert CARD not in str(record.task_description)
    assert record.cost.nanos == PRICE
    (tmp_path / "cwd" / "otel-usage.yaml").unlink()


def test_a_mistake_in_the_trusted_file_loosens_no_redaction(place: Path, journal: Journal) -> None:
    """Nobody knows what it asked for: everything is redacted."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text("redaction: {classes: all}\nzonne: UTC")
    one_call(task_description=f"card {CARD}")
    (record,) = calls(journal)
    assert CARD not in str(record.task_description)


@pytest.mark.parametrize("tags", [["x"], 5, "abc", object(), {"a": object()}], ids=repr)
def test_tags_that_are_none_cost_no_call(place: Path, journal: Journal, tags: Any) -> None:
    """They are left out and counted; the configured ones stay."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text("attribution: {tags: {x: file}}")
    one_call(tags=tags)
    otel_usage.shutdown()
    (record,) = calls(journal)
    assert record.tags["x"] == "file"
    failed = sum(line.counts.get("unusable_tags", 0) for line in journal() if isinstance(line, Stats))
    assert failed == (0 if isinstance(tags, dict) else 1)


MODELS = [
    "unsloth/DeepSeek-R1-Distill-Qwen-32B-GGUF:Q4_K_M",
    "ft:gpt-4o-mini-2024-07-18:my-org:custom:9AbCdEfG",
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "claude-3-5-sonnet@20241022",
    "accounts/fireworks/models/llama-v3p1-405b-instruct",
]


@pytest.mark.parametrize("classes", ["default", "all", "[high_entropy, email]"])
def test_an_ordinary_name_of_a_model_is_kept(place: Path, journal: Journal, classes: str) -> None:
    """Also where every long word is taken for a secret: without its name a call has no price."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text(f"redaction: {{classes: {classes}}}")
    for model in MODELS:
        with otel_usage.inference("openai", model=model):
            pass
    assert [record.request_model for record in calls(journal)] == MODELS


def test_a_removed_working_directory_costs_no_call(journal: Journal, tmp_path: Path) -> None:
    """An agent may clean up behind itself."""
    (tmp_path / "cwd").rmdir()
    one_call()
    assert len(calls(journal)) == 1


def test_an_unwritable_home_raises_nothing_and_keeps_the_configuration(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A file lies where the home should be; what was recorded waits, and is written once there is a place for it."""
    place.write_text("not a directory")
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text(
        "attribution: {agent: a}\npricing: {overrides: [{model: gpt-4o, input: 1, output: 2}]}"
    )
    monkeypatch.setenv("OTEL_USAGE_CONFIG", str(elsewhere))
    with caplog.at_level(logging.WARNING, "otel_usage"):
        one_call()
        one_call()
    assert [record.getMessage() for record in caplog.records] == [
        f"otel-usage: {place}: cannot be created (File exists); "
        "set OTEL_USAGE_HOME or --home to a directory that you can write"
    ]
    place.unlink()
    (place / "logs").mkdir(parents=True, exist_ok=True)  # the writer may be quicker
    assert otel_usage.flush(timeout=5.0)
    data = next((place / "logs").iterdir()).read_bytes().split(b"\n")
    found = [line.record for raw in data if raw and isinstance(line := decode(raw), Call)]
    assert [record.agent for record in found] == ["a", "a"]
    assert [record.cost.nanos for record in found] == [1_000 * 1_000 + 100 * 2_000] * 2


@pytest.mark.parametrize("text", [None, "zonne: UTC"])
def test_disabled_is_disabled_whatever_the_configuration_holds(
    place: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    """No file, no span, no thread; the application's code runs as before."""
    monkeypatch.setenv("OTEL_USAGE_DISABLED", "1")
    if text is not None:
        place.mkdir()
        (place / "otel-usage.yaml").write_text(text)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(USAGE)
        assert list(call.stream(iter([1, 2]))) == [1, 2]
    with pytest.raises(KeyError, match="mine"), otel_usage.inference("openai"):
        raise KeyError("mine")
    assert otel_usage.flush()
    assert not (place / "logs").exists()


def test_flush_and_shutdown_before_anything_was_recorded_are_done(place: Path) -> None:
    """They set nothing up."""
    assert otel_usage.flush()
    assert otel_usage.shutdown()
    assert not place.exists()


def test_after_a_shutdown_a_call_opens_everything_anew(journal: Journal) -> None:
    """Code that runs at exit may still make calls."""
    one_call()
    assert otel_usage.shutdown()
    one_call()
    assert len(calls(journal)) == 2


def test_threads_that_come_first_at_once_lose_no_call(journal: Journal) -> None:
    """Whoever sets up last, every call is written."""
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        one_call()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert otel_usage.flush()
    assert len({record.id for record in calls(journal)}) == 8


def test_a_call_that_comes_first_does_not_undo_a_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began to set up before another thread configured, and ended after it: the configured one holds."""
    reached, go_on = threading.Event(), threading.Event()
    opened: list[Recorder] = []
    real = opening.open_anyway

    def slowly(*given: Any, **named: Any) -> Any:
        made = real(*given, **named)
        opened.append(made[1])
        reached.set()
        assert go_on.wait(5.0)
        return made

    monkeypatch.setattr(runtime, "open_anyway", slowly)
    first = threading.Thread(target=one_call)
    first.start()
    assert reached.wait(5.0)
    configured = otel_usage.configure(home=tmp_path / "configured")
    go_on.set()
    first.join()
    assert runtime.current() is configured
    assert len(opened) == 1
    assert list((tmp_path / "configured" / "logs").iterdir())
    assert not list((tmp_path / "home" / "logs").iterdir())


def test_threads_that_come_first_at_once_share_one_recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are closed; what one had counted would never be appended."""
    together = threading.Barrier(4)
    closed: list[Recorder] = []
    real_open, real_close = opening.open_anyway, Recorder.close

    def at_once(*given: Any, **named: Any) -> Any:
        made = real_open(*given, **named)
        together.wait(5.0)
        return made

    def closing(recorder: Recorder, timeout: float = 5.0) -> bool:
        closed.append(recorder)
        return real_close(recorder, timeout)

    monkeypatch.setattr(runtime, "open_anyway", at_once)
    monkeypatch.setattr(Recorder, "close", closing)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(runtime.current())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1
    assert len(closed) == 3
    assert found[0].recorder not in closed


def test_nothing_that_fails_while_setting_up_reaches_an_agent(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A process without a free file descriptor, for one; the next call tries again."""

    def failing(**_: Any) -> Any:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING, "otel_usage"):
        patch.setattr(runtime, "open_anyway", failing)
        one_call()
    assert len(caplog.records) == 1
    one_call()
    assert len(calls(journal)) == 1


def test_a_forked_child_records_for_itself(journal: Journal) -> None:
    """Its calls are its own, and what the parent had counted is the parent's."""
    one_call()
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record({"usage": {"prompt_tokens": "many", "completion_tokens": 1}})
    child = os.fork()
    if child == 0:
        one_call(agent="child")
        otel_usage.shutdown()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    otel_usage.shutdown()
    assert [record.agent for record in calls(journal)] == [None, None, "child"]
    assert sum(line.counts.get("failures.read", 0) for line in journal() if isinstance(line, Stats)) == 0
    stats = [line for line in journal() if isinstance(line, Stats)]
    assert sum(line.counts.get("usage_unusable", 0) for line in stats) <= 1


def test_every_mistake_of_a_configuration_is_told(place: Path) -> None:
    """One sentence each; none of them is raised."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text("redaction: {classes: [x]}\npricing: {overrides: [{model: a}]}")
    told: list[str] = []
    opening.open_anyway(place, background=False, told=told.append)
    assert [sentence.partition(":")[0] for sentence in told] == ["redaction.classes", "pricing.overrides"]
