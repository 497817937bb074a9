"""From the lines of standard input into the journal, one by one, and what to say of it."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click

from otel_usage.cli.money import calls, number, usd
from otel_usage.cli.output import indented, warn
from otel_usage.cli.record import say, tick
from otel_usage.cli.record.stdin.known import RecordedBefore
from otel_usage.cli.record.stdin.lines import MAX_LINE, json_object, numbered
from otel_usage.cli.record.stdin.notes import Notes, lines
from otel_usage.cli.record.stdin.rows import Rows
from otel_usage.cli.shapes.recorded import RecordedLines
from otel_usage.errors import HomeError, InvalidValueError
from otel_usage.home import Home
from otel_usage.journal.writer import Appended
from otel_usage.records import CostStatus

if TYPE_CHECKING:
    from otel_usage.recorder import Recorder
    from otel_usage.records import UsageRecord
    from otel_usage.settings import Settings

__all__ = ["record_lines"]

_SHOWN: Final = 20
_NOTHING, _PARTLY = 1, 4
_ONCE: Final = "\nCalls that were recorded before count once."


@dataclass(slots=True)
class _Sums:
    """What became of the lines.

    Attributes:
        recorded: Lines that were appended.
        repeated: Lines that were recorded before, and left as they are.
        skipped: Lines that could not be used.
        nanos: Nano-dollars of those with an amount.
        without: Status of a cost without an amount → lines.
    """

    recorded: int = 0
    repeated: int = 0
    skipped: int = 0
    nanos: int = 0
    without: Counter[CostStatus] = field(default_factory=Counter)

    @property
    def unpriced(self) -> int:
        """Lines without an amount."""
        return self.without.total()

    @property
    def cost(self) -> int | None:
        """Nano-dollars; None where there are lines and none has an amount."""
        return None if self.recorded and self.unpriced == self.recorded else self.nanos

    def add(self, record: UsageRecord) -> None:
        """Count a record that was appended."""
        self.recorded += 1
        if record.cost.nanos is None:
            self.without[record.cost.status] += 1
        else:
            self.nanos += record.cost.nanos


def record_lines(options: dict[str, Any], settings: Settings, recorder: Recorder, *, as_json: bool) -> None:
    """Record every line of standard input that can be used, print the answer, and exit.

    Raises:
        InvalidValueError: Standard input is closed, or an option cannot be used.
        HomeError: The journal cannot be written; what was read before is in it.
    """
    stream, rows = _standard_input(), Rows(options, settings)
    if settings.disabled:
        for _ in numbered(stream):
            # Whoever writes into this pipe is not to fail for it.
            pass
        warn("OTEL_USAGE_DISABLED is set: nothing is recorded")
        return
    home = Home(settings.home)
    home.prepare()
    with RecordedBefore(home, zone=settings.zone) as before:
        sums = _record(stream, rows, recorder, home, before)
    recorder.close(timeout=1.0)
    for sentence in rows.notes.sentences():
        warn(sentence)
    booked = f"{calls(sums.recorded)} {'is' if sums.recorded == 1 else 'are'}"
    say(_json(sums, rows.notes) if as_json else _answer(sums), booked=booked)
    if sums.skipped:
        sys.exit(_PARTLY if sums.recorded or sums.repeated else _NOTHING)


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise InvalidValueError("--stdin", None, "standard input is closed")
    if sys.stdin.isatty():
        click.echo("otel-usage: waiting for calls, a JSON object on each line; Ctrl-D ends", err=True)
    return sys.stdin.buffer


def _record(stream: BinaryIO, rows: Rows, recorder: Recorder, home: Home, before: RecordedBefore) -> _Sums:
    sums = _Sums()
    for place, content in numbered(stream):
        try:
            if content is None:
                raise InvalidValueError("line", None, f"has more than {MAX_LINE // 2**20} MB")  # noqa: TRY301  # said as the others are
            found = rows.record(json_object(content))
        except InvalidValueError as error:
            sums.skipped += 1
            if sums.skipped <= _SHOWN:
                warn(f"line {place:,}: {str(error).removeprefix('line: ')}; it is left out")
            continue
        if found.id in before:
            sums.repeated += 1
            continue
        record = recorder.prepare(found)
        if recorder.append(record) is not Appended.WRITTEN and not recorder.flush(timeout=1.0):
            raise HomeError(
                home.root,
                f"line {place:,} could not be written (is the disk full?); {calls(sums.recorded)} before it are"
                " recorded, and count once when all lines are sent again",
            )
        sums.add(record)
        if record.flags:
            rows.notes.flags.update(record.flags)
    if sums.skipped > _SHOWN:
        warn(f"{lines(sums.skipped)} were left out, of which the first {_SHOWN} are named above")
    return sums


def _answer(sums: _Sums) -> str:
    told = f"{tick()} Recorded: {calls(sums.recorded)}"
    again = f"\nRecorded before, and left as they are: {lines(sums.repeated)}." if sums.repeated else ""
    if not sums.recorded:
        return told + again
    pending = sums.without[CostStatus.PENDING]
    amount = "unpriced" if sums.cost is None else usd(sums.cost)
    if sums.cost is not None and sums.unpriced:
        amount += f" + {sums.unpriced:,} unpriced"
    later = f", {pending:,} of them looked up at the next report" if pending else ""
    return f"{told} - {amount}{later}{again or _ONCE}"


def _json(sums: _Sums, notes: Notes) -> str:
    return indented(
        RecordedLines(
            recorded=sums.recorded,
            repeated=sums.repeated,
            skipped=sums.skipped,
            undated=notes.undated,
            unpriced=sums.unpriced,
            pending=sums.without[CostStatus.PENDING],
            cost=number(sums.cost),
        )
    )
