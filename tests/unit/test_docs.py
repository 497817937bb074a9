from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from otel_usage.cli import command as otel_usage
from otel_usage.journal.lines import Line

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/commands.md")
PROMPT = "$ otel-usage "


def examples(page: str) -> list[tuple[str, str]]:
    """Each command of a page's console blocks with what the page says that it prints."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL):
        for example in block.split("$ ")[1:]:
            command, _, printed = example.partition("\n")
            if command.startswith("otel-usage "):
                found.append((command, printed))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_commands_print_what_the_page_says(page: str, tmp_path: Path) -> None:
    """Every otel-usage command of a page runs, in order and in one home, and prints what stands under it."""
    commands = examples(page)
    assert commands
    for command, printed in commands:
        arguments = shlex.split(command)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "otel_usage", "--home", str(tmp_path), *arguments],
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=60,
            env={"PYTHONUTF8": "1", "PATH": ""},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert printed in done.stdout


def test_every_command_has_its_line_in_the_docs() -> None:
    """A command that exists is documented."""
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    for name in otel_usage.list_commands(None):  # type: ignore[arg-type]  # the list does not depend on a context
        assert re.search(rf"^\| `{name}[ `]", page, re.MULTILINE), name


def test_every_kind_of_line_has_its_row_in_the_docs() -> None:
    """The journal's page names every type of line that is written."""
    page = (ROOT / "docs/how-it-works.md").read_text(encoding="utf-8")
    for line in get_args(Line):
        assert f"| `{line.__struct_config__.tag}` |" in page
