"""A line as the record of a call."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from otel_usage.amounts import UNKNOWN, given_cost
from otel_usage.cli.record import tags_of
from otel_usage.cli.record.outcome import STATUSES, status_without_word
from otel_usage.cli.record.stdin.identity import Identities
from otel_usage.cli.record.stdin.names import CONTENT, COUNTS, TEXTS, meaning
from otel_usage.cli.record.stdin.notes import Notes
from otel_usage.cli.record.stdin.values import (
    duration_of,
    moment_of,
    status_code_of,
    tags_from,
    text_of,
    token_count,
)
from otel_usage.counts import canonical_usage
from otel_usage.errors import InvalidValueError
from otel_usage.records import Kind, UsageRecord, flag_missing_usage
from otel_usage.usages.servers import host_of

if TYPE_CHECKING:
    from otel_usage.records import Cost, Flag
    from otel_usage.settings import Settings

__all__ = ["Rows"]

_TEXTS: Final = frozenset(TEXTS)
_MODELS: Final = ("model", "request_model", "response_model")
_OF_A_CALL: Final = frozenset((*_MODELS, "service", "cost", *COUNTS))
"""Names of which a line has at least one; without any it tells of something else."""
_KINDS: Final = {kind.value: kind for kind in Kind}
_OF_A_MODEL: Final = ("provider", "request_model", "response_model", "operation", "service_tier")
_OF_A_SERVICE: Final = ("service", "endpoint")
_AS_OPTIONS: Final = {"request_model": "model", "session_id": "session", "server_address": "server"}
"""Field of a record → the option that says it, where that has another name."""


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
        usage, flags = canonical_usage(
            {COUNTS[name]: token_count(name, value) for name, value in said.items() if name in COUNTS},
            input_includes_cache=self._convention(said),
        )
        cost, unusable = self._cost(said, api=api)
        own, duration = text_of(said.get("id")), duration_of(said.get("duration_ms"))
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
            time_to_first_chunk=duration_of(said.get("time_to_first_chunk_ms")),
            **self._ended(said, texts.get("error_message")),
            **texts,
        )
        self.notes.undated += not (dated or own)
        self.notes.free += bool(cost.nanos == 0 and usage.total and "cost_status" not in said)
        return flag_missing_usage(record)

    def _said(self, line: dict[str, Any]) -> dict[str, Any]:
        """The values of a line by the names of the table; an empty one is none, of two the first holds.

        Raises:
            InvalidValueError: The line tells of no call.
        """
        said: dict[str, Any] = {}
        unknown: list[str] = []
        content = False
        for key, value in line.items():
            if value is None or value == "":
                continue
            name = meaning(key, is_text=not isinstance(value, int | float))
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
        kind = said.get("kind")
        if isinstance(kind, str) and kind in _KINDS:
            return _KINDS[kind] is Kind.API
        return self._api or ("service" in texts and texts.keys().isdisjoint(_MODELS))

    def _convention(self, said: dict[str, Any]) -> bool | None:
        given = said.get("input_includes_cache")
        return given if isinstance(given, bool) else self._includes_cache

    def _cost(self, said: dict[str, Any], *, api: bool) -> tuple[Cost, tuple[Flag, ...]]:
        """The cost that a line gives; nothing but the line knows what a service costs."""
        return given_cost(said.get("cost")) if self._costs or api else (UNKNOWN, ())

    def _ended(self, said: dict[str, Any], error_message: str | None) -> dict[str, Any]:
        """How the call ended."""
        word, code = said.get("status"), status_code_of(said.get("status_code"))
        if code is None and not isinstance(word, str):
            code = status_code_of(word)
        status = status_without_word(code, error_message)
        if isinstance(word, str):
            found = STATUSES.get(word.strip().lower())
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
