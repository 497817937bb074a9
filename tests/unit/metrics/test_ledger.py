"""The ledger exporter: values against the calls that were recorded, and no sample rather than a wrong one."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families

from otel_usage import __version__, semconv
from otel_usage.home import Home
from otel_usage.journal.lines import Adjustment, Call, Stats, encode
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify
from otel_usage.metrics.ledger import LedgerCollector
from otel_usage.records import Cost, CostStatus, Kind, Status, UsageRecord
from otel_usage.settings import DEFAULT_BUDGETS, BudgetSettings
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import ModuleType

    from otel_usage.journal.lines import Line

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
USD = 10**9
BUDGET_FAMILIES = {
    semconv.BUDGET_LIMIT,
    semconv.BUDGET_SPENT,
    semconv.BUDGET_ELAPSED,
    semconv.BUDGET_PERIOD_START,
    semconv.BUDGET_PERIOD_END,
}
OWN = {semconv.LEDGER_COLLECT_ERRORS, semconv.BUILD_INFO}


class Exporter:
    """A collector over a home, with a clock that is set by hand.

    Attributes:
        now: Seconds since the epoch.
        opened: How often the ledger was opened.
    """

    def __init__(self, home: Home, budgets: Iterable[BudgetSettings] = DEFAULT_BUDGETS) -> None:
        self.home = home
        self.now = NOON.timestamp()
        self.opened = 0
        self.registry = CollectorRegistry()
        self.collector = LedgerCollector(self.open, tuple(budgets), clock=lambda: self.now)
        self.registry.register(self.collector)

    def open(self) -> Ledger:
        """The ledger in UTC."""
        self.opened += 1
        return Ledger(self.home, zone="UTC", clock=lambda: self.now)

    def families(self) -> set[str]:
        """Names of the families that have samples, collected two seconds after the last time."""
        self.now += 2
        return {family.name for family in self.collector.collect() if family.samples}

    def values(self, name: str, *labels: str) -> dict[tuple[str, ...], float]:
        """A sample's values by some of its labels."""
        return {
            tuple(sample.labels[label] for label in labels): sample.value
            for family in self.collector.collect()
            for sample in family.samples
            if sample.name == name
        }

    def value(self, name: str) -> float:
        """The one value of a sample."""
        (value,) = self.values(name).values()
        return value


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty data directory."""
    found = Home(tmp_path / "home")
    found.prepare()
    return found


@pytest.fixture
def write(home: Home) -> Callable[..., None]:
    """Appends lines to the journal."""

    def append(*lines: Line) -> None:
        with (home.logs / "2099-01-01.jsonl").open("ab") as file:
            for line in lines:
                file.write(encode(line))

    return append


@pytest.fixture
def exporter(home: Home) -> Exporter:
    """An exporter that read its ledger once: what comes now is news."""
    made = Exporter(home)
    made.families()
    return made


def call(record_id: str, nanos: int | None = USD, **fields: Any) -> Call:
    """A call of this noon; any field can be given."""
    status = CostStatus.UNPRICED if nanos is None else CostStatus.PRICED
    values: dict[str, Any] = {
        "start": int(NOON.timestamp()) * 10**9,
        "source": "live",
        "provider": "openai",
        "request_model": "gpt-4o",
        "usage": TokenUsage(input=100, output=10),
        "cost": Cost(status=status, nanos=nanos),
    }
    return Call(UsageRecord(id=record_id, **values | fields))


def test_an_empty_ledger_has_budgets_and_no_counters_of_calls(home: Home) -> None:
    """A rule finds each budget at 0 before the first call."""
    exporter = Exporter(home)
    assert exporter.families() == BUDGET_FAMILIES | OWN | {
        semconv.LEDGER_HEARTBEAT,
        semconv.LEDGER_REDACTION_FAILURES,
        semconv.LEDGER_RECORDS_DROPPED,
    }
    labels = ("budget", "scope", "subject", "period")
    assert exporter.values(semconv.BUDGET_SPENT, *labels) == {
        ("daily", "global", "", "day"): 0,
        ("monthly", "global", "", "month"): 0,
    }
    assert set(exporter.values(semconv.BUDGET_LIMIT).values()) == {150.0}
    assert exporter.values(semconv.BUDGET_LIMIT, "budget") == {("daily",): 10.0, ("monthly",): 150.0}
    assert exporter.values(semconv.BUILD_INFO, "version") == {(__version__,): 1}
    assert exporter.value(semconv.LEDGER_HEARTBEAT) == exporter.now


def test_every_sample_carries_the_ledgers_id(exporter: Exporter, write: Callable[..., None]) -> None:
    """The random id of the home, the same for every exporter of it."""
    write(call("a"))
    exporter.families()
    with exporter.open() as ledger:
        ledger_id = ledger.setting("ledger_id")
    found = {
        sample.labels.get("ledger") for family in exporter.registry.collect() for sample in family.samples
    }
    assert found == {ledger_id}
    assert ledger_id


def test_counters_are_the_sums_of_the_calls(
    exporter: Exporter, write: Callable[..., None], seeded: ModuleType
) -> None:
    """Seeded calls, moved into the last hour, added up by label without the ledger."""
    records = [
        replace(record, start=int(exporter.now * 1e9) - number * 10**9)
        for number, record in enumerate(seeded.build(seed=3, calls=600, months=1))
    ]
    write(*map(Call, records))
    exporter.families()
    cost, calls, errors, tokens, api = (Counter[tuple[str, ...]]() for _ in range(5))
    for record in records:
        if record.kind is Kind.API:
            names = (record.service or "", record.endpoint or "")
            api[names] += 1
        else:
            names = (record.provider or "", record.response_model or record.request_model or "")
        labels = (*names, record.agent or "", record.task_type or "")
        cost[labels] += record.cost.nanos or 0
        if record.kind is Kind.LLM:
            calls[labels] += 1
            errors[labels] += record.status is Status.ERROR
            tokens[names] += (record.usage.input or 0) + (record.usage.output or 0)
    by = ("provider", "model", "agent", "task_type")

    def expected(counted: Counter[tuple[str, ...]], unit: float = 1) -> dict[tuple[str, ...], float]:
        return {labels: count / unit for labels, count in counted.items() if count}

    assert exporter.values(f"{semconv.LEDGER_COST}_total", *by) == expected(cost, 1e9)
    assert exporter.values(f"{semconv.LEDGER_CALLS}_total", *by) == expected(calls)
    assert exporter.values(f"{semconv.LEDGER_ERRORS}_total", *by) == expected(errors)
    assert exporter.values(f"{semconv.LEDGER_API_CALLS}_total", "service", "endpoint") == expected(api)
    shown = Counter[tuple[str, ...]]()
    token_values = exporter.values(f"{semconv.LEDGER_TOKENS}_total", "provider", "model", "token_type")
    for (provider, model, _), value in token_values.items():
        shown[provider, model] += int(value)
    assert shown == expected(tokens)
    assert exporter.values(semconv.BUDGET_SPENT, "budget")["daily",] == sum(cost.values()) / 1e9
    assert not any(exporter.values(f"{semconv.LEDGER_COST}_corrected_total", *by).values())


def test_booked_minus_corrected_is_the_ledgers_change(exporter: Exporter, write: Callable[..., None]) -> None:
    """A call that was seen twice, and a price that was mended; the counters only grow."""
    steps: list[list[Line]] = [
        [call("a", 100, response_id="r"), call("b", 40)],
        [call("logged", 100, source="codex", response_id="r")],
        [
            Adjustment(
                id="m", at=1, record="a", reason="reprice", cost=Cost(status=CostStatus.PRICED, nanos=70)
            )
        ],
    ]
    before = (0.0, 0.0)
    for step, truth in zip(steps, (140, 140, 110), strict=True):
        write(*step)
        exporter.families()
        now = (
            exporter.value(f"{semconv.LEDGER_COST}_total"),
            exporter.value(f"{semconv.LEDGER_COST}_corrected_total"),
        )
        assert now[0] >= before[0]
        assert now[1] >= before[1]
        assert now[0] - now[1] == pytest.approx(truth / 1e9, abs=1e-12)
        assert exporter.values(semconv.BUDGET_SPENT, "budget")["daily",] == truth / 1e9
        before = now
    assert before[1] > 0


def test_errors_of_services_are_not_errors_of_models(exporter: Exporter, write: Callable[..., None]) -> None:
    """Errors through calls is a rate of each kind; money is money."""
    search: dict[str, Any] = {"kind": Kind.API, "provider": None, "request_model": None}
    search |= {"service": "serp", "endpoint": "/search", "usage": TokenUsage()}
    write(
        call("a", 5 * USD, status=Status.ERROR, **search),
        call("b", 0, **search),
        call("c", USD, status=Status.ERROR),
    )
    exporter.families()
    of_service = ("service", "endpoint")
    assert exporter.values(f"{semconv.LEDGER_API_CALLS}_total", *of_service) == {("serp", "/search"): 2}
    assert exporter.values(f"{semconv.LEDGER_API_ERRORS}_total", *of_service) == {("serp", "/search"): 1}
    assert exporter.values(f"{semconv.LEDGER_ERRORS}_total", "provider") == {("openai",): 1}
    assert exporter.values(f"{semconv.LEDGER_CALLS}_total", "provider") == {("openai",): 1}
    assert exporter.values(f"{semconv.LEDGER_COST}_total", "provider") == {("serp",): 5, ("openai",): 1}
    with exporter.open() as ledger:
        assert verify(ledger) == []


def test_unpriced_calls_of_today_are_a_gauge(exporter: Exporter, write: Callable[..., None]) -> None:
    """By model, 0 where every amount is known; yesterday's are not among them."""
    yesterday = int(NOON.timestamp() - 86_400) * 10**9
    write(
        call("a", None, request_model="house"),
        call("b", None, request_model="house"),
        call("c", None, request_model="old", start=yesterday),
        call("d"),
    )
    exporter.families()
    assert exporter.values(semconv.LEDGER_UNPRICED_CALLS, "provider", "model") == {
        ("openai", "house"): 2,
        ("openai", "gpt-4o"): 0,
    }


