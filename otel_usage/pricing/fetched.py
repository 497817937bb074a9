"""The index that ``prices update`` wrote into the data directory: whether it is whole, and whether it is in use."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct
from msgspec.json import decode

from otel_usage.errors import PriceDataError
from otel_usage.pricing.index import INDEX_PATH, SOURCE, Head, IndexFile, bundled, opened

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.pricing.index import PriceIndex

__all__ = ["Unused", "chosen", "digest", "read"]


class Unused(Struct, frozen=True):
    """Why a fetched index is not in use.

    Attributes:
        problem: What is wrong with it, naming the file.
        damaged: It cannot be read at all; else it is only older.
    """

    problem: str
    damaged: bool


def chosen(path: Path) -> tuple[PriceIndex, Unused | None]:
    """The index in use, and why it is not the fetched one although there is one.

    A fetched index counts beside the bundled one that it was checked against. When the package was upgraded since,
    nothing tells which of both is the newer, and what has been released holds until the next update.
    """
    try:
        found = read(path)
    except FileNotFoundError:
        return bundled(), None
    except OSError as error:
        return bundled(), Unused(f"{path} cannot be read ({error.strerror})", damaged=True)
    except PriceDataError as error:
        return bundled(), Unused(str(error), damaged=True)
    with INDEX_PATH.open("rb") as file:
        release = decode(file.readline().strip(b"[,\n"), type=Head).version
    if found.head is not None and found.head.version == release:
        return found, None
    then = "" if found.head is None else found.head.version
    return bundled(), Unused(
        f"{path} was fetched beside {SOURCE} {then}, before an upgrade to {release}", damaged=False
    )


def read(path: Path) -> PriceIndex:
    """The index in a file, checked to be whole.

    Raises:
        OSError: It is not there or cannot be read.
        PriceDataError: It is damaged.
    """
    content = path.read_bytes()
    try:
        file = decode(content, type=IndexFile)
    except (DecodeError, ValueError, RecursionError) as error:
        # Besides its own errors msgspec raises Python's, for bytes that are no UTF-8 and for deep nesting.
        raise PriceDataError("is damaged", source=str(path)) from error
    if file.head.digest != digest(content.partition(b"\n")[2]):
        raise PriceDataError("is damaged", source=str(path))
    return opened(file)


def digest(content: bytes) -> str:
    """Hash of what follows the first line of a file."""
    return sha256(content).hexdigest()
