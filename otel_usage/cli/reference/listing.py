"""What a command's page lists: its usage, its options, its exit codes and the keys of its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.reference.exits import EXITS
from otel_usage.cli.reference.schemas import schema, schema_file
from otel_usage.cli.shapes.registry import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["commands", "index", "listing"]


def commands(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its whole name, a group before what is in it."""
    ctx = click.Context(group)
    for part in group.list_commands(ctx):
        found = group.get_command(ctx, part)
        if found is not None:
            yield f"{name}{part}", found
        if isinstance(found, click.Group):
            yield from commands(found, f"{name}{part} ")


def index(every: Iterable[tuple[str, click.Command]]) -> str:
    """A line for each command, with what it does."""
    rows = [
        (f"[`{name}`](commands/{_place(name)})", _help(command).partition("\n\n")[0])
        for name, command in every
    ]
    return _table(("command", "what it does"), rows)


def listing(name: str, command: click.Command) -> str:
    """The generated part of a command's page."""
    ctx = click.Context(command, info_name=f"otel-usage {name}")
    parts = [
        _help(command),
        f"```\n{' '.join([ctx.info_name or '', *command.collect_usage_pieces(ctx)])}\n```",
    ]
    options = [
        _option(one, ctx) for one in command.params if isinstance(one, click.Option) and not one.hidden
    ]
    if options:
        parts.append(_table(("option", "meaning"), options))
    if name in EXITS:
        told = "; ".join(f"{code}: {when}" for code, when in EXITS[name].items())
        parts.append(f"Exit code {told}. [The others](../commands.md#exit-codes) are those of every command.")
    for answer in ANSWERS:
        if answer.partition(" --")[0] == name:
            parts += _json(answer)
    return "\n\n".join(parts)


def _place(name: str) -> str:
    """Where a command is described: its page, and there the heading of one in a group."""
    page, _, part = name.partition(" ")
    return f"{page}.md#{page}-{part}" if part else f"{page}.md"


def _help(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _option(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    """How it is typed, and what it means."""
    value = "" if option.is_flag else f" {option.make_metavar(ctx)}"
    told = [option.help or ""]
    if option.required:
        told.append("Required.")
    if isinstance(option.default, str | float) and not option.is_flag:
        told.append(f"Default: `{option.default}`.")
    return f"`{', '.join([*option.opts, *option.secondary_opts])}{value}`", " ".join(told)


def _json(name: str) -> list[str]:
    """The keys of an answer, or of what it lists."""
    found: dict[str, Any] = schema(name)
    asked, lists = ANSWERS[name].asked, found.get("type") == "array"
    if lists:
        found = found["$defs"][found["items"]["$ref"].rpartition("/")[2]]
    what = (
        "a list of such objects" if lists else "a line of JSON for each call" if name == "export" else "JSON"
    )
    keys = [(f"`{key}`", told["description"]) for key, told in found["properties"].items()]
    return [
        f"With `{asked}` it answers in {what}; [the schema](../schemas/{schema_file(name)}) has the types.",
        _table(("key", "meaning"), keys),
    ]


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(_line(cells) for cells in (head, ("---", "---"), *rows))


def _line(cells: tuple[str, str]) -> str:
    left, right = (cell.replace("|", r"\|") for cell in cells)
    return f"| {left} | {right} |"
