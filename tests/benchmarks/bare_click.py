"""The floor of every command: a click program of the same shape that does nothing."""

from __future__ import annotations

import click


@click.group()
@click.option("--home")
def main(home: str | None) -> None:
    """Do nothing."""


@main.command()
@click.option("--model")
@click.option("--provider")
@click.option("--input", "tokens", type=int)
@click.option("--output", type=int)
def record(model: str, provider: str, tokens: int, output: int) -> None:
    """Print the arguments."""
    click.echo(f"{provider} {model} {tokens} {output}")


if __name__ == "__main__":
    main()
