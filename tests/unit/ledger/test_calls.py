from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.journal.lines import Call
from otel_usage.ledger.calls import selected
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]
    Write = Callable[..., None]


def test_calls_are_selected_by_what_they_are(home: Home, write: Write, record: Make) -> None:
    """Each field alone and all together."""
    write(
        Call(record(f"{job} {session} {model}", job_id=job, session_id=session, request_model=model))
        for job in ("j", "k")
        for session in ("s", "t")
        for model in ("m", "n")
    )
    with Ledger(home) as ledger:
        ledger.ingest()

        def found(**fields: str) -> set[str]:
            return {call.id for call in selected(ledger, Selection(**fields))}  # type: ignore[arg-type]  # text fields

        assert found(job_id="j") == {"j s m", "j s n", "j t m", "j t n"}
        assert found(session_id="s", model="n") == {"j s n", "k s n"}
        assert found(provider="openai", job_id="k", session_id="t", model="m") == {"k t m"}
        assert found(provider="nobody") == set()
