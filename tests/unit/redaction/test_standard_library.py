from __future__ import annotations

import re
import sys
import sysconfig
from pathlib import Path

import pytest

from otel_usage.redaction import redact_text

HERE = Path(sysconfig.get_paths()["stdlib"])
LEFT_OUT = {"test", "tests", "idle_test", "site-packages", "dist-packages", "__pycache__", "lib-dynload"}
# What is replaced beside the mail addresses of authors and examples: file, class, since which version, and why.
EXCEPTIONS = (
    (
        "distutils/command/register.py",
        "keyword_secret",
        (3, 0),
        "an example of a settings file holds a password",
    ),
    ("http/cookies.py", "auth_header", (3, 0), "an example of a header holds a cookie"),
    ("ntpath.py", "path_user", (3, 12), "an example of a path names a user"),
    ("urllib/parse.py", "private_ip", (3, 0), "a comment names a link-local address"),
    ("urllib/request.py", "keyword_secret", (3, 0), "an example of a proxy holds a password"),
    ("urllib/request.py", "private_ip", (3, 13), "an example of a list of hosts holds an address"),
    ("uuid.py", "private_ip", (3, 0), "a comment names a link-local address"),
)


def sources() -> list[Path]:
    """List the source files of the library, without its tests."""
    return [
        path
        for path in sorted(HERE.rglob("*.py"))
        if not LEFT_OUT.intersection(path.relative_to(HERE).parts) and path.is_file()
    ]


def replaced(path: Path) -> set[str]:
    """Give the classes of what is replaced in a file; its text is as before when there are none."""
    source = path.read_text(encoding="utf-8", errors="ignore")
    out = redact_text(source)
    classes = set(re.findall(r"\[REDACTED:(\w+)\]", out))
    assert (out is source) == (not classes)
    return classes


def test_standard_library_comes_through() -> None:
    """Code that holds no secret is not changed: in the whole library, only what is listed, and mail addresses."""
    names = {path.relative_to(HERE).as_posix(): path for path in sources()}
    assert len(names) > 500
    found = {(name, kind) for name, path in names.items() for kind in replaced(path) - {"email"}}
    assert found == {
        (name, kind) for name, kind, since, _ in EXCEPTIONS if name in names and since <= sys.version_info
    }


@pytest.mark.parametrize("name", ["smtplib.py", "textwrap.py", "optparse.py"])
def test_addresses_of_authors_are_the_only_change(name: str) -> None:
    """Everything around an author's mail address stays as it was."""
    source = (HERE / name).read_text(encoding="utf-8")
    out = redact_text(source)
    around = [re.escape(piece) for piece in out.split("[REDACTED:email]")]
    assert len(around) > 1
    assert re.fullmatch(r"[\w.+-]+@[\w.-]+".join(around), source)
