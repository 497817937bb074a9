"""An option that is needed for what the others ask for, and was not given."""

from __future__ import annotations

import click

__all__ = ["missing"]


def missing(name: str) -> click.MissingParameter:
    """The error that click itself raises for an option that is always needed.

    Args:
        name: The option's, as the running command's function takes it.
    """
    context = click.get_current_context()
    (option,) = (option for option in context.command.params if option.name == name)
    return click.MissingParameter(ctx=context, param=option)
