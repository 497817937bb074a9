"""Google's generate_content, of the Gemini API and of Vertex AI.

Sources: Gemini API and Vertex AI references (``UsageMetadata``). What was cached is part of the prompt; the results of
tools stand beside it, and thoughts beside the candidates. The JSON has one spelling, the Python client the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.usages.searches import GROUNDING
from otel_usage.usages.table import Listed, Table

if TYPE_CHECKING:
    from otel_usage.usages.table import Place

__all__ = ["GOOGLE"]


def _by_modality(places: dict[str, str]) -> Listed:
    # Google bills the pages of a document as pictures.
    return Listed(
        word=("modality",),
        count=("tokenCount", "token_count"),
        places={**places, "DOCUMENT": places["IMAGE"]},
    )


_INPUT: Final = _by_modality({"AUDIO": "input_audio", "IMAGE": "input_image", "VIDEO": "input_video"})
_OUTPUT: Final = _by_modality({"AUDIO": "output_audio", "IMAGE": "output_image", "VIDEO": "output_video"})
_CACHED: Final = _by_modality({"AUDIO": "cache_read_audio", "IMAGE": "cache_read_image"})
_SPELLINGS: Final[dict[tuple[str, str], Place]] = {
    ("promptTokenCount", "prompt_token_count"): ("input",),
    ("toolUsePromptTokenCount", "tool_use_prompt_token_count"): ("input",),
    ("candidatesTokenCount", "candidates_token_count"): ("output",),
    ("thoughtsTokenCount", "thoughts_token_count"): ("output", "reasoning"),
    ("cachedContentTokenCount", "cached_content_token_count"): "cache_read",
    ("promptTokensDetails", "prompt_tokens_details"): _INPUT,
    ("toolUsePromptTokensDetails", "tool_use_prompt_tokens_details"): _INPUT,
    ("candidatesTokensDetails", "candidates_tokens_details"): _OUTPUT,
    ("cacheTokensDetails", "cache_tokens_details"): _CACHED,
}

GOOGLE: Final = Table(
    marks=frozenset(
        name for names, place in _SPELLINGS.items() if not isinstance(place, Listed) for name in names
    ),
    shape={name: place for names, place in _SPELLINGS.items() for name in names}
    | {GROUNDING: "web_searches"},
    input_includes_cache=True,
)
