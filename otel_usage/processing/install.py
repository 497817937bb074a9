"""Attaching the processors to providers, whoever made these and whatever they do already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.trace import TracerProvider

from otel_usage.processing import sdk
from otel_usage.processing.sampling import UsageSampler

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.sampling import Sampler

    from otel_usage.processing.logs import UsageLogProcessor
    from otel_usage.processing.spans import UsageSpanProcessor

__all__ = ["attach", "wrapped"]


def attach(
    tracer_provider: object,
    logger_provider: object,
    *,
    processor: UsageSpanProcessor,
    log_processor: UsageLogProcessor,
) -> list[str]:
    """Attach the processors and wrap the sampler; done twice, it is done once. Nothing is raised.

    Args:
        tracer_provider: The application's; None for none.
        logger_provider: The application's; None for none.
        processor: Redacts and books spans.
        log_processor: Redacts log records; becomes the first of its provider, and does so again when it is attached
            again.

    Returns:
        What could not be done, in sentences.
    """
    problems: list[str] = []
    if tracer_provider is not None:
        _attach_to_tracers(tracer_provider, processor, problems)
    if logger_provider is not None:
        _attach_to_loggers(logger_provider, log_processor, problems)
    return problems


def wrapped(sampler: Sampler) -> Sampler:
    """The sampler that records what another one drops; one that does so already stays."""
    return sampler if isinstance(sampler, UsageSampler) else UsageSampler(sampler)


def _attach_to_tracers(provider: object, processor: UsageSpanProcessor, problems: list[str]) -> None:
    name = type(provider).__name__
    if not isinstance(provider, TracerProvider):
        problems.append(
            f"{name} is not a tracer provider of the OpenTelemetry SDK: spans of other instrumentations are"
            " neither redacted nor booked"
        )
        return
    try:
        if processor not in sdk.span_processors(provider):
            provider.add_span_processor(processor)
    except Exception as error:  # noqa: BLE001  # of the application's provider, which may be of any class
        problems.append(f"spans are neither redacted nor booked: {name} takes no processor ({error})")
        return
    try:
        sdk.wrap_samplers(provider, wrapped)
    except Exception as error:  # noqa: BLE001  # see above
        problems.append(f"calls that {name} does not sample are not booked: its sampler stays ({error})")


def _attach_to_loggers(provider: object, processor: UsageLogProcessor, problems: list[str]) -> None:
    name = type(provider).__name__
    if not isinstance(provider, LoggerProvider):
        problems.append(
            f"{name} is not a logger provider of the OpenTelemetry SDK: its log records are not redacted"
        )
        return
    try:
        sdk.put_log_processor_first(provider, processor)
    except Exception as error:  # noqa: BLE001  # see _attach_to_tracers
        problems.append(f"log records are not redacted: {name} takes no processor ({error})")
