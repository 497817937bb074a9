r"""The journal's line types, and the framing that carries them.

A frame is ``\n{json}\n``, written at once. The newline in front parts a whole line from a fragment that a killed
process or a full disk left before it, so a torn line harms only itself.

Every line has ``type`` and ``v``. A line whose type or version is not known here was written by a newer version:
it is left where it is and counted. What a reader of version 1 would refuse (a new kind of status, a field of another
type) needs a new ``v``.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from otel_usage.pricing.cards import RateCard  # noqa: TC001  # msgspec reads the annotation
from otel_usage.records import Cost, Flag, UsageRecord
from otel_usage.token_usage import TokenUsage  # noqa: TC001  # msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "MAX_LINE",
    "REPRICED",
    "SETTLED",
    "Adjustment",
    "Call",
    "Label",
    "Labels",
    "Line",
    "Link",
    "RateCardLine",
    "Setting",
    "Stats",
    "Unusable",
    "decode",
    "encode",
    "encode_call",
    "unusable",
]

MAX_LINE = 8192
"""Bytes of a journal line, its two newlines included."""
SETTLED = "settled"
"""The reason of an adjustment that prices a pending call."""
REPRICED = "repriced"
"""The reason of an adjustment that a person asked for, after prices were added or mended."""
_Moment = Annotated[int, Meta(ge=0, le=2**62)]
_Count = Annotated[int, Meta(ge=0, le=2**53)]


class Call(Struct, frozen=True, gc=False, tag_field="type", tag="call"):
    """One sighting of a call."""

    record: UsageRecord
    v: Literal[1] = 1


class RateCardLine(Struct, frozen=True, tag_field="type", tag="rate_card"):
    """A rate card, written before the first call that was priced by it."""

    card: RateCard
    v: Literal[1] = 1


class Adjustment(Struct, frozen=True, kw_only=True, tag_field="type", tag="adjustment"):
    """A later cost of a call; the one with the latest ``at`` (then ``id``) holds.

    Attributes:
        id: Identifies the adjustment.
        at: When it was made, nanoseconds since the epoch.
        record: Id of the call's record.
        cost: The cost that holds from then on.
        reason: Why: ``SETTLED`` for a pending price found at ingest, ``REPRICED``.
        usage: The tokens that it was computed from; a settled or repriced one holds for no others.
        flags: What a reader should know about it, in the place of what was said of the price before.
        replaces: ``REPRICED``: the cost, with its rate card, in whose place alone it stands; None for a call
            without an amount.
    """

    id: str
    at: _Moment
    record: str
    cost: Cost
    reason: str
    usage: TokenUsage | None = None
    flags: tuple[Flag, ...] = ()
    replaces: Cost | None = None
    v: Literal[1] = 1


class Labels(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Attribution that replaces what a call said of itself; None leaves the call's own."""

    agent: str | None = None
    session_id: str | None = None
    job_id: str | None = None
    task_type: str | None = None
    task_description: str | None = None
    team: str | None = None
    project: str | None = None
    tags: dict[str, str] | None = None


class Label(Struct, frozen=True, kw_only=True, tag_field="type", tag="label"):
    """Later attribution of a call; of several the latest holds for each field."""

    id: str
    at: _Moment
    record: str
    labels: Labels
    v: Literal[1] = 1


class Link(Struct, frozen=True, kw_only=True, tag_field="type", tag="link"):
    """Says that two record ids are one call."""

    id: str
    at: _Moment
    records: tuple[str, str]
    v: Literal[1] = 1


class Setting(Struct, frozen=True, kw_only=True, tag_field="type", tag="setting"):
    """A setting of the ledger (``zone``, ``ledger_id``); the latest holds."""

    id: str
    at: _Moment
    name: str
    value: str
    v: Literal[1] = 1


class Stats(Struct, frozen=True, kw_only=True, tag_field="type", tag="stats"):
    """What a process counted since its last such line; ingest adds them up.

    Attributes:
        id: Identifies the line.
        at: When it was written, nanoseconds since the epoch.
        host: Name of the machine.
        pid: Process id.
        counts: Increments by name.
    """

    id: str
    at: _Moment
    host: str
    pid: int
    counts: dict[str, _Count]
    v: Literal[1] = 1


Line = Call | RateCardLine | Adjustment | Label | Link | Setting | Stats


class Unusable(Enum):
    """Why a line could not be taken."""

    TORN = "torn"
    """Not a whole JSON object: a killed process or a full disk cut it."""
    NEWER = "newer"
    """A whole line of a type or version that is not known here: left for the version that knows it."""
    UNSOUND = "unsound"
    """A line of a known type and version that holds what cannot be: somebody else wrote or changed it."""


class _Header(Struct, frozen=True):
    type: str
    v: int


_encoder = msgspec.json.Encoder()
_KNOWN = {line.__struct_config__.tag for line in get_args(Line)}
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def encode(line: Line) -> bytes:
    """Frame a line.

    Text that is not valid Unicode (lone surrogates, as Python makes them from undecodable bytes) is written with
    replacement characters.
    """
    try:
        body = _encoder.encode(line)
    except UnicodeEncodeError:
        body = _encoder.encode(_well_formed(msgspec.to_builtins(line)))
    return b"\n" + body + b"\n"


def encode_call(record: UsageRecord) -> bytes:
    """Frame a call, its texts cut and the record flagged where the frame would exceed ``MAX_LINE``."""
    frame = encode(Call(record))
    for allowed in (512, 128, 32):
        if len(frame) <= MAX_LINE:
            return frame
        frame = encode(Call(_cut(record, allowed)))
    if len(frame) > MAX_LINE:
        frame = encode(Call(msgspec.structs.replace(_cut(record, 32), tags={})))
    return frame


def decode(raw: bytes) -> Line | Unusable:
    """Read the JSON between a frame's newlines, or say why it cannot be taken."""
    try:
        return _decoder().decode(raw)
    except _UNREADABLE:
        return unusable(raw, _KNOWN)


@cache
def _decoder() -> msgspec.json.Decoder[Line]:
    """Made when a line is first read: a process that only writes needs none."""
    return msgspec.json.Decoder(Line)


def unusable(raw: bytes, known: Collection[str]) -> Unusable:
    """Why a line that could not be decoded cannot be taken, where some types of version 1 are known."""
    try:
        header = msgspec.json.decode(raw, type=_Header)
    except _UNREADABLE:
        return Unusable.TORN
    return Unusable.UNSOUND if header.type in known and header.v == 1 else Unusable.NEWER


def _cut(record: UsageRecord, allowed: int) -> UsageRecord:
    """Cut every text of a record to a number of characters; the id stays whole, as it is the call's identity."""
    texts = {
        name: value[:allowed]
        for name in record.__struct_fields__
        if name != "id" and isinstance(value := getattr(record, name), str) and not isinstance(value, Enum)
    }
    tags = {name[:allowed]: value[:allowed] for name, value in list(record.tags.items())[:32]}
    flags = tuple(sorted({*record.flags, Flag.CUT}))
    cost = msgspec.structs.replace(
        record.cost,
        price_source=record.cost.price_source and record.cost.price_source[:allowed],
        rate_card=record.cost.rate_card and record.cost.rate_card[:allowed],
    )
    return msgspec.structs.replace(record, **texts, tags=tags, flags=flags, cost=cost)


def _well_formed(value: object) -> object:
    """Replace what UTF-8 cannot carry, in nested builtins."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_well_formed(item) for item in value]
    return value
