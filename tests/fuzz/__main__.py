"""Fuzz redaction: ``python -m tests.fuzz [--seconds N] [--seed N] [--json FILE]``; ``--replay FILE`` runs one finding again.

Coverage of the package guides it (Atheris). What breaks a property is written to ``.make/fuzz``, and makes the answer 1.
"""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random

import click

_MADE = Path(__file__).parents[2] / ".make/fuzz"
_SEEDS = 200
_LONGEST = 400
"""Bytes of an input, of which each makes about three characters."""


@click.command()
@click.option("--seconds", default=20, help="How long.")
@click.option("--seed", default=1, help="Another seed, other inputs.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the result here too.")
@click.option(
    "--replay", "finding", type=click.Path(exists=True, path_type=Path), help="Only run this again."
)
def main(*, seconds: int, seed: int, json_file: Path | None, finding: Path | None) -> None:
    """Fuzz, or run a finding again."""
    if finding:
        why = import_module("tests.fuzz.findings").replay(finding)
        click.echo(why or "nothing is broken")
        sys.exit(bool(why))
    _fuzz(seconds, seed, json_file)


def _fuzz(seconds: int, seed: int, json_file: Path | None) -> None:
    """Set the fuzzer up and start it; it never returns."""
    try:
        import atheris  # noqa: PLC0415  # replaying a finding does without
    except ImportError:
        raise click.ClickException(
            "Atheris is not installed: it exists for Linux on x86-64 and Python 3.11 to 3.13"
        ) from None
    with atheris.instrument_imports(include=["otel_usage.redaction"]):
        package = import_module("otel_usage.redaction")
        for module in iter_modules(package.__path__, "otel_usage.redaction."):
            import_module(module.name)
    for directory in ("corpus", "seeds"):
        shutil.rmtree(_MADE / directory, ignore_errors=True)
        (_MADE / directory).mkdir(parents=True)
    run = import_module("tests.fuzz.run").Run(_MADE, seconds, json_file)
    random = Random(seed)
    for number in range(_SEEDS):
        (_MADE / "seeds" / str(number)).write_bytes(random.randbytes(random.randint(8, _LONGEST // 4)))
    options = (
        f"-seed={seed}",
        f"-max_len={_LONGEST}",
        "-timeout=30",
        "-verbosity=0",
        f"-artifact_prefix={_MADE}/",
    )
    # The first of several directories is the one that the fuzzer adds to.
    atheris.Setup([sys.argv[0], *options, str(_MADE / "corpus"), str(_MADE / "seeds")], run.one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
