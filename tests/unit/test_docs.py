from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import yaml

from otel_usage.cli import command as otel_usage
from otel_usage.config_sections import RedactionSection
from otel_usage.demo.server import ModelServer
from otel_usage.journal.lines import Line
from otel_usage.pricing.presets import PRESETS
from otel_usage.records import Flag
from otel_usage.redaction import Redactor
from otel_usage.redaction.classes import CLASSES, DEFAULT_CLASSES, MODES

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/commands").iterdir())
PAGES = ("README.md", "docs/pricing.md", *COMMANDS)
WITHOUT_EXAMPLE = {"completion", "demo", "init", "metrics", "rebuild", "redact"}
"""Commands whose answer is another each time, long, or shown elsewhere."""
NOT_OF_PRICES = {Flag.TIME_REPLACED, Flag.CUT, Flag.LINK_DISTRUSTED}


def examples(page: str) -> list[tuple[str, str]]:
    """Each command of a page's console blocks with what the page says that it prints; a configuration without one."""
    found = []
    text = (ROOT / page).read_text(encoding="utf-8")
    for kind, block in re.findall(r"```(console|yaml)\n(.*?)```", text, re.DOTALL):
        if kind == "yaml":
            found.append(("", block))
            continue
        for example in block.split("$ ")[1:]:
            command, _, printed = example.partition("\n")
            # What runs in the background is run by tests/integration/test_readme.py.
            if command.startswith("otel-usage ") and not command.endswith("&"):
                found.append((command, printed))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_commands_print_what_the_page_says(page: str, tmp_path: Path) -> None:
    """Every otel-usage command of a page runs, in order and in one home, and prints what stands under it."""
    commands = examples(page)
    assert bool(commands) is (Path(page).stem not in WITHOUT_EXAMPLE)
    for command, printed in commands:
        if not command:
            (tmp_path / "otel-usage.yaml").write_text(printed, encoding="utf-8")
            continue
        arguments = shlex.split(command)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "otel_usage", "--home", str(tmp_path), *arguments],
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=60, cwd=tmp_path,
            env={"PYTHONUTF8": "1", "PATH": ""},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert printed in done.stdout


