"""The whole way from what a provider sends to what it bills: body, usage, record, price."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from otel_usage.records import Cost, CostStatus, UsageRecord, flag_missing_usage
from otel_usage.spans.responses import read_response
from tests.unit.pricing.invoices import anthropic_answers, google_answers, hosts, makers, openai_answers
from tests.unit.pricing.invoices.invoice import Invoice, Stream
from tests.unit.usages.objects import read

if TYPE_CHECKING:
    from otel_usage.pricing import PriceBook

INVOICES = [
    invoice
    for group in (openai_answers, anthropic_answers, google_answers, hosts, makers)
    for invoice in group.INVOICES
]


def booked(invoice: Invoice) -> UsageRecord:
    """The record of a call that was answered like this."""
    answer = invoice.answer
    reported = read(*answer) if isinstance(answer, Stream) else read_response(answer)
    said = Cost(status=CostStatus.PROVIDED, nanos=reported.cost, price_source="provider")
    record = UsageRecord(
        id="call:1",
        start=int(datetime.fromisoformat(invoice.at).replace(tzinfo=UTC).timestamp()) * 10**9,
        source="live",
        provider=invoice.provider,
        request_model=invoice.asked,
        response_model=reported.model,
        service_tier=reported.service_tier,
        usage=reported.usage,
        cost=Cost() if reported.cost is None else said,
        flags=reported.flags,
    )
    return flag_missing_usage(record)


@pytest.mark.parametrize("invoice", INVOICES, ids=str)
def test_an_answer_costs_what_its_provider_bills(invoice: Invoice, book: PriceBook) -> None:
    """Each component to the nano-dollar, their sum, the status, and what a reader should know."""
    record = booked(invoice)
    quote = book.quote(record)
    cost = quote.cost
    assert cost.components == invoice.money
    assert cost.nanos == invoice.total
    assert cost.status is invoice.status
    assert sorted((*record.flags, *quote.flags)) == sorted(invoice.flags)


def test_no_invoice_stands_twice() -> None:
    """Each has a name of its own."""
    assert [name for name, times in Counter(map(str, INVOICES)).items() if times > 1] == []
