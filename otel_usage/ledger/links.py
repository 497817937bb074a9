"""Which sightings are one call: the keys they share, and which keys can be trusted.

A call is a connected set of sightings. Two sightings are connected by the same record id, by a link line, or by
the same response or request id of one provider. Such a provider's id is not always unique (a test server's
constant ``chatcmpl-123``, a gateway's cache): a set never holds two sightings of one source that have different
record ids and do not stand in one trace. An id that would make such a set is distrusted, and its holders flagged.

Everything here is a function of the set of sightings, whatever the order in which they arrived.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from otel_usage.digest import blake2b

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from otel_usage.records import UsageRecord

__all__ = ["Sighting", "conflicting_keys", "group", "provider_keys", "record_key"]


class Sighting(NamedTuple):
    """A record as one line of the journal had it.

    Attributes:
        record: The record.
        exposed: Whether it was young enough at ingest to enter the counters that Prometheus sees.
    """

    record: UsageRecord
    exposed: bool


def record_key(record_id: str) -> int:
    """The 64-bit key of a record id."""
    return _key(b"r", record_id)


def provider_keys(record: UsageRecord) -> tuple[int, ...]:
    """The keys of the ids that the provider gave: response and request."""
    if record.response_id is None and record.request_id is None:
        return ()
    provider = record.provider or ""
    keys = []
    if record.response_id:
        keys.append(_key(b"p", f"{provider}\0response\0{record.response_id}"))
    if record.request_id:
        keys.append(_key(b"p", f"{provider}\0request\0{record.request_id}"))
    return tuple(keys)


def conflicting_keys(sightings: Iterable[Sighting]) -> set[int]:
    """Provider keys whose holders cannot be one call."""
    holders: defaultdict[int, list[UsageRecord]] = defaultdict(list)
    for sighting in sightings:
        for key in provider_keys(sighting.record):
            holders[key].append(sighting.record)
    return {key for key, records in holders.items() if _conflict(records)}


def group(
    sightings: Collection[Sighting], joined: Mapping[int, Collection[int]], distrusted: Collection[int]
) -> list[tuple[list[Sighting], bool]]:
    """Divide sightings into calls, and say of each whether its provider's ids were believed.

    Args:
        sightings: Every sighting that any trusted key connects, directly or through others.
        joined: Record keys that link lines connect.
        distrusted: Provider keys that connect nothing.
    """
    calls = []
    for candidate in _components(sightings, joined, distrusted, by_provider=True):
        if _conflict([sighting.record for sighting in candidate]):
            # Each key looks sound, together they do not: only the record ids are believed.
            parts = _components(candidate, joined, distrusted, by_provider=False)
            calls += [(part, False) for part in parts]
        else:
            calls.append((candidate, True))
    return calls


def _conflict(records: Collection[UsageRecord]) -> bool:
    """Whether one source saw, under different ids, what does not stand in one trace."""
    if len(records) == 1:
        return False
    ids: defaultdict[str, set[str]] = defaultdict(set)
    traces: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        ids[record.source].add(record.id)
        traces[record.source].add(record.trace_id or f"no trace {record.id}")
    return any(len(ids[source]) > 1 and len(traces[source]) > 1 for source in ids)


def _components(
    sightings: Collection[Sighting],
    joined: Mapping[int, Collection[int]],
    distrusted: Collection[int],
    *,
    by_provider: bool,
) -> list[list[Sighting]]:
    """Connected components, by a union of the keys that each sighting holds."""
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while (above := parent.setdefault(key, key)) != key:
            parent[key] = key = parent[above]
        return key

    own = [record_key(sighting.record.id) for sighting in sightings]
    for key, sighting in zip(own, sightings, strict=True):
        others = set(joined.get(key, ()))
        if by_provider:
            others.update(provider_keys(sighting.record))
            others.difference_update(distrusted)
        for other in others:
            parent[root(other)] = root(key)
    found: defaultdict[int, list[Sighting]] = defaultdict(list)
    for key, sighting in zip(own, sightings, strict=True):
        found[root(key)].append(sighting)
    return list(found.values())


def _key(kind: bytes, text: str) -> int:
    digest = blake2b(kind + text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