def test_what_processes_counted_is_added_up(exporter: Exporter, write: Callable[..., None]) -> None:
    """Redactions by class, texts left out by reason, records lost."""
    for number in range(2):
        redactions = {
            "redactions.email": 3,
            "redactions.jwt": 1,
            "redactions.oversize": 5,
            "redactions.error": 1,
        }
        failures = {"failures.prepare": 2, "failures.redact": 3, "failures.price": 9, "dropped": 4}
        write(Stats(id=f"s{number}", at=1, host="h", pid=number, counts=redactions | failures))
    exporter.families()
    assert exporter.values(f"{semconv.LEDGER_REDACTIONS}_total", "class") == {("email",): 6, ("jwt",): 2}
    assert exporter.values(f"{semconv.LEDGER_REDACTION_FAILURES}_total", "reason") == {
        ("error",): 2,
        ("oversize",): 10,
        ("record",): 4,
        ("span",): 6,
        ("content",): 0,
    }
    assert exporter.value(f"{semconv.LEDGER_RECORDS_DROPPED}_total") == 8


def test_a_budget_begins_anew_with_its_period(exporter: Exporter, write: Callable[..., None]) -> None:
    """At midnight of the ledger's zone the day's spending is 0 again, the month's is not."""
    write(call("a", 3 * USD))
    exporter.now = datetime(2026, 11, 21, 23, 59, 50, tzinfo=UTC).timestamp()
    exporter.families()
    midnight = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
    assert exporter.values(semconv.BUDGET_SPENT, "budget") == {("daily",): 3, ("monthly",): 3}
    assert exporter.values(semconv.BUDGET_PERIOD_END, "budget")["daily",] == midnight
    assert exporter.values(semconv.BUDGET_ELAPSED, "budget")["daily",] == 1 - 8 / 86_400
    exporter.now = midnight
    assert exporter.values(semconv.BUDGET_SPENT, "budget") == {("daily",): 0, ("monthly",): 3}
    assert exporter.values(semconv.BUDGET_PERIOD_START, "budget")["daily",] == midnight


