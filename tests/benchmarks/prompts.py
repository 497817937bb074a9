"""Texts to redact, cut from what is installed: code of the standard library, and documentation for prose."""

from __future__ import annotations

import json
import sysconfig
from functools import cache
from pathlib import Path
from pydoc_data.topics import topics
from random import Random
from typing import TYPE_CHECKING

from tests.data.planting import strewn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["KINDS", "Pool", "in_json", "in_json_in_json", "with_secrets"]

_EVERY = 2_000
"""Characters for each planted secret: five in a prompt of 10 KB."""
_DOCUMENTS = ("METADATA", "LICENSE*", "README*", "NOTICE*", "*.md", "*.rst")


class Pool:
    """Text that is given away piece by piece, none of it twice."""

    def __init__(self, kind: str) -> None:
        """Begin with the whole.

        Args:
            kind: One of ``KINDS``.
        """
        self._text = KINDS[kind]()
        self._at = 0

    def cut(self, count: int, size: int) -> list[str]:
        """Give at most so many texts of so many characters; fewer when the text ends."""
        ends = range(self._at + size, min(self._at + size * count, len(self._text)) + 1, size)
        texts = [self._text[end - size : end] for end in ends]
        self._at += size * len(texts)
        return texts


def with_secrets(texts: list[str]) -> list[str]:
    """The same texts with lines that hold secrets between their own."""
    return [strewn(text, Random(number), every=_EVERY) for number, text in enumerate(texts)]


def in_json(text: str) -> str:
    """The text as the prompt of a request."""
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]
    return json.dumps({"model": "gpt-4o", "messages": messages, "max_tokens": 1024})


def in_json_in_json(text: str) -> str:
    """The text as an argument of a tool's call, which is JSON in a string of JSON."""
    arguments = json.dumps({"path": "notes.md", "content": text})
    call = {"id": "call_1", "type": "function", "function": {"name": "write", "arguments": arguments}}
    return json.dumps({"messages": [{"role": "assistant", "tool_calls": [call]}]})


@cache
def _code() -> str:
    library = Path(sysconfig.get_path("stdlib"))
    files = sorted(library.rglob("*.py"))
    return _mixed(_read(f) for f in files if not {"site-packages", "test", "tests"} & set(f.parts))


@cache
def _prose() -> str:
    packages = Path(sysconfig.get_path("purelib"))
    files = {file for pattern in _DOCUMENTS for file in packages.rglob(pattern) if file.is_file()}
    return _mixed([*topics.values(), *map(_read, sorted(files))])


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _mixed(texts: Iterable[str]) -> str:
    """Join texts in an order that mixes their kinds and is the same in each run; equal ones once."""
    order = list(dict.fromkeys(texts))
    Random(5).shuffle(order)
    return "\n".join(order)


KINDS: Mapping[str, Callable[[], str]] = {"code": _code, "prose": _prose}
"""What there are texts of."""
