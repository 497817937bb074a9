"""What stands in the place of what was taken out: a mark with the class, or a keyed hash that tells equal values."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ERROR", "OVERSIZE", "StandIns"]

ERROR: Final = "[REDACTED:error]"
"""What stands for a value that could not be examined."""
OVERSIZE: Final = "[REDACTED:oversize:{}]"
"""What stands for a text that is larger than the caller allows; the number is its size in characters."""

_KEY_DIGITS: Final = 4
_HASH_DIGITS: Final = 12
"""Hexadecimal digits of a hash, 48 bits: of a million values two are alike by chance once in 560 installations."""


class StandIns:
    """Makes and knows the marks of some classes.

    Attributes:
        pattern: What a former redaction left behind; no rule looks inside.
        dropped: Classes that take the whole text with them in which one of their values is found.
    """

    def __init__(
        self,
        classes: Iterable[str],
        *,
        hashed: frozenset[str] = frozenset(),
        dropped: frozenset[str] = frozenset(),
        key: bytes | None = None,
    ) -> None:
        """Take the classes.

        Args:
            classes: Every class that a mark can name.
            hashed: Those whose mark holds a hash of the value; without a key it does not.
            dropped: See the attribute.
            key: Of the hash. An unkeyed one could be tried for every address or amount there is.
        """
        self.pattern = _pattern(tuple(sorted(classes)))
        self.dropped = dropped
        self._hashed = hashed if key else frozenset()
        self._key = key or b""

    def mark(self, kind: str, value: str) -> str:
        """The mark of a value: ``[REDACTED:email]``, or ``[REDACTED:email:k1f0c:3f9a1c0b2d4e]`` where values are told apart.

        The second part names the key, so that a change of keys is seen. Case and white space make no other value.
        """
        if kind not in self._hashed:
            return f"[REDACTED:{kind}]"
        plain = value.replace("%40", "@").strip().casefold()
        return f"[REDACTED:{kind}:k{self._key_name}:{self._digest(kind, plain)[:_HASH_DIGITS]}]"

    def is_mark(self, value: str) -> bool:
        """Whether a text is nothing but marks."""
        return not self.pattern.sub("", value)

    @cached_property
    def _key_name(self) -> str:
        return self._digest("key")[:_KEY_DIGITS]

    def _digest(self, *parts: str) -> str:
        import hmac  # noqa: PLC0415  # most installations hash nothing

        message = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, "sha256").hexdigest()


@lru_cache(maxsize=64)
def _pattern(classes: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, (*classes, "error")))
    return re.compile(rf"\[REDACTED:(?:(?:{names})(?::k[0-9a-f]{{4}}:[0-9a-f]{{12}})?|oversize:\d{{1,12}})\]")
