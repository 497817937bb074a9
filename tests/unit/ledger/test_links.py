from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from otel_usage.ledger.links import Sighting, conflicting_keys, group, provider_keys, record_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]


def calls(*records: UsageRecord) -> set[frozenset[str]]:
    """The record ids of each call that the sightings make."""
    sightings = [Sighting(record, exposed=False) for record in records]
    made = group(sightings, {}, conflicting_keys(sightings))
    return {
        frozenset(f"{member.record.source} {member.record.id}" for member in members) for members, _ in made
    }


def test_one_record_id_is_one_call(record: Make) -> None:
    """However often and by whomever a record id is seen."""
    assert calls(record("a"), record("a", source="otlp"), record("a", nanos=2)) == {
        frozenset({"live a", "otlp a"})
    }


def test_a_response_id_joins_what_different_sources_saw(record: Make) -> None:
    """A span and the same call in an agent's own log are one call."""
    live, logged = record("a", response_id="resp_1"), record("b", source="codex", response_id="resp_1")
    assert calls(live, logged) == {frozenset({"live a", "codex b"})}


def test_a_response_id_of_another_provider_is_another_id(record: Make) -> None:
    """Two providers may number alike."""
    one, other = (
        record("a", response_id="1"),
        record("b", source="codex", response_id="1", provider="anthropic"),
    )
    assert len(calls(one, other)) == 2


def test_a_request_id_is_not_a_response_id(record: Make) -> None:
    """The same text in two roles is two ids."""
    assert set(provider_keys(record("a", response_id="x"))).isdisjoint(
        provider_keys(record("b", request_id="x"))
    )


def test_one_trace_may_see_a_call_twice(record: Make) -> None:
    """Our span around an instrumented client's span: one source, one trace, one response id, one call."""
    outer, inner = (record(name, response_id="r", trace_id="t1") for name in ("a", "b"))
    assert calls(outer, inner) == {frozenset({"live a", "live b"})}


def test_a_constant_response_id_joins_nothing(record: Make) -> None:
    """A test server that always answers chatcmpl-123 made two calls, not one."""
    one, other = (record(name, response_id="chatcmpl-123", trace_id=name) for name in ("a", "b"))
    logged = record("c", source="codex", response_id="chatcmpl-123")
    assert len(calls(one, other, logged)) == 3


def test_sound_ids_that_together_are_not_sound_join_nothing(record: Make) -> None:
    """Each id has one holder a source, but the chain would make one call of two traces."""
    one = record("a", response_id="r1", trace_id="t1")
    between = record("b", source="codex", response_id="r1", request_id="q1")
    other = record("c", request_id="q1", trace_id="t2")
    assert len(calls(one, between, other)) == 3
    sightings = [Sighting(record, exposed=False) for record in (one, between, other)]
    assert [believed for _, believed in group(sightings, {}, ())] == [False] * 3


def test_a_sighting_without_a_trace_does_not_hide_that_its_call_has_one(record: Make) -> None:
    """The same id seen with and without a trace, and another id in that trace: whatever the order, two calls."""
    seen = [
        record("a", response_id="r", trace_id="t1"),
        record("a", response_id="r"),
        record("b", response_id="r", trace_id="t1"),
    ]
    for order in permutations(seen):
        assert len(calls(*order)) == 2


def test_a_link_line_joins_two_record_ids(record: Make) -> None:
    """What a person says is one call is one call."""
    sightings = [Sighting(record(name), exposed=False) for name in ("a", "b")]
    one, other = record_key("a"), record_key("b")
    assert len(group(sightings, {one: [other], other: [one]}, ())) == 1
