"""What sums can be divided by."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

__all__ = ["Dimension", "Tag", "part_of_calendar"]


class Dimension(StrEnum):
    """What sums can be divided by."""

    MODEL = "model"
    PROVIDER = "provider"
    JOB = "job"
    SERVICE = "service"
    ENDPOINT = "endpoint"
    AGENT = "agent"
    SESSION = "session"
    TASK_TYPE = "task-type"
    TEAM = "team"
    PROJECT = "project"
    SOURCE = "source"
    STATUS = "status"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def of_time(self) -> bool:
        """Whether its values are parts of the calendar: local, weeks as in ISO 8601."""
        return self in _OF_TIME


class Tag(Struct, frozen=True):
    """The values of one tag, as a dimension.

    Attributes:
        name: The tag's.
    """

    name: str
    of_time: ClassVar[bool] = False

    def __str__(self) -> str:
        """As it is typed."""
        return f"tag:{self.name}"


_OF_TIME = frozenset({Dimension.HOUR, Dimension.DAY, Dimension.WEEK, Dimension.MONTH})


def part_of_calendar(dimension: Dimension, day: str) -> str:
    """The day itself (ISO), or the month or the week of ISO 8601 that it lies in: ``2026-11-22``, ``2026-11``, ``2026-W47``."""
    if dimension is Dimension.DAY:
        return day
    if dimension is Dimension.MONTH:
        return day[:7]
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"
