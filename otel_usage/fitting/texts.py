"""The texts of a record: what they say is redacted within one bound, ids stay as they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from operator import attrgetter, is_not
from typing import Any, Final, Protocol

from otel_usage.digest import blake2b
from otel_usage.redaction.encoding import encodable
from otel_usage.redaction.redactor import MAX_TEXT

__all__ = ["Redact", "Texts", "fit_ids", "is_id", "stored_id", "text_of"]

_NAMES: Final = (
    "request_model",
    "response_model",
    "provider",
    "operation",
    "service_tier",
    "error_type",
)
"""Fields that hold a word of a known kind, which is redacted as the name of a model is."""
_WORDS: Final = (
    "agent",
    "session_id",
    "job_id",
    "task_type",
    "team",
    "project",
    "service",
    "endpoint",
    "task_description",
    "error_message",
)
"""Fields that hold a person's or a program's words, the longest last. Ids are stored as redacted, and looked for as redacted."""
_IDS: Final = ("response_id", "request_id", "server_address")
"""Ids of a provider, and the address of its server, which is how it is told that it is one's own: they stay as they are."""
_PLACES: Final = ("trace_id", "span_id")
"""Hexadecimal ids; what is no text is none of them."""
_MAX_ID: Final = 256
"""Characters of an id. A record's longer one is kept by its beginning and its hash, which is as good an identity."""
_MAX_TAGS: Final = 64

_TEXTS: Final = (*_NAMES, *_WORDS)
_TEXT_OR_NOTHING: Final = frozenset({str, type(None)})
_SHORT: Final = 1024
"""Characters of the texts of a record that are remembered together."""
_REMEMBERED: Final = 1024

_texts_of = attrgetter(*_TEXTS)
_ids_of = attrgetter(*_IDS)
_places_of = attrgetter(*_PLACES)


class Redact(Protocol):
    """Takes secrets out of a text, and what UTF-8 cannot carry."""

    def __call__(self, value: str, *, limit: int) -> str:
        """The text, replaced as a whole when it has more than ``limit`` characters."""


# The functions take a record as something of which nothing is known, and say what has to change.


def fit_ids(record: Any, changes: dict[str, Any]) -> None:  # noqa: ANN401  # see above
    """Ids of ours and of traces, and where the record came from."""
    if not is_id(record.id) or not record.id:
        changes["id"] = stored_id(record.id)
    if not is_id(record.source):
        changes["source"] = "unknown" if record.source is None else encodable(text_of(record.source))
    for name, value in zip(_PLACES, _places_of(record), strict=True):
        if value is not None and not is_id(value):
            changes[name] = None


class Texts:
    """Redacts the texts of records, within one bound for each.

    What held no secret is remembered, because agents send the same names and ids with every call.
    """

    def __init__(
        self,
        *,
        redact: Redact,
        redact_name: Redact,
        redact_pairs: Callable[[Mapping[str, str]], object] = dict,
    ) -> None:
        """Take the redactions.

        Args:
            redact: For a text.
            redact_name: For the name of a model, a provider, an error, which it leaves as it is.
            redact_pairs: For names with their values.
        """
        self._redact_pairs = redact_pairs
        self._redact = redact
        self._redact_name = redact_name
        self._clean: set[tuple[str | None, ...]] = set()

    def fit(self, record: Any, changes: dict[str, Any]) -> bool:  # noqa: ANN401  # see above
        """Redact; what is no text (a number, a UUID) is taken as its text. False where tags were left out."""
        values = _texts_of(record)
        left = MAX_TEXT
        # Of equal values one may be no text, or one of an application's own class.
        if not _TEXT_OR_NOTHING.issuperset(map(type, values)) or values not in self._clean:
            names, left = _redacted(values[: len(_NAMES)], self._redact_name, left)
            words, left = _redacted(values[len(_NAMES) :], self._redact, left)
            texts = (*names, *words)
            # What is the same as before need not be changed: a replaced record is built anew, field by field.
            if any(map(is_not, texts, values)):
                changes.update(zip(_TEXTS, texts, strict=True))
            elif MAX_TEXT - left <= _SHORT:
                self._remember(values)
        for name, value in zip(_IDS, _ids_of(record), strict=True):
            if value is not None and not is_id(value):
                (changes[name],), left = _redacted((value,), self._redact, left)
        if type(record.tags) is dict and not record.tags:
            return True
        given, whole_tags = _tags(record.tags)
        clean, _ = _redacted(given, self._redact, left)
        pairs = {name or "": value or "" for name, value in zip(clean[::2], clean[1::2], strict=True)}
        # A name may announce a secret that its value alone does not show.
        found = self._redact_pairs(pairs)
        changes["tags"] = found if isinstance(found, dict) else {}
        return whole_tags

    def _remember(self, values: tuple[str | None, ...]) -> None:
        if len(self._clean) >= _REMEMBERED:
            self._clean.clear()
        self._clean.add(values)


def _redacted(values: Iterable[object], redact: Redact, left: int) -> tuple[list[str | None], int]:
    """The texts of values, in their order and with None for an empty one, and how many characters may still be examined."""
    texts: list[str | None] = []
    for value in values:
        if value is None:
            texts.append(None)
            continue
        text = value if type(value) is str else text_of(value)
        texts.append(redact(text, limit=left) or None)
        if len(text) <= left:
            left -= len(text)
    return texts, left


def stored_id(value: object) -> str:
    """The id as it is stored: as text, a long one by its beginning and its hash; without one, a call is like no other."""
    text = "" if value is None else text_of(value)
    if not text:
        return f"call:{os.urandom(16).hex()}"
    fit_text = encodable(text)
    if len(text) <= _MAX_ID and fit_text is text:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{fit_text[: _MAX_ID - 40]}:{digest}"


def is_id(value: object) -> bool:
    """Whether a value can be an id as a program makes it."""
    return type(value) is str and len(value) <= _MAX_ID and value.isascii()


def text_of(value: object) -> str:
    """The text of anything; of what cannot say it, the name of its class."""
    if type(value) is str:
        return value
    try:
        # str() may give a class of the application's own, which JSON does not know.
        return str.__str__(str(value))
    except Exception:  # noqa: BLE001  # an application's object; its failure must not cost the call
        return type(value).__name__


def _tags(tags: object) -> tuple[list[str], bool]:
    """Names and values of the first tags in turn, and whether these are all."""
    if type(tags) is not dict and not isinstance(tags, Mapping):
        return [], True
    try:
        items, whole_tags = [*islice(tags.items(), _MAX_TAGS)], len(tags) <= _MAX_TAGS
    except Exception:  # noqa: BLE001  # an application's object; its failure must not cost the call
        return [], True
    return [text_of(part) for pair in items for part in pair], whole_tags
