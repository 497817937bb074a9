from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest

from otel_usage.journal.lines import Call
from otel_usage.ledger.dimensions import Dimension, Tag
from otel_usage.ledger.queries import breakdown
from otel_usage.ledger.rows import COLUMNS, from_row
from otel_usage.ledger.schema import MIGRATIONS
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify
from otel_usage.records import Cost, CostStatus, Status
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]
    Write = Callable[..., None]

EVER = Selection()


def downgraded(home: Home, version: int) -> None:
    """Make the ledger over in an older schema, with what its version kept of the same calls."""
    older = home.root / "older.db"
    with closing(sqlite3.connect(older)) as connection:
        for migration in MIGRATIONS[:version]:
            migration(connection)
        connection.execute("ATTACH ? AS newer", (str(home.database),))
        tables = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
        for table in {name for (name,) in tables} - {"usage_quarter", "usage_day"}:
            columns = connection.execute(f"PRAGMA main.table_info({table})")
            names = ", ".join(column[1] for column in columns)
            connection.execute(f"INSERT INTO main.{table} SELECT {names} FROM newer.{table}")  # noqa: S608  # names from the schema
        for call, *row in connection.execute(f"SELECT id, {', '.join(COLUMNS)} FROM newer.call").fetchall():  # noqa: S608  # names from the schema
            whole = msgspec.structs.replace(from_row(tuple(row)), start=0, source="", usage=TokenUsage())
            connection.execute(
                "UPDATE main.call SET rest = ? WHERE id = ?", (msgspec.json.encode(whole), call)
            )
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()
    home.database.unlink()
    older.rename(home.database)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_database_of_an_older_schema_is_brought_up_to_date(
    home: Home, write: Write, record: Make, version: int
) -> None:
    """It answers like one that is made from the journal anew, and goes on as one."""
    cost = Cost(status=CostStatus.PRICED, nanos=5)
    write(
        [
            Call(
                record(
                    "a", job_id="j", session_id="s", team="core", tags={"env": "prod", 'a"b': "é"}, cost=cost
                )
            )
        ]
    )
    write([Call(record("b", project="site", status=Status.ERROR)), Call(record("c", agent="x", cost=cost))])
    with Ledger(home, zone="Asia/Kathmandu") as ledger:
        ledger.ingest()
    downgraded(home, version)
    asked = (*Dimension, Tag("env"), Tag('a"b'))
    with Ledger(home) as ledger:
        assert verify(ledger) == []
        found = [breakdown(ledger, dimension, EVER) for dimension in asked]
        saving = Cost(status=CostStatus.PRICED, nanos=5, cache_saved=7, cache_extra=-3)
        write([Call(record("d", job_id="j", session_id="s", cost=saving))])
        ledger.ingest()
        assert verify(ledger) == []
        assert breakdown(ledger, Dimension.JOB, EVER)["j"].cache_saved == 7
        later = [breakdown(ledger, dimension, EVER) for dimension in asked]
    Ledger.rebuild(home)
    with Ledger(home) as ledger:
        assert [breakdown(ledger, dimension, EVER) for dimension in asked] == later
    assert found[list(Dimension).index(Dimension.TEAM)].keys() == {"core", ""}
    assert {name: sums.calls for name, sums in found[-1].items()} == {"é": 1, "": 2}