def test_the_page_of_redaction_shows_what_the_filter_prints(tmp_path: Path) -> None:
    """Each pipe in a shell, as somebody types it who tries it out."""
    text = (ROOT / "docs/redaction.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    environ = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "LC_ALL": "C.UTF-8",
        "OTEL_USAGE_HOME": str(tmp_path),
    }
    for example in block.split("$ ")[1:]:
        line, _, printed = example.partition("\n")
        done = subprocess.run(
            ["/bin/sh", "-c", line], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (1, printed, ""), line


def test_the_page_of_redaction_has_every_class_and_mode() -> None:
    """A class that exists is documented, with whether it is found by default; the configuration on the page is valid."""
    page = (ROOT / "docs/redaction.md").read_text(encoding="utf-8")
    for name in CLASSES:
        assert f"| `{name}` | {'yes' if name in DEFAULT_CLASSES else 'no'} |" in page
    for mode in MODES:
        assert f"| `{mode}` |" in page
    (written,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert redact_with(written, "ACME-1234 $1,200.50") == "[REDACTED:ticket] $1,200.50"


def redact_with(configuration: str, text: str) -> str:
    """Redact a text as a file says."""
    section = msgspec.convert(yaml.safe_load(configuration)["redaction"], RedactionSection)
    return Redactor(section.settings).text(text)


@pytest.mark.parametrize("page", ["README.md", "docs/agents.md", "docs/redaction.md"])
def test_programs_run_as_the_page_has_them(page: str, tmp_path: Path) -> None:
    """Every Python block of a page, in order, in one program; the clients' own variables point at a model server."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    with ModelServer() as server:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", "\n".join(blocks)],
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=60, cwd=tmp_path,
            env={
                "PYTHONUTF8": "1", "OTEL_USAGE_HOME": str(tmp_path / "home"), "NO_PROXY": "127.0.0.1",
                "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": server.openai_url,
            },
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert len(server.served) == text.count(".create(")
    if page == "README.md":
        # The model server's plain answer: 1,200 tokens in, 350 out, at $2.50 and $10.00 per million.
        assert Decimal(done.stdout) == Decimal(1_200 * 2_500 + 350 * 10_000).scaleb(-9)


@pytest.mark.parametrize("page", sorted((ROOT / "docs/runbooks").glob("*.md")), ids=lambda page: page.stem)
def test_what_a_runbook_says_to_type_works(page: Path, tmp_path: Path) -> None:
    """Each line in a shell, as somebody types it who was alerted."""
    environ = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "LC_ALL": "C.UTF-8",
        "OTEL_USAGE_HOME": str(tmp_path / "home"),
    }
    lines = re.findall(r"(?m)^\$ (.*)$", page.read_text(encoding="utf-8"))
    assert lines
    for line in ("otel-usage record --provider openai --model gpt-4o --input 4000000 --output 0", *lines):
        done = subprocess.run(
            ["/bin/sh", "-c", line], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), line
        assert done.stdout


GUIDES = ("docs/migrating.md", "docs/operating.md")
FROM_AFAR = {"otel-usage prices update"}
"""What needs the network; its own tests give it a server."""
ATTENTION = {"otel-usage prices check": {0, 3}, "otel-usage redact --explain agent.log": {1}}
"""Exit codes that say what was found; the age of the prices is another each day."""
SAVED = {"model": "gpt-4o-2024-08-06", "usage": {"prompt_tokens": 1200, "completion_tokens": 50}}


def typed(text: str) -> list[tuple[str, str]]:
    """What a guide says to type, in its order: lines of console blocks with what is printed, and commands in the text."""
    found = []
    for block, command in re.findall(r"```console\n(.*?)```|`(otel-usage [^`]+)`", text, re.DOTALL):
        if command:
            # In a table's cell a pipe is escaped.
            found.append((command.replace("\\|", "|"), ""))
        for example in block.split("$ ")[1:]:
            line, _, printed = example.partition("\n")
            found.append((line, printed))
    return found


@pytest.mark.parametrize("page", GUIDES)
def test_what_a_guide_says_to_type_works(page: str, tmp_path: Path) -> None:
    """Each command in a shell, in order and in one home, prints what stands under it; files are those of the page."""
    commands = typed((ROOT / page).read_text(encoding="utf-8"))
    shown = {line.removeprefix("cat "): printed for line, printed in commands if line.startswith("cat ")}
    files = {"agent.log": "Mail ada@example.com\n", "response.json": json.dumps(SAVED), **shown}
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    environ = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "LC_ALL": "C.UTF-8",
        "HOME": str(tmp_path),
        "OTEL_USAGE_HOME": str(tmp_path / "home"),
    }
    assert commands
    for line, printed in dict.fromkeys(commands):
        if line in FROM_AFAR:
            continue
        done = subprocess.run(
            ["/bin/sh", "-c", line], env=environ, cwd=tmp_path, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode in ATTENTION.get(line, {0}), (line, done.stdout)
        assert "Traceback" not in done.stdout
        assert printed in done.stdout, line


def test_what_a_call_costs_is_what_was_measured() -> None:
    """The README quotes the recorded run."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    run = json.loads((ROOT / "docs/runs/benchmarks.json").read_text(encoding="utf-8"))
    (figure,) = [one for one in run["results"] if one["name"] == "a call of 1 KB, added on its thread"]
    quoted = re.search(r"cores: (\d+) µs, beside (\d+) µs", page)
    assert quoted
    assert int(quoted[1]) == round(figure["value"])
    assert int(quoted[2]) == round(figure["beside"]["bare span of 15 attributes"])


def test_the_page_of_prices_has_each_preset_and_flag() -> None:
    """What a table holds stands on the page as it is."""
    page = (ROOT / "docs/pricing.md").read_text(encoding="utf-8")
    for name, entries in PRESETS.items():
        assert f"`{name}`" in page
        for entry in entries:
            model = entry.model if entry.provider is None else f"any of provider {entry.provider}"
            assert f"| {model} | {entry.input} | {entry.output} |" in page
    for flag in Flag:
        assert flag in NOT_OF_PRICES or f"| `{flag}` |" in page


def test_every_command_has_its_page_and_its_line_in_the_docs() -> None:
    """A command that exists is documented, and one that is gone is not."""
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    names = otel_usage.list_commands(None)  # type: ignore[arg-type]  # the list does not depend on a context
    assert [f"docs/commands/{name}.md" for name in sorted(names)] == COMMANDS
    for name in names:
        assert re.search(rf"^\| \[`{name}`\]\(commands/{name}.md\) ", page, re.MULTILINE), name


def test_every_kind_of_line_has_its_row_in_the_docs() -> None:
    """The journal's page names every type of line that is written."""
    page = (ROOT / "docs/how-it-works.md").read_text(encoding="utf-8")
    for line in get_args(Line):
        assert f"| `{line.__struct_config__.tag}` |" in page
