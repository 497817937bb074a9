"""Every file of the reference: schemas as they are made, pages with their generated parts filled anew."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from otel_usage.cli import command as program
from otel_usage.cli.reference.listing import commands, index, listing
from otel_usage.cli.reference.schemas import schema, schema_file
from otel_usage.cli.shapes.registry import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["reference_files"]

_INDEX: Final = "docs/commands.md"
_BEGIN: Final = "<!-- generated: {} -->"
_END: Final = "<!-- end of generated -->"
_PART: Final = re.compile(rf"{_BEGIN.format('([a-z -]+)')}\n.*?{_END}", re.DOTALL)


def reference_files(root: Path) -> dict[str, str]:
    """Path, relative to the repository and with slashes → text.

    Args:
        root: The repository: what people wrote in its pages is kept, and a page begun for a command that has none.
    """
    every = dict(commands(program))
    parts = {"commands": index(every.items()), **{name: listing(name, one) for name, one in every.items()}}
    pages: dict[str, list[str]] = {_INDEX: ["commands"]}
    for name in every:
        pages.setdefault(f"docs/commands/{name.split()[0]}.md", []).append(name)
    return {
        **{page: _page(root / page, names, parts) for page, names in pages.items()},
        **{
            f"docs/schemas/{schema_file(name)}": json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
            for name in ANSWERS
        },
    }


def _page(path: Path, names: list[str], parts: Mapping[str, str]) -> str:
    """A page with the parts of its commands."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for name in names:
        if _BEGIN.format(name) not in text:
            head = "\n## " if text else "# "
            text += f"{head}{name}\n\n{_BEGIN.format(name)}\n{_END}\n"
    return _PART.sub(lambda part: f"{_BEGIN.format(part[1])}\n\n{parts[part[1]]}\n\n{_END}", text)
