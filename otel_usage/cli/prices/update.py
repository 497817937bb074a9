"""``otel-usage prices update``: newer prices, from the network or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from otel_usage import config
from otel_usage.cli.prices.sentences import some, wrapped
from otel_usage.errors import InvalidValueError, PriceDataError
from otel_usage.home import Home

if TYPE_CHECKING:
    from otel_usage.pricing.update import Changes

__all__ = ["command"]


@click.command("update")
@click.option("--url", help="Where to fetch them; else where genai-prices publishes them.")
@click.option(
    "--from", "file", type=click.Path(path_type=Path), help="Read the published file from here; no network."
)
@click.pass_obj
def command(home: Path | None, url: str | None, file: Path | None) -> None:
    """Fetch the prices that genai-prices publishes; they hold for calls from now on."""
    if url is not None and file is not None:
        raise InvalidValueError("--url", url, "cannot be given together with --from")
    place = Home(config.load(home).home)
    source, content = _published(url) if file is None else (str(file), _read(file))
    from otel_usage.pricing.update import update  # noqa: PLC0415  # genai-prices takes a quarter of a second

    place.prepare()
    changes = update(place.prices, content, source=source)
    click.echo("\n".join(map(wrapped, _text(changes))))


def _published(url: str | None) -> tuple[str, bytes]:
    from otel_usage.pricing.download import download, place  # noqa: PLC0415  # only here

    if url is None:
        from otel_usage.pricing.lookup import PUBLISHED_AT  # noqa: PLC0415  # takes a quarter of a second

        url = PUBLISHED_AT
    if not url.lower().startswith(("https://", "http://")):
        raise InvalidValueError("--url", url, "is no URL: it begins with https:// or http://")
    return place(url), download(url)


def _read(file: Path) -> bytes:
    from otel_usage.pricing.download import MAX_BYTES  # noqa: PLC0415  # only here

    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PriceDataError(f"cannot be read ({error.strerror})", source=str(file)) from error
    if len(content) > MAX_BYTES:
        raise PriceDataError(f"is larger than {MAX_BYTES // 2**20} MB", source=str(file))
    return content


def _text(changes: Changes) -> list[str]:
    told = [
        f"Prices of {changes.models:,} models of {changes.providers} providers hold for calls from now on."
    ]
    for what, names in (
        ("New", changes.added),
        ("Gone", changes.removed),
        ("Other prices", changes.changed),
    ):
        if names:
            told.append(f"{what}: {len(names):,} ({some(names)})")
    if len(told) == 1:
        told.append("No price changed.")
    if changes.coming:
        days = [f"{name} on {day}" for name, day in changes.coming]
        told.append(f"Prices that change later: {len(days):,} ({some(days)})")
    return told
