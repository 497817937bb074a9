"""What commands say alike: flags and reasons in a sentence each, a line of a bill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.cli.money import exact, rate
from otel_usage.cli.output import shown
from otel_usage.journal.lines import REPRICED, SETTLED
from otel_usage.records import Flag
from otel_usage.token_usage import UNITS

if TYPE_CHECKING:
    from otel_usage.ledger.queries import Totals
    from otel_usage.pricing.arithmetic import Line

__all__ = ["FLAGS", "REASONS", "called", "of_limit", "row", "whose", "without_price"]

FLAGS: Final = {
    Flag.INPUT_INFERRED: "The cache was larger than the input, so the input was taken to leave cached tokens out.",
    Flag.USAGE_UNUSABLE: "At least one token count was not believable and was left out.",
    Flag.USAGE_MISSING: "The call ended well, and nothing was said of its tokens.",
    Flag.USAGE_INCOMPLETE: "Only input or only output is known; the amount is that of what is known.",
    Flag.COST_UNUSABLE: "The cost that was given was not believable and was left out.",
    Flag.TIME_REPLACED: "Its start lay in the future or before 2020; it is booked when it was received.",
    Flag.CUT: "Some of its texts were cut to fit a line of the journal.",
    Flag.VARIANT_UNPRICED: "Its service tier, or the fine-tuned model, has no price of its own; the standard price was taken.",
    Flag.RATE_ASSUMED: "The source has no rate for one kind of token; the nearest known rate was taken.",
    Flag.UNITS_UNPRICED: "It searched, and the source has no rate for that; the amount leaves the searches out.",
    Flag.MORE_BILLED: "The answer tells of something that no price data knows (another tool, another model's advice, a"
    " surcharge for the place); an amount that was computed leaves it out.",
    Flag.LINK_DISTRUSTED: "Its response or request id stands on calls that cannot be one; they were not joined by it.",
}
"""What a reader of one call should know."""
REASONS: Final = {
    SETTLED: "its price was looked up when the ledger was read",
    REPRICED: "a person had it priced again (otel-usage reprice)",
}
"""Why a cost was changed."""


def row(line: Line) -> str:
    """Units times a rate, and what that comes to."""
    if line.component == "requests":
        price = f"{rate(line.rate, 1):>8} each"
    elif line.component in UNITS:
        price = f"{rate(line.rate, 1000):>8} / 1K"
    else:
        price = f"{rate(line.rate):>8} / 1M"
    assumed = " (rate assumed)" if line.assumed else ""
    return f"{line.component:<18}{line.units:>12,} x {price} = {exact(line.nanos):>14}{assumed}"


def called(name: str, scope: str, subject: str) -> str:
    """A budget, and whose it is where that is not everybody's."""
    return shown(f"{name} ({whose(scope, subject)})" if subject else name)


def whose(scope: str, subject: str) -> str:
    """A budget's scope as it is configured."""
    joint = "=" if scope.startswith("tag:") else ":"
    return shown(f"{scope}{joint}{subject}" if subject else scope)


def of_limit(spent: int, limit: int) -> str:
    """What is spent of a limit as a whole percentage, rounded down: 100 % is all of it."""
    return f"{100 * spent // limit:,}%"


def without_price(sums: Totals) -> str:
    """What an amount leaves out: calls without a price; empty where there are none, or no amount."""
    return f" + {sums.unpriced:,} unpriced" if sums.unpriced and sums.cost is not None else ""
