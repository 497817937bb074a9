"""``otel-usage completion``: the real shells complete by the script."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.cli.conftest import Done


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    """The installed program is found, as a person's shell finds it."""
    return {**environ, "PATH": f"{Path(sys.executable).parent}:{os.defpath}", "TERM": "dumb"}


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["qu"], ["query"]),
        (["re"], ["rebuild", "record", "redact", "report", "reprice"]),
        (["query", "--by", "m"], ["model", "month"]),
        (["export", "--form"], ["--format"]),
        (["export", "--format", ""], ["jsonl", "csv"]),
        (["prices", "sh"], ["show"]),
        (["nothing-like-it"], []),
    ],
)
def test_bash_completes_commands_options_and_values(
    environ: dict[str, str], words: list[str], completed: list[str]
) -> None:
    """By the function that the script registers for the program."""
    program = (
        'eval "$(otel-usage completion bash)"\n'
        'COMP_WORDS=(otel-usage "$@"); COMP_CWORD=$#\n'
        "set -- $(complete -p otel-usage)\n"
        "while [[ $1 != -F ]]; do shift; done\n"
        '"$2" otel-usage\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash", "-c", program, "bash", *words], env=environ, capture_output=True, text=True, check=True
    )
    assert (done.stdout.split(), done.stderr) == (completed, "")


@pytest.mark.servers
def test_fish_completes_commands_and_options(environ: dict[str, str], program: Callable[[str], str]) -> None:
    """As it would on a press of the tabulator; a command comes with what it does."""
    script = 'otel-usage completion fish | source; complete -C "otel-usage qu"; complete -C "otel-usage export --form"'
    done = subprocess.run(
        [program("fish"), "--no-config", "-c", script],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["query", "--format"]


@pytest.mark.servers
def test_zsh_completes_what_is_typed(environ: dict[str, str], program: Callable[[str], str]) -> None:
    """On a press of the tabulator, at a terminal."""
    shell, terminal = pty.openpty()
    process = subprocess.Popen(
        [program("zsh"), "-f", "-i"], env=environ, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    try:
        os.write(
            shell,
            b"autoload -Uz compinit; compinit -D -u; source <(otel-usage completion zsh); echo re''ady\n",
        )
        read_until(shell, "ready")
        os.write(shell, b"otel-usage export --form\t")
        read_until(shell, "--format ")
    finally:
        process.kill()
        process.wait()
        os.close(shell)


def read_until(terminal: int, text: str) -> None:
    """Read what a terminal shows until a text is there."""
    seen = ""
    while text not in seen:
        seen += os.read(terminal, 4096).decode("utf-8", "replace")


def test_another_shell_is_refused(run: Callable[..., Done]) -> None:
    """Exit 2, with the shells that can be had."""
    done = run("completion", "tcsh")
    assert done.code == 2
    assert "bash, zsh, fish" in done.err.replace("'", "")
