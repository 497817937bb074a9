"""Which index is in use where one was fetched."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otel_usage.pricing.build_index import rendered
from otel_usage.pricing.fetched import chosen, read
from otel_usage.pricing.index import INDEX_PATH, PriceIndex, bundled, current

if TYPE_CHECKING:
    from pathlib import Path

FETCHED = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def content() -> bytes:
    """A file as ``prices update`` writes it."""
    return rendered(bundled(), fetched=FETCHED)


@pytest.fixture
def prices(tmp_path: Path, content: bytes) -> Path:
    """The same in its place."""
    path = tmp_path / "prices.json"
    path.write_bytes(content)
    return path


def test_a_sound_fetched_index_is_used(prices: Path) -> None:
    """It counts beside the bundled one it was checked against, and its day stands in the version of its cards."""
    index, unused = chosen(prices)
    assert unused is None
    assert index.version == f"{bundled().version}+2026-11-22"
    assert current(prices).version == index.version
    found = current(prices).exact("openai", "gpt-4o")
    assert found is not None
    assert found.version == index.version


def test_without_a_file_the_bundled_index_holds(tmp_path: Path) -> None:
    """No home, no file, a directory in its place: the prices of the package."""
    for path in (None, tmp_path / "none", tmp_path):
        assert current(path).version == bundled().version
    assert chosen(tmp_path / "none")[1] is None


@pytest.mark.parametrize("cut", [0, 1, 100, 200_000, -1])
def test_a_torn_file_is_passed_over(prices: Path, content: bytes, cut: int) -> None:
    """What was cut off anywhere is known to be damaged; the bundled prices hold."""
    prices.write_bytes(content[:cut])
    index, unused = chosen(prices)
    assert index.version == bundled().version
    assert unused is not None
    assert unused.damaged
    assert str(prices) in unused.problem


def test_an_altered_file_is_passed_over(prices: Path, content: bytes) -> None:
    """A price changed by hand leaves valid JSON, and is found by the hash."""
    prices.write_bytes(content.replace(b'"input":2500000000', b'"input":2500000001', 1))
    assert prices.read_bytes() != content
    unused = chosen(prices)[1]
    assert unused is not None
    assert unused.damaged


def test_an_index_of_before_an_upgrade_is_older(prices: Path) -> None:
    """Checked against another bundled index than the one that is there now: the released one holds."""
    older = PriceIndex("0.0.1", bundled().providers, bundled().section)  # type: ignore[arg-type]  # all are there
    prices.write_bytes(rendered(older, fetched=FETCHED))
    index, unused = chosen(prices)
    assert index.version == bundled().version
    assert unused is not None
    assert not unused.damaged


def test_what_cannot_be_read_is_passed_over(prices: Path) -> None:
    """A directory in the place of the file is a reason like damage."""
    prices.unlink()
    prices.mkdir()
    unused = chosen(prices)[1]
    assert unused is not None
    assert unused.damaged


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(lambda depth: b"[" * depth, st.integers(0, 200_000)),
        st.builds(lambda line: INDEX_PATH.read_bytes()[:170] + line, st.binary(max_size=60)),
    )
)
def test_no_content_raises(tmp_path: Path, given_content: bytes) -> None:
    """Whatever lies there, a call's path gets an index."""
    path = tmp_path / "prices.json"
    path.write_bytes(given_content)
    assert current(path).version == bundled().version


def test_the_bundled_file_is_whole() -> None:
    """It passes the check that a fetched one must pass."""
    assert read(INDEX_PATH).version == bundled().version


def test_without_a_fetched_index_nothing_more_is_loaded() -> None:
    """A command that only prices a call imports neither what checks a fetched index nor genai-prices."""
    program = (
        "import sys; from pathlib import Path; from otel_usage.pricing.index import current\n"
        "current(Path('nowhere/prices.json'))\n"
        "print([name for name in ('genai_prices', 'httpx2', 'otel_usage.pricing.fetched') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
