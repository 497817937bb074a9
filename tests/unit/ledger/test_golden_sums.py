"""Ten thousand calls over fourteen months, divided in every way, against sums that are worked out here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from otel_usage.home import Home
from otel_usage.journal.lines import Call, encode
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.ledger.dimensions import Dimension, Tag
from otel_usage.ledger.durations import durations
from otel_usage.ledger.queries import Totals, breakdown, extent, largest, totals
from otel_usage.ledger.selection import Period, Selection
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify
from otel_usage.records import Cost, CostStatus, Kind, Status, UsageRecord
from otel_usage.semconv import DURATION_BOUNDS
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Value = Callable[[UsageRecord, ZoneInfo], str | None]

ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Marquesas")
"""Daylight saving of an hour, of half an hour in the other hemisphere, +05:45, and -09:30."""
BEGIN = datetime(2025, 9, 20, 7, 31, tzinfo=UTC)
SPAN = 14 * 30 * 86_400
CALLS = 10_000


def made(random: Random, number: int) -> UsageRecord:
    """One call of many kinds; a tenth of them in the hours around a change of daylight saving."""
    second = random.randrange(SPAN)
    if number % 10 == 0:
        around = random.choice([datetime(2025, 10, 26, 1, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC)])
        second = int((around - BEGIN).total_seconds()) + random.randrange(-7200, 7200)
    start = int(BEGIN.timestamp() + second) * 10**9 + random.randrange(10**9)
    api = random.random() < 0.1
    failed = random.random() < 0.05
    priced = random.random() < 0.9
    saved = random.choice([None, random.randrange(10**6)])
    amount = Cost(status=CostStatus.PRICED, nanos=random.randrange(10**9), cache_saved=saved)
    called = (
        {
            "kind": Kind.API,
            "service": random.choice(["serpapi", "maps"]),
            "endpoint": random.choice(["/a", "/b"]),
        }
        if api
        else {
            "provider": random.choice(["openai", "anthropic"]),
            "request_model": random.choice(["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-6"]),
            "usage": TokenUsage(
                input=random.randrange(10**6),
                output=random.randrange(10**4),
                cache_read=random.choice([None, random.randrange(1000)]),
                cache_write_5m=random.choice([None, 7]),
                reasoning=random.choice([None, 3]),
            ),
        }
    )
    return UsageRecord(
        id=f"call {number}",
        start=start,
        source=random.choice(["live", "cli", "otlp"]),
        agent=random.choice([None, "x", "y"]),
        team=random.choice([None, "core", "web"]),
        project=random.choice([None, "site"]),
        task_type=random.choice([None, "build", "chat"]),
        job_id=random.choice([None, *(f"job-{place}" for place in range(300))]),
        session_id=random.choice([None, "s1", "s2"]),
        tags=random.choice([{}, {"env": "prod"}, {"env": "dev", 'odd "name"': "ö"}]),
        duration=random.choice([None, random.randrange(2 * 10**11)]),
        status=Status.ERROR if failed else Status.OK,
        cost=amount if priced else Cost(status=CostStatus.UNPRICED),
        **called,
    )


RECORDS = [made(Random(f"call {number}"), number) for number in range(CALLS)]


@pytest.fixture(scope="module", params=ZONES)
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger of all of them, in one of the zones."""
    home = Home(tmp_path_factory.mktemp("golden"))
    writer = JournalWriter(home.logs, background=False)
    for record in RECORDS:
        assert writer.append(encode(Call(record))) is Appended.WRITTEN
    writer.close(timeout=0.0)
    with Ledger(home, zone=request.param) as opened:
        opened.ingest()
        yield opened


