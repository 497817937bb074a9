"""What a recorded run was made with, so that its figures can be judged and made again."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from otel_usage import __version__

__all__ = ["provenance"]


def provenance(program: str, **versions: str) -> dict[str, object]:
    """The command, the commit, the time, the versions and the machine.

    Args:
        program: The module that runs.
        versions: Of what else takes part.
    """
    return {
        "command": ["python", "-m", program, *sys.argv[1:]],
        "commit": _commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"otel-usage": __version__, "python": platform.python_version(), **versions},
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg()[0], "system": platform.platform()},
    }


def _commit() -> str | None:
    """The commit of the working copy, marked where files differ from it; None outside of one."""
    command = ("git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return found.stdout.strip() or None
