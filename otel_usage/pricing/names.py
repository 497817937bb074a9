"""What a model is called elsewhere: candidates in order, each compared whole.

Nothing is matched by substring: a name is taken apart only at what is known to be a wrapper (a gateway's prefix, a
Bedrock region, a version or a date), so a name with anything else attached is not the model that it begins with.
"""

from __future__ import annotations

import re
from typing import Final

from otel_usage.pricing.providers import GATEWAYS, PREFIXES, ROUTES, provider_id

__all__ = ["candidates", "fine_tuned_base", "hinted_provider"]

_REGION: Final = re.compile(
    r"(?:af|ap|apac|au|ca|eu|global|il|in|jp|me|mx|sa|uk|us|us-gov)\.(?=[a-z0-9-]+\.)"
)
_VENDOR: Final = re.compile(
    r"(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|minimax|mistral|moonshotai|nvidia|openai|qwen|zai)\."
)
_DATE: Final = re.compile(r"(?:-v\d(?=@))?[-@](20\d\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])$")
_VERSIONS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(.+):\d+k$",  # Bedrock: provisioned context length
        r"^(.+)-v\d+:\d+$",  # Bedrock: model version
        r"^((?:anthropic\.)?claude-.+)-v\d+$",  # the same, as Bedrock writes it since 2026
        r"^((?:ai21|amazon|anthropic|cohere|meta|mistral)\..+\d):\d$",
        r"^(.+)@(?:default|latest)$",
        r"^(.+)-latest$",
        r"^(ft:gpt-3\.5-turbo)-\d{4}$",  # OpenAI: month and day, before its names had a year
        r"^(gemini-.+)-00\d$",
        r"^(gemini-.+)-preview(?:-\d\d-(?:20)?\d\d)?$",
    )
)


def hinted_provider(model: str) -> str | None:
    """The provider that a model's own name tells: ``azure/…``, a Bedrock id, an ARN; None when it tells none."""
    lowered = model.strip().lower()
    if lowered.startswith("arn:aws") and ":bedrock:" in lowered:
        return "aws"
    head, slash, tail = lowered.partition("/")
    if slash:
        if head in GATEWAYS:
            return hinted_provider(tail)
        return provider_id(head) if head in PREFIXES and head not in ROUTES else None
    if _VENDOR.match(_REGION.sub("", lowered, count=1)):
        return "aws"
    return None


def candidates(model: str) -> tuple[str, ...]:
    """The names under which a model may stand in the price data: as given first, then ever less decorated."""
    return tuple(dict.fromkeys(name for form in _forms(model) for name in _undated(form)))


def fine_tuned_base(model: str) -> str | None:
    """The base of a fine-tuned OpenAI model ``ft:base:organisation::id``, None when it is none."""
    lowered = model.strip().lower().rpartition("/")[2]
    if not lowered.startswith("ft:"):
        return None
    return lowered.split(":")[1] or None


def _forms(model: str) -> list[str]:
    """The name without its wrappers on the left, one less each time."""
    name = model.strip().lower()
    forms = [name]
    if name.startswith("arn:"):
        name = name.rpartition("/")[2]
        forms.append(name)
    if name.startswith(("projects/", "publishers/")):
        name = name.rpartition("/models/")[2]
        forms.append(name)
    head, slash, tail = name.partition("/")
    while slash and head in PREFIXES:
        name = tail
        forms.append(name)
        head, slash, tail = name.partition("/")
    if name.startswith("ft:"):
        forms.append(":".join(name.split(":")[:2]))
    if region := _REGION.match(name):
        name = name[region.end() :]
        forms.append(name)
    if vendor := _VENDOR.match(name):
        forms.append(name[vendor.end() :])
    return forms


def _undated(name: str) -> list[str]:
    """The name, then without versions and dates on the right, one less each time; dates in both spellings."""
    found = [name]
    for _ in range(4):
        if dated := _DATE.search(name):
            name, day = name[: dated.start()], dated.groups()
            found += [f"{name}-{'-'.join(day)}", f"{name}-{''.join(day)}"]
        else:
            shorter = next((match[1] for rule in _VERSIONS if (match := rule.match(name))), None)
            if shorter is None:
                break
            name = shorter
        found.append(name)
    return found
