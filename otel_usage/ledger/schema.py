"""The database's schema, as a list of migrations that only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.ledger.days import Days

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

__all__ = ["MEASURES", "MIGRATIONS", "TABLES"]

_FIRST_MEASURES = (
    "calls",
    "errors",
    "unpriced",
    "priced",
    "input",
    "output",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "reasoning",
    "nanos",
)
_CACHE_EFFECT = ("cache_saved", "cache_extra")
MEASURES = (*_FIRST_MEASURES, *_CACHE_EFFECT)
"""What every roll-up adds up: counts, tokens, nano-dollars."""
_SUMS = ", ".join(f"{name} INTEGER NOT NULL" for name in _FIRST_MEASURES)
_DIMENSIONS = (
    "kind TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, agent TEXT NOT NULL, "
    "task_type TEXT NOT NULL, source TEXT NOT NULL"
)


def _first(connection: sqlite3.Connection) -> None:
    """Calls, what joins and amends them, roll-ups, accumulators, and how far the journal was read."""
    for statement in (
        # A call: its only sighting (where sighting has no row for it), or the fold of several.
        # The id begins with the start in milliseconds, so a range of time is a range of ids.
        """CREATE TABLE call (
            id INTEGER PRIMARY KEY, exposed INTEGER NOT NULL, rest BLOB NOT NULL, start INTEGER NOT NULL,
            source TEXT NOT NULL, agent TEXT, session_id TEXT, job_id TEXT, task_type TEXT, duration INTEGER,
            input INTEGER, output INTEGER, cache_read INTEGER, cache_write_5m INTEGER, cache_write_1h INTEGER,
            reasoning INTEGER, kind TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
            status TEXT NOT NULL, cost_status TEXT NOT NULL, nanos INTEGER)""",
        "CREATE INDEX call_job ON call (job_id) WHERE job_id IS NOT NULL",
        "CREATE INDEX call_session ON call (session_id) WHERE session_id IS NOT NULL",
        "CREATE INDEX call_pending ON call (id) WHERE cost_status = 'pending'",
        "CREATE TABLE sighting (call INTEGER NOT NULL, place INTEGER NOT NULL, exposed INTEGER NOT NULL,"
        " record BLOB NOT NULL, PRIMARY KEY (call, place)) WITHOUT ROWID",
        "CREATE TABLE link (key INTEGER NOT NULL, call INTEGER NOT NULL, PRIMARY KEY (key, call)) WITHOUT ROWID",
        "CREATE TABLE joined (key INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (key, other)) WITHOUT ROWID",
        "CREATE TABLE distrusted (key INTEGER PRIMARY KEY)",
        "CREATE TABLE amendment (key INTEGER NOT NULL, at INTEGER NOT NULL, id TEXT NOT NULL, line BLOB NOT NULL,"
        " PRIMARY KEY (key, at, id)) WITHOUT ROWID",
        f"CREATE TABLE usage_quarter (quarter INTEGER NOT NULL, {_DIMENSIONS}, {_SUMS},"
        " PRIMARY KEY (quarter, kind, provider, model, agent, task_type, source)) WITHOUT ROWID",
        f"CREATE TABLE usage_day (day TEXT NOT NULL, {_DIMENSIONS}, {_SUMS},"
        " PRIMARY KEY (day, kind, provider, model, agent, task_type, source)) WITHOUT ROWID",
        "CREATE TABLE usage_duration (day TEXT NOT NULL, kind TEXT NOT NULL, provider TEXT NOT NULL,"
        " model TEXT NOT NULL, bucket INTEGER NOT NULL, calls INTEGER NOT NULL, nanoseconds INTEGER NOT NULL,"
        " PRIMARY KEY (day, kind, provider, model, bucket)) WITHOUT ROWID",
        f"CREATE TABLE job_total (job_id TEXT PRIMARY KEY, {_SUMS}) WITHOUT ROWID",
        f"CREATE TABLE session_total (session_id TEXT PRIMARY KEY, {_SUMS}) WITHOUT ROWID",
        "CREATE TABLE accumulator (family TEXT NOT NULL, labels TEXT NOT NULL, booked INTEGER NOT NULL,"
        " corrected INTEGER NOT NULL, PRIMARY KEY (family, labels)) WITHOUT ROWID",
        "CREATE TABLE rate_card (id TEXT PRIMARY KEY, card BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE setting (name TEXT PRIMARY KEY, at INTEGER NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL)"
        " WITHOUT ROWID",
        "CREATE TABLE stats_line (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE stats_total (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID",
        # size is the file's when it was last read to its end, position that of the last whole line.
        "CREATE TABLE journal_file (name TEXT PRIMARY KEY, inode INTEGER NOT NULL, size INTEGER NOT NULL,"
        " position INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE set_aside (file TEXT NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL,"
        " PRIMARY KEY (file, position)) WITHOUT ROWID",
        # rollup_zone: the zone whose days usage_day holds; caught_up: the journal was once read to its end.
        "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ):
        connection.execute(statement)


def _second(connection: sqlite3.Connection) -> None:
    """What reading from a cache saved and writing to it cost on top; calls of before do not say."""
    for name in _CACHE_EFFECT:
        connection.execute(f"ALTER TABLE call ADD COLUMN {name} INTEGER")
        for table in ("usage_quarter", "usage_day", "job_total", "session_total"):
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0")


def _third(connection: sqlite3.Connection) -> None:
    """Where the content of calls lies; the text itself is in the files only."""
    connection.execute(
        # A line of one of the files in the folder of content: where it begins, and its bytes.
        "CREATE TABLE content (key INTEGER NOT NULL, file TEXT NOT NULL, position INTEGER NOT NULL,"
        " size INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key, file, position)) WITHOUT ROWID"
    )
    connection.execute("CREATE INDEX content_place ON content (file, position)")
    connection.execute(
        "CREATE TABLE content_file (name TEXT PRIMARY KEY, inode INTEGER NOT NULL, size INTEGER NOT NULL,"
        " position INTEGER NOT NULL) WITHOUT ROWID"
    )


def _fourth(connection: sqlite3.Connection) -> None:
    """Team, project and tags of a call in columns of their own, the first two in the roll-ups too."""
    for name in ("team", "project", "tags"):
        connection.execute(f"ALTER TABLE call ADD COLUMN {name} TEXT")
    connection.execute(
        "UPDATE call SET team = json_extract(CAST(rest AS TEXT), '$.team'),"
        " project = json_extract(CAST(rest AS TEXT), '$.project'), tags = json_extract(CAST(rest AS TEXT), '$.tags'),"
        " rest = CAST(json_remove(CAST(rest AS TEXT), '$.team', '$.project', '$.tags') AS BLOB)"
    )
    sums = ", ".join(f"{name} INTEGER NOT NULL" for name in MEASURES)
    dimensions = f"{_DIMENSIONS}, team TEXT NOT NULL, project TEXT NOT NULL"
    columns = "kind, provider, model, agent, task_type, source, team, project"
    for table, begin in (("usage_quarter", "quarter INTEGER"), ("usage_day", "day TEXT")):
        connection.execute(f"DROP TABLE {table}")
        connection.execute(
            f"CREATE TABLE {table} ({begin} NOT NULL, {dimensions}, {sums},"
            f" PRIMARY KEY ({begin.split()[0]}, {columns})) WITHOUT ROWID"
        )
    connection.execute(
        "INSERT INTO usage_quarter SELECT start / 900000000000 AS quarter, kind, provider, model, coalesce(agent, ''),"  # noqa: S608  # names of columns
        " coalesce(task_type, ''), source, coalesce(team, ''), coalesce(project, ''), count(*), sum(status = 'error'),"
        " sum(kind = 'llm' AND cost_status IN ('unpriced', 'pending') AND NOT (status = 'error' AND"
        " coalesce(input, output, cache_read, cache_write_5m, cache_write_1h, reasoning) IS NULL)), count(nanos), "
        + ", ".join(f"coalesce(sum({name}), 0)" for name in MEASURES[4:])
        + " FROM call GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
    )
    zone = connection.execute("SELECT value FROM state WHERE name = 'rollup_zone'").fetchone()
    if zone is not None:
        connection.create_function("day_of_quarter", 1, Days(zone[0]).of_quarter, deterministic=True)
        connection.execute(
            f"INSERT INTO usage_day SELECT day_of_quarter(quarter) AS day, {columns}, "  # noqa: S608  # names of columns
            + ", ".join(f"sum({name})" for name in MEASURES)
            + " FROM usage_quarter GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
        )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _second, _third, _fourth)
"""Each brings the schema from its place in this list to the next; append, never change."""
TABLES = (
    "call",
    "sighting",
    "link",
    "joined",
    "distrusted",
    "amendment",
    "usage_quarter",
    "usage_day",
    "usage_duration",
    "job_total",
    "session_total",
    "accumulator",
    "rate_card",
    "setting",
    "stats_line",
    "stats_total",
    "journal_file",
    "content",
    "content_file",
    "set_aside",
    "state",
)
"""Everything that a rebuild empties."""
