"""Putting published prices in the place of those in use."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.errors import PriceDataError
from otel_usage.pricing import PriceBook
from otel_usage.pricing.index import bundled, current
from otel_usage.pricing.update import update

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    from otel_usage.pricing.update import Changes
    from otel_usage.records import UsageRecord

    Data = list[dict[str, Any]]

DAY = 86_400 * 10**9
LATER = datetime.now(UTC).date() + timedelta(days=2)
MIDNIGHT = (LATER - date(1970, 1, 1)).days * DAY


@pytest.fixture
def data(published_prices: ModuleType) -> Data:
    """Published data, to be changed."""
    found: Data = published_prices.published()
    return found


@pytest.fixture(scope="module")
def updated(published_prices: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Changes]:
    """The file after an update in which four prices are others, and what was said of it."""
    data = published_prices.published()
    later = {
        "constraint": {"start_date": LATER.isoformat()},
        "prices": {"input_mtok": 4, "output_mtok": 12},
    }
    night = {
        "constraint": {"start_time": "16:30:00Z", "end_time": "00:30:00Z"},
        "prices": {"input_mtok": 1, "output_mtok": 2},
    }
    plain = {"input_mtok": 2, "output_mtok": 6}
    published_prices.price(data, "openai", "gpt-4o", {"input_mtok": 99, "output_mtok": 100.5})
    published_prices.price(data, "openai", "gpt-4-turbo", [{"prices": plain}, later])
    published_prices.price(data, "openai", "gpt-4", [{"prices": plain}, night])
    (openai,) = (one for one in data if one["id"] == "openai")
    openai["models"] = [one for one in openai["models"] if one["id"] != "o1-pro"]
    new = {"id": "gpt-99", "match": {"equals": "gpt-99"}, "prices": {"input_mtok": 0.07, "output_mtok": 0.3}}
    openai["models"].append(new)
    path = tmp_path_factory.mktemp("home") / "prices.json"
    return path, update(path, json.dumps(data).encode(), source="test")


def test_an_update_says_what_changes(updated: tuple[Path, Changes]) -> None:
    """What is new, gone and priced otherwise, and what changes later."""
    changes = updated[1]
    assert changes.added == ("openai/gpt-99",)
    assert changes.removed == ("openai/o1-pro",)
    assert changes.changed == ("openai/gpt-4", "openai/gpt-4-turbo", "openai/gpt-4o")
    assert ("openai/gpt-4-turbo", LATER) in changes.coming
    assert all(day >= LATER for _, day in changes.coming)


def test_calls_get_the_fetched_prices(
    updated: tuple[Path, Changes], call: Callable[..., UsageRecord]
) -> None:
    """$99 in and $100.50 out a million; a model that the package never heard of."""
    book = PriceBook(index=updated[0])
    assert book.price(call("openai", "gpt-4o", input=1_000, output=10)).nanos == 1_000 * 99_000 + 10 * 100_500
    assert book.price(call("openai", "gpt-99", input=1_000, output=10)).nanos == 1_000 * 70 + 10 * 300
    assert PriceBook().price(call("openai", "gpt-4o", input=1_000, output=0)).nanos == 1_000 * 2_500


def test_a_price_that_begins_later_applies_from_then_on(
    updated: tuple[Path, Changes], call: Callable[..., UsageRecord]
) -> None:
    """$2 a million until the last nanosecond before a day (UTC) in the future, $4 from its first."""
    book = PriceBook(index=updated[0])
    before = call("openai", "gpt-4-turbo", input=1_000, output=0, start=MIDNIGHT - 1)
    after = call("openai", "gpt-4-turbo", input=1_000, output=0, start=MIDNIGHT)
    assert book.price(before).nanos == 1_000 * 2_000
    assert book.price(after).nanos == 1_000 * 4_000


def test_a_price_of_the_night_applies_at_night(
    updated: tuple[Path, Changes], call: Callable[..., UsageRecord]
) -> None:
    """From 16:30 to 00:30 UTC $1 a million, else $2; fetched times carry their zone."""
    book = PriceBook(index=updated[0])
    minute = 60 * 10**9
    for at, rate in ((29, 1_000), (30, 2_000), (989, 2_000), (990, 1_000), (1_439, 1_000)):
        record = call("openai", "gpt-4", input=1_000, output=0, start=MIDNIGHT + at * minute)
        assert book.price(record).nanos == 1_000 * rate


def test_a_fetched_file_is_private_and_alone(updated: tuple[Path, Changes]) -> None:
    """Mode 0600, and nothing else is left in the directory."""
    path = updated[0]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["prices.json"]


def test_an_older_file_than_the_one_in_use_is_refused(
    updated: tuple[Path, Changes], data: Data, tmp_path: Path
) -> None:
    """Data whose newest price is of an earlier day than that of the prices in use."""
    for seller in data:
        for model in seller["models"]:
            if isinstance(model["prices"], list):
                model["prices"] = [one for one in model["prices"] if _since(one) < "2026-06-01"] or model[
                    "prices"
                ][:1]
    path = tmp_path / "prices.json"
    path.write_bytes(updated[0].read_bytes())
    with pytest.raises(PriceDataError, match="older than the prices in use: its newest price is of 2026"):
        update(path, json.dumps(data).encode(), source="test")
    assert path.read_bytes() == updated[0].read_bytes()


def _since(price: dict[str, Any]) -> str:
    return str(price.get("constraint", {}).get("start_date", ""))


def _few(data: Data) -> None:
    for seller in data:
        del seller["models"][len(seller["models"]) // 2 :]


def _nameless(data: Data) -> None:
    for seller in data:
        seller["models"] = [model for model in seller["models"] if not model["id"].startswith("gpt-4o")]


def _negative(data: Data) -> None:
    data[0]["models"][0]["prices"] = {"input_mtok": -1}


def _absurd(data: Data) -> None:
    data[0]["models"][0]["prices"] = {"input_mtok": 10**12}


def _not_finite(data: Data) -> None:
    data[0]["models"][0]["prices"] = {"input_mtok": float("inf")}


def _free(data: Data) -> None:
    for seller in data:
        for model in seller["models"]:
            if model["id"].startswith("claude-sonnet-4-5"):
                model["prices"] = {"input_mtok": 0, "output_mtok": 0}


def _given_away(data: Data) -> None:
    for seller in data:
        for model in seller["models"]:
            if seller["id"] == "openai" and model["id"] != "gpt-4o":
                model["prices"] = {"input_mtok": 0, "output_mtok": 0}


def _in_other_units(data: Data) -> None:
    for seller in data:
        for model in seller["models"]:
            prices = model["prices"]
            if isinstance(prices, dict) and not isinstance(prices.get("input_mtok", {}), dict):
                prices["input_mtok"] = float(prices["input_mtok"]) * 1000


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda data: data.__delitem__(slice(3, None)), "has only 3 providers"),
        (_few, r"has only \d,\d\d\d models"),
        (_nameless, "has no price of openai/gpt-4o"),
        (_free, "has no price of anthropic/claude-sonnet-4-5"),
        (_given_away, "none or ten times more or less"),
        (_in_other_units, "none or ten times more or less"),
        (_negative, "has a price of .* that is none"),
        (_absurd, "has a price of .* that is none"),
        (_not_finite, "is not the JSON"),
    ],
)
def test_data_that_cannot_be_right_is_refused(
    data: Data, tmp_path: Path, spoil: Callable[[Data], None], problem: str
) -> None:
    """Too little, prices that are none, well-known models without a price: one sentence, and nothing is written."""
    spoil(data)
    with pytest.raises(PriceDataError, match=f"^place: .*{problem}"):
        update(tmp_path / "prices.json", json.dumps(data).encode(), source="place")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"<html></html>",
        b"null",
        b'[{"id": "x"}]',
        b"\xff\xfe",
        b"[" * 100_000,
        b'[{"models": [1e999999]}]',
    ],
    ids=["empty", "object", "html", "null", "fields", "bytes", "deep", "huge"],
)
def test_what_is_no_price_data_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever it is, the error says that it is not what was expected."""
    with pytest.raises(PriceDataError, match="place: "):
        update(tmp_path / "prices.json", content, source="place")


