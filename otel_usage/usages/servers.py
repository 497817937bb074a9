"""The server that was called, as records and spans name it: a host, without scheme, port, path and credentials."""

from __future__ import annotations

__all__ = ["host_of"]


def host_of(given: object) -> str | None:
    """The host of a base URL or of a host with or without a port; anything whose text is one is taken.

    ``https://user:password@api.example.com:8080/v1`` is ``api.example.com``, ``[::1]:11434`` is ``::1``. What holds
    no host is None.
    """
    if given is None:
        return None
    text = str(given).strip()
    _, scheme, rest = text.partition("://")
    authority = (rest if scheme else text).removeprefix("//")
    for mark in "/?#\\":
        authority = authority.partition(mark)[0]
    authority = authority.rpartition("@")[2]
    if authority.startswith("["):
        authority = authority[1:].partition("]")[0]
    elif authority.count(":") == 1:
        authority = authority.partition(":")[0]
    host = authority.rstrip(".").lower()
    return None if not host or any(character.isspace() for character in host) else host
