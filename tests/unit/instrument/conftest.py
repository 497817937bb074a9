"""What the tests of the spans use: a home, the SDK, the journal's calls."""

from __future__ import annotations

from tests.unit.spans.conftest import _no_provider, booked, exported, journal, place, sdk, stats

__all__ = ["_no_provider", "booked", "exported", "journal", "place", "sdk", "stats"]
