"""The option that divides sums, and a table of them as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from otel_usage.cli.csv_lines import csv_lines
from otel_usage.cli.shapes.usage import Group, Sums
from otel_usage.ledger.dimensions import Dimension, Tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["DIMENSION", "NO_NAME", "WITHOUT_SHARE", "groups_csv", "title"]

NO_NAME = "(none)"
"""What calls that do not say stand under."""
WITHOUT_SHARE = frozenset({Dimension.JOB, Dimension.SESSION})
"""Their values are too many, and calls without one too, for percentages to say something."""


class _DimensionType(click.ParamType[Dimension | Tag]):
    """A dimension as it is typed."""

    name = "dimension"

    def convert(
        self,
        value: Any,  # noqa: ANN401  # click's signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Dimension | Tag:
        """Find it by its name."""
        if isinstance(value, Dimension | Tag):
            return value
        if value in set(Dimension):
            return Dimension(value)
        kind, _, name = str(value).partition(":")
        if kind == "tag" and name:
            return Tag(name)
        known = ", ".join(repr(str(one)) for one in Dimension)
        raise click.BadParameter(f"{value!r} is not one of {known}, or 'tag:NAME'.", ctx, param)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG002  # click's signature
        """The names that begin so."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  # only a shell asks

        names = [*map(str, Dimension), "tag:"]
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


DIMENSION = _DimensionType()


def title(dimension: Dimension | Tag) -> str:
    """A dimension as a heading says it: ``Task Type``, ``Tag env``."""
    if isinstance(dimension, Tag):
        return f"Tag {dimension.name}"
    return dimension.replace("-", " ").title()


def groups_csv(whole: Sums, groups: Mapping[str, Sequence[Group]]) -> str:
    """A line for everything, and one for each value of each dimension; amounts are exact."""
    names = [field.encode_name for field in msgspec.structs.fields(Sums)]

    def line(dimension: str, name: str, sums: Sums) -> list[str]:
        values = (getattr(sums, field) for field in Sums.__struct_fields__)
        return [dimension, name, *("" if value is None else _plain(value) for value in values)]

    rows = [
        line("total", "", whole),
        *(line(dimension, group.name, group) for dimension, values in groups.items() for group in values),
    ]
    return "".join(csv_lines(["dimension", "name", *names], rows))


def _plain(value: Any) -> str:  # noqa: ANN401  # a count, or an amount as it stands in JSON
    return bytes(value).decode() if isinstance(value, msgspec.Raw) else str(value)
