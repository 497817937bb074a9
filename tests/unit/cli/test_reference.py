"""The reference: schemas and the generated parts of the commands' pages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import click
import pytest

from otel_usage.cli import command as program
from otel_usage.cli.reference.__main__ import main
from otel_usage.cli.reference.exits import EXITS
from otel_usage.cli.reference.files import reference_files
from otel_usage.cli.reference.listing import commands, listing
from otel_usage.cli.reference.schemas import schema
from otel_usage.cli.shapes.registry import ANSWERS

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Every file of the reference, as the code and the pages make it now."""
    return reference_files(ROOT)


def test_the_committed_files_are_those_that_are_generated(files: dict[str, str]) -> None:
    """Nobody edits a schema, or the generated part of a page: ``make generate`` writes them anew."""
    for name, text in files.items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, name


def test_nothing_else_lies_beside_them(files: dict[str, str]) -> None:
    """What belongs to no command any more does not stay behind."""
    folders = ("docs/schemas", "docs/commands")
    found = {path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).iterdir()}
    assert found == {name for name in files if name.startswith(folders) and name != "docs/commands.md"}


def test_git_knows_what_is_generated_alone(files: dict[str, str]) -> None:
    """Schemas are; pages hold what people write, too."""
    attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    patterns = [line.split()[0] for line in attributes if "linguist-generated=true" in line]
    for name in files:
        matched = any(PurePosixPath(name).match(pattern) for pattern in patterns)
        assert matched is name.endswith(".json"), name


def test_what_people_wrote_is_kept(tmp_path: Path) -> None:
    """Before a generated part, after it, and around that of a command in a group; an old part is replaced."""
    page = tmp_path / "docs/commands/query.md"
    page.parent.mkdir(parents=True)
    page.write_text(
        "# query\n\nBefore.\n\n<!-- generated: query -->\nold\n<!-- end of generated -->\n\nAfter.\n"
    )
    found = reference_files(tmp_path)
    text = found["docs/commands/query.md"]
    assert text.startswith("# query\n\nBefore.\n\n<!-- generated: query -->\n\nSums of a period")
    assert text.endswith("<!-- end of generated -->\n\nAfter.\n")
    assert "old" not in text
    heads = re.findall(r"(?m)^#+ .*|^<!-- generated.*", found["docs/commands/budget.md"])
    assert heads == [
        "# budget",
        "<!-- generated: budget -->",
        "## budget check",
        "<!-- generated: budget check -->",
    ]


def test_writing_makes_the_folders_and_is_repeatable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second time changes nothing."""
    monkeypatch.chdir(tmp_path)
    main()
    first = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    main()
    assert {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()} == first
    assert {path.relative_to(tmp_path).as_posix() for path in first} == reference_files(ROOT).keys()


@pytest.mark.parametrize(
    ("name", "command"), list(commands(program)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_option_says_what_it_is_for(name: str, command: click.Command) -> None:
    """And so does the command; each stands in its part of the page."""
    assert command.help
    part = listing(name, command)
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            for spelling in (*option.opts, *option.secondary_opts):
                assert re.search(rf"(?m)^\| `(.*, )?{spelling}[ ,`]", part), spelling


def test_an_option_has_its_values_and_its_default() -> None:
    """A pipe in a cell does not part it."""

    @click.command(help="Something.")
    @click.option("--form", type=click.Choice(["a", "b"]), default="a", help="How.")
    @click.option("--part", type=float, default=1.5, help="How much.")
    @click.option("--name", required=True, help="Who.")
    @click.option("--yes/--no", default=True, help="Whether.")
    @click.option("--secret", hidden=True)
    @click.argument("file")
    def one() -> None:
        pass

    assert listing("one", one).splitlines() == [
        "Something.",
        "",
        "```",
        "otel-usage one [OPTIONS] FILE",
        "```",
        "",
        "| option | meaning |",
        "| --- | --- |",
        r"| `--form [a\|b]` | How. Default: `a`. |",
        "| `--part FLOAT` | How much. Default: `1.5`. |",
        "| `--name TEXT` | Who. Required. |",
        "| `--yes, --no` | Whether. |",
    ]


def test_exit_codes_are_those_of_commands_that_exist() -> None:
    """No code is told of a command that is gone."""
    assert EXITS.keys() <= dict(commands(program)).keys()


def test_links_between_pages_lead_somewhere(files: dict[str, str]) -> None:
    """Files, and headings in them."""
    for name, text in files.items():
        if name.endswith(".md"):
            for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
                path, _, heading = target.partition("#")
                page = ((ROOT / name).parent / path) if path else ROOT / name
                assert page.exists(), (name, target)
                if heading:
                    headings = re.findall(r"(?m)^#+ (.*)$", page.read_text(encoding="utf-8"))
                    assert heading in {one.lower().replace(" ", "-") for one in headings}, (name, target)


def test_a_schema_is_in_words_of_json() -> None:
    """Names are those of the JSON, descriptions one line of plain text, and the answer stands at the top."""
    found = schema("compare")
    assert list(found["properties"]) == ["comparisons", "unpricedCalls", "freeCalls", "caveats"]
    assert found["properties"]["caveats"]["description"] == "What a comparison of prices cannot tell."
    assert found["$defs"]["Comparison"]["properties"]["ratio"]["anyOf"] == [
        {"type": "number"},
        {"type": "null"},
    ]
    for name in ANSWERS:
        text = json.dumps(schema(name), ensure_ascii=False)
        assert "``" not in text
        assert "Attributes:" not in text
        assert "\\n" not in text


def test_no_command_loads_the_reference() -> None:
    """Nor the registry, nor all shapes."""
    code = (
        "import sys\n"
        "from otel_usage.cli import command\n"
        "for name in command.list_commands(None): command.get_command(None, name)\n"
        "loaded = [name for name in sys.modules if 'cli.reference' in name or name.endswith('shapes.registry')]\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
