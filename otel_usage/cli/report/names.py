"""Names as a report shows them: models without their dates."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from otel_usage.cli.dividing import NO_NAME
from otel_usage.cli.output import shown

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["model_names"]

_DATE = re.compile(r"(?<=.)[-@]20\d{2}(?P<dash>-?)(0[1-9]|1[0-2])(?P=dash)(0[1-9]|[12]\d|3[01])$")


def model_names(models: Collection[str]) -> dict[str, str]:
    """Models as they are shown: without the date at their end, where that makes no two of them one."""
    short = {model: _DATE.sub("", model) for model in models}
    taken = Counter(short.values())
    alone = {model for model, name in short.items() if taken[name] == 1 and name not in short}
    return {model: shown(short[model] if model in alone else model) or NO_NAME for model in models}
