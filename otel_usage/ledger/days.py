"""Quarter hours and local days.

Every zone's offset from UTC between 2015 and 2034 is a multiple of 15 minutes, and so is every moment at which
one changes; a quarter hour of UTC therefore lies in exactly one local day of every zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from otel_usage.errors import InvalidValueError

__all__ = ["QUARTER", "Days", "quarter_of"]

QUARTER = 900
"""Seconds."""
_QUARTER_NS = QUARTER * 10**9


def quarter_of(start: int) -> int:
    """Number of the UTC quarter hour that holds a moment given in nanoseconds."""
    return start // _QUARTER_NS


class Days:
    """The local days of one zone.

    Attributes:
        zone: IANA name.
    """

    def __init__(self, zone: str) -> None:
        """Take a zone by its IANA name.

        Raises:
            InvalidValueError: There is no such zone.
        """
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidValueError(
                "zone", zone, f"no time zone is called {zone!r}; give an IANA name such as Europe/Berlin"
            ) from error
        self.zone = zone
        self._days: dict[int, str] = {}

    def of_quarter(self, quarter: int) -> str:
        """The local day (ISO) that holds a quarter hour."""
        day = self._days.get(quarter)
        if day is None:
            if len(self._days) > 100_000:  # noqa: PLR2004  # three years of quarter hours
                self._days.clear()
            moment = datetime.fromtimestamp(quarter * QUARTER, self._zone)
            day = self._days[quarter] = moment.date().isoformat()
        return day

    def hour_of_quarter(self, quarter: int) -> str:
        """The local hour (ISO, with its offset) that holds a quarter hour; of two such hours each has its own offset."""
        moment = datetime.fromtimestamp(quarter * QUARTER, self._zone)
        hour = moment.replace(minute=0, tzinfo=timezone(moment.utcoffset() or timedelta()))
        return hour.isoformat(timespec="minutes")

    def of(self, start: int) -> date:
        """The local day that holds a moment given in nanoseconds."""
        return date.fromisoformat(self.of_quarter(quarter_of(start)))

    def begin(self, day: date) -> int:
        """The first moment of a local day in nanoseconds; where midnight does not exist, the moment after the gap."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp()) * 10**9

    def end(self, day: date) -> int:
        """The first moment after a local day, in nanoseconds."""
        return self.begin(day + timedelta(days=1))

    def today(self, now: float) -> date:
        """The local day of a moment given in seconds."""
        return datetime.fromtimestamp(now, self._zone).date()

    def local(self, start: int) -> datetime:
        """A moment given in nanoseconds as local time, to the microsecond."""
        return (
            datetime.fromtimestamp(start // 10**9, UTC)
            .replace(microsecond=start % 10**9 // 1000)
            .astimezone(self._zone)
        )

    def moment(self, naive: datetime) -> int:
        """Nanoseconds of a local time without offset; of two such moments the first."""
        return round(naive.replace(tzinfo=self._zone).timestamp() * 10**6) * 1000
