"""The real client libraries, pointed at the model server."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import anthropic
import openai

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.demo.server import ModelServer

__all__ = ["Clients", "connect"]

_KEY: Final = "none"  # the server asks for no key; the clients insist on one
_TIMEOUT: Final = 10.0  # seconds; everything is on this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """One client of each library.

    Attributes:
        openai: For OpenAI, and for local servers that speak its API.
        anthropic: For Anthropic.
    """

    openai: openai.OpenAI
    anthropic: anthropic.Anthropic


@contextmanager
def connect(server: ModelServer) -> Iterator[Clients]:
    """Make both clients for a server, and close them at the end.

    They ignore proxies of the environment, as nothing may leave the machine, and do not retry.
    """
    with (
        openai.OpenAI(
            base_url=server.openai_url,
            api_key=_KEY,
            max_retries=0,
            timeout=_TIMEOUT,
            http_client=openai.DefaultHttpxClient(trust_env=False),
        ) as openai_client,
        anthropic.Anthropic(
            base_url=server.anthropic_url,
            api_key=_KEY,
            max_retries=0,
            timeout=_TIMEOUT,
            http_client=anthropic.DefaultHttpxClient(trust_env=False),
        ) as anthropic_client,
    ):
        yield Clients(openai=openai_client, anthropic=anthropic_client)
