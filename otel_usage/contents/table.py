"""One API's parts of a message as a table.

A table says for each kind of item that the API knows where it has what the conventions' part is made of. A place is the
name of a field, or ``field.field``; of several the first that is there holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Items", "Media", "Part", "Places", "call", "outcome", "reasoning", "said"]

Places: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of item that holds text or values.

    Attributes:
        type: What the conventions call its part.
        places: Name in the part → where the item has it.
    """

    type: str
    places: dict[str, Places] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A kind of item that holds bytes, or says where they are; the bytes are never read.

    Attributes:
        modality: ``image``, ``audio``, …; None for what the type of the bytes says.
        data: Where the bytes are, plain or in base64.
        uri: Where an address of theirs is, which may hold them itself.
        file: Where the id is that the provider gave them.
        mime: Where their type is.
    """

    modality: str | None = None
    data: Places = ()
    uri: Places = ()
    file: Places = ()
    mime: Places = ()


Items: TypeAlias = "dict[str, Part | Media]"


def said(*content: str, kind: str = "text") -> Part:
    """Text."""
    return Part(kind, {"content": content})


def reasoning(*content: str) -> Part:
    """What a model thought."""
    return Part("reasoning", {"content": content})


def call(name: Places, arguments: Places, identity: Places = ("id",)) -> Part:
    """A call of a tool, which the model asks for."""
    return Part("tool_call", {"id": identity, "name": name, "arguments": arguments})


def outcome(response: Places, identity: Places) -> Part:
    """What a tool gave back."""
    return Part("tool_call_response", {"id": identity, "response": response})
