"""Text that UTF-8 cannot carry: one such text makes an exporter fail for everything that it sends with it."""

from __future__ import annotations

__all__ = ["encodable"]


def encodable(text: str) -> str:
    """The text with a question mark for each lone half of a surrogate pair; the same object when there is none."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
