"""Servers that are declared free by the host that a call goes to: a true $0, and only by declaration."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache

from otel_usage.errors import PriceDataError

__all__ = ["FreeHosts"]

_MAX_KEPT = 256
_MAX_NAME = 255
"""A longer one is no host."""


class FreeHosts:
    """Whether a host is declared free, by its name or a glob; what was asked is kept, up to a bound."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        """Check every pattern.

        Raises:
            PriceDataError: One is an address with a scheme or a port, which no host would match.
        """
        for pattern in patterns:
            if "/" in pattern or pattern.count(":") == 1 or "]:" in pattern or not pattern.strip():
                raise PriceDataError(
                    f"{pattern!r} is no host: give it without scheme, port and path",
                    source="pricing.free_hosts",
                )
        self._patterns = tuple(map(_plain, patterns))
        self._kept = lru_cache(_MAX_KEPT)(self._declared)

    def __contains__(self, host: str | None) -> bool:
        """Whether this host is one of them; an unknown host is not."""
        return host is not None and len(host) <= _MAX_NAME and self._kept(host)

    def _declared(self, host: str) -> bool:
        plain = _plain(host)
        return any(plain == pattern or fnmatchcase(plain, pattern) for pattern in self._patterns)


def _plain(host: str) -> str:
    """A host in lower case, without the brackets of an IPv6 address and without the root's dot."""
    return host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")
