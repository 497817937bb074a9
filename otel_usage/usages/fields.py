"""The fields of what a client answered, whatever it is made of: a mapping, an ordinary object or a pydantic one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

__all__ = ["Fields", "field", "fields", "first", "text"]

_ORDINARY: Final = object()


class Fields(Protocol):
    """What fields are read from."""

    def get(self, name: str, /) -> object:
        """The value of a field, None where there is none."""


class _Attributes:
    """The attributes of an ordinary object."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def get(self, name: str, /) -> object:
        return getattr(self._value, name, None)


def fields(value: object) -> Fields:
    """The fields of a value; of a value that has none, such as a number, each is None."""
    if type(value) is dict:
        return value
    extra = getattr(value, "__pydantic_extra__", _ORDINARY)
    if extra is _ORDINARY:
        # A mapping last, as that asks every class that ever called itself one.
        return value if isinstance(value, (_Attributes, Mapping)) else _Attributes(value)
    # Most fields are asked for in vain, and pydantic is slow to say that an attribute is missing.
    known: dict[str, object] = value.__dict__
    return {**extra, **known} if type(extra) is dict and extra else known


def field(value: object, name: str) -> object:
    """One field of a value, None where there is none."""
    return fields(value).get(name)


def first(known: Fields, names: tuple[str, ...]) -> object:
    """The first of these fields that there is."""
    for name in names:
        found = known.get(name)
        if found is not None:
            return found
    return None


def text(value: object) -> str | None:
    """A value that is text and not empty, as plain text: enumerations of the clients become their values."""
    return str.__str__(value) if isinstance(value, str) and value else None
