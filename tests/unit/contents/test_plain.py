"""Any value as a value of JSON."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from otel_usage.contents.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator


class Colour(Enum):
    """An enumeration."""

    RED = 1


class Word(StrEnum):
    """An enumeration of texts."""

    STOP = "stop"


class Struct(msgspec.Struct):
    """As msgspec has it."""

    a: int = 1
    b: str | None = None


class Model(BaseModel):
    """As pydantic has it."""

    a: int = 1
    b: str | None = None


@dataclass(slots=True)
class Data:
    """As the standard library has it."""

    a: int = 1
    b: list[Any] = field(default_factory=list)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Struct(), {"a": 1}),
        (Model(), {"a": 1}),
        (Data(), {"a": 1, "b": []}),
        (SimpleNamespace(a=1, b=None), {"a": 1}),
        ((1, {2}, frozenset()), [1, [2], []]),
        ({1: "a", None: "b", Word.STOP: "c"}, {"1": "a", "None": "b", "stop": "c"}),
        ([Colour.RED, Word.STOP], [1, "stop"]),
        (dt.date(2026, 5, 28), "2026-05-28"),
        ([Decimal("1.5"), PurePosixPath("a/b")], ["1.5", "a/b"]),
        (ValueError("no"), "no"),
        (object(), "[object]"),
        (io.StringIO("text"), "[StringIO]"),
        (b"bytes", {"type": "blob", "modality": "unknown", "size": 5}),
    ],
    ids=repr,
)
def test_a_value_is_told_by_what_it_holds(value: object, expected: object) -> None:
    """Data as its fields, what is no data as its type, bytes as their size."""
    assert plain(value) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_a_value_of_json_stays(value: object) -> None:
    """And is a copy where it may change later."""
    found = plain(value)
    assert found == value
    assert not isinstance(value, list | dict) or found is not value


def test_what_can_be_read_once_is_not_read() -> None:
    """Generators, iterators, coroutines and streams are the application's."""

    def numbers() -> Iterator[int]:
        yield from range(3)

    async def answer() -> None:
        pass

    generator, iterator, coroutine = numbers(), iter([1, 2]), answer()
    assert plain([generator, iterator, coroutine, map(str, [1])]) == [
        "[generator]",
        "[list_iterator]",
        "[coroutine]",
        "[map]",
    ]
    assert (list(generator), list(iterator)) == ([0, 1, 2], [1, 2])
    coroutine.close()


def test_what_stands_in_itself_ends() -> None:
    """Whether directly or further in; what stands side by side is told each time."""
    cyclic: list[Any] = [1]
    cyclic.append({"again": cyclic})
    assert plain(cyclic) == [1, {"again": "[list]"}]
    shared = [1]
    assert plain([shared, shared]) == [[1], [1]]
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    assert json.dumps(plain(deep)).count("[") == 33 + 1


def test_a_name_in_bytes_is_told_as_text() -> None:
    """It may announce a secret, as that of a header."""
    assert plain({b"authorization": 1, b"\xff": 2, 3: 4}) == {"authorization": 1, "\ufffd": 2, "3": 4}


def test_what_is_very_large_is_cut() -> None:
    """Also what has a length and no end of items."""
    found = plain(range(10**9))
    assert len(found) == 20_000 + 1
    assert found[-1] == f"[{10**9 - 20_000} more]"
    assert len(plain(dict.fromkeys(range(30_000)))) == 20_000
    assert len(json.dumps(plain([[[0] * 100] * 100] * 100))) < 100_000


@pytest.mark.parametrize(
    ("value", "size", "mime"),
    [
        ("data:image/png;base64,AAAA", 3, "image/png"),
        ("data:;base64,AAA=", 2, None),
        ("Ab0+" * 1_000, 3_000, None),
    ],
)
def test_bytes_in_a_text_are_told_by_their_size(value: str, size: int, mime: str | None) -> None:
    """Wherever they stand."""
    named = {} if mime is None else {"mime_type": mime}
    assert plain({"a": value}) == {"a": {"type": "blob", "modality": "unknown", **named, "size": size}}


def test_a_long_text_is_a_text() -> None:
    """Prose and code are no base64."""
    for value in ("word " * 1_000, "def f():\n    return 1\n" * 200, "a" * 999):
        assert plain(value) == value