def test_gauges_agree_with_the_queries_of_a_seeded_ledger(home: Home, seeded: ModuleType) -> None:
    """Fourteen months: budgets are those of the day and the month, to the nano-dollar; no counter jumps."""
    seeded.write(home, seeded.build(seed=5, calls=1_000, months=14), stats=[seeded.redaction_stats(at=NOON)])
    exporter = Exporter(home)
    with exporter.open() as ledger:
        ledger.ingest()
        days = breakdown(ledger, Dimension.DAY, Selection())
    last = date.fromisoformat(max(days))
    exporter.now = datetime(last.year, last.month, last.day, 18, tzinfo=UTC).timestamp()
    assert semconv.LEDGER_COST not in exporter.families()
    month = sum(sums.nanos for day, sums in days.items() if day[:7] == max(days)[:7])
    spent = exporter.values(semconv.BUDGET_SPENT, "budget")
    assert spent == {("daily",): days[max(days)].nanos / 1e9, ("monthly",): month / 1e9}
    assert spent["monthly",] > spent["daily",] > 0
    assert sum(exporter.values(f"{semconv.LEDGER_REDACTIONS}_total", "class").values()) > 0


def test_a_ledger_that_cannot_be_read_has_no_samples(
    exporter: Exporter, write: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """The budgets' last ones outlast it for two minutes; it is told once, and counted each time."""
    write(call("a", 3 * USD))
    healthy = exporter.families()
    begin = exporter.now
    for suffix in ("-wal", "-shm"):
        exporter.home.database.with_name(f"usage.db{suffix}").unlink(missing_ok=True)
    exporter.home.database.write_bytes(b"no database " * 1000)
    with caplog.at_level(logging.WARNING, "otel_usage"):
        assert exporter.families() == BUDGET_FAMILIES | OWN
        assert exporter.values(semconv.BUDGET_SPENT, "budget")["daily",] == 3
        exporter.now = begin + 117
        assert exporter.families() == BUDGET_FAMILIES | OWN
        assert exporter.families() == OWN
    assert exporter.value(f"{semconv.LEDGER_COLLECT_ERRORS}_total") == 3
    (message,) = [record.getMessage() for record in caplog.records]
    assert message.startswith("otel-usage: the ledger could not be read for metrics (")
    assert "otel-usage rebuild" in message
    Ledger.rebuild(exporter.home, zone="UTC")
    assert exporter.families() >= BUDGET_FAMILIES | OWN
    assert exporter.families() <= healthy
    assert exporter.values(semconv.BUDGET_SPENT, "budget")["daily",] == 3
    assert exporter.value(f"{semconv.LEDGER_COLLECT_ERRORS}_total") == 3


def test_a_home_that_is_gone_is_a_failure_too(exporter: Exporter) -> None:
    """A file in its place; nothing is raised into the scrape."""
    exporter.home.root.rename(exporter.home.root.with_name("moved"))
    exporter.home.root.write_text("")
    assert exporter.families() == BUDGET_FAMILIES | OWN
    exporter.now += 120
    assert exporter.families() == OWN


def test_a_database_that_was_deleted_is_made_anew(exporter: Exporter, write: Callable[..., None]) -> None:
    """From the journal: the budgets stay, the counters begin again, the ledger's id is the same."""
    write(call("a", 3 * USD))
    exporter.families()
    before = exporter.values(semconv.BUDGET_SPENT, "ledger", "budget")
    for path in exporter.home.root.glob("usage.db*"):
        path.unlink()
    assert semconv.LEDGER_COST not in exporter.families()
    assert exporter.values(semconv.BUDGET_SPENT, "ledger", "budget") == before


def test_while_another_process_writes_the_ledger_is_read_as_it_is(
    exporter: Exporter, write: Callable[..., None]
) -> None:
    """The heartbeat then stays behind, which is what tells of it."""
    write(call("a", 3 * USD))
    exporter.families()
    beat = exporter.value(semconv.LEDGER_HEARTBEAT)
    other = sqlite3.connect(exporter.home.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    write(call("b", 4 * USD))
    exporter.families()
    assert exporter.values(semconv.BUDGET_SPENT, "budget")["daily",] == 3
    assert exporter.value(semconv.LEDGER_HEARTBEAT) == beat
    other.close()
    exporter.families()
    assert exporter.values(semconv.BUDGET_SPENT, "budget")["daily",] == 7
    assert exporter.value(semconv.LEDGER_HEARTBEAT) == exporter.now


def test_a_ledger_that_is_being_made_has_no_samples(home: Home, write: Callable[..., None]) -> None:
    """Half of a journal is a wrong sum."""
    write(call("a"))
    Ledger(home).close()
    other = sqlite3.connect(home.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    exporter = Exporter(home)
    assert exporter.families() == OWN
    assert exporter.value(f"{semconv.LEDGER_COLLECT_ERRORS}_total") == 1
    other.close()
    assert exporter.families() >= BUDGET_FAMILIES


def test_one_reading_answers_all_scrapes_of_a_second(exporter: Exporter, write: Callable[..., None]) -> None:
    """Eight threads at once; a clock that was set back does not keep a reading for ever."""
    exporter.opened = 0
    exporter.now += 2
    write(call("a", 3 * USD))
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(exporter.values(semconv.BUDGET_SPENT, "budget")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [{("daily",): 3.0, ("monthly",): 3.0}] * 8
    assert exporter.opened == 1
    exporter.now -= 3600
    exporter.values(semconv.BUDGET_SPENT, "budget")
    assert exporter.opened == 2


@pytest.mark.parametrize(
    "name",
    ['quoted "name"', "back\\slash", "line\nend", "ünïcode 🧮", "tab\tand {brace=}", "half \ud83e pair"],
)
def test_any_text_can_be_a_label(home: Home, write: Callable[..., None], name: str) -> None:
    """Both forms of the exposition are parsed to what went in; half a surrogate pair becomes a replacement."""
    exporter = Exporter(home, [BudgetSettings(name=name, period="day", limit=Decimal(1))])
    exporter.families()
    storable = name.encode("utf-8", "replace").decode()
    write(call("a", agent=storable))
    exporter.families()
    plain = generate_latest(exporter.registry).decode()
    modern = openmetrics.generate_latest(exporter.registry).decode()  # type: ignore[no-untyped-call]  # the library's
    for families in (
        text_string_to_metric_families(plain),
        openmetrics_parser.text_string_to_metric_families(modern),  # type: ignore[no-untyped-call]  # the library's
    ):
        samples = [sample for family in families for sample in family.samples]
        assert {sample.labels["agent"] for sample in samples if "agent" in sample.labels} == {storable}
        assert {sample.labels["budget"] for sample in samples if "budget" in sample.labels} == {storable}
        assert not [sample for sample in samples if sample.name.endswith("_created")]
