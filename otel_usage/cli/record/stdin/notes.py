"""What a person should know of lines that were read: each thing once, with how many lines it is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from otel_usage.cli.wording import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.records import Flag

__all__ = ["Notes", "lines"]

_NAMED: Final = 10
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
"""A key that may be printed; another may be somebody's data."""


def lines(count: int) -> str:
    """A number of lines in words."""
    return f"{count:,} line{'' if count == 1 else 's'}"


@dataclass(slots=True)
class Notes:
    """What was noticed.

    Attributes:
        undated: Lines with neither a time nor an id.
        free: Lines that say that their tokens cost nothing.
        content: Lines with what was said in a call.
        statuses: Lines with a status that is unknown.
        ignored: Key → lines of which its value was left out.
        flags: Flag → records that have it.
    """

    undated: int = 0
    free: int = 0
    content: int = 0
    statuses: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    flags: Counter[Flag] = field(default_factory=Counter)

    def ignore(self, key: str) -> None:
        """Note that what stands under a key was left out."""
        name = key if _NAME.fullmatch(key) else ""
        self.ignored[name if name in self.ignored or len(self.ignored) < _NAMED else ""] += 1

    def sentences(self) -> Iterator[str]:
        """Everything, in sentences."""
        if self.content:
            yield f"{lines(self.content)} had prompts or answers, which are not recorded"
        if self.ignored:
            named = [name for name in self.ignored if name]
            more = ["others"] if "" in self.ignored else []
            yield f"keys that are not known, or whose values cannot be used, were left out: {', '.join(named + more)}"
        if self.undated:
            yield (
                f"{lines(self.undated)} had neither a timestamp nor an id: booked now, and an equal line that is sent"
                " again counts once"
            )
        if self.free:
            yield (
                f"{lines(self.free)} said that their tokens cost 0, which is believed; with --ignore-costs costs are"
                " computed"
            )
        if self.statuses:
            yield (
                f"{lines(self.statuses)} had a status that is neither ok (or success) nor error nor partial: taken as ok"
                " where there is neither an error message nor an HTTP status of one"
            )
        for flag, count in sorted(self.flags.items()):
            yield f"{lines(count)}: {FLAGS[flag]}"
