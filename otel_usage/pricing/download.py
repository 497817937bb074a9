"""Fetching a file from the network, within bounds; the only part of this package that goes there for prices."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

import httpx2

from otel_usage.errors import PriceDataError

__all__ = ["MAX_BYTES", "download", "place"]

MAX_BYTES: Final = 64 * 1024 * 1024
_CONNECT: Final = 10.0
_WHOLE: Final = 60.0
"""Seconds."""


def download(url: str, *, whole: float = _WHOLE) -> bytes:
    """The content behind a URL, redirects followed.

    Args:
        url: Where it is, ``https`` or ``http``.
        whole: Seconds that everything together may take, from the look-up of the name to the last byte.

    Raises:
        PriceDataError: It cannot be had, or not whole, or is larger than ``MAX_BYTES``.
    """
    try:
        return asyncio.run(_fetched(url, whole))
    except httpx2.HTTPStatusError as error:
        problem = f"answers {error.response.status_code} {error.response.reason_phrase}"
    except (TimeoutError, httpx2.TimeoutException):
        problem = "takes too long; try again, or fetch it by other means and give --from FILE"
    except httpx2.RemoteProtocolError:
        problem = "ends before all of it has come; try again"
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, OSError) as error:
        problem = (
            f"cannot be reached ({str(error) or type(error).__name__}); without a network give --from FILE"
        )
    raise PriceDataError(problem, source=place(url))


def place(url: str) -> str:
    """A URL as it may be shown: without a password or a query."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "--url"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


async def _fetched(url: str, whole: float) -> bytes:
    timeout = httpx2.Timeout(whole, connect=_CONNECT)
    async with (
        asyncio.timeout(whole),
        httpx2.AsyncClient(timeout=timeout, follow_redirects=True) as client,
        client.stream("GET", url) as response,
    ):
        response.raise_for_status()
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > MAX_BYTES:
                raise PriceDataError(f"is larger than {MAX_BYTES // 2**20} MB", source=place(url))
        return bytes(content)