def test_a_truncated_file_is_refused(data: Data, tmp_path: Path) -> None:
    """The first nine tenths of the right file."""
    content = json.dumps(data).encode()
    with pytest.raises(PriceDataError, match="or not all of it"):
        update(tmp_path / "prices.json", content[: len(content) * 9 // 10], source="place")


KILL = """
import os, signal, sys
from pathlib import Path
from otel_usage.pricing import update
real = os.replace
def end(*arguments):
    if sys.argv[3] == "after":
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
os.replace = end
update.update(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), source="test")
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_leaves_the_old_file_or_the_new_one(
    updated: tuple[Path, Changes], data: Data, tmp_path: Path, when: str
) -> None:
    """Killed just before or just after the new file takes its place, with the old one there."""
    path, given_file = tmp_path / "prices.json", tmp_path / "data.json"
    path.write_bytes(updated[0].read_bytes())
    given_file.write_text(json.dumps(data), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", KILL, str(path), str(given_file), when], check=False)
    assert done.returncode == -signal.SIGKILL
    if when == "before":
        assert path.read_bytes() == updated[0].read_bytes()
    else:
        assert path.read_bytes() != updated[0].read_bytes()
    assert current(path).version.startswith(f"{bundled().version}+")


def test_a_failed_write_leaves_the_old_file(
    updated: tuple[Path, Changes], data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: the error says so, the old prices stay, and nothing is left beside them."""
    path = tmp_path / "prices.json"
    path.write_bytes(updated[0].read_bytes())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        update(path, json.dumps(data).encode(), source="test")
    assert [found.name for found in tmp_path.iterdir()] == ["prices.json"]
    assert path.read_bytes() == updated[0].read_bytes()
