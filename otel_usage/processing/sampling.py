"""The sampler around an application's own: a call that it would not export is still recorded, so that it is booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.sdk.trace.sampling import DEFAULT_ON, Decision, Sampler, SamplingResult

from otel_usage import semconv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.context import Context
    from opentelemetry.trace import Link, SpanKind, TraceState
    from opentelemetry.util.types import Attributes

__all__ = ["UsageSampler"]


class UsageSampler(Sampler):
    """Records, without exporting it, a span that another sampler drops and that can be told to be an inference.

    A sampler sees name, kind and first attributes of a span: an instrumentation that sets them later cannot be helped.
    What the other sampler says of every other span holds. When it fails, the SDK's default decides: what the parent
    does, else yes.
    """

    def __init__(self, inner: Sampler) -> None:
        """Take the application's sampler."""
        self._inner = inner

    def should_sample(  # noqa: PLR0913, PLR0917  # the SDK's
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """What the other sampler says, with a recognisable inference recorded in any case."""
        # As a tracer calls it: not every sampler takes the last argument.
        last = () if trace_state is None else (trace_state,)
        arguments = (parent_context, trace_id, name, kind, attributes, links, *last)
        try:
            result = self._inner.should_sample(*arguments)
            if result.decision is not Decision.DROP or not _is_inference(attributes):
                return result
            # A sampler that drops a span says nothing of its attributes.
            kept = {**(attributes or {}), **(result.attributes or {})}
            return SamplingResult(Decision.RECORD_ONLY, kept, result.trace_state)
        except Exception:  # noqa: BLE001  # a sampler's failure would reach the application
            return DEFAULT_ON.should_sample(*arguments[:6])

    def get_description(self) -> str:
        """Name both."""
        return f"UsageSampler{{{self._inner.get_description()}}}"


def _is_inference(attributes: Attributes) -> bool:
    if not attributes:
        return False
    operation = attributes.get(semconv.OPERATION_NAME)
    return (isinstance(operation, str) and operation in semconv.INFERENCE_OPERATIONS) or (
        attributes.get(semconv.OPENINFERENCE_KIND) == semconv.OPENINFERENCE_LLM
    )
