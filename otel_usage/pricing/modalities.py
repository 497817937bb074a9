"""Sound, pictures and searches of a call, told apart from its text where a card bills them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.records import Flag
from otel_usage.token_usage import UNITS

if TYPE_CHECKING:
    from otel_usage.pricing.tariffs import Tariff
    from otel_usage.token_usage import TokenUsage

__all__ = ["tell_apart"]

_USAGE_UNUSABLE: Final = (Flag.USAGE_UNUSABLE,)
_UNITS_UNPRICED: Final = (Flag.UNITS_UNPRICED,)


def tell_apart(usage: TokenUsage, counts: dict[str, int], tariff: Tariff) -> tuple[Flag, ...]:
    """Move what a tariff bills apart from the text's component to its own, and enter the units beside tokens.

    Args:
        usage: What was used; every count is believable.
        counts: The components of the call as if all of it was text; changed in place.
        tariff: Says what is billed apart.

    Returns:
        What a reader should know. Units without a rate are left out, and said; sound and pictures that are more than
        what they are parts of stay text, and that is said.
    """
    flags: tuple[Flag, ...] = ()
    if usage.modalities_fit:
        _divide(usage, counts, tariff)
    else:
        flags = _USAGE_UNUSABLE
    for unit in UNITS:
        if used := getattr(usage, unit):
            if unit in tariff.rates:
                counts[unit] = used
            else:
                flags = (*_UNITS_UNPRICED, *flags)
    return tuple(dict.fromkeys(flags))


def _divide(usage: TokenUsage, counts: dict[str, int], tariff: Tariff) -> None:
    audio_read, image_read = usage.cache_read_audio or 0, usage.cache_read_image or 0
    _move(counts, "cache_read", "cache_read_audio", audio_read, tariff)
    _move(counts, "cache_read", "cache_read_image", image_read, tariff)
    # Where a provider tells the kinds of the input but not of what was cached of it, some of a kind may be among the
    # cached: no more of it is uncached than there is uncached input.
    for component, units in (
        ("input_audio", (usage.input_audio or 0) - audio_read),
        ("input_image", (usage.input_image or 0) - image_read),
        ("input_video", usage.input_video or 0),
    ):
        _move(counts, "input_uncached", component, units, tariff)
    for component in ("output_audio", "output_image", "output_video", "output_citation"):
        _move(counts, "output", component, getattr(usage, component) or 0, tariff)


def _move(counts: dict[str, int], text: str, component: str, units: int, tariff: Tariff) -> None:
    """Move units of a component out of the text's, as many as there are."""
    units = min(units, counts.get(text, 0))
    if not units or component not in tariff.rates:
        return
    counts[component] = units
    counts[text] -= units
    if not counts[text]:
        del counts[text]
