"""A line as the record of a call."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from otel_usage.amounts import UNKNOWN
from otel_usage.cli.record import tags_of
from otel_usage.cli.record.outcome import status_without_word
from otel_usage.cli.record.stdin.identity import Identities
from otel_usage.cli.record.stdin.names import CONTENT, COUNTS, TEXTS, meaning
from otel_usage.cli.record.stdin.notes import Notes
from otel_usage.cli.record.stdin.values import (
    cost_of,
    digits_in,
    duration_of,
    moment_of,
    status_code_of,
    tags_from,
    text_of,
    token_count,
    truth_of,
)
from otel_usage.counts import canonical_usage
from otel_usage.errors import InvalidValueError
from otel_usage.records import STATUS_WORDS, Kind, UsageRecord, flag_missing_usage
from otel_usage.usages.servers import host_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.settings import Settings

__all__ = ["Rows"]

_TEXTS: Final = frozenset(TEXTS)
_MODELS: Final = ("model", "request_model", "response_model")
_OF_A_CALL: Final = frozenset((*_MODELS, "service", "cost", *COUNTS))
"""Names of which a line has at least one; without any it tells of something else."""
_TOKENS: Final = "_tokens"
_KINDS: Final = {kind.value: kind for kind in Kind}
_OF_A_MODEL: Final = ("provider", "request_model", "response_model", "operation", "service_tier")
_OF_A_SERVICE: Final = ("service", "endpoint")
_AS_OPTIONS: Final = {"request_model": "model", "session_id": "session", "server_address": "server"}
"""Field of a record → the option that says it, where that has another name."""


_Read = TypeVar("_Read")


class Rows:
    """Makes records of lines.

    Attributes:
        notes: What was noticed on the way.
    """

    def __init__(self, options: dict[str, Any], settings: Settings) -> None:
        """Take what holds for every line that does not say otherwise.

        Args:
            options: The values of ``record``'s options by name.
            settings: Those of the home.

        Raises:
            InvalidValueError: ``--tag`` is no name and value.
        """
        attribution = settings.attribution
        self.notes = Notes()
        self._zone = settings.zone
        self._costs = not options["ignore_costs"]
        self._api = bool(options["api"])
        self._includes_cache: bool | None = options["input_includes_cache"]
        self._tags = {**attribution.tags, **tags_of(options)}
        self._defaults = {
            name: given
            for name in TEXTS
            if (given := options.get(_AS_OPTIONS.get(name, name)) or getattr(attribution, name, None))
        }
        self._identities = Identities()

    def record(self, line: dict[str, Any]) -> UsageRecord:
        """The record of a line.

        Raises:
            InvalidValueError: The line tells of no call, or has a count or a time that cannot be used.
        """
        said = self._said(line)
        texts = self._texts(said)
        api = self._is_api(said, texts)
        for name in _OF_A_MODEL if api else _OF_A_SERVICE:
            texts.pop(name, None)
        convention = self._used(said, "input_includes_cache", truth_of)
        usage, flags = canonical_usage(
            _counts(said), input_includes_cache=self._includes_cache if convention is None else convention
        )
        # Nothing but the line knows what a service costs.
        cost, unusable = cost_of(said) if self._costs or api else (UNKNOWN, ())
        own = self._used(said, "id", text_of)
        duration = self._used(said, "duration_ms", duration_of)
        dated = "timestamp" in said
        record = UsageRecord(
            id=own or self._identities.of(line),
            start=moment_of(said["timestamp"], zone=self._zone)
            if dated
            else time.time_ns() - (duration or 0),
            source="cli",
            kind=Kind.API if api else Kind.LLM,
            usage=usage,
            flags=(*flags, *unusable),
            cost=cost,
            tags=self._tagged(said),
            duration=duration,
            time_to_first_chunk=self._used(said, "time_to_first_chunk_ms", duration_of),
            **self._ended(said, texts.get("error_message")),
            **texts,
        )
        self.notes.undated += not (dated or own)
        self.notes.free += bool(cost.nanos == 0 and usage.total and "cost_status" not in said)
        return flag_missing_usage(record)

    def _said(self, line: dict[str, Any]) -> dict[str, Any]:
        """The values of a line by the names of the table; an empty one is none, of two of one name the first holds.

        Raises:
            InvalidValueError: The line tells of no call.
        """
        said: dict[str, Any] = {}
        unknown: list[str] = []
        content = False
        for key, value in line.items():
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            name = meaning(key, is_text=not (isinstance(value, int | float) or digits_in(value)))
            if name is None:
                unknown.append(key)
            elif name is CONTENT:
                content = True
            else:
                said.setdefault(name, value)
        if _OF_A_CALL.isdisjoint(said):
            raise InvalidValueError("line", line, "tells of no call: no model, service, tokens or cost")
        self.notes.content += content
        for key in unknown:
            self.notes.ignore(key)
        return said

    def _texts(self, said: dict[str, Any]) -> dict[str, Any]:
        """Fields of a record that are texts, those that hold for every line among them."""
        texts: dict[str, Any] = {}
        for name, value in said.items():
            if name in _TEXTS or name == "model":
                text = text_of(value)
                if text is None:
                    self.notes.ignore(name)
                else:
                    texts[name] = text
        model = texts.pop("model", None)
        if model is not None and "request_model" not in texts and "response_model" not in texts:
            texts["request_model"] = model
        if "server_address" in texts:
            texts["server_address"] = host_of(texts["server_address"])
        known = {**self._defaults, **texts}
        if "response_model" in texts and "request_model" not in texts:
            # What holds for lines without a model says nothing of what was asked for here.
            known.pop("request_model", None)
        return known

    def _is_api(self, said: dict[str, Any], texts: dict[str, Any]) -> bool:
        """Whether a service was called; where the line does not say it, one that names a service and no model."""
        kind = self._used(said, "kind", _kind)
        if kind is not None:
            return kind is Kind.API
        return self._api or ("service" in texts and texts.keys().isdisjoint(_MODELS))

    def _used(self, said: dict[str, Any], name: str, read: Callable[[object], _Read | None]) -> _Read | None:
        """What is read out of a value; one that cannot be used is noted."""
        if name not in said:
            return None
        found = read(said[name])
        if found is None:
            self.notes.ignore(name)
        return found

    def _ended(self, said: dict[str, Any], error_message: str | None) -> dict[str, Any]:
        """How the call ended."""
        word, code = said.get("status"), self._used(said, "status_code", status_code_of)
        if code is None:
            code = status_code_of(word)
        status = status_without_word(code, error_message)
        if isinstance(word, str) and not digits_in(word):
            found = STATUS_WORDS.get(word.strip().lower())
            self.notes.statuses += found is None
            status = found or status
        return {"status": status, "status_code": code or None}

    def _tagged(self, said: dict[str, Any]) -> dict[str, str]:
        if "tags" not in said:
            return self._tags
        tags, whole = tags_from(said["tags"])
        if not whole:
            self.notes.ignore("tags")
        return {**self._tags, **tags}


def _counts(said: dict[str, Any]) -> dict[str, object]:
    """The token counts of a line; what is called tokens goes before what may be a prompt of digits only."""
    found = {COUNTS[name]: name for name in said if name in COUNTS and not name.endswith(_TOKENS)}
    found |= {COUNTS[name]: name for name in said if name in COUNTS and name.endswith(_TOKENS)}
    return {count: token_count(name, said[name]) for count, name in found.items()}


def _kind(value: object) -> Kind | None:
    return _KINDS.get(value.strip().lower()) if isinstance(value, str) else None
