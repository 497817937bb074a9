"""One run of the fuzzer: its inputs counted and timed, its findings kept, its end reported."""

from __future__ import annotations

import json
import os
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING

from otel_usage.redaction import redact_text
from tests.benchmarks.provenance import provenance
from tests.fuzz.cases import case_of
from tests.fuzz.findings import Findings
from tests.fuzz.properties import CLASSES, broken

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Run"]

_TIMED = 200
"""Characters of a text that is long enough for its time to say something."""


class Run:
    """A run that ends the process when its time is over."""

    def __init__(self, directory: Path, seconds: int, json_file: Path | None) -> None:
        """Begin.

        Args:
            directory: Where findings and the slowest text are written.
            seconds: How long it lasts.
            json_file: Where the result is written.
        """
        self._directory = directory
        self._json_file = json_file
        self._findings = Findings(directory / "findings")
        self._begin = time.monotonic()
        self._end = self._begin + seconds
        # Before a file is written: it may be one of the working copy, which would then differ from the commit.
        self._made = provenance("tests.fuzz", atheris=version("atheris"))
        self._executions = 0
        self._characters = 0
        self._slowest = 0.0
        self._slow_text = ""

    def one(self, data: bytes) -> None:
        """Try one input."""
        if time.monotonic() > self._end:
            self._finish()
        case = case_of(data)
        self._executions += 1
        self._characters += len(case.text)
        self._time(case.text)
        for classes in CLASSES:
            why = broken(case, classes)
            if why:
                self._findings.add(case, classes, why)

    def _time(self, text: str) -> None:
        if len(text) < _TIMED:
            return
        before = time.thread_time_ns()
        redact_text(text, "all")
        cost = (time.thread_time_ns() - before) / 1e3 / len(text)
        if cost > self._slowest:
            self._slowest, self._slow_text = cost, text

    def _finish(self) -> None:
        """Report and end the process: the fuzzer has no other way to be ended by its target."""
        files = self._findings.files
        (self._directory / "slowest.json").write_text(json.dumps(self._slow_text) + "\n", encoding="ascii")
        report = {
            **self._made,
            "results": {
                "seconds": round(time.monotonic() - self._begin),
                "executions": self._executions,
                "characters": self._characters,
                "findings": {why: [file.name for file in each] for why, each in files.items()},
                "slowest": {
                    "microseconds_per_character": round(self._slowest, 2),
                    "characters": len(self._slow_text),
                    "note": f"of texts of {_TIMED} characters and more, all classes, in instrumented code",
                },
            },
        }
        text = json.dumps(report, indent=2) + "\n"
        if self._json_file:
            self._json_file.write_text(text, encoding="utf-8")
        sys.stdout.write(text)
        for file in (file for each in files.values() for file in each):
            sys.stdout.write(f"python -m tests.fuzz --replay {file}\n")
        sys.stdout.flush()
        os._exit(bool(files))
