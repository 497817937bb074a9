"""How many columns a text takes on a terminal, and a text cut or filled up to so many."""

from __future__ import annotations

from itertools import accumulate

__all__ = ["cut", "padded", "pieces", "width"]


def width(text: str) -> int:
    """Columns that a text takes on a terminal; East Asian characters take two."""
    plain = text.replace("…", ".")
    if plain.isascii():
        return len(plain)
    from wcwidth import wcswidth  # noqa: PLC0415  # takes longer than the whole report, and most names are ASCII

    return max(wcswidth(plain), 0)


def padded(text: str, columns: int) -> str:
    """A text with spaces up to a width."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int, ellipsis: str = "…") -> str:
    """A text of at most so many columns; a longer one keeps its begin and its end, where names differ."""
    if width(text) <= columns:
        return text
    characters = pieces(text)
    if columns <= len(ellipsis):
        return "".join(_first(characters, columns))
    room = columns - len(ellipsis)
    end = _first(characters[::-1], room // 3)[::-1]
    begin = _first(characters, room - sum(map(width, end)))
    return "".join([*begin, ellipsis, *end])


def pieces(text: str) -> list[str]:
    """What a reader sees as one character each: a letter stays with its accents."""
    if text.isascii():
        return list(text)
    from wcwidth import iter_graphemes  # noqa: PLC0415  # see above

    return list(iter_graphemes(text))


def _first(characters: list[str], columns: int) -> list[str]:
    """As many of them as fit."""
    used = accumulate(map(width, characters))
    return characters[: sum(columns_used <= columns for columns_used in used)]