def local(record: UsageRecord, zone: ZoneInfo) -> datetime:
    """When a call began, by the zone's own clock."""
    return datetime.fromtimestamp(record.start // 10**9, UTC).astimezone(zone)


def hour(record: UsageRecord, zone: ZoneInfo) -> str:
    """The hour on that clock; a clock that is put back shows an hour twice, with two offsets."""
    moment = local(record, zone)
    offset = moment.utcoffset()
    assert offset is not None
    sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
    whole, rest = divmod(minutes // timedelta(minutes=1), 60)
    return f"{moment:%Y-%m-%dT%H}:00{sign}{whole:02}:{rest:02}"


def of_llm(value: Callable[[UsageRecord], str | None]) -> Value:
    """A value that only LLM calls have."""
    return lambda record, _: value(record) if record.kind is Kind.LLM else None


def of_api(value: Callable[[UsageRecord], str | None]) -> Value:
    """A value that only API calls have."""
    return lambda record, _: value(record) if record.kind is Kind.API else None


VALUES: dict[Dimension | Tag, Value] = {
    Dimension.MODEL: of_llm(lambda record: record.request_model),
    Dimension.PROVIDER: of_llm(lambda record: record.provider),
    Dimension.SERVICE: of_api(lambda record: record.service),
    Dimension.ENDPOINT: of_api(lambda record: record.endpoint),
    Dimension.AGENT: lambda record, _: record.agent or "",
    Dimension.TEAM: lambda record, _: record.team or "",
    Dimension.PROJECT: lambda record, _: record.project or "",
    Dimension.TASK_TYPE: lambda record, _: record.task_type or "",
    Dimension.SOURCE: lambda record, _: record.source,
    Dimension.STATUS: lambda record, _: record.status.value,
    Dimension.JOB: lambda record, _: record.job_id,
    Dimension.SESSION: lambda record, _: record.session_id,
    Dimension.HOUR: hour,
    Dimension.DAY: lambda record, zone: f"{local(record, zone):%Y-%m-%d}",
    Dimension.WEEK: lambda record, zone: f"{local(record, zone):%G-W%V}",
    Dimension.MONTH: lambda record, zone: f"{local(record, zone):%Y-%m}",
    Tag("env"): lambda record, _: record.tags.get("env", ""),
    Tag('odd "name"'): lambda record, _: record.tags.get('odd "name"', ""),
    Tag("nowhere"): lambda *_: "",
}


def summed(records: Iterable[UsageRecord]) -> Totals:
    """The sums, worked out here."""
    records = list(records)
    used = [record.usage for record in records]
    priced = [record.cost for record in records if record.cost.nanos is not None]
    return Totals(
        calls=len(records),
        errors=sum(record.status is Status.ERROR for record in records),
        unpriced=sum(
            record.kind is Kind.LLM and record.cost.status is CostStatus.UNPRICED for record in records
        ),
        priced=len(priced),
        input=sum(usage.input or 0 for usage in used),
        output=sum(usage.output or 0 for usage in used),
        cache_read=sum(usage.cache_read or 0 for usage in used),
        cache_write_5m=sum(usage.cache_write_5m or 0 for usage in used),
        reasoning=sum(usage.reasoning or 0 for usage in used),
        nanos=sum(cost.nanos or 0 for cost in priced),
        cache_saved=sum(cost.cache_saved or 0 for cost in priced),
    )


_MARCH, _LAST_DAY = date(2026, 3, 1), date(2026, 4, 5)
_NOON = int(datetime(2026, 2, 3, 12, tzinfo=UTC).timestamp()) * 10**9
SELECTIONS: dict[str, tuple[Selection, Callable[[UsageRecord, ZoneInfo], bool]]] = {
    "everything": (Selection(), lambda *_: True),
    "whole days": (
        Selection(period=Period(first=_MARCH, last=_LAST_DAY)),
        lambda record, zone: _MARCH <= local(record, zone).date() <= _LAST_DAY,
    ),
    "one day": (
        Selection(period=Period(first=date(2025, 10, 26), last=date(2025, 10, 26))),
        lambda record, zone: local(record, zone).date() == date(2025, 10, 26),
    ),
    "from a day to a moment": (
        Selection(period=Period(first=date(2025, 12, 1), end=_NOON)),
        lambda record, zone: local(record, zone).date() >= date(2025, 12, 1) and record.start < _NOON,
    ),
    "from a moment": (Selection(period=Period(begin=_NOON)), lambda record, _: record.start >= _NOON),
    "an agent's calls of models": (
        Selection(agent="x", kind=Kind.LLM),
        lambda record, _: record.agent == "x" and record.kind is Kind.LLM,
    ),
    "models by the begin of their name": (
        Selection(model="gpt-4o*"),
        lambda record, _: (record.request_model or "").startswith("gpt-4o"),
    ),
    "a provider's model": (
        Selection(provider="openai", model="gpt-4o"),
        lambda record, _: (record.provider, record.request_model) == ("openai", "gpt-4o"),
    ),
    "a service": (Selection(provider="maps"), lambda record, _: record.service == "maps"),
    "a team's project in days": (
        Selection(period=Period(last=_LAST_DAY), team="core", project="site", source="cli", task_type="chat"),
        lambda record, zone: (
            (record.team, record.project, record.source, record.task_type) == ("core", "site", "cli", "chat")
            and local(record, zone).date() <= _LAST_DAY
        ),
    ),
    "a job": (Selection(job_id="job-7"), lambda record, _: record.job_id == "job-7"),
    "a session's tag": (
        Selection(session_id="s1", tags=(("env", "dev"), ('odd "name"', "ö"))),
        lambda record, _: record.session_id == "s1" and record.tags.get("env") == "dev",
    ),
    "nothing": (Selection(agent="nobody"), lambda *_: False),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_every_breakdown_is_what_the_calls_add_up_to(ledger: Ledger, name: str) -> None:
    """Whichever table answers, in whatever zone, the sums are those of the selected calls, to the nano-dollar."""
    selection, holds = SELECTIONS[name]
    zone = ZoneInfo(ledger.days.zone)
    inside = [record for record in RECORDS if holds(record, zone)]
    assert totals(ledger, selection) == summed(inside)
    for dimension, value in VALUES.items():
        groups: dict[str, list[UsageRecord]] = {}
        for record in inside:
            if (of := value(record, zone)) is not None:
                groups.setdefault(of, []).append(record)
        expected = {of: summed(records) for of, records in groups.items()}
        assert breakdown(ledger, dimension, selection) == expected, str(dimension)
    days = sorted(f"{local(record, zone):%Y-%m-%d}" for record in inside)
    assert extent(ledger, selection) == ((days[0], days[-1]) if days else None)


@pytest.mark.parametrize("name", SELECTIONS)
def test_durations_are_those_of_the_calls(ledger: Ledger, name: str) -> None:
    """The mean is exact, and the estimate of a quantile lies in the bucket of the true one."""
    selection, holds = SELECTIONS[name]
    zone = ZoneInfo(ledger.days.zone)
    taken = sorted(
        record.duration for record in RECORDS if holds(record, zone) and record.duration is not None
    )
    found = durations(ledger, selection)
    if not taken:
        assert (found.mean, found.quantile(0.95)) == (None, None)
        return
    assert found.mean == round(sum(taken) / len(taken))
    true = taken[-(-95 * len(taken) // 100) - 1]
    estimated = found.quantile(0.95)
    assert estimated is not None
    bounds = [0, *(int(bound * 10**9) for bound in DURATION_BOUNDS)]
    lower = max(bound for bound in bounds if bound < true)
    upper = min((bound for bound in bounds if bound >= true), default=bounds[-1])
    assert lower <= estimated <= upper


def test_times_come_in_their_order_and_names_by_cost(ledger: Ledger) -> None:
    """Also where a name's order is not that of time: the hour that a clock shows twice."""
    for dimension in (Dimension.HOUR, Dimension.DAY, Dimension.WEEK, Dimension.MONTH):
        names = list(breakdown(ledger, dimension, Selection()))
        moments = [datetime.fromisoformat(name) if dimension is Dimension.HOUR else name for name in names]
        assert moments == sorted(moments)
    costs = [sums.nanos for sums in breakdown(ledger, Dimension.JOB, Selection()).values()]
    assert costs == sorted(costs, reverse=True)


def test_the_roll_ups_agree_with_the_calls(ledger: Ledger) -> None:
    """And so does the ledger's own check."""
    assert verify(ledger) == []


@pytest.mark.parametrize("name", ["everything", "whole days"])
@pytest.mark.parametrize("dimension", [Dimension.JOB, Dimension.SESSION, Dimension.MODEL])
def test_the_largest_are_the_first_and_the_rest_is_told(
    ledger: Ledger, dimension: Dimension, name: str
) -> None:
    """Whether they are read from a table of totals or added up."""
    selection, _ = SELECTIONS[name]
    values = breakdown(ledger, dimension, selection)
    found = largest(ledger, dimension, selection, 2)
    assert list(found.values.items()) == list(values.items())[:2]
    assert found.others == len(values) - 2
    assert found.nanos == sum(sums.nanos for sums in list(values.values())[2:])
