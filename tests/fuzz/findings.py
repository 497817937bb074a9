"""What a run found: for each broken property the shortest inputs, written where they can be run again."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from tests.fuzz.cases import Case
from tests.fuzz.properties import broken

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Findings", "replay"]

_KEPT = 5
"""Inputs for each property; more of them say little more."""


class Findings:
    """The inputs that broke a property."""

    def __init__(self, directory: Path) -> None:
        """Begin with none.

        Args:
            directory: Where inputs are written.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.files: dict[str, list[Path]] = {}

    def add(self, case: Case, classes: str, why: str) -> None:
        """Write a case as a file, made as short as it goes; after a few of a property, no further one."""
        files = self.files.setdefault(f"{why} ({classes})", [])
        if len(files) >= _KEPT:
            return
        short = _shortened(case, classes, why)
        content = json.dumps(
            {"broken": why, "classes": classes, **short._asdict(), "text": short.text}, indent=1
        )
        file = self._directory / f"{sha256(content.encode()).hexdigest()[:12]}.json"
        file.write_text(content + "\n", encoding="ascii")
        if file not in files:
            files.append(file)


def replay(file: Path) -> str | None:
    """Give the property that a written case still breaks."""
    content = json.loads(file.read_text(encoding="ascii"))
    case = Case(**{name: content[name] for name in Case._fields})
    return broken(case, content["classes"])


def _shortened(case: Case, classes: str, why: str) -> Case:
    """Leave out what is not needed: the forms of JSON, what is planted, then halves and ever smaller parts of the rest."""
    for less in ({"wraps": (), "cut": 0}, {"line": "", "secret": ""}):
        shorter = case._replace(**less)
        if broken(shorter, classes) == why:
            case = shorter
    for field in ("before", "after"):
        size = len(getattr(case, field))
        while size:
            at = 0
            while at < len(text := getattr(case, field)):
                shorter = case._replace(**{field: text[:at] + text[at + size :]})
                if broken(shorter, classes) == why:
                    case = shorter
                else:
                    at += size
            size //= 2
    return case
