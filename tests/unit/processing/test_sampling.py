"""The sampler around another: calls are recorded that the other drops, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    DEFAULT_ON,
    Decision,
    Sampler,
    SamplingResult,
)
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState, set_span_in_context

from otel_usage.processing.sampling import UsageSampler

if TYPE_CHECKING:
    from collections.abc import Mapping

CHAT = {"gen_ai.operation.name": "chat"}


def decided(
    sampler: Sampler, attributes: Mapping[str, Any] | None, parent: Context | None = None
) -> SamplingResult:
    """What a tracer is told."""
    return sampler.should_sample(parent or Context(), 1, "chat", None, attributes, ())


@pytest.mark.parametrize(
    "attributes",
    [CHAT, {"gen_ai.operation.name": "embeddings"}, {"openinference.span.kind": "LLM"}],
)
def test_a_dropped_inference_is_recorded_with_its_attributes(attributes: Mapping[str, Any]) -> None:
    """The SDK makes the span of the result's attributes, of which a sampler that drops has none."""
    result = decided(UsageSampler(ALWAYS_OFF), attributes)
    assert result.decision is Decision.RECORD_ONLY
    assert dict(result.attributes or {}) == attributes


@pytest.mark.parametrize(
    "attributes",
    [None, {}, {"gen_ai.operation.name": "invoke_agent"}, {"gen_ai.operation.name": ("chat",)}, {"x": 1}],
)
def test_other_spans_stay_dropped(attributes: Mapping[str, Any] | None) -> None:
    """A sampler sees the first attributes only."""
    assert decided(UsageSampler(ALWAYS_OFF), attributes).decision is Decision.DROP


def test_what_is_sampled_stays_so() -> None:
    """The very result of the other sampler is given."""
    result = decided(UsageSampler(ALWAYS_ON), CHAT)
    assert result.decision is Decision.RECORD_AND_SAMPLE


def test_under_an_unsampled_remote_parent_a_call_is_recorded_and_the_state_stays() -> None:
    """The SDK's default sampler drops there."""
    state = TraceState([("vendor", "1")])
    caller = SpanContext(2**100, 2**50, is_remote=True, trace_flags=TraceFlags(0), trace_state=state)
    parent = set_span_in_context(NonRecordingSpan(caller), Context())
    result = decided(UsageSampler(DEFAULT_ON), CHAT, parent)
    assert (result.decision, result.trace_state) == (Decision.RECORD_ONLY, state)


class Failing(Sampler):
    """A sampler with a fault, which takes only what a tracer gives it."""

    def should_sample(self, *arguments: Any) -> SamplingResult:
        """Fail."""
        raise RuntimeError(len(arguments))

    def get_description(self) -> str:
        """Its name."""
        return "Failing"


def test_a_failing_sampler_does_not_reach_the_application() -> None:
    """The SDK's default decides."""
    sampler = UsageSampler(Failing())
    assert decided(sampler, CHAT).decision is Decision.RECORD_AND_SAMPLE
    assert sampler.get_description() == "UsageSampler{Failing}"


def test_a_sampler_of_six_arguments_works() -> None:
    """A tracer gives six; a composite sampler may give the trace state too."""
    seen: list[int] = []

    class Counting(Failing):
        def should_sample(self, *arguments: Any) -> SamplingResult:
            seen.append(len(arguments))
            return SamplingResult(Decision.RECORD_AND_SAMPLE)

    sampler = UsageSampler(Counting())
    decided(sampler, CHAT)
    sampler.should_sample(None, 1, "chat", None, None, (), TraceState())
    assert seen == [6, 7]
