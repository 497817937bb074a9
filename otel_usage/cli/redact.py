"""``otel-usage redact``: a filter that takes out of a text what must not leave."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, BinaryIO, Final

import click
from msgspec import structs

from otel_usage import config
from otel_usage.cli.output import shown, warn
from otel_usage.redaction.classes import CLASSES, DEFAULT_CLASSES
from otel_usage.redaction.findings import Findings
from otel_usage.redaction.plan import plan_of
from otel_usage.redaction.stream import StreamRedactor
from otel_usage.redaction_key import hash_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from otel_usage.redaction.findings import Span
    from otel_usage.redaction.plan import Plan

__all__ = ["command"]

_PIECE: Final = 65_536
"""Bytes that are read at a time."""
_HALVES: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of surrogate pairs that an escape in JSON can name and UTF-8 cannot carry; the others stand for single bytes."""


@click.command("redact")
@click.argument("files", nargs=-1, type=click.File("rb"))
@click.option(
    "--class", "classes", multiple=True, metavar="NAME",
    help="Only this class, or 'default' or 'all'; may be repeated. Without it, as configured.",
)  # fmt: skip
@click.option(
    "--explain", is_flag=True, help="Say on standard error what was found where, and by which rule."
)
@click.option("--stats", is_flag=True, help="Say on standard error how much of each class was found.")
@click.pass_context
def command(
    ctx: click.Context, files: Sequence[BinaryIO], classes: tuple[str, ...], explain: bool, stats: bool
) -> None:
    """Print FILES, or standard input, without secrets and personal data; exit 1 when something was found."""
    if sys.stdin is None and not files:
        raise click.UsageError("standard input is closed: name a file")
    plan = _plan(ctx.obj, classes)
    counts: dict[str, int] = {}
    for file in files or (sys.stdin.buffer,):
        findings = Findings()
        _filter(file, plan, findings, explain=explain)
        for kind, count in findings.counts.items():
            counts[kind] = counts.get(kind, 0) + count
    if stats:
        for kind in sorted(counts, key=lambda kind: (-counts[kind], kind)):
            click.echo(f"{kind}: {counts[kind]}", err=True)
        click.echo(f"total: {sum(counts.values())}", err=True)
    ctx.exit(1 if counts else 0)


def _plan(home: Path | None, classes: tuple[str, ...]) -> Plan:
    """What is searched for: what is configured, or only some classes, which are then not off."""
    settings = config.load(home)
    redaction = settings.redaction
    if classes:
        own = {pattern.name: pattern for pattern in redaction.patterns}
        groups = {"all": (*CLASSES, *own), "default": DEFAULT_CLASSES}
        wanted = {kind for name in classes for kind in groups.get(name, (name,))}
        redaction = structs.replace(
            redaction,
            classes=tuple(wanted),
            mode="mask" if redaction.mode == "off" else redaction.mode,
            modes={kind: mode for kind, mode in redaction.modes.items() if kind in wanted and mode != "off"},
            patterns=tuple(pattern for name, pattern in own.items() if name in wanted),
        )
    return plan_of(redaction, hash_key(settings, warn))


def _filter(file: BinaryIO, plan: Plan, findings: Findings, *, explain: bool) -> None:
    """Copy a file to standard output, bytes that are no UTF-8 as they are."""
    stream = StreamRedactor(plan, findings)
    out = sys.stdout.buffer
    breaks: list[int] = [-1]
    size = 0
    decoder = getincrementaldecoder("utf-8")("surrogateescape")
    while piece := file.read(_PIECE):
        text = decoder.decode(piece)
        breaks += [size + at for at, letter in enumerate(text) if letter == "\n"] if explain else []
        size += len(text)
        out.write(_encoded(stream.feed(text)))
    out.write(_encoded(stream.feed(decoder.decode(b"", final=True)) + stream.end()))
    out.flush()
    if explain:
        name = "-" if file.name == "<stdin>" else shown(click.format_filename(file.name))
        for found in sorted(findings.listed):
            click.echo(f"{name}:{_place(found, breaks)}: {found.kind} ({found.rule})", err=True)


def _encoded(text: str) -> bytes:
    return _HALVES.sub("?", text).encode("utf-8", "surrogateescape")


def _place(found: Span, breaks: list[int]) -> str:
    """Line and column of a finding, counted from 1."""
    line = bisect_right(breaks, found.start - 1)
    return f"{line}:{found.start - breaks[line - 1]}"
