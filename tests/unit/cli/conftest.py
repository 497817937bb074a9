"""The command line, called in this process for its answers and as a process for its behaviour."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from otel_usage.cli import command, main
from otel_usage.journal.lines import Call, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import ModuleType

    from otel_usage.records import UsageRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a process did.

    Attributes:
        code: Its exit code.
        out: Standard output.
        err: Standard error.
    """

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on standard error."""
        (line,) = self.err.splitlines()
        return line


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data directory that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def environ(home: Path, tmp_path: Path) -> dict[str, str]:
    """What a process of the command line finds."""
    return {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "OTEL_USAGE_HOME": str(home),
        # Where a test limits the size of files, the interpreter would leave torn bytecode behind.
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Runs the command line to its exit code, in this process; what is not handled fails the test."""

    def call(*arguments: str | bytes, env: Mapping[str, str] | None = None) -> Done:
        bytes_out, bytes_err = BytesIO(), BytesIO()
        out, err = TextIOWrapper(bytes_out, encoding="utf-8"), TextIOWrapper(bytes_err, encoding="utf-8")
        with monkeypatch.context() as patched:
            for name, value in {"OTEL_USAGE_HOME": str(home), **(env or {})}.items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["otel-usage", *map(os.fsdecode, arguments)])
            patched.setattr(sys, "stdout", out)
            patched.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        return Done(
            code=int(ended.value.code or 0),
            out=bytes_out.getvalue().decode(),
            err=bytes_err.getvalue().decode(),
        )

    return call


@pytest.fixture
def start(environ: dict[str, str]) -> Callable[..., Done]:
    """Runs ``python -m otel_usage`` as a process; whatever it is given, there is never a traceback."""

    def call(*arguments: str | bytes, env: Mapping[str, str] | None = None, **popen: Any) -> Done:
        popen = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **popen}
        done = subprocess.run(
            [sys.executable, "-m", "otel_usage", *arguments],
            env={**environ, **(env or {})},
            check=False,
            timeout=60,
            **popen,
        )
        out, err = ((part or b"").decode("utf-8", "replace") for part in (done.stdout, done.stderr))
        assert "Traceback" not in err
        assert "Exception ignored" not in err
        assert done.returncode in {0, 1, 2, 3, 4, 5, 75}
        return Done(code=done.returncode, out=out, err=err)

    return call


@pytest.fixture
def tell(home: Path) -> Callable[..., str]:
    """Calls a command that must succeed, in this process; its standard output."""

    def call(*arguments: str) -> str:
        result = CliRunner().invoke(command, ["--home", str(home), *arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


@pytest.fixture
def ask(tell: Callable[..., str]) -> Callable[..., dict[str, Any]]:
    """The same, for an answer in JSON; amounts are decoded as they are written."""

    def call(*arguments: str) -> dict[str, Any]:
        found = json.loads(tell(*arguments), parse_float=str)
        assert isinstance(found, dict)
        return found

    return call


@pytest.fixture
def record(tell: Callable[..., str]) -> Callable[..., str]:
    """Records a call: options by name; 1,000 tokens in and 100 out of openai's gpt-4o unless said."""

    def call(**options: object) -> str:
        values = {"provider": "openai", "model": "gpt-4o", "input": 1_000, "output": 100, **options}
        arguments = ["record"]
        for name, value in values.items():
            arguments += [f"--{name.replace('_', '-')}={value}"]
        return tell(*arguments)

    return call


@pytest.fixture
def booked(home: Path) -> Callable[[], list[UsageRecord]]:
    """The records of the journal, in the order of writing."""

    def read() -> list[UsageRecord]:
        data = b"".join(path.read_bytes() for path in sorted((home / "logs").glob("*.jsonl")))
        lines = [decode(line) for line in data.split(b"\n") if line]
        return [line.record for line in lines if isinstance(line, Call)]

    return read


@pytest.fixture
def configure(home: Path) -> Callable[[str], Path]:
    """Writes the home's configuration."""

    def write(text: str) -> Path:
        home.mkdir(exist_ok=True)
        path = home / "otel-usage.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def newer(published_prices: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file in which gpt-4o costs $99 in and $100 out, and gpt-4 another price from soon on."""
    data = published_prices.published()
    soon = (datetime.now(UTC).date() + timedelta(days=10)).isoformat()
    later = {"constraint": {"start_date": soon}, "prices": {"input_mtok": 31, "output_mtok": 61}}
    published_prices.price(data, "openai", "gpt-4o", {"input_mtok": 99, "output_mtok": 100})
    published_prices.price(
        data, "openai", "gpt-4", [{"prices": {"input_mtok": 30, "output_mtok": 60}}, later]
    )
    path = tmp_path_factory.mktemp("published") / "data.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path
