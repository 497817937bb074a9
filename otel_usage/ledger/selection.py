"""Which calls are meant: a period and what they have in common, as conditions on the tables that can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from otel_usage.ledger.days import quarter_of
from otel_usage.ledger.placing import call_id

if TYPE_CHECKING:
    from datetime import date

    from otel_usage.ledger.days import Days
    from otel_usage.records import CostStatus, Kind

__all__ = ["Conditions", "Period", "Selection", "on_calls", "on_days", "on_quarters"]


class Period(Struct, frozen=True, kw_only=True):
    """A range of time; None is without end.

    Attributes:
        first: First local day, when the range begins with a whole day.
        last: Last local day, when it ends with one.
        begin: First moment in nanoseconds, when it begins within a day.
        end: First moment after it in nanoseconds, when it ends within a day.
    """

    first: date | None = None
    last: date | None = None
    begin: int | None = None
    end: int | None = None

    @property
    def of_days(self) -> bool:
        """Whether both ends are ends of days."""
        return self.begin is None and self.end is None

    def moments(self, days: Days) -> tuple[int | None, int | None]:
        """Its first moment, and the first after it, in nanoseconds."""
        return (
            self.begin if self.first is None else days.begin(self.first),
            self.end if self.last is None else days.end(self.last),
        )


class Selection(Struct, frozen=True, kw_only=True):
    """Which calls are meant; None leaves a field open.

    Attributes:
        period: When they began.
        kind: LLM or API calls.
        provider: Of this provider, an API call of this service.
        model: Of this model, an API call to this endpoint; exact, or with ``*`` for any characters.
        agent: Of this agent, and so on for team, project, task_type and source.
        team: See agent.
        project: See agent.
        task_type: See agent.
        source: See agent.
        job_id: Of this job.
        session_id: Of this session.
        tags: With each of these names and values.
        statuses: Whose cost stands at one of these; empty for any.
    """

    period: Period = Period()
    kind: Kind | None = None
    provider: str | None = None
    model: str | None = None
    agent: str | None = None
    team: str | None = None
    project: str | None = None
    task_type: str | None = None
    source: str | None = None
    job_id: str | None = None
    session_id: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    statuses: tuple[CostStatus, ...] = ()

    @property
    def rolled(self) -> bool:
        """Whether the roll-ups can tell these calls from all others."""
        return self.period.of_days and not (self.job_id or self.session_id or self.tags or self.statuses)

    @property
    def timed(self) -> bool:
        """Whether the roll-up of durations can."""
        return self.rolled and not any(getattr(self, name) is not None for name in _NOT_TIMED)


_ROLLED = ("kind", "provider", "model", "agent", "team", "project", "task_type", "source")
_NOT_TIMED = _ROLLED[3:]
_EXACT = {"[": "[[]", "?": "[?]"}


class Conditions:
    """What follows WHERE, and its arguments in their order."""

    def __init__(self) -> None:
        """Begin without any, which is everything."""
        self._terms: list[str] = []
        self.arguments: list[Any] = []

    def add(self, term: str, *arguments: object) -> None:
        """Ask for a term as well, with a question mark for each argument."""
        self._terms.append(term)
        self.arguments += arguments

    def __str__(self) -> str:
        """The clause, empty where nothing is asked for."""
        return f" WHERE {' AND '.join(self._terms)}" if self._terms else ""


def on_calls(selection: Selection, days: Days) -> Conditions:
    """Conditions on calls; the row id begins with the start, so the table is entered at the right place."""
    found = _of_names(selection)
    begin, end = selection.period.moments(days)
    if begin is not None:
        found.add("id >= ? AND start >= ?", call_id(begin), begin)
    if end is not None:
        found.add("id < ? AND start < ?", call_id(end + 10**6), end)
    for name in ("job_id", "session_id"):
        if (value := getattr(selection, name)) is not None:
            found.add(f"{name} = ?", value)
    for name, value in selection.tags:
        found.add("EXISTS (SELECT 1 FROM json_each(tags) WHERE key = ? AND value = ?)", name, value)
    if selection.statuses:
        found.add(f"cost_status IN ({', '.join('?' * len(selection.statuses))})", *selection.statuses)
    return found


def on_days(selection: Selection) -> Conditions:
    """Conditions on the roll-ups of days."""
    found = _of_names(selection)
    first, last = selection.period.first, selection.period.last
    if first is not None:
        found.add("day >= ?", first.isoformat())
    if last is not None:
        found.add("day <= ?", last.isoformat())
    return found


def on_quarters(selection: Selection, days: Days) -> Conditions:
    """Conditions on the roll-up of quarter hours; days begin and end with one."""
    found = _of_names(selection)
    begin, end = selection.period.moments(days)
    if begin is not None:
        found.add("quarter >= ?", quarter_of(begin))
    if end is not None:
        found.add("quarter < ?", quarter_of(end))
    return found


def _of_names(selection: Selection) -> Conditions:
    found = Conditions()
    for name in _ROLLED:
        value = getattr(selection, name)
        if value is None:
            continue
        if name == "model" and "*" in value:
            pattern = "".join(_EXACT.get(char, char) for char in value)
            found.add("model GLOB ?", pattern)
        else:
            found.add(f"{name} = ?", value)
    return found
