"""The real client libraries, pointed at the model server."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import anthropic
import httpx2
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
        search: For the search service.
    """

    openai: openai.OpenAI
    anthropic: anthropic.Anthropic
    search: httpx2.Client


@contextmanager
def connect(server: ModelServer) -> Iterator[Clients]:
    """Make the clients for a server, and close them at the end.

    They do not retry unless they are asked to, and ignore proxies of the environment, as nothing may leave the machine: the clients look
    for one unless they are given a transport.
    """
    direct = partial(httpx2.HTTPTransport, trust_env=False)
    with (
        openai.OpenAI(
            base_url=server.openai_url,
            api_key=_KEY,
            max_retries=0,
            timeout=_TIMEOUT,
            http_client=openai.DefaultHttpxClient(trust_env=False, transport=direct()),
        ) as openai_client,
        anthropic.Anthropic(
            base_url=server.anthropic_url,
            api_key=_KEY,
            max_retries=0,
            timeout=_TIMEOUT,
            http_client=anthropic.DefaultHttpxClient(trust_env=False, transport=direct()),
        ) as anthropic_client,
        httpx2.Client(base_url=server.search_url, timeout=_TIMEOUT, transport=direct()) as search_client,
    ):
        yield Clients(openai=openai_client, anthropic=anthropic_client, search=search_client)
