"""A seeded ledger: months of plausible calls by several agents; the same arguments give the same records.

Run it to fill a data directory: ``python -m tests.data.seeded HOME --calls 10000 --months 14 --seed 7``.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from otel_usage.home import Home
from otel_usage.journal.lines import RateCardLine, Stats, encode, encode_call
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.ledger.store import Ledger
from otel_usage.pricing import PriceBook
from otel_usage.records import Cost, UsageRecord
from tests.data.agents import AGENTS
from tests.data.sessions import session

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.data.agents import Agent

__all__ = ["END", "build", "late", "paced", "redaction_stats", "write"]

END = datetime(2026, 11, 1, tzinfo=UTC)
"""Where the months of calls end unless something else is asked for."""
_SECOND = 10**9
_MONTH = timedelta(days=30.4375)


def build(
    *, seed: int = 7, calls: int = 10_000, end: datetime = END, months: float = 14
) -> Iterator[UsageRecord]:
    """Calls in the order of their start, each priced at its own time.

    Args:
        seed: Another seed, other calls.
        calls: How many.
        end: All begin before this.
        months: And after this many months before it.
    """
    book = PriceBook(allow_lookup=True)
    for record in _plan(seed, calls, end, months):
        yield _priced(record, book)


def late(*, seed: int = 7, calls: int = 5, now: datetime) -> Iterator[UsageRecord]:
    """Calls of days that are closed in every zone, to be booked when those days were already reported."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return build(seed=seed, calls=calls, end=midnight - timedelta(days=1), months=0.1)


def paced(*, seed: int = 7, calls: int, per_second: float) -> Iterator[UsageRecord]:
    """Calls that begin at the moment when they are yielded, evenly paced."""
    book = PriceBook(allow_lookup=True)
    for record in _plan(seed, calls, datetime.now(UTC), 0.1):
        start = time.time_ns()
        yield _priced(replace(record, id=f"{record.id.rpartition(':')[0]}:{start}", start=start), book)
        time.sleep(1 / per_second)


def redaction_stats(*, seed: int = 7, at: datetime) -> Stats:
    """What a process might have counted while it redacted."""
    rng = Random(f"redactions {seed} {at.isoformat()}")
    classes = ("api_key", "email", "jwt", "money", "path_user")
    counts = {f"redactions.{name}": rng.randint(1, 400) for name in classes} | {"failures.prepare": 1}
    return Stats(
        id=f"{rng.getrandbits(64):016x}", at=_nanoseconds(at), host="core-1", pid=4711, counts=counts
    )


def write(home: Home, records: Iterable[UsageRecord], *, stats: Iterable[Stats] = ()) -> int:
    """Append records to a home's journal, each rate card before the first call priced by it; how many records.

    Raises:
        OSError: A line could not be written.
    """
    home.prepare()
    book, cards, written = PriceBook(allow_lookup=True), set[str | None]({None}), 0
    writer = JournalWriter(home.logs, background=False)
    try:
        for record in records:
            if record.cost.rate_card not in cards:
                cards.add(record.cost.rate_card)
                card = book.quote(replace(record, cost=Cost())).card
                if card is not None:
                    _append(writer, encode(RateCardLine(card)))
            _append(writer, encode_call(record))
            written += 1
        for line in stats:
            _append(writer, encode(line))
    finally:
        writer.close()
    return written


def _append(writer: JournalWriter, frame: bytes) -> None:
    if writer.append(frame) is not Appended.WRITTEN:
        raise OSError("the journal could not be written")


def _priced(record: UsageRecord, book: PriceBook) -> UsageRecord:
    quote = book.quote(record)
    return replace(record, cost=quote.cost, flags=quote.flags)


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * _SECOND


def _plan(seed: int, calls: int, end: datetime, months: float) -> list[UsageRecord]:
    """Calls without a price, except where the price is given."""
    # Other arguments give other ids, so that one ledger can hold several such sets of calls.
    rng = Random(f"{seed} {calls} {end.isoformat()} {months}")
    begin, last = end - months * _MONTH, _nanoseconds(end)
    shares = [agent.share / sum(agent.turns) for agent in AGENTS]
    planned: list[UsageRecord] = []
    while len(planned) < calls:
        (agent,) = rng.choices(AGENTS, shares)
        start = _session_start(rng, agent, begin, end)
        planned += [record for record in session(rng, agent, start) if record.start < last]
    return sorted(planned[:calls], key=lambda record: (record.start, record.id))


def _session_start(rng: Random, agent: Agent, begin: datetime, end: datetime) -> int:
    """A moment within the agent's hours; weekends are quieter, and use grows by half over the whole time."""
    while True:
        part = rng.random()
        moment = begin + part * (end - begin)
        quiet = agent.weekend if moment.weekday() >= 5 else 1.0
        busy = agent.hours[moment.hour] / max(agent.hours)
        if rng.random() < quiet * busy * (2 + part) / 3:
            return int(moment.timestamp() * 10**6) * 1000


@click.command()
@click.argument("home", type=click.Path(path_type=Path, file_okay=False))
@click.option("--calls", default=10_000, show_default=True, help="How many calls of the past.")
@click.option("--months", default=14.0, show_default=True, help="Over how many months.")
@click.option("--seed", default=7, show_default=True)
@click.option("--now", type=click.DateTime(), help="Where they end (UTC); the present by default.")
@click.option("--late", "late_calls", default=0, help="Calls of closed days, booked after all that.")
@click.option("--paced", "paced_calls", default=0, help="Calls of the present, one after the other.")
@click.option("--per-second", default=2.0, show_default=True, help="Pace of those.")
def main(  # noqa: PLR0913  # click passes each option by name
    *,
    home: Path,
    calls: int,
    months: float,
    seed: int,
    now: datetime | None,
    late_calls: int,
    paced_calls: int,
    per_second: float,
) -> None:
    """Fill the data directory HOME with plausible calls."""
    place, end = Home(home), now.replace(tzinfo=UTC) if now else datetime.now(UTC)
    stats = [redaction_stats(seed=seed, at=end)]
    written = write(place, build(seed=seed, calls=calls, end=end, months=months), stats=stats)
    if late_calls:
        with Ledger(place) as ledger:
            ledger.ingest(wait=60.0)
        written += write(place, late(seed=seed, calls=late_calls, now=end))
    written += write(place, paced(seed=seed, calls=paced_calls, per_second=per_second))
    click.echo(f"{written:,} records in {home}")


if __name__ == "__main__":
    main()
